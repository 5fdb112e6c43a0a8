// SPDX-License-Identifier: GPL-2.0

//! How each case ended, on which core and device.

use std::{
    collections::BTreeMap,
    fmt, //
};

use crate::document::{
    Document,
    Test, //
};

/// How a case ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The promise was kept.
    Passed,
    /// It was not judged, and why.
    Skipped(String),
    /// The promise was broken, and how.
    Failed(String),
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Passed => f.write_str("ok"),
            Self::Skipped(why) => write!(f, "skipped: {why}"),
            Self::Failed(how) => f.write_str(how),
        }
    }
}

/// Name of what is reported of a program apart from its cases.
pub const WHOLE: &str = "(the program)";

/// The cases of a core, by `DEVICE PROGRAM: CASE`.
pub type Cases = BTreeMap<String, Outcome>;

/// What both cores did.
#[derive(Debug, Default)]
pub struct Outcomes {
    /// Linux's core.
    pub linux: Cases,
    /// Ours.
    pub ours: Cases,
    /// What is wrong with the reports themselves.
    pub complaints: Vec<String>,
}

impl Outcomes {
    /// Adds a report: a test for each turn, called `CORE DEVICE`, which consists of programs, which
    /// consist of cases.
    pub fn add(&mut self, file: &str, report: &[Document]) {
        if report.is_empty() {
            self.complaints.push(format!("{file}: no report at all"));
        }
        for document in report {
            if let Some(broken) = broken(document) {
                self.complaints.push(format!("{file}: {broken}"));
            }
            for turn in &document.tests {
                self.turn(file, turn);
            }
        }
    }

    fn turn(&mut self, file: &str, turn: &Test) {
        let complaint = |what: &str| format!("{file}: {}: {what}", turn.name);
        let (cases, device) = match turn.name.split_once(' ') {
            Some(("linux", device)) => (&mut self.linux, device),
            Some(("ours", device)) => (&mut self.ours, device),
            _ => return self.complaints.push(complaint("which core is that?")),
        };
        if !turn.ok {
            self.complaints.push(complaint(&turn.remarks.join("; ")));
        }
        for part in &turn.parts {
            if let Some(broken) = broken(part) {
                self.complaints.push(complaint(&broken));
            }
            for program in &part.tests {
                for (name, outcome) in outcomes(program) {
                    let name = format!("{device} {}: {name}", program.name);
                    if cases.insert(name.clone(), outcome).is_some() {
                        self.complaints
                            .push(complaint(&format!("a second case `{name}`")));
                    }
                }
            }
        }
    }
}

/// What a document lacks, or has too much.
fn broken(document: &Document) -> Option<String> {
    let ran = document.tests.len();
    let misplaced = (1..)
        .zip(&document.tests)
        .find(|(number, test)| *number != test.number);
    if let Some((number, test)) = misplaced {
        return Some(format!("result {} in place of {number}", test.number));
    }
    match (document.plans.as_slice(), &document.bailed_out) {
        (_, Some(reason)) => Some(format!("gave up: {reason}")),
        ([(0, Some(_))], None) => None,
        ([(0, None)], None) => Some("no tests at all".to_string()),
        ([(plan, _)], None) if *plan == ran => None,
        ([(plan, _)], None) => Some(format!("{plan} tests were planned, but {ran} ran")),
        (plans, None) => Some(format!("{} plans", plans.len())),
    }
}

/// The cases of a program, and how it ended as a whole.
fn outcomes(program: &Test) -> Vec<(&str, Outcome)> {
    let mut outcomes: Vec<_> = program
        .parts
        .iter()
        .flat_map(|part| &part.tests)
        .map(|case| (case.name.as_str(), outcome(case)))
        .collect();
    outcomes.push((WHOLE, whole(program)));
    outcomes
}

fn outcome(case: &Test) -> Outcome {
    match (case.ok, &case.skipped) {
        (false, _) => Outcome::Failed(case.remarks.join("; ")),
        (true, Some(why)) => Outcome::Skipped(why.clone()),
        (true, None) => Outcome::Passed,
    }
}

