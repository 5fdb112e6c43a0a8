// SPDX-License-Identifier: GPL-2.0 OR MIT

//! [`fwctl_fuzz::sysfs`] under libFuzzer.

#![no_main]

use fwctl_fuzz::sysfs::{check, Input};

libfuzzer_sys::fuzz_target!(|input: Input| check(&input));
