// SPDX-License-Identifier: GPL-2.0

//! Devices without hardware.

use core::pin::Pin;
use kernel::{
    device,
    faux,
    prelude::*, //
};

use super::{
    device::Registration,
    Operations,
    UnregisteredDevice, //
};

/// A device below a faux device of its own, which a module keeps for as long as it is to be there.
///
/// Dropping unregisters it. As any registration that a module owns, it is not to be leaked: callbacks
/// would be left when the module has gone.
pub struct VirtualDevice<T: Operations> {
    // Dropped first: its data may refer to the parent.
    _registration: Registration<T>,
    _parent: faux::Registration,
}

impl<T: Operations> VirtualDevice<T> {
    /// Makes a faux device called `name` and, below it, a device of the driver `T`.
    ///
    /// `data` makes what the callbacks get; see [`UnregisteredDevice::register`].
    ///
    /// # Errors
    ///
    /// `ENODEV` if there is a faux device of that name, `ENOMEM`, or what `data` says.
    pub fn new(
        name: &CStr,
        data: impl for<'a> FnOnce(
            &'a faux::Device<device::Bound>,
        ) -> Result<Pin<KBox<T::RegistrationData<'a>>>>,
    ) -> Result<Self> {
        let parent = faux::Registration::new(name, None)?;
        let bound: &faux::Device<device::Bound> = parent.as_ref();
        let device = UnregisteredDevice::<T>::new(bound.as_ref())?.into_inner();
        // SAFETY: The device is new. The registration is dropped before the parent, by the order of
        // fields, and the module drops what it owns before it is unloaded.
        let registration = unsafe { Registration::new(device, data(bound)?) }?;
        Ok(Self {
            _registration: registration,
            _parent: parent,
        })
    }
}
