// SPDX-License-Identifier: GPL-2.0 OR MIT

//! Faults on request: what is to become of commands beside an answer at once.
//!
//! Whoever has a device asks [`Faults::strike`] about each command, and sees to
//! what it says; there is neither a clock nor I/O here.

use std::fmt;
use std::time::Duration;

use crate::prm::{opcode, Status};

/// What a fault does to a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// The command is carried out, and answered, that much later.
    Delay(Duration),
    /// The command is carried out when it is released, and not before.
    Drop,
    /// The command is not carried out, and the answer says so.
    Fail {
        /// The answer's status.
        status: u8,
        /// The answer's syndrome.
        syndrome: u32,
    },
}

/// Which commands a fault strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Selection {
    /// Only those with this opcode.
    pub opcode: Option<u16>,
    /// The first one, counted from 1.
    pub nth: u32,
    /// How many from there on; 0 for all.
    pub times: u32,
}

/// The next command, and no other.
impl Default for Selection {
    fn default() -> Self {
        Self {
            opcode: None,
            nth: 1,
            times: 1,
        }
    }
}

/// A fault: what it does, and to which commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// What it does.
    pub deed: Deed,
    /// To which commands.
    pub selection: Selection,
}

/// A fault that is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Armed {
    /// Its number, which no other fault of the device has had.
    pub id: u32,
    /// What it is.
    pub fault: Fault,
    /// Commands it selects that were seen since it was armed.
    pub seen: u32,
}

impl Armed {
    /// Counts a command that it selects, and tells whether it is struck.
    fn counts(&mut self) -> bool {
        self.seen = self.seen.saturating_add(1);
        self.seen >= self.fault.selection.nth
    }

    /// Whether no command will be struck any more.
    fn is_spent(&self) -> bool {
        let Selection { nth, times, .. } = self.fault.selection;
        times != 0 && self.seen >= nth.max(1).saturating_add(times - 1)
    }
}

/// The faults that are in force, oldest first.
#[derive(Debug, Clone, Default)]
pub struct Faults {
    armed: Vec<Armed>,
    last_id: u32,
}

impl Faults {
    /// Puts a fault in force, and gives its number.
    pub fn arm(&mut self, fault: Fault) -> u32 {
        self.last_id += 1;
        self.armed.push(Armed {
            id: self.last_id,
            fault,
            seen: 0,
        });
        self.last_id
    }

    /// Ends the fault with this number, or all. Gives how many there were.
    pub fn clear(&mut self, id: Option<u32>) -> usize {
        let before = self.armed.len();
        self.armed
            .retain(|armed| id.is_some_and(|id| armed.id != id));
        before - self.armed.len()
    }

    /// The faults in force.
    pub fn armed(&self) -> &[Armed] {
        &self.armed
    }

    /// What becomes of a command, and the number of the fault that says so.
    ///
    /// The oldest fault that is due strikes; younger ones do not see the
    /// command.
    pub fn strike(&mut self, opcode: u16) -> Option<(u32, Deed)> {
        let at = self.armed.iter_mut().position(|armed| {
            let selected = armed.fault.selection.opcode;
            selected.is_none_or(|selected| selected == opcode) && armed.counts()
        })?;
        let struck = self.armed[at];
        if struck.is_spent() {
            self.armed.remove(at);
        }
        Some((struck.id, struck.fault.deed))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.deed {
            Deed::Delay(time) => write!(f, "delay by {} ms", time.as_millis()),
            Deed::Drop => write!(f, "drop"),
            Deed::Fail { status, syndrome } => {
                match Status::from_code(status) {
                    Some(known) => write!(f, "fail with {}({status:#x})", known.name()),
                    None => write!(f, "fail with {status:#x}"),
                }?;
                write!(f, " syndrome={syndrome:#x}")
            }
        }?;
        write!(f, ": {}", self.selection)
    }
}

