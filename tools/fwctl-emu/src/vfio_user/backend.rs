// SPDX-License-Identifier: GPL-2.0 OR MIT

//! A PCI function behind the vfio-user server.

use std::fs::File;
use std::io::{self, Write};
use std::sync::Arc;

use vfio_bindings::bindings::vfio::{VFIO_PCI_CONFIG_REGION_INDEX, VFIO_PCI_MSIX_IRQ_INDEX};
use vfio_user::{DmaMapFlags, DmaUnmapFlags, ServerBackend};

use super::attachment::Attachment;

/// The region that is BAR0.
const BAR0: u32 = 0;

/// Carries a client's accesses to the function, and the function's to the
/// client.
///
/// An error here would reach the client without its number, so there is none:
/// what cannot be done has no effect, as on a bus.
pub(super) struct Backend {
    attachment: Arc<Attachment>,
}

impl Backend {
    pub(super) fn new(attachment: Arc<Attachment>) -> Self {
        Self { attachment }
    }
}

impl ServerBackend for Backend {
    fn region_read(&mut self, region: u32, offset: u64, data: &mut [u8]) -> io::Result<()> {
        self.attachment.access(|function, _| match region {
            BAR0 => function.bar_read(offset, data),
            VFIO_PCI_CONFIG_REGION_INDEX => function.config_read(offset, data),
            _ => data.fill(0),
        });
        Ok(())
    }

    fn region_write(&mut self, region: u32, offset: u64, data: &[u8]) -> io::Result<()> {
        self.attachment.access(|function, host| match region {
            BAR0 => function.bar_write(host, offset, data),
            VFIO_PCI_CONFIG_REGION_INDEX => function.config_write(offset, data),
            _ => {}
        });
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
            let mapped = self
                .attachment
                .access(|_, host| host.memory.map(file, offset, address, size));
            if let Err(error) = mapped {
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
        self.attachment.access(|_, host| {
            if flags.contains(DmaUnmapFlags::UNMAP_ALL) {
                host.memory.clear();
            } else {
                host.memory.unmap(address, size);
            }
        });
        Ok(())
    }

    fn reset(&mut self) -> io::Result<()> {
        self.attachment
            .access(|function, _| function.reset("device reset"));
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
            self.attachment
                .access(|_, host| host.vectors.connect(start, count, descriptors));
        }
        Ok(())
    }
}
