// SPDX-License-Identifier: GPL-2.0

//! Whether the cores differ where they should, and nowhere else.

use std::collections::BTreeSet;

use crate::{
    difference::{
        Entry,
        Sight, //
    },
    outcome::{
        Outcome,
        Outcomes, //
    }, //
};

/// What became of one [`Sight`].
#[derive(Debug)]
pub struct Seen<'a> {
    /// What it shows.
    pub entry: &'a Entry,
    /// Where it should be seen.
    pub sight: &'a Sight,
    /// The cases that it is about and that are as expected.
    pub cases: Vec<&'a str>,
    /// What is wrong: nothing, if it is seen as expected.
    pub wrong: Vec<String>,
}

/// All that can be said.
#[derive(Debug)]
pub struct Verdict<'a> {
    /// Each sight of each entry, in the order of the list.
    pub seen: Vec<Seen<'a>>,
    /// Number of cases that passed on both cores.
    pub passed: usize,
    /// Number of cases that were skipped on both cores.
    pub skipped: usize,
    /// Number of cases that differ as expected.
    pub differing: usize,
    /// Cases that no entry accounts for, and what they did.
    pub unexpected: Vec<(&'a str, String)>,
}

/// Judges what both cores did.
pub fn judge<'a>(entries: &'a [Entry], outcomes: &'a Outcomes) -> Verdict<'a> {
    let seen: Vec<_> = entries
        .iter()
        .flat_map(|entry| entry.sights.iter().map(move |sight| (entry, sight)))
        .map(|(entry, sight)| look(entry, sight, outcomes))
        .collect();
    let mut verdict = Verdict {
        seen: Vec::new(),
        passed: 0,
        skipped: 0,
        differing: 0,
        unexpected: Vec::new(),
    };
    for name in names(outcomes) {
        let pair = (outcomes.linux.get(name), outcomes.ours.get(name));
        match pair {
            (Some(Outcome::Passed), Some(Outcome::Passed)) => verdict.passed += 1,
            (Some(Outcome::Skipped(_)), Some(Outcome::Skipped(_))) => verdict.skipped += 1,
            _ if accounted(&seen, name) => verdict.differing += 1,
            _ => verdict.unexpected.push((name, describe(pair))),
        }
    }
    verdict.seen = seen;
    verdict
}

/// All cases, of either core.
fn names(outcomes: &Outcomes) -> BTreeSet<&str> {
    let names = outcomes.linux.keys().chain(outcomes.ours.keys());
    names.map(String::as_str).collect()
}

/// Whether an entry says that this case differs as it does.
fn accounted(seen: &[Seen<'_>], name: &str) -> bool {
    seen.iter()
        .any(|seen| seen.entry.ours.is_some() && seen.cases.contains(&name))
}

fn look<'a>(entry: &'a Entry, sight: &'a Sight, outcomes: &'a Outcomes) -> Seen<'a> {
    let (mut cases, mut wrong) = (Vec::new(), Vec::new());
    for name in names(outcomes) {
        if !sight.case.matches(name) {
            continue;
        }
        let pair = (outcomes.linux.get(name), outcomes.ours.get(name));
        let (Some(linux), Some(ours)) = pair else {
            wrong.push(format!("{name}: {}", describe(pair)));
            continue;
        };
        let expected = match entry.ours {
            Some(_) => *linux != Outcome::Passed && sight.said.matches(&linux.to_string()),
            None => *linux == Outcome::Passed,
        };
        if expected && *ours == Outcome::Passed {
            cases.push(name);
        } else {
            wrong.push(format!("{name}: {}", describe(pair)));
        }
    }
    if cases.is_empty() && wrong.is_empty() {
        wrong.push("no such case ran".to_string());
    }
    Seen {
        entry,
        sight,
        cases,
        wrong,
    }
}

