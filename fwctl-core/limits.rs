// SPDX-License-Identifier: GPL-2.0

//! How many calls a device may have in flight at once, with how many bytes, and how many it has.
//!
//! An administrator sets it (`attributes.rs`); what would be beyond it is refused at once.

use kernel::{
    prelude::*,
    sync::atomic::{
        Atomic,
        Relaxed, //
    }, //
};

use crate::{
    credit::Credit,
    module_parameters, //
};

/// The limits of a device's calls.
pub(crate) struct Limits {
    calls: Atomic<i64>,
    bytes: Atomic<i64>,
    refused: Atomic<u64>,
    left: Left,
}

/// The credit for calls, as a number.
///
/// It is one number, because each call writes it, and has a cache line of its own, because each call
/// reads what is beside it. Each takes its part and returns as much: so whatever comes of many at
/// once, the sum is right in the end.
#[repr(align(64))]
struct Left(Atomic<i64>);

impl Limits {
    /// As the module's parameters have it.
    pub(crate) fn new() -> Self {
        let calls = i64::from(module_parameters::max_calls.value()).min(Credit::MOST_CALLS);
        let bytes =
            i64::try_from(module_parameters::max_bytes.value()).unwrap_or(Credit::MOST_BYTES);
        let bytes = bytes.min(Credit::MOST_BYTES);
        Self {
            calls: Atomic::new(calls),
            bytes: Atomic::new(bytes),
            refused: Atomic::new(0),
            left: Left(Atomic::new(Credit::new(calls, bytes).0)),
        }
    }

    /// Most calls of `FWCTL_RPC` that may have begun and not ended.
    pub(crate) fn calls(&self) -> i64 {
        self.calls.load(Relaxed)
    }

    /// Sets it; those that have begun go on.
    ///
    /// # Errors
    ///
    /// `EINVAL` for more than can be counted.
    pub(crate) fn set_calls(&self, calls: u64) -> Result {
        let calls = up_to(Credit::MOST_CALLS, calls)?;
        let before = self.calls.xchg(calls, Relaxed);
        self.left.0.add(Credit::new(calls - before, 0).0, Relaxed);
        Ok(())
    }

    /// Most bytes of the requests of these calls, and of the room for their responses.
    pub(crate) fn bytes(&self) -> i64 {
        self.bytes.load(Relaxed)
    }

    /// As [`set_calls`](Self::set_calls).
    pub(crate) fn set_bytes(&self, bytes: u64) -> Result {
        let bytes = up_to(Credit::MOST_BYTES, bytes)?;
        let before = self.bytes.xchg(bytes, Relaxed);
        self.left.0.add(Credit::new(0, bytes - before).0, Relaxed);
        Ok(())
    }

    fn left(&self) -> Credit {
        Credit(self.left.0.load(Relaxed))
    }

    /// Calls in flight.
    pub(crate) fn calls_in_flight(&self) -> i64 {
        self.calls() - self.left().calls()
    }

    /// Bytes in flight.
    pub(crate) fn bytes_in_flight(&self) -> i64 {
        self.bytes() - self.left().bytes()
    }

    /// How many calls were one too many, or too large.
    pub(crate) fn refused(&self) -> u64 {
        self.refused.load(Relaxed)
    }

    /// Begins a call with so many bytes, which ends when the result is dropped.
    ///
    /// # Errors
    ///
    /// `EBUSY` if it would be beyond a limit.
    #[inline]
    pub(crate) fn begin(&self, len: u32) -> Result<Call<'_>> {
        let taken = Credit::new(1, len.into()).0;
        let left = self.left.0.fetch_sub(taken, Relaxed).wrapping_sub(taken);
        let call = Call {
            left: &self.left.0,
            taken,
        };
        if Credit(left).is_overdrawn() {
            self.refused.add(1, Relaxed);
            return Err(EBUSY);
        }
        Ok(call)
    }
}

fn up_to(most: i64, value: u64) -> Result<i64> {
    let value = i64::try_from(value).map_err(|_| EINVAL)?;
    if value > most {
        return Err(EINVAL);
    }
    Ok(value)
}

/// A call in flight.
pub(crate) struct Call<'a> {
    left: &'a Atomic<i64>,
    taken: i64,
}

impl Drop for Call<'_> {
    #[inline]
    fn drop(&mut self) {
        self.left.add(self.taken, Relaxed);
    }
}
