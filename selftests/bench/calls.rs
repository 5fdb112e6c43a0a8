// SPDX-License-Identifier: GPL-2.0

//! Each call alone. The driver below does nothing, and sends requests back.

use std::fs::OpenOptions;

use harness::{
    device::Device,
    errno::ENOTTY,
    expect::refused,
    ktap::Stop,
    node::Node,
    sys::Pages,
    uapi::{
        scope,
        Info,
        Rpc,
        INFO,
        RPC, //
    }, //
};

use crate::{
    clock::cost,
    report, //
};

/// Length of the driver's data.
const DATA_LEN: usize = 8;
/// Lengths of requests and responses, and how often each is sent.
const LENGTHS: &[(usize, usize)] = &[
    (16, 400),
    (64, 400),
    (4 << 10, 400),
    (64 << 10, 100),
    (2 << 20, 20),
];
const TIMES: usize = 400;
/// An ioctl that there is not.
const UNKNOWN: u32 = 0x9a09;

/// An argument in memory.
pub struct Argument(Pages);

impl Argument {
    /// Puts `bytes` there.
    pub fn new(device: &Device, bytes: &[u8]) -> Result<Self, Stop> {
        let pages = device.pages(bytes.len())?;
        pages.write(0, bytes);
        Ok(Self(pages))
    }

    /// Its address.
    pub fn at(&self) -> u64 {
        self.0.at(0)
    }
}

/// Memory of `len` bytes that is there already.
pub fn present(device: &Device, len: usize) -> Result<Pages, Stop> {
    let pages = device.pages(len)?;
    pages.fill(1);
    Ok(pages)
}

/// Measures all.
pub fn run() -> Result<(), Stop> {
    let Some(node) = Node::all().into_iter().next() else {
        return Err(Stop::Skip("no fwctl device".into()));
    };
    let device = node.open()?;

    let data = present(&device, DATA_LEN)?;
    let info = Argument::new(&device, &Info::new(DATA_LEN as u32, data.at(0)).encode())?;
    let call = || Ok(device.ioctl(INFO, info.at())?);
    report("info", DATA_LEN, cost(TIMES, call)?);

    for &(len, times) in LENGTHS {
        let (request, response) = (present(&device, len)?, present(&device, len)?);
        let size = len as u32;
        let rpc = Rpc::new(
            scope::CONFIGURATION,
            size,
            request.at(0),
            size,
            response.at(0),
        );
        let rpc = Argument::new(&device, &rpc.encode())?;
        let call = || Ok(device.ioctl(RPC, rpc.at())?);
        report("rpc", len, cost(times, call)?);
    }

    let call = || refused(device.ioctl(UNKNOWN, info.at()), ENOTTY);
    report("unknown-ioctl", 0, cost(TIMES, call)?);

    let path = node.path();
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    let call = || {
        drop(options.open(&path)?);
        Ok(())
    };
    report("open+close", 0, cost(TIMES, call)?);
    Ok(())
}
