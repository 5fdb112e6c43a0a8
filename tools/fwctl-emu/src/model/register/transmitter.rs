// SPDX-License-Identifier: GPL-2.0 OR MIT

//! SLTP: how the port's lanes transmit.

use super::port::{check_port, LANES, PORT};
use super::{ConnectX, Effect, Refusal};
use crate::prm::register::port::{sltp_16nm as parameters, sltp_reg};
use crate::prm::Field;

/// What version says of a chip made in 16 nm.
const VERSION_16_NM: u8 = 3;
/// What status says while the parameters are in use.
const VALID: u8 = 1;

/// Each parameter, and its value at power-on.
const PARAMETERS: [(Field, u8); 11] = [
    (parameters::pre_2_tap, 0),
    // Minus 6.
    (parameters::pre_tap, 0xfa),
    (parameters::main_tap, 0x40),
    (parameters::post_tap, 0),
    (parameters::ob_m2lp, 0x20),
    (parameters::ob_amp, 0x34),
    (parameters::ob_alev_out, 0x0c),
    (parameters::obplev, 0x78),
    (parameters::obnlev, 0x78),
    (parameters::regn_bfm1p, 0x3c),
    (parameters::regp_bfm1n, 0x3c),
];

/// The parameters of one lane, in the order of [`PARAMETERS`].
type Lane = [u8; PARAMETERS.len()];

/// The lanes' parameters.
#[derive(Debug, Clone)]
pub(super) struct Transmitter {
    lanes: [Lane; LANES as usize],
}

impl Default for Transmitter {
    fn default() -> Self {
        Self {
            lanes: [PARAMETERS.map(|(_, value)| value); LANES as usize],
        }
    }
}

impl Transmitter {
    fn lane(&mut self, asked: &[u8]) -> Result<&mut Lane, Refusal> {
        check_port(sltp_reg::local_port, asked)?;
        let lane = usize::from(sltp_reg::lane.u8(asked));
        self.lanes.get_mut(lane).ok_or(Refusal::NoSuchLane)
    }
}

pub(super) fn sltp(device: &mut ConnectX, asked: &[u8], value: &mut [u8]) -> Result<(), Refusal> {
    let lane = *device.registers.transmitter.lane(asked)?;
    let status = if device.registers.port.is_up() {
        VALID
    } else {
        0
    };
    sltp_reg::status.set(value, status);
    sltp_reg::version.set(value, VERSION_16_NM);
    sltp_reg::local_port.set(value, PORT);
    sltp_reg::lane.set(value, sltp_reg::lane.u8(asked));
    parameters::lane_speed.set(value, parameters::lane_speed.u8(asked));
    for ((field, _), parameter) in PARAMETERS.iter().zip(lane) {
        field.set(value, parameter);
    }
    Ok(())
}

pub(super) fn set_sltp(device: &mut ConnectX, asked: &[u8]) -> Result<Option<Effect>, Refusal> {
    *device.registers.transmitter.lane(asked)? = PARAMETERS.map(|(field, _)| field.u8(asked));
    Ok(None)
}
