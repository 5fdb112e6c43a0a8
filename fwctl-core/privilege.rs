// SPDX-License-Identifier: GPL-2.0

//! What the higher scopes cost: a capability, and the kernel's taint.
//!
//! C headers: `include/linux/capability.h`, `include/linux/security.h`, `include/linux/panic.h`.

use kernel::{
    bindings,
    error::to_result,
    ffi::c_int,
    prelude::*, //
};

use crate::{
    log,
    scope::RpcScope,
    uctx::Uctx, //
};

extern "C" {
    fn fwctl_may_write_everything() -> c_int;
}

/// Whether the caller may write everything.
///
/// # Errors
///
/// `EPERM` without `CAP_SYS_RAWIO`, and under kernel lockdown whatever the capabilities are: such a
/// firmware command can reach all of the machine's memory, like direct access to a PCI device.
pub(crate) fn may_write_everything() -> Result {
    // SAFETY: It may be asked in any process context.
    to_result(unsafe { fwctl_may_write_everything() })
}

/// Marks the kernel as one whose device may have left its supported state, and says who did it: once
/// a context, as soon as the device's limit allows.
pub(crate) fn taint(uctx: &Uctx, scope: RpcScope) {
    // SAFETY: It may be called in any context.
    unsafe { bindings::add_taint(bindings::TAINT_FWCTL, bindings::lockdep_ok_LOCKDEP_STILL_OK) };
    if !uctx.is_reported() && log::tainted(uctx, scope) {
        uctx.set_reported();
    }
}
