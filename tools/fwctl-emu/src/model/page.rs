// SPDX-License-Identifier: GPL-2.0 OR MIT

//! QUERY_PAGES and MANAGE_PAGES: host memory lent to the firmware.

use std::collections::BTreeSet;

use super::connectx::{ConnectX, Effect};
use super::refusal::Refusal;
use crate::prm::command::{manage_pages_in, manage_pages_out, mbox_in, pas, query_pages_out};

/// What the firmware wants before it starts.
const BOOT_PAGES: usize = 64;
/// What it wants before INIT_HCA.
const INIT_PAGES: usize = 512;
/// What it will hold at most: 256 MiB.
const MAX_PAGES: usize = 1 << 16;

const PAGE_MASK: u64 = 0xfff;

/// The pages the host has given. Their content is nobody's concern: the model
/// has memory of its own.
#[derive(Debug, Clone, Default)]
pub(super) struct Pages {
    given: BTreeSet<u64>,
}

/// QUERY_PAGES: how many pages the firmware still wants.
pub(super) fn query(
    device: &mut ConnectX,
    request: &[u8],
    answer: &mut [u8],
) -> Result<Option<Effect>, Refusal> {
    let wanted = match mbox_in::op_mod.u16(request) {
        1 => BOOT_PAGES,
        2 => BOOT_PAGES + INIT_PAGES,
        3 => 0,
        _ => return Err(Refusal::UnknownOpMod),
    };
    let missing = wanted.saturating_sub(device.pages.given.len());
    // CAST: at most BOOT_PAGES + INIT_PAGES.
    query_pages_out::num_pages.set(answer, missing as u64);
    Ok(None)
}

/// MANAGE_PAGES: the host gives pages, asks for pages back, or says that it
/// has none to give.
pub(super) fn manage(
    device: &mut ConnectX,
    request: &[u8],
    answer: &mut [u8],
) -> Result<Option<Effect>, Refusal> {
    if manage_pages_in::function_id.u16(request) != 0 {
        return Err(Refusal::UnknownFunction);
    }
    match mbox_in::op_mod.u16(request) {
        0 => {}
        1 => give(&mut device.pages, request)?,
        2 => take(&mut device.pages, request, answer),
        _ => return Err(Refusal::UnknownOpMod),
    }
    Ok(None)
}

/// The host gives pages: all of the request's, or none if one is wrong.
fn give(pages: &mut Pages, request: &[u8]) -> Result<(), Refusal> {
    // CAST: a count too large for usize cannot be in the request either.
    let count = manage_pages_in::input_num_entries.u32(request) as usize;
    let addresses = request.get(pas::MANAGE_PAGES..).unwrap_or_default();
    if addresses.len() / pas::SIZE < count {
        return Err(Refusal::ShortInput);
    }
    if pages.given.len() + count > MAX_PAGES {
        return Err(Refusal::TooManyPages);
    }
    let mut offered = BTreeSet::new();
    for address in addresses.chunks_exact(pas::SIZE).take(count) {
        let address = pas::ADDRESS.u64(address);
        if address & PAGE_MASK != 0 {
            return Err(Refusal::MisalignedPage);
        }
        if pages.given.contains(&address) || !offered.insert(address) {
            return Err(Refusal::DuplicatePage);
        }
    }
    pages.given.append(&mut offered);
    Ok(())
}

/// The host takes back as many pages as it asks for, as there are, and as the
/// answer has room for.
fn take(pages: &mut Pages, request: &[u8], answer: &mut [u8]) {
    // CAST: a count too large for usize exceeds the room as well.
    let count = manage_pages_in::input_num_entries.u32(request) as usize;
    let room = answer.get_mut(pas::MANAGE_PAGES..).unwrap_or_default();
    let mut taken = 0u32;
    for slot in room.chunks_exact_mut(pas::SIZE).take(count) {
        let Some(address) = pages.given.pop_last() else {
            break;
        };
        pas::ADDRESS.set(slot, address);
        taken += 1;
    }
    manage_pages_out::output_num_entries.set(answer, taken);
}
