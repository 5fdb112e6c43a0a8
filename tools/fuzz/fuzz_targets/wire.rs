// SPDX-License-Identifier: GPL-2.0 OR MIT

//! [`fwctl_fuzz::wire`] under libFuzzer.

#![no_main]

use fwctl_fuzz::wire::check;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| check(bytes));
