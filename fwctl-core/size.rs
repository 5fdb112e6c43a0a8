// SPDX-License-Identifier: GPL-2.0 OR MIT

//! The size rules of extensible ioctl structures, on plain numbers.
//!
//! The caller says how large its structure is. The kernel knows how large the first version was
//! and how large its own is. Source: `include/uapi/fwctl/fwctl.h`, "Extensible structures".

/// Largest structure that a caller may pass, in bytes.
///
/// A page, as `copy_struct_from_user()` recommends: what lies beyond the kernel's structure has to
/// be read and compared with zero, and that work needs a bound.
pub const LARGEST: usize = 4096;

/// How to copy a structure in, all in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// Length to copy from the caller; the rest of the kernel's structure is zero.
    pub copied: usize,
    /// Length behind the kernel's structure that must hold zeros.
    pub tail: usize,
}

/// Why a size is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadSize {
    /// It ends before the last field of the first version: `EINVAL`.
    TooSmall,
    /// It is above [`LARGEST`]: `E2BIG`.
    TooLarge,
}

/// Applies the rules to a caller's structure of `user` bytes.
///
/// `first` is the length of the first version, `kernel` that of the kernel's version.
pub const fn transfer(user: usize, first: usize, kernel: usize) -> Result<Transfer, BadSize> {
    if user < first {
        return Err(BadSize::TooSmall);
    }
    if user > LARGEST {
        return Err(BadSize::TooLarge);
    }
    if user <= kernel {
        Ok(Transfer {
            copied: user,
            tail: 0,
        })
    } else {
        Ok(Transfer {
            copied: kernel,
            tail: user - kernel,
        })
    }
}
