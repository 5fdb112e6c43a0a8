// SPDX-License-Identifier: GPL-2.0 OR MIT

//! RESOURCE_DUMP: the menu, event queues, and pieces in their order.

use fwctl_emu::model::ConnectX;

use crate::message::{device, number, register, request, status};

const RESOURCE_DUMP: u16 = 0xc000;
const MENU: u16 = 0xffff;
const EQ: u16 = 0x1300;
const QP: u16 = 0x1000;

const MORE: u8 = 0x80;
const INLINE: u8 = 0x40;

/// The first call of a dump.
fn first(segment: u16, index: u32, count: u16) -> Vec<u8> {
    let mut value = vec![0; 256];
    value[0] = INLINE;
    value[2..4].copy_from_slice(&segment.to_be_bytes());
    value[8..12].copy_from_slice(&index.to_be_bytes());
    value[16..18].copy_from_slice(&count.to_be_bytes());
    value[39] = 208;
    value
}

/// One call, by a read (1) or a write (0).
fn call(device: &mut ConnectX, op_mod: u16, asked: &[u8]) -> Result<Vec<u8>, u8> {
    let answer = device.execute(&register(RESOURCE_DUMP, op_mod, asked, 256), 272);
    match status(&answer) {
        0 => Ok(answer[16..].to_vec()),
        error => Err(error),
    }
}

/// A whole dump, in pieces of `size`, each asked for with the answer before.
fn dump(device: &mut ConnectX, asked: Vec<u8>, size: u8) -> (Vec<u8>, usize) {
    let (mut asked, mut bytes, mut calls) = (asked, Vec::new(), 0u8);
    loop {
        asked[39] = size;
        let value = call(device, 1, &asked).unwrap();
        calls += 1;
        assert_eq!(value[1], calls & 0xf, "the sequence number");
        assert_eq!(value[2..4], asked[2..4]);
        assert_eq!(value[8..20], asked[8..20]);
        let length = usize::from(value[39]);
        assert!(length > 0 && length <= usize::from(size));
        bytes.extend_from_slice(&value[48..48 + length]);
        assert!(value[48 + length..].iter().all(|byte| *byte == 0));
        if value[0] == INLINE {
            assert_eq!(value[24..32], [0; 8], "no opaque");
            return (bytes, calls.into());
        }
        assert_eq!(value[0], MORE | INLINE);
        asked = value;
    }
}

/// The type and the bytes of each segment.
fn segments(dump: &[u8]) -> Vec<(u16, &[u8])> {
    let (mut rest, mut segments) = (dump, Vec::new());
    while !rest.is_empty() {
        let length = 4 * usize::from(u16::from_be_bytes([rest[0], rest[1]]));
        let (segment, after) = rest.split_at(length);
        segments.push((u16::from_be_bytes([segment[2], segment[3]]), segment));
        rest = after;
    }
    segments
}

/// Creates event queues 0 to `count - 1`, of 2 to the power of `8 + number`
/// entries.
fn create_eqs(device: &mut ConnectX, count: u8) {
    let uar = number(&device.execute(&request(0x802, 0, 16), 16), 8);
    for number in 0..count {
        let mut create = request(0x301, 0, 272 + 8 * 512);
        create[28..32].copy_from_slice(&((u32::from(8 + number) << 24) | uar).to_be_bytes());
        create[39] = number;
        assert_eq!(status(&device.execute(&create, 16)), 0);
    }
}

