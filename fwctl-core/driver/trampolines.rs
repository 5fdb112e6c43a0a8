// SPDX-License-Identifier: GPL-2.0

//! The operations as the core calls them: raw pointers in, a safe call, an errno out.

use core::{
    marker::PhantomData,
    mem::size_of,
    pin::Pin,
    ptr::null_mut,
    slice, //
};
use kernel::{
    alloc::Allocator,
    bindings,
    build_assert::const_assert,
    error::to_result,
    ffi::{
        c_int,
        c_void, //
    },
    prelude::*,
    types::Opaque, //
};

use super::{
    admitted::Rejection,
    Admitted,
    Device,
    FwRpcResponse,
    Operations, //
};
use crate::{
    policy::Policy,
    scope::RpcScope,
    strict::Reason, //
};

// Lock classes are empty structures unless lockdep is on, which C does not mind.
#[allow(improper_ctypes)]
extern "C" {
    fn fwctl_judge(
        uctx: *mut bindings::fwctl_uctx,
        scope: bindings::fwctl_rpc_scope,
        command: *const u8,
        len: usize,
        reason: Reason,
    ) -> c_int;
}

/// The memory of one open file: the core's part, then the driver's.
#[repr(C)]
#[pin_data]
struct Context<T: Operations> {
    #[pin]
    public: Opaque<bindings::fwctl_uctx>,
    #[pin]
    driver: T,
}

/// A call of the core on a context.
///
/// # Invariants
///
/// `uctx` is the memory of a `Context<T>` on `device`, and the device is registered, both for all
/// of `'a`.
struct Call<'a, T: Operations> {
    uctx: *mut bindings::fwctl_uctx,
    device: &'a Device<T>,
}

impl<'a, T: Operations> Call<'a, T> {
    /// # Safety
    ///
    /// `uctx` is a context, open or being opened, on a registered device of the driver `T`, for all
    /// of `'a`.
    unsafe fn on(uctx: *mut bindings::fwctl_uctx) -> Self {
        // SAFETY: The core sets it before the driver sees the context.
        let public = unsafe { (*uctx).fwctl };
        // SAFETY: The context holds a reference on its device.
        let device = unsafe { Device::from_public(public) };
        // INVARIANT: By the caller's word.
        Self { uctx, device }
    }

    /// Where the driver's part of the context is.
    fn slot(&self) -> *mut T {
        // SAFETY: By the type invariant all of it is there. No reference is made.
        unsafe { &raw mut (*self.uctx.cast::<Context<T>>()).driver }
    }

    /// The driver's part of the context.
    ///
    /// # Safety
    ///
    /// The context is open, and stays so for all of `'a`.
    unsafe fn this(&self) -> Pin<&'a T> {
        // SAFETY: It is initialized, by the caller's word.
        let this = unsafe { &*self.slot() };
        // SAFETY: The core does not move a context.
        unsafe { Pin::new_unchecked(this) }
    }

    /// Puts a request before the policy, and before the core if its scope is not quite right.
    /// `reason` is what to say of one that strict mode alone would refuse.
    fn admit<'b>(
        &self,
        policy: Policy<'b>,
        scope: bindings::fwctl_rpc_scope,
        bytes: &'b mut [u8],
        room: usize,
        reason: Reason,
    ) -> Result<Admitted<'b, T>> {
        let (admitted, name, reason) =
            match Admitted::new(policy, RpcScope::try_from(scope.0)?, bytes, room) {
                Ok(request) if request.is_strict() => return Ok(request),
                Ok(request) => {
                    let name = request.rule().name;
                    (Ok(request), name, reason)
                }
                Err(Rejection::Scope(name)) => (Err(EBADMSG), name, Reason::ScopeTooLow),
                Err(Rejection::Message(error)) => return Err(error),
            };
        // SAFETY: By the type invariant this is a call of the core, and the name has that length.
        to_result(unsafe { fwctl_judge(self.uctx, scope, name.as_ptr(), name.len(), reason) })?;
        admitted
    }

    /// Calls `f` with the device and the registration's data.
    fn with_data<R>(
        &self,
        f: impl for<'b, 'bound> FnOnce(&Device<T>, &'b T::RegistrationData<'bound>) -> R,
    ) -> R {
        // SAFETY: By the type invariant the device is registered.
        unsafe { self.device.with_data(f) }
    }
}

/// The operations of the driver `T` as the core calls them.
pub(super) struct Trampolines<T: Operations>(PhantomData<T>);

