// SPDX-License-Identifier: GPL-2.0

//! Reads KTAP, `Documentation/dev-tools/ktap.rst`, and doubts it.
//!
//! A guest may die at any point, so what is missing counts as failed: a plan, planned tests, the
//! result of a test that has begun.

use std::fmt;

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
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let failed = self.failures.len();
        let (passed, skipped) = (self.passed, self.skipped);
        write!(f, "{passed} passed, {failed} failed, {skipped} skipped")
    }
}

/// The result of one test, or of several.
#[derive(Debug, PartialEq, Eq)]
struct TestResult<'a> {
    ok: bool,
    number: usize,
    name: &'a str,
    skipped: bool,
}

/// A line that means something.
#[derive(Debug, PartialEq, Eq)]
enum Line<'a> {
    Version,
    Plan { count: usize, skipped: bool },
    Result(TestResult<'a>),
    BailOut(&'a str),
    Remark(&'a str),
}

impl<'a> Line<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        if text.starts_with("KTAP version ") || text.starts_with("TAP version ") {
            return Some(Self::Version);
        }
        if let Some(reason) = text.strip_prefix("Bail out!") {
            return Some(Self::BailOut(reason.trim()));
        }
        if let Some(remark) = text.strip_prefix('#') {
            return Some(Self::Remark(remark.trim()));
        }
        let (text, directive) = text.split_once(" # ").unwrap_or((text, ""));
        let skipped = directive.starts_with("SKIP");
        if let Some(count) = text.strip_prefix("1..") {
            let count = count.trim().parse().ok()?;
            return Some(Self::Plan { count, skipped });
        }
        let (ok, rest) = match text.strip_prefix("not ok ") {
            Some(rest) => (false, rest),
            None => (true, text.strip_prefix("ok ")?),
        };
        let (number, name) = rest.split_once(' ').unwrap_or((rest, ""));
        let number = number.parse().ok()?;
        let name = name.trim_start_matches("- ").trim();
        Some(Self::Result(TestResult {
            ok,
            number,
            name,
            skipped,
        }))
    }
}

/// A document that has begun: one program's, or one test's that consists of others.
struct Document {
    indent: usize,
    plan: Option<usize>,
    /// Number of the last result.
    last: usize,
    /// No plan is to be expected, because the program gave up.
    bailed_out: bool,
    report: Report,
    /// What the tests reported of which the next result consists.
    parts: Option<Report>,
    /// What was said since the last result.
    remarks: Vec<String>,
}

impl Document {
    fn new(indent: usize) -> Self {
        Self {
            indent,
            plan: None,
            last: 0,
            bailed_out: false,
            report: Report::default(),
            parts: None,
            remarks: Vec::new(),
        }
    }

    fn plan(&mut self, count: usize, skipped: bool) {
        if self.plan.replace(count).is_some() {
            self.report.complain("a second plan");
        }
        if count == 0 {
            match skipped {
                true => self.report.skipped += 1,
                false => self.report.complain("no tests at all"),
            }
        }
    }

    fn result(&mut self, result: &TestResult<'_>) {
        let remarks = std::mem::take(&mut self.remarks);
        let failure = [&[result.name.to_string()], remarks.as_slice()]
            .concat()
            .join("\n    ");
        if result.number != self.last + 1 {
            let (last, number) = (self.last, result.number);
            self.report
                .complain(format!("result {number} follows result {last}"));
        }
        self.last = result.number;
        match self.parts.take() {
            Some(mut parts) => {
                match parts.failures.last_mut() {
                    // What the parts consider a failure is explained by what the whole says.
                    Some(last) => {
                        for remark in remarks {
                            last.push_str("\n    ");
                            last.push_str(&remark);
                        }
                    }
                    None if !result.ok => self.report.complain(failure),
                    None => {}
                }
                self.report.add(parts.of(result.name));
            }
            None if !result.ok => self.report.complain(failure),
            None if result.skipped => self.report.skipped += 1,
            None => self.report.passed += 1,
        }
    }

    fn bail_out(&mut self, reason: &str) {
        self.bailed_out = true;
        self.report.complain(format!("gave up: {reason}"));
    }

    /// What is reported when nothing more comes.
    fn end(mut self) -> Report {
        if let Some(parts) = self.parts.take() {
            self.report
                .add(parts.of(&format!("test {}", self.last + 1)));
        }
        match self.plan {
            _ if self.bailed_out => {}
            None => self.report.complain("no plan"),
            Some(plan) if plan != self.last => {
                let last = self.last;
                self.report
                    .complain(format!("{plan} tests were planned, but {last} ran"));
            }
            Some(_) => {}
        }
        self.report
    }
}

/// Ends all documents that are indented by `indent` or more.
fn end_down_to(indent: usize, open: &mut Vec<Document>, total: &mut Report) {
    while open.last().is_some_and(|inner| inner.indent >= indent) {
        let Some(inner) = open.pop() else { return };
        let report = inner.end();
        match open.last_mut() {
            Some(outer) => outer.parts.get_or_insert_default().add(report),
            None => total.add(report),
        }
    }
}

/// Reads one or more documents, one after the other.
pub fn read(text: &str) -> Report {
    let mut total = Report::default();
    let mut open: Vec<Document> = Vec::new();
    let mut any = false;
    for line in text.lines() {
        let content = line.trim_start_matches(' ');
        let indent = line.len() - content.len();
        let Some(line) = Line::parse(content.trim_end()) else {
            continue;
        };
        if line == Line::Version {
            any = true;
            end_down_to(indent, &mut open, &mut total);
            open.push(Document::new(indent));
            continue;
        }
        if !open.iter().any(|document| document.indent == indent) {
            continue;
        }
        end_down_to(indent + 1, &mut open, &mut total);
        let Some(document) = open.last_mut() else {
            continue;
        };
        match line {
            Line::Version => {}
            Line::Plan { count, skipped } => document.plan(count, skipped),
            Line::Result(result) => document.result(&result),
            Line::BailOut(reason) => document.bail_out(reason),
            Line::Remark(remark) => document.remarks.push(remark.to_string()),
        }
    }
    end_down_to(0, &mut open, &mut total);
    if !any {
        total.complain("no report at all");
    }
    total
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
