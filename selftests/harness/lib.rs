// SPDX-License-Identifier: GPL-2.0

//! What the test programs share: the KTAP runner, and fwctl as a user sees it.
//!
//! A program is a list of cases. Each case opens what it needs and leaves nothing behind, so that
//! it says the same alone as among others.

pub mod attribute;
pub mod child;
pub mod connectx;
pub mod contrary;
pub mod cxl;
pub mod device;
pub mod emulator;
pub mod errno;
pub mod expect;
pub mod fault;
pub mod kernel_log;
pub mod ktap;
pub mod load;
pub mod mock;
pub mod module;
pub mod node;
pub mod random;
pub mod subject;
pub mod sys;
pub mod uapi;
pub mod userfault;
pub mod wait;
