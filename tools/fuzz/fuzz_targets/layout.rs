// SPDX-License-Identifier: GPL-2.0 OR MIT

//! [`fwctl_fuzz::layout`] under libFuzzer.

#![no_main]

use fwctl_fuzz::layout::{check, Input};

libfuzzer_sys::fuzz_target!(|input: Input| check(&input));
