// SPDX-License-Identifier: GPL-2.0 OR MIT

//! A PCI function behind the vfio-user server.

use std::fs::File;
use std::io::{self, Write};

use vfio_bindings::bindings::vfio::{VFIO_PCI_CONFIG_REGION_INDEX, VFIO_PCI_MSIX_IRQ_INDEX};
use vfio_user::{DmaMapFlags, DmaUnmapFlags, ServerBackend};

use super::memory::Memory;
use super::vectors::Vectors;
use crate::pci::{Bus, DmaError, Function};

/// The region that is BAR0.
const BAR0: u32 = 0;

/// The client's memory and interrupts.
#[derive(Debug, Default)]
struct Host {
    memory: Memory,
    vectors: Vectors,
}

impl Bus for Host {
    fn read(&self, address: u64, buffer: &mut [u8]) -> Result<(), DmaError> {
        self.memory.read(address, buffer)
    }

    fn write(&self, address: u64, bytes: &[u8]) -> Result<(), DmaError> {
        self.memory.write(address, bytes)
    }

    fn publish(&self, address: u64, byte: u8) -> Result<(), DmaError> {
        self.memory.publish(address, byte)
    }

    fn interrupt(&self, vector: u16) {
        self.vectors.raise(vector);
    }
}

/// Carries a client's accesses to the function, and the function's to the
/// client.
///
/// An error here would reach the client without its number, so there is none:
/// what cannot be done has no effect, as on a bus.
pub(super) struct Backend {
    function: Function,
    host: Host,
}

impl Backend {
    pub(super) fn new(function: Function) -> Self {
        Self {
            function,
            host: Host::default(),
        }
    }

    /// The client is gone, and its machine with it.
    pub(super) fn power_off(&mut self) {
        self.function.reset("the machine is gone");
        self.host.memory.clear();
        self.host.vectors.clear();
    }
}

impl ServerBackend for Backend {
    fn region_read(&mut self, region: u32, offset: u64, data: &mut [u8]) -> io::Result<()> {
        match region {
            BAR0 => self.function.bar_read(offset, data),
            VFIO_PCI_CONFIG_REGION_INDEX => self.function.config_read(offset, data),
            _ => data.fill(0),
        }
        Ok(())
    }

    fn region_write(&mut self, region: u32, offset: u64, data: &[u8]) -> io::Result<()> {
        match region {
            BAR0 => self.function.bar_write(&self.host, offset, data),
            VFIO_PCI_CONFIG_REGION_INDEX => self.function.config_write(offset, data),
            _ => {}
        }
        Ok(())
    }

    fn dma_map(
        &mut self,
        flags: DmaMapFlags,
        offset: u64,
        address: u64,
        size: u64,
        file: Option<File>,
    ) -> io::Result<()> {
        // Memory without a file can only be reached through the client, and
        // memory that cannot be written is nothing a driver gives the device.
        if let Some(file) = file.filter(|_| flags.contains(DmaMapFlags::READ_WRITE)) {
            if let Err(error) = self.host.memory.map(file, offset, address, size) {
                // Nobody may be there to read it.
                let _ = writeln!(
                    io::stderr(),
                    "fwctl-emu: guest memory at {address:#x} is not reachable: {error}"
                );
            }
        }
        Ok(())
    }

    fn dma_unmap(&mut self, flags: DmaUnmapFlags, address: u64, size: u64) -> io::Result<()> {
        if flags.contains(DmaUnmapFlags::UNMAP_ALL) {
            self.host.memory.clear();
        } else {
            self.host.memory.unmap(address, size);
        }
        Ok(())
    }

    fn reset(&mut self) -> io::Result<()> {
        self.function.reset("device reset");
        Ok(())
    }

    fn set_irqs(
        &mut self,
        index: u32,
        _flags: u32,
        start: u32,
        count: u32,
        descriptors: Vec<File>,
    ) -> io::Result<()> {
        if index == VFIO_PCI_MSIX_IRQ_INDEX {
            self.host.vectors.connect(start, count, descriptors);
        }
        Ok(())
    }
}
