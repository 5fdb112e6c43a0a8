// SPDX-License-Identifier: GPL-2.0 OR MIT

//! MPEIN, MPEGC and MPIR: the PCI Express link.

use super::port::PORT;
use super::{ConnectX, Effect, Refusal};
use crate::model::configuration;
use crate::prm::register::card::{mpegc_reg, mpegc_reg_index, mpir_reg, mpir_reg_index};
use crate::prm::register::mpein_reg;
use crate::prm::Field;

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

/// There is one link, and nothing behind it.
fn check_link(place: [Field; 3], asked: &[u8]) -> Result<(), Refusal> {
    match place.iter().any(|field| field.is_set(asked)) {
        true => Err(Refusal::NoSuchLink),
        false => Ok(()),
    }
}

pub(super) fn mpein(device: &mut ConnectX, asked: &[u8], value: &mut [u8]) -> Result<(), Refusal> {
    use mpein_reg::{depth, node, pcie_index};

    check_link([depth, pcie_index, node], asked)?;
    mpein_reg::link_width_enabled.set(value, WIDTH);
    mpein_reg::link_speed_enabled.set(value, SPEEDS);
    mpein_reg::link_width_active.set(value, WIDTH);
    mpein_reg::link_speed_active.set(value, SPEED);
    mpein_reg::num_of_pfs.set(value, 1u8);
    mpein_reg::num_of_vfs.set(value, configuration::virtual_functions(device));
    mpein_reg::max_payload_size.set(value, PAYLOAD);
    mpein_reg::max_read_request_size.set(value, READ_REQUEST);
    Ok(())
}

/// What is done when packets back up behind the link.
#[derive(Debug, Clone, Default)]
pub(super) struct Congestion {
    overflow: u8,
    stalled_reads: u8,
    stalled_writes: u8,
}

/// The bits of MPEGC's field_select.
const OVERFLOW: u16 = 1 << 0;
const STALLED_READS: u16 = 1 << 1;
const STALLED_WRITES: u16 = 1 << 2;
const CHANGEABLE: u16 = OVERFLOW | STALLED_READS | STALLED_WRITES;

/// What tx_lossy_overflow_oper can be: marking takes features that MCAM does
/// not promise.
const DROP: u8 = 1;

/// The thresholds are in percent.
const MAX_THRESHOLD: u8 = 100;

pub(super) fn mpegc(device: &mut ConnectX, asked: &[u8], value: &mut [u8]) -> Result<(), Refusal> {
    use mpegc_reg_index::{depth, node, pcie_index};

    check_link([depth, pcie_index, node], asked)?;
    let congestion = &device.registers.pcie;
    mpegc_reg::tx_lossy_overflow_oper.set(value, congestion.overflow);
    mpegc_reg_index::outbound_stalled_reads_th.set(value, congestion.stalled_reads);
    mpegc_reg_index::outbound_stalled_writes_th.set(value, congestion.stalled_writes);
    Ok(())
}

pub(super) fn set_mpegc(device: &mut ConnectX, asked: &[u8]) -> Result<Option<Effect>, Refusal> {
    use mpegc_reg_index::{
        depth, node, outbound_stalled_reads_th, outbound_stalled_writes_th, pcie_index,
    };

    check_link([depth, pcie_index, node], asked)?;
    let selected = mpegc_reg::field_select.u16(asked);
    let wanted = Congestion {
        overflow: mpegc_reg::tx_lossy_overflow_oper.u8(asked),
        stalled_reads: outbound_stalled_reads_th.u8(asked),
        stalled_writes: outbound_stalled_writes_th.u8(asked),
    };
    let congestion = &mut device.registers.pcie;
    let mut changed = congestion.clone();
    for (bit, field, value, most) in [
        (OVERFLOW, &mut changed.overflow, wanted.overflow, DROP),
        (
            STALLED_READS,
            &mut changed.stalled_reads,
            wanted.stalled_reads,
            MAX_THRESHOLD,
        ),
        (
            STALLED_WRITES,
            &mut changed.stalled_writes,
            wanted.stalled_writes,
            MAX_THRESHOLD,
        ),
    ] {
        if selected & bit != 0 {
            if value > most {
                return Err(Refusal::RegisterValue);
            }
            *field = value;
        }
    }
    if selected & !CHANGEABLE != 0 {
        return Err(Refusal::RegisterValue);
    }
    *congestion = changed;
    Ok(None)
}

/// MPIR. Where the host has put the function is the host's knowledge, so bus
/// and device are zero, as on a card that was not told.
pub(super) fn mpir(_: &mut ConnectX, asked: &[u8], value: &mut [u8]) -> Result<(), Refusal> {
    use mpir_reg_index::{depth, node, pcie_index};

    check_link([depth, pcie_index, node], asked)?;
    mpir_reg::local_port.set(value, PORT);
    Ok(())
}
