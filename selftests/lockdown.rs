// SPDX-License-Identifier: GPL-2.0

//! Under kernel lockdown nobody may claim DEBUG_WRITE_FULL, and all else goes on.
//!
//! Locking down lasts until the next boot, so this needs `FWCTL_LOCK_DOWN=1`, or a kernel that is
//! locked down already.

use std::{
    env,
    fs,
    process::ExitCode, //
};

use harness::{
    errno::{
        Errno,
        EPERM, //
    },
    expect::same,
    ktap::{
        program,
        skip,
        Outcome,
        Stop,
        Suite, //
    },
    mock,
    node::Node,
    uapi::scope, //
};

const LOCKDOWN: &str = "/sys/kernel/security/lockdown";

/// What each scope is worth under lockdown.
const SCOPES: &[(&str, u32, Result<(), Errno>)] = &[
    ("CONFIGURATION: sent", scope::CONFIGURATION, Ok(())),
    ("DEBUG_READ_ONLY: sent", scope::DEBUG_READ_ONLY, Ok(())),
    ("DEBUG_WRITE: sent", scope::DEBUG_WRITE, Ok(())),
    (
        "DEBUG_WRITE_FULL: EPERM",
        scope::DEBUG_WRITE_FULL,
        Err(EPERM),
    ),
];

fn claim(node: &Node, scope: u32) -> Result<(), Errno> {
    let message = mock::request(mock::ECHO, 0, &[]);
    node.open()?.rpc(scope, &message, mock::HEAD).map(drop)
}

/// Locks the kernel down, if it is not and if that is wished.
fn lock_down() -> Result<(), Stop> {
    let Ok(now) = fs::read_to_string(LOCKDOWN) else {
        return skip("this kernel knows no lockdown");
    };
    if !now.contains("[none]") {
        return Ok(());
    }
    if env::var("FWCTL_LOCK_DOWN").as_deref() != Ok("1") {
        return skip("not locked down, and FWCTL_LOCK_DOWN=1 is not given");
    }
    Ok(fs::write(LOCKDOWN, "integrity")?)
}

fn verdict(node: &Node, scope: u32, promised: Result<(), Errno>) -> Outcome {
    same("verdict", claim(node, scope), promised)
}

fn main() -> ExitCode {
    program(|| {
        let node = &Node::mock()?;
        lock_down()?;
        let mut suite = Suite::default();
        for &(name, scope, promised) in SCOPES {
            suite.case(name, move || verdict(node, scope, promised));
        }
        suite.run()
    })
}
