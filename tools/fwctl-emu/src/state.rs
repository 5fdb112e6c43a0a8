// SPDX-License-Identifier: GPL-2.0 OR MIT

//! A directory in which a card's flash outlives the emulator.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::model::Flash;
use crate::pci::Storage;

/// The file in the directory.
const FILE: &str = "flash.json";
/// What it is called until it is whole.
const UNFINISHED: &str = "flash.json.new";

/// Why a directory cannot keep a card's state.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// The directory can be neither made nor read.
    #[error("cannot keep state in {}; may you write there?", .path.display())]
    Directory {
        /// The directory.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is not the state of a card.
    #[error("{} is not the state of a card; move it away to begin anew", .path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
}

/// A state directory.
#[derive(Debug)]
pub struct StateDirectory {
    path: PathBuf,
}

impl StateDirectory {
    /// Opens the directory, and makes it if there is none.
    pub fn open(path: &Path) -> Result<Self, StateError> {
        let path = path.to_owned();
        match fs::create_dir_all(&path) {
            Ok(()) => Ok(Self { path }),
            Err(source) => Err(StateError::Directory { path, source }),
        }
    }

    /// What was saved last; the manufacturer's content if nothing was.
    pub fn load(&self) -> Result<Flash, StateError> {
        let path = self.path.join(FILE);
        let text = match fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Flash::default()),
            Err(source) => return Err(StateError::Directory { path, source }),
        };
        serde_json::from_slice(&text).map_err(|source| StateError::Content { path, source })
    }
}

impl Storage for StateDirectory {
    /// The file is replaced as a whole: whatever ends the emulator, the old or
    /// the new content is there.
    fn save(&mut self, flash: &Flash) -> io::Result<()> {
        let unfinished = self.path.join(UNFINISHED);
        let mut file = File::create(&unfinished)?;
        serde_json::to_writer(&mut file, flash)?;
        file.write_all(b"\n")?;
        file.sync_all()?;
        fs::rename(&unfinished, self.path.join(FILE))?;
        File::open(&self.path)?.sync_all()
    }
}
