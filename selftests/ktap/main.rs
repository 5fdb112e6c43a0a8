// SPDX-License-Identifier: GPL-2.0

//! Counts what KTAP documents report.
//!
//! `ktap_sum FILE…` prints each failure with what was said about it, and then one line:
//! `N passed, N failed, N skipped`. It fails if anything failed.

use std::{
    env,
    fs,
    process::ExitCode, //
};

mod document;
mod line;
mod report;

use report::Report;

fn main() -> ExitCode {
    let mut total = Report::default();
    for file in env::args().skip(1) {
        match fs::read(&file) {
            Ok(bytes) => total.add(report::read(&String::from_utf8_lossy(&bytes))),
            Err(error) => total.complain(format!("{file}: {error}")),
        }
    }
    for failure in &total.failures {
        println!("FAIL {failure}");
    }
    println!("{total}");
    if total.failures.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
