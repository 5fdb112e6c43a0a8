// SPDX-License-Identifier: GPL-2.0

//! Where the firmware gives tools no rights, an administrator learns it before tools fail.

use std::{
    fs,
    process::ExitCode, //
};

use harness::{
    connectx::{
        auxiliary,
        function,
        node_of,
        TOOLS_RESOURCES, //
    },
    expect::same,
    kernel_log::KernelLog,
    ktap::{
        program,
        skip,
        Outcome,
        Stop,
        Suite, //
    },
    node::Node,
    uapi::device_type, //
};

/// Whether the firmware gives a context the right to the tools' resources.
fn has_right(node: &Node) -> Result<bool, Stop> {
    let data = node.open()?.info(8)?.data;
    let mut caps = [0; 4];
    caps.copy_from_slice(&data[4..8]);
    Ok(u32::from_ne_bytes(caps) & TOOLS_RESOURCES != 0)
}

/// Binds the driver anew, and looks for its line.
fn lines(node: &Node) -> Result<usize, Stop> {
    let function = function(node)?;
    let (auxiliary, driver) = auxiliary(&function)?;
    let mut log = KernelLog::from_now()?;
    fs::write(driver.join("unbind"), &auxiliary)?;
    fs::write(driver.join("bind"), &auxiliary)?;
    node_of(&function)?;
    let told = |line: &&String| line.contains(&auxiliary) && line.contains("no right");
    Ok(log.lines().iter().filter(told).count())
}

fn with_right(wanted: bool) -> Result<Node, Stop> {
    for node in Node::all() {
        let device = node.open()?.device_type()?;
        if device == device_type::MLX5 && has_right(&node)? == wanted {
            return Ok(node);
        }
    }
    skip("no such ConnectX")
}

fn told() -> Outcome {
    same("lines", lines(&with_right(false)?)?, 1)
}

fn silent() -> Outcome {
    same("lines", lines(&with_right(true)?)?, 0)
}

fn main() -> ExitCode {
    program(|| {
        Node::connectx()?;
        let mut suite = Suite::default();
        suite.case("a firmware without rights for tools is in the log", told);
        suite.case("one with them needs no line", silent);
        suite.run()
    })
}