#[test]
fn the_menu_tells_what_can_be_dumped() {
    let (bytes, calls) = dump(&mut device(), first(MENU, 0, 0), 208);
    assert_eq!((bytes.len(), calls), (16 + 20 + 8 + 5 * 52 + 4, 2));
    let segments = segments(&bytes);
    let types: Vec<_> = segments.iter().map(|(segment, _)| *segment).collect();
    assert_eq!(types, [0xfffe, 0xfffa, 0xffff, 0xfffb]);
    assert_eq!(
        segments[0].1,
        [0, 4, 0xff, 0xfe, 0, 0, 0, 1, 0, 0, 2, 0x0d, 16, 35, 0x0f, 0xbe]
    );
    assert_eq!(segments[1].1[..8], [0, 5, 0xff, 0xfa, 0xff, 0xff, 0, 0]);
    let menu = segments[2].1;
    assert_eq!(menu[..8], [0, 67, 0xff, 0xff, 0, 0, 0, 5]);
    let eq = &menu[8 + 3 * 52..8 + 4 * 52];
    // num_of_obj1: active, all, not needed, supported; index1: needed, supported.
    assert_eq!(eq[..4], [0, 0b1101_0011, 0x13, 0x00]);
    assert_eq!(eq[4..20], *b"FULL_EQC\0\0\0\0\0\0\0\0");
    assert_eq!(eq[20..36], *b"EQN\0\0\0\0\0\0\0\0\0\0\0\0\0");
    assert_eq!(eq[36..40], *b"N/A\0");
    assert_eq!(menu[8..12], [0, 0b0000_0011, 0x10, 0x00], "queue pairs");
    assert_eq!(segments[3].1, [0, 1, 0xff, 0xfb]);
}

#[test]
fn event_queues_are_dumped_one_or_several() {
    let mut device = device();
    create_eqs(&mut device, 6);
    let indices = |device: &mut ConnectX, index, count| {
        let (bytes, _) = dump(device, first(EQ, index, count), 208);
        let eqs = segments(&bytes).into_iter().filter(|(kind, _)| *kind == EQ);
        eqs.map(|(_, segment)| number(segment, 8))
            .collect::<Vec<_>>()
    };
    for (index, count, expected) in [
        (2, 0, vec![2]),
        (2, 1, vec![2]),
        (2, 2, vec![2, 3]),
        (4, 0xffff, vec![4, 5]),
        (0, 0xfffe, vec![0, 1, 2, 3, 4, 5]),
        (5, 0xfff0, vec![5]),
        (6, 1, vec![]),
        (u32::MAX, 0xffff, vec![]),
    ] {
        assert_eq!(
            indices(&mut device, index, count),
            expected,
            "{index} {count}"
        );
    }
    let (bytes, calls) = dump(&mut device, first(EQ, 3, 1), 208);
    assert_eq!(calls, 1);
    let segments = segments(&bytes);
    let eq = segments[2].1;
    assert_eq!(eq[..4], [0, 20, 0x13, 0x00]);
    // log_eq_size in the eqc's third word, the vector in its sixth.
    assert_eq!((eq[16 + 12], eq[16 + 23]), (11, 3));
}

#[test]
fn what_is_not_there_is_an_error_segment() {
    let mut device = device();
    for (segment, index) in [(EQ, 7), (QP, 1), (0x1100, 0), (0x1200, 0), (0x21, 0)] {
        let (bytes, _) = dump(&mut device, first(segment, index, 0), 208);
        let segments = segments(&bytes);
        assert_eq!(segments[2].0, 0xfffc);
        assert_eq!(segments[2].1[..4], [0, 12, 0xff, 0xfc]);
        assert_ne!(segments[2].1[6..8], [0, 0], "syndrome");
        assert_eq!(segments[2].1[16..40], *b"no object has this index");
    }
}

#[test]
fn pieces_of_any_size_make_the_same_dump() {
    let mut device = device();
    create_eqs(&mut device, 6);
    let asked = || first(EQ, 0, 0xffff);
    let (whole, calls) = dump(&mut device, asked(), 208);
    assert_eq!((whole.len(), calls), (16 + 20 + 6 * 80 + 4, 3));
    for size in [4, 12, 100, 204] {
        let (bytes, calls) = dump(&mut device, asked(), size);
        assert_eq!(bytes, whole);
        assert_eq!(calls, whole.len().div_ceil(size.into()));
    }
}

#[test]
fn a_piece_is_whole_words_and_fits_into_the_register() {
    let mut device = device();
    for (size, expected) in [(0, 208), (7, 4), (207, 204), (209, 208), (0xffff, 208)] {
        let mut asked = first(MENU, 0, 0);
        asked[38..40].copy_from_slice(&u16::to_be_bytes(size));
        let value = call(&mut device, 1, &asked).unwrap();
        assert_eq!(number(&value, 36), expected, "{size}");
    }
}

