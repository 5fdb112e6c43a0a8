// SPDX-License-Identifier: GPL-2.0 OR MIT

//! Firmware components: told apart, read, replaced.

use std::time::Duration;

use fwctl_emu::model::{Config, ConnectX, FirmwareVersion, Image};

use crate::message::{device, number, read, register, status, try_read, write};

const MCQS: u16 = 0x9060;
const MCQI: u16 = 0x9061;
const MCC: u16 = 0x9062;
const MCDA: u16 = 0x9063;

const LOCK: u8 = 1;
const RELEASE: u8 = 2;
const UPDATE: u8 = 3;
const VERIFY: u8 = 4;
const ACTIVATE: u8 = 6;
const READ: u8 = 7;
const CANCEL: u8 = 8;
const CHECK: u8 = 9;
const FORCE_RELEASE: u8 = 10;
const READ_PENDING: u8 = 11;

const NEW: FirmwareVersion = FirmwareVersion {
    major: 16,
    minor: 36,
    subminor: 1010,
};

fn new_image() -> Image {
    Image::build(&Config::default(), NEW, &[0x5a; 500])
}

/// MCC with an instruction.
fn mcc(instruction: u8, handle: u8, size: u32) -> Vec<u8> {
    let mut value = vec![0; 32];
    value[3] = instruction;
    value[11] = handle;
    value[16..20].copy_from_slice(&size.to_be_bytes());
    value
}

/// The status of an instruction.
fn tell(device: &mut ConnectX, instruction: u8, handle: u8) -> u8 {
    write(device, MCC, &mcc(instruction, handle, 0), 32)
}

/// The state and the error.
fn state(device: &mut ConnectX) -> (u8, u8) {
    let value = read(device, MCC, &[], 32);
    (value[15], value[14])
}

/// The handle that the next owner gets.
fn offered(device: &mut ConnectX) -> u8 {
    read(device, MCC, &[], 32)[11]
}

/// MCDA: header, and a piece.
fn piece(handle: u8, offset: u32, size: u16, data: &[u8]) -> Vec<u8> {
    let mut value = vec![0, 0, 0, handle];
    value.extend(offset.to_be_bytes());
    value.extend([0, 0]);
    value.extend(size.to_be_bytes());
    value.extend([0; 4]);
    value.extend(data);
    value
}

/// Writes an image, piece by piece, from its end if `backwards`.
fn download(device: &mut ConnectX, handle: u8, bytes: &[u8], backwards: bool) {
    let mut pieces: Vec<_> = (0u32..).step_by(128).zip(bytes.chunks(128)).collect();
    if backwards {
        pieces.reverse();
    }
    for (offset, data) in pieces {
        let size = u16::try_from(data.len()).unwrap();
        let piece = piece(handle, offset, size, data);
        assert_eq!(write(device, MCDA, &piece, piece.len()), 0, "{offset}");
    }
}

/// Locks, writes and verifies; gives the handle.
fn apply(device: &mut ConnectX, bytes: &[u8]) -> u8 {
    let handle = offered(device);
    assert_eq!(tell(device, LOCK, handle), 0);
    assert_eq!(tell(device, UPDATE, handle), 0);
    download(device, handle, bytes, false);
    assert_eq!(tell(device, VERIFY, handle), 0);
    handle
}

fn update_state(device: &mut ConnectX) -> u8 {
    read(device, MCQS, &[], 16)[11] & 0xf
}

/// MCQI's version text, of what runs or of what is pending.
fn version(device: &mut ConnectX, pending: u8) -> Result<String, u8> {
    let mut select = [0; 24];
    select[0] = pending;
    select[11] = 1;
    select[23] = 0x80;
    let answer = device.execute(&register(MCQI, 1, &select, 148), 164);
    match status(&answer) {
        0 => {
            let value = &answer[16..];
            let length = usize::from(value[27]);
            Ok(String::from_utf8(value[56..56 + length].to_vec()).unwrap())
        }
        error => Err(error),
    }
}

