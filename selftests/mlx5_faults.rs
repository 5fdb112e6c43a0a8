// SPDX-License-Identifier: GPL-2.0

//! Firmware that answers late, or never, or refuses what it should not, is the matter of whoever
//! asked it, and of nobody else.
//!
//! mlx5_core waits for an answer whatever signals come, and gives up after a time, which the
//! firmware can make shorter than a minute.

use std::{
    fs,
    process::ExitCode,
    time::{
        Duration,
        Instant, //
    }, //
};

use harness::{
    child::killed_when,
    connectx::{
        auxiliary,
        function,
        node_of, //
    },
    device::Device,
    emulator::{
        nop,
        Calm,
        Emulator, //
    },
    errno::{
        Errno,
        EAGAIN,
        EBUSY,
        EINVAL,
        EIO,
        ENODEV,
        ENOMEM,
        ETIMEDOUT, //
    },
    expect::{
        holds,
        refused,
        same, //
    },
    ktap::{
        program,
        Outcome,
        Stop,
        Suite, //
    },
    node::Node,
    wait::{
        until,
        Task,
        PROMPT, //
    }, //
};

/// A moment in which a command that is not held would be done.
const MOMENT: Duration = Duration::from_millis(300);
/// How late a late answer is.
const LATE: Duration = Duration::from_millis(1200);
/// Longest time after which mlx5_core gives up, and more.
const GIVES_UP: Duration = Duration::from_secs(80);

/// The names of commands that the emulator fails.
const NOP: &str = "NOP";
const OPEN: &str = "CREATE_UCTX";
const CLOSE: &str = "DESTROY_UCTX";

/// Work that ends in a command that the emulator holds.
fn held<T: Send + 'static>(
    emulator: &Emulator,
    what: &'static str,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<Task<T>, Stop> {
    let before = emulator.held()?;
    let task = Task::start(what, work);
    until(what, PROMPT, || {
        emulator.held().is_ok_and(|now| now > before).then_some(())
    })?;
    Ok(task)
}

/// Another user, who is not held up.
fn others_go_on(node: &Node) -> Outcome {
    let node = node.clone();
    let other = Task::start("another user", move || {
        let device = node.open()?;
        device.info(8)?;
        nop(&device)
    });
    same("another's NOP", other.finish(PROMPT)?, Ok(0))
}

fn late(node: &Node, emulator: &Emulator) -> Outcome {
    let device = node.open()?;
    let same_file = device.duplicate()?;
    emulator.delay(NOP, LATE)?;
    let start = Instant::now();
    let call = held(emulator, "a NOP", move || nop(&device))?;
    others_go_on(node)?;
    same("another NOP of this file", nop(&same_file), Ok(0))?;
    same("the NOP", call.finish(LATE + PROMPT)?, Ok(0))?;
    holds(start.elapsed() >= LATE, "it came too early")
}

/// The file is closed while its call is under way.
fn closed(node: &Node, emulator: &Emulator) -> Outcome {
    let device = node.open()?;
    let same_file = device.duplicate()?;
    emulator.lose(NOP)?;
    let call = held(emulator, "a NOP", move || nop(&device))?;
    let close = Task::start("the close", move || drop(same_file));
    close.finish(PROMPT)?;
    emulator.release()?;
    same("the NOP", call.finish(PROMPT)?, Ok(0))
}

/// A killed process waits for its answer, since mlx5_core does.
fn killed(node: &Node, emulator: &Emulator, opcode: &str, work: fn(&Node)) -> Outcome {
    emulator.lose(opcode)?;
    let death = killed_when(|| Ok(emulator.held()? == 1), || work(node))?;
    others_go_on(node)?;
    emulator.release()?;
    death.finish(PROMPT)??;
    others_go_on(node)
}

/// What a process does when it is killed.
type Deed = (&'static str, &'static str, fn(&Node));

const DEEDS: &[Deed] = &[
    ("an open", OPEN, |node| drop(node.open())),
    ("an RPC", NOP, |node| {
        let _ = node.open().map(|device| nop(&device));
    }),
    ("a close", CLOSE, |node| drop(node.open())),
];

/// An open, or a close, takes as long as the firmware does.
fn slow(
    node: &Node,
    emulator: &Emulator,
    opcode: &str,
    work: impl FnOnce() -> Result<(), Errno> + Send + 'static,
) -> Outcome {
    emulator.lose(opcode)?;
    let work = held(emulator, "it", work)?;
    others_go_on(node)?;
    emulator.release()?;
    same("it", work.finish(PROMPT)?, Ok(()))
}

