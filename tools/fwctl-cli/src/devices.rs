// SPDX-License-Identifier: GPL-2.0 OR MIT

//! Where the commands find devices.

use std::ffi::OsStr;

use fwctl::{CharDev, Class, Device, Error, Transport};

/// A device that a command talks to.
pub struct Opened {
    /// The kernel's name of the device.
    pub name: String,
    /// The way to its firmware.
    pub transport: Box<dyn Transport>,
}

/// The devices that there are.
pub trait Devices {
    /// Whether the kernel has fwctl.
    fn supported(&self) -> bool;

    /// All devices.
    fn list(&self) -> Result<Vec<Device>, Error>;

    /// Opens the device that `name` means: kernel name, path, PCI address, or `fd:` and the number of
    /// a descriptor that is open already.
    fn open(&self, name: &OsStr) -> Result<Opened, Error>;
}

impl Devices for Class {
    fn supported(&self) -> bool {
        self.exists()
    }

    fn list(&self) -> Result<Vec<Device>, Error> {
        self.devices()
    }

    fn open(&self, name: &OsStr) -> Result<Opened, Error> {
        let number = name.to_str().and_then(|name| name.strip_prefix("fd:"));
        if let Some(number) = number.and_then(|number| number.parse().ok()) {
            return Ok(Opened {
                name: format!("fd:{number}"),
                transport: Box::new(CharDev::inherit(number)?),
            });
        }
        let device = self.find(name)?;
        let transport = Box::new(device.open()?);
        Ok(Opened {
            name: device.name,
            transport,
        })
    }
}
