// SPDX-License-Identifier: GPL-2.0 OR MIT

//! The registers of the port, its counters, its lanes and its module.

use std::time::Duration;

use fwctl_emu::model::{ConnectX, Effect};

use crate::message::{device, number, read, register, status, try_read, wide_number, write};

const PAOS: u16 = 0x5006;
const PPCNT: u16 = 0x5008;
const PMAOS: u16 = 0x5012;
const SLTP: u16 = 0x5027;
const PDDR: u16 = 0x5031;
const PPAOS: u16 = 0x5040;

const DOWN: [u8; 5] = [0, 1, 2, 0, 0x80];
const UP: [u8; 5] = [0, 1, 1, 0, 0x80];

/// One page of the diagnostics.
fn page(device: &mut ConnectX, number: u8) -> Vec<u8> {
    read(device, PDDR, &[0, 1, 0, 0, 0, 0, 0, number], 256)
}

#[test]
fn diagnostics_follow_the_port() {
    let mut device = device();
    let up = page(&mut device, 0);
    // InfiniBand negotiated by the standard; active; link up.
    assert_eq!(up[8..16], [0, 0x14, 0, 0, 3, 0, 7, 0]);
    // 1x and 4x, SDR to EDR, wanted three times over; four lanes of EDR are used.
    assert_eq!(
        up[16..32],
        [0, 5, 0, 0x3f, 0, 5, 0, 0x3f, 0, 5, 0, 0x3f, 0, 4, 0, 0x20]
    );
    let reason = page(&mut device, 1);
    assert_eq!(number(&reason, 12), 0);
    assert_eq!(reason[20..42], *b"No issue was observed\0");
    assert_eq!(page(&mut device, 2)[16], 0x50, "link up");

    assert_eq!(write(&mut device, PAOS, &DOWN, 16), 0);
    let down = page(&mut device, 0);
    assert_eq!(down[8..16], [0, 0x10, 0, 0, 0, 0, 0, 0]);
    assert_eq!(down[28..32], [0; 4], "nothing is used");
    let reason = page(&mut device, 1);
    assert_eq!(number(&reason, 12), 1);
    assert_eq!(reason[20..49], *b"The port is closed by command");
    assert_eq!(page(&mut device, 2)[16], 0x30, "disabled");
}

#[test]
fn diagnostics_describe_the_cable() {
    let value = page(&mut device(), 3);
    assert_eq!(value[8..16], [0x0a, 0, 0, 0, 0x30, 1, 0, 0]);
    assert_eq!(value[28..36], *b"Emulated", "vendor");
    assert_eq!(value[44..56], *b"FWC-CABLE-1M", "part number");
}

#[test]
fn diagnostics_have_four_pages() {
    let mut device = device();
    for (select, expected) in [
        ([0, 1, 0, 0, 0, 0, 0, 4], 3),
        ([0, 1, 0, 0, 0, 0, 0, 0xff], 3),
        ([0, 2, 0, 0, 0, 0, 0, 0], 3),
    ] {
        assert_eq!(try_read(&mut device, PDDR, &select, 256), expected);
    }
    let mut advanced = vec![0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1];
    assert_eq!(try_read(&mut device, PDDR, &advanced, 256), 3, "group");
    advanced[11] = 0;
    assert_eq!(try_read(&mut device, PDDR, &advanced, 256), 0);
}

/// A group of counters, from its first byte.
fn counters(device: &mut ConnectX, group: u8, clear: u8) -> Vec<u8> {
    read(device, PPCNT, &[0, 1, 0, group, clear], 256)[8..].to_vec()
}

#[test]
fn counters_move_with_commands() {
    let mut device = device();
    let before = wide_number(&counters(&mut device, 0x21, 0), 0x70);
    for _ in 0..9 {
        device.execute(&register(0x9020, 1, &[], 160), 176);
    }
    let after = counters(&mut device, 0x21, 0);
    assert_eq!(wide_number(&after, 0x70) - before, 10, "packets sent");
    assert_eq!(wide_number(&after, 0x78) - before, 10, "packets received");
    assert_eq!(wide_number(&after, 0x60), 72 * wide_number(&after, 0x70));
}

