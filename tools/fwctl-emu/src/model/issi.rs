// SPDX-License-Identifier: GPL-2.0 OR MIT

//! QUERY_ISSI and SET_ISSI: the version of the interface, or interface step
//! sequence id.

use super::connectx::{ConnectX, Effect};
use super::refusal::Refusal;
use crate::prm::command::{query_issi_out, set_issi_in};

/// The supported versions, one bit each: 0 and 1.
const SUPPORTED: u32 = 0b11;

/// The version in use.
#[derive(Debug, Clone, Default)]
pub(super) struct Issi {
    current: u16,
}

pub(super) fn query(
    device: &mut ConnectX,
    _: &[u8],
    answer: &mut [u8],
) -> Result<Option<Effect>, Refusal> {
    query_issi_out::current_issi.set(answer, device.issi.current);
    query_issi_out::supported_issi_dw0.set(answer, SUPPORTED);
    Ok(None)
}

pub(super) fn set(
    device: &mut ConnectX,
    request: &[u8],
    _: &mut [u8],
) -> Result<Option<Effect>, Refusal> {
    let wanted = set_issi_in::current_issi.u16(request);
    if SUPPORTED.checked_shr(u32::from(wanted)).unwrap_or(0) & 1 == 0 {
        return Err(Refusal::UnsupportedIssi);
    }
    device.issi.current = wanted;
    Ok(None)
}
