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

/// Type byte of every fwctl ioctl.
pub(crate) const TYPE: u32 = bindings::FWCTL_TYPE;

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
    pub(crate) in_: u64,
    pub(crate) out: u64,
}

// `IntoBytes` proves that there is no padding. The kernel's own header says the rest.
macro_rules! assert_same_layout {
    ($ours:ident, $theirs:ident: $($field:ident)+) => {
        static_assert!(size_of::<$ours>() == size_of::<bindings::$theirs>());
        $(static_assert!(offset_of!($ours, $field) == offset_of!(bindings::$theirs, $field));)+
    };
}
assert_same_layout!(Info, fwctl_info: size flags out_device_type device_data_len out_device_data);
assert_same_layout!(Rpc, fwctl_rpc: size scope in_len out_len in_ out);
