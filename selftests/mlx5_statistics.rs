// SPDX-License-Identifier: GPL-2.0

//! What mlx5_core records about a command of user space that failed, it records about that command.
//!
//! The answer may be as long as the request, or shorter: a driver is then tempted to let it take the
//! request's place, from which mlx5_core reads afterwards what the command was.

use std::{
    fs,
    path::PathBuf,
    process::ExitCode, //
};

use harness::{
    connectx::{
        command,
        function_name,
        register,
        status,
        ACCESS_REG,
        HEAD, //
    },
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
    uapi::scope, //
};

const READ: u16 = 1;
/// A register that no device has.
const NO_REGISTER: u16 = 0xffff;
/// Length of what is sent.
const REQUEST: u32 = HEAD + 64;
/// Room for the answer: shorter than the request, as long, and longer.
const ROOMS: [(&str, u32); 3] = [
    ("a shorter answer", REQUEST - 4),
    ("an answer as long", REQUEST),
    ("a longer answer", REQUEST + 4),
];

/// Sends a command that the firmware refuses.
fn send(node: &Node, room: u32) -> Outcome {
    let message = command(ACCESS_REG, READ, &register(NO_REGISTER, 64));
    let response = node.open()?.rpc(scope::DEBUG_READ_ONLY, &message, room)?;
    holds(status(&response.memory) != 0, "the firmware carried it out")
}

/// Where mlx5_core counts this command.
fn statistics(node: &Node) -> Result<PathBuf, Stop> {
    let directory = PathBuf::from("/sys/kernel/debug/mlx5")
        .join(function_name(node)?)
        .join("commands/ACCESS_REG");
    match directory.exists() {
        true => Ok(directory),
        false => skip("no statistics in debugfs"),
    }
}

fn failures(node: &Node) -> Result<u64, Stop> {
    let text = fs::read_to_string(statistics(node)?.join("failed"))?;
    match text.trim().parse() {
        Ok(count) => Ok(count),
        Err(_) => fail(format!("`failed` holds {text:?}")),
    }
}

fn counted(node: &Node, room: u32) -> Outcome {
    let before = failures(node)?;
    send(node, room)?;
    same("failures counted", failures(node)? - before, 1)
}

const EVENT: &str = "/sys/kernel/tracing/events/mlx5/mlx5_cmd/enable";
const TRACE: &str = "/sys/kernel/tracing/trace";

fn traced(node: &Node, room: u32) -> Outcome {
    if !PathBuf::from(EVENT).exists() {
        return skip("mlx5_core is not traced");
    }
    fs::write(TRACE, "")?;
    fs::write(EVENT, "1")?;
    let sent = send(node, room);
    fs::write(EVENT, "0")?;
    sent?;
    let trace = fs::read_to_string(TRACE)?;
    let commands: Vec<_> = trace
        .lines()
        .filter_map(|line| line.split_once("mlx5_cmd: "))
        .filter_map(|(_, event)| event.split_once(" failed"))
        .map(|(command, _)| command)
        .collect();
    same("commands", commands, vec!["ACCESS_REG(0x805) op_mod(0x1)"])
}

fn main() -> ExitCode {
    program(|| {
        let node = &Node::connectx()?;
        statistics(node)?;
        let mut suite = Suite::default();
        for (name, room) in ROOMS {
            let counts = format!("a failure with room for {name} counts as the command's");
            suite.case(counts, move || counted(node, room));
            let traces = format!("a failure with room for {name} is traced as the command's");
            suite.case(traces, move || traced(node, room));
        }
        suite.run()
    })
}
