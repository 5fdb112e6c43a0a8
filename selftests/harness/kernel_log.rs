// SPDX-License-Identifier: GPL-2.0

//! What the kernel logs, and whether it is tainted.

use std::{
    fs::{
        self,
        File,
        OpenOptions, //
    },
    io::{
        ErrorKind,
        Read,
        Seek,
        SeekFrom, //
    },
    os::unix::fs::OpenOptionsExt, //
};

use crate::{
    errno::Errno,
    ktap::{
        fail,
        Stop, //
    }, //
};

/// The kernel's log from some moment on.
pub struct KernelLog {
    file: File,
}

impl KernelLog {
    /// From now on.
    pub fn from_now() -> Result<Self, Stop> {
        const NONBLOCK: i32 = 0o4000;
        let mut file = OpenOptions::new()
            .read(true)
            .custom_flags(NONBLOCK)
            .open("/dev/kmsg")?;
        file.seek(SeekFrom::End(0))?;
        Ok(Self { file })
    }

    /// The lines that were logged since the last time.
    pub fn lines(&mut self) -> Vec<String> {
        let mut lines = Vec::new();
        let mut record = [0; 8192];
        // One read is one record: "priority,number,time,flags;text", then lines of properties.
        loop {
            match self.file.read(&mut record) {
                Ok(len) => {
                    let record = String::from_utf8_lossy(&record[..len]);
                    let text = record.split_once(';').map(|(_, text)| text);
                    lines.extend(
                        text.and_then(|text| text.lines().next())
                            .map(str::to_string),
                    );
                }
                // Records were overwritten before they were read.
                Err(error) if error.kind() == ErrorKind::BrokenPipe => {}
                Err(_) => return lines,
            }
        }
    }
}

/// Whether a line of fwctl's names this error. Not every kernel knows errors by name.
pub fn names(line: &str, errno: Errno) -> bool {
    let number = format!("Error({})", errno.0);
    line.contains("fwctl") && (line.contains(&errno.to_string()) || line.contains(&number))
}

/// Whether fwctl has tainted the kernel (`TAINT_FWCTL`).
pub fn tainted() -> Result<bool, Stop> {
    const TAINT_FWCTL: u32 = 19;
    let text = fs::read_to_string("/proc/sys/kernel/tainted")?;
    match text.trim().parse::<u64>() {
        Ok(flags) => Ok((flags >> TAINT_FWCTL) & 1 == 1),
        Err(_) => fail(format!("kernel.tainted is {text:?}")),
    }
}
