// SPDX-License-Identifier: GPL-2.0

//! No more of a device is in use than an administrator allows, and whoever is refused learns it at
//! once.

use std::{
    fs,
    os::unix::fs::MetadataExt,
    process::ExitCode,
    time::Duration, //
};

use harness::{
    attribute::{
        Attribute,
        Setting, //
    },
    device::{
        Device,
        Request, //
    },
    errno::{
        EBUSY,
        EINVAL, //
    },
    expect::{
        refused,
        same, //
    },
    ktap::{
        program,
        skip,
        Outcome,
        Stop,
        Suite, //
    },
    mock,
    node::Node,
    uapi::device_type,
    wait::{
        until,
        Task,
        PROMPT, //
    }, //
};

const LIMITS: [&str; 3] = ["limits/files", "limits/calls", "limits/bytes"];
const USAGE: [&str; 4] = ["usage/files", "usage/calls", "usage/bytes", "usage/refused"];

fn get(node: &Node, name: &str) -> Result<u64, Stop> {
    Attribute::of(node, name)?.get()
}

fn set(node: &Node, name: &str, number: u64) -> Result<Setting, Stop> {
    Attribute::of(node, name)?.set(number)
}

/// A request that the device answers without harm.
fn harmless(device: &Device) -> Result<Request, Stop> {
    match device.harmless()? {
        Some(request) => Ok(request),
        None => skip("no harmless request is known for this device"),
    }
}

fn ask(device: &Device, request: &Request) -> Outcome {
    device.rpc(request.scope, &request.message, request.room)?;
    Ok(())
}

fn generous(node: &Node) -> Outcome {
    same("files", get(node, "limits/files")?, 16384)?;
    same("calls", get(node, "limits/calls")?, 16384)?;
    same("bytes", get(node, "limits/bytes")?, 1 << 30)
}

fn for_root(node: &Node) -> Outcome {
    for (names, mode) in [(&LIMITS[..], 0o644), (&USAGE[..], 0o444)] {
        for name in names {
            let attribute = Attribute::of(node, name)?;
            let found = fs::metadata(attribute.path())?.mode() & 0o777;
            same(name, format!("{found:o}"), format!("{mode:o}"))?;
        }
    }
    Ok(())
}

fn usage_is_read(node: &Node) -> Outcome {
    for name in USAGE {
        // sysfs has no way to write it, whoever asks.
        let errno = Attribute::of(node, name)?.write("1");
        same(name, errno.is_err(), true)?;
    }
    Ok(())
}

fn numbers_alone(node: &Node) -> Outcome {
    for name in LIMITS {
        let attribute = Attribute::of(node, name)?;
        let before = attribute.get()?;
        // The last one is above what the core can count.
        for text in ["many", "-1", "1 2", "18446744073709551615"] {
            refused(attribute.write(text), EINVAL)
                .map_err(|_| Stop::Fail(format!("{name}: {text:?} is accepted")))?;
        }
        same(name, attribute.get()?, before)?;
    }
    Ok(())
}

fn files(node: &Node) -> Outcome {
    let open = get(node, "usage/files")?;
    let refusals = get(node, "usage/refused")?;
    let _limit = set(node, "limits/files", open + 2)?;
    let first = node.open()?;
    let _second = node.open()?;
    same("files in use", get(node, "usage/files")?, open + 2)?;
    refused(node.open(), EBUSY)?;
    same("refusals", get(node, "usage/refused")?, refusals + 1)?;
    drop(first);
    same("files in use", get(node, "usage/files")?, open + 1)?;
    node.open()?;
    Ok(())
}

/// A descriptor is duplicated without another open.
fn duplicates(node: &Node) -> Outcome {
    let open = get(node, "usage/files")?;
    let device = node.open()?;
    let other = device.duplicate()?;
    same("files in use", get(node, "usage/files")?, open + 1)?;
    drop(device);
    same("files in use", get(node, "usage/files")?, open + 1)?;
    drop(other);
    same("files in use", get(node, "usage/files")?, open)
}

