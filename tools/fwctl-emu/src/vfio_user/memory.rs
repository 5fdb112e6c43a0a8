// SPDX-License-Identifier: GPL-2.0 OR MIT

//! The guest's memory, as the client maps it for DMA.

use std::fs::File;
use std::io;
use std::sync::atomic::Ordering;
use std::sync::Arc;

use vm_memory::{
    Bytes, FileOffset, GuestAddress, GuestMemoryBackend, GuestMemoryMmap, GuestMemoryRegion,
    GuestRegionMmap, MmapRegion,
};

use crate::pci::DmaError;

/// Why a mapping is not taken.
#[derive(Debug, thiserror::Error)]
pub(super) enum MapError {
    /// The file cannot be asked for its length.
    #[error("the memory's file does not tell its length")]
    File(#[source] io::Error),
    /// The file is shorter than the mapping.
    #[error("the memory's file ends before the mapping does")]
    PastEnd,
    /// The system refuses.
    #[error("the memory cannot be mapped")]
    Map(#[source] vm_memory::mmap::MmapRegionError),
    /// The address space ends before the mapping does, or another is there.
    #[error("the memory's place is taken or does not exist")]
    Place,
}

/// Guest memory that is mapped here.
#[derive(Debug, Clone, Default)]
pub(super) struct Memory {
    regions: GuestMemoryMmap<()>,
}

impl Memory {
    /// Maps `size` bytes of `file`, which the guest has at `address`.
    pub(super) fn map(
        &mut self,
        file: File,
        offset: u64,
        address: u64,
        size: u64,
    ) -> Result<(), MapError> {
        let length = file.metadata().map_err(MapError::File)?.len();
        if offset.checked_add(size).is_none_or(|end| end > length) {
            return Err(MapError::PastEnd);
        }
        let bytes = usize::try_from(size).map_err(|_| MapError::Place)?;
        let mapping =
            MmapRegion::from_file(FileOffset::new(file, offset), bytes).map_err(MapError::Map)?;
        let region = GuestRegionMmap::new(mapping, GuestAddress(address)).ok_or(MapError::Place)?;
        self.regions = self
            .regions
            .insert_region(Arc::new(region))
            .map_err(|_| MapError::Place)?;
        Ok(())
    }

    /// Forgets every mapping that lies inside the range.
    pub(super) fn unmap(&mut self, address: u64, size: u64) {
        let end = address.saturating_add(size);
        let inside: Vec<_> = self
            .regions
            .iter()
            .filter(|region| region.start_addr().0 >= address && region.last_addr().0 < end)
            .map(|region| (region.start_addr(), region.len()))
            .collect();
        for (start, length) in inside {
            if let Ok((rest, _)) = self.regions.remove_region(start, length) {
                self.regions = rest;
            }
        }
    }

    /// Forgets every mapping.
    pub(super) fn clear(&mut self) {
        self.regions = GuestMemoryMmap::default();
    }

    pub(super) fn read(&self, address: u64, buffer: &mut [u8]) -> Result<(), DmaError> {
        let length = buffer.len();
        self.regions
            .read_slice(buffer, GuestAddress(address))
            .map_err(|_| DmaError { address, length })
    }

    pub(super) fn write(&self, address: u64, bytes: &[u8]) -> Result<(), DmaError> {
        let length = bytes.len();
        self.regions
            .write_slice(bytes, GuestAddress(address))
            .map_err(|_| DmaError { address, length })
    }

    pub(super) fn publish(&self, address: u64, byte: u8) -> Result<(), DmaError> {
        self.regions
            .store(byte, GuestAddress(address), Ordering::Release)
            .map_err(|_| DmaError { address, length: 1 })
    }
}
