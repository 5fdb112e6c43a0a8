// SPDX-License-Identifier: GPL-2.0 OR MIT

//! Exit codes: one table for the process, JSON, help and man page.

use std::process::ExitCode;

/// How the command ended; the number is the exit code.
#[repr(u8)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// It did what was asked.
    Done = 0,
    /// Something failed that has no code of its own.
    Other = 1,
    /// The command line is wrong.
    Usage = 2,
    /// There is no such device.
    NoDevice = 3,
    /// The caller lacks the rights.
    Permission = 4,
    /// The kernel did not let the message through.
    Refused = 5,
    /// The firmware received the message and did not carry it out.
    Firmware = 6,
    /// The device has gone, or there is no answer; it may have acted all the same.
    Transport = 7,
    /// The answer makes no sense.
    Answer = 8,
}

/// Each exit code with its name in JSON and its meaning in the help.
const TABLE: [(Exit, &str, &str); 9] = [
    (Exit::Done, "done", "done"),
    (Exit::Other, "other", "another failure"),
    (Exit::Usage, "usage", "wrong usage"),
    (
        Exit::NoDevice,
        "no-device",
        "no such device, or not of this type",
    ),
    (Exit::Permission, "permission", "permission denied"),
    (
        Exit::Refused,
        "refused",
        "refused by the kernel for opcode, scope or length",
    ),
    (
        Exit::Firmware,
        "firmware",
        "the firmware did not carry it out",
    ),
    (
        Exit::Transport,
        "transport",
        "the device has gone, or there is no answer",
    ),
    (Exit::Answer, "answer", "the answer was not understood"),
];

impl Exit {
    /// The name in JSON.
    pub fn name(self) -> &'static str {
        let row = TABLE.iter().find(|(exit, _, _)| *exit == self);
        row.map_or("", |(_, name, _)| name)
    }

    /// The exit code.
    pub fn code(self) -> u8 {
        // CAST: the discriminants are the codes.
        self as u8
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        exit.code().into()
    }
}

/// The codes with their meanings.
pub(crate) fn codes() -> impl Iterator<Item = (u8, &'static str)> {
    TABLE
        .into_iter()
        .map(|(exit, _, meaning)| (exit.code(), meaning))
}

/// The table as a paragraph of the help.
pub(crate) fn help() -> String {
    let rows = codes().map(|(code, meaning)| format!("\n  {code}  {meaning}"));
    format!("Exit codes:{}", rows.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_each_code_once_and_in_order() {
        for (code, (exit, _, _)) in TABLE.iter().enumerate() {
            assert_eq!(usize::from(exit.code()), code);
        }
    }

    #[test]
    fn the_documentation_has_the_same_table() {
        let page = include_str!("../../../Documentation/cli.rst");
        for (exit, name, meaning) in TABLE {
            let row = if exit == Exit::Done {
                format!("{}                     {meaning}\n", exit.code())
            } else {
                let name = format!("``{name}``");
                format!("{}     {name:14}  {meaning}\n", exit.code())
            };
            assert!(page.contains(&row), "{row}");
        }
    }

    #[test]
    fn the_help_lists_every_code() {
        assert_eq!(help().lines().count(), 1 + TABLE.len());
        assert!(help().contains("  6  the firmware did not carry it out"));
    }
}
