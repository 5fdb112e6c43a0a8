// SPDX-License-Identifier: GPL-2.0 OR MIT

//! PAOS, PTYS and PMLP: the card's one port.

use super::{ConnectX, Effect, Refusal};
use crate::prm::register::{lane_2_module_mapping, paos_reg, pmlp_reg, ptys_reg};
use crate::prm::Field;

/// The port's number; ports count from 1.
const PORT: u8 = 1;

/// Administrative and operational status alike.
const UP: u8 = 1;
const DOWN: u8 = 2;

/// What PAOS' field e says about state changes.
const NO_EVENTS: u8 = 0;
const EVERY_EVENT: u8 = 1;
const ONE_EVENT: u8 = 2;

/// The bit of proto_mask that selects InfiniBand.
const INFINIBAND: u8 = 1 << 0;

/// One and four lanes, one bit each.
const WIDTHS: u16 = 0b101;
/// SDR, DDR, QDR, FDR10, FDR and EDR, one bit each.
const SPEEDS: u16 = 0b11_1111;

/// The state of the port.
#[derive(Debug, Clone)]
pub(super) struct Port {
    up: bool,
    events: u8,
    widths: u16,
    speeds: u16,
}

impl Default for Port {
    fn default() -> Self {
        Self {
            up: true,
            events: NO_EVENTS,
            widths: WIDTHS,
            speeds: SPEEDS,
        }
    }
}

impl Port {
    /// Both ends are willing, so the link is up as soon as this one may be.
    fn bring(&mut self, up: bool) -> Option<Effect> {
        let changed = self.up != up;
        self.up = up;
        if !changed || self.events == NO_EVENTS {
            return None;
        }
        if self.events == ONE_EVENT {
            self.events = NO_EVENTS;
        }
        Some(Effect::PortState { port: PORT, up })
    }

    fn status(&self) -> u8 {
        if self.up {
            UP
        } else {
            DOWN
        }
    }
}

fn check_port(field: Field, asked: &[u8]) -> Result<(), Refusal> {
    if field.u8(asked) == PORT {
        Ok(())
    } else {
        Err(Refusal::NoSuchPort)
    }
}

pub(super) fn paos(device: &mut ConnectX, asked: &[u8], value: &mut [u8]) -> Result<(), Refusal> {
    check_port(paos_reg::local_port, asked)?;
    let port = &device.registers.port;
    paos_reg::local_port.set(value, PORT);
    paos_reg::admin_status.set(value, port.status());
    paos_reg::oper_status.set(value, port.status());
    paos_reg::e.set(value, port.events);
    Ok(())
}

pub(super) fn set_paos(device: &mut ConnectX, asked: &[u8]) -> Result<Option<Effect>, Refusal> {
    check_port(paos_reg::local_port, asked)?;
    let port = &mut device.registers.port;
    let up = match paos_reg::admin_status.u8(asked) {
        _ if !paos_reg::ase.is_set(asked) => port.up,
        UP => true,
        DOWN => false,
        _ => return Err(Refusal::RegisterValue),
    };
    let events = match paos_reg::e.u8(asked) {
        _ if !paos_reg::ee.is_set(asked) => port.events,
        events @ (NO_EVENTS | EVERY_EVENT | ONE_EVENT) => events,
        _ => return Err(Refusal::RegisterValue),
    };
    port.events = events;
    Ok(port.bring(up))
}

pub(super) fn ptys(device: &mut ConnectX, asked: &[u8], value: &mut [u8]) -> Result<(), Refusal> {
    check_port(ptys_reg::local_port, asked)?;
    let port = &device.registers.port;
    let protocols = ptys_reg::proto_mask.u8(asked);
    ptys_reg::local_port.set(value, PORT);
    ptys_reg::proto_mask.set(value, protocols);
    // The port is InfiniBand: of Ethernet everything is zero.
    if protocols & INFINIBAND == 0 {
        return Ok(());
    }
    ptys_reg::ib_link_width_capability.set(value, WIDTHS);
    ptys_reg::ib_proto_capability.set(value, SPEEDS);
    ptys_reg::ib_link_width_admin.set(value, port.widths);
    ptys_reg::ib_proto_admin.set(value, port.speeds);
    if port.up {
        ptys_reg::ib_link_width_oper.set(value, highest_bit(port.widths));
        ptys_reg::ib_proto_oper.set(value, highest_bit(port.speeds));
    }
    Ok(())
}

pub(super) fn set_ptys(device: &mut ConnectX, asked: &[u8]) -> Result<Option<Effect>, Refusal> {
    check_port(ptys_reg::local_port, asked)?;
    let widths = ptys_reg::ib_link_width_admin.u16(asked);
    let speeds = ptys_reg::ib_proto_admin.u16(asked);
    let possible = widths & WIDTHS == widths && speeds & SPEEDS == speeds;
    let selected = ptys_reg::proto_mask.u8(asked) == INFINIBAND && widths != 0 && speeds != 0;
    if !possible || !selected {
        return Err(Refusal::RegisterValue);
    }
    let port = &mut device.registers.port;
    port.widths = widths;
    port.speeds = speeds;
    Ok(None)
}

/// What the link settles on among the settings both ends allow.
fn highest_bit(settings: u16) -> u16 {
    settings.checked_ilog2().map_or(0, |bit| 1 << bit)
}

/// All four lanes of the port go to module 0.
pub(super) fn pmlp(_: &mut ConnectX, asked: &[u8], value: &mut [u8]) -> Result<(), Refusal> {
    check_port(pmlp_reg::local_port, asked)?;
    let lanes = [
        pmlp_reg::lane0_module_mapping,
        pmlp_reg::lane1_module_mapping,
        pmlp_reg::lane2_module_mapping,
        pmlp_reg::lane3_module_mapping,
    ];
    pmlp_reg::local_port.set(value, PORT);
    pmlp_reg::width.set(value, 4u8);
    for (lane, mapping) in (0u8..).zip(lanes) {
        let mapping = mapping.bytes_mut(value);
        lane_2_module_mapping::rx_lane.set(mapping, lane);
        lane_2_module_mapping::tx_lane.set(mapping, lane);
    }
    Ok(())
}
