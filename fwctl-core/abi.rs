// SPDX-License-Identifier: GPL-2.0

//! The C API that drivers call, C drivers and the Rust API of [`crate::driver`] alike.
//!
//! C header: `include/linux/fwctl.h`; `exports.c` exports these.

use core::ptr::null_mut;
use kernel::{
    bindings,
    ffi::c_int,
    prelude::*,
    sync::aref::ARef, //
};

use crate::{
    device::Device,
    ops::Ops, //
};

/// Makes a device of `size` bytes below `parent`. NULL if that fails; the log says why.
///
/// # Safety
///
/// `parent` is a valid device. `ops` keeps what `struct fwctl_ops` says, and is valid until
/// `fwctl_unregister()` returns.
#[export]
pub(crate) unsafe extern "C" fn _fwctl_alloc_device(
    parent: *mut bindings::device,
    ops: *const bindings::fwctl_ops,
    size: usize,
) -> *mut bindings::fwctl_device {
    // SAFETY: The caller keeps the contract of `ops`.
    let ops = unsafe { Ops::new(ops) };
    // SAFETY: As above, and for `parent` likewise.
    match ops.and_then(|ops| unsafe { Device::allocate(parent, ops, size) }) {
        Ok(device) => {
            let public = device.public();
            // The reference goes to the caller, who returns it with `fwctl_put()`.
            let _ = ARef::into_raw(device);
            public
        }
        Err(error) => {
            pr_err!("no device: {error:?}\n");
            null_mut()
        }
    }
}

/// Makes the device visible.
///
/// # Safety
///
/// `fwctl` comes from [`_fwctl_alloc_device`], and the caller holds a reference.
#[export]
pub(crate) unsafe extern "C" fn fwctl_register(fwctl: *mut bindings::fwctl_device) -> c_int {
    // SAFETY: By the caller's contract.
    let device = unsafe { Device::from_public(fwctl) };
    device.register().map_or_else(Error::to_errno, |()| 0)
}

/// Parts the device from its driver: on return no operation runs or will run.
///
/// # Safety
///
/// `fwctl` comes from [`_fwctl_alloc_device`], and the caller holds a reference. The operations
/// are valid until this returns.
#[export]
pub(crate) unsafe extern "C" fn fwctl_unregister(fwctl: *mut bindings::fwctl_device) {
    // SAFETY: By the caller's contract.
    let device = unsafe { Device::from_public(fwctl) };
    // SAFETY: As above.
    unsafe { device.unregister() };
}
