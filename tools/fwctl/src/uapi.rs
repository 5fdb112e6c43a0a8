// SPDX-License-Identifier: GPL-2.0 OR MIT

//! The contract with the kernel: two structures, two numbers, and what a device type is called.
//!
//! C header: `uapi/fwctl/fwctl.h`.

use std::fmt;
use std::mem::{offset_of, size_of};

use rustix::ioctl::{opcode, Opcode};

/// The type byte of every fwctl ioctl.
const FWCTL_TYPE: u8 = 0x9a;

/// Number of the ioctl that tells what is behind a file descriptor.
pub(crate) const FWCTL_INFO: Opcode = opcode::none(FWCTL_TYPE, 0);
/// Number of the ioctl that calls the firmware.
pub(crate) const FWCTL_RPC: Opcode = opcode::none(FWCTL_TYPE, 1);

/// Longest request and response that the kernel takes, in bytes.
pub const LONGEST_MESSAGE: usize = 2 << 20;

/// Argument of [`FWCTL_INFO`].
///
/// Pointers are 64 bits wide and aligned so, whatever the word size of the program.
#[repr(C, align(8))]
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct FwctlInfo {
    pub(crate) size: u32,
    pub(crate) flags: u32,
    pub(crate) out_device_type: u32,
    pub(crate) device_data_len: u32,
    pub(crate) out_device_data: u64,
}

const _: () = assert!(size_of::<FwctlInfo>() == 24);
const _: () = assert!(offset_of!(FwctlInfo, flags) == 4);
const _: () = assert!(offset_of!(FwctlInfo, out_device_type) == 8);
const _: () = assert!(offset_of!(FwctlInfo, device_data_len) == 12);
const _: () = assert!(offset_of!(FwctlInfo, out_device_data) == 16);

/// Argument of [`FWCTL_RPC`].
#[repr(C, align(8))]
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct FwctlRpc {
    pub(crate) size: u32,
    pub(crate) scope: u32,
    pub(crate) in_len: u32,
    pub(crate) out_len: u32,
    pub(crate) input: u64,
    pub(crate) output: u64,
}

const _: () = assert!(size_of::<FwctlRpc>() == 32);
const _: () = assert!(offset_of!(FwctlRpc, scope) == 4);
const _: () = assert!(offset_of!(FwctlRpc, in_len) == 8);
const _: () = assert!(offset_of!(FwctlRpc, out_len) == 12);
const _: () = assert!(offset_of!(FwctlRpc, input) == 16);
const _: () = assert!(offset_of!(FwctlRpc, output) == 24);

/// What a device speaks: the format of its messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DeviceType {
    /// NVIDIA ConnectX and BlueField.
    Mlx5,
    /// CXL mailbox features.
    Cxl,
    /// Broadcom NetXtreme.
    Bnxt,
    /// AMD Pensando.
    Pds,
    /// The virtual device of `fwctl_mock`.
    Mock,
    /// A type that this library does not know.
    Unknown(u32),
}

impl DeviceType {
    const KNOWN: [(u32, Self, &'static str); 5] = [
        (1, Self::Mlx5, "mlx5"),
        (2, Self::Cxl, "cxl"),
        (3, Self::Bnxt, "bnxt"),
        (4, Self::Pds, "pds"),
        (fwctl_policy::mock::wire::DEVICE_TYPE, Self::Mock, "mock"),
    ];

    /// The number in `FWCTL_INFO`.
    pub fn number(self) -> u32 {
        if let Self::Unknown(number) = self {
            return number;
        }
        let row = Self::KNOWN.iter().find(|(_, known, _)| *known == self);
        row.map_or(0, |(number, _, _)| *number)
    }

    /// The name, `None` for a type that this library does not know.
    pub fn name(self) -> Option<&'static str> {
        let row = Self::KNOWN.iter().find(|(_, known, _)| *known == self);
        row.map(|(_, _, name)| *name)
    }
}

impl From<u32> for DeviceType {
    fn from(number: u32) -> Self {
        let row = Self::KNOWN.iter().find(|(known, _, _)| *known == number);
        row.map_or(Self::Unknown(number), |(_, known, _)| *known)
    }
}

impl fmt::Display for DeviceType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.pad(name),
            None => write!(f, "type {}", self.number()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ioctl_numbers_are_those_of_linux() {
        assert_eq!(FWCTL_INFO, 0x9a00);
        assert_eq!(FWCTL_RPC, 0x9a01);
    }

    #[test]
    fn device_types_keep_their_number() {
        for number in [0, 1, 2, 3, 4, 5, 0x6b63_6f6d, u32::MAX] {
            assert_eq!(DeviceType::from(number).number(), number);
        }
        assert_eq!(DeviceType::from(1), DeviceType::Mlx5);
        assert_eq!(DeviceType::Unknown(9).to_string(), "type 9");
    }
}
