// SPDX-License-Identifier: GPL-2.0

//! The `fwctl` command on real devices: what it prints, and how it exits.

use std::{
    io::ErrorKind,
    process::{
        Command,
        ExitCode, //
    }, //
};

use harness::{
    expect::{
        holds,
        same, //
    },
    ktap::{
        program,
        skip,
        Outcome,
        Suite, //
    },
    node::Node,
    uapi::device_type, //
};

/// A command line, how it exits, and a part of what it prints. With `--json` that is one object.
struct Invocation {
    name: &'static str,
    /// DEV stands for the device.
    arguments: &'static str,
    exit: i32,
    /// Part of standard output, which is empty if this is.
    output: &'static str,
}

/// On any device.
const ANY: &[Invocation] = &[
    Invocation {
        name: "list names the device",
        arguments: "list",
        exit: 0,
        output: "DEV",
    },
    Invocation {
        name: "list --json names the device",
        arguments: "list --json",
        exit: 0,
        output: "\"DEV\"",
    },
    Invocation {
        name: "info names the device",
        arguments: "info DEV",
        exit: 0,
        output: "DEV",
    },
    Invocation {
        name: "info of a path names the device",
        arguments: "info /dev/fwctl/DEV",
        exit: 0,
        output: "DEV",
    },
    Invocation {
        name: "info of a device that is not there exits with 3",
        arguments: "info fwctl4095",
        exit: 3,
        output: "",
    },
    Invocation {
        name: "info --json of a device that is not there is an object all the same",
        arguments: "info fwctl4095 --json",
        exit: 3,
        output: "\"exit_code\": 3",
    },
    Invocation {
        name: "rpc --json at an unknown scope is an object all the same",
        arguments: "rpc DEV --json --scope everything 00",
        exit: 2,
        output: "\"exit_code\": 2",
    },
    Invocation {
        name: "rpc of half a byte exits with 2",
        arguments: "rpc DEV 0x1 0x2",
        exit: 2,
        output: "",
    },
    Invocation {
        name: "rpc of an endless request exits with 2",
        arguments: "rpc DEV @/dev/zero",
        exit: 2,
        output: "",
    },
    Invocation {
        name: "rpc with more memory than there is exits with 5",
        arguments: "rpc DEV --json --scope configuration --out-len 18446744073709551615 00",
        exit: 5,
        output: "\"errno\": \"EMSGSIZE\"",
    },
    Invocation {
        name: "rpc at an unknown scope exits with 2",
        arguments: "rpc DEV --scope everything 00",
        exit: 2,
        output: "",
    },
];

const MOCK: &[Invocation] = &[
    Invocation {
        name: "rpc prints an echo",
        arguments: "rpc DEV --json --out-len 12 01000000 00000000 cafe0123",
        exit: 0,
        output: "\"0000000000000000cafe0123\"",
    },
    Invocation {
        name: "rpc at too low a scope exits with 5",
        arguments: "rpc DEV --scope configuration --out-len 8 11000000 00000000",
        exit: 5,
        output: "",
    },
    Invocation {
        name: "rpc --json at too low a scope is an object all the same",
        arguments: "rpc DEV --json --scope configuration --out-len 8 11000000 00000000",
        exit: 5,
        output: "\"exit_code\": 5",
    },
    Invocation {
        name: "rpc at the right scope exits with 0",
        arguments: "rpc DEV --scope debug-read-only --out-len 8 11000000 00000000",
        exit: 0,
        output: "DEBUG_READ_ONLY at scope debug-read-only",
    },
    Invocation {
        name: "rpc with an unknown opcode exits with 5",
        arguments: "rpc DEV --scope debug-write-full --out-len 8 ffffffff 00000000",
        exit: 5,
        output: "",
    },
];

const MLX5: &[Invocation] = &[
    Invocation {
        name: "mlx5 cap lists capabilities",
        arguments: "mlx5 cap DEV",
        exit: 0,
        output: "uctx",
    },
    Invocation {
        name: "rpc sends NOP at the scope that it needs",
        arguments: "rpc DEV --json --out-len 16 080d0000 00000000 00000000 00000000",
        exit: 0,
        output: "\"00000000000000000000000000000000\"",
    },
    Invocation {
        name: "rpc sends no NOP at too low a scope, and exits with 5",
        arguments: "rpc DEV --scope configuration --out-len 16 080d0000 00000000 00000000 00000000",
        exit: 5,
        output: "",
    },
    Invocation {
        name: "rpc of a command that the firmware refuses exits with 6",
        arguments: "rpc DEV --out-len 272 03030000 00000000 000000fe 00000000",
        exit: 6,
        output: "QUERY_EQ at scope debug-read-only",
    },
    Invocation {
        name: "rpc --json of a command that the firmware refuses is an object all the same",
        arguments: "rpc DEV --json --out-len 272 03030000 00000000 000000fe 00000000",
        exit: 6,
        output: "\"exit_code\": 6",
    },
];

fn invocation(node: &Node, row: &Invocation) -> Outcome {
    let arguments = row.arguments.replace("DEV", &node.name);
    let command = Command::new("fwctl")
        .args(arguments.split_whitespace())
        .output();
    let output = match command {
        Err(error) if error.kind() == ErrorKind::NotFound => return skip("no command fwctl"),
        other => other?,
    };
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    let said = format!("{text}{errors}");
    same(&said, output.status.code(), Some(row.exit))?;
    if row.output.is_empty() {
        return holds(text.is_empty(), format!("printed\n{said}"));
    }
    if arguments.contains("--json") {
        let whole = text.starts_with('{') && text.ends_with("}\n");
        holds(whole, format!("no object:\n{said}"))?;
    }
    let promised = row.output.replace("DEV", &node.name);
    holds(
        text.contains(&promised),
        format!("no {promised} in\n{said}"),
    )
}

fn main() -> ExitCode {
    program(|| {
        let node = &Node::any()?;
        let own = match node.open()?.device_type()? {
            device_type::MOCK => MOCK,
            device_type::MLX5 => MLX5,
            _ => &[],
        };
        let mut suite = Suite::default();
        for row in ANY.iter().chain(own) {
            suite.case(row.name, move || invocation(node, row));
        }
        suite.run()
    })
}
