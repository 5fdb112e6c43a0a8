// SPDX-License-Identifier: GPL-2.0

//! The structures and numbers of the two ioctls.
//!
//! C header: `include/uapi/fwctl/fwctl.h`.

use core::mem::{
    offset_of,
    size_of, //
};
use kernel::{
    bindings,
    static_assert, //
};
use zerocopy_derive::{
    FromBytes,
    Immutable,
    IntoBytes, //
};

/// Type byte of every fwctl ioctl, `FWCTL_TYPE`.
pub(crate) const TYPE: u32 = 0x9A;

/// Longest request or response, in bytes.
pub(crate) const MAX_RPC_LEN: u32 = 2 << 20;

/// Argument of `FWCTL_INFO`, `struct fwctl_info`, 24 bytes.
#[repr(C)]
#[derive(Default, FromBytes, IntoBytes, Immutable)]
pub(crate) struct Info {
    pub(crate) size: u32,
    pub(crate) flags: u32,
    pub(crate) out_device_type: u32,
    pub(crate) device_data_len: u32,
    pub(crate) out_device_data: u64,
}

/// Argument of `FWCTL_RPC`, `struct fwctl_rpc`, 32 bytes.
#[repr(C)]
#[derive(Default, FromBytes, IntoBytes, Immutable)]
pub(crate) struct Rpc {
    pub(crate) size: u32,
    pub(crate) scope: u32,
    pub(crate) in_len: u32,
    pub(crate) out_len: u32,
    pub(crate) r#in: u64,
    pub(crate) out: u64,
}

// `IntoBytes` proves that there is no padding. The kernel's own header says the rest.
static_assert!(size_of::<Info>() == size_of::<bindings::fwctl_info>());
static_assert!(
    offset_of!(Info, out_device_data) == offset_of!(bindings::fwctl_info, out_device_data)
);
static_assert!(size_of::<Rpc>() == size_of::<bindings::fwctl_rpc>());
static_assert!(offset_of!(Rpc, out) == offset_of!(bindings::fwctl_rpc, out));
