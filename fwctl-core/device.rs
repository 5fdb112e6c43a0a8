// SPDX-License-Identifier: GPL-2.0

//! Devices: their memory, their life, and the proof that the driver is there.
//!
//! C header: `include/linux/fwctl.h`.
//!
//! A driver sees `struct fwctl_device` and its own bytes behind it. The core's part lies in front
//! and is nobody else's business:
//!
//! ```text
//! [ Device: guard, contexts, number | struct fwctl_device | the driver's bytes ]
//!                                     ^ what drivers hold
//! ```

use core::{
    alloc::Layout,
    mem::size_of,
    ptr::NonNull, //
};
use kernel::{
    alloc::{
        allocator::Kmalloc,
        Allocator,
        NumaNode, //
    },
    bindings,
    container_of,
    device,
    error::to_result,
    new_srcu,
    prelude::*,
    sync::{
        aref::{
            ARef,
            AlwaysRefCounted, //
        },
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
    cdev,
    class,
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
/// It was made by [`Device::allocate`]: `public` is [`FRONT`] bytes behind its begin, an initialized
/// `struct fwctl_device` with the driver's bytes behind it, and that one's reference count owns the
/// memory of all.
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

/// Alignment in bytes of what drivers see, so that any C structure up to a cache line's alignment
/// lies there as it would in memory of its own.
pub(crate) const ALIGN: usize = 64;

/// Length in bytes of the part in front of the driver's, a multiple of [`ALIGN`].
const FRONT: usize = size_of::<Device>().next_multiple_of(ALIGN);

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
    /// Makes a device below `parent`, with `size` bytes from `struct fwctl_device` on.
    ///
    /// # Errors
    ///
    /// `EINVAL` if the driver breaks its contract, `ENOSPC` if no minor number is free, `ENOMEM`.
    ///
    /// # Safety
    ///
    /// `parent` is a valid device, and `ops` stays valid until the device is unregistered.
    pub(crate) unsafe fn allocate(
        parent: *mut bindings::device,
        ops: Ops,
        size: usize,
    ) -> Result<ARef<Self>> {
        if size < size_of::<bindings::fwctl_device>() {
            return Err(EINVAL);
        }
        let size = FRONT.checked_add(size).ok_or(ENOMEM)?;
        let layout = Layout::from_size_align(size, ALIGN).map_err(|_| ENOMEM)?;
        let uctx_shape = Shape::new(ops.uctx_size())?;
        let minor = Minor::allocate()?;
        let index = minor.index();

        let memory = Kmalloc::alloc(layout, GFP_KERNEL | __GFP_ZERO, NumaNode::NO_NODE)?;
        let this = memory.cast::<Self>();
        // SAFETY: The allocation is longer than that.
        let public = unsafe { this.byte_add(FRONT) }.as_ptr().cast();
        let init = try_pin_init!(Self {
            calls <- new_srcu!("fwctl_calls"),
            state: Atomic::new(NEW),
            contexts <- Contexts::new(),
            log_limit <- log::Limit::new(),
            limits: Limits::new(),
            strict: Strict::new(),
            minor,
            ops,
            uctx_shape,
            layout,
            _module: ModuleRef::new(),
            // It is zero from the allocation. It is initialized below, as the last step:
            // afterwards only the reference count may free the memory.
            public,
        }? Error);
        // SAFETY: The memory is large enough, aligned, not used by anybody, and does not move.
        if let Err(error) = unsafe { pin_init::raw_try_init(this.as_ptr(), init) } {
            // SAFETY: It was allocated above with this layout.
            unsafe { Kmalloc::free(memory.cast(), layout) };
            return Err(error);
        }

        // SAFETY: It has just been initialized.
        let device = unsafe { this.as_ref() };
        let dev = device.dev();
        // SAFETY: Nobody else has the device yet, also for the assignments that follow.
        unsafe { (*dev).devt = device.minor.devt() };
        // SAFETY: As above.
        unsafe { (*dev).class = class::as_ptr() };
        // SAFETY: As above.
        unsafe { (*dev).parent = parent };
        // SAFETY: The device is zeroed, but for what the driver core wants to be set before.
        unsafe { bindings::device_initialize(dev) };
        // INVARIANT: All is initialized, and from here on the reference count owns the memory.
        // SAFETY: The reference of `device_initialize` is taken over.
        let device = unsafe { ARef::from_raw(this) };

        // SAFETY: `public` is valid and its cdev not in use.
        unsafe { cdev::init(&raw mut (*public).cdev) };
        // SAFETY: `dev` is initialized and not registered, and the format takes one number.
        to_result(unsafe { bindings::dev_set_name(dev, c"fwctl%u".as_char_ptr(), index) })?;
        Ok(device)
    }

    /// Frees a device without references.
    ///
    /// # Safety
    ///
    /// `dev` is the `struct device` of a device from [`Device::allocate`], and its last reference
    /// has been dropped.
    pub(crate) unsafe fn free(dev: *mut bindings::device) {
        // SAFETY: By the caller's word.
        let this = unsafe { Self::raw_from_dev(dev) };
        // SAFETY: The device is valid until it is dropped below.
        let layout = unsafe { (*this.as_ptr()).layout };
        // SAFETY: Nobody has a reference any more.
        unsafe { core::ptr::drop_in_place(this.as_ptr()) };
        // SAFETY: `allocate` made the memory with this layout.
        unsafe { Kmalloc::free(this.cast(), layout) };
    }

    /// Finds the device of which a driver knows only the public part.
    ///
    /// # Safety
    ///
    /// `public` is the public part of a device from [`Device::allocate`], on which the caller holds
    /// a reference for all of `'a`.
    pub(crate) unsafe fn from_public<'a>(public: *mut bindings::fwctl_device) -> &'a Self {
        // SAFETY: The caller says so.
        let this = unsafe { Self::raw(public) };
        // SAFETY: The caller's reference keeps it alive.
        unsafe { this.as_ref() }
    }

    /// Finds the device of which the driver core knows only the `struct device`.
    ///
    /// # Safety
    ///
    /// `dev` is that of a device from [`Device::allocate`], on which the caller holds a reference
    /// for all of `'a`.
    pub(crate) unsafe fn from_dev<'a>(dev: *mut bindings::device) -> &'a Self {
        // SAFETY: The caller says so.
        let this = unsafe { Self::raw_from_dev(dev) };
        // SAFETY: The caller's reference keeps it alive.
        unsafe { this.as_ref() }
    }

    /// # Safety
    ///
    /// `dev` is the `struct device` of a device from [`Device::allocate`].
    unsafe fn raw_from_dev(dev: *mut bindings::device) -> NonNull<Self> {
        // SAFETY: The caller says that the device is embedded so.
        let public = unsafe { container_of!(dev, bindings::fwctl_device, dev) };
        // SAFETY: As above.
        unsafe { Self::raw(public) }
    }

    /// # Safety
    ///
    /// `public` is the public part of a device from [`Device::allocate`].
    unsafe fn raw(public: *mut bindings::fwctl_device) -> NonNull<Self> {
        // SAFETY: By the caller's word, a `Device` lies so far in front of it.
        let this = unsafe { public.byte_sub(FRONT) };
        // SAFETY: A pointer into the middle of an allocation is not null, nor is one to its begin.
        unsafe { NonNull::new_unchecked(this.cast()) }
    }

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
