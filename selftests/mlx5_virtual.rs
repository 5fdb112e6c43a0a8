// SPDX-License-Identifier: GPL-2.0

//! A virtual function has a device, too.
//!
//! The function to test is made one in mlx5_core's eyes: it is bound again, by an entry of the
//! table of PCI ids that says so.

use std::{
    fs,
    path::Path,
    process::ExitCode, //
};

use harness::{
    connectx::{
        function,
        function_name,
        PROBE, //
    },
    expect::same,
    kernel_log::KernelLog,
    ktap::{
        program,
        Outcome,
        Stop,
        Suite, //
    },
    node::Node,
    uapi::device_type,
    wait::until, //
};

const DRIVER: &str = "/sys/bus/pci/drivers/mlx5_core";
/// `MLX5_PCI_DEV_IS_VF`.
const IS_VIRTUAL: u32 = 1;

/// What a driver is told about its devices by way of `file`.
fn tell(file: &str, text: &str) -> Outcome {
    Ok(fs::write(Path::new(DRIVER).join(file), text)?)
}

/// The function's vendor and device, as the table has them.
fn identity(node: &Node) -> Result<String, Stop> {
    let function = function(node)?;
    let read = |file| fs::read_to_string(function.join(file));
    Ok(format!(
        "{} {}",
        read("vendor")?.trim(),
        read("device")?.trim()
    ))
}

/// Waits for the device of a function that is being bound. Gives its type, and whether mlx5_core has
/// looked at the function's slot, which it does for physical functions.
fn probed(log: &mut KernelLog) -> Result<(u32, bool), Stop> {
    let node = until("its device", PROBE, || Node::connectx().ok())?;
    let device_type = node.open()?.device_type()?;
    let lines = log.lines();
    let physical = lines.iter().any(|line| line.contains("PCIe bandwidth"));
    Ok((device_type, physical))
}

fn has_a_device(node: &Node) -> Outcome {
    let (name, identity) = (function_name(node)?, identity(node)?);
    let any = u32::MAX;
    let entry = format!("{identity} {any:x} {any:x} 0 0 {IS_VIRTUAL}");
    let mut log = KernelLog::from_now()?;

    tell("unbind", &name)?;
    let as_virtual = tell("new_id", &entry).and_then(|()| probed(&mut log));
    tell("remove_id", &identity)?;
    tell("unbind", &name)?;
    tell("bind", &name)?;
    let as_before = probed(&mut log)?;

    same(
        "type, and physical",
        as_virtual?,
        (device_type::MLX5, false),
    )?;
    same("the same, before", as_before, (device_type::MLX5, true))
}

fn main() -> ExitCode {
    program(|| {
        let node = &Node::connectx()?;
        let mut suite = Suite::default();
        suite.case("a virtual function has a device", || has_a_device(node));
        suite.run()
    })
}
