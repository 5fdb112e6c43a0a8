// SPDX-License-Identifier: GPL-2.0 OR MIT

//! The mlx5 policy against the function of Linux's driver that it stands for.

use fwctl_policy::mlx5::policy::POLICY;
use fwctl_policy::policy::Command;
use fwctl_policy::scope::RpcScope;
use linux_source::LinuxSource;

/// The function under comparison, and the driver that it is in.
const FUNCTION: &str = "static bool mlx5ctl_validate_rpc(";
const DRIVER: &str = "drivers/fwctl/mlx5/main.c";

/// Modifiers of a command: those that a register access knows, and others.
const OP_MODS: [u16; 4] = [0, 1, 2, 0xffff];

/// What the function needs around it: the header that it reads is two numbers here.
const AROUND: &str = r#"
#include "linux/mlx5/mlx5_ifc.h"
enum fwctl_rpc_scope {
    FWCTL_RPC_CONFIGURATION = 0,
    FWCTL_RPC_DEBUG_READ_ONLY = 1,
    FWCTL_RPC_DEBUG_WRITE = 2,
    FWCTL_RPC_DEBUG_WRITE_FULL = 3,
};
struct header { u16 opcode; u16 op_mod; };
#define MLX5_GET(type, in, field) (((const struct header *)(in))->field)
"#;

/// Prints a digit for each opcode and modifier: a bit for each scope that admits it.
const MAIN: &str = r#"
int main(void)
{
    static const u16 op_mods[] = { 0, 1, 2, 0xffff };
    for (u32 opcode = 0; opcode < 0x10000; opcode++)
        for (int i = 0; i < 4; i++) {
            struct header in = { opcode, op_mods[i] };
            int verdicts = 0;
            for (int scope = 0; scope < 4; scope++)
                verdicts |= mlx5ctl_validate_rpc(&in, scope) << scope;
            putchar("0123456789abcdef"[verdicts]);
        }
    return 0;
}
"#;

/// The definition in `source` that begins with `start`, to the brace in the first column.
fn definition<'a>(source: &'a str, start: &str) -> &'a str {
    let begin = source.find(start).expect(start);
    let length = source[begin..].find("\n}").expect(start);
    let end = begin + length + "\n}".len();
    &source[begin..end]
}

/// The enumeration of opcodes that the driver adds to those of the header.
fn opcodes(source: &str) -> &str {
    let first = source.find("MLX5_CMD_OP_").expect("opcodes");
    let begin = source[..first].rfind("enum {").expect("enumeration");
    definition(&source[begin..], "enum {")
}

fn ours(opcode: u16, op_mod: u16) -> u32 {
    let command = Command {
        opcode: opcode.into(),
        modifier: op_mod.into(),
    };
    let admitted = RpcScope::ALL.map(|scope| POLICY.admit(command, scope, 16, 16).is_ok());
    let bits = admitted.iter().rev();
    bits.fold(0, |bits, admitted| (bits << 1) | u32::from(*admitted))
}

#[test]
fn verdicts_are_those_of_linux() {
    let Some(linux) = LinuxSource::to_compare("verdicts on mlx5 commands") else {
        return;
    };
    let driver = linux.read(DRIVER);
    let program = [
        AROUND,
        opcodes(&driver),
        ";\n",
        definition(&driver, FUNCTION),
        MAIN,
    ];
    let theirs = linux.run(&program.concat());
    assert_eq!(theirs.len(), 0x1_0000 * OP_MODS.len());

    let requests = (0..=u16::MAX).flat_map(|opcode| OP_MODS.map(|op_mod| (opcode, op_mod)));
    let mut known = 0;
    for ((opcode, op_mod), theirs) in requests.zip(theirs.chars()) {
        let theirs = theirs.to_digit(16).unwrap();
        known += u32::from(theirs != 0);
        assert_eq!(
            ours(opcode, op_mod),
            theirs,
            "opcode {opcode:#x} op_mod {op_mod:#x}, a bit a scope"
        );
    }
    // The function was found and has said yes to something.
    assert_eq!(known, 94 * 4);
}
