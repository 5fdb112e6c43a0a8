// SPDX-License-Identifier: GPL-2.0

//! A scope carries what needs no more than it, and who may claim it is decided by `fwctl.h`,
//! `enum fwctl_rpc_scope`.

use std::process::ExitCode;

use harness::{
    child::in_child,
    device::Device,
    errno::{
        Errno,
        EBADMSG,
        EMSGSIZE,
        EOPNOTSUPP,
        EPERM, //
    },
    expect::{
        refused,
        same, //
    },
    ktap::{
        program,
        skip,
        Outcome,
        Suite, //
    },
    mock,
    node::Node,
    sys::{
        become_user,
        enter_user_namespace,
        keep_capabilities,
        CAP_SYS_RAWIO, //
    },
    uapi::{
        scope,
        Rpc,
        RPC,
        RPC_MAX, //
    }, //
};

const NAMES: [&str; 4] = [
    "CONFIGURATION",
    "DEBUG_READ_ONLY",
    "DEBUG_WRITE",
    "DEBUG_WRITE_FULL",
];

const NOBODY: u32 = 65534;

/// Sends a request that every scope carries.
fn echo_at(device: &Device, scope: u32) -> Result<(), Errno> {
    let message = mock::request(mock::ECHO, 0, &[]);
    device.rpc(scope, &message, mock::HEAD).map(drop)
}

fn unknown(node: &Node, scope: u32) -> Outcome {
    refused(echo_at(&node.open()?, scope), EOPNOTSUPP)
}

/// A command that needs the scope `needed`, sent at `scope`.
fn granted(node: &Node, needed: u32, scope: u32) -> Outcome {
    let opcode = mock::BY_SCOPE[needed as usize];
    let message = mock::request(opcode, 0, &[]);
    let verdict = node.open()?.rpc(scope, &message, mock::HEAD).map(drop);
    let promised = if scope >= needed {
        Ok(())
    } else {
        Err(EBADMSG)
    };
    same("verdict", verdict, promised)
}

/// A process, by the rights that it has given up.
struct Process {
    name: &'static str,
    become_it: fn() -> Result<(), Errno>,
    full: Result<(), Errno>,
}

const PROCESSES: &[Process] = &[
    Process {
        name: "root",
        become_it: || Ok(()),
        full: Ok(()),
    },
    Process {
        name: "root without CAP_SYS_RAWIO",
        become_it: || keep_capabilities(|capability| capability != CAP_SYS_RAWIO),
        full: Err(EPERM),
    },
    Process {
        name: "root with no capability but CAP_SYS_RAWIO",
        become_it: || keep_capabilities(|capability| capability == CAP_SYS_RAWIO),
        full: Ok(()),
    },
    Process {
        name: "root without any capability",
        become_it: || keep_capabilities(|_| false),
        full: Err(EPERM),
    },
    Process {
        name: "an ordinary user who was handed the file",
        become_it: || become_user(NOBODY),
        full: Err(EPERM),
    },
];

/// The device is opened before the rights are given up: the caller's count, not the opener's.
fn scope_of(node: &Node, process: &Process, scope: u32) -> Outcome {
    in_child(|| {
        let device = node.open()?;
        (process.become_it)()?;
        let promised = match scope {
            scope::DEBUG_WRITE_FULL => process.full,
            _ => Ok(()),
        };
        same("verdict", echo_at(&device, scope), promised)
    })
}

/// Rights over a user namespace are none over a device.
fn namespace_root(node: &Node) -> Outcome {
    in_child(|| {
        let device = node.open()?;
        if let Err(errno) = enter_user_namespace() {
            return skip(format!("no user namespace: {errno}"));
        }
        refused(echo_at(&device, scope::DEBUG_WRITE_FULL), EPERM)
    })
}

/// Without the right to the scope, an RPC of these lengths.
fn order(node: &Node, in_len: u32, errno: Errno) -> Outcome {
    in_child(|| {
        let device = node.open()?;
        keep_capabilities(|_| false)?;
        let rpc = Rpc::new(scope::DEBUG_WRITE_FULL, in_len, 0, mock::HEAD, 0);
        refused(device.ioctl_with(RPC, &rpc.encode()), errno)
    })
}

fn main() -> ExitCode {
    program(|| {
        let node = &Node::mock()?;
        let mut suite = Suite::default();
        for scope in [4, 5, 0x8000_0000, u32::MAX] {
            let name = format!("scope {scope:#x}: EOPNOTSUPP");
            suite.case(name, move || unknown(node, scope));
        }
        for (needed, command) in (0..).zip(NAMES) {
            for (scope, name) in (0..).zip(NAMES) {
                let verdict = if scope >= needed { "sent" } else { "EBADMSG" };
                let name = format!("a command that needs {command}, at {name}: {verdict}");
                suite.case(name, move || granted(node, needed, scope));
            }
        }
        for process in PROCESSES {
            for (scope, name) in (0..).zip(NAMES) {
                let name = format!("{name} claimed by {}", process.name);
                suite.case(name, move || scope_of(node, process, scope));
            }
        }
        suite.case(
            "DEBUG_WRITE_FULL claimed by root of a user namespace: EPERM",
            || namespace_root(node),
        );
        suite.case("no right and request too long: EMSGSIZE", || {
            order(node, RPC_MAX + 1, EMSGSIZE)
        });
        suite.case("no right and request unmapped: EPERM", || {
            order(node, mock::HEAD, EPERM)
        });
        suite.run()
    })
}
