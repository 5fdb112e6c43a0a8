// SPDX-License-Identifier: GPL-2.0 OR MIT

//! PMAOS: the module that the port's cable is plugged into.

use super::port::Events;
use super::{ConnectX, Effect, Refusal};
use crate::prm::register::port::pmaos_reg;

/// The module's number; modules count from 0.
const MODULE: u8 = 0;

/// What PMAOS asks for.
const ENABLED: u8 = 1;
const DISABLED: u8 = 2;
const ENABLED_ONCE: u8 = 3;

/// What PMAOS tells of an enabled module with a cable in it.
const PLUGGED_ENABLED: u8 = 1;
/// What it tells otherwise, where its field says nothing.
const INITIALIZING: u8 = 0;

/// The state of the module.
#[derive(Debug, Clone)]
pub(super) struct Module {
    admin: u8,
    events: Events,
}

impl Default for Module {
    fn default() -> Self {
        Self {
            admin: ENABLED,
            events: Events::None,
        }
    }
}

impl Module {
    fn is_enabled(&self) -> bool {
        self.admin != DISABLED
    }
}

fn check_module(asked: &[u8]) -> Result<(), Refusal> {
    match pmaos_reg::module.u8(asked) {
        MODULE => Ok(()),
        _ => Err(Refusal::NoSuchModule),
    }
}

pub(super) fn pmaos(device: &mut ConnectX, asked: &[u8], value: &mut [u8]) -> Result<(), Refusal> {
    check_module(asked)?;
    let module = &device.registers.module;
    let oper = match module.is_enabled() {
        true => PLUGGED_ENABLED,
        false => INITIALIZING,
    };
    pmaos_reg::admin_status.set(value, module.admin);
    pmaos_reg::oper_status.set(value, oper);
    pmaos_reg::e.set(value, module.events.code());
    Ok(())
}

/// PMAOS: a module can be disabled once its port is down.
pub(super) fn set_pmaos(device: &mut ConnectX, asked: &[u8]) -> Result<Option<Effect>, Refusal> {
    check_module(asked)?;
    let registers = &mut device.registers;
    let mut module = registers.module.clone();
    if pmaos_reg::ee.is_set(asked) {
        module.events = Events::from_code(pmaos_reg::e.u8(asked))?;
    }
    if pmaos_reg::ase.is_set(asked) {
        module.admin = match pmaos_reg::admin_status.u8(asked) {
            DISABLED if registers.port.admin_up => return Err(Refusal::PortUp),
            admin @ (ENABLED | DISABLED | ENABLED_ONCE) => admin,
            _ => return Err(Refusal::RegisterValue),
        };
    }
    let powered = module.is_enabled();
    registers.module = module;
    Ok(registers.port.change(|port| port.powered = powered))
}
