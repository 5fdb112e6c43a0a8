// SPDX-License-Identifier: GPL-2.0

//! The C API that drivers call, C drivers and the Rust API of [`crate::driver`] alike.
//!
//! C header: `include/linux/fwctl.h`; `exports.c` exports these.

use core::{
    ptr::null_mut,
    slice, //
};
use kernel::{
    bindings,
    ffi::c_int,
    prelude::*,
    sync::aref::ARef, //
};

use crate::{
    device::Device,
    ops::{
        Admit,
        Ops, //
    },
    scope::RpcScope,
    strict::{
        self,
        Reason, //
    },
    uctx::Uctx, //
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
            // The caller gets no more than NULL. Lack of memory has been logged already.
            if error != ENOMEM {
                pr_err!("no device: {error:?}\n");
            }
            null_mut()
        }
    }
}

/// Makes the device visible. A device whose registration failed is not registered again.
///
/// # Safety
///
/// `fwctl` comes from [`_fwctl_alloc_device`], and the caller holds a reference. The operations
/// are valid until `fwctl_unregister()` returns, or until this fails.
#[export]
pub(crate) unsafe extern "C" fn fwctl_register(fwctl: *mut bindings::fwctl_device) -> c_int {
    // SAFETY: By the caller's contract.
    let device = unsafe { Device::from_public(fwctl) };
    // SAFETY: As above.
    unsafe { device.register() }.map_or_else(Error::to_errno, |()| 0)
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

/// Lets a driver that can tell say which requests it would deliver, before it is registered.
///
/// # Safety
///
/// `fwctl` comes from [`_fwctl_alloc_device`], and the caller holds a reference. `admit` is valid
/// for as long as the operations are.
#[no_mangle]
pub(crate) unsafe extern "C" fn fwctl_set_admit(fwctl: *mut bindings::fwctl_device, admit: Admit) {
    // SAFETY: By the caller's contract.
    let device = unsafe { Device::from_public(fwctl) };
    // SAFETY: As above.
    unsafe { device.set_admit(admit) };
}

/// Decides on a request that is not for its scope, which a driver has found. The log names it by
/// `command`.
///
/// # Safety
///
/// `uctx` is a context of the driver that calls, during a call of the core; `command` has `len` bytes.
#[no_mangle]
pub(crate) unsafe extern "C" fn fwctl_judge(
    uctx: *mut bindings::fwctl_uctx,
    scope: bindings::fwctl_rpc_scope,
    command: *const u8,
    len: usize,
    reason: Reason,
) -> c_int {
    // SAFETY: By the caller's contract.
    let uctx = unsafe { Uctx::from_public(uctx) };
    // SAFETY: As above.
    let command = unsafe { slice::from_raw_parts(command, len) };
    let verdict = RpcScope::try_from(scope.0)
        .map_err(Error::from)
        .and_then(|scope| strict::judge(uctx, scope, command, reason));
    verdict.map_or_else(Error::to_errno, |()| 0)
}
