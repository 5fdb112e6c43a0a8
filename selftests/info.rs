// SPDX-License-Identifier: GPL-2.0

//! FWCTL_INFO says what a device is, and fills the memory for the driver's data as `fwctl.h` has it.

use std::process::ExitCode;

use harness::{
    device::UNTOUCHED,
    errno::{
        EFAULT,
        EOPNOTSUPP, //
    },
    expect::{
        filled,
        holds,
        refused,
        same,
        same_bytes, //
    },
    ktap::{
        program,
        Outcome,
        Stop,
        Suite, //
    },
    node::Node,
    sys::PAGE,
    uapi::{
        Info,
        INFO, //
    }, //
};

/// More than the data of any driver.
const PLENTY: u32 = PAGE as u32;

/// Length of the driver's data.
fn data_len(node: &Node) -> Result<u32, Stop> {
    let len = node.open()?.info(PLENTY)?.data_len;
    holds(len < PLENTY, format!("{len} bytes of data"))?;
    Ok(len)
}

fn has_a_type(node: &Node) -> Outcome {
    let device_type = node.open()?.device_type()?;
    holds(device_type != 0, "type 0, FWCTL_DEVICE_TYPE_ERROR")
}

fn says_the_same_again(node: &Node) -> Outcome {
    let device = node.open()?;
    same("second answer", device.info(PLENTY)?, device.info(PLENTY)?)
}

fn unknown_flag(node: &Node, flags: u32) -> Outcome {
    let device = node.open()?;
    let memory = device.pages(PAGE)?;
    memory.fill(UNTOUCHED);
    let mut info = Info::new(PLENTY, memory.at(0));
    info.flags = flags;
    refused(device.ioctl_with(INFO, &info.encode()), EOPNOTSUPP)?;
    filled("the data", &memory.read(0, PAGE), UNTOUCHED)
}

/// What device_data_len is in terms of the length of the driver's data.
type Room = fn(u32) -> u32;

const ROOMS: &[(&str, Room)] = &[
    ("1 byte", |_| 1),
    ("half of the data", |len| len / 2),
    ("a byte less than the data", |len| len.saturating_sub(1)),
    ("the data", |len| len),
    ("a byte more than the data", |len| len + 1),
    ("much more than the data", |_| PLENTY),
];

/// Memory of any length is filled whole, and the length of the data is reported.
fn memory(node: &Node, room: Room) -> Outcome {
    let len = data_len(node)?;
    let room = room(len);
    let device = node.open()?;
    let whole = device.info(PLENTY)?;
    let part = device.info(room)?;
    same("reported length", part.data_len, len)?;
    same_bytes("the data", &part.data, &whole.data[..room as usize])?;
    filled("the rest", &whole.data[len as usize..], 0)
}

/// The address is not used when there is nothing to write.
fn size_alone(node: &Node) -> Outcome {
    let len = data_len(node)?;
    let device = node.open()?;
    let hole = device.pages(1)?;
    let info = Info::new(0, hole.at(hole.len()));
    let (_, reported) = Info::answer(&device.ioctl_with(INFO, &info.encode())?);
    same("reported length", reported, len)
}

fn surroundings(node: &Node) -> Outcome {
    let device = node.open()?;
    let memory = device.pages(PAGE)?;
    let (at, room) = (256, 100);
    memory.fill(UNTOUCHED);
    device.ioctl_with(INFO, &Info::new(room as u32, memory.at(at)).encode())?;
    filled("memory before", &memory.read(0, at), UNTOUCHED)?;
    let behind = at + room;
    filled(
        "memory behind",
        &memory.read(behind, PAGE - behind),
        UNTOUCHED,
    )
}

/// Memory that cannot be written: which length, and how much of it is there.
const UNMAPPED: &[(&str, u32, usize)] = &[
    ("is unmapped", 1, 0),
    ("lacks its last byte", 8, 7),
    ("lacks what is to be zero", PLENTY, 64),
    ("is to be 4 GiB long", u32::MAX, PAGE),
];

fn unmapped(node: &Node, room: u32, mapped: usize) -> Outcome {
    let device = node.open()?;
    let memory = device.pages(PAGE)?;
    let info = Info::new(room, memory.at(memory.len() - mapped));
    refused(device.ioctl_with(INFO, &info.encode()), EFAULT)
}

fn read_only(node: &Node) -> Outcome {
    let device = node.open()?;
    let memory = device.pages(PAGE)?;
    memory.make_read_only(0)?;
    let info = Info::new(PLENTY, memory.at(0));
    refused(device.ioctl_with(INFO, &info.encode()), EFAULT)
}

/// Addresses that no program's memory has.
const NOWHERE: &[(&str, u64)] = &[
    ("at address 0", 0),
    ("in the kernel's memory", 0xffff_8880_0000_0000),
    ("across the last address", u64::MAX - 3),
];

fn nowhere(node: &Node, address: u64) -> Outcome {
    let info = Info::new(8, address);
    refused(node.open()?.ioctl_with(INFO, &info.encode()), EFAULT)
}

fn main() -> ExitCode {
    program(|| {
        let node = &Node::any()?;
        let mut suite = Suite::default();
        suite.case("the device has a type", || has_a_type(node));
        suite.case("asked twice, INFO says the same", || {
            says_the_same_again(node)
        });
        for flags in [1, 0x8000_0000, u32::MAX] {
            let name = format!("flags {flags:#x}: EOPNOTSUPP, and nothing is written");
            suite.case(name, move || unknown_flag(node, flags));
        }
        suite.case("no memory for data: the size alone is reported", || {
            size_alone(node)
        });
        for &(name, room) in ROOMS {
            let name = format!("memory for {name} is filled whole, and the size reported");
            suite.case(name, move || memory(node, room));
        }
        suite.case("memory around that for data stays untouched", || {
            surroundings(node)
        });
        for &(name, room, mapped) in UNMAPPED {
            let name = format!("memory for data {name}: EFAULT");
            suite.case(name, move || unmapped(node, room, mapped));
        }
        for &(name, address) in NOWHERE {
            let name = format!("memory for data {name}: EFAULT");
            suite.case(name, move || nowhere(node, address));
        }
        suite.case("memory for data cannot be written: EFAULT", || {
            read_only(node)
        });
        suite.run()
    })
}
