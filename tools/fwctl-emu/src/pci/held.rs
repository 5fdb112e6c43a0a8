// SPDX-License-Identifier: GPL-2.0 OR MIT

//! Commands that a fault holds: their slots are busy, the others are not.

use std::time::Instant;

use super::command::Command;

struct Held {
    command: Command,
    /// When it goes on; never by itself if there is none.
    due: Option<Instant>,
}

/// The commands that are held, one a slot at most.
#[derive(Default)]
pub(super) struct HeldCommands {
    commands: Vec<Held>,
}

impl HeldCommands {
    pub(super) fn hold(&mut self, command: Command, due: Option<Instant>) {
        self.commands.push(Held { command, due });
    }

    /// Whether this slot's command is held.
    pub(super) fn holds(&self, slot: u8) -> bool {
        self.commands.iter().any(|held| held.command.slot == slot)
    }

    /// The slots whose commands are held, oldest first.
    pub(super) fn slots(&self) -> impl Iterator<Item = u8> + '_ {
        self.commands.iter().map(|held| held.command.slot)
    }

    /// When the next one goes on.
    pub(super) fn next_due(&self) -> Option<Instant> {
        self.commands.iter().filter_map(|held| held.due).min()
    }

    /// Takes one that is due.
    pub(super) fn take_due(&mut self, now: Instant) -> Option<Command> {
        let is_due = |held: &Held| held.due.is_some_and(|due| due <= now);
        let at = self.commands.iter().position(is_due)?;
        Some(self.commands.remove(at).command)
    }

    /// Takes all.
    pub(super) fn take_all(&mut self) -> Vec<Command> {
        self.commands.drain(..).map(|held| held.command).collect()
    }
}
