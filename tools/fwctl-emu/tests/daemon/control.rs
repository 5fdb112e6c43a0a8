// SPDX-License-Identifier: GPL-2.0 OR MIT

//! The control socket, and `fwctl-emu ctl`.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::guest::Guest;
use crate::program::{wait_for, Program};

const NOP: [u8; 16] = [0x08, 0x0d, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
/// The answer is still to come.
const OWNED_BY_DEVICE: u8 = 1;

/// A program that serves, with a control socket and a log.
struct Served {
    directory: TempDir,
    program: Program,
    guest: Guest,
}

impl Served {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path = |name: &str| directory.path().join(name);
        let (socket, control, log) = (path("socket"), path("control"), path("log"));
        let arguments = ["--socket", "--control", "--log"]
            .iter()
            .map(Path::new)
            .zip([&*socket, &*control, &*log])
            .flat_map(|(option, path)| [option, path]);
        let program = Program::start(&arguments.collect::<Vec<_>>());
        wait_for(&socket);
        let guest = Guest::connect(&socket);
        Self {
            directory,
            program,
            guest,
        }
    }

    fn control(&self) -> PathBuf {
        self.directory.path().join("control")
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.directory.path().join("log")).unwrap()
    }

    /// `fwctl-emu ctl`.
    fn ctl(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_fwctl-emu"))
            .arg("ctl")
            .arg(self.control())
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .unwrap()
    }

    /// A request that is carried out, and its answer.
    fn asked(&self, arguments: &[&str]) -> String {
        let output = self.ctl(arguments);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{arguments:?}: {errors}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Waits until a slot's command is completed.
    fn wait_for_answer(&self, slot: u8) {
        let deadline = Instant::now() + Duration::from_secs(10);
        while self.guest.entry(slot)[63] == OWNED_BY_DEVICE {
            assert!(Instant::now() < deadline, "slot {slot} is not completed");
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

#[test]
fn a_dropped_command_comes_back_on_request() {
    let mut served = Served::new();
    assert_eq!(served.asked(&["faults"]), "{\"faults\":[],\"held\":[]}\n");
    let armed = served.asked(&["drop", "--opcode", "NOP", "--nth", "2"]);
    let fault = r#"{"id":1,"verb":"drop","of":{"opcode":"NOP","nth":2,"times":1},"seen":0}"#;
    assert_eq!(armed, format!("{{\"faults\":[{fault}],\"held\":[]}}\n"));

    served.guest.send(0, &NOP);
    assert_eq!(served.guest.entry(0)[63], 0, "the first");
    served.guest.send(1, &NOP);
    assert_eq!(served.guest.entry(1)[63], OWNED_BY_DEVICE, "the second");
    served.guest.send(2, &NOP);
    assert_eq!(served.guest.entry(2)[63], 0, "the third");
    assert_eq!(served.asked(&["faults"]), "{\"faults\":[],\"held\":[1]}\n");
    served.asked(&["release"]);
    assert_eq!(served.guest.entry(1)[63], 0, "released");

    let log = served.log();
    for line in [
        "fault 1 armed: drop: NOP(0x80d), 1 from number 2 on",
        "slot=1 op=NOP(0x80d) held fault=1",
        "held commands released: 1",
    ] {
        assert!(log.contains(line), "no {line:?} in {log}");
    }
    let completed = log.lines().filter(|line| line.ends_with("us fault=1"));
    assert_eq!(completed.count(), 1, "{log}");
}

#[test]
fn a_delayed_command_comes_back_by_itself_and_holds_up_no_other() {
    const DELAY: Duration = Duration::from_millis(200);
    let mut served = Served::new();
    served.asked(&["delay", "200", "--opcode", "NOP"]);
    let started = Instant::now();
    served.guest.send(0, &NOP);
    served.guest.send(1, &NOP);
    assert_eq!(served.guest.entry(1)[63], 0, "another slot");
    assert_eq!(served.guest.entry(0)[63], OWNED_BY_DEVICE);
    served.wait_for_answer(0);
    assert!(started.elapsed() >= DELAY);
}

#[test]
fn a_failed_command_tells_status_and_syndrome() {
    let mut served = Served::new();
    served.asked(&["fail", "no-resources", "--syndrome", "7", "--times", "2"]);
    for _ in 0..2 {
        let (status, answer) = served.guest.execute(&NOP);
        assert_eq!(
            (status, answer[..8].to_vec()),
            (0, vec![0xf, 0, 0, 0, 0, 0, 0, 7])
        );
    }
    assert_eq!(served.guest.execute(&NOP), (0, [0; 16]));
}

#[test]
fn faults_are_listed_and_cleared() {
    let served = Served::new();
    served.asked(&["drop", "--times", "0"]);
    served.asked(&["delay", "5"]);
    assert_eq!(served.asked(&["faults"]).matches("\"id\"").count(), 2);
    assert!(served.asked(&["clear", "1"]).contains("\"id\":2"));
    let output = served.ctl(&["clear", "1"]);
    assert_eq!(output.status.code(), Some(1));
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        errors,
        "fwctl-emu: the emulator did nothing: there is no fault 1\n"
    );
    assert_eq!(served.asked(&["clear"]), "{\"faults\":[],\"held\":[]}\n");
}

#[test]
fn one_connection_carries_many_lines_and_another_is_served_meanwhile() {
    let served = Served::new();
    let mut connection = UnixStream::connect(served.control()).unwrap();
    let mut answers = BufReader::new(connection.try_clone().unwrap()).lines();
    let longest = format!("{{\"verb\":\"faults\"{}}}", " ".repeat(3000));
    for (line, begins) in [
        ("{\"verb\":\"faults\"}", "{\"faults\""),
        (
            "\r\n\n{\"verb\":\"explode\"}\r",
            "{\"error\":\"unknown variant",
        ),
        ("\u{7f}", "{\"error\""),
        (&longest, "{\"faults\""),
    ] {
        writeln!(connection, "{line}").unwrap();
        let answer = answers.next().unwrap().unwrap();
        assert!(answer.starts_with(begins), "{line}: {answer}");
        served.asked(&["faults"]);
    }
}

#[test]
fn death_is_sudden() {
    let mut served = Served::new();
    served.asked(&["delay", "60000"]);
    served.guest.send(0, &NOP);
    assert_eq!(served.asked(&["die"]), "");
    assert_eq!(served.program.0.wait().unwrap().code(), Some(70));
    assert!(served.control().exists(), "nothing is cleaned up");
    assert_eq!(served.guest.entry(0)[63], OWNED_BY_DEVICE);
    assert!(
        served.log().ends_with(" the device dies\n"),
        "{}",
        served.log()
    );
    let output = served.ctl(&["faults"]);
    assert_eq!(output.status.code(), Some(1));
}
