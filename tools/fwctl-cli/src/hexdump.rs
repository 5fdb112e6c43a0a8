// SPDX-License-Identifier: GPL-2.0 OR MIT

//! Bytes for people to read.

use std::io::{self, Write};

/// Bytes on a line.
const LINE: usize = 16;

/// Writes `bytes`, each line with its offset; of equal lines in a row only the first, then `*`.
pub(crate) fn write(out: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
    let mut before = None;
    let mut skipping = false;
    for (row, line) in bytes.chunks(LINE).enumerate() {
        if before == Some(line) {
            if !skipping {
                writeln!(out, "*")?;
            }
            skipping = true;
            continue;
        }
        before = Some(line);
        skipping = false;
        write!(out, "{:08x} ", row * LINE)?;
        for (column, byte) in line.iter().enumerate() {
            let gap = if column == LINE / 2 { " " } else { "" };
            write!(out, "{gap} {byte:02x}")?;
        }
        writeln!(out)?;
    }
    // The length, without which equal lines at the end would not be counted.
    writeln!(out, "{:08x}", bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> String {
        let mut out = Vec::new();
        write(&mut out, bytes).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn lines_have_offsets_and_the_last_is_the_length() {
        let bytes: Vec<u8> = (0..18).collect();
        assert_eq!(
            text(&bytes),
            "00000000  00 01 02 03 04 05 06 07  08 09 0a 0b 0c 0d 0e 0f\n\
             00000010  10 11\n\
             00000012\n"
        );
        assert_eq!(text(&[]), "00000000\n");
    }

    #[test]
    fn equal_lines_are_left_out() {
        let mut bytes = vec![0; 64];
        bytes.push(1);
        let zeros = "00000000  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00\n";
        assert_eq!(text(&bytes), format!("{zeros}*\n00000040  01\n00000041\n"));
        assert_eq!(text(&bytes[..32]), format!("{zeros}*\n00000020\n"));
    }
}
