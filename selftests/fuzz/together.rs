// SPDX-License-Identifier: GPL-2.0

//! Threads that call on one file: what one does is nothing to another.

use std::thread;

use harness::{
    device::Device,
    expect::same,
    ktap::{
        fail,
        Outcome,
        Stop, //
    },
    mock,
    sys, //
};

use crate::{
    caller::Caller,
    firmware::Firmware,
    kernel::Kernel,
    random::Random,
    Run,
    THREADS, //
};

/// Makes a thread's calls, and gives how many requests were sent.
fn call(kernel: &Kernel, device: &Device, random: Random, calls: usize) -> Result<u32, Stop> {
    let mut caller = Caller::new(kernel, sys::Caller::Native, random)?;
    for _ in 0..calls {
        let _ = caller.call(|number, argument| device.ioctl(number, argument))?;
    }
    Ok(caller.sent())
}

/// Makes the calls.
pub fn run(run: &Run<'_>) -> Outcome {
    let device = &run.node.open()?;
    let kernel = &run.kernel(device)?;
    let mut seeds = Random::new(run.seed);
    let sent: Result<Vec<_>, _> = thread::scope(|scope| {
        let threads = [(); THREADS].map(|()| {
            let random = seeds.fork();
            scope.spawn(move || call(kernel, device, random, run.calls / THREADS))
        });
        let ends = threads.map(|thread| thread.join());
        let ends = ends.into_iter();
        ends.map(|end| end.unwrap_or_else(|_| fail("a thread panicked")))
            .collect()
    });
    let sent: u32 = sent?.iter().sum();
    if run.firmware == Firmware::Mock {
        same("requests", mock::count(device)?, sent + 1)?;
    }
    Ok(())
}
