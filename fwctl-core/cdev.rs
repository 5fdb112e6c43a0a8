// SPDX-License-Identifier: GPL-2.0

//! The character device: trampolines from the file operations.
//!
//! C headers: `include/linux/cdev.h`, `include/linux/fs.h`.

use core::ptr::NonNull;
use kernel::{
    bindings,
    container_of,
    error::from_result,
    ffi::{
        c_int,
        c_long,
        c_uint,
        c_ulong, //
    },
    sync::aref::ARef, //
};

use crate::{
    device::Device,
    ioctl,
    module_ref::THIS_MODULE,
    uctx::Uctx, //
};

// Lock classes are empty structures unless lockdep is on, which C does not mind.
#[allow(improper_ctypes)]
extern "C" {
    fn fwctl_inode_cdev(inode: *const bindings::inode) -> *mut bindings::cdev;
}

struct FileOperations(bindings::file_operations);

// SAFETY: Nobody writes to it.
unsafe impl Sync for FileOperations {}

// An open file keeps this module, and not the driver's: the driver may leave at any time.
static FILE_OPERATIONS: FileOperations = FileOperations(bindings::file_operations {
    owner: THIS_MODULE,
    open: Some(open),
    release: Some(release),
    unlocked_ioctl: Some(unlocked_ioctl),
    // The structures are the same for 32 bits.
    compat_ioctl: bindings::compat_ptr_ioctl,
    ..pin_init::zeroed()
});

/// Initializes `cdev` as the character device of a [`Device`].
///
/// # Safety
///
/// `cdev` is part of a [`Device`]'s public part and not in use.
pub(crate) unsafe fn init(cdev: *mut bindings::cdev) {
    // SAFETY: The caller says that it is not in use. The operations are static.
    unsafe { bindings::cdev_init(cdev, &FILE_OPERATIONS.0) };
    // SAFETY: As above.
    unsafe { (*cdev).owner = THIS_MODULE };
}

/// # Safety
///
/// Called by the VFS, as `struct file_operations` documents `open`; so for the others.
unsafe extern "C" fn open(inode: *mut bindings::inode, file: *mut bindings::file) -> c_int {
    // SAFETY: The VFS opens a character device here, so `i_cdev` is set.
    let cdev = unsafe { fwctl_inode_cdev(inode) };
    // SAFETY: Only a device's public part has a cdev with these operations.
    let public = unsafe { container_of!(cdev, bindings::fwctl_device, cdev) };
    // SAFETY: The VFS holds a reference on the cdev, and that one on the device.
    let device = unsafe { Device::from_public(public) };
    from_result(|| {
        // SAFETY: An open file holds that reference until its release is over. What else refers to
        // the context does so while the driver is there, which holds one, too.
        let uctx = unsafe { Uctx::open(device) }?;
        // SAFETY: The file is being opened, so nobody else uses it.
        unsafe { (*file).private_data = ARef::into_raw(uctx).as_ptr().cast() };
        Ok(0)
    })
}

/// # Safety
///
/// As for [`open`].
unsafe extern "C" fn release(_inode: *mut bindings::inode, file: *mut bindings::file) -> c_int {
    // SAFETY: The VFS passes a valid file.
    let uctx = unsafe { (*file).private_data }.cast();
    // SAFETY: `open` set it, and no file has NULL there.
    let uctx = unsafe { NonNull::new_unchecked(uctx) };
    // SAFETY: `open` left a reference there, and the VFS releases a file once.
    let uctx = unsafe { ARef::<Uctx>::from_raw(uctx) };
    uctx.close();
    0
}

/// # Safety
///
/// As for [`open`].
unsafe extern "C" fn unlocked_ioctl(
    file: *mut bindings::file,
    number: c_uint,
    argument: c_ulong,
) -> c_long {
    // SAFETY: The VFS passes a valid file.
    let uctx: *mut Uctx = unsafe { (*file).private_data }.cast();
    // SAFETY: `open` set it, and the VFS does not release a file during an ioctl.
    let uctx = unsafe { &*uctx };
    from_result(|| ioctl::dispatch(uctx, number, argument).map(|()| 0))
}