impl fmt::Display for Selection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.opcode {
            None => write!(f, "any command"),
            Some(code) => write!(f, "{}", opcode::Named(code)),
        }?;
        match (self.nth, self.times) {
            (nth, 0) => write!(f, ", all from number {nth} on"),
            (nth, times) => write!(f, ", {times} from number {nth} on"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOP: u16 = opcode::NOP;
    const OPEN: u16 = opcode::CREATE_UCTX;

    fn drop_of(opcode: Option<u16>, nth: u32, times: u32) -> Fault {
        Fault {
            deed: Deed::Drop,
            selection: Selection { opcode, nth, times },
        }
    }

    /// Faults, the commands that come, and the fault that strikes each (0: none).
    type Row = (&'static str, Vec<Fault>, &'static [u16], &'static [u32]);

    #[test]
    fn faults_strike_what_they_select() {
        let rows: &[Row] = &[
            ("none", vec![], &[NOP, OPEN], &[0, 0]),
            ("the next", vec![drop_of(None, 1, 1)], &[NOP, NOP], &[1, 0]),
            (
                "zero is the next",
                vec![drop_of(None, 0, 1)],
                &[NOP, NOP],
                &[1, 0],
            ),
            (
                "the third of an opcode, and the one after it",
                vec![drop_of(Some(NOP), 3, 2)],
                &[NOP, OPEN, NOP, OPEN, NOP, OPEN, NOP, NOP],
                &[0, 0, 0, 0, 1, 0, 1, 0],
            ),
            (
                "all from the second on",
                vec![drop_of(Some(NOP), 2, 0)],
                &[NOP, NOP, OPEN, NOP, NOP],
                &[0, 1, 0, 1, 1],
            ),
            (
                "the oldest first, and the next one after it",
                vec![drop_of(Some(NOP), 1, 1), drop_of(None, 1, 1)],
                &[NOP, NOP, NOP],
                &[1, 2, 0],
            ),
            (
                "a younger one counts what the older one lets pass",
                vec![drop_of(Some(NOP), 2, 1), drop_of(None, 2, 1)],
                &[OPEN, NOP, NOP],
                &[0, 2, 1],
            ),
        ];
        for (what, faults, commands, expected) in rows {
            let mut device = Faults::default();
            for fault in faults {
                device.arm(*fault);
            }
            let struck: Vec<_> = commands
                .iter()
                .map(|opcode| device.strike(*opcode).map_or(0, |(id, _)| id))
                .collect();
            assert_eq!(struck, *expected, "{what}");
        }
    }

    #[test]
    fn spent_faults_are_gone() {
        let mut faults = Faults::default();
        faults.arm(drop_of(None, 2, 1));
        faults.strike(NOP);
        assert_eq!(faults.armed()[0].seen, 1);
        faults.strike(NOP);
        assert_eq!(faults.armed(), []);
    }

    #[test]
    fn one_fault_is_cleared_or_all() {
        let mut faults = Faults::default();
        let ids = [1, 2, 3].map(|nth| faults.arm(drop_of(None, nth, 1)));
        assert_eq!(faults.clear(Some(ids[1])), 1);
        assert_eq!(faults.clear(Some(ids[1])), 0);
        assert_eq!(faults.clear(None), 2);
        assert_eq!(faults.strike(NOP), None);
        assert!(
            faults.arm(drop_of(None, 1, 1)) > ids[2],
            "a number of its own"
        );
    }

    #[test]
    fn faults_tell_what_they_are() {
        let mut fault = drop_of(Some(NOP), 3, 2);
        assert_eq!(fault.to_string(), "drop: NOP(0x80d), 2 from number 3 on");
        fault.deed = Deed::Delay(Duration::from_millis(20));
        fault.selection = Selection {
            times: 0,
            ..Selection::default()
        };
        assert_eq!(
            fault.to_string(),
            "delay by 20 ms: any command, all from number 1 on"
        );
        fault.deed = Deed::Fail {
            status: Status::NoResources.code(),
            syndrome: 0x77,
        };
        let text = fault.to_string();
        assert!(
            text.starts_with("fail with no-resources(0xf) syndrome=0x77"),
            "{text}"
        );
    }
}
