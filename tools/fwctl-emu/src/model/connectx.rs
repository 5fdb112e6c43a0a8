// SPDX-License-Identifier: GPL-2.0 OR MIT

//! The device as a whole.

use std::time::Duration;

use super::capability::Capabilities;
use super::command;
use super::component::Update;
use super::config::{Config, FirmwareVersion};
use super::configuration::Settings;
use super::dump::Dumps;
use super::event_queue::{EventQueue, EventQueues};
use super::flash::Flash;
use super::image::Image;
use super::issi::Issi;
use super::page::Pages;
use super::refusal::Refusal;
use super::register::Registers;
use super::uar::Uars;
use super::user_context::UserContexts;

/// How far the device is brought up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// After a reset.
    Disabled,
    /// After ENABLE_HCA.
    Enabled,
    /// After INIT_HCA.
    Running,
}

/// What a command changes outside the firmware.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// All event queues are gone: the function was enabled, disabled or torn
    /// down.
    EqsForgotten,
    /// An event queue exists from now on.
    EqCreated(EventQueue),
    /// An event queue no longer exists.
    EqDestroyed(u8),
    /// The port's link went up or down, and who watches it wants to know.
    PortState {
        /// The port, counted from 1.
        port: u8,
        /// Whether it is up.
        up: bool,
    },
}

/// The outcome of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The answer, as long as the caller asked for.
    pub answer: Vec<u8>,
    /// What else the command changed, or why it changed nothing.
    pub result: Result<Option<Effect>, Refusal>,
}

/// The firmware of a ConnectX-5: state, and commands that read and change it.
///
/// It does no I/O and has no clock. Whoever owns it carries requests in, answers
/// out, the [`Effect`]s to the event queues, and tells the time.
///
/// ```
/// use fwctl_emu::model::{Config, ConnectX};
///
/// let mut device = ConnectX::running(Config::default());
/// let nop = [0x08, 0x0d, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
/// assert_eq!(device.execute(&nop, 16), [0; 16]);
/// ```
#[derive(Debug, Clone)]
pub struct ConnectX {
    /// As configured, but for the version, which is that of what runs.
    pub(super) config: Config,
    /// The version of the manufacturer's firmware.
    factory: FirmwareVersion,
    pub(super) phase: Phase,
    pub(super) issi: Issi,
    pub(super) pages: Pages,
    pub(super) capabilities: Capabilities,
    pub(super) event_queues: EventQueues,
    pub(super) uars: Uars,
    pub(super) user_contexts: UserContexts,
    pub(super) registers: Registers,
    pub(super) driver_version: Vec<u8>,
    pub(super) dumps: Dumps,
    pub(super) update: Update,
    pub(super) flash: Flash,
    flash_changed: bool,
    /// The configuration that counts.
    pub(super) settings: Settings,
    /// Whether the next reset of the function restarts the firmware.
    pub(super) restart_wanted: bool,
    /// Since power-on, as far as it was told.
    pub(super) uptime: Duration,
}

impl ConnectX {
    /// The longest request and the longest answer.
    pub const MAX_MESSAGE: usize = 2 << 20;

    /// A device just after power-on, which wants ENABLE_HCA first.
    pub fn new(config: Config) -> Self {
        Self {
            factory: config.firmware,
            config,
            phase: Phase::Disabled,
            issi: Issi::default(),
            pages: Pages::default(),
            capabilities: Capabilities::default(),
            event_queues: EventQueues::default(),
            uars: Uars::default(),
            user_contexts: UserContexts::default(),
            registers: Registers::default(),
            driver_version: Vec::new(),
            dumps: Dumps::default(),
            update: Update::default(),
            flash: Flash::default(),
            flash_changed: false,
            settings: Settings::default(),
            restart_wanted: false,
            uptime: Duration::ZERO,
        }
    }

    /// A device just after power-on, with what an earlier one has kept.
    pub fn with_flash(config: Config, flash: Flash) -> Self {
        let mut device = Self::new(config);
        device.flash = flash;
        device.start_firmware();
        device
    }

    /// A device that a driver has already brought up: user contexts can be
    /// created and registers read at once.
    pub fn running(config: Config) -> Self {
        let mut device = Self::new(config);
        device.phase = Phase::Running;
        device
    }

    /// The card's identity.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// How far the device is brought up.
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// Tells how long ago the device was powered on. Time does not go back.
    pub fn tell_time(&mut self, uptime: Duration) {
        self.uptime = self.uptime.max(uptime);
        self.registers.carry(self.uptime, 0);
    }

    /// Runs a command and returns its answer, exactly `answer_length` bytes of
    /// it, but never more than [`Self::MAX_MESSAGE`].
    pub fn execute(&mut self, request: &[u8], answer_length: usize) -> Vec<u8> {
        self.run(request, answer_length).answer
    }

    /// Runs a command as [`Self::execute`] does and tells what else changed.
    pub fn run(&mut self, request: &[u8], answer_length: usize) -> Outcome {
        let request = &request[..request.len().min(Self::MAX_MESSAGE)];
        self.registers.carry(self.uptime, 1);
        command::run(self, request, answer_length.min(Self::MAX_MESSAGE))
    }

    /// What the card keeps, if it was changed since this was last asked.
    pub fn take_changed_flash(&mut self) -> Option<&Flash> {
        std::mem::take(&mut self.flash_changed).then_some(&self.flash)
    }

    /// What the card keeps, to be changed.
    pub(super) fn flash_mut(&mut self) -> &mut Flash {
        self.flash_changed = true;
        &mut self.flash
    }

    /// Forgets everything a driver did: another has come.
    pub fn abandon(&mut self) {
        self.forget_driver(Phase::Disabled);
    }

    /// A reset of the function: everything a driver did is forgotten, and the
    /// firmware starts anew if it was asked to.
    pub fn reset(&mut self) {
        self.abandon();
        if self.restart_wanted {
            self.start_firmware();
        }
    }

    /// Takes the power away and gives it back.
    pub fn power_cycle(&mut self) {
        self.abandon();
        self.start_firmware();
    }

    /// The firmware starts, and goes by what it finds in the flash.
    fn start_firmware(&mut self) {
        self.restart_wanted = false;
        self.settings = self.flash.settings.clone();
        self.update.restart();
        if let Some(image) = self.flash.pending.take() {
            self.flash_mut().running = Some(image);
        }
        self.config.firmware = match &self.flash.running {
            Some(image) => image.version(),
            None => self.factory,
        };
    }

    /// The image of the firmware that runs.
    pub(super) fn running_image(&self) -> Image {
        match &self.flash.running {
            Some(image) => image.clone(),
            None => Image::build(&self.config, self.factory, b"the manufacturer's firmware"),
        }
    }

    /// Leaves only what belongs to the card: its identity, its flash and the
    /// state behind its registers.
    pub(super) fn forget_driver(&mut self, phase: Phase) {
        *self = Self {
            phase,
            registers: std::mem::take(&mut self.registers),
            factory: self.factory,
            update: std::mem::take(&mut self.update),
            flash: std::mem::take(&mut self.flash),
            flash_changed: self.flash_changed,
            settings: std::mem::take(&mut self.settings),
            restart_wanted: self.restart_wanted,
            uptime: self.uptime,
            ..Self::new(self.config.clone())
        };
    }
}