/// The driver waits for the call that is in the firmware, and nobody comes in behind it.
fn unbound(node: &Node, emulator: &Emulator) -> Outcome {
    let function = &function(node)?;
    let (device, other) = (node.open()?, node.open()?);
    let (name, driver) = auxiliary(function)?;
    emulator.lose(NOP)?;
    let call = held(emulator, "a NOP", move || nop(&device))?;
    let (unbind, bound) = (driver.join("unbind"), name.clone());
    let unbind = Task::start("unbinding", move || {
        fs::write(unbind, bound).map_err(Errno::from)
    });
    let waits = unbind.runs_for(MOMENT);
    let another = refused(nop(&other), ENODEV);
    emulator.release()?;
    let (call, unbind) = (call.finish(PROMPT)?, waits.then(|| unbind.finish(PROMPT)));
    fs::write(driver.join("bind"), &name)?;
    holds(waits, "unbinding does not wait")?;
    another?;
    same("the NOP", call, Ok(0))?;
    same("unbinding", unbind.transpose()?, Some(Ok(())))?;
    others_go_on(&node_of(function)?)
}

/// Two commands are never answered as far as mlx5_core knows; then the answers come, one of them to
/// a file that is closed. From then on the function can be removed.
fn lost(node: &Node, emulator: &Emulator) -> Outcome {
    let (kept, closed) = (node.open()?, node.open()?);
    let same_file = kept.duplicate()?;
    let mut calls = Vec::new();
    for device in [kept, closed] {
        emulator.lose(NOP)?;
        calls.push(held(emulator, "a NOP", move || nop(&device))?);
    }
    others_go_on(node)?;
    for call in calls {
        same("a NOP", call.finish(GIVES_UP)?, Err(ETIMEDOUT))?;
    }
    same("commands that are held", emulator.held()?, 2)?;
    same("a NOP of the file that is open", nop(&same_file), Ok(0))?;
    others_go_on(node)?;
    emulator.release()?;
    same("a NOP of the file that is open", nop(&same_file), Ok(0))?;
    others_go_on(node)?;

    let function = &function(node)?;
    fs::write(function.join("remove"), "1")?;
    fs::write("/sys/bus/pci/rescan", "1")?;
    others_go_on(&node_of(function)?)
}

/// What mlx5_core makes of a status of the firmware.
const STATUSES: &[(u8, Errno)] = &[
    (0x1, EIO),
    (0x3, EINVAL),
    (0x6, EBUSY),
    (0x8, ENOMEM),
    (0xf, EAGAIN),
];

fn no_context(node: &Node, emulator: &Emulator) -> Outcome {
    for &(status, errno) in STATUSES {
        emulator.refuse(OPEN, status)?;
        refused(node.open().map(drop), errno)?;
        others_go_on(node)?;
    }
    Ok(())
}

/// Closing a file cannot fail; the firmware keeps its context.
fn kept_context(node: &Node, emulator: &Emulator) -> Outcome {
    let device = node.open()?;
    emulator.refuse(CLOSE, 0x6)?;
    Task::start("the close", move || drop(device)).finish(PROMPT)?;
    others_go_on(node)
}

/// The firmware's status is the caller's to read.
fn refused_command(node: &Node, emulator: &Emulator) -> Outcome {
    let device = node.open()?;
    for &(status, _) in STATUSES {
        emulator.refuse(NOP, status)?;
        same("status of a NOP", nop(&device), Ok(status))?;
    }
    same("status of the next NOP", nop(&device), Ok(0))
}

fn main() -> ExitCode {
    program(|| {
        let emulator = &Emulator::attached()?;
        emulator.node()?;
        let with_device = |body: &dyn Fn(&Node, &Emulator) -> Outcome| {
            let _calm = Calm(emulator);
            body(&emulator.node()?, emulator)
        };
        let mut suite = Suite::default();
        suite.case(
            "a late answer arrives, and holds up nobody else",
            move || with_device(&late),
        );
        suite.case("a file may be closed before its answer comes", move || {
            with_device(&closed)
        });
        suite.case("an open that takes long holds up nobody else", move || {
            with_device(&|node, emulator| {
                let slow_node = node.clone();
                slow(node, emulator, OPEN, move || slow_node.open().map(drop))
            })
        });
        suite.case("a close that takes long holds up nobody else", move || {
            with_device(&|node, emulator| {
                let device: Device = node.open()?;
                slow(node, emulator, CLOSE, move || {
                    drop(device);
                    Ok(())
                })
            })
        });
        for &(name, opcode, work) in DEEDS {
            let name = format!("a process killed in {name} dies when the firmware answers");
            suite.case(name, move || {
                with_device(&|node, emulator| killed(node, emulator, opcode, work))
            });
        }
        suite.case(
            "unbinding waits for the answer, and nothing longer",
            move || with_device(&unbound),
        );
        suite.case(
            "a context that the firmware refuses: its errno",
            move || with_device(&no_context),
        );
        suite.case("a context that the firmware keeps is closed", move || {
            with_device(&kept_context)
        });
        suite.case(
            "a command that the firmware refuses: its status",
            move || with_device(&refused_command),
        );
        suite.case(
            "no answer: ETIMEDOUT, others go on, and the answers may come afterwards",
            move || with_device(&lost),
        );
        suite.run()
    })
}
