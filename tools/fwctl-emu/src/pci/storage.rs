// SPDX-License-Identifier: GPL-2.0 OR MIT

//! Where the content of the flash goes.

use std::io;

use crate::model::Flash;

/// Something that keeps the content of the flash.
pub trait Storage: Send {
    /// Keeps this content in place of what was there before.
    fn save(&mut self, flash: &Flash) -> io::Result<()>;
}

/// Nothing is kept.
impl Storage for () {
    fn save(&mut self, _: &Flash) -> io::Result<()> {
        Ok(())
    }
}
