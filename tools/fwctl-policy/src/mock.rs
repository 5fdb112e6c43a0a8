// SPDX-License-Identifier: GPL-2.0 OR MIT

//! The mock driver's messages and policy.

#[path = "../../../drivers/mock/policy.rs"]
pub mod policy;
#[path = "../../../drivers/mock/wire.rs"]
pub mod wire;
