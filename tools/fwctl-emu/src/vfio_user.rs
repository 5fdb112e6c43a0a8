// SPDX-License-Identifier: GPL-2.0 OR MIT

//! Serving a PCI function to a virtual machine over the vfio-user protocol.

mod attachment;
mod backend;
mod memory;
mod vectors;

use std::convert::Infallible;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::thread;

use vfio_bindings::bindings::vfio::{
    vfio_region_info, VFIO_IRQ_INFO_EVENTFD, VFIO_IRQ_INFO_NORESIZE, VFIO_PCI_CONFIG_REGION_INDEX,
    VFIO_PCI_MSIX_IRQ_INDEX, VFIO_PCI_NUM_IRQS, VFIO_PCI_NUM_REGIONS, VFIO_REGION_INFO_FLAG_READ,
    VFIO_REGION_INFO_FLAG_WRITE,
};
use vfio_user::{IrqInfo, Server as Transport, ServerRegion};

use crate::model::connectx5;
use crate::pci::CONFIG_SIZE;
use crate::socket::{self, ListenError};

pub use attachment::Attachment;

/// A client's connection broke.
#[derive(Debug, thiserror::Error)]
#[error("the connection to the virtual machine broke; start the machine again")]
pub struct ConnectionError(#[from] vfio_user::Error);

/// A server for one PCI function on one socket.
pub struct Server {
    transport: Transport,
}

impl Server {
    /// Listens on `path`, where a socket may be left that nobody serves.
    pub fn listen(path: &Path) -> Result<Self, ListenError> {
        socket::remove_stale(path)?;
        let transport = Transport::new(path, true, irqs(), regions())
            .map_err(|source| ListenError::bind(path, source))?;
        Ok(Self { transport })
    }

    /// Serves one virtual machine after the other, and never returns, unless
    /// there is no thread for commands that are held: a broken connection is
    /// handed to `report`.
    pub fn serve(
        &self,
        attachment: &Arc<Attachment>,
        mut report: impl FnMut(ConnectionError),
    ) -> io::Result<Infallible> {
        let clock = Arc::clone(attachment);
        thread::Builder::new()
            .name("clock".to_owned())
            .spawn(move || clock.proceed_when_due())?;
        let mut backend = backend::Backend::new(Arc::clone(attachment));
        loop {
            if let Err(error) = self.transport.run(&mut backend) {
                report(error.into());
            }
            attachment.power_off();
        }
    }
}

/// Configuration space and BAR0; the other regions are empty.
fn regions() -> Vec<ServerRegion> {
    (0..VFIO_PCI_NUM_REGIONS)
        .map(|index| {
            let size = match index {
                0 => connectx5::BAR0_SIZE,
                // CAST: 4096.
                VFIO_PCI_CONFIG_REGION_INDEX => CONFIG_SIZE as u64,
                _ => 0,
            };
            let flags = match size {
                0 => 0,
                _ => VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE,
            };
            ServerRegion {
                region_info: vfio_region_info {
                    // CAST: 32.
                    argsz: size_of::<vfio_region_info>() as u32,
                    flags,
                    index,
                    cap_offset: 0,
                    size,
                    offset: 0,
                },
                sparse_areas: Vec::new(),
                mmap_fd: None,
            }
        })
        .collect()
}

/// MSI-X; the other kinds of interrupt have no vectors.
fn irqs() -> Vec<IrqInfo> {
    (0..VFIO_PCI_NUM_IRQS)
        .map(|index| match index {
            VFIO_PCI_MSIX_IRQ_INDEX => IrqInfo {
                index,
                flags: VFIO_IRQ_INFO_EVENTFD | VFIO_IRQ_INFO_NORESIZE,
                count: connectx5::VECTORS.into(),
            },
            _ => IrqInfo {
                index,
                flags: 0,
                count: 0,
            },
        })
        .collect()
}
