// SPDX-License-Identifier: GPL-2.0

//! The control line to an emulated ConnectX, which fails when it is asked to.

use std::{
    env,
    fs::{
        File,
        OpenOptions, //
    },
    io::{
        Read,
        Write, //
    },
    os::fd::AsFd,
    time::Duration, //
};

use crate::{
    connectx::{
        status,
        HEAD,
        NOP_REQUEST, //
    },
    device::Device,
    errno::Errno,
    ktap::{
        fail,
        skip,
        Outcome,
        Stop, //
    },
    node::Node,
    sys::{
        self,
        Caller,
        Pages,
        PAGE, //
    },
    uapi::scope, //
};

/// A serial line, as `FWCTL_CONTROL` names it, that carries lines of JSON to the emulator and back.
pub struct Emulator {
    line: File,
}

impl Emulator {
    /// The emulator of one of this machine's devices.
    pub fn attached() -> Result<Self, Stop> {
        let Ok(path) = env::var("FWCTL_CONTROL") else {
            return skip("FWCTL_CONTROL names no emulator's control line");
        };
        let line = OpenOptions::new().read(true).write(true).open(path)?;
        make_raw(&line)?;
        let emulator = Self { line };
        emulator.ask(r#"{"verb":"clear"}"#)?;
        Ok(emulator)
    }

    /// Its device.
    pub fn node(&self) -> Result<Node, Stop> {
        /// A status that no firmware has.
        const SIGN: u8 = 0x77;
        for node in Node::connectxs()? {
            let device = node.open()?;
            self.fault(r#""fail","status":"0x77""#, "NOP")?;
            let answer = nop(&device);
            self.ask(r#"{"verb":"clear"}"#)?;
            if answer == Ok(SIGN) {
                return Ok(node);
            }
        }
        fail("the emulator's device is not here")
    }

    /// The next command of this kind is answered so much later.
    pub fn delay(&self, opcode: &str, time: Duration) -> Outcome {
        let milliseconds = time.as_millis();
        self.fault(&format!(r#""delay","milliseconds":{milliseconds}"#), opcode)
    }

    /// The next command of this kind is not answered until it is released.
    pub fn lose(&self, opcode: &str) -> Outcome {
        self.fault(r#""drop""#, opcode)
    }

    /// The next command of this kind is refused.
    pub fn refuse(&self, opcode: &str, status: u8) -> Outcome {
        self.fault(&format!(r#""fail","status":"{status}""#), opcode)
    }

    fn fault(&self, verb: &str, opcode: &str) -> Outcome {
        self.ask(&format!(
            r#"{{"verb":{verb},"of":{{"opcode":"{opcode}"}}}}"#
        ))
        .map(drop)
    }

    /// How many commands are not answered yet.
    pub fn held(&self) -> Result<usize, Stop> {
        let state = self.ask(r#"{"verb":"faults"}"#)?;
        let Some((_, held)) = state.split_once(r#""held":["#) else {
            return fail(format!("the emulator says {state}"));
        };
        let slots = held.split(']').next().unwrap_or_default();
        Ok(slots.split(',').filter(|slot| !slot.is_empty()).count())
    }

    /// Answers what it has not answered yet.
    pub fn release(&self) -> Outcome {
        self.ask(r#"{"verb":"release"}"#).map(drop)
    }

    /// Ends, at once.
    pub fn die(&self) -> Outcome {
        Ok(writeln!(&self.line, r#"{{"verb":"die"}}"#)?)
    }

    /// Sends a line, and waits for the answer.
    fn ask(&self, request: &str) -> Result<String, Stop> {
        writeln!(&self.line, "{request}")?;
        let mut answer = Vec::new();
        let mut byte = [0];
        while (&self.line).read(&mut byte)? == 1 && byte != *b"\n" {
            answer.extend(byte);
        }
        let answer = String::from_utf8_lossy(&answer).into_owned();
        match answer.starts_with(r#"{"faults":"#) && byte == *b"\n" {
            true => Ok(answer),
            false => fail(format!("the emulator answers {request} with {answer:?}")),
        }
    }
}

/// At the end of a case nothing is left of what it asked for: a command without an answer would keep
/// mlx5_core from ever leaving.
pub struct Calm<'a>(pub &'a Emulator);

impl Drop for Calm<'_> {
    fn drop(&mut self) {
        let _ = self.0.ask(r#"{"verb":"clear"}"#);
        let _ = self.0.release();
    }
}

/// Sends a NOP, and gives the firmware's status.
pub fn nop(device: &Device) -> Result<u8, Errno> {
    let response = device.rpc(scope::DEBUG_READ_ONLY, &NOP_REQUEST, HEAD)?;
    Ok(status(&response.memory))
}

/// Bytes go through as they are, and who reads waits five seconds at most.
fn make_raw(line: &File) -> Result<(), Errno> {
    const TCGETS: u32 = 0x5401;
    const TCSETS: u32 = 0x5402;
    /// Of `struct termios`, four words of flags and the line discipline come before the characters.
    const CONTROL_FLAGS: std::ops::Range<usize> = 8..12;
    const CHARACTERS: usize = 17;
    const VTIME: usize = CHARACTERS + 5;
    const VMIN: usize = CHARACTERS + 6;
    const TENTHS: u8 = 50;

    let memory = Pages::new(Caller::Native, PAGE)?;
    sys::call(Caller::Native, line.as_fd(), TCGETS, memory.at(0))?;
    let mut settings = memory.read(0, 36);
    for (at, byte) in settings.iter_mut().enumerate() {
        if at < CHARACTERS && !CONTROL_FLAGS.contains(&at) {
            *byte = 0;
        }
    }
    settings[VTIME] = TENTHS;
    settings[VMIN] = 0;
    memory.write(0, &settings);
    sys::call(Caller::Native, line.as_fd(), TCSETS, memory.at(0))
}
