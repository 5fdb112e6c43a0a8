// SPDX-License-Identifier: GPL-2.0

//! The finest clock of the machine, and medians of what it shows.

use harness::ktap::Stop;

/// The clock. Its unit is the machine's business: under QEMU's `-icount shift=0` it counts the
/// instructions that the guest has executed.
#[cfg(target_arch = "x86_64")]
pub fn now() -> u64 {
    // SAFETY: It reads a register that every x86-64 lets programs read.
    unsafe { std::arch::x86_64::_rdtsc() }
}

/// No such register is used here.
#[cfg(not(target_arch = "x86_64"))]
pub fn now() -> u64 {
    use std::{
        sync::OnceLock,
        time::Instant, //
    };
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed().as_nanos() as u64
}

/// The number in the middle; 0 if there is none.
pub fn median(mut numbers: Vec<u64>) -> u64 {
    numbers.sort_unstable();
    numbers.get(numbers.len() / 2).copied().unwrap_or(0)
}

/// What `call` costs: the median of `times` calls, without what looking at the clock costs.
pub fn cost(times: usize, mut call: impl FnMut() -> Result<(), Stop>) -> Result<u64, Stop> {
    let mut costs = Vec::with_capacity(times);
    let mut overheads = Vec::with_capacity(times);
    for _ in 0..times {
        let start = now();
        overheads.push(now() - start);
        let start = now();
        let result = call();
        costs.push(now() - start);
        result?;
    }
    Ok(median(costs).saturating_sub(median(overheads)))
}
