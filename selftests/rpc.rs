// SPDX-License-Identifier: GPL-2.0

//! FWCTL_RPC carries a request and its response, of any length up to 2 MiB, whatever the memory.
//!
//! The mock is the device, because it says what came through.

use std::process::ExitCode;

use harness::{
    device::UNTOUCHED,
    errno::{
        Errno,
        EBADMSG,
        EFAULT,
        EMSGSIZE,
        EOPNOTSUPP, //
    },
    expect::{
        filled,
        refused,
        same,
        same_bytes, //
    },
    ktap::{
        program,
        Outcome,
        Suite, //
    },
    mock,
    node::Node,
    sys::PAGE,
    uapi::{
        scope,
        Rpc,
        RPC,
        RPC_MAX, //
    }, //
};

/// Lengths of requests and responses, head included.
const CARRIED: &[(&str, u32)] = &[
    ("of the shortest length", mock::HEAD),
    ("of an odd length", 13),
    ("of a page", PAGE as u32),
    ("of a page and a byte", PAGE as u32 + 1),
    ("of 2 MiB", RPC_MAX),
];

/// The request comes through whole, and the response comes back whole.
fn carried(node: &Node, len: u32) -> Outcome {
    let data = mock::pattern((len - mock::HEAD) as usize);
    let response = mock::send(&node.open()?, mock::ECHO, 0, &data, len)?;
    same("reported length", response.len, len)?;
    same_bytes("the response", &response.memory, &mock::response(0, &data))
}

/// Lengths that are refused, before the memory is looked at.
const REFUSED_LENGTHS: &[(&str, u32, u32)] = &[
    ("a request above 2 MiB", RPC_MAX + 1, mock::HEAD),
    ("a request of 4 GiB less one", u32::MAX, mock::HEAD),
    ("memory above 2 MiB for a response", mock::HEAD, RPC_MAX + 1),
    (
        "memory of 4 GiB less one for a response",
        mock::HEAD,
        u32::MAX,
    ),
];

fn refused_length(node: &Node, in_len: u32, out_len: u32) -> Outcome {
    let device = node.open()?;
    let hole = device.pages(1)?;
    let nowhere = hole.at(hole.len());
    let rpc = Rpc::new(scope::CONFIGURATION, in_len, nowhere, out_len, nowhere);
    refused(device.ioctl_with(RPC, &rpc.encode()), EMSGSIZE)
}

/// Which memory an RPC finds: how many of 64 bytes are there, or an address.
#[derive(Clone, Copy)]
enum Memory {
    Mapped(usize),
    ReadOnly,
    At(u64),
}

use Memory::{
    At,
    Mapped,
    ReadOnly, //
};

const KERNEL: Memory = At(0xffff_8880_0000_0000);
const ACROSS_THE_LAST_ADDRESS: Memory = At(u64::MAX - 3);

/// An RPC of 64 bytes each way.
struct Echo {
    name: &'static str,
    input: Memory,
    output: Memory,
    verdict: Result<(), Errno>,
}

const ECHOES: &[Echo] = &[
    Echo {
        name: "request and response end at a hole: accepted",
        input: Mapped(64),
        output: Mapped(64),
        verdict: Ok(()),
    },
    Echo {
        name: "request in memory that cannot be written: accepted",
        input: ReadOnly,
        output: Mapped(64),
        verdict: Ok(()),
    },
    Echo {
        name: "request unmapped: EFAULT",
        input: Mapped(0),
        output: Mapped(64),
        verdict: Err(EFAULT),
    },
    Echo {
        name: "request lacks its last byte: EFAULT",
        input: Mapped(63),
        output: Mapped(64),
        verdict: Err(EFAULT),
    },
    Echo {
        name: "request at address 0: EFAULT",
        input: At(0),
        output: Mapped(64),
        verdict: Err(EFAULT),
    },
    Echo {
        name: "request in the kernel's memory: EFAULT",
        input: KERNEL,
        output: Mapped(64),
        verdict: Err(EFAULT),
    },
    Echo {
        name: "request across the last address: EFAULT",
        input: ACROSS_THE_LAST_ADDRESS,
        output: Mapped(64),
        verdict: Err(EFAULT),
    },
    Echo {
        name: "response unmapped: EFAULT",
        input: Mapped(64),
        output: Mapped(0),
        verdict: Err(EFAULT),
    },
    Echo {
        name: "response lacks its last byte: EFAULT",
        input: Mapped(64),
        output: Mapped(63),
        verdict: Err(EFAULT),
    },
    Echo {
        name: "response in memory that cannot be written: EFAULT",
        input: Mapped(64),
        output: ReadOnly,
        verdict: Err(EFAULT),
    },
    Echo {
        name: "response at address 0: EFAULT",
        input: Mapped(64),
        output: At(0),
        verdict: Err(EFAULT),
    },
    Echo {
        name: "response in the kernel's memory: EFAULT",
        input: Mapped(64),
        output: KERNEL,
        verdict: Err(EFAULT),
    },
    Echo {
        name: "response across the last address: EFAULT",
        input: Mapped(64),
        output: ACROSS_THE_LAST_ADDRESS,
        verdict: Err(EFAULT),
    },
];

