// SPDX-License-Identifier: GPL-2.0

//! Reads KTAP, `Documentation/dev-tools/ktap.rst`, as it stands: nothing is judged here.

use crate::line::Line;

/// One program's report, or that of one test that consists of others.
#[derive(Debug, Default)]
pub struct Document {
    /// How many results were announced, and why none; one announcement is in order.
    pub plans: Vec<(usize, Option<String>)>,
    /// The results.
    pub tests: Vec<Test>,
    /// What was reported of a test that has no result.
    pub unfinished: Vec<Document>,
    /// Why the program gave up.
    pub bailed_out: Option<String>,
}

/// A result.
#[derive(Debug)]
pub struct Test {
    /// It did not fail.
    pub ok: bool,
    /// Its place in the plan, as reported.
    pub number: usize,
    /// What was tested.
    pub name: String,
    /// Why it was not judged.
    pub skipped: Option<String>,
    /// What was said about it.
    pub remarks: Vec<String>,
    /// The tests it consists of.
    pub parts: Vec<Document>,
}

/// A document that has begun, with what belongs to its next result.
struct Open {
    indent: usize,
    document: Document,
    remarks: Vec<String>,
}

impl Open {
    fn new(indent: usize) -> Self {
        Self {
            indent,
            document: Document::default(),
            remarks: Vec::new(),
        }
    }

    fn line(&mut self, line: Line<'_>) {
        let document = &mut self.document;
        match line {
            Line::Version => {}
            Line::Plan { count, skipped } => {
                document.plans.push((count, skipped.map(str::to_string)));
            }
            Line::Result(result) => document.tests.push(Test {
                ok: result.ok,
                number: result.number,
                name: result.name.to_string(),
                skipped: result.skipped.map(str::to_string),
                remarks: std::mem::take(&mut self.remarks),
                parts: std::mem::take(&mut document.unfinished),
            }),
            Line::BailOut(reason) => document.bailed_out = Some(reason.to_string()),
            Line::Remark(remark) => self.remarks.push(remark.to_string()),
        }
    }
}

/// Ends all documents that are indented by `indent` or more.
fn end_down_to(indent: usize, open: &mut Vec<Open>, whole: &mut Vec<Document>) {
    while open.last().is_some_and(|inner| inner.indent >= indent) {
        let Some(inner) = open.pop() else { return };
        match open.last_mut() {
            Some(outer) => outer.document.unfinished.push(inner.document),
            None => whole.push(inner.document),
        }
    }
}

/// Reads one or more documents, one after the other.
pub fn read(text: &str) -> Vec<Document> {
    let mut whole = Vec::new();
    let mut open: Vec<Open> = Vec::new();
    for line in text.lines() {
        let content = line.trim_start_matches(' ');
        let indent = line.len() - content.len();
        let Some(line) = Line::parse(content.trim_end()) else {
            continue;
        };
        if line == Line::Version {
            end_down_to(indent, &mut open, &mut whole);
            open.push(Open::new(indent));
            continue;
        }
        if !open.iter().any(|document| document.indent == indent) {
            continue;
        }
        end_down_to(indent + 1, &mut open, &mut whole);
        if let Some(document) = open.last_mut() {
            document.line(line);
        }
    }
    end_down_to(0, &mut open, &mut whole);
    whole
}
