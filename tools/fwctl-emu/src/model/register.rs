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
use crate::prm::register_id;

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
    /// Its bytes; a message may have room for more.
    size: usize,
    read: Read,
    write: Option<Write>,
}

/// The registers, ascending by id.
static REGISTERS: &[Register] = &[
    read_only(register_id::QCAM, 72, capability_mask::qcam),
    read_only(register_id::PMLP, 64, port::pmlp),
    read_write(register_id::PTYS, 64, port::ptys, port::set_ptys),
    read_write(register_id::PAOS, 16, port::paos, port::set_paos),
    read_only(register_id::PCAM, 80, capability_mask::pcam),
    read_write(
        register_id::NODE_DESC,
        64,
        host::node_desc,
        host::set_node_desc,
    ),
    read_write(
        register_id::HOST_ENDIANNESS,
        16,
        host::endianness,
        host::set_endianness,
    ),
    read_only(register_id::MTCAP, 16, temperature::mtcap),
    read_write(
        register_id::MTMP,
        32,
        temperature::mtmp,
        temperature::set_mtmp,
    ),
    read_only(register_id::MGIR, 160, identity::mgir),
    read_only(register_id::MPEIN, 48, pcie::mpein),
    read_only(register_id::MCAM, 72, capability_mask::mcam),
    read_only(register_id::DTOR, 64, host::dtor),
];

const fn read_only(id: u16, size: usize, read: Read) -> Register {
    Register {
        id,
        size,
        read,
        write: None,
    }
}

const fn read_write(id: u16, size: usize, read: Read, write: Write) -> Register {
    Register {
        id,
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
