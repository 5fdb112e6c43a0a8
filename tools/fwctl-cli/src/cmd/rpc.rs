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
/// Without --scope the message is sent at the lowest scope that the device's driver lets it through,
/// where that is known, else at scope configuration.
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
    #[serde(skip_serializing_if = "Option::is_none")]
    command: Option<String>,
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
        let scope = self.scope.unwrap_or_else(|| {
            let least = protocol.and_then(|protocol| protocol.least_scope(&request));
            least.unwrap_or(RpcScope::Configuration)
        });
        let sent = opened.transport.rpc(scope, &request, self.out_len);
        let response = sent.map_err(|error| explain(error, protocol, &request, self.out_len))?;

        let verdict = match device_type {
            DeviceType::Mlx5 => Verdict::of(&response.bytes),
            _ => None,
        };
        let failure = verdict.filter(|verdict| !verdict.is_ok()).map(|verdict| {
            Error::Library(fwctl::Error::Status {
                command: mlx5::command_name(&request),
                verdict,
            })
        });
        let rule = protocol.and_then(|protocol| protocol.rule(&request));
        let report = Report {
            device: opened.name,
            command: rule.map(|rule| rule.name.to_owned()),
            scope: scope::name(scope),
            out_len: response.length,
            response: response.bytes,
            firmware: verdict.map(Firmware::from),
        };
        Ok((report, failure))
    }
}

/// The bytes that the words of the command line stand for.
fn read_message(words: &[String], input: &mut dyn Read) -> Result<Vec<u8>, Error> {
    match words {
        [word] if word == "-" => {
            let mut bytes = Vec::new();
            input
                .read_to_end(&mut bytes)
                .map_err(|source| Error::Input {
                    name: "standard input".to_owned(),
                    source,
                })?;
            Ok(bytes)
        }
        [word] if word.starts_with('@') => {
            let name = word.trim_start_matches('@');
            fs::read(name).map_err(|source| Error::Input {
                name: name.to_owned(),
                source,
            })
        }
        words => {
            let digits = words.iter().map(|word| word.trim_start_matches("0x"));
            Ok(hex::decode(digits.collect::<String>())?)
        }
    }
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
    let rule = protocol.and_then(|protocol| protocol.rule(request));
    let refusal = protocol.and_then(|protocol| protocol.admit(scope, request, response).err());
    Error::Undelivered {
        message: rule.map_or_else(|| "the message".to_owned(), |rule| rule.name.to_owned()),
        scope,
        refusal,
        source,
    }
}

impl Report {
    pub(crate) fn text(&self, out: &mut dyn Write) -> io::Result<()> {
        let command = self.command.as_deref().unwrap_or("message");
        write!(out, "{command} at scope {}", self.scope)?;
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
