// SPDX-License-Identifier: GPL-2.0 OR MIT

//! Dumps of the firmware's objects: made at once, and fetched piece by piece.

mod segment;

use std::collections::BTreeMap;

use super::connectx::ConnectX;
use super::refusal::Refusal;
use crate::prm::register::dump::segment::MENU;

/// Dumps that can be fetched at the same time; one more ends the oldest.
const MAX_DUMPS: usize = 8;

/// Sequence numbers have four bits.
const SEQUENCE: u8 = 0xf;

/// What num_of_obj1 says beside a number.
const ACTIVE: u16 = 0xfffe;
const ALL: u16 = 0xffff;

/// What is to be dumped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Selection {
    pub(super) segment_type: u16,
    pub(super) index1: u32,
    pub(super) index2: u32,
    pub(super) num_of_obj1: u16,
    pub(super) num_of_obj2: u16,
}

/// One kind of object.
struct Kind {
    segment_type: u16,
    name: &'static str,
    /// What its index is called.
    index: &'static str,
    /// Whether several can be dumped at once.
    several: bool,
    /// Those that there are, with their numbers.
    objects: fn(&ConnectX) -> BTreeMap<u32, Vec<u8>>,
}

/// The kinds of objects of which the firmware has some or could have.
///
/// The numbers are those of a real card's menu.
static KINDS: &[Kind] = &[
    kind(0x1000, "FULL_QPC", "QPN"),
    kind(0x1100, "FULL_SRQC", "SRQN"),
    kind(0x1200, "FULL_CQC", "CQN"),
    Kind {
        segment_type: 0x1300,
        name: "FULL_EQC",
        index: "EQN",
        several: true,
        objects: |device| device.event_queues.contexts(),
    },
    kind(0x0021, "MKEY_CONTEXT", "MKEY_IX"),
];

/// A kind of which there are none: the commands that make them are missing.
const fn kind(segment_type: u16, name: &'static str, index: &'static str) -> Kind {
    Kind {
        segment_type,
        name,
        index,
        several: false,
        objects: |_| BTreeMap::new(),
    }
}

/// A dump that is being fetched.
#[derive(Debug, Clone)]
struct Dump {
    selection: Selection,
    bytes: Vec<u8>,
    /// The bytes that were fetched.
    fetched: usize,
    /// The sequence number of the call that goes on.
    sequence: u8,
}

/// A piece of a dump.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) bytes: Vec<u8>,
    /// The sequence number of the next call.
    pub(super) sequence: u8,
    /// What the next call tells; nothing if there is none.
    pub(super) opaque: Option<u64>,
}

/// The dumps that are being fetched.
#[derive(Debug, Clone, Default)]
pub(super) struct Dumps {
    by_opaque: BTreeMap<u64, Dump>,
    last: u64,
}

/// The next piece of a dump, of at most `room` bytes. A dump that is not being
/// fetched (`opaque` is zero) begins.
pub(super) fn next(
    device: &mut ConnectX,
    selection: Selection,
    opaque: u64,
    sequence: u8,
    room: usize,
) -> Result<Piece, Refusal> {
    let mut dump = match opaque {
        0 => Dump {
            selection,
            bytes: make(device, selection)?,
            fetched: 0,
            sequence: 0,
        },
        _ => device
            .dumps
            .by_opaque
            .get(&opaque)
            .cloned()
            .ok_or(Refusal::NoSuchDump)?,
    };
    if (dump.selection, dump.sequence) != (selection, sequence) {
        return Err(Refusal::DumpSequence);
    }
    let rest = &dump.bytes[dump.fetched..];
    let bytes = rest[..rest.len().min(room)].to_vec();
    dump.fetched += bytes.len();
    dump.sequence = (sequence + 1) & SEQUENCE;
    let sequence = dump.sequence;
    let opaque = match dump.fetched < dump.bytes.len() {
        true => Some(device.dumps.keep(opaque, dump)),
        false => {
            device.dumps.by_opaque.remove(&opaque);
            None
        }
    };
    Ok(Piece {
        bytes,
        sequence,
        opaque,
    })
}

impl Dumps {
    /// Keeps a dump, and gives what its next call has to tell.
    fn keep(&mut self, opaque: u64, dump: Dump) -> u64 {
        let opaque = match opaque {
            0 => {
                self.last += 1;
                self.last
            }
            opaque => opaque,
        };
        self.by_opaque.insert(opaque, dump);
        if self.by_opaque.len() > MAX_DUMPS {
            self.by_opaque.pop_first();
        }
        opaque
    }
}

/// Makes a whole dump.
fn make(device: &ConnectX, selection: Selection) -> Result<Vec<u8>, Refusal> {
    let mut bytes = segment::info(device);
    bytes.extend(segment::command(selection));
    match KINDS
        .iter()
        .find(|kind| kind.segment_type == selection.segment_type)
    {
        Some(kind) => bytes.extend(objects(device, kind, selection)?),
        None if selection.segment_type == MENU => bytes.extend(segment::menu(KINDS)),
        None => return Err(Refusal::NoSuchSegment),
    }
    bytes.extend(segment::terminate());
    Ok(bytes)
}

/// The segments of the objects that are asked for: an error for a single one
/// that is not there, nothing for the gaps between several.
fn objects(device: &ConnectX, kind: &Kind, selection: Selection) -> Result<Vec<u8>, Refusal> {
    let first = selection.index1;
    let count = match selection.num_of_obj1 {
        0 | 1 => 1,
        _ if !kind.several => return Err(Refusal::RegisterValue),
        ACTIVE | ALL => u32::MAX,
        count => u32::from(count),
    };
    if selection.num_of_obj2 > 1 {
        return Err(Refusal::RegisterValue);
    }
    let last = first.saturating_add(count - 1);
    let segments: Vec<u8> = (kind.objects)(device)
        .range(first..=last)
        .flat_map(|(index, object)| segment::resource(kind.segment_type, *index, object))
        .collect();
    match segments.is_empty() {
        true => Ok(segment::error(Refusal::NoSuchObject)),
        false => Ok(segments),
    }
}
