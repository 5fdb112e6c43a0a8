// SPDX-License-Identifier: GPL-2.0 OR MIT

//! MCAM, PCAM and QCAM: which registers and features there are.
//!
//! The masks are computed from the table of registers, so they cannot promise
//! one that is missing.

use super::{find, port_counters, ConnectX, Refusal, REGISTERS};
use crate::prm::register::counters::{group, pcam_enhanced_features as features};
use crate::prm::register::{mcam_enhanced_features, mcam_reg, pcam_reg, qcam_reg};
use crate::prm::register_id;
use crate::prm::Field;

/// Registers a mask speaks of.
const GROUP: u16 = 128;

/// The management registers' groups begin at 0x9000, 0x9080, 0x9100 and 0x9180.
const MANAGEMENT: u16 = 0x9000;
const MANAGEMENT_GROUPS: u8 = 4;
/// The port registers.
const PORT: u16 = 0x5000;
/// The quality-of-service registers.
const QOS: u16 = 0x4000;

/// The features that stand for groups of PPCNT.
const COUNTER_GROUPS: &[(Field, u8)] = &[
    (
        features::ppcnt_statistical_group,
        group::PHYSICAL_LAYER_STATISTICAL,
    ),
    (features::ppcnt_discard_group, group::DISCARD),
    (
        features::ppcnt_recovery_counters,
        group::PHYSICAL_LAYER_RECOVERY,
    ),
];

pub(super) fn mcam(_: &mut ConnectX, asked: &[u8], value: &mut [u8]) -> Result<(), Refusal> {
    let group = mcam_reg::access_reg_group.u8(asked);
    let feature_group = mcam_reg::feature_group.u8(asked);
    if group >= MANAGEMENT_GROUPS || feature_group != 0 {
        return Err(Refusal::NoSuchGroup);
    }
    mcam_reg::access_reg_group.set(value, group);
    let first = MANAGEMENT + u16::from(group) * GROUP;
    mark_registers(value, mcam_reg::mng_access_reg_cap_mask, first);
    let feature_mask = mcam_reg::mng_feature_cap_mask.bytes_mut(value);
    mcam_enhanced_features::reset_state.set(feature_mask, find(register_id::MFRL).is_some());
    Ok(())
}

pub(super) fn pcam(_: &mut ConnectX, asked: &[u8], value: &mut [u8]) -> Result<(), Refusal> {
    if pcam_reg::access_reg_group.is_set(asked) || pcam_reg::feature_group.is_set(asked) {
        return Err(Refusal::NoSuchGroup);
    }
    mark_registers(value, pcam_reg::port_access_reg_cap_mask, PORT);
    let feature_mask = pcam_reg::feature_cap_mask.bytes_mut(value);
    for (feature, group) in COUNTER_GROUPS {
        feature.set(feature_mask, port_counters::has_group(*group));
    }
    Ok(())
}

pub(super) fn qcam(_: &mut ConnectX, asked: &[u8], value: &mut [u8]) -> Result<(), Refusal> {
    if qcam_reg::access_reg_group.is_set(asked) || qcam_reg::feature_group.is_set(asked) {
        return Err(Refusal::NoSuchGroup);
    }
    mark_registers(value, qcam_reg::qos_access_reg_cap_mask, QOS);
    Ok(())
}

/// Sets the bits of the known registers from `first` on. The mask's last bit is
/// the first register.
fn mark_registers(value: &mut [u8], mask: Field, first: u16) {
    for register in REGISTERS {
        if let Some(bit) = register.id.checked_sub(first).filter(|bit| *bit < GROUP) {
            let offset = mask.offset + mask.width - 1 - usize::from(bit);
            Field::new("register", offset, 1).set(value, 1u8);
        }
    }
}
