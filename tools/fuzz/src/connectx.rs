// SPDX-License-Identifier: GPL-2.0 OR MIT

//! The emulated firmware, given any commands.

use std::collections::BTreeSet;

use arbitrary::Arbitrary;
use fwctl_emu::model::{Config, ConnectX, Outcome};
use fwctl_emu::prm::{opcode, register_id};

use crate::input::Length;

/// Commands, in order.
#[derive(Arbitrary, Debug)]
pub struct Input {
    /// Whether a driver has brought the device up already.
    running: bool,
    commands: Vec<Command>,
}

#[derive(Arbitrary, Debug)]
struct Command {
    subject: Subject,
    uid: Uid,
    op_mod: u16,
    fields: Vec<u8>,
    /// Length of the request, and of the memory for the answer, unless both are long.
    lengths: Option<(Length, Length)>,
}

/// What a command is about.
#[derive(Arbitrary, Debug)]
enum Subject {
    /// One of those that the firmware has.
    Supported(u8),
    /// A register.
    Register(u16),
    /// A user context, with the right to tools or not.
    Create(bool),
    /// The end of a user context.
    End(Uid),
    Any(u16),
}

#[derive(Arbitrary, Clone, Copy, Debug)]
enum Uid {
    Driver,
    /// One that has a context.
    Open(u8),
    /// One that had.
    Ended(u8),
    Any(u16),
}

/// The commands that the firmware has.
const SUPPORTED: [u16; 21] = [
    opcode::QUERY_HCA_CAP,
    opcode::QUERY_ADAPTER,
    opcode::INIT_HCA,
    opcode::TEARDOWN_HCA,
    opcode::ENABLE_HCA,
    opcode::DISABLE_HCA,
    opcode::QUERY_PAGES,
    opcode::MANAGE_PAGES,
    opcode::SET_HCA_CAP,
    opcode::QUERY_ISSI,
    opcode::SET_ISSI,
    opcode::SET_DRIVER_VERSION,
    opcode::CREATE_EQ,
    opcode::DESTROY_EQ,
    opcode::QUERY_EQ,
    opcode::ALLOC_UAR,
    opcode::DEALLOC_UAR,
    opcode::ACCESS_REG,
    opcode::NOP,
    opcode::CREATE_UCTX,
    opcode::DESTROY_UCTX,
];

/// Lengths at which something changes.
const EDGES: [usize; 6] = [0, 8, 16, 64, 272, 4112];
/// The longest message that is sent here.
const LONGEST: usize = 4400;

/// The uids of user contexts.
#[derive(Default)]
struct Contexts {
    open: BTreeSet<u16>,
    ended: BTreeSet<u16>,
}

impl Contexts {
    fn created(&mut self, uid: u16) {
        assert!(uid != 0 && self.open.insert(uid), "uid {uid} was created");
        self.ended.remove(&uid);
    }

    fn destroyed(&mut self, uid: u16) {
        assert!(self.open.remove(&uid), "uid {uid} was destroyed");
        self.ended.insert(uid);
    }
}

impl Uid {
    fn number(self, contexts: &Contexts) -> u16 {
        let pick = |uids: &BTreeSet<u16>, at: u8| {
            let uid = uids.iter().nth(usize::from(at) % uids.len().max(1));
            uid.copied().unwrap_or(0)
        };
        match self {
            Self::Driver => 0,
            Self::Open(at) => pick(&contexts.open, at),
            Self::Ended(at) => pick(&contexts.ended, at),
            Self::Any(number) => number,
        }
    }
}

impl Command {
    fn lengths(&self) -> (usize, usize) {
        let length = |length: Length| length.among(&EDGES) % LONGEST;
        let lengths = self.lengths.as_ref();
        lengths.map_or((LONGEST, LONGEST), |(request, answer)| {
            (length(*request), length(*answer))
        })
    }