#[test]
fn counters_move_with_time_and_are_the_same_for_all() {
    let at = |milliseconds| {
        let mut device = device();
        device.tell_time(Duration::from_millis(milliseconds));
        counters(&mut device, 0x16, 0)
    };
    let value = at(5000);
    assert_eq!(value, at(5000));
    assert_eq!(wide_number(&value, 0), 5000, "milliseconds");
    // A packet a millisecond, and one for the command that looks.
    assert_eq!(wide_number(&value, 8), 5001 * 100_000_000, "bits");
    assert_eq!(wide_number(&value, 24), 5001 / 256, "corrected");
    assert_eq!(wide_number(&value, 32), 5001 / 1024, "on lane 0");
}

#[test]
fn time_does_not_go_back() {
    let mut device = device();
    device.tell_time(Duration::from_secs(9));
    device.tell_time(Duration::from_secs(4));
    assert_eq!(wide_number(&counters(&mut device, 0x12, 0), 0), 9000);
    assert_eq!(number(&read(&mut device, 0x9020, &[], 160), 28), 9, "MGIR");
}

#[test]
fn a_link_that_is_down_carries_nothing() {
    let mut device = device();
    assert_eq!(write(&mut device, PAOS, &DOWN, 16), 0);
    let before = counters(&mut device, 0x21, 0);
    device.tell_time(Duration::from_secs(60));
    assert_eq!(counters(&mut device, 0x21, 0), before);
    let physical = counters(&mut device, 0x12, 0);
    assert_eq!(wide_number(&physical, 0), 60_000, "time goes on");
    assert_eq!(number(&physical, 0xc0), 1, "it went down once");
    assert_eq!(counters(&mut device, 0x20, 0)[3], 1, "InfiniBand's count");
}

#[test]
fn counters_start_anew_when_cleared() {
    let mut device = device();
    device.tell_time(Duration::from_secs(1));
    assert!(wide_number(&counters(&mut device, 0x21, 0x80), 0x70) > 1000);
    assert_eq!(wide_number(&counters(&mut device, 0x21, 0), 0x70), 1);
    assert!(wide_number(&counters(&mut device, 0x16, 0), 8) > 1000);
    assert_eq!(
        write(&mut device, PPCNT, &[0, 1, 0, 0x16, 0x80], 256),
        0,
        "a write clears, too"
    );
    assert_eq!(wide_number(&counters(&mut device, 0x16, 0), 0), 0);
}

#[test]
fn small_counters_stop_at_their_maximum() {
    let mut device = device();
    for _ in 0..300 {
        write(&mut device, PAOS, &DOWN, 16);
        write(&mut device, PAOS, &UP, 16);
    }
    device.tell_time(Duration::from_secs(1 << 30));
    let value = counters(&mut device, 0x20, 0);
    assert_eq!(value[..4], [0xff, 0xff, 0, 0xff]);
    assert_eq!(number(&counters(&mut device, 0x12, 0), 0xc0), 300);
}

#[test]
fn features_promise_the_groups_there_are() {
    let mut device = device();
    let features = read(&mut device, 0x507f, &[], 80)[40..56].to_vec();
    assert_eq!(features[2], 0x80, "recovery");
    assert_eq!(features[15], 0x01, "statistics, and no discards");
    for (group, expected) in [(0x12, 0), (0x16, 0), (0x1a, 0), (0x06, 3), (0x00, 3)] {
        let status = try_read(&mut device, PPCNT, &[0, 1, 0, group], 256);
        assert_eq!(status, expected, "{group:#x}");
    }
    assert_eq!(try_read(&mut device, PPCNT, &[0, 2, 0, 0x12], 256), 3);
}

#[test]
fn a_module_is_disabled_once_its_port_is_down() {
    let mut device = device();
    assert_eq!(read(&mut device, PMAOS, &[], 16)[..4], [0, 0, 1, 1]);
    let disable = [0, 0, 2, 0, 0x80];
    assert_eq!(write(&mut device, PMAOS, &disable, 16), 9, "port is up");
    assert_eq!(write(&mut device, PAOS, &DOWN, 16), 0);
    assert_eq!(page(&mut device, 3)[156] >> 5, 3, "ready");
    assert_eq!(write(&mut device, PMAOS, &disable, 16), 0);
    assert_eq!(read(&mut device, PMAOS, &[], 16)[..4], [0, 0, 2, 0]);
    assert_eq!(page(&mut device, 3)[156] >> 5, 1, "low power");

    let events = [0, 1, 1, 0, 0xc0, 0, 0, 1];
    assert_eq!(write(&mut device, PAOS, &events, 16), 0);
    assert_eq!(read(&mut device, PAOS, &[0, 1], 16)[..4], [0, 1, 1, 2]);
    let enable = register(PMAOS, 0, &[0, 0, 1, 0, 0x80], 16);
    assert_eq!(
        device.run(&enable, 32).result,
        Ok(Some(Effect::PortState { port: 1, up: true }))
    );
    for wrong in [[0, 1, 1, 0, 0x80], [0, 0, 7, 0, 0x80]] {
        assert_eq!(write(&mut device, PMAOS, &wrong, 16), 3);
    }
}

