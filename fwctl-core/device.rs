// SPDX-License-Identifier: GPL-2.0

//! Devices: their life, and the proof that the driver is there.
//!
//! C header: `include/linux/fwctl.h`.

use core::{
    alloc::Layout,
    ptr::NonNull, //
};
use kernel::{
    bindings,
    device,
    error::to_result,
    prelude::*,
    sync::{
        aref::AlwaysRefCounted,
        atomic::{
            Acquire,
            Atomic,
            Full,
            Release, //
        },
        srcu,
        Srcu, //
    }, //
};

use crate::{
    contexts::Contexts,
    limits::Limits,
    log,
    minor::Minor,
    module_ref::ModuleRef,
    ops::{
        Admit,
        Ops, //
    },
    strict::Strict,
    uctx::{
        Shape,
        Uctx, //
    }, //
};

mod memory;

pub(crate) use self::memory::ALIGN;

/// The driver has not registered the device yet.
const NEW: u32 = 0;
/// The driver answers calls.
const REGISTERED: u32 = 1;
/// The driver has unregistered the device. It stays so.
const GONE: u32 = 2;

/// The core's part of a device, with the part that drivers see at its end.
///
/// # Invariants
///
/// It was made by [`Device::allocate`]: `public` is an initialized `struct fwctl_device` behind it, with
/// the driver's bytes behind that, and its reference count owns the memory of all.
#[pin_data]
pub(crate) struct Device {
    /// Entered by whoever is about to call the driver.
    #[pin]
    calls: Srcu,
    /// [`NEW`], [`REGISTERED`] or [`GONE`].
    state: Atomic<u32>,
    /// What the driver has opened and not closed.
    #[pin]
    contexts: Contexts,
    #[pin]
    log_limit: log::Limit,
    limits: Limits,
    strict: Strict,
    minor: Minor,
    ops: Ops,
    uctx_shape: Shape,
    layout: Layout,
    /// A device may outlive its driver, in an open file or in sysfs, and is freed by this module.
    _module: ModuleRef,
    public: *mut bindings::fwctl_device,
}

// SAFETY: A device is reference counted and may be released from any thread.
unsafe impl Send for Device {}
// SAFETY: `ops` is constant, `public` belongs to the driver core, which has its own locks, and the
// other fields may be shared.
unsafe impl Sync for Device {}

// SAFETY: `struct device` counts the references, and the class frees the device at zero.
unsafe impl AlwaysRefCounted for Device {
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

impl Device {
    /// The part that drivers see.
    pub(crate) fn public(&self) -> *mut bindings::fwctl_device {
        self.public
    }

    /// The memory of its contexts.
    pub(crate) fn uctx_shape(&self) -> &Shape {
        &self.uctx_shape
    }

    /// What the driver has opened and not closed.
    pub(crate) fn contexts(&self) -> &Contexts {
        &self.contexts
    }

    /// From now on `admit` is asked before a request that taints.
    ///
    /// # Safety
    ///
    /// It is valid until the driver has unregistered the device.
    pub(crate) unsafe fn set_admit(&self, admit: Admit) {
        // SAFETY: By the caller's word.
        unsafe { self.ops.set_admit(admit) };
    }

    /// How often the device may cause a line in the log.
    pub(crate) fn log_limit(&self) -> &log::Limit {
        &self.log_limit
    }

    /// How much of it may be in use at once.
    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Its strict mode.
    pub(crate) fn strict(&self) -> &Strict {
        &self.strict
    }

    /// Whether its driver can tell what it would deliver.
    pub(crate) fn judges(&self) -> bool {
        self.ops.judges()
    }

    fn dev(&self) -> *mut bindings::device {
        // SAFETY: By the type invariant the public part is there. No reference is made.
        unsafe { &raw mut (*self.public()).dev }
    }

