// SPDX-License-Identifier: GPL-2.0

//! Users of a device who never rest, while something happens to it.

use std::{
    collections::BTreeMap,
    env,
    sync::{
        atomic::{
            AtomicBool,
            Ordering::Relaxed, //
        },
        Arc,
        Mutex, //
    },
    time::{
        Duration,
        Instant, //
    }, //
};

use crate::{
    errno::Errno,
    ktap::{
        fail,
        Outcome,
        Stop, //
    },
    random::Random,
    wait::Task, //
};

/// Longest that a user's last call takes, in an emulated machine under load.
const LAST_CALL: Duration = Duration::from_secs(60);

/// How often something happens at least.
const FEW: u32 = 4;

/// How calls ended.
#[derive(Debug, Default)]
pub struct Tally {
    counts: Mutex<BTreeMap<(&'static str, Option<i32>), u64>>,
    /// The first promise that was broken.
    broken: Mutex<Option<String>>,
}

impl Tally {
    /// Counts a call. Gives its result if it succeeded.
    pub fn note<T>(&self, what: &'static str, result: Result<T, Errno>) -> Option<T> {
        let errno = result.as_ref().err().map(|errno| errno.0);
        let mut counts = self.counts.lock().expect("nobody panics with the lock");
        *counts.entry((what, errno)).or_default() += 1;
        result.ok()
    }

    /// What a call that succeeded gave is what was promised, or not.
    pub fn judge(&self, outcome: Outcome) {
        if let Err(Stop::Fail(why)) = outcome {
            let mut broken = self.broken.lock().expect("nobody panics with the lock");
            broken.get_or_insert(why);
        }
    }

    /// How many of these calls succeeded.
    pub fn done(&self, what: &str) -> u64 {
        let counts = self.counts.lock().expect("nobody panics with the lock");
        let done =
            |((name, errno), _): &(&(&str, Option<i32>), &u64)| *name == what && errno.is_none();
        counts.iter().filter(done).map(|(_, count)| count).sum()
    }

    /// Prints all counts; no call failed otherwise than `allowed`, and no promise was broken.
    pub fn only(&self, allowed: &[Errno]) -> Outcome {
        let counts = self.counts.lock().expect("nobody panics with the lock");
        let mut other = Vec::new();
        for ((what, errno), count) in counts.iter() {
            let Some(errno) = errno.map(Errno) else {
                println!("# {what}: {count}");
                continue;
            };
            println!("# {what}: {count} {errno}");
            if !allowed.contains(&errno) {
                other.push(format!("{what}: {count} {errno}"));
            }
        }
        let mut broken = self.broken.lock().expect("nobody panics with the lock");
        other.extend(broken.take());
        match other.is_empty() {
            true => Ok(()),
            false => fail(other.join("\n")),
        }
    }
}

/// How long a load lasts: `FWCTL_SECONDS`, or two seconds.
pub fn duration() -> Duration {
    const SHORT: u64 = 2;
    let given = env::var("FWCTL_SECONDS").ok();
    let seconds = given.and_then(|seconds| seconds.parse().ok());
    Duration::from_secs(seconds.unwrap_or(SHORT))
}

/// Has `count` users do `usage` again and again, and meanwhile `event`, until the time is over, and
/// a few times on a slow machine, too. The users' calls are counted in `tally`.
pub fn during(
    count: u64,
    tally: &Arc<Tally>,
    usage: impl Fn(&mut Random, &Tally) + Clone + Send + 'static,
    mut event: impl FnMut(&mut Random) -> Outcome,
) -> Outcome {
    let mut random = Random::from_environment();
    let over = Arc::new(AtomicBool::new(false));
    let users: Vec<_> = (0..count)
        .map(|_| {
            let (over, tally, usage) = (over.clone(), tally.clone(), usage.clone());
            let mut random = random.fork();
            Task::start("a user", move || {
                while !over.load(Relaxed) {
                    usage(&mut random, &tally);
                }
            })
        })
        .collect();
    let start = Instant::now();
    let mut outcome = Ok(());
    let mut events = 0;
    while outcome.is_ok() && (events < FEW || start.elapsed() < duration()) {
        outcome = event(&mut random);
        events += 1;
    }
    over.store(true, Relaxed);
    for user in users {
        user.finish(LAST_CALL)?;
    }
    outcome
}
