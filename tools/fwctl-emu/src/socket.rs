// SPDX-License-Identifier: GPL-2.0 OR MIT

//! Unix sockets to listen on.

use std::error::Error;
use std::io::{self, ErrorKind};
use std::os::unix::fs::FileTypeExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

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
        source: Box<dyn Error + Send + Sync>,
    },
}

impl ListenError {
    pub(crate) fn bind(path: &Path, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Bind {
            path: path.to_owned(),
            source: source.into(),
        }
    }
}

/// Removes a socket that refuses connections.
pub(crate) fn remove_stale(path: &Path) -> Result<(), ListenError> {
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
