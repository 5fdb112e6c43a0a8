// SPDX-License-Identifier: GPL-2.0 OR MIT

//! What the function reaches of its host.

/// A DMA access to an address behind which there is no memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the host has no memory at {address:#x} for {length} bytes; the guest gave a wrong address"
)]
pub struct DmaError {
    /// The first byte.
    pub address: u64,
    /// The bytes asked for.
    pub length: usize,
}

/// The host as a PCI function sees it: memory and interrupts.
///
/// The guest owns the memory and changes it at will, so every item is read
/// once, into a copy, and only the copy is looked at.
pub trait Bus {
    /// Copies host memory.
    fn read(&self, address: u64, buffer: &mut [u8]) -> Result<(), DmaError>;

    /// Changes host memory.
    fn write(&self, address: u64, bytes: &[u8]) -> Result<(), DmaError>;

    /// Changes one byte, after everything written so far: whoever sees it sees
    /// the rest too.
    fn publish(&self, address: u64, byte: u8) -> Result<(), DmaError>;

    /// Raises an MSI-X vector.
    fn interrupt(&self, vector: u16);
}

/// [`Bus::read`] of a known number of bytes.
pub(super) fn read_array<const N: usize>(bus: &dyn Bus, address: u64) -> Result<[u8; N], DmaError> {
    let mut bytes = [0; N];
    bus.read(address, &mut bytes)?;
    Ok(bytes)
}
