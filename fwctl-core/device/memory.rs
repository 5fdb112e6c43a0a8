// SPDX-License-Identifier: GPL-2.0

//! The memory of devices.
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
    error::to_result,
    new_srcu,
    prelude::*,
    sync::{
        aref::ARef,
        atomic::Atomic, //
    }, //
};

use super::{
    Device,
    NEW, //
};
use crate::{
    cdev,
    class,
    contexts::Contexts,
    limits::Limits,
    log,
    minor::Minor,
    module_ref::ModuleRef,
    ops::Ops,
    strict::Strict,
    uctx::Shape, //
};

/// Alignment in bytes of what drivers see, so that any C structure up to a cache line's alignment
/// lies there as it would in memory of its own.
pub(crate) const ALIGN: usize = 64;

/// Length in bytes of the part in front of the driver's, a multiple of [`ALIGN`].
const FRONT: usize = size_of::<Device>().next_multiple_of(ALIGN);

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
}
