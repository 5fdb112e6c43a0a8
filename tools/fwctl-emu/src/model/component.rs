// SPDX-License-Identifier: GPL-2.0 OR MIT

//! Replacing the firmware: who may, how far it is, and what became of it.

use std::time::Duration;

use super::config::Config;
use super::flash::Flash;
use super::image::{Image, ImageError};
use super::refusal::Refusal;

/// The longest image.
pub(super) const MAX_SIZE: usize = 16 << 20;

/// Pieces are of whole words.
pub(super) const LOG_WORD: u8 = 2;

/// An owner that is silent for so long has lost its handle.
pub(super) const PATIENCE: Duration = Duration::from_secs(120);

/// Handles have 24 bits.
const HANDLES: u32 = 1 << 24;

/// How far the state machine is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum State {
    /// Nobody has the handle.
    #[default]
    Idle,
    /// Somebody has, and does nothing.
    Locked,
    /// An image is written.
    Download,
    /// The image that runs is read.
    Upload,
    /// The image that is to run is read.
    UploadPending,
}

impl State {
    /// What MCC's control_state says.
    ///
    /// Later PRMs have a state 8 for reading what is pending. Tools expect a
    /// card that does not tell it from reading what runs.
    pub(super) const fn code(self) -> u8 {
        match self {
            Self::Idle => 0,
            Self::Locked => 1,
            Self::Download => 3,
            Self::Upload | Self::UploadPending => 7,
        }
    }
}

/// What became of the last image: what MCQS' component_update_state says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Progress {
    #[default]
    Idle = 0,
    Started = 1,
    Applied = 2,
    ActivePendingReset = 4,
    Failed = 5,
    Canceled = 6,
}

/// Why an image was not taken: what MCC's error_code says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Rejection {
    #[default]
    None = 0,
    Digest = 2,
    NotApplicable = 3,
    Format = 8,
}

impl From<ImageError> for Rejection {
    fn from(error: ImageError) -> Self {
        match error {
            ImageError::Format => Self::Format,
            ImageError::Checksum => Self::Digest,
            ImageError::NotApplicable => Self::NotApplicable,
        }
    }
}

/// What MCC asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Instruction {
    Lock,
    Release,
    Update { size: usize },
    Verify,
    Activate,
    Read,
    ReadPending,
    Cancel,
    CheckHandle,
    ForceRelease,
}

/// The state machine by which a component is replaced or read.
#[derive(Debug, Clone, Default)]
pub(super) struct Update {
    /// How many owners there were.
    owners: u32,
    pub(super) state: State,
    pub(super) progress: Progress,
    pub(super) rejection: Rejection,
    /// When the owner last did something.
    heard: Duration,
    /// What was written so far, and how long it may become.
    written: Vec<u8>,
    room: usize,
    /// An image that was found to be good, and not activated yet.
    verified: Option<Image>,
}

impl Update {
    /// The owner's handle; while there is none, that of the next.
    fn handle(&self) -> u32 {
        self.owners % (HANDLES - 1) + 1
    }

    /// The handle, for whoever knows it or may have it.
    pub(super) fn shown_handle(&self, asked: u32) -> u32 {
        match self.state == State::Idle || asked == self.handle() {
            true => self.handle(),
            false => 0,
        }
    }

    /// Seconds since the owner last did something.
    pub(super) fn silence(&self, now: Duration) -> u64 {
        match self.state {
            State::Idle => 0,
            _ => now.saturating_sub(self.heard).as_secs(),
        }
    }

    /// An owner that was silent for too long loses its handle.
    pub(super) fn expire(&mut self, now: Duration) {
        if self.state != State::Idle && now.saturating_sub(self.heard) >= PATIENCE {
            self.release();
        }
    }

    /// Only who has the handle may go on.
    fn admit(&mut self, handle: u32, now: Duration) -> Result<(), Refusal> {
        if self.state == State::Idle {
            return Err(Refusal::WrongUpdateState);
        }
        if handle != self.handle() {
            return Err(Refusal::WrongUpdateHandle);
        }
        self.heard = now;
        Ok(())
    }

    fn expect(&self, states: &[State]) -> Result<(), Refusal> {
        match states.contains(&self.state) {
            true => Ok(()),
            false => Err(Refusal::WrongUpdateState),
        }
    }

