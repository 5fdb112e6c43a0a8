// SPDX-License-Identifier: GPL-2.0 OR MIT

//! A function in its client's machine, shared by all who deal with it: the
//! server, the clock for commands that are held, and the control socket.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::memory::Memory;
use super::vectors::Vectors;
use crate::pci::{Bus, DmaError, Function};

/// The client's memory and interrupts.
#[derive(Debug, Default)]
pub(super) struct Host {
    pub(super) memory: Memory,
    pub(super) vectors: Vectors,
}

impl Bus for Host {
    fn read(&self, address: u64, buffer: &mut [u8]) -> Result<(), DmaError> {
        self.memory.read(address, buffer)
    }

    fn write(&self, address: u64, bytes: &[u8]) -> Result<(), DmaError> {
        self.memory.write(address, bytes)
    }

    fn publish(&self, address: u64, byte: u8) -> Result<(), DmaError> {
        self.memory.publish(address, byte)
    }

    fn interrupt(&self, vector: u16) {
        self.vectors.raise(vector);
    }
}

struct State {
    function: Function,
    host: Host,
}

/// A function, and the machine it is in at present.
pub struct Attachment {
    state: Mutex<State>,
    /// Signalled when the next held command is due at another time.
    due_changed: Condvar,
}

impl Attachment {
    /// A function that no machine has yet.
    pub fn new(function: Function) -> Self {
        Self {
            state: Mutex::new(State {
                function,
                host: Host::default(),
            }),
            due_changed: Condvar::new(),
        }
    }

    /// Does something to the function that its machine does not ask for.
    pub fn intervene<T>(&self, act: impl FnOnce(&mut Function, &dyn Bus) -> T) -> T {
        self.access(|function, host| act(function, host))
    }

    /// One access to the function or to what is known of its machine.
    pub(super) fn access<T>(&self, act: impl FnOnce(&mut Function, &mut Host) -> T) -> T {
        let mut state = self.lock();
        let State { function, host } = &mut *state;
        let before = function.next_due();
        let result = act(function, host);
        if function.next_due() != before {
            self.due_changed.notify_one();
        }
        result
    }

    /// The client is gone, and its machine with it.
    pub(super) fn power_off(&self) {
        self.access(|function, host| {
            function.power_cycle("the machine is gone");
            host.memory.clear();
            host.vectors.clear();
        });
    }

    /// Goes on with commands that are held, each when it is due, for ever.
    pub(super) fn proceed_when_due(&self) -> ! {
        let mut state = self.lock();
        loop {
            let now = Instant::now();
            let State { function, host } = &mut *state;
            function.proceed(host, now);
            state = match function.next_due() {
                None => self
                    .due_changed
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner),
                Some(due) => {
                    self.due_changed
                        .wait_timeout(state, due.saturating_duration_since(now))
                        .unwrap_or_else(PoisonError::into_inner)
                        .0
                }
            };
        }
    }

    /// Whoever panicked while holding the lock has left no access half done that
    /// would harm the next.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
