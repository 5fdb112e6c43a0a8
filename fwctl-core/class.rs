// SPDX-License-Identifier: GPL-2.0

//! The device class `fwctl`: `/sys/class/fwctl` and the nodes `/dev/fwctl/fwctlN`.
//!
//! C header: `include/linux/device/class.h`.

use kernel::{
    bindings,
    error::to_result,
    ffi,
    prelude::*,
    str::as_char_ptr_in_const_context, //
};

use crate::{
    attributes,
    device::Device, //
};

struct Class(bindings::class);

// SAFETY: The driver core never writes to a class and may read it from any thread.
unsafe impl Sync for Class {}

static CLASS: Class = Class(bindings::class {
    name: as_char_ptr_in_const_context(c"fwctl"),
    dev_groups: attributes::groups(),
    dev_release: Some(release),
    devnode: Some(devnode),
    ..pin_init::zeroed()
});

/// The class, for the devices that belong to it.
pub(crate) fn as_ptr() -> *const bindings::class {
    &CLASS.0
}

/// The class as registered with the driver core, for as long as this lives.
pub(crate) struct Registration(());

impl Registration {
    /// Registers the class.
    ///
    /// # Errors
    ///
    /// `EEXIST` where another fwctl runs already, `ENOMEM`.
    pub(crate) fn new() -> Result<Self> {
        // SAFETY: The class is static, hence outlives its registration.
        to_result(unsafe { bindings::class_register(as_ptr()) })?;
        Ok(Self(()))
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        // SAFETY: `new` registered it.
        unsafe { bindings::class_unregister(as_ptr()) };
    }
}

/// Puts the node into `/dev/fwctl/`.
///
/// # Safety
///
/// `dev` is a device of the class.
unsafe extern "C" fn devnode(
    dev: *const bindings::device,
    _mode: *mut bindings::umode_t,
) -> *mut ffi::c_char {
    // SAFETY: The driver core calls this with a device of the class, which has a name.
    let name = unsafe { bindings::dev_name(dev) };
    // SAFETY: The format takes one string, and the name is one.
    unsafe { bindings::kasprintf(bindings::GFP_KERNEL, c"fwctl/%s".as_char_ptr(), name) }
}

/// Frees a device whose last reference is gone.
///
/// # Safety
///
/// Called once for `dev`, a device of the class.
unsafe extern "C" fn release(dev: *mut bindings::device) {
    // SAFETY: The driver core calls this once for a device of the class, and only
    // `Device::allocate` makes such.
    unsafe { Device::free(dev) };
}
