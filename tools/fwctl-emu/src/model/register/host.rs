// SPDX-License-Identifier: GPL-2.0 OR MIT

//! HOST_ENDIANNESS, NODE_DESC and DTOR: what host and device agree on.

use super::{ConnectX, Effect, Refusal};
use crate::prm::register::{
    default_timeout, dtor_reg, node_desc as desc, register_host_endianness,
};
use crate::prm::Field;

/// What the host has told the device.
#[derive(Debug, Clone)]
pub(super) struct Host {
    endianness: u8,
    node_description: Vec<u8>,
}

impl Default for Host {
    fn default() -> Self {
        Self {
            endianness: 0,
            node_description: b"MT27800 (emulated)".to_vec(),
        }
    }
}

pub(super) fn endianness(device: &mut ConnectX, _: &[u8], value: &mut [u8]) -> Result<(), Refusal> {
    register_host_endianness::he.set(value, device.registers.host.endianness);
    Ok(())
}

pub(super) fn set_endianness(
    device: &mut ConnectX,
    asked: &[u8],
) -> Result<Option<Effect>, Refusal> {
    device.registers.host.endianness = register_host_endianness::he.u8(asked);
    Ok(None)
}

pub(super) fn node_desc(device: &mut ConnectX, _: &[u8], value: &mut [u8]) -> Result<(), Refusal> {
    desc::node_description.copy_from(value, &device.registers.host.node_description);
    Ok(())
}

pub(super) fn set_node_desc(
    device: &mut ConnectX,
    asked: &[u8],
) -> Result<Option<Effect>, Refusal> {
    device.registers.host.node_description = desc::node_description.bytes(asked).to_vec();
    Ok(None)
}

/// A unit of [`default_timeout`].
const MILLISECONDS: u8 = 0;
/// A unit of [`default_timeout`].
const SECONDS: u8 = 1;

/// The timeouts DTOR advises: those Linux's driver has by itself.
const TIMEOUTS: &[(Field, u8, u32)] = &[
    (dtor_reg::pcie_toggle_to, SECONDS, 2),
    (dtor_reg::health_poll_to, SECONDS, 2),
    (dtor_reg::full_crdump_to, SECONDS, 60),
    (dtor_reg::fw_reset_to, SECONDS, 60),
    (dtor_reg::flush_on_err_to, SECONDS, 2),
    (dtor_reg::pci_sync_update_to, MILLISECONDS, 5000),
    (dtor_reg::tear_down_to, MILLISECONDS, 3000),
    (dtor_reg::fsm_reactivate_to, MILLISECONDS, 5000),
    (dtor_reg::reclaim_pages_to, MILLISECONDS, 5000),
    (dtor_reg::reclaim_vfs_pages_to, SECONDS, 120),
    (dtor_reg::reset_unload_to, SECONDS, 300),
];

pub(super) fn dtor(_: &mut ConnectX, _: &[u8], value: &mut [u8]) -> Result<(), Refusal> {
    for (field, unit, count) in TIMEOUTS {
        let timeout = field.bytes_mut(value);
        default_timeout::to_multiplier.set(timeout, *unit);
        default_timeout::to_value.set(timeout, *count);
    }
    Ok(())
}
