// SPDX-License-Identifier: GPL-2.0 OR MIT

//! ACCESS_REG: the registers the firmware knows, and how one is read or
//! written.

mod capability_mask;
mod host;
mod identity;
mod pcie;
mod port;
mod temperature;

use super::connectx::{ConnectX, Effect};
use super::refusal::Refusal;
use crate::prm::command::{access_register_in, mbox_in};
use crate::prm::register::ACCESS_REG_HEADER;

const WRITE: u16 = 0;
const READ: u16 = 1;

/// What is behind the registers and survives a driver.
#[derive(Debug, Clone, Default)]
pub(super) struct Registers {
    host: host::Host,
    port: port::Port,
    sensors: temperature::Sensors,
}

/// Fills in the register's value; what the request's register says selects it.
type Read = fn(&mut ConnectX, &[u8], &mut [u8]) -> Result<(), Refusal>;

/// Changes the device as the request's register says.
type Write = fn(&mut ConnectX, &[u8]) -> Result<Option<Effect>, Refusal>;

/// One register.
struct Register {
    id: u16,
    name: &'static str,
    /// Its bytes; a message may have room for more.
    size: usize,
    read: Read,
    write: Option<Write>,
}

/// The registers, ascending by id.
static REGISTERS: &[Register] = &[
    read_only(0x4019, "QCAM", 72, capability_mask::qcam),
    read_only(0x5002, "PMLP", 64, port::pmlp),
    read_write(0x5004, "PTYS", 64, port::ptys, port::set_ptys),
    read_write(0x5006, "PAOS", 16, port::paos, port::set_paos),
    read_only(0x507f, "PCAM", 80, capability_mask::pcam),
    read_write(
        0x6001,
        "NODE_DESC",
        64,
        host::node_desc,
        host::set_node_desc,
    ),
    read_write(
        0x7004,
        "HOST_ENDIANNESS",
        16,
        host::endianness,
        host::set_endianness,
    ),
    read_only(0x9009, "MTCAP", 16, temperature::mtcap),
    read_write(0x900a, "MTMP", 32, temperature::mtmp, temperature::set_mtmp),
    read_only(0x9020, "MGIR", 160, identity::mgir),
    read_only(0x9050, "MPEIN", 48, pcie::mpein),
    read_only(0x907f, "MCAM", 72, capability_mask::mcam),
    read_only(0xc00e, "DTOR", 64, host::dtor),
];

const fn read_only(id: u16, name: &'static str, size: usize, read: Read) -> Register {
    Register {
        id,
        name,
        size,
        read,
        write: None,
    }
}

const fn read_write(
    id: u16,
    name: &'static str,
    size: usize,
    read: Read,
    write: Write,
) -> Register {
    Register {
        id,
        name,
        size,
        read,
        write: Some(write),
    }
}

fn find(id: u16) -> Option<&'static Register> {
    REGISTERS
        .binary_search_by_key(&id, |register| register.id)
        .ok()
        .map(|index| &REGISTERS[index])
}

/// The PRM's name of a register the firmware knows.
pub fn name(id: u16) -> Option<&'static str> {
    find(id).map(|register| register.name)
}

/// ACCESS_REG. A write answers with the register as it is afterwards.
pub(super) fn access(
    device: &mut ConnectX,
    request: &[u8],
    answer: &mut [u8],
) -> Result<Option<Effect>, Refusal> {
    let id = access_register_in::register_id.u16(request);
    let register = find(id).ok_or(Refusal::UnknownRegister)?;
    let data = ACCESS_REG_HEADER..ACCESS_REG_HEADER + register.size;
    let asked = request.get(data.clone()).ok_or(Refusal::ShortInput)?;
    let value = answer.get_mut(data).ok_or(Refusal::ShortOutput)?;

    let effect = match mbox_in::op_mod.u16(request) {
        READ => None,
        WRITE => register.write.ok_or(Refusal::ReadOnlyRegister)?(device, asked)?,
        _ => return Err(Refusal::UnknownOpMod),
    };
    (register.read)(device, asked, value)?;
    Ok(effect)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_ascend() {
        assert!(REGISTERS.windows(2).all(|pair| pair[0].id < pair[1].id));
    }
}
