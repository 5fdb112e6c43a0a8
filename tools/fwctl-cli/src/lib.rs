// SPDX-License-Identifier: GPL-2.0 OR MIT

//! The `fwctl` command as a function: arguments, devices and streams in, an exit code out.
//!
//! The commands parse and print; what they do to a device is the [`fwctl`] library's. That a test
//! hands in its own devices and streams is why this is a library.

#![forbid(unsafe_code)]

mod advice;
mod cmd;
mod devices;
mod error;
mod exit;
mod hexdump;
mod output;
mod scope;
mod table;

use std::ffi::OsString;
use std::io::{Read, Write};

use clap::{CommandFactory, FromArgMatches, Parser};

pub use devices::{Devices, Opened};
pub use exit::Exit;

use cmd::Command;
use error::Error;
use output::{Document, Format};

/// Talk to the firmware of devices through the kernel's fwctl.
#[derive(Debug, Parser)]
#[command(name = "fwctl", version, after_help = exit::help())]
struct Arguments {
    /// Write one JSON value, for failures too, but not for help and version
    #[arg(long, global = true)]
    json: bool,

    #[command(subcommand)]
    command: Command,
}

/// Where the command reads and writes.
pub struct Streams<'a> {
    /// Standard input.
    pub input: &'a mut dyn Read,
    /// Standard output. Escape sequences are for the stream to drop.
    pub output: &'a mut dyn Write,
    /// Standard error, likewise.
    pub errors: &'a mut dyn Write,
    /// Columns of the terminal, `None` if the output goes elsewhere.
    pub width: Option<u16>,
}

/// Does what `arguments` say, the first being the command's own name.
pub fn run(
    arguments: impl IntoIterator<Item = OsString>,
    devices: &dyn Devices,
    streams: Streams<'_>,
) -> Exit {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let (format, document) = match parse(&arguments) {
        Ok(Arguments { json, command }) => {
            let format = Format::new(json, streams.width);
            (format, Document::new(command.run(devices, streams.input)))
        }
        Err(usage) => {
            // There is no telling what was meant; that JSON was asked for is plain enough.
            let json = arguments.iter().any(|argument| argument == "--json");
            let format = Format::new(json, streams.width);
            (format, Document::new(Err(Error::Usage(usage))))
        }
    };
    document.write(format, streams.output, streams.errors)
}

fn parse(arguments: &[OsString]) -> Result<Arguments, clap::Error> {
    let matches = Arguments::command().try_get_matches_from(arguments)?;
    Arguments::from_arg_matches(&matches)
}
