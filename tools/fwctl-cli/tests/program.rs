// SPDX-License-Identifier: GPL-2.0 OR MIT

//! The program itself, as a shell runs it.

use std::ffi::OsStr;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::process::{Command, Output, Stdio};

fn fwctl(words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fwctl"));
    command.args(words);
    command
}

fn output(words: &[&str]) -> Output {
    fwctl(words).output().unwrap()
}

#[test]
fn help_has_the_exit_codes() {
    let help = output(&["--help"]);
    assert_eq!(help.status.code(), Some(0));
    let text = String::from_utf8(help.stdout).unwrap();
    for code in 0..=8 {
        assert!(text.contains(&format!("\n  {code}  ")), "{text}");
    }
}

#[test]
fn the_exit_code_is_the_documented_one() {
    assert_eq!(output(&["--version"]).status.code(), Some(0));
    assert_eq!(output(&[]).status.code(), Some(2));
    assert_eq!(output(&["--no-such-option"]).status.code(), Some(2));
    assert_eq!(output(&["info", "no-such-device"]).status.code(), Some(3));
}

#[test]
fn an_inherited_descriptor_is_a_device() {
    // Standard error is one; that it is no fwctl device is for the kernel to say. Some containers
    // forbid to take it over.
    let output = output(&["info", "fd:2", "--json"]);
    let text = String::from_utf8(output.stdout).unwrap();
    let forbidden = text.contains("\"EPERM\"") || text.contains("\"ENOSYS\"");
    assert!(forbidden || text.contains("\"ENOTTY\""), "{text}");
    assert!(forbidden || output.status.code() == Some(3), "{text}");
}

#[test]
fn a_device_may_be_a_path_of_any_bytes() {
    let path = OsStr::from_bytes(b"/dev/no-such-\xff");
    let output = fwctl(&["info", "--json"]).arg(path).output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{output:?}");
}

#[test]
fn there_is_no_colour_outside_a_terminal() {
    for words in [&["--help"][..], &["--no-such-option"], &["info", "none"]] {
        let output = output(words);
        for stream in [output.stdout, output.stderr] {
            assert!(!stream.contains(&0x1b), "{words:?}");
        }
    }
}

#[test]
fn a_reader_that_goes_early_is_no_failure() {
    for words in [&["man", "rpc"][..], &["--help"], &["list", "--json"]] {
        let mut child = fwctl(words)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let mut complaints = String::new();
        let mut errors = child.stderr.take().unwrap();
        errors.read_to_string(&mut complaints).unwrap();
        assert_eq!(complaints, "", "{words:?}");
        assert_eq!(child.wait().unwrap().code(), Some(0), "{words:?}");
    }
}

#[test]
fn a_full_disk_is_a_failure() {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full");
    let output = fwctl(&["man"]).stdout(full.unwrap()).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        complaint,
        "fwctl: cannot write the output: No space left on device (ENOSPC)\n"
    );
}