    fn release(&mut self) {
        if matches!(self.progress, Progress::Started | Progress::Applied) {
            self.progress = Progress::Canceled;
        }
        self.owners = self.owners.wrapping_add(1);
        self.state = State::Idle;
        self.rejection = Rejection::None;
        self.written = Vec::new();
        self.verified = None;
    }

    /// Does what MCC asks for; tells whether the flash is to be changed, and to
    /// what image.
    pub(super) fn instruct(
        &mut self,
        instruction: Instruction,
        handle: u32,
        now: Duration,
        flash: &Flash,
        config: &Config,
    ) -> Result<Option<Image>, Refusal> {
        match instruction {
            Instruction::Lock => return self.lock(handle, now).map(|()| None),
            Instruction::ForceRelease => {
                self.release();
                return Ok(None);
            }
            _ => self.admit(handle, now)?,
        }
        self.rejection = Rejection::None;
        match instruction {
            Instruction::Lock | Instruction::ForceRelease | Instruction::CheckHandle => {}
            Instruction::Release => self.release(),
            Instruction::Update { size } => self.update(size)?,
            Instruction::Verify => self.verify(config)?,
            Instruction::Activate => return self.activate().map(Some),
            Instruction::Read => {
                self.expect(&[State::Locked])?;
                self.state = State::Upload;
            }
            Instruction::ReadPending => {
                self.expect(&[State::Locked])?;
                flash.pending.as_ref().ok_or(Refusal::NothingPending)?;
                self.state = State::UploadPending;
            }
            Instruction::Cancel => {
                if self.state == State::Download {
                    self.progress = Progress::Canceled;
                }
                self.written = Vec::new();
                self.state = State::Locked;
            }
        }
        Ok(None)
    }

    fn lock(&mut self, handle: u32, now: Duration) -> Result<(), Refusal> {
        if self.state != State::Idle {
            return Err(Refusal::UpdateBusy);
        }
        if handle != self.handle() {
            return Err(Refusal::WrongUpdateHandle);
        }
        self.state = State::Locked;
        self.heard = now;
        Ok(())
    }

    fn update(&mut self, size: usize) -> Result<(), Refusal> {
        self.expect(&[State::Locked])?;
        if size > MAX_SIZE {
            return Err(Refusal::ComponentRange);
        }
        self.state = State::Download;
        self.progress = Progress::Started;
        self.written = Vec::new();
        self.verified = None;
        // Without a size, any will do.
        self.room = if size == 0 { MAX_SIZE } else { size };
        Ok(())
    }

    fn verify(&mut self, config: &Config) -> Result<(), Refusal> {
        self.expect(&[State::Download])?;
        self.state = State::Locked;
        let image = Image::check(&std::mem::take(&mut self.written))
            .and_then(|image| image.suits(config).map(|()| image));
        match image {
            Ok(image) => {
                self.verified = Some(image);
                self.progress = Progress::Applied;
            }
            Err(error) => {
                self.rejection = error.into();
                self.progress = Progress::Failed;
            }
        }
        Ok(())
    }

    fn activate(&mut self) -> Result<Image, Refusal> {
        self.expect(&[State::Locked])?;
        let image = self.verified.take().ok_or(Refusal::WrongUpdateState)?;
        self.progress = Progress::ActivePendingReset;
        Ok(image)
    }

    /// Takes a piece of the image that is written.
    pub(super) fn write(
        &mut self,
        handle: u32,
        offset: usize,
        data: &[u8],
        now: Duration,
    ) -> Result<(), Refusal> {
        self.admit(handle, now)?;
        self.expect(&[State::Download])?;
        let end = offset
            .checked_add(data.len())
            .filter(|end| *end <= self.room)
            .ok_or(Refusal::ComponentRange)?;
        if self.written.len() < end {
            // As erased flash reads.
            self.written.resize(end, 0xff);
        }
        self.written[offset..end].copy_from_slice(data);
        Ok(())
    }

    /// Whether pieces can be read, and of which image.
    pub(super) fn reads(&mut self, handle: u32, now: Duration) -> Result<State, Refusal> {
        self.admit(handle, now)?;
        self.expect(&[State::Upload, State::UploadPending, State::Download])?;
        Ok(self.state)
    }

    /// The firmware starts anew: nobody has the handle, nothing is pending.
    pub(super) fn restart(&mut self) {
        self.release();
        self.progress = Progress::Idle;
    }
}
