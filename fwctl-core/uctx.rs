// SPDX-License-Identifier: GPL-2.0

//! Contexts: one for each open of a device.
//!
//! A driver sees `struct fwctl_uctx` and its own bytes behind it. As with devices, the core's part
//! lies in front, and the whole is the core's memory, so that it can be freed after the driver has
//! left. It is counted: the open file refers to it and, until the driver has closed it, the device's
//! [`Contexts`](crate::contexts::Contexts). So a file that is released while the device is being
//! unregistered does not pull the memory from under the driver.

use core::{
    alloc::Layout,
    ptr::NonNull, //
};
use kernel::{
    bindings,
    ffi::c_void,
    prelude::*,
    sync::{
        aref::{
            ARef,
            AlwaysRefCounted, //
        },
        atomic::{
            Atomic,
            AtomicFlag,
            Relaxed, //
        },
        Refcount, //
    }, //
};

use crate::device::{
    Device,
    ALIGN, //
};

extern "C" {
    fn fwctl_kzalloc(len: usize) -> *mut c_void;
}

/// A context, from the open of a device to the close of the file and by the driver.
///
/// # Invariants
///
/// It was made by [`Uctx::allocate`]: `public` lies behind it in the same memory, which `references`
/// owns. `device` outlives it.
pub(crate) struct Uctx {
    references: Refcount,
    device: NonNull<Device>,
    /// Its place among the open contexts, if it is there. Read and written under their lock.
    place: Atomic<usize>,
    /// Whether the kernel log knows of the use of a scope that taints.
    reported: AtomicFlag,
    public: *mut bindings::fwctl_uctx,
}

/// The memory of a device's contexts.
pub(crate) struct Shape {
    /// Length in bytes.
    len: usize,
    /// Length in bytes of the part in front of the driver's.
    front: usize,
}

impl Shape {
    /// That of contexts of which `size` bytes are the driver's.
    ///
    /// These are aligned like memory of their own, to the largest power of two that divides their
    /// length. It divides the length of the whole too, so that `kmalloc()` aligns that as much.
    ///
    /// # Errors
    ///
    /// `ENOMEM` if there is no memory so large.
    pub(crate) fn new(size: usize) -> Result<Self> {
        let align = ALIGN.min(size & size.wrapping_neg());
        let driver = Layout::from_size_align(size, align).map_err(|_| ENOMEM)?;
        let (whole, front) = Layout::new::<Uctx>().extend(driver).map_err(|_| ENOMEM)?;
        Ok(Self {
            len: whole.size(),
            front,
        })
    }
}

// SAFETY: It may be released from any thread.
unsafe impl Send for Uctx {}
// SAFETY: The core's part may be shared, and the driver locks what it keeps behind it.
unsafe impl Sync for Uctx {}

// SAFETY: The memory is freed when the count drops to zero.
unsafe impl AlwaysRefCounted for Uctx {
    fn inc_ref(&self) {
        self.references.inc();
    }

    unsafe fn dec_ref(this: NonNull<Self>) {
        // SAFETY: The caller gives up a reference, hence the context is there.
        if !unsafe { this.as_ref() }.references.dec_and_test() {
            return;
        }
        // SAFETY: Nobody has a reference any more.
        unsafe { core::ptr::drop_in_place(this.as_ptr()) };
        // SAFETY: `allocate` made the memory.
        unsafe { bindings::kfree(this.as_ptr().cast()) };
    }
}

impl Uctx {
    /// Opens `device` for a new file.
    ///
    /// # Errors
    ///
    /// `ENODEV` if the driver has left, `EBUSY` if as many are open as may be, `ENOMEM`, or what the
    /// driver says.
    ///
    /// # Safety
    ///
    /// The device is there for as long as the result is, or a part of it. That among the device's
    /// open contexts is dropped before `fwctl_unregister()` returns.
    pub(crate) unsafe fn open(device: &Device) -> Result<ARef<Self>> {
        let driver = device.enter()?;
        let [uctx, open] = Self::allocate(device)?;
        // Before it is open: then there is nothing to undo if there is no place for it. Nobody
        // closes it meanwhile, because its file is not there yet, and the driver does not leave.
        device.contexts().add(open)?;
        if let Err(error) = driver.ops().open(&uctx) {
            device.contexts().take(&uctx);
            return Err(error);
        }
        Ok(uctx)
    }

    /// Makes a context, to which the results refer.
    fn allocate(device: &Device) -> Result<[ARef<Self>; 2]> {
        let shape = device.uctx_shape();
        // SAFETY: Any length may be asked for.
        let memory = unsafe { fwctl_kzalloc(shape.len) };
        let this: NonNull<Self> = NonNull::new(memory.cast()).ok_or(ENOMEM)?;
        // SAFETY: The allocation is longer than that.
        let public: *mut bindings::fwctl_uctx = unsafe { memory.byte_add(shape.front) }.cast();
        let core = Self {
            references: Refcount::new(2),
            device: NonNull::from(device),
            place: Atomic::new(0),
            reported: AtomicFlag::new(false),
            public,
        };
        // INVARIANT: The driver's part stays zero, as drivers expect. The caller of `open` sees to the
        // device.
        // SAFETY: There is room in front of it, and `kmalloc()` aligns all memory for pointers.
        unsafe { this.write(core) };
        // SAFETY: `Ops` makes sure that a `struct fwctl_uctx` fits, and nobody else has it yet.
        unsafe { (*public).fwctl = device.public() };
        // SAFETY: One of the two references is taken over.
        let first = unsafe { ARef::from_raw(this) };
        // SAFETY: The other one is.
        Ok([first, unsafe { ARef::from_raw(this) }])
    }

    /// Finds the context of which a driver knows only the public part.
    ///
    /// # Safety
    ///
    /// `public` is the public part of a context from [`Uctx::allocate`], which stays for all of `'a`.
    pub(crate) unsafe fn from_public<'a>(public: *mut bindings::fwctl_uctx) -> &'a Self {
        // SAFETY: By the caller's word.
        let device = unsafe { (*public).fwctl };
        // SAFETY: `allocate` set it, and by the type invariant it is there.
        let device = unsafe { Device::from_public(device) };
        // SAFETY: The context lies so far in front of it.
        let this = unsafe { public.byte_sub(device.uctx_shape().front) };
        // SAFETY: By the caller's word.
        unsafe { &*this.cast() }
    }

    /// The device that it was opened on.
    pub(crate) fn device(&self) -> &Device {
        // SAFETY: By the type invariant it is there.
        unsafe { self.device.as_ref() }
    }

    /// What the driver sees of it.
    pub(crate) fn public(&self) -> *mut bindings::fwctl_uctx {
        self.public
    }

    /// Lets the driver close it, unless that has been done.
    pub(crate) fn close(&self) {
        self.device().close(self);
    }

    /// Where it is or was among the open contexts, whose lock the caller holds.
    pub(crate) fn place(&self) -> usize {
        self.place.load(Relaxed)
    }

    /// Sets its place among the open contexts, whose lock the caller holds.
    pub(crate) fn set_place(&self, place: usize) {
        self.place.store(place, Relaxed);
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
