// SPDX-License-Identifier: GPL-2.0

//! mlx5_core, the driver that owns the device and its command interface.
//!
//! C headers: `include/linux/mlx5/driver.h`, `include/linux/mlx5/device.h`.

use core::{
    marker::PhantomData,
    mem::size_of, //
};
use kernel::{
    auxiliary,
    device,
    error::to_result,
    ffi::{
        c_int,
        c_void, //
    },
    prelude::*,
    types::Opaque, //
};
use zerocopy::{
    FromBytes,
    Immutable,
    IntoBytes, //
};

/// `struct mlx5_core_dev`.
#[repr(C)]
struct CoreDev(Opaque<u8>);

extern "C" {
    fn mlx5_fwctl_mdev(dev: *mut c_void) -> *mut CoreDev;
    fn mlx5_fwctl_uctx_cap(mdev: *mut CoreDev) -> u32;
    fn mlx5_fwctl_cmd_do(
        mdev: *mut CoreDev,
        request: *const c_void,
        request_len: c_int,
        response: *mut c_void,
        response_len: c_int,
    ) -> c_int;
    fn mlx5_fwctl_cmd_exec(
        mdev: *mut CoreDev,
        request: *const c_void,
        request_len: c_int,
        response: *mut c_void,
        response_len: c_int,
    ) -> c_int;
}

/// The device behind an auxiliary device, while that one is bound.
///
/// # Invariants
///
/// The pointer is valid for all of `'a`.
pub(crate) struct Mdev<'a>(
    *mut CoreDev,
    PhantomData<&'a auxiliary::Device<device::Bound>>,
);

// SAFETY: mlx5_core takes commands from any thread and locks by itself.
unsafe impl Send for Mdev<'_> {}
// SAFETY: As above.
unsafe impl Sync for Mdev<'_> {}

impl<'a> Mdev<'a> {
    /// The device that mlx5_core made `adev` for.
    ///
    /// # Errors
    ///
    /// `ENODEV` if it did not.
    pub(crate) fn of(adev: &'a auxiliary::Device<device::Bound>) -> Result<Self> {
        let dev: &device::Device<device::Bound> = adev.as_ref();
        let dev: *const device::Device<device::Bound> = dev;
        // SAFETY: It is a valid auxiliary device.
        let mdev = unsafe { mlx5_fwctl_mdev(dev.cast_mut().cast()) };
        if mdev.is_null() {
            return Err(ENODEV);
        }
        // INVARIANT: mlx5_core removes the auxiliary device, and so unbinds it, before the device
        // goes.
        Ok(Self(mdev, PhantomData))
    }

    /// The rights that the firmware can give to a user context, `hca_cap.uctx_cap`.
    pub(crate) fn uctx_cap(&self) -> u32 {
        // SAFETY: By the type invariant.
        unsafe { mlx5_fwctl_uctx_cap(self.0) }
    }

    /// Delivers `request`, a whole command of somebody else, and waits for the answer.
    ///
    /// The two buffers are apart: mlx5_core looks at the request again after the answer is there.
    ///
    /// # Errors
    ///
    /// `EREMOTEIO` if the firmware answered with a status other than 0, which is in `response`
    /// then. Any other says that there is no answer.
    pub(crate) fn deliver(&self, request: &[u8], response: &mut [u8]) -> Result {
        let request_len = c_int::try_from(request.len()).map_err(|_| EMSGSIZE)?;
        let response_len = c_int::try_from(response.len()).map_err(|_| EMSGSIZE)?;
        // SAFETY: By the type invariant, and the buffers have these lengths.
        to_result(unsafe {
            mlx5_fwctl_cmd_do(
                self.0,
                request.as_ptr().cast(),
                request_len,
                response.as_mut_ptr().cast(),
                response_len,
            )
        })
    }

    /// Carries out `request`, a command of the driver's own.
    ///
    /// # Errors
    ///
    /// Those of [`Mdev::deliver`], and what mlx5_core makes of a status other than 0, which it
    /// also logs.
    pub(crate) fn execute<Q, R>(&self, request: &Q) -> Result<R>
    where
        Q: IntoBytes + Immutable,
        R: Default + FromBytes + IntoBytes,
    {
        let request_len = c_int::try_from(size_of::<Q>()).map_err(|_| EMSGSIZE)?;
        let response_len = c_int::try_from(size_of::<R>()).map_err(|_| EMSGSIZE)?;
        let mut response = R::default();
        // SAFETY: As above.
        to_result(unsafe {
            mlx5_fwctl_cmd_exec(
                self.0,
                request.as_bytes().as_ptr().cast(),
                request_len,
                response.as_mut_bytes().as_mut_ptr().cast(),
                response_len,
            )
        })?;
        Ok(response)
    }
}
