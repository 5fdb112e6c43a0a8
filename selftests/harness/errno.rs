// SPDX-License-Identifier: GPL-2.0

//! Error numbers, by name.
//!
//! C header: `include/uapi/asm-generic/errno.h`.

use std::{
    fmt,
    io, //
};

/// An error number, as the kernel returned it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Errno(pub i32);

/// Makes a constant of each name, and the list by which numbers are printed.
macro_rules! errnos {
    ($($name:ident = $number:literal,)*) => {
        $(
            #[doc = concat!("Error number ", stringify!($number), ".")]
            pub const $name: Errno = Errno($number);
        )*
        const NAMES: &[(Errno, &str)] = &[$(($name, stringify!($name)),)*];
    };
}

errnos! {
    EPERM = 1,
    ENOENT = 2,
    EINTR = 4,
    EIO = 5,
    ENXIO = 6,
    E2BIG = 7,
    EBADF = 9,
    EAGAIN = 11,
    ENOMEM = 12,
    EACCES = 13,
    EFAULT = 14,
    EBUSY = 16,
    EEXIST = 17,
    ENODEV = 19,
    EINVAL = 22,
    ENOTTY = 25,
    ENOSPC = 28,
    EPIPE = 32,
    ENOSYS = 38,
    ENOLINK = 67,
    EBADMSG = 74,
    EMSGSIZE = 90,
    EOPNOTSUPP = 95,
    ETIMEDOUT = 110,
    EREMOTEIO = 121,
}

impl fmt::Display for Errno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match NAMES.iter().find(|(errno, _)| errno == self) {
            Some((_, name)) => f.write_str(name),
            None => write!(f, "errno {}", self.0),
        }
    }
}

impl fmt::Debug for Errno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Errno {
    /// The error number of the system call that just failed.
    pub fn last() -> Self {
        io::Error::last_os_error().into()
    }
}

impl From<io::Error> for Errno {
    fn from(error: io::Error) -> Self {
        Self(error.raw_os_error().unwrap_or(0))
    }
}
