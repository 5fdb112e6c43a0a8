// SPDX-License-Identifier: GPL-2.0

//! A driver may leave at any time: files stay open, and answer ENODEV.
//!
//! Unloads and loads the mock's module, and the core's.

use std::{
    env,
    fs,
    process::{
        self,
        ExitCode, //
    },
    time::Duration, //
};

use harness::{
    device::Device,
    errno::{
        Errno,
        E2BIG, //
        EAGAIN,
        EFAULT,
        EINVAL,
        ENODEV,
        ENOTTY,
        ENXIO,
    },
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
    mock::{
        self,
        count, //
    },
    module::{
        self,
        MockComesBack, //
    },
    node::Node,
    sys::{
        make_node,
        PAGE, //
    },
    uapi::{
        Info,
        Rpc,
        INFO,
        RPC,
        RPC_MAX, //
    },
    wait::{
        Task,
        PROMPT, //
    }, //
};

/// A file whose device has gone.
fn orphan() -> Result<Device, Stop> {
    let device = Node::mock()?.open()?;
    module::unload(mock::MODULE)?;
    Ok(device)
}

fn with_files_open() -> Outcome {
    let _restore = MockComesBack;
    let node = Node::mock()?;
    let (one, other) = (node.open()?, node.open()?);
    count(&one)?;
    module::unload(mock::MODULE)?;
    holds(!module::loaded(mock::MODULE), "the module is still there")?;
    holds(!node.exists(), "the device is still in sysfs")?;
    holds(!node.path().exists(), "the device is still in /dev")?;
    refused(count(&one), ENODEV)?;
    refused(count(&other), ENODEV)
}

/// An argument to a file whose device has gone.
struct Orphaned {
    name: &'static str,
    number: u32,
    argument: fn() -> Vec<u8>,
    verdict: Errno,
}

/// An INFO that says it has `size` bytes, and has a page.
fn info_of(size: u32) -> Vec<u8> {
    let mut info = Info::new(0, 0);
    info.size = size;
    let mut bytes = info.encode();
    bytes.resize(PAGE, 0);
    bytes
}

const ORPHANED: &[Orphaned] = &[
    Orphaned {
        name: "INFO: ENODEV",
        number: INFO,
        argument: || Info::new(0, 0).encode(),
        verdict: ENODEV,
    },
    Orphaned {
        name: "INFO with a flag: ENODEV",
        number: INFO,
        argument: || {
            let mut info = Info::new(0, 0);
            info.flags = 1;
            info.encode()
        },
        verdict: ENODEV,
    },
    Orphaned {
        name: "RPC at an unknown scope: ENODEV",
        number: RPC,
        argument: || Rpc::new(4, 8, 0, 8, 0).encode(),
        verdict: ENODEV,
    },
    Orphaned {
        name: "RPC too long: ENODEV",
        number: RPC,
        argument: || Rpc::new(0, RPC_MAX + 1, 0, 8, 0).encode(),
        verdict: ENODEV,
    },
    Orphaned {
        name: "unknown number: ENOTTY",
        number: 0x9a02,
        argument: || info_of(24),
        verdict: ENOTTY,
    },
    Orphaned {
        name: "structure too short: EINVAL",
        number: INFO,
        argument: || info_of(23),
        verdict: EINVAL,
    },
    Orphaned {
        name: "structure too long: E2BIG",
        number: INFO,
        argument: || info_of(PAGE as u32 + 1),
        verdict: E2BIG,
    },
    Orphaned {
        name: "structure unmapped: EFAULT",
        number: RPC,
        argument: || 32u32.to_ne_bytes().to_vec(),
        verdict: EFAULT,
    },
];

fn orphaned(row: &Orphaned) -> Outcome {
    let _restore = MockComesBack;
    let device = orphan()?;
    refused(
        device.ioctl_with(row.number, &(row.argument)()),
        row.verdict,
    )
}

/// A file of a driver that left does not work with the driver that came.
fn stays_an_orphan() -> Outcome {
    let _restore = MockComesBack;
    let device = orphan()?;
    module::load(mock::MODULE)?;
    let node = Node::mock()?;
    same("count of a new file", count(&node.open()?)?, 1)?;
    refused(count(&device), ENODEV)?;
    drop(device);
    same("count of another new file", count(&node.open()?)?, 1)
}