fn echo(node: &Node, row: &Echo) -> Outcome {
    let device = node.open()?;
    let message = mock::request(mock::ECHO, 0, &mock::pattern(56));
    let (input, output) = (device.pages(PAGE)?, device.pages(PAGE)?);
    let input_at = match row.input {
        Mapped(len) => {
            input.write(PAGE - len, &message[..len]);
            input.at(PAGE - len)
        }
        ReadOnly => {
            input.write(0, &message);
            input.make_read_only(0)?;
            input.at(0)
        }
        At(address) => address,
    };
    let output_at = match row.output {
        Mapped(len) => output.at(PAGE - len),
        ReadOnly => {
            output.make_read_only(0)?;
            output.at(0)
        }
        At(address) => address,
    };
    let rpc = Rpc::new(scope::CONFIGURATION, 64, input_at, 64, output_at);
    let verdict = device.ioctl_with(RPC, &rpc.encode()).map(drop);
    same("verdict", verdict, row.verdict)
}

/// One piece of memory may hold the request and then the response.
fn in_place(node: &Node) -> Outcome {
    let device = node.open()?;
    let memory = device.pages(PAGE)?;
    let data = mock::pattern(56);
    memory.fill(UNTOUCHED);
    memory.write(0, &mock::request(mock::ECHO, 7, &data));
    let rpc = Rpc::new(scope::CONFIGURATION, 64, memory.at(0), 64, memory.at(0));
    device.ioctl_with(RPC, &rpc.encode())?;
    same_bytes(
        "the response",
        &memory.read(0, 64),
        &mock::response(0, &data),
    )?;
    filled("memory behind", &memory.read(64, PAGE - 64), UNTOUCHED)
}

/// An RPC with two things wrong: the earlier check decides.
struct Twice {
    name: &'static str,
    rpc: Rpc,
    verdict: Errno,
}

/// An RPC with lengths and memory for nothing.
const fn bare(scope: u32, in_len: u32, out_len: u32) -> Rpc {
    Rpc {
        size: Rpc::SIZE as u32,
        scope,
        in_len,
        out_len,
        input: 0,
        output: 0,
    }
}

const TWICE: &[Twice] = &[
    Twice {
        name: "request too long and scope unknown: EMSGSIZE",
        rpc: bare(4, RPC_MAX + 1, 8),
        verdict: EMSGSIZE,
    },
    Twice {
        name: "response too long and scope unknown: EMSGSIZE",
        rpc: bare(4, 8, RPC_MAX + 1),
        verdict: EMSGSIZE,
    },
    Twice {
        name: "scope unknown and request unmapped: EOPNOTSUPP",
        rpc: bare(4, 8, 8),
        verdict: EOPNOTSUPP,
    },
    Twice {
        name: "request unmapped and response too short: EFAULT",
        rpc: bare(scope::CONFIGURATION, 8, 0),
        verdict: EFAULT,
    },
];

fn twice(node: &Node, row: &Twice) -> Outcome {
    refused(node.open()?.ioctl_with(RPC, &row.rpc.encode()), row.verdict)
}

/// The driver refuses the request before the response's memory is looked at.
fn refused_by_driver(node: &Node) -> Outcome {
    let device = node.open()?;
    let input = device.pages(PAGE)?;
    input.write(0, &mock::request(u32::MAX, 0, &[]));
    let rpc = Rpc::new(scope::CONFIGURATION, 8, input.at(0), 8, 0);
    refused(device.ioctl_with(RPC, &rpc.encode()), EBADMSG)
}

fn main() -> ExitCode {
    program(|| {
        let node = &Node::mock()?;
        let mut suite = Suite::default();
        for &(name, len) in CARRIED {
            let name = format!("request and response {name} come through whole");
            suite.case(name, move || carried(node, len));
        }
        for &(name, in_len, out_len) in REFUSED_LENGTHS {
            let name = format!("{name}: EMSGSIZE, before any memory is touched");
            suite.case(name, move || refused_length(node, in_len, out_len));
        }
        for row in ECHOES {
            suite.case(row.name, || echo(node, row));
        }
        suite.case("request and response share memory: accepted", || {
            in_place(node)
        });
        for row in TWICE {
            suite.case(row.name, || twice(node, row));
        }
        suite.case("opcode unknown and response unmapped: EBADMSG", || {
            refused_by_driver(node)
        });
        suite.run()
    })
}
