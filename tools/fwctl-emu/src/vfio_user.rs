// SPDX-License-Identifier: GPL-2.0 OR MIT

//! Serving a PCI function to a virtual machine over the vfio-user protocol.

mod backend;
mod memory;
mod vectors;

use std::io::{self, ErrorKind};
use std::os::unix::fs::FileTypeExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use vfio_bindings::bindings::vfio::{
    vfio_region_info, VFIO_IRQ_INFO_EVENTFD, VFIO_IRQ_INFO_NORESIZE, VFIO_PCI_CONFIG_REGION_INDEX,
    VFIO_PCI_MSIX_IRQ_INDEX, VFIO_PCI_NUM_IRQS, VFIO_PCI_NUM_REGIONS, VFIO_REGION_INFO_FLAG_READ,
    VFIO_REGION_INFO_FLAG_WRITE,
};
use vfio_user::{IrqInfo, Server as Transport, ServerRegion};

use crate::model::connectx5;
use crate::pci::{Function, CONFIG_SIZE};

/// Why a socket cannot be listened on.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// Another program serves it.
    #[error("another program is listening on {}; choose another path or end that program", .0.display())]
    InUse(PathBuf),
    /// The path leads to something else.
    #[error("{} exists and is not a socket; choose another path", .0.display())]
    NotASocket(PathBuf),
    /// What is left of another run cannot be looked at or removed.
    #[error("the old socket {} cannot be removed; remove it by hand", .path.display())]
    Stale {
        /// The socket.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The socket cannot be made.
    #[error("cannot listen on {}; does its directory exist, and may you write there?", .path.display())]
    Bind {
        /// The socket.
        path: PathBuf,
        /// Why.
        source: vfio_user::Error,
    },
}

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
        remove_stale(path)?;
        let transport =
            Transport::new(path, true, irqs(), regions()).map_err(|source| ListenError::Bind {
                path: path.to_owned(),
                source,
            })?;
        Ok(Self { transport })
    }

    /// Serves one virtual machine after the other, and never returns: a broken
    /// connection is handed to `report`.
    pub fn serve(&self, function: Function, mut report: impl FnMut(ConnectionError)) -> ! {
        let mut backend = backend::Backend::new(function);
        loop {
            if let Err(error) = self.transport.run(&mut backend) {
                report(error.into());
            }
            backend.power_off();
        }
    }
}

/// Removes a socket that refuses connections.
fn remove_stale(path: &Path) -> Result<(), ListenError> {
    let stale = |source| ListenError::Stale {
        path: path.to_owned(),
        source,
    };
    let kind = match path.symlink_metadata() {
        Ok(metadata) => metadata.file_type(),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(stale(error)),
    };
    if !kind.is_socket() {
        return Err(ListenError::NotASocket(path.to_owned()));
    }
    match UnixStream::connect(path) {
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => {
            std::fs::remove_file(path).map_err(stale)
        }
        Err(error) => Err(stale(error)),
        Ok(_) => Err(ListenError::InUse(path.to_owned())),
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
