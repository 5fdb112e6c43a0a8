// SPDX-License-Identifier: GPL-2.0 OR MIT

//! Whatever a guest writes, the function answers: no panic, no endless loop.

use proptest::collection::vec;
use proptest::prelude::*;

use fwctl_emu::pci::Remark;

use crate::machine::{entry_address, request, Machine};

const MEMORY: usize = 0x1_0000;

/// DMA accesses that one doorbell may cost: 32 commands with two chains each,
/// checked and written, and their events.
const MOST_ACCESSES: usize = 32 * (3 * 4096 + 256);

/// An entry's last byte while the device has it, in its lowest bit.
const OWNED_BY_DEVICE: u8 = 1;

/// The delivery statuses there are.
const DELIVERIES: &[u8] = &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0x10];

/// Where the answer begins in an entry.
const ANSWER: usize = 32;

const OPCODES: &[u16] = &[
    0x100, 0x101, 0x102, 0x103, 0x104, 0x105, 0x107, 0x108, 0x109, 0x10a, 0x10b, 0x10d, 0x301,
    0x302, 0x303, 0x802, 0x803, 0x805, 0x80d, 0xa04, 0xa06, 0xfff,
];

/// What a guest does.
#[derive(Debug, Clone)]
enum Act {
    Memory(u64, Vec<u8>),
    Bar(u64, Vec<u8>),
    BarRead(u64, usize),
    Config(u64, Vec<u8>),
    Command(Command),
}

/// A command that may be well-formed, but for one place.
#[derive(Debug, Clone)]
struct Command {
    slot: u8,
    opcode: u16,
    input: u32,
    output: u32,
    first: u64,
    arguments: [u8; 8],
    flaw: Option<(usize, u8)>,
}

fn offset() -> impl Strategy<Value = u64> {
    prop_oneof![
        any::<u64>(),
        0u64..0x1100,
        Just(u64::MAX - 3),
        Just(0x10),
        Just(0x14),
        Just(0x18),
        (4u64..256).prop_map(|uar| uar * 4096 + 0x40),
    ]
}

fn command() -> impl Strategy<Value = Command> {
    let length = || prop_oneof![0u32..64, 0u32..8192, any::<u32>()];
    let first = prop_oneof![
        any::<u64>(),
        (0u64..0x80).prop_map(|page| page * 0x200),
        (0u64..0x80).prop_map(|page| page * 0x200 + 1),
    ];
    (
        0u8..32,
        proptest::sample::select(OPCODES),
        length(),
        length(),
        first,
        any::<[u8; 8]>(),
        proptest::option::of((0usize..64, any::<u8>())),
    )
        .prop_map(
            |(slot, opcode, input, output, first, arguments, flaw)| Command {
                slot,
                opcode,
                input,
                output,
                first,
                arguments,
                flaw,
            },
        )
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        2 => (0u64..0xff00, vec(any::<u8>(), 1..256)).prop_map(|(at, data)| Act::Memory(at, data)),
        2 => (offset(), vec(any::<u8>(), 0..16)).prop_map(|(at, data)| Act::Bar(at, data)),
        1 => (offset(), 0usize..64).prop_map(|(at, length)| Act::BarRead(at, length)),
        1 => (offset(), vec(any::<u8>(), 0..16)).prop_map(|(at, data)| Act::Config(at, data)),
        8 => command().prop_map(Act::Command),
    ]
}

/// Puts the command's entry into the queue and rings; the memory behind its
/// addresses is as it is.
fn run(machine: &mut Machine, command: &Command) -> Result<(), TestCaseError> {
    machine.set_up();
    let mut entry = [0; 64];
    entry[0] = 7;
    entry[4..8].copy_from_slice(&command.input.to_be_bytes());
    entry[8..16].copy_from_slice(&command.first.to_be_bytes());
    entry[16..18].copy_from_slice(&command.opcode.to_be_bytes());
    entry[24..32].copy_from_slice(&command.arguments);
    entry[48..56].copy_from_slice(&command.first.to_be_bytes());
    entry[56..60].copy_from_slice(&command.output.to_be_bytes());
    entry[63] = 1;
    if let Some((at, value)) = command.flaw {
        entry[at] = value;
    }
    machine.poke(entry_address(command.slot), &entry);
    machine.sign(command.slot);
    rings(machine, command.slot, false)
}

/// What a doorbell does to the entry that was `before` in a slot: one that was
/// the driver's stays as it is, and one that was the device's comes back with a
/// delivery status, which the log has too, and with an answer if that is ok. Where the answer's
/// mailboxes are apart from the entry, its other half stays as it is.
fn rings(machine: &mut Machine, slot: u8, apart: bool) -> Result<(), TestCaseError> {
    let before: [u8; 64] = machine.read(entry_address(slot));
    let delivered = machine.seen().deliveries.len();
    machine.ring(slot);
    let after: [u8; 64] = machine.read(entry_address(slot));
    let deliveries = machine.seen().deliveries[delivered..].to_vec();
    if before[63] & OWNED_BY_DEVICE == 0 {
        prop_assert_eq!(after, before);
        prop_assert!(deliveries.is_empty());
        prop_assert_eq!(machine.last_remark(), Some(Remark::NotOwned { slot }));
        return Ok(());
    }
    prop_assert_eq!(after[63] & OWNED_BY_DEVICE, 0, "still the device's");
    let delivery = after[63] >> 1;
    prop_assert!(DELIVERIES.contains(&delivery), "delivery {:#x}", delivery);
    let logged: Vec<u8> = deliveries.iter().map(|status| status.code()).collect();
    prop_assert_eq!(logged, vec![delivery]);
    if apart {
        prop_assert_eq!(&after[..ANSWER], &before[..ANSWER], "the request");
    }
    if delivery == 0 {
        let answer = &after[ANSWER..ANSWER + 16];
        let syndrome = &answer[4..8];
        prop_assert_eq!(answer[0] == 0, syndrome == [0; 4], "status and syndrome");
    } else {
        prop_assert_eq!(&after[ANSWER..63], &before[ANSWER..63], "no answer");
    }
    Ok(())
}

proptest! {
    #[test]
    fn a_guest_that_does_anything(
        seed in vec(any::<u8>(), 4096),
        acts in vec(act(), 1..60),
    ) {
        let memory: Vec<u8> = seed.iter().copied().cycle().take(MEMORY).collect();
        let mut machine = Machine::cold(memory);
        for act in &acts {
            machine.host.accesses.set(0);
            match act {
                Act::Memory(at, data) => machine.poke(*at, data),
                Act::Bar(at, data) => machine.function.bar_write(&machine.host, *at, data),
                Act::BarRead(at, length) => machine.function.bar_read(*at, &mut vec![0; *length]),
                Act::Config(at, data) => machine.function.config_write(*at, data),
                Act::Command(command) => run(&mut machine, command)?,
            }
            prop_assert!(machine.host.accesses.get() <= MOST_ACCESSES);
        }
    }

    #[test]
    fn a_good_command_with_one_byte_changed(
        opcode in proptest::sample::select(OPCODES),
        input in 16usize..2000,
        output in 16usize..2000,
        at in prop_oneof![0x1000u64..0x1040, 0x10_0000u64..0x10_0400, 0x60_0000u64..0x60_0400],
        value: u8,
        signed: bool,
    ) {
        let mut machine = Machine::new();
        machine.prepare(0, &request(opcode, input), output);
        machine.poke(at, &[value]);
        if signed {
            machine.sign(0);
        }
        rings(&mut machine, 0, true)?;
    }
}
