// SPDX-License-Identifier: GPL-2.0

//! Memory that is not there until somebody brings it, by userfaultfd(2).

use std::{
    fs::File,
    io::Read,
    os::fd::AsFd,
    time::Duration, //
};

use crate::{
    errno::Errno,
    ktap::{
        skip,
        Outcome,
        Stop, //
    },
    sys::{
        self,
        Caller,
        Pages,
        PAGE, //
    },
    wait::until, //
};

const UFFDIO_API: u32 = 0xc018_aa3f;
const UFFDIO_REGISTER: u32 = 0xc020_aa00;

/// A page that is not there yet: who touches it, waits.
///
/// Fields are dropped in this order: the page is there before it is unmapped.
pub struct Absent {
    /// Hears of accesses. Closed, it lets the page appear.
    faults: Option<File>,
    page: Pages,
}

impl Absent {
    /// A page that is absent, where this kernel allows it.
    pub fn new() -> Result<Self, Stop> {
        let faults = match sys::userfaultfd() {
            Ok(file) => file,
            Err(errno) => return skip(format!("no userfaultfd: {errno}")),
        };
        let page = Pages::new(Caller::Native, PAGE)?;
        // The version of the interface, wanted features, and what the kernel answers.
        control(&faults, UFFDIO_API, &[0xaa, 0, 0])?;
        // Start, length, "missing pages", and what the kernel answers.
        control(&faults, UFFDIO_REGISTER, &[page.at(0), PAGE as u64, 1, 0])?;
        Ok(Self {
            faults: Some(faults),
            page,
        })
    }

    /// Address of the page.
    pub fn address(&self) -> u64 {
        self.page.at(0)
    }

    /// Waits until somebody waits for the page.
    pub fn wait_for_access(&self, limit: Duration) -> Outcome {
        let mut message = [0; 32];
        until("an access to absent memory", limit, || {
            self.faults.as_ref()?.read(&mut message).ok()
        })
        .map(drop)
    }

    /// From now on the page is there, all zero, for who waits too.
    pub fn appear(&mut self) {
        self.faults = None;
    }
}

fn control(file: &File, number: u32, numbers: &[u64]) -> Result<(), Errno> {
    let memory = Pages::new(Caller::Native, PAGE)?;
    let bytes: Vec<u8> = numbers.iter().flat_map(|n| n.to_ne_bytes()).collect();
    memory.write(0, &bytes);
    sys::call(Caller::Native, file.as_fd(), number, memory.at(0))
}
