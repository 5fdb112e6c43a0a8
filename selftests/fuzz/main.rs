// SPDX-License-Identifier: GPL-2.0

//! Calls that are nearly right end as the uAPI says, and do nothing else.
//!
//! Each case makes many from a seed, and knows beforehand how each ends, or in which ways it may,
//! and what it may write. `FWCTL_CALLS` is how many there are in all, `FWCTL_SEED` the
//! seed of another run. Of a ConnectX nothing is asked that could change it.

use std::{
    env,
    process::ExitCode,
    str::FromStr, //
};

use harness::{
    child::able_to_call_as,
    device::Device,
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
    random,
    sys::Caller,
    uapi::scope, //
};

mod alone;
mod call;
mod caller;
mod changing;
mod closing;
mod firmware;
mod kernel;
mod memory;
mod together;

use crate::{
    firmware::Firmware,
    kernel::Kernel, //
};

/// Threads that call at the same time.
const THREADS: usize = 4;

/// What a case works on.
struct Run<'a> {
    node: &'a Node,
    firmware: Firmware,
    privileged: bool,
    seed: u64,
    calls: usize,
}

impl Run<'_> {
    /// What is promised of calls on this file.
    fn kernel(&self, device: &Device) -> Result<Kernel, Errno> {
        let info = device.info(0)?;
        Ok(Kernel {
            firmware: self.firmware,
            device_type: info.device_type,
            data: device.info(info.data_len)?.data,
            one_caller: false,
            files_change: false,
            privileged: self.privileged,
        })
    }
}

/// A number from the environment.
fn setting<T: FromStr>(name: &str) -> Result<Option<T>, Stop> {
    match env::var(name) {
        Err(_) => Ok(None),
        Ok(text) => match text.parse() {
            Ok(number) => Ok(Some(number)),
            Err(_) => Err(Stop::Fail(format!("{name}={text} is no number"))),
        },
    }
}

/// Whether this process may claim `DEBUG_WRITE_FULL`: lockdown and its capabilities say that.
fn privileged(device: &Device) -> Result<bool, Errno> {
    let Some(request) = device.harmless()? else {
        return Ok(false);
    };
    match device.rpc(scope::DEBUG_WRITE_FULL, &request.message, request.room) {
        Err(EPERM) => Ok(false),
        other => other.map(|_| true),
    }
}

/// The device is as good as before.
fn works(run: &Run<'_>) -> Outcome {
    let device = run.node.open()?;
    let request = device.harmless()?.expect("a device of a known type");
    let response = device.rpc(request.scope, &request.message, request.room)?;
    same("length of the response", response.len, request.room)?;
    if run.firmware == Firmware::Mock {
        same("requests", mock::count(&device)?, 2)?;
    }
    Ok(())
}

fn main() -> ExitCode {
    program(|| {
        let node = &Node::any()?;
        let device = node.open()?;
        let privileged = privileged(&device)?;
        let Some(firmware) = Firmware::of(device.device_type()?) else {
            return skip("nothing is known here of such a device");
        };
        if env::var("FWCTL_CORE").as_deref() == Ok("linux") {
            return skip("what Linux's core does otherwise, other programs show one by one");
        }
        let seed = setting("FWCTL_SEED")?.unwrap_or(1);
        let calls = setting("FWCTL_CALLS")?.unwrap_or(firmware.calls());
        println!("# FWCTL_SEED={seed} FWCTL_CALLS={calls}");

        let run = |calls| Run {
            node,
            firmware,
            privileged,
            seed,
            calls,
        };
        let mut suite = Suite::default();
        suite.case("called one after the other, each ends as promised", || {
            alone::run(&run(calls / 2), Caller::Native)
        });
        suite.case("so they do as a 32-bit program", || {
            able_to_call_as(Caller::Compat)?;
            alone::run(&run(calls / 8), Caller::Compat)
        });
        suite.case("so they do from threads on one file", || {
            together::run(&run(calls / 8))
        });
        suite.case("so they do while files are closed and opened", || {
            closing::run(&run(calls / 8))
        });
        suite.case(
            "while memory changes, none goes where it should not",
            || changing::run(&run(calls / 8)),
        );
        suite.case("the device works afterwards", || works(&run(0)));
        suite.run()
    })
}
