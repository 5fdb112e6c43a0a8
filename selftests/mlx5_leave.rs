// SPDX-License-Identifier: GPL-2.0

//! A ConnectX, its driver or its module may leave while files are open, and come back.

use std::{
    fs,
    process::ExitCode, //
};

use harness::{
    connectx::{
        self,
        auxiliary,
        command,
        function,
        HEAD,
        NOP,
        PROBE, //
    },
    device::Device,
    errno::{
        Errno,
        EINVAL,
        ENODEV, //
    },
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
    module,
    node::Node,
    uapi::{
        scope,
        INFO, //
    },
    wait::until, //
};

fn nop(device: &Device) -> Result<(), Errno> {
    let message = command(NOP, 0, &[0; 8]);
    device.rpc(scope::DEBUG_READ_ONLY, &message, HEAD).map(drop)
}

/// A file whose device has gone answers with ENODEV, after its arguments are found to be in order.
fn is_orphan(device: &Device) -> Outcome {
    refused(nop(device), ENODEV)?;
    refused(device.info(8), ENODEV)?;
    refused(device.ioctl_with(INFO, &[0; 24]), EINVAL)
}

/// Waits until a ConnectX is there, and works.
fn returns() -> Outcome {
    let node = until("the return of the device", PROBE, || Node::connectx().ok())?;
    same("a NOP of a new file", nop(&node.open()?), Ok(()))
}

fn unbind(node: &Node) -> Outcome {
    let (name, driver) = auxiliary(&function(node)?)?;
    let (one, other) = (node.open()?, node.open()?);
    fs::write(driver.join("unbind"), &name)?;
    let gone = !node.exists();
    let (first, second) = (is_orphan(&one), is_orphan(&other));
    drop(one);
    fs::write(driver.join("bind"), &name)?;
    holds(gone, "the device is still in sysfs")?;
    first?;
    second?;
    returns()?;
    is_orphan(&other)
}

fn unload(node: &Node) -> Outcome {
    module::may_leave(connectx::MODULE)?;
    let device = node.open()?;
    module::unload(connectx::MODULE)?;
    let gone = !node.exists();
    let orphan = is_orphan(&device);
    module::load(connectx::MODULE)?;
    holds(gone, "the device is still in sysfs")?;
    orphan?;
    returns()
}

fn remove(node: &Node) -> Outcome {
    let function = function(node)?;
    let device = node.open()?;
    fs::write(function.join("remove"), "1")?;
    let gone = !node.exists();
    let orphan = is_orphan(&device);
    fs::write("/sys/bus/pci/rescan", "1")?;
    holds(gone, "the device is still in sysfs")?;
    orphan?;
    returns()?;
    is_orphan(&device)
}

/// A case starts with a working device, whatever name it has by now.
fn with_device(body: fn(&Node) -> Outcome) -> Outcome {
    body(&Node::connectx()?)
}

fn main() -> ExitCode {
    program(|| {
        Node::connectx()?;
        let mut suite = Suite::default();
        suite.case(
            "the driver is unbound with files open, and bound again",
            || with_device(unbind),
        );
        suite.case(
            "the module is unloaded with a file open, and loaded again",
            || with_device(unload),
        );
        suite.case(
            "the PCI function is removed with a file open, and found again",
            || with_device(remove),
        );
        suite.run()
    })
}
