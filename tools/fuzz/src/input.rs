// SPDX-License-Identifier: GPL-2.0 OR MIT

//! Scopes and lengths in inputs.

use arbitrary::Arbitrary;
use fwctl_policy::scope::RpcScope;

/// A scope.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub enum Scope {
    /// Number 0.
    Configuration,
    /// Number 1.
    DebugReadOnly,
    /// Number 2.
    DebugWrite,
    /// Number 3.
    DebugWriteFull,
}

impl From<Scope> for RpcScope {
    fn from(scope: Scope) -> Self {
        // CAST: the discriminants count from 0.
        Self::try_from(scope as u32).expect("each of the four numbers is a scope")
    }
}

/// A length: one of a few that matter, or near it, or any.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub enum Length {
    /// Near one of the given.
    Near(u8, i8),
    /// Any.
    Any(u16),
}

impl Length {
    /// The length in bytes, where `edges` matter.
    pub fn among(self, edges: &[usize]) -> usize {
        match self {
            Self::Near(at, by) => {
                let edge = edges[usize::from(at) % edges.len()];
                edge.saturating_add_signed((by % 4).into())
            }
            Self::Any(len) => len.into(),
        }
    }
}
