// SPDX-License-Identifier: GPL-2.0 OR MIT

//! `fwctl-emu`: emulated devices for virtual machines.

#![forbid(unsafe_code)]

mod cmd;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Emulates devices whose stock drivers a virtual machine can load.
///
/// The virtual machine connects with QEMU's vfio-user-pci device; its memory
/// must be shared (memory-backend-memfd,share=on).
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Connectx(cmd::connectx::Connectx),
    Ctl(cmd::ctl::Ctl),
    Image(cmd::image::Image),
}

fn main() -> ExitCode {
    let ended = match Arguments::parse().command {
        Command::Connectx(connectx) => {
            let Err(error) = connectx.run(|error| report(error));
            Err(Box::<dyn std::error::Error>::from(error))
        }
        Command::Ctl(ctl) => ctl.run().map_err(Into::into),
        Command::Image(image) => image.run().map_err(Into::into),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report(&*error);
            ExitCode::FAILURE
        }
    }
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
