// SPDX-License-Identifier: GPL-2.0 OR MIT

//! [`fwctl_fuzz::protocol`] under libFuzzer.

#![no_main]

use fwctl_fuzz::protocol::{check, Input};

libfuzzer_sys::fuzz_target!(|input: Input| check(&input));
