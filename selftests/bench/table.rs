// SPDX-License-Identifier: GPL-2.0

//! The numbers of both cores side by side, as text and as JSON.

use std::fs;

use harness::ktap::{
    fail,
    Stop, //
};

use crate::clock::median;

/// All that was measured of one thing.
struct Row {
    name: String,
    bytes: usize,
    linux: Vec<u64>,
    ours: Vec<u64>,
}

impl Row {
    /// The medians for Linux's core and for ours.
    fn medians(&self) -> (u64, u64) {
        (median(self.linux.clone()), median(self.ours.clone()))
    }
}

/// Reads lines of four words: `linux` or `ours`, name, bytes, number.
fn parse(text: &str) -> Result<Vec<Row>, Stop> {
    let mut rows: Vec<Row> = Vec::new();
    for line in text.lines() {
        let words: Vec<_> = line.split_whitespace().collect();
        let &[core, name, bytes, number] = words.as_slice() else {
            return fail(format!("not four words: {line:?}"));
        };
        let (Ok(bytes), Ok(number)) = (bytes.parse(), number.parse()) else {
            return fail(format!("not two numbers: {line:?}"));
        };
        let at = rows
            .iter()
            .position(|row| row.name == name && row.bytes == bytes)
            .unwrap_or_else(|| {
                rows.push(Row {
                    name: name.into(),
                    bytes,
                    linux: Vec::new(),
                    ours: Vec::new(),
                });
                rows.len() - 1
            });
        match core {
            "linux" => rows[at].linux.push(number),
            "ours" => rows[at].ours.push(number),
            _ => return fail(format!("neither core: {line:?}")),
        }
    }
    if rows.is_empty() {
        return fail("no numbers");
    }
    match rows
        .iter()
        .find(|row| row.linux.is_empty() || row.ours.is_empty())
    {
        Some(row) => fail(format!("{} was measured with one core alone", row.name)),
        None => Ok(rows),
    }
}

fn read(file: &str) -> Result<Vec<Row>, Stop> {
    parse(&fs::read_to_string(file)?)
}

/// Prints the numbers of `file` as a table.
pub fn print(file: &str) -> Result<(), Stop> {
    println!(
        "{:<18} {:>8} {:>10} {:>10} {:>6}",
        "name", "bytes", "linux", "ours", "ratio"
    );
    for row in read(file)? {
        let (linux, ours) = row.medians();
        let ratio = ours as f64 / linux as f64;
        println!(
            "{:<18} {:>8} {linux:>10} {ours:>10} {ratio:>6.3}",
            row.name, row.bytes
        );
    }
    Ok(())
}

/// Prints the numbers of files as one object; `named` are pairs of a key and a file.
///
/// Names are words of this program and of `kit/bench`: nothing in them needs to be escaped.
pub fn print_json(named: &[&str]) -> Result<(), Stop> {
    let mut lists = Vec::new();
    for pair in named.chunks_exact(2) {
        let mut rows = Vec::new();
        for row in read(pair[1])? {
            let (linux, ours) = row.medians();
            rows.push(format!(
                "  {{\"name\": \"{}\", \"bytes\": {}, \"linux\": {linux}, \"ours\": {ours}}}",
                row.name, row.bytes
            ));
        }
        lists.push(format!(" \"{}\": [\n{}\n ]", pair[0], rows.join(",\n")));
    }
    println!("{{\n{}\n}}", lists.join(",\n"));
    Ok(())
}
