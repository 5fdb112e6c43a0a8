// SPDX-License-Identifier: GPL-2.0 OR MIT

use std::io::{self, Write};

use clap::Args;
use fwctl::Device;
use serde::Serialize;

use crate::devices::Devices;
use crate::error::Error;
use crate::table;

/// List the fwctl devices; none of them is opened
#[derive(Debug, Args)]
pub(crate) struct List {}

/// The devices.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    /// Whether the kernel has fwctl.
    supported: bool,
    devices: Vec<Row>,
}

/// One device.
#[derive(Debug, Serialize)]
struct Row {
    device: String,
    node: String,
    /// Driver of the device behind it.
    driver: Option<String>,
    /// Name of the device behind it.
    parent: String,
    pci: Option<String>,
    number: String,
}

impl From<Device> for Row {
    fn from(device: Device) -> Self {
        Self {
            node: device.node.display().to_string(),
            driver: device.driver,
            parent: device.parent,
            pci: device.pci.map(|pci| pci.to_string()),
            number: format!("{}:{}", device.number.major, device.number.minor),
            device: device.name,
        }
    }
}

impl List {
    pub(crate) fn run(self, devices: &dyn Devices) -> Result<Report, Error> {
        Ok(Report {
            supported: devices.supported(),
            devices: devices.list()?.into_iter().map(Row::from).collect(),
        })
    }
}

impl Report {
    pub(crate) fn text(&self, out: &mut dyn Write, width: Option<u16>) -> io::Result<()> {
        if self.devices.is_empty() {
            return Ok(());
        }
        let rows = self.devices.iter().map(|row| {
            let driver = row.driver.as_deref().unwrap_or("-");
            [&row.device, driver, &row.parent, &row.number]
        });
        table::write(out, width, &["DEVICE", "DRIVER", "ADDRESS", "NUMBER"], rows)
    }

    /// Why there is nothing in the list.
    pub(crate) fn note(&self) -> Option<&'static str> {
        if !self.supported {
            Some("The kernel has no fwctl: the module fwctl is not loaded.")
        } else if self.devices.is_empty() {
            Some("There are no fwctl devices; a driver such as mlx5_fwctl makes them.")
        } else {
            None
        }
    }
}
