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
    scope::RpcScope,
    uctx::Uctx, //
};

extern "C" {
    fn fwctl_may_log() -> bool;
}

/// Whether the caller may write everything.
///
/// # Errors
///
/// `EPERM` without `CAP_SYS_RAWIO`, and under kernel lockdown whatever the capabilities are: such a
/// firmware command can reach all of the machine's memory, like direct access to a PCI device.
pub(crate) fn check() -> Result {
    // CAST: Capability numbers are small.
    // SAFETY: It may be asked in any process context.
    if !unsafe { bindings::capable(bindings::CAP_SYS_RAWIO as c_int) } {
        return Err(EPERM);
    }
    // SAFETY: As above.
    to_result(unsafe {
        bindings::security_locked_down(bindings::lockdown_reason_LOCKDOWN_PCI_ACCESS)
    })
}

/// Marks the kernel as one whose device may have left its supported state, and says who did it,
/// once a context.
pub(crate) fn taint(uctx: &Uctx, scope: RpcScope) {
    // SAFETY: It may be called in any context.
    unsafe { bindings::add_taint(bindings::TAINT_FWCTL, bindings::lockdep_ok_LOCKDEP_STILL_OK) };
    // SAFETY: It may be called in any context.
    if !uctx.report_once() || !unsafe { fwctl_may_log() } {
        return;
    }
    let task = current!();
    // SAFETY: The current task is valid, and its name is an array within it.
    let name = unsafe { &raw const (*task.as_ptr()).comm };
    // SAFETY: The device is registered, the format takes a string and two numbers, and the name
    // always ends with a NUL.
    unsafe {
        bindings::_dev_warn(
            core::ptr::from_ref(uctx.device().as_ref()).cast(),
            c"%s(%d) sends requests of scope %u: the device may leave its supported state\n"
                .as_char_ptr(),
            name,
            task.pid(),
            scope as u32,
        )
    };
}
