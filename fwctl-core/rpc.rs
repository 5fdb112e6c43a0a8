// SPDX-License-Identifier: GPL-2.0

//! `FWCTL_RPC`: one call to the firmware.

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
    privilege,
    scope::{
        RpcScope,
        UnknownScope, //
    },
    uapi::{
        Rpc,
        MAX_RPC_LEN,
        TYPE, //
    },
    uctx::Uctx,
    user, //
};

impl Command for Rpc {
    const NUMBER: u32 = _IO(TYPE, bindings::FWCTL_CMD_RPC);
    const FIRST_VERSION: usize = offset_of!(Self, out) + size_of::<u64>();

    fn execute(&mut self, uctx: &Uctx) -> Result {
        if self.in_len > MAX_RPC_LEN || self.out_len > MAX_RPC_LEN {
            return Err(EMSGSIZE);
        }
        let scope = RpcScope::try_from(self.scope)?;
        if scope.is_privileged() {
            privilege::may_write_everything()?;
        }

        // CAST: Both are at most `MAX_RPC_LEN`.
        let (len, room) = (self.in_len as usize, self.out_len as usize);
        let _call = uctx.device().limits().begin(self.in_len + self.out_len)?;

        // User memory may take for ever to arrive. It is touched only before and after the driver.
        let mut request = user::read(self.in_, len)?;
        let response = {
            let driver = uctx.device().enter()?;
            if scope.taints() {
                driver.ops().admit(uctx, scope, &mut request, room)?;
                privilege::taint(uctx, scope);
            }
            driver.ops().rpc(uctx, scope, request, room)?
        };
        user::write(self.out, room, &response)?;
        self.out_len = u32::try_from(response.len()).map_err(|_| EINVAL)?;
        Ok(())
    }
}

impl From<UnknownScope> for Error {
    #[inline]
    fn from(_: UnknownScope) -> Self {
        EOPNOTSUPP
    }
}
