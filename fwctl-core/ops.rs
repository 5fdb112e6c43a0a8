// SPDX-License-Identifier: GPL-2.0

//! The driver's operations as methods.
//!
//! C header: `include/linux/fwctl.h`, `struct fwctl_ops`. Here alone are its function pointers
//! called.

use core::{
    mem::size_of,
    ptr::NonNull, //
};
use kernel::{
    bindings,
    error::to_result,
    ffi::{
        c_int,
        c_void, //
    },
    prelude::*,
    sync::SetOnce, //
};

use crate::{
    buffer::Buffer,
    scope::RpcScope,
    uctx::Uctx, //
};

/// Lowest number that is an errno, `-MAX_ERRNO`.
const MIN_ERRNO: isize = -(bindings::MAX_ERRNO as isize);

/// Asks a driver whether it would deliver a request: 0, or the errno of its refusal.
///
/// Only drivers in Rust can tell before they deliver.
pub(crate) type Admit = unsafe extern "C" fn(
    uctx: *mut bindings::fwctl_uctx,
    scope: bindings::fwctl_rpc_scope,
    request: *mut c_void,
    request_len: usize,
    room: usize,
) -> c_int;

/// The operations of a driver.
///
/// # Invariants
///
/// The table and `admit` are valid while the driver is there, which [`Registered`] proves; all
/// operations but `info` are present; `uctx_size` has room for a `struct fwctl_uctx`.
///
/// [`Registered`]: crate::device::Registered
pub(crate) struct Ops {
    table: NonNull<bindings::fwctl_ops>,
    admit: SetOnce<Admit>,
}

/// What a driver returns where C returns memory or an `ERR_PTR()`.
fn memory_or_errno(pointer: *mut c_void) -> Result<*mut u8> {
    // CAST: An `ERR_PTR()` is a small negative number in the place of an address.
    match pointer.addr() as isize {
        errno @ MIN_ERRNO..0 => Err(Error::from_errno(errno as c_int)),
        _ => Ok(pointer.cast()),
    }
}

impl Ops {
    /// Takes over the table of a driver.
    ///
    /// # Errors
    ///
    /// `EINVAL` if it breaks the contract: an operation is missing, the context is smaller than
    /// `struct fwctl_uctx`, or the device type is `FWCTL_DEVICE_TYPE_ERROR`.
    ///
    /// # Safety
    ///
    /// `table` is valid now and until the driver has unregistered its device, and the operations
    /// keep what `struct fwctl_ops` documents.
    pub(crate) unsafe fn new(table: *const bindings::fwctl_ops) -> Result<Self> {
        let table = NonNull::new(table.cast_mut()).ok_or(EINVAL)?;
        // SAFETY: The caller says that it is valid.
        let ops = unsafe { table.as_ref() };
        let complete = ops.open_uctx.is_some() && ops.close_uctx.is_some() && ops.fw_rpc.is_some();
        if !complete || ops.uctx_size < size_of::<bindings::fwctl_uctx>() || ops.device_type == 0 {
            return Err(EINVAL);
        }
        // INVARIANT: Just checked.
        Ok(Self {
            table,
            admit: SetOnce::new(),
        })
    }

    /// From now on `admit` is asked before a request that taints.
    ///
    /// # Safety
    ///
    /// It is valid until the driver has unregistered its device.
    pub(crate) unsafe fn set_admit(&self, admit: Admit) {
        // INVARIANT: By the caller's word. A second one would be the same.
        self.admit.populate(admit);
    }

    /// Whether the driver can tell what it would deliver.
    pub(crate) fn judges(&self) -> bool {
        self.admit.as_ref().is_some()
    }

    fn table(&self) -> &bindings::fwctl_ops {
        // SAFETY: By the type invariant it is valid, since a `Registered` led here.
        unsafe { self.table.as_ref() }
    }

    /// The device type that `FWCTL_INFO` reports.
    pub(crate) fn device_type(&self) -> u32 {
        self.table().device_type
    }

    /// Size in bytes of a context, `struct fwctl_uctx` included.
    pub(crate) fn uctx_size(&self) -> usize {
        self.table().uctx_size
    }

    /// Lets the driver open `uctx`.
    ///
    /// # Errors
    ///
    /// What the driver says.
    pub(crate) fn open(&self, uctx: &Uctx) -> Result {
        let open = self.table().open_uctx.ok_or(EINVAL)?;
        // SAFETY: The context is new, and the driver is there.
        to_result(unsafe { open(uctx.public()) })
    }

    /// Lets the driver close `uctx`, which has just been taken out of the device's open contexts: so
    /// this happens once.
    pub(crate) fn close(&self, uctx: &Uctx) {
        if let Some(close) = self.table().close_uctx {
            // SAFETY: The context is open, and the driver is there.
            unsafe { close(uctx.public()) };
        }
    }

    /// The driver's data for `FWCTL_INFO`.
    ///
    /// # Errors
    ///
    /// What the driver says.
    pub(crate) fn info(&self, uctx: &Uctx) -> Result<Buffer> {
        let Some(info) = self.table().info else {
            return Ok(Buffer::empty());
        };
        // There are drivers that never set it, so it must not begin as what the caller asked for.
        let mut len = 0;
        // SAFETY: The context is open, the driver is there, and `len` may be written.
        let data = memory_or_errno(unsafe { info(uctx.public(), &mut len) })?;
        // SAFETY: `info` returns memory from `kmalloc()` and its length.
        Ok(unsafe { Buffer::adopt(data, len) })
    }

    /// Whether the driver would deliver `request` at `scope`; one that cannot tell would.
    ///
    /// # Errors
    ///
    /// Those of its refusal.
    pub(crate) fn admit(
        &self,
        uctx: &Uctx,
        scope: RpcScope,
        request: &mut Buffer,
        room: usize,
    ) -> Result {
        let Some(admit) = self.admit.copy() else {
            return Ok(());
        };
        let len = request.len();
        let buffer = request.as_mut_ptr().cast();
        let scope = bindings::fwctl_rpc_scope(scope as u32);
        // SAFETY: The context is open, the driver is there, and the buffer is lent to it.
        to_result(unsafe { admit(uctx.public(), scope, buffer, len, room) })
    }

    /// Lets the driver deliver `request` to the firmware. The response is as long as the firmware
    /// made it, and may be longer than the `room` in bytes that the caller has for it.
    ///
    /// # Errors
    ///
    /// What the driver says: there is no answer.
    pub(crate) fn rpc(
        &self,
        uctx: &Uctx,
        scope: RpcScope,
        mut request: Buffer,
        room: usize,
    ) -> Result<Buffer> {
        let rpc = self.table().fw_rpc.ok_or(EINVAL)?;
        let len = request.len();
        let mut response_len = room;
        let buffer: *mut u8 = request.as_mut_ptr();
        let response = memory_or_errno(
            // SAFETY: The context is open, the driver is there, and the buffer is the driver's for
            // the time of the call.
            unsafe {
                rpc(
                    uctx.public(),
                    bindings::fwctl_rpc_scope(scope as u32),
                    buffer.cast(),
                    len,
                    &mut response_len,
                )
            },
        )?;
        if response == buffer {
            // The answer is in the request's buffer, and cannot be longer than that.
            request.truncate(response_len);
            return Ok(request);
        }
        // SAFETY: A response that is not the request is memory from `kvmalloc()` and its length.
        Ok(unsafe { Buffer::adopt(response, response_len) })
    }
}
