// SPDX-License-Identifier: GPL-2.0 OR MIT

//! NVIDIA ConnectX and BlueField: commands of the mlx5 command interface.
//!
//! Source: the Programmer's Reference Manual (PRM); the names are its.

mod call;
mod capability;
mod info;
mod layout;
mod status;
mod uctx;

pub use call::{call, check};
pub use capability::{query_hca_cap, Capabilities, CapabilityType, Mode, GENERAL};
pub use info::UctxInfo;
pub use layout::{Field, Form};
pub use status::{Status, Verdict};
pub use uctx::{loopback, Uctx};