#[test]
fn there_is_one_component_the_boot_image() {
    let mut device = device();
    assert_eq!(
        read(&mut device, MCQS, &[], 16),
        [0x80, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0x20, 0, 0, 0, 0]
    );
    assert_eq!(try_read(&mut device, MCQS, &[0, 0, 0, 1], 16), 3);
    assert_eq!(try_read(&mut device, MCQI, &[0, 0, 0, 1], 148), 3);
}

#[test]
fn its_properties_are_told_set_by_set() {
    let mut device = device();
    let select = |info_type, offset, size| {
        let mut select = [0; 24];
        select[11] = info_type;
        select[19] = offset;
        select[23] = size;
        select
    };
    let value = read(&mut device, MCQI, &select(0, 0, 0x80), 148);
    assert_eq!(number(&value, 12), 17, "bytes of the set");
    assert_eq!(value[22..24], [0, 17], "bytes given");
    assert_eq!(number(&value, 24), 0b10_0010, "versions and activation");
    assert_eq!(number(&value, 32), 16 << 20, "the longest");
    assert_eq!(number(&value, 36), 0x2000_0080, "words of 4, pieces of 128");
    assert_eq!(value[40], 0b1011_0000, "readable; chip and PSID must match");

    let value = read(&mut device, MCQI, &select(1, 0, 0x80), 148);
    assert_eq!(number(&value, 12), 124);
    assert_eq!(value[24..32], [0, 0, 0, 10, 16, 35, 0x0f, 0xbe]);
    assert_eq!(value[56..67], *b"16.35.4030\0");
    let part = read(&mut device, MCQI, &select(1, 0x20, 4), 148);
    assert_eq!(part[22..28], [0, 4, b'1', b'6', b'.', b'3']);
    assert!(part[28..].iter().all(|byte| *byte == 0));

    let value = read(&mut device, MCQI, &select(5, 0, 4), 148);
    assert_eq!(value[24..28], [0, 0, 0, 0b1100]);
    for (info_type, offset) in [(2, 0), (1, 2), (1, 0x80)] {
        let select = select(info_type, offset, 4);
        assert_eq!(try_read(&mut device, MCQI, &select, 148), 3, "{info_type}");
    }
}

#[test]
fn an_update_runs_after_the_reset() {
    let mut device = device();
    let handle = offered(&mut device);
    assert_ne!(handle, 0);
    assert_eq!(state(&mut device), (0, 0));
    assert_eq!(tell(&mut device, LOCK, handle), 0);
    assert_eq!(state(&mut device), (1, 0));
    let image = new_image();
    let size = u32::try_from(image.bytes().len()).unwrap();
    assert_eq!(write(&mut device, MCC, &mcc(UPDATE, handle, size), 32), 0);
    assert_eq!((state(&mut device).0, update_state(&mut device)), (3, 1));
    download(&mut device, handle, image.bytes(), true);
    assert_eq!(tell(&mut device, VERIFY, handle), 0);
    assert_eq!((state(&mut device), update_state(&mut device)), ((1, 0), 2));
    assert_eq!(version(&mut device, 0x80), Err(3), "not activated");
    assert_eq!(device.take_changed_flash(), None);
    assert_eq!(tell(&mut device, ACTIVATE, handle), 0);
    assert_eq!(update_state(&mut device), 4, "active, pending a reset");
    assert_eq!(tell(&mut device, RELEASE, handle), 0);
    assert_eq!((state(&mut device).0, update_state(&mut device)), (0, 4));
    assert_eq!(version(&mut device, 0x80).unwrap(), "16.36.1010");
    assert_eq!(version(&mut device, 0).unwrap(), "16.35.4030");

    let flash = device.take_changed_flash().unwrap();
    assert_eq!((flash.running(), flash.pending()), (None, Some(&image)));
    device.power_cycle();
    assert_eq!(device.config().firmware, NEW);
    let flash = device.take_changed_flash().unwrap().clone();
    assert_eq!((flash.running(), flash.pending()), (Some(&image), None));

    let mut device = ConnectX::with_flash(Config::default(), flash);
    assert_eq!(
        status(&device.execute(&crate::message::request(0x104, 0, 16), 16)),
        0
    );
    assert_eq!(version(&mut device, 0).unwrap(), "16.36.1010");
    assert_eq!(version(&mut device, 0x80), Err(3));
    assert_eq!(update_state(&mut device), 0);
    let mgir = read(&mut device, 0x9020, &[], 160);
    assert_eq!((number(&mgir, 0x48), number(&mgir, 0x4c)), (36, 1010));
}

