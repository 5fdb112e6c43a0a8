// SPDX-License-Identifier: GPL-2.0

//! The mock, by `include/uapi/fwctl/mock.h`.

use harness::{
    errno::{
        Errno,
        EBADMSG,
        EINVAL,
        EMSGSIZE,
        ENOTTY, //
    },
    mock::{
        pattern,
        request,
        response,
        BY_SCOPE,
        COUNT,
        ECHO,
        FAIL,
        GROW,
        GROW_MAX,
        HEAD,
        SHRINK,
        SLEEP,
        SLEEP_MAX, //
    }, //
};

use super::Answer;
use crate::random::Random;

/// Longest sleep that there is time for, in milliseconds.
const NAP: u32 = 2;
/// Longest answer that there is time for: the mock makes it byte by byte.
const LONG: u32 = 70_000;

/// The errno that the VFS takes for "no such ioctl", whoever returns it.
const ENOIOCTLCMD: u32 = 515;

const ALL: [u32; 10] = [
    ECHO,
    GROW,
    SHRINK,
    FAIL,
    SLEEP,
    COUNT,
    BY_SCOPE[0],
    BY_SCOPE[1],
    BY_SCOPE[2],
    BY_SCOPE[3],
];

/// See [`Firmware::answer`](super::Firmware::answer).
pub fn answer(scope: u32, message: &[u8], room: usize, count: Option<u32>) -> Answer {
    let head = HEAD as usize;
    if room < head || message.len() < head {
        return Answer::Refused(EMSGSIZE);
    }
    let (head, data) = message.split_at(head);
    let number =
        |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
    let (opcode, argument) = (number(0), number(4));
    let needed = BY_SCOPE.iter().position(|&by_scope| by_scope == opcode);
    if !ALL.contains(&opcode) || needed.is_some_and(|needed| (scope as usize) < needed) {
        return Answer::Refused(EBADMSG);
    }
    if (opcode == COUNT || needed.is_some()) && !data.is_empty() {
        return Answer::Refused(EMSGSIZE);
    }
    match opcode {
        ECHO => Answer::Bytes(response(0, data)),
        GROW if argument > GROW_MAX => Answer::Failed(EINVAL),
        GROW if argument > LONG => Answer::Never,
        GROW => Answer::Bytes(response(0, &pattern(argument as usize))),
        SHRINK if argument as usize > data.len() => Answer::Failed(EINVAL),
        SHRINK => Answer::Bytes(response(0, &data[..argument as usize])),
        FAIL if argument == ENOIOCTLCMD => Answer::Failed(ENOTTY),
        FAIL => Answer::Failed(match argument {
            1..=4095 => Errno(argument as i32),
            _ => EINVAL,
        }),
        SLEEP if argument > SLEEP_MAX => Answer::Failed(EINVAL),
        SLEEP if argument > NAP => Answer::Never,
        COUNT => match count {
            Some(count) => Answer::Bytes(response(count + 1, &[])),
            None => Answer::Any(HEAD as usize),
        },
        _ => Answer::Bytes(response(0, &[])),
    }
}

/// A request that the mock carries out, or one that is wrong in one place.
pub fn message(random: &mut Random) -> Vec<u8> {
    let opcode = random.pick(&ALL);
    let mut data = Vec::new();
    if ![COUNT, BY_SCOPE[0], BY_SCOPE[1], BY_SCOPE[2], BY_SCOPE[3]].contains(&opcode) {
        let len = random.below(200);
        data = random.bytes(len);
    }
    let argument = match opcode {
        GROW => random.length().min(LONG),
        SHRINK => random.below(data.len() + 1) as u32,
        FAIL => random.below(600) as u32,
        SLEEP if random.once_in(8) => random.below(NAP as usize + 1) as u32,
        SLEEP => SLEEP_MAX + 1,
        _ => random.number(),
    };
    let mut message = request(opcode, argument, &data);
    if random.once_in(4) {
        let at = random.below(message.len().min(12));
        message[at] ^= 1 << random.below(8);
    }
    message
}

/// What neither fails nor takes time.
const CALM: [u32; 8] = [
    ECHO,
    GROW,
    SHRINK,
    COUNT,
    BY_SCOPE[0],
    BY_SCOPE[1],
    BY_SCOPE[2],
    BY_SCOPE[3],
];

/// See [`Firmware::calm_message`](super::Firmware::calm_message).
pub fn calm_message(random: &mut Random) -> Vec<u8> {
    let len = random.below(50) * 4 * random.below(2);
    request(random.pick(&CALM), random.below(300) as u32, &vec![7; len])
}

/// See [`Firmware::other_word`](super::Firmware::other_word).
pub fn other_word(random: &mut Random) -> (usize, u32) {
    if random.once_in(2) {
        return (0, random.pick(&CALM));
    }
    (4, random.below(300) as u32)
}
