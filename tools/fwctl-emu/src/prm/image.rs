// SPDX-License-Identifier: GPL-2.0 OR MIT

//! Images of the emulated firmware.
//!
//! An image is a header, anything, and a checksum over all before it. The
//! format is the emulator's own; only the first sixteen bytes are those of a
//! real image.

use super::layout::{layouts, Source};

/// The first sixteen bytes.
pub const MAGIC: [u8; 16] = [
    0x4d, 0x54, 0x46, 0x57, 0x8c, 0xdf, 0xd0, 0x00, 0xde, 0xad, 0x92, 0x70, 0x41, 0x54, 0xbe, 0xef,
];

/// The bytes of the checksum, a CRC-32, at the end.
pub const CHECKSUM_SIZE: usize = 4;

layouts! {
    /// What an image begins with.
    image_header: Source::Emulator => {
        magic 0x00 0x80,
        length 0x80 0x20,
        major 0xa0 0x10,
        minor 0xb0 0x10,
        subminor 0xc0 0x10,
        hw_dev_id 0xd0 0x10,
        psid 0x100 0x80,
    }
}
