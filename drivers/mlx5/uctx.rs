// SPDX-License-Identifier: GPL-2.0

//! Contexts: each open file has a user context in the firmware.
//!
//! Its number, the uid, goes into every command, so that the firmware checks each against the
//! rights of that user context, which are not the driver's.

use core::pin::Pin;
use fwctl::{
    driver::{
        Admitted,
        Device,
        DeviceType,
        FwRpcResponse,
        Operations, //
    },
    policy::{
        Command,
        Policy, //
    }, //
};
use kernel::prelude::*;
use zerocopy::IntoBytes;

use crate::{
    ffi::Mdev,
    policy::POLICY,
    wire::{
        self,
        CreateUctx,
        CreateUctxResponse,
        DestroyUctx, //
    }, //
};

/// How often closing a context is tried again where memory is short.
const CLOSE_RETRIES: u32 = 3;

/// A user context of the firmware.
pub(crate) struct Uctx {
    uid: u16,
    caps: u32,
}

/// The right to the device's tools, where the firmware has one to give.
pub(crate) fn rights(mdev: &Mdev<'_>) -> u32 {
    mdev.uctx_cap() & wire::TOOLS_RESOURCES
}

impl Uctx {
    /// Makes a user context, with the right to the device's tools where the firmware knows it.
    fn create(mdev: &Mdev<'_>) -> Result<Self> {
        let caps = rights(mdev);
        let response: CreateUctxResponse = mdev.execute(&CreateUctx::new(caps))?;
        Ok(Self {
            uid: response.uid(),
            caps,
        })
    }
}

impl Operations for Uctx {
    type RegistrationData<'a> = Mdev<'a>;
    type RequestHeader = wire::RequestHeader;
    type ResponseHeader = wire::ResponseHeader;

    const DEVICE_TYPE: DeviceType = DeviceType::MLX5;

    fn policy<'a>(_mdev: &'a Mdev<'_>) -> Policy<'a> {
        POLICY
    }

    fn command(header: &wire::RequestHeader) -> Command {
        header.command()
    }

    fn open<'a, 'bound: 'a>(
        _device: &Device<Self>,
        mdev: &'a Mdev<'bound>,
    ) -> impl PinInit<Self, Error> {
        Self::create(mdev)
    }

    fn close(this: Pin<&mut Self>, device: &Device<Self>, mdev: &Mdev<'_>) {
        // Without memory for the command nothing is sent, and what is not destroyed now stays until
        // the function is reset.
        let destroy = || mdev.execute::<_, wire::ResponseHeader>(&DestroyUctx::new(this.uid));
        let mut destroyed = destroy();
        for _ in 0..CLOSE_RETRIES {
            if !matches!(destroyed, Err(error) if error == ENOMEM) {
                break;
            }
            destroyed = destroy();
        }
        if let Err(error) = destroyed {
            dev_dbg!(
                device.as_ref(),
                "uid {} not released: {error:?}\n",
                this.uid
            );
        }
    }

    fn info(this: Pin<&Self>, _device: &Device<Self>, _mdev: &Mdev<'_>) -> Result<KVec<u8>> {
        let info = wire::Info {
            uid: this.uid.into(),
            uctx_caps: this.caps,
        };
        let mut data = KVec::new();
        data.extend_from_slice(info.as_bytes(), GFP_KERNEL)?;
        Ok(data)
    }

    fn fw_rpc(
        this: Pin<&Self>,
        device: &Device<Self>,
        mdev: &Mdev<'_>,
        mut request: Admitted<'_, Self>,
        room: usize,
    ) -> Result<FwRpcResponse> {
        request.header_mut()?.uid = this.uid.into();
        let mut response = KVVec::zeroed(room, GFP_KERNEL_ACCOUNT)?;
        let delivered = match mdev.deliver(request.bytes(), &mut response) {
            // The firmware said no, and that is the answer.
            Err(error) if error == EREMOTEIO => Ok(()),
            delivered => delivered,
        };
        dev_dbg!(
            device.as_ref(),
            "uid {}: {}, {} to {room} bytes: {delivered:?}\n",
            this.uid,
            request.rule().name,
            request.bytes().len()
        );
        delivered.map(|()| FwRpcResponse::NewBuffer(response))
    }
}
