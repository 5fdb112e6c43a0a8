// SPDX-License-Identifier: GPL-2.0 OR MIT

//! What a driver sends from probe to removal, in its order and lengths.

use fwctl_emu::model::{Config, ConnectX, Phase};

use crate::message::{number, register, request, status};

/// MANAGE_PAGES that gives `count` pages from `first` on.
fn give(first: u64, count: u32) -> Vec<u8> {
    let mut request = request(0x108, 1, 16);
    request[12..16].copy_from_slice(&count.to_be_bytes());
    for page in 0..u64::from(count) {
        request.extend((first + page * 4096).to_be_bytes());
    }
    request
}

/// CREATE_EQ in UAR `uar` for `pages` pages of a ring.
fn create_eq(uar: u32, log_size: u32, pages: usize) -> Vec<u8> {
    let mut create = request(0x301, 0, 272 + 8 * pages);
    create[28..32].copy_from_slice(&((log_size << 24) | uar).to_be_bytes());
    create
}

#[test]
fn a_driver_comes_and_goes() {
    let mut device = ConnectX::new(Config::default());
    let mut run = |request: &[u8], length| {
        let answer = device.execute(request, length);
        assert_eq!(status(&answer), 0, "opcode {:02x?}", &request[..2]);
        assert_eq!(answer.len(), length);
        answer
    };
    run(&request(0x104, 0, 16), 12);
    assert_eq!(run(&request(0x10a, 0, 16), 112)[0x6c..], [0, 0, 0, 3]);
    let mut issi = request(0x10b, 0, 16);
    issi[11] = 1;
    run(&issi, 16);
    let boot = number(&run(&request(0x107, 1, 16), 16), 12);
    run(&give(0x1000, boot), 16);
    run(&register(0x7004, 0, &[0x80], 16), 32);
    run(&request(0x100, 1, 16), 4112);
    run(&request(0x100, 0, 16), 4112);
    run(&request(0x109, 0, 4112), 16);
    let init = number(&run(&request(0x107, 2, 16), 16), 12);
    run(&give(0x100_0000, init), 16);
    run(&request(0x102, 0, 32), 16);
    run(&request(0x10d, 0, 80), 16);
    let adapter = run(&request(0x101, 0, 16), 272);
    assert_eq!(adapter[16 + 0xf0..], *b"FWC0000000001\0\0\0");
    let uar = number(&run(&request(0x802, 0, 16), 16), 8);
    assert!((4..256).contains(&uar), "a doorbell page inside BAR0");
    let commands = number(&run(&create_eq(uar, 8, 4), 16), 8);
    let events = number(&run(&create_eq(uar, 13, 128), 16), 8);
    assert_ne!(commands, events);

    for eqn in [events, commands] {
        let mut destroy = request(0x302, 0, 16);
        destroy[8..12].copy_from_slice(&eqn.to_be_bytes());
        run(&destroy, 16);
    }
    let mut dealloc = request(0x803, 0, 16);
    dealloc[8..12].copy_from_slice(&uar.to_be_bytes());
    run(&dealloc, 16);
    run(&request(0x103, 0, 16), 16);
    let mut back = 0;
    while back < boot + init {
        let mut take = request(0x108, 2, 16);
        take[12..16].copy_from_slice(&100u32.to_be_bytes());
        let taken = number(&run(&take, 6160), 8);
        assert!(taken > 0, "pages are missing");
        back += taken;
    }
    run(&request(0x105, 0, 16), 12);
    assert_eq!(device.phase(), Phase::Disabled);
}

#[test]
fn commands_wait_for_their_phase() {
    let mut device = ConnectX::new(Config::default());
    assert_eq!(status(&device.execute(&request(0x80d, 0, 16), 16)), 0);
    assert_eq!(status(&device.execute(&request(0x100, 0, 16), 4112)), 4);
    device.execute(&request(0x104, 0, 16), 12);
    assert_eq!(status(&device.execute(&request(0x100, 0, 16), 4112)), 0);
    assert_eq!(status(&device.execute(&request(0x802, 0, 16), 16)), 4);
    device.execute(&request(0x102, 0, 32), 16);
    assert_eq!(status(&device.execute(&request(0x802, 0, 16), 16)), 0);
    assert_eq!(status(&device.execute(&request(0x102, 0, 32), 16)), 4);
}

#[test]
fn a_new_driver_finds_nothing_of_one_that_died() {
    let mut device = crate::message::device();
    device.execute(&request(0xa04, 0, 64), 16);
    device.execute(&request(0x104, 0, 16), 12);
    let mut nop = request(0x80d, 0, 16);
    nop[3] = 1;
    assert_eq!(status(&device.execute(&nop, 16)), 5);
    assert_eq!(device.phase(), Phase::Enabled);
}

#[test]
fn only_supported_interface_versions_are_taken() {
    let mut device = crate::message::device();
    for (issi, expected) in [(0, 0), (1, 0), (2, 3), (31, 3), (32, 3), (0xffff, 3)] {
        let mut set = request(0x10b, 0, 16);
        set[10..12].copy_from_slice(&u16::to_be_bytes(issi));
        assert_eq!(status(&device.execute(&set, 16)), expected, "{issi}");
    }
    assert_eq!(device.execute(&request(0x10a, 0, 16), 112)[10..12], [0, 1]);
}
