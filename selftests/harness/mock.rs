// SPDX-License-Identifier: GPL-2.0

//! The mock's messages.
//!
//! C header: `include/uapi/fwctl/mock.h`.

use crate::{
    device::{
        Device,
        Response, //
    },
    errno::Errno,
    uapi::scope, //
};

/// The module that makes the mock device.
pub const MODULE: &str = "fwctl_mock";

/// Answers with the request's data.
pub const ECHO: u32 = 1;
/// Answers with as many bytes as asked for.
pub const GROW: u32 = 2;
/// Answers with the beginning of the request's data.
pub const SHRINK: u32 = 3;
/// Fails as asked for.
pub const FAIL: u32 = 4;
/// Answers later.
pub const SLEEP: u32 = 5;
/// Answers with the number of requests that the context has sent.
pub const COUNT: u32 = 6;
/// For each scope, lowest first, an opcode that needs it.
pub const BY_SCOPE: [u32; 4] = [0x10, 0x11, 0x12, 0x13];

/// Longest data of an answer to [`GROW`].
pub const GROW_MAX: u32 = 4 << 20;
/// Longest [`SLEEP`], in milliseconds.
pub const SLEEP_MAX: u32 = 60_000;

/// Length of the head of requests and responses.
pub const HEAD: u32 = 8;

/// Two numbers, little endian.
fn head(first: u32, second: u32) -> Vec<u8> {
    [first.to_le_bytes(), second.to_le_bytes()].concat()
}

/// A request.
pub fn request(opcode: u32, argument: u32, data: &[u8]) -> Vec<u8> {
    [head(opcode, argument).as_slice(), data].concat()
}

/// A response.
pub fn response(argument: u32, data: &[u8]) -> Vec<u8> {
    [head(0, argument).as_slice(), data].concat()
}

/// `len` bytes of the pattern with which [`GROW`] answers.
pub fn pattern(len: usize) -> Vec<u8> {
    (0..len).map(|i| (i % 251) as u8).collect()
}

/// Sends a request at the lowest scope.
pub fn send(
    device: &Device,
    opcode: u32,
    argument: u32,
    data: &[u8],
    room: u32,
) -> Result<Response, Errno> {
    device.rpc(scope::CONFIGURATION, &request(opcode, argument, data), room)
}

/// How many requests the device's context has sent, this one included.
pub fn count(device: &Device) -> Result<u32, Errno> {
    let response = send(device, COUNT, 0, &[], HEAD)?;
    Ok(second(&response.memory, u32::from_le_bytes))
}

/// Number of the device's context.
pub fn context(device: &Device) -> Result<u32, Errno> {
    Ok(second(&device.info(8)?.data, u32::from_ne_bytes))
}

/// The second number of a head.
fn second(head: &[u8], decode: fn([u8; 4]) -> u32) -> u32 {
    let mut number = [0; 4];
    number.copy_from_slice(&head[4..8]);
    decode(number)
}
