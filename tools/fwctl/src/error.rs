// SPDX-License-Identifier: GPL-2.0 OR MIT

//! What can go wrong: one variant for each step that can fail.

use std::io;
use std::path::PathBuf;

use crate::mlx5::Verdict;
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

    /// `FWCTL_RPC` failed: the firmware has not seen the request.
    #[error("the request was not delivered to the firmware")]
    Rpc {
        /// Scope at which it was sent.
        scope: RpcScope,
        /// What the kernel said.
        source: io::Error,
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
