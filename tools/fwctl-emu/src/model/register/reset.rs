// SPDX-License-Identifier: GPL-2.0 OR MIT

//! MFRL: asking for a reset of the firmware.

use super::{ConnectX, Effect, Refusal};
use crate::prm::register::configuration::mfrl_reg;

/// The bits of reset_level: a reset of the PCI Express link, and of the machine.
const LINK: u8 = 1 << 3;
const MACHINE: u8 = 1 << 6;

/// The bit of reset_type: the whole chip.
const FULL_CHIP: u8 = 1 << 0;
/// What rst_type_sel says of it.
const SELECT_FULL_CHIP: u8 = 0;

/// What reset_state says.
const IDLE: u8 = 0;
const WAITING: u8 = 8;

pub(super) fn mfrl(device: &mut ConnectX, _: &[u8], value: &mut [u8]) -> Result<(), Refusal> {
    let state = match device.restart_wanted {
        true => WAITING,
        false => IDLE,
    };
    mfrl_reg::reset_state.set(value, state);
    mfrl_reg::reset_type.set(value, FULL_CHIP);
    mfrl_reg::reset_level.set(value, LINK | MACHINE);
    Ok(())
}

/// MFRL, written: the next reset of the function restarts the firmware, too.
///
/// A reset that is negotiated between the drivers of several hosts is not
/// possible.
pub(super) fn set_mfrl(device: &mut ConnectX, asked: &[u8]) -> Result<Option<Effect>, Refusal> {
    let level = mfrl_reg::reset_level.u8(asked);
    let negotiated = mfrl_reg::pci_sync_for_fw_update_start.is_set(asked)
        || mfrl_reg::pci_sync_for_fw_update_resp.is_set(asked);
    if !matches!(level, LINK | MACHINE)
        || mfrl_reg::rst_type_sel.u8(asked) != SELECT_FULL_CHIP
        || negotiated
    {
        return Err(Refusal::RegisterValue);
    }
    device.restart_wanted = true;
    Ok(None)
}
