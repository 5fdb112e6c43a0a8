// SPDX-License-Identifier: GPL-2.0 OR MIT

//! Commands: what arrives, and what becomes of those that cannot.

use fwctl_emu::pci::Remark;

use crate::machine::{entry_address, request, Machine, INPUT, OUTPUT, STRIDE};

const NOP: u16 = 0x80d;
const QUERY_HCA_CAP: u16 = 0x100;
const ACCESS_REG: u16 = 0x805;

#[test]
fn a_short_command_travels_in_the_entry() {
    let mut machine = Machine::new();
    assert_eq!(machine.execute(3, &request(NOP, 16), 16), (0, vec![0; 16]));
}

#[test]
fn a_long_answer_travels_in_mailboxes() {
    let mut machine = Machine::new();
    let (delivery, answer) = machine.execute(0, &request(QUERY_HCA_CAP, 16), 4112);
    assert_eq!((delivery, answer[0]), (0, 0));
    assert_eq!(answer[16 + 0x6a0 / 8..][..4], [0, 0, 0, 4], "uctx_cap");
}

#[test]
fn a_long_request_travels_in_mailboxes() {
    const PAGES: usize = 200;
    let mut machine = Machine::new();
    let mut give = request(0x108, 16 + 8 * PAGES);
    give[7] = 1;
    give[15] = u8::try_from(PAGES).unwrap();
    for (number, page) in (1u64..).zip(give[16..].chunks_exact_mut(8)) {
        page.copy_from_slice(&(number << 12).to_be_bytes());
    }
    let last = give.len() - 1;
    give[last] = 1;
    assert_eq!(machine.execute(0, &give, 16).1[0], 3, "a misaligned page");
    give[last] = 0;
    assert_eq!(machine.execute(0, &give, 16).1[0], 0);
    assert_eq!(machine.execute(0, &give, 16).1[0], 3, "pages given twice");
}

#[test]
fn lengths_may_be_odd() {
    let mut machine = Machine::new();
    let (delivery, answer) = machine.execute(0, &request(NOP, 1041), 537);
    assert_eq!((delivery, answer), (0, vec![0; 537]));
}

#[test]
fn the_longest_messages_are_two_mebibytes() {
    let mut machine = Machine::new();
    let longest = 2 << 20;
    let (delivery, answer) = machine.execute(0, &request(NOP, longest), longest);
    assert_eq!((delivery, answer.len()), (0, longest));
}

#[test]
fn one_doorbell_may_announce_several_commands() {
    let mut machine = Machine::new();
    for slot in [0, 7, 31] {
        machine.prepare(slot, &request(NOP, 16), 16);
    }
    machine.write_register(0x18, (1 << 31) | (1 << 7) | 1);
    for slot in [0, 7, 31] {
        assert_eq!(machine.status(slot), 0);
    }
}

