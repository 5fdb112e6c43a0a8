// SPDX-License-Identifier: GPL-2.0 OR MIT

//! The registers that ACCESS_REG reaches.

use super::ifc;
use super::layout::{layouts, Source};

pub mod card;
pub mod component;
pub mod configuration;
pub mod counters;
pub mod dump;
pub mod port;

/// The bytes of an ACCESS_REG message before the register, both ways.
pub const ACCESS_REG_HEADER: usize = 16;

layouts! {
    /// MGIR 0x9020, management general information: its first part, hardware.
    mgir_hw_info: Source::Prm => {
        device_hw_revision 0x00 0x10,
        device_id 0x10 0x10,
        num_ports 0x28 0x08,
        technology 0x30 0x05,
        pvs 0x3b 0x05,
        hw_dev_id 0x50 0x10,
        manufacturing_base_mac_47_32 0x90 0x10,
        manufacturing_base_mac_31_0 0xa0 0x20,
        uptime 0xe0 0x20,
    }

    /// MGIR, firmware, 32 bytes into the register.
    mgir_fw_info: Source::Prm => {
        signed_fw 0x06 0x01,
        secured 0x07 0x01,
        major 0x08 0x08,
        minor 0x10 0x08,
        sub_minor 0x18 0x08,
        build_id 0x20 0x20,
        month 0x40 0x08,
        day 0x48 0x08,
        year 0x50 0x10,
        hour 0x70 0x10,
        psid 0x80 0x80,
        ini_file_version 0x100 0x20,
        extended_major 0x120 0x20,
        extended_minor 0x140 0x20,
        extended_sub_minor 0x160 0x20,
    }

    /// MGIR, the whole register.
    mgir: Source::Prm => {
        hw_info 0x00 0x100,
        fw_info 0x100 0x200,
        sw_info 0x300 0x100,
        dev_info 0x400 0x100,
    }

    /// MCAM 0x907f, management capability masks.
    mcam_reg: ifc("mlx5_ifc_mcam_reg_bits") => {
        feature_group 0x08 0x08,
        access_reg_group 0x18 0x08,
        mng_access_reg_cap_mask 0x40 0x80,
        mng_feature_cap_mask 0x140 0x80,
    }

    /// MCAM's features, those that stand for fields of registers.
    mcam_enhanced_features: ifc("mlx5_ifc_mcam_enhanced_features_bits") => {
        reset_state 0x6a 0x01,
    }

    /// PCAM 0x507f, port capability masks.
    pcam_reg: ifc("mlx5_ifc_pcam_reg_bits") => {
        feature_group 0x08 0x08,
        access_reg_group 0x18 0x08,
        port_access_reg_cap_mask 0x40 0x80,
        feature_cap_mask 0x140 0x80,
    }

    /// QCAM 0x4019, quality-of-service capability masks.
    qcam_reg: ifc("mlx5_ifc_qcam_reg_bits") => {
        feature_group 0x08 0x08,
        access_reg_group 0x18 0x08,
        qos_access_reg_cap_mask 0x40 0x80,
        qos_feature_cap_mask 0x140 0x80,
    }

    /// MTCAP 0x9009, temperature capabilities.
    mtcap_reg: ifc("mlx5_ifc_mtcap_reg_bits") => {
        sensor_count 0x19 0x07,
        sensor_map 0x40 0x40,
    }

    /// MTCAP 0x9009, the part that Linux leaves out.
    mtcap_reg_internal: Source::Prm => {
        internal_sensor_count 0x39 0x07,
    }

    /// MTMP 0x900a, a temperature sensor, in units of 1/8 degree Celsius.
    mtmp_reg: ifc("mlx5_ifc_mtmp_reg_bits") => {
        sensor_index 0x14 0x0c,
        temperature 0x30 0x10,
        mte 0x40 0x01,
        mtr 0x41 0x01,
        max_temperature 0x50 0x10,
        tee 0x60 0x02,
        temp_threshold_hi 0x70 0x10,
        temp_threshold_lo 0x90 0x10,
        sensor_name_hi 0xc0 0x20,
        sensor_name_lo 0xe0 0x20,
    }

    /// PAOS 0x5006, a port's administrative and operational status.
    paos_reg: ifc("mlx5_ifc_paos_reg_bits") => {
        swid 0x00 0x08,
        local_port 0x08 0x08,
        admin_status 0x14 0x04,
        oper_status 0x1c 0x04,
        ase 0x20 0x01,
        ee 0x21 0x01,
        e 0x3e 0x02,
    }

    /// PTYS 0x5004, a port's type and speed.
    ptys_reg: ifc("mlx5_ifc_ptys_reg_bits") => {
        an_disable_admin 0x01 0x01,
        an_disable_cap 0x02 0x01,
        local_port 0x08 0x08,
        proto_mask 0x1d 0x03,
        an_status 0x20 0x04,
        data_rate_oper 0x30 0x10,
        ext_eth_proto_capability 0x40 0x20,
        eth_proto_capability 0x60 0x20,
        ib_link_width_capability 0x80 0x10,
        ib_proto_capability 0x90 0x10,
        ext_eth_proto_admin 0xa0 0x20,
        eth_proto_admin 0xc0 0x20,
        ib_link_width_admin 0xe0 0x10,
        ib_proto_admin 0xf0 0x10,
        ext_eth_proto_oper 0x100 0x20,
        eth_proto_oper 0x120 0x20,
        ib_link_width_oper 0x140 0x10,
        ib_proto_oper 0x150 0x10,
        lane_rate_oper 0x168 0x14,
        connector_type 0x17c 0x04,
        eth_proto_lp_advertise 0x180 0x20,
    }

    /// PMLP 0x5002, which module a port's lanes go to.
    pmlp_reg: ifc("mlx5_ifc_pmlp_reg_bits") => {
        rxtx 0x00 0x01,
        local_port 0x08 0x08,
        width 0x18 0x08,
        lane0_module_mapping 0x20 0x20,
        lane1_module_mapping 0x40 0x20,
        lane2_module_mapping 0x60 0x20,
        lane3_module_mapping 0x80 0x20,
    }

    /// Where one lane of a port goes.
    lane_2_module_mapping: ifc("mlx5_ifc_lane_2_module_mapping_bits") => {
        rx_lane 0x04 0x04,
        tx_lane 0x0c 0x04,
        module 0x18 0x08,
    }

    /// MPEIN 0x9050, the PCI Express link.
    mpein_reg: ifc("mlx5_ifc_mpein_reg_bits") => {
        depth 0x02 0x06,
        pcie_index 0x08 0x08,
        node 0x10 0x08,
        capability_mask 0x20 0x20,
        link_width_enabled 0x48 0x08,
        link_speed_enabled 0x50 0x10,
        lane0_physical_position 0x60 0x08,
        link_width_active 0x68 0x08,
        link_speed_active 0x70 0x10,
        num_of_pfs 0x80 0x10,
        num_of_vfs 0x90 0x10,
        bdf0 0xa0 0x10,
        max_read_request_size 0xc0 0x04,
        max_payload_size 0xc4 0x04,
        pwr_status 0xcd 0x03,
        port_type 0xd0 0x04,
        lane_reversal 0xdf 0x01,
        pci_power 0xf4 0x0c,
        device_status 0x120 0x10,
        port_state 0x130 0x08,
        receiver_detect_result 0x150 0x10,
    }

    /// HOST_ENDIANNESS 0x7004, the byte order the host wants.
    register_host_endianness: ifc("mlx5_ifc_register_host_endianness_bits") => {
        he 0x00 0x01,
    }

    /// NODE_DESC 0x6001, the name of the node on the fabric.
    node_desc: Source::Prm => {
        node_description 0x00 0x200,
    }

    /// DTOR 0xc00e, default timeouts.
    dtor_reg: ifc("mlx5_ifc_dtor_reg_bits") => {
        pcie_toggle_to 0x20 0x20,
        health_poll_to 0xa0 0x20,
        full_crdump_to 0xc0 0x20,
        fw_reset_to 0xe0 0x20,
        flush_on_err_to 0x100 0x20,
        pci_sync_update_to 0x120 0x20,
        tear_down_to 0x140 0x20,
        fsm_reactivate_to 0x160 0x20,
        reclaim_pages_to 0x180 0x20,
        reclaim_vfs_pages_to 0x1a0 0x20,
        reset_unload_to 0x1c0 0x20,
    }

    /// A timeout in DTOR: a count of milliseconds, seconds, minutes or hours.
    default_timeout: ifc("mlx5_ifc_default_timeout_bits") => {
        to_multiplier 0x00 0x03,
        to_value 0x0c 0x14,
    }
}
