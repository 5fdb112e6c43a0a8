// SPDX-License-Identifier: GPL-2.0

//! Strict mode: scopes mean what their names say.
//!
//! Linux's verdicts are the rule, and existing clients rely on them. Some let a scope do more than it
//! says. In strict mode these are refused; else they are counted, so that an administrator sees who
//! would be in the way.

use kernel::{
    prelude::*,
    sync::atomic::{
        Atomic,
        AtomicFlag,
        Relaxed, //
    }, //
};

use crate::{
    log,
    module_parameters,
    scope::RpcScope,
    uctx::Uctx, //
};

/// A device's strict mode.
pub(crate) struct Strict {
    on: AtomicFlag,
    /// Requests that strict mode has refused, or would have.
    refusals: Atomic<u64>,
    /// Whether the log knows that there are such.
    noticed: AtomicFlag,
}

impl Strict {
    /// As the module's parameter has it.
    pub(crate) fn new() -> Self {
        Self {
            on: AtomicFlag::new(module_parameters::strict.value()),
            refusals: Atomic::new(0),
            noticed: AtomicFlag::new(false),
        }
    }

    /// Whether it is on.
    pub(crate) fn is_on(&self) -> bool {
        self.on.load(Relaxed)
    }

    /// Turns it on or off, from the next request on.
    pub(crate) fn set(&self, on: bool) {
        self.on.store(on, Relaxed);
    }

    /// Requests that strict mode has refused for their scope, and those that it would have refused
    /// while it was off.
    pub(crate) fn refusals(&self) -> u64 {
        self.refusals.load(Relaxed)
    }

    /// Records a request that it would refuse; in the log, the first one.
    fn record(&self, uctx: &Uctx, scope: RpcScope, command: &[u8]) {
        self.refusals.add(1, Relaxed);
        if !self.noticed.load(Relaxed) && log::tolerated(uctx, scope, command) {
            self.noticed.store(true, Relaxed);
        }
    }
}

/// Why a request is not for its scope.
#[repr(u32)]
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reason {
    /// The scope is too low, in any mode.
    ScopeTooLow,
    /// The scope does not say what the command does, which matters in strict mode alone.
    ScopeSaysLess,
    /// As before, but the request is not about to be delivered: the driver was asked what it would do.
    WouldSayLess,
}

/// Decides on a request with `command`, which is not for `scope`.
///
/// # Errors
///
/// In strict mode `EPERM`, and a line in the log as the device's limit allows. Else what Linux does:
/// `EBADMSG` for a scope that is too low.
pub(crate) fn judge(uctx: &Uctx, scope: RpcScope, command: &[u8], reason: Reason) -> Result {
    let strict = uctx.device().strict();
    if strict.is_on() {
        strict.refusals.add(1, Relaxed);
        log::refused(uctx, scope, command);
        return Err(EPERM);
    }
    match reason {
        Reason::ScopeTooLow => return Err(EBADMSG),
        Reason::ScopeSaysLess => strict.record(uctx, scope, command),
        Reason::WouldSayLess => {}
    }
    Ok(())
}
