// SPDX-License-Identifier: GPL-2.0

//! Memory for the kernel to read and write.

use std::{
    ffi::{
        c_int,
        c_void, //
    },
    ptr,
    sync::atomic::{
        AtomicU32,
        Ordering, //
    }, //
};

use super::{
    checked,
    Caller, //
};
use crate::errno::Errno;

extern "C" {
    fn mmap(
        at: *mut c_void,
        len: usize,
        prot: c_int,
        flags: c_int,
        fd: c_int,
        off: i64,
    ) -> *mut c_void;
    fn mprotect(at: *mut c_void, len: usize, prot: c_int) -> c_int;
    fn munmap(at: *mut c_void, len: usize) -> c_int;
}

/// Size of a page, in bytes.
pub const PAGE: usize = 4096;

const READ_WRITE: c_int = 1 | 2;
const PRIVATE_ANONYMOUS: c_int = 2 | 0x20;

/// What may be done with a page; each includes what is before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// Nothing.
    None,
    /// Reading.
    Read,
    /// Reading and writing.
    Write,
}

/// Memory that ends at a hole: a page that may not be touched.
#[derive(Debug)]
pub struct Pages {
    start: usize,
    len: usize,
}

impl Pages {
    /// At least `len` bytes, all zero, where `caller` can point to.
    pub fn new(caller: Caller, len: usize) -> Result<Self, Errno> {
        const BELOW_2G: c_int = 0x40;

        let len = len.next_multiple_of(PAGE).max(PAGE);
        let flags = match caller {
            Caller::Native => PRIVATE_ANONYMOUS,
            Caller::Compat => PRIVATE_ANONYMOUS | BELOW_2G,
        };
        // SAFETY: The kernel chooses the place.
        let at = unsafe { mmap(ptr::null_mut(), len + PAGE, READ_WRITE, flags, -1, 0) };
        if at as isize == -1 {
            return Err(Errno::last());
        }
        let pages = Self {
            start: at as usize,
            len,
        };
        pages.protect(len, PAGE, 0)?;
        Ok(pages)
    }

    /// Length in bytes.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Never: there is one page at least.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// Address of the byte at `offset`; `len()` is the first of the hole.
    pub fn at(&self, offset: usize) -> u64 {
        (self.start + offset) as u64
    }

    /// Copies `bytes` to `offset`.
    pub fn write(&self, offset: usize, bytes: &[u8]) {
        assert!(offset + bytes.len() <= self.len);
        // SAFETY: Within this mapping, checked above. No reference into it exists.
        unsafe {
            ptr::copy(
                bytes.as_ptr(),
                (self.start + offset) as *mut u8,
                bytes.len(),
            )
        };
    }

    /// Makes all bytes `value`.
    pub fn fill(&self, value: u8) {
        // SAFETY: This is the mapping. No reference into it exists.
        unsafe { ptr::write_bytes(self.start as *mut u8, value, self.len) };
    }

    /// The `len` bytes at `offset`.
    pub fn read(&self, offset: usize, len: usize) -> Vec<u8> {
        assert!(offset + len <= self.len);
        let mut bytes = vec![0; len];
        // SAFETY: Within this mapping, checked above. No reference into it exists.
        unsafe { ptr::copy((self.start + offset) as *const u8, bytes.as_mut_ptr(), len) };
        bytes
    }

    /// Nobody may write to the page at `offset` any more.
    pub fn make_read_only(&self, offset: usize) -> Result<(), Errno> {
        self.set_access(offset, Access::Read)
    }

    /// From now on this may be done with the page at `offset`, also by who is doing it.
    pub fn set_access(&self, offset: usize, access: Access) -> Result<(), Errno> {
        let access = match access {
            Access::None => 0,
            Access::Read => 1,
            Access::Write => READ_WRITE,
        };
        self.protect(offset, PAGE, access)
    }

    /// Puts a new page, all zero, in place of the one at `offset`.
    pub fn renew(&self, offset: usize) -> Result<(), Errno> {
        const FIXED: c_int = 0x10;
        assert!(offset % PAGE == 0 && offset < self.len);
        let at = (self.start + offset) as *mut c_void;
        // SAFETY: It is a page of this mapping. No reference into it exists.
        let at = unsafe { mmap(at, PAGE, READ_WRITE, PRIVATE_ANONYMOUS | FIXED, -1, 0) };
        if at as isize == -1 {
            return Err(Errno::last());
        }
        Ok(())
    }

    /// Writes a word at `offset`, a multiple of four, where others may read and write it meanwhile.
    pub fn store(&self, offset: usize, word: u32) {
        assert!(offset % 4 == 0 && offset + 4 <= self.len);
        let word_at = (self.start + offset) as *mut u32;
        // SAFETY: It is aligned and within this mapping, checked above.
        let word_at = unsafe { AtomicU32::from_ptr(word_at) };
        word_at.store(word, Ordering::Relaxed);
    }

    fn protect(&self, offset: usize, len: usize, access: c_int) -> Result<(), Errno> {
        // SAFETY: Within this mapping and the hole behind it. No reference into it exists.
        checked(unsafe { mprotect((self.start + offset) as *mut c_void, len, access) }).map(drop)
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        // SAFETY: `new` has mapped it. No reference into it exists.
        unsafe { munmap(self.start as *mut c_void, self.len + PAGE) };
    }
}
