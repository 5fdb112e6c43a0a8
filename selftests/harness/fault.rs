// SPDX-License-Identifier: GPL-2.0

//! Faults: one of the kernel's allocations in a call, or of its copies from and to user memory,
//! fails.
//!
//! `Documentation/fault-injection/fault-injection.rst` of the kernel. What it cannot fail: memory
//! of each CPU's own, `get_user()`, `put_user()` and `clear_user()`.

use std::{
    fs::{
        self,
        File,
        OpenOptions, //
    },
    os::unix::fs::FileExt,
    path::Path, //
};

use crate::{
    errno::Errno,
    expect::{
        holds,
        same, //
    },
    ktap::{
        fail,
        skip,
        Outcome,
        Stop, //
    }, //
};

/// Where the kernel has its settings.
const SETTINGS: &str = "/sys/kernel/debug";

/// Nothing is spared because it may wait, and the log is for other things.
const UNSPARING: &[(&str, &str)] = &[
    ("failslab/ignore-gfp-wait", "N"),
    ("failslab/verbose", "0"),
    ("fail_page_alloc/ignore-gfp-wait", "N"),
    ("fail_page_alloc/ignore-gfp-highmem", "N"),
    ("fail_page_alloc/verbose", "0"),
    ("fail_usercopy/verbose", "0"),
];

/// What can fail, apart: objects, and pages; copies with either. Objects need new pages now and
/// then, which would let the places of all that follows slip.
const KINDS: &[&[(&str, &str)]] = &[
    &[
        ("failslab/cache-filter", "N"),
        ("fail_page_alloc/min-order", "32"),
    ],
    &[
        ("failslab/cache-filter", "Y"),
        ("fail_page_alloc/min-order", "0"),
    ],
];

fn set(settings: &[(&str, &str)]) -> Outcome {
    for (file, value) in settings {
        let Ok(()) = fs::write(Path::new(SETTINGS).join(file), value) else {
            return skip(format!("this kernel has no {SETTINGS}/{file}"));
        };
    }
    Ok(())
}

/// The place of no fault.
const NONE: u32 = 0;
/// More places than there are in any call.
const MOST: u32 = 2000;

/// What became of a call, one entry a fault.
pub type Verdicts = Vec<Result<(), Errno>>;

/// Faults in the calls of one thread.
pub struct Faults {
    nth: File,
}

impl Faults {
    /// In the calls of this thread.
    pub fn here() -> Result<Self, Stop> {
        set(UNSPARING)?;
        set(KINDS[0])?;
        let nth = OpenOptions::new()
            .read(true)
            .write(true)
            .open("/proc/thread-self/fail-nth")?;
        Ok(Self { nth })
    }

    /// Makes a call without a fault, with one in the first place, with one in the second, and so on
    /// until there is no such place. The first and the last have to succeed. Before each, `prepare`
    /// gives what the call takes; after each, `look` sees the result.
    ///
    /// The call must not allocate, or this program is what fails.
    pub fn in_turn<T, U>(
        &self,
        mut prepare: impl FnMut() -> Result<T, Stop>,
        mut call: impl FnMut(T) -> Result<U, Errno>,
        mut look: impl FnMut(Result<U, Errno>) -> Outcome,
    ) -> Result<Verdicts, Stop> {
        let mut with_fault = |place| {
            let prepared = prepare()?;
            self.arm(place)?;
            let result = call(prepared);
            let met = self.disarm()?;
            let verdict = result.as_ref().map(drop).map_err(|errno| *errno);
            match look(result) {
                Err(Stop::Fail(why)) => fail(format!("fault {place}, {verdict:?}: {why}")),
                outcome => outcome.map(|()| (met, verdict)),
            }
        };
        let mut verdicts = Verdicts::new();
        for kind in KINDS {
            set(kind)?;
            same("without a fault", with_fault(NONE)?.1, Ok(()))?;
            for place in 1.. {
                holds(place <= MOST, format!("more than {MOST} places"))?;
                let (met, verdict) = with_fault(place)?;
                if !met {
                    same("beyond the last place", verdict, Ok(()))?;
                    break;
                }
                verdicts.push(verdict);
            }
        }
        Ok(verdicts)
    }

    fn arm(&self, place: u32) -> Outcome {
        self.nth.write_all_at(place.to_string().as_bytes(), 0)?;
        Ok(())
    }

    /// Whether the fault was met.
    fn disarm(&self) -> Result<bool, Stop> {
        let mut left = [0; 16];
        // If it was not, it may be these that it meets.
        let read = self.nth.read_at(&mut left, 0);
        if self.nth.write_all_at(b"0", 0).is_err() {
            self.nth.write_all_at(b"0", 0)?;
        }
        Ok(read.is_ok_and(|len| left[..len].trim_ascii() == b"0"))
    }
}

/// At least one fault was met, and what the call failed with are exactly these errors.
pub fn failed_with(verdicts: &Verdicts, errors: &[Errno]) -> Outcome {
    let count = |wanted| verdicts.iter().filter(|v| **v == wanted).count();
    let mut seen = format!(
        "{} faults, {} without effect",
        verdicts.len(),
        count(Ok(()))
    );
    for errno in errors {
        seen += &format!(", {} {errno}", count(Err(*errno)));
    }
    println!("# {seen}");
    holds(!verdicts.is_empty(), "there was no fault")?;
    for errno in errors {
        holds(count(Err(*errno)) > 0, format!("no {errno}"))?;
    }
    for verdict in verdicts {
        let Err(errno) = verdict else { continue };
        holds(
            errors.contains(errno),
            format!("{errno}, none of {errors:?}"),
        )?;
    }
    Ok(())
}