/// What is open stays when the limit falls below it.
fn lowered(node: &Node) -> Outcome {
    let device = node.open()?;
    let request = harmless(&device)?;
    let _limit = set(node, "limits/files", 0)?;
    ask(&device, &request)?;
    refused(node.open(), EBUSY)
}

fn no_calls(node: &Node) -> Outcome {
    let device = node.open()?;
    let request = harmless(&device)?;
    let limit = set(node, "limits/calls", 0)?;
    let verdict = device.rpc(request.scope, &request.message, request.room);
    refused(verdict, EBUSY)?;
    // It is no call to the firmware.
    device.info(0)?;
    drop(limit);
    ask(&device, &request)
}

fn bytes(node: &Node) -> Outcome {
    let device = node.open()?;
    let request = harmless(&device)?;
    let len = request.message.len() as u64 + u64::from(request.room);
    let exact = set(node, "limits/bytes", len)?;
    ask(&device, &request)?;
    same("bytes in use", get(node, "usage/bytes")?, 0)?;
    drop(exact);
    let _short = set(node, "limits/bytes", len - 1)?;
    let verdict = device.rpc(request.scope, &request.message, request.room);
    refused(verdict, EBUSY)?;
    same("bytes in use", get(node, "usage/bytes")?, 0)?;
    same("calls in use", get(node, "usage/calls")?, 0)
}

/// A call that takes as long as the test needs.
fn asleep(node: &Node) -> Result<Task<Outcome>, Stop> {
    let device = node.open()?;
    let task = Task::start("the sleeping call", move || {
        mock::send(&device, mock::SLEEP, 2000, &[], mock::HEAD)?;
        Ok(())
    });
    until("a call in flight", PROMPT, || {
        (get(node, "usage/calls").ok()? == 1).then_some(())
    })?;
    Ok(task)
}

fn busy(node: &Node) -> Outcome {
    if node.open()?.device_type()? != device_type::MOCK {
        return skip("needs a device that can be told to be slow");
    }
    let len = u64::from(2 * mock::HEAD);
    same("calls in use", get(node, "usage/calls")?, 0)?;
    let other = node.open()?;
    let sleeper = asleep(node)?;
    same("bytes in use", get(node, "usage/bytes")?, len)?;
    {
        let _limit = set(node, "limits/calls", 1)?;
        refused(mock::count(&other), EBUSY)?;
    }
    {
        let _limit = set(node, "limits/bytes", 2 * len - 1)?;
        refused(mock::count(&other), EBUSY)?;
    }
    // The refusals were told while the device was busy.
    same("calls in use", get(node, "usage/calls")?, 1)?;
    mock::count(&other)?;
    sleeper.finish(Duration::from_secs(2) + PROMPT)??;
    same("calls in use", get(node, "usage/calls")?, 0)?;
    same("bytes in use", get(node, "usage/bytes")?, 0)
}

/// A property of a device's limits, and how to try it.
type Property = (&'static str, fn(&Node) -> Outcome);

const PROPERTIES: &[Property] = &[
    ("limits are generous unless set", generous),
    (
        "limits are root's to set, and everybody's to read",
        for_root,
    ),
    ("usage is not written", usage_is_read),
    (
        "a limit that is no number, or too large, is EINVAL",
        numbers_alone,
    ),
    ("one file more than allowed is EBUSY", files),
    ("a duplicate of a descriptor is no other file", duplicates),
    ("open files stay when the limit falls", lowered),
    (
        "with no calls allowed, RPC is EBUSY and INFO is not",
        no_calls,
    ),
    ("one byte more than allowed is EBUSY", bytes),
    ("a call beside a slow one is refused at once", busy),
];

fn main() -> ExitCode {
    program(|| {
        let node = &Node::any()?;
        let mut suite = Suite::default();
        for &(name, property) in PROPERTIES {
            suite.case(name, move || property(node));
        }
        suite.run()
    })
}
