// SPDX-License-Identifier: GPL-2.0

//! The fwctl devices of this machine.

use std::{
    env,
    ffi::OsStr,
    fs::{
        self,
        OpenOptions, //
    },
    path::PathBuf, //
};

use crate::{
    device::Device,
    errno::Errno,
    ktap::{
        skip,
        Stop, //
    },
    mock,
    module,
    uapi::device_type, //
};

/// Where the kernel lists the devices.
const CLASS: &str = "/sys/class/fwctl";

/// A device, by the name that the kernel gave it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Node {
    /// `fwctl0`.
    pub name: String,
}

impl Node {
    /// All devices.
    pub fn all() -> Vec<Self> {
        let Ok(entries) = fs::read_dir(CLASS) else {
            return Vec::new();
        };
        let mut nodes: Vec<_> = entries
            .flatten()
            .map(|entry| Self {
                name: entry.file_name().to_string_lossy().into_owned(),
            })
            .collect();
        nodes.sort_by_key(|node| (node.name.len(), node.name.clone()));
        nodes
    }

    /// The device to test: `FWCTL_DEVICE=fwctl0`, or the first one, or a mock.
    pub fn any() -> Result<Self, Stop> {
        if let Ok(name) = env::var("FWCTL_DEVICE") {
            let name = name.trim_start_matches("/dev/fwctl/").to_string();
            return match Self::all().into_iter().find(|node| node.name == name) {
                Some(node) => Ok(node),
                None => skip(format!("no {name} here")),
            };
        }
        match Self::all().into_iter().next() {
            Some(node) => Ok(node),
            None => Self::mock(),
        }
    }

    /// A mock device; the modules are loaded if need be.
    pub fn mock() -> Result<Self, Stop> {
        if let Some(node) = Self::of_type(device_type::MOCK)? {
            return Ok(node);
        }
        if !module::loaded(mock::MODULE) {
            module::load(mock::MODULE)?;
        }
        match Self::of_type(device_type::MOCK)? {
            Some(node) => Ok(node),
            None => skip("no mock device"),
        }
    }

    /// All mock devices, which need not be opened for the search.
    pub fn mocks() -> Vec<Self> {
        let ours = |node: &Self| {
            let parent = fs::canonicalize(node.sysfs().join("device"));
            let name = parent
                .ok()
                .and_then(|parent| parent.file_name().map(OsStr::to_owned));
            name.is_some_and(|name| name.to_string_lossy().starts_with(mock::MODULE))
        };
        let mut nodes = Self::all();
        nodes.retain(ours);
        nodes
    }

    /// A ConnectX.
    pub fn connectx() -> Result<Self, Stop> {
        match Self::of_type(device_type::MLX5)? {
            Some(node) => Ok(node),
            None => skip("no ConnectX"),
        }
    }

    /// All of them.
    pub fn connectxs() -> Result<Vec<Self>, Errno> {
        let mut nodes = Vec::new();
        for node in Self::all() {
            if node.open()?.device_type()? == device_type::MLX5 {
                nodes.push(node);
            }
        }
        Ok(nodes)
    }

    /// A CXL memory device.
    pub fn cxl() -> Result<Self, Stop> {
        match Self::of_type(device_type::CXL)? {
            Some(node) => Ok(node),
            None => skip("no CXL memory device"),
        }
    }

    /// The first device of this type.
    pub fn of_type(wanted: u32) -> Result<Option<Self>, Errno> {
        for node in Self::all() {
            if node.open()?.device_type()? == wanted {
                return Ok(Some(node));
            }
        }
        Ok(None)
    }

    /// Opens the device for reading and writing.
    pub fn open(&self) -> Result<Device, Errno> {
        self.open_with(OpenOptions::new().read(true).write(true))
    }

    /// Opens the device.
    pub fn open_with(&self, options: &OpenOptions) -> Result<Device, Errno> {
        Ok(Device::new(options.open(self.path())?))
    }

    /// `/dev/fwctl/fwctl0`.
    pub fn path(&self) -> PathBuf {
        PathBuf::from("/dev/fwctl").join(&self.name)
    }

    /// `/sys/class/fwctl/fwctl0`.
    pub fn sysfs(&self) -> PathBuf {
        PathBuf::from(CLASS).join(&self.name)
    }

    /// Whether the device is still there.
    pub fn exists(&self) -> bool {
        self.sysfs().exists()
    }

    /// Major and minor number.
    pub fn numbers(&self) -> Result<(u32, u32), Stop> {
        let text = fs::read_to_string(self.sysfs().join("dev"))?;
        let numbers = text
            .trim_end()
            .split_once(':')
            .and_then(|(major, minor)| Some((major.parse().ok()?, minor.parse().ok()?)));
        match numbers {
            Some(numbers) => Ok(numbers),
            None => Err(Stop::Fail(format!("`dev` holds {text:?}"))),
        }
    }
}
