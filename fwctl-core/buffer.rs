// SPDX-License-Identifier: GPL-2.0

//! Requests and responses: bytes that pass between user space and drivers.
//!
//! C header: `include/linux/slab.h`. A `KVVec` would do as well, but allocates and frees by way of
//! the reallocation that a vector is made for. These never grow, and every call would pay for it.

use core::{
    ops::Deref,
    slice, //
};
use kernel::{
    bindings,
    error::from_err_ptr,
    ffi::c_void,
    prelude::*,
    uaccess::UserPtr, //
};

extern "C" {
    fn fwctl_vmemdup_user(from: *const c_void, len: usize) -> *mut c_void;
}

/// Bytes in memory from `kmalloc()` or `kvmalloc()`.
///
/// # Invariants
///
/// `memory` is from one of these two and initialized for `len` bytes, or null where `len` is 0.
pub(crate) struct Buffer {
    memory: *mut u8,
    len: usize,
}

// SAFETY: The memory belongs to the buffer alone.
unsafe impl Send for Buffer {}
// SAFETY: As above.
unsafe impl Sync for Buffer {}

impl Buffer {
    /// No bytes.
    pub(crate) const fn empty() -> Self {
        // INVARIANT: No memory, no bytes.
        Self {
            memory: core::ptr::null_mut(),
            len: 0,
        }
    }

    /// Takes over `len` bytes from a driver, NULL for none.
    ///
    /// # Safety
    ///
    /// `memory` is null, or from `kmalloc()` or `kvmalloc()` and initialized for `len` bytes. It is
    /// given up.
    pub(crate) unsafe fn adopt(memory: *mut u8, len: usize) -> Self {
        if memory.is_null() {
            return Self::empty();
        }
        // INVARIANT: By the caller's word.
        Self { memory, len }
    }

    /// Reads the `len` bytes at `at` into memory that the caller's cgroup pays for. It is not cleared
    /// before it is overwritten.
    ///
    /// # Errors
    ///
    /// `EFAULT`, `ENOMEM`.
    pub(crate) fn read(at: UserPtr, len: usize) -> Result<Self> {
        // SAFETY: The function checks that the source is user memory, and takes any.
        let memory = from_err_ptr(unsafe { fwctl_vmemdup_user(at.as_const_ptr(), len) })?;
        // INVARIANT: All of it has been copied.
        Ok(Self {
            memory: memory.cast(),
            len,
        })
    }

    /// Its first byte, for drivers to read and write.
    pub(crate) fn as_mut_ptr(&mut self) -> *mut u8 {
        self.memory
    }

    /// Cuts it to `len` bytes if it is longer.
    pub(crate) fn truncate(&mut self, len: usize) {
        self.len = self.len.min(len);
    }
}

impl Deref for Buffer {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        if self.len == 0 {
            return &[];
        }
        // SAFETY: By the type invariant.
        unsafe { slice::from_raw_parts(self.memory, self.len) }
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        // SAFETY: By the type invariant; `kvfree()` frees either kind, and NULL.
        unsafe { bindings::kvfree(self.memory.cast()) };
    }
}
