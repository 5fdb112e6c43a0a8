// SPDX-License-Identifier: GPL-2.0 OR MIT

//! The `fwctl` command with any words, over a firmware that answers anything.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStringExt;
use std::sync::{Arc, Mutex};

use arbitrary::Arbitrary;
use fwctl::{Device, Error, Info, Loopback, LONGEST_MESSAGE};
use fwctl_cli::{run, Devices, Exit, Opened, Streams};
use serde_json::Value;

/// Words of the command line, and what the devices say.
#[derive(Arbitrary, Debug)]
pub struct Input {
    command: Command,
    input: Vec<u8>,
    /// The device's type, its driver's data, and its firmware's answer.
    device: (u32, Vec<u8>, Vec<u8>),
    width: Option<u16>,
}

#[derive(Arbitrary, Debug)]
enum Command {
    /// `rpc`, with memory for so many bytes, and these words.
    Rpc(u16, Vec<Word>),
    /// Anything.
    Any(Vec<Word>),
}

/// A word of the command line.
#[derive(Arbitrary, Debug)]
enum Word {
    /// The bytes in hexadecimal, behind `0x` or not.
    Hex(bool, Vec<u8>),
    Input,
    Known(u8),
    Any(Vec<u8>),
}

/// Words that mean something.
const KNOWN: [&str; 16] = [
    "--json",
    "list",
    "info",
    "rpc",
    "mlx5",
    "cap",
    "man",
    "help",
    "--help",
    "--version",
    "fwctl0",
    "--scope",
    "configuration",
    "debug-write",
    "--out-len",
    "--",
];

impl Word {
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = match self {
            Self::Hex(prefixed, bytes) => {
                let prefix = if *prefixed { "0x" } else { "" };
                format!("{prefix}{}", hex(bytes)).into_bytes()
            }
            Self::Input => b"-".to_vec(),
            Self::Known(at) => KNOWN[usize::from(*at) % KNOWN.len()].into(),
            Self::Any(bytes) => bytes.clone(),
        };
        // It would be the name of a file, of which there are some that never end.
        if bytes.first() == Some(&b'@') {
            bytes[0] = b'a';
        }
        bytes
    }
}

/// `bytes` in hexadecimal.
fn hex(bytes: &[u8]) -> String {
    let digits = bytes.iter().map(|byte| format!("{byte:02x}"));
    digits.collect()
}

/// The bytes that a word writes in hexadecimal.
fn unhex(word: &[u8]) -> Option<Vec<u8>> {
    let digits = match word {
        [b'0', b'x' | b'X', digits @ ..] => digits,
        digits => digits,
    };
    let digit = |digit: u8| char::from(digit).to_digit(16);
    let pairs = digits.chunks(2).map(|pair| match *pair {
        // CAST: two digits make a byte.
        [high, low] => Some(((digit(high)? << 4) | digit(low)?) as u8),
        _ => None,
    });
    let bytes: Vec<u8> = pairs.collect::<Option<_>>()?;
    (!bytes.is_empty()).then_some(bytes)
}

/// The message that `words` write.
fn message(words: &[Vec<u8>], input: &[u8]) -> Option<Vec<u8>> {
    if words == [b"-"] {
        return (input.len() <= LONGEST_MESSAGE).then(|| input.to_vec());
    }
    let bytes: Vec<_> = words
        .iter()
        .map(|word| unhex(word))
        .collect::<Option<_>>()?;
    (!bytes.is_empty()).then(|| bytes.concat())
}

