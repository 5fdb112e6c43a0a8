// SPDX-License-Identifier: GPL-2.0 OR MIT

//! Addresses of PCI functions, beside a search for their four numbers from the left.

use fwctl::PciAddress;

/// A hexadecimal number of any length, if it is at most `largest`.
fn number(digits: &str, largest: u32) -> Option<u32> {
    let mut number = 0_u32;
    for digit in digits.chars() {
        number = number.checked_mul(16)?.checked_add(digit.to_digit(16)?)?;
    }
    (!digits.is_empty() && number <= largest).then_some(number)
}

/// Domain, bus, device and function, as the kernel writes them; the domain may be left out.
fn promised(text: &str) -> Option<[u32; 4]> {
    let parts: Vec<&str> = text.split(':').collect();
    let (domain, bus, rest) = match parts[..] {
        [bus, rest] => ("0", bus, rest),
        [domain, bus, rest] => (domain, bus, rest),
        _ => return None,
    };
    let [device, function] = rest.split('.').collect::<Vec<_>>()[..] else {
        return None;
    };
    Some([
        number(domain, u32::MAX)?,
        number(bus, 0xff)?,
        number(device, 0x1f)?,
        number(function, 7)?,
    ])
}

/// An address is read as its numbers say, and written so that it is read again.
pub fn check(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let address = text.parse::<PciAddress>().ok();
    let promised = promised(text);
    let written = promised.map(|[domain, bus, device, function]| {
        format!("{domain:04x}:{bus:02x}:{device:02x}.{function}")
    });
    assert_eq!(address.map(|address| address.to_string()), written);
    if let (Some(address), Some(written)) = (address, written) {
        assert_eq!(written.parse(), Ok(address));
    }
}
