// SPDX-License-Identifier: GPL-2.0

//! A device is where programs look for it: `/sys/class/fwctl` and `/dev/fwctl`.

use std::{
    fs,
    os::unix::fs::{
        FileTypeExt,
        MetadataExt, //
    },
    path::PathBuf,
    process::ExitCode, //
};

use harness::{
    expect::{
        holds,
        same, //
    },
    ktap::{
        fail,
        program,
        skip,
        Outcome,
        Stop,
        Suite, //
    },
    node::Node,
    uapi::device_type, //
};

/// Major and minor number of a device node.
fn numbers_of(device: u64) -> (u32, u32) {
    let major = ((device >> 8) & 0xfff) | ((device >> 32) & !0xfff);
    let minor = (device & 0xff) | ((device >> 12) & 0xffff_ff00);
    (major as u32, minor as u32)
}

/// Where the symbolic link `device` leads.
fn parent(node: &Node) -> Result<PathBuf, Stop> {
    Ok(fs::canonicalize(node.sysfs().join("device"))?)
}

fn name(node: &Node) -> Outcome {
    let number = node.name.strip_prefix("fwctl").unwrap_or_default();
    match number.parse::<u32>() {
        Ok(number) => holds(number < 4096, "above 4095"),
        Err(_) => fail(format!("named {}", node.name)),
    }
}

fn numbers(node: &Node) -> Outcome {
    let metadata = fs::metadata(node.path())?;
    holds(metadata.file_type().is_char_device(), "no character device")?;
    same("numbers", numbers_of(metadata.rdev()), node.numbers()?)
}

/// What a device may do to a machine is not for everybody.
fn private(node: &Node) -> Outcome {
    let mode = fs::metadata(node.path())?.mode() & 0o7777;
    holds(mode & 0o007 == 0, format!("mode {mode:o}"))
}

fn major(node: &Node) -> Outcome {
    let (major, _) = node.numbers()?;
    let devices = fs::read_to_string("/proc/devices")?;
    let line = format!("{major} fwctl");
    holds(
        devices.lines().any(|found| found.trim() == line),
        format!("no line `{line}`"),
    )
}

fn uevent(node: &Node) -> Outcome {
    let (major, minor) = node.numbers()?;
    let uevent = fs::read_to_string(node.sysfs().join("uevent"))?;
    for line in [
        format!("MAJOR={major}"),
        format!("MINOR={minor}"),
        format!("DEVNAME=fwctl/{}", node.name),
    ] {
        let found = uevent.lines().any(|found| found == line);
        holds(found, format!("no {line} in\n{uevent}"))?;
    }
    Ok(())
}

fn below_parent(node: &Node) -> Outcome {
    let place = fs::canonicalize(node.sysfs())?;
    let promised = parent(node)?.join("fwctl").join(&node.name);
    same("place in /sys/devices", place, promised)
}

fn parent_kind(node: &Node) -> Outcome {
    let parent = parent(node)?;
    match node.open()?.device_type()? {
        device_type::MOCK => {
            let faux = parent.starts_with("/sys/devices/faux");
            holds(faux, format!("{}", parent.display()))
        }
        device_type::MLX5 => {
            let vendor = fs::read_to_string(parent.join("vendor"))?;
            same("PCI vendor", vendor.trim_end(), "0x15b3")
        }
        other => skip(format!("type {other}")),
    }
}

/// A property of a device, and how to try it.
type Property = (&'static str, fn(&Node) -> Outcome);

const PROPERTIES: &[Property] = &[
    ("is named fwctlN, N below 4096", name),
    (
        "has a node in /dev/fwctl with the numbers in sysfs",
        numbers,
    ),
    ("has a node that is not open to everybody", private),
    ("has a major number that is listed as fwctl", major),
    ("announces numbers and node by uevent", uevent),
    ("lies below its parent", below_parent),
    ("has what it belongs to as its parent", parent_kind),
];

fn main() -> ExitCode {
    program(|| {
        let node = &Node::any()?;
        let mut suite = Suite::default();
        for &(name, property) in PROPERTIES {
            suite.case(format!("a device {name}"), move || property(node));
        }
        suite.run()
    })
}
