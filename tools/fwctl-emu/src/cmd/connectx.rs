// SPDX-License-Identifier: GPL-2.0 OR MIT

//! `fwctl-emu connectx`: serve a ConnectX-5.

use std::convert::Infallible;
use std::fs::File;
use std::io::{self, LineWriter};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use fwctl_emu::control::Control;
use fwctl_emu::model::{Config, ConnectX};
use fwctl_emu::pci::{Function, Observer};
use fwctl_emu::socket::ListenError;
use fwctl_emu::state::{StateDirectory, StateError};
use fwctl_emu::trace::Trace;
use fwctl_emu::vfio_user::{Attachment, Server};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

/// A ConnectX-5 (15b3:1017), which mlx5_core probes.
#[derive(Args)]
pub(crate) struct Connectx {
    /// The socket to listen on.
    #[arg(long, value_name = "PATH")]
    socket: PathBuf,

    /// Write every command, decoded, to FILE, or to standard output if it is
    /// "-".
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,

    /// Take requests for faults on this socket; `fwctl-emu ctl` sends them.
    #[arg(long, value_name = "PATH")]
    control: Option<PathBuf>,

    /// Keep what the card keeps without power in this directory; else it is
    /// gone when the emulator ends.
    #[arg(long, value_name = "DIR")]
    state: Option<PathBuf>,

    /// Have the firmware advise the driver to wait so long for a command; else
    /// Linux's waits for 60 seconds.
    #[arg(long, value_name = "MILLISECONDS")]
    command_timeout: Option<u64>,

    /// Be a card whose firmware has no right for tools to give
    /// (TOOLS_RESOURCES).
    #[arg(long)]
    no_tools_rights: bool,
}

/// Why the program cannot serve.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Listen(#[from] ListenError),
    #[error("cannot write the log {}; does its directory exist, and may you write there?", .path.display())]
    Log { path: PathBuf, source: io::Error },
    #[error(transparent)]
    State(#[from] StateError),
    #[error("cannot wait for signals")]
    Signals(#[source] io::Error),
    #[error("cannot start a thread")]
    Thread(#[source] io::Error),
}

impl Connectx {
    /// Serves until a signal ends the program.
    pub(crate) fn run(&self, report: impl Fn(&dyn std::error::Error)) -> Result<Infallible, Error> {
        let observer = observer(self.log.as_deref())?;
        let config = Config {
            command_timeout: self.command_timeout.map(Duration::from_millis),
            tools_rights: !self.no_tools_rights,
            ..Config::default()
        };
        let function = match &self.state {
            None => Function::new(ConnectX::new(config), observer),
            Some(path) => {
                let state = StateDirectory::open(path)?;
                let device = ConnectX::with_flash(config, state.load()?);
                Function::new(device, observer).kept_in(Box::new(state))
            }
        };
        let attachment = Arc::new(Attachment::new(function));
        let control = self.control.as_deref().map(Control::listen).transpose()?;
        let server = Server::listen(&self.socket)?;
        let sockets = self.control.iter().chain([&self.socket]).cloned();
        remove_on_signal(sockets.collect()).map_err(Error::Signals)?;
        if let Some(control) = control {
            control.serve(&attachment).map_err(Error::Thread)?;
        }
        server
            .serve(&attachment, |error| report(&error))
            .map_err(Error::Thread)
    }
}

fn observer(log: Option<&Path>) -> Result<Box<dyn Observer>, Error> {
    Ok(match log {
        None => Box::new(()),
        Some(path) if path == Path::new("-") => Box::new(Trace::new(io::stdout())),
        Some(path) => {
            let file = File::create(path).map_err(|source| Error::Log {
                path: path.to_owned(),
                source,
            })?;
            Box::new(Trace::new(LineWriter::new(file)))
        }
    })
}

/// Ends the program on SIGTERM and SIGINT, leaving no socket behind.
fn remove_on_signal(sockets: Vec<PathBuf>) -> io::Result<()> {
    let mut signals = Signals::new([SIGTERM, SIGINT])?;
    std::thread::Builder::new()
        .name("signals".to_owned())
        .spawn(move || {
            if signals.forever().next().is_some() {
                for socket in sockets {
                    let _ = std::fs::remove_file(socket);
                }
                std::process::exit(0);
            }
        })?;
    Ok(())
}
