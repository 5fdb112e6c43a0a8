// SPDX-License-Identifier: GPL-2.0 OR MIT

//! The non-volatile configuration, from MNVQC to the reset that applies it.

use fwctl_emu::model::{Config, ConnectX};

use crate::message::{device, read, register, status, try_read, write};

const MNVDA: u16 = 0x9024;
const MNVDI: u16 = 0x9025;
const MFRL: u16 = 0x9028;
const MNVQC: u16 = 0x9030;
const MNVIA: u16 = 0x9033;
const MNVGC: u16 = 0x9034;

const NEXT: u8 = 0x00;
const CURRENT: u8 = 0x40;
const FACTORY: u8 = 0x80;

const PCI_CONF: u32 = 0x80;
const LINK_TYPE: u32 = 0x0101_0012;
const BOOT: u32 = 0x0300_0221;

/// An item as MNVDA has it: the header, and data.
fn item(kind: u32, first: [u8; 4], data: &[u8]) -> Vec<u8> {
    let mut item = first.to_vec();
    item.extend(kind.to_be_bytes());
    item.extend([0; 4]);
    item.extend(data);
    item
}

/// The item's header and its first `size` bytes.
fn get(device: &mut ConnectX, kind: u32, mode: u8, size: usize) -> (Vec<u8>, Vec<u8>) {
    let value = read(device, MNVDA, &item(kind, [0, mode, 0, 0], &[]), 268);
    assert_eq!(value[4..8], kind.to_be_bytes());
    (value[..4].to_vec(), value[12..12 + size].to_vec())
}

/// Sets an item, as mstconfig (9) does.
fn set(device: &mut ConnectX, kind: u32, version: u8, data: &[u8]) -> u8 {
    let length = u8::try_from(data.len()).unwrap();
    let item = item(kind, [0x03, 9, version << 4, length], data);
    write(device, MNVDA, &item, item.len())
}

/// One virtual function more than one could have before, and SR-IOV.
const SIXTEEN_VFS: [u8; 12] = [0xbc, 0, 0, 0, 0xa0, 1, 0, 16, 2, 0xc3, 0xf0, 0];

#[test]
fn items_are_asked_for_by_type() {
    let mut device = device();
    for (kind, expected) in [
        (0x0000_0080u32, 0b0000_0011),
        (0x0000_0081, 0b0000_0001),
        (0x0000_010a, 0b0001_0011),
        (0x0101_0012, 0b0000_0011),
        (0x0101_0190, 0b0011_0011),
        (0x0300_0221, 0b0001_0011),
        (0x0300_0195, 0b0010_0011),
        (0x0700_0080, 0b0000_0011),
        (0x0000_0000, 0),
        (0x0000_0fff, 0),
        (0x0102_0012, 0),
        (0x0100_0012, 0),
        (0x0500_0080, 0),
        (0xffff_ffff, 0),
    ] {
        let value = read(&mut device, MNVQC, &kind.to_be_bytes(), 8);
        assert_eq!(value[..4], kind.to_be_bytes());
        assert_eq!(value[4..], [0, 0, 0, expected], "{kind:#x}");
    }
    assert_eq!(read(&mut device, MNVGC, &[], 16)[..4], [0, 0, 0, 0b11]);
}

#[test]
fn what_nobody_set_has_the_manufacturer_s_value() {
    let mut device = device();
    let eight_vfs = [0xbc, 0, 0, 0, 0x20, 1, 0, 8, 2, 0xc3, 0xf0, 0];
    for mode in [NEXT, CURRENT, FACTORY] {
        let (header, data) = get(&mut device, PCI_CONF, mode, 12);
        assert_eq!(header, [0x03, mode, 0, 12]);
        assert_eq!(data, eight_vfs);
    }
    let (header, data) = get(&mut device, LINK_TYPE, NEXT, 4);
    assert_eq!((header[3], data), (4, vec![0, 0, 0, 4]), "InfiniBand");
    let (header, data) = get(&mut device, 2, NEXT, 16);
    // Priority 3 is the manufacturer; it can be read and not overridden.
    assert_eq!(header, [0x31, 0, 0, 16]);
    assert_eq!(data[..8], [0, 0, 0x02, 0xf3, 0xc7, 0x10, 0x17, 0x00]);
    assert_eq!(data[8..], [0x02, 0xf3, 0xc7, 3, 0, 0x10, 0x17, 0x00]);
}

