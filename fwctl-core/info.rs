// SPDX-License-Identifier: GPL-2.0

//! `FWCTL_INFO`: what is behind a file descriptor.

use core::mem::{
    offset_of,
    size_of, //
};
use kernel::{
    bindings,
    ioctl::_IO,
    prelude::*, //
};

use crate::{
    ioctl::Command,
    uapi::{
        Info,
        TYPE, //
    },
    uctx::Uctx,
    user, //
};

impl Command for Info {
    const NUMBER: u32 = _IO(TYPE, bindings::FWCTL_CMD_INFO);
    const FIRST_VERSION: usize = offset_of!(Self, out_device_data) + size_of::<u64>();

    fn execute(&mut self, uctx: &Uctx) -> Result {
        if self.flags != 0 {
            return Err(EOPNOTSUPP);
        }
        // CAST: A `usize` has 64 bits or 32 here.
        let room = self.device_data_len as usize;
        let data = {
            let driver = uctx.device().enter()?;
            self.out_device_type = driver.ops().device_type();
            driver.ops().info(uctx)?
        };
        user::write_padded(self.out_device_data, room, &data)?;
        self.device_data_len = u32::try_from(data.len()).map_err(|_| EINVAL)?;
        Ok(())
    }
}
