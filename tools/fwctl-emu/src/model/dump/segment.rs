// SPDX-License-Identifier: GPL-2.0 OR MIT

//! The segments of a dump.

use super::{Kind, Selection};
use crate::model::config::connectx5;
use crate::model::connectx::ConnectX;
use crate::model::refusal::Refusal;
use crate::prm::register::dump::{
    resource_dump_command_segment as command_segment, resource_dump_error_segment as error_segment,
    resource_dump_info_segment as info_segment, resource_dump_menu_record as record,
    resource_dump_menu_segment as menu_segment, resource_dump_resource_segment as resource_segment,
    resource_dump_segment_header as header, segment,
};

/// Lengths are in words.
const WORD: usize = 4;

/// The version of the dump's format.
const DUMP_VERSION: u8 = 1;

/// A segment of this many bytes.
fn begin(segment_type: u16, size: usize) -> Vec<u8> {
    let mut bytes = vec![0; size];
    // CAST: no segment has 256 KiB.
    header::length_dw.set(&mut bytes, size.div_ceil(WORD) as u64);
    header::segment_type.set(&mut bytes, segment_type);
    bytes
}

pub(super) fn info(device: &ConnectX) -> Vec<u8> {
    let mut bytes = begin(segment::INFO, info_segment::LAYOUT.end());
    info_segment::dump_version.set(&mut bytes, DUMP_VERSION);
    info_segment::hw_version.set(&mut bytes, connectx5::HW_DEVICE_ID);
    info_segment::fw_version.set(&mut bytes, device.config.firmware.number());
    bytes
}

pub(super) fn command(selection: Selection) -> Vec<u8> {
    let mut bytes = begin(segment::COMMAND, command_segment::LAYOUT.end());
    command_segment::segment_called.set(&mut bytes, selection.segment_type);
    command_segment::index1.set(&mut bytes, selection.index1);
    command_segment::index2.set(&mut bytes, selection.index2);
    command_segment::num_of_obj1.set(&mut bytes, selection.num_of_obj1);
    command_segment::num_of_obj2.set(&mut bytes, selection.num_of_obj2);
    bytes
}

pub(super) fn menu(kinds: &[Kind]) -> Vec<u8> {
    let size = menu_segment::LAYOUT.end() + kinds.len() * record::LAYOUT.end();
    let mut bytes = begin(segment::MENU, size);
    // CAST: there are few.
    menu_segment::num_of_records.set(&mut bytes, kinds.len() as u64);
    let records = bytes[menu_segment::LAYOUT.end()..].chunks_exact_mut(record::LAYOUT.end());
    for (bytes, kind) in records.zip(kinds) {
        record::segment_type.set(bytes, kind.segment_type);
        record::support_index1.set(bytes, true);
        record::must_have_index1.set(bytes, true);
        record::support_num_of_obj1.set(bytes, kind.several);
        record::num_of_obj1_supports_all.set(bytes, kind.several);
        record::num_of_obj1_supports_active.set(bytes, kind.several);
        record::segment_name.copy_from(bytes, kind.name.as_bytes());
        record::index1_name.copy_from(bytes, kind.index.as_bytes());
        record::index2_name.copy_from(bytes, b"N/A");
    }
    bytes
}

pub(super) fn resource(segment_type: u16, index: u32, object: &[u8]) -> Vec<u8> {
    let payload = resource_segment::LAYOUT.end();
    let mut bytes = begin(segment_type, payload + object.len());
    resource_segment::index1.set(&mut bytes, index);
    bytes[payload..].copy_from_slice(object);
    bytes
}

/// What is missing, in words of which there is room for a few.
pub(super) fn error(refusal: Refusal) -> Vec<u8> {
    let mut bytes = begin(segment::ERROR, error_segment::LAYOUT.end());
    error_segment::syndrome_id.set(&mut bytes, refusal.syndrome());
    error_segment::error.copy_from(&mut bytes, refusal.to_string().as_bytes());
    bytes
}

pub(super) fn terminate() -> Vec<u8> {
    begin(segment::TERMINATE, header::LAYOUT.end())
}
