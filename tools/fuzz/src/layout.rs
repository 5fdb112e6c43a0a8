// SPDX-License-Identifier: GPL-2.0 OR MIT

//! Fields of the firmware's structures, beside a reading bit by bit.

use arbitrary::Arbitrary;
use fwctl::mlx5::{Field, Form};

/// A field, and a structure to read it from.
#[derive(Arbitrary, Debug)]
pub struct Input {
    offset: u16,
    width: u8,
    structure: Vec<u8>,
}

/// The bit at `at`, counted from the first byte's highest; `None` behind the end.
fn bit(structure: &[u8], at: usize) -> Option<u64> {
    let byte = structure.get(at / 8)?;
    Some(u64::from((*byte >> (7 - at % 8)) & 1))
}

/// The number in `width` bits from `offset` on; `None` if there are fewer.
pub(crate) fn promised(structure: &[u8], offset: usize, width: usize) -> Option<u64> {
    let mut bits = offset..offset + width;
    bits.try_fold(0, |number, at| Some((number << 1) | bit(structure, at)?))
}

/// A field is its bits.
pub fn check(input: &Input) {
    let (offset, width) = (
        usize::from(input.offset % 600),
        usize::from(input.width % 64) + 1,
    );
    let field = Field::new("", offset, width, Form::Number, "");
    let promised = promised(&input.structure, offset, width);
    assert_eq!(field.get(&input.structure), promised);
}
