// SPDX-License-Identifier: GPL-2.0 OR MIT

use std::ffi::OsString;
use std::io::{self, Write};

use clap::Args;
use fwctl::mlx5::UctxInfo;
use fwctl::Info as DeviceInfo;
use serde::Serialize;

use crate::devices::Devices;
use crate::error::Error;
use crate::table;

/// Tell what a device is
#[derive(Debug, Args)]
pub(crate) struct Info {
    /// Kernel name, path, PCI address, or fd:N for an open descriptor
    #[arg(value_name = "DEV")]
    device: OsString,
}

/// What the device is.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    device: String,
    device_type: DeviceType,
    /// The driver's data as it came.
    data: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    mlx5: Option<Uctx>,
}

/// What the device speaks.
#[derive(Debug, Serialize)]
struct DeviceType {
    number: u32,
    name: Option<&'static str>,
}

/// The user context of an mlx5 device.
#[derive(Debug, Serialize)]
struct Uctx {
    uid: u32,
    uctx_caps: u32,
    uctx_cap_names: Vec<&'static str>,
}

impl From<UctxInfo> for Uctx {
    fn from(uctx: UctxInfo) -> Self {
        let names = UctxInfo::CAPS.into_iter().enumerate();
        Self {
            uid: uctx.uid,
            uctx_caps: uctx.caps,
            uctx_cap_names: names
                .filter(|(bit, _)| (uctx.caps >> bit) & 1 == 1)
                .map(|(_, name)| name)
                .collect(),
        }
    }
}

impl Info {
    pub(crate) fn run(self, devices: &dyn Devices) -> Result<Report, Error> {
        let opened = devices.open(&self.device)?;
        let info = opened.transport.info()?;
        Ok(Report::new(opened.name, &info))
    }
}

impl Report {
    fn new(device: String, info: &DeviceInfo) -> Self {
        Self {
            device,
            device_type: DeviceType {
                number: info.device_type.number(),
                name: info.device_type.name(),
            },
            data: hex::encode(&info.data),
            mlx5: UctxInfo::of(info).map(Uctx::from),
        }
    }

    pub(crate) fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        let name = self.device_type.name.unwrap_or("unknown");
        let mut pairs = vec![
            ("Device", self.device.clone()),
            ("Type", format!("{name} ({:#x})", self.device_type.number)),
        ];
        if let Some(uctx) = &self.mlx5 {
            let names = uctx.uctx_cap_names.join(", ");
            pairs.push(("User context", uctx.uid.to_string()));
            pairs.push(("Rights", format!("{:#x} ({names})", uctx.uctx_caps)));
        } else {
            pairs.push(("Data", self.data.clone()));
        }
        table::write_pairs(out, &pairs)
    }
}