/// One device, under any name.
struct One {
    info: Info,
    answer: Vec<u8>,
    /// What its firmware was sent.
    seen: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Devices for One {
    fn supported(&self) -> bool {
        true
    }

    fn list(&self) -> Result<Vec<Device>, Error> {
        Ok(Vec::new())
    }

    fn open(&self, name: &OsStr) -> Result<Opened, Error> {
        let (answer, seen) = (self.answer.clone(), Arc::clone(&self.seen));
        let firmware = move |request: &[u8], _: usize| {
            seen.lock()
                .expect("no firmware panics")
                .push(request.to_vec());
            answer.clone()
        };
        Ok(Opened {
            name: name.to_string_lossy().into_owned(),
            transport: Box::new(Loopback::new(self.info.clone(), firmware)),
        })
    }
}

/// What the command left behind: exit code, standard output, requests.
struct Ran(Exit, Vec<u8>, Vec<Vec<u8>>);

fn fwctl(input: &Input, words: Vec<Vec<u8>>) -> Ran {
    let (device_type, data, answer) = input.device.clone();
    let seen = Arc::default();
    let devices = One {
        info: Info {
            device_type: device_type.into(),
            data,
        },
        answer,
        seen: Arc::clone(&seen),
    };
    let (mut output, mut errors) = (Vec::new(), Vec::new());
    let streams = Streams {
        input: &mut &input.input[..],
        output: &mut output,
        errors: &mut errors,
        width: input.width,
    };
    let arguments = [b"fwctl".to_vec()].into_iter().chain(words);
    let exit = run(arguments.map(OsString::from_vec), &devices, streams);
    drop(devices);
    let seen = Mutex::into_inner(Arc::into_inner(seen).expect("the device is closed"));
    Ran(exit, output, seen.expect("no firmware panics"))
}

/// The one JSON value that is printed.
fn json(output: &[u8]) -> Value {
    let value: Value = serde_json::from_slice(output).expect("one JSON value");
    assert_eq!(value["schema"], 1);
    value
}

/// The bytes that a dump shows: lines with their offset, `*` for more of the same, the length.
fn undump(lines: &[&str]) -> Vec<u8> {
    let mut bytes: Vec<u8> = Vec::new();
    let mut same = false;
    for line in lines {
        if *line == "*" {
            same = true;
            continue;
        }
        let (offset, shown) = line.split_once(' ').unwrap_or((line, ""));
        let offset = usize::from_str_radix(offset, 16).expect("an offset");
        while same && bytes.len() < offset {
            bytes.push(bytes[bytes.len() - 16]);
        }
        same = false;
        assert_eq!(bytes.len(), offset);
        let shown = shown.split_whitespace();
        bytes.extend(shown.map(|byte| u8::from_str_radix(byte, 16).expect("a byte")));
    }
    bytes
}

/// `rpc` sends what its words write and shows what comes back, as JSON and as text.
fn check_rpc(input: &Input, room: u16, words: &[Vec<u8>]) {
    let command = |more: &[&str]| {
        let out_len = format!("--out-len={room}");
        let scope = "--scope=debug-read-only";
        let options = [&["rpc", "fwctl0", scope, &out_len], more, &["--"]].concat();
        let options = options.iter().map(|word| word.as_bytes().to_vec());
        fwctl(input, options.chain(words.iter().cloned()).collect())
    };
    let (text, Ran(exit, output, seen)) = (command(&[]), command(&["--json"]));
    assert_eq!(text.0, exit);
    let value = json(&output);
    let Some(message) = message(words, &input.input) else {
        assert_eq!(exit, Exit::Usage);
        assert!(seen.is_empty());
        return;
    };
    if let [seen] = &seen[..] {
        assert_eq!(*seen, message);
        assert_eq!(text.2, [message]);
        let answer = &input.device.2;
        let shown = &answer[..answer.len().min(room.into())];
        assert_eq!(value["response"], hex(shown));
        assert_eq!(value["out_len"], answer.len());
        let text = String::from_utf8(text.1).expect("text");
        let mut lines: Vec<_> = text.lines().skip(1).collect();
        lines.retain(|line| !line.starts_with("The whole answer"));
        assert_eq!(undump(&lines), shown);
    } else {
        // A driver of this project would have refused it.
        assert!(seen.is_empty());
        assert_eq!(exit, Exit::Refused);
    }
}

/// Any words make an exit code, and one JSON value if that is asked for.
fn check_any(input: &Input, words: Vec<Vec<u8>>) {
    let asked = words.iter().any(|word| word == b"--json");
    let end = words.iter().any(|word| word == b"--");
    let Ran(exit, output, _) = fwctl(input, words);
    if asked && !end && exit != Exit::Done {
        json(&output);
    }
}

/// The command does what its words say, or says what is wrong with them.
pub fn check(input: &Input) {
    match &input.command {
        Command::Rpc(room, words) => {
            let words: Vec<_> = words.iter().map(Word::bytes).collect();
            check_rpc(input, *room, &words);
        }
        Command::Any(words) => check_any(input, words.iter().map(Word::bytes).collect()),
    }
}
