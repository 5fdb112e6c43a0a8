// SPDX-License-Identifier: GPL-2.0 OR MIT

//! QUERY_PAGES and MANAGE_PAGES.

use std::collections::BTreeSet;

use fwctl_emu::model::ConnectX;

use crate::message::{device, number, request, status};

fn give(device: &mut ConnectX, claimed: u32, pages: &[u64]) -> u8 {
    let mut give = request(0x108, 1, 16);
    give[12..16].copy_from_slice(&claimed.to_be_bytes());
    give.extend(pages.iter().flat_map(|page| page.to_be_bytes()));
    status(&device.execute(&give, 16))
}

/// MANAGE_PAGES that asks for pages back; returns them.
fn take(device: &mut ConnectX, count: u32, room: usize) -> Vec<u64> {
    let mut take = request(0x108, 2, 16);
    take[12..16].copy_from_slice(&count.to_be_bytes());
    let answer = device.execute(&take, 16 + room);
    assert_eq!(status(&answer), 0);
    let returned = number(&answer, 8) as usize;
    answer[16..]
        .chunks_exact(8)
        .take(returned)
        .map(|page| u64::from_be_bytes(page.try_into().unwrap()))
        .collect()
}

#[test]
fn exactly_the_given_pages_come_back() {
    let mut device = device();
    let given: Vec<u64> = (1..=100).map(|page| page << 12).collect();
    assert_eq!(give(&mut device, 100, &given), 0);
    let mut back = BTreeSet::new();
    back.extend(take(&mut device, 30, 8 * 30));
    back.extend(take(&mut device, 1000, 8 * 50 + 7));
    assert_eq!(
        back.len(),
        80,
        "as many as asked for, and as there is room for"
    );
    back.extend(take(&mut device, 1000, 8000));
    assert_eq!(back, given.into_iter().collect());
    assert!(take(&mut device, 1000, 8000).is_empty());
}

#[test]
fn fewer_pages_are_wanted_the_more_there_are() {
    let mut device = device();
    let wanted = |device: &mut ConnectX| {
        let answer = device.execute(&request(0x107, 1, 16), 16);
        number(&answer, 12)
    };
    let before = wanted(&mut device);
    assert_eq!(give(&mut device, 2, &[0x1000, 0x2000]), 0);
    assert_eq!(wanted(&mut device), before - 2);
}

#[test]
fn a_gift_with_one_bad_page_is_refused_whole() {
    let mut device = device();
    assert_eq!(give(&mut device, 1, &[0x5000]), 0);
    assert_eq!(give(&mut device, 2, &[0x1000, 0x1001]), 3, "misaligned");
    assert_eq!(give(&mut device, 2, &[0x1000, 0x1000]), 3, "twice");
    assert_eq!(give(&mut device, 2, &[0x1000, 0x5000]), 3, "already given");
    assert_eq!(give(&mut device, 3, &[0x1000, 0x2000]), 0x50, "one missing");
    assert_eq!(give(&mut device, !0, &[0x1000]), 0x50, "most missing");
    assert_eq!(take(&mut device, 10, 80), [0x5000]);
}

#[test]
fn pages_have_a_limit() {
    let mut device = device();
    let mut next = 1;
    let mut give_many = |device: &mut ConnectX| {
        let pages: Vec<u64> = (next..next + 40_000).map(|page| page << 12).collect();
        next += 40_000;
        give(device, 40_000, &pages)
    };
    assert_eq!(give_many(&mut device), 0);
    assert_eq!(give_many(&mut device), 8);
}