/// A driver that comes gets the lowest free number; that of a device with open files is not free.
fn number_is_kept() -> Outcome {
    let _restore = MockComesBack;
    module::unload(mock::MODULE)?;
    module::load(mock::MODULE)?;
    let lowest = Node::mock()?.numbers()?;
    let device = orphan()?;
    module::load(mock::MODULE)?;
    let next = Node::mock()?.numbers()?;
    holds(next > lowest, format!("{next:?} instead of {lowest:?}"))?;
    drop(device);
    module::unload(mock::MODULE)?;
    module::load(mock::MODULE)?;
    same("number after the close", Node::mock()?.numbers()?, lowest)
}

/// A node that somebody made in another place does not outlive the device.
fn stray_node() -> Outcome {
    let _restore = MockComesBack;
    let numbers = Node::mock()?.numbers()?;
    let path = env::temp_dir().join(format!("fwctl-{}", process::id()));
    make_node(&path.to_string_lossy(), numbers)?;
    let opened = || fs::File::open(&path).map(drop).map_err(Errno::from);
    let before = opened();
    module::unload(mock::MODULE)?;
    let after = opened();
    fs::remove_file(&path)?;
    same("before", before, Ok(()))?;
    same("after", after, Err(ENXIO))
}

/// Unregistering waits for the driver, and for nothing longer.
fn waits_for_a_call() -> Outcome {
    const TIME: Duration = Duration::from_millis(1000);
    let _restore = MockComesBack;
    let device = Node::mock()?.open()?;
    let same_file = device.duplicate()?;
    let sleep = Task::start("the RPC", move || {
        mock::send(&device, mock::SLEEP, TIME.as_millis() as u32, &[], 8)
    });
    holds(sleep.runs_for(TIME / 4), "the RPC does not take its time")?;
    let unload = Task::start("unloading", || module::unload(mock::MODULE));
    holds(unload.runs_for(TIME / 4), "unloading does not wait")?;
    // The device is on its way out: who calls now is not let in behind the one inside.
    refused(count(&same_file), ENODEV)?;
    same("the RPC", sleep.finish(PROMPT)?.map(|r| r.len), Ok(8))?;
    same("unloading", unload.finish(PROMPT)?, Ok(()))
}

/// The core is in use as long as a driver or an open file is there.
fn core_stays() -> Outcome {
    module::may_leave(module::CORE)?;
    let _restore = MockComesBack;
    let node = Node::mock()?;
    refused(module::unload(module::CORE), EAGAIN)?;
    let device = node.open()?;
    module::unload(mock::MODULE)?;
    if !Node::all().is_empty() {
        return skip("another driver is using the core");
    }
    refused(module::unload(module::CORE), EAGAIN)?;
    drop(device);
    same("unloading", module::unload(module::CORE), Ok(()))?;
    holds(!module::loaded(module::CORE), "the core is still there")?;
    module::load(mock::MODULE)?;
    same("count", count(&Node::mock()?.open()?)?, 1)
}

fn again_and_again() -> Outcome {
    let _restore = MockComesBack;
    for _ in 0..20 {
        let device = Node::mock()?.open()?;
        same("count", count(&device)?, 1)?;
        module::unload(mock::MODULE)?;
        refused(count(&device), ENODEV)?;
        module::load(mock::MODULE)?;
    }
    Ok(())
}

fn main() -> ExitCode {
    program(|| {
        Node::mock()?;
        module::may_leave(mock::MODULE)?;
        let mut suite = Suite::default();
        suite.case("the driver leaves while files are open", with_files_open);
        for row in ORPHANED {
            suite.case(format!("after that, {}", row.name), || orphaned(row));
        }
        suite.case(
            "an open file stays without a device when a new one comes",
            stays_an_orphan,
        );
        suite.case(
            "a device's number is kept until its files are closed",
            number_is_kept,
        );
        suite.case("a stray node of a device that left: ENXIO", stray_node);
        suite.case("leaving waits for the call that is in the driver", || {
            waits_for_a_call()
        });
        suite.case("the core stays while a driver or a file is there", || {
            core_stays()
        });
        suite.case("the driver leaves and comes 20 times", again_and_again);
        suite.run()
    })
}
