// SPDX-License-Identifier: GPL-2.0 OR MIT

//! One command on its way from the queue entry through the firmware and back.

use std::time::Instant;

use super::bus::{Bus, DmaError};
use super::entry::Entry;
use super::mailbox::{self, Block, ChainError};
use crate::model::{ConnectX, Effect, Outcome, Refusal};
use crate::prm::command::{mbox_in, mbox_out};
use crate::prm::queue::INLINE_DATA;
use crate::prm::Delivery;

/// A command that the device has taken from the queue.
pub(super) struct Command {
    /// The entry it was in, which is the device's until the command is
    /// completed.
    pub(super) slot: u8,
    /// Where the entry is.
    pub(super) address: u64,
    pub(super) entry: Entry,
    /// The event queues that hear of its completion.
    pub(super) receivers: Vec<u8>,
    pub(super) started: Instant,
    /// The number of the fault that struck it.
    pub(super) fault: Option<u32>,
    messages: Result<Messages, Delivery>,
}

/// The request, and the mailboxes for the answer.
struct Messages {
    request: Vec<u8>,
    output: Vec<Block>,
}

/// What became of a command.
pub(super) struct Run {
    /// The answer, if the command ran.
    pub(super) answer: Vec<u8>,
    /// What the command changed.
    pub(super) effect: Option<Effect>,
    /// Why the firmware refused it.
    pub(super) refusal: Option<Refusal>,
    /// What the entry is to report.
    pub(super) delivery: Delivery,
}

impl Command {
    /// Fetches a command's request, and checks the mailboxes for the answer, so
    /// that no command runs whose answer has nowhere to go.
    pub(super) fn fetch(
        slot: u8,
        address: u64,
        entry: Entry,
        receivers: Vec<u8>,
        bus: &dyn Bus,
        started: Instant,
    ) -> Self {
        Self {
            slot,
            address,
            entry,
            receivers,
            started,
            fault: None,
            messages: Messages::fetch(bus, &entry),
        }
    }

    /// The opcode of a command that can be carried out.
    pub(super) fn opcode(&self) -> Option<u16> {
        let messages = self.messages.as_ref().ok()?;
        Some(mbox_in::opcode.u16(&messages.request))
    }

    /// The request; only its first bytes if the rest could not be fetched.
    pub(super) fn request(&self) -> &[u8] {
        match &self.messages {
            Ok(messages) => &messages.request,
            Err(_) => self.entry.inline_input(),
        }
    }

    /// Has the firmware carry out the command.
    pub(super) fn run(&self, bus: &dyn Bus, device: &mut ConnectX) -> Run {
        self.answer(bus, |request, length| device.run(request, length))
    }

    /// Answers with this status in place of the firmware.
    pub(super) fn fail(&self, bus: &dyn Bus, status: u8, syndrome: u32) -> Run {
        self.answer(bus, |_, length| {
            let mut answer = vec![0; length];
            mbox_out::status.set(&mut answer, status);
            mbox_out::syndrome.set(&mut answer, syndrome);
            let result = Ok(None);
            Outcome { answer, result }
        })
    }

    /// Puts all of the answer but its first bytes where it belongs.
    fn answer(&self, bus: &dyn Bus, firmware: impl FnOnce(&[u8], usize) -> Outcome) -> Run {
        let messages = match &self.messages {
            Ok(messages) => messages,
            Err(delivery) => return Run::undelivered(*delivery),
        };
        // CAST: Entry::check has compared it with MAX_MESSAGE.
        let outcome = firmware(&messages.request, self.entry.output_length() as usize);
        let delivery = match mailbox::scatter(bus, &messages.output, &outcome.answer) {
            Ok(()) => Delivery::Ok,
            Err(error) => delivery_error(error, Delivery::OutputPointer),
        };
        let refusal = outcome.result.as_ref().err().copied();
        Run {
            answer: outcome.answer,
            effect: outcome.result.unwrap_or_default(),
            refusal,
            delivery,
        }
    }

    /// Gives the entry back to the driver: the first bytes of the answer, then
    /// the status, which hands over the ownership.
    pub(super) fn complete(&self, bus: &dyn Bus, run: &Run) -> Result<(), DmaError> {
        let inline = &run.answer[..run.answer.len().min(INLINE_DATA)];
        bus.write(self.address + Entry::OUTPUT, inline)?;
        bus.publish(self.address + Entry::STATUS, run.delivery.code() << 1)
    }
}

impl Messages {
    fn fetch(bus: &dyn Bus, entry: &Entry) -> Result<Self, Delivery> {
        entry.check()?;
        // CAST: Entry::check has compared both with MAX_MESSAGE.
        let (input, output) = (
            entry.input_length() as usize,
            entry.output_length() as usize,
        );
        let chain = mailbox::chain(bus, entry.input_mailbox(), input, entry.token())
            .map_err(|error| delivery_error(error, Delivery::InputPointer))?;
        let request = mailbox::gather(entry.inline_input(), &chain, input);
        let output = mailbox::chain(bus, entry.output_mailbox(), output, entry.token())
            .map_err(|error| delivery_error(error, Delivery::OutputPointer))?;
        Ok(Self { request, output })
    }
}

impl Run {
    fn undelivered(delivery: Delivery) -> Self {
        Self {
            answer: Vec::new(),
            effect: None,
            refusal: None,
            delivery,
        }
    }
}

fn delivery_error(error: ChainError, pointer: Delivery) -> Delivery {
    match error {
        ChainError::Pointer => pointer,
        ChainError::Token => Delivery::Token,
        ChainError::BlockNumber => Delivery::BlockNumber,
    }
}
