// SPDX-License-Identifier: GPL-2.0

//! Structures of any size work, or fail by the rules of `fwctl.h`, "Extensible structures".
//!
//! A program may be older or newer than the kernel. Each argument ends at a hole in memory, so
//! that the kernel is caught when it reads more than the size allows.

use std::process::ExitCode;

use harness::{
    child::able_to_call_as,
    device::{
        Device,
        UNTOUCHED, //
    },
    errno::{
        Errno,
        E2BIG,
        EFAULT,
        EINVAL, //
    },
    expect::{
        filled,
        same,
        same_bytes, //
    },
    ktap::{
        program,
        skip,
        Outcome,
        Stop,
        Suite, //
    },
    node::Node,
    sys::{
        Caller,
        Pages,
        PAGE, //
    },
    uapi::{
        Info,
        Rpc,
        INFO,
        RPC, //
    }, //
};

/// Largest structure that is accepted.
const LARGEST: u32 = PAGE as u32;

/// An ioctl, with an argument that works on any device known here.
struct Command {
    name: &'static str,
    number: u32,
    size: u32,
    argument: fn(&Device) -> Result<Argument, Stop>,
}

/// An argument, and the memory it points to.
struct Argument {
    bytes: Vec<u8>,
    _memory: Vec<Pages>,
}

const COMMANDS: &[Command] = &[
    Command {
        name: "INFO",
        number: INFO,
        size: Info::SIZE as u32,
        argument: info,
    },
    Command {
        name: "RPC",
        number: RPC,
        size: Rpc::SIZE as u32,
        argument: rpc,
    },
];

fn info(_: &Device) -> Result<Argument, Stop> {
    Ok(Argument {
        bytes: Info::new(0, 0).encode(),
        _memory: Vec::new(),
    })
}

fn rpc(device: &Device) -> Result<Argument, Stop> {
    let Some(request) = device.harmless()? else {
        return skip("no harmless request is known for this type of device");
    };
    let len = request.message.len() as u32;
    let (input, output) = (device.pages(PAGE)?, device.pages(PAGE)?);
    input.write(0, &request.message);
    let rpc = Rpc::new(request.scope, len, input.at(0), request.room, output.at(0));
    Ok(Argument {
        bytes: rpc.encode(),
        _memory: vec![input, output],
    })
}

/// Size of a structure, in terms of the kernel's.
#[derive(Clone, Copy)]
enum Size {
    Exactly(u32),
    KernelPlus(i32),
}

use Size::{
    Exactly,
    KernelPlus, //
};

impl Size {
    fn of(self, command: &Command) -> u32 {
        match self {
            Exactly(size) => size,
            KernelPlus(more) => command.size.wrapping_add_signed(more),
        }
    }
}

/// A structure: its size, the byte to set in the part that the kernel does not know, the verdict.
struct Structure {
    name: &'static str,
    size: Size,
    nonzero: Option<Size>,
    verdict: Result<(), Errno>,
}

/// A row whose unknown part is zero.
const fn zero(name: &'static str, size: Size, verdict: Result<(), Errno>) -> Structure {
    Structure {
        name,
        size,
        nonzero: None,
        verdict,
    }
}

/// A row with one byte that is not zero behind the kernel's structure.
const fn nonzero(name: &'static str, size: Size, at: Size) -> Structure {
    Structure {
        name,
        size,
        nonzero: Some(at),
        verdict: Err(E2BIG),
    }
}

