// SPDX-License-Identifier: GPL-2.0

//! Memory that never comes in holds up its own call, and nobody else.
//!
//! A process may give the kernel memory that another process has to fill first, and never does.
//! The device must stay usable, and the driver must be able to leave.

use std::process::ExitCode;

use harness::{
    child::killed_after,
    device::Device,
    errno::{
        Errno,
        EINVAL,
        ENODEV, //
    },
    expect::same,
    ktap::{
        program,
        Outcome,
        Suite, //
    },
    mock::{
        self,
        count, //
    },
    module::{
        self,
        MockComesBack, //
    },
    node::Node,
    sys::PAGE,
    uapi::{
        scope,
        Info,
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

/// A call that is stuck in the memory for its request, and a driver that wants to leave: what
/// others do meanwhile.
fn leaving(other: impl FnOnce(Device) -> Outcome) -> Outcome {
    let _restore = MockComesBack;
    let node = Node::mock()?;
    let (device, others) = (node.open()?, node.open()?);
    let absent = Absent::new()?;
    let rpc = Rpc::new(scope::CONFIGURATION, 8, absent.address(), 8, 0);
    let call = Task::start("the call", move || {
        device.ioctl_with(RPC, &rpc.encode()).map(drop)
    });
    absent.wait_for_access(PROMPT)?;
    let unload = Task::start("unloading", || module::unload(mock::MODULE));
    let begun = until("the end of the device in sysfs", PROMPT, || {
        (!node.exists()).then_some(())
    });
    let outcome = begun.and_then(|()| other(others));
    absent.appear()?;
    call.finish(PROMPT)?.ok();
    unload.finish(PROMPT)??;
    outcome
}

/// A call on another file, which has no device any more.
fn another_call(device: Device) -> Outcome {
    let call = Task::start("another's call", move || count(&device));
    same("another's call", call.finish(PROMPT)?, Err(ENODEV))
}

fn another_close(device: Device) -> Outcome {
    Task::start("another's close", move || drop(device)).finish(PROMPT)
}

/// A process that is killed in a call on another file.
fn another_is_killed(device: Device) -> Outcome {
    let death = killed_after(PROMPT / 20, || {
        let _ = count(&device);
    })?;
    death.finish(PROMPT)?.map(drop).map_err(Into::into)
}

/// Which memory of a call is absent, and how the call ends when the driver left meanwhile.
struct Stuck {
    name: &'static str,
    number: u32,
    argument: fn(present: u64, absent: u64) -> Vec<u8>,
    /// The argument itself is absent.
    whole: bool,
    verdict: Result<(), Errno>,
}

const STUCK: &[Stuck] = &[
    Stuck {
        name: "the argument",
        number: INFO,
        argument: |_, _| Vec::new(),
        whole: true,
        verdict: Err(EINVAL),
    },
    Stuck {
        name: "an RPC's request",
        number: RPC,
        argument: |present, absent| Rpc::new(scope::CONFIGURATION, 8, absent, 8, present).encode(),
        whole: false,
        verdict: Err(ENODEV),
    },
    Stuck {
        name: "an RPC's response",
        number: RPC,
        argument: |present, absent| Rpc::new(scope::CONFIGURATION, 8, present, 8, absent).encode(),
        whole: false,
        verdict: Ok(()),
    },
    Stuck {
        name: "INFO's data",
        number: INFO,
        argument: |_, absent| Info::new(8, absent).encode(),
        whole: false,
        verdict: Ok(()),
    },
];

/// Starts the call; with it stuck, uses the device otherwise, and lets the driver leave.
fn stuck(row: &'static Stuck) -> Outcome {
    let _restore = MockComesBack;
    let node = Node::mock()?;
    let device = node.open()?;
    let absent = Absent::new()?;
    let present = device.pages(PAGE)?;
    present.write(0, &mock::request(mock::ECHO, 0, &[]));
    let address = absent.address();

    let call = Task::start("the call", move || {
        if row.whole {
            return device.ioctl(row.number, address);
        }
        let argument = (row.argument)(present.at(0), address);
        device.ioctl_with(row.number, &argument).map(drop)
    });
    absent.wait_for_access(PROMPT)?;

    let other = Task::start("another's call", move || count(&node.open()?));
    let other = other.finish(PROMPT);
    let unload = Task::start("unloading", || module::unload(mock::MODULE));
    let left = unload.finish(PROMPT);
    let still_stuck = call.runs_for(PROMPT / 50);
    absent.appear()?;
    if left.is_err() {
        // For the sake of the next case: now it can.
        unload.finish(PROMPT)??;
    }

    same("another's count", other?, Ok(1))?;
    same("unloading", left?, Ok(()))?;
    same("stuck meanwhile", still_stuck, true)?;
    same("the call", call.finish(PROMPT)?, row.verdict)
}

fn main() -> ExitCode {
    program(|| {
        Node::mock()?;
        module::may_leave(mock::MODULE)?;
        Absent::new()?;
        let mut suite = Suite::default();
        for row in STUCK {
            let name = format!(
                "{} never comes: others go on, and the driver leaves",
                row.name
            );
            suite.case(name, || stuck(row));
        }
        suite.case("while the driver leaves, another's call: ENODEV", || {
            leaving(another_call)
        });
        suite.case("while the driver leaves, another's close is done", || {
            leaving(another_close)
        });
        suite.case("while the driver leaves, another can be killed", || {
            leaving(another_is_killed)
        });
        suite.run()
    })
}
