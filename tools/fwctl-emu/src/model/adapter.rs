// SPDX-License-Identifier: GPL-2.0 OR MIT

//! QUERY_ADAPTER and SET_DRIVER_VERSION: who is who.

use super::config::connectx5;
use super::connectx::{ConnectX, Effect};
use super::refusal::Refusal;
use crate::prm::command::{query_adapter_out, query_adapter_param_block, set_driver_version_in};

/// The manufacturer's IEEE organizationally unique identifier.
const IEEE_VENDOR_ID: u32 = 0x02c9;

pub(super) fn query(
    device: &mut ConnectX,
    _: &[u8],
    answer: &mut [u8],
) -> Result<Option<Effect>, Refusal> {
    use query_adapter_param_block as block;

    let adapter = query_adapter_out::query_adapter_struct.bytes_mut(answer);
    block::ieee_vendor_id.set(adapter, IEEE_VENDOR_ID);
    block::vsd_vendor_id.set(adapter, connectx5::VENDOR_ID);
    block::vsd_contd_psid.copy_from(adapter, device.config.psid.as_bytes());
    Ok(None)
}

pub(super) fn set_driver_version(
    device: &mut ConnectX,
    request: &[u8],
    _: &mut [u8],
) -> Result<Option<Effect>, Refusal> {
    let version = set_driver_version_in::driver_version.bytes(request);
    device.driver_version = version
        .iter()
        .copied()
        .take_while(|byte| *byte != 0)
        .collect();
    Ok(None)
}
