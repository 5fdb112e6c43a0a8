// SPDX-License-Identifier: GPL-2.0

//! The mock does what `mock.h` says, so that what other programs conclude from it is right.

use std::{
    os::unix::process::ExitStatusExt,
    process::ExitCode,
    thread,
    time::{
        Duration,
        Instant, //
    }, //
};

use harness::{
    device::{
        Device,
        UNTOUCHED, //
    },
    errno::{
        Errno,
        EBADMSG,
        EINTR,
        EINVAL,
        EMSGSIZE, //
    },
    expect::{
        filled,
        holds,
        refused,
        same,
        same_bytes, //
    },
    ktap::{
        program,
        Outcome,
        Suite, //
    },
    mock::{
        self,
        BY_SCOPE,
        COUNT,
        ECHO,
        FAIL,
        GROW,
        GROW_MAX,
        HEAD,
        SHRINK,
        SLEEP,
        SLEEP_MAX, //
    },
    node::Node,
    sys::{
        self,
        Fork,
        Pid, //
    },
    uapi::{
        device_type,
        scope,
        RPC_MAX, //
    },
    wait::PROMPT, //
};

fn describes_itself(node: &Node) -> Outcome {
    let info = node.open()?.info(HEAD)?;
    same("device type", info.device_type, device_type::MOCK)?;
    same("length of the data", info.data_len, HEAD)?;
    same_bytes("version", &info.data[..4], &1u32.to_ne_bytes())
}

/// A request that is answered with data.
struct Answered {
    name: &'static str,
    opcode: u32,
    argument: u32,
    request: usize,
    room: u32,
    /// Length of the data in the whole answer.
    answer: usize,
}

const ANSWERED: &[Answered] = &[
    Answered {
        name: "ECHO of nothing",
        opcode: ECHO,
        argument: 0,
        request: 0,
        room: HEAD,
        answer: 0,
    },
    Answered {
        name: "ECHO ignores its argument",
        opcode: ECHO,
        argument: u32::MAX,
        request: 3,
        room: 11,
        answer: 3,
    },
    Answered {
        name: "ECHO into more memory than it needs",
        opcode: ECHO,
        argument: 0,
        request: 100,
        room: 300,
        answer: 100,
    },
    Answered {
        name: "ECHO into less memory than it needs",
        opcode: ECHO,
        argument: 0,
        request: 100,
        room: 50,
        answer: 100,
    },
    Answered {
        name: "ECHO into memory for its head",
        opcode: ECHO,
        argument: 0,
        request: 100,
        room: HEAD,
        answer: 100,
    },
    Answered {
        name: "GROW to nothing",
        opcode: GROW,
        argument: 0,
        request: 0,
        room: HEAD,
        answer: 0,
    },
    Answered {
        name: "GROW to one byte",
        opcode: GROW,
        argument: 1,
        request: 0,
        room: 64,
        answer: 1,
    },
    Answered {
        name: "GROW ignores data",
        opcode: GROW,
        argument: 10,
        request: 40,
        room: 64,
        answer: 10,
    },
    Answered {
        name: "GROW to as much as there is memory",
        opcode: GROW,
        argument: 1000,
        request: 0,
        room: 1008,
        answer: 1000,
    },
    Answered {
        name: "GROW a byte beyond the memory",
        opcode: GROW,
        argument: 1001,
        request: 0,
        room: 1008,
        answer: 1001,
    },
    Answered {
        name: "GROW far beyond the memory",
        opcode: GROW,
        argument: 100_000,
        request: 0,
        room: 13,
        answer: 100_000,
    },
    Answered {
        name: "GROW to its limit, twice the longest memory",
        opcode: GROW,
        argument: GROW_MAX,
        request: 0,
        room: RPC_MAX,
        answer: GROW_MAX as usize,
    },
    Answered {
        name: "SHRINK to nothing",
        opcode: SHRINK,
        argument: 0,
        request: 100,
        room: 108,
        answer: 0,
    },
    Answered {
        name: "SHRINK to a part",
        opcode: SHRINK,
        argument: 33,
        request: 100,
        room: 108,
        answer: 33,
    },
    Answered {
        name: "SHRINK to all there is",
        opcode: SHRINK,
        argument: 100,
        request: 100,
        room: 108,
        answer: 100,
    },
    Answered {
        name: "SHRINK into less memory than it needs",
        opcode: SHRINK,
        argument: 90,
        request: 100,
        room: 50,
        answer: 90,
    },
];

