// SPDX-License-Identifier: GPL-2.0

//! User memory: reading structures and requests, writing answers.
//!
//! C header: `include/linux/uaccess.h`.

use core::mem::size_of;
use kernel::{
    bindings,
    error::to_result,
    ffi,
    prelude::*,
    uaccess::UserPtr, //
};
use zerocopy::{
    FromBytes,
    Immutable,
    IntoBytes, //
};

use crate::{
    buffer::Buffer,
    size::{
        self,
        BadSize, //
    }, //
};

// Each gives the length in bytes of what it could not do. A `UserSlice` is the way to read piece by
// piece; these copies are whole, and three or four of them are in every call.
extern "C" {
    fn fwctl_copy_from_user(to: *mut ffi::c_void, from: *const ffi::c_void, len: usize) -> usize;
    fn fwctl_copy_to_user(to: *mut ffi::c_void, from: *const ffi::c_void, len: usize) -> usize;
    fn fwctl_clear_user(to: *mut ffi::c_void, len: usize) -> usize;
}

/// An ioctl argument that grows from version to version, in user memory.
pub(crate) struct Argument {
    at: UserPtr,
    /// Length in bytes that the caller gave it, as read once.
    len: usize,
}

impl Argument {
    /// Reads the argument at `at` to `value`, of whose type the first version ended after `first`
    /// bytes.
    ///
    /// # Errors
    ///
    /// `EINVAL` for one that is shorter, `E2BIG` for one that has something where this kernel knows
    /// nothing, `EFAULT`.
    pub(crate) fn read<C>(at: usize, first: usize, value: &mut C) -> Result<Self>
    where
        C: FromBytes + IntoBytes + Immutable,
    {
        let at = UserPtr::from_addr(at);
        // Nearly all callers have the version that this kernel has, and one copy does for them.
        let len = size_of::<C>();
        let bytes = value.as_mut_bytes();
        if read_bytes(at, bytes).is_ok() && bytes.starts_with((len as u32).as_bytes()) {
            return Ok(Self { at, len });
        }
        Self::read_other_version(at, first, bytes)
    }

    fn read_other_version(at: UserPtr, first: usize, value: &mut [u8]) -> Result<Self> {
        let mut size = 0u32;
        read_bytes(at, size.as_mut_bytes())?;
        // CAST: A `usize` has 64 bits or 32 here.
        let len = size as usize;
        let copy = size::transfer(len, first, value.len())?;
        if !is_zero(at.wrapping_byte_add(copy.copied), copy.tail)? {
            return Err(E2BIG);
        }

        value.fill(0);
        if let Some(bytes) = value.get_mut(..copy.copied) {
            read_bytes(at, bytes)?;
        }
        // The caller may have changed the size in between: what was checked holds.
        if let Some(bytes) = value.get_mut(..size_of::<u32>()) {
            bytes.copy_from_slice(size.as_bytes());
        }
        Ok(Self { at, len })
    }

    /// Writes back as much of `value` as the caller has room for.
    ///
    /// # Errors
    ///
    /// `EFAULT`.
    pub(crate) fn write<C: IntoBytes + Immutable>(&self, value: &C) -> Result {
        write_some(self.at, self.len, value.as_bytes())
    }
}

impl From<BadSize> for Error {
    fn from(bad: BadSize) -> Self {
        match bad {
            BadSize::TooSmall => EINVAL,
            BadSize::TooLarge => E2BIG,
        }
    }
}

/// Whether the `len` bytes at `at` are zero.
fn is_zero(at: UserPtr, len: usize) -> Result<bool> {
    if len == 0 {
        return Ok(true);
    }
    // SAFETY: The function checks that the range is user memory, and takes any.
    match unsafe { bindings::check_zeroed_user(at.as_const_ptr(), len) } {
        0 => Ok(false),
        1 => Ok(true),
        error => to_result(error).map(|()| false),
    }
}

/// Reads the `len` bytes at address `at` into memory that the caller's cgroup pays for.
///
/// # Errors
///
/// `EFAULT`, `ENOMEM`.
pub(crate) fn read(at: u64, len: usize) -> Result<Buffer> {
    Buffer::read(pointer(at)?, len)
}

/// Writes as much of `bytes` as fits into the `room` bytes at address `at`.
///
/// # Errors
///
/// `EFAULT`.
pub(crate) fn write(at: u64, room: usize, bytes: &[u8]) -> Result {
    write_some(pointer(at)?, room, bytes)
}

/// Like [`write`], and fills the rest of the room with zeros.
///
/// # Errors
///
/// `EFAULT`.
pub(crate) fn write_padded(at: u64, room: usize, bytes: &[u8]) -> Result {
    let at = pointer(at)?;
    write_some(at, room, bytes)?;
    let rest = room.saturating_sub(bytes.len());
    if rest == 0 {
        return Ok(());
    }
    let behind = at.wrapping_byte_add(bytes.len()).as_mut_ptr();
    // SAFETY: The function checks that the range is user memory, and takes any.
    done(unsafe { fwctl_clear_user(behind, rest) })
}

fn write_some(at: UserPtr, room: usize, bytes: &[u8]) -> Result {
    let some = bytes.get(..room).unwrap_or(bytes);
    // SAFETY: The slice may be read. The function checks that the target is user memory, and takes
    // any.
    done(unsafe { fwctl_copy_to_user(at.as_mut_ptr(), some.as_ptr().cast(), some.len()) })
}

/// Fills `bytes` with those at `at`.
fn read_bytes(at: UserPtr, bytes: &mut [u8]) -> Result {
    let to = bytes.as_mut_ptr().cast();
    // SAFETY: The slice may be written. The function checks that the source is user memory, and
    // takes any.
    done(unsafe { fwctl_copy_from_user(to, at.as_const_ptr(), bytes.len()) })
}

/// Whether all of a copy was done, of which so much is left.
fn done(left: usize) -> Result {
    match left {
        0 => Ok(()),
        _ => Err(EFAULT),
    }
}

/// A user pointer out of an ioctl's 64-bit field.
fn pointer(address: u64) -> Result<UserPtr> {
    let address = usize::try_from(address).map_err(|_| EFAULT)?;
    Ok(UserPtr::from_addr(address))
}
