// SPDX-License-Identifier: GPL-2.0 OR MIT

//! The size rules of ioctl structures, beside a copy made byte by byte.

use arbitrary::Arbitrary;
use fwctl_policy::size::{transfer, BadSize, LARGEST};

use crate::input::Length;

/// Lengths of one structure, and what the caller put into it.
#[derive(Arbitrary, Debug)]
pub struct Input {
    first: u8,
    grown: u8,
    user: Length,
    /// Bytes that are not zero.
    pokes: Vec<(u16, u8)>,
    /// Any lengths at all.
    any: (usize, usize, usize),
}

/// What becomes of a caller's structure.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Copied(Vec<u8>),
    Einval,
    E2big,
}

/// The text of the uAPI, byte by byte.
fn promised(user: &[u8], first: usize, kernel: usize) -> Verdict {
    if user.len() < first {
        return Verdict::Einval;
    }
    let unknown = user.iter().skip(kernel);
    if user.len() > 4096 || unknown.into_iter().any(|byte| *byte != 0) {
        return Verdict::E2big;
    }
    let known = (0..kernel).map(|at| user.get(at).copied().unwrap_or(0));
    Verdict::Copied(known.collect())
}

/// What the core does with the lengths it is given.
fn got(user: &[u8], first: usize, kernel: usize) -> Verdict {
    let copy = match transfer(user.len(), first, kernel) {
        Ok(copy) => copy,
        Err(BadSize::TooSmall) => return Verdict::Einval,
        Err(BadSize::TooLarge) => return Verdict::E2big,
    };
    let tail = &user[copy.copied..copy.copied + copy.tail];
    if tail.iter().any(|byte| *byte != 0) {
        return Verdict::E2big;
    }
    let mut structure = vec![0; kernel];
    structure[..copy.copied].copy_from_slice(&user[..copy.copied]);
    Verdict::Copied(structure)
}

/// The kernel copies as the uAPI says, and no length overflows.
pub fn check(input: &Input) {
    let first = usize::from(input.first).max(4);
    let kernel = first + usize::from(input.grown);
    let len = input.user.among(&[first, kernel, LARGEST]);
    let mut user = vec![0; len % (2 * LARGEST)];
    for (at, byte) in &input.pokes {
        if let Some(place) = user.get_mut(usize::from(*at) % (2 * LARGEST)) {
            *place = *byte;
        }
    }
    assert_eq!(got(&user, first, kernel), promised(&user, first, kernel));

    let (user, first, kernel) = input.any;
    if let Ok(copy) = transfer(user, first, kernel) {
        assert_eq!(copy.copied.checked_add(copy.tail), Some(user));
        assert!(copy.copied <= kernel);
    }
}
