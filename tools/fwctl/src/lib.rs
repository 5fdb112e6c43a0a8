// SPDX-License-Identifier: GPL-2.0 OR MIT

//! Restricted RPC access to device firmware, through Linux's fwctl.
//!
//! A [`Class`] lists and finds the [`Device`]s of the system; an opened one is a [`Transport`], and
//! takes requests in the format of its [`DeviceType`]. Each request goes with an [`RpcScope`], the
//! caller's claim of how far it may reach. What the kernel's drivers let through at which scope is
//! known beforehand: [`Protocol`].
//!
//! ```no_run
//! use fwctl::{mlx5, Class};
//!
//! # fn main() -> Result<(), fwctl::Error> {
//! let device = Class::default().find("0000:08:00.0")?.open()?;
//! let caps = mlx5::query_hca_cap(&device, &mlx5::GENERAL, mlx5::Mode::Current)?;
//! # Ok(())
//! # }
//! ```
//!
//! Without a device, a [`Loopback`] puts a firmware in this process behind the kernel's checks. All
//! that a program does over the character device it can do over a loopback, tests included:
//!
//! ```
//! use fwctl::{mlx5, Error, RpcScope, Transport};
//!
//! # fn main() -> Result<(), Error> {
//! // A firmware that knows of 64 event queues, and nothing else.
//! let device = mlx5::loopback(|_request: &[u8], response: usize| {
//!     let mut answer = vec![0; response];
//!     answer[16..].iter_mut().skip(0x8f).take(1).for_each(|byte| *byte = 64);
//!     answer
//! })?;
//! let caps = mlx5::query_hca_cap(&device, &mlx5::GENERAL, mlx5::Mode::Current)?;
//! assert_eq!(caps.get("max_num_eqs"), Some(64));
//!
//! // QUERY_EQ reads debug information: the kernel refuses it at a lower scope.
//! let query_eq = [0x03, 0x03, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0];
//! assert!(device.rpc(RpcScope::DebugReadOnly, &query_eq, 272).is_ok());
//! let refused = device.rpc(RpcScope::Configuration, &query_eq, 272);
//! assert!(matches!(refused, Err(Error::Rpc { .. })));
//! # Ok(())
//! # }
//! ```
//!
//! The library never prints and never ends the process.

#![deny(unsafe_code)]

mod device;
mod error;
#[expect(unsafe_code, reason = "the kernel takes pointers")]
mod ioctl;
mod loopback;
pub mod mlx5;
mod pci;
mod protocol;
mod transport;
mod uapi;

pub use device::{Class, Device, DeviceNumber};
pub use error::Error;
pub use fwctl_policy::{policy, scope, scope::RpcScope};
pub use loopback::{Firmware, Loopback};
pub use pci::{BadPciAddress, PciAddress};
pub use protocol::{scope_name, Protocol};
pub use transport::{CharDev, Info, Response, Transport};
pub use uapi::{DeviceType, LONGEST_MESSAGE};
