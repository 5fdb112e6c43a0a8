// SPDX-License-Identifier: GPL-2.0 OR MIT

//! MNVDA, MNVDI, MNVQC, MNVGC and MNVIA: the non-volatile configuration.

use super::{ConnectX, Effect, Refusal};
use crate::model::configuration::{self, Item, Setting, Value};
use crate::prm::register::configuration::{
    config_item as header, mnvda_reg, mnvgc_reg, mnvia_reg, mnvqc_reg,
};

/// The bytes of an item before its data.
pub(super) const HEADER: usize = mnvda_reg::configuration_item_header.end();

/// What writer_id says of those who do not say who they are.
const COMMAND_INTERFACE: u8 = 4;
/// What priority says of whoever writes by MNVDA, and of the manufacturer.
const USER: u8 = 0;
const MANUFACTURER: u8 = 3;
/// What target says: all items.
const ALL: u8 = 0;

/// The item that a header selects.
fn select(asked: &[u8]) -> Result<&'static Item, Refusal> {
    // There is one host, so no item belongs to another.
    if header::host_id_valid.is_set(asked) {
        return Err(Refusal::RegisterValue);
    }
    configuration::item(header::type_.u32(asked)).ok_or(Refusal::NoSuchConfiguration)
}

/// MNVDA, read: the value that access_mode selects.
pub(super) fn mnvda(device: &mut ConnectX, asked: &[u8], value: &mut [u8]) -> Result<(), Refusal> {
    let item = select(asked)?;
    let mode = header::access_mode.u8(asked);
    let setting = configuration::read(device, item, Value::from_code(mode)?);
    let priority = if item.writable { USER } else { MANUFACTURER };
    header::priority.set(value, priority);
    header::ovr_en.set(value, setting.overridable);
    header::rd_en.set(value, setting.readable);
    header::access_mode.set(value, mode);
    header::writer_id.set(value, setting.writer_id);
    header::version.set(value, item.version);
    // CAST: an item has at most 256 bytes.
    header::length.set(value, item.size as u64);
    header::type_.set(value, header::type_.u32(asked));
    mnvda_reg::configuration_item_data.copy_from(value, &setting.data);
    Ok(())
}

/// MNVDA, written: the value from the next reset on.
pub(super) fn set_mnvda(device: &mut ConnectX, asked: &[u8]) -> Result<Option<Effect>, Refusal> {
    let item = select(asked)?;
    if !item.writable {
        return Err(Refusal::ReadOnlyConfiguration);
    }
    let mode = Value::from_code(header::access_mode.u8(asked))?;
    if mode != Value::Next || header::version.u8(asked) > item.version {
        return Err(Refusal::RegisterValue);
    }
    let length = usize::from(header::length.u16(asked));
    let data = mnvda_reg::configuration_item_data.bytes(asked);
    let data = data.get(..length).ok_or(Refusal::ShortInput)?;
    item.check(data)?;
    let writer_id = match header::writer_id.u8(asked) {
        0 => COMMAND_INTERFACE,
        writer_id => writer_id,
    };
    let setting = Setting {
        data: data.to_vec(),
        writer_id,
        readable: header::rd_en.is_set(asked),
        overridable: header::ovr_en.is_set(asked),
    };
    device.flash_mut().settings.insert(item.kind, setting);
    Ok(None)
}

/// MNVDI, read: the header of the item.
pub(super) fn mnvdi(device: &mut ConnectX, asked: &[u8], value: &mut [u8]) -> Result<(), Refusal> {
    mnvda(device, asked, &mut value[..HEADER])
}

/// MNVDI, written: the item goes back to its default.
pub(super) fn set_mnvdi(device: &mut ConnectX, asked: &[u8]) -> Result<Option<Effect>, Refusal> {
    let item = select(asked)?;
    if !item.writable {
        return Err(Refusal::ReadOnlyConfiguration);
    }
    device.flash_mut().settings.remove(&item.kind);
    Ok(None)
}

/// MNVQC: an item that is not there is not an error.
pub(super) fn mnvqc(_: &mut ConnectX, asked: &[u8], value: &mut [u8]) -> Result<(), Refusal> {
    let kind = mnvqc_reg::type_.u32(asked);
    mnvqc_reg::type_.set(value, kind);
    if let Some(item) = configuration::item(kind) {
        mnvqc_reg::version.set(value, item.version);
        mnvqc_reg::support_rd.set(value, true);
        mnvqc_reg::support_wr.set(value, item.writable);
    }
    Ok(())
}

/// MNVGC: all three values can be read.
pub(super) fn mnvgc(_: &mut ConnectX, _: &[u8], value: &mut [u8]) -> Result<(), Refusal> {
    mnvgc_reg::nvda_read_current_settings.set(value, true);
    mnvgc_reg::nvda_read_factory_settings.set(value, true);
    Ok(())
}

/// MNVIA, read: nothing can be told.
pub(super) fn mnvia(_: &mut ConnectX, _: &[u8], _: &mut [u8]) -> Result<(), Refusal> {
    Ok(())
}

/// MNVIA, written: all items go back to their defaults.
pub(super) fn set_mnvia(device: &mut ConnectX, asked: &[u8]) -> Result<Option<Effect>, Refusal> {
    if mnvia_reg::target.u8(asked) != ALL {
        return Err(Refusal::RegisterValue);
    }
    device.flash_mut().settings.clear();
    Ok(None)
}
