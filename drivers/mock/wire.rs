// SPDX-License-Identifier: GPL-2.0 OR MIT

//! The mock's messages, little endian.
//!
//! C header: `uapi/fwctl/mock.h`.

use fwctl::policy::Command;
use zerocopy::byteorder::little_endian::U32;
use zerocopy_derive::{
    FromBytes,
    Immutable,
    IntoBytes,
    KnownLayout,
    Unaligned, //
};

/// Device type in `FWCTL_INFO`: "mock".
pub const DEVICE_TYPE: u32 = 0x6b63_6f6d;
/// Version of the messages.
pub const VERSION: u32 = 1;
/// Longest data of an answer to [`opcode::GROW`], in bytes.
pub const GROW_MAX: u32 = 0x40_0000;
/// Longest sleep, in milliseconds.
pub const SLEEP_MAX: u32 = 60_000;

/// What the mock can do; `uapi/fwctl/mock.h` says what each one means.
pub mod opcode {
    /// Answers with the request's data.
    pub const ECHO: u32 = 1;
    /// Answers with `argument` bytes.
    pub const GROW: u32 = 2;
    /// Answers with the first `argument` bytes of the request's data.
    pub const SHRINK: u32 = 3;
    /// Fails with errno `argument`.
    pub const FAIL: u32 = 4;
    /// Answers after `argument` milliseconds.
    pub const SLEEP: u32 = 5;
    /// Answers with how many requests this context has sent.
    pub const COUNT: u32 = 6;
    /// Granted from `Configuration` up.
    pub const CONFIGURATION: u32 = 0x10;
    /// Granted from `DebugReadOnly` up.
    pub const DEBUG_READ_ONLY: u32 = 0x11;
    /// Granted from `DebugWrite` up.
    pub const DEBUG_WRITE: u32 = 0x12;
    /// Granted at `DebugWriteFull` only.
    pub const DEBUG_WRITE_FULL: u32 = 0x13;
}

/// Head of a request, 8 bytes.
#[repr(C)]
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
pub struct RequestHeader {
    /// One of [`opcode`].
    pub opcode: U32,
    /// What it means depends on the opcode.
    pub argument: U32,
}

/// Head of a response, 8 bytes.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
pub struct ResponseHeader {
    /// Always 0.
    pub status: U32,
    /// What it means depends on the opcode.
    pub argument: U32,
}

/// Device data of `FWCTL_INFO`, 8 bytes, in the machine's own byte order.
#[repr(C)]
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout)]
pub struct Info {
    /// [`VERSION`].
    pub version: u32,
    /// Number of the context.
    pub context: u32,
}

impl RequestHeader {
    /// What the request asks for.
    #[inline]
    pub fn command(&self) -> Command {
        Command {
            opcode: self.opcode.get(),
            modifier: 0,
        }
    }
}
