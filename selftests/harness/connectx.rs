// SPDX-License-Identifier: GPL-2.0

//! The few commands of a ConnectX that the cases send, big endian.
//!
//! C header: `include/linux/mlx5/mlx5_ifc.h`.

use std::{
    fs,
    path::{
        Path,
        PathBuf, //
    },
    time::Duration, //
};

use crate::{
    ktap::{
        skip,
        Stop, //
    },
    node::Node,
    wait::until, //
};

/// The module that drives it.
pub const MODULE: &str = "mlx5_fwctl";

/// Reads a set of capabilities.
pub const QUERY_HCA_CAP: u16 = 0x100;
/// Reads the state of an event queue.
pub const QUERY_EQ: u16 = 0x303;
/// Reads or writes a register.
pub const ACCESS_REG: u16 = 0x805;
/// Does nothing.
pub const NOP: u16 = 0x80d;

/// Right of a user context to commands that change the device for everybody.
pub const TOOLS_RESOURCES: u32 = 0x4;

/// A whole [`NOP`].
pub const NOP_REQUEST: [u8; 16] = [0x08, 0x0d, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

/// Length of the head of requests and responses, with the first 8 bytes of a command's own fields.
pub const HEAD: u32 = 16;

/// A command: its number, its variant and its own fields.
pub fn command(opcode: u16, op_mod: u16, fields: &[u8]) -> Vec<u8> {
    command_of(0, opcode, op_mod, fields)
}

/// A command that claims to come from the user context `uid`.
pub fn command_of(uid: u16, opcode: u16, op_mod: u16, fields: &[u8]) -> Vec<u8> {
    let head = [opcode, uid, 0, op_mod].map(u16::to_be_bytes).concat();
    [head.as_slice(), fields].concat()
}

/// The fields of a register access: the register's number, an argument, the register's `len` bytes.
pub fn register(id: u16, len: usize) -> Vec<u8> {
    let mut fields = vec![0; 8 + len];
    fields[2..4].copy_from_slice(&id.to_be_bytes());
    fields
}

/// What the firmware says about the command: 0 when it was carried out.
pub fn status(response: &[u8]) -> u8 {
    response[0]
}

/// The 32-bit field at byte `at`.
pub fn field(response: &[u8], at: usize) -> u32 {
    let mut number = [0; 4];
    number.copy_from_slice(&response[at..at + 4]);
    u32::from_be_bytes(number)
}

/// The PCI function of a device.
pub fn function(node: &Node) -> Result<PathBuf, Stop> {
    Ok(fs::canonicalize(node.sysfs().join("device"))?)
}

/// Name of the PCI function of a device, `0000:01:00.0`.
pub fn function_name(node: &Node) -> Result<String, Stop> {
    let function = function(node)?;
    let name = function.file_name().unwrap_or_default();
    Ok(name.to_string_lossy().into_owned())
}

/// Name of the auxiliary device of a PCI function, and its driver's place in sysfs.
pub fn auxiliary(function: &Path) -> Result<(String, PathBuf), Stop> {
    for entry in fs::read_dir(function)?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with("mlx5_core.fwctl.") {
            return Ok((name, fs::canonicalize(entry.path().join("driver"))?));
        }
    }
    skip("no auxiliary device mlx5_core.fwctl")
}

/// The device of this PCI function, if it has one now.
pub fn find(wanted: &Path) -> Option<Node> {
    let ours = |node: &Node| function(node).is_ok_and(|function| function == wanted);
    let mut nodes = Node::all().into_iter();
    nodes.find(|node| node.path().exists() && ours(node))
}

/// The device of this PCI function, as soon as there is one.
pub fn node_of(function: &Path) -> Result<Node, Stop> {
    until("the return of the device", PROBE, || find(function))
}

/// Longest time until a device works again, in an emulated machine.
pub const PROBE: Duration = Duration::from_secs(60);
