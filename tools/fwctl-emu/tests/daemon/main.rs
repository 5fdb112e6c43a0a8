// SPDX-License-Identifier: GPL-2.0 OR MIT

//! The server and the program, with a vfio-user client in place of a virtual
//! machine.

#![cfg(feature = "daemon")]

mod control;
mod guest;
mod program;
mod server;
mod state;
