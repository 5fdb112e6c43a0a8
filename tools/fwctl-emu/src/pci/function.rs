// SPDX-License-Identifier: GPL-2.0 OR MIT

//! The PCI function: configuration space and BAR0 around the firmware.

use std::time::Instant;

use super::bus::{read_array, Bus};
use super::command::{Command, Run};
use super::config_space::ConfigSpace;
use super::entry::Entry;
use super::event_ring::{Event, EventRings};
use super::held::HeldCommands;
use super::init_segment::{InitSegment, Request, SEGMENT_SIZE};
use super::observer::{CommandRecord, Observer, Remark};
use super::storage::Storage;
use crate::model::faults::{Deed, Fault, Faults};
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
/// announced are completed, but for those that a [`Fault`] holds: whoever owns
/// the function calls [`Self::proceed`] when they are due. Nothing the guest
/// does makes it panic or wait.
pub struct Function {
    device: ConnectX,
    config: ConfigSpace,
    init: InitSegment,
    events: EventRings,
    faults: Faults,
    held: HeldCommands,
    observer: Box<dyn Observer>,
    storage: Box<dyn Storage>,
    powered_on: Instant,
}

impl Function {
    /// A function around a device, watched by `observer`.
    pub fn new(device: ConnectX, observer: Box<dyn Observer>) -> Self {
        let init = InitSegment::new(device.config());
        Self {
            device,
            config: ConfigSpace::default(),
            init,
            events: EventRings::default(),
            faults: Faults::default(),
            held: HeldCommands::default(),
            observer,
            storage: Box::new(()),
            powered_on: Instant::now(),
        }
    }

    /// The same, whose flash is kept in `storage`.
    pub fn kept_in(self, storage: Box<dyn Storage>) -> Self {
        Self { storage, ..self }
    }

    /// Resets the function, as a reset of its bus, of the machine or of the
    /// function alone does.
    pub fn reset(&mut self, cause: &'static str) {
        self.observer.remark(Remark::Reset { cause });
        self.forget_driver();
        self.device.reset();
        self.start_anew();
    }

    /// Takes the power away and gives it back.
    pub fn power_cycle(&mut self, cause: &'static str) {
        self.observer.remark(Remark::Reset { cause });
        self.forget_driver();
        self.device.power_cycle();
        self.start_anew();
    }

    fn start_anew(&mut self) {
        self.save();
        self.config = ConfigSpace::default();
        self.init = InitSegment::new(self.device.config());
    }

    fn forget_driver(&mut self) {
        self.device.abandon();
        self.events.clear();
        let count = self.held.take_all().len();
        if count > 0 {
            self.observer.remark(Remark::CommandsForgotten { count });
        }
    }

    /// Puts a fault in force, and gives its number. Faults outlive resets.
    pub fn arm(&mut self, fault: Fault) -> u32 {
        let id = self.faults.arm(fault);
        self.observer.remark(Remark::FaultArmed { id, fault });
        id
    }

    /// Ends the fault with this number, or all; commands that are held stay so.
    /// Gives how many faults there were.
    pub fn clear_faults(&mut self, id: Option<u32>) -> usize {
        let count = self.faults.clear(id);
        self.observer.remark(Remark::FaultsCleared { count });
        count
    }

    /// The faults in force.
    pub fn faults(&self) -> &Faults {
        &self.faults
    }

