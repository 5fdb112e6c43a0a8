// SPDX-License-Identifier: GPL-2.0

//! Closing a file may take the firmware long. That is the matter of whoever closes it, and nobody
//! else's.
//!
//! The driver is `modules/fwctl_contrary.c`, whose contexts take as long to close as they were told.

use std::{
    process::ExitCode,
    thread,
    time::Duration, //
};

use harness::{
    child::killed_after,
    contrary::{
        self,
        Contrary,
        HEAD, //
    },
    device::Device,
    ktap::{
        program,
        Outcome,
        Stop,
        Suite, //
    },
    node::Node,
    wait::{
        Task,
        PROMPT, //
    }, //
};

/// How long it takes to close a slow file.
const SLOW: Duration = Duration::from_secs(3);
/// Longest that anything else takes.
const SOON: Duration = Duration::from_millis(1500);
/// After that whoever is to be in the way is in the way.
const BEGUN: Duration = Duration::from_millis(300);

/// A file that takes long to close.
fn slow(node: &Node) -> Result<Device, Stop> {
    let device = node.open()?;
    contrary::send(&device, HEAD, HEAD, SLOW, HEAD)?;
    Ok(device)
}

/// Runs `body` while a file is being closed, and waits for that to end. It gets another open file.
fn during_a_close(body: impl FnOnce(&Node, Device) -> Outcome) -> Outcome {
    let contrary = Contrary::load("")??;
    let node = contrary.node()?;
    let (device, other) = (slow(&node)?, node.open()?);
    let close = Task::start("the close", move || drop(device));
    thread::sleep(BEGUN);
    let outcome = body(&node, other);
    close.finish(SLOW + PROMPT)?;
    outcome
}

/// What another may do meanwhile.
type Deed = fn(&Node, Device) -> Outcome;

fn open(node: &Node, _: Device) -> Outcome {
    Ok(node.open().map(drop)?)
}

fn close(_: &Node, other: Device) -> Outcome {
    drop(other);
    Ok(())
}

const DEEDS: &[(&str, Deed)] = &[("an open", open), ("another's close", close)];

fn goes_on(node: &Node, other: Device, name: &'static str, deed: Deed) -> Outcome {
    let node = node.clone();
    let task = Task::start(name, move || deed(&node, other));
    let done = task.finish(SOON);
    if done.is_err() {
        // For the sake of the next case: it ends when the close has.
        task.finish(SLOW + PROMPT)??;
    }
    done?
}

/// Two files are closed in the time of one.
fn at_once() -> Outcome {
    let contrary = Contrary::load("")??;
    let node = contrary.node()?;
    let closes = [slow(&node)?, slow(&node)?]
        .map(|device| Task::start("the second close", move || drop(device)));
    thread::sleep(SLOW);
    let late: Vec<_> = closes.iter().map(|close| close.finish(SOON)).collect();
    for (close, late) in closes.iter().zip(&late) {
        if late.is_err() {
            close.finish(SLOW + PROMPT)?;
        }
    }
    late.into_iter().collect()
}

/// Whoever is killed on the way to the device does not wait for somebody else's close.
fn killed(node: &Node, _: Device) -> Outcome {
    let death = killed_after(BEGUN, || drop(node.open()))?;
    let died = death.finish(SOON);
    if died.is_err() {
        death.finish(SLOW + PROMPT)??;
    }
    died.map(drop)
}

fn main() -> ExitCode {
    program(|| {
        drop(Contrary::load("")?);
        let mut suite = Suite::default();
        for &(name, deed) in DEEDS {
            suite.case(format!("{name} goes on during a slow close"), move || {
                during_a_close(|node, other| goes_on(node, other, name, deed))
            });
        }
        suite.case("two slow closes take the time of one", at_once);
        suite.case(
            "a process killed in open() dies during a slow close",
            || during_a_close(killed),
        );
        suite.run()
    })
}
