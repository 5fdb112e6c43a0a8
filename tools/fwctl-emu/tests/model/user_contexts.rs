// SPDX-License-Identifier: GPL-2.0 OR MIT

//! CREATE_UCTX and DESTROY_UCTX.

use fwctl_emu::model::{Config, ConnectX};

use crate::message::{device, request, status};

/// CREATE_UCTX with capabilities; returns the status and the uid.
fn create(device: &mut ConnectX, capabilities: u32) -> (u8, u16) {
    let mut create = request(0xa04, 0, 64);
    create[16..20].copy_from_slice(&capabilities.to_be_bytes());
    let answer = device.execute(&create, 16);
    (
        status(&answer),
        u16::from_be_bytes([answer[10], answer[11]]),
    )
}

fn destroy(device: &mut ConnectX, uid: u16) -> u8 {
    let mut destroy = request(0xa06, 0, 16);
    destroy[10..12].copy_from_slice(&uid.to_be_bytes());
    status(&device.execute(&destroy, 16))
}

fn nop(device: &mut ConnectX, uid: u16) -> u8 {
    let mut nop = request(0x80d, 0, 16);
    nop[2..4].copy_from_slice(&uid.to_be_bytes());
    status(&device.execute(&nop, 16))
}

#[test]
fn a_uid_lives_from_create_to_destroy() {
    let mut device = device();
    let (created, uid) = create(&mut device, 4);
    assert_eq!(created, 0);
    assert_ne!(uid, 0);
    assert_eq!(nop(&mut device, uid), 0);
    assert_eq!(destroy(&mut device, uid), 0);
    assert_eq!(nop(&mut device, uid), 5);
    assert_eq!(destroy(&mut device, uid), 5);
}

#[test]
fn a_dead_uid_is_not_soon_given_again() {
    let mut device = device();
    let (_, first) = create(&mut device, 4);
    destroy(&mut device, first);
    assert_ne!(create(&mut device, 4).1, first);
}

#[test]
fn only_granted_capabilities_can_be_had() {
    let mut device = device();
    assert_eq!(create(&mut device, 0).0, 0);
    assert_eq!(create(&mut device, 4).0, 0);
    for refused in [1, 2, 5, 8, 0x8000_0000, !0] {
        assert_eq!(create(&mut device, refused).0, 3, "{refused:#x}");
    }
}

#[test]
fn contexts_are_as_many_as_log_max_uctx_says() {
    let mut device = device();
    let general = device.execute(&request(0x100, 1, 16), 4112);
    let count = 1 << (general[16 + 0x463 / 8] & 0x1f);
    let uids: Vec<u16> = (0..count).map(|_| create(&mut device, 4).1).collect();
    assert_eq!(create(&mut device, 4).0, 0xf);
    assert_eq!(destroy(&mut device, uids[7]), 0);
    assert_eq!(create(&mut device, 4).0, 0);
}

#[test]
fn a_firmware_may_have_no_right_for_tools() {
    let mut device = ConnectX::running(Config {
        tools_rights: false,
        ..Config::default()
    });
    assert_eq!(create(&mut device, 4).0, 3);
    assert_eq!(create(&mut device, 1).0, 0);
    let general = device.execute(&request(0x100, 0, 16), 4112);
    assert_eq!(general[16 + 0xd4..16 + 0xd8], [0, 0, 0, 1]);
}
