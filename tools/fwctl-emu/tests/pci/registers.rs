// SPDX-License-Identifier: GPL-2.0 OR MIT

//! BAR0 and resets.

use fwctl_emu::pci::Remark;

use crate::machine::{request, Machine, QUEUE};

#[test]
fn bar0_can_be_read_anywhere_and_of_any_size() {
    let machine = Machine::new();
    for offset in [0, 1, 3, 0x14, 0xfff, 0x1013, 0x1014, 1 << 20, u64::MAX] {
        for length in [0, 1, 2, 3, 4, 5, 8, 4097] {
            let mut data = vec![0xaa; length];
            machine.function.bar_read(offset, &mut data);
        }
    }
    let mut odd = [0; 3];
    machine.function.bar_read(0x15, &mut odd);
    assert_eq!(odd, [0, 0x10, 0x56]);
}

#[test]
fn a_write_that_is_no_register_changes_nothing() {
    let mut machine = Machine::new();
    for (offset, length) in [(0x14, 3), (0x15, 4), (0x12, 4), (0x14, 1), (0x14, 6)] {
        machine
            .function
            .bar_write(&machine.host, offset, &vec![0xff; length]);
        let remark = Remark::WriteIgnored { offset, length };
        assert_eq!(machine.last_remark(), Some(remark));
    }
    let end = u64::MAX - 3;
    machine.function.bar_write(&machine.host, end, &[0xff; 12]);
    assert_eq!(machine.read_register(0x14), QUEUE as u32 | 0x56);
}

#[test]
fn the_queue_may_be_told_in_one_write() {
    let mut machine = Machine::new();
    machine
        .function
        .bar_write(&machine.host, 0x10, &(QUEUE + 0x1_0000_0000).to_be_bytes());
    assert_eq!(machine.read_register(0x10), 1);
}

#[test]
fn a_new_queue_is_a_new_driver() {
    let mut machine = Machine::new();
    let mut create = request(0xa04, 64);
    create[19] = 4;
    assert_eq!(machine.execute(0, &create, 16).1[0], 0);
    machine.write_register(0x14, QUEUE as u32 + 0x1000);
    machine.write_register(0x14, QUEUE as u32);
    assert_eq!(machine.execute(0, &create, 16).1[0], 4, "not enabled");
}

#[test]
fn either_reset_leaves_a_device_that_wants_to_be_enabled() {
    let resets: [fn(&mut Machine); 2] = [
        |machine| machine.function.reset("test"),
        |machine| machine.function.config_write(0x68, &[0x10, 0xa8]),
    ];
    for reset in resets {
        let mut machine = Machine::new();
        reset(&mut machine);
        assert_eq!(machine.read_register(0x14), 0x56, "no queue");
        machine.function.config_write(0x04, &[0x06, 0x00]);
        machine.ring(0);
        assert_eq!(machine.last_remark(), Some(Remark::NoQueue));
        machine.set_up();
        assert_eq!(machine.execute(0, &request(0x100, 16), 4112).1[0], 4);
        assert_eq!(machine.execute(0, &request(0x104, 16), 12).1[0], 0);
        assert_eq!(machine.execute(0, &request(0x100, 16), 4112).1[0], 0);
    }
}
