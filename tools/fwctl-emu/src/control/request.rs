// SPDX-License-Identifier: GPL-2.0 OR MIT

//! What the control socket is asked for, in JSON and on the command line.

use std::str::FromStr;
use std::time::Duration;

use clap::{Args, Subcommand};
use serde::{Deserialize, Serialize};

use crate::model::faults::{Deed, Fault, Selection};
use crate::prm::{opcode, Status};

/// A request: `{"verb":"delay","milliseconds":500,"of":{"opcode":"NOP"}}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Subcommand)]
#[serde(tag = "verb", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Request {
    /// Carry commands out later; others are not held up.
    Delay {
        /// How much later.
        milliseconds: u64,
        /// Which commands.
        #[serde(default)]
        #[command(flatten)]
        of: Selected,
    },
    /// Do not answer commands, until they are released.
    Drop {
        /// Which commands.
        #[serde(default)]
        #[command(flatten)]
        of: Selected,
    },
    /// Refuse commands.
    Fail {
        /// The status, by its name in the log or as a number.
        status: StatusCode,
        /// The syndrome.
        #[serde(default)]
        #[arg(long, default_value_t = 0)]
        syndrome: u32,
        /// Which commands.
        #[serde(default)]
        #[command(flatten)]
        of: Selected,
    },
    /// Carry out all commands that are held: dropped, or not due yet.
    Release,
    /// Show the faults in force, and the slots whose commands are held.
    Faults,
    /// End a fault, or all; commands that are held stay so.
    Clear {
        /// Its number.
        #[serde(default)]
        id: Option<u32>,
    },
    /// End the emulator at once, with no answer and nothing put in order.
    Die,
}

/// Which commands a fault strikes: the next one, if nothing is said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Args)]
#[serde(default, deny_unknown_fields)]
pub struct Selected {
    /// Only those with this opcode, by its name in the log or as a number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[arg(long, value_name = "OPCODE")]
    pub opcode: Option<Opcode>,
    /// The first one, counted from 1.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub nth: u32,
    /// How many from there on; 0 for all.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub times: u32,
}

/// An opcode, as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Opcode(u16);

/// A status, as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct StatusCode(u8);

/// Why a text is no opcode or no status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it is neither a name that the log uses nor a number that fits")]
pub struct Unknown;

impl Request {
    /// The fault to put in force, if that is what is asked for.
    pub fn fault(&self) -> Option<Fault> {
        let (deed, of) = match self {
            Self::Delay { milliseconds, of } => {
                (Deed::Delay(Duration::from_millis(*milliseconds)), of)
            }
            Self::Drop { of } => (Deed::Drop, of),
            Self::Fail {
                status: StatusCode(status),
                syndrome,
                of,
            } => {
                let (status, syndrome) = (*status, *syndrome);
                (Deed::Fail { status, syndrome }, of)
            }
            Self::Release | Self::Faults | Self::Clear { .. } | Self::Die => return None,
        };
        let selection = Selection {
            opcode: of.opcode.map(|Opcode(code)| code),
            nth: of.nth,
            times: of.times,
        };
        Some(Fault { deed, selection })
    }
}

impl From<Fault> for Request {
    fn from(fault: Fault) -> Self {
        let Selection { opcode, nth, times } = fault.selection;
        let of = Selected {
            opcode: opcode.map(Opcode),
            nth,
            times,
        };
        match fault.deed {
            Deed::Delay(time) => Self::Delay {
                milliseconds: u64::try_from(time.as_millis()).unwrap_or(u64::MAX),
                of,
            },
            Deed::Drop => Self::Drop { of },
            Deed::Fail { status, syndrome } => Self::Fail {
                status: StatusCode(status),
                syndrome,
                of,
            },
        }
    }
}

impl Default for Selected {
    fn default() -> Self {
        let Selection { nth, times, .. } = Selection::default();
        Self {
            opcode: None,
            nth,
            times,
        }
    }
}

/// A number, decimal or hexadecimal.
fn number(text: &str) -> Result<u64, Unknown> {
    match text.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16),
        None => text.parse(),
    }
    .map_err(|_| Unknown)
}

