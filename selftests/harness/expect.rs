// SPDX-License-Identifier: GPL-2.0

//! What a case says about what it saw.

use std::fmt::Debug;

use crate::{
    errno::Errno,
    ktap::{
        fail,
        Outcome, //
    }, //
};

/// `got` is what was promised.
pub fn same<T: PartialEq + Debug>(what: &str, got: T, promised: T) -> Outcome {
    if got == promised {
        return Ok(());
    }
    fail(format!("{what}: {got:?} instead of {promised:?}"))
}

/// The call failed, with exactly this error.
pub fn refused<T: Debug>(result: Result<T, Errno>, promised: Errno) -> Outcome {
    match result {
        Err(errno) => same("errno", errno, promised),
        Ok(value) => fail(format!("accepted with {value:?} instead of {promised}")),
    }
}

/// Both hold the same bytes; says where the first difference is.
pub fn same_bytes(what: &str, got: &[u8], promised: &[u8]) -> Outcome {
    same(&format!("length of {what}"), got.len(), promised.len())?;
    match got.iter().zip(promised).position(|(a, b)| a != b) {
        None => Ok(()),
        Some(at) => fail(format!(
            "byte {at} of {what}: {:#04x} instead of {:#04x}",
            got[at], promised[at]
        )),
    }
}

/// Every one of `bytes` is `value`.
pub fn filled(what: &str, bytes: &[u8], value: u8) -> Outcome {
    same_bytes(what, bytes, &vec![value; bytes.len()])
}

/// `condition` holds; `otherwise` says what is wrong if not.
pub fn holds(condition: bool, otherwise: impl Into<String>) -> Outcome {
    if condition {
        return Ok(());
    }
    fail(otherwise)
}
