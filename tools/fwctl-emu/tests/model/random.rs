// SPDX-License-Identifier: GPL-2.0 OR MIT

//! Whatever is sent, there is an answer of the right length.

use std::time::Duration;

use fwctl_emu::model::{Config, ConnectX};
use fwctl_emu::prm::{opcode, register_id};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::message::{device, register, status};

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

/// ACCESS_REG, with little but small numbers in the register: these are what
/// handles, indices and sequence numbers are made of.
fn access() -> impl Strategy<Value = (Vec<u8>, usize)> {
    let known: Vec<u16> = register_id::NAMES
        .iter()
        .map(|(number, _)| *number)
        .collect();
    let byte = prop_oneof![8 => Just(0u8), 4 => 0u8..16, 1 => any::<u8>()];
    (
        proptest::sample::select(known),
        0u16..2,
        vec(byte, 0..48),
        prop_oneof![4 => Just(300usize), 1 => 0usize..300],
        prop_oneof![4 => Just(600usize), 1 => 0usize..300],
    )
        .prop_map(|(id, op_mod, data, size, length)| {
            let size = size.max(data.len());
            (register(id, op_mod, &data, size), length)
        })
}

proptest! {
    #[test]
    fn every_access_is_answered_and_could_be_foretold(accesses in vec(access(), 1..60)) {
        let mut devices = [device(), device()];
        for (second, (request, length)) in (0..).zip(&accesses) {
            let [answer, twin] = devices.each_mut().map(|device| {
                device.tell_time(Duration::from_secs(second));
                device.execute(request, *length)
            });
            prop_assert_eq!(answer.len(), *length);
            prop_assert_eq!(&answer, &twin);
            if *length >= 8 {
                status(&answer);
            }
        }
        for device in &mut devices {
            device.reset();
            device.power_cycle();
        }
    }


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
