// SPDX-License-Identifier: GPL-2.0 OR MIT

//! What Linux's own C source says, asked by compiling it.
//!
//! Layouts and verdicts are compared with the kernel's, not with a second reading by the same eyes.
//! The tree is the one that `FWCTL_LINUX_SRC` names; nothing of it is kept. Made for tests: whatever
//! fails panics.

#![forbid(unsafe_code)]

use std::env;
use std::fs;
use std::io::{stderr, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Names the kernel's source tree.
const VARIABLE: &str = "FWCTL_LINUX_SRC";

/// What every file of the kernel takes for granted, and what a program needs to print.
const PRELUDE: &str = "
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
#define BIT(n) (1UL << (n))
#define BIT_ULL(n) (1ULL << (n))
#define DECLARE_FLEX_ARRAY(type, name) type name[0]
";

/// A kernel's source tree.
#[derive(Debug)]
pub struct LinuxSource {
    root: PathBuf,
}

impl LinuxSource {
    /// The tree to compare with, or `None` and a word on standard error that `what` is not compared.
    pub fn to_compare(what: &str) -> Option<Self> {
        match env::var_os(VARIABLE) {
            Some(root) => Some(Self { root: root.into() }),
            None => {
                // Not `eprintln!`: the test harness would keep it to itself.
                let _ = writeln!(stderr(), "{what}: not compared, {VARIABLE} is not set");
                None
            }
        }
    }

    /// The text of the file `path` in the tree.
    pub fn read(&self, path: &str) -> String {
        let path = self.root.join(path);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// Compiles `program` and gives what it prints.
    ///
    /// It may include the kernel's headers in quotes, by their path below `include/`. The kernel's
    /// integer types, `bool`, `offsetof` and `printf` are there already.
    pub fn run(&self, program: &str) -> String {
        let directory = tempfile::tempdir().expect("a directory for the program");
        let source = directory.path().join("program.c");
        let executable = directory.path().join("program");
        fs::write(&source, [PRELUDE, program].concat()).expect("the program's source");
        self.compile(&source, &executable);
        let output = Command::new(&executable).output().expect("the program");
        text("the program", output)
    }

    fn compile(&self, source: &Path, executable: &Path) {
        let compiler = env::var_os("CC").unwrap_or_else(|| "cc".into());
        let output = Command::new(compiler)
            // Not -I: the C library's headers are to find their own <linux/…>.
            .arg("-iquote")
            .arg(self.root.join("include"))
            .args(["-std=gnu11", "-w", "-o"])
            .args([executable, source])
            .output()
            .expect("a C compiler");
        text("the compiler", output);
    }
}

/// What a process has printed, if it succeeded.
fn text(who: &str, output: Output) -> String {
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{who} failed:\n{complaints}");
    String::from_utf8(output.stdout).expect("text")
}
