// SPDX-License-Identifier: GPL-2.0 OR MIT

//! The server for virtual machines, and the program around it.

use std::io::Read;
use std::os::fd::AsRawFd;
use std::os::unix::fs::FileExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use fwctl_emu::model::{Config, ConnectX};
use fwctl_emu::pci::Function;
use fwctl_emu::socket::ListenError;
use fwctl_emu::vfio_user::{Attachment, Server};
use tempfile::TempDir;
use vfio_user::Client;

use crate::guest::{Guest, BAR0, CONFIG, EVENTFD_TRIGGER, MEMORY, MEMORY_SIZE, MSIX, RING};
use crate::program::{wait_for, Program};

/// A directory with a server's socket in it.
fn serve() -> (TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let socket = directory.path().join("socket");
    let server = Server::listen(&socket).unwrap();
    std::thread::spawn(move || {
        let device = ConnectX::new(Config::default());
        let attachment = Arc::new(Attachment::new(Function::new(device, Box::new(()))));
        server.serve(&attachment, |error| panic!("{error}"))
    });
    (directory, socket)
}

#[test]
fn a_guest_finds_a_connectx5() {
    let (_directory, socket) = serve();
    let mut client = Client::new(&socket).unwrap();
    assert_eq!(client.region(BAR0).unwrap().size, 1 << 20);
    assert_eq!(client.region(CONFIG).unwrap().size, 4096);
    assert_eq!(client.get_irq_info(MSIX).unwrap().count, 64);
    let mut ids = [0; 4];
    client.region_read(CONFIG, 0, &mut ids).unwrap();
    assert_eq!(ids, [0xb3, 0x15, 0x17, 0x10]);
}