/// The length is that of the whole answer; what fits is written, and nothing behind it.
fn answered(node: &Node, row: &Answered) -> Outcome {
    let data = mock::pattern(row.request);
    let response = mock::send(&node.open()?, row.opcode, row.argument, &data, row.room)?;
    let whole = mock::response(0, &mock::pattern(row.answer));
    same("reported length", response.len as usize, whole.len())?;
    let written = whole.len().min(row.room as usize);
    let (answer, rest) = response.memory.split_at(written);
    same_bytes("the response", answer, &whole[..written])?;
    filled("memory behind the response", rest, UNTOUCHED)
}

/// A request that fails: opcode, argument, length of its data.
const FAILING: &[(&str, u32, u32, usize, Errno)] = &[
    ("GROW beyond its limit", GROW, GROW_MAX + 1, 0, EINVAL),
    ("GROW to 4 GiB less one", GROW, u32::MAX, 0, EINVAL),
    ("SHRINK to more than there is", SHRINK, 101, 100, EINVAL),
    ("SHRINK to 4 GiB less one", SHRINK, u32::MAX, 100, EINVAL),
    ("SLEEP beyond its limit", SLEEP, SLEEP_MAX + 1, 0, EINVAL),
    ("FAIL with 0", FAIL, 0, 0, EINVAL),
    ("FAIL with 4096", FAIL, 4096, 0, EINVAL),
    ("FAIL with 4 GiB less one", FAIL, u32::MAX, 0, EINVAL),
    ("COUNT with data", COUNT, 0, 1, EMSGSIZE),
    ("CONFIGURATION with data", BY_SCOPE[0], 0, 1, EMSGSIZE),
    ("DEBUG_READ_ONLY with data", BY_SCOPE[1], 0, 4, EMSGSIZE),
    ("DEBUG_WRITE with data", BY_SCOPE[2], 0, 8, EMSGSIZE),
    ("DEBUG_WRITE_FULL with data", BY_SCOPE[3], 0, 100, EMSGSIZE),
    ("opcode 0", 0, 0, 0, EBADMSG),
    ("the opcode behind the first ones", 7, 0, 0, EBADMSG),
    ("the opcode before those with a scope", 0xf, 0, 0, EBADMSG),
    ("the opcode behind those with a scope", 0x14, 0, 0, EBADMSG),
    (
        "an opcode like ECHO in its lower half",
        0x1_0001,
        0,
        0,
        EBADMSG,
    ),
    ("the last opcode", u32::MAX, 0, 0, EBADMSG),
];

fn failing(node: &Node, opcode: u32, argument: u32, data: usize, errno: Errno) -> Outcome {
    let message = mock::request(opcode, argument, &mock::pattern(data));
    let verdict = node.open()?.rpc(scope::DEBUG_WRITE_FULL, &message, HEAD);
    refused(verdict, errno)
}

/// Lengths of a request and of the memory for its response, of which one is too short.
const SHORT: &[(u32, u32)] = &[
    (0, 8),
    (1, 8),
    (4, 8),
    (7, 8),
    (8, 7),
    (8, 1),
    (8, 0),
    (0, 0),
];

fn short(node: &Node, request: usize, room: u32) -> Outcome {
    let message = mock::request(ECHO, 0, &[]);
    let verdict = node
        .open()?
        .rpc(scope::CONFIGURATION, &message[..request], room);
    refused(verdict, EMSGSIZE)
}

