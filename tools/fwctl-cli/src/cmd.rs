// SPDX-License-Identifier: GPL-2.0 OR MIT

//! The commands, one a file, and what they report.

mod info;
mod list;
mod man;
mod mlx5;
mod rpc;

use std::io::{self, Read, Write};

use clap::Subcommand;
use serde::Serialize;

use crate::devices::Devices;
use crate::error::Error;

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    List(list::List),
    Info(info::Info),
    Rpc(rpc::Rpc),
    #[command(subcommand)]
    Mlx5(mlx5::Mlx5),
    Man(man::Man),
}

impl Command {
    /// Does what was asked. A report may come with an error: the firmware's failure is an answer.
    pub(crate) fn run(
        self,
        devices: &dyn Devices,
        input: &mut dyn Read,
    ) -> Result<(Report, Option<Error>), Error> {
        let report = match self {
            Self::List(list) => Report::List(list.run(devices)?),
            Self::Info(info) => Report::Info(info.run(devices)?),
            Self::Rpc(rpc) => {
                let (report, failure) = rpc.run(devices, input)?;
                return Ok((Report::Rpc(report), failure));
            }
            Self::Mlx5(mlx5::Mlx5::Cap(cap)) => Report::Cap(cap.run(devices)?),
            Self::Man(man) => Report::Man(man.run()?),
        };
        Ok((report, None))
    }
}

/// What a command reports: one value for text and JSON.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Report {
    List(list::Report),
    Info(info::Report),
    Rpc(rpc::Report),
    Cap(mlx5::cap::Report),
    Man(man::Report),
}

impl Report {
    /// Writes it for people, fit for a terminal of `width` columns.
    pub(crate) fn text(&self, out: &mut dyn Write, width: Option<u16>) -> io::Result<()> {
        match self {
            Self::List(report) => report.text(out, width),
            Self::Info(report) => report.text(out),
            Self::Rpc(report) => report.text(out),
            Self::Cap(report) => report.text(out, width),
            Self::Man(report) => report.text(out),
        }
    }

    /// What to say beside it, on standard error.
    pub(crate) fn note(&self) -> Option<&'static str> {
        match self {
            Self::List(report) => report.note(),
            _ => None,
        }
    }
}
