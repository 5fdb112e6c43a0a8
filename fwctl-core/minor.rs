// SPDX-License-Identifier: GPL-2.0

//! Device numbers: one major, 4096 minors.
//!
//! C header: `include/linux/fs.h`.

use kernel::{
    bindings,
    error::to_result,
    id_pool::IdPool,
    prelude::*,
    static_assert,
    sync::atomic::{
        Atomic,
        Relaxed, //
    }, //
};

/// How many devices there can be, as in Linux.
const MINORS: u32 = 4096;
static_assert!(MINORS < 1 << bindings::MINORBITS);

/// Number of the first device, known once the [`Region`] is there.
static FIRST: Atomic<u32> = Atomic::new(0);

kernel::sync::global_lock! {
    // SAFETY: `Region::new` initializes it, and without a region no device is allocated.
    unsafe(uninit) static USED: Mutex<Option<IdPool>> = None;
}

/// The major number, reserved for as long as this lives.
pub(crate) struct Region(());

impl Region {
    /// Reserves a major number with all its minors. There is one region at a time.
    ///
    /// # Errors
    ///
    /// `EBUSY` without a free major number, `ENOMEM`.
    pub(crate) fn new() -> Result<Self> {
        // SAFETY: Called once, by the module's initialization. No driver that could allocate a
        // minor is loaded before that has ended.
        unsafe { USED.init() };
        let pool = IdPool::with_capacity(MINORS as usize, GFP_KERNEL)?;

        let mut first = 0;
        // SAFETY: `first` is valid for writing and the name is static.
        to_result(unsafe {
            bindings::alloc_chrdev_region(&mut first, 0, MINORS, c"fwctl".as_char_ptr())
        })?;
        FIRST.store(first, Relaxed);
        *USED.lock() = Some(pool);
        Ok(Self(()))
    }
}

impl Drop for Region {
    fn drop(&mut self) {
        // SAFETY: `new` reserved this very range.
        unsafe { bindings::unregister_chrdev_region(FIRST.load(Relaxed), MINORS) };
        *USED.lock() = None;
    }
}

/// A device number, free again when dropped.
pub(crate) struct Minor(usize);

impl Minor {
    /// Takes the lowest free number.
    ///
    /// # Errors
    ///
    /// `ENOSPC` if all are taken.
    pub(crate) fn allocate() -> Result<Self> {
        let mut used = USED.lock();
        let free = used.as_mut().and_then(|pool| pool.find_unused_id(0));
        Ok(Self(free.ok_or(ENOSPC)?.acquire()))
    }

    /// The N of `fwctlN`.
    pub(crate) fn index(&self) -> u32 {
        // CAST: It is below `MINORS`.
        self.0 as u32
    }

    /// Major and minor as one number.
    pub(crate) fn devt(&self) -> bindings::dev_t {
        FIRST.load(Relaxed) + self.index()
    }
}

impl Drop for Minor {
    fn drop(&mut self) {
        if let Some(pool) = USED.lock().as_mut() {
            pool.release_id(self.0);
        }
    }
}
