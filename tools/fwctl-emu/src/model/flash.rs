// SPDX-License-Identifier: GPL-2.0 OR MIT

//! What a card keeps when it has no power.

use super::configuration::Settings;
use super::image::Image;

/// The content of a card's flash memory.
///
/// Keeping it is up to whoever owns the device, as all I/O is:
/// [`super::ConnectX::with_flash`] takes it and
/// [`super::ConnectX::take_changed_flash`] gives it back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(
    feature = "daemon",
    derive(serde::Serialize, serde::Deserialize),
    serde(default)
)]
pub struct Flash {
    /// The configuration from the next reset on.
    pub(super) settings: Settings,
    /// The image that runs, if it is not the manufacturer's.
    #[cfg_attr(feature = "daemon", serde(skip))]
    pub(super) running: Option<Image>,
    /// The image that runs from the next reset on.
    #[cfg_attr(feature = "daemon", serde(skip))]
    pub(super) pending: Option<Image>,
}

impl Flash {
    /// The same with these images: the one that runs, if it is not the
    /// manufacturer's, and the one that is to.
    pub fn with_images(self, running: Option<Image>, pending: Option<Image>) -> Self {
        Self {
            running,
            pending,
            ..self
        }
    }

    /// The image that runs, if it is not the manufacturer's.
    pub fn running(&self) -> Option<&Image> {
        self.running.as_ref()
    }

    /// The image that runs from the next reset on.
    pub fn pending(&self) -> Option<&Image> {
        self.pending.as_ref()
    }
}
