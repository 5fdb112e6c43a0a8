// SPDX-License-Identifier: GPL-2.0 OR MIT

//! The firmware of an emulated ConnectX-5: a pure state machine.
//!
//! [`ConnectX::execute`] takes a command's request and returns its answer.
//! There is no I/O, no clock and no unsafe code here, so the same model stands
//! behind a PCI function in a virtual machine and behind the loopback of a unit
//! test.

#![forbid(unsafe_code)]

mod adapter;
mod capability;
mod command;
mod component;
mod config;
mod configuration;
mod connectx;
mod dump;
mod event_queue;
pub mod faults;
mod flash;
mod image;
mod issi;
mod lifecycle;
mod page;
mod refusal;
mod register;
mod uar;
mod user_context;

pub use config::{connectx5, Config, FirmwareVersion, NotAVersion};
pub use connectx::{ConnectX, Effect, Outcome, Phase};
pub use event_queue::EventQueue;
pub use flash::Flash;
pub use image::{Image, ImageError};
pub use refusal::Refusal;
pub use uar::UAR_SIZE;

/// The frequency of the device's clock, which the internal timer counts.
pub const DEVICE_FREQUENCY_KHZ: u64 = 156_250;
