// SPDX-License-Identifier: GPL-2.0

//! Single lines of KTAP.

/// The result of one test, or of several.
#[derive(Debug, PartialEq, Eq)]
pub struct TestResult<'a> {
    /// It did not fail.
    pub ok: bool,
    /// Its place in the plan.
    pub number: usize,
    /// What was tested.
    pub name: &'a str,
    /// Why it was not judged.
    pub skipped: Option<&'a str>,
}

/// A line that means something.
#[derive(Debug, PartialEq, Eq)]
pub enum Line<'a> {
    /// A document begins.
    Version,
    /// How many results there will be.
    Plan {
        /// That many.
        count: usize,
        /// Why there are none.
        skipped: Option<&'a str>,
    },
    /// A result.
    Result(TestResult<'a>),
    /// The program gave up, and why.
    BailOut(&'a str),
    /// Something about the result that follows.
    Remark(&'a str),
}

impl<'a> Line<'a> {
    /// Reads a line without its indentation.
    pub fn parse(text: &'a str) -> Option<Self> {
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
        let skipped = directive.strip_prefix("SKIP").map(str::trim);
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
