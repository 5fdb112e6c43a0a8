// SPDX-License-Identifier: GPL-2.0

//! Descriptors that are closed, and opened on other files, while threads call on them.

use std::{
    os::fd::AsFd,
    sync::atomic::{
        AtomicBool,
        Ordering, //
    },
    thread, //
};

use harness::{
    errno::EBADF,
    expect::holds,
    ktap::{
        fail,
        Outcome,
        Stop, //
    },
    sys::{
        self,
        Slot, //
    }, //
};

use crate::{
    caller::Caller,
    kernel::Kernel,
    random::Random,
    Run,
    THREADS, //
};

/// Makes a thread's calls, and gives how many found no file.
fn call(kernel: &Kernel, slots: &[Slot], random: Random, calls: usize) -> Result<usize, Stop> {
    let mut caller = Caller::new(kernel, sys::Caller::Native, random)?;
    let mut closed = 0;
    for _ in 0..calls {
        let slot = &slots[caller.below(slots.len())];
        let verdict = caller.call(|number, argument| slot.call(number, argument))?;
        closed += usize::from(verdict == Err(EBADF));
    }
    Ok(closed)
}

/// Closes and opens until it is told to stop.
fn close(run: &Run<'_>, slots: &[Slot], mut random: Random, stop: &AtomicBool) -> Outcome {
    let shared = run.node.open()?;
    while !stop.load(Ordering::Relaxed) {
        let slot = &slots[random.below(slots.len())];
        match random.below(4) {
            // It may be empty already.
            0 => drop(slot.close()),
            1 => slot.put(shared.as_fd())?,
            _ => slot.put(run.node.open()?.as_fd())?,
        }
        thread::yield_now();
    }
    for slot in slots {
        let _ = slot.close();
    }
    Ok(())
}

/// Makes the calls, and closes what they are made on.
pub fn run(run: &Run<'_>) -> Outcome {
    let mut kernel = run.kernel(&run.node.open()?)?;
    kernel.files_change = true;
    let (kernel, slots) = (&kernel, &[0, 1, 2].map(Slot::new));
    let (mut seeds, stop) = (Random::new(run.seed), &AtomicBool::new(false));
    let share = run.calls / (THREADS - 1);
    let closed: Result<Vec<_>, _> = thread::scope(|scope| {
        let random = seeds.fork();
        let closer = scope.spawn(move || close(run, slots, random, stop));
        let callers = [(); THREADS - 1].map(|()| {
            let random = seeds.fork();
            scope.spawn(move || call(kernel, slots, random, share))
        });
        let ends = callers.map(|caller| caller.join());
        stop.store(true, Ordering::Relaxed);
        closer
            .join()
            .unwrap_or_else(|_| fail("a thread panicked"))?;
        let ends = ends.into_iter();
        ends.map(|end| end.unwrap_or_else(|_| fail("a thread panicked")))
            .collect()
    });
    let (closed, all): (usize, _) = (closed?.iter().sum(), share * (THREADS - 1));
    println!("# {closed} of {all} found no file");
    holds(closed < all, "no call found a file")
}
