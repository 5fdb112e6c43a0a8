// SPDX-License-Identifier: GPL-2.0

//! Numbers that look random, and come again with the same seed.

use std::{
    env,
    ops::Range,
    time::SystemTime, //
};

/// Where the numbers come from.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The numbers of `FWCTL_SEED`, or new ones. Prints the seed.
    pub fn new() -> Self {
        let given = env::var("FWCTL_SEED")
            .ok()
            .and_then(|seed| seed.parse().ok());
        let now = || SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
        let seed = given.unwrap_or_else(|| u64::from(now().subsec_nanos()));
        println!("# FWCTL_SEED={seed}");
        Self::of(seed)
    }

    fn of(seed: u64) -> Self {
        // Seeds that are alike give numbers that are not; and the state is never 0.
        Self((seed ^ 0x9e37_79b9_7f4a_7c15).wrapping_mul(0xbf58_476d_1ce4_e5b9) | 1)
    }

    /// Another source, for another thread.
    pub fn split(&mut self) -> Self {
        Self::of(self.next())
    }

    /// Marsaglia's xorshift64*.
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// One of these numbers.
    pub fn within(&mut self, range: Range<u64>) -> u64 {
        range.start + (self.next() >> 16) % (range.end - range.start)
    }

    /// One of these.
    pub fn pick<'a, T>(&mut self, things: &'a [T]) -> &'a T {
        &things[self.within(0..things.len() as u64) as usize]
    }
}

impl Default for Random {
    fn default() -> Self {
        Self::new()
    }
}
