// SPDX-License-Identifier: GPL-2.0 OR MIT

//! The non-volatile configuration: what was set, and from when on it counts.

mod items;

use std::collections::BTreeMap;

use super::connectx::ConnectX;
use super::refusal::Refusal;
use crate::prm::configuration::nv_global_pci_conf as pci_conf;
use crate::prm::register::configuration::{
    configuration_item_type_class_global as global, configuration_item_type_class_host as host,
    configuration_item_type_class_per_host_pf as host_pf,
};
use crate::prm::Field;

pub(super) use items::Item;

/// The classes of items that Linux and tools name.
pub(super) const GLOBAL: u8 = 0;
pub(super) const PHYSICAL_PORT: u8 = 1;
pub(super) const PER_HOST_PF: u8 = 3;
pub(super) const HOST: u8 = 7;

/// Which of an item's values is meant: what access_mode says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Value {
    /// The one that counts from the next reset on.
    Next,
    /// The one that counts.
    Current,
    /// The manufacturer's.
    Factory,
}

impl Value {
    pub(super) fn from_code(code: u8) -> Result<Self, Refusal> {
        match code {
            0 => Ok(Self::Next),
            1 => Ok(Self::Current),
            2 => Ok(Self::Factory),
            _ => Err(Refusal::RegisterValue),
        }
    }
}

/// What somebody set an item to.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "daemon", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct Setting {
    pub(super) data: Vec<u8>,
    pub(super) writer_id: u8,
    /// Whether those who come later in the card's life may read it.
    pub(super) readable: bool,
    /// Whether they may set it to something else.
    pub(super) overridable: bool,
}

/// What was set, by the item's type.
pub(super) type Settings = BTreeMap<u32, Setting>;

/// The item's type without what says which host and function is meant: there
/// is but one of each.
pub(super) fn own(kind: u32) -> u32 {
    let bytes = kind.to_be_bytes();
    let (index, class): (Field, u8) = match global::type_class.u8(&bytes) {
        PER_HOST_PF => (host_pf::parameter_index, PER_HOST_PF),
        HOST => (host::parameter_index, HOST),
        _ => return kind,
    };
    items::kind(class, index.u32(&bytes))
}

/// The item of this type, if the firmware has it.
pub(super) fn item(kind: u32) -> Option<&'static Item> {
    items::find(own(kind))
}

/// The virtual functions that the card is configured to have.
pub(super) fn virtual_functions(device: &ConnectX) -> u16 {
    let setting = item(items::GLOBAL_PCI_CONF).map(|item| read(device, item, Value::Current));
    match setting {
        Some(Setting { data, .. }) if pci_conf::sriov_en.is_set(&data) => {
            pci_conf::total_vfs.u16(&data)
        }
        _ => 0,
    }
}

/// One of the item's values.
pub(super) fn read(device: &ConnectX, item: &Item, value: Value) -> Setting {
    let set = match value {
        Value::Next => device.flash.settings.get(&item.kind),
        Value::Current => device.settings.get(&item.kind),
        Value::Factory => None,
    };
    set.cloned().unwrap_or_else(|| item.factory(&device.config))
}