    /// The slots whose commands are held, oldest first.
    pub fn held(&self) -> impl Iterator<Item = u8> + '_ {
        self.held.slots()
    }

    /// When [`Self::proceed`] has something to do.
    pub fn next_due(&self) -> Option<Instant> {
        self.held.next_due()
    }

    /// Goes on with the held commands that are due.
    pub fn proceed(&mut self, bus: &dyn Bus, now: Instant) {
        while let Some(command) = self.held.take_due(now) {
            self.go_on(bus, &command);
        }
    }

    /// Goes on with all held commands, and gives how many there were.
    pub fn release(&mut self, bus: &dyn Bus) -> usize {
        let commands = self.held.take_all();
        let count = commands.len();
        self.observer.remark(Remark::CommandsReleased { count });
        for command in commands {
            self.go_on(bus, &command);
        }
        count
    }

    fn go_on(&mut self, bus: &dyn Bus, command: &Command) {
        let result = if self.config.bus_master() {
            let run = command.run(bus, &mut self.device);
            self.finish(bus, command, run)
        } else {
            Err(Remark::BusMasterOff)
        };
        self.note(result);
    }

    /// Tells the log that the device is about to vanish.
    pub fn die(&mut self) {
        self.observer.remark(Remark::Death);
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
            Some(Request::QueueMoved) => self.forget_driver(),
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

    /// Takes the command in a slot from fetching to completion, unless a fault
    /// holds it.
    fn run_command(&mut self, bus: &dyn Bus, slot: u8) -> Result<(), Remark> {
        let started = Instant::now();
        self.device.tell_time(started - self.powered_on);
        if self.held.holds(slot) {
            return Err(Remark::Held { slot });
        }
        let address = self.init.entry_address(slot);
        let unreachable = Remark::QueueUnreachable { slot, address };
        let entry = Entry::new(read_array(bus, address).map_err(|_| unreachable)?);
        if !entry.is_owned_by_device() {
            return Err(Remark::NotOwned { slot });
        }

        // Only a queue that was there before the command began, and still is
        // afterwards, hears of its completion: the driver polls for the others.
        let receivers = self.events.receivers(Event::COMMAND);
        let mut command = Command::fetch(slot, address, entry, receivers, bus, started);
        let struck = command
            .opcode()
            .and_then(|opcode| Some((opcode, self.faults.strike(opcode)?)));
        let Some((opcode, (fault, deed))) = struck else {
            let run = command.run(bus, &mut self.device);
            return self.finish(bus, &command, run);
        };
        command.fault = Some(fault);
        let due = match deed {
            Deed::Fail { status, syndrome } => {
                let run = command.fail(bus, status, syndrome);
                return self.finish(bus, &command, run);
            }
            Deed::Delay(time) => started.checked_add(time),
            Deed::Drop => None,
        };
        self.held.hold(command, due);
        self.observer.remark(Remark::CommandHeld {
            slot,
            opcode,
            fault,
        });
        Ok(())
    }

    /// Gives a command back to the driver, with all that follows.
    fn finish(&mut self, bus: &dyn Bus, command: &Command, run: Run) -> Result<(), Remark> {
        if let Some(effect) = &run.effect {
            self.events.follow(effect);
        }
        self.save();
        let (slot, address) = (command.slot, command.address);
        let completed = command
            .complete(bus, &run)
            .map_err(|_| Remark::QueueUnreachable { slot, address });
        self.observer.command(&CommandRecord {
            slot,
            request: command.request(),
            answer: &run.answer,
            input_length: command.entry.input_length(),
            output_length: command.entry.output_length(),
            delivery: run.delivery,
            refusal: run.refusal,
            took: command.started.elapsed(),
            fault: command.fault,
        });
        completed?;

        self.post(bus, &command.receivers, Event::CommandCompleted { slot });
        if let Some(Effect::PortState { port, up }) = run.effect {
            let receivers = self.events.receivers(Event::PORT);
            self.post(bus, &receivers, Event::PortState { port, up });
        }
        Ok(())
    }

    /// Keeps the flash if it was changed, so that what was answered is true even
    /// if the emulator ends at once.
    fn save(&mut self) {
        let Some(flash) = self.device.take_changed_flash() else {
            return;
        };
        if let Err(error) = self.storage.save(flash) {
            self.observer.remark(Remark::StateLost(error.kind()));
        }
    }

    fn post(&mut self, bus: &dyn Bus, receivers: &[u8], event: Event) {
        for eqn in receivers {
            let result = self.events.post(bus, *eqn, event);
            self.note(result);
        }
    }
}
