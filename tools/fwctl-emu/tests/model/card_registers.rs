// SPDX-License-Identifier: GPL-2.0 OR MIT

//! The registers of the card as a whole.

use fwctl_emu::model::ConnectX;

use crate::message::{device, read, try_read, write};

const MLOCK: u16 = 0x402d;
const MPEGC: u16 = 0x9056;
const MPIR: u16 = 0x9059;
const MQIS: u16 = 0x9064;

/// A text, as a tool fetches it: eight bytes at a time, until it has them all.
fn text(device: &mut ConnectX, kind: u8) -> Vec<u8> {
    let mut text = Vec::new();
    loop {
        let offset = u8::try_from(text.len()).unwrap();
        let value = read(
            device,
            MQIS,
            &[0, 0, 0, kind, 0, 0, 0, 0, 0, offset, 0, 8],
            24,
        );
        let length = usize::from(value[11]);
        text.extend_from_slice(&value[16..16 + length]);
        if text.len() >= usize::from(value[7]) {
            return text;
        }
        assert_eq!(length, 8);
    }
}

#[test]
fn texts_are_fetched_piece_by_piece() {
    let mut device = device();
    assert_eq!(text(&mut device, 1), b"FWC-CX5-EMU");
    assert!(text(&mut device, 2).starts_with(b"Emulated ConnectX-5"));
    assert_eq!(text(&mut device, 4), b"", "no VSD");
    assert_eq!(
        read(&mut device, MQIS, &[0, 0, 0, 1, 0, 0, 0, 0, 0, 8, 0, 8], 24),
        *b"\0\0\0\x01\0\0\0\x0b\0\x08\0\x03\0\0\0\0EMU\0\0\0\0\0"
    );
}

#[test]
fn a_text_fills_the_room_there_is() {
    let mut device = device();
    let select = [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xff, 0xff];
    assert_eq!(read(&mut device, MQIS, &select, 24)[11], 8);
    assert_eq!(
        read(&mut device, MQIS, &select, 16)[11],
        0,
        "only asks how long"
    );
    let whole = read(&mut device, MQIS, &select, 600);
    assert_eq!(whole[11..28], *b"\x0b\0\0\0\0FWC-CX5-EMU\0");
}

#[test]
fn there_is_no_text_beyond_the_end_nor_of_another_kind() {
    let mut device = device();
    for (kind, offset, expected) in [(1, 11, 0), (1, 12, 3), (4, 1, 3), (0, 0, 3), (6, 0, 3)] {
        let select = [0, 0, 0, kind, 0, 0, 0, 0, 0, offset, 0, 8];
        assert_eq!(
            try_read(&mut device, MQIS, &select, 24),
            expected,
            "{kind} {offset}"
        );
    }
}

#[test]
fn only_selected_thresholds_change() {
    let mut device = device();
    // field_select, then tx_lossy_overflow_oper, then both thresholds.
    let set = |select, overflow, reads, writes| {
        let mut value = [0; 44];
        value[7] = select;
        value[11] = overflow;
        value[13] = 0;
        value[14] = reads;
        value[15] = writes;
        value
    };
    assert_eq!(write(&mut device, MPEGC, &set(0b010, 1, 70, 80), 44), 0);
    let value = read(&mut device, MPEGC, &[], 44);
    assert_eq!(value[8..16], [0, 0, 0, 0, 0, 0, 70, 0]);
    assert_eq!(write(&mut device, MPEGC, &set(0b101, 1, 0, 100), 44), 0);
    let value = read(&mut device, MPEGC, &[], 44);
    assert_eq!(value[8..16], [0, 0, 0, 1, 0, 0, 70, 100]);
    for wrong in [
        set(0b001, 2, 0, 0),
        set(0b100, 0, 0, 101),
        set(0b1_0000, 0, 0, 0),
    ] {
        assert_eq!(write(&mut device, MPEGC, &wrong, 44), 3);
    }
    assert_eq!(read(&mut device, MPEGC, &[], 44), value, "nothing changed");
    assert_eq!(try_read(&mut device, MPEGC, &[0, 1], 44), 3, "no such link");
}

#[test]
fn the_function_belongs_to_port_1_and_to_one_host() {
    let value = read(&mut device(), MPIR, &[], 16);
    assert_eq!(value, [0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!(try_read(&mut device(), MPIR, &[1], 16), 3);
}

#[test]
fn who_has_the_key_unlocks() {
    let mut device = device();
    let set = |operation, key| [0, 0, 0, operation, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, key];
    assert_eq!(read(&mut device, MLOCK, &[], 16), [0; 16]);
    assert_eq!(write(&mut device, MLOCK, &set(1, 7), 16), 0);
    assert_eq!(read(&mut device, MLOCK, &[], 16), set(1, 0), "without key");
    assert_eq!(write(&mut device, MLOCK, &set(0, 8), 16), 3);
    assert_eq!(write(&mut device, MLOCK, &set(1, 8), 16), 3);
    assert_eq!(read(&mut device, MLOCK, &[], 16)[3], 1);
    assert_eq!(write(&mut device, MLOCK, &set(2, 7), 16), 3);
    assert_eq!(write(&mut device, MLOCK, &set(0, 7), 16), 0);
    assert_eq!(read(&mut device, MLOCK, &[], 16), [0; 16]);
}
