// SPDX-License-Identifier: GPL-2.0

//! Many use a ConnectX at once, while its driver is unbound, its module unloaded and its PCI
//! function removed, and all come back.

use std::{
    fs,
    path::Path,
    process::ExitCode,
    sync::Arc,
    thread,
    time::{
        Duration,
        Instant, //
    }, //
};

use harness::{
    connectx::{
        self,
        auxiliary,
        command,
        find,
        function,
        node_of,
        status,
        QUERY_HCA_CAP, //
    },
    device::{
        Description,
        Device,
        Response, //
    },
    emulator::nop,
    errno::{
        ENODEV,
        ENOENT,
        ENXIO, //
    },
    expect::{
        holds,
        same, //
    },
    ktap::{
        program,
        Outcome,
        Suite, //
    },
    load::{
        during,
        Tally, //
    },
    module,
    node::Node,
    random::Random,
    uapi::{
        device_type,
        scope, //
    }, //
};

const USERS: u64 = 6;
/// Length of the answer to [`QUERY_HCA_CAP`].
const CAPABILITIES: u32 = 4112;

/// Opens the device, if it is there, and sends it a few commands.
fn usage(random: &mut Random, tally: &Tally, function: &Path) {
    let Some(node) = find(function) else {
        return thread::sleep(Duration::from_millis(1));
    };
    let Some(device) = tally.note("open", node.open()) else {
        return;
    };
    for _ in 0..random.below(10) {
        // Some go on when the driver has left.
        if !call(random, tally, &device) && random.below(4) > 0 {
            break;
        }
    }
}

/// Calls the device in one way or the other. Says whether it answered.
fn call(random: &mut Random, tally: &Tally, device: &Device) -> bool {
    match random.below(3) {
        0 => {
            let info = tally.note("INFO", device.info(8));
            let check = |info: &Description| same("type", info.device_type, device_type::MLX5);
            tally.judge(info.as_ref().map_or(Ok(()), check));
            info.is_some()
        }
        1 => {
            let status = tally.note("NOP", nop(device));
            tally.judge(same("status of a NOP", status.unwrap_or(0), 0));
            status.is_some()
        }
        _ => {
            let query = command(QUERY_HCA_CAP, 0, &[0; 8]);
            let sent = device.rpc(scope::CONFIGURATION, &query, CAPABILITIES);
            let response = tally.note("QUERY_HCA_CAP", sent);
            let check = |response: &Response| {
                same("status of a query", status(&response.memory), 0)?;
                let told = response.memory[16..].iter().any(|byte| *byte != 0);
                holds(told, "a query is answered with zeros")
            };
            tally.judge(response.as_ref().map_or(Ok(()), check));
            response.is_some()
        }
    }
}

/// What may happen to a device, from which it has to come back.
type Event = (&'static str, fn(&Path) -> Outcome);

const EVENTS: &[Event] = &[
    ("unbound", |function| {
        let (name, driver) = auxiliary(function)?;
        fs::write(driver.join("unbind"), &name)?;
        Ok(fs::write(driver.join("bind"), &name)?)
    }),
    ("unloaded", |_| {
        module::unload(connectx::MODULE)?;
        module::load(connectx::MODULE)
    }),
    ("removed", |function| {
        fs::write(function.join("remove"), "1")?;
        Ok(fs::write("/sys/bus/pci/rescan", "1")?)
    }),
];

/// All of that happens in turn, until the time is over.
fn leaves_and_comes(node: &Node) -> Outcome {
    let function = &function(node)?;
    let tally = Arc::new(Tally::default());
    let mut times = [0; EVENTS.len()];
    let mut turns = (0..EVENTS.len()).cycle();
    let mut took = Duration::ZERO;
    let used = function.clone();
    let usage = move |random: &mut Random, tally: &Tally| usage(random, tally, &used);
    let ended = during(USERS, &tally, usage, |random| {
        // It is there about half of the time.
        thread::sleep(took * random.below(20) as u32 / 10);
        let start = Instant::now();
        let turn = turns.next().unwrap_or_default();
        EVENTS[turn].1(function)?;
        times[turn] += 1;
        node_of(function)?;
        took = start.elapsed();
        Ok(())
    });
    for ((name, _), times) in EVENTS.iter().zip(times) {
        println!("# {name}: {times}");
    }
    tally.only(&[ENOENT, ENXIO, ENODEV])?;
    ended?;
    for what in ["open", "INFO", "NOP", "QUERY_HCA_CAP"] {
        holds(tally.done(what) > 0, format!("no {what} succeeded"))?;
    }
    same("a NOP of a new file", nop(&node_of(function)?.open()?)?, 0)
}

fn main() -> ExitCode {
    program(|| {
        let node = Node::connectx()?;
        module::may_leave(connectx::MODULE)?;
        let mut suite = Suite::default();
        suite.case(
            "the driver and the function leave and come while many use them: no call goes wrong",
            || leaves_and_comes(&node),
        );
        suite.run()
    })
}
