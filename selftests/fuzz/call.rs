// SPDX-License-Identifier: GPL-2.0

//! Calls that are nearly right.

use std::fmt;

use harness::{
    sys::PAGE,
    uapi::{
        Info,
        Rpc,
        INFO,
        RPC,
        RPC_MAX, //
    }, //
};

use crate::{
    firmware::Firmware,
    memory::{
        Memory,
        LONG,
        READ_ONLY, //
    },
    random::Random, //
};

/// An ioctl: its number, the address of its argument, and what was put there.
#[derive(Clone)]
pub struct Call {
    /// The number.
    pub number: u32,
    /// The address.
    pub argument: u64,
    /// The argument, where there is memory for it.
    pub bytes: Vec<u8>,
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ioctl {:#x} with {:#x}:", self.number, self.argument)?;
        for word in self.bytes.chunks(4) {
            write!(f, " ")?;
            for byte in word.iter().rev() {
                write!(f, "{byte:02x}")?;
            }
        }
        Ok(())
    }
}

/// Addresses where nobody has memory: low ones, the kernel's, and those that no memory has.
const NOWHERE: [u64; 11] = [
    0,
    1,
    0xfff,
    0x1000,
    0x0000_7fff_ffff_f000,
    0x0000_7fff_ffff_ffff,
    0x0000_8000_0000_0000,
    0x8000_0000_0000_0000,
    0xffff_8880_0000_0000,
    0xffff_ffff_ffff_f000,
    u64::MAX - 7,
];

/// Offset of the first byte of the hole within the segment of short messages, and of what follows.
const HOLE: usize = 3 * PAGE;
const BEHIND_HOLE: usize = 4 * PAGE;

/// What a page that can only be read begins with: an argument of `FWCTL_INFO`.
pub fn read_only() -> Vec<u8> {
    Info::new(0, 0).encode()
}

/// An address for `len` bytes, mostly a good one.
fn place(random: &mut Random, memory: &Memory, len: usize) -> u64 {
    let len = len.min(HOLE);
    match random.below(28) {
        0 => random.pick(&NOWHERE),
        1 => memory.short(READ_ONLY),
        // Across the end of what can be written, or of what can be read.
        2 => memory.short(HOLE - random.below(len + 1)),
        3 => memory.short(READ_ONLY - random.below(len.min(PAGE) + 1)),
        4 => memory.short(HOLE + random.below(PAGE)),
        // Up to the last byte.
        5 | 6 => memory.short(HOLE - len),
        7 => memory.short(7 * PAGE - len.min(PAGE)),
        8 => memory.short(BEHIND_HOLE + random.below(PAGE - len.min(PAGE - 1))),
        _ => memory.short(random.below(HOLE - len + 1)),
    }
}

/// Fills in a size, and what a caller with that size has behind what is known.
fn resize(random: &mut Random, bytes: &mut Vec<u8>) {
    let known = bytes.len();
    if random.once_in(4) {
        let size = match random.below(4) {
            0 => random.number(),
            1 => random.pick(&[0, 4, known as u32 - 8, known as u32 - 1]),
            2 => random.pick(&[PAGE as u32 - 1, PAGE as u32, PAGE as u32 + 1]),
            _ => known as u32 + 1 + random.below(100) as u32,
        };
        bytes[..4].copy_from_slice(&size.to_ne_bytes());
        let len = (size as usize).clamp(known, PAGE + 8);
        if !random.once_in(4) {
            bytes.resize(len, 0);
        }
        if len > known && bytes.len() == len && random.once_in(4) {
            bytes[known + random.below(len - known)] = 1 << random.below(8);
        }
    }
}

/// A number near those that there are.
fn other_number(random: &mut Random) -> u32 {
    match random.below(4) {
        0 => INFO + 2 + random.below(254) as u32,
        1 => INFO ^ (2 << random.below(31)),
        2 => RPC ^ (2 << random.below(31)),
        // With a direction and a length, as other ioctls have them.
        _ => random.pick(&[0x4018_9a00, 0x8018_9a00, 0xc018_9a00, 0xc020_9a01]),
    }
}

fn info(random: &mut Random, memory: &Memory) -> Vec<u8> {
    let len = random.length();
    let mut info = Info::new(len, place(random, memory, len as usize));
    if random.once_in(8) {
        info.flags = random.number();
    }
    if random.once_in(8) {
        info.out_device_type = random.number();
    }
    info.encode()
}

/// The argument of a call at `argument`, whose message is put into memory.
fn rpc(random: &mut Random, memory: &mut Memory, firmware: Firmware, argument: u64) -> Vec<u8> {
    let message = firmware.message(random);
    let len = message.len();
    let mut rpc = Rpc::new(random.below(4) as u32, len as u32, 0, random.length(), 0);
    rpc.input = place(random, memory, len);
    rpc.output = place(random, memory, rpc.out_len as usize);
    match random.below(256) {
        0 => {
            rpc.in_len = random.pick(&[RPC_MAX - 1, RPC_MAX]);
            rpc.input = memory.long(random.below(LONG - RPC_MAX as usize + 2));
        }
        1 => {
            rpc.out_len = random.pick(&[RPC_MAX - 1, RPC_MAX]);
            rpc.output = memory.long(random.below(LONG - RPC_MAX as usize + 2));
        }
        2..16 => rpc.input = argument.wrapping_add(random.below(40) as u64),
        16..32 => rpc.output = argument.wrapping_add(random.below(40) as u64),
        32..64 => rpc.output = rpc.input.wrapping_add(random.below(len + 1) as u64),
        64..80 => rpc.scope = random.number(),
        80..112 => rpc.in_len = random.length(),
        _ => {}
    }
    if !firmware.has_time(random, rpc.in_len.max(rpc.out_len)) {
        rpc.in_len = len as u32;
        rpc.out_len = PAGE as u32;
    }
    memory.put(rpc.input, &message);
    rpc.encode()
}

/// Makes a call, and puts all that belongs to it into memory.
pub fn make(random: &mut Random, memory: &mut Memory, firmware: Firmware) -> Call {
    let argument = place(random, memory, Rpc::SIZE);
    let (number, mut bytes) = match random.below(16) {
        0 => (other_number(random), info(random, memory)),
        1..5 => (INFO, info(random, memory)),
        _ => (RPC, rpc(random, memory, firmware, argument)),
    };
    resize(random, &mut bytes);
    memory.put(argument, &bytes);
    Call {
        number,
        argument,
        bytes,
    }
}
