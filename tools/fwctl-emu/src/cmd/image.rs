// SPDX-License-Identifier: GPL-2.0 OR MIT

//! `fwctl-emu image`: an image of emulated firmware.

use std::io;
use std::path::PathBuf;

use clap::Args;
use fwctl_emu::model::{self, Config, FirmwareVersion};

/// Writes an image of firmware that the emulated card can be updated to.
#[derive(Args)]
pub(crate) struct Image {
    /// The version of the firmware, as 16.36.1010.
    #[arg(value_name = "VERSION")]
    version: FirmwareVersion,

    /// Where to write it.
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// The board that it is for.
    #[arg(long, value_name = "PSID")]
    psid: Option<String>,

    /// Bytes between its header and its checksum.
    #[arg(long, value_name = "BYTES", default_value_t = 4096)]
    size: usize,
}

/// Why there is no image.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {}; does its directory exist, and may you write there?", .path.display())]
pub(crate) struct Error {
    path: PathBuf,
    source: io::Error,
}

impl Image {
    pub(crate) fn run(&self) -> Result<(), Error> {
        let mut config = Config::default();
        if let Some(psid) = &self.psid {
            config.psid.clone_from(psid);
        }
        let image = model::Image::build(&config, self.version, &vec![0; self.size]);
        std::fs::write(&self.file, image.bytes()).map_err(|source| Error {
            path: self.file.clone(),
            source,
        })
    }
}
