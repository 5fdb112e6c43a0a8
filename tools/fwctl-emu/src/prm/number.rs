// SPDX-License-Identifier: GPL-2.0 OR MIT

//! Numbers with names.

/// Declares each number as a constant with the PRM's name, and, for all of
/// them, `NAMES` and `name`. They must ascend.
///
/// A name that begins with a digit is declared with an underscore in front.
macro_rules! numbers {
    ($($name:ident $value:literal,)*) => {
        $(
            #[doc = concat!("`", stringify!($name), "`, ", stringify!($value), ".")]
            pub const $name: u16 = $value;
        )*

        /// Every number with its name, ascending.
        pub static NAMES: &[(u16, &str)] = &[$(($value, stringify!($name))),*];

        /// The PRM's name of a number.
        pub fn name(number: u16) -> Option<&'static str> {
            NAMES
                .binary_search_by_key(&number, |(known, _)| *known)
                .ok()
                .map(|index| NAMES[index].1.trim_start_matches('_'))
        }
    };
}

pub(super) use numbers;