#[test]
fn a_port_is_tested_while_it_is_down() {
    let mut device = device();
    let select = [0, 1];
    assert_eq!(
        read(&mut device, PPAOS, &select, 16)[..8],
        [0, 1, 0, 0, 0, 0, 0, 1]
    );
    let test = [0, 1, 1, 0];
    assert_eq!(write(&mut device, PPAOS, &test, 16), 9, "it is up");
    assert_eq!(write(&mut device, PAOS, &DOWN, 16), 0);
    assert_eq!(write(&mut device, PPAOS, &test, 16), 0);
    assert_eq!(
        read(&mut device, PPAOS, &select, 16)[..8],
        [0, 1, 1, 1, 0, 0, 0, 2]
    );
    assert_eq!(write(&mut device, PAOS, &UP, 16), 0);
    assert_eq!(read(&mut device, PPAOS, &select, 16)[2..4], [0, 0]);
    assert_eq!(write(&mut device, PPAOS, &[0, 1, 9, 0], 16), 3);
}

#[test]
fn lanes_have_parameters_of_their_own() {
    let mut device = device();
    let lane = |lane| [0, 1, lane, 0x50];
    let value = read(&mut device, SLTP, &lane(3), 76);
    assert_eq!(value[..4], [0x13, 1, 3, 0x50], "valid, 16 nm");
    assert_eq!(value[8..12], [0, 0xfa, 0x40, 0], "taps");
    assert_eq!(value[12..16], [0x40, 0x00, 0x34, 0x0c], "amplifiers");

    let mut set = value.clone();
    set[8..12].copy_from_slice(&[1, 0xf8, 0x38, 2]);
    assert_eq!(write(&mut device, SLTP, &set, 76), 0);
    assert_eq!(
        read(&mut device, SLTP, &lane(3), 76)[8..12],
        [1, 0xf8, 0x38, 2]
    );
    assert_eq!(
        read(&mut device, SLTP, &lane(0), 76)[8..12],
        [0, 0xfa, 0x40, 0]
    );
    assert_eq!(try_read(&mut device, SLTP, &lane(4), 76), 3, "no lane 4");
    assert_eq!(write(&mut device, PAOS, &DOWN, 16), 0);
    assert_eq!(read(&mut device, SLTP, &lane(3), 76)[0], 0x03, "not in use");
}

#[test]
fn what_a_longer_message_has_beyond_a_register_is_ignored_and_zero() {
    let mut device = device();
    // Every register, its least bytes, and what selects it.
    let registers: &[(u16, usize, &[u8])] = &[
        (0x4019, 72, &[]),
        (0x402d, 16, &[]),
        (0x5002, 64, &[0, 1]),
        (0x5004, 64, &[0, 1, 0, 1]),
        (0x5006, 16, &[0, 1]),
        (0x5008, 256, &[0, 1, 0, 0x21]),
        (0x5012, 16, &[]),
        (0x5027, 76, &[0, 1]),
        (0x5031, 256, &[0, 1]),
        (0x5040, 16, &[0, 1]),
        (0x507f, 80, &[]),
        (0x6001, 64, &[]),
        (0x7004, 16, &[]),
        (0x9009, 16, &[]),
        (0x900a, 32, &[]),
        (0x9020, 160, &[]),
        (0x9050, 48, &[]),
        (0x9056, 44, &[]),
        (0x9059, 16, &[]),
        (0x907f, 72, &[]),
        (0xc00e, 64, &[]),
    ];
    for (id, size, select) in registers {
        for op_mod in [1, 0] {
            let mut request = register(*id, op_mod, select, 3100);
            request[16 + size..].fill(0xa5);
            let answer = device.execute(&request, 16 + 3000);
            assert_eq!(answer.len(), 3016);
            assert!(answer[16 + size..].iter().all(|byte| *byte == 0), "{id:#x}");
            if op_mod == 1 {
                assert_eq!(status(&answer), 0, "{id:#x}");
                let short = device.execute(&register(*id, 1, select, size - 1), 3016);
                assert_eq!(status(&short), 0x50, "{id:#x}");
            }
        }
    }
}
