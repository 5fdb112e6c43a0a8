// SPDX-License-Identifier: GPL-2.0

//! Numbers that look random, and are the same for the same seed.

use std::{
    env,
    time::SystemTime, //
};

use crate::sys::PAGE;

/// A sequence of numbers, SplitMix64.
#[derive(Clone, Debug)]
pub struct Random(u64);

/// Lengths at which something changes.
const EDGES: [u32; 20] = [
    0,
    1,
    7,
    8,
    9,
    15,
    16,
    17,
    PAGE as u32 - 1,
    PAGE as u32,
    PAGE as u32 + 1,
    (2 << 20) - 1,
    2 << 20,
    (2 << 20) + 1,
    i32::MAX as u32,
    1 << 31,
    u32::MAX - 8,
    u32::MAX - 7,
    u32::MAX - 1,
    u32::MAX,
];

impl Random {
    /// The sequence of a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The sequence of `FWCTL_SEED`, or of a new seed, which is printed.
    pub fn from_environment() -> Self {
        let given = env::var("FWCTL_SEED").ok();
        let seed = given.and_then(|seed| seed.parse().ok()).unwrap_or_else(|| {
            let now = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
            u64::from(now.subsec_nanos())
        });
        println!("# FWCTL_SEED={seed}");
        Self::new(seed)
    }

    /// Any number.
    pub fn any(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A sequence of its own, for another thread.
    pub fn fork(&mut self) -> Self {
        Self(self.any())
    }

    /// A number below `end`, which is not 0.
    pub fn below(&mut self, end: usize) -> usize {
        (self.any() % end as u64) as usize
    }

    /// Yes, once in `times`.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// One of `choices`.
    pub fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }

    /// A length: mostly a short one, else one at which something changes.
    pub fn length(&mut self) -> u32 {
        if self.once_in(4) {
            return self.pick(&EDGES);
        }
        self.below(600) as u32
    }

    /// Any 32-bit number: a small one, one with few bits, or any.
    pub fn number(&mut self) -> u32 {
        match self.below(4) {
            0 => self.below(16) as u32,
            1 => 1 << self.below(32),
            2 => !(1 << self.below(32)),
            _ => self.any() as u32,
        }
    }

    /// So many bytes.
    pub fn bytes(&mut self, len: usize) -> Vec<u8> {
        (0..len).map(|_| self.any() as u8).collect()
    }
}
