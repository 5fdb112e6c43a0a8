// SPDX-License-Identifier: GPL-2.0 OR MIT

//! Compares every declared field with Linux's own declaration of it.
//!
//! The C compiler is the judge: a generated program prints the offset and the
//! width of each field as Linux's headers have it. FWCTL_LINUX_SRC names the
//! root of a Linux source tree; without it nothing is compared.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use fwctl_emu::prm::{layouts, Layout, Source};

const MLX5_IFC: &str = "include/linux/mlx5/mlx5_ifc.h";

/// What the headers take from the rest of the kernel.
const PRELUDE: &str = "\
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
typedef uint8_t u8; typedef uint16_t u16; typedef uint32_t u32; typedef uint64_t u64;
typedef uint16_t __be16; typedef uint32_t __be32; typedef uint64_t __be64;
#define __packed __attribute__((packed))
#define DECLARE_FLEX_ARRAY(type, name) struct { struct { } empty_##name; type name[]; }
#define BIT(n) (1UL << (n))
#define BIT_ULL(n) (1ULL << (n))
#define MLX5_CMD_DATA_BLOCK_SIZE 512
#define SHOW(layout, tag, field, name, bits) \\
    printf(\"%s %s %zu %zu\\n\", layout, name, \\
        offsetof(struct tag, field) * bits, sizeof(((struct tag *)0)->field) * bits)
";

#[test]
fn every_field_is_where_linux_has_it() {
    let Some(linux) = std::env::var_os("FWCTL_LINUX_SRC").map(PathBuf::from) else {
        println!("skipped: FWCTL_LINUX_SRC does not name a Linux source tree");
        return;
    };
    let theirs = compile_and_run(&program(&linux));
    let ours: BTreeSet<String> = layouts()
        .filter(|layout| layout.source != Source::Prm)
        .flat_map(|layout| {
            let line = move |field: &fwctl_emu::prm::Field| {
                let (name, offset, width) = (field.name, field.offset, field.width);
                format!("{} {name} {offset} {width}", layout.name)
            };
            layout.fields.iter().map(line)
        })
        .collect();
    let theirs: BTreeSet<String> = theirs.lines().map(str::to_owned).collect();
    let wrong: Vec<_> = ours.symmetric_difference(&theirs).collect();
    assert!(wrong.is_empty(), "ours and Linux's differ: {wrong:#?}");
    println!("{} fields are where Linux has them", ours.len());
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
fn program(linux: &Path) -> String {
    let mut program = format!("{PRELUDE}#include \"{}\"\n", linux.join(MLX5_IFC).display());
    let mut body = String::new();
    let mut defined = BTreeSet::new();
    for layout in layouts() {
        let (tag, file, bits) = match layout.source {
            Source::Bits { tag, file } => (tag, file, 1),
            Source::Bytes { tag, file } => (tag, file, 8),
            Source::Prm => continue,
        };
        if file != MLX5_IFC {
            let text = std::fs::read_to_string(linux.join(file)).unwrap();
            define(&mut program, &mut defined, &text, &format!("struct {tag}"));
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

/// Takes a type's definition out of a header that cannot be included whole,
/// after those of the types inside it.
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

fn compile_and_run(program: &str) -> String {
    let scratch = std::env::temp_dir().join(format!("fwctl-emu-layouts-{}", std::process::id()));
    std::fs::create_dir_all(&scratch).unwrap();
    let (source, binary) = (scratch.join("layouts.c"), scratch.join("layouts"));
    std::fs::write(&source, program).unwrap();
    let compiled = Command::new("cc")
        .args(["-w", "-o"])
        .args([&binary, &source])
        .status();
    assert!(compiled.unwrap().success(), "cc cannot compile the program");
    let output = Command::new(&binary).output().unwrap();
    std::fs::remove_dir_all(&scratch).unwrap();
    String::from_utf8(output.stdout).unwrap()
}
