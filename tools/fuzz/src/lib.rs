// SPDX-License-Identifier: GPL-2.0 OR MIT

//! What must hold for any input.
//!
//! Each module says it of one thing that takes what others made, beside a second, simpler way to the
//! same answer. libFuzzer looks for an input for which it does not hold: `fuzz_targets/` has a line
//! for each module. `seeds/` are inputs to begin with, `regressions/` those that once found
//! something; `kit/fuzz` runs both first, always.

#![forbid(unsafe_code)]

pub mod answers;
pub mod command_line;
pub mod connectx;
pub mod input;
pub mod layout;
pub mod pci_address;
pub mod policy;
pub mod protocol;
pub mod size;
pub mod sysfs;
pub mod wire;
