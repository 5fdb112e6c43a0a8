// SPDX-License-Identifier: GPL-2.0

//! Whether the list and `Documentation/differences.rst` have the same entries.

use crate::difference::Entry;

/// What one has and the other lacks.
pub fn compare(entries: &[Entry], document: &str) -> Vec<String> {
    let rows = rows(document);
    let undocumented = entries
        .iter()
        .filter(|entry| !rows.contains(&entry.id.as_str()))
        .map(|entry| format!("{} has no row in the documentation", entry.id));
    let unlisted = rows
        .iter()
        .filter(|row| !entries.iter().any(|entry| entry.id == **row))
        .map(|row| format!("{row} is documented, and no test shows it"));
    undocumented.chain(unlisted).collect()
}

/// The ids that begin the rows of a document's list-tables. A row may have none.
fn rows(document: &str) -> Vec<&str> {
    document
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("* - "))
        .map(str::trim)
        .filter(|cell| is_id(cell))
        .collect()
}

/// A letter and a number: `C12`, or `C12a`.
fn is_id(cell: &str) -> bool {
    let number = cell.trim_start_matches(|c: char| c.is_ascii_uppercase());
    let digits = number.trim_end_matches(|c: char| c.is_ascii_lowercase());
    cell.len() == number.len() + 1
        && number.len() <= digits.len() + 1
        && !digits.is_empty()
        && digits.bytes().all(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_told_from_text() {
        for id in ["C1", "C12", "C12a", "M1"] {
            assert!(is_id(id), "{id}");
        }
        for text in [
            "", "C", "Ca", "1", "12a", "CC1", "C1ab", "C1a2", "id", "taint", "C1 x",
        ] {
            assert!(!is_id(text), "{text}");
        }
    }

    #[test]
    fn rows_and_entries_belong_together() {
        let entry = |id: &str| Entry {
            id: id.to_string(),
            ..Entry::default()
        };
        let document = "Text\n\n.. list-table::\n   :header-rows: 1\n\n   * - id\n     - case\n\
                        \x20  * - C1\n     - a\n   * - C2\n     - b\n   * - A2b3\n   * - taint\n";
        let complaints = |entries: &[Entry]| compare(entries, document);
        let none: [&str; 0] = [];
        assert_eq!(complaints(&[entry("C2"), entry("C1")]), none);
        assert_eq!(
            complaints(&[entry("C1"), entry("C3")]),
            [
                "C3 has no row in the documentation",
                "C2 is documented, and no test shows it"
            ]
        );
    }
}
