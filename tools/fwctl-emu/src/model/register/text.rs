// SPDX-License-Identifier: GPL-2.0 OR MIT

//! MQIS: the card's names, some bytes at a time.

use super::{ConnectX, Refusal};
use crate::prm::register::card::{mqis_reg, MQIS_HEADER};

/// The card's texts, by info_type; the vital product data (0) is not there.
fn text(kind: u8) -> Option<&'static str> {
    Some(match kind {
        1 => "FWC-CX5-EMU",
        2 => "Emulated ConnectX-5 VPI adapter card; EDR IB (100Gb/s); single-port QSFP28; PCIe3.0 x16",
        3 => "fwctl-emu",
        // Nobody has written one.
        4 => "",
        5 => "",
        _ => return None,
    })
}

pub(super) fn mqis(_: &mut ConnectX, asked: &[u8], value: &mut [u8]) -> Result<(), Refusal> {
    let kind = mqis_reg::info_type.u8(asked);
    let text = text(kind).ok_or(Refusal::NoSuchText)?;
    let offset = mqis_reg::read_offset.u16(asked);
    let rest = text
        .as_bytes()
        .get(usize::from(offset)..)
        .ok_or(Refusal::NoSuchText)?;
    let wanted = usize::from(mqis_reg::read_length.u16(asked));
    let (header, room) = value.split_at_mut(MQIS_HEADER);
    let length = wanted.min(rest.len()).min(room.len());
    room[..length].copy_from_slice(&rest[..length]);
    mqis_reg::info_type.set(header, kind);
    // CAST: none of the texts has 64 KiB.
    mqis_reg::info_length.set(header, text.len() as u64);
    mqis_reg::read_offset.set(header, offset);
    // CAST: no more than the text.
    mqis_reg::read_length.set(header, length as u64);
    Ok(())
}
