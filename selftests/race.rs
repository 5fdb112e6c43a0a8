// SPDX-License-Identifier: GPL-2.0

//! What a program changes while the kernel reads it is seen once, or not at all.

use std::process::ExitCode;

use harness::{
    errno::Errno,
    expect::same,
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
        Info,
        Rpc,
        INFO,
        RPC, //
    },
    userfault::Absent,
    wait::{
        Task,
        PROMPT, //
    }, //
};

/// Makes an argument with these addresses of a request and of memory for a response.
type Argument = fn(input: u64, output: u64) -> Vec<u8>;

const COMMANDS: &[(&str, u32, Argument)] = &[
    ("INFO", INFO, |_, _| Info::new(0, 0).encode()),
    ("RPC", RPC, |input, output| {
        Rpc::new(scope::CONFIGURATION, mock::HEAD, input, mock::HEAD, output).encode()
    }),
];

/// The size field changes after it was read, and before the structure is.
///
/// The structure ends where a page begins that comes in late, and its size says that it goes on
/// there: the kernel has to look whether that part is zero.
fn size_changes(node: &Node, number: u32, argument: Argument) -> Outcome {
    let device = node.open()?;
    let (input, output) = (device.pages(PAGE)?, device.pages(PAGE)?);
    input.write(0, &mock::request(mock::ECHO, 0, &[]));
    let bytes = argument(input.at(0), output.at(0));
    let known = bytes.len() as u32;
    let longer = known + 8;

    let absent = Absent::behind(&bytes)?;
    absent.write(0, &longer.to_ne_bytes());
    let address = absent.address();
    let call = Task::start("the call", move || {
        let verdict = device.ioctl(number, address);
        drop((input, output));
        verdict
    });
    absent.wait_for_access(PROMPT)?;
    absent.write(0, &known.to_ne_bytes());
    absent.appear()?;
    same("the call", call.finish(PROMPT)?, Ok::<(), Errno>(()))?;

    // The kernel writes its copy of the structure back.
    let mut size = [0; 4];
    size.copy_from_slice(&absent.read(0, 4));
    same("size in the answer", u32::from_ne_bytes(size), longer)
}

fn main() -> ExitCode {
    program(|| {
        let node = &Node::mock()?;
        Absent::new()?;
        let mut suite = Suite::default();
        for &(name, number, argument) in COMMANDS {
            let name = format!("{name}: the size that was checked is the size that is used");
            suite.case(name, move || size_changes(node, number, argument));
        }
        suite.run()
    })
}
