// SPDX-License-Identifier: GPL-2.0 OR MIT

//! What may be sent to a firmware: one row an opcode, and nothing without a row.

use crate::scope::RpcScope;

/// What a command does to the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It reads, and changes nothing.
    Reads,
    /// It changes configuration; the device stays in a supported state.
    Configures,
    /// It changes debug state; the device may leave its supported state.
    WritesDebug,
}

/// The scope from which a command is granted, and what it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Lowest scope of an RPC that may carry the command.
    pub scope: RpcScope,
    /// Lowest scope in strict mode, where it is not lower.
    pub strict_scope: RpcScope,
    /// What the command does.
    pub effect: Effect,
}

impl Grant {
    /// A command that does `effect`, granted from `scope` up.
    pub const fn new(effect: Effect, scope: RpcScope) -> Self {
        Self {
            scope,
            strict_scope: scope,
            effect,
        }
    }

    /// In strict mode the command is granted from `scope` up, for what else the firmware lets it do.
    pub const fn strictly_from(mut self, scope: RpcScope) -> Self {
        self.strict_scope = scope;
        self
    }

    /// Whether strict mode, too, grants the command at `scope`. There a scope for reading is for
    /// commands that read.
    #[inline]
    pub fn is_strict(&self, scope: RpcScope) -> bool {
        scope >= self.strict_scope
            && (scope != RpcScope::DebugReadOnly || self.effect == Effect::Reads)
    }
}

/// What a request asks for, as the driver reads it from the request's header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Command {
    /// Number of the command.
    pub opcode: u32,
    /// A second number, where a firmware lets it tell reading from writing. Else 0.
    pub modifier: u32,
}

/// A range of lengths in bytes, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Shortest length.
    pub least: usize,
    /// Longest length.
    pub most: usize,
}

impl Bounds {
    /// Any length.
    pub const ANY: Self = Self {
        least: 0,
        most: usize::MAX,
    };

    /// Whether `len` bytes lie within.
    #[inline]
    pub const fn contain(self, len: usize) -> bool {
        self.least <= len && len <= self.most
    }
}

/// All that is known about one opcode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule<'a> {
    /// Number of the command.
    pub opcode: u32,
    /// Name of the command in the firmware's own documents.
    pub name: &'a str,
    /// Bounds of the request, header included.
    pub request: Bounds,
    /// Bounds of the memory for the response, header included.
    pub response: Bounds,
    grant: Grant,
    variant: Option<(u32, Grant)>,
}

impl<'a> Rule<'a> {
    /// A command that does `effect`, granted from `scope` up, whatever its modifier and length.
    pub const fn new(opcode: u32, name: &'a str, effect: Effect, scope: RpcScope) -> Self {
        Self {
            opcode,
            name,
            request: Bounds::ANY,
            response: Bounds::ANY,
            grant: Grant::new(effect, scope),
            variant: None,
        }
    }

    /// With this `modifier` the command does something else, granted from another scope.
    pub const fn with_modifier(mut self, modifier: u32, grant: Grant) -> Self {
        self.variant = Some((modifier, grant));
        self
    }

    /// In strict mode the command is granted from `scope` up.
    pub const fn strictly_from(mut self, scope: RpcScope) -> Self {
        self.grant = self.grant.strictly_from(scope);
        self
    }

    /// The request is `least` to `most` bytes long, header included.
    pub const fn with_request(mut self, least: usize, most: usize) -> Self {
        self.request = Bounds { least, most };
        self
    }

    /// The caller has memory for a response of `least` bytes or more, header included.
    pub const fn with_response(mut self, least: usize) -> Self {
        self.response = Bounds {
            least,
            most: usize::MAX,
        };
        self
    }

    /// The scope that the command needs with this `modifier`, and what it then does.
    #[inline]
    pub const fn grant(&self, modifier: u32) -> Grant {
        match self.variant {
            Some((special, grant)) if special == modifier => grant,
            _ => self.grant,
        }
    }

    /// The modifier that changes the meaning of the command, if one does.
    #[inline]
    pub const fn special_modifier(&self) -> Option<u32> {
        match self.variant {
            Some((modifier, _)) => Some(modifier),
            None => None,
        }
    }
}

/// Why a request is not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// No row names the opcode.
    UnknownCommand,
    /// The command needs a higher scope, this one at least.
    ScopeTooLow(RpcScope),
    /// The request's length is out of its row's bounds.
    RequestLength(Bounds),
    /// The length of the memory for the response is out of its row's bounds.
    ResponseLength(Bounds),
}

/// The commands that may be sent to a firmware. An opcode without a row is refused.
///
/// # Invariants
///
/// The rows ascend strictly by opcode.
#[derive(Clone, Copy, Debug)]
pub struct Policy<'a> {
    rules: &'a [Rule<'a>],
}

impl<'a> Policy<'a> {
    /// Makes a policy of `rules`.
    ///
    /// Keep it in a `static`, and a table out of order does not compile.
    ///
    /// # Panics
    ///
    /// If the opcodes do not ascend strictly. In a `static` that is a compile error.
    pub const fn new(rules: &'a [Rule<'a>]) -> Self {
        assert!(ascends(rules), "opcodes must be unique and ascending");
        Self { rules }
    }

    /// Makes a policy of `rules` that became known at run time; `None` if they do not ascend.
    pub const fn from_firmware(rules: &'a [Rule<'a>]) -> Option<Self> {
        if ascends(rules) {
            Some(Self { rules })
        } else {
            None
        }
    }

    /// All rows, by ascending opcode.
    #[inline]
    pub const fn rules(&self) -> &'a [Rule<'a>] {
        self.rules
    }

    /// The row of `opcode`.
    #[inline]
    pub fn rule(&self, opcode: u32) -> Option<&'a Rule<'a>> {
        let row = self.rules.binary_search_by_key(&opcode, |rule| rule.opcode);
        self.rules.get(row.ok()?)
    }

    /// Admits `command` at `scope`, or says why not.
    ///
    /// `request` and `response` are the lengths in bytes of the request and of the memory for the
    /// response.
    #[inline]
    pub fn admit(
        &self,
        command: Command,
        scope: RpcScope,
        request: usize,
        response: usize,
    ) -> Result<&'a Rule<'a>, Refusal> {
        let rule = self.rule(command.opcode).ok_or(Refusal::UnknownCommand)?;
        let needed = rule.grant(command.modifier).scope;
        if scope < needed {
            return Err(Refusal::ScopeTooLow(needed));
        }
        if !rule.request.contain(request) {
            return Err(Refusal::RequestLength(rule.request));
        }
        if !rule.response.contain(response) {
            return Err(Refusal::ResponseLength(rule.response));
        }
        Ok(rule)
    }
}

const fn ascends(rules: &[Rule<'_>]) -> bool {
    let mut i = 1;
    while i < rules.len() {
        if rules[i - 1].opcode >= rules[i].opcode {
            return false;
        }
        i += 1;
    }
    true
}
