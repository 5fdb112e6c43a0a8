// SPDX-License-Identifier: GPL-2.0 OR MIT

//! Scopes on the command line and in JSON.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use fwctl::RpcScope;

pub(crate) use fwctl::scope_name as name;

/// Reads a scope by its name.
pub(crate) fn parser() -> impl TypedValueParser<Value = RpcScope> {
    PossibleValuesParser::new(RpcScope::ALL.map(name)).try_map(|text| {
        let mut scopes = RpcScope::ALL.into_iter();
        scopes.find(|scope| name(*scope) == text).ok_or("no scope")
    })
}
