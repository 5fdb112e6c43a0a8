// SPDX-License-Identifier: GPL-2.0

//! Linux's CXL driver hands commands on features to a memory device, as `cxl.h` says.
//!
//! Only the feature of Linux's `cxl_test` is written, and written back.

use std::process::ExitCode;

use harness::{
    cxl::{
        get_payload,
        list,
        list_payload,
        request,
        send,
        set_payload,
        Feature,
        Uuid,
        GET_FEATURE,
        GET_SUPPORTED_FEATURES,
        LIST_HEAD,
        NO_FEATURE,
        REQUEST_HEAD,
        SET_FEATURE,
        TEST_FEATURE, //
    },
    device::Device,
    errno::EINVAL,
    expect::{
        holds,
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
    node::Node,
    uapi::{
        device_type,
        scope, //
    }, //
};

/// More features than a test device has.
const MANY: usize = 64;

fn describes_itself(node: &Node) -> Outcome {
    let info = node.open()?.info(8)?;
    same("device type", info.device_type, device_type::CXL)?;
    same("length of the data", info.data_len, 0)
}

fn below_memory_device(node: &Node) -> Outcome {
    let parent = std::fs::canonicalize(node.sysfs().join("device"))?;
    let name = parent.file_name().unwrap_or_default().to_string_lossy();
    holds(
        name.starts_with("mem"),
        format!("below {}", parent.display()),
    )
}

fn all(device: &Device) -> Result<Vec<Feature>, Stop> {
    let (features, supported) = list(device, 0, MANY)?;
    same("number of features", features.len(), supported.into())?;
    Ok(features)
}

fn lists(node: &Node) -> Outcome {
    let features = all(&node.open()?)?;
    holds(!features.is_empty(), "no feature")
}

/// The same list, an entry a call.
fn lists_one_by_one(node: &Node) -> Outcome {
    let device = node.open()?;
    for (index, feature) in (0..).zip(all(&device)?) {
        let (one, _) = list(&device, index, 1)?;
        same("entry", one, vec![feature])?;
    }
    Ok(())
}

fn lists_nothing(node: &Node) -> Outcome {
    let device = node.open()?;
    let (none, supported) = list(&device, 0, 0)?;
    same("entries", none.len(), 0)?;
    same(
        "number of features",
        usize::from(supported),
        all(&device)?.len(),
    )
}

fn behind_the_list(node: &Node) -> Outcome {
    let device = node.open()?;
    let end = all(&device)?.len() as u16;
    for start in [end, u16::MAX] {
        refused(list(&device, start, 1), EINVAL)?;
    }
    Ok(())
}

/// Reads the first `count` bytes of a feature.
fn get(device: &Device, uuid: Uuid, count: u16) -> Result<(u32, Vec<u8>), Stop> {
    let asked = get_payload(uuid, count);
    let answer = send(
        device,
        scope::CONFIGURATION,
        GET_FEATURE,
        &asked,
        count.into(),
    )?;
    Ok((answer.retval, answer.payload))
}

fn reads(node: &Node) -> Outcome {
    let device = node.open()?;
    for feature in all(&device)? {
        let (retval, value) = get(&device, feature.uuid, feature.get_size)?;
        same("return code", retval, 0)?;
        same("length", value.len(), feature.get_size.into())?;
    }
    Ok(())
}

fn reads_begin(node: &Node) -> Outcome {
    let device = node.open()?;
    for feature in all(&device)? {
        let (_, value) = get(&device, feature.uuid, feature.get_size)?;
        let (retval, begin) = get(&device, feature.uuid, 1)?;
        same("return code", retval, 0)?;
        same("begin", &begin[..], &value[..1])?;
    }
    Ok(())
}

fn no_such_feature(node: &Node) -> Outcome {
    let (retval, value) = get(&node.open()?, NO_FEATURE, 4)?;
    holds(retval != 0, format!("read as {value:x?}"))
}

fn nothing_read(node: &Node) -> Outcome {
    refused(
        send(
            &node.open()?,
            scope::CONFIGURATION,
            GET_FEATURE,
            &get_payload(TEST_FEATURE, 0),
            4,
        ),
        EINVAL,
    )
}

fn no_room(node: &Node) -> Outcome {
    let device = node.open()?;
    let message = request(GET_FEATURE, &get_payload(TEST_FEATURE, 4));
    for room in [0, 7, 8, 11] {
        refused(device.rpc(scope::CONFIGURATION, &message, room), EINVAL)?;
    }
    Ok(())
}

fn test_feature(device: &Device) -> Result<Feature, Stop> {
    match all(device)?.into_iter().find(|it| it.uuid == TEST_FEATURE) {
        Some(feature) => Ok(feature),
        None => skip("not a device of cxl_test"),
    }
}

fn set(device: &Device, feature: &Feature, value: &[u8]) -> Outcome {
    let payload = set_payload(feature.uuid, feature.set_version, value);
    let answer = send(device, scope::DEBUG_WRITE, SET_FEATURE, &payload, 0)?;
    same("return code", answer.retval, 0)
}

fn writes(node: &Node) -> Outcome {
    let device = node.open()?;
    let feature = test_feature(&device)?;
    let (_, before) = get(&device, feature.uuid, feature.get_size)?;
    let value: Vec<u8> = before.iter().map(|byte| byte ^ 0x5a).collect();

    set(&device, &feature, &value)?;
    // Through another file: it is the device that has it.
    let after = get(&node.open()?, feature.uuid, feature.get_size)?;
    let kept = same("value", after, (0, value));
    set(&device, &feature, &before)?;
    kept?;
    let after = get(&device, feature.uuid, feature.get_size)?;
    same("value written back", after, (0, before))
}

/// What changes at a reset needs DEBUG_WRITE.
fn write_needs_scope(node: &Node) -> Outcome {
    let device = node.open()?;
    let feature = test_feature(&device)?;
    let before = get(&device, feature.uuid, feature.get_size)?;
    let payload = set_payload(feature.uuid, feature.set_version, &[0x11; 4]);
    for scope in [scope::CONFIGURATION, scope::DEBUG_READ_ONLY] {
        refused(send(&device, scope, SET_FEATURE, &payload, 0), EINVAL)?;
    }
    same(
        "value",
        get(&device, feature.uuid, feature.get_size)?,
        before,
    )
}

fn write_of_nothing(node: &Node) -> Outcome {
    let payload = set_payload(NO_FEATURE, 1, &[0; 4]);
    refused(
        send(
            &node.open()?,
            scope::DEBUG_WRITE_FULL,
            SET_FEATURE,
            &payload,
            0,
        ),
        EINVAL,
    )
}

/// Mailbox commands that are not about features.
const NEVER: &[(&str, u32)] = &[
    ("opcode 0", 0),
    ("Get Firmware Info", 0x200),
    ("Set Timestamp", 0x301),
    ("Get Log", 0x401),
    ("the opcode behind Set Feature", 0x503),
    ("Identify Memory Device", 0x4000),
    ("Sanitize", 0x4400),
    ("the last opcode", 0xffff),
];

fn never(node: &Node, opcode: u32) -> Outcome {
    let device = node.open()?;
    for scope in scope::ALL {
        refused(send(&device, scope, opcode, &[0; 32], 64), EINVAL)?;
    }
    Ok(())
}

/// A request that ends in its head, or says that it is longer than it is.
fn cut_short(node: &Node) -> Outcome {
    let device = node.open()?;
    let whole = request(GET_SUPPORTED_FEATURES, &list_payload(0, 0));
    let room = (LIST_HEAD + 8) as u32;
    for len in [0, 1, REQUEST_HEAD - 1, REQUEST_HEAD, whole.len() - 1] {
        let verdict = device.rpc(scope::CONFIGURATION, &whole[..len], room);
        refused(verdict, EINVAL)?;
    }
    Ok(())
}

/// What is tried on a device.
type Case = fn(&Node) -> Outcome;

const CASES: &[(&str, Case)] = &[
    ("INFO gives type CXL and no data", describes_itself),
    ("the parent is a memory device", below_memory_device),
    ("the features are listed", lists),
    ("the features are listed one by one", lists_one_by_one),
    ("a list without entries: their number", lists_nothing),
    ("a list from behind the last entry: EINVAL", behind_the_list),
    ("each feature is read", reads),
    ("the begin of each feature is read", reads_begin),
    (
        "a feature that does not exist: sent, with the device's return code",
        no_such_feature,
    ),
    ("reading no byte: EINVAL", nothing_read),
    ("no room for what is read: EINVAL", no_room),
    ("a feature is written, read back and written back", writes),
    (
        "writing below DEBUG_WRITE: EINVAL, and nothing changes",
        write_needs_scope,
    ),
    (
        "writing a feature that does not exist: EINVAL",
        write_of_nothing,
    ),
    ("a request that is cut short: EINVAL", cut_short),
];

fn main() -> ExitCode {
    program(|| {
        let node = &Node::cxl()?;
        let mut suite = Suite::default();
        for &(name, body) in CASES {
            suite.case(name, move || body(node));
        }
        for &(name, opcode) in NEVER {
            let name = format!("{name} at any scope: EINVAL");
            suite.case(name, move || never(node, opcode));
        }
        suite.run()
    })
}
