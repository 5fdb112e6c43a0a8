// SPDX-License-Identifier: GPL-2.0

//! What answers in place of a firmware.

use core::mem::size_of;
use fwctl::driver::FwRpcResponse;
use kernel::{
    new_condvar,
    new_mutex,
    prelude::*,
    sync::{
        atomic::{
            Atomic,
            Relaxed, //
        },
        CondVar,
        CondVarTimeoutResult,
        Mutex, //
    },
    time::msecs_to_jiffies, //
};
use zerocopy::IntoBytes;

use crate::wire::{
    opcode,
    ResponseHeader,
    GROW_MAX,
    SLEEP_MAX, //
};

/// Length of the head of a response, in bytes; that of a request is the same.
const HEAD: usize = size_of::<ResponseHeader>();

/// State of one device.
#[pin_data]
pub(crate) struct Firmware {
    contexts: Atomic<u32>,
    /// Nobody ever wakes it: those who sleep wait for time to pass, or for a signal.
    #[pin]
    never: CondVar,
    #[pin]
    sleepers: Mutex<()>,
}

impl Firmware {
    /// A firmware that nobody has talked to.
    pub(crate) fn new() -> impl PinInit<Self> {
        pin_init!(Self {
            contexts: Atomic::new(0),
            never <- new_condvar!("fwctl_mock_never"),
            sleepers <- new_mutex!((), "fwctl_mock_sleepers"),
        })
    }

    /// A context number that has not been used.
    pub(crate) fn next_context(&self) -> u32 {
        self.contexts.fetch_add(1, Relaxed).wrapping_add(1)
    }

    /// Carries out a request that has been admitted, the `count`th of its context.
    ///
    /// # Errors
    ///
    /// `EINVAL` for an argument out of bounds, `EINTR`, `ENOMEM`, or what FAIL was asked for.
    pub(crate) fn execute(
        &self,
        opcode: u32,
        argument: u32,
        message: &mut [u8],
        count: u32,
    ) -> Result<FwRpcResponse> {
        match opcode {
            opcode::ECHO => {
                let len = message.len();
                in_place(message, len, 0)
            }
            opcode::GROW => grow(argument),
            opcode::SHRINK => {
                // CAST: A `usize` has 64 bits or 32 here.
                let len = HEAD.saturating_add(argument as usize);
                in_place(message, len, 0)
            }
            opcode::FAIL => Err(errno(argument)),
            opcode::SLEEP => {
                self.sleep(argument)?;
                in_place(message, HEAD, 0)
            }
            opcode::COUNT => in_place(message, HEAD, count),
            _ => in_place(message, HEAD, 0),
        }
    }

    fn sleep(&self, milliseconds: u32) -> Result {
        if milliseconds > SLEEP_MAX {
            return Err(EINVAL);
        }
        let mut sleeper = self.sleepers.lock();
        let mut left = msecs_to_jiffies(milliseconds);
        loop {
            match self.never.wait_interruptible_timeout(&mut sleeper, left) {
                CondVarTimeoutResult::Woken { jiffies } => left = jiffies,
                CondVarTimeoutResult::Timeout => return Ok(()),
                CondVarTimeoutResult::Signal { .. } => return Err(EINTR),
            }
        }
    }
}

/// Answers in the request's buffer, with the first `len` bytes of it.
fn in_place(message: &mut [u8], len: usize, argument: u32) -> Result<FwRpcResponse> {
    if len > message.len() {
        return Err(EINVAL);
    }
    message
        .get_mut(..HEAD)
        .ok_or(EMSGSIZE)?
        .copy_from_slice(head(argument).as_bytes());
    Ok(FwRpcResponse::InPlace(len))
}

/// Answers with `len` bytes of data in a buffer of their own.
fn grow(len: u32) -> Result<FwRpcResponse> {
    if len > GROW_MAX {
        return Err(EINVAL);
    }
    // CAST: As above.
    let mut answer = KVVec::with_capacity(HEAD + len as usize, GFP_KERNEL_ACCOUNT)?;
    answer.extend_from_slice(head(0).as_bytes(), GFP_KERNEL_ACCOUNT)?;
    for index in 0..len {
        // CAST: A remainder of 251 fits.
        answer.push((index % 251) as u8, GFP_KERNEL_ACCOUNT)?;
    }
    Ok(FwRpcResponse::NewBuffer(answer))
}

fn errno(number: u32) -> Error {
    match i32::try_from(number) {
        Ok(number @ 1..=4095) => Error::from_errno(-number),
        _ => EINVAL,
    }
}

fn head(argument: u32) -> ResponseHeader {
    ResponseHeader {
        argument: argument.into(),
        ..Default::default()
    }
}
