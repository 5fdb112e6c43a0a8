// SPDX-License-Identifier: GPL-2.0 OR MIT

//! RESOURCE_DUMP: dumps of objects, inside the register.

use super::{ConnectX, Effect, Refusal};
use crate::model::dump::{self, Selection};
use crate::prm::register::dump::{resource_dump as register, resource_dump_vhca};

/// The bytes of a dump that fit into the register.
const ROOM: usize = register::inline_data.width / 8;

/// Pieces are of whole words.
const WORD: usize = 4;

/// The room that the asker leaves; zero leaves all of it.
fn room(asked: &[u8]) -> Result<usize, Refusal> {
    let size = register::size.u32(asked);
    match usize::try_from(size).unwrap_or(usize::MAX).min(ROOM) {
        0 => Ok(ROOM),
        size if size < WORD => Err(Refusal::RegisterValue),
        size => Ok(size - size % WORD),
    }
}

/// RESOURCE_DUMP, read or written: the next piece. What it answers with is what
/// asks for the piece after that.
pub(super) fn resource_dump(
    device: &mut ConnectX,
    asked: &[u8],
    value: &mut [u8],
) -> Result<(), Refusal> {
    if !register::inline_dump.is_set(asked) {
        return Err(Refusal::NoMemoryKeys);
    }
    if resource_dump_vhca::vhca_id_valid.is_set(asked) && register::vhca_id.is_set(asked) {
        return Err(Refusal::UnknownFunction);
    }
    let selection = Selection {
        segment_type: register::segment_type.u16(asked),
        index1: register::index1.u32(asked),
        index2: register::index2.u32(asked),
        num_of_obj1: register::num_of_obj1.u16(asked),
        num_of_obj2: register::num_of_obj2.u16(asked),
    };
    let piece = dump::next(
        device,
        selection,
        register::device_opaque.u64(asked),
        register::seq_num.u8(asked),
        room(asked)?,
    )?;
    register::inline_dump.set(value, true);
    register::more_dump.set(value, piece.opaque.is_some());
    register::seq_num.set(value, piece.sequence);
    register::segment_type.set(value, selection.segment_type);
    register::index1.set(value, selection.index1);
    register::index2.set(value, selection.index2);
    register::num_of_obj1.set(value, selection.num_of_obj1);
    register::num_of_obj2.set(value, selection.num_of_obj2);
    register::device_opaque.set(value, piece.opaque.unwrap_or(0));
    // CAST: at most ROOM.
    register::size.set(value, piece.bytes.len() as u64);
    register::inline_data.copy_from(value, &piece.bytes);
    Ok(())
}

/// Some ask by a write: the answer to it is all that it does.
pub(super) fn ask(_: &mut ConnectX, _: &[u8]) -> Result<Option<Effect>, Refusal> {
    Ok(None)
}
