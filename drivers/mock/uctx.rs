// SPDX-License-Identifier: GPL-2.0

//! Contexts of the mock: a number, and a count of requests.

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
use kernel::{
    prelude::*,
    sync::atomic::{
        Atomic,
        Relaxed, //
    }, //
};
use zerocopy::IntoBytes;

use crate::{
    firmware::Firmware,
    policy::POLICY,
    wire, //
};

/// One open file.
pub(crate) struct Uctx {
    number: u32,
    requests: Atomic<u32>,
}

impl Operations for Uctx {
    type RegistrationData<'a> = Firmware;
    type RequestHeader = wire::RequestHeader;
    type ResponseHeader = wire::ResponseHeader;

    const DEVICE_TYPE: DeviceType = DeviceType::new(wire::DEVICE_TYPE);

    fn policy<'a>(_firmware: &'a Firmware) -> Policy<'a> {
        POLICY
    }

    fn command(header: &wire::RequestHeader) -> Command {
        header.command()
    }

    fn open<'a, 'bound: 'a>(
        _device: &Device<Self>,
        firmware: &'a Firmware,
    ) -> impl PinInit<Self, Error> {
        Ok(Self {
            number: firmware.next_context(),
            requests: Atomic::new(0),
        })
    }

    fn info(this: Pin<&Self>, _device: &Device<Self>, _firmware: &Firmware) -> Result<KVec<u8>> {
        let info = wire::Info {
            version: wire::VERSION,
            context: this.number,
        };
        let mut data = KVec::new();
        data.extend_from_slice(info.as_bytes(), GFP_KERNEL)?;
        Ok(data)
    }

    fn fw_rpc(
        this: Pin<&Self>,
        _device: &Device<Self>,
        firmware: &Firmware,
        mut request: Admitted<'_, Self>,
        _room: usize,
    ) -> Result<FwRpcResponse> {
        let count = this.requests.fetch_add(1, Relaxed).wrapping_add(1);
        let header = *request.header()?;
        firmware.execute(
            header.opcode.get(),
            header.argument.get(),
            request.bytes_mut(),
            count,
        )
    }
}