#[test]
fn a_dump_shows_one_moment() {
    let mut device = device();
    create_eqs(&mut device, 6);
    let first_piece = call(&mut device, 1, &first(EQ, 0, 0xffff)).unwrap();
    let mut destroy = request(0x302, 0, 16);
    destroy[11] = 5;
    assert_eq!(status(&device.execute(&destroy, 16)), 0);
    let mut second = first_piece.clone();
    second[39] = 208;
    let second = call(&mut device, 1, &second).unwrap();
    let third = call(&mut device, 1, &second).unwrap();
    let length: u32 = [first_piece, second, third]
        .iter()
        .map(|piece| u32::from(piece[39]))
        .sum();
    assert_eq!(length, 16 + 20 + 6 * 80 + 4, "with the queue that is gone");
}

#[test]
fn calls_come_in_their_order() {
    let mut device = device();
    create_eqs(&mut device, 6);
    let first = first(EQ, 0, 0xffff);
    let mut late = first.clone();
    late[1] = 1;
    assert_eq!(call(&mut device, 1, &late), Err(3), "does not begin with 0");
    let second = call(&mut device, 1, &first).unwrap();
    for (what, byte, value) in [
        ("sequence", 1, 2),
        ("segment", 3, 1),
        ("index", 11, 1),
        ("number", 17, 0),
        ("opaque", 31, 0xee),
    ] {
        let mut wrong = second.clone();
        wrong[byte] = value;
        assert_eq!(call(&mut device, 1, &wrong), Err(3), "{what}");
    }
    let third = call(&mut device, 1, &second).unwrap();
    assert_eq!(third[1], 2, "the dump goes on");
    assert_eq!(call(&mut device, 1, &second), Err(3), "not twice");
    let last = call(&mut device, 1, &third).unwrap();
    assert_eq!(last[0], INLINE);
    assert_eq!(call(&mut device, 1, &third), Err(3), "it has ended");
}

#[test]
fn dumps_do_not_disturb_each_other_and_end_with_the_driver() {
    let mut device = device();
    create_eqs(&mut device, 6);
    let asked = first(EQ, 0, 0xffff);
    let pieces: Vec<_> = (0..9)
        .map(|_| call(&mut device, 1, &asked).unwrap())
        .collect();
    assert_eq!(
        call(&mut device, 1, &pieces[0]),
        Err(3),
        "the oldest of nine"
    );
    for piece in &pieces[1..] {
        assert_eq!(call(&mut device, 1, piece).unwrap()[1], 2);
    }
    assert_eq!(status(&device.execute(&request(0x104, 0, 16), 12)), 0);
    assert_eq!(call(&mut device, 1, &pieces[8]), Err(3));
}

#[test]
fn dumps_can_be_asked_for_by_a_write() {
    let mut device = device();
    let menu = first(MENU, 0, 0);
    let read = call(&mut device, 1, &menu).unwrap();
    let mut written = call(&mut device, 0, &menu).unwrap();
    assert_eq!(call(&mut device, 0, &written).unwrap()[0], INLINE);
    written[31] = read[31];
    assert_eq!(written, read, "but for the opaque");
}

#[test]
fn what_cannot_be_dumped_is_refused() {
    let mut device = device();
    let menu = first(MENU, 0, 0);
    for (what, byte, value) in [
        ("to memory", 0, 0),
        ("another function", 7, 0),
        ("no such segment", 2, 0xfe),
        ("no room for a word", 39, 3),
    ] {
        let mut asked = menu.clone();
        asked[byte] = value;
        if what == "another function" {
            asked[0] |= 0x20;
            assert!(call(&mut device, 1, &asked).is_ok(), "its own");
            asked[7] = 1;
        }
        assert_eq!(call(&mut device, 1, &asked), Err(3), "{what}");
    }
    assert_eq!(call(&mut device, 1, &first(QP, 0, 2)), Err(3), "only one");
    let mut sub_objects = first(EQ, 0, 1);
    sub_objects[19] = 2;
    assert_eq!(call(&mut device, 1, &sub_objects), Err(3));
}
