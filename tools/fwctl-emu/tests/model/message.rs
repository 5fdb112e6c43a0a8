// SPDX-License-Identifier: GPL-2.0 OR MIT

//! Requests, byte by byte.

use fwctl_emu::model::{Config, ConnectX};

/// A request of `length` bytes: opcode, uid 0, operation modifier, zeros.
pub(crate) fn request(opcode: u16, op_mod: u16, length: usize) -> Vec<u8> {
    let mut request = vec![0; length];
    request[0..2].copy_from_slice(&opcode.to_be_bytes());
    request[6..8].copy_from_slice(&op_mod.to_be_bytes());
    request
}

/// An ACCESS_REG request: read (1) or write (0) of a register whose bytes are
/// `data`, with room for `size`.
pub(crate) fn register(id: u16, op_mod: u16, data: &[u8], size: usize) -> Vec<u8> {
    let mut request = request(0x805, op_mod, 16 + size);
    request[10..12].copy_from_slice(&id.to_be_bytes());
    request[16..16 + data.len()].copy_from_slice(data);
    request
}

/// Reads a register of `size` bytes, selected by `data`.
pub(crate) fn read(device: &mut ConnectX, id: u16, data: &[u8], size: usize) -> Vec<u8> {
    let answer = device.execute(&register(id, 1, data, size), 16 + size);
    assert_eq!(status(&answer), 0, "{id:#x}");
    answer[16..].to_vec()
}

/// The status of a read that may fail.
pub(crate) fn try_read(device: &mut ConnectX, id: u16, data: &[u8], size: usize) -> u8 {
    status(&device.execute(&register(id, 1, data, size), 16 + size))
}

/// The status of a write.
pub(crate) fn write(device: &mut ConnectX, id: u16, data: &[u8], size: usize) -> u8 {
    status(&device.execute(&register(id, 0, data, size), 16 + size))
}

/// A device that a driver has brought up.
pub(crate) fn device() -> ConnectX {
    ConnectX::running(Config::default())
}

/// The status and whether there is a syndrome, which must go together.
pub(crate) fn status(answer: &[u8]) -> u8 {
    let syndrome = u32::from_be_bytes(answer[4..8].try_into().unwrap());
    assert_eq!(answer[0] == 0, syndrome == 0, "status and syndrome");
    answer[0]
}

/// The big-endian number in eight bytes of a register.
pub(crate) fn wide_number(value: &[u8], at: usize) -> u64 {
    u64::from_be_bytes(value[at..at + 8].try_into().unwrap())
}

/// The big-endian number in four bytes of an answer.
pub(crate) fn number(answer: &[u8], at: usize) -> u32 {
    u32::from_be_bytes(answer[at..at + 4].try_into().unwrap())
}
