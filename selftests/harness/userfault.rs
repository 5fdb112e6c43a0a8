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
const UFFDIO_UNREGISTER: u32 = 0x8010_aa01;

/// A page that is not there yet: who touches it, waits. There may be one in front of it that is.
///
/// Fields are dropped in this order: the page is there before it is unmapped.
pub struct Absent {
    /// Hears of accesses. Closed, it lets the page appear, unless another process has it, too.
    faults: File,
    pages: Pages,
    /// Where the caller's part of the memory begins.
    start: usize,
}

impl Absent {
    /// A page that is absent, where this kernel allows it.
    pub fn new() -> Result<Self, Stop> {
        Self::in_pages(1, &[])
    }

    /// Such a page right behind `bytes`, which are there.
    pub fn behind(bytes: &[u8]) -> Result<Self, Stop> {
        Self::in_pages(2, bytes)
    }

    /// The last page of several is absent.
    fn in_pages(count: usize, bytes: &[u8]) -> Result<Self, Stop> {
        let faults = match sys::userfaultfd() {
            Ok(file) => file,
            Err(errno) => return skip(format!("no userfaultfd: {errno}")),
        };
        let pages = Pages::new(Caller::Native, count * PAGE)?;
        let start = (count - 1) * PAGE - bytes.len();
        pages.write(start, bytes);
        // The version of the interface, wanted features, and what the kernel answers.
        control(&faults, UFFDIO_API, &[0xaa, 0, 0])?;
        let absent = Self {
            faults,
            pages,
            start,
        };
        // Start, length, "missing pages", and what the kernel answers.
        let [at, len] = absent.range();
        control(&absent.faults, UFFDIO_REGISTER, &[at, len, 1, 0])?;
        Ok(absent)
    }

    /// Address of the page, or of what is in front of it.
    pub fn address(&self) -> u64 {
        self.pages.at(self.start)
    }

    /// Writes to what is there, from `offset` on.
    pub fn write(&self, offset: usize, bytes: &[u8]) {
        self.pages.write(self.start + offset, bytes);
    }

    /// Reads what is there, from `offset` on.
    pub fn read(&self, offset: usize, len: usize) -> Vec<u8> {
        self.pages.read(self.start + offset, len)
    }

    /// Waits until somebody waits for the page.
    pub fn wait_for_access(&self, limit: Duration) -> Outcome {
        let mut message = [0; 32];
        until("an access to absent memory", limit, || {
            (&self.faults).read(&mut message).ok()
        })
        .map(drop)
    }

    /// From now on the page is there, all zero, for who waits too.
    pub fn appear(&self) -> Outcome {
        Ok(control(&self.faults, UFFDIO_UNREGISTER, &self.range())?)
    }

    /// Start and length of the page.
    fn range(&self) -> [u64; 2] {
        [self.pages.at(self.pages.len() - PAGE), PAGE as u64]
    }
}

fn control(file: &File, number: u32, numbers: &[u64]) -> Result<(), Errno> {
    let memory = Pages::new(Caller::Native, PAGE)?;
    let bytes: Vec<u8> = numbers.iter().flat_map(|n| n.to_ne_bytes()).collect();
    memory.write(0, &bytes);
    sys::call(Caller::Native, file.as_fd(), number, memory.at(0))
}
