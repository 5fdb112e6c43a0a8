// SPDX-License-Identifier: GPL-2.0 OR MIT

use std::fs;
use std::io::{self, Read, Write};

use clap::Args;
use fwctl::mlx5::{self, Verdict};
use fwctl::{DeviceType, Protocol, RpcScope};
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
    device: String,

    /// How far the message may reach
    #[arg(long, value_parser = scope::parser())]
    scope: Option<RpcScope>,

    /// Bytes of memory for the answer
    #[arg(long, value_name = "N", default_value_t = 4112)]
    out_len: usize,

    /// The message: hexadecimal digits, or @FILE or - for the bytes of a file or of standard input
    #[arg(value_name = "MESSAGE", required = true)]
    message: Vec<String>,
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
        let scope = match self.scope {
            Some(scope) => scope,
            None => least_scope(protocol, &request)?,
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
fn read_message(words: &[String], input: &mut dyn Read) -> Result<Vec<u8>, Error> {
    let failed = |name: &str| {
        let name = name.to_owned();
        move |source| Error::Input { name, source }
    };
    let [word] = words else {
        return hexadecimal(words);
    };
    if word == "-" {
        let mut bytes = Vec::new();
        let read = input.read_to_end(&mut bytes);
        read.map_err(failed("standard input"))?;
        return Ok(bytes);
    }
    match word.strip_prefix('@') {
        Some(name) => fs::read(name).map_err(failed(name)),
        None => hexadecimal(words),
    }
}

/// The bytes that hexadecimal `words` write, each with or without `0x`.
fn hexadecimal(words: &[String]) -> Result<Vec<u8>, Error> {
    let digits = words
        .iter()
        .map(|word| word.strip_prefix("0x").unwrap_or(word));
    Ok(hex::decode(digits.collect::<String>())?)
}

/// The scope for a message where none was asked for.
fn least_scope(protocol: Option<&Protocol>, request: &[u8]) -> Result<RpcScope, Error> {
    let least = protocol.and_then(|protocol| protocol.least_scope(request));
    match least {
        Some(scope) if scope.taints() => Err(Error::NotAskedFor {
            message: name(protocol, request),
            scope,
        }),
        // What has no rule is for the kernel to refuse.
        least => Ok(least.unwrap_or(RpcScope::Configuration)),
    }
}

fn name(protocol: Option<&Protocol>, request: &[u8]) -> String {
    protocol.map_or_else(
        || "the message".to_owned(),
        |protocol| protocol.name(request),
    )
}

/// Adds to the kernel's refusal why the driver would refuse the message.
fn explain(
    error: fwctl::Error,
    protocol: Option<&Protocol>,
    request: &[u8],
    response: usize,
) -> Error {
    let fwctl::Error::Rpc { scope, source } = error else {
        return error.into();
    };
    let refusal = protocol.and_then(|protocol| protocol.admit(scope, request, response).err());
    Error::Undelivered {
        message: name(protocol, request),
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
    use super::*;

    fn read(words: &[&str], input: &[u8]) -> Result<Vec<u8>, Error> {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        read_message(&words, &mut &*input)
    }

    #[test]
    fn a_message_is_read_from_words_or_standard_input() {
        assert_eq!(read(&["0100", "00ff"], b"").unwrap(), [1, 0, 0, 0xff]);
        assert_eq!(read(&["0x01", "0xFF"], b"").unwrap(), [1, 0xff]);
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
    fn anything_else_is_wrong_usage() {
        assert!(matches!(read(&["123"], b""), Err(Error::Hex(_))));
        assert!(matches!(read(&["no"], b""), Err(Error::Hex(_))));
        assert!(matches!(
            read(&["@/no/file"], b""),
            Err(Error::Input { .. })
        ));
    }
}
