// SPDX-License-Identifier: GPL-2.0 OR MIT

//! The PCI function: configuration space and BAR0 around the firmware.

use std::time::Instant;

use super::bus::{read_array, Bus};
use super::config_space::ConfigSpace;
use super::entry::Entry;
use super::event_ring::{Event, EventRings};
use super::init_segment::{InitSegment, Request, SEGMENT_SIZE};
use super::observer::{CommandRecord, Observer, Remark};
use super::run::Run;
use crate::model::{ConnectX, Effect, UAR_SIZE};
use crate::prm::Field;

/// In a UAR, the doorbell that tells an event queue's consumer counter and
/// asks for an interrupt.
const EQ_DOORBELL_ARM: u64 = 0x40;
/// The doorbell that tells the consumer counter only.
const EQ_DOORBELL: u64 = 0x48;

/// A register of BAR0.
const REGISTER: Field = Field::new("register", 0, 32);

/// A ConnectX-5 as its host sees it.
///
/// Every access is answered at once; a doorbell returns when the commands it
/// announced are completed. Nothing the guest does makes it panic or wait.
pub struct Function {
    device: ConnectX,
    config: ConfigSpace,
    init: InitSegment,
    events: EventRings,
    observer: Box<dyn Observer>,
}

impl Function {
    /// A function around a device, watched by `observer`.
    pub fn new(device: ConnectX, observer: Box<dyn Observer>) -> Self {
        let firmware = device.config().firmware;
        Self {
            device,
            config: ConfigSpace::default(),
            init: InitSegment::new(firmware),
            events: EventRings::default(),
            observer,
        }
    }

    /// Resets the function, as a reset of its bus, of the machine or of the
    /// function alone does.
    pub fn reset(&mut self, cause: &'static str) {
        self.observer.remark(Remark::Reset { cause });
        self.device.reset();
        self.config = ConfigSpace::default();
        self.init = InitSegment::new(self.device.config().firmware);
        self.events.clear();
    }

    /// Reads the configuration space.
    pub fn config_read(&self, offset: u64, data: &mut [u8]) {
        self.config.read(offset, data);
    }

    /// Writes the configuration space.
    pub fn config_write(&mut self, offset: u64, data: &[u8]) {
        if self.config.write(offset, data) {
            self.reset("function-level reset");
        }
    }

    /// Reads BAR0, at any offset and of any size.
    pub fn bar_read(&self, offset: u64, data: &mut [u8]) {
        data.fill(0);
        let Some(start) = usize::try_from(offset)
            .ok()
            .filter(|start| *start < SEGMENT_SIZE)
        else {
            return;
        };
        let segment = &self.init.render()[start..];
        let length = segment.len().min(data.len());
        data[..length].copy_from_slice(&segment[..length]);
    }

    /// Writes BAR0. Its registers have 32 bits; anything that is not a whole
    /// number of them has no effect.
    pub fn bar_write(&mut self, bus: &dyn Bus, offset: u64, data: &[u8]) {
        let length = data.len();
        if offset % 4 != 0 || length % 4 != 0 {
            self.observer
                .remark(Remark::WriteIgnored { offset, length });
            return;
        }
        for (register, distance) in data.chunks_exact(4).zip((0..).step_by(4)) {
            let value = REGISTER.u32(register);
            self.register_write(bus, offset.saturating_add(distance), value);
        }
    }

    fn register_write(&mut self, bus: &dyn Bus, offset: u64, value: u32) {
        match self.init.write(offset, value) {
            Some(Request::QueueMoved) => {
                self.device.reset();
                self.events.clear();
            }
            Some(Request::Commands(slots)) => self.run_commands(bus, slots),
            None => self.doorbell(bus, offset, value),
        }
    }

    fn doorbell(&mut self, bus: &dyn Bus, offset: u64, value: u32) {
        let arm = match offset % UAR_SIZE {
            EQ_DOORBELL_ARM => true,
            EQ_DOORBELL => false,
            _ => return,
        };
        let uar = u32::try_from(offset / UAR_SIZE).unwrap_or(u32::MAX);
        let result = self.events.ring(bus, uar, value, arm);
        self.note(result);
    }

    fn note(&mut self, result: Result<(), Remark>) {
        if let Err(remark) = result {
            self.observer.remark(remark);
        }
    }

    fn run_commands(&mut self, bus: &dyn Bus, slots: u32) {
        if !self.config.bus_master() {
            self.observer.remark(Remark::BusMasterOff);
            return;
        }
        if !self.init.has_queue() {
            self.observer.remark(Remark::NoQueue);
            return;
        }
        for slot in (0..32u8).filter(|slot| (slots >> slot) & 1 == 1) {
            let result = self.run_command(bus, slot);
            self.note(result);
        }
    }

    /// Takes the command in a slot from fetching to completion.
    fn run_command(&mut self, bus: &dyn Bus, slot: u8) -> Result<(), Remark> {
        let started = Instant::now();
        let address = self.init.entry_address(slot);
        let unreachable = Remark::QueueUnreachable { slot, address };
        let entry = Entry::new(read_array(bus, address).map_err(|_| unreachable)?);
        if !entry.is_owned_by_device() {
            return Err(Remark::NotOwned { slot });
        }

        // Only a queue that was there before the command began, and still is
        // afterwards, hears of its completion: the driver polls for the others.
        let receivers = self.events.receivers(Event::COMMAND);
        let run = Run::of(&entry, bus, &mut self.device);
        if let Some(effect) = &run.effect {
            self.events.follow(effect);
        }
        let completed = run.complete(bus, address).map_err(|_| unreachable);
        self.observer.command(&CommandRecord {
            slot,
            request: run.request.as_deref().unwrap_or(entry.inline_input()),
            answer: &run.answer,
            input_length: entry.input_length(),
            output_length: entry.output_length(),
            delivery: run.delivery,
            refusal: run.refusal,
            took: started.elapsed(),
        });
        completed?;

        self.post(bus, receivers, Event::CommandCompleted { slot });
        if let Some(Effect::PortState { port, up }) = run.effect {
            let receivers = self.events.receivers(Event::PORT);
            self.post(bus, receivers, Event::PortState { port, up });
        }
        Ok(())
    }

    fn post(&mut self, bus: &dyn Bus, receivers: Vec<u8>, event: Event) {
        for eqn in receivers {
            let result = self.events.post(bus, eqn, event);
            self.note(result);
        }
    }
}
