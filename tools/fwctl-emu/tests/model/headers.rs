// SPDX-License-Identifier: GPL-2.0 OR MIT

//! What is wrong before a command is even looked at.

use crate::message::{device, request, status};

/// Opcode, operation modifier, least input, least output.
const LEAST: &[(u16, u16, usize, usize)] = &[
    (0x100, 0, 16, 4112),
    (0x101, 0, 16, 272),
    (0x10a, 0, 16, 112),
    (0x10d, 0, 80, 16),
    (0x80d, 0, 8, 8),
    (0xa04, 0, 64, 16),
];

#[test]
fn a_byte_too_few_is_a_bad_length() {
    for (opcode, op_mod, input, output) in LEAST {
        let whole = request(*opcode, *op_mod, *input);
        let run = |request: &[u8], output| status(&device().execute(request, output));
        assert_eq!(run(&whole, *output), 0, "{opcode:#x}");
        assert_eq!(run(&whole, output + 77), 0, "{opcode:#x}");
        assert_eq!(run(&whole[..input - 1], *output), 0x50, "{opcode:#x}");
        if *output > 8 {
            assert_eq!(run(&whole, output - 1), 0x51, "{opcode:#x}");
        }
    }
}

#[test]
fn any_lengths_get_an_answer_of_the_length_asked_for() {
    for input in 0..10 {
        for output in 0..10 {
            let request = &request(0x80d, 0, 16)[..input];
            assert_eq!(device().execute(request, output).len(), output);
        }
    }
    assert_eq!(device().execute(&[], usize::MAX).len(), 2 << 20);
}

#[test]
fn an_unknown_opcode_is_a_bad_operation() {
    for opcode in [0, 0x0ff, 0x106, 0x806, 0xfff, 0xffff] {
        assert_eq!(status(&device().execute(&request(opcode, 0, 16), 16)), 2);
    }
}

#[test]
fn every_command_has_its_uid_checked() {
    for (opcode, op_mod, input, output) in LEAST {
        let mut request = request(*opcode, *op_mod, *input);
        request[3] = 1;
        let mut device = device();
        assert_eq!(status(&device.execute(&request, *output)), 5, "{opcode:#x}");
        device.execute(&crate::message::request(0xa04, 0, 64), 16);
        assert_eq!(status(&device.execute(&request, *output)), 0, "{opcode:#x}");
    }
}
