// SPDX-License-Identifier: GPL-2.0 OR MIT

//! The device's interface as its Programmer's Reference Manual lays it out.
//!
//! Every structure and every field is declared here once; the model, the PCI
//! function, the log and the tests all read these declarations. Names are the
//! PRM's, as `include/linux/mlx5/mlx5_ifc.h` and `include/linux/mlx5/device.h`
//! spell them.

pub mod command;
pub mod configuration;
pub mod hca_cap;
pub mod image;
pub mod layout;
mod number;
pub mod opcode;
pub mod queue;
pub mod register;
pub mod register_id;
pub mod status;

pub use layout::{Field, Layout, Source};
pub use status::{Delivery, Status};

/// Where Linux declares most of the structures.
const fn ifc(tag: &'static str) -> Source {
    Source::Bits {
        tag,
        file: "include/linux/mlx5/mlx5_ifc.h",
    }
}

/// Where Linux declares those of the non-volatile configuration.
const fn nv(tag: &'static str) -> Source {
    Source::Bits {
        tag,
        file: "drivers/net/ethernet/mellanox/mlx5/core/lib/nv_param.c",
    }
}

/// Every structure declared in this module.
pub fn layouts() -> impl Iterator<Item = &'static Layout> {
    [
        command::LAYOUTS,
        configuration::LAYOUTS,
        hca_cap::LAYOUTS,
        hca_cap::general::LAYOUTS,
        image::LAYOUTS,
        queue::LAYOUTS,
        register::LAYOUTS,
        register::card::LAYOUTS,
        register::component::LAYOUTS,
        register::configuration::LAYOUTS,
        register::counters::LAYOUTS,
        register::dump::LAYOUTS,
        register::port::LAYOUTS,
    ]
    .into_iter()
    .flatten()
}
