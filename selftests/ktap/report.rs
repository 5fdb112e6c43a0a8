// SPDX-License-Identifier: GPL-2.0

//! Reads KTAP, `Documentation/dev-tools/ktap.rst`, and doubts it.
//!
//! A guest may die at any point, so what is missing counts as failed: a plan, planned tests, the
//! result of a test that has begun.

use std::fmt;

use crate::document::{
    self,
    Document,
    Test, //
};

/// What was reported. Tests that consist of other tests do not count themselves.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Number of tests that passed.
    pub passed: usize,
    /// Number of tests that were skipped.
    pub skipped: usize,
    /// Everything that failed: its name, and what was said about it.
    pub failures: Vec<String>,
}

impl Report {
    /// Counts one failure.
    pub fn complain(&mut self, failure: impl Into<String>) {
        self.failures.push(failure.into());
    }

    /// Counts all that `other` counts.
    pub fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.skipped += other.skipped;
        self.failures.extend(other.failures);
    }

    /// The same report, of a part called `name`.
    fn of(mut self, name: &str) -> Self {
        for failure in &mut self.failures {
            *failure = format!("{name}: {failure}");
        }
        self
    }

    /// Counts what all of `documents` report.
    fn sum(documents: &[Document]) -> Self {
        let mut sum = Self::default();
        for document in documents {
            sum.document(document);
        }
        sum
    }

    fn document(&mut self, document: &Document) {
        let mut last = 0;
        for test in &document.tests {
            let number = test.number;
            if number != last + 1 {
                self.complain(format!("result {number} follows result {last}"));
            }
            last = number;
            self.test(test);
        }
        if !document.unfinished.is_empty() {
            let unfinished = Self::sum(&document.unfinished);
            self.add(unfinished.of(&format!("test {}", last + 1)));
        }
        self.plan(document, last);
    }

    fn test(&mut self, test: &Test) {
        let failure = [std::slice::from_ref(&test.name), &test.remarks].concat();
        let failure = failure.join("\n    ");
        if test.parts.is_empty() {
            match (test.ok, &test.skipped) {
                (false, _) => self.complain(failure),
                (true, Some(_)) => self.skipped += 1,
                (true, None) => self.passed += 1,
            }
            return;
        }
        let mut parts = Self::sum(&test.parts);
        match parts.failures.last_mut() {
            // What the parts consider a failure is explained by what the whole says.
            Some(last) => {
                for remark in &test.remarks {
                    last.push_str("\n    ");
                    last.push_str(remark);
                }
            }
            None if !test.ok => self.complain(failure),
            None => {}
        }
        self.add(parts.of(&test.name));
    }

    /// What was planned is what there is.
    fn plan(&mut self, document: &Document, ran: usize) {
        for (count, skipped) in &document.plans {
            match (count, skipped) {
                (0, Some(_)) => self.skipped += 1,
                (0, None) => self.complain("no tests at all"),
                _ => {}
            }
        }
        match (document.plans.as_slice(), &document.bailed_out) {
            (_, Some(reason)) => self.complain(format!("gave up: {reason}")),
            ([], None) => self.complain("no plan"),
            ([(plan, _)], None) if *plan != ran => {
                self.complain(format!("{plan} tests were planned, but {ran} ran"));
            }
            ([_], None) => {}
            (_, None) => self.complain("a second plan"),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let failed = self.failures.len();
        let (passed, skipped) = (self.passed, self.skipped);
        write!(f, "{passed} passed, {failed} failed, {skipped} skipped")
    }
}

/// Counts one or more documents, one after the other.
pub fn read(text: &str) -> Report {
    let documents = document::read(text);
    let mut report = Report::sum(&documents);
    if documents.is_empty() {
        report.complain("no report at all");
    }
    report
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A document and what it is worth: passed, failed, skipped; and one of its failures.
    struct Row {
        name: &'static str,
        text: &'static str,
        counts: (usize, usize, usize),
        failure: &'static str,
    }

    macro_rules! row {
        ($name:literal, $counts:expr, $failure:literal) => {
            Row {
                name: $name,
                text: include_str!(concat!("documents/", $name, ".ktap")),
                counts: $counts,
                failure: $failure,
            }
        };
    }

    const ROWS: &[Row] = &[
        row!("flat", (2, 0, 1), ""),
        row!("nested", (4, 0, 1), ""),
        row!("kernel", (3, 0, 0), ""),
        row!("two-documents", (2, 0, 0), ""),
        row!("carriage-returns", (2, 0, 0), ""),
        row!("skip-all", (1, 0, 1), ""),
        row!(
            "not-ok",
            (1, 1, 0),
            "second\n    errno: EIO instead of EPERM"
        ),
        row!("nested-not-ok", (3, 1, 0), "size: second"),
        row!("crash-after-all-passed", (2, 1, 0), "unload"),
        row!(
            "killed",
            (2, 1, 0),
            "userfault: 3 tests were planned, but 1 ran\n    not done after 60s, and killed"
        ),
        row!("todo-is-no-excuse", (1, 1, 0), "second"),
        row!("no-plan", (2, 1, 0), "no plan"),
        row!("second-plan", (2, 1, 0), "a second plan"),
        row!("nothing-planned", (0, 1, 0), "no tests at all"),
        row!(
            "truncated",
            (3, 2, 0),
            "test 2: 5 tests were planned, but 1 ran"
        ),
        row!(
            "truncated-outer",
            (2, 1, 0),
            "2 tests were planned, but 1 ran"
        ),
        row!(
            "more-than-planned",
            (3, 1, 0),
            "2 tests were planned, but 3 ran"
        ),
        row!("gap", (2, 1, 0), "result 3 follows result 1"),
        row!("twice", (3, 1, 0), "result 1 follows result 1"),
        row!("bail-out", (1, 1, 0), "gave up: no device"),
        row!(
            "nested-bail-out",
            (2, 1, 0),
            "mlx5: gave up: unexpected EIO"
        ),
        row!("noise", (2, 0, 0), ""),
        row!("empty", (0, 1, 0), "no report at all"),
    ];

    #[test]
    fn documents_are_counted() {
        for row in ROWS {
            let report = read(row.text);
            let counts = (report.passed, report.failures.len(), report.skipped);
            assert_eq!(counts, row.counts, "{}: {:?}", row.name, report.failures);
            if !row.failure.is_empty() {
                let found = report.failures.iter().any(|found| found == row.failure);
                assert!(found, "{}: {:?}", row.name, report.failures);
            }
        }
    }

    #[test]
    fn every_truncation_fails() {
        let whole = include_str!("documents/nested.ktap");
        let lines: Vec<_> = whole.lines().collect();
        for count in 0..lines.len() {
            let report = read(&lines[..count].join("\n"));
            assert!(!report.failures.is_empty(), "after {count} lines: {report}");
        }
    }

    #[test]
    fn a_report_prints_as_one_line() {
        let report = Report {
            passed: 3,
            skipped: 1,
            failures: vec!["one".to_string(), "two".to_string()],
        };
        assert_eq!(report.to_string(), "3 passed, 2 failed, 1 skipped");
    }
}
