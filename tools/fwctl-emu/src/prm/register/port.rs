// SPDX-License-Identifier: GPL-2.0 OR MIT

//! The registers that tell how a port and its module are.

use crate::prm::ifc;
use crate::prm::layout::{layouts, Source};

layouts! {
    /// PDDR 0x5031, a port's diagnostics, one page at a time.
    pddr_reg: ifc("mlx5_ifc_pddr_reg_bits") => {
        local_port 0x08 0x08,
        pnat 0x10 0x02,
        page_select 0x38 0x08,
        page_data 0x40 0x7c0,
    }

    /// PDDR's page 0, operation, of an InfiniBand port.
    pddr_operation_info_page: Source::Prm => {
        proto_active 0x08 0x04,
        neg_mode_active 0x0c 0x04,
        phy_mngr_fsm_state 0x20 0x08,
        eth_an_fsm_state 0x28 0x08,
        ib_phy_fsm_state 0x30 0x08,
        phy_manager_link_width_enabled 0x40 0x10,
        phy_manager_link_proto_enabled 0x50 0x10,
        core_to_phy_link_width_enabled 0x60 0x10,
        core_to_phy_link_proto_enabled 0x70 0x10,
        cable_link_width_cap 0x80 0x10,
        cable_link_speed_cap 0x90 0x10,
        link_width_active 0xa0 0x10,
        link_speed_active 0xb0 0x10,
        loopback_mode 0xd4 0x0c,
        fec_mode_active 0xe0 0x10,
        fec_mode_request 0xf0 0x10,
    }

    /// PDDR's page 1, troubleshooting.
    pddr_troubleshooting_page: ifc("mlx5_ifc_pddr_troubleshooting_page_bits") => {
        group_opcode 0x10 0x10,
        status_opcode 0x20 0x20,
        status_message 0x60 0x760,
    }

    /// PDDR's page 2, the physical layer.
    pddr_phy_info_page: Source::Prm => {
        remote_device_type 0x00 0x08,
        num_of_negotiation_attempts 0x20 0x10,
        ib_revision 0x30 0x08,
        lp_ib_revision 0x38 0x08,
        hw_link_phy_state 0x40 0x08,
        lp_proto_enabled 0x80 0x20,
    }

    /// PDDR's page 3, the module and its cable.
    pddr_module_info: Source::Prm => {
        cable_technology 0x00 0x08,
        cable_type 0x20 0x04,
        cable_vendor 0x24 0x04,
        cable_length 0x28 0x08,
        cable_identifier 0x30 0x08,
        cable_power_class 0x38 0x08,
        max_power 0x40 0x08,
        vendor_name 0xa0 0x80,
        vendor_pn 0x120 0x80,
        vendor_rev 0x1a0 0x20,
        vendor_sn 0x1e0 0x80,
        temperature 0x260 0x10,
        voltage 0x270 0x10,
        module_st 0x4a0 0x03,
        ib_compliance_code 0x4d6 0x0a,
        ib_width 0x4fa 0x06,
    }

    /// PMAOS 0x5012, a module's administrative and operational status.
    pmaos_reg: ifc("mlx5_ifc_pmaos_reg_bits") => {
        module 0x08 0x08,
        admin_status 0x14 0x04,
        oper_status 0x1c 0x04,
        ase 0x20 0x01,
        ee 0x21 0x01,
        e 0x3e 0x02,
    }

    /// PPAOS 0x5040, a port's test mode.
    ppaos_reg: Source::Prm => {
        swid 0x00 0x08,
        local_port 0x08 0x08,
        phy_test_mode_admin 0x14 0x04,
        phy_test_mode_status 0x1c 0x04,
        phy_status_admin 0x34 0x04,
        phy_status 0x3c 0x04,
    }

    /// SLTP 0x5027, how a lane transmits.
    sltp_reg: ifc("mlx5_ifc_sltp_reg_bits") => {
        status 0x00 0x04,
        version 0x04 0x04,
        local_port 0x08 0x08,
        pnat 0x10 0x02,
        lane 0x14 0x04,
    }

    /// SLTP 0x5027, what Linux leaves out: the parameters of chips made in
    /// 16 nm.
    sltp_16nm: Source::Prm => {
        lane_speed 0x18 0x04,
        pre_2_tap 0x40 0x08,
        pre_tap 0x48 0x08,
        main_tap 0x50 0x08,
        post_tap 0x58 0x08,
        ob_m2lp 0x60 0x07,
        ob_amp 0x71 0x07,
        ob_alev_out 0x7b 0x05,
        ob_bad_stat 0x80 0x10,
        obplev 0xa0 0x08,
        obnlev 0xa8 0x08,
        regn_bfm1p 0xb0 0x08,
        regp_bfm1n 0xb8 0x08,
    }
}
