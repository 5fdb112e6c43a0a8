// SPDX-License-Identifier: GPL-2.0 OR MIT

//! What the program can be told to do, one a file.

pub(crate) mod connectx;
pub(crate) mod ctl;
pub(crate) mod image;
