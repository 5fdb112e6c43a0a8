// SPDX-License-Identifier: GPL-2.0 OR MIT

//! QUERY_HCA_CAP and SET_HCA_CAP.

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

#[test]
fn what_is_set_is_current_and_the_maximum_stays() {
    let mut device = device();
    let mut set = request(0x109, 0x03 << 1, 4112);
    set[16..].fill(0xa5);
    assert_eq!(status(&device.execute(&set, 16)), 0);
    let mut query = |op_mod| device.execute(&request(0x100, op_mod, 16), 4112);
    assert_eq!(query((0x03 << 1) | 1)[16..], set[16..]);
    assert_ne!(query(0x03 << 1)[16..], set[16..]);
    assert_ne!(query(1)[16..], set[16..], "another type");
}

#[test]
fn there_is_no_other_function() {
    let mut device = device();
    let mut query = request(0x100, 0, 16);
    query[8] = 0x80;
    query[11] = 1;
    assert_eq!(status(&device.execute(&query, 4112)), 3);
}
