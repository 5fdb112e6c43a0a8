// SPDX-License-Identifier: GPL-2.0

//! What the driver API makes unwritable.
//!
//! The driver compiles as it is. With one of the `cfg`s it does what no driver may, and must not
//! compile; the first line behind a `cfg` says with which error. `kit/check api` tries them all.

#![forbid(unsafe_code)]

use core::pin::Pin;
use fwctl::{
    driver::{
        Admitted,
        Device,
        DeviceType,
        FwRpcResponse,
        Operations,
        UnregisteredDevice,
        VirtualDevice, //
    },
    policy::{
        Command,
        Effect,
        Policy,
        Rule, //
    },
    scope::RpcScope, //
};
use kernel::{
    auxiliary,
    device,
    faux,
    new_mutex,
    prelude::*,
    sync::Mutex, //
};
use zerocopy::byteorder::little_endian::U32;

static POLICY: Policy<'static> = Policy::new(&[
    Rule::new(1, "READ", Effect::Reads, RpcScope::Configuration),
    #[cfg(opcode_twice)]
    // error: opcodes must be unique and ascending
    Rule::new(1, "READ_AGAIN", Effect::Reads, RpcScope::Configuration),
]);

/// Data that a context could keep something in.
#[pin_data]
struct Data<'a> {
    number: KBox<u64>,
    #[pin]
    kept: Mutex<Option<&'a u64>>,
}

impl Data<'_> {
    fn new() -> Result<Pin<KBox<Self>>> {
        let number = KBox::new(42, GFP_KERNEL)?;
        KBox::pin_init(
            pin_init!(Self {
                number,
                kept <- new_mutex!(None),
            }),
            GFP_KERNEL,
        )
    }
}

struct Uctx;

impl Operations for Uctx {
    type RegistrationData<'a> = Data<'a>;
    type RequestHeader = U32;
    type ResponseHeader = U32;

    #[cfg(not(no_type))]
    const DEVICE_TYPE: DeviceType = DeviceType::new(7);
    #[cfg(no_type)]
    // error: 0 is FWCTL_DEVICE_TYPE_ERROR
    const DEVICE_TYPE: DeviceType = DeviceType::new(0);

    fn policy<'a>(_data: &'a Data<'_>) -> Policy<'a> {
        POLICY
    }

    fn command(header: &U32) -> Command {
        Command {
            opcode: header.get(),
            modifier: 0,
        }
    }

    fn open<'a, 'bound: 'a>(
        _device: &Device<Self>,
        data: &'a Data<'bound>,
    ) -> impl PinInit<Self, Error> {
        #[cfg(data_keeps_a_borrow_of_itself)]
        // error: lifetime may not live long enough
        {
            *data.kept.lock() = Some(&*data.number);
        }
        let _ = (&data.number, &data.kept);
        Ok::<_, Error>(Uctx)
    }

    fn fw_rpc(
        this: Pin<&Self>,
        device: &Device<Self>,
        data: &Data<'_>,
        request: Admitted<'_, Self>,
        room: usize,
    ) -> Result<FwRpcResponse> {
        #[cfg(request_is_forged)]
        // error: E0451
        let request = Admitted::<Self> {
            bytes: &mut [],
            rule: request.rule(),
            grant: request.rule().grant(0),
            scope: request.scope(),
            _driver: core::marker::PhantomData,
        };
        let _ = (this, device, data, room);
        Ok(FwRpcResponse::InPlace(request.bytes().len()))
    }
}

/// A driver of hardware.
struct Driver;

kernel::auxiliary_device_table!(
    TABLE,
    <Driver as auxiliary::Driver>::IdInfo,
    [(auxiliary::DeviceId::new(c"fwctl_api", c"test"), ())]
);

impl auxiliary::Driver for Driver {
    type IdInfo = ();
    type Data<'bound> = Self;

    const ID_TABLE: auxiliary::IdTable<Self::IdInfo> = &TABLE;

    fn probe<'bound>(
        adev: &'bound auxiliary::Device<device::Core<'_>>,
        _info: &'bound Self::IdInfo,
    ) -> impl PinInit<Self, Error> + 'bound {
        let bound: &auxiliary::Device<device::Bound> = adev;
        let device = UnregisteredDevice::<Uctx>::new(bound.parent())?;
        #[cfg(registered_twice)]
        // error: E0382
        device.register(adev, |_| Data::new())?;
        device.register(adev, |_| Data::new())?;
        Ok(Self)
    }
}

/// A driver without hardware.
struct Module {
    _device: VirtualDevice<Uctx>,
}

impl kernel::Module for Module {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let parent = faux::Registration::new(c"fwctl_api", None)?;
        let bound: &faux::Device<device::Bound> = parent.as_ref();
        let device = UnregisteredDevice::<Uctx>::new(bound.as_ref())?;
        #[cfg(device_is_not_being_bound)]
        // error: E0277
        device.register(bound, |_| Data::new())?;
        #[cfg(parent_has_gone)]
        // error: E0505
        drop(parent);
        let _ = &device;
        Ok(Self {
            _device: VirtualDevice::new(c"fwctl_api_virtual", |_| Data::new())?,
        })
    }
}

module! {
    type: Module,
    name: "fwctl_api",
    description: "What the driver API makes unwritable",
    license: "GPL",
    imports_ns: ["FWCTL"],
}
