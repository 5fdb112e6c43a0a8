// SPDX-License-Identifier: GPL-2.0 OR MIT

//! Addresses of PCI functions.

use std::fmt;
use std::str::FromStr;

/// Address of a PCI function: domain, bus, device and function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PciAddress {
    domain: u32,
    bus: u8,
    device: u8,
    function: u8,
}

/// The text is no address of a PCI function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a PCI address like 0000:08:00.0")]
pub struct BadPciAddress;

impl FromStr for PciAddress {
    type Err = BadPciAddress;

    /// Reads `domain:bus:device.function`, all hexadecimal; without a domain it is domain 0.
    fn from_str(text: &str) -> Result<Self, BadPciAddress> {
        let (rest, function) = text.rsplit_once('.').ok_or(BadPciAddress)?;
        let (rest, device) = rest.rsplit_once(':').ok_or(BadPciAddress)?;
        let (domain, bus) = rest.rsplit_once(':').unwrap_or(("0", rest));
        let address = Self {
            domain: hex(domain, u32::MAX)?,
            bus: byte(bus, 0xff)?,
            device: byte(device, 0x1f)?,
            function: byte(function, 7)?,
        };
        Ok(address)
    }
}

/// A hexadecimal number of at most `largest`. Unlike the standard library's, it takes no sign.
fn hex(text: &str, largest: u32) -> Result<u32, BadPciAddress> {
    if !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Err(BadPciAddress);
    }
    let number = u32::from_str_radix(text, 16).map_err(|_| BadPciAddress)?;
    (number <= largest).then_some(number).ok_or(BadPciAddress)
}

fn byte(text: &str, largest: u8) -> Result<u8, BadPciAddress> {
    u8::try_from(hex(text, largest.into())?).map_err(|_| BadPciAddress)
}

impl fmt::Display for PciAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            domain,
            bus,
            device,
            function,
        } = self;
        write!(f, "{domain:04x}:{bus:02x}:{device:02x}.{function}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_and_written_as_the_kernel_writes_them() {
        let rows = [
            ("0000:08:00.0", "0000:08:00.0"),
            ("08:00.1", "0000:08:00.1"),
            ("0:8:0.7", "0000:08:00.7"),
            ("10000:E1:1f.3", "10000:e1:1f.3"),
        ];
        for (text, expected) in rows {
            let address: PciAddress = text.parse().unwrap();
            assert_eq!(address.to_string(), expected);
        }
    }

    #[test]
    fn other_text_is_refused() {
        for text in [
            "",
            "fwctl0",
            "08:00",
            "08:20.0",
            "08:00.8",
            "100:00.0",
            "+8:00.0",
            ":08:00.0",
            "0:0:8:0.0",
            "mlx5_core.fwctl.0",
        ] {
            assert_eq!(text.parse::<PciAddress>(), Err(BadPciAddress), "{text}");
        }
    }
}