#[test]
fn there_is_one_host_with_one_function_whatever_the_type_says() {
    let mut device = device();
    // Booting by PXE and UEFI on x86; the bits of the host.
    for kind in [0x0700_0080, 0x0704_0080] {
        let (header, data) = get(&mut device, kind, NEXT, 4);
        assert_eq!((header[3], data), (4, vec![0x06, 0, 0, 0]), "{kind:#x}");
    }
    // The bits of the host and of the function.
    for kind in [0x0300_0080, 0x0300_0480, 0x0304_0080] {
        assert_eq!(get(&mut device, kind, NEXT, 4).0[3], 16, "{kind:#x}");
    }
}

#[test]
fn what_is_set_counts_after_the_reset_that_was_asked_for() {
    let mut device = device();
    assert_eq!(set(&mut device, PCI_CONF, 0, &SIXTEEN_VFS), 0);
    let (header, data) = get(&mut device, PCI_CONF, NEXT, 12);
    assert_eq!(
        (&header[..], &data[..]),
        (&[0x03, 9, 0, 12][..], &SIXTEEN_VFS[..])
    );
    assert_eq!(get(&mut device, PCI_CONF, CURRENT, 12).1[7], 8);
    assert_eq!(read(&mut device, 0x9050, &[], 48)[18..20], [0, 0], "no VFs");

    device.reset();
    enable(&mut device);
    assert_eq!(
        get(&mut device, PCI_CONF, CURRENT, 12).1[7],
        8,
        "only a function"
    );

    assert_eq!(read(&mut device, MFRL, &[], 8), [0, 0, 0, 0, 0, 0, 1, 0x48]);
    assert_eq!(write(&mut device, MFRL, &[0, 0, 0, 0, 0, 0, 0, 0x40], 8), 0);
    assert_eq!(read(&mut device, MFRL, &[], 8)[5], 8, "waiting");
    assert_eq!(get(&mut device, PCI_CONF, CURRENT, 12).1[7], 8);
    device.abandon();
    enable(&mut device);
    assert_eq!(get(&mut device, PCI_CONF, CURRENT, 12).1[7], 8, "no reset");
    device.reset();
    enable(&mut device);
    assert_eq!(get(&mut device, PCI_CONF, CURRENT, 12).1, SIXTEEN_VFS);
    assert_eq!(get(&mut device, PCI_CONF, FACTORY, 12).1[7], 8);
    assert_eq!(read(&mut device, MFRL, &[], 8)[5], 0, "idle");
    assert_eq!(read(&mut device, 0x9050, &[], 48)[18..20], [0, 16], "VFs");
}

fn enable(device: &mut ConnectX) {
    let mut request = crate::message::request(0x104, 0, 16);
    assert_eq!(status(&device.execute(&request, 16)), 0);
    request[1] = 0x02;
    assert_eq!(status(&device.execute(&request, 16)), 0);
}

#[test]
fn what_is_set_outlives_the_power() {
    let mut device = device();
    assert_eq!(device.take_changed_flash(), None);
    assert_eq!(set(&mut device, LINK_TYPE, 0, &[0, 0, 0, 8]), 0);
    let flash = device.take_changed_flash().unwrap().clone();
    assert_eq!(device.take_changed_flash(), None, "once");

    let mut next = ConnectX::with_flash(Config::default(), flash);
    enable(&mut next);
    assert_eq!(get(&mut next, LINK_TYPE, CURRENT, 4).1, [0, 0, 0, 8]);
    device.power_cycle();
    enable(&mut device);
    assert_eq!(get(&mut device, LINK_TYPE, CURRENT, 4).1, [0, 0, 0, 8]);
}

#[test]
fn defaults_come_back() {
    let mut device = device();
    let pxe_off = [0x80, 0, 0, 1];
    assert_eq!(set(&mut device, BOOT, 1, &pxe_off), 0);
    assert_eq!(set(&mut device, PCI_CONF, 0, &SIXTEEN_VFS), 0);
    device.power_cycle();
    enable(&mut device);
    assert_eq!(get(&mut device, BOOT, CURRENT, 4).1, pxe_off);

    assert!(device.take_changed_flash().is_some());
    let boot = item(BOOT, [0; 4], &[]);
    assert_eq!(write(&mut device, MNVDI, &boot, 12), 0);
    assert_eq!(get(&mut device, BOOT, NEXT, 4).1, [0x80, 1, 0, 1]);
    assert_eq!(get(&mut device, BOOT, CURRENT, 4).1, pxe_off);
    assert!(device.take_changed_flash().is_some());
    assert_eq!(get(&mut device, PCI_CONF, NEXT, 12).1[7], 16);
    assert_eq!(write(&mut device, MNVIA, &[0; 8], 8), 0);
    assert!(device.take_changed_flash().is_some());
    assert_eq!(get(&mut device, PCI_CONF, NEXT, 12).1[7], 8);
    assert_eq!(write(&mut device, MNVIA, &[0, 0, 0, 1], 8), 3, "target");
}

