// SPDX-License-Identifier: GPL-2.0

//! fwctl on NVIDIA ConnectX and BlueField.
//!
//! C header: `uapi/fwctl/mlx5.h`. The device is the PCI function that mlx5_core drives, which makes
//! an auxiliary device for this driver to bind.

use fwctl::driver::UnregisteredDevice;
use kernel::{
    auxiliary,
    device,
    prelude::*, //
};

mod ffi;
pub mod policy;
mod uctx;
pub mod wire;

/// The driver. What it binds needs no state beside the registration.
struct Mlx5;

kernel::auxiliary_device_table!(
    AUXILIARY_TABLE,
    <Mlx5 as auxiliary::Driver>::IdInfo,
    [(auxiliary::DeviceId::new(c"mlx5_core", c"fwctl"), ())]
);

impl auxiliary::Driver for Mlx5 {
    type IdInfo = ();
    type Data<'bound> = Self;

    const ID_TABLE: auxiliary::IdTable<Self::IdInfo> = &AUXILIARY_TABLE;

    fn probe<'bound>(
        adev: &'bound auxiliary::Device<device::Core<'_>>,
        _info: &'bound Self::IdInfo,
    ) -> impl PinInit<Self, Error> + 'bound {
        // Clients find a device by its parent's PCI address.
        let bound: &auxiliary::Device<device::Bound> = adev;
        UnregisteredDevice::<uctx::Uctx>::new(bound.parent())?.register(adev, |bound| {
            let mdev = ffi::Mdev::of(bound)?;
            if uctx::rights(&mdev) == 0 {
                // Nothing else would explain why many commands fail.
                dev_info!(
                    bound,
                    "the firmware gives tools no right to its resources\n"
                );
            }
            Ok(KBox::pin(mdev, GFP_KERNEL)?)
        })?;
        Ok(Self)
    }
}

kernel::module_auxiliary_driver! {
    type: Mlx5,
    name: "mlx5_fwctl",
    description: "fwctl on mlx5 devices",
    license: "GPL",
    imports_ns: ["FWCTL"],
}
