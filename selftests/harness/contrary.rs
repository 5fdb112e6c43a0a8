// SPDX-License-Identifier: GPL-2.0

//! The driver that does what a driver should not, `modules/fwctl_contrary.c`.

use std::{
    fs,
    time::Duration, //
};

use crate::{
    device::{
        Device,
        Response, //
    },
    errno::Errno,
    ktap::{
        fail,
        Stop, //
    },
    module::{
        self,
        Leaves, //
    },
    node::Node,
    uapi::scope, //
};

/// Its module.
pub const MODULE: &str = "fwctl_contrary";

/// The type of its device, unless a parameter says otherwise.
pub const DEVICE_TYPE: u32 = 0x746e_6f63;

/// Length of its requests; what follows is ignored.
pub const HEAD: u32 = 8;

/// The driver, until dropped.
pub struct Contrary(#[allow(dead_code)] Leaves);

impl Contrary {
    /// Loads it with these parameters, which the core may refuse.
    pub fn load(parameters: &str) -> Result<Result<Self, Errno>, Stop> {
        let loaded = module::load_with(MODULE, parameters)?;
        Ok(loaded.map(|()| Self(Leaves(MODULE))))
    }

    /// Its device. Other devices are not opened for the search.
    pub fn node(&self) -> Result<Node, Stop> {
        let ours = |node: &Node| {
            let parent = fs::canonicalize(node.sysfs().join("device"));
            parent.is_ok_and(|parent| parent.ends_with(MODULE))
        };
        match Node::all().into_iter().find(ours) {
            Some(node) => Ok(node),
            None => fail(format!("no device of {MODULE}")),
        }
    }
}

/// Sends a request of `len` bytes, to which the answer is `answer_len` bytes in its own buffer. From
/// then on it takes `close` to close the context.
pub fn send(
    device: &Device,
    len: u32,
    answer_len: u32,
    close: Duration,
    room: u32,
) -> Result<Response, Errno> {
    let close = close.as_millis() as u32;
    let mut message = [answer_len.to_ne_bytes(), close.to_ne_bytes()].concat();
    message.resize(len as usize, 0);
    device.rpc(scope::CONFIGURATION, &message, room)
}
