// SPDX-License-Identifier: GPL-2.0

//! The contexts of a device that its driver has opened, or is about to open, and has not closed.

use kernel::{
    new_mutex,
    prelude::*,
    sync::{
        aref::ARef,
        Mutex, //
    }, //
};

use crate::{
    limits::Limits,
    uctx::Uctx, //
};

/// Contexts in no order, each of which knows its place.
///
/// The lock is never held over a call into the driver. Whoever takes a context out closes it, so
/// that happens once.
#[pin_data]
pub(crate) struct Contexts {
    #[pin]
    open: Mutex<KVVec<ARef<Uctx>>>,
}

impl Contexts {
    /// None yet.
    pub(crate) fn new() -> impl PinInit<Self> {
        pin_init!(Self {
            open <- new_mutex!(KVVec::new(), "fwctl_contexts"),
        })
    }

    /// Puts `uctx` in, if there are fewer than `limits` allow.
    ///
    /// # Errors
    ///
    /// `EBUSY` at the limit, `ENOMEM`; then it is not in.
    pub(crate) fn add(&self, uctx: ARef<Uctx>, limits: &Limits) -> Result {
        let mut open = self.open.lock();
        let place = open.len();
        // CAST: A `usize` has 64 bits or 32 here.
        if place as u64 >= limits.files.get() {
            return Err(limits.refuse());
        }
        uctx.set_place(Some(place));
        Ok(open.push(uctx, GFP_KERNEL)?)
    }

    /// How many there are.
    pub(crate) fn len(&self) -> u64 {
        // CAST: A `usize` has 64 bits or 32 here.
        self.open.lock().len() as u64
    }

    /// Takes `uctx` out; `None` if it is not in.
    pub(crate) fn take(&self, uctx: &Uctx) -> Option<ARef<Uctx>> {
        let mut open = self.open.lock();
        let place = uctx.place()?;
        // The last one moves to its place.
        let last = open.pop()?;
        last.set_place(Some(place));
        let taken = match open.get_mut(place) {
            Some(moved) => core::mem::replace(moved, last),
            None => last,
        };
        taken.set_place(None);
        Some(taken)
    }

    /// Takes any out; `None` if there is none.
    pub(crate) fn take_any(&self) -> Option<ARef<Uctx>> {
        let taken = self.open.lock().pop()?;
        taken.set_place(None);
        Some(taken)
    }
}
