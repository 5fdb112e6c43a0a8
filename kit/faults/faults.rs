// SPDX-License-Identifier: GPL-2.0

//! Faults that the sanitizer kernel must notice, each made once when this module is loaded.
//!
//! A run that finds nothing proves something only if it would have found these.

use core::{
    hint::black_box,
    ptr, //
};

use kernel::{
    ffi::{
        c_int,
        c_uint,
        c_void, //
    },
    prelude::*,
    sync::{
        new_mutex,
        new_spinlock, //
    },
    task::might_sleep, //
};

extern "C" {
    fn fwctl_faults_shift(by: c_uint) -> c_int;
    fn fwctl_faults_rcu() -> *mut c_void;
}

/// Forgets memory. Several times, because a pointer may survive on the stack by chance.
#[inline(never)]
fn leak() -> Result {
    for _ in 0..16 {
        black_box(KBox::leak(KBox::new([0u8; 192], GFP_KERNEL)?));
    }
    Ok(())
}

/// Reads memory that was given back.
#[inline(never)]
fn use_after_free() -> Result {
    let value = KBox::into_raw(KBox::new([0u64; 4], GFP_KERNEL)?);
    // SAFETY: It came from `into_raw`.
    drop(unsafe { KBox::from_raw(value) });
    // SAFETY: None. The memory holds nothing that could do harm.
    black_box(unsafe { ptr::read_volatile(value) });
    Ok(())
}

/// Is ready to sleep under a spinlock.
#[inline(never)]
fn sleep_in_atomic() -> Result {
    let lock = KBox::pin_init(new_spinlock!((), "fwctl_faults::spin"), GFP_KERNEL)?;
    let _guard = lock.lock();
    might_sleep();
    Ok(())
}

/// Takes two locks in one order, then in the other.
#[inline(never)]
fn lock_order() -> Result {
    let one = KBox::pin_init(new_mutex!((), "fwctl_faults::one"), GFP_KERNEL)?;
    let two = KBox::pin_init(new_mutex!((), "fwctl_faults::two"), GFP_KERNEL)?;
    {
        let _one = one.lock();
        let _two = two.lock();
    }
    let _two = two.lock();
    let _one = one.lock();
    Ok(())
}

struct Faults;

impl kernel::Module for Faults {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        leak()?;
        sleep_in_atomic()?;
        // SAFETY: It has no requirements; what it computes is not used.
        black_box(unsafe { fwctl_faults_shift(black_box(40)) });
        // SAFETY: It has no requirements; the pointer is null and not used.
        black_box(unsafe { fwctl_faults_rcu() });
        // Lockdep stops at its first report, and at one by KASAN.
        lock_order()?;
        use_after_free()?;
        Ok(Self)
    }
}

module! {
    type: Faults,
    name: "fwctl_faults",
    description: "Faults that the sanitizer kernel must notice",
    license: "GPL",
}
