// SPDX-License-Identifier: GPL-2.0 OR MIT

//! What the control socket answers.

use serde::Serialize;

use super::request::Request;
use crate::model::faults::Armed;
use crate::pci::Function;

/// The answer to a request: how things stand after it, or why nothing was done.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Answer {
    /// It was done.
    State {
        /// The faults in force, oldest first.
        faults: Vec<ArmedFault>,
        /// The slots whose commands are held, oldest first.
        held: Vec<u8>,
    },
    /// Nothing was done.
    Error {
        /// Why.
        error: String,
    },
}

/// A fault in force.
#[derive(Debug, Serialize)]
pub struct ArmedFault {
    id: u32,
    /// As it was asked for.
    #[serde(flatten)]
    request: Request,
    /// Commands it selects that were seen since.
    seen: u32,
}

impl Answer {
    pub(super) fn error(error: impl ToString) -> Self {
        Self::Error {
            error: error.to_string(),
        }
    }

    pub(super) fn of(function: &Function) -> Self {
        Self::State {
            faults: function
                .faults()
                .armed()
                .iter()
                .map(ArmedFault::of)
                .collect(),
            held: function.held().collect(),
        }
    }
}

impl ArmedFault {
    fn of(armed: &Armed) -> Self {
        Self {
            id: armed.id,
            request: armed.fault.into(),
            seen: armed.seen,
        }
    }
}
