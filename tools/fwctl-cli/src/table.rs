// SPDX-License-Identifier: GPL-2.0 OR MIT

//! Aligned columns that fit the terminal.

use std::io::{self, Write};

use anstyle::Style;
use comfy_table::{presets, ContentArrangement, Row, Table};

const TITLE: Style = Style::new().bold();

/// Writes `rows` below `titles`; long cells are wrapped at `width` columns.
pub(crate) fn write<R: Into<Row>>(
    out: &mut dyn Write,
    width: Option<u16>,
    titles: &[&str],
    rows: impl IntoIterator<Item = R>,
) -> io::Result<()> {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING);
    if let Some(width) = width {
        table.set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(width);
    }
    table.set_header(titles).add_rows(rows);
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    let mut lines = table.lines();
    if let Some(title) = lines.next() {
        writeln!(out, "{TITLE}{}{TITLE:#}", title.trim_end())?;
    }
    for line in lines {
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// Writes pairs of a name and a value below each other.
pub(crate) fn write_pairs(out: &mut dyn Write, pairs: &[(&str, String)]) -> io::Result<()> {
    let widest = pairs.iter().map(|(name, _)| name.len()).max();
    let widest = widest.unwrap_or_default();
    for (name, value) in pairs {
        writeln!(out, "{TITLE}{name:widest$}{TITLE:#}  {value}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(width: Option<u16>, rows: &[[&str; 2]]) -> String {
        let mut out = anstream::StripStream::new(Vec::new());
        write(&mut out, width, &["NAME", "MEANING"], rows.iter().copied()).unwrap();
        String::from_utf8(out.into_inner()).unwrap()
    }

    #[test]
    fn columns_are_aligned_and_lines_end_without_spaces() {
        let rows = [["a", "one"], ["longer", "two words"]];
        assert_eq!(
            text(None, &rows),
            "NAME    MEANING\na       one\nlonger  two words\n"
        );
    }

    #[test]
    fn long_cells_are_wrapped_on_a_narrow_terminal() {
        let rows = [["name", "a meaning that is longer than the terminal is wide"]];
        let text = text(Some(30), &rows);
        assert!(text.lines().count() > 2, "{text}");
        assert!(text.lines().all(|line| line.len() <= 30), "{text}");
    }
}