#[test]
fn an_update_runs_after_a_reset_that_was_asked_for() {
    let mut device = device();
    let handle = apply(&mut device, new_image().bytes());
    assert_eq!(tell(&mut device, ACTIVATE, handle), 0);
    device.reset();
    assert_ne!(device.config().firmware, NEW);
    device.execute(&crate::message::request(0x104, 0, 16), 16);
    assert_eq!(write(&mut device, 0x9028, &[0, 0, 0, 0, 0, 0, 0, 8], 8), 0);
    device.reset();
    assert_eq!(device.config().firmware, NEW);
}

#[test]
fn a_broken_image_is_refused_when_it_is_verified() {
    let good = new_image();
    let mut flipped = good.bytes().to_vec();
    flipped[200] ^= 1;
    let mut headless = good.bytes().to_vec();
    headless[0] = 0;
    let other = Config {
        psid: "FWC0000000002".to_owned(),
        ..Config::default()
    };
    let foreign = Image::build(&other, NEW, &[]);
    let short = &good.bytes()[..good.bytes().len() - 4];
    for (what, bytes, expected) in [
        ("flipped", &flipped[..], 2),
        ("foreign", foreign.bytes(), 3),
        ("headless", &headless, 8),
        ("short", short, 8),
        ("nothing", &[], 8),
    ] {
        let mut device = device();
        let handle = apply(&mut device, bytes);
        assert_eq!(state(&mut device), (1, expected), "{what}");
        assert_eq!(update_state(&mut device), 5, "{what} failed");
        assert_eq!(tell(&mut device, ACTIVATE, handle), 9, "{what}");
        assert_eq!(device.take_changed_flash(), None);

        assert_eq!(tell(&mut device, UPDATE, handle), 0, "another try");
        download(&mut device, handle, good.bytes(), false);
        assert_eq!(tell(&mut device, VERIFY, handle), 0);
        assert_eq!(state(&mut device), (1, 0), "the error is gone");
        assert_eq!(tell(&mut device, ACTIVATE, handle), 0);
    }
}

#[test]
fn every_instruction_has_its_states() {
    // In idle, locked, download, upload: the status of each instruction.
    for (instruction, expected) in [
        (LOCK, [0, 6, 6, 6]),
        (RELEASE, [9, 0, 0, 0]),
        (UPDATE, [9, 0, 9, 9]),
        (VERIFY, [9, 9, 0, 9]),
        (ACTIVATE, [9, 9, 9, 9]),
        (READ, [9, 0, 9, 9]),
        (CANCEL, [9, 0, 0, 0]),
        (CHECK, [9, 0, 0, 0]),
        (FORCE_RELEASE, [0, 0, 0, 0]),
        (READ_PENDING, [9, 3, 9, 9]),
        (0, [3, 3, 3, 3]),
        (5, [3, 3, 3, 3]),
        (12, [3, 3, 3, 3]),
    ] {
        let ways: [&[u8]; 4] = [&[], &[LOCK], &[LOCK, UPDATE], &[LOCK, READ]];
        for (way, expected) in ways.iter().zip(expected) {
            let mut device = device();
            for step in *way {
                assert_eq!(tell(&mut device, *step, 1), 0);
            }
            assert_eq!(
                tell(&mut device, instruction, 1),
                expected,
                "{instruction} {way:?}"
            );
        }
    }
}

