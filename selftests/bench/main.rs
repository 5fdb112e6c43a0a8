// SPDX-License-Identifier: GPL-2.0

//! What calls cost. `kit/bench` runs it in a guest, once with Linux's core and once with ours.
//!
//! `bench calls`, `bench throughput` and `bench connectx` measure, and print a line for each
//! number: name, length in bytes, number. `bench table FILE` and `bench json NAME FILE…` read such
//! lines, with the core in front, and print them side by side.

use std::{
    env,
    process::ExitCode, //
};

use harness::ktap::Stop;

mod calls;
mod clock;
mod connectx;
mod table;
mod throughput;

/// Prints one number.
fn report(name: &str, bytes: usize, number: u64) {
    println!("{name} {bytes} {number}");
}

fn run(arguments: &[&str]) -> Result<(), Stop> {
    match arguments {
        ["calls"] => calls::run(),
        ["throughput"] => throughput::run(),
        ["connectx"] => connectx::run(),
        ["table", file] => table::print(file),
        ["json", named @ ..] if !named.is_empty() && named.len() % 2 == 0 => {
            table::print_json(named)
        }
        _ => Err(Stop::Fail(
            "usage: bench calls|throughput|connectx|table FILE|json NAME FILE…".into(),
        )),
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Stop::Fail(why) | Stop::Skip(why)) => {
            eprintln!("bench: {why}");
            ExitCode::FAILURE
        }
    }
}
