// SPDX-License-Identifier: GPL-2.0 OR MIT

//! A command queue entry: where a command's messages are and how long.

use crate::model::ConnectX;
use crate::prm::command::{ANSWER_HEADER, REQUEST_HEADER};
use crate::prm::queue::{cmd_layout, ENTRY_SIZE, INLINE_DATA, PCI_COMMAND};
use crate::prm::Delivery;

/// The ownership bit of the last byte: set while the device has the entry.
const OWNED_BY_DEVICE: u8 = 1;

/// What the bytes of an entry, combined by exclusive or, must give.
const SIGNATURE: u8 = 0xff;

/// A copy of an entry.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    bytes: [u8; ENTRY_SIZE],
}

impl Entry {
    /// Where the answer's first bytes go.
    pub(super) const OUTPUT: u64 = cmd_layout::out.offset as u64 / 8;
    /// Where the delivery status goes.
    pub(super) const STATUS: u64 = cmd_layout::status_own.offset as u64 / 8;

    pub(super) const fn new(bytes: [u8; ENTRY_SIZE]) -> Self {
        Self { bytes }
    }

    pub(super) fn is_owned_by_device(&self) -> bool {
        cmd_layout::status_own.u8(&self.bytes) & OWNED_BY_DEVICE != 0
    }

    /// Whether a command can be made of the entry.
    pub(super) fn check(&self) -> Result<(), Delivery> {
        let signature = self.bytes.iter().fold(0, |sum, byte| sum ^ byte);
        let possible = |length: u32, least| {
            usize::try_from(length)
                .is_ok_and(|length| (least..=ConnectX::MAX_MESSAGE).contains(&length))
        };
        if signature != SIGNATURE {
            Err(Delivery::Signature)
        } else if cmd_layout::type_.u8(&self.bytes) != PCI_COMMAND {
            Err(Delivery::CommandType)
        } else if cmd_layout::rsvd0.is_set(&self.bytes) || cmd_layout::rsvd1.is_set(&self.bytes) {
            Err(Delivery::ReservedField)
        } else if !possible(self.input_length(), REQUEST_HEADER) {
            Err(Delivery::InputLength)
        } else if !possible(self.output_length(), ANSWER_HEADER) {
            Err(Delivery::OutputLength)
        } else {
            Ok(())
        }
    }

    pub(super) fn input_length(&self) -> u32 {
        cmd_layout::inlen.u32(&self.bytes)
    }

    pub(super) fn output_length(&self) -> u32 {
        cmd_layout::outlen.u32(&self.bytes)
    }

    pub(super) fn input_mailbox(&self) -> u64 {
        cmd_layout::in_ptr.u64(&self.bytes)
    }

    pub(super) fn output_mailbox(&self) -> u64 {
        cmd_layout::out_ptr.u64(&self.bytes)
    }

    pub(super) fn token(&self) -> u8 {
        cmd_layout::token.u8(&self.bytes)
    }

    /// The first 16 bytes of the request, however long it is.
    pub(super) fn inline_input(&self) -> &[u8] {
        &cmd_layout::in_.bytes(&self.bytes)[..INLINE_DATA]
    }
}
