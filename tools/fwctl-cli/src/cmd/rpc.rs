// SPDX-License-Identifier: GPL-2.0 OR MIT

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use clap::Args;
use fwctl::mlx5::{self, Verdict};
use fwctl::{DeviceType, Protocol, RpcScope, LONGEST_MESSAGE};
use serde::Serialize;

use crate::devices::Devices;
use crate::error::Error;
use crate::{hexdump, scope};

/// Send one message to the firmware and print its answer
///
/// Without --scope the message is sent at the lowest scope at which the device's driver lets it
/// through, where that is known, else at scope configuration. A scope that taints the kernel has to
/// be asked for.
#[derive(Debug, Args)]
pub(crate) struct Rpc {
    /// Kernel name, path, PCI address, or fd:N for an open descriptor
    #[arg(value_name = "DEV")]
    device: OsString,

    /// How far the message may reach
    #[arg(long, value_parser = scope::parser())]
    scope: Option<RpcScope>,

    /// Bytes of memory for the answer
    #[arg(long, value_name = "N", default_value_t = 4112)]
    out_len: usize,

    /// The message: pairs of hexadecimal digits, or @FILE or - for the bytes of a file or of standard input
    #[arg(value_name = "MESSAGE", required = true)]
    message: Vec<OsString>,
}

/// The firmware's answer.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    device: String,
    /// What was sent, by name where that is known.
    message: String,
    scope: &'static str,
    /// Length of the whole answer, which may be more than there was memory for.
    out_len: usize,
    /// The answer in hexadecimal.
    #[serde(serialize_with = "hex::serialize")]
    response: Vec<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    firmware: Option<Firmware>,
}

/// What the firmware says of the command.
#[derive(Debug, Serialize)]
struct Firmware {
    status: u8,
    status_name: Option<&'static str>,
    syndrome: u32,
    #[serde(skip)]
    verdict: Verdict,
}

impl From<Verdict> for Firmware {
    fn from(verdict: Verdict) -> Self {
        Self {
            status: verdict.status.0,
            status_name: verdict.status.name(),
            syndrome: verdict.syndrome,
            verdict,
        }
    }
}

impl Rpc {
    /// Gives the answer, and the firmware's failure beside it if there is one.
    pub(crate) fn run(
        self,
        devices: &dyn Devices,
        input: &mut dyn Read,
    ) -> Result<(Report, Option<Error>), Error> {
        let request = read_message(&self.message, input)?;
        let opened = devices.open(&self.device)?;
        let device_type = opened.transport.info()?.device_type;
        let protocol = Protocol::of(device_type);
        let scope = match (self.scope, protocol) {
            (Some(scope), _) => scope,
            (None, Some(protocol)) => protocol.scope_unasked(&request)?,
            (None, None) => RpcScope::Configuration,
        };
        let sent = opened.transport.rpc(scope, &request, self.out_len);
        let response = sent.map_err(|error| explain(error, protocol, &request, self.out_len))?;

        let message = name(protocol, &request);
        let (verdict, failure) = match device_type {
            DeviceType::Mlx5 => (
                Verdict::of(&response.bytes),
                mlx5::check(&message, &response.bytes).err(),
            ),
            _ => (None, None),
        };
        let report = Report {
            device: opened.name,
            message,
            scope: scope::name(scope),
            out_len: response.length,
            response: response.bytes,
            firmware: verdict.map(Firmware::from),
        };
        Ok((report, failure.map(Error::from)))
    }
}

/// The bytes that the words of the command line stand for.
fn read_message(words: &[OsString], input: &mut dyn Read) -> Result<Vec<u8>, Error> {
    let [word] = words else {
        return hexadecimal(words);
    };
    if word == "-" {
        return read_whole(input, "standard input");
    }
    match word.as_bytes().strip_prefix(b"@") {
        Some([]) => Err(Error::NoFileName),
        Some(path) => {
            let path = Path::new(OsStr::from_bytes(path));
            let name = path.to_string_lossy();
            let file = File::open(path).map_err(|source| input_error(&name, source))?;
            read_whole(file, &name)
        }
        None => hexadecimal(words),
    }
}

/// All bytes of `input`, of which no more are read than make a request.
fn read_whole(input: impl Read, name: &str) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    // One byte more, to tell the longest request from a longer one.
    // CAST: the constant is far below the limit.
    let mut input = input.take(LONGEST_MESSAGE as u64 + 1);
    let read = input.read_to_end(&mut bytes);
    read.map_err(|source| input_error(name, source))?;
    if bytes.len() > LONGEST_MESSAGE {
        return Err(Error::TooLong);
    }
    Ok(bytes)
}

