// SPDX-License-Identifier: GPL-2.0

//! The uAPI's text as a program: how a call ends, and what it does to memory.
//!
//! Sources: `include/uapi/fwctl/fwctl.h`, and those of [`Firmware`].

use harness::{
    errno::{
        Errno,
        E2BIG,
        EFAULT,
        EINVAL,
        EMSGSIZE,
        ENOTTY,
        EOPNOTSUPP,
        EPERM, //
    },
    sys::{
        Access,
        PAGE, //
    },
    uapi::{
        scope,
        Info,
        Rpc,
        INFO,
        RPC,
        RPC_MAX, //
    }, //
};

use crate::{
    firmware::{
        Answer,
        Firmware, //
    },
    memory::{
        Effect,
        Memory, //
    }, //
};

/// What is promised of a call.
#[derive(Debug)]
pub struct Promise {
    /// How it ends.
    pub verdict: Result<(), Errno>,
    /// What it does to memory, in order.
    pub effects: Vec<Effect>,
    /// Whether the firmware gets a request.
    pub sent: bool,
}

/// The kernel, with one device.
#[derive(Clone, Debug)]
pub struct Kernel {
    /// Who answers.
    pub firmware: Firmware,
    /// Type of the device.
    pub device_type: u32,
    /// The driver's data for `FWCTL_INFO`.
    pub data: Vec<u8>,
    /// Whether one caller alone has the file, and so knows how many requests it has sent.
    pub one_caller: bool,
    /// Whether calls are on other files, too, or on none.
    pub files_change: bool,
    /// Whether this process may claim `DEBUG_WRITE_FULL`.
    pub privileged: bool,
}

/// The end of a call before its end.
type Step<T> = Result<T, Errno>;

impl Kernel {
    /// What is promised of an ioctl; `None` if it is not to be made: it would take long, or may
    /// change the device. `count` is how many requests the file has sent.
    pub fn promise(
        &self,
        memory: &Memory,
        number: u32,
        argument: u64,
        count: Option<u32>,
    ) -> Option<Promise> {
        let mut promise = Promise {
            verdict: Ok(()),
            effects: Vec::new(),
            sent: false,
        };
        let verdict = match number {
            INFO => self.info(memory, argument, &mut promise),
            RPC => self.rpc(memory, argument, &mut promise, count),
            _ => Err(ENOTTY),
        };
        promise.verdict = match verdict {
            Ok(()) => Ok(()),
            Err(NEVER) => return None,
            Err(errno) => Err(errno),
        };
        Some(promise)
    }

    fn info(&self, memory: &Memory, argument: u64, promise: &mut Promise) -> Step<()> {
        let fields = structure(memory, argument, Info::SIZE)?;
        let (size, flags, len) = (word(&fields, 0), word(&fields, 4), word(&fields, 12));
        let address = double(&fields, 16);
        if flags != 0 {
            return Err(EOPNOTSUPP);
        }
        let room = len as usize;
        let some = &self.data[..room.min(self.data.len())];
        match self.files_change {
            true => promise.anything(memory, address, some.len())?,
            false => promise.write(memory, address, some)?,
        }
        let behind = address.wrapping_add(some.len() as u64);
        promise.clear(memory, behind, room - some.len())?;

        let answer = Info {
            size,
            flags,
            out_device_type: self.device_type,
            device_data_len: self.data.len() as u32,
            out_device_data: address,
        };
        promise.write(memory, argument, &answer.encode())
    }

