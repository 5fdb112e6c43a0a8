// SPDX-License-Identifier: GPL-2.0 OR MIT

//! PAOS, PPAOS, PTYS and PMLP: the card's one port.

use super::{ConnectX, Effect, Refusal};
use crate::prm::register::port::ppaos_reg;
use crate::prm::register::{lane_2_module_mapping, paos_reg, pmlp_reg, ptys_reg};
use crate::prm::Field;

/// The port's number; ports count from 1.
pub(super) const PORT: u8 = 1;

/// Its lanes, numbered from 0.
pub(super) const LANES: u8 = 4;

/// Administrative and operational status alike.
const UP: u8 = 1;
const DOWN: u8 = 2;

/// What PPAOS says of a port's mode.
const REGULAR: u8 = 0;
const TEST: u8 = 1;

/// What PPAOS says of the physical layer.
const PHY_DOWN: u8 = 0;
const PHY_UP: u8 = 1;
const PHY_DOWN_BY_COMMAND: u8 = 2;

/// The bit of proto_mask that selects InfiniBand.
const INFINIBAND: u8 = 1 << 0;

/// One and four lanes, one bit each.
pub(super) const WIDTHS: u16 = 0b101;
/// SDR, DDR, QDR, FDR10, FDR and EDR, one bit each.
pub(super) const SPEEDS: u16 = 0b11_1111;

/// When a change of state is to be told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Events {
    #[default]
    None = 0,
    Every = 1,
    One = 2,
}

impl Events {
    /// What field e of PAOS and PMAOS says.
    pub(super) fn from_code(code: u8) -> Result<Self, Refusal> {
        match code {
            0 => Ok(Self::None),
            1 => Ok(Self::Every),
            2 => Ok(Self::One),
            _ => Err(Refusal::RegisterValue),
        }
    }

    pub(super) const fn code(self) -> u8 {
        // CAST: the enumeration is `repr(u8)`.
        self as u8
    }

    /// Whether the change that just happened is to be told.
    fn spend(&mut self) -> bool {
        let told = *self != Self::None;
        if *self == Self::One {
            *self = Self::None;
        }
        told
    }
}

/// The state of the port.
#[derive(Debug, Clone)]
pub(super) struct Port {
    /// What PAOS asks for.
    pub(super) admin_up: bool,
    /// Whether its module is enabled.
    pub(super) powered: bool,
    /// Whether it is in test mode, in which there is no link.
    testing: bool,
    events: Events,
    pub(super) widths: u16,
    pub(super) speeds: u16,
    /// How often the link went down since power-on.
    pub(super) downs: u32,
}

impl Default for Port {
    fn default() -> Self {
        Self {
            admin_up: true,
            powered: true,
            testing: false,
            events: Events::None,
            widths: WIDTHS,
            speeds: SPEEDS,
            downs: 0,
        }
    }
}

impl Port {
    /// Both ends are willing, so the link is up as soon as this one may be.
    pub(super) fn is_up(&self) -> bool {
        self.admin_up && self.powered && !self.testing
    }

    /// Changes the port, and tells whether its link went up or down if somebody
    /// wants to know.
    pub(super) fn change(&mut self, change: impl FnOnce(&mut Self)) -> Option<Effect> {
        let before = self.is_up();
        change(self);
        let up = self.is_up();
        if up == before {
            return None;
        }
        self.downs += u32::from(!up);
        self.events
            .spend()
            .then_some(Effect::PortState { port: PORT, up })
    }

    /// The width and the speed of the link, a bit of each; zero while there is
    /// none.
    pub(super) fn active(&self) -> (u16, u16) {
        match self.is_up() {
            true => (highest_bit(self.widths), highest_bit(self.speeds)),
            false => (0, 0),
        }
    }
}

/// How PAOS puts it.
fn status(up: bool) -> u8 {
    match up {
        true => UP,
        false => DOWN,
    }
}

pub(super) fn check_port(field: Field, asked: &[u8]) -> Result<(), Refusal> {
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
    paos_reg::admin_status.set(value, status(port.admin_up));
    paos_reg::oper_status.set(value, status(port.is_up()));
    paos_reg::e.set(value, port.events.code());
    Ok(())
}

pub(super) fn set_paos(device: &mut ConnectX, asked: &[u8]) -> Result<Option<Effect>, Refusal> {
    check_port(paos_reg::local_port, asked)?;
    let port = &mut device.registers.port;
    let up = match paos_reg::admin_status.u8(asked) {
        _ if !paos_reg::ase.is_set(asked) => port.admin_up,
        UP => true,
        DOWN => false,
        _ => return Err(Refusal::RegisterValue),
    };
    if paos_reg::ee.is_set(asked) {
        port.events = Events::from_code(paos_reg::e.u8(asked))?;
    }
    Ok(port.change(|port| {
        port.admin_up = up;
        // A port that is brought up leaves the test mode.
        port.testing &= !up;
    }))
}

pub(super) fn ppaos(device: &mut ConnectX, asked: &[u8], value: &mut [u8]) -> Result<(), Refusal> {
    check_port(ppaos_reg::local_port, asked)?;
    let port = &device.registers.port;
    let mode = if port.testing { TEST } else { REGULAR };
    let phy = match () {
        () if port.is_up() => PHY_UP,
        () if port.admin_up => PHY_DOWN,
        () => PHY_DOWN_BY_COMMAND,
    };
    ppaos_reg::local_port.set(value, PORT);
    ppaos_reg::phy_test_mode_admin.set(value, mode);
    ppaos_reg::phy_test_mode_status.set(value, mode);
    ppaos_reg::phy_status.set(value, phy);
    Ok(())
}

/// PPAOS: a port that is down can be tested.
pub(super) fn set_ppaos(device: &mut ConnectX, asked: &[u8]) -> Result<Option<Effect>, Refusal> {
    check_port(ppaos_reg::local_port, asked)?;
    let port = &mut device.registers.port;
    port.testing = match ppaos_reg::phy_test_mode_admin.u8(asked) {
        REGULAR => false,
        TEST if port.admin_up => return Err(Refusal::PortUp),
        TEST => true,
        _ => return Err(Refusal::RegisterValue),
    };
    Ok(None)
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
    let (width, speed) = port.active();
    ptys_reg::ib_link_width_oper.set(value, width);
    ptys_reg::ib_proto_oper.set(value, speed);
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
    pmlp_reg::width.set(value, LANES);
    for (lane, mapping) in (0u8..).zip(lanes) {
        let mapping = mapping.bytes_mut(value);
        lane_2_module_mapping::rx_lane.set(mapping, lane);
        lane_2_module_mapping::tx_lane.set(mapping, lane);
    }
    Ok(())
}
