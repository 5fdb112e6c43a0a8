// SPDX-License-Identifier: GPL-2.0

//! The driver's side of a device: making it, registering it, and the end of both.

use core::{
    marker::PhantomData,
    mem::size_of,
    ops::Deref,
    pin::Pin,
    ptr::NonNull, //
};
use kernel::{
    bindings,
    device,
    error::to_result,
    ffi::c_void,
    prelude::*,
    sync::aref::{
        ARef,
        AlwaysRefCounted, //
    },
    types::{
        ForeignOwnable,
        Opaque, //
    }, //
};

use super::{
    trampolines::Trampolines,
    Operations, //
};
use crate::ops::Admit;

// Lock classes are empty structures unless lockdep is on, which C does not mind.
#[allow(improper_ctypes)]
extern "C" {
    fn fwctl_set_admit(fwctl: *mut bindings::fwctl_device, admit: Admit);
}

/// A device of the driver `T`.
///
/// # Invariants
///
/// It was made by `_fwctl_alloc_device()` with at least this size. `data` points to the
/// registration's data while the device is registered.
#[repr(C)]
pub struct Device<T: Operations> {
    public: Opaque<bindings::fwctl_device>,
    data: Opaque<NonNull<T::RegistrationData<'static>>>,
}

// SAFETY: A device is reference counted and may be released from any thread.
unsafe impl<T: Operations> Send for Device<T> {}
// SAFETY: The core locks its part, and `data` changes only while no callback runs.
unsafe impl<T: Operations> Sync for Device<T> {}

// SAFETY: `struct device` counts the references, and the core frees the device at zero.
unsafe impl<T: Operations> AlwaysRefCounted for Device<T> {
    fn inc_ref(&self) {
        // SAFETY: The reference to `self` shows that the count is not zero.
        unsafe { bindings::get_device(self.dev()) };
    }

    unsafe fn dec_ref(obj: NonNull<Self>) {
        // SAFETY: The caller gives up a reference, hence the device is there.
        let device = unsafe { obj.as_ref() };
        // SAFETY: As above.
        unsafe { bindings::put_device(device.dev()) };
    }
}

impl<T: Operations> AsRef<device::Device> for Device<T> {
    fn as_ref(&self) -> &device::Device {
        // SAFETY: The core has initialized it, and it lives as long as `self`.
        unsafe { device::Device::from_raw(self.dev()) }
    }
}

impl<T: Operations> Device<T> {
    fn dev(&self) -> *mut bindings::device {
        // SAFETY: By the type invariant the core's part is there. No reference is made.
        unsafe { &raw mut (*self.public.get()).dev }
    }

    /// # Safety
    ///
    /// `public` is the device of a context of the driver `T`, and stays for all of `'a`.
    pub(super) unsafe fn from_public<'a>(public: *mut bindings::fwctl_device) -> &'a Self {
        // SAFETY: The core's part comes first.
        unsafe { &*public.cast() }
    }

    /// Calls `f` with the registration's data.
    ///
    /// `f` takes any lifetime for what the data refers to, and any shorter one for the data itself:
    /// so nothing of either can be kept, not in the data either.
    ///
    /// # Safety
    ///
    /// The device is registered, and stays so for the time of the call.
    pub(super) unsafe fn with_data<R>(
        &self,
        f: impl for<'a, 'bound> FnOnce(&Self, &'a T::RegistrationData<'bound>) -> R,
    ) -> R {
        // SAFETY: By the type invariant it was set at registration.
        let data = unsafe { *self.data.get() };
        // SAFETY: It is valid while the device is registered; lifetimes do not change a layout.
        f(self, unsafe { data.cast().as_ref() })
    }
}

/// A device that nobody can see yet. Registering consumes it, so that it happens once.
///
/// It borrows its parent, which holds no reference for it until it is registered.
pub struct UnregisteredDevice<'p, T: Operations> {
    device: ARef<Device<T>>,
    _parent: PhantomData<&'p device::Device<device::Bound>>,
}

