// SPDX-License-Identifier: GPL-2.0 OR MIT

//! MLOCK: keeping the host from the hardware.

use super::{ConnectX, Effect, Refusal};
use crate::prm::register::card::mlock_reg;

/// What MLOCK's operation says.
const UNLOCK: u8 = 0;
const LOCK: u8 = 1;

/// The key that locked the device, if one did.
#[derive(Debug, Clone, Default)]
pub(super) struct Lock {
    key: Option<u64>,
}

impl Lock {
    /// Whether the firmware must not be changed.
    pub(super) fn is_locked(&self) -> bool {
        self.key.is_some()
    }
}

/// MLOCK never shows the key.
pub(super) fn mlock(device: &mut ConnectX, _: &[u8], value: &mut [u8]) -> Result<(), Refusal> {
    let operation = match device.registers.lock.key {
        Some(_) => LOCK,
        None => UNLOCK,
    };
    mlock_reg::operation.set(value, operation);
    Ok(())
}

pub(super) fn set_mlock(device: &mut ConnectX, asked: &[u8]) -> Result<Option<Effect>, Refusal> {
    let key = mlock_reg::key.u64(asked);
    let lock = &mut device.registers.lock;
    if lock.key.is_some_and(|locked| locked != key) {
        return Err(Refusal::WrongKey);
    }
    lock.key = match mlock_reg::operation.u8(asked) {
        UNLOCK => None,
        LOCK => Some(key),
        _ => return Err(Refusal::RegisterValue),
    };
    Ok(None)
}
