// SPDX-License-Identifier: GPL-2.0 OR MIT

//! The flash: when it is kept, and what comes of it after a reset.

use std::io::{self, ErrorKind};
use std::sync::{Arc, Mutex};

use fwctl_emu::model::{Config, Flash, Image};
use fwctl_emu::pci::{Remark, Storage};

use crate::machine::{request, Machine};

const ACCESS_REG: u16 = 0x805;
const MNVDA: u16 = 0x9024;
const MFRL: u16 = 0x9028;
const MCC: u16 = 0x9062;
const MCDA: u16 = 0x9063;

/// Keeps all that it is given, or nothing.
#[derive(Clone, Default)]
struct Shelf {
    kept: Arc<Mutex<Vec<Flash>>>,
    full: bool,
}

impl Storage for Shelf {
    fn save(&mut self, flash: &Flash) -> io::Result<()> {
        if self.full {
            return Err(ErrorKind::StorageFull.into());
        }
        self.kept.lock().unwrap().push(flash.clone());
        Ok(())
    }
}

impl Shelf {
    fn count(&self) -> usize {
        self.kept.lock().unwrap().len()
    }

    fn last(&self) -> Flash {
        self.kept.lock().unwrap().last().unwrap().clone()
    }
}

/// Writes a register, which must succeed.
fn write(machine: &mut Machine, id: u16, value: &[u8]) {
    let mut request = request(ACCESS_REG, 16);
    request[10..12].copy_from_slice(&id.to_be_bytes());
    request.extend(value);
    let (delivery, answer) = machine.execute(0, &request, request.len());
    assert_eq!((delivery, answer[0]), (0, 0), "{id:#x}");
}

/// Sets the link type of port 1 to Ethernet.
fn set_link_type(machine: &mut Machine) {
    let item = [3, 9, 0, 4, 1, 1, 0, 0x12, 0, 0, 0, 0, 0, 0, 0, 8];
    write(machine, MNVDA, &item);
}

fn mcc(machine: &mut Machine, instruction: u8) {
    let mut value = [0; 32];
    value[3] = instruction;
    value[11] = 1;
    write(machine, MCC, &value);
}

#[test]
fn what_is_set_is_kept_and_what_is_read_is_not() {
    let shelf = Shelf::default();
    let mut machine = Machine::new().kept_in(Box::new(shelf.clone()));
    machine.execute(0, &request(0x80d, 16), 16);
    assert_eq!(shelf.count(), 0);
    set_link_type(&mut machine);
    assert_eq!(shelf.count(), 1);
    machine.function.reset("test");
    assert_eq!(shelf.count(), 1, "nothing new");
}

#[test]
fn a_full_storage_is_a_remark() {
    let full = Shelf {
        full: true,
        ..Shelf::default()
    };
    let mut machine = Machine::new().kept_in(Box::new(full));
    set_link_type(&mut machine);
    let lost = Remark::StateLost(ErrorKind::StorageFull);
    assert_eq!(machine.last_remark(), Some(lost));
}

#[test]
fn new_firmware_shows_in_the_initialization_segment() {
    let shelf = Shelf::default();
    let mut machine = Machine::new().kept_in(Box::new(shelf.clone()));
    let version = "16.36.1010".parse().unwrap();
    let image = Image::build(&Config::default(), version, b"content");
    mcc(&mut machine, 1);
    mcc(&mut machine, 3);
    let mut piece = vec![0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0];
    piece.push(u8::try_from(image.bytes().len()).unwrap());
    piece.extend([0; 4]);
    piece.extend(image.bytes());
    write(&mut machine, MCDA, &piece);
    mcc(&mut machine, 4);
    mcc(&mut machine, 6);
    assert_eq!(shelf.last().pending(), Some(&image));

    write(&mut machine, MFRL, &[0, 0, 0, 0, 0, 0, 0, 8]);
    let old = (machine.read_register(0), machine.read_register(4) & 0xffff);
    assert_eq!(old, ((35 << 16) | 16, 4030));
    // A new driver alone changes nothing.
    machine.set_up();
    assert_eq!(machine.read_register(0), old.0);
    machine.function.reset("test");
    let new = (machine.read_register(0), machine.read_register(4) & 0xffff);
    assert_eq!(new, ((36 << 16) | 16, 1010));
    assert_eq!(shelf.last().running(), Some(&image));
    assert_eq!(shelf.last().pending(), None);
}
