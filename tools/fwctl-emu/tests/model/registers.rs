// SPDX-License-Identifier: GPL-2.0 OR MIT

//! ACCESS_REG, register by register.

use fwctl_emu::model::{ConnectX, Effect};
use fwctl_emu::prm::register::{mtmp_reg, ptys_reg};

use crate::message::{device, read, register, status, write};

/// Whether bit `register - first` of a 128-bit mask at byte 8 is set, which
/// counts from the mask's end.
fn promises(mask: &[u8], bit: u16) -> bool {
    (mask[usize::from(8 + 15 - bit / 8)] >> (bit % 8)) & 1 == 1
}

#[test]
fn mgir_tells_who_the_card_is() {
    let mgir = read(&mut device(), 0x9020, &[], 1024);
    assert_eq!(mgir[0..4], [0, 0, 0x10, 0x17], "device id");
    assert_eq!(mgir[8..12], [0, 0, 0x02, 0x0d], "hardware device id");
    assert_eq!(
        mgir[0x12..0x18],
        [0x02, 0xf3, 0xc7, 0x10, 0x17, 0x00],
        "base MAC"
    );
    assert_eq!(mgir[0x20..0x24], [0, 16, 35, 4030u16.to_be_bytes()[1]]);
    assert_eq!(mgir[0x30..0x40], *b"FWC0000000001\0\0\0", "PSID");
    assert_eq!(mgir[0x44..0x48], 16u32.to_be_bytes());
    assert_eq!(mgir[0x48..0x4c], 35u32.to_be_bytes());
    assert_eq!(mgir[0x4c..0x50], 4030u32.to_be_bytes());
    assert!(mgir[160..].iter().all(|byte| *byte == 0), "zero-filled");
}

#[test]
fn masks_promise_what_there_is_and_nothing_else() {
    let mut device = device();
    for (mask, select, first) in [
        (0x907f, [0, 0, 0, 0], 0x9000),
        (0x907f, [0, 0, 0, 1], 0x9080),
        (0x907f, [0, 0, 0, 2], 0x9100),
        (0x907f, [0, 0, 0, 3], 0x9180),
        (0x507f, [0, 0, 0, 0], 0x5000),
        (0x4019, [0, 0, 0, 0], 0x4000),
    ] {
        let value = read(&mut device, mask, &select, 80);
        assert_eq!(value[3], select[3]);
        for bit in 0..128 {
            // A write of zeros finds out without knowing the register's fields:
            // it is unknown only if the register is.
            let answer = device.execute(&register(first + bit, 2, &[], 512), 528);
            let known = answer[4..8] != unknown_register(&mut device);
            assert_eq!(promises(&value, bit), known, "{:#x}", first + bit);
        }
    }
}

/// The syndrome of a register that is not there.
fn unknown_register(device: &mut ConnectX) -> [u8; 4] {
    let answer = device.execute(&register(0xffff, 1, &[], 512), 528);
    assert_eq!(status(&answer), 3);
    answer[4..8].try_into().unwrap()
}

#[test]
fn masks_have_no_further_groups() {
    let mut device = device();
    for (mask, select) in [
        (0x907f, [0, 0, 0, 4]),
        (0x907f, [0, 1, 0, 0]),
        (0x507f, [0, 0, 0, 1]),
        (0x4019, [0, 0, 0, 1]),
    ] {
        let answer = device.execute(&register(mask, 1, &select, 80), 96);
        assert_eq!(status(&answer), 3);
    }
}

#[test]
fn temperatures_are_believable_and_move() {
    let mut device = device();
    let capabilities = read(&mut device, 0x9009, &[], 16);
    assert_eq!(capabilities[3], 1, "sensors in the map");
    assert_eq!(capabilities[7], 1, "sensors on the chip");
    assert_eq!(capabilities[8..16], [0, 0, 0, 0, 0, 0, 0, 1]);

    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..64 {
        let value = read(&mut device, 0x900a, &[0, 0, 0, 0], 32);
        seen.insert(mtmp_reg::temperature.u16(&value));
        assert_eq!(value[24..32], *b"asic\0\0\0\0");
    }
    assert!(seen.len() > 1);
    assert!(seen.iter().all(|units| (40 * 8..60 * 8).contains(units)));

    let module = read(&mut device, 0x900a, &[0, 0, 0, 64], 32);
    assert_eq!(module[24..32], *b"Module0\0");
    let answer = device.execute(&register(0x900a, 1, &[0, 0, 0, 1], 32), 48);
    assert_eq!(status(&answer), 3, "no such sensor");
}

#[test]
fn the_highest_temperature_is_recorded_on_demand() {
    let mut device = device();
    let highest = |device: &mut ConnectX| {
        let value = read(device, 0x900a, &[], 32);
        mtmp_reg::max_temperature.u16(&value)
    };
    assert_eq!(highest(&mut device), 0);
    let mut record = [0; 32];
    record[8] = 0x80;
    assert_eq!(write(&mut device, 0x900a, &record, 32), 0);
    let first = highest(&mut device);
    for _ in 0..16 {
        highest(&mut device);
    }
    assert!(highest(&mut device) > first);
}

