// SPDX-License-Identifier: GPL-2.0

//! A device that does not exist, for tests and as the worked example of a driver.
//!
//! C header: `uapi/fwctl/mock.h`.

use fwctl::driver::UnregisteredDevice;
use kernel::{
    device,
    faux,
    prelude::*,
    str::CString, //
};

mod firmware;
pub mod policy;
mod uctx;
pub mod wire;

/// The loaded driver. A device goes when its parent does.
struct Mock {
    _parents: KVec<faux::Registration>,
}

impl kernel::Module for Mock {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let mut parents = KVec::new();
        for index in 0..module_parameters::devices.value() {
            let name = CString::try_from_fmt(fmt!("fwctl_mock.{index}"))?;
            let parent = faux::Registration::new(&name, None)?;
            let bound: &faux::Device<device::Bound> = parent.as_ref();
            UnregisteredDevice::<uctx::Uctx>::new(bound.as_ref())?.register(bound, |_| {
                KBox::pin_init(firmware::Firmware::new(), GFP_KERNEL)
            })?;
            parents.push(parent, GFP_KERNEL)?;
        }
        Ok(Self { _parents: parents })
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
