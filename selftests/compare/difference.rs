// SPDX-License-Identifier: GPL-2.0

//! The list of differences that are expected, `selftests/differences`.

/// Something that Linux does in one way and we in another, or that we do as Linux does although one
/// might expect otherwise.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Entry {
    /// Name of its row in the documentation.
    pub id: String,
    /// What it is about.
    pub title: String,
    /// What Linux does.
    pub linux: String,
    /// What we do; nothing if the same.
    pub ours: Option<String>,
    /// Why.
    pub why: String,
    /// Where it is seen.
    pub sights: Vec<Sight>,
}

/// Cases that show it.
#[derive(Debug, PartialEq, Eq)]
pub struct Sight {
    /// Names of the cases.
    pub case: Pattern,
    /// What they say on Linux's core.
    pub said: Pattern,
}

/// A text in which `*` stands for any text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pattern(String);

impl Pattern {
    /// Whether `text` is of that form.
    pub fn matches(&self, text: &str) -> bool {
        let mut parts = self.0.split('*');
        let Some(mut rest) = text.strip_prefix(parts.next().unwrap_or_default()) else {
            return false;
        };
        let mut parts: Vec<_> = parts.collect();
        let Some(last) = parts.pop() else {
            return rest.is_empty();
        };
        for part in parts {
            match rest.split_once(part) {
                Some((_, behind)) => rest = behind,
                None => return false,
            }
        }
        rest.ends_with(last)
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Reads the list, or says what is wrong with it, and in which line.
pub fn read(text: &str) -> Result<Vec<Entry>, String> {
    let mut entries: Vec<Entry> = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim_end();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        add(&mut entries, line).map_err(|what| format!("line {number}: {what}"))?;
    }
    for entry in &entries {
        whole(entry).map_err(|what| format!("{}: {what}", entry.id))?;
    }
    Ok(entries)
}

/// What starts a line decides what the rest is.
fn add(entries: &mut Vec<Entry>, line: &str) -> Result<(), String> {
    let (key, value) = line.split_once(": ").ok_or("no `: `")?;
    let value = value.trim().to_string();
    if !key.starts_with(' ') {
        if entries.iter().any(|entry| entry.id == key) {
            return Err(format!("a second {key}"));
        }
        entries.push(Entry {
            id: key.to_string(),
            title: value,
            ..Entry::default()
        });
        return Ok(());
    }
    let entry = entries.last_mut().ok_or("belongs to nothing")?;
    match key.trim_start() {
        "linux" => entry.linux = value,
        "ours" => entry.ours = Some(value),
        "both" => entry.linux = value,
        "why" => entry.why = value,
        "case" => entry.sights.push(Sight {
            case: Pattern(value),
            said: Pattern::default(),
        }),
        "said" => {
            let sight = entry.sights.last_mut().ok_or("said by nothing")?;
            sight.said = Pattern(value);
        }
        key => return Err(format!("what is `{key}`?")),
    }
    Ok(())
}

fn whole(entry: &Entry) -> Result<(), &'static str> {
    if entry.linux.is_empty() || entry.why.is_empty() || entry.sights.is_empty() {
        return Err("lacks what Linux does, a reason, or a case");
    }
    let says = |sight: &Sight| !sight.said.as_str().is_empty();
    match entry.ours {
        Some(_) if !entry.sights.iter().all(says) => Err("a case lacks what it says on Linux"),
        None if entry.sights.iter().any(says) => Err("a case that is the same has nothing to say"),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_texts() {
        for (pattern, text, matches) in [
            ("a", "a", true),
            ("a", "ab", false),
            ("a", "ba", false),
            ("", "", true),
            ("a*", "ab", true),
            ("a*", "ba", false),
            ("*a", "ba", true),
            ("*a", "ab", false),
            ("*", "", true),
            ("a*c", "abc", true),
            ("a*c", "ac", true),
            ("a*c", "abcd", false),
            ("a*a", "a", false),
            ("a*b*c", "a b c", true),
            ("a*b*c", "a c b", false),
            ("*b*", "abc", true),
        ] {
            assert_eq!(
                Pattern(pattern.to_string()).matches(text),
                matches,
                "{pattern:?} and {text:?}"
            );
        }
    }

    #[test]
    fn a_list_is_read() {
        let list = "# A list\n\nC1: title: with colon\n  linux: says 0\n  ours: says 8\n  why: so\n  \
                    case: mock info: size\n  said: 0 instead of 8\n  case: mock info: *\n  said: *\n\
                    C9: another\n  both: allow it\n  why: needed\n  case: mock uctx: read\n";
        let entries = read(list).expect("a list");
        assert_eq!(entries.len(), 2);
        assert_eq!(entries[0].title, "title: with colon");
        assert_eq!(entries[0].ours.as_deref(), Some("says 8"));
        assert_eq!(entries[0].sights[0].case.as_str(), "mock info: size");
        assert_eq!(entries[0].sights[0].said.as_str(), "0 instead of 8");
        assert_eq!(entries[0].sights.len(), 2);
        assert_eq!(entries[1].ours, None);
    }

    #[test]
    fn what_is_wrong_with_a_list_is_said() {
        let whole = "C1: t\n  linux: a\n  ours: b\n  why: c\n  case: d\n  said: e\n";
        assert!(read(whole).is_ok());
        let without = |line: &str| whole.replace(line, "");
        for (list, what) in [
            ("C1\n".to_string(), "line 1: no `: `"),
            ("  linux: a\n".to_string(), "line 1: belongs to nothing"),
            ("C1: t\n  said: e\n".to_string(), "line 2: said by nothing"),
            (format!("{whole}{whole}"), "line 7: a second C1"),
            (
                format!("{whole}  windows: f\n"),
                "line 7: what is `windows`?",
            ),
            (
                without("  linux: a\n"),
                "C1: lacks what Linux does, a reason, or a case",
            ),
            (
                without("  why: c\n"),
                "C1: lacks what Linux does, a reason, or a case",
            ),
            (
                without("  case: d\n  said: e\n"),
                "C1: lacks what Linux does, a reason, or a case",
            ),
            (
                without("  said: e\n"),
                "C1: a case lacks what it says on Linux",
            ),
            (
                without("  ours: b\n"),
                "C1: a case that is the same has nothing to say",
            ),
        ] {
            assert_eq!(read(&list), Err(what.to_string()), "{list}");
        }
    }
}