fn input_error(name: &str, source: io::Error) -> Error {
    let name = name.to_owned();
    Error::Input { name, source }
}

/// The bytes that hexadecimal `words` write, each with or without `0x`.
fn hexadecimal(words: &[OsString]) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    for word in words {
        let word = word.to_string_lossy();
        let digits = word.strip_prefix("0x").or_else(|| word.strip_prefix("0X"));
        // A byte that two words share would be neither's.
        match hex::decode(digits.unwrap_or(&word)) {
            Ok(more) if !more.is_empty() => bytes.extend(more),
            _ => return Err(Error::Hex(word.into_owned())),
        }
    }
    Ok(bytes)
}

fn name(protocol: Option<&Protocol>, request: &[u8]) -> String {
    protocol.map_or_else(
        || "the message".to_owned(),
        |protocol| protocol.name(request),
    )
}

/// Says which message has no answer, and why the driver would refuse it if the kernel did.
fn explain(
    error: fwctl::Error,
    protocol: Option<&Protocol>,
    request: &[u8],
    response: usize,
) -> Error {
    let open = error.leaves_open_whether_the_device_acted();
    let fwctl::Error::Rpc { scope, source } = error else {
        return error.into();
    };
    let message = name(protocol, request);
    if open {
        return Error::Unanswered {
            message,
            scope,
            source,
        };
    }
    let refusal = protocol.and_then(|protocol| protocol.admit(scope, request, response).err());
    Error::Undelivered {
        message,
        scope,
        refusal,
        source,
    }
}

impl Report {
    pub(crate) fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        write!(out, "{} at scope {}", self.message, self.scope)?;
        if let Some(firmware) = &self.firmware {
            write!(out, ": {}", firmware.verdict)?;
        }
        writeln!(out)?;
        hexdump::write(out, &self.response)?;
        if self.out_len > self.response.len() {
            writeln!(
                out,
                "The whole answer has {} bytes; see --out-len.",
                self.out_len
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn read(words: &[&str], input: &[u8]) -> Result<Vec<u8>, Error> {
        let words: Vec<OsString> = words.iter().map(OsString::from).collect();
        read_message(&words, &mut &*input)
    }

    #[test]
    fn a_message_is_read_from_words_or_standard_input() {
        assert_eq!(read(&["0100", "00ff"], b"").unwrap(), [1, 0, 0, 0xff]);
        assert_eq!(read(&["0x01", "0xFF"], b"").unwrap(), [1, 0xff]);
        assert_eq!(read(&["0X01"], b"").unwrap(), [1]);
        assert_eq!(read(&["-"], b"\x01\x02").unwrap(), [1, 2]);
    }

    #[test]
    fn a_message_is_read_from_a_file() {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), [3, 4]).unwrap();
        let word = format!("@{}", file.path().display());
        assert_eq!(read(&[&word], b"").unwrap(), [3, 4]);
    }

    #[test]
    fn a_file_may_have_any_name() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(OsStr::from_bytes(b"\xff"));
        fs::write(&path, [5, 6]).unwrap();
        let mut word = OsString::from("@");
        word.push(&path);
        assert_eq!(read_message(&[word], &mut &[][..]).unwrap(), [5, 6]);
    }

    #[test]
    fn no_more_is_read_than_makes_a_request() {
        let longest = vec![7; LONGEST_MESSAGE];
        assert_eq!(read(&["-"], &longest).unwrap(), longest);
        let longer = vec![7; LONGEST_MESSAGE + 1];
        assert!(matches!(read(&["-"], &longer), Err(Error::TooLong)));
        assert!(matches!(read(&["@/dev/zero"], b""), Err(Error::TooLong)));
        let endless = read_message(&["-".into()], &mut io::repeat(0));
        assert!(matches!(endless, Err(Error::TooLong)));
    }

    #[test]
    fn a_word_that_is_not_whole_bytes_is_named() {
        for (words, offending) in [
            (&["1", "2"][..], "1"),
            (&["0x1", "0x2"], "0x1"),
            (&["01", "234"], "234"),
            (&["0x"], "0x"),
            (&[""], ""),
            (&["no"], "no"),
            (&["@", "01"], "@"),
        ] {
            let Err(Error::Hex(word)) = read(words, b"") else {
                panic!("{words:?}");
            };
            assert_eq!(word, offending);
        }
    }

    #[test]
    fn anything_else_is_wrong_usage() {
        assert!(matches!(read(&["@"], b""), Err(Error::NoFileName)));
        assert!(matches!(
            read(&["@/no/file"], b""),
            Err(Error::Input { .. })
        ));
    }
}
