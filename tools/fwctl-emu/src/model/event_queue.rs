// SPDX-License-Identifier: GPL-2.0 OR MIT

//! CREATE_EQ, DESTROY_EQ and QUERY_EQ: rings in host memory that events are
//! written to.
//!
//! The model knows that a queue exists and where; filling it is the PCI
//! function's work.

use std::collections::BTreeMap;

use super::config::connectx5;
use super::connectx::{ConnectX, Effect};
use super::refusal::Refusal;
use crate::prm::command::{
    create_eq_in, create_eq_out, destroy_eq_in, eqc, pas, query_eq_in, query_eq_out,
};
use crate::prm::queue::EQE_SIZE;
use crate::prm::Field;

/// Event queues there can be, as the general capability max_num_eqs says.
/// Never 4: Linux's driver divides by the number that is left for completions.
pub(super) const MAX_EQS: u8 = 64;

/// The base-2 logarithm of the entries a queue can have.
pub(super) const MAX_LOG_SIZE: u8 = 22;

/// The base-2 logarithm of the largest page, in units of 4096 bytes.
const MAX_LOG_PAGE_SIZE: u8 = 18;

const LOG_PAGE_UNIT: u8 = 12;

/// An event queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventQueue {
    /// Its number.
    pub number: u8,
    /// The base-2 logarithm of its entries.
    pub log_size: u8,
    /// The UAR its doorbells are in.
    pub uar: u32,
    /// The MSI-X vector it raises.
    pub vector: u16,
    /// The event types it receives, one bit each, 64 to a word.
    pub events: [u64; 4],
    log_page_size: u8,
    pages: Vec<u64>,
}

impl EventQueue {
    /// Whether it receives events of this type.
    pub fn receives(&self, event: u8) -> bool {
        let word = self.events[usize::from(event / 64)];
        (word >> (event % 64)) & 1 == 1
    }

    /// Where entry `index` lies in host memory; indices wrap around.
    pub fn entry_address(&self, index: u32) -> Option<u64> {
        let index = u64::from(index) & ((1 << self.log_size) - 1);
        // CAST: an entry is 64 bytes.
        let offset = index * EQE_SIZE as u64;
        let page = usize::try_from(offset >> self.log_page_size).ok()?;
        let in_page = offset & ((1 << self.log_page_size) - 1);
        self.pages.get(page)?.checked_add(in_page)
    }

    /// Fills in its context, as far as the firmware knows it.
    fn describe(&self, context: &mut [u8]) {
        eqc::log_eq_size.set(context, self.log_size);
        eqc::uar_page.set(context, self.uar);
        eqc::intr.set(context, self.vector);
        eqc::log_page_size.set(context, self.log_page_size - LOG_PAGE_UNIT);
    }

    fn from_request(request: &[u8], number: u8) -> Result<Self, Refusal> {
        let context = create_eq_in::eq_context_entry.bytes(request);
        let log_size = eqc::log_eq_size.u8(context);
        if log_size > MAX_LOG_SIZE {
            return Err(Refusal::EqSize);
        }
        let log_page_size = eqc::log_page_size.u8(context);
        if log_page_size > MAX_LOG_PAGE_SIZE || eqc::page_offset.is_set(context) {
            return Err(Refusal::EqPages);
        }
        let vector = eqc::intr.u16(context);
        if vector >= connectx5::VECTORS {
            return Err(Refusal::EqVector);
        }
        let log_page_size = log_page_size + LOG_PAGE_UNIT;
        let bitmask = create_eq_in::event_bitmask.bytes(request);
        Ok(Self {
            number,
            log_size,
            uar: eqc::uar_page.u32(context),
            vector,
            events: std::array::from_fn(|word| {
                Field::new("event_bitmask", word * 64, 64).u64(bitmask)
            }),
            log_page_size,
            pages: page_addresses(request, (EQE_SIZE << log_size) >> log_page_size)?,
        })
    }
}

/// The first `count` page addresses of the request, but at least one.
fn page_addresses(request: &[u8], count: usize) -> Result<Vec<u64>, Refusal> {
    let count = count.max(1);
    let addresses = request.get(pas::CREATE_EQ_IN..).unwrap_or_default();
    if addresses.len() / pas::SIZE < count {
        return Err(Refusal::ShortInput);
    }
    let pages: Vec<u64> = addresses
        .chunks_exact(pas::SIZE)
        .take(count)
        .map(|address| pas::ADDRESS.u64(address))
        .collect();
    if pages.iter().any(|page| page & 0xfff != 0) {
        return Err(Refusal::MisalignedPage);
    }
    Ok(pages)
}

/// The event queues that exist.
#[derive(Debug, Clone, Default)]
pub(super) struct EventQueues {
    by_number: BTreeMap<u8, EventQueue>,
}

impl EventQueues {
    pub(super) fn uses_uar(&self, uar: u32) -> bool {
        self.by_number.values().any(|queue| queue.uar == uar)
    }

    /// The context of each queue.
    pub(super) fn contexts(&self) -> BTreeMap<u32, Vec<u8>> {
        let context = |queue: &EventQueue| {
            let mut context = vec![0; query_eq_out::eq_context_entry.width / 8];
            queue.describe(&mut context);
            context
        };
        self.by_number
            .iter()
            .map(|(number, queue)| (u32::from(*number), context(queue)))
            .collect()
    }
}

pub(super) fn create(
    device: &mut ConnectX,
    request: &[u8],
    answer: &mut [u8],
) -> Result<Option<Effect>, Refusal> {
    let queues = &mut device.event_queues.by_number;
    let number = (0..MAX_EQS)
        .find(|number| !queues.contains_key(number))
        .ok_or(Refusal::NoEqLeft)?;
    let queue = EventQueue::from_request(request, number)?;
    if !device.uars.contains(queue.uar) {
        return Err(Refusal::NoSuchUar);
    }
    queues.insert(number, queue.clone());
    create_eq_out::eq_number.set(answer, number);
    Ok(Some(Effect::EqCreated(queue)))
}

pub(super) fn destroy(
    device: &mut ConnectX,
    request: &[u8],
    _: &mut [u8],
) -> Result<Option<Effect>, Refusal> {
    let number = destroy_eq_in::eq_number.u8(request);
    match device.event_queues.by_number.remove(&number) {
        Some(_) => Ok(Some(Effect::EqDestroyed(number))),
        None => Err(Refusal::NoSuchEq),
    }
}

pub(super) fn query(
    device: &mut ConnectX,
    request: &[u8],
    answer: &mut [u8],
) -> Result<Option<Effect>, Refusal> {
    let number = query_eq_in::eq_number.u8(request);
    let queue = device
        .event_queues
        .by_number
        .get(&number)
        .ok_or(Refusal::NoSuchEq)?;

    let context = query_eq_out::eq_context_entry.bytes_mut(answer);
    queue.describe(context);
    query_eq_out::event_bitmask.set(answer, queue.events[0]);
    Ok(None)
}