const STRUCTURES: &[Structure] = &[
    zero("of 0 bytes: EINVAL", Exactly(0), Err(EINVAL)),
    zero("of 3 bytes: EINVAL", Exactly(3), Err(EINVAL)),
    zero("of its size field alone: EINVAL", Exactly(4), Err(EINVAL)),
    zero("a byte too short: EINVAL", KernelPlus(-1), Err(EINVAL)),
    zero("of the kernel's size: accepted", KernelPlus(0), Ok(())),
    zero("a byte longer, zero: accepted", KernelPlus(1), Ok(())),
    zero("8 bytes longer, zero: accepted", KernelPlus(8), Ok(())),
    zero("of a page, zero: accepted", Exactly(LARGEST), Ok(())),
    nonzero(
        "a byte longer, not zero: E2BIG",
        KernelPlus(1),
        KernelPlus(0),
    ),
    nonzero(
        "8 bytes longer, last not zero: E2BIG",
        KernelPlus(8),
        KernelPlus(7),
    ),
    nonzero(
        "of a page, last not zero: E2BIG",
        Exactly(LARGEST),
        Exactly(LARGEST - 1),
    ),
    zero(
        "above a page, zero: E2BIG",
        Exactly(LARGEST + 1),
        Err(E2BIG),
    ),
    zero("of 4 GiB less one: E2BIG", Exactly(u32::MAX), Err(E2BIG)),
];

/// Puts an argument of `size` bytes in front of a hole: as much of it as memory can hold.
///
/// Gives the memory, and where the argument starts.
fn place(device: &Device, argument: &Argument, size: u32) -> Result<(Pages, usize), Stop> {
    let shown = (size as usize).clamp(4, 2 * PAGE);
    let pages = device.pages(shown)?;
    let at = pages.len() - shown;
    let known = argument.bytes.len().min(shown);
    pages.write(at, &argument.bytes[..known]);
    pages.write(at, &size.to_ne_bytes());
    Ok((pages, at))
}

fn structure(node: &Node, caller: Caller, command: &Command, row: &Structure) -> Outcome {
    able_to_call_as(caller)?;
    let device = node.open()?.called_as(caller);
    let argument = (command.argument)(&device)?;
    let (pages, at) = place(&device, &argument, row.size.of(command))?;
    if let Some(nonzero) = row.nonzero {
        pages.write(at + nonzero.of(command) as usize, &[1]);
    }
    let before = pages.read(at, pages.len() - at);
    let verdict = device.ioctl(command.number, pages.at(at));
    same("verdict", verdict, row.verdict)?;
    if verdict.is_err() {
        let after = pages.read(at, pages.len() - at);
        same_bytes("the argument after a refusal", &after, &before)?;
    }
    Ok(())
}

/// Where memory ends, and what the kernel finds in front of it.
struct Unmapped {
    name: &'static str,
    size: Size,
    mapped: Size,
    verdict: Errno,
}

const UNMAPPED: &[Unmapped] = &[
    Unmapped {
        name: "that is unmapped: EFAULT",
        size: KernelPlus(0),
        mapped: Exactly(0),
        verdict: EFAULT,
    },
    Unmapped {
        name: "unmapped from the middle of its size: EFAULT",
        size: KernelPlus(0),
        mapped: Exactly(2),
        verdict: EFAULT,
    },
    Unmapped {
        name: "unmapped from its last byte: EFAULT",
        size: KernelPlus(0),
        mapped: KernelPlus(-1),
        verdict: EFAULT,
    },
    Unmapped {
        name: "a byte longer, unmapped there: EFAULT",
        size: KernelPlus(1),
        mapped: KernelPlus(0),
        verdict: EFAULT,
    },
    Unmapped {
        name: "of a page, unmapped from its last byte: EFAULT",
        size: Exactly(LARGEST),
        mapped: Exactly(LARGEST - 1),
        verdict: EFAULT,
    },
    Unmapped {
        name: "too short and unmapped behind its size: EINVAL",
        size: KernelPlus(-1),
        mapped: Exactly(4),
        verdict: EINVAL,
    },
    Unmapped {
        name: "above a page and unmapped behind its size: E2BIG",
        size: Exactly(LARGEST + 1),
        mapped: Exactly(4),
        verdict: E2BIG,
    },
];

