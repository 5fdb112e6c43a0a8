// SPDX-License-Identifier: GPL-2.0 OR MIT

//! What a card keeps when it has no power.

use super::configuration::Settings;

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
}