    fn request(&self, contexts: &Contexts) -> Vec<u8> {
        let at = |at: u16, count: usize| usize::from(at) % count;
        // A number of 16 bits, and where it is.
        let (opcode, number) = match self.subject {
            Subject::Supported(row) => (SUPPORTED[at(row.into(), SUPPORTED.len())], None),
            Subject::Register(row) => {
                let (id, _) = register_id::NAMES[at(row, register_id::NAMES.len())];
                (opcode::ACCESS_REG, Some((10, id)))
            }
            Subject::Create(tools) => (opcode::CREATE_UCTX, Some((18, u16::from(tools) << 2))),
            Subject::End(uid) => (opcode::DESTROY_UCTX, Some((10, uid.number(contexts)))),
            Subject::Any(number) => (number, None),
        };
        let head = [opcode, self.uid.number(contexts), 0, self.op_mod];
        let mut request = head.map(u16::to_be_bytes).concat();
        if !matches!(self.subject, Subject::Create(_)) {
            request.extend(&self.fields);
        }
        request.resize(self.lengths().0, 0);
        if let Some((at, number)) = number {
            if let Some(place) = request.get_mut(at..at + 2) {
                place.copy_from_slice(&number.to_be_bytes());
            }
        }
        request
    }
}

/// The 16-bit number at `at`; 0 where there is none.
fn half(bytes: &[u8], at: usize) -> u16 {
    match bytes.get(at..at + 2) {
        Some(&[high, low]) => u16::from_be_bytes([high, low]),
        _ => 0,
    }
}

/// An answer says what became of the command.
fn check_answer(outcome: &Outcome) {
    let answer = &outcome.answer;
    match outcome.result {
        Ok(_) => assert!(answer.iter().take(8).all(|byte| *byte == 0), "{outcome:?}"),
        Err(refusal) => {
            let syndrome = refusal.syndrome().to_be_bytes();
            let head = [refusal.status().code(), 0, 0, 0]
                .into_iter()
                .chain(syndrome);
            let head = head.chain(std::iter::repeat(0)).take(answer.len());
            assert!(refusal.status().code() != 0 && refusal.syndrome() != 0);
            if answer.len() >= 8 {
                assert!(head.eq(answer.iter().copied()), "{outcome:?}");
            }
        }
    }
}

/// Every command has an answer as long as its memory; one that is refused is counted at most; a uid
/// works from its creation to its end.
pub fn check(input: &Input) {
    let config = Config::default();
    let mut device = match input.running {
        true => ConnectX::running(config),
        false => ConnectX::new(config),
    };
    let mut contexts = Contexts::default();
    for command in &input.commands {
        let request = command.request(&contexts);
        let room = command.lengths().1;
        // The firmware counts what it sees, be it good or bad: this is bad.
        let mut unchanged = device.clone();
        unchanged.run(&[], 0);
        let outcome = device.run(&request, room);
        assert_eq!(outcome.answer.len(), room);
        check_answer(&outcome);
        if outcome.result.is_err() {
            assert_eq!(format!("{unchanged:?}"), format!("{device:?}"));
            continue;
        }

        let (number, uid) = (half(&request, 0), half(&request, 2));
        let known = uid == 0 || contexts.open.contains(&uid);
        assert!(known, "uid {uid} was admitted");
        match number {
            opcode::CREATE_UCTX => contexts.created(half(&outcome.answer, 10)),
            opcode::DESTROY_UCTX => contexts.destroyed(half(&request, 10)),
            opcode::ENABLE_HCA | opcode::DISABLE_HCA | opcode::TEARDOWN_HCA => {
                contexts.ended.append(&mut contexts.open);
            }
            _ => {}
        }
    }
    // Whatever it was told, it still answers.
    let nop = [opcode::NOP, 0, 0, 0, 0, 0, 0, 0]
        .map(u16::to_be_bytes)
        .concat();
    assert_eq!(device.execute(&nop, 16), [0; 16]);
}