impl FromStr for Opcode {
    type Err = Unknown;

    fn from_str(text: &str) -> Result<Self, Unknown> {
        if let Some(code) = opcode::by_name(text) {
            return Ok(Self(code));
        }
        number(text)?.try_into().map(Self).map_err(|_| Unknown)
    }
}

impl FromStr for StatusCode {
    type Err = Unknown;

    fn from_str(text: &str) -> Result<Self, Unknown> {
        let named = |code: &u8| Status::from_code(*code).is_some_and(|known| known.name() == text);
        if let Some(code) = (0..=u8::MAX).find(named) {
            return Ok(Self(code));
        }
        number(text)?.try_into().map(Self).map_err(|_| Unknown)
    }
}

impl TryFrom<String> for Opcode {
    type Error = Unknown;

    fn try_from(text: String) -> Result<Self, Unknown> {
        text.parse()
    }
}

impl TryFrom<String> for StatusCode {
    type Error = Unknown;

    fn try_from(text: String) -> Result<Self, Unknown> {
        text.parse()
    }
}

impl From<Opcode> for String {
    fn from(Opcode(code): Opcode) -> Self {
        opcode::name(code).map_or_else(|| format!("{code:#x}"), str::to_owned)
    }
}

impl From<StatusCode> for String {
    fn from(StatusCode(code): StatusCode) -> Self {
        Status::from_code(code)
            .map_or_else(|| format!("{code:#x}"), |known| known.name().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(deed: Deed, opcode: Option<u16>, nth: u32, times: u32) -> Option<Fault> {
        let selection = Selection { opcode, nth, times };
        Some(Fault { deed, selection })
    }

    #[test]
    fn requests_are_lines_of_json() {
        let rows = [
            (r#"{"verb":"drop"}"#, fault(Deed::Drop, None, 1, 1)),
            (
                r#"{"verb":"delay","milliseconds":20,"of":{"opcode":"NOP","nth":3}}"#,
                fault(Deed::Delay(Duration::from_millis(20)), Some(0x80d), 3, 1),
            ),
            (
                r#"{"verb":"fail","status":"no-resources","of":{"opcode":"0xa04","times":0}}"#,
                fault(
                    Deed::Fail {
                        status: 0xf,
                        syndrome: 0,
                    },
                    Some(0xa04),
                    1,
                    0,
                ),
            ),
            (
                r#"{"verb":"fail","status":"0x77","syndrome":7}"#,
                fault(
                    Deed::Fail {
                        status: 0x77,
                        syndrome: 7,
                    },
                    None,
                    1,
                    1,
                ),
            ),
            (r#"{"verb":"clear"}"#, None),
            (r#"{"verb":"clear","id":4}"#, None),
            (r#"{"verb":"release"}"#, None),
            (r#"{"verb":"faults"}"#, None),
            (r#"{"verb":"die"}"#, None),
        ];
        for (line, asked) in rows {
            let request: Request = serde_json::from_str(line).expect(line);
            assert_eq!(request.fault(), asked, "{line}");
            if let Some(fault) = asked {
                assert_eq!(Request::from(fault), request, "{line}");
            }
            let again = serde_json::to_string(&request).expect(line);
            assert_eq!(
                serde_json::from_str::<Request>(&again).expect(&again),
                request
            );
        }
    }

    #[test]
    fn what_is_not_meant_is_not_guessed() {
        for line in [
            "",
            "{}",
            r#"{"verb":"explode"}"#,
            r#"{"verb":"delay"}"#,
            r#"{"verb":"delay","milliseconds":-1}"#,
            r#"{"verb":"drop","opcode":"NOP"}"#,
            r#"{"verb":"drop","of":{"opcode":"NOPE"}}"#,
            r#"{"verb":"drop","of":{"opcode":"0x10000"}}"#,
            r#"{"verb":"drop","of":{"nht":1}}"#,
            r#"{"verb":"fail","status":"256"}"#,
        ] {
            assert!(serde_json::from_str::<Request>(line).is_err(), "{line}");
        }
    }
}