#[test]
fn another_s_handle_is_worth_nothing() {
    let mut device = device();
    assert_eq!(tell(&mut device, LOCK, 2), 3, "not the one offered");
    assert_eq!(tell(&mut device, LOCK, 1), 0);
    assert_eq!(offered(&mut device), 0, "is not told");
    for instruction in [RELEASE, UPDATE, VERIFY, ACTIVATE, READ, CANCEL, CHECK] {
        assert_eq!(tell(&mut device, instruction, 2), 3, "{instruction}");
    }
    assert_eq!(tell(&mut device, UPDATE, 1), 0);
    let wrong = piece(2, 0, 4, &[0; 4]);
    assert_eq!(write(&mut device, MCDA, &wrong, wrong.len()), 3);
    assert_eq!(tell(&mut device, RELEASE, 1), 0);
    assert_eq!(tell(&mut device, LOCK, 1), 3, "spent");
    assert_eq!(offered(&mut device), 2);
    assert_eq!(
        write(
            &mut device,
            MCC,
            &{
                let mut other = mcc(LOCK, 2, 0);
                other[7] = 1;
                other
            },
            32
        ),
        0,
        "locking is about no component"
    );
    let mut other = mcc(UPDATE, 2, 0);
    other[7] = 1;
    assert_eq!(write(&mut device, MCC, &other, 32), 3, "component 1");
}

#[test]
fn pieces_lie_within_the_component() {
    let mut device = device();
    assert_eq!(tell(&mut device, LOCK, 1), 0);
    let early = piece(1, 0, 4, &[0; 4]);
    assert_eq!(write(&mut device, MCDA, &early, early.len()), 9);
    assert_eq!(
        write(&mut device, MCC, &mcc(UPDATE, 1, (16 << 20) + 4), 32),
        3
    );
    assert_eq!(write(&mut device, MCC, &mcc(UPDATE, 1, 64), 32), 0);
    for (offset, size, length, expected) in [
        (0, 64, 64, 0),
        (60, 4, 4, 0),
        (64, 0, 0, 0),
        (64, 4, 4, 3),
        (u32::MAX - 3, 4, 4, 3),
        (2, 4, 4, 3),
        (0, 6, 8, 3),
        (0, 132, 132, 3),
        (0, 8, 4, 0x50),
    ] {
        let piece = piece(1, offset, size, &vec![0; length]);
        let status = write(&mut device, MCDA, &piece, piece.len());
        assert_eq!(status, expected, "{size} at {offset}");
    }
    assert_eq!(tell(&mut device, CANCEL, 1), 0);
    assert_eq!(tell(&mut device, UPDATE, 1), 0, "of any size");
    for (size, expected) in [(128, 0), (132, 3)] {
        let piece = piece(1, 0, size, &[0; 132]);
        assert_eq!(write(&mut device, MCDA, &piece, piece.len()), expected);
    }
}

#[test]
fn what_runs_can_be_read_back() {
    let mut device = device();
    let image = new_image();
    let handle = apply(&mut device, image.bytes());
    assert_eq!(tell(&mut device, ACTIVATE, handle), 0);
    let mut fetch = |instruction| {
        assert_eq!(tell(&mut device, instruction, handle), 0);
        assert_eq!(state(&mut device), (7, 0));
        let mut bytes = Vec::new();
        loop {
            let offset = u32::try_from(bytes.len()).unwrap();
            let select = piece(handle, offset, 128, &[]);
            let value = read(&mut device, MCDA, &select, 144);
            bytes.extend_from_slice(&value[16..]);
            if bytes.len() >= 2048 || value[16..].iter().all(|byte| *byte == 0) {
                break;
            }
            if bytes.len() >= usize::try_from(number(&bytes, 16)).unwrap() {
                break;
            }
        }
        assert_eq!(tell(&mut device, CANCEL, handle), 0);
        bytes.truncate(usize::try_from(number(&bytes, 16)).unwrap());
        bytes
    };
    assert_eq!(fetch(READ_PENDING), image.bytes());
    let running = Image::check(&fetch(READ)).unwrap();
    assert_eq!(running.version().to_string(), "16.35.4030");
    assert_eq!(tell(&mut device, READ, handle), 0);
    for (offset, size, room, expected) in [(4096, 4, 144, 3), (0, 128, 20, 0x51), (1, 4, 144, 3)] {
        let select = piece(handle, offset, size, &[]);
        assert_eq!(try_read(&mut device, MCDA, &select, room), expected);
    }
}