#[test]
fn who_does_not_say_who_it_is_is_the_command_interface() {
    let mut device = device();
    let write_only = item(LINK_TYPE, [0, 0, 0, 4], &[0, 0, 0, 8]);
    assert_eq!(write(&mut device, MNVDA, &write_only, 268), 0);
    let (header, _) = get(&mut device, LINK_TYPE, NEXT, 4);
    assert_eq!(header, [0, 4, 0, 4], "neither read nor overridden later");
}

#[test]
fn wrong_settings_are_refused() {
    let mut device = device();
    let mut many = SIXTEEN_VFS;
    many[7] = 128;
    let mut none = SIXTEEN_VFS;
    none[5] = 0;
    for (what, kind, first, data, expected) in [
        ("too many VFs", PCI_CONF, [3, 9, 0, 12], &many[..], 3),
        ("no PF", PCI_CONF, [3, 9, 0, 12], &none[..], 3),
        ("length", PCI_CONF, [3, 9, 0, 8], &SIXTEEN_VFS[..], 3),
        ("version", PCI_CONF, [3, 9, 0x10, 12], &SIXTEEN_VFS[..], 3),
        ("current", PCI_CONF, [3, 0x49, 0, 12], &SIXTEEN_VFS[..], 3),
        ("mode", PCI_CONF, [3, 0xc9, 0, 12], &SIXTEEN_VFS[..], 3),
        ("other host", PCI_CONF, [3, 9, 2, 12], &SIXTEEN_VFS[..], 3),
        ("no data", PCI_CONF, [3, 9, 0, 12], &[][..], 0x50),
        ("link type", LINK_TYPE, [3, 9, 0, 4], &[0, 0, 0, 0xc][..], 3),
        ("read-only", 0x81, [3, 9, 0, 20], &[0; 20][..], 3),
        ("unknown", 0x99, [3, 9, 0, 4], &[0; 4][..], 3),
        ("port 2", 0x0102_0012, [3, 9, 0, 4], &[0, 0, 0, 8][..], 3),
    ] {
        let item = item(kind, first, data);
        assert_eq!(
            write(&mut device, MNVDA, &item, item.len()),
            expected,
            "{what}"
        );
    }
    assert_eq!(device.take_changed_flash(), None);
    let unknown = item(0x99, [0; 4], &[]);
    assert_eq!(try_read(&mut device, MNVDA, &unknown, 268), 3);
    assert_eq!(write(&mut device, MNVDI, &item(0x81, [0; 4], &[]), 12), 3);
}

#[test]
fn an_item_fills_the_room_there_is() {
    let mut device = device();
    let header = item(PCI_CONF, [0; 4], &[]);
    assert_eq!(read(&mut device, MNVDA, &header, 12)[3], 12);
    assert_eq!(read(&mut device, MNVDA, &header, 16)[12..], [0xbc, 0, 0, 0]);
    let answer = device.execute(&register(MNVDA, 1, &header, 3100), 3116);
    assert_eq!(status(&answer), 0);
    assert!(answer[16 + 24..].iter().all(|byte| *byte == 0));
    let only_header = read(&mut device, MNVDI, &header, 268);
    assert_eq!(only_header[3], 12);
    assert!(only_header[12..].iter().all(|byte| *byte == 0));
}

#[test]
fn resets_that_the_card_cannot_do_are_refused() {
    let mut device = device();
    // MCAM's features, of which bit 21 stands for reset_state.
    assert_eq!(
        read(&mut device, 0x907f, &[], 72)[40..56],
        [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x20, 0, 0]
    );
    for (what, byte, value) in [
        ("no level", 7, 0),
        ("live patch", 7, 1),
        ("two levels", 7, 0x48),
        ("negotiation", 4, 0x20),
        ("answer", 4, 0x08),
        ("type", 4, 0x01),
    ] {
        let mut mfrl = [0, 0, 0, 0, 0, 0, 0, 8];
        mfrl[byte] = value;
        assert_eq!(write(&mut device, MFRL, &mfrl, 8), 3, "{what}");
    }
    assert_eq!(read(&mut device, MFRL, &[], 8)[5], 0);
    assert_eq!(write(&mut device, MFRL, &[0, 0, 0, 0, 0, 0, 0, 8], 8), 0);
}
