// SPDX-License-Identifier: GPL-2.0

//! A ConnectX that vanishes, as if it had been pulled out, takes nothing else along.
//!
//! Its emulator ends while a command is under way: from then on the function reads as all ones.

use std::{
    fs,
    process::ExitCode,
    time::Duration, //
};

use harness::{
    connectx::function,
    device::Device,
    emulator::{
        nop,
        Emulator, //
    },
    errno::{
        Errno,
        ENODEV,
        ENOENT, //
    },
    expect::{
        holds,
        refused,
        same, //
    },
    ktap::{
        program,
        Outcome,
        Stop,
        Suite, //
    },
    node::Node,
    wait::{
        until,
        Task,
        PROMPT, //
    }, //
};

/// Longest time until mlx5_core, which looks every two seconds, has noticed that the device is gone,
/// and ended what was under way.
const NOTICES: Duration = Duration::from_secs(60);

/// The machine after the device's death.
struct Left {
    node: Node,
    /// Files that were open by then.
    file: Device,
    /// A command that was under way.
    call: Task<Result<u8, Errno>>,
    /// The other devices of the machine.
    others: Vec<Node>,
}

fn die() -> Result<Left, Stop> {
    let emulator = Emulator::attached()?;
    let node = emulator.node()?;
    let mut others = Node::connectxs()?;
    others.retain(|other| *other != node);
    let (file, device) = (node.open()?, node.open()?);
    emulator.lose("NOP")?;
    let call = Task::start("the call under way", move || nop(&device));
    until("the call", PROMPT, || {
        emulator.held().is_ok_and(|held| held == 1).then_some(())
    })?;
    emulator.die()?;
    Ok(Left {
        node,
        file,
        call,
        others,
    })
}

/// Which errors there are is mlx5_core's to choose.
fn ends(left: &Left) -> Outcome {
    let ended = left.call.finish(NOTICES)?;
    println!("# the call under way: {ended:?}");
    holds(ended.is_err(), format!("{ended:?}"))
}

fn no_command(left: &Left) -> Outcome {
    let (call, open) = (nop(&left.file), left.node.open().map(drop));
    println!("# another call: {call:?}, another open: {open:?}");
    holds(call.is_err(), "a call succeeded")?;
    holds(open.is_err(), "an open succeeded")
}

/// Files are closed, though there is no firmware to tell of it.
fn closes(left: &Left) -> Outcome {
    let file = left.file.duplicate()?;
    Task::start("the close", move || drop(file)).finish(PROMPT)
}

fn others_go_on(left: &Left) -> Outcome {
    for other in &left.others {
        same("a NOP of another device", nop(&other.open()?), Ok(0))?;
    }
    Ok(())
}

fn is_removed(left: &Left) -> Outcome {
    let remove = function(&left.node)?.join("remove");
    let removal = Task::start("the removal", move || {
        fs::write(remove, "1").map_err(Errno::from)
    });
    same("the removal", removal.finish(NOTICES)?, Ok(()))?;
    holds(!left.node.exists(), "the device is still in sysfs")?;
    refused(nop(&left.file), ENODEV)?;
    refused(left.file.info(8), ENODEV)?;
    refused(left.node.open().map(drop), ENOENT)?;
    fs::write("/sys/bus/pci/rescan", "1")?;
    same("devices", Node::connectxs()?, left.others.clone())
}

fn main() -> ExitCode {
    program(|| {
        let left = &die()?;
        let mut suite = Suite::default();
        suite.case("the call under way ends", || ends(left));
        suite.case("no command is accepted any more", || no_command(left));
        suite.case("files are closed", || closes(left));
        suite.case("other devices go on", || others_go_on(left));
        suite.case("the function is removed, and open files: ENODEV", || {
            is_removed(left)
        });
        suite.case("other devices go on after that", || others_go_on(left));
        suite.run()
    })
}
