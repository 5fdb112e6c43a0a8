// SPDX-License-Identifier: GPL-2.0 OR MIT

//! [`fwctl_fuzz::command_line`] under libFuzzer.

#![no_main]

use fwctl_fuzz::command_line::{check, Input};

libfuzzer_sys::fuzz_target!(|input: Input| check(&input));
