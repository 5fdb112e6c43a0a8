// SPDX-License-Identifier: GPL-2.0

//! Compares what the same programs reported on Linux's core and on ours.
//!
//! `ktap_compare LIST DOCUMENT OUT REPORT…`: LIST is `differences`, DOCUMENT the documentation of
//! what it lists; REPORTs are of `kit/guest.d/compare`. Prints what differs. OUT gets that as
//! `table`, all cases as `cases`, and as `verdict.ktap` a test for each expectation of the list, and
//! one that nothing else differs.

use std::{
    env,
    fs,
    path::Path,
    process::ExitCode, //
};

mod difference;
#[path = "../ktap/document.rs"]
mod document;
mod documented;
#[path = "../ktap/line.rs"]
mod line;
mod outcome;
mod table;
mod verdict;

use outcome::Outcomes;
use verdict::Verdict;

fn read(file: &str) -> Result<String, String> {
    match fs::read(file) {
        Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        Err(error) => Err(format!("{file}: {error}")),
    }
}

fn write(directory: &str, file: &str, text: &str) -> Result<(), String> {
    let file = Path::new(directory).join(file);
    fs::write(&file, text).map_err(|error| format!("{}: {error}", file.display()))
}

/// The verdict as KTAP: what was promised, and what is wrong with it.
fn report(promises: &[(String, Vec<String>)]) -> String {
    let mut text = format!("KTAP version 1\n1..{}\n", promises.len());
    for (number, (name, wrong)) in (1..).zip(promises) {
        for line in wrong {
            text.push_str(&format!("# {line}\n"));
        }
        let ok = if wrong.is_empty() { "ok" } else { "not ok" };
        text.push_str(&format!("{ok} {number} {name}\n"));
    }
    text
}

fn promises(verdict: &Verdict<'_>, outcomes: &Outcomes) -> Vec<(String, Vec<String>)> {
    let seen = verdict.seen.iter().map(|seen| {
        let relation = match seen.entry.ours {
            Some(_) => "differs",
            None => "is the same",
        };
        let case = seen.sight.case.as_str();
        let name = format!("{} {relation}: {case}", seen.entry.id);
        (name, seen.wrong.clone())
    });
    let unexpected = verdict.unexpected.iter();
    let unexpected: Vec<_> = unexpected
        .map(|(name, how)| format!("{name}: {how}"))
        .collect();
    let others = ("nothing else differs".to_string(), unexpected);
    let whole = (
        "both cores are reported on in full".to_string(),
        outcomes.complaints.clone(),
    );
    seen.chain([others, whole]).collect()
}

fn compare(arguments: &[String]) -> Result<bool, String> {
    let [list, document, out, reports @ ..] = arguments else {
        return Err("usage: ktap_compare LIST DOCUMENT OUT REPORT…".to_string());
    };
    let entries = difference::read(&read(list)?).map_err(|what| format!("{list}: {what}"))?;
    let mut outcomes = Outcomes::default();
    for file in reports {
        outcomes.add(file, &document::read(&read(file)?));
    }
    let verdict = verdict::judge(&entries, &outcomes);
    let mut promises = promises(&verdict, &outcomes);
    promises.push((
        "the list and the documentation have the same entries".to_string(),
        documented::compare(&entries, &read(document)?),
    ));

    let table = table::differences(&verdict, &outcomes);
    print!("{table}");
    write(out, "table", &table)?;
    write(out, "cases", &table::cases(&outcomes))?;
    write(out, "verdict.ktap", &report(&promises))?;
    Ok(promises.iter().all(|(_, wrong)| wrong.is_empty()))
}

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args().skip(1).collect();
    match compare(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(what) => {
            eprintln!("ktap_compare: {what}");
            ExitCode::from(2)
        }
    }
}
