// SPDX-License-Identifier: GPL-2.0 OR MIT

//! What the function tells whoever watches it.

use std::io::ErrorKind;
use std::time::Duration;

use crate::model::faults::Fault;
use crate::model::Refusal;
use crate::prm::{opcode, Delivery};

/// A command that was taken from the queue.
#[derive(Debug, Clone, Copy)]
pub struct CommandRecord<'a> {
    /// The queue entry it was in.
    pub slot: u8,
    /// The request; only its first 16 bytes if the rest could not be fetched.
    pub request: &'a [u8],
    /// The answer; empty if the command did not run.
    pub answer: &'a [u8],
    /// The request's length as the entry gives it.
    pub input_length: u32,
    /// The answer's length as the entry gives it.
    pub output_length: u32,
    /// What the entry reports.
    pub delivery: Delivery,
    /// Why the firmware refused the command, if it did.
    pub refusal: Option<Refusal>,
    /// From the doorbell to the completion.
    pub took: Duration,
    /// The number of the fault that struck it.
    pub fault: Option<u32>,
}

/// Something out of the ordinary that is no command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Remark {
    /// The function was reset.
    #[error("reset: {cause}")]
    Reset {
        /// Who asked for it.
        cause: &'static str,
    },
    /// A doorbell rang while the guest had not allowed DMA.
    #[error("doorbell ignored: bus mastering is off")]
    BusMasterOff,
    /// A doorbell rang before the command queue's address was told.
    #[error("doorbell ignored: there is no command queue")]
    NoQueue,
    /// A doorbell rang for an entry that is not the device's.
    #[error("doorbell ignored: slot {slot} is not owned by the device")]
    NotOwned {
        /// The entry.
        slot: u8,
    },
    /// A doorbell rang for an entry whose command is being held.
    #[error("doorbell ignored: the command in slot {slot} is not answered yet")]
    Held {
        /// The entry.
        slot: u8,
    },
    /// The command queue is not in the host's memory.
    #[error("doorbell ignored: no memory behind slot {slot} at {address:#x}")]
    QueueUnreachable {
        /// The entry.
        slot: u8,
        /// Where it would be.
        address: u64,
    },
    /// A fault is in force from now on.
    #[error("fault {id} armed: {fault}")]
    FaultArmed {
        /// Its number.
        id: u32,
        /// What it is.
        fault: Fault,
    },
    /// Faults are no longer in force.
    #[error("faults cleared: {count}")]
    FaultsCleared {
        /// How many.
        count: usize,
    },
    /// A fault holds a command: its answer comes later, or not at all.
    #[error("slot={slot} op={} held fault={fault}", opcode::Named(*.opcode))]
    CommandHeld {
        /// The entry.
        slot: u8,
        /// The command.
        opcode: u16,
        /// The fault.
        fault: u32,
    },
    /// The commands that were held go on.
    #[error("held commands released: {count}")]
    CommandsReleased {
        /// How many.
        count: usize,
    },
    /// A reset ended commands that were held.
    #[error("held commands forgotten: {count}")]
    CommandsForgotten {
        /// How many.
        count: usize,
    },
    /// The content of the flash could not be kept.
    #[error("state lost: {0}")]
    StateLost(ErrorKind),
    /// The device is to vanish, as if its plug had been pulled.
    #[error("the device dies")]
    Death,
    /// An event queue's page is not in the host's memory.
    #[error("event lost: no memory behind event queue {eqn}")]
    EqUnreachable {
        /// The event queue.
        eqn: u8,
    },
    /// An event queue is full.
    #[error("event lost: event queue {eqn} is full")]
    EqFull {
        /// The event queue.
        eqn: u8,
    },
    /// A doorbell rang for an event queue that does not exist or is not in
    /// this UAR.
    #[error("doorbell ignored: user access region {uar} has no event queue {eqn}")]
    NoSuchEq {
        /// The UAR written to.
        uar: u32,
        /// The event queue meant.
        eqn: u8,
    },
    /// A write to BAR0 that no register takes.
    #[error("write ignored: {length} bytes at BAR0 {offset:#x}")]
    WriteIgnored {
        /// Where.
        offset: u64,
        /// How much.
        length: usize,
    },
}

/// Someone who watches the function.
pub trait Observer: Send {
    /// A command was completed.
    fn command(&mut self, record: &CommandRecord<'_>);

    /// Something else happened.
    fn remark(&mut self, remark: Remark);
}

/// Nobody watches.
impl Observer for () {
    fn command(&mut self, _: &CommandRecord<'_>) {}

    fn remark(&mut self, _: Remark) {}
}