    /// Makes the device visible: afterwards it may be opened and the driver is called.
    ///
    /// If that fails, the driver is not called any more, and the device stays as it is.
    ///
    /// # Errors
    ///
    /// `EINVAL` if it has been tried before, else what the driver core says.
    ///
    /// # Safety
    ///
    /// The driver is there, and stays until this returns.
    pub(crate) unsafe fn register(&self) -> Result {
        self.state
            .cmpxchg(NEW, REGISTERED, Full)
            .map_err(|_| EINVAL)?;
        // SAFETY: By the type invariant the public part is there. No reference is made.
        let cdev = unsafe { &raw mut (*self.public()).cdev };
        // SAFETY: Both are initialized, and not added, since the state was new.
        let added = to_result(unsafe { bindings::cdev_device_add(cdev, self.dev()) });
        if added.is_err() {
            // A device node can be opened before the device is complete.
            // SAFETY: The driver is there, by the caller's word.
            unsafe { self.part() };
        }
        added
    }

    /// Parts the device from its driver. Files stay open; on return the driver is not called any
    /// more, nor will it be.
    ///
    /// Does nothing on a device that is not registered.
    ///
    /// # Safety
    ///
    /// The driver is there, and stays until this returns.
    pub(crate) unsafe fn unregister(&self) {
        if self.state.load(Acquire) != REGISTERED {
            return;
        }
        // SAFETY: By the type invariant the public part is there. No reference is made.
        let cdev = unsafe { &raw mut (*self.public()).cdev };
        // SAFETY: `register` added both.
        unsafe { bindings::cdev_device_del(cdev, self.dev()) };
        // SAFETY: The driver is there, by the caller's word.
        unsafe { self.part() };
    }

    /// Ends all calls into the driver, and closes what is open.
    ///
    /// # Safety
    ///
    /// The driver is there, and stays until this returns.
    unsafe fn part(&self) {
        self.state.store(GONE, Release);
        // Wait for those who came in before. Later ones find the device gone, so no context is
        // added after this.
        self.calls.synchronize_expedited();
        while let Some(uctx) = self.contexts.take_any() {
            // The caller keeps the driver in place.
            let driver = Registered {
                device: self,
                _call: None,
            };
            driver.ops().close(&uctx);
        }
        // Wait for files that took their context out themselves and are closing it.
        self.calls.synchronize_expedited();
    }

    /// Calls the driver in: it stays for as long as the result lives.
    ///
    /// # Errors
    ///
    /// `ENODEV` if the driver has unregistered the device.
    pub(crate) fn enter(&self) -> Result<Registered<'_>> {
        let call = self.calls.read_lock();
        self.present()?;
        Ok(Registered {
            device: self,
            _call: Some(call),
        })
    }

    /// Tells whether the driver is there at this moment, which may be over on return.
    ///
    /// # Errors
    ///
    /// `ENODEV` if not.
    pub(crate) fn present(&self) -> Result {
        // This is READ_ONCE(): each call comes here, and an atomic load is a function. What `calls`
        // guards is ordered by that.
        // SAFETY: It is valid, and written by atomic operations alone.
        let state = unsafe { self.state.as_ptr().read_volatile() };
        if state == REGISTERED {
            Ok(())
        } else {
            Err(ENODEV)
        }
    }

    /// Closes `uctx`, a context of this device, unless that has been done.
    pub(crate) fn close(&self, uctx: &Uctx) {
        let call = self.calls.read_lock();
        if let Some(uctx) = self.contexts.take(uctx) {
            // It was still there, so `part` is not over, and now waits for this call.
            let driver = Registered {
                device: self,
                _call: Some(call),
            };
            driver.ops().close(&uctx);
        }
    }
}

impl AsRef<device::Device> for Device {
    fn as_ref(&self) -> &device::Device {
        // SAFETY: By the type invariant it is an initialized device, alive as long as `self`.
        unsafe { device::Device::from_raw(self.dev()) }
    }
}

/// Proof that the driver is there and does not leave. Nothing else leads to its operations.
pub(crate) struct Registered<'a> {
    device: &'a Device,
    /// `None` while the device is being unregistered, when the driver itself waits.
    _call: Option<srcu::Guard<'a>>,
}

impl Registered<'_> {
    /// The driver's operations.
    pub(crate) fn ops(&self) -> &Ops {
        &self.device.ops
    }
}
