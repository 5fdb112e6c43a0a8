// SPDX-License-Identifier: GPL-2.0 OR MIT

//! Scopes on the command line and in JSON.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use fwctl::RpcScope;

/// What `scope` is called.
pub(crate) const fn name(scope: RpcScope) -> &'static str {
    match scope {
        RpcScope::Configuration => "configuration",
        RpcScope::DebugReadOnly => "debug-read-only",
        RpcScope::DebugWrite => "debug-write",
        RpcScope::DebugWriteFull => "debug-write-full",
    }
}

/// Reads a scope by its name.
pub(crate) fn parser() -> impl TypedValueParser<Value = RpcScope> {
    PossibleValuesParser::new(RpcScope::ALL.map(name)).try_map(|text| {
        let mut scopes = RpcScope::ALL.into_iter();
        scopes.find(|scope| name(*scope) == text).ok_or("no scope")
    })
}
