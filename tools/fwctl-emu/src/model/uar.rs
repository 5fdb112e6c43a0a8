// SPDX-License-Identifier: GPL-2.0 OR MIT

//! ALLOC_UAR and DEALLOC_UAR: pages of BAR0 with doorbells in them, or user
//! access regions.

use std::collections::BTreeSet;

use super::config::connectx5;
use super::connectx::{ConnectX, Effect};
use super::refusal::Refusal;
use crate::prm::command::{alloc_uar_out, dealloc_uar_in};

/// The bytes of a UAR.
pub const UAR_SIZE: u64 = 4096;

/// The first pages of BAR0 are the initialization segment (which ends inside
/// page 1), the MSI-X table and its pending bits.
const FIRST: u32 = 4;

/// BAR0 has room for this many pages in all.
// CAST: 256.
const END: u32 = (connectx5::BAR0_SIZE / UAR_SIZE) as u32;

/// The UARs in use.
#[derive(Debug, Clone, Default)]
pub(super) struct Uars {
    allocated: BTreeSet<u32>,
}

impl Uars {
    pub(super) fn contains(&self, uar: u32) -> bool {
        self.allocated.contains(&uar)
    }
}

pub(super) fn alloc(
    device: &mut ConnectX,
    _: &[u8],
    answer: &mut [u8],
) -> Result<Option<Effect>, Refusal> {
    let allocated = &mut device.uars.allocated;
    let uar = (FIRST..END)
        .find(|uar| !allocated.contains(uar))
        .ok_or(Refusal::NoUarLeft)?;
    allocated.insert(uar);
    alloc_uar_out::uar.set(answer, uar);
    Ok(None)
}

pub(super) fn dealloc(
    device: &mut ConnectX,
    request: &[u8],
    _: &mut [u8],
) -> Result<Option<Effect>, Refusal> {
    let uar = dealloc_uar_in::uar.u32(request);
    if device.event_queues.uses_uar(uar) {
        return Err(Refusal::UarBusy);
    }
    if !device.uars.allocated.remove(&uar) {
        return Err(Refusal::NoSuchUar);
    }
    Ok(None)
}
