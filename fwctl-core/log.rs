// SPDX-License-Identifier: GPL-2.0

//! Lines in the kernel's log. Each names device and process, and user space cannot flood it: a
//! device has a limit for all its lines.
//!
//! C headers: `include/linux/dev_printk.h`, `include/linux/ratelimit.h`.

use kernel::{
    bindings,
    ffi::{
        c_char,
        c_int, //
    },
    prelude::*,
    types::Opaque, //
};

use crate::{
    scope::RpcScope,
    uctx::Uctx, //
};

extern "C" {
    fn fwctl_ratelimit_init(limit: *mut bindings::ratelimit_state);
    fn fwctl_ratelimit(limit: *mut bindings::ratelimit_state) -> bool;
}

/// How often a device may cause a line in the log: user space decides how often there is one.
#[pin_data]
pub(crate) struct Limit {
    #[pin]
    state: Opaque<bindings::ratelimit_state>,
}

// SAFETY: The state has a lock of its own.
unsafe impl Send for Limit {}
// SAFETY: As above.
unsafe impl Sync for Limit {}

impl Limit {
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

/// Who calls, and on which device, in the types of a format.
struct Caller {
    device: *const bindings::device,
    name: *const c_char,
    pid: c_int,
}

impl Caller {
    fn of(uctx: &Uctx) -> Self {
        let task = current!();
        Self {
            device: core::ptr::from_ref(uctx.device().as_ref()).cast(),
            // SAFETY: The current task is valid, and its name is an array within it.
            name: unsafe { &raw const (*task.as_ptr()).comm }.cast(),
            pid: task.pid(),
        }
    }
}

/// Says who sends what may take the device out of its supported state. `false` if the limit forbids.
pub(crate) fn tainted(uctx: &Uctx, scope: RpcScope) -> bool {
    uctx.device().log_limit().allows() && {
        let caller = Caller::of(uctx);
        // SAFETY: The device is registered, the format takes a string and two numbers, and the name
        // always ends with a NUL.
        unsafe {
            bindings::_dev_warn(
                caller.device,
                c"%s(%d) sends requests of scope %u: the device may leave its supported state\n"
                    .as_char_ptr(),
                caller.name,
                caller.pid,
                scope as u32,
            )
        };
        true
    }
}

/// Says who was refused `command` in strict mode. `false` if the limit forbids.
pub(crate) fn refused(uctx: &Uctx, scope: RpcScope, command: &[u8]) -> bool {
    let format = c"%s(%d) may not send %.*s at scope %u in strict mode\n";
    command_line(uctx, scope, command, format)
}

/// Says who sent `command`, which strict mode would refuse. `false` if the limit forbids.
pub(crate) fn tolerated(uctx: &Uctx, scope: RpcScope, command: &[u8]) -> bool {
    let format = c"%s(%d) sends %.*s at scope %u, which strict mode would refuse\n";
    command_line(uctx, scope, command, format)
}

/// `format` takes a string, a number, the length and the begin of a string, and a number.
fn command_line(uctx: &Uctx, scope: RpcScope, command: &[u8], format: &CStr) -> bool {
    uctx.device().log_limit().allows() && {
        let caller = Caller::of(uctx);
        // SAFETY: The device is registered, the format is the one above, the name always ends with
        // a NUL, and of the command no more is read than there is.
        unsafe {
            bindings::_dev_info(
                caller.device,
                format.as_char_ptr(),
                caller.name,
                caller.pid,
                c_int::try_from(command.len()).unwrap_or(c_int::MAX),
                command.as_ptr(),
                scope as u32,
            )
        };
        true
    }
}
