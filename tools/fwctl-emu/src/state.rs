// SPDX-License-Identifier: GPL-2.0 OR MIT

//! A directory in which a card's flash outlives the emulator.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::model::{Flash, Image, ImageError};
use crate::pci::Storage;

/// What every state directory has.
const INDEX: &str = "flash.json";
/// What a file is called until it is whole.
const UNFINISHED: &str = "unfinished";
/// What the names of images begin with; each is named after its content.
const IMAGE: &str = "image-";

/// The content of [`INDEX`].
#[derive(Serialize, Deserialize)]
struct Index {
    flash: Flash,
    /// The file of the image that runs.
    running: Option<String>,
    /// The file of the image that runs from the next reset on.
    pending: Option<String>,
}

/// Why a directory cannot keep a card's state.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// The directory or a file in it can be neither made nor read.
    #[error("cannot keep state in {}; is it a directory, and may you write there?", .path.display())]
    Directory {
        /// The directory or file.
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
    /// The file is not an image.
    #[error("{} is not an image; move the directory away to begin anew", .path.display())]
    Image {
        /// The file.
        path: PathBuf,
        /// Why.
        source: ImageError,
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
        let path = self.path.join(INDEX);
        if !path.exists() {
            return Ok(Flash::default());
        }
        let text = read(&path)?;
        let index: Index =
            serde_json::from_slice(&text).map_err(|source| StateError::Content { path, source })?;
        let image = |name: Option<String>| name.map(|name| self.image(&name)).transpose();
        let (running, pending) = (image(index.running)?, image(index.pending)?);
        Ok(index.flash.with_images(running, pending))
    }

    fn image(&self, name: &str) -> Result<Image, StateError> {
        let path = self.path.join(name);
        Image::check(&read(&path)?).map_err(|source| StateError::Image { path, source })
    }

    /// Keeps an image, unless it is there, and gives its name.
    fn keep(&self, image: &Image) -> io::Result<String> {
        let name = format!("{IMAGE}{}-{:08x}", image.version(), image.checksum());
        if !self.path.join(&name).exists() {
            self.write(&name, image.bytes())?;
        }
        Ok(name)
    }

    /// Writes a file that is there as a whole or not at all.
    fn write(&self, name: &str, content: &[u8]) -> io::Result<()> {
        let unfinished = self.path.join(UNFINISHED);
        let mut file = File::create(&unfinished)?;
        file.write_all(content)?;
        file.sync_all()?;
        fs::rename(&unfinished, self.path.join(name))?;
        File::open(&self.path)?.sync_all()
    }

    /// Removes the images that are no longer needed.
    fn clean(&self, index: &Index) -> io::Result<()> {
        for entry in fs::read_dir(&self.path)? {
            let entry = entry?;
            let name = entry.file_name().into_string().ok();
            let needed = [&index.running, &index.pending].contains(&&name);
            if !needed && name.is_some_and(|name| name.starts_with(IMAGE)) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }
}

impl Storage for StateDirectory {
    /// Whatever ends the emulator, the old or the new content is there.
    fn save(&mut self, flash: &Flash) -> io::Result<()> {
        let keep = |image: Option<&Image>| image.map(|image| self.keep(image)).transpose();
        let index = Index {
            flash: flash.clone(),
            running: keep(flash.running())?,
            pending: keep(flash.pending())?,
        };
        let mut text = serde_json::to_vec(&index)?;
        text.push(b'\n');
        self.write(INDEX, &text)?;
        self.clean(&index)
    }
}

fn read(path: &Path) -> Result<Vec<u8>, StateError> {
    fs::read(path).map_err(|source| StateError::Directory {
        path: path.to_owned(),
        source,
    })
}
