// SPDX-License-Identifier: GPL-2.0 OR MIT

//! The size rules of extensible structures, on every size there is.

use fwctl_policy::size::{transfer, BadSize, LARGEST};
use proptest::prelude::*;

/// Lengths of a structure: of its first version, of the kernel's, and of the caller's.
fn lengths() -> impl Strategy<Value = (usize, usize, usize)> {
    (4..200_usize, 0..200_usize, 0..2 * LARGEST)
        .prop_map(|(first, grown, user)| (first, first + grown, user))
}

proptest! {
    #[test]
    fn a_structure_is_copied_or_compared_with_zero_whole((first, kernel, user) in lengths()) {
        if let Ok(transfer) = transfer(user, first, kernel) {
            prop_assert_eq!(transfer.copied + transfer.tail, user);
            prop_assert!(first <= transfer.copied && transfer.copied <= kernel);
        }
    }

    #[test]
    fn only_sizes_out_of_range_are_refused((first, kernel, user) in lengths()) {
        let expected = if user < first {
            Some(BadSize::TooSmall)
        } else if user > LARGEST {
            Some(BadSize::TooLarge)
        } else {
            None
        };
        prop_assert_eq!(transfer(user, first, kernel).err(), expected);
    }

    #[test]
    fn no_size_overflows(user: usize, first: usize, kernel: usize) {
        let _ = transfer(user, first, kernel);
    }
}

#[test]
fn the_ends_of_the_range_belong_to_it() {
    let rows = [
        (23, Err(BadSize::TooSmall)),
        (24, Ok((24, 0))),
        (31, Ok((31, 0))),
        (32, Ok((32, 0))),
        (33, Ok((32, 1))),
        (LARGEST, Ok((32, LARGEST - 32))),
        (LARGEST + 1, Err(BadSize::TooLarge)),
    ];
    for (user, expected) in rows {
        let got = transfer(user, 24, 32).map(|transfer| (transfer.copied, transfer.tail));
        assert_eq!(got, expected, "{user} bytes");
    }
}
