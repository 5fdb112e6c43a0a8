// SPDX-License-Identifier: GPL-2.0

//! Whatever fails inside of a call: it ends with the right error, and the next call works.
//!
//! Each allocation and each copy of user memory is failed in turn. Memory that is lost on the way
//! is for kmemleak to find, afterwards.

use std::{
    fs::OpenOptions,
    process::ExitCode, //
};

use harness::{
    device::{
        Device,
        Request,
        UNTOUCHED, //
    },
    errno::{
        Errno,
        EFAULT,
        ENOMEM, //
    },
    expect::{
        same,
        same_bytes, //
    },
    fault::{
        failed_with,
        Faults, //
    },
    ktap::{
        program,
        Outcome,
        Suite, //
    },
    mock,
    subject::{
        answers,
        harmless,
        Subject, //
    },
    sys::PAGE,
    uapi::{
        scope,
        Info,
        Rpc,
        INFO,
        RPC,
        RPC_MAX, //
    }, //
};

fn open(faults: &Faults, subject: Subject) -> Outcome {
    let path = subject.node()?.path();
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    let verdicts = faults.in_turn(
        || Ok(()),
        |()| options.open(&path).map_err(Errno::from),
        |file| {
            drop(file);
            subject.works()
        },
    )?;
    failed_with(&verdicts, &[ENOMEM, EFAULT])
}

/// A file is closed whatever fails, and a context of the firmware with it.
fn close(faults: &Faults, subject: Subject) -> Outcome {
    let node = subject.node()?;
    let verdicts = faults.in_turn(
        || Ok(node.open()?),
        |device| {
            drop(device);
            Ok(())
        },
        |_| subject.works(),
    )?;
    match subject {
        Subject::ConnectX => failed_with(&verdicts, &[]),
        // Neither the core nor the mock need anything.
        Subject::Mock => same("faults", verdicts.len(), 0),
    }
}

fn info(faults: &Faults, subject: Subject) -> Outcome {
    const ROOM: u32 = 64;
    let device = subject.node()?.open()?;
    let promised = device.info(ROOM)?.data;
    let (argument, data) = (device.pages(PAGE)?, device.pages(PAGE)?);
    let verdicts = faults.in_turn(
        || {
            data.fill(UNTOUCHED);
            argument.write(0, &Info::new(ROOM, data.at(0)).encode());
            Ok(())
        },
        |()| device.ioctl(INFO, argument.at(0)),
        |result| {
            if result.is_ok() {
                same_bytes("the data", &data.read(0, ROOM as usize), &promised)?;
            }
            answers(&device)
        },
    )?;
    failed_with(&verdicts, &[ENOMEM, EFAULT])
}

fn rpc(faults: &Faults, device: &Device, request: &Request, errors: &[Errno]) -> Outcome {
    let (message, room) = (request.message.as_slice(), request.room);
    let promised = device.rpc(request.scope, message, room)?.memory;
    let argument = device.pages(PAGE)?;
    let (input, output) = (device.pages(message.len())?, device.pages(room as usize)?);
    input.write(0, message);
    let rpc = Rpc::new(
        request.scope,
        message.len() as u32,
        input.at(0),
        room,
        output.at(0),
    );
    let verdicts = faults.in_turn(
        || {
            output.fill(UNTOUCHED);
            argument.write(0, &rpc.encode());
            Ok(())
        },
        |()| device.ioctl(RPC, argument.at(0)),
        |result| {
            if result.is_ok() {
                same_bytes("the response", &output.read(0, room as usize), &promised)?;
            }
            answers(device)
        },
    )?;
    failed_with(&verdicts, errors)
}

fn small_rpc(faults: &Faults, subject: Subject, logged: bool) -> Outcome {
    let device = subject.node()?.open()?;
    let mut request = harmless(&device)?;
    if logged {
        request.scope = scope::DEBUG_WRITE;
    }
    rpc(faults, &device, &request, &[ENOMEM, EFAULT])
}

/// Where there are no pages in a row for it, a long message gets others.
fn long_rpc(faults: &Faults) -> Outcome {
    const LEN: u32 = RPC_MAX;
    let device = Subject::Mock.node()?.open()?;
    let data = mock::pattern((LEN - mock::HEAD) as usize);
    let request = Request {
        scope: scope::CONFIGURATION,
        message: mock::request(mock::ECHO, 0, &data),
        room: LEN,
    };
    rpc(faults, &device, &request, &[EFAULT])
}

fn main() -> ExitCode {
    program(|| {
        let faults = &Faults::here()?;
        Subject::Mock.node()?;
        let mut suite = Suite::default();
        for subject in Subject::all() {
            suite.case(format!("{subject:?}: open"), move || open(faults, subject));
            suite.case(format!("{subject:?}: INFO"), move || info(faults, subject));
            suite.case(format!("{subject:?}: RPC"), move || {
                small_rpc(faults, subject, false)
            });
            suite.case(format!("{subject:?}: logged RPC"), move || {
                small_rpc(faults, subject, true)
            });
            suite.case(format!("{subject:?}: close"), move || {
                close(faults, subject)
            });
        }
        suite.case("Mock: long RPC", || long_rpc(faults));
        suite.run()
    })
}
