// SPDX-License-Identifier: GPL-2.0

//! What people get to see.

use std::fmt::Write;

use crate::{
    difference::Entry,
    outcome::{
        Outcome,
        Outcomes, //
    },
    verdict::{
        Seen,
        Verdict, //
    }, //
};

/// Widths of the columns.
const WIDTHS: [usize; 3] = [48, 44, 40];

/// The table of what differs, and how many cases do not.
pub fn differences(verdict: &Verdict<'_>, outcomes: &Outcomes) -> String {
    let mut table = row(["CASE", "LINUX", "OURS"]);
    let mut last: Option<&Entry> = None;
    for seen in &verdict.seen {
        let Some(ours) = &seen.entry.ours else {
            continue;
        };
        if last != Some(seen.entry) {
            let title = format!("{}: {}", seen.entry.id, seen.entry.title);
            table.push('\n');
            table.push_str(&row([&title, &seen.entry.linux, ours]));
            last = Some(seen.entry);
        }
        table.push_str(&sight(seen, outcomes));
    }
    if !verdict.unexpected.is_empty() {
        table.push_str("\nUNEXPECTED\n");
    }
    for (name, _) in &verdict.unexpected {
        let text = |outcome: Option<&Outcome>| {
            outcome.map_or("did not run".to_string(), |outcome| outcome.to_string())
        };
        let (linux, ours) = (outcomes.linux.get(*name), outcomes.ours.get(*name));
        table.push_str(&row([name, &text(linux), &text(ours)]));
    }
    let _ = writeln!(
        table,
        "\n{} cases differ, {} of them unexpectedly; {} are equal, and {} can be judged on neither.",
        verdict.differing + verdict.unexpected.len(),
        verdict.unexpected.len(),
        verdict.passed,
        verdict.skipped
    );
    table
}

/// What the first of the cases said on Linux; the others said something of the same form.
fn sight(seen: &Seen<'_>, outcomes: &Outcomes) -> String {
    let Some(first) = seen.cases.first() else {
        return row([&format!("  {}", seen.sight.case.as_str()), "NOT SEEN", ""]);
    };
    let said = outcomes.linux[*first].to_string();
    match seen.cases.len() {
        1 => row([&format!("  {first}"), &said, "ok"]),
        count => row([
            &format!("  {} ({count} cases)", seen.sight.case.as_str()),
            &said,
            "ok",
        ]),
    }
}

/// Each case on both cores.
pub fn cases(outcomes: &Outcomes) -> String {
    let mut table = String::new();
    for (core, cases) in [("linux", &outcomes.linux), ("ours", &outcomes.ours)] {
        for (name, outcome) in cases {
            let _ = writeln!(table, "{core}\t{name}\t{outcome}");
        }
    }
    table
}

/// A row; what is too long for its column goes on below.
fn row(cells: [&str; 3]) -> String {
    let columns: Vec<_> = cells
        .iter()
        .zip(WIDTHS)
        .map(|(cell, width)| wrap(cell, width))
        .collect();
    let height = columns.iter().map(Vec::len).max().unwrap_or_default();
    let mut text = String::new();
    for line in 0..height {
        let mut whole = String::new();
        for (column, width) in columns.iter().zip(WIDTHS) {
            let part = column.get(line).map_or("", String::as_str);
            let _ = write!(whole, "{part:width$}  ");
        }
        text.push_str(whole.trim_end());
        text.push('\n');
    }
    text
}

/// Lines of at most `width`, unless a word is longer. All are indented like the first.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let indent = &text[..text.len() - text.trim_start().len()];
    let mut lines = vec![indent.to_string()];
    for word in text.split_whitespace() {
        let full = |line: &String| {
            line.len() > indent.len() && line.chars().count() + 1 + word.chars().count() > width
        };
        if lines.last().is_some_and(full) {
            lines.push(indent.to_string());
        }
        let Some(line) = lines.last_mut() else { break };
        if line.len() > indent.len() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_cells_go_on_below() {
        assert_eq!(wrap("", 8), [""]);
        assert_eq!(wrap("one two three", 8), ["one two", "three"]);
        assert_eq!(wrap("  one two three", 9), ["  one two", "  three"]);
        assert_eq!(
            wrap("antidisestablishment is", 8),
            ["antidisestablishment", "is"]
        );
        assert_eq!(wrap("ßßß ßßß ß", 7), ["ßßß ßßß", "ß"]);
    }

    #[test]
    fn rows_have_columns() {
        let [first, second, _] = WIDTHS;
        let line = row(["case", "linux", "ours"]);
        assert_eq!(line.find("linux"), Some(first + 2));
        assert_eq!(line.find("ours"), Some(first + 2 + second + 2));
        assert_eq!(row(["case", "", ""]), "case\n");
    }
}
