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

        /// The number with this name.
        pub fn by_name(wanted: &str) -> Option<u16> {
            NAMES
                .iter()
                .find(|(_, known)| known.trim_start_matches('_') == wanted)
                .map(|(number, _)| *number)
        }

        /// A number as people read it: `NAME(0x1)`, or `0x1` if it has no name.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct Named(pub u16);

        impl std::fmt::Display for Named {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match name(self.0) {
                    Some(name) => write!(f, "{name}({:#x})", self.0),
                    None => write!(f, "{:#x}", self.0),
                }
            }
        }
    };
}

pub(super) use numbers;
