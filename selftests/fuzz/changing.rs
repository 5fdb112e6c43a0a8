// SPDX-License-Identifier: GPL-2.0

//! Memory that changes during a call: what it holds, what may be done with it, and whether it is
//! still the same memory.

use std::{
    sync::atomic::{
        AtomicBool,
        Ordering, //
    },
    thread, //
};

use harness::{
    device::UNTOUCHED,
    errno::{
        Errno,
        E2BIG,
        EBADMSG,
        EFAULT,
        EINVAL,
        EMSGSIZE,
        EOPNOTSUPP,
        EPERM, //
    },
    expect::{
        filled,
        holds, //
    },
    ktap::{
        fail,
        Outcome,
        Stop, //
    },
    sys::{
        Access,
        Caller,
        Pages,
        PAGE, //
    },
    uapi::{
        Info,
        Rpc,
        INFO,
        RPC, //
    }, //
};

use crate::{
    firmware::Firmware,
    random::Random,
    Run,
    THREADS, //
};

// The pages of a caller. Whatever lengths there are at whatever moment, nothing reaches the first
// and the last one.
const BEFORE: usize = 0;
const ARGUMENT: usize = PAGE;
const MESSAGE: usize = ARGUMENT + 256;
const ANSWER: usize = 2 * PAGE;
const FLEETING: [usize; 2] = [3 * PAGE, 4 * PAGE];
const BEHIND: usize = 5 * PAGE;

/// Longest request, and longest memory for an answer.
const LONGEST: usize = PAGE;

/// How a call may end if its argument and its memory may be any.
const ENDS: [Errno; 7] = [E2BIG, EBADMSG, EFAULT, EINVAL, EMSGSIZE, EOPNOTSUPP, EPERM];

/// A size, a scope or flags, and two lengths, none of them too long.
fn words(random: &mut Random) -> [u32; 4] {
    let known = [Info::SIZE as u32, Rpc::SIZE as u32];
    let size = match random.below(8) {
        0 => random.pick(&[0, 8, 40, PAGE as u32, PAGE as u32 + 1]),
        _ => random.pick(&known),
    };
    let scope = random.pick(&[0, 0, 1, 2, 3, 4]);
    let mut length = || random.pick(&[0, 8, 16, 24, 200, LONGEST / 2]) as u32;
    let (in_len, out_len) = (length(), length());
    [size, scope, in_len, out_len]
}

/// Writes words where others may write, too.
fn store(pages: &Pages, at: usize, bytes: &[u8]) {
    for (index, word) in bytes.chunks_exact(4).enumerate() {
        let word = u32::from_ne_bytes([word[0], word[1], word[2], word[3]]);
        pages.store(at + 4 * index, word);
    }
}

/// Makes a thread's calls in `pages`, and gives how many were carried out.
fn call(run: &Run<'_>, pages: &Pages, mut random: Random, calls: usize) -> Result<usize, Stop> {
    let device = run.node.open()?;
    let mut done = 0;
    for index in 0..calls {
        let mut message = run.firmware.calm_message(&mut random);
        message.resize(message.len().next_multiple_of(4), 0);
        store(pages, MESSAGE, &message);
        let [_, scope, _, out_len] = words(&mut random);
        let answer = ANSWER + random.below(2 * PAGE + 1);
        let (number, argument) = match random.below(4) {
            0 => (INFO, Info::new(out_len, pages.at(answer)).encode()),
            _ => {
                let (input, len) = (pages.at(MESSAGE), message.len() as u32);
                let rpc = Rpc::new(scope, len, input, out_len, pages.at(answer));
                (RPC, rpc.encode())
            }
        };
        store(pages, ARGUMENT, &argument);

        let verdict = device.ioctl(number, pages.at(ARGUMENT));
        let good = verdict.err().is_none_or(|errno| ENDS.contains(&errno));
        holds(good, format!("call {index}: {verdict:?}"))?;
        done += usize::from(verdict.is_ok());
        for guard in [BEFORE, BEHIND] {
            filled("a page beside", &pages.read(guard, PAGE), UNTOUCHED)?;
        }
    }
    Ok(done)
}

/// Changes `pages` until it is told to stop.
fn meddle(firmware: Firmware, pages: &Pages, mut random: Random, stop: &AtomicBool) -> Outcome {
    while !stop.load(Ordering::Relaxed) {
        let page = random.pick(&FLEETING);
        match random.below(8) {
            0 => pages.set_access(page, Access::None)?,
            1 => pages.set_access(page, Access::Read)?,
            2 => pages.renew(page)?,
            3 => pages.set_access(page, Access::Write)?,
            4 | 5 => {
                let (at, word) = firmware.other_word(&mut random);
                pages.store(MESSAGE + at, word);
            }
            _ => {
                let index = random.below(4);
                pages.store(ARGUMENT + 4 * index, words(&mut random)[index]);
            }
        }
    }
    Ok(())
}

/// Makes the calls, and changes their memory.
pub fn run(run: &Run<'_>) -> Outcome {
    let mut seeds = Random::new(run.seed);
    const CALLERS: usize = THREADS / 2;
    let (share, stop) = (run.calls / CALLERS, &AtomicBool::new(false));
    let memories = [(); CALLERS].map(|()| Pages::new(Caller::Native, BEHIND + PAGE));
    let done: Result<Vec<_>, _> = thread::scope(|scope| {
        let (mut callers, mut meddlers) = (Vec::new(), Vec::new());
        for pages in &memories {
            let pages = pages.as_ref().map_err(|errno| *errno)?;
            pages.fill(UNTOUCHED);
            store(pages, ARGUMENT, &[0; MESSAGE - ARGUMENT]);
            let (ours, theirs) = (seeds.fork(), seeds.fork());
            meddlers.push(scope.spawn(move || meddle(run.firmware, pages, theirs, stop)));
            callers.push(scope.spawn(move || call(run, pages, ours, share)));
        }
        let ends: Vec<_> = callers.into_iter().map(|caller| caller.join()).collect();
        stop.store(true, Ordering::Relaxed);
        for meddler in meddlers {
            meddler
                .join()
                .unwrap_or_else(|_| fail("a thread panicked"))?;
        }
        let ends = ends.into_iter();
        ends.map(|end| end.unwrap_or_else(|_| fail("a thread panicked")))
            .collect()
    });
    let done: usize = done?.iter().sum();
    println!("# {done} of {} carried out", share * CALLERS);
    holds(done > 0, "no call was carried out")
}
