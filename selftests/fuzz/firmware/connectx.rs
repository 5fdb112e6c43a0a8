// SPDX-License-Identifier: GPL-2.0

//! A ConnectX, of which nothing is asked that could change it.
//!
//! Sources: `include/uapi/fwctl/mlx5.h`, and the verdicts of Linux's driver.

use harness::{
    connectx::{
        command_of,
        ACCESS_REG,
        HEAD,
        NOP,
        QUERY_EQ,
        QUERY_HCA_CAP, //
    },
    errno::{
        EBADMSG,
        EMSGSIZE, //
    },
    uapi::scope, //
};

use super::Answer;
use crate::random::Random;

/// `op_mod` of a register access that reads.
const READ: u16 = 1;

/// Commands that read, with the lowest scope that carries them.
const READING: [(u16, u32); 8] = [
    (QUERY_HCA_CAP, scope::CONFIGURATION),
    (0x101, scope::CONFIGURATION),
    (0x107, scope::DEBUG_READ_ONLY),
    (0x10a, scope::DEBUG_READ_ONLY),
    (QUERY_EQ, scope::DEBUG_READ_ONLY),
    (0x754, scope::DEBUG_READ_ONLY),
    (ACCESS_REG, scope::DEBUG_READ_ONLY),
    (NOP, scope::DEBUG_READ_ONLY),
];

/// Commands that never pass: they create, destroy or take over, or are none.
const NEVER: [u16; 12] = [
    0x0000, 0x102, 0x103, 0x104, 0x108, 0x200, 0x301, 0x500, 0x800, 0xa04, 0xa06, 0xffff,
];

/// See [`Firmware::answer`](super::Firmware::answer).
pub fn answer(scope: u32, message: &[u8], room: usize) -> Answer {
    let head = HEAD as usize;
    if room < head || message.len() < head {
        return Answer::Refused(EMSGSIZE);
    }
    let half = |at: usize| u16::from_be_bytes([message[at], message[at + 1]]);
    let (opcode, op_mod) = (half(0), half(6));
    if NEVER.contains(&opcode) {
        return Answer::Refused(EBADMSG);
    }
    let needed = READING.iter().find(|(reading, _)| *reading == opcode);
    match needed {
        // Written, it may be anything.
        Some((ACCESS_REG, _)) if op_mod != READ => Answer::Never,
        Some((_, needed)) if scope < *needed => Answer::Refused(EBADMSG),
        Some(_) => Answer::Any(room),
        None => Answer::Never,
    }
}

/// A command that reads, or one that never passes, with any fields.
pub fn message(random: &mut Random) -> Vec<u8> {
    let opcode = match random.below(4) {
        0 => random.pick(&NEVER),
        _ => random.pick(&READING).0,
    };
    let op_mod = match opcode {
        ACCESS_REG => READ,
        _ => random.pick(&[0, 1, 2, 3, 0x40, 0xffff]),
    };
    let uid = random.any() as u16;
    let len = 8 + random.below(200);
    let mut fields = random.bytes(len);
    if opcode == ACCESS_REG && random.once_in(2) {
        // Management general information, which every ConnectX has.
        fields[2..4].copy_from_slice(&0x9020_u16.to_be_bytes());
        fields.resize(8 + 160, 0);
    }
    command_of(uid, opcode, op_mod, &fields)
}
