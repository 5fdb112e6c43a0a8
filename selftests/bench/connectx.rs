// SPDX-License-Identifier: GPL-2.0

//! Commands to a ConnectX.

use harness::{
    connectx::{
        command,
        HEAD,
        NOP,
        QUERY_HCA_CAP, //
    },
    ktap::Stop,
    node::Node,
    uapi::{
        scope,
        Rpc,
        RPC, //
    }, //
};

use crate::{
    calls::{
        present,
        Argument, //
    },
    clock::cost,
    report, //
};

const TIMES: usize = 100;
/// Length of the answer to `QUERY_HCA_CAP`.
const CAPABILITIES: usize = 4112;

/// Measures all.
pub fn run() -> Result<(), Stop> {
    let device = Node::connectx()?.open()?;
    for (name, opcode, len) in [
        ("nop", NOP, HEAD as usize),
        ("query-hca-cap", QUERY_HCA_CAP, CAPABILITIES),
    ] {
        let message = command(opcode, 0, &[0; 8]);
        let request = Argument::new(&device, &message)?;
        let response = present(&device, len)?;
        let rpc = Rpc::new(
            scope::DEBUG_READ_ONLY,
            message.len() as u32,
            request.at(),
            len as u32,
            response.at(0),
        );
        let rpc = Argument::new(&device, &rpc.encode())?;
        let call = || Ok(device.ioctl(RPC, rpc.at())?);
        report(name, len, cost(TIMES, call)?);
    }
    Ok(())
}
