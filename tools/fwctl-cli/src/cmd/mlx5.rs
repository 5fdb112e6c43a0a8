// SPDX-License-Identifier: GPL-2.0 OR MIT

pub(crate) mod cap;

use std::ffi::OsStr;

use clap::Subcommand;
use fwctl::DeviceType;

use crate::devices::{Devices, Opened};
use crate::error::Error;

/// NVIDIA ConnectX and BlueField
#[derive(Debug, Subcommand)]
pub(crate) enum Mlx5 {
    Cap(cap::Cap),
}

/// Opens the device that `name` means, if it is an mlx5 one.
fn open(devices: &dyn Devices, name: &OsStr) -> Result<Opened, Error> {
    let opened = devices.open(name)?;
    let found = opened.transport.info()?.device_type;
    if found != DeviceType::Mlx5 {
        return Err(Error::Library(fwctl::Error::WrongType {
            wanted: DeviceType::Mlx5,
            found,
        }));
    }
    Ok(opened)
}