#[test]
fn a_silent_owner_loses_its_handle() {
    let mut device = device();
    let second = Duration::from_secs(1);
    assert_eq!(tell(&mut device, LOCK, 1), 0);
    assert_eq!(tell(&mut device, UPDATE, 1), 0);
    device.tell_time(119 * second);
    let value = read(&mut device, MCC, &[], 32);
    assert_eq!((&value[..2], value[15]), (&[0, 119][..], 3));
    assert_eq!(tell(&mut device, CHECK, 1), 0, "it speaks up");
    device.tell_time(238 * second);
    assert_eq!(state(&mut device).0, 3);
    device.tell_time(239 * second);
    assert_eq!(state(&mut device).0, 0);
    assert_eq!(update_state(&mut device), 6, "canceled");
    assert_eq!(tell(&mut device, CHECK, 1), 9);
    assert_eq!(tell(&mut device, LOCK, 2), 0, "somebody else's turn");
}

#[test]
fn an_update_is_given_up() {
    let mut device = device();
    for (last, expected_state) in [(CANCEL, 1), (RELEASE, 0), (FORCE_RELEASE, 0)] {
        let handle = offered(&mut device);
        assert_eq!(tell(&mut device, LOCK, handle), 0);
        assert_eq!(tell(&mut device, UPDATE, handle), 0);
        download(&mut device, handle, new_image().bytes(), false);
        assert_eq!(tell(&mut device, last, handle), 0);
        assert_eq!(state(&mut device).0, expected_state);
        assert_eq!(update_state(&mut device), 6, "canceled");
        tell(&mut device, FORCE_RELEASE, handle);
    }
    assert_eq!(device.take_changed_flash(), None);
}

#[test]
fn the_power_takes_the_handle_away() {
    let mut device = device();
    assert_eq!(tell(&mut device, LOCK, 1), 0);
    assert_eq!(tell(&mut device, UPDATE, 1), 0);
    device.abandon();
    device.execute(&crate::message::request(0x104, 0, 16), 16);
    assert_eq!(state(&mut device).0, 3, "the driver alone does not");
    device.power_cycle();
    device.execute(&crate::message::request(0x104, 0, 16), 16);
    assert_eq!((state(&mut device).0, update_state(&mut device)), (0, 0));
    assert_eq!(offered(&mut device), 2);
}

#[test]
fn a_new_update_forgets_what_was_verified() {
    let mut device = device();
    let handle = apply(&mut device, new_image().bytes());
    assert_eq!(tell(&mut device, UPDATE, handle), 0);
    assert_eq!(tell(&mut device, CANCEL, handle), 0);
    assert_eq!(tell(&mut device, ACTIVATE, handle), 9);
}

#[test]
fn a_locked_host_cannot_change_the_firmware() {
    let mut device = device();
    let key = |operation| [0, 0, 0, operation, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7];
    assert_eq!(write(&mut device, 0x402d, &key(1), 16), 0);
    assert_eq!(tell(&mut device, LOCK, 1), 4);
    assert_eq!(write(&mut device, 0x402d, &key(0), 16), 0);
    assert_eq!(tell(&mut device, LOCK, 1), 0);
}
