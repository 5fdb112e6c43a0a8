// SPDX-License-Identifier: GPL-2.0 OR MIT

//! The two calls into the kernel, and all of the crate's `unsafe`.

use std::io;
use std::os::fd::BorrowedFd;

use rustix::io::Errno;
use rustix::ioctl::{ioctl, Opcode, Updater};

use crate::scope::RpcScope;
use crate::uapi::{FwctlInfo, FwctlRpc, FWCTL_INFO, FWCTL_RPC};

/// What the kernel says a file descriptor leads to.
pub(crate) struct InfoReply {
    /// Number of the device type.
    pub(crate) device_type: u32,
    /// Length of the driver's data, which may be more than there was room for.
    pub(crate) data_len: usize,
}

/// `FWCTL_INFO`, with the driver's data put into `data`.
pub(crate) fn info(fd: BorrowedFd<'_>, data: &mut [u8]) -> io::Result<InfoReply> {
    let mut argument = FwctlInfo {
        size: length(size_of::<FwctlInfo>())?,
        device_data_len: length(data.len())?,
        out_device_data: address(data.as_mut_ptr()),
        ..Default::default()
    };
    // SAFETY: `FwctlInfo` is what FWCTL_INFO takes. The kernel writes `device_data_len` bytes at
    // `out_device_data` at most, which are `data`'s, exclusively borrowed until the call is over.
    unsafe { update::<FWCTL_INFO, FwctlInfo>(fd, &mut argument) }?;
    Ok(InfoReply {
        device_type: argument.out_device_type,
        data_len: bytes(argument.device_data_len),
    })
}

/// `FWCTL_RPC`: sends `request`, puts the answer into `response`, returns the answer's length.
///
/// The length may be more than `response` had room for.
pub(crate) fn rpc(
    fd: BorrowedFd<'_>,
    scope: RpcScope,
    request: &[u8],
    response: &mut [u8],
) -> io::Result<usize> {
    let mut argument = FwctlRpc {
        size: length(size_of::<FwctlRpc>())?,
        // CAST: the discriminants are the numbers of the uAPI.
        scope: scope as u32,
        in_len: length(request.len())?,
        out_len: length(response.len())?,
        input: address(request.as_ptr()),
        output: address(response.as_mut_ptr()),
    };
    // SAFETY: `FwctlRpc` is what FWCTL_RPC takes. The kernel reads `in_len` bytes at `input`, which
    // are `request`'s, and writes `out_len` bytes at `output` at most, which are `response`'s; both
    // are borrowed until the call is over.
    unsafe { update::<FWCTL_RPC, FwctlRpc>(fd, &mut argument) }?;
    Ok(bytes(argument.out_len))
}

/// Passes `argument` to the ioctl `NUMBER`, which reads and updates it.
///
/// # Safety
///
/// `T` is the structure that `NUMBER` takes on the file behind `fd`, and every pointer in it holds
/// for the length given beside it. Of another file, `NUMBER` is an ioctl that does not exist: the
/// type byte is fwctl's own.
unsafe fn update<const NUMBER: Opcode, T>(fd: BorrowedFd<'_>, argument: &mut T) -> io::Result<()> {
    // SAFETY: the caller guarantees that `NUMBER` takes a `T`.
    let call = unsafe { Updater::<NUMBER, T>::new(argument) };
    // SAFETY: the caller guarantees that the pointers in the argument hold.
    unsafe { ioctl(fd, call) }?;
    Ok(())
}

/// The kernel's field for a length of `len` bytes; it refuses longer messages in this way too.
fn length(len: usize) -> io::Result<u32> {
    u32::try_from(len).map_err(|_| Errno::MSGSIZE.into())
}

/// A length that the kernel gave. No buffer is longer than the address space, so saturating on a
/// machine of 16 bits would do no harm.
fn bytes(len: u32) -> usize {
    usize::try_from(len).unwrap_or(usize::MAX)
}

/// The kernel's field for a pointer: 64 bits, whatever the word size.
fn address<T>(pointer: *const T) -> u64 {
    // CAST: no supported machine has pointers over 64 bits.
    pointer.expose_provenance() as u64
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::os::fd::AsFd;

    use super::*;

    #[test]
    fn another_file_has_no_such_ioctl() {
        let null = File::open("/dev/null").unwrap();
        let error = info(null.as_fd(), &mut []).err().unwrap();
        assert_eq!(error.raw_os_error(), Some(Errno::NOTTY.raw_os_error()));
        let error = rpc(null.as_fd(), RpcScope::Configuration, &[0], &mut [0]).unwrap_err();
        assert_eq!(error.raw_os_error(), Some(Errno::NOTTY.raw_os_error()));
    }
}
