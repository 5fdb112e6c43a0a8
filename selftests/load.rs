// SPDX-License-Identifier: GPL-2.0

//! Many use the mock at once, while its driver leaves and comes; die in the middle of it; and send
//! files to each other.

use std::{
    os::unix::net::UnixStream,
    process::ExitCode,
    sync::Arc,
    thread,
    time::{
        Duration,
        Instant, //
    }, //
};

use harness::{
    child::killed_after,
    device::{
        Description,
        Device,
        Response, //
    },
    errno::{
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

/// Opens a device, if one is there, and calls it a few times.
fn usage(random: &mut Random, tally: &Tally) {
    let nodes = Node::mocks();
    if nodes.is_empty() {
        return thread::sleep(Duration::from_millis(1));
    }
    let Some(device) = tally.note("open", nodes[random.below(nodes.len())].open()) else {
        return;
    };
    for _ in 0..random.below(20) {
        // Some go on when the driver has left.
        if !call(random, tally, &device) && random.below(4) > 0 {
            break;
        }
    }
}

/// Calls the device in one way or the other. Says whether it answered.
fn call(random: &mut Random, tally: &Tally, device: &Device) -> bool {
    match random.below(6) {
        0 => {
            let info = tally.note("INFO", device.info(8));
            let check = |info: &Description| same("type", info.device_type, device_type::MOCK);
            tally.judge(info.as_ref().map_or(Ok(()), check));
            info.is_some()
        }
        1 => {
            let time = 1 + random.below(4) as u32;
            let sent = mock::send(device, mock::SLEEP, time, &[], mock::HEAD);
            tally.note("SLEEP", sent).is_some()
        }
        2 => {
            let len = random.below(20_000) as u32;
            let sent = mock::send(device, mock::GROW, len, &[], mock::HEAD + len);
            let response = tally.note("GROW", sent);
            let check = |response: &Response| same("length", response.len, mock::HEAD + len);
            tally.judge(response.as_ref().map_or(Ok(()), check));
            response.is_some()
        }
        _ => {
            let data = vec![random.below(256) as u8; random.below(6000)];
            let request = mock::request(mock::ECHO, 0, &data);
            let sent = device.rpc(scope::CONFIGURATION, &request, request.len() as u32);
            let response = tally.note("ECHO", sent);
            let promised = mock::response(0, &data);
            let check = |response: &Response| same_bytes("the echo", &response.memory, &promised);
            tally.judge(response.as_ref().map_or(Ok(()), check));
            response.is_some()
        }
    }
}

/// The driver leaves, sometimes the core does, too, and both come back. Gives whether the core did.
fn reload(random: &mut Random) -> Result<bool, Stop> {
    module::unload(mock::MODULE)?;
    let mut left = false;
    for _ in 0..random.below(100) {
        match module::unload(module::CORE) {
            Ok(()) => {
                left = true;
                break;
            }
            // A file is still open, or another driver uses it.
            Err(EAGAIN) => thread::sleep(Duration::from_millis(1)),
            Err(errno) => return fail(format!("unloading the core: {errno}")),
        }
    }
    module::load_with(mock::MODULE, "devices=2")??;
    Ok(left)
}

fn leaves_and_comes() -> Outcome {
    let _restore = MockComesBack;
    let tally = Arc::new(Tally::default());
    let (mut times, mut core) = (0, 0);
    let mut took = Duration::ZERO;
    let ended = during(USERS, &tally, usage, |random| {
        // It is there about half of the time.
        thread::sleep(took * random.below(20) as u32 / 10);
        let start = Instant::now();
        core += u32::from(reload(random)?);
        times += 1;
        took = start.elapsed();
        Ok(())
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
        suite.run()
    })
}
