// SPDX-License-Identifier: GPL-2.0

//! Finds what a uAPI header declares. It knows as much of C as such headers use.

/// The names of all structures, fields (`struct a.b`), enumerators and macros with a value.
///
/// A line of a structure that it does not understand counts as a name, so that it gets noticed.
pub fn parse(text: &str) -> Vec<String> {
    let text = without_comments(text);
    let mut names = Vec::new();
    let mut structure: Option<String> = None;
    let mut in_enum = false;
    for line in text.lines().map(str::trim) {
        let words: Vec<_> = line.split_whitespace().collect();
        match words.as_slice() {
            ["#define", name, _, ..] => names.push(name.split('(').next().unwrap_or(name).into()),
            ["struct", tag, "{"] => {
                names.push(format!("struct {tag}"));
                structure = Some(format!("struct {tag}"));
            }
            ["enum", "{"] | ["enum", _, "{"] => in_enum = true,
            [end, ..] if end.starts_with('}') => {
                structure = None;
                in_enum = false;
            }
            [.., last] => match &structure {
                Some(structure) => match field(line, last) {
                    Some(name) => names.push(format!("{structure}.{name}")),
                    None => names.push(format!("{structure}: {line}")),
                },
                None if in_enum => names.push(words[0].trim_end_matches(',').into()),
                None => {}
            },
            [] => {}
        }
    }
    names
}

/// The name in the declaration of one field, which is its last word.
fn field<'a>(line: &str, last: &'a str) -> Option<&'a str> {
    if line.contains([',', '{', '(', ':']) {
        return None;
    }
    last.strip_suffix(';')?.split('[').next()
}

fn without_comments(text: &str) -> String {
    let mut rest = text;
    let mut code = String::new();
    while let Some((before, comment)) = rest.split_once("/*") {
        code.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    code + rest
}
