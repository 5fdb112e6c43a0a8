// SPDX-License-Identifier: GPL-2.0 OR MIT

//! The log and the command line tool speak of the same status by the same name.

use fwctl_emu::prm::Status;

#[test]
fn names_are_those_of_the_command_line_tool() {
    for code in 0..=u8::MAX {
        let name = Status::from_code(code).map(Status::name);
        let told = fwctl::mlx5::Status(code).name();
        let told = told.map(|words| words.replace(',', "").replace(' ', "-"));
        assert_eq!(name, told.as_deref(), "{code:#x}");
    }
}

#[test]
fn a_status_has_the_code_it_was_made_of() {
    for code in 0..=u8::MAX {
        if let Some(status) = Status::from_code(code) {
            assert_eq!(status.code(), code);
        }
    }
}
