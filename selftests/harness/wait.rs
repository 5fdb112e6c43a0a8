// SPDX-License-Identifier: GPL-2.0

//! Waiting, never for ever.

use std::{
    sync::mpsc::{
        channel,
        Receiver,
        RecvTimeoutError, //
    },
    thread,
    time::{
        Duration,
        Instant, //
    }, //
};

use crate::ktap::{
    fail,
    Stop, //
};

/// Longer than anything takes that should take no time, in an emulated machine under load.
pub const PROMPT: Duration = Duration::from_secs(5);

/// Waits until `ready` gives a value.
pub fn until<T>(
    what: &str,
    limit: Duration,
    mut ready: impl FnMut() -> Option<T>,
) -> Result<T, Stop> {
    let start = Instant::now();
    loop {
        if let Some(value) = ready() {
            return Ok(value);
        }
        if start.elapsed() > limit {
            return fail(format!("{what}: not within {limit:?}"));
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// Work on a thread of its own, which may get stuck in the kernel.
pub struct Task<T> {
    what: &'static str,
    result: Receiver<T>,
}

impl<T: Send + 'static> Task<T> {
    /// Starts `work`.
    pub fn start(what: &'static str, work: impl FnOnce() -> T + Send + 'static) -> Self {
        let (sender, result) = channel();
        thread::spawn(move || sender.send(work()));
        Self { what, result }
    }

    /// The result, if it comes within `limit`.
    pub fn finish(&self, limit: Duration) -> Result<T, Stop> {
        match self.result.recv_timeout(limit) {
            Ok(value) => Ok(value),
            Err(RecvTimeoutError::Timeout) => {
                fail(format!("{} does not end within {limit:?}", self.what))
            }
            Err(RecvTimeoutError::Disconnected) => fail(format!("{} panicked", self.what)),
        }
    }

    /// Whether it still runs after `time`. If not, its result is lost.
    pub fn runs_for(&self, time: Duration) -> bool {
        matches!(
            self.result.recv_timeout(time),
            Err(RecvTimeoutError::Timeout)
        )
    }
}
