// SPDX-License-Identifier: GPL-2.0

//! The fwctl subsystem: restricted, scoped RPC from user space to the firmware of devices.
//!
//! C headers: `include/linux/fwctl.h`, `include/uapi/fwctl/fwctl.h`.

use kernel::prelude::*;

mod abi;
mod attributes;
mod buffer;
mod cdev;
mod class;
mod contexts;
pub mod credit;
mod device;
pub mod driver;
mod info;
mod ioctl;
mod limits;
mod log;
mod minor;
mod module_ref;
mod ops;
pub mod policy;
mod privilege;
mod rpc;
pub mod scope;
pub mod size;
mod strict;
mod uapi;
mod uctx;
mod user;

/// The subsystem. Its fields are dropped in this order, the class first. No device is left by then:
/// each holds a reference on the module.
struct Subsystem {
    _class: class::Registration,
    _numbers: minor::Region,
}

impl Subsystem {
    fn new() -> Result<Self> {
        let numbers = minor::Region::new()?;
        Ok(Self {
            _class: class::Registration::new()?,
            _numbers: numbers,
        })
    }
}

/// The loaded module. Built in, the subsystem has come up before, by [`fwctl_init`].
struct Fwctl {
    _subsystem: Option<Subsystem>,
}

impl kernel::Module for Fwctl {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        Ok(Self {
            _subsystem: cfg!(MODULE).then(Subsystem::new).transpose()?,
        })
    }
}

/// Brings up the subsystem for good. `exports.c` has the kernel call it.
#[cfg(not(MODULE))]
#[no_mangle]
extern "C" fn fwctl_init() -> kernel::ffi::c_int {
    match Subsystem::new() {
        Ok(subsystem) => {
            core::mem::forget(subsystem);
            0
        }
        Err(error) => error.to_errno(),
    }
}

module! {
    type: Fwctl,
    name: "fwctl",
    description: "Restricted RPC from user space to device firmware",
    license: "GPL",
    params: {
        strict: bool {
            default: false,
            description: "Whether devices start in strict mode",
        },
        max_files: u32 {
            default: 16384,
            description: "Files that may be open on a device",
        },
        max_calls: u32 {
            default: 16384,
            description: "RPCs that a device may have in flight",
        },
        max_bytes: u64 {
            default: 1073741824,
            description: "Bytes of requests and responses that a device may have in flight",
        },
    },
}
