// SPDX-License-Identifier: GPL-2.0 OR MIT

//! From the command line through the library to a firmware and back, in this process.

mod commands;
mod emulated;
mod failures;