fn unmapped(node: &Node, caller: Caller, command: &Command, row: &Unmapped) -> Outcome {
    able_to_call_as(caller)?;
    let device = node.open()?.called_as(caller);
    let mut argument = (command.argument)(&device)?.bytes;
    argument[..4].copy_from_slice(&row.size.of(command).to_ne_bytes());
    argument.resize(argument.len().max(PAGE), 0);
    let mapped = row.mapped.of(command) as usize;
    let pages = device.pages(PAGE)?;
    let at = pages.len() - mapped;
    pages.write(at, &argument[..mapped]);
    same(
        "verdict",
        device.ioctl(command.number, pages.at(at)),
        Err(row.verdict),
    )
}

/// Addresses that no program's memory has.
const NOWHERE: &[(&str, u64)] = &[
    ("at address 0: EFAULT", 0),
    ("in the kernel's memory: EFAULT", 0xffff_8880_0000_0000),
    ("at the last address: EFAULT", u64::MAX),
    ("at an address that is none: EFAULT", 0x8000_0000_0000_0000),
];

fn nowhere(node: &Node, caller: Caller, command: &Command, address: u64) -> Outcome {
    able_to_call_as(caller)?;
    let device = node.open()?.called_as(caller);
    same(
        "verdict",
        device.ioctl(command.number, address),
        Err(EFAULT),
    )
}

/// The kernel writes back its own structure and not a byte more.
///
/// What is behind it lies on a page that cannot be written to.
fn reply_ends(node: &Node, caller: Caller, command: &Command) -> Outcome {
    able_to_call_as(caller)?;
    let device = node.open()?.called_as(caller);
    let argument = (command.argument)(&device)?;
    let pages = device.pages(2 * PAGE)?;
    let at = PAGE - command.size as usize;
    pages.write(at, &argument.bytes);
    pages.write(at, &(command.size + 64).to_ne_bytes());
    pages.make_read_only(PAGE)?;
    same(
        "verdict",
        device.ioctl(command.number, pages.at(at)),
        Ok(()),
    )
}

/// The kernel touches nothing around the structure.
fn surroundings(node: &Node, caller: Caller, command: &Command) -> Outcome {
    able_to_call_as(caller)?;
    let device = node.open()?.called_as(caller);
    let argument = (command.argument)(&device)?;
    let pages = device.pages(PAGE)?;
    let (at, end) = (256, 256 + argument.bytes.len());
    pages.fill(UNTOUCHED);
    pages.write(at, &argument.bytes);
    device.ioctl(command.number, pages.at(at))?;
    filled("memory before", &pages.read(0, at), UNTOUCHED)?;
    filled("memory behind", &pages.read(end, PAGE - end), UNTOUCHED)
}

fn read_only(node: &Node, caller: Caller, command: &Command) -> Outcome {
    able_to_call_as(caller)?;
    let device = node.open()?.called_as(caller);
    let argument = (command.argument)(&device)?;
    let pages = device.pages(PAGE)?;
    pages.write(0, &argument.bytes);
    pages.make_read_only(0)?;
    same(
        "verdict",
        device.ioctl(command.number, pages.at(0)),
        Err(EFAULT),
    )
}

fn main() -> ExitCode {
    program(|| {
        let node = &Node::any()?;
        let mut suite = Suite::default();
        for (who, caller) in [("", Caller::Native), ("32-bit: ", Caller::Compat)] {
            for command in COMMANDS {
                let named = |what: &str| format!("{who}{} structure {what}", command.name);
                for row in STRUCTURES {
                    suite.case(named(row.name), move || {
                        structure(node, caller, command, row)
                    });
                }
                for row in UNMAPPED {
                    suite.case(named(row.name), move || {
                        unmapped(node, caller, command, row)
                    });
                }
                for &(name, address) in NOWHERE {
                    suite.case(named(name), move || nowhere(node, caller, command, address));
                }
                suite.case(named("that cannot be written: EFAULT"), move || {
                    read_only(node, caller, command)
                });
                suite.case(
                    named("with a longer tail: only what the kernel knows is written back"),
                    move || reply_ends(node, caller, command),
                );
                suite.case(named("has surroundings that stay untouched"), move || {
                    surroundings(node, caller, command)
                });
            }
        }
        suite.run()
    })
}
