// SPDX-License-Identifier: GPL-2.0 OR MIT

//! What distinguishes one emulated card from another.

use std::time::Duration;

/// A card's identity, and what its firmware advises.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The firmware's version.
    pub firmware: FirmwareVersion,
    /// The board's parameter-set identifier, at most 16 ASCII characters.
    pub psid: String,
    /// The first MAC address the manufacturer gave the card.
    pub base_mac: [u8; 6],
    /// How long a driver should wait for a command; nothing leaves it to the
    /// driver.
    pub command_timeout: Option<Duration>,
    /// Whether the firmware has the right to give to user contexts by which tools
    /// use registers and objects for management.
    pub tools_rights: bool,
}

/// A firmware version, written major.minor.subminor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FirmwareVersion {
    /// The device family: 16 for a ConnectX-5.
    pub major: u16,
    /// The release.
    pub minor: u16,
    /// The build.
    pub subminor: u16,
}

impl FirmwareVersion {
    /// The version in one number, as the PRM puts it.
    pub(super) const fn number(self) -> u32 {
        // CAST: `From` is not const.
        ((self.major as u32 & 0xff) << 24)
            | ((self.minor as u32 & 0xff) << 16)
            | self.subminor as u32
    }
}

impl std::fmt::Display for FirmwareVersion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}.{:04}", self.major, self.minor, self.subminor)
    }
}

/// A text is not a firmware version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a firmware version is three numbers below 65536, such as 16.36.1010")]
pub struct NotAVersion;

impl std::str::FromStr for FirmwareVersion {
    type Err = NotAVersion;

    fn from_str(text: &str) -> Result<Self, NotAVersion> {
        let mut parts = text.split('.').map(|part| part.parse().ok());
        match [parts.next(), parts.next(), parts.next(), parts.next()] {
            [Some(Some(major)), Some(Some(minor)), Some(Some(subminor)), None] => Ok(Self {
                major,
                minor,
                subminor,
            }),
            _ => Err(NotAVersion),
        }
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            firmware: FirmwareVersion {
                major: 16,
                minor: 35,
                subminor: 4030,
            },
            psid: "FWC0000000001".to_owned(),
            // A locally administered address: no manufacturer owns it.
            base_mac: [0x02, 0xf3, 0xc7, 0x10, 0x17, 0x00],
            command_timeout: None,
            tools_rights: true,
        }
    }
}

/// The PCI identity and hardware numbers of the emulated ConnectX-5.
pub mod connectx5 {
    /// PCI vendor: Mellanox Technologies.
    pub const VENDOR_ID: u16 = 0x15b3;
    /// PCI device: the MT27800 family.
    pub const DEVICE_ID: u16 = 0x1017;
    /// The id by which tools find the device in their tables.
    pub const HW_DEVICE_ID: u16 = 0x20d;
    /// The chip's revision.
    pub const REVISION: u8 = 0;
    /// MSI-X vectors.
    pub const VECTORS: u16 = 64;
    /// Bytes of BAR0.
    pub const BAR0_SIZE: u64 = 1 << 20;
}
