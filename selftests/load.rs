// SPDX-License-Identifier: GPL-2.0

//! Many use the mock at once, while its driver leaves and comes; die in the middle of it; and hold
//! more files than anybody should.

use std::{
    os::unix::net::UnixStream,
    process::ExitCode,
    sync::Arc,
    thread,
    time::Duration, //
};

use harness::{
    child::killed_after,
    device::Device,
    errno::{
        Errno,
        EAGAIN, //
        ENODEV,
        ENOENT,
        ENXIO,
    },
    expect::{
        holds,
        refused,
        same,
        same_bytes, //
    },
    ktap::{
        fail,
        program,
        Outcome,
        Stop,
        Suite, //
    },
    load::{
        during,
        Tally, //
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
    random::Random,
    sys::{
        allow_open_files,
        fork_process,
        leave,
        Fork, //
    },
    uapi::{
        device_type,
        scope, //
    },
    wait::{
        Task,
        PROMPT, //
    }, //
};

const USERS: u64 = 6;
/// They look for so many devices, of which there is one less.
const NAMES: u64 = 3;

/// Opens a device, if one is there, and calls it a few times.
fn usage(random: &mut Random, tally: &Tally) {
    let name = format!("fwctl{}", random.within(0..NAMES));
    let Some(device) = tally.note("open", Node { name }.open()) else {
        return thread::sleep(Duration::from_millis(1));
    };
    // Some go on when the device has left.
    for _ in 0..random.within(0..20) {
        match random.within(0..6) {
            0 => {
                if let Some(info) = tally.note("INFO", device.info(8)) {
                    tally.judge(same("type", info.device_type, device_type::MOCK));
                }
            }
            1 => {
                let time = random.within(1..5) as u32;
                tally.note(
                    "SLEEP",
                    mock::send(&device, mock::SLEEP, time, &[], mock::HEAD),
                );
            }
            2 => {
                let len = random.within(0..20_000) as u32;
                let sent = mock::send(&device, mock::GROW, len, &[], mock::HEAD + len);
                if let Some(response) = tally.note("GROW", sent) {
                    tally.judge(same("length", response.len, mock::HEAD + len));
                }
            }
            _ => {
                let data = vec![random.within(0..256) as u8; random.within(0..6000) as usize];
                let request = mock::request(mock::ECHO, 0, &data);
                let sent = device.rpc(scope::CONFIGURATION, &request, request.len() as u32);
                if let Some(response) = tally.note("ECHO", sent) {
                    let promised = mock::response(0, &data);
                    tally.judge(same_bytes("the echo", &response.memory, &promised));
                }
            }
        }
    }
}

/// The driver leaves, sometimes the core does, too, and both come back.
fn reload(random: &mut Random, core: &mut u32) -> Outcome {
    thread::sleep(Duration::from_millis(random.within(1..200)));
    module::unload(mock::MODULE)?;
    if random.within(0..2) == 0 {
        match module::unload(module::CORE) {
            Ok(()) => *core += 1,
            // A file is still open, or another driver uses it.
            Err(EAGAIN) => {}
            Err(errno) => return fail(format!("unloading the core: {errno}")),
        }
    }
    if !module::loaded(module::CORE) {
        module::load(module::CORE)?;
    }
    Ok(module::load_with(mock::MODULE, "devices=2")??)
}

fn leaves_and_comes() -> Outcome {
    let _restore = MockComesBack;
    let tally = Arc::new(Tally::default());
    let (mut times, mut core) = (0, 0);
    let ended = during(USERS, &tally, usage, |random| {
        times += 1;
        reload(random, &mut core)
    });
    println!("# driver reloaded: {times}, and the core: {core}");
    // Nobody closes a file at the end but the users, who are done.
    module::unload(mock::MODULE)?;
    tally.only(&[ENOENT, ENXIO, ENODEV])?;
    ended?;
    for what in ["open", "INFO", "SLEEP", "GROW", "ECHO"] {
        holds(tally.done(what) > 0, format!("no {what} succeeded"))?;
    }
    holds(times > 0, "the driver was never reloaded")
}

/// Threads of one process, all in the driver.
fn killed_in_calls() -> Outcome {
    const CALLS: usize = 8;
    let _restore = MockComesBack;
    let node = Node::mock()?;
    let death = killed_after(Duration::from_millis(500), || {
        let calls: Vec<_> = (0..CALLS)
            .filter_map(|_| node.open().ok())
            .map(|device| {
                Task::start("a call", move || {
                    mock::send(&device, mock::SLEEP, mock::SLEEP_MAX, &[], mock::HEAD)
                })
            })
            .collect();
        drop(calls);
    })?;
    death.finish(PROMPT)??;
    same("count of a new file", count(&node.open()?)?, 1)?;
    same("unloading", module::unload(mock::MODULE), Ok(()))
}

/// A file that another process has opened, which is gone.
fn inherited(node: &Node) -> Result<Device, Stop> {
    let (ours, theirs) = UnixStream::pair()?;
    let pid = match fork_process()? {
        Fork::Child => {
            let sent = node.open().and_then(|device| {
                count(&device)?;
                device.send(&theirs)
            });
            leave(sent.is_err().into())
        }
        Fork::Parent(pid) => pid,
    };
    drop(theirs);
    holds(pid.wait()?.success(), "the child could not send the file")?;
    Ok(Device::receive(&ours)?)
}

fn outlives_its_opener() -> Outcome {
    let device = inherited(&Node::mock()?)?;
    same("count, after the opener's one", count(&device)?, 2)
}

fn outlives_opener_and_driver() -> Outcome {
    let _restore = MockComesBack;
    let device = inherited(&Node::mock()?)?;
    module::unload(mock::MODULE)?;
    refused(count(&device), ENODEV)?;
    refused(device.info(8), ENODEV)
}

/// The only reference to a file is the message that it is sent with, which nobody ever reads.
fn never_arrives() -> Outcome {
    let _restore = MockComesBack;
    let (ours, theirs) = UnixStream::pair()?;
    Node::mock()?.open()?.send(&ours)?;
    module::unload(mock::MODULE)?;
    drop((ours, theirs));
    module::load(mock::MODULE)?;
    same("count", count(&Node::mock()?.open()?)?, 1)
}

const FILES: u64 = 10_000;

/// Opens many files, calls each, and ends the process with all of them open.
fn open_many(node: &Node) -> Result<(), Errno> {
    allow_open_files(FILES + 100)?;
    let mut files = Vec::new();
    for _ in 0..FILES {
        files.push(node.open()?);
    }
    for file in &files {
        file.info(8)?;
    }
    leave(0)
}

fn many_files() -> Outcome {
    let _restore = MockComesBack;
    let node = Node::mock()?;
    let pid = match fork_process()? {
        Fork::Child => {
            let errno = open_many(&node).err();
            leave(errno.map_or(0, |errno| errno.0));
        }
        Fork::Parent(pid) => pid,
    };
    let status = pid.wait()?;
    holds(
        status.success(),
        format!("the process with the files: {status}"),
    )?;
    same("count of a new file", count(&node.open()?)?, 1)?;
    // What is closed at the end of a process is closed before it is waited for.
    same("unloading", module::unload(mock::MODULE), Ok(()))?;
    module::may_leave(module::CORE)?;
    if !Node::all().is_empty() {
        return Ok(());
    }
    same("unloading the core", module::unload(module::CORE), Ok(()))
}

fn main() -> ExitCode {
    program(|| {
        Node::mock()?;
        module::may_leave(mock::MODULE)?;
        let mut suite = Suite::default();
        suite.case(
            "the driver leaves and comes while many use it: no call goes wrong",
            leaves_and_comes,
        );
        suite.case(
            "a process is killed with several calls in the driver: nothing is left",
            killed_in_calls,
        );
        suite.case(
            "a file that was sent outlives who opened it",
            outlives_its_opener,
        );
        suite.case(
            "a file that was sent outlives who opened it, and the driver: ENODEV",
            outlives_opener_and_driver,
        );
        suite.case(
            "a file that was sent and never received outlives the driver",
            never_arrives,
        );
        suite.case(
            format!("{FILES} files of a device are open, each works, and all are closed at once"),
            many_files,
        );
        suite.run()
    })
}
