// SPDX-License-Identifier: GPL-2.0

//! What the higher scopes cost: a capability, the kernel's taint, and a line in its log.
//!
//! C headers: `include/linux/capability.h`, `include/linux/security.h`, `include/linux/panic.h`,
//! `include/linux/ratelimit.h`.

use kernel::{
    bindings,
    error::to_result,
    ffi::c_int,
    prelude::*,
    types::Opaque, //
};

use crate::{
    scope::RpcScope,
    uctx::Uctx, //
};

extern "C" {
    fn fwctl_may_write_everything() -> c_int;
    fn fwctl_ratelimit_init(limit: *mut bindings::ratelimit_state);
    fn fwctl_ratelimit(limit: *mut bindings::ratelimit_state) -> bool;
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

/// How often a device may cause a line in the log: user space decides how often there is one.
#[pin_data]
pub(crate) struct LogLimit {
    #[pin]
    state: Opaque<bindings::ratelimit_state>,
}

// SAFETY: The state has a lock of its own.
unsafe impl Send for LogLimit {}
// SAFETY: As above.
unsafe impl Sync for LogLimit {}

impl LogLimit {
    /// The kernel's usual limit.
    pub(crate) fn new() -> impl PinInit<Self> {
        pin_init!(Self {
            // SAFETY: The state is pinned, and not used before it is initialized.
            state <- Opaque::ffi_init(|state| unsafe { fwctl_ratelimit_init(state) }),
        })
    }

    /// Whether a line may be written now.
    fn allows(&self) -> bool {
        // SAFETY: `new` initialized it.
        unsafe { fwctl_ratelimit(self.state.get()) }
    }
}

/// Marks the kernel as one whose device may have left its supported state, and says who did it: once
/// a context, as soon as the device's limit allows.
pub(crate) fn taint(uctx: &Uctx, scope: RpcScope) {
    // SAFETY: It may be called in any context.
    unsafe { bindings::add_taint(bindings::TAINT_FWCTL, bindings::lockdep_ok_LOCKDEP_STILL_OK) };
    if !uctx.is_reported() && uctx.device().log_limit().allows() {
        uctx.set_reported();
        report(uctx, scope);
    }
}

fn report(uctx: &Uctx, scope: RpcScope) {
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
