// SPDX-License-Identifier: GPL-2.0 OR MIT

//! The PCI function, driven through its registers and the machine's memory.

mod command_queue;
mod event_queue;
mod faults;
mod hostile;
mod machine;
mod registers;
mod storage;