fn describe((linux, ours): (Option<&Outcome>, Option<&Outcome>)) -> String {
    let text =
        |outcome: Option<&Outcome>| outcome.map_or("did not run".to_string(), |o| o.to_string());
    format!("Linux: {}; ours: {}", text(linux), text(ours))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::difference;

    const LIST: &str =
        "C1: t\n  linux: a\n  ours: b\n  why: c\n  case: mock info: size*\n  said: 0 *\n\
                        C9: t\n  both: a\n  why: c\n  case: mock uctx: read\n";

    fn passed() -> Outcome {
        Outcome::Passed
    }

    fn failed(how: &str) -> Outcome {
        Outcome::Failed(how.to_string())
    }

    fn skipped() -> Outcome {
        Outcome::Skipped("cannot".to_string())
    }

    /// What both cores did: as the list has it, with some cases replaced.
    fn outcomes(replaced: &[(&str, Option<Outcome>, Option<Outcome>)]) -> Outcomes {
        let mut outcomes = Outcomes::default();
        let usual = [
            (
                "mock info: size",
                Some(failed("0 instead of 8")),
                Some(passed()),
            ),
            ("mock uctx: read", Some(passed()), Some(passed())),
            ("mock rpc: a", Some(passed()), Some(passed())),
            ("mock rpc: b", Some(skipped()), Some(skipped())),
        ];
        for (name, linux, ours) in usual.iter().chain(replaced).cloned() {
            for (cases, outcome) in [(&mut outcomes.linux, linux), (&mut outcomes.ours, ours)] {
                match outcome {
                    Some(outcome) => drop(cases.insert(name.to_string(), outcome)),
                    None => drop(cases.remove(name)),
                }
            }
        }
        outcomes
    }

    #[test]
    fn what_is_expected_is_counted() {
        let entries = difference::read(LIST).expect("a list");
        let outcomes = outcomes(&[]);
        let verdict = judge(&entries, &outcomes);
        assert!(verdict.seen.iter().all(|seen| seen.wrong.is_empty()));
        assert_eq!(verdict.seen[0].cases, ["mock info: size"]);
        assert_eq!(
            (verdict.passed, verdict.skipped, verdict.differing),
            (2, 1, 1)
        );
        assert_eq!(verdict.unexpected, []);
    }

    #[test]
    fn what_is_not_expected_is_wrong() {
        let entries = difference::read(LIST).expect("a list");
        let (size, read, rpc) = ("mock info: size", "mock uctx: read", "mock rpc: a");
        // A case, how it ends on both cores, whether a sight of the list or the case is wrong.
        let rows = [
            (size, Some(passed()), Some(passed()), true, false),
            (size, Some(failed("8 bytes")), Some(passed()), true, true),
            (size, Some(skipped()), Some(passed()), true, true),
            (size, Some(failed("0 is")), Some(failed("x")), true, true),
            (size, Some(failed("0 is")), Some(skipped()), true, true),
            (size, Some(failed("0 is")), None, true, true),
            (size, None, Some(passed()), true, true),
            (size, None, None, true, false),
            (read, Some(failed("x")), Some(passed()), true, true),
            (read, Some(passed()), Some(failed("x")), true, true),
            (read, Some(skipped()), Some(skipped()), true, false),
            (read, None, None, true, false),
            (rpc, Some(failed("x")), Some(passed()), false, true),
            (rpc, Some(passed()), Some(failed("x")), false, true),
            (rpc, Some(failed("x")), Some(failed("x")), false, true),
            (rpc, Some(skipped()), Some(passed()), false, true),
            (rpc, Some(passed()), Some(skipped()), false, true),
            (rpc, Some(passed()), None, false, true),
            (rpc, None, Some(passed()), false, true),
        ];
        for row in rows {
            let (name, linux, ours, listed, unexpected) = row.clone();
            let outcomes = outcomes(&[(name, linux, ours)]);
            let verdict = judge(&entries, &outcomes);
            let wrong = verdict.seen.iter().any(|seen| !seen.wrong.is_empty());
            assert_eq!(wrong, listed, "{row:?}");
            assert_eq!(!verdict.unexpected.is_empty(), unexpected, "{row:?}");
        }
    }
}
