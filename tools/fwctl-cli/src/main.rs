// SPDX-License-Identifier: GPL-2.0 OR MIT

//! The `fwctl` command; [`fwctl_cli`] is what it does.

#![forbid(unsafe_code)]

use std::io;
use std::process::ExitCode;

use fwctl_cli::{run, Streams};

fn main() -> ExitCode {
    let streams = Streams {
        input: &mut io::stdin().lock(),
        output: &mut anstream::stdout().lock(),
        errors: &mut anstream::stderr().lock(),
        width: terminal_size::terminal_size().map(|(width, _)| width.0),
    };
    run(std::env::args_os(), &fwctl::Class::default(), streams).into()
}
