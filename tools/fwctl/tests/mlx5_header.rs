// SPDX-License-Identifier: GPL-2.0 OR MIT

//! The mlx5 tables against the kernel's own headers.

use std::fmt::Write;

use fwctl::mlx5::{CapabilityType, Status, GENERAL};
use linux_source::LinuxSource;

/// A C program that prints offset and width of every field, a line each.
///
/// In `mlx5_ifc.h` each `u8` stands for one bit, so that bytes in C are bits of the firmware.
fn program(capabilities: &CapabilityType) -> String {
    let mut program = String::from("#include \"linux/mlx5/mlx5_ifc.h\"\nint main(void) {\n");
    let structure = format!("struct mlx5_ifc_{}_bits", capabilities.structure());
    for field in capabilities.fields() {
        let name = field.name();
        writeln!(
            program,
            "printf(\"{name} %zu %zu\\n\", offsetof({structure}, {name}), sizeof((({structure} *)0)->{name}));"
        )
        .unwrap();
    }
    program + "return 0; }\n"
}

#[test]
fn capability_fields_are_where_the_header_has_them() {
    let Some(linux) = LinuxSource::to_compare("offsets of mlx5 capabilities") else {
        return;
    };
    let mut ours = String::new();
    for field in GENERAL.fields() {
        writeln!(
            ours,
            "{} {} {}",
            field.name(),
            field.offset(),
            field.width()
        )
        .unwrap();
    }
    let theirs = linux.run(&program(&GENERAL));
    for (ours, theirs) in ours.lines().zip(theirs.lines()) {
        assert_eq!(ours, theirs, "name, offset, width");
    }
    assert_eq!(ours.lines().count(), theirs.lines().count());
}

#[test]
fn every_status_of_the_header_has_a_name_and_no_other() {
    let Some(linux) = LinuxSource::to_compare("statuses of mlx5 commands") else {
        return;
    };
    let header = linux.read("include/linux/mlx5/device.h");
    let mut known: Vec<u8> = header
        .lines()
        .filter_map(|line| line.trim().strip_prefix("MLX5_CMD_STAT_"))
        .map(|line| {
            let (_, number) = line.split_once("= 0x").expect(line);
            u8::from_str_radix(number.trim_end_matches(','), 16).expect(line)
        })
        .collect();
    known.sort_unstable();
    let named: Vec<u8> = (0..=u8::MAX)
        .filter(|status| Status(*status).name().is_some())
        .collect();
    assert_eq!(named, known);
}
