// SPDX-License-Identifier: GPL-2.0 OR MIT

//! An emulated ConnectX-5 that the stock `mlx5_core` driver probes.
//!
//! | module | what it is | depends on |
//! |---|---|---|
//! | [`prm`] | the device's interface: structures, fields, statuses | nothing |
//! | [`model`] | the firmware: requests in, answers out | `prm` |
//! | [`pci`] | the PCI function around it: BAR0, command queue, events | `model` |
//! | [`trace`] | the log of commands, decoded | `pci` |
//! | `vfio_user` | the server for virtual machines | `pci` |
//! | `state` | the flash, kept in a directory | `pci` |
//! | `control` | faults on request, over a socket | `vfio_user` |
//!
//! The last three are there with the feature `daemon`.
//!
//! A test that wants a device without a virtual machine uses
//! [`model::ConnectX`].

#![forbid(unsafe_code)]

#[cfg(feature = "daemon")]
pub mod control;
pub mod model;
pub mod pci;
pub mod prm;
#[cfg(feature = "daemon")]
pub mod socket;
#[cfg(feature = "daemon")]
pub mod state;
pub mod trace;
#[cfg(feature = "daemon")]
pub mod vfio_user;