/// Cases that fail speak for themselves; what remains is a program that did not do all of them.
fn whole(program: &Test) -> Outcome {
    let lacking = match program.parts.as_slice() {
        [] => Some("no report".to_string()),
        [part] => match part.plans.as_slice() {
            [(0, Some(why))] => return Outcome::Skipped(why.clone()),
            _ => broken(part),
        },
        _ => Some("several reports".to_string()),
    };
    let said = program.remarks.iter().filter(|_| !program.ok).cloned();
    let said: Vec<_> = lacking.into_iter().chain(said).collect();
    match said.as_slice() {
        [] => Outcome::Passed,
        said => Outcome::Failed(said.join("; ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document;

    fn outcomes_of(text: &str) -> Outcomes {
        let mut outcomes = Outcomes::default();
        outcomes.add("x.ktap", &document::read(text));
        outcomes
    }

    /// What one core's only case, and its only program, come to.
    fn cases(program: &str) -> Vec<(String, String)> {
        let text =
            format!("KTAP version 1\n1..1\n  KTAP version 1\n  1..1\n{program}ok 1 linux mock\n");
        let outcomes = outcomes_of(&text);
        assert_eq!(outcomes.complaints, Vec::<String>::new(), "{text}");
        let cases = outcomes.linux.into_iter();
        cases.map(|(name, o)| (name, o.to_string())).collect()
    }

    #[test]
    fn programs_come_to_outcomes() {
        const HEAD: &str = "    KTAP version 1\n";
        let whole = "mock rpc: (the program)";
        let rows: &[(&str, &[(&str, &str)])] = &[
            (
                "    1..1\n    ok 1 a\n  ok 1 rpc\n",
                &[(whole, "ok"), ("mock rpc: a", "ok")],
            ),
            (
                "    1..1\n    ok 1 a # SKIP b\n  ok 1 rpc\n",
                &[(whole, "ok"), ("mock rpc: a", "skipped: b")],
            ),
            (
                "    1..1\n    # b\n    # c\n    not ok 1 a\n  not ok 1 rpc\n",
                &[(whole, "ok"), ("mock rpc: a", "b; c")],
            ),
            (
                "    1..2\n    ok 1 a\n  # killed\n  not ok 1 rpc\n",
                &[
                    (whole, "2 tests were planned, but 1 ran; killed"),
                    ("mock rpc: a", "ok"),
                ],
            ),
            (
                "    1..0 # SKIP no device\n  ok 1 rpc\n",
                &[(whole, "skipped: no device")],
            ),
            (
                "    Bail out! EIO\n  not ok 1 rpc\n",
                &[(whole, "gave up: EIO")],
            ),
        ];
        for (program, promised) in rows {
            let got = cases(&format!("{HEAD}{program}"));
            let got: Vec<_> = got.iter().map(|(n, o)| (n.as_str(), o.as_str())).collect();
            assert_eq!(got, *promised, "{program}");
        }
        assert_eq!(
            cases("  not ok 1 rpc\n"),
            [(whole.to_string(), "no report".to_string())]
        );
    }

    #[test]
    fn broken_reports_are_noticed() {
        for (text, complaint) in [
            ("", "x.ktap: no report at all"),
            ("KTAP version 1\n", "x.ktap: 0 plans"),
            (
                "KTAP version 1\n1..2\nok 1 ours mock\n",
                "x.ktap: 2 tests were planned, but 1 ran",
            ),
            (
                "KTAP version 1\n1..2\nok 2 ours mock\n",
                "x.ktap: result 2 in place of 1",
            ),
            (
                "KTAP version 1\n1..1\n# why\nnot ok 1 ours mock\n",
                "x.ktap: ours mock: why",
            ),
            (
                "KTAP version 1\n1..1\nok 1 theirs mock\n",
                "x.ktap: theirs mock: which core is that?",
            ),
            (
                "KTAP version 1\n1..1\n  KTAP version 1\n  1..2\n  not ok 1 a\nok 1 ours mock\n",
                "x.ktap: ours mock: 2 tests were planned, but 1 ran",
            ),
            (
                "KTAP version 1\n1..1\n  KTAP version 1\n  1..2\n  ok 1 a\n  ok 2 a\nok 1 ours mock\n",
                "x.ktap: ours mock: a second case `mock a: (the program)`",
            ),
        ] {
            assert_eq!(outcomes_of(text).complaints, [complaint], "{text}");
        }
    }
}