    fn rpc(
        &self,
        memory: &Memory,
        argument: u64,
        promise: &mut Promise,
        count: Option<u32>,
    ) -> Step<()> {
        let fields = structure(memory, argument, Rpc::SIZE)?;
        let [size, scope, in_len, out_len] = [0, 4, 8, 12].map(|at| word(&fields, at));
        let (input, output) = (double(&fields, 16), double(&fields, 24));
        if in_len > RPC_MAX || out_len > RPC_MAX {
            return Err(EMSGSIZE);
        }
        if scope > scope::DEBUG_WRITE_FULL {
            return Err(EOPNOTSUPP);
        }
        if scope == scope::DEBUG_WRITE_FULL && !self.privileged {
            return Err(EPERM);
        }
        let message = memory.read(input, in_len as usize).ok_or(EFAULT)?;
        let room = out_len as usize;
        let answer = self.firmware.answer(scope, message, room, count);
        promise.sent = matches!(
            answer,
            Answer::Bytes(_) | Answer::Any(_) | Answer::Failed(_)
        );
        let len = match answer {
            Answer::Never => return Err(NEVER),
            Answer::Refused(errno) | Answer::Failed(errno) => return Err(errno),
            Answer::Bytes(bytes) => {
                promise.write(memory, output, &bytes[..room.min(bytes.len())])?;
                bytes.len()
            }
            Answer::Any(len) => {
                promise.anything(memory, output, room.min(len))?;
                len
            }
        };
        let answer = Rpc {
            size,
            scope,
            in_len,
            out_len: len as u32,
            input,
            output,
        };
        promise.write(memory, argument, &answer.encode())
    }
}

impl Promise {
    /// `bytes` are written to `address`, or as many as can be.
    fn write(&mut self, memory: &Memory, address: u64, bytes: &[u8]) -> Step<()> {
        let there = memory.accessible(address, bytes.len(), Access::Write);
        self.some(address, bytes[..there].to_vec(), bytes.len())
    }

    /// `len` zeros are, which may be more than there is memory.
    fn clear(&mut self, memory: &Memory, address: u64, len: usize) -> Step<()> {
        let there = memory.accessible(address, len, Access::Write);
        self.some(address, vec![0; there], len)
    }

    /// Of `len` bytes, these can be written.
    fn some(&mut self, address: u64, bytes: Vec<u8>, len: usize) -> Step<()> {
        let there = bytes.len();
        self.effects.push(match there == len {
            true => Effect::Written(address, bytes),
            false => Effect::Perhaps(address, bytes),
        });
        all(there, len)
    }

    /// `len` bytes are that nobody knows before.
    fn anything(&mut self, memory: &Memory, address: u64, len: usize) -> Step<()> {
        let there = memory.accessible(address, len, Access::Write);
        self.effects.push(Effect::Anything(address, there));
        all(there, len)
    }
}

/// Whether all `len` bytes are there.
fn all(there: usize, len: usize) -> Step<()> {
    match there == len {
        true => Ok(()),
        false => Err(EFAULT),
    }
}

/// Stands for a call that is not to be made; no errno has this number.
const NEVER: Errno = Errno(0);

/// The structure at `address`, of which the caller may have another version than `known` bytes.
fn structure(memory: &Memory, address: u64, known: usize) -> Step<Vec<u8>> {
    let size = word(memory.read(address, 4).ok_or(EFAULT)?, 0) as usize;
    if size < known {
        return Err(EINVAL);
    }
    if size > PAGE {
        return Err(E2BIG);
    }
    let (behind, unknown) = (address.wrapping_add(known as u64), size - known);
    let there = memory.accessible(behind, unknown, Access::Read);
    let tail = memory.read(behind, there).ok_or(EFAULT)?;
    if tail.iter().any(|&byte| byte != 0) {
        return Err(E2BIG);
    }
    if there < unknown {
        return Err(EFAULT);
    }
    Ok(memory.read(address, known).ok_or(EFAULT)?.to_vec())
}

fn word(bytes: &[u8], at: usize) -> u32 {
    let mut number = [0; 4];
    number.copy_from_slice(&bytes[at..at + 4]);
    u32::from_ne_bytes(number)
}

fn double(bytes: &[u8], at: usize) -> u64 {
    let mut number = [0; 8];
    number.copy_from_slice(&bytes[at..at + 8]);
    u64::from_ne_bytes(number)
}
