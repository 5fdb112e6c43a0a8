// SPDX-License-Identifier: GPL-2.0 OR MIT

//! Images of the firmware: how they are built, and how they are found out.

use std::sync::Arc;

use super::config::{connectx5, Config, FirmwareVersion};
use crate::prm::image::{image_header as header, CHECKSUM_SIZE, MAGIC};

const HEADER: usize = header::LAYOUT.end();

/// Images are of whole words.
const WORD: usize = 4;

/// Why bytes are no image that the card can run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ImageError {
    /// The header is not one, or the length in it is not the image's.
    #[error("it is not a whole image of emulated firmware")]
    Format,
    /// The checksum is wrong.
    #[error("its checksum is wrong")]
    Checksum,
    /// The image is for another chip or another board.
    #[error("it is for another chip or another board")]
    NotApplicable,
}

/// A whole and intact image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    bytes: Arc<[u8]>,
}

impl Image {
    /// Builds the image of a firmware version for a card, with some content.
    pub fn build(config: &Config, version: FirmwareVersion, content: &[u8]) -> Self {
        let mut bytes = vec![0; HEADER];
        let padded = content.len().next_multiple_of(WORD);
        // CAST: an image of more than 4 GiB is too long for every card.
        let length = (HEADER + padded + CHECKSUM_SIZE) as u64;
        header::magic.copy_from(&mut bytes, &MAGIC);
        header::length.set(&mut bytes, length);
        header::major.set(&mut bytes, version.major);
        header::minor.set(&mut bytes, version.minor);
        header::subminor.set(&mut bytes, version.subminor);
        header::hw_dev_id.set(&mut bytes, connectx5::HW_DEVICE_ID);
        header::psid.copy_from(&mut bytes, config.psid.as_bytes());
        bytes.extend(content);
        bytes.resize(HEADER + padded, 0xff);
        bytes.extend(checksum(&bytes).to_be_bytes());
        Self {
            bytes: bytes.into(),
        }
    }

    /// Takes bytes for an image, after a look at all of them.
    pub fn check(bytes: &[u8]) -> Result<Self, ImageError> {
        let content = bytes
            .len()
            .checked_sub(CHECKSUM_SIZE)
            .ok_or(ImageError::Format)?;
        let length = usize::try_from(header::length.u32(bytes));
        if content < HEADER || header::magic.bytes(bytes) != MAGIC || length != Ok(bytes.len()) {
            return Err(ImageError::Format);
        }
        if bytes[content..] != checksum(&bytes[..content]).to_be_bytes() {
            return Err(ImageError::Checksum);
        }
        Ok(Self {
            bytes: bytes.into(),
        })
    }

    /// Whether the card can run it.
    pub(super) fn suits(&self, config: &Config) -> Result<(), ImageError> {
        let mut psid = [0; header::psid.width / 8];
        let length = config.psid.len().min(psid.len());
        psid[..length].copy_from_slice(&config.psid.as_bytes()[..length]);
        let chip = header::hw_dev_id.u16(&self.bytes);
        match chip == connectx5::HW_DEVICE_ID && header::psid.bytes(&self.bytes) == psid {
            true => Ok(()),
            false => Err(ImageError::NotApplicable),
        }
    }

    /// The version of the firmware in it.
    pub fn version(&self) -> FirmwareVersion {
        FirmwareVersion {
            major: header::major.u16(&self.bytes),
            minor: header::minor.u16(&self.bytes),
            subminor: header::subminor.u16(&self.bytes),
        }
    }

    /// All of it.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The checksum at its end.
    pub fn checksum(&self) -> u32 {
        checksum(&self.bytes[..self.bytes.len() - CHECKSUM_SIZE])
    }
}

/// CRC-32 as IEEE 802.3 has it.
fn checksum(bytes: &[u8]) -> u32 {
    const TABLE: [u32; 256] = {
        let mut table = [0; 256];
        let mut index = 0;
        while index < 256 {
            // CAST: less than 256.
            let mut value = index as u32;
            let mut bit = 0;
            while bit < 8 {
                value = (value >> 1) ^ (0xedb8_8320 & (value & 1).wrapping_neg());
                bit += 1;
            }
            table[index] = value;
            index += 1;
        }
        table
    };
    let step = |value: u32, byte: &u8| {
        // CAST: less than 256.
        let index = ((value ^ u32::from(*byte)) & 0xff) as usize;
        (value >> 8) ^ TABLE[index]
    };
    !bytes.iter().fold(u32::MAX, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_well_known_one() {
        assert_eq!(checksum(b"123456789"), 0xcbf4_3926);
        assert_eq!(checksum(b""), 0);
    }

    #[test]
    fn what_is_built_is_an_image_and_a_changed_bit_is_found() {
        let config = Config::default();
        let version = FirmwareVersion {
            major: 16,
            minor: 36,
            subminor: 1010,
        };
        let image = Image::build(&config, version, b"content");
        assert_eq!(Image::check(image.bytes()), Ok(image.clone()));
        assert_eq!(image.version(), version);
        assert_eq!(image.suits(&config), Ok(()));
        let other = Config {
            psid: "FWC0000000002".to_owned(),
            ..config
        };
        assert_eq!(image.suits(&other), Err(ImageError::NotApplicable));
        for byte in 0..image.bytes().len() {
            let mut broken = image.bytes().to_vec();
            broken[byte] ^= 1;
            assert!(Image::check(&broken).is_err(), "{byte}");
            assert_eq!(Image::check(&broken[..byte]), Err(ImageError::Format));
        }
    }
}
