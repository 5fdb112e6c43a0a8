// SPDX-License-Identifier: GPL-2.0

//! Contexts: one for each open of a device.
//!
//! The driver's `struct fwctl_uctx`, with its own bytes behind it, is memory of the core, so that
//! it can be freed after the driver has left. It is referred to by the open file and, until the
//! driver has closed it, by the device's list: a file that is released while the device is being
//! unregistered does not pull the memory from under the driver.

use core::mem::size_of;
use kernel::{
    bindings,
    list::{
        impl_list_arc_safe,
        impl_list_item,
        AtomicTracker,
        ListArc,
        ListLinks,
        TryNewListArc, //
    },
    prelude::*,
    sync::{
        aref::ARef,
        atomic::{
            AtomicFlag,
            Relaxed, //
        },
        Arc, //
    }, //
};

use crate::device::{
    Device,
    Registered, //
};

/// A context, from the open of a device to the close of the file and by the driver.
#[pin_data]
pub(crate) struct Uctx {
    device: ARef<Device>,
    /// What the driver sees: `struct fwctl_uctx`, then the driver's bytes.
    public: *mut bindings::fwctl_uctx,
    /// Owns what `public` points to, in words for the sake of alignment.
    _memory: KVec<u64>,
    /// Whether the kernel log knows of the use of a scope that taints.
    reported: AtomicFlag,
    #[pin]
    links: ListLinks,
    #[pin]
    tracker: AtomicTracker,
}

impl_list_arc_safe! {
    impl ListArcSafe<0> for Uctx {
        tracked_by tracker: AtomicTracker;
    }
}

impl_list_item! {
    impl ListItem<0> for Uctx {
        using ListLinks { self.links };
    }
}

// SAFETY: `public` points to memory that the context owns; the driver locks what it keeps there.
unsafe impl Send for Uctx {}
// SAFETY: As above.
unsafe impl Sync for Uctx {}

impl Uctx {
    /// Opens `device` for a new file.
    ///
    /// # Errors
    ///
    /// `ENODEV` if the driver has left, `ENOMEM`, or what the driver says.
    pub(crate) fn open(device: &Device) -> Result<Arc<Self>> {
        let driver = device.enter()?;
        let uctx = Self::allocate(device, &driver)?;
        driver.ops().open(&uctx)?;
        let file = uctx.clone_arc();
        driver.keep(uctx);
        Ok(file)
    }

    fn allocate(device: &Device, driver: &Registered<'_>) -> Result<ListArc<Self>> {
        let words = driver.ops().uctx_size().div_ceil(size_of::<u64>());
        let mut memory = KVec::<u64>::zeroed(words, GFP_KERNEL_ACCOUNT)?;
        let public: *mut bindings::fwctl_uctx = memory.as_mut_ptr().cast();
        // SAFETY: `Ops` makes sure that a `struct fwctl_uctx` fits, and nobody else has it yet.
        unsafe { (*public).fwctl = device.public() };
        ListArc::pin_init(
            try_pin_init!(Self {
                device: device.into(),
                public,
                _memory: memory,
                reported: AtomicFlag::new(false),
                links <- ListLinks::new(),
                tracker <- AtomicTracker::new(),
            }? Error),
            GFP_KERNEL_ACCOUNT,
        )
    }

    /// The device that it was opened on.
    pub(crate) fn device(&self) -> &Device {
        &self.device
    }

    /// What the driver sees of it.
    pub(crate) fn public(&self) -> *mut bindings::fwctl_uctx {
        self.public
    }

    /// Lets the driver close it, unless that has been done.
    pub(crate) fn close(&self) {
        self.device.close(self);
    }

    /// Whether the kernel log knows of the use of a scope that taints.
    pub(crate) fn is_reported(&self) -> bool {
        self.reported.load(Relaxed)
    }

    /// Now it does.
    pub(crate) fn set_reported(&self) {
        self.reported.store(true, Relaxed);
    }
}
