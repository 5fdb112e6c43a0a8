// SPDX-License-Identifier: GPL-2.0 OR MIT

//! ENABLE_HCA, INIT_HCA, TEARDOWN_HCA and DISABLE_HCA.

use super::connectx::{ConnectX, Effect, Phase};
use super::refusal::Refusal;

/// ENABLE_HCA. A driver that finds the device enabled follows one that died,
/// so whatever that one left is forgotten.
pub(super) fn enable(
    device: &mut ConnectX,
    _: &[u8],
    _: &mut [u8],
) -> Result<Option<Effect>, Refusal> {
    device.forget_driver(Phase::Enabled);
    Ok(Some(Effect::EqsForgotten))
}

/// INIT_HCA.
pub(super) fn init(
    device: &mut ConnectX,
    _: &[u8],
    _: &mut [u8],
) -> Result<Option<Effect>, Refusal> {
    if device.phase == Phase::Running {
        return Err(Refusal::WrongPhase);
    }
    device.phase = Phase::Running;
    Ok(None)
}

/// TEARDOWN_HCA. The pages stay until the driver takes them back.
pub(super) fn teardown(
    device: &mut ConnectX,
    _: &[u8],
    _: &mut [u8],
) -> Result<Option<Effect>, Refusal> {
    let pages = std::mem::take(&mut device.pages);
    device.forget_driver(Phase::Enabled);
    device.pages = pages;
    Ok(Some(Effect::EqsForgotten))
}

/// DISABLE_HCA.
pub(super) fn disable(
    device: &mut ConnectX,
    _: &[u8],
    _: &mut [u8],
) -> Result<Option<Effect>, Refusal> {
    device.forget_driver(Phase::Disabled);
    Ok(Some(Effect::EqsForgotten))
}