/// An errno comes through as it is, and leaves the memory for the response alone.
fn fails_with(node: &Node, errno: i32) -> Outcome {
    let device = node.open()?;
    let verdict = mock::send(&device, FAIL, errno as u32, &[], HEAD);
    refused(verdict, Errno(errno))?;
    let echo = mock::send(&device, ECHO, 0, &[], HEAD)?;
    same("length of the next response", echo.len, HEAD)
}

fn sleep(device: &Device, time: Duration) -> Result<(), Errno> {
    mock::send(device, SLEEP, time.as_millis() as u32, &[], HEAD).map(drop)
}

/// The kernel counts ticks, and those of an emulated machine come in bunches.
fn sleeps(node: &Node) -> Outcome {
    let device = node.open()?;
    let (time, start) = (Duration::from_millis(200), Instant::now());
    sleep(&device, time)?;
    let took = start.elapsed();
    holds(took >= time * 3 / 4, format!("only {took:?}"))
}

/// A signal with a handler ends a SLEEP, which is not begun again.
fn ends_by_a_signal(node: &Node) -> Outcome {
    sys::ignore_interruption();
    let device = node.open()?;
    let interrupter = thread::spawn(|| {
        thread::sleep(Duration::from_millis(100));
        Pid::own().kill(sys::SIGUSR1)
    });
    let start = Instant::now();
    let verdict = sleep(&device, 2 * PROMPT);
    let took = start.elapsed();
    let sent = interrupter.join();
    same("signal", sent.ok(), Some(Ok(())))?;
    same("verdict", verdict, Err(EINTR))?;
    holds(took < PROMPT, format!("it took {took:?} to end"))
}

/// A killed process need not wait for the device.
fn killed(node: &Node) -> Outcome {
    let device = node.open()?;
    let pid = match sys::fork_process()? {
        Fork::Child => {
            let _ = sleep(&device, 2 * PROMPT);
            sys::leave(1)
        }
        Fork::Parent(pid) => pid,
    };
    thread::sleep(Duration::from_millis(200));
    let start = Instant::now();
    pid.kill(sys::SIGKILL)?;
    let status = pid.wait()?;
    let took = start.elapsed();
    same("signal of its end", status.signal(), Some(sys::SIGKILL))?;
    holds(took < PROMPT, format!("it took {took:?} to die"))
}

/// Several calls are in the driver at a time, on one file and on two.
fn at_once(one: Device, other: Device) -> Outcome {
    let (time, start) = (Duration::from_secs(2), Instant::now());
    let first = thread::spawn(move || sleep(&one, time));
    let second = thread::spawn(move || sleep(&other, time));
    same("first", first.join().ok(), Some(Ok(())))?;
    same("second", second.join().ok(), Some(Ok(())))?;
    let took = start.elapsed();
    holds(took < 2 * time, format!("one after the other, {took:?}"))
}

fn main() -> ExitCode {
    program(|| {
        let node = &Node::mock()?;
        let mut suite = Suite::default();
        suite.case("INFO gives the mock's type and version", || {
            describes_itself(node)
        });
        for row in ANSWERED {
            suite.case(row.name, || answered(node, row));
        }
        for &(name, opcode, argument, data, errno) in FAILING {
            let name = format!("{name}: {errno}");
            suite.case(name, move || failing(node, opcode, argument, data, errno));
        }
        for &(request, room) in SHORT {
            let name = format!("request of {request}, memory of {room} bytes: EMSGSIZE");
            suite.case(name, move || short(node, request as usize, room));
        }
        for errno in [1, 2, 5, 11, 22, 28, 95, 110, 121, 4095] {
            let name = format!("FAIL with {errno} fails with it, and the next request works");
            suite.case(name, move || fails_with(node, errno));
        }
        suite.case("SLEEP takes its time", || sleeps(node));
        suite.case("SLEEP ends by a signal: EINTR", || ends_by_a_signal(node));
        suite.case("SLEEP ends when the process is killed", || killed(node));
        suite.case("two SLEEPs on one file run at once", || {
            let device = node.open()?;
            at_once(device.duplicate()?, device)
        });
        suite.case("two SLEEPs on two files run at once", || {
            at_once(node.open()?, node.open()?)
        });
        suite.run()
    })
}
