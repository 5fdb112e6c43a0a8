// SPDX-License-Identifier: GPL-2.0 OR MIT

//! The mlx5 driver's messages and policy.

#[path = "../../../drivers/mlx5/policy.rs"]
pub mod policy;
#[path = "../../../drivers/mlx5/wire.rs"]
pub mod wire;
