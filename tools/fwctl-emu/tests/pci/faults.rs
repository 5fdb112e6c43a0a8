// SPDX-License-Identifier: GPL-2.0 OR MIT

//! Faults on request: commands that are late, lost or refused.

use std::time::{Duration, Instant};

use fwctl_emu::model::faults::{Deed, Fault, Selection};
use fwctl_emu::pci::Remark;
use proptest::prelude::*;

use crate::machine::{entry_address, request, Machine};

const NOP: u16 = 0x80d;
const CREATE_UCTX: u16 = 0xa04;

/// The answer is still to come.
const OWNED_BY_DEVICE: u8 = 1;

fn next(opcode: u16, deed: Deed) -> Fault {
    let opcode = Some(opcode);
    let selection = Selection {
        opcode,
        ..Selection::default()
    };
    Fault { deed, selection }
}

/// Prepares a command and rings for it, without an answer in view.
fn send(machine: &mut Machine, slot: u8, opcode: u16) {
    machine.prepare(slot, &request(opcode, 64), 16);
    machine.ring(slot);
}

#[test]
fn a_dropped_command_holds_up_no_other_and_is_released() {
    let mut machine = Machine::new();
    machine.function.arm(next(CREATE_UCTX, Deed::Drop));
    send(&mut machine, 4, CREATE_UCTX);
    assert_eq!(machine.status(4), OWNED_BY_DEVICE);
    let opcode = CREATE_UCTX;
    let held = Remark::CommandHeld {
        slot: 4,
        opcode,
        fault: 1,
    };
    assert_eq!(machine.last_remark(), Some(held));
    assert_eq!(machine.function.next_due(), None);
    machine.function.proceed(&machine.host, Instant::now());
    assert_eq!(machine.status(4), OWNED_BY_DEVICE, "time does not help");

    assert_eq!(machine.execute(5, &request(NOP, 16), 16), (0, vec![0; 16]));
    assert!(machine.function.held().eq([4]));
    assert_eq!(machine.function.release(&machine.host), 1);
    assert_eq!(machine.status(4), 0);
    assert_eq!(machine.answer(4, 16)[10..12], [0, 1], "a user context");
    assert_eq!(machine.function.held().count(), 0);
}

#[test]
fn a_delayed_command_is_carried_out_when_it_is_due() {
    let mut machine = Machine::new();
    let delay = Duration::from_secs(3600);
    machine.function.arm(next(CREATE_UCTX, Deed::Delay(delay)));
    let before = Instant::now();
    send(&mut machine, 0, CREATE_UCTX);
    let due = machine.function.next_due().unwrap();
    assert!(due >= before + delay);
    machine
        .function
        .proceed(&machine.host, due - Duration::from_nanos(1));
    assert_eq!(machine.status(0), OWNED_BY_DEVICE);
    let (_, answer) = machine.execute(1, &request(CREATE_UCTX, 64), 16);
    assert_eq!(answer[10..12], [0, 1], "the other has not run yet");
    machine.function.proceed(&machine.host, due);
    assert_eq!(machine.status(0), 0);
    assert_eq!(machine.answer(0, 16)[10..12], [0, 2]);
    assert_eq!(machine.function.next_due(), None);
}

#[test]
fn a_failed_command_is_not_carried_out() {
    let mut machine = Machine::new();
    let (status, syndrome) = (0xf, 0x0012_3456);
    let fail = next(CREATE_UCTX, Deed::Fail { status, syndrome });
    machine.function.arm(fail);
    let create = request(CREATE_UCTX, 64);
    let (delivery, answer) = machine.execute(0, &create, 16);
    assert_eq!(delivery, 0);
    assert_eq!(answer[..8], [0xf, 0, 0, 0, 0, 0x12, 0x34, 0x56]);
    assert_eq!(answer[8..], [0; 8]);
    let (_, answer) = machine.execute(0, &create, 16);
    assert_eq!(answer[10..12], [0, 1], "the first user context");
}

#[test]
fn a_slot_that_is_held_takes_no_other_command() {
    let mut machine = Machine::new();
    machine.function.arm(next(NOP, Deed::Drop));
    send(&mut machine, 7, NOP);
    for _ in 0..3 {
        machine.ring(7);
        assert_eq!(machine.last_remark(), Some(Remark::Held { slot: 7 }));
    }
    assert_eq!(machine.function.release(&machine.host), 1);
    assert_eq!(machine.execute(7, &request(NOP, 16), 16).0, 0);
}

