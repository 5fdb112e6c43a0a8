// SPDX-License-Identifier: GPL-2.0 OR MIT

//! The data of configuration items.

use super::layout::{layouts, Source};
use super::nv;

layouts! {
    /// Virtual functions.
    nv_global_pci_conf: nv("mlx5_ifc_nv_global_pci_conf_bits") => {
        sriov_valid 0x00 0x01,
        per_pf_num_sf 0x0b 0x01,
        per_pf_total_vf 0x11 0x01,
        sriov_en 0x20 0x01,
        total_vfs 0x30 0x10,
    }

    /// Physical functions, their BARs and interrupts: the part of the same item
    /// that Linux leaves out.
    nv_global_pci_conf_pf: Source::Prm => {
        fpp_valid 0x02 0x01,
        num_pfs_valid 0x03 0x01,
        num_vf_msix_valid 0x04 0x01,
        num_pf_msix_valid 0x05 0x01,
        vf_bar_size_valid 0x06 0x01,
        pf_bar_size_valid 0x07 0x01,
        fpp_en 0x22 0x01,
        num_pfs 0x28 0x08,
        num_vf_msix 0x40 0x0a,
        num_pf_msix 0x4a 0x0a,
        log_vf_uar_bar_size 0x54 0x06,
        log_pf_uar_bar_size 0x5a 0x06,
    }

    /// What can be configured of virtual functions.
    nv_global_pci_cap: nv("mlx5_ifc_nv_global_pci_cap_bits") => {
        max_vfs_per_pf_valid 0x00 0x01,
        per_pf_total_vf_supported 0x14 0x01,
        sriov_support 0x20 0x01,
        max_vfs_per_pf 0x30 0x10,
    }

    /// What can be configured of physical functions.
    nv_global_pci_cap_pf: Source::Prm => {
        num_pfs_supported 0x03 0x01,
        num_vf_msix_supported 0x04 0x01,
        num_pf_msix_supported 0x05 0x01,
        vf_bar_size_supported 0x06 0x01,
        pf_bar_size_supported 0x07 0x01,
        fpp_support 0x22 0x01,
        max_num_pfs 0x28 0x08,
        max_num_vf_msix 0x40 0x0a,
        max_num_pf_msix 0x4a 0x0a,
        max_log_vf_uar_bar_size 0x54 0x06,
        max_log_pf_uar_bar_size 0x5a 0x06,
    }

    /// The addresses that the manufacturer gave the card.
    nv_base_mac_guid: Source::Prm => {
        base_mac 0x10 0x30,
        base_guid 0x40 0x40,
    }

    /// How many addresses there are.
    nv_base_mac_guid_cap: Source::Prm => {
        num_of_allocated_guids 0x20 0x10,
        num_of_allocated_macs 0x30 0x10,
    }

    /// What software leaves to the card.
    nv_sw_offload_conf: nv("mlx5_ifc_nv_sw_offload_conf_bits") => {
        ip_over_vxlan_port 0x00 0x10,
        pci_atomic_mode 0x11 0x03,
        uctx_en 0x17 0x01,
        ip_over_vxlan_en 0x1b 0x01,
        cqe_compression 0x1d 0x03,
        log_max_outstanding_wqe 0x23 0x05,
        vf_migration 0x28 0x02,
        log_tx_psn_win 0x2a 0x06,
    }

    /// What of this can be configured.
    nv_sw_offload_cap: nv("mlx5_ifc_nv_sw_offload_cap_bits") => {
        swp_l4_csum_mode_l4_only 0x19 0x01,
    }

    /// What else software leaves to the card.
    nv_sw_accelerate_conf: nv("mlx5_ifc_nv_sw_accelerate_conf_bits") => {
        swp_l4_csum_mode 0x00 0x02,
    }

    /// The kind of a port's link.
    nv_vpi_link_type: Source::Prm => {
        default_link_type 0x1c 0x02,
    }

    /// When a port's link stays up.
    nv_keep_link_up: Source::Prm => {
        auto_power_save_link_down 0x1a 0x01,
        do_not_clear_port_stats 0x1b 0x01,
        keep_link_up_on_standby 0x1c 0x01,
        keep_link_up_on_boot 0x1d 0x01,
        keep_ib_link_up 0x1e 0x01,
        keep_eth_link_up 0x1f 0x01,
    }

    /// The virtual functions and sub-functions of one physical function.
    nv_pf_pci_conf: nv("mlx5_ifc_nv_pf_pci_conf_bits") => {
        log_sf_bar_size 0x00 0x08,
        pf_total_sf_en 0x08 0x01,
        pf_total_vf_en 0x09 0x01,
        total_sf 0x10 0x10,
        total_vf 0x50 0x10,
    }

    /// Booting over the network.
    nv_rom_boot_conf1: Source::Prm => {
        boot_option_rom_en 0x00 0x01,
        boot_vlan_en 0x01 0x01,
        lacp_dis 0x02 0x01,
        boot_legacy_interrupt_disable 0x04 0x01,
        boot_retry_count 0x05 0x03,
        legacy_boot_protocol 0x08 0x08,
        boot_vlan 0x14 0x0c,
    }

    /// Booting over the network, continued.
    nv_rom_boot_conf2: Source::Prm => {
        undi_network_wait 0x08 0x08,
        boot_ip_ver 0x16 0x02,
    }

    /// Booting over InfiniBand.
    nv_rom_ib_boot_conf: Source::Prm => {
        boot_pkey 0x10 0x10,
    }

    /// Waking the host.
    nv_wol_conf: Source::Prm => {
        en_wol_magic 0x15 0x01,
    }

    /// What wakes the host.
    nv_wol_cap: Source::Prm => {
        en_wol_magic 0x15 0x01,
    }

    /// The host's view of the function.
    nv_pci_conf: Source::Prm => {
        advanced_pci_settings 0x00 0x01,
        exp_rom_pxe_enable 0x05 0x01,
        exp_rom_uefi_x86_enable 0x06 0x01,
        exp_rom_uefi_arm_enable 0x07 0x01,
        ats_enabled 0x09 0x01,
        bar_page_alignment 0x16 0x02,
    }

    /// What of it can be configured.
    nv_pci_cap: Source::Prm => {
        advanced_pci_settings_supported 0x00 0x01,
        exp_rom_pxe_supported 0x05 0x01,
        exp_rom_uefi_x86_supported 0x06 0x01,
        exp_rom_uefi_arm_supported 0x07 0x01,
        ats_supported 0x09 0x01,
        bar_page_alignment_64kb 0x13 0x01,
    }
}
