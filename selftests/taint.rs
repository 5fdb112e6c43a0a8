// SPDX-License-Identifier: GPL-2.0

//! The kernel is tainted, and says by whom, when debug state may have been written; not before.
//!
//! The taint stays until the next boot, so this is for the first program after one.

use std::{
    fs,
    process::{
        self,
        ExitCode, //
    }, //
};

use harness::{
    child::in_child,
    errno::{
        Errno,
        EBADMSG,
        EFAULT,
        EMSGSIZE,
        EOPNOTSUPP,
        EPERM, //
    },
    expect::{
        holds,
        refused, //
    },
    kernel_log::{
        tainted,
        KernelLog, //
    },
    ktap::{
        program,
        skip,
        Outcome,
        Suite, //
    },
    mock,
    node::Node,
    sys::keep_capabilities,
    uapi::{
        scope,
        Rpc,
        RPC,
        RPC_MAX, //
    }, //
};

/// Runs a case that leaves the kernel as it is. Only one that is not tainted yet can be judged.
fn does_not_taint(body: impl FnOnce() -> Outcome) -> Outcome {
    if tainted()? {
        return skip("an earlier case has tainted the kernel");
    }
    body()?;
    holds(!tainted()?, "the kernel is tainted")
}

fn lower_scope(node: &Node, scope: u32) -> Outcome {
    let message = mock::request(mock::ECHO, 0, &[]);
    Ok(node.open()?.rpc(scope, &message, mock::HEAD).map(drop)?)
}

/// An RPC that is refused before the driver sees it.
struct Refusal {
    name: &'static str,
    rpc: Rpc,
    verdict: Errno,
}

const fn unmapped(scope: u32, in_len: u32) -> Rpc {
    Rpc {
        size: Rpc::SIZE as u32,
        scope,
        in_len,
        out_len: mock::HEAD,
        input: 0,
        output: 0,
    }
}

const REFUSALS: &[Refusal] = &[
    Refusal {
        name: "an unknown scope",
        rpc: unmapped(4, mock::HEAD),
        verdict: EOPNOTSUPP,
    },
    Refusal {
        name: "DEBUG_WRITE with too long a request",
        rpc: unmapped(scope::DEBUG_WRITE, RPC_MAX + 1),
        verdict: EMSGSIZE,
    },
    Refusal {
        name: "DEBUG_WRITE with an unmapped request",
        rpc: unmapped(scope::DEBUG_WRITE, mock::HEAD),
        verdict: EFAULT,
    },
    Refusal {
        name: "DEBUG_WRITE_FULL with an unmapped request",
        rpc: unmapped(scope::DEBUG_WRITE_FULL, mock::HEAD),
        verdict: EFAULT,
    },
];

fn refusal(node: &Node, row: &Refusal) -> Outcome {
    refused(node.open()?.ioctl_with(RPC, &row.rpc.encode()), row.verdict)
}

/// A request that reaches the driver's policy, and gets no further.
fn refused_by_policy(node: &Node) -> Outcome {
    const NO_SUCH_OPCODE: u32 = 0x7777;
    let message = mock::request(NO_SUCH_OPCODE, 0, &[]);
    let verdict = node.open()?.rpc(scope::DEBUG_WRITE, &message, mock::HEAD);
    refused(verdict, EBADMSG)
}

fn full_without_right(node: &Node) -> Outcome {
    in_child(|| {
        let device = node.open()?;
        keep_capabilities(|_| false)?;
        let message = mock::request(mock::ECHO, 0, &[]);
        let verdict = device.rpc(scope::DEBUG_WRITE_FULL, &message, mock::HEAD);
        refused(verdict, EPERM)
    })
}

/// The first RPC at DEBUG_WRITE that reaches the driver.
fn first_write(node: &Node) -> Outcome {
    let mut log = KernelLog::from_now()?;
    let message = mock::request(mock::ECHO, 0, &[]);
    node.open()?.rpc(scope::DEBUG_WRITE, &message, mock::HEAD)?;
    holds(tainted()?, "the kernel is not tainted")?;

    let lines = log.lines();
    let comm = fs::read_to_string("/proc/self/comm")?;
    let pid = process::id().to_string();
    let names = [node.name.as_str(), comm.trim_end(), &pid];
    let named = |line: &String| names.iter().all(|name| line.contains(name));
    holds(
        lines.iter().any(named),
        format!("no line names {names:?}:\n{}", lines.join("\n")),
    )
}

fn main() -> ExitCode {
    program(|| {
        let node = &Node::mock()?;
        if tainted()? {
            return skip("the kernel is tainted since before; reboot to judge");
        }
        let mut suite = Suite::default();
        suite.case("CONFIGURATION does not taint", || {
            does_not_taint(|| lower_scope(node, scope::CONFIGURATION))
        });
        suite.case("DEBUG_READ_ONLY does not taint", || {
            does_not_taint(|| lower_scope(node, scope::DEBUG_READ_ONLY))
        });
        suite.case("DEBUG_WRITE_FULL without the right does not taint", || {
            does_not_taint(|| full_without_right(node))
        });
        for row in REFUSALS {
            let name = format!("{} does not taint", row.name);
            suite.case(name, || does_not_taint(|| refusal(node, row)));
        }
        suite.case("DEBUG_WRITE with an unknown opcode does not taint", || {
            does_not_taint(|| refused_by_policy(node))
        });
        suite.case(
            "DEBUG_WRITE taints, and the log names device and process",
            || first_write(node),
        );
        suite.run()
    })
}
