// SPDX-License-Identifier: GPL-2.0 OR MIT

//! CREATE_EQ, DESTROY_EQ, QUERY_EQ and their UARs.

use fwctl_emu::model::{ConnectX, Effect};

use crate::message::{device, number, request, status};

fn alloc_uar(device: &mut ConnectX) -> u32 {
    number(&device.execute(&request(0x802, 0, 16), 16), 8)
}

/// CREATE_EQ with `pages` pages from 0x10000 on.
fn create(uar: u32, log_size: u8, vector: u16, pages: u64) -> Vec<u8> {
    let mut create = request(0x301, 0, 272);
    create[28..32].copy_from_slice(&((u32::from(log_size) << 24) | uar).to_be_bytes());
    create[38..40].copy_from_slice(&vector.to_be_bytes());
    for page in 0..pages {
        create.extend((0x1_0000 + page * 4096).to_be_bytes());
    }
    create
}

#[test]
fn a_queue_is_created_found_and_destroyed() {
    let mut device = device();
    let uar = alloc_uar(&mut device);
    let outcome = device.run(&create(uar, 7, 3, 2), 16);
    let eqn = outcome.answer[11];
    let Ok(Some(Effect::EqCreated(queue))) = outcome.result else {
        panic!("no queue: {:?}", outcome.result);
    };
    assert_eq!((queue.number, queue.uar, queue.vector), (eqn, uar, 3));
    assert_eq!(queue.entry_address(63), Some(0x1_0fc0));
    assert_eq!(queue.entry_address(64), Some(0x1_1000));
    assert_eq!(queue.entry_address(128), Some(0x1_0000), "around");

    let mut query = request(0x303, 0, 16);
    query[11] = eqn;
    let answer = device.execute(&query, 272);
    assert_eq!(answer[28..32], ((7 << 24) | uar).to_be_bytes());
    assert_eq!(answer[38..40], [0, 3]);

    let mut destroy = request(0x302, 0, 16);
    destroy[11] = eqn;
    assert_eq!(
        device.run(&destroy, 16).result,
        Ok(Some(Effect::EqDestroyed(eqn)))
    );
    assert_eq!(status(&device.execute(&destroy, 16)), 5);
    assert_eq!(status(&device.execute(&query, 272)), 5);
}

#[test]
fn what_cannot_be_a_queue_is_refused() {
    let mut device = device();
    let uar = alloc_uar(&mut device);
    let mut odd_page = create(uar, 6, 0, 1);
    odd_page[279] = 1;
    let mut huge_pages = create(uar, 6, 0, 1);
    huge_pages[40] = 31;
    let mut shifted = create(uar, 6, 0, 1);
    shifted[27] = 0x40;
    for (what, request, expected) in [
        ("as it should be", create(uar, 6, 0, 1), 0),
        ("too many entries", create(uar, 23, 0, 1), 3),
        ("all size bits set", create(uar, 31, 0, 1), 3),
        ("more entries than pages", create(uar, 7, 0, 1), 0x50),
        ("no page", create(uar, 0, 0, 0), 0x50),
        ("a vector that is not there", create(uar, 6, 64, 1), 3),
        ("a UAR that is not there", create(uar + 1, 6, 0, 1), 5),
        ("a misaligned page", odd_page, 3),
        ("pages of eight tebibytes", huge_pages, 3),
        ("a page offset", shifted, 3),
    ] {
        assert_eq!(status(&device.execute(&request, 16)), expected, "{what}");
    }
}

#[test]
fn queues_are_as_many_as_max_num_eqs_says() {
    let mut device = device();
    let general = device.execute(&request(0x100, 1, 16), 4112);
    let count = u16::from_be_bytes(general[16 + 0x470 / 8..][..2].try_into().unwrap());
    let uar = alloc_uar(&mut device);
    for _ in 0..count {
        assert_eq!(status(&device.execute(&create(uar, 0, 0, 1), 16)), 0);
    }
    assert_eq!(status(&device.execute(&create(uar, 0, 0, 1), 16)), 0xf);
}

#[test]
fn a_uar_with_a_queue_in_it_stays() {
    let mut device = device();
    let uar = alloc_uar(&mut device);
    let mut dealloc = request(0x803, 0, 16);
    dealloc[8..12].copy_from_slice(&uar.to_be_bytes());
    assert_eq!(status(&device.execute(&create(uar, 0, 0, 1), 16)), 0);
    assert_eq!(status(&device.execute(&dealloc, 16)), 6);
    device.execute(&request(0x302, 0, 16), 16);
    assert_eq!(status(&device.execute(&dealloc, 16)), 0);
    assert_eq!(status(&device.execute(&dealloc, 16)), 5);
}

#[test]
fn uars_run_out_inside_the_bar() {
    let mut device = device();
    for uar in 4..256 {
        assert_eq!(alloc_uar(&mut device), uar);
    }
    assert_eq!(status(&device.execute(&request(0x802, 0, 16), 16)), 0xf);
}
