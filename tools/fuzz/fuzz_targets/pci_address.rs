// SPDX-License-Identifier: GPL-2.0 OR MIT

//! [`fwctl_fuzz::pci_address`] under libFuzzer.

#![no_main]

use fwctl_fuzz::pci_address::check;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| check(bytes));
