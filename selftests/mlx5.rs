// SPDX-License-Identifier: GPL-2.0

//! Commands of a ConnectX reach its firmware, or do not, as `mlx5.h` and the driver's policy say.
//!
//! Only commands that change nothing are sent.

use std::{
    collections::HashSet,
    process::ExitCode, //
};

use harness::{
    connectx::{
        command,
        command_of,
        field,
        register,
        status,
        ACCESS_REG,
        HEAD,
        NOP,
        QUERY_EQ,
        QUERY_HCA_CAP,
        TOOLS_RESOURCES, //
    },
    device::{
        Description,
        Device, //
    },
    errno::{
        Errno,
        EBADMSG,
        EMSGSIZE, //
    },
    expect::{
        holds,
        refused,
        same, //
    },
    ktap::{
        program,
        Outcome,
        Stop,
        Suite, //
    },
    node::Node,
    uapi::{
        device_type,
        scope, //
    }, //
};

/// Management general information, a register that every ConnectX has.
const MGIR: u16 = 0x9020;
const MGIR_LEN: usize = 160;
/// A register that no device has.
const NO_REGISTER: u16 = 0xffff;

const WRITE: u16 = 0;
const READ: u16 = 1;

/// The device data: number of the user context, and its rights.
fn uctx(info: &Description) -> Result<(u32, u32), Stop> {
    same("length of the data", info.data_len, 8)?;
    let number = |at: usize| {
        let mut number = [0; 4];
        number.copy_from_slice(&info.data[at..at + 4]);
        u32::from_ne_bytes(number)
    };
    Ok((number(0), number(4)))
}

fn describes_itself(node: &Node) -> Outcome {
    let info = node.open()?.info(8)?;
    same("device type", info.device_type, device_type::MLX5)?;
    let (uid, _) = uctx(&info)?;
    holds(uid != 0 && uid <= 0xffff, format!("uid {uid:#x}"))
}

/// Sends a command and gives the firmware's status and the response.
fn send(device: &Device, scope: u32, message: &[u8], room: u32) -> Result<(u8, Vec<u8>), Stop> {
    let response = device.rpc(scope, message, room)?;
    same("reported length", response.len, room)?;
    Ok((status(&response.memory), response.memory))
}

/// The context has the right to tools' commands if the firmware has such a right to give.
fn rights(node: &Node) -> Outcome {
    const CURRENT: u16 = 1;
    const UCTX_CAP: usize = 16 + 0xd4;
    let device = node.open()?;
    let (_, caps) = uctx(&device.info(8)?)?;
    let query = command(QUERY_HCA_CAP, CURRENT, &[0; 8]);
    let (status, answer) = send(&device, scope::CONFIGURATION, &query, 4112)?;
    same("status", status, 0)?;
    let offered = field(&answer, UCTX_CAP);
    same("rights", caps, offered & TOOLS_RESOURCES)
}

fn own_uid(node: &Node) -> Outcome {
    let mut devices = Vec::new();
    let mut uids = HashSet::new();
    for _ in 0..16 {
        let device = node.open()?;
        uids.insert(uctx(&device.info(8)?)?.0);
        devices.push(device);
    }
    same("number of uids", uids.len(), devices.len())
}

/// More files than a device has contexts, one after the other.
fn uid_comes_back(node: &Node) -> Outcome {
    for _ in 0..200 {
        let (uid, _) = uctx(&node.open()?.info(8)?)?;
        holds(uid != 0, "uid 0")?;
    }
    Ok(())
}

/// Makes a message.
type Message = fn() -> Vec<u8>;

/// A command, the scope, and whether it may be sent there.
struct Verdict {
    name: &'static str,
    scope: u32,
    message: Message,
    room: u32,
    verdict: Result<(), Errno>,
}

fn nop() -> Vec<u8> {
    command(NOP, 0, &[0; 8])
}

fn read_mgir() -> Vec<u8> {
    command(ACCESS_REG, READ, &register(MGIR, MGIR_LEN))
}

const VERDICTS: &[Verdict] = &[
    Verdict {
        name: "NOP at CONFIGURATION: EBADMSG",
        scope: scope::CONFIGURATION,
        message: nop,
        room: HEAD,
        verdict: Err(EBADMSG),
    },
    Verdict {
        name: "NOP at DEBUG_READ_ONLY: carried out",
        scope: scope::DEBUG_READ_ONLY,
        message: nop,
        room: HEAD,
        verdict: Ok(()),
    },
    Verdict {
        name: "NOP at DEBUG_WRITE_FULL: carried out",
        scope: scope::DEBUG_WRITE_FULL,
        message: nop,
        room: HEAD,
        verdict: Ok(()),
    },
    Verdict {
        name: "QUERY_HCA_CAP at CONFIGURATION: carried out",
        scope: scope::CONFIGURATION,
        message: || command(QUERY_HCA_CAP, 0, &[0; 8]),
        room: 4112,
        verdict: Ok(()),
    },
    Verdict {
        name: "reading a register at CONFIGURATION: EBADMSG",
        scope: scope::CONFIGURATION,
        message: read_mgir,
        room: HEAD + MGIR_LEN as u32,
        verdict: Err(EBADMSG),
    },
    Verdict {
        name: "reading a register at DEBUG_READ_ONLY: carried out",
        scope: scope::DEBUG_READ_ONLY,
        message: read_mgir,
        room: HEAD + MGIR_LEN as u32,
        verdict: Ok(()),
    },
    Verdict {
        name: "reading a register with longer memory: carried out",
        scope: scope::DEBUG_READ_ONLY,
        message: || command(ACCESS_REG, READ, &register(MGIR, 1024)),
        room: 1040,
        verdict: Ok(()),
    },
    Verdict {
        name: "a command in another's name: carried out in its own",
        scope: scope::DEBUG_READ_ONLY,
        message: || command_of(0xfffe, NOP, 0, &[0; 8]),
        room: HEAD,
        verdict: Ok(()),
    },
];

