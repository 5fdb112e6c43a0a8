// SPDX-License-Identifier: GPL-2.0

//! Each open() makes a context of its own; what shares the open file shares the context.

use std::{
    collections::HashSet,
    fs::OpenOptions,
    process::ExitCode, //
};

use harness::{
    child::in_child,
    errno::EBADF,
    expect::{
        holds,
        refused,
        same, //
    },
    ktap::{
        program,
        Outcome,
        Suite, //
    },
    mock::{
        self,
        context,
        count, //
    },
    node::Node,
    sys::allow_open_files,
    uapi::scope, //
};

/// More than a process may open unless it asks.
const MANY: u64 = 2000;

fn own_context(node: &Node) -> Outcome {
    let (one, other) = (node.open()?, node.open()?);
    let (first, second) = (context(&one)?, context(&other)?);
    holds(first != 0 && second > first, format!("{first}, {second}"))?;
    same("the first one, asked again", context(&one)?, first)
}

fn own_count(node: &Node) -> Outcome {
    let (one, other) = (node.open()?, node.open()?);
    for expected in 1..=3 {
        same("count of the first", count(&one)?, expected)?;
    }
    same("count of the second", count(&other)?, 1)?;
    same("count of the first", count(&one)?, 4)
}

/// What the driver never saw is not counted.
fn counts_what_was_sent(node: &Node) -> Outcome {
    let device = node.open()?;
    let refused = mock::request(u32::MAX, 0, &[]);
    holds(
        device.rpc(scope::CONFIGURATION, &refused, 8).is_err(),
        "an unknown opcode was sent",
    )?;
    mock::send(&device, mock::ECHO, 0, &[], 8)?;
    same("count", count(&device)?, 2)
}

fn ends_with_the_file(node: &Node) -> Outcome {
    let first = context(&node.open()?)?;
    let next = node.open()?;
    holds(context(&next)? > first, "the number is used again")?;
    same("count", count(&next)?, 1)
}

fn duplicate(node: &Node) -> Outcome {
    let device = node.open()?;
    let copy = device.duplicate()?;
    same("context of the copy", context(&copy)?, context(&device)?)?;
    same("count through the file", count(&device)?, 1)?;
    same("count through the copy", count(&copy)?, 2)?;
    drop(device);
    same("count when the file is closed", count(&copy)?, 3)
}

fn fork(node: &Node) -> Outcome {
    let device = node.open()?;
    let ours = context(&device)?;
    same("count of the parent", count(&device)?, 1)?;
    in_child(|| {
        same("context of the child", context(&device)?, ours)?;
        same("count of the child", count(&device)?, 2)
    })?;
    same("count of the parent after the child", count(&device)?, 3)
}

/// Whatever the mode: a known client opens for reading only, and Linux lets it send.
fn mode(node: &Node, read: bool, write: bool) -> Outcome {
    let device = node.open_with(OpenOptions::new().read(read).write(write))?;
    mock::send(&device, mock::ECHO, 0, &[], mock::HEAD)?;
    holds(context(&device)? != 0, "no context")
}

/// A file opened as a mere place in the file system does not reach the device.
fn path_only(node: &Node) -> Outcome {
    use std::os::unix::fs::OpenOptionsExt;
    const PATH: i32 = 0o10_000_000;
    let device = node.open_with(OpenOptions::new().read(true).custom_flags(PATH))?;
    refused(device.info(0), EBADF)
}

fn many(node: &Node) -> Outcome {
    in_child(|| {
        allow_open_files(MANY + 100)?;
        let mut devices = Vec::new();
        let mut contexts = HashSet::new();
        for _ in 0..MANY {
            let device = node.open()?;
            contexts.insert(context(&device)?);
            devices.push(device);
        }
        same("number of contexts", contexts.len(), devices.len())?;
        for device in &devices {
            same("count", count(device)?, 1)?;
        }
        Ok(())
    })?;
    same("count after all are closed", count(&node.open()?)?, 1)
}

fn main() -> ExitCode {
    program(|| {
        let node = &Node::mock()?;
        let mut suite = Suite::default();
        suite.case("two files have different contexts", || own_context(node));
        suite.case("two files count for themselves", || own_count(node));
        suite.case("a refused request is not counted", || {
            counts_what_was_sent(node)
        });
        suite.case(
            "a context ends with its file and is never used again",
            || ends_with_the_file(node),
        );
        suite.case("dup shares the context, until the last is closed", || {
            duplicate(node)
        });
        suite.case("fork shares the context", || fork(node));
        suite.case("a file opened for reading may send", || {
            mode(node, true, false)
        });
        suite.case("a file opened for writing may send", || {
            mode(node, false, true)
        });
        suite.case("a file opened by O_PATH may not send: EBADF", || {
            path_only(node)
        });
        suite.case(format!("{MANY} files have {MANY} contexts"), || many(node));
        suite.run()
    })
}
