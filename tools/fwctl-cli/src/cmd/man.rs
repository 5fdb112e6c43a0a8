// SPDX-License-Identifier: GPL-2.0 OR MIT

use std::io::{self, Write};

use clap::builder::Resettable;
use clap::{Args, CommandFactory};
use serde::Serialize;

use crate::error::Error;
use crate::{exit, Arguments};

/// Print a man page in troff
#[derive(Debug, Args)]
pub(crate) struct Man {
    /// The command to print the page of, as in: man mlx5 cap
    command: Vec<String>,
}

/// A man page.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    page: String,
}

impl Man {
    pub(crate) fn run(self) -> Result<Report, Error> {
        let mut root = Arguments::command();
        root.build();
        let mut command = root;
        for name in &self.command {
            let found = command.find_subcommand(name);
            command = found
                .ok_or_else(|| Error::NoCommand(self.command.join(" ")))?
                .clone();
        }
        Ok(Report {
            page: page(command)?,
        })
    }
}

/// The man page of `command`.
fn page(command: clap::Command) -> io::Result<String> {
    let title = command.get_display_name().unwrap_or("fwctl").to_uppercase();
    let mut page = Vec::new();
    // The exit codes have a section of their own, on every page.
    clap_mangen::Man::new(command.after_help(Resettable::Reset))
        .title(title)
        .manual("fwctl")
        .render(&mut page)?;
    writeln!(page, ".SH \"EXIT STATUS\"")?;
    for (code, meaning) in exit::codes() {
        writeln!(page, ".TP\n{code}\n{meaning}")?;
    }
    Ok(String::from_utf8_lossy(&page).into_owned())
}

impl Report {
    pub(crate) fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(self.page.as_bytes())
    }
}
