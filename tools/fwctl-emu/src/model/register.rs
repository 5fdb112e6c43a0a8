// SPDX-License-Identifier: GPL-2.0 OR MIT

//! ACCESS_REG: the registers the firmware knows, and how one is read or
//! written.

mod capability_mask;
mod component;
mod configuration;
mod dump;
mod host;
mod identity;
mod lock;
mod module;
mod pcie;
mod port;
mod port_counters;
mod port_diagnostics;
mod reset;
mod temperature;
mod text;
mod transmitter;

use std::time::Duration;

use super::connectx::{ConnectX, Effect};
use super::refusal::Refusal;
use crate::prm::command::{access_register_in, mbox_in};
use crate::prm::register::card::MQIS_HEADER;
use crate::prm::register::component::{MCDA_HEADER, MCQI_HEADER};
use crate::prm::register::ACCESS_REG_HEADER;
use crate::prm::register_id;

const WRITE: u16 = 0;
const READ: u16 = 1;

/// What is behind the registers and survives a driver.
#[derive(Debug, Clone, Default)]
pub(super) struct Registers {
    host: host::Host,
    lock: lock::Lock,
    module: module::Module,
    pcie: pcie::Congestion,
    port: port::Port,
    counters: port_counters::Counters,
    sensors: temperature::Sensors,
    transmitter: transmitter::Transmitter,
}

impl Registers {
    /// Time has passed since power-on, or a command came: the link carries on.
    pub(super) fn carry(&mut self, passed: Duration, commands: u64) {
        self.counters.carry(self.port.is_up(), passed, commands);
    }
}

/// Fills in the register's value; what the request's register says selects it.
type Read = fn(&mut ConnectX, &[u8], &mut [u8]) -> Result<(), Refusal>;

/// Changes the device as the request's register says.
type Write = fn(&mut ConnectX, &[u8]) -> Result<Option<Effect>, Refusal>;

/// One register.
struct Register {
    id: u16,
    /// The bytes of it that a message must have room for. The rest of a longer
    /// message is ignored, or zero, unless the register goes on in it.
    size: usize,
    read: Read,
    write: Option<Write>,
}

/// The registers, ascending by id.
static REGISTERS: &[Register] = &{
    use register_id as id;
    [
        read_only(id::QCAM, 72, capability_mask::qcam),
        read_write(id::MLOCK, 16, lock::mlock, lock::set_mlock),
        read_only(id::PMLP, 64, port::pmlp),
        read_write(id::PTYS, 64, port::ptys, port::set_ptys),
        read_write(id::PAOS, 16, port::paos, port::set_paos),
        read_write(
            id::PPCNT,
            256,
            port_counters::ppcnt,
            port_counters::clear_ppcnt,
        ),
        read_write(id::PMAOS, 16, module::pmaos, module::set_pmaos),
        read_write(id::SLTP, 76, transmitter::sltp, transmitter::set_sltp),
        read_only(id::PDDR, 256, port_diagnostics::pddr),
        read_write(id::PPAOS, 16, port::ppaos, port::set_ppaos),
        read_only(id::PCAM, 80, capability_mask::pcam),
        read_write(id::NODE_DESC, 64, host::node_desc, host::set_node_desc),
        read_write(
            id::HOST_ENDIANNESS,
            16,
            host::endianness,
            host::set_endianness,
        ),
        read_only(id::MTCAP, 16, temperature::mtcap),
        read_write(id::MTMP, 32, temperature::mtmp, temperature::set_mtmp),
        read_only(id::MGIR, 160, identity::mgir),
        read_write(
            id::MNVDA,
            configuration::HEADER,
            configuration::mnvda,
            configuration::set_mnvda,
        ),
        read_write(
            id::MNVDI,
            configuration::HEADER,
            configuration::mnvdi,
            configuration::set_mnvdi,
        ),
        read_write(id::MFRL, 8, reset::mfrl, reset::set_mfrl),
        read_only(id::MNVQC, 8, configuration::mnvqc),
        read_write(id::MNVIA, 8, configuration::mnvia, configuration::set_mnvia),
        read_only(id::MNVGC, 16, configuration::mnvgc),
        read_only(id::MPEIN, 48, pcie::mpein),
        read_write(id::MPEGC, 44, pcie::mpegc, pcie::set_mpegc),
        read_only(id::MPIR, 16, pcie::mpir),
        read_only(id::MCQS, 16, component::mcqs),
        read_only(id::MCQI, MCQI_HEADER, component::mcqi),
        read_write(id::MCC, 32, component::mcc, component::set_mcc),
        read_write(id::MCDA, MCDA_HEADER, component::mcda, component::set_mcda),
        read_only(id::MQIS, MQIS_HEADER, text::mqis),
        read_only(id::MCAM, 72, capability_mask::mcam),
        read_write(id::RESOURCE_DUMP, 256, dump::resource_dump, dump::ask),
        read_only(id::DTOR, 64, host::dtor),
    ]
};

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
    let asked = request.get(ACCESS_REG_HEADER..).unwrap_or_default();
    let value = answer.get_mut(ACCESS_REG_HEADER..).unwrap_or_default();
    if asked.len() < register.size {
        return Err(Refusal::ShortInput);
    }
    if value.len() < register.size {
        return Err(Refusal::ShortOutput);
    }

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
