// SPDX-License-Identifier: GPL-2.0 OR MIT

//! Events: rings, arming, interrupts.

use fwctl_emu::model::faults::{Deed, Fault, Selection};
use fwctl_emu::pci::Remark;

use crate::machine::{request, Machine};

/// Where the test's event queue is.
const RING: u64 = 0x4000;
const LOG_SIZE: u8 = 2;
const SIZE: u64 = 1 << LOG_SIZE;

const COMMAND_EVENTS: u64 = 1 << 0x0a;
const PORT_EVENTS: u64 = 1 << 0x09;

/// ALLOC_UAR, then CREATE_EQ; returns the UAR and the queue's number.
fn create(machine: &mut Machine, vector: u8, events: u64, page: u64) -> (u64, u8) {
    let (_, answer) = machine.execute(0, &request(0x802, 16), 16);
    let uar = u32::from_be_bytes(answer[8..12].try_into().unwrap());
    let mut create = request(0x301, 280);
    create[16 + 12..16 + 16].copy_from_slice(&((u32::from(LOG_SIZE) << 24) | uar).to_be_bytes());
    create[16 + 23] = vector;
    create[0x2c0 / 8..][..8].copy_from_slice(&events.to_be_bytes());
    create[272..280].copy_from_slice(&page.to_be_bytes());
    let (_, answer) = machine.execute(0, &create, 16);
    assert_eq!(answer[..8], [0; 8]);
    (u64::from(uar) * 4096, answer[11])
}

fn doorbell(eqn: u8, consumer: u32) -> u32 {
    (u32::from(eqn) << 24) | (consumer & 0xff_ffff)
}

fn nop(machine: &mut Machine, slot: u8) {
    assert_eq!(machine.execute(slot, &request(0x80d, 16), 16).0, 0);
}

#[test]
fn a_completed_command_is_an_event() {
    let mut machine = Machine::new();
    let (uar, eqn) = create(&mut machine, 5, COMMAND_EVENTS, RING);
    machine.write_register(uar + 0x40, doorbell(eqn, 0));
    nop(&mut machine, 9);

    let event: [u8; 64] = machine.read(RING);
    assert_eq!(event[1], 0x0a);
    assert_eq!(event[32..36], (1u32 << 9).to_be_bytes());
    assert_eq!(event[63], 0, "the first round's owner");
    assert_eq!(*machine.host.interrupts.borrow(), [5]);
}

#[test]
fn a_command_that_was_held_is_an_event_when_it_is_released() {
    let mut machine = Machine::new();
    let (uar, eqn) = create(&mut machine, 5, COMMAND_EVENTS, RING);
    machine.write_register(uar + 0x40, doorbell(eqn, 0));
    let (deed, selection) = (Deed::Drop, Selection::default());
    machine.function.arm(Fault { deed, selection });
    machine.prepare(9, &request(0x80d, 16), 16);
    machine.ring(9);
    assert_eq!(machine.read::<64>(RING), [0; 64]);

    machine.function.release(&machine.host);
    let event: [u8; 64] = machine.read(RING);
    assert_eq!((event[1], &event[32..36]), (0x0a, &[0, 0, 2, 0][..]));
    assert_eq!(*machine.host.interrupts.borrow(), [5]);
}

#[test]
fn a_queue_hears_nothing_of_its_own_creation_and_destruction() {
    let mut machine = Machine::new();
    let (_, eqn) = create(&mut machine, 0, COMMAND_EVENTS, RING);
    let mut destroy = request(0x302, 16);
    destroy[11] = eqn;
    assert_eq!(machine.execute(0, &destroy, 16).1[0], 0);
    assert_eq!(machine.read::<64>(RING), [0; 64]);
}

#[test]
fn an_interrupt_comes_once_for_each_arming() {
    let mut machine = Machine::new();
    let (uar, eqn) = create(&mut machine, 1, COMMAND_EVENTS, RING);
    let count = |machine: &Machine| machine.host.interrupts.borrow().len();

    nop(&mut machine, 0);
    assert_eq!(count(&machine), 0, "never armed");
    machine.write_register(uar + 0x48, doorbell(eqn, 1));
    assert_eq!(count(&machine), 0, "told the counter only");
    machine.write_register(uar + 0x40, doorbell(eqn, 1));
    assert_eq!(count(&machine), 0, "nothing is pending");
    nop(&mut machine, 0);
    nop(&mut machine, 0);
    assert_eq!(count(&machine), 1, "armed once");
    machine.write_register(uar + 0x40, doorbell(eqn, 1));
    assert_eq!(count(&machine), 2, "two are pending");
}

#[test]
fn the_owner_bit_alternates_by_round() {
    let mut machine = Machine::new();
    let (uar, eqn) = create(&mut machine, 0, COMMAND_EVENTS, RING);
    for event in 0..3 * SIZE {
        nop(&mut machine, 0);
        let slot = RING + event % SIZE * 64;
        let [owner] = machine.read(slot + 63);
        assert_eq!(u64::from(owner), (event / SIZE) & 1, "event {event}");
        let consumer = u32::try_from(event + 1).unwrap();
        machine.write_register(uar + 0x48, doorbell(eqn, consumer));
    }
}

#[test]
fn a_full_queue_loses_events_and_nothing_else() {
    let mut machine = Machine::new();
    let (_, eqn) = create(&mut machine, 0, COMMAND_EVENTS, RING);
    for _ in 0..SIZE {
        nop(&mut machine, 0);
    }
    assert_eq!(machine.last_remark(), None);
    nop(&mut machine, 0);
    assert_eq!(machine.last_remark(), Some(Remark::EqFull { eqn }));
    assert_eq!(machine.read::<1>(RING + SIZE * 64), [0]);
}

#[test]
fn a_queue_outside_memory_loses_events_and_nothing_else() {
    let mut machine = Machine::new();
    let (_, eqn) = create(&mut machine, 0, COMMAND_EVENTS, 0xffff_ffff_ffff_f000);
    nop(&mut machine, 0);
    assert_eq!(machine.last_remark(), Some(Remark::EqUnreachable { eqn }));
}

#[test]
fn a_doorbell_in_another_region_is_ignored() {
    let mut machine = Machine::new();
    let (uar, eqn) = create(&mut machine, 0, COMMAND_EVENTS, RING);
    machine.write_register(uar + 4096 + 0x40, doorbell(eqn, 7));
    let other = u32::try_from(uar / 4096 + 1).unwrap();
    let remark = Remark::NoSuchEq { uar: other, eqn };
    assert_eq!(machine.last_remark(), Some(remark));
    machine.write_register(uar + 0x40, doorbell(eqn + 1, 7));
    assert!(machine.host.interrupts.borrow().is_empty());
}

#[test]
fn a_port_going_down_is_an_event_for_who_wants_it() {
    let mut machine = Machine::new();
    create(&mut machine, 0, PORT_EVENTS, RING);
    let mut paos = request(0x805, 32);
    paos[10..12].copy_from_slice(&[0x50, 0x06]);
    // Local port 1, down; ase and ee; events wanted.
    paos[16..24].copy_from_slice(&[0, 1, 2, 0, 0xc0, 0, 0, 1]);
    assert_eq!(machine.execute(0, &paos, 32).1[0], 0);

    let event: [u8; 64] = machine.read(RING);
    assert_eq!((event[1], event[3], event[40]), (0x09, 1, 0x10));
}
