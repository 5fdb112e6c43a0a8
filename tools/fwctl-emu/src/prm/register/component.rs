// SPDX-License-Identifier: GPL-2.0 OR MIT

//! The registers by which firmware components are told apart, read and
//! replaced.

use crate::prm::ifc;
use crate::prm::layout::{layouts, Source};

layouts! {
    /// MCQS 0x9060, which components there are.
    mcqs_reg: ifc("mlx5_ifc_mcqs_reg_bits") => {
        last_index_flag 0x00 0x01,
        component_index 0x10 0x10,
        identifier 0x30 0x10,
        component_status 0x57 0x05,
        component_update_state 0x5c 0x04,
        last_update_state_changer_type 0x60 0x04,
    }

    /// MCQI 0x9061, one of a component's sets of properties, which follows.
    mcqi_reg: ifc("mlx5_ifc_mcqi_reg_bits") => {
        read_pending_component 0x00 0x01,
        component_index 0x10 0x10,
        info_type 0x5b 0x05,
        info_size 0x60 0x20,
        offset 0x80 0x20,
        data_size 0xb0 0x10,
    }

    /// MCQI's set 0, how a component is read and written.
    mcqi_cap: ifc("mlx5_ifc_mcqi_cap_bits") => {
        supported_info_bitmask 0x00 0x20,
        component_size 0x20 0x20,
        max_component_size 0x40 0x20,
        log_mcda_word_size 0x60 0x04,
        mcda_max_write_size 0x70 0x10,
        rd_en 0x80 0x01,
        match_chip_id 0x82 0x01,
        match_psid 0x83 0x01,
    }

    /// MCQI's set 1, a component's version.
    mcqi_version: ifc("mlx5_ifc_mcqi_version_bits") => {
        version_string_length 0x18 0x08,
        version 0x20 0x20,
        version_string 0x100 0x2e0,
    }

    /// MCQI's set 5, what makes a component that was activated count. Linux
    /// declares the bits in the opposite order, and reads none of them.
    mcqi_activation_method: Source::Prm => {
        pending_server_ac_power_cycle 0x1a 0x01,
        pending_server_dc_power_cycle 0x1b 0x01,
        pending_server_reboot 0x1c 0x01,
        pending_fw_reset 0x1d 0x01,
        auto_activate 0x1e 0x01,
        all_hosts_sync 0x1f 0x01,
    }

    /// MCC 0x9062, what is being done to a component.
    mcc_reg: ifc("mlx5_ifc_mcc_reg_bits") => {
        time_elapsed_since_last_cmd 0x04 0x0c,
        instruction 0x18 0x08,
        component_index 0x30 0x10,
        update_handle 0x48 0x18,
        handle_owner_type 0x60 0x04,
        control_progress 0x69 0x07,
        error_code 0x70 0x08,
        control_state 0x7c 0x04,
        component_size 0x80 0x20,
    }

    /// MCDA 0x9063, a piece of a component, which follows.
    mcda_reg: ifc("mlx5_ifc_mcda_reg_bits") => {
        update_handle 0x08 0x18,
        offset 0x20 0x20,
        size 0x50 0x10,
    }
}

/// The bytes of MCQI before the properties.
pub const MCQI_HEADER: usize = 24;

/// The bytes of MCDA before the data.
pub const MCDA_HEADER: usize = 16;
