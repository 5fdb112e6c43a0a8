// SPDX-License-Identifier: GPL-2.0 OR MIT

//! One command on its way from the queue entry through the firmware and back.

use super::bus::{Bus, DmaError};
use super::entry::Entry;
use super::mailbox::{self, Block, ChainError};
use crate::model::{ConnectX, Effect, Refusal};
use crate::prm::queue::INLINE_DATA;
use crate::prm::Delivery;

/// What became of a command.
pub(super) struct Run {
    /// The request, if it could be fetched.
    pub(super) request: Option<Vec<u8>>,
    /// The answer, if the command ran.
    pub(super) answer: Vec<u8>,
    /// What the command changed.
    pub(super) effect: Option<Effect>,
    /// Why the firmware refused it.
    pub(super) refusal: Option<Refusal>,
    /// What the entry is to report.
    pub(super) delivery: Delivery,
}

impl Run {
    /// Fetches a command's request, runs it, and puts all of the answer but its
    /// first bytes where it belongs.
    pub(super) fn of(entry: &Entry, bus: &dyn Bus, device: &mut ConnectX) -> Self {
        let (request, output) = match fetch(bus, entry) {
            Ok(fetched) => fetched,
            Err(delivery) => return Self::undelivered(delivery),
        };
        // CAST: Entry::check has compared it with MAX_MESSAGE.
        let outcome = device.run(&request, entry.output_length() as usize);
        let delivery = match mailbox::scatter(bus, &output, &outcome.answer) {
            Ok(()) => Delivery::Ok,
            Err(error) => delivery_error(error, Delivery::OutputPointer),
        };
        let refusal = outcome.result.as_ref().err().copied();
        Self {
            request: Some(request),
            answer: outcome.answer,
            effect: outcome.result.unwrap_or_default(),
            refusal,
            delivery,
        }
    }

    fn undelivered(delivery: Delivery) -> Self {
        Self {
            request: None,
            answer: Vec::new(),
            effect: None,
            refusal: None,
            delivery,
        }
    }

    /// Gives the entry at `address` back to the driver: the first bytes of the
    /// answer, then the status, which hands over the ownership.
    pub(super) fn complete(&self, bus: &dyn Bus, address: u64) -> Result<(), DmaError> {
        let inline = &self.answer[..self.answer.len().min(INLINE_DATA)];
        bus.write(address + Entry::OUTPUT, inline)?;
        bus.publish(address + Entry::STATUS, self.delivery.code() << 1)
    }
}

/// Fetches the request and checks the mailboxes for the answer, so that no
/// command runs whose answer has nowhere to go.
fn fetch(bus: &dyn Bus, entry: &Entry) -> Result<(Vec<u8>, Vec<Block>), Delivery> {
    entry.check()?;
    // CAST: Entry::check has compared both with MAX_MESSAGE.
    let (input, output) = (
        entry.input_length() as usize,
        entry.output_length() as usize,
    );
    let chain = mailbox::chain(bus, entry.input_mailbox(), input, entry.token())
        .map_err(|error| delivery_error(error, Delivery::InputPointer))?;
    let request = mailbox::gather(entry.inline_input(), &chain, input);
    let chain = mailbox::chain(bus, entry.output_mailbox(), output, entry.token())
        .map_err(|error| delivery_error(error, Delivery::OutputPointer))?;
    Ok((request, chain))
}

fn delivery_error(error: ChainError, pointer: Delivery) -> Delivery {
    match error {
        ChainError::Pointer => pointer,
        ChainError::Token => Delivery::Token,
        ChainError::BlockNumber => Delivery::BlockNumber,
    }
}
