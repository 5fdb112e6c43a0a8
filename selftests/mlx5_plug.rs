// SPDX-License-Identifier: GPL-2.0

//! A ConnectX that is plugged into the running machine gets its device.
//!
//! Whoever runs the machine plugs it in (`kit/vm --plug`), as soon as this program says so.

use std::{
    env,
    fs,
    process::ExitCode, //
};

use harness::{
    connectx::{
        function,
        node_of,
        PROBE, //
    },
    emulator::nop,
    errno::ENODEV,
    expect::{
        refused,
        same, //
    },
    ktap::{
        program,
        skip,
        Outcome,
        Suite, //
    },
    node::Node,
    wait::until, //
};

fn plugged_in() -> Outcome {
    let before = Node::all();
    println!("# plug in");
    let node = until("a new device", PROBE, || {
        let mut nodes = Node::all().into_iter();
        nodes.find(|node| node.path().exists() && !before.contains(node))
    })?;
    let device = node.open()?;
    same("status of a NOP", nop(&device), Ok(0))?;

    // And it leaves, and comes, like the others.
    let function = function(&node)?;
    fs::write(function.join("remove"), "1")?;
    refused(nop(&device), ENODEV)?;
    fs::write("/sys/bus/pci/rescan", "1")?;
    same("status of a NOP", nop(&node_of(&function)?.open()?), Ok(0))
}

fn main() -> ExitCode {
    program(|| {
        if env::var_os("FWCTL_PLUG").is_none() {
            return skip("nobody plugs a device in");
        }
        let mut suite = Suite::default();
        suite.case("a device is plugged into the running machine", plugged_in);
        suite.run()
    })
}
