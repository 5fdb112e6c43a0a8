// SPDX-License-Identifier: GPL-2.0 OR MIT

//! Compares every declared field with Linux's own declaration of it.
//!
//! The C compiler is the judge: a generated program prints the offset and the
//! width of each field as Linux's headers have it.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use fwctl_emu::prm::{layouts, opcode, register_id, Layout, Source};
use linux_source::LinuxSource;

const MLX5_IFC: &str = "include/linux/mlx5/mlx5_ifc.h";

/// What the headers take from the rest of the kernel.
const PRELUDE: &str = "
typedef uint16_t __be16; typedef uint32_t __be32; typedef uint64_t __be64;
#define __packed __attribute__((packed))
#define MLX5_CMD_DATA_BLOCK_SIZE 512
#define SHOW(layout, tag, field, name, bits) \\
    printf(\"%s %s %zu %zu\\n\", layout, name, \\
        offsetof(struct tag, field) * bits, sizeof(((struct tag *)0)->field) * bits)
#include \"linux/mlx5/mlx5_ifc.h\"
";

#[test]
fn every_field_is_where_linux_has_it() {
    let Some(linux) = LinuxSource::to_compare("the emulator's layouts") else {
        return;
    };
    let printed = linux.run(&program(&linux));
    let theirs: BTreeSet<String> = printed.lines().map(str::to_owned).collect();
    let ours: BTreeSet<String> = layouts()
        .filter(|layout| !matches!(layout.source, Source::Prm | Source::Emulator))
        .flat_map(|layout| {
            layout.fields.iter().map(|field| {
                let (name, offset, width) = (field.name, field.offset, field.width);
                format!("{} {name} {offset} {width}", layout.name)
            })
        })
        .collect();
    let wrong: Vec<_> = ours.symmetric_difference(&theirs).collect();
    assert!(wrong.is_empty(), "ours and Linux's differ: {wrong:#?}");
    assert!(ours.len() > 500, "all were compared");
}

#[test]
fn every_number_has_linux_s_name() {
    let Some(linux) = LinuxSource::to_compare("the emulator's opcodes and registers") else {
        return;
    };
    let opcodes = [
        named(&linux.read(MLX5_IFC), &["MLX5_CMD_OP_", "MLX5_CMD_OPCODE_"]),
        named(&linux.read("drivers/fwctl/mlx5/main.c"), &["MLX5_CMD_OP_"]),
    ];
    let ours: BTreeSet<_> = opcode::NAMES.iter().copied().map(owned).collect();
    let theirs: BTreeSet<_> = opcodes.into_iter().flatten().collect();
    let differ: Vec<_> = ours
        .symmetric_difference(&theirs)
        // The marks GENERAL_START and GENERAL_END are no commands.
        .filter(|(_, name)| !name.starts_with("GENERAL_"))
        .collect();
    assert!(differ.is_empty(), "{differ:#x?}");

    let registers = named(&linux.read("include/linux/mlx5/driver.h"), &["MLX5_REG_"]);
    assert!(registers.len() > 60, "all were found");
    let ours: BTreeSet<_> = register_id::NAMES.iter().copied().map(owned).collect();
    let missing: Vec<_> = registers.difference(&ours).collect();
    assert!(missing.is_empty(), "{missing:#x?}");
}

#[test]
fn numbers_ascend() {
    for names in [opcode::NAMES, register_id::NAMES] {
        assert!(names.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }
}

fn owned((number, name): (u16, &str)) -> (u16, String) {
    (number, name.trim_start_matches('_').to_owned())
}

/// The enumerators of a header whose names begin with one of the prefixes.
fn named(text: &str, prefixes: &[&str]) -> BTreeSet<(u16, String)> {
    let enumerator = |line: &str| {
        let (name, value) = line.split_once('=')?;
        let name = name.trim();
        let name = prefixes
            .iter()
            .find_map(|prefix| name.strip_prefix(prefix))?;
        let value = value.trim().trim_end_matches(',').strip_prefix("0x")?;
        Some((u16::from_str_radix(value, 16).ok()?, name.to_owned()))
    };
    text.lines().filter_map(enumerator).collect()
}

#[test]
fn the_fields_of_a_structure_do_not_overlap() {
    for layout in layouts() {
        let mut fields = layout.fields.to_vec();
        fields.sort_by_key(|field| field.offset);
        for pair in fields.windows(2) {
            let (first, second) = (pair[0], pair[1]);
            assert!(
                first.offset + first.width <= second.offset,
                "{}: {} and {}",
                layout.name,
                first.name,
                second.name
            );
        }
    }
}

/// A C program that prints Linux's idea of every layout.
fn program(linux: &LinuxSource) -> String {
    let mut program = PRELUDE.to_owned();
    let mut body = String::new();
    let mut defined = BTreeSet::new();
    for layout in layouts() {
        let (tag, file, bits) = match layout.source {
            Source::Bits { tag, file } => (tag, file, 1),
            Source::Bytes { tag, file } => (tag, file, 8),
            Source::Prm | Source::Emulator => continue,
        };
        if file != MLX5_IFC {
            let kind = format!("struct {tag}");
            define(&mut program, &mut defined, &linux.read(file), &kind);
        }
        show(&mut body, layout, tag, bits);
    }
    program + "int main(void)\n{\n" + &body + "    return 0;\n}\n"
}

fn show(body: &mut String, layout: &Layout, tag: &str, bits: usize) {
    for field in layout.fields {
        // `in_` and `type_` are `in` and `type` where that is no keyword.
        let (name, field) = (field.name, field.name.trim_end_matches('_'));
        let layout = layout.name;
        writeln!(
            body,
            "    SHOW(\"{layout}\", {tag}, {field}, \"{name}\", {bits});"
        )
        .unwrap();
    }
}

/// Takes a type's definition out of a file that cannot be included whole, after
/// those of the types inside it.
fn define(program: &mut String, defined: &mut BTreeSet<String>, text: &str, kind: &str) {
    if !defined.insert(kind.to_owned()) {
        return;
    }
    let start = text
        .find(&format!("\n{kind} {{"))
        .unwrap_or_else(|| panic!("no {kind}"));
    let end = start + text[start..].find("\n}").unwrap();
    let end = end + text[end..].find(';').unwrap() + 1;
    let definition = &text[start..end];
    for line in definition.lines().skip(2) {
        let mut words = line.split_whitespace();
        if let (Some(keyword @ ("struct" | "union")), Some(tag)) = (words.next(), words.next()) {
            if tag != "{" {
                define(program, defined, text, &format!("{keyword} {tag}"));
            }
        }
    }
    program.push_str(definition);
    program.push('\n');
}
