// SPDX-License-Identifier: GPL-2.0 OR MIT

//! The way to a firmware: the kernel's character device, or a [`Loopback`](crate::Loopback).

use std::fs::{File, OpenOptions};
use std::os::fd::AsFd;
use std::path::{Path, PathBuf};

use rustix::io::Errno;
use rustix::process::{getpid, pidfd_getfd, pidfd_open, PidfdFlags, PidfdGetfdFlags};

use crate::error::Error;
use crate::ioctl;
use crate::scope::RpcScope;
use crate::uapi::{DeviceType, LONGEST_MESSAGE};

/// What is behind a transport.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Info {
    /// What the device speaks.
    pub device_type: DeviceType,
    /// What its driver says of the device and the caller's context, in the driver's format.
    pub data: Vec<u8>,
}

/// A firmware's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The answer, as far as there was memory for it.
    pub bytes: Vec<u8>,
    /// Length in bytes of the whole answer.
    pub length: usize,
}

impl Response {
    /// Whether there was too little memory for the answer.
    pub fn is_cut(&self) -> bool {
        self.length > self.bytes.len()
    }
}

/// A way to a firmware.
pub trait Transport {
    /// Asks what is behind the transport.
    fn info(&self) -> Result<Info, Error>;

    /// Sends `request` and waits for an answer of at most `response` bytes.
    ///
    /// An error means that there is no answer. What the firmware itself has to say, its own failures
    /// too, is in the answer. For most errors the device was not asked, but not for all: see
    /// [`Error::leaves_open_whether_the_device_acted`].
    fn rpc(&self, scope: RpcScope, request: &[u8], response: usize) -> Result<Response, Error>;
}

/// The character device of a fwctl driver. The firmware's context lasts as long as this value.
#[derive(Debug)]
pub struct CharDev {
    file: File,
    path: PathBuf,
}

impl CharDev {
    /// Room for a driver's data at the first attempt; no driver of Linux has more than 32 bytes.
    const USUAL_DATA: usize = 256;

    /// Opens the device's node at `path`.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref().to_owned();
        match OpenOptions::new().read(true).write(true).open(&path) {
            Ok(file) => Ok(Self { file, path }),
            Err(source) => Err(Error::Open { path, source }),
        }
    }

    /// Takes over a device that is already open: another reference to the file behind the
    /// descriptor `number` of this process.
    ///
    /// In this way a process without the right to open devices can be given one.
    pub fn inherit(number: i32) -> Result<Self, Error> {
        let path = PathBuf::from(format!("fd:{number}"));
        match duplicate(number) {
            Ok(file) => Ok(Self { file, path }),
            Err(errno) => Err(Error::Open {
                path,
                source: errno.into(),
            }),
        }
    }
}

/// Another reference to the file behind the descriptor `number` of this process.
///
/// The number is the user's, and may be anyone's or nobody's; the kernel can be asked about it
/// without a promise that it is open.
fn duplicate(number: i32) -> Result<File, Errno> {
    if number < 0 {
        return Err(Errno::BADF);
    }
    let this = pidfd_open(getpid(), PidfdFlags::empty())?;
    let file = pidfd_getfd(this, number, PidfdGetfdFlags::empty())?;
    Ok(file.into())
}

/// Memory for an answer of `response` bytes to `request` bytes, if the kernel would take both.
///
/// The lengths may be the user's, and any number.
fn room(request: usize, response: usize) -> Result<Vec<u8>, Errno> {
    if request.max(response) > LONGEST_MESSAGE {
        return Err(Errno::MSGSIZE);
    }
    let mut bytes = Vec::new();
    let reserved = bytes.try_reserve_exact(response);
    reserved.map_err(|_| Errno::NOMEM)?;
    bytes.resize(response, 0);
    Ok(bytes)
}

impl Transport for CharDev {
    fn info(&self) -> Result<Info, Error> {
        let mut data = vec![0; Self::USUAL_DATA];
        loop {
            let reply =
                ioctl::info(self.file.as_fd(), &mut data).map_err(|source| Error::Info {
                    path: self.path.clone(),
                    source,
                })?;
            let enough = reply.data_len <= data.len();
            data.resize(reply.data_len, 0);
            if enough {
                return Ok(Info {
                    device_type: reply.device_type.into(),
                    data,
                });
            }
        }
    }

    fn rpc(&self, scope: RpcScope, request: &[u8], response: usize) -> Result<Response, Error> {
        let failed = |source| Error::Rpc { scope, source };
        let mut bytes = room(request.len(), response).map_err(|errno| failed(errno.into()))?;
        let length = ioctl::rpc(self.file.as_fd(), scope, request, &mut bytes).map_err(failed)?;
        bytes.truncate(length);
        Ok(Response { bytes, length })
    }
}

#[cfg(test)]
mod tests {
    use std::io::{stderr, Write};
    use std::os::fd::AsRawFd;

    use super::*;

    #[test]
    fn a_file_that_is_no_device_says_so_at_the_first_question() {
        let null = CharDev::open("/dev/null").unwrap();
        assert!(matches!(null.info(), Err(Error::Info { .. })));
        assert!(matches!(
            null.rpc(RpcScope::Configuration, &[0; 16], 16),
            Err(Error::Rpc { .. })
        ));
    }

    #[test]
    fn what_the_kernel_would_not_take_is_refused_before_there_is_memory_for_it() {
        let null = CharDev::open("/dev/null").unwrap();
        let long = vec![0; LONGEST_MESSAGE + 1];
        let rows = [
            (&long[..16], usize::MAX, Errno::MSGSIZE),
            (&long[..16], 1 << 32, Errno::MSGSIZE),
            (&long[..16], LONGEST_MESSAGE + 1, Errno::MSGSIZE),
            (&long, 16, Errno::MSGSIZE),
            (&long[1..], LONGEST_MESSAGE, Errno::NOTTY),
        ];
        for (request, response, errno) in rows {
            let Err(Error::Rpc { source, .. }) =
                null.rpc(RpcScope::Configuration, request, response)
            else {
                panic!("{} bytes, {response} bytes", request.len());
            };
            assert_eq!(source.raw_os_error(), Some(errno.raw_os_error()));
        }
    }

    #[test]
    fn an_open_device_is_taken_over() {
        let null = File::open("/dev/null").unwrap();
        let taken = match duplicate(null.as_raw_fd()) {
            Err(errno @ (Errno::PERM | Errno::NOSYS)) => {
                // Some containers forbid it.
                let _ = writeln!(stderr(), "descriptors cannot be taken over here: {errno}");
                return;
            }
            _ => CharDev::inherit(null.as_raw_fd()).unwrap(),
        };
        drop(null);
        let error = taken.info().unwrap_err();
        let ours = std::error::Error::source(&error).unwrap();
        assert!(ours.to_string().contains("ioctl"), "{ours}");
        for number in [-1, 1 << 20] {
            assert!(matches!(CharDev::inherit(number), Err(Error::Open { .. })));
        }
    }

    #[test]
    fn a_missing_node_cannot_be_opened() {
        let error = CharDev::open("/dev/fwctl/none").unwrap_err();
        assert!(matches!(error, Error::Open { .. }));
    }
}
