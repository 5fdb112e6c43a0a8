// SPDX-License-Identifier: GPL-2.0 OR MIT

//! Event queues as rings in host memory: filling, arming, interrupting.

use std::collections::BTreeMap;

use super::bus::Bus;
use super::observer::Remark;
use crate::model::{Effect, EventQueue};
use crate::prm::queue::{eqe, eqe_cmd, eqe_port_state, EQE_SIZE};

/// Producer and consumer counters have 24 bits.
const COUNTER: u32 = 0xff_ffff;

/// An event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event {
    /// The command in this slot is completed.
    CommandCompleted { slot: u8 },
    /// The port went up or down.
    PortState { port: u8, up: bool },
}

impl Event {
    /// The type of [`Event::CommandCompleted`].
    pub(super) const COMMAND: u8 = 0x0a;
    /// The type of [`Event::PortState`].
    pub(super) const PORT: u8 = 0x09;

    const PORT_DOWN: u8 = 1;
    const PORT_ACTIVE: u8 = 4;

    fn encode(self, owner: bool) -> [u8; EQE_SIZE] {
        let mut entry = [0; EQE_SIZE];
        match self {
            Self::CommandCompleted { slot } => {
                eqe::type_.set(&mut entry, Self::COMMAND);
                let data = eqe::data.bytes_mut(&mut entry);
                eqe_cmd::vector.set(data, 1u64 << slot);
            }
            Self::PortState { port, up } => {
                let state = if up {
                    Self::PORT_ACTIVE
                } else {
                    Self::PORT_DOWN
                };
                eqe::type_.set(&mut entry, Self::PORT);
                eqe::sub_type.set(&mut entry, state);
                let data = eqe::data.bytes_mut(&mut entry);
                eqe_port_state::port.set(data, port << 4);
            }
        }
        eqe::owner.set(&mut entry, owner);
        entry
    }
}

#[derive(Debug, Clone)]
struct Ring {
    queue: EventQueue,
    producer: u32,
    consumer: u32,
    armed: bool,
}

impl Ring {
    fn is_full(&self) -> bool {
        self.producer.wrapping_sub(self.consumer) & COUNTER >= 1 << self.queue.log_size
    }

    /// Writes the event, its owner bit last, and interrupts if someone waits.
    fn post(&mut self, bus: &dyn Bus, event: Event) -> Result<(), Remark> {
        let eqn = self.queue.number;
        if self.is_full() {
            return Err(Remark::EqFull { eqn });
        }
        let unreachable = Remark::EqUnreachable { eqn };
        let address = self.queue.entry_address(self.producer).ok_or(unreachable)?;
        // The owner bit alternates from one round to the next.
        let owner = (self.producer >> self.queue.log_size) & 1 == 1;
        let [body @ .., last] = event.encode(owner);
        // CAST: 63. An entry never crosses its page.
        bus.write(address, &body)
            .and_then(|()| bus.publish(address + body.len() as u64, last))
            .map_err(|_| unreachable)?;
        self.producer = (self.producer + 1) & COUNTER;
        if std::mem::take(&mut self.armed) {
            bus.interrupt(self.queue.vector);
        }
        Ok(())
    }
}

/// The event queues that exist.
#[derive(Debug, Clone, Default)]
pub(super) struct EventRings {
    rings: BTreeMap<u8, Ring>,
}

impl EventRings {
    /// Forgets all queues.
    pub(super) fn clear(&mut self) {
        self.rings.clear();
    }

    /// Follows what a command did to the queues.
    pub(super) fn follow(&mut self, effect: &Effect) {
        match effect {
            Effect::EqsForgotten => self.rings.clear(),
            Effect::EqCreated(queue) => {
                let ring = Ring {
                    queue: queue.clone(),
                    producer: 0,
                    consumer: 0,
                    armed: false,
                };
                self.rings.insert(queue.number, ring);
            }
            Effect::EqDestroyed(eqn) => {
                self.rings.remove(eqn);
            }
            Effect::PortState { .. } => {}
        }
    }

    /// The numbers of the queues that receive events of a type.
    pub(super) fn receivers(&self, event: u8) -> Vec<u8> {
        self.rings
            .values()
            .filter(|ring| ring.queue.receives(event))
            .map(|ring| ring.queue.number)
            .collect()
    }

    /// Puts an event into a queue, if the queue still exists.
    pub(super) fn post(&mut self, bus: &dyn Bus, eqn: u8, event: Event) -> Result<(), Remark> {
        match self.rings.get_mut(&eqn) {
            Some(ring) => ring.post(bus, event),
            None => Ok(()),
        }
    }

    /// A doorbell: the consumer has come this far, and may want an interrupt
    /// at the next event, or at once if there is one already.
    pub(super) fn ring(
        &mut self,
        bus: &dyn Bus,
        uar: u32,
        value: u32,
        arm: bool,
    ) -> Result<(), Remark> {
        let [eqn, ..] = value.to_be_bytes();
        let ring = self
            .rings
            .get_mut(&eqn)
            .filter(|ring| ring.queue.uar == uar)
            .ok_or(Remark::NoSuchEq { uar, eqn })?;
        ring.consumer = value & COUNTER;
        if arm {
            ring.armed = ring.consumer == ring.producer;
            if !ring.armed {
                bus.interrupt(ring.queue.vector);
            }
        }
        Ok(())
    }
}
