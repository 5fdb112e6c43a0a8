// SPDX-License-Identifier: GPL-2.0 OR MIT

//! What can go wrong: one variant for each step that can fail.

use std::io;
use std::path::PathBuf;

use rustix::io::Errno;

use crate::mlx5::Verdict;
use crate::protocol::scope_name;
use crate::scope::RpcScope;
use crate::uapi::DeviceType;

/// The step that failed. What the kernel said about it is the error's source.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The devices could not be listed.
    #[error("cannot list the devices in {}", path.display())]
    List {
        /// Directory of the device class.
        path: PathBuf,
        /// What the kernel said.
        source: io::Error,
    },

    /// A device is listed, but not described in a way that is understood.
    #[error("cannot read what {} says of a device", path.display())]
    Describe {
        /// The file in sysfs.
        path: PathBuf,
        /// What the kernel said, or what is missing in the file.
        source: io::Error,
    },

    /// No device goes by this name, path or PCI address.
    #[error("there is no fwctl device {name}")]
    NoSuchDevice {
        /// The name as it was given.
        name: String,
    },

    /// The device's node could not be opened.
    #[error("cannot open {}", path.display())]
    Open {
        /// The device's node.
        path: PathBuf,
        /// What the kernel said.
        source: io::Error,
    },

    /// `FWCTL_INFO` failed.
    #[error("cannot ask {} what device it is", path.display())]
    Info {
        /// The device's node.
        path: PathBuf,
        /// What the kernel said.
        source: io::Error,
    },

    /// `FWCTL_RPC` failed: there is no answer. The device may have acted all the same, see
    /// [`Error::leaves_open_whether_the_device_acted`].
    #[error("{}", if came_before_the_device(.source) {
        "the kernel did not deliver the request"
    } else {
        "there is no answer to the request; whether the device acted is not known"
    })]
    Rpc {
        /// Scope at which it was sent.
        scope: RpcScope,
        /// What the kernel said.
        source: io::Error,
    },

    /// A request needs a scope that the caller has to ask for.
    #[error("{request} needs scope {}, which taints the kernel", scope_name(*.scope))]
    NotAskedFor {
        /// Name or number of the request.
        request: String,
        /// Lowest scope at which it may be sent.
        scope: RpcScope,
    },

    /// The device speaks another language than the request is written in.
    #[error("the device is of type {found}, not {wanted}")]
    WrongType {
        /// Type that the request is for.
        wanted: DeviceType,
        /// Type that the device has.
        found: DeviceType,
    },

    /// The firmware received an mlx5 command and did not carry it out.
    #[error("the firmware did not carry out {command}: {verdict}")]
    Status {
        /// Name or number of the command.
        command: String,
        /// What the firmware said.
        verdict: Verdict,
    },

    /// The answer ends before the last field that it has to have.
    #[error("the answer to {command} has {got} bytes of {needed}")]
    ShortAnswer {
        /// Name or number of the command.
        command: String,
        /// Length of the answer in bytes.
        got: usize,
        /// Length in bytes that it has to have.
        needed: usize,
    },
}

impl Error {
    /// Whether a request without an answer may have had its effect.
    ///
    /// So it is for an errno that the kernel does not give before it asks the device: the device
    /// did not answer its driver in time, or there was no memory that the answer could be put into.
    pub fn leaves_open_whether_the_device_acted(&self) -> bool {
        matches!(self, Self::Rpc { source, .. } if !came_before_the_device(source))
    }
}

/// Whether `FWCTL_RPC` fails so before the device is asked.
fn came_before_the_device(source: &io::Error) -> bool {
    const BEFORE: [Errno; 11] = [
        Errno::ACCESS,
        Errno::BADF,
        Errno::BADMSG,
        Errno::INVAL,
        Errno::MSGSIZE,
        Errno::NODEV,
        Errno::NOMEM,
        Errno::NOTTY,
        Errno::OPNOTSUPP,
        Errno::PERM,
        Errno::TOOBIG,
    ];
    Errno::from_io_error(source).is_some_and(|errno| BEFORE.contains(&errno))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_errno_tells_whether_the_device_may_have_acted() {
        let rows = [
            (Errno::BADMSG, false),
            (Errno::INVAL, false),
            (Errno::MSGSIZE, false),
            (Errno::NODEV, false),
            (Errno::PERM, false),
            (Errno::TOOBIG, false),
            (Errno::FAULT, true),
            (Errno::INTR, true),
            (Errno::IO, true),
            (Errno::TIMEDOUT, true),
        ];
        for (errno, open) in rows {
            let error = Error::Rpc {
                scope: RpcScope::Configuration,
                source: errno.into(),
            };
            assert_eq!(
                error.leaves_open_whether_the_device_acted(),
                open,
                "{errno}"
            );
            assert_eq!(error.to_string().ends_with("is not known"), open, "{error}");
        }
        let other = Error::NoSuchDevice {
            name: String::new(),
        };
        assert!(!other.leaves_open_whether_the_device_acted());
    }
}
