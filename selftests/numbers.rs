// SPDX-License-Identifier: GPL-2.0

//! There is an ioctl of a number, or ENOTTY: `fwctl.h`, "Extensible structures".
//!
//! Programs probe for an ioctl by its number, and numbers 2 and 3 are in use out of tree: an
//! unknown number is refused before anything else is looked at. All 32 bits count.

use std::process::ExitCode;

use harness::{
    child::able_to_call_as,
    errno::{
        EFAULT,
        ENOTTY, //
    },
    expect::refused,
    ktap::{
        program,
        Outcome,
        Suite, //
    },
    node::Node,
    sys::Caller,
    uapi::{
        Info,
        Rpc,
        INFO,
        RPC, //
    }, //
};

const READ: u32 = 2 << 30;
const WRITE: u32 = 1 << 30;
const INFO_SIZE: u32 = (Info::SIZE as u32) << 16;
const RPC_SIZE: u32 = (Rpc::SIZE as u32) << 16;

const UNKNOWN: &[(&str, u32)] = &[
    ("2, in use out of tree", 0x9a02),
    ("3, in use out of tree", 0x9a03),
    ("4", 0x9a04),
    ("0x80", 0x9a80),
    ("0xff", 0x9aff),
    ("0 of type 0", 0x0000),
    ("0 of the type before", 0x9900),
    ("1 of the type behind", 0x9b01),
    ("INFO that reads", INFO | READ),
    ("INFO that writes", INFO | WRITE),
    (
        "INFO that reads and writes its size",
        INFO | READ | WRITE | INFO_SIZE,
    ),
    ("INFO with its size", INFO | INFO_SIZE),
    ("RPC that reads", RPC | READ),
    ("RPC that writes", RPC | WRITE),
    (
        "RPC that reads and writes its size",
        RPC | READ | WRITE | RPC_SIZE,
    ),
    ("RPC with its size", RPC | RPC_SIZE),
    ("all bits", u32::MAX),
];

const KNOWN: &[(&str, u32)] = &[("INFO", INFO), ("RPC", RPC)];

fn unknown(node: &Node, caller: Caller, number: u32) -> Outcome {
    able_to_call_as(caller)?;
    let device = node.open()?.called_as(caller);
    let hole = device.pages(1)?;
    refused(device.ioctl(number, hole.at(hole.len())), ENOTTY)
}

fn known(node: &Node, caller: Caller, number: u32) -> Outcome {
    able_to_call_as(caller)?;
    let device = node.open()?.called_as(caller);
    let hole = device.pages(1)?;
    refused(device.ioctl(number, hole.at(hole.len())), EFAULT)
}

fn main() -> ExitCode {
    program(|| {
        let node = &Node::any()?;
        let mut suite = Suite::default();
        for (who, caller) in [("", Caller::Native), ("32-bit: ", Caller::Compat)] {
            for &(name, number) in UNKNOWN {
                let name = format!("{who}no ioctl {name}, before its argument is read");
                suite.case(name, move || unknown(node, caller, number));
            }
            for &(name, number) in KNOWN {
                let name = format!("{who}ioctl {name} reads its argument");
                suite.case(name, move || known(node, caller, number));
            }
        }
        suite.run()
    })
}
