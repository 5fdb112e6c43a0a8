// SPDX-License-Identifier: GPL-2.0 OR MIT

//! The function's configuration space.

use crate::model::connectx5;

/// The bytes of a PCI Express function's configuration space.
pub const CONFIG_SIZE: usize = 4096;

/// Where BAR0 has the MSI-X table.
const MSIX_TABLE: u32 = 0x2000;
/// Where BAR0 has the MSI-X pending bits.
const MSIX_PENDING: u32 = 0x3000;

const COMMAND: usize = 0x04;
const BUS_MASTER: u8 = 1 << 2;

const CAPABILITIES: u8 = POWER;
const POWER: u8 = 0x40;
const EXPRESS: u8 = 0x60;
const MSIX: u8 = 0x9c;
const VENDOR: u8 = 0xc0;
const VENDOR_LENGTH: u8 = 0x18;

/// The upper byte of Device Control, whose upper bit starts a function-level
/// reset.
const DEVICE_CONTROL_HIGH: usize = EXPRESS as usize + 0x09;
const FUNCTION_LEVEL_RESET: u8 = 1 << 7;

/// A register: offset, bytes, value after reset, and the bits that can be
/// written.
struct Register(usize, usize, u32, u32);

/// Everything that is not zero, or can be written.
const REGISTERS: &[Register] = &[
    Register(0x00, 2, connectx5::VENDOR_ID as u32, 0),
    Register(0x02, 2, connectx5::DEVICE_ID as u32, 0),
    // Memory space, bus master, parity, SERR and INTx disable.
    Register(COMMAND, 2, 0, 0x0546),
    // There is a capability list.
    Register(0x06, 2, 0x0010, 0),
    Register(0x08, 1, connectx5::REVISION as u32, 0),
    // Network controller, Ethernet.
    Register(0x09, 3, 0x02_0000, 0),
    Register(0x0c, 1, 0, 0xff),
    // BAR0: memory, 64 bits, prefetchable.
    Register(0x10, 4, 0x0c, !(connectx5::BAR0_SIZE as u32 - 1)),
    Register(0x14, 4, 0, !0),
    Register(0x2c, 2, connectx5::VENDOR_ID as u32, 0),
    Register(0x2e, 2, 0x0008, 0),
    Register(0x34, 1, CAPABILITIES as u32, 0),
    Register(0x3c, 1, 0, 0xff),
    // Power management, version 3; leaving D3hot resets nothing.
    Register(POWER as usize, 2, capability(0x01, EXPRESS), 0),
    Register(POWER as usize + 0x02, 2, 0x0003, 0),
    Register(POWER as usize + 0x04, 2, 0x0008, 0x0003),
    // A PCI Express endpoint, version 2.
    Register(EXPRESS as usize, 2, capability(0x10, MSIX), 0),
    Register(EXPRESS as usize + 0x02, 2, 0x0002, 0),
    // Device: 256 bytes of payload, extended tags, role-based error reporting,
    // function-level reset.
    Register(EXPRESS as usize + 0x04, 4, 0x1000_8021, 0),
    Register(EXPRESS as usize + 0x08, 2, 0x2810, 0x7fff),
    // Link: 8 GT/s, 16 lanes.
    Register(EXPRESS as usize + 0x0c, 4, 0x0000_0103, 0),
    Register(EXPRESS as usize + 0x10, 2, 0, 0x07fb),
    Register(EXPRESS as usize + 0x12, 2, 0x1103, 0),
    Register(EXPRESS as usize + 0x28, 2, 0, 0x07ff),
    Register(EXPRESS as usize + 0x2c, 4, 0x0000_000e, 0),
    Register(EXPRESS as usize + 0x30, 2, 0x0003, 0x0fff),
    Register(MSIX as usize, 2, capability(0x11, VENDOR), 0),
    Register(
        MSIX as usize + 0x02,
        2,
        connectx5::VECTORS as u32 - 1,
        0xc000,
    ),
    Register(MSIX as usize + 0x04, 4, MSIX_TABLE, 0),
    Register(MSIX as usize + 0x08, 4, MSIX_PENDING, 0),
    // Vendor-specific: there, but without the registers behind it.
    Register(VENDOR as usize, 2, capability(0x09, 0), 0),
    Register(VENDOR as usize + 0x02, 1, VENDOR_LENGTH as u32, 0),
];

