// SPDX-License-Identifier: GPL-2.0 OR MIT

//! MGIR: what the card is and which firmware it runs.

use super::{ConnectX, Refusal};
use crate::model::config::connectx5;
use crate::prm::register::{mgir as register, mgir_fw_info as firmware, mgir_hw_info as hardware};

/// The chip is made in 16 nm.
const TECHNOLOGY_16_NM: u8 = 3;

pub(super) fn mgir(device: &mut ConnectX, _: &[u8], value: &mut [u8]) -> Result<(), Refusal> {
    let [mac5, mac4, mac3, mac2, mac1, mac0] = device.config.base_mac;
    let hw_info = register::hw_info.bytes_mut(value);
    hardware::device_id.set(hw_info, connectx5::DEVICE_ID);
    hardware::device_hw_revision.set(hw_info, connectx5::REVISION);
    hardware::num_ports.set(hw_info, 1u8);
    hardware::technology.set(hw_info, TECHNOLOGY_16_NM);
    hardware::hw_dev_id.set(hw_info, connectx5::HW_DEVICE_ID);
    hardware::manufacturing_base_mac_47_32.set(hw_info, u16::from_be_bytes([mac5, mac4]));
    hardware::manufacturing_base_mac_31_0
        .set(hw_info, u32::from_be_bytes([mac3, mac2, mac1, mac0]));
    hardware::uptime.set(hw_info, device.uptime.as_secs());

    let version = device.config.firmware;
    let fw_info = register::fw_info.bytes_mut(value);
    // The short fields hold the low eight bits, the extended ones all of it.
    firmware::major.set(fw_info, version.major);
    firmware::minor.set(fw_info, version.minor);
    firmware::sub_minor.set(fw_info, version.subminor);
    firmware::extended_major.set(fw_info, version.major);
    firmware::extended_minor.set(fw_info, version.minor);
    firmware::extended_sub_minor.set(fw_info, version.subminor);
    firmware::psid.copy_from(fw_info, device.config.psid.as_bytes());
    Ok(())
}