/// What is done to a good command, whether its entry is signed again, and the
/// delivery status it must get.
type Damage = (&'static str, fn(&Machine), bool, u8);

const DAMAGES: &[Damage] = &[
    (
        "a wrong signature",
        |m| m.poke(entry_address(0) + 61, &[0]),
        false,
        0x1,
    ),
    (
        "a wrong token in the input",
        |m| m.poke(INPUT + 573, &[1]),
        true,
        0x2,
    ),
    (
        "a wrong token in the output",
        |m| m.poke(OUTPUT + 573, &[1]),
        true,
        0x2,
    ),
    (
        "a wrong block number in the input",
        |m| m.poke(INPUT + 568, &[0, 0, 0, 1]),
        true,
        0x3,
    ),
    (
        "a wrong block number in the output",
        |m| m.poke(OUTPUT + 568, &[1]),
        true,
        0x3,
    ),
    (
        "an input chain that is a loop",
        |m| m.poke(INPUT + 560, &INPUT.to_be_bytes()),
        true,
        0x3,
    ),
    (
        "an output chain that is a loop",
        |m| m.poke(OUTPUT + 560, &OUTPUT.to_be_bytes()),
        true,
        0x3,
    ),
    (
        "a misaligned output",
        |m| m.poke(entry_address(0) + 48, &(OUTPUT + 16).to_be_bytes()),
        true,
        0x4,
    ),
    (
        "an output outside memory",
        |m| m.poke(entry_address(0) + 48, &[0xff; 6]),
        true,
        0x4,
    ),
    (
        "an output chain that leaves memory",
        |m| m.poke(OUTPUT + 560, &[0x80]),
        true,
        0x4,
    ),
    (
        "a misaligned input",
        |m| m.poke(entry_address(0) + 8, &(INPUT + 1).to_be_bytes()),
        true,
        0x5,
    ),
    (
        "an input outside memory",
        |m| m.poke(entry_address(0) + 8, &[0xff; 6]),
        true,
        0x5,
    ),
    (
        "an input chain that leaves memory",
        |m| m.poke(INPUT + 560, &[0x80]),
        true,
        0x5,
    ),
    (
        "no input at all",
        |m| m.poke(entry_address(0) + 4, &[0; 4]),
        true,
        0x7,
    ),
    (
        "an input shorter than a header",
        |m| m.poke(entry_address(0) + 4, &[0, 0, 0, 7]),
        true,
        0x7,
    ),
    (
        "an input longer than memory",
        |m| m.poke(entry_address(0) + 4, &[0xff; 4]),
        true,
        0x7,
    ),
    (
        "an input a byte too long",
        |m| m.poke(entry_address(0) + 4, &[0, 0x20, 0, 1]),
        true,
        0x7,
    ),
    (
        "an output shorter than a header",
        |m| m.poke(entry_address(0) + 56, &[0, 0, 0, 7]),
        true,
        0x8,
    ),
    (
        "an output longer than memory",
        |m| m.poke(entry_address(0) + 56, &[0xff; 4]),
        true,
        0x8,
    ),
    (
        "a reserved field that is set",
        |m| m.poke(entry_address(0) + 2, &[1]),
        true,
        0x9,
    ),
    (
        "the other reserved field set",
        |m| m.poke(entry_address(0) + 62, &[1]),
        true,
        0x9,
    ),
    (
        "another type of entry",
        |m| m.poke(entry_address(0), &[6]),
        true,
        0x10,
    ),
];

#[test]
fn damaged_commands_are_given_back_with_the_reason() {
    let mut machine = Machine::new();
    for (what, damage, signed, delivery) in DAMAGES {
        machine.prepare(0, &request(NOP, 1040), 1040);
        damage(&machine);
        if *signed {
            machine.sign(0);
        }
        machine.ring(0);
        assert_eq!(machine.status(0), delivery << 1, "{what}");
    }
    let (delivery, _) = machine.execute(0, &request(NOP, 1040), 1040);
    assert_eq!(delivery, 0, "and the next one runs");
}

#[test]
fn a_command_whose_answer_has_nowhere_to_go_does_not_run() {
    let mut machine = Machine::new();
    let mut create = request(0xa04, 64);
    create[19] = 4;
    machine.prepare(0, &create, 1040);
    machine.poke(OUTPUT + STRIDE + 573, &[0]);
    machine.ring(0);
    assert_eq!(machine.status(0), 0x2 << 1);

    let (_, answer) = machine.execute(0, &create, 16);
    assert_eq!(answer[10..12], [0, 1], "the first user context");
}

#[test]
fn an_entry_that_is_not_the_devices_is_left_alone() {
    let mut machine = Machine::new();
    machine.prepare(5, &request(NOP, 16), 16);
    machine.poke(entry_address(5) + 63, &[0]);
    let before: [u8; 64] = machine.read(entry_address(5));
    machine.ring(5);
    assert_eq!(machine.read::<64>(entry_address(5)), before);
    assert_eq!(machine.last_remark(), Some(Remark::NotOwned { slot: 5 }));
}

#[test]
fn a_queue_outside_memory_is_noticed() {
    let mut machine = Machine::new();
    machine.write_register(0x10, 0xffff_ffff);
    machine.write_register(0x14, 0xffff_f000);
    machine.write_register(0x18, 0xffff_ffff);
    let address = 0xffff_ffff_ffff_f000 + 31 * 64;
    let remark = Remark::QueueUnreachable { slot: 31, address };
    assert_eq!(machine.last_remark(), Some(remark));
}

#[test]
fn no_command_is_fetched_without_permission() {
    let mut machine = Machine::new();
    machine.prepare(0, &request(NOP, 16), 16);
    machine.function.config_write(0x04, &[0x02, 0x00]);
    machine.ring(0);
    assert_eq!(machine.status(0), 1, "still the device's");
    assert_eq!(machine.last_remark(), Some(Remark::BusMasterOff));
}

#[test]
fn a_register_is_read_with_room_to_spare() {
    let mut machine = Machine::new();
    let mut mgir = request(ACCESS_REG, 1040);
    mgir[7] = 1;
    mgir[10..12].copy_from_slice(&[0x90, 0x20]);
    let (delivery, answer) = machine.execute(0, &mgir, 1040);
    assert_eq!((delivery, answer[0]), (0, 0));
    assert_eq!(answer[16..20], [0, 0, 0x10, 0x17], "revision and device id");
    assert_eq!(answer[24..28], [0, 0, 0x02, 0x0d], "hardware device id");
    assert!(answer[16 + 160..].iter().all(|byte| *byte == 0));
}
