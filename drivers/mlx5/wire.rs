// SPDX-License-Identifier: GPL-2.0 OR MIT

//! Heads of the mlx5 commands, big endian.
//!
//! Source: the PRM's command interface; `include/linux/mlx5/mlx5_ifc.h` lays out each command.

use fwctl::policy::Command;
use zerocopy::byteorder::big_endian::{
    U16,
    U32, //
};
use zerocopy_derive::{
    FromBytes,
    Immutable,
    IntoBytes,
    KnownLayout,
    Unaligned, //
};

/// Number of CREATE_UCTX.
pub const CREATE_UCTX: u16 = 0xa04;
/// Number of DESTROY_UCTX.
pub const DESTROY_UCTX: u16 = 0xa06;

/// Right of a user context to commands that change the device for everybody
/// (`MLX5_UCTX_OBJECT_CAP_TOOLS_RESOURCES`).
pub const TOOLS_RESOURCES: u32 = 0x4;

/// Head of every command, 16 bytes.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
pub struct RequestHeader {
    /// Number of the command.
    pub opcode: U16,
    /// User context on whose behalf the command is sent; 0 is the driver's own.
    pub uid: U16,
    reserved_at_20: U16,
    /// Variant of the command.
    pub op_mod: U16,
    /// The command's own fields.
    pub fields: [u8; 8],
}

/// Head of every response, 16 bytes.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
pub struct ResponseHeader {
    /// 0 when the command was carried out.
    pub status: u8,
    reserved_at_8: [u8; 3],
    /// What exactly went wrong, for the vendor.
    pub syndrome: U32,
    /// The command's own fields.
    pub fields: [u8; 8],
}

/// CREATE_UCTX: makes a user context, 64 bytes.
#[repr(C)]
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
pub struct CreateUctx {
    header: RequestHeader,
    /// Rights of the context.
    cap: U32,
    reserved_at_a0: [u8; 44],
}

/// Answer to CREATE_UCTX, 16 bytes.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
pub struct CreateUctxResponse {
    header: ResponseHeader,
}

/// DESTROY_UCTX: ends a user context and frees what it holds, 16 bytes.
#[repr(C)]
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout, Unaligned)]
pub struct DestroyUctx {
    header: RequestHeader,
}

impl RequestHeader {
    /// What the request asks for.
    #[inline]
    pub fn command(&self) -> Command {
        Command {
            opcode: self.opcode.get().into(),
            modifier: self.op_mod.get().into(),
        }
    }
}

impl CreateUctx {
    /// A request for a context with the rights `cap`.
    #[inline]
    pub fn new(cap: u32) -> Self {
        Self {
            header: RequestHeader {
                opcode: CREATE_UCTX.into(),
                ..Default::default()
            },
            cap: cap.into(),
            reserved_at_a0: [0; 44],
        }
    }
}

impl CreateUctxResponse {
    /// The new context's number.
    #[inline]
    pub fn uid(&self) -> u16 {
        let [_, _, high, low, ..] = self.header.fields;
        u16::from_be_bytes([high, low])
    }
}

impl DestroyUctx {
    /// A request to end the context `uid`.
    #[inline]
    pub fn new(uid: u16) -> Self {
        let [high, low] = uid.to_be_bytes();
        Self {
            header: RequestHeader {
                opcode: DESTROY_UCTX.into(),
                fields: [0, 0, high, low, 0, 0, 0, 0],
                ..Default::default()
            },
        }
    }
}

/// Device data of `FWCTL_INFO`, `struct fwctl_info_mlx5`, 8 bytes, in the machine's own byte order.
#[repr(C)]
#[derive(Clone, Copy, Debug, FromBytes, IntoBytes, Immutable, KnownLayout)]
pub struct Info {
    /// Number of the context's user context.
    pub uid: u32,
    /// Rights of that user context.
    pub uctx_caps: u32,
}
