// SPDX-License-Identifier: GPL-2.0 OR MIT

//! What is left of a number of calls, and of the bytes in them, in one number.
//!
//! Credits are added and subtracted as numbers. Either part may be below zero; then a carry of the
//! bytes is in the calls, and reading takes it out again.

/// Bits of the bytes. The calls have the rest.
const BYTES: u32 = 44;

/// Both parts: `calls << BYTES` and `bytes`, added up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Credit(pub i64);

impl Credit {
    /// Most calls that there can be.
    pub const MOST_CALLS: i64 = (1 << (i64::BITS - BYTES - 1)) - 1;

    /// Most bytes that there can be: 8 TiB less one.
    pub const MOST_BYTES: i64 = (1 << (BYTES - 1)) - 1;

    /// So many calls and bytes, either of which may be below zero.
    #[inline]
    pub const fn new(calls: i64, bytes: i64) -> Self {
        Self((calls << BYTES).wrapping_add(bytes))
    }

    /// The bytes.
    #[inline]
    pub const fn bytes(self) -> i64 {
        // The calls go, and the sign comes back.
        (self.0 << (i64::BITS - BYTES)) >> (i64::BITS - BYTES)
    }

    /// The calls.
    #[inline]
    pub const fn calls(self) -> i64 {
        self.0.wrapping_sub(self.bytes()) >> BYTES
    }

    /// Whether a part is below zero.
    #[inline]
    pub const fn is_overdrawn(self) -> bool {
        // Where the bytes are not, the sum has the sign of the calls.
        self.bytes() < 0 || self.0 < 0
    }
}
