// SPDX-License-Identifier: GPL-2.0

//! Somebody who makes calls, and looks at what becomes of each.

use harness::{
    errno::{
        Errno,
        EBADF, //
    },
    expect::same,
    ktap::{
        fail,
        Stop, //
    },
    sys, //
};

use crate::{
    call,
    kernel::Kernel,
    memory::Memory,
    random::Random, //
};

/// A caller with memory of its own.
pub struct Caller<'a> {
    kernel: &'a Kernel,
    compat: bool,
    memory: Memory,
    random: Random,
    made: usize,
    sent: u32,
}

impl<'a> Caller<'a> {
    /// One that calls as `caller`.
    pub fn new(kernel: &'a Kernel, caller: sys::Caller, random: Random) -> Result<Self, Errno> {
        Ok(Self {
            kernel,
            compat: caller == sys::Caller::Compat,
            memory: Memory::new(caller, &call::read_only())?,
            random,
            made: 0,
            sent: 0,
        })
    }

    /// How many requests the firmware got.
    pub fn sent(&self) -> u32 {
        self.sent
    }

    /// A number for the caller's own use.
    pub fn below(&mut self, end: usize) -> usize {
        self.random.below(end)
    }

    /// Makes a call by way of `ioctl`, and gives its end, which was promised.
    pub fn call(
        &mut self,
        ioctl: impl FnOnce(u32, u64) -> Result<(), Errno>,
    ) -> Result<Result<(), Errno>, Stop> {
        let kernel = self.kernel;
        let (call, mut promise) = loop {
            let call = call::make(&mut self.random, &mut self.memory, kernel.firmware);
            let argument = match self.compat {
                true => call.argument & u64::from(u32::MAX),
                false => call.argument,
            };
            let count = kernel.one_caller.then_some(self.sent);
            if let Some(promise) = kernel.promise(&self.memory, call.number, argument, count) {
                break (call, promise);
            }
        };
        let verdict = ioctl(call.number, call.argument);
        if kernel.files_change && verdict == Err(EBADF) {
            promise.verdict = verdict;
            promise.effects.clear();
        }
        self.made += 1;
        self.sent += u32::from(promise.sent);
        let outcome = same("end", verdict, promise.verdict);
        match outcome.and_then(|()| self.memory.check(&promise.effects)) {
            Ok(()) => Ok(verdict),
            Err(Stop::Fail(why)) => fail(format!(
                "{why}\ncall {}, {call}\npromised: {:?}",
                self.made, promise.verdict
            )),
            Err(skip) => Err(skip),
        }
    }
}
