// SPDX-License-Identifier: GPL-2.0 OR MIT

//! Whatever is sent, there is an answer of the right length.

use fwctl_emu::model::{Config, ConnectX};
use fwctl_emu::prm::opcode;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::message::status;

fn request() -> impl Strategy<Value = Vec<u8>> {
    let known: Vec<u16> = opcode::NAMES.iter().map(|(number, _)| *number).collect();
    let opcode = prop_oneof![
        9 => proptest::sample::select(known),
        1 => any::<u16>(),
    ];
    let pokes = vec((0usize..64, any::<u8>()), 0..12);
    (opcode, 0u16..4, 0usize..4200, pokes).prop_map(|(opcode, op_mod, length, pokes)| {
        let mut request = vec![0; length.max(64)];
        request[0..2].copy_from_slice(&opcode.to_be_bytes());
        request[6..8].copy_from_slice(&op_mod.to_be_bytes());
        for (at, byte) in pokes {
            request[at] = byte;
        }
        request.truncate(length);
        request
    })
}

proptest! {
    #[test]
    fn every_request_is_answered(
        requests in vec((request(), prop_oneof![0usize..32, 0usize..5000]), 1..40),
    ) {
        let mut device = ConnectX::new(Config::default());
        for (request, length) in requests {
            let answer = device.execute(&request, length);
            prop_assert_eq!(answer.len(), length);
            if length >= 8 {
                status(&answer);
            }
        }
    }
}
