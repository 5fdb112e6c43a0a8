// SPDX-License-Identifier: GPL-2.0 OR MIT

//! Two counts in one number do not disturb each other.

use fwctl_policy::credit::Credit;
use proptest::prelude::*;

fn calls() -> impl Strategy<Value = i64> {
    -Credit::MOST_CALLS..=Credit::MOST_CALLS
}

fn bytes() -> impl Strategy<Value = i64> {
    -Credit::MOST_BYTES..=Credit::MOST_BYTES
}

proptest! {
    #[test]
    fn each_part_reads_back(calls in calls(), bytes in bytes()) {
        let credit = Credit::new(calls, bytes);
        prop_assert_eq!((credit.calls(), credit.bytes()), (calls, bytes));
    }

    #[test]
    fn it_is_overdrawn_when_a_part_is_below_zero(calls in calls(), bytes in bytes()) {
        prop_assert_eq!(Credit::new(calls, bytes).is_overdrawn(), calls < 0 || bytes < 0);
    }
}

#[test]
fn a_few_by_hand() {
    for (calls, bytes, overdrawn) in [
        (0, 0, false),
        (1, 0, false),
        (0, 1, false),
        (0, -1, true),
        (-1, 0, true),
        (5, -1, true),
        (-1, 5, true),
        (Credit::MOST_CALLS, Credit::MOST_BYTES, false),
        (-Credit::MOST_CALLS, -Credit::MOST_BYTES, true),
    ] {
        let credit = Credit::new(calls, bytes);
        assert_eq!((credit.calls(), credit.bytes()), (calls, bytes));
        assert_eq!(credit.is_overdrawn(), overdrawn, "{calls} {bytes}");
    }
}