const fn capability(id: u8, next: u8) -> u32 {
    u16::from_le_bytes([id, next]) as u32
}

/// The configuration space of the emulated ConnectX-5.
#[derive(Debug, Clone)]
pub(super) struct ConfigSpace {
    value: Box<[u8; CONFIG_SIZE]>,
    writable: Box<[u8; CONFIG_SIZE]>,
}

impl Default for ConfigSpace {
    fn default() -> Self {
        let mut value = Box::new([0; CONFIG_SIZE]);
        let mut writable = Box::new([0; CONFIG_SIZE]);
        for Register(offset, size, reset, mask) in REGISTERS {
            value[*offset..offset + size].copy_from_slice(&reset.to_le_bytes()[..*size]);
            writable[*offset..offset + size].copy_from_slice(&mask.to_le_bytes()[..*size]);
        }
        Self { value, writable }
    }
}

impl ConfigSpace {
    /// Whether the guest lets the function do DMA.
    pub(super) fn bus_master(&self) -> bool {
        self.value[COMMAND] & BUS_MASTER != 0
    }

    /// Reads any bytes; past the end there are zeros.
    pub(super) fn read(&self, offset: u64, data: &mut [u8]) {
        data.fill(0);
        if let Some(start) = inside(offset) {
            for (byte, value) in data.iter_mut().zip(&self.value[start..]) {
                *byte = *value;
            }
        }
    }

    /// Writes any bytes as far as they can be written, and tells whether that
    /// asks for a function-level reset.
    #[must_use]
    pub(super) fn write(&mut self, offset: u64, data: &[u8]) -> bool {
        let mut reset = false;
        if let Some(start) = inside(offset) {
            for (byte, index) in data.iter().zip(start..CONFIG_SIZE) {
                let mask = self.writable[index];
                self.value[index] = self.value[index] & !mask | byte & mask;
                reset |= index == DEVICE_CONTROL_HIGH && byte & FUNCTION_LEVEL_RESET != 0;
            }
        }
        reset
    }
}

/// The offset as an index, if it is inside the space.
fn inside(offset: u64) -> Option<usize> {
    usize::try_from(offset)
        .ok()
        .filter(|start| *start < CONFIG_SIZE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<const N: usize>(config: &ConfigSpace, offset: u64) -> [u8; N] {
        let mut bytes = [0xaa; N];
        config.read(offset, &mut bytes);
        bytes
    }

    #[test]
    fn is_a_connectx5() {
        let config = ConfigSpace::default();
        assert_eq!(read(&config, 0), [0xb3, 0x15, 0x17, 0x10]);
        assert_eq!(read(&config, 8), [0, 0, 0, 2]);
    }

    #[test]
    fn capabilities_are_a_list_of_four() {
        let config = ConfigSpace::default();
        let [mut offset] = read(&config, 0x34);
        let mut ids = Vec::new();
        while offset != 0 {
            let [id, next] = read(&config, offset.into());
            ids.push(id);
            offset = next;
        }
        assert_eq!(ids, [0x01, 0x10, 0x11, 0x09]);
    }

    #[test]
    fn bar0_tells_its_size() {
        let mut config = ConfigSpace::default();
        assert!(!config.write(0x10, &[0xff; 8]));
        let size = !(u64::from_le_bytes(read(&config, 0x10)) & !0xf) + 1;
        assert_eq!(size, connectx5::BAR0_SIZE);
    }

    #[test]
    fn function_level_reset_is_noticed_at_any_width() {
        for (offset, data) in [(0x69, &[0x80][..]), (0x68, &[0, 0x80]), (0x64, &[0x80; 8])] {
            assert!(ConfigSpace::default().write(offset, data), "{offset:#x}");
        }
        assert!(!ConfigSpace::default().write(0x68, &[0xff, 0x7f]));
    }

    #[test]
    fn nothing_is_outside() {
        let mut config = ConfigSpace::default();
        assert!(!config.write(u64::MAX - 1, &[0xff; 8]));
        assert!(!config.write(4094, &[0xff; 8]));
        assert_eq!(read(&config, 4094), [0; 4]);
        assert_eq!(read(&config, u64::MAX), [0; 1]);
    }
}
