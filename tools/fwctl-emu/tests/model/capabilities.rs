// SPDX-License-Identifier: GPL-2.0 OR MIT

//! QUERY_HCA_CAP and SET_HCA_CAP.

use fwctl_emu::model::{Config, ConnectX};
use fwctl_emu::prm::hca_cap::{cmd_hca_cap, TYPES};

use crate::message::{device, request, status};

#[test]
fn every_type_answers_current_and_maximum() {
    let mut device = device();
    for (kind, name) in TYPES {
        for current in [0, 1] {
            let answer = device.execute(&request(0x100, (kind << 1) | current, 16), 4112);
            assert_eq!(status(&answer), 0, "{name}");
        }
    }
    for unknown in [0x0a, 0x27, 0x7fff] {
        let answer = device.execute(&request(0x100, unknown << 1, 16), 4112);
        assert_eq!(status(&answer), 3, "{unknown:#x}");
    }
}

#[test]
fn general_capabilities_suit_the_driver() {
    let answer = device().execute(&request(0x100, 1, 16), 4112);
    let general = &answer[16..];
    assert_eq!(cmd_hca_cap::uctx_cap.u32(general), 4);
    assert_eq!(cmd_hca_cap::num_ports.u8(general), 1);
    assert_eq!(cmd_hca_cap::fast_teardown.u8(general), 0);
    assert_eq!(cmd_hca_cap::force_teardown.u8(general), 0);
    assert_eq!(cmd_hca_cap::cmdif_checksum.u8(general), 0);
    // With four Linux's driver divides by zero, with fewer it does not start.
    assert!(cmd_hca_cap::max_num_eqs.u16(general) > 4);
}

/// A device that can be told what to do: enabled, and not initialized.
fn enabled() -> ConnectX {
    let mut device = ConnectX::new(Config::default());
    assert_eq!(status(&device.execute(&request(0x104, 0, 16), 16)), 0);
    device
}

/// One type's capabilities, current (1) or maximum (0).
fn query(device: &mut ConnectX, kind: u16, current: u16) -> Vec<u8> {
    device.execute(&request(0x100, (kind << 1) | current, 16), 4112)[16..].to_vec()
}

fn set(device: &mut ConnectX, op_mod: u16, capability: &[u8]) -> u8 {
    let mut set = request(0x109, op_mod, 16);
    set.extend_from_slice(capability);
    status(&device.execute(&set, 16))
}

#[test]
fn what_is_set_is_current_and_the_maximum_stays() {
    let mut device = enabled();
    let maximum = query(&mut device, 0, 0);
    let mut wanted = maximum.clone();
    cmd_hca_cap::log_max_qp.set(&mut wanted, 12u8);
    cmd_hca_cap::apm.set(&mut wanted, 0u8);
    assert_eq!(set(&mut device, 0, &wanted), 0);
    assert_eq!(query(&mut device, 0, 1), wanted);
    assert_eq!(query(&mut device, 0, 0), maximum);
    let atomic = query(&mut device, 3, 0);
    assert_eq!(query(&mut device, 3, 1), atomic, "another type");

    assert_eq!(set(&mut device, 0, &maximum), 0, "and back again");
    assert_eq!(query(&mut device, 0, 1), maximum);
}

#[test]
fn nothing_is_set_above_the_maximum() {
    let mut device = enabled();
    let maximum = query(&mut device, 0, 0);
    let mut wanted = maximum.clone();
    cmd_hca_cap::log_max_qp.set(&mut wanted, 19u8);
    assert_eq!(set(&mut device, 0, &wanted), 3);
    assert_eq!(query(&mut device, 0, 1), maximum);
}

#[test]
fn bits_the_device_does_not_have_stay_zero() {
    let mut device = enabled();
    let maximum = query(&mut device, 0, 0);
    let mut wanted = maximum.clone();
    cmd_hca_cap::fast_teardown.set(&mut wanted, 1u8);
    cmd_hca_cap::uctx_cap.set(&mut wanted, 0xffu8);
    wanted[4095] = 0xff;
    assert_eq!(set(&mut device, 0, &wanted), 0);
    assert_eq!(query(&mut device, 0, 1), maximum);

    for kind in [0x03, 0x07] {
        assert_eq!(set(&mut device, kind << 1, &[0xff; 4096]), 0);
        assert_eq!(query(&mut device, kind, 1), query(&mut device, kind, 0));
    }
}

#[test]
fn capabilities_are_set_before_the_device_is_initialized() {
    let mut device = device();
    let maximum = query(&mut device, 0, 0);
    assert_eq!(set(&mut device, 0, &[0; 4096]), 4);
    assert_eq!(query(&mut device, 0, 1), maximum);
}

#[test]
fn a_type_is_set_as_a_whole() {
    assert_eq!(set(&mut enabled(), 0, &[0; 4095]), 0x50);
}

#[test]
fn the_maximum_cannot_be_set() {
    let mut device = enabled();
    assert_eq!(set(&mut device, 1, &[0; 4096]), 2);
}

#[test]
fn there_is_no_other_function() {
    let mut device = device();
    let mut query = request(0x100, 0, 16);
    query[8] = 0x80;
    query[11] = 1;
    assert_eq!(status(&device.execute(&query, 4112)), 3);
}