fn verdict(node: &Node, row: &Verdict) -> Outcome {
    let device = node.open()?;
    let message = (row.message)();
    match row.verdict {
        Ok(()) => {
            let (status, _) = send(&device, row.scope, &message, row.room)?;
            same("status", status, 0)
        }
        Err(errno) => refused(device.rpc(row.scope, &message, row.room), errno),
    }
}

/// A register holds what it should: the version of the device's hardware is not zero throughout.
fn register_has_content(node: &Node) -> Outcome {
    let room = HEAD + MGIR_LEN as u32;
    let (_, answer) = send(&node.open()?, scope::DEBUG_READ_ONLY, &read_mgir(), room)?;
    holds(
        answer[HEAD as usize..].iter().any(|&byte| byte != 0),
        "MGIR is all zero",
    )
}

/// Commands that create, destroy or take over, and numbers that are none.
const NEVER: &[(&str, u16)] = &[
    ("opcode 0", 0x0000),
    ("INIT_HCA", 0x102),
    ("TEARDOWN_HCA", 0x103),
    ("ENABLE_HCA", 0x104),
    ("DISABLE_HCA", 0x105),
    ("MANAGE_PAGES", 0x108),
    ("SET_ISSI", 0x10b),
    ("CREATE_MKEY", 0x200),
    ("DESTROY_MKEY", 0x202),
    ("CREATE_EQ", 0x301),
    ("DESTROY_EQ", 0x302),
    ("CREATE_QP", 0x500),
    ("ALLOC_PD", 0x800),
    ("ALLOC_UAR", 0x802),
    ("DEALLOC_UAR", 0x803),
    ("CREATE_GENERAL_OBJECT", 0xa00),
    ("CREATE_UCTX", 0xa04),
    ("DESTROY_UCTX", 0xa06),
    ("CREATE_UMEM", 0xa08),
    ("the opcode behind NOP", 0x80e),
    ("the last opcode", 0xffff),
];

/// No right makes them pass.
fn never(node: &Node, opcode: u16) -> Outcome {
    let device = node.open()?;
    for scope in scope::ALL {
        for op_mod in [0, 1] {
            let message = command(opcode, op_mod, &[0; 48]);
            refused(device.rpc(scope, &message, 64), EBADMSG)?;
        }
    }
    Ok(())
}

/// What the firmware has against a command is in its response.
const FAILING: &[(&str, Message, u32)] = &[
    (
        "a query of an event queue that does not exist",
        || command(QUERY_EQ, 0, &[0, 0, 0, 0xfe, 0, 0, 0, 0]),
        272,
    ),
    (
        "a register that does not exist",
        || command(ACCESS_REG, READ, &register(NO_REGISTER, 64)),
        80,
    ),
];

fn failing(node: &Node, message: &[u8], room: u32) -> Outcome {
    let (status, answer) = send(&node.open()?, scope::DEBUG_READ_ONLY, message, room)?;
    holds(
        status != 0,
        format!("carried out, syndrome {:#x}", field(&answer, 4)),
    )
}

/// Lengths of a request and of the memory for its response, of which one is too short.
const SHORT: &[(usize, u32)] = &[(0, 16), (1, 16), (15, 16), (16, 0), (16, 1), (16, 15)];

/// Lengths are looked at before the opcode is.
fn short(node: &Node, opcode: u16, request: usize, room: u32) -> Outcome {
    let message = command(opcode, 0, &[0; 8]);
    let verdict = node
        .open()?
        .rpc(scope::DEBUG_READ_ONLY, &message[..request], room);
    refused(verdict, EMSGSIZE)
}

/// Writing needs the lowest scope only: what it may change, the firmware decides.
fn write_is_judged_by_firmware(node: &Node) -> Outcome {
    let message = command(ACCESS_REG, WRITE, &register(NO_REGISTER, 64));
    let (status, _) = send(&node.open()?, scope::CONFIGURATION, &message, 80)?;
    holds(status != 0, "a register that does not exist was written")
}

fn main() -> ExitCode {
    program(|| {
        let node = &Node::connectx()?;
        let mut suite = Suite::default();
        suite.case("INFO gives type mlx5 and a user context", || {
            describes_itself(node)
        });
        suite.case(
            "the context has the right to tools' commands, if any has",
            || rights(node),
        );
        suite.case("each file has a uid of its own", || own_uid(node));
        suite.case("200 files, one after the other, each get a uid", || {
            uid_comes_back(node)
        });
        for row in VERDICTS {
            suite.case(row.name, || verdict(node, row));
        }
        suite.case("a register is read with its content", || {
            register_has_content(node)
        });
        for &(name, opcode) in NEVER {
            let name = format!("{name} at any scope: EBADMSG");
            suite.case(name, move || never(node, opcode));
        }
        for &(name, message, room) in FAILING {
            let name = format!("{name}: sent, and the response holds the firmware's status");
            suite.case(name, move || failing(node, &message(), room));
        }
        suite.case(
            "writing a register that does not exist: sent, with a status",
            || write_is_judged_by_firmware(node),
        );
        for (command, opcode) in [("NOP", NOP), ("an unknown command", 0xffff)] {
            for &(request, room) in SHORT {
                let name = format!("{command} of {request} bytes, memory of {room}: EMSGSIZE");
                suite.case(name, move || short(node, opcode, request, room));
            }
        }
        suite.run()
    })
}
