// SPDX-License-Identifier: GPL-2.0

//! The contexts of a device that its driver has opened, or is about to open, and has not closed.

use core::ptr;
use kernel::{
    new_mutex,
    prelude::*,
    sync::{
        aref::ARef,
        Mutex, //
    }, //
};

use crate::{
    module_parameters,
    uctx::Uctx, //
};

/// Contexts in no order, each of which knows its place.
///
/// The lock is never held over a call into the driver. Whoever takes a context out closes it, so
/// that happens once.
#[pin_data]
pub(crate) struct Contexts {
    #[pin]
    open: Mutex<Open>,
}

struct Open {
    contexts: KVVec<ARef<Uctx>>,
    /// How many there may be.
    limit: u64,
    /// How many were one too many.
    refused: u64,
}

impl Contexts {
    /// None yet, and as many to come as the module's parameter says.
    pub(crate) fn new() -> impl PinInit<Self> {
        pin_init!(Self {
            open <- new_mutex!(
                Open {
                    contexts: KVVec::new(),
                    limit: module_parameters::max_files.value().into(),
                    refused: 0,
                },
                "fwctl_contexts"
            ),
        })
    }

    /// Puts `uctx` in.
    ///
    /// # Errors
    ///
    /// `EBUSY` if there are as many as there may be, `ENOMEM`; then it is not in.
    pub(crate) fn add(&self, uctx: ARef<Uctx>) -> Result {
        let mut open = self.open.lock();
        let place = open.contexts.len();
        // CAST: A `usize` has 64 bits or 32 here.
        if place as u64 >= open.limit {
            open.refused += 1;
            return Err(EBUSY);
        }
        uctx.set_place(place);
        Ok(open.contexts.push(uctx, GFP_KERNEL)?)
    }

    /// Takes `uctx` out; `None` if it is not in.
    pub(crate) fn take(&self, uctx: &Uctx) -> Option<ARef<Uctx>> {
        let mut open = self.open.lock();
        let place = uctx.place();
        // Once it is out, another one has its place, or none.
        if !ptr::eq(&**open.contexts.get(place)?, uctx) {
            return None;
        }
        // The last one moves to its place.
        let last = open.contexts.pop()?;
        let Some(moved) = open.contexts.get_mut(place) else {
            return Some(last);
        };
        last.set_place(place);
        Some(core::mem::replace(moved, last))
    }

    /// Takes any out; `None` if there is none.
    pub(crate) fn take_any(&self) -> Option<ARef<Uctx>> {
        self.open.lock().contexts.pop()
    }

    /// How many there are.
    pub(crate) fn len(&self) -> u64 {
        // CAST: A `usize` has 64 bits or 32 here.
        self.open.lock().contexts.len() as u64
    }

    /// How many there may be.
    pub(crate) fn limit(&self) -> u64 {
        self.open.lock().limit
    }

    /// Sets how many there may be; those that there are stay.
    ///
    /// # Errors
    ///
    /// `EINVAL` for more than a number of 32 bits.
    pub(crate) fn set_limit(&self, limit: u64) -> Result {
        if limit > u32::MAX.into() {
            return Err(EINVAL);
        }
        self.open.lock().limit = limit;
        Ok(())
    }

    /// How many were one too many.
    pub(crate) fn refused(&self) -> u64 {
        self.open.lock().refused
    }
}
