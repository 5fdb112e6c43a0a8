// SPDX-License-Identifier: GPL-2.0 OR MIT

//! PDDR: what the link does, and why it does not.

use super::port::{check_port, Port, PORT, SPEEDS, WIDTHS};
use super::{ConnectX, Refusal};
use crate::prm::register::port::{
    pddr_module_info as module, pddr_operation_info_page as operation,
    pddr_phy_info_page as physical, pddr_reg, pddr_troubleshooting_page as troubleshooting,
};

/// Fills in one page.
type Page = fn(&Port, &[u8], &mut [u8]) -> Result<(), Refusal>;

/// The pages there are, by page_select.
const PAGES: [Page; 4] = [
    operation_page,
    troubleshooting_page,
    physical_page,
    module_page,
];

pub(super) fn pddr(device: &mut ConnectX, asked: &[u8], value: &mut [u8]) -> Result<(), Refusal> {
    check_port(pddr_reg::local_port, asked)?;
    let number = pddr_reg::page_select.u8(asked);
    let page = PAGES.get(usize::from(number)).ok_or(Refusal::NoSuchPage)?;
    pddr_reg::local_port.set(value, PORT);
    pddr_reg::page_select.set(value, number);
    page(
        &device.registers.port,
        pddr_reg::page_data.bytes(asked),
        pddr_reg::page_data.bytes_mut(value),
    )
}

/// What proto_active says of InfiniBand.
const INFINIBAND: u8 = 1;
/// What neg_mode_active says of its negotiation.
const STANDARD_NEGOTIATION: u8 = 4;
/// What phy_mngr_fsm_state says.
const DISABLED: u8 = 0;
const ACTIVE: u8 = 3;
/// What ib_phy_fsm_state says; it is 0 while the port is disabled.
const LINK_UP: u8 = 7;

fn operation_page(port: &Port, _: &[u8], page: &mut [u8]) -> Result<(), Refusal> {
    let (width, speed) = port.active();
    operation::proto_active.set(page, INFINIBAND);
    operation::phy_manager_link_width_enabled.set(page, port.widths);
    operation::phy_manager_link_proto_enabled.set(page, port.speeds);
    operation::core_to_phy_link_width_enabled.set(page, port.widths);
    operation::core_to_phy_link_proto_enabled.set(page, port.speeds);
    operation::cable_link_width_cap.set(page, WIDTHS);
    operation::cable_link_speed_cap.set(page, SPEEDS);
    operation::link_width_active.set(page, width);
    operation::link_speed_active.set(page, speed);
    operation::phy_mngr_fsm_state.set(page, DISABLED);
    if port.is_up() {
        operation::neg_mode_active.set(page, STANDARD_NEGOTIATION);
        operation::phy_mngr_fsm_state.set(page, ACTIVE);
        operation::ib_phy_fsm_state.set(page, LINK_UP);
    }
    Ok(())
}

/// The group of opcodes for monitoring, the only one.
const MONITOR: u16 = 0;

/// Why there is no link: an opcode and the words for it.
fn trouble(port: &Port) -> (u32, &'static str) {
    match () {
        () if port.is_up() => (0, "No issue was observed"),
        () => (1, "The port is closed by command"),
    }
}

fn troubleshooting_page(port: &Port, asked: &[u8], page: &mut [u8]) -> Result<(), Refusal> {
    if troubleshooting::group_opcode.u16(asked) != MONITOR {
        return Err(Refusal::NoSuchGroup);
    }
    let (opcode, message) = trouble(port);
    troubleshooting::status_opcode.set(page, opcode);
    troubleshooting::status_message.copy_from(page, message.as_bytes());
    Ok(())
}

/// What hw_link_phy_state says.
const PHY_LINK_UP: u8 = 0x50;
const PHY_DISABLED: u8 = 0x30;

fn physical_page(port: &Port, _: &[u8], page: &mut [u8]) -> Result<(), Refusal> {
    let state = match port.is_up() {
        true => PHY_LINK_UP,
        false => PHY_DISABLED,
    };
    physical::num_of_negotiation_attempts.set(page, 1u8);
    physical::hw_link_phy_state.set(page, state);
    Ok(())
}

/// What cable_type says of a passive copper cable.
const PASSIVE_COPPER: u8 = 3;
/// What cable_technology says of one that nothing equalizes.
const UNEQUALIZED: u8 = 0x0a;
/// What module_st says of a module that is powered, and of one that is not.
const READY: u8 = 3;
const LOW_POWER: u8 = 1;
/// Metres.
const LENGTH: u8 = 1;
/// A module that takes nothing: 1.5 W at most, in quarters of a watt.
const MAX_POWER: u8 = 6;

/// A cable of one metre in a QSFP28 cage.
fn module_page(port: &Port, _: &[u8], page: &mut [u8]) -> Result<(), Refusal> {
    let state = if port.powered { READY } else { LOW_POWER };
    module::cable_technology.set(page, UNEQUALIZED);
    module::cable_type.set(page, PASSIVE_COPPER);
    module::cable_length.set(page, LENGTH);
    module::max_power.set(page, MAX_POWER);
    module::vendor_name.copy_from(page, b"Emulated");
    module::vendor_pn.copy_from(page, b"FWC-CABLE-1M");
    module::vendor_rev.copy_from(page, b"A1");
    module::vendor_sn.copy_from(page, b"FWC0000000001");
    module::module_st.set(page, state);
    module::ib_compliance_code.set(page, SPEEDS);
    module::ib_width.set(page, WIDTHS);
    Ok(())
}
