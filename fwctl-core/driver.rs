// SPDX-License-Identifier: GPL-2.0

//! The API for drivers in Rust.
//!
//! A driver is a type per open file that implements [`Operations`], a static [`Policy`], and one
//! call to [`UnregisteredDevice::register`] when it binds; or a [`VirtualDevice`]. What a caller may send is decided here,
//! by the policy, before the driver sees it: an [`Admitted`] request is the only kind that reaches
//! [`Operations::fw_rpc`], and nothing but this module makes one.
//!
//! All of this is compiled into the driver and bottoms out in the three C functions of
//! `include/linux/fwctl.h`. `drivers/mock` is the worked example.

use core::pin::Pin;
use kernel::{
    bindings,
    prelude::*, //
};
use zerocopy::{
    FromBytes,
    Immutable,
    IntoBytes,
    KnownLayout,
    Unaligned, //
};

use crate::policy::{
    Command,
    Policy, //
};

mod admitted;
mod device;
mod trampolines;
mod virtual_device;

pub use self::{
    admitted::Admitted,
    device::{
        Device,
        UnregisteredDevice, //
    },
    virtual_device::VirtualDevice, //
};

/// What a device speaks, `enum fwctl_device_type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeviceType(u32);

impl DeviceType {
    /// NVIDIA ConnectX and BlueField.
    pub const MLX5: Self = Self(bindings::fwctl_device_type_FWCTL_DEVICE_TYPE_MLX5);
    /// CXL mailbox features.
    pub const CXL: Self = Self(bindings::fwctl_device_type_FWCTL_DEVICE_TYPE_CXL);
    /// Broadcom NetXtreme.
    pub const BNXT: Self = Self(bindings::fwctl_device_type_FWCTL_DEVICE_TYPE_BNXT);
    /// AMD Pensando.
    pub const PDS: Self = Self(bindings::fwctl_device_type_FWCTL_DEVICE_TYPE_PDS);

    /// A type that this list does not have yet. It is part of the uAPI.
    ///
    /// # Panics
    ///
    /// If it is 0, which stands for an error. In a constant that is a compile error.
    pub const fn new(number: u32) -> Self {
        assert!(number != 0, "0 is FWCTL_DEVICE_TYPE_ERROR");
        Self(number)
    }
}

/// The answer to a request.
pub enum FwRpcResponse {
    /// The first so many bytes of the request's buffer. `EINVAL` if it has fewer.
    InPlace(usize),
    /// A buffer of its own. It may be longer than the caller has room for, who then learns its
    /// length.
    NewBuffer(KVVec<u8>),
}

/// A driver: the type is the context of one open file.
pub trait Operations: Sized + Send + Sync + 'static {
    /// What the callbacks need of the bound device. It lives from registration until the device is
    /// unbound; `'a` is that time.
    type RegistrationData<'a>: Send + Sync + 'a;

    /// Head of every request. A shorter request is refused with `EMSGSIZE`.
    type RequestHeader: FromBytes + IntoBytes + Immutable + KnownLayout + Unaligned;

    /// Head of every response. A caller without room for it is refused with `EMSGSIZE`.
    type ResponseHeader: FromBytes + IntoBytes + Immutable + KnownLayout + Unaligned;

    /// What the device speaks.
    const DEVICE_TYPE: DeviceType;

    /// What may be sent: a copy of a `static`, or a view of what the firmware has reported.
    fn policy<'a>(data: &'a Self::RegistrationData<'_>) -> Policy<'a>;

    /// What a request asks for.
    fn command(header: &Self::RequestHeader) -> Command;

    /// Opens a context. Its errors are those of `open(2)`.
    fn open<'a, 'bound: 'a>(
        device: &Device<Self>,
        data: &'a Self::RegistrationData<'bound>,
    ) -> impl PinInit<Self, Error>;

    /// Closes a context, while the device is still there. Afterwards the context is dropped.
    fn close(_this: Pin<&mut Self>, _device: &Device<Self>, _data: &Self::RegistrationData<'_>) {}

    /// Device data of `FWCTL_INFO`; without this there is none.
    fn info(
        _this: Pin<&Self>,
        _device: &Device<Self>,
        _data: &Self::RegistrationData<'_>,
    ) -> Result<KVec<u8>> {
        Ok(KVec::new())
    }

    /// Delivers `request` to the firmware.
    ///
    /// `room` is how many bytes of an answer the caller can take. An error says that there is no
    /// answer; what the firmware has to say belongs into the response.
    fn fw_rpc(
        this: Pin<&Self>,
        device: &Device<Self>,
        data: &Self::RegistrationData<'_>,
        request: Admitted<'_, Self>,
        room: usize,
    ) -> Result<FwRpcResponse>;
}
