// SPDX-License-Identifier: GPL-2.0 OR MIT

//! `fwctl-emu`: emulated devices for virtual machines.

#![forbid(unsafe_code)]

use std::convert::Infallible;
use std::fs::File;
use std::io::{self, LineWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use fwctl_emu::model::{Config, ConnectX};
use fwctl_emu::pci::{Function, Observer};
use fwctl_emu::trace::Trace;
use fwctl_emu::vfio_user::{ListenError, Server};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

/// Emulates devices whose stock drivers a virtual machine can load.
///
/// The virtual machine connects with QEMU's vfio-user-pci device; its memory
/// must be shared (memory-backend-memfd,share=on).
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    device: Device,
}

#[derive(Subcommand)]
enum Device {
    /// A ConnectX-5 (15b3:1017), which mlx5_core probes.
    Connectx(Serve),
}

#[derive(Args)]
struct Serve {
    /// The socket to listen on.
    #[arg(long, value_name = "PATH")]
    socket: PathBuf,

    /// Write every command, decoded, to FILE, or to standard output if it is
    /// "-".
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
}

/// Why the program cannot serve.
#[derive(Debug, thiserror::Error)]
enum Error {
    #[error(transparent)]
    Listen(#[from] ListenError),
    #[error("cannot write the log {}; does its directory exist, and may you write there?", .path.display())]
    Log { path: PathBuf, source: io::Error },
    #[error("cannot wait for signals")]
    Signals(#[source] io::Error),
}

fn main() -> ExitCode {
    let Device::Connectx(serve) = Arguments::parse().device;
    let Err(error) = run(&serve);
    report(&error);
    ExitCode::FAILURE
}

/// Serves until a signal ends the program.
fn run(serve: &Serve) -> Result<Infallible, Error> {
    let observer = observer(serve.log.as_deref())?;
    let device = ConnectX::new(Config::default());
    let server = Server::listen(&serve.socket)?;
    remove_on_signal(serve.socket.clone()).map_err(Error::Signals)?;
    server.serve(Function::new(device, observer), |error| report(&error))
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
fn remove_on_signal(socket: PathBuf) -> io::Result<()> {
    let mut signals = Signals::new([SIGTERM, SIGINT])?;
    std::thread::Builder::new()
        .name("signals".to_owned())
        .spawn(move || {
            if signals.forever().next().is_some() {
                let _ = std::fs::remove_file(socket);
                std::process::exit(0);
            }
        })?;
    Ok(())
}

/// Prints an error and what caused it, one line. An error that ends in its
/// cause has told of it already; and nobody may be there to read it.
fn report(error: &dyn std::error::Error) {
    let mut message = format!("fwctl-emu: {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !message.ends_with(&text) {
            message.push_str(&format!(": {text}"));
        }
        cause = error.source();
    }
    let _ = writeln!(io::stderr(), "{message}");
}
