// SPDX-License-Identifier: GPL-2.0 OR MIT

//! Fields of the firmware's structures.

/// How a field's number is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A plain number.
    Number,
    /// Yes or no.
    Flag,
    /// The binary logarithm of a number.
    Log2,
    /// One bit for each of many things, without names.
    Mask,
    /// One bit for each name, bit 0 first.
    Bits(&'static [&'static str]),
    /// A choice of names, the first for 0.
    Choice(&'static [&'static str]),
}

/// A field of a big endian structure.
///
/// A field of no bits, or of more than 64, cannot be made:
///
/// ```compile_fail,E0080
/// use fwctl::mlx5::{Field, Form};
///
/// const WIDE: Field = Field::new("wide", 0, 65, Form::Number, "more than a number holds");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    name: &'static str,
    offset: usize,
    width: usize,
    form: Form,
    description: &'static str,
}

impl Field {
    /// A field of the PRM's `name`, `width` bits wide from `offset` bits on.
    ///
    /// ```
    /// use fwctl::mlx5::{Field, Form};
    ///
    /// const OPCODE: Field = Field::new("opcode", 0, 16, Form::Number, "the command");
    /// assert_eq!(OPCODE.get(&[0x01, 0x0a]), Some(0x10a));
    /// ```
    ///
    /// # Panics
    ///
    /// If the width is not 1 to 64 bits, or the offset is beyond any structure.
    pub const fn new(
        name: &'static str,
        offset: usize,
        width: usize,
        form: Form,
        description: &'static str,
    ) -> Self {
        assert!(1 <= width && width <= 64, "a field is 1 to 64 bits wide");
        assert!(
            offset <= usize::MAX / 2,
            "the end of a field has a number of its own"
        );
        Self {
            name,
            offset,
            width,
            form,
            description,
        }
    }

    /// The PRM's name.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Bits before the field's most significant bit, from the start of the structure.
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// Width in bits, 1 to 64.
    pub const fn width(&self) -> usize {
        self.width
    }

    /// How its number is meant.
    pub const fn form(&self) -> Form {
        self.form
    }

    /// What it says, in a few words.
    pub const fn description(&self) -> &'static str {
        self.description
    }

    /// The field's number in `structure`, `None` if that ends before the field does.
    pub fn get(&self, structure: &[u8]) -> Option<u64> {
        let end = self.offset + self.width;
        let bytes = structure.get(self.offset / 8..end.div_ceil(8))?;
        // A field of 64 bits may touch nine bytes.
        let number = bytes
            .iter()
            .fold(0_u128, |number, byte| (number << 8) | u128::from(*byte));
        let aligned = number >> (end.next_multiple_of(8) - end);
        let mask = u128::from(u64::MAX >> (64 - self.width));
        // CAST: the mask leaves 64 bits at most.
        Some((aligned & mask) as u64)
    }
}

/// Whether each field begins where the one before has ended, or later, and all end at `end`.
pub(super) const fn is_in_order(fields: &[Field], end: usize) -> bool {
    let mut free = 0;
    let mut i = 0;
    while i < fields.len() {
        if fields[i].offset < free {
            return false;
        }
        free = fields[i].offset + fields[i].width;
        i += 1;
    }
    free <= end
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn field(offset: usize, width: usize) -> Field {
        Field::new("", offset, width, Form::Number, "")
    }

    #[test]
    fn numbers_are_cut_out_of_big_endian_bytes() {
        let structure = [0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xf0, 0x11];
        let rows = [
            (field(0, 8), 0x12),
            (field(0, 1), 0),
            (field(3, 1), 1),
            (field(4, 8), 0x23),
            (field(12, 12), 0x456),
            (field(0, 32), 0x1234_5678),
            (field(8, 64), 0x3456_789a_bcde_f011),
            (field(4, 64), 0x2345_6789_abcd_ef01),
            (field(71, 1), 1),
        ];
        for (field, expected) in rows {
            assert_eq!(
                field.get(&structure),
                Some(expected),
                "{} bits at {}",
                field.width,
                field.offset
            );
        }
    }

    #[test]
    fn every_place_and_width_is_read_bit_by_bit() {
        let structure: Vec<u8> = (0..32_u32).map(|i| (i * 0x9d + 0x35) as u8).collect();
        let bit = |at: usize| u64::from((structure[at / 8] >> (7 - at % 8)) & 1);
        for offset in 0..128 {
            for width in 1..=64 {
                let bits = (offset..offset + width).map(bit);
                let expected = bits.fold(0, |number, bit| (number << 1) | bit);
                assert_eq!(field(offset, width).get(&structure), Some(expected));
            }
        }
    }

    #[test]
    fn a_field_past_the_end_has_no_number() {
        assert_eq!(field(0, 9).get(&[0xff]), None);
        assert_eq!(field(8, 1).get(&[0xff]), None);
    }

    #[test]
    fn overlaps_and_excess_are_noticed() {
        assert!(is_in_order(&[field(0, 8), field(8, 1), field(31, 1)], 32));
        assert!(!is_in_order(&[field(0, 8), field(7, 1)], 32));
        assert!(!is_in_order(&[field(24, 9)], 32));
    }
}
