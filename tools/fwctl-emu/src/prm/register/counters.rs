// SPDX-License-Identifier: GPL-2.0 OR MIT

//! PPCNT and its groups of counters.

use crate::prm::ifc;
use crate::prm::layout::layouts;

/// The groups that PPCNT's grp selects, as far as an InfiniBand port has them,
/// and those that features of PCAM stand for.
pub mod group {
    /// `ppcnt_discard_group`.
    pub const DISCARD: u8 = 0x06;
    /// `phys_layer_cntrs`.
    pub const PHYSICAL_LAYER: u8 = 0x12;
    /// `phys_layer_statistical_cntrs`.
    pub const PHYSICAL_LAYER_STATISTICAL: u8 = 0x16;
    /// `phys_layer_recovery_cntrs`.
    pub const PHYSICAL_LAYER_RECOVERY: u8 = 0x1a;
    /// `ib_port_cntrs_grp_data_layout`.
    pub const INFINIBAND_PORT: u8 = 0x20;
    /// `ib_ext_port_cntrs_grp_data_layout`.
    pub const INFINIBAND_EXTENDED_PORT: u8 = 0x21;
}

layouts! {
    /// PPCNT 0x5008, a port's counters, one group at a time.
    ppcnt_reg: ifc("mlx5_ifc_ppcnt_reg_bits") => {
        swid 0x00 0x08,
        local_port 0x08 0x08,
        pnat 0x10 0x02,
        grp 0x1a 0x06,
        clr 0x20 0x01,
        prio_tc 0x3b 0x05,
        counter_set 0x40 0x7c0,
    }

    /// PCAM's features, those that stand for groups of counters.
    pcam_enhanced_features: ifc("mlx5_ifc_pcam_enhanced_features_bits") => {
        ppcnt_recovery_counters 0x10 0x01,
        ppcnt_discard_group 0x7e 0x01,
        ppcnt_statistical_group 0x7f 0x01,
    }

    /// The physical layer.
    phys_layer_cntrs: ifc("mlx5_ifc_phys_layer_cntrs_bits") => {
        time_since_last_clear_high 0x00 0x20,
        symbol_errors_high 0x40 0x20,
        link_down_events 0x600 0x20,
        successful_recovery_events 0x620 0x20,
    }

    /// The physical layer, bit by bit.
    phys_layer_statistical_cntrs: ifc("mlx5_ifc_phys_layer_statistical_cntrs_bits") => {
        time_since_last_clear_high 0x00 0x20,
        phy_received_bits_high 0x40 0x20,
        phy_symbol_errors_high 0x80 0x20,
        phy_corrected_bits_high 0xc0 0x20,
        phy_corrected_bits_lane0_high 0x100 0x20,
        phy_corrected_bits_lane1_high 0x140 0x20,
        phy_corrected_bits_lane2_high 0x180 0x20,
        phy_corrected_bits_lane3_high 0x1c0 0x20,
    }

    /// How often the link recovered by itself.
    phys_layer_recovery_cntrs: ifc("mlx5_ifc_phys_layer_recovery_cntrs_bits") => {
        total_successful_recovery_events 0x00 0x20,
    }

    /// The counters of an InfiniBand port, which stop at their maximum.
    ib_port_cntrs_grp_data_layout: ifc("mlx5_ifc_ib_port_cntrs_grp_data_layout_bits") => {
        symbol_error_counter 0x00 0x10,
        link_error_recovery_counter 0x10 0x08,
        link_downed_counter 0x18 0x08,
        port_xmit_wait 0x120 0x20,
    }

    /// The traffic of an InfiniBand port.
    ib_ext_port_cntrs_grp_data_layout: ifc("mlx5_ifc_ib_ext_port_cntrs_grp_data_layout_bits") => {
        port_xmit_data_high 0x300 0x20,
        port_rcv_data_high 0x340 0x20,
        port_xmit_pkts_high 0x380 0x20,
        port_rcv_pkts_high 0x3c0 0x20,
        port_unicast_xmit_pkts_high 0x480 0x20,
        port_multicast_xmit_pkts_high 0x4c0 0x20,
        port_unicast_rcv_pkts_high 0x500 0x20,
        port_multicast_rcv_pkts_high 0x540 0x20,
    }
}
