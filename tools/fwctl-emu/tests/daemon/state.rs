// SPDX-License-Identifier: GPL-2.0 OR MIT

//! The state directory: what the card keeps without power.

use std::io::Read;
use std::os::unix::fs::FileExt;
use std::path::Path;

use fwctl_emu::model::{Config, Flash, Image};
use fwctl_emu::pci::Storage;
use fwctl_emu::state::{StateDirectory, StateError};

use crate::guest::Guest;
use crate::program::{wait_for, Program};

/// ACCESS_REG of MNVDA: the link type of port 1.
fn link_type(op_mod: u8, first: [u8; 4], data: u8) -> Vec<u8> {
    let mut request = vec![
        0x08, 0x05, 0, 0, 0, 0, 0, op_mod, 0, 0, 0x90, 0x24, 0, 0, 0, 0,
    ];
    request.extend(first);
    request.extend([0x01, 0x01, 0x00, 0x12, 0, 0, 0, 0, 0, 0, 0, data]);
    request
}

/// The link type that counts.
fn current(guest: &mut Guest) -> u8 {
    let (delivery, answer) = guest.execute(&link_type(1, [0, 0x40, 0, 4], 0));
    assert_eq!((delivery, answer[0]), (0, 0));
    let mut value = [0; 16];
    guest.memory.read_exact_at(&mut value, 0x4000).unwrap();
    value[15]
}

fn start(state: &Path, socket: &Path) -> (Program, Guest) {
    let program = Program::start(&[Path::new("--state"), state, Path::new("--socket"), socket]);
    wait_for(socket);
    let mut guest = Guest::connect(socket);
    assert_eq!(guest.command(0x104, 16)[0], 0, "ENABLE_HCA");
    (program, guest)
}

#[test]
fn what_is_set_counts_after_a_restart_however_the_program_ended() {
    let directory = tempfile::tempdir().unwrap();
    let (state, socket) = (directory.path().join("a/b"), directory.path().join("s"));
    let (program, mut guest) = start(&state, &socket);
    let (delivery, answer) = guest.execute(&link_type(0, [3, 9, 0, 4], 8));
    assert_eq!((delivery, answer[0]), (0, 0));
    assert_eq!(current(&mut guest), 4, "not yet");
    program.signal("KILL");
    drop((program, guest));

    // The socket of a program that was killed is still there.
    let (_program, mut guest) = start(&state, &directory.path().join("s2"));
    assert_eq!(current(&mut guest), 8);
    let files: Vec<_> = std::fs::read_dir(&state)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(files, ["flash.json"], "nothing unfinished");
}

#[test]
fn the_next_machine_finds_what_the_last_one_set() {
    let directory = tempfile::tempdir().unwrap();
    let (state, socket) = (directory.path().join("state"), directory.path().join("s"));
    let (_program, mut guest) = start(&state, &socket);
    guest.execute(&link_type(0, [3, 9, 0, 4], 8));
    drop(guest);
    let mut guest = Guest::connect(&socket);
    guest.command(0x104, 16);
    assert_eq!(current(&mut guest), 8);
}

#[test]
fn an_empty_directory_is_a_new_card_and_a_strange_file_is_none() {
    let directory = tempfile::tempdir().unwrap();
    let mut state = StateDirectory::open(directory.path()).unwrap();
    assert_eq!(state.load().unwrap(), Flash::default());
    state.save(&Flash::default()).unwrap();
    assert_eq!(state.load().unwrap(), Flash::default());

    let file = directory.path().join("flash.json");
    std::fs::write(&file, "[").unwrap();
    assert!(matches!(state.load(), Err(StateError::Content { .. })));
    let socket = directory.path().join("s");
    let mut program = Program::start(&[
        Path::new("--state"),
        directory.path(),
        Path::new("--socket"),
        &socket,
    ]);
    assert_eq!(program.0.wait().unwrap().code(), Some(1));
    let mut message = String::new();
    let mut stderr = program.0.stderr.take().unwrap();
    stderr.read_to_string(&mut message).unwrap();
    assert!(message.contains("is not the state of a card"), "{message}");
    assert_eq!(std::fs::read(&file).unwrap(), b"[", "left alone");
    assert!(matches!(
        StateDirectory::open(&file),
        Err(StateError::Directory { .. })
    ));
}

#[test]
fn a_directory_that_vanished_keeps_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("state");
    let mut state = StateDirectory::open(&path).unwrap();
    std::fs::remove_dir(&path).unwrap();
    assert!(state.save(&Flash::default()).is_err());
}

#[test]
fn images_are_kept_as_long_as_they_are_needed() {
    let directory = tempfile::tempdir().unwrap();
    let mut state = StateDirectory::open(directory.path()).unwrap();
    let image = |version: &str| {
        let version = version.parse().unwrap();
        Some(Image::build(&Config::default(), version, b"content"))
    };
    let files = || {
        let mut names: Vec<_> = std::fs::read_dir(directory.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    };
    let flash = Flash::default().with_images(image("16.36.1010"), image("16.37.1"));
    state.save(&flash).unwrap();
    assert_eq!(state.load().unwrap(), flash);
    assert_eq!(files().len(), 3);
    assert!(files()[1].starts_with("image-16.36.1010-"), "{:?}", files());
    let flash = Flash::default().with_images(image("16.37.1"), None);
    state.save(&flash).unwrap();
    assert_eq!(state.load().unwrap(), flash);
    assert_eq!(files().len(), 2);

    let file = directory.path().join(&files()[1]);
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[50] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    assert!(matches!(state.load(), Err(StateError::Image { .. })));
    std::fs::remove_file(&file).unwrap();
    assert!(matches!(state.load(), Err(StateError::Directory { .. })));
}

#[test]
fn the_program_writes_images() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("image");
    let run = |arguments: &[&str]| {
        std::process::Command::new(env!("CARGO_BIN_EXE_fwctl-emu"))
            .arg("image")
            .args(arguments)
            .arg(&file)
            .output()
            .unwrap()
    };
    assert!(run(&["16.36.1010", "--size", "99"]).status.success());
    let image = Image::check(&std::fs::read(&file).unwrap()).unwrap();
    assert_eq!(image.version().to_string(), "16.36.1010");
    for wrong in ["16.36", "16.36.1010.1", "16.36.x", "16.36.65536"] {
        let output = run(&[wrong]);
        assert_eq!(output.status.code(), Some(2), "{wrong}");
        let message = String::from_utf8(output.stderr).unwrap();
        assert!(message.contains("such as 16.36.1010"), "{message}");
    }
}
