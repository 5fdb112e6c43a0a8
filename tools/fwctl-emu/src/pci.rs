// SPDX-License-Identifier: GPL-2.0 OR MIT

//! A PCI function around the firmware: configuration space, BAR0, command
//! queue, event queues, DMA and MSI-X.
//!
//! It reaches its host through [`Bus`] alone, so that it runs over vfio-user
//! and in unit tests alike.

mod bus;
mod command;
mod config_space;
mod entry;
mod event_ring;
mod function;
mod held;
mod init_segment;
mod mailbox;
mod observer;
mod storage;

pub use bus::{Bus, DmaError};
pub use config_space::CONFIG_SIZE;
pub use function::Function;
pub use observer::{CommandRecord, Observer, Remark};
pub use storage::Storage;
