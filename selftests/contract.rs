// SPDX-License-Identifier: GPL-2.0

//! A driver that breaks its contract is refused, or its mistake stays in the kernel.
//!
//! `modules/fwctl_contrary.c` is that driver.

use std::{
    env,
    process::ExitCode,
    time::Duration, //
};

use harness::{
    contrary::{
        self,
        Contrary,
        DEVICE_TYPE,
        HEAD, //
    },
    device::UNTOUCHED,
    errno::{
        Errno,
        EINVAL,
        ENOMEM, //
    },
    expect::{
        filled,
        holds,
        same, //
    },
    kernel_log::{
        names,
        KernelLog, //
    },
    ktap::{
        program,
        skip,
        Outcome,
        Suite, //
    }, //
};

/// A driver's mistake, by the parameters that make it.
const REFUSED: &[(&str, &str)] = &[
    ("contexts of 0 bytes", "uctx_size=0"),
    ("contexts shorter than the core's part", "uctx_size=8"),
    ("a device type that stands for an error", "device_type=0"),
    ("no way to open a context", "lacks=open_uctx"),
    ("no way to close a context", "lacks=close_uctx"),
    ("no way to send", "lacks=fw_rpc"),
];

/// Without a mistake the driver works, so that only the mistake can be the reason.
fn works() -> Outcome {
    let contrary = Contrary::load("")??;
    let device = contrary.node()?.open()?;
    same("device type", device.device_type()?, DEVICE_TYPE)?;
    let response = contrary::send(&device, HEAD, HEAD, Duration::ZERO, HEAD)?;
    same("length of the response", response.len, HEAD)
}

/// `fwctl_alloc_device()` has no other way to say no than NULL, which drivers take for this.
fn refused(parameters: &str) -> Outcome {
    let mut log = KernelLog::from_now()?;
    let loaded = Contrary::load(parameters)?;
    same("loading", loaded.map(drop), Err(ENOMEM))?;
    let lines = log.lines();
    holds(
        lines.iter().any(|line| names(line, EINVAL)),
        format!("nothing in the log:\n{}", lines.join("\n")),
    )
}

/// Request and answer differ in length by less than the allocator rounds up to, as the kernel's own
/// check would kill this process if more were copied.
const REQUEST: u32 = 9;
const ANSWER: u32 = 16;

fn length_in_place() -> Outcome {
    let contrary = Contrary::load("")??;
    let device = contrary.node()?.open()?;
    let response = contrary::send(&device, REQUEST, ANSWER, Duration::ZERO, 64)?;
    same("reported length", response.len, REQUEST)
}

fn bytes_in_place() -> Outcome {
    let contrary = Contrary::load("")??;
    let device = contrary.node()?.open()?;
    let response = contrary::send(&device, REQUEST, ANSWER, Duration::ZERO, 64)?;
    filled(
        "what was copied beyond the request",
        &response.memory[REQUEST as usize..],
        UNTOUCHED,
    )
}

fn registered_again() -> Outcome {
    if env::var("FWCTL_CORE").as_deref() == Ok("linux") {
        return skip("it would corrupt the driver core");
    }
    let loaded = Contrary::load("again=1")?;
    same("loading", loaded.map(drop), Err::<(), Errno>(EINVAL))
}

fn main() -> ExitCode {
    program(|| {
        drop(Contrary::load("")?);
        let mut suite = Suite::default();
        suite.case("a driver that makes no mistake works", works);
        for &(name, parameters) in REFUSED {
            let name = format!("a driver with {name} gets no device, and the log says so");
            suite.case(name, move || refused(parameters));
        }
        suite.case(
            "an answer in place is not longer than the request",
            length_in_place,
        );
        suite.case(
            "an answer in place brings nothing from behind the request",
            bytes_in_place,
        );
        suite.case(
            "a device is registered once: EINVAL for the second time",
            registered_again,
        );
        suite.run()
    })
}