impl<'p, T: Operations> UnregisteredDevice<'p, T> {
    /// Makes a device below `parent`, the device that has the firmware.
    ///
    /// # Errors
    ///
    /// `ENOMEM`; also if all 4096 minor numbers are taken, which the log then says.
    pub fn new(parent: &'p device::Device<device::Bound>) -> Result<Self> {
        // CAST: `device::Device` is a transparent wrapper.
        let parent = core::ptr::from_ref(parent).cast_mut().cast();
        let ops = Trampolines::<T>::OPS;
        // SAFETY: The parent is valid. The operations are static, and the trampolines keep their
        // contract.
        let public = unsafe { bindings::_fwctl_alloc_device(parent, ops, size_of::<Device<T>>()) };
        let device = NonNull::new(public.cast()).ok_or(ENOMEM)?;
        // SAFETY: The device is new, and the trampoline as static as the operations.
        unsafe { fwctl_set_admit(public, Trampolines::<T>::admit) };
        Ok(Self {
            // SAFETY: The reference of the allocation is taken over. All of it is zeroed, which is
            // valid for a device.
            device: unsafe { ARef::from_raw(device) },
            _parent: PhantomData,
        })
    }

    /// The device itself, for those who register it otherwise.
    pub(super) fn into_inner(self) -> ARef<Device<T>> {
        self.device
    }

    /// Makes the device visible until `bound` is unbound from its driver.
    ///
    /// Only a driver that is being bound has a `bound` of this kind, so it is this module's driver,
    /// and the module stays until the device is unbound. `data` makes what the callbacks get. It
    /// borrows from `bound` alone, with a lifetime that it cannot choose: so the data cannot outlive
    /// what it refers to. It is dropped when no callback runs any more, and after the private data
    /// that the bus keeps for the driver.
    ///
    /// # Errors
    ///
    /// What `data` says, `ENOMEM`, or what the driver core says.
    pub fn register<'c, D>(
        self,
        bound: &D,
        data: impl for<'a> FnOnce(&'a D::Target) -> Result<Pin<KBox<T::RegistrationData<'a>>>>,
    ) -> Result
    where
        D: device::AsBusDevice<device::Core<'c>> + Deref,
        D::Target: device::AsBusDevice<device::Bound>,
    {
        let slot = KBox::new_uninit(GFP_KERNEL)?;
        // SAFETY: The registration is dropped when the device is unbound, and until then the data
        // is valid.
        let registration = unsafe { Registration::new(self.device, data(bound)?) }?;
        let registration = KBox::into_raw(KBox::write(slot, registration));

        let bound: &device::Device<device::Core<'c>> = bound.as_ref();
        // CAST: `device::Device` is a transparent wrapper.
        let bound = core::ptr::from_ref(bound).cast_mut().cast();
        // SAFETY: The device is bound. The action takes over the registration, and is carried out
        // at once if it cannot be added.
        to_result(unsafe {
            bindings::devm_add_action_or_reset(bound, Some(unregister::<T>), registration.cast())
        })
    }
}

/// A device that is visible. Dropping unregisters it, and then drops the data.
pub(super) struct Registration<T: Operations> {
    device: ARef<Device<T>>,
    _data: Pin<KBox<T::RegistrationData<'static>>>,
}

impl<T: Operations> Registration<T> {
    /// Makes `device` visible.
    ///
    /// # Errors
    ///
    /// What the driver core says.
    ///
    /// # Safety
    ///
    /// `device` has not been registered before. What comes out is dropped before anything that
    /// `data` refers to ends, and before this module is unloaded.
    pub(super) unsafe fn new(
        device: ARef<Device<T>>,
        data: Pin<KBox<T::RegistrationData<'_>>>,
    ) -> Result<Self> {
        let data = data.into_foreign();
        // SAFETY: It has just been taken out of such a box, and lifetimes do not change a layout.
        let data: Pin<KBox<T::RegistrationData<'static>>> =
            unsafe { ForeignOwnable::from_foreign(data) };
        // SAFETY: The device is not registered, so no callback looks.
        unsafe { device.data.get().write(NonNull::from(&*data)) };
        // INVARIANT: Callbacks run from here on, and the data is there until they have ended.
        // SAFETY: The device is valid.
        to_result(unsafe { bindings::fwctl_register(device.public.get()) })?;
        Ok(Self {
            device,
            _data: data,
        })
    }
}

impl<T: Operations> Drop for Registration<T> {
    fn drop(&mut self) {
        // SAFETY: `new` registered it, and the operations are static.
        unsafe { bindings::fwctl_unregister(self.device.public.get()) };
    }
}

/// Carried out when the bound device is unbound.
///
/// # Safety
///
/// `registration` is a box of a [`Registration<T>`], which is given up.
unsafe extern "C" fn unregister<T: Operations>(registration: *mut c_void) {
    // SAFETY: The caller says so.
    drop(unsafe { KBox::<Registration<T>>::from_raw(registration.cast()) });
}