#[test]
fn commands_go_through_shared_memory() {
    let (_directory, socket) = serve();
    let mut guest = Guest::connect(&socket);
    assert_eq!(guest.command(0x80d, 16), [0; 16]);
    assert_eq!(guest.command(0x100, 16)[0], 4, "not enabled");
    assert_eq!(guest.command(0x104, 16)[0], 0);
    guest.client.dma_unmap(MEMORY, MEMORY_SIZE).unwrap();
    let (status, _) = guest.execute(&[0x08, 0x0d, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!(status, 1, "out of reach");
}

#[test]
fn events_raise_interrupts() {
    let (_directory, socket) = serve();
    let mut guest = Guest::connect(&socket);
    let (mut ours, theirs) = UnixStream::pair().unwrap();
    guest
        .client
        .set_irqs(MSIX, EVENTFD_TRIGGER, 3, 1, &[theirs.as_raw_fd()])
        .unwrap();
    guest.command(0x104, 16);
    guest.command(0x102, 32);
    let uar = guest.command(0x802, 16)[8..12].try_into().unwrap();
    let uar = u32::from_be_bytes(uar);

    let mut create = vec![0; 280];
    create[..2].copy_from_slice(&[0x03, 0x01]);
    create[28..32].copy_from_slice(&uar.to_be_bytes());
    create[39] = 3;
    create[0x58..0x60].copy_from_slice(&(1u64 << 0x0a).to_be_bytes());
    create[272..280].copy_from_slice(&RING.to_be_bytes());
    assert_eq!(guest.execute(&create), (0, [0; 16]), "event queue 0");

    let arm = u64::from(uar) * 4096 + 0x40;
    guest.client.region_write(BAR0, arm, &[0; 4]).unwrap();
    guest.command(0x80d, 16);
    ours.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let mut counter = [0; 8];
    ours.read_exact(&mut counter).unwrap();
    assert_eq!(counter, 1u64.to_ne_bytes());
    let mut event = [0; 64];
    guest.memory.read_exact_at(&mut event, 0x2000).unwrap();
    assert_eq!((event[1], event[35]), (0x0a, 1));
}

#[test]
fn the_next_guest_finds_a_device_that_was_reset() {
    let (_directory, socket) = serve();
    let mut guest = Guest::connect(&socket);
    guest.command(0x104, 16);
    assert_eq!(
        guest.command(0x107, 16)[0],
        2,
        "enabled; op_mod 0 is unknown"
    );
    drop(guest);
    let mut guest = Guest::connect(&socket);
    assert_eq!(guest.command(0x107, 16)[0], 4, "not enabled");
    guest.client.reset().unwrap();
    let mut queue = [0; 4];
    guest.client.region_read(BAR0, 0x14, &mut queue).unwrap();
    assert_eq!(queue, [0, 0, 0, 0x56]);
}

#[test]
fn memory_that_is_not_there_is_not_mapped() {
    let (_directory, socket) = serve();
    let mut guest = Guest::connect(&socket);
    let fd = guest.memory.as_raw_fd();
    for (offset, address, size) in [
        (MEMORY_SIZE, 0x2000_0000, 0x1000),
        (u64::MAX, 0x2000_0000, 0x1000),
        (0, u64::MAX - 0xfff, MEMORY_SIZE),
        (0, MEMORY + 0x1000, 0x1000),
        (0, 0x2000_0000, 0),
    ] {
        guest.client.dma_map(offset, address, size, fd).unwrap();
    }
    guest.client.dma_unmap(0x7000, u64::MAX).unwrap();
    guest.client.dma_unmap(0, 0).unwrap();
    let mut ids = [0; 2];
    guest.client.region_read(CONFIG, 0, &mut ids).unwrap();
    assert_eq!(ids, [0xb3, 0x15]);
}

#[test]
fn only_a_dead_socket_is_replaced() {
    let directory = tempfile::tempdir().unwrap();
    let socket = directory.path().join("socket");
    drop(UnixListener::bind(&socket).unwrap());
    let server = Server::listen(&socket).unwrap();
    assert!(matches!(
        Server::listen(&socket),
        Err(ListenError::InUse(_))
    ));
    drop(server);
    std::fs::write(&socket, "precious").unwrap();
    assert!(matches!(
        Server::listen(&socket),
        Err(ListenError::NotASocket(_))
    ));
    assert_eq!(std::fs::read(&socket).unwrap(), b"precious");
    assert!(matches!(
        Server::listen(Path::new("/nonexistent/socket")),
        Err(ListenError::Bind { .. })
    ));
}

#[test]
fn the_program_logs_commands_and_leaves_no_socket() {
    let directory = tempfile::tempdir().unwrap();
    let (socket, log) = (directory.path().join("s"), directory.path().join("log"));
    for signal in ["TERM", "INT"] {
        let mut program =
            Program::start(&[Path::new("--socket"), &socket, Path::new("--log"), &log]);
        wait_for(&socket);
        let mut guest = Guest::connect(&socket);
        guest.command(0x80d, 16);
        let lines = std::fs::read_to_string(&log).unwrap();
        assert!(lines.contains("slot=0 op=NOP(0x80d)"), "{lines}");
        program.signal(signal);
        assert!(program.0.wait().unwrap().success(), "SIG{signal}");
        assert!(!socket.exists(), "SIG{signal}");
    }
}

#[test]
fn the_program_says_why_it_cannot_serve() {
    let directory = tempfile::tempdir().unwrap();
    let mut program = Program::start(&[Path::new("--socket"), directory.path()]);
    assert_eq!(program.0.wait().unwrap().code(), Some(1));
    let mut message = String::new();
    let mut stderr = program.0.stderr.take().unwrap();
    stderr.read_to_string(&mut message).unwrap();
    assert!(message.contains("is not a socket"), "{message}");
}

#[test]
fn the_program_names_a_cause_once() {
    let directory = tempfile::tempdir().unwrap();
    let socket = directory.path().join("missing").join("socket");
    let mut program = Program::start(&[Path::new("--socket"), &socket]);
    assert_eq!(program.0.wait().unwrap().code(), Some(1));
    let mut message = String::new();
    let mut stderr = program.0.stderr.take().unwrap();
    stderr.read_to_string(&mut message).unwrap();
    assert_eq!(message.matches("No such file").count(), 1, "{message}");
}

#[test]
fn the_program_needs_nobody_to_read_its_errors() {
    let directory = tempfile::tempdir().unwrap();
    let (reader, writer) = UnixStream::pair().unwrap();
    drop(reader);
    let status = Command::new(env!("CARGO_BIN_EXE_fwctl-emu"))
        .args(["connectx", "--socket"])
        .arg(directory.path())
        .stderr(std::os::fd::OwnedFd::from(writer))
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(1), "{status}");
}
