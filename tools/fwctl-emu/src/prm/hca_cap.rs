// SPDX-License-Identifier: GPL-2.0 OR MIT

//! The capabilities that QUERY_HCA_CAP reports, and their types.

use super::ifc;
use super::layout::layouts;

pub mod general;

pub use general::cmd_hca_cap;

/// The bytes QUERY_HCA_CAP and SET_HCA_CAP carry for one capability type.
pub const CAPABILITY_SIZE: usize = 0x1000;

/// The capability types Linux 7.3 knows, with their PRM names: what op_mod
/// bits 15..1 of QUERY_HCA_CAP select.
pub const TYPES: &[(u16, &str)] = &[
    (0x00, "general"),
    (0x01, "ethernet_offloads"),
    (0x02, "odp"),
    (0x03, "atomic"),
    (0x04, "roce"),
    (0x05, "ipoib_offloads"),
    (0x06, "ipoib_enhanced_offloads"),
    (0x07, "flow_table"),
    (0x08, "eswitch_flow_table"),
    (0x09, "eswitch"),
    (0x0c, "qos"),
    (0x0d, "debug"),
    (0x0f, "device_memory"),
    (0x11, "tls"),
    (0x13, "vdpa_emulation"),
    (0x14, "dev_event"),
    (0x15, "ipsec"),
    (0x1a, "crypto"),
    (0x1d, "shampo"),
    (0x1e, "psp"),
    (0x1f, "macsec"),
    (0x20, "general_2"),
    (0x25, "port_selection"),
    (0x26, "adv_virtualization"),
    (0x28, "adv_rdma"),
    (0x2a, "tlp_emulation"),
];

/// The PRM's name of a capability type.
pub fn type_name(number: u16) -> Option<&'static str> {
    TYPES
        .iter()
        .find(|(known, _)| *known == number)
        .map(|(_, name)| *name)
}

layouts! {
    /// General device capabilities, continued.
    cmd_hca_cap_2: ifc("mlx5_ifc_cmd_hca_cap_2_bits") => {
        migratable 0x080 0x01,
        dp_ordering_force 0x088 0x01,
        query_vuid 0x092 0x01,
        umr_log_entity_size_5 0x098 0x01,
        max_reformat_insert_size 0x0a0 0x08,
        max_reformat_insert_offset 0x0a8 0x08,
        max_reformat_remove_size 0x0b0 0x08,
        max_reformat_remove_offset 0x0b8 0x08,
        migration_multi_load 0x0c8 0x01,
        migration_tracking_state 0x0c9 0x01,
        multiplane_qp_ud 0x0ca 0x01,
        migration_in_chunks 0x0d0 0x01,
        sf_eq_usage 0x0d2 0x01,
        multiplane 0x0d8 0x01,
        migration_state 0x0d9 0x01,
        cross_vhca_object_to_object_supported 0x0e0 0x20,
        allowed_object_for_other_vhca_access 0x100 0x40,
        flow_table_type_2_type 0x1a0 0x08,
        format_select_dw_8_6_ext 0x1aa 0x01,
        log_min_mkey_entity_size 0x1ab 0x05,
        general_obj_types_127_64 0x1c0 0x40,
        sw_vhca_id_valid 0x221 0x01,
        sw_vhca_id 0x222 0x0e,
        ts_cqe_metadata_size2wqe_counter 0x24b 0x05,
        format_select_dw_gtpu_dw_0 0x280 0x08,
        format_select_dw_gtpu_dw_1 0x288 0x08,
        format_select_dw_gtpu_dw_2 0x290 0x08,
        format_select_dw_gtpu_first_ext_dw_0 0x298 0x08,
        generate_wqe_type 0x2a0 0x20,
        min_mkey_log_entity_size_fixed_buffer 0x38b 0x05,
        ec_vf_vport_base 0x390 0x10,
        max_mkey_log_entity_size_fixed_buffer 0x3a2 0x06,
        max_mkey_log_entity_size_mtt 0x3aa 0x06,
        max_rqt_vhca_id 0x3b0 0x10,
        pcc_ifa2 0x3f0 0x01,
        min_mkey_log_entity_size_fixed_buffer_valid 0x401 0x01,
        return_reg_id 0x410 0x10,
        flow_table_hash_type 0x43c 0x04,
        max_num_eqs_24b 0x448 0x18,
        load_balance_id 0x5a4 0x04,
        query_adjacent_functions_id 0x5c0 0x01,
        ingress_egress_esw_vport_connect 0x5c1 0x01,
        function_id_type_vhca_id 0x5c2 0x01,
        lag_per_mp_group 0x5c4 0x01,
        delegate_vhca_management_profiles 0x5d0 0x10,
        delegated_vhca_max 0x5e0 0x10,
        delegate_vhca_max 0x5f0 0x10,
    }

    /// Atomic operation capabilities.
    atomic_caps: ifc("mlx5_ifc_atomic_caps_bits") => {
        atomic_req_8B_endianness_mode 0x40 0x02,
        supported_atomic_req_8B_endianness_mode_1 0x46 0x01,
        atomic_operations 0x90 0x10,
        atomic_size_qp 0xb0 0x10,
        atomic_size_dc 0xd0 0x10,
    }

    /// Debug capabilities.
    debug_cap: ifc("mlx5_ifc_debug_cap_bits") => {
        core_dump_general 0x00 0x01,
        core_dump_qp 0x01 0x01,
        resource_dump 0x09 0x01,
        stall_detect 0x22 0x01,
    }
}
