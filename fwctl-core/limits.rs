// SPDX-License-Identifier: GPL-2.0

//! How much of a device may be in use at once, and how much is.
//!
//! An administrator sets it (`attributes.rs`); what would be beyond it is refused at once.

use kernel::{
    prelude::*,
    sync::atomic::{
        Atomic,
        Relaxed, //
    }, //
};

use crate::module_parameters;

/// Bits of the count of bytes in [`InFlight`]. The calls have the rest.
const BYTES: u32 = 42;

/// Most bytes that may be in flight: 4 TiB less one.
const MOST_BYTES: u64 = (1 << BYTES) - 1;

/// Most calls that may be in flight: as many as there can be threads, less one.
const MOST_CALLS: u64 = (1 << (u64::BITS - BYTES)) - 1;

/// A number that an administrator sets.
pub(crate) struct Limit {
    value: Atomic<u64>,
    most: u64,
}

impl Limit {
    fn new(value: u64, most: u64) -> Self {
        Self {
            value: Atomic::new(value.min(most)),
            most,
        }
    }

    /// Its value.
    pub(crate) fn get(&self) -> u64 {
        self.value.load(Relaxed)
    }

    /// Sets it; what is in use already stays.
    ///
    /// # Errors
    ///
    /// `EINVAL` for more than can be counted.
    pub(crate) fn set(&self, value: u64) -> Result {
        if value > self.most {
            return Err(EINVAL);
        }
        self.value.store(value, Relaxed);
        Ok(())
    }
}

/// The limits of a device.
pub(crate) struct Limits {
    /// Files that are open.
    pub(crate) files: Limit,
    /// Calls of `FWCTL_RPC` that have begun and not ended.
    pub(crate) calls: Limit,
    /// Bytes of the requests of these calls, and of the room for their responses.
    pub(crate) bytes: Limit,
    refused: Atomic<u64>,
    in_flight: InFlight,
}

/// Calls in the upper bits, their bytes in the lower ones: one number, because each call writes it,
/// and in a cache line of its own, because each call reads what is beside it.
#[repr(align(64))]
struct InFlight(Atomic<u64>);

const fn calls(in_flight: u64) -> u64 {
    in_flight >> BYTES
}

const fn bytes(in_flight: u64) -> u64 {
    in_flight & MOST_BYTES
}

impl Limits {
    /// As the module's parameters have it.
    pub(crate) fn new() -> Self {
        Self {
            files: Limit::new(module_parameters::max_files.value().into(), u32::MAX.into()),
            calls: Limit::new(module_parameters::max_calls.value().into(), MOST_CALLS),
            bytes: Limit::new(module_parameters::max_bytes.value(), MOST_BYTES),
            refused: Atomic::new(0),
            in_flight: InFlight(Atomic::new(0)),
        }
    }

    /// Calls in flight.
    pub(crate) fn calls_in_flight(&self) -> u64 {
        calls(self.in_flight.0.load(Relaxed))
    }

    /// Bytes in flight.
    pub(crate) fn bytes_in_flight(&self) -> u64 {
        bytes(self.in_flight.0.load(Relaxed))
    }

    /// How often something was refused for the sake of a limit.
    pub(crate) fn refused(&self) -> u64 {
        self.refused.load(Relaxed)
    }

    /// Refuses.
    #[cold]
    pub(crate) fn refuse(&self) -> Error {
        self.refused.add(1, Relaxed);
        EBUSY
    }

    /// Begins a call with so many bytes, which ends when the result is dropped.
    ///
    /// # Errors
    ///
    /// `EBUSY` if it would be beyond a limit.
    #[inline]
    pub(crate) fn begin(&self, len: u64) -> Result<Call<'_>> {
        let this = (1 << BYTES) + len;
        let mut others = self.in_flight.0.load(Relaxed);
        loop {
            let room = self.bytes.get().saturating_sub(bytes(others));
            if calls(others) >= self.calls.get() || len > room {
                return Err(self.refuse());
            }
            // Neither count overflows, since no limit is above what fits.
            match self.in_flight.0.cmpxchg(others, others + this, Relaxed) {
                Ok(_) => return Ok(Call { limits: self, this }),
                Err(changed) => others = changed,
            }
        }
    }
}

/// A call in flight.
pub(crate) struct Call<'a> {
    limits: &'a Limits,
    /// Its part of [`Limits::in_flight`].
    this: u64,
}

impl Drop for Call<'_> {
    #[inline]
    fn drop(&mut self) {
        self.limits.in_flight.0.fetch_sub(self.this, Relaxed);
    }
}
