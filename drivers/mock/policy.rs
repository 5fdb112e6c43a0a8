// SPDX-License-Identifier: GPL-2.0 OR MIT

//! What may be sent to the mock, and from which scope.

use super::wire::{
    opcode,
    RequestHeader, //
};
use fwctl::{
    policy::{
        Effect,
        Policy,
        Rule, //
    },
    scope::RpcScope, //
};

/// A request without data.
const HEAD: usize = core::mem::size_of::<RequestHeader>();

/// A command that anybody may send.
const fn open(opcode: u32, name: &'static str) -> Rule<'static> {
    Rule::new(opcode, name, Effect::Reads, RpcScope::Configuration)
}

/// A command without data, granted from `scope` up.
const fn bare(opcode: u32, name: &'static str, effect: Effect, scope: RpcScope) -> Rule<'static> {
    Rule::new(opcode, name, effect, scope).with_request(HEAD, HEAD)
}

/// Every command that may be sent.
pub static POLICY: Policy<'static> = Policy::new(&[
    open(opcode::ECHO, "ECHO"),
    open(opcode::GROW, "GROW"),
    open(opcode::SHRINK, "SHRINK"),
    open(opcode::FAIL, "FAIL"),
    open(opcode::SLEEP, "SLEEP"),
    bare(
        opcode::COUNT,
        "COUNT",
        Effect::Reads,
        RpcScope::Configuration,
    ),
    bare(
        opcode::CONFIGURATION,
        "CONFIGURATION",
        Effect::Configures,
        RpcScope::Configuration,
    ),
    bare(
        opcode::DEBUG_READ_ONLY,
        "DEBUG_READ_ONLY",
        Effect::Reads,
        RpcScope::DebugReadOnly,
    ),
    bare(
        opcode::DEBUG_WRITE,
        "DEBUG_WRITE",
        Effect::WritesDebug,
        RpcScope::DebugWrite,
    ),
    bare(
        opcode::DEBUG_WRITE_FULL,
        "DEBUG_WRITE_FULL",
        Effect::WritesDebug,
        RpcScope::DebugWriteFull,
    ),
]);
