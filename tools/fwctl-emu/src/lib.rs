// SPDX-License-Identifier: GPL-2.0 OR MIT

//! An emulated ConnectX-5 that the stock `mlx5_core` driver probes.
//!
//! | module | what it is | depends on |
//! |---|---|---|
//! | [`prm`] | the device's interface: structures, fields, statuses | nothing |
//! | [`model`] | the firmware: requests in, answers out | `prm` |

#![forbid(unsafe_code)]

pub mod model;
pub mod prm;
