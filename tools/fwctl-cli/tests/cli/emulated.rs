// SPDX-License-Identifier: GPL-2.0 OR MIT

//! Devices that need no kernel, and the command run on them.

use std::ffi::OsStr;
use std::io;
use std::path::PathBuf;

use anstream::StripStream;
use fwctl::{
    mlx5, CharDev, Device, DeviceNumber, DeviceType, Error, Info, Loopback, Response, RpcScope,
    Transport,
};
use fwctl_cli::{run, Devices, Exit, Opened, Streams};
use fwctl_emu::model::{Config, ConnectX};
use nix::errno::Errno;
use serde_json::Value;

/// A ConnectX `fwctl0`, a mock `fwctl1`, and devices that fail in one way each, named after it.
pub(crate) struct Emulated;

impl Devices for Emulated {
    fn supported(&self) -> bool {
        true
    }

    fn list(&self) -> Result<Vec<Device>, Error> {
        let device = |name: &str, minor, parent: &str, driver: Option<&str>| Device {
            name: name.to_owned(),
            node: PathBuf::from("/dev/fwctl").join(name),
            number: DeviceNumber { major: 240, minor },
            pci: parent.parse().ok(),
            parent: parent.to_owned(),
            driver: driver.map(str::to_owned),
        };
        Ok(vec![
            device("fwctl0", 0, "0000:08:00.0", Some("mlx5_core")),
            device("fwctl1", 1, "fwctl_mock", None),
        ])
    }

    fn open(&self, name: &OsStr) -> Result<Opened, Error> {
        let name = name.to_string_lossy();
        let transport: Box<dyn Transport> = match &*name {
            "fwctl0" => {
                let mut firmware = ConnectX::running(Config::default());
                Box::new(mlx5::loopback(move |request: &[u8], response: usize| {
                    firmware.execute(request, response)
                })?)
            }
            "fwctl1" => Box::new(mock()),
            "short-answer" => Box::new(connectx_that_answers(vec![0; 3])),
            "node" => Box::new(Node(CharDev::open("/dev/null")?)),
            "forbidden" => return Err(open_error(Errno::EACCES)),
            "gone" => Box::new(Unanswered(Errno::ENODEV)),
            "silent" => Box::new(Unanswered(Errno::ETIMEDOUT)),
            "faulty" => Box::new(Unanswered(Errno::EFAULT)),
            "picky" => Box::new(Unanswered(Errno::EINVAL)),
            "locked-down" => Box::new(Unanswered(Errno::EPERM)),
            _ => {
                return Err(Error::NoSuchDevice {
                    name: name.into_owned(),
                })
            }
        };
        Ok(Opened {
            name: name.into_owned(),
            transport,
        })
    }
}

/// A system without devices.
pub(crate) struct Nothing {
    /// Whether the kernel has fwctl.
    pub(crate) supported: bool,
}

impl Devices for Nothing {
    fn supported(&self) -> bool {
        self.supported
    }

    fn list(&self) -> Result<Vec<Device>, Error> {
        Ok(Vec::new())
    }

    fn open(&self, name: &OsStr) -> Result<Opened, Error> {
        Emulated.open(name)
    }
}

/// A transport without answers.
struct Unanswered(Errno);

impl Transport for Unanswered {
    fn info(&self) -> Result<Info, Error> {
        Ok(connectx_info())
    }

    fn rpc(&self, scope: RpcScope, _: &[u8], _: usize) -> Result<Response, Error> {
        let source = io::Error::from(self.0);
        Err(Error::Rpc { scope, source })
    }
}

/// The way that a real ConnectX takes, to a node that is none.
struct Node(CharDev);

impl Transport for Node {
    fn info(&self) -> Result<Info, Error> {
        Ok(connectx_info())
    }

    fn rpc(&self, scope: RpcScope, request: &[u8], response: usize) -> Result<Response, Error> {
        self.0.rpc(scope, request, response)
    }
}

fn open_error(errno: Errno) -> Error {
    Error::Open {
        path: "/dev/fwctl/fwctl9".into(),
        source: errno.into(),
    }
}

fn connectx_info() -> Info {
    Info {
        device_type: DeviceType::Mlx5,
        data: Vec::new(),
    }
}

fn connectx_that_answers(answer: Vec<u8>) -> impl Transport {
    Loopback::new(connectx_info(), move |_: &[u8], _: usize| answer.clone())
}

/// The mock, as far as it echoes.
fn mock() -> impl Transport {
    let info = Info {
        device_type: DeviceType::Mock,
        data: vec![1, 0, 0, 0, 7, 0, 0, 0],
    };
    Loopback::new(info, |request: &[u8], _: usize| {
        let mut answer = vec![0; 8];
        answer.extend(&request[8..]);
        answer
    })
}

/// What the command left behind.
pub(crate) struct Ran {
    pub(crate) exit: Exit,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    /// Standard output as the one JSON value that it has to be.
    pub(crate) fn json(&self) -> Value {
        let value: Value = serde_json::from_str(&self.out).expect(&self.out);
        assert_eq!(value["schema"], 1);
        value
    }
}

/// Runs `fwctl` with `words` on the [`Emulated`] devices.
pub(crate) fn fwctl(words: &[&str]) -> Ran {
    fwctl_on(&Emulated, None, words, b"")
}

/// Runs `fwctl` with `words` on `devices`.
pub(crate) fn fwctl_on(
    devices: &dyn Devices,
    width: Option<u16>,
    words: &[&str],
    input: &[u8],
) -> Ran {
    let mut out = StripStream::new(Vec::new());
    let mut err = StripStream::new(Vec::new());
    let streams = Streams {
        input: &mut &*input,
        output: &mut out,
        errors: &mut err,
        width,
    };
    let arguments = ["fwctl"].iter().chain(words);
    let exit = run(arguments.map(|word| word.into()), devices, streams);
    let text = |stream: StripStream<Vec<u8>>| String::from_utf8(stream.into_inner()).unwrap();
    Ran {
        exit,
        out: text(out),
        err: text(err),
    }
}
