// SPDX-License-Identifier: GPL-2.0

//! Dispatch of ioctls, and the order of what is checked.

use kernel::{
    build_assert::const_assert,
    error::code::ENOIOCTLCMD,
    prelude::*, //
};
use zerocopy::{
    FromBytes,
    Immutable,
    IntoBytes, //
};

use crate::{
    uapi::{
        Info,
        Rpc, //
    },
    uctx::Uctx,
    user::Argument, //
};

/// An ioctl.
pub(crate) trait Command: Default + FromBytes + IntoBytes + Immutable {
    /// The whole number.
    const NUMBER: u32;
    /// Length in bytes of the first version of the argument.
    const FIRST_VERSION: usize;

    /// Carries it out; what it leaves in `self` is the answer.
    fn execute(&mut self, uctx: &Uctx) -> Result;
}

/// Carries out the ioctl `number` with the argument at address `argument`.
///
/// # Errors
///
/// `ENOTTY` for a number that is not there; else what the uAPI's text says.
pub(crate) fn dispatch(uctx: &Uctx, number: u32, argument: usize) -> Result {
    match number {
        Info::NUMBER => run::<Info>(uctx, argument),
        Rpc::NUMBER => run::<Rpc>(uctx, argument),
        _ => Err(ENOIOCTLCMD),
    }
}

/// Carries out a `C`. The order is part of the contract: size, copy, device, and then the rest.
///
/// A command enters the device late, for the driver's sake. What it finds wrong before does not
/// count if the device has gone.
fn run<C: Command>(uctx: &Uctx, at: usize) -> Result {
    const_assert!(C::FIRST_VERSION >= 4 && C::FIRST_VERSION <= size_of::<C>());

    let mut command = C::default();
    let argument = Argument::read(at, C::FIRST_VERSION, &mut command)?;
    if let Err(error) = command.execute(uctx) {
        uctx.device().present()?;
        return Err(error);
    }
    argument.write(&command)
}