/// What ends a driver's use of the device.
type End = (&'static str, fn(&mut Machine));

const ENDS: &[End] = &[
    ("a reset", |m| m.function.reset("test")),
    ("a function-level reset", |m| {
        m.function.config_write(0x69, &[0x80])
    }),
    ("another command queue", |m| {
        m.write_register(0x14, 0x0020_0000)
    }),
];

#[test]
fn what_is_held_is_forgotten_with_its_driver() {
    for (what, end) in ENDS {
        let mut machine = Machine::new();
        machine.function.arm(next(NOP, Deed::Drop));
        send(&mut machine, 0, NOP);
        end(&mut machine);
        let forgotten = Remark::CommandsForgotten { count: 1 };
        assert_eq!(machine.last_remark(), Some(forgotten), "{what}");
        let before: [u8; 64] = machine.read(entry_address(0));
        assert_eq!(machine.function.release(&machine.host), 0, "{what}");
        assert_eq!(machine.read::<64>(entry_address(0)), before, "{what}");
    }
}

#[test]
fn no_command_is_completed_without_permission() {
    let mut machine = Machine::new();
    machine.function.arm(next(NOP, Deed::Drop));
    send(&mut machine, 0, NOP);
    machine.function.config_write(0x04, &[0x02, 0x00]);
    machine.function.release(&machine.host);
    assert_eq!(machine.status(0), OWNED_BY_DEVICE);
    assert_eq!(machine.last_remark(), Some(Remark::BusMasterOff));
}

#[test]
fn a_command_that_cannot_run_is_not_counted() {
    let mut machine = Machine::new();
    machine.function.arm(next(NOP, Deed::Drop));
    machine.prepare(0, &request(NOP, 16), 16);
    machine.poke(entry_address(0) + 61, &[0]);
    machine.ring(0);
    assert_eq!(machine.status(0), 0x1 << 1, "a wrong signature");
    send(&mut machine, 0, NOP);
    assert_eq!(machine.status(0), OWNED_BY_DEVICE);
}

#[test]
fn faults_outlive_a_reset_until_they_are_cleared() {
    let mut machine = Machine::new();
    let id = machine.function.arm(next(NOP, Deed::Drop));
    machine.function.reset("test");
    machine.set_up();
    assert_eq!(machine.function.faults().armed().len(), 1);
    assert_eq!(machine.function.clear_faults(Some(id)), 1);
    assert_eq!(machine.execute(0, &request(NOP, 16), 16).0, 0);
}

/// What a driver, or whoever asks for faults, does next.
#[derive(Debug, Clone)]
enum Act {
    Ring(u8),
    Arm(Fault),
    Proceed(u64),
    Release,
    Reset,
}

fn act() -> impl Strategy<Value = Act> {
    let deed = prop_oneof![
        Just(Deed::Drop),
        (0u64..100).prop_map(|seconds| Deed::Delay(Duration::from_secs(seconds))),
        (1u8..9).prop_map(|status| Deed::Fail {
            status,
            syndrome: 1
        }),
    ];
    let selection = (0u32..4, 0u32..3).prop_map(|(nth, times)| Selection {
        opcode: Some(NOP),
        nth,
        times,
    });
    prop_oneof![
        8 => (0u8..32).prop_map(Act::Ring),
        2 => (deed, selection).prop_map(|(deed, selection)| Act::Arm(Fault { deed, selection })),
        2 => (0u64..100).prop_map(Act::Proceed),
        1 => Just(Act::Release),
        1 => Just(Act::Reset),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Whatever is asked for: a slot is busy from its doorbell to its answer, and in the end every
    /// command is answered, unless its driver is gone.
    #[test]
    fn no_command_is_lost_for_good(acts in proptest::collection::vec(act(), 0..80)) {
        let mut machine = Machine::new();
        let start = Instant::now();
        for act in acts {
            match act {
                Act::Ring(slot) => {
                    if machine.function.held().all(|held| held != slot) {
                        send(&mut machine, slot, NOP);
                    } else {
                        machine.ring(slot);
                        prop_assert_eq!(machine.last_remark(), Some(Remark::Held { slot }));
                    }
                }
                Act::Arm(fault) => drop(machine.function.arm(fault)),
                Act::Proceed(seconds) => {
                    let now = start + Duration::from_secs(seconds);
                    machine.function.proceed(&machine.host, now);
                    prop_assert!(machine.function.next_due().is_none_or(|due| due > now));
                }
                Act::Release => drop(machine.function.release(&machine.host)),
                Act::Reset => {
                    machine.function.reset("test");
                    prop_assert_eq!(machine.function.held().count(), 0);
                    for slot in 0..32 {
                        machine.poke(entry_address(slot) + 63, &[0]);
                    }
                    machine.set_up();
                }
            }
            let busy = (0..32).filter(|slot| machine.status(*slot) == OWNED_BY_DEVICE);
            let mut held: Vec<_> = machine.function.held().collect();
            held.sort_unstable();
            prop_assert_eq!(busy.collect::<Vec<_>>(), held);
        }
        machine.function.release(&machine.host);
        prop_assert!((0..32).all(|slot| machine.status(slot) & OWNED_BY_DEVICE == 0));
    }
}