impl<T: Operations> Trampolines<T> {
    pub(super) const OPS: &'static bindings::fwctl_ops = &bindings::fwctl_ops {
        device_type: T::DEVICE_TYPE.0,
        uctx_size: size_of::<Context<T>>(),
        open_uctx: Some(Self::open),
        close_uctx: Some(Self::close),
        info: Some(Self::info),
        fw_rpc: Some(Self::fw_rpc),
    };

    /// # Safety
    ///
    /// As `struct fwctl_ops` documents `open_uctx`; so for the others.
    unsafe extern "C" fn open(uctx: *mut bindings::fwctl_uctx) -> c_int {
        const_assert!(
            align_of::<Context<T>>() <= align_of::<u64>(),
            "the core aligns contexts like u64"
        );
        // SAFETY: The core opens a context of this driver.
        let call = unsafe { Call::<T>::on(uctx) };
        let slot = call.slot();
        let opened = call.with_data(|device, data| {
            // SAFETY: The slot is large enough, aligned, not used by anybody, and not moved.
            unsafe { pin_init::raw_try_init(slot, T::open(device, data)) }
        });
        opened.map_or_else(Error::to_errno, |()| 0)
    }

    /// # Safety
    ///
    /// As for [`open`](Self::open).
    unsafe extern "C" fn close(uctx: *mut bindings::fwctl_uctx) {
        // SAFETY: The core closes a context of this driver.
        let call = unsafe { Call::<T>::on(uctx) };
        // SAFETY: `open` initialized it, and the core lets nobody else use it any more.
        let this = unsafe { &mut *call.slot() };
        // SAFETY: The core does not move a context.
        let this = unsafe { Pin::new_unchecked(this) };
        call.with_data(|device, data| T::close(this, device, data));
        // SAFETY: The core closes a context once, and looks at the driver's part no more.
        unsafe { core::ptr::drop_in_place(call.slot()) };
    }

    /// # Safety
    ///
    /// As for [`open`](Self::open).
    unsafe extern "C" fn info(uctx: *mut bindings::fwctl_uctx, length: *mut usize) -> *mut c_void {
        // SAFETY: The core asks a context of this driver.
        let call = unsafe { Call::<T>::on(uctx) };
        // SAFETY: The core asks open contexts.
        let this = unsafe { call.this() };
        match call.with_data(|device, data| T::info(this, device, data)) {
            Ok(data) => {
                // SAFETY: The core passes a place for the length.
                unsafe { length.write(data.len()) };
                give_up(data)
            }
            Err(error) => error.to_ptr(),
        }
    }

    /// Whether [`fw_rpc`](Self::fw_rpc) would get the request.
    ///
    /// # Safety
    ///
    /// As for [`open`](Self::open).
    pub(super) unsafe extern "C" fn admit(
        uctx: *mut bindings::fwctl_uctx,
        scope: bindings::fwctl_rpc_scope,
        request: *mut c_void,
        request_len: usize,
        room: usize,
    ) -> c_int {
        // SAFETY: The core asks a context of this driver.
        let call = unsafe { Call::<T>::on(uctx) };
        // SAFETY: The core lends the buffer for the time of the call.
        let bytes = unsafe { slice::from_raw_parts_mut(request.cast::<u8>(), request_len) };
        let admitted: Result = call.with_data(|_, data| {
            call.admit(T::policy(data), scope, bytes, room, Reason::WouldSayLess)?;
            Ok(())
        });
        admitted.map_or_else(Error::to_errno, |()| 0)
    }

    /// # Safety
    ///
    /// As for [`open`](Self::open).
    unsafe extern "C" fn fw_rpc(
        uctx: *mut bindings::fwctl_uctx,
        scope: bindings::fwctl_rpc_scope,
        request: *mut c_void,
        request_len: usize,
        response_len: *mut usize,
    ) -> *mut c_void {
        // SAFETY: The core asks a context of this driver.
        let call = unsafe { Call::<T>::on(uctx) };
        // SAFETY: The core asks open contexts.
        let this = unsafe { call.this() };
        // SAFETY: The core lends the buffer for the time of the call.
        let bytes = unsafe { slice::from_raw_parts_mut(request.cast::<u8>(), request_len) };
        // SAFETY: The core passes the room that the caller has.
        let room = unsafe { response_len.read() };
        let response = call.with_data(|device, data| {
            let request = call.admit(T::policy(data), scope, bytes, room, Reason::ScopeSaysLess)?;
            T::fw_rpc(this, device, data, request, room)
        });
        let (response, len) = match response {
            Ok(FwRpcResponse::InPlace(len)) if len <= request_len => (request, len),
            Ok(FwRpcResponse::InPlace(_)) => return EINVAL.to_ptr(),
            Ok(FwRpcResponse::NewBuffer(buffer)) => {
                let len = buffer.len();
                (give_up(buffer), len)
            }
            Err(error) => return error.to_ptr(),
        };
        // SAFETY: The core passes a place for the length.
        unsafe { response_len.write(len) };
        response
    }
}

/// Hands memory to the core, which frees it. NULL if there is none.
fn give_up<A: Allocator>(bytes: Vec<u8, A>) -> *mut c_void {
    if bytes.capacity() == 0 {
        return null_mut();
    }
    let (memory, _, _) = bytes.into_raw_parts();
    memory.cast()
}