#[test]
fn the_port_goes_down_and_up() {
    let mut device = device();
    let select = [0, 1, 0, 0];
    assert_eq!(read(&mut device, 0x5006, &select, 16)[..4], [0, 1, 1, 1]);
    let down = [0, 1, 2, 0, 0x80, 0, 0, 0];
    assert_eq!(write(&mut device, 0x5006, &down, 16), 0);
    assert_eq!(read(&mut device, 0x5006, &select, 16)[..4], [0, 1, 2, 2]);
    let speed = read(&mut device, 0x5004, &[0, 1, 0, 1], 64);
    assert_eq!(ptys_reg::ib_proto_oper.u16(&speed), 0);

    let not_admin = [0, 1, 1, 0, 0, 0, 0, 0];
    assert_eq!(write(&mut device, 0x5006, &not_admin, 16), 0);
    assert_eq!(
        read(&mut device, 0x5006, &select, 16)[2],
        2,
        "ase was not set"
    );
    assert_eq!(write(&mut device, 0x5006, &[0, 1, 7, 0, 0x80], 16), 3);
    assert_eq!(
        write(&mut device, 0x5006, &[0, 2, 1, 0, 0x80], 16),
        3,
        "port 2"
    );
}

#[test]
fn port_events_are_sent_as_asked_for() {
    let mut device = device();
    let mut change = |up: bool, control: u8, events: u8| {
        let admin = if up { 1 } else { 2 };
        let paos = [0, 1, admin, 0, control, 0, 0, events];
        device
            .run(&register(0x5006, 0, &paos, 16), 32)
            .result
            .unwrap()
    };
    let state = |up| Some(Effect::PortState { port: 1, up });
    assert_eq!(change(false, 0x80, 0), None, "nobody asked");
    assert_eq!(change(true, 0xc0, 1), state(true));
    assert_eq!(change(true, 0x80, 0), None, "no change");
    assert_eq!(change(false, 0xc0, 2), state(false), "a single one");
    assert_eq!(change(true, 0x80, 0), None, "which is spent");
}

#[test]
fn a_reserved_kind_of_events_is_refused() {
    let mut device = device();
    // Down at once, and events of the reserved kind 3.
    let paos = [0, 1, 2, 0, 0xc0, 0, 0, 3];
    assert_eq!(write(&mut device, 0x5006, &paos, 16), 3);
    let value = read(&mut device, 0x5006, &[0, 1], 16);
    assert_eq!(value[2..4], [1, 1], "still up");
    assert_eq!(value[7], 0, "and no events");

    // Without ee, field e says nothing.
    let paos = [0, 1, 2, 0, 0x80, 0, 0, 3];
    assert_eq!(write(&mut device, 0x5006, &paos, 16), 0);
}

#[test]
fn the_link_settles_on_the_best_that_is_allowed() {
    let mut device = device();
    let select = [0, 1, 0, 1];
    let value = read(&mut device, 0x5004, &select, 68);
    assert_eq!(ptys_reg::ib_link_width_oper.u16(&value), 4, "four lanes");
    assert_eq!(ptys_reg::ib_proto_oper.u16(&value), 0x20, "EDR");

    let mut slower = select.to_vec();
    slower.resize(64, 0);
    ptys_reg::ib_link_width_admin.set(&mut slower, 1u8);
    ptys_reg::ib_proto_admin.set(&mut slower, 7u8);
    assert_eq!(write(&mut device, 0x5004, &slower, 64), 0);
    let value = read(&mut device, 0x5004, &select, 64);
    assert_eq!(ptys_reg::ib_link_width_oper.u16(&value), 1);
    assert_eq!(ptys_reg::ib_proto_oper.u16(&value), 4, "QDR");

    ptys_reg::ib_proto_admin.set(&mut slower, 0x80u8);
    assert_eq!(write(&mut device, 0x5004, &slower, 64), 3, "no such speed");
    let ethernet = read(&mut device, 0x5004, &[0, 1, 0, 4], 64);
    assert!(ethernet[4..].iter().all(|byte| *byte == 0));
}

#[test]
fn the_pcie_link_is_one_of_sixteen_lanes() {
    let mut device = device();
    let value = read(&mut device, 0x9050, &[], 48);
    assert_eq!((value[13], value[15]), (16, 4), "active width and speed");
    let answer = device.execute(&register(0x9050, 1, &[1], 48), 64);
    assert_eq!(status(&answer), 3, "nothing at depth 1");
}

#[test]
fn what_is_written_is_read() {
    let mut device = device();
    assert_eq!(write(&mut device, 0x6001, b"a node", 64), 0);
    assert_eq!(read(&mut device, 0x6001, &[], 64)[..8], *b"a node\0\0");
    assert_eq!(write(&mut device, 0x7004, &[0x80], 16), 0);
    assert_eq!(read(&mut device, 0x7004, &[], 16)[0], 0x80);
}

#[test]
fn modules_and_timeouts_can_be_read() {
    let mut device = device();
    assert_eq!(
        read(&mut device, 0x5002, &[0, 1], 64)[..8],
        [0, 1, 0, 4, 0, 0, 0, 0]
    );
    let timeouts = read(&mut device, 0xc00e, &[], 64);
    assert_eq!(timeouts[4..8], [0x20, 0, 0, 2], "two seconds");
}

#[test]
fn wrong_accesses_are_refused() {
    let mut device = device();
    let mut run = |request: &[u8], output| status(&device.execute(request, output));
    assert_eq!(run(&register(0x9020, 0, &[], 160), 176), 2, "read-only");
    assert_eq!(run(&register(0x9020, 2, &[], 160), 176), 2, "op_mod");
    assert_eq!(run(&register(0x9020, 1, &[], 159), 176), 0x50);
    assert_eq!(run(&register(0x9020, 1, &[], 160), 175), 0x51);
    assert_eq!(run(&register(0x1234, 1, &[], 160), 176), 3, "unknown");
}
