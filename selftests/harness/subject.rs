// SPDX-License-Identifier: GPL-2.0

//! A device to test, with its driver: what a program needs that does the same with several.

use crate::{
    connectx,
    device::{
        Device,
        Request, //
    },
    expect::same,
    ktap::{
        fail,
        Outcome,
        Stop, //
    },
    mock,
    module,
    node::Node,
    wait::until, //
};

/// A device to test, with its driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A ConnectX, which is there or not.
    ConnectX,
    /// The mock, which comes with its driver.
    Mock,
}

impl Subject {
    /// Those that are here.
    pub fn all() -> Vec<Self> {
        let here = |subject: &Self| subject.find().is_ok();
        [Self::ConnectX, Self::Mock]
            .into_iter()
            .filter(here)
            .collect()
    }

    /// The module that drives it.
    pub fn module(self) -> &'static str {
        match self {
            Self::ConnectX => connectx::MODULE,
            Self::Mock => mock::MODULE,
        }
    }

    fn find(self) -> Result<Node, Stop> {
        match self {
            Self::ConnectX => Node::connectx(),
            Self::Mock => Node::mock(),
        }
    }

    /// Its device; the driver is loaded if need be.
    pub fn node(self) -> Result<Node, Stop> {
        if !module::loaded(self.module()) {
            module::load(self.module())?;
        }
        until("the device", connectx::PROBE, || self.find().ok())
    }

    /// The device can be opened, and answers.
    pub fn works(self) -> Outcome {
        answers(&self.node()?.open()?)
    }
}

/// A device answers to both ioctls.
pub fn answers(device: &Device) -> Outcome {
    device.info(0)?;
    let request = harmless(device)?;
    let response = device.rpc(request.scope, &request.message, request.room)?;
    same("length of the response", response.len, request.room)
}

/// A request that the device answers without harm.
pub fn harmless(device: &Device) -> Result<Request, Stop> {
    match device.harmless()? {
        Some(request) => Ok(request),
        None => fail("no harmless request is known for the device"),
    }
}
