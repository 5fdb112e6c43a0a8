// SPDX-License-Identifier: GPL-2.0 OR MIT

//! `fwctl-emu ctl`: one request to an emulator's control socket.

use std::io::{self, Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;

use clap::Args;
use fwctl_emu::control::Request;

/// Asks a running emulator for faults, and prints how things stand, as JSON.
#[derive(Args)]
pub(crate) struct Ctl {
    /// The emulator's --control socket.
    #[arg(value_name = "PATH")]
    socket: PathBuf,
    #[command(subcommand)]
    request: Request,
}

/// Why a request was not carried out.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("cannot reach an emulator at {}; was it started with --control?", .path.display())]
    Connect { path: PathBuf, source: io::Error },
    #[error("the connection to the emulator broke")]
    Exchange(#[from] io::Error),
    #[error("the emulator's answer makes no sense: {0}")]
    Answer(#[from] serde_json::Error),
    #[error("the emulator did nothing: {0}")]
    Refused(String),
}

impl Ctl {
    pub(crate) fn run(&self) -> Result<(), Error> {
        let mut connection =
            UnixStream::connect(&self.socket).map_err(|source| Error::Connect {
                path: self.socket.clone(),
                source,
            })?;
        writeln!(connection, "{}", serde_json::to_string(&self.request)?)?;
        connection.shutdown(Shutdown::Write)?;
        let mut answer = String::new();
        connection.read_to_string(&mut answer)?;
        if self.request == Request::Die && answer.is_empty() {
            return Ok(());
        }
        let value: serde_json::Value = serde_json::from_str(&answer)?;
        match value.get("error").and_then(|error| error.as_str()) {
            Some(error) => Err(Error::Refused(error.to_owned())),
            None => Ok(write!(io::stdout(), "{answer}")?),
        }
    }
}
