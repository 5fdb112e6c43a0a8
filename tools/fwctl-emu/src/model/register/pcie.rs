// SPDX-License-Identifier: GPL-2.0 OR MIT

//! MPEIN: the PCI Express link.

use super::{ConnectX, Refusal};
use crate::prm::register::mpein_reg;

/// Sixteen lanes.
const WIDTH: u8 = 16;
/// 2.5, 5 and 8 GT/s, one bit each.
const SPEEDS: u16 = 0b111;
/// 8 GT/s.
const SPEED: u16 = 0b100;
/// 256 bytes, as a power of two times 128.
const PAYLOAD: u8 = 1;
/// 512 bytes, as a power of two times 128.
const READ_REQUEST: u8 = 2;

pub(super) fn mpein(_: &mut ConnectX, asked: &[u8], value: &mut [u8]) -> Result<(), Refusal> {
    if mpein_reg::depth.is_set(asked)
        || mpein_reg::pcie_index.is_set(asked)
        || mpein_reg::node.is_set(asked)
    {
        return Err(Refusal::NoSuchLink);
    }
    mpein_reg::link_width_enabled.set(value, WIDTH);
    mpein_reg::link_speed_enabled.set(value, SPEEDS);
    mpein_reg::link_width_active.set(value, WIDTH);
    mpein_reg::link_speed_active.set(value, SPEED);
    mpein_reg::num_of_pfs.set(value, 1u8);
    mpein_reg::max_payload_size.set(value, PAYLOAD);
    mpein_reg::max_read_request_size.set(value, READ_REQUEST);
    Ok(())
}
