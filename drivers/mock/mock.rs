// SPDX-License-Identifier: GPL-2.0

//! A device that does not exist, for tests and as the worked example of a driver.
//!
//! C header: `uapi/fwctl/mock.h`.

use fwctl::driver::VirtualDevice;
use kernel::{
    prelude::*,
    str::CString, //
};

mod firmware;
pub mod policy;
mod uctx;
pub mod wire;

/// The loaded driver.
struct Mock {
    _devices: KVec<VirtualDevice<uctx::Uctx>>,
}

impl kernel::Module for Mock {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let mut devices = KVec::new();
        for index in 0..module_parameters::devices.value() {
            let name = CString::try_from_fmt(fmt!("fwctl_mock.{index}"))?;
            let device = VirtualDevice::new(&name, |_| {
                KBox::pin_init(firmware::Firmware::new(), GFP_KERNEL)
            })?;
            devices.push(device, GFP_KERNEL)?;
        }
        Ok(Self { _devices: devices })
    }
}

module! {
    type: Mock,
    name: "fwctl_mock",
    description: "fwctl without a device, for tests",
    license: "GPL",
    imports_ns: ["FWCTL"],
    params: {
        devices: u32 {
            default: 1,
            description: "Number of devices",
        },
    },
}
