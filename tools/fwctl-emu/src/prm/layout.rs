// SPDX-License-Identifier: GPL-2.0 OR MIT

//! How a firmware structure is described: named fields at bit offsets.
//!
//! The Programmer's Reference Manual counts bits from the most significant bit
//! of the first byte, and every number is big-endian. So does `mlx5_ifc.h`, in
//! which one `u8` stands for one bit; offsets here can be compared with it
//! directly, and `tests/layouts.rs` does.

use std::ops::Range;

/// One field of a firmware structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// The name the PRM gives it.
    pub name: &'static str,
    /// Bits from the start of the structure to the field's first bit.
    pub offset: usize,
    /// Its width in bits. A field wider than 64 bits is a structure or an
    /// array of its own, reached with [`Field::bytes`].
    pub width: usize,
}

impl Field {
    /// Describes a field.
    pub const fn new(name: &'static str, offset: usize, width: usize) -> Self {
        Self {
            name,
            offset,
            width,
        }
    }

    /// The first byte past the field, counted from the start of the structure.
    pub const fn end(self) -> usize {
        (self.offset + self.width).div_ceil(8)
    }

    /// The field's value. Bits past the end of `buffer` read as zero.
    ///
    /// Of a field wider than 64 bits this is the last 64.
    pub fn u64(self, buffer: &[u8]) -> u64 {
        (self.offset..self.offset + self.width).fold(0, |value, bit| {
            let byte = buffer.get(bit / 8).copied().unwrap_or(0);
            (value << 1) | u64::from((byte >> (7 - bit % 8)) & 1)
        })
    }

    /// The low 32 bits of the field's value.
    pub fn u32(self, buffer: &[u8]) -> u32 {
        // CAST: the mask makes it fit.
        (self.u64(buffer) & 0xffff_ffff) as u32
    }

    /// The low 16 bits of the field's value.
    pub fn u16(self, buffer: &[u8]) -> u16 {
        // CAST: the mask makes it fit.
        (self.u64(buffer) & 0xffff) as u16
    }

    /// The low 8 bits of the field's value.
    pub fn u8(self, buffer: &[u8]) -> u8 {
        // CAST: the mask makes it fit.
        (self.u64(buffer) & 0xff) as u8
    }

    /// Whether any bit of the field is set.
    pub fn is_set(self, buffer: &[u8]) -> bool {
        self.u64(buffer) != 0
    }

    /// Stores the low bits of `value`. Bits past the end of `buffer` are lost.
    pub fn set(self, buffer: &mut [u8], value: impl Into<u64>) {
        let mut value = value.into();
        for bit in (self.offset..self.offset + self.width).rev() {
            if let Some(byte) = buffer.get_mut(bit / 8) {
                let mask = 0x80 >> (bit % 8);
                if value & 1 == 1 {
                    *byte |= mask;
                } else {
                    *byte &= !mask;
                }
            }
            value >>= 1;
        }
    }

    /// The bytes of a structure or an array inside the structure; what the
    /// buffer does not hold is missing.
    pub fn bytes(self, buffer: &[u8]) -> &[u8] {
        &buffer[self.range(buffer.len())]
    }

    /// [`Field::bytes`], to be written.
    pub fn bytes_mut(self, buffer: &mut [u8]) -> &mut [u8] {
        let range = self.range(buffer.len());
        &mut buffer[range]
    }

    /// Copies as much of `value` as there is room for.
    pub fn copy_from(self, buffer: &mut [u8], value: &[u8]) {
        let field = self.bytes_mut(buffer);
        let length = field.len().min(value.len());
        field[..length].copy_from_slice(&value[..length]);
    }

    fn range(self, length: usize) -> Range<usize> {
        (self.offset / 8).min(length)..self.end().min(length)
    }
}

/// Where Linux declares the same structure, for the comparison in the tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A structure in a Linux file in which one `u8` stands for one bit.
    Bits {
        /// The C structure's tag.
        tag: &'static str,
        /// The file, from the root of the source tree.
        file: &'static str,
    },
    /// An ordinary C structure in a Linux file.
    Bytes {
        /// The C structure's tag.
        tag: &'static str,
        /// The file, from the root of the source tree.
        file: &'static str,
    },
    /// The PRM alone: Linux does not know the structure.
    Prm,
    /// Neither: the emulator's own.
    Emulator,
}

/// A firmware structure.
#[derive(Debug, Clone, Copy)]
pub struct Layout {
    /// Its name in the PRM.
    pub name: &'static str,
    /// Where Linux declares it.
    pub source: Source,
    /// Its fields, in no particular order.
    pub fields: &'static [Field],
}

impl Layout {
    /// The bytes up to the end of its last field.
    pub const fn end(self) -> usize {
        let mut end = 0;
        let mut index = 0;
        while index < self.fields.len() {
            let field = self.fields[index].end();
            if field > end {
                end = field;
            }
            index += 1;
        }
        end
    }
}

/// Declares structures, each as a module of [`Field`] constants that keep the
/// PRM's spelling, with a `LAYOUT` that lists them, and a `LAYOUTS` of all the
/// structures of the invocation.
macro_rules! layouts {
    ($(
        $(#[$doc:meta])*
        $name:ident: $source:expr => { $($field:ident $offset:literal $width:literal,)* }
    )*) => {
        $(
            $(#[$doc])*
            #[expect(non_upper_case_globals, reason = "the PRM's spelling")]
            pub mod $name {
                use super::*;
                use $crate::prm::layout::{Field, Layout};

                /// The whole structure.
                pub const LAYOUT: Layout = Layout {
                    name: stringify!($name),
                    source: $source,
                    fields: &[$($field),*],
                };

                $(
                    #[doc = concat!(
                        "`", stringify!($field), "`, ", stringify!($width),
                        " bits at ", stringify!($offset), "."
                    )]
                    pub const $field: Field = Field::new(stringify!($field), $offset, $width);
                )*
            }
        )*

        /// Every structure this file declares.
        pub const LAYOUTS: &[$crate::prm::layout::Layout] = &[$($name::LAYOUT),*];
    };
}

pub(crate) use layouts;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_count_from_the_most_significant() {
        let buffer = [0x12, 0x34, 0x56, 0x78, 0x9a];

        assert_eq!(Field::new("byte", 8, 8).u64(&buffer), 0x34);
        assert_eq!(Field::new("nibble", 4, 4).u64(&buffer), 0x2);
        assert_eq!(Field::new("across bytes", 4, 16).u64(&buffer), 0x2345);
        assert_eq!(Field::new("last bit of 0x9a", 39, 1).u64(&buffer), 0);
        assert_eq!(Field::new("bit of 0x9a", 38, 1).u64(&buffer), 1);
    }

    #[test]
    fn set_touches_no_neighbour() {
        let mut buffer = [0xff; 4];
        Field::new("middle", 12, 8).set(&mut buffer, 0x5au8);
        assert_eq!(buffer, [0xff, 0xf5, 0xaf, 0xff]);
    }

    #[test]
    fn what_the_buffer_does_not_hold_is_zero() {
        let field = Field::new("half outside", 8, 16);
        let mut buffer = [0, 0xab];

        assert_eq!(field.u64(&buffer), 0xab00);
        field.set(&mut buffer, 0x1234u16);
        assert_eq!(buffer, [0, 0x12]);
        assert_eq!(field.bytes(&buffer), [0x12]);
        assert!(Field::new("outside", 64, 512).bytes(&buffer).is_empty());
    }
}
