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
        NOP_REQUEST,
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
    sys::PAGE,
    uapi::{
        scope,
        Rpc,
        INFO,
        RPC, //
    },
    userfault::Absent,
    wait::{
        until,
        Task,
        PROMPT, //
    }, //
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

/// Which memory of an RPC never comes, and how the RPC ends when the driver left meanwhile.
struct Stuck {
    name: &'static str,
    rpc: fn(present: u64, absent: u64) -> Rpc,
    verdict: Result<(), Errno>,
}

const STUCK: &[Stuck] = &[
    Stuck {
        name: "request",
        rpc: |present, absent| Rpc::new(scope::DEBUG_READ_ONLY, HEAD, absent, HEAD, present),
        verdict: Err(ENODEV),
    },
    Stuck {
        name: "response",
        rpc: |present, absent| Rpc::new(scope::DEBUG_READ_ONLY, HEAD, present, HEAD, absent),
        verdict: Ok(()),
    },
];

/// The driver is unbound while a call waits for memory.
fn unbind_stuck(node: &Node, row: &Stuck) -> Outcome {
    let (name, driver) = auxiliary(&function(node)?)?;
    let device = node.open()?;
    let absent = Absent::new()?;
    let present = device.pages(PAGE)?;
    present.write(0, &NOP_REQUEST);
    let argument = (row.rpc)(present.at(0), absent.address()).encode();
    let call = Task::start("the call", move || {
        let verdict = device.ioctl_with(RPC, &argument).map(drop);
        drop(present);
        verdict
    });
    absent.wait_for_access(PROMPT)?;

    let others = node.clone();
    let other = Task::start("another's call", move || nop(&others.open()?));
    let other = other.finish(PROMPT);
    let (unbind, bound) = (driver.join("unbind"), name.clone());
    let unbind = Task::start("unbinding", move || fs::write(unbind, bound));
    let left = unbind.finish(PROMPT);
    let still_stuck = call.runs_for(PROMPT / 50);
    absent.appear()?;
    if left.is_err() {
        // For the sake of the next case: now it can.
        unbind.finish(PROMPT)??;
    }
    fs::write(driver.join("bind"), &name)?;

    same("another's NOP", other?, Ok(()))?;
    left??;
    same("stuck meanwhile", still_stuck, true)?;
    same("the call", call.finish(PROMPT)?, row.verdict)?;
    returns()
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
        for row in STUCK {
            let name = format!(
                "an RPC's {} never comes: others go on, and the driver is unbound",
                row.name
            );
            suite.case(name, || unbind_stuck(&Node::connectx()?, row));
        }
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
