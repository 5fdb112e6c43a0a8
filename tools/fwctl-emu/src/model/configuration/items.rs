// SPDX-License-Identifier: GPL-2.0 OR MIT

//! The items there are: their sizes, their defaults and what they may be set
//! to.

use super::{Setting, GLOBAL, HOST, PER_HOST_PF, PHYSICAL_PORT};
use crate::model::config::{connectx5, Config};
use crate::model::refusal::Refusal;
use crate::prm::configuration::{
    nv_base_mac_guid, nv_base_mac_guid_cap, nv_global_pci_cap, nv_global_pci_cap_pf,
    nv_global_pci_conf, nv_global_pci_conf_pf, nv_keep_link_up, nv_pci_cap, nv_pci_conf,
    nv_pf_pci_conf, nv_rom_boot_conf1, nv_rom_boot_conf2, nv_rom_ib_boot_conf,
    nv_sw_accelerate_conf, nv_sw_offload_conf, nv_vpi_link_type, nv_wol_cap, nv_wol_conf,
};
use crate::prm::Field;

/// The most virtual functions of a physical one.
const MAX_VFS: u64 = 127;
/// Interrupt vectors of a virtual function.
const VF_VECTORS: u64 = 11;
/// The size of BAR0, as a power of two of MiB.
const LOG_BAR_SIZE: u64 = connectx5::BAR0_SIZE.ilog2() as u64 - 20;

/// One configuration item.
pub(in crate::model) struct Item {
    /// Its class and its index in it.
    pub(in crate::model) kind: u32,
    /// The version of its layout.
    pub(in crate::model) version: u8,
    /// The bytes of its data.
    pub(in crate::model) size: usize,
    /// Whether it can be set. What cannot was set by the manufacturer.
    pub(in crate::model) writable: bool,
    /// The fields that are not zero at first.
    defaults: &'static [(Field, u64)],
    /// The fields that may not be just anything: the least and the most.
    limits: &'static [(Field, u64, u64)],
}

impl Item {
    /// What the manufacturer set it to.
    pub(in crate::model) fn factory(&self, config: &Config) -> Setting {
        let mut data = vec![0; self.size];
        for (field, value) in self.defaults {
            field.set(&mut data, *value);
        }
        if self.kind == BASE_MAC_GUID {
            let [m0, m1, m2, m3, m4, m5] = config.base_mac;
            let guid = [m0, m1, m2, 0x03, 0x00, m3, m4, m5];
            nv_base_mac_guid::base_mac.copy_from(&mut data, &config.base_mac);
            nv_base_mac_guid::base_guid.copy_from(&mut data, &guid);
        }
        Setting {
            data,
            writer_id: 0,
            readable: true,
            overridable: self.writable,
        }
    }

    /// Whether it can be set to this.
    pub(in crate::model) fn check(&self, data: &[u8]) -> Result<(), Refusal> {
        if data.len() != self.size {
            return Err(Refusal::ConfigurationLength);
        }
        let within =
            |(field, least, most): &(Field, u64, u64)| (*least..=*most).contains(&field.u64(data));
        match self.limits.iter().all(within) {
            true => Ok(()),
            false => Err(Refusal::RegisterValue),
        }
    }
}

/// An item's type: its class, and its index in it.
pub(super) const fn kind(class: u8, index: u32) -> u32 {
    // CAST: `From` is not const.
    ((class as u32) << 24) | index
}

/// The type of an item of port 1.
const fn of_port(index: u32) -> u32 {
    kind(PHYSICAL_PORT, (1 << 16) | index)
}

const fn item(kind: u32, version: u8, size: usize) -> Item {
    Item {
        kind,
        version,
        size,
        writable: true,
        defaults: &[],
        limits: &[],
    }
}

impl Item {
    const fn read_only(self) -> Self {
        Self {
            writable: false,
            ..self
        }
    }

    const fn defaults(self, defaults: &'static [(Field, u64)]) -> Self {
        Self { defaults, ..self }
    }

    const fn limits(self, limits: &'static [(Field, u64, u64)]) -> Self {
        Self { limits, ..self }
    }
}

const BASE_MAC_GUID: u32 = kind(GLOBAL, 0x002);
pub(super) const GLOBAL_PCI_CONF: u32 = kind(GLOBAL, 0x080);

/// The items, ascending by type.
static ITEMS: &[Item] = &[
    item(BASE_MAC_GUID, 0, 16).read_only(),
    item(kind(GLOBAL, 0x003), 0, 8).read_only().defaults(&[
        (nv_base_mac_guid_cap::num_of_allocated_macs, 8),
        (nv_base_mac_guid_cap::num_of_allocated_guids, 8),
    ]),
    item(GLOBAL_PCI_CONF, 0, 12)
        .defaults(&[
            (nv_global_pci_conf::sriov_valid, 1),
            (nv_global_pci_conf::total_vfs, 8),
            (nv_global_pci_conf_pf::fpp_valid, 1),
            (nv_global_pci_conf_pf::fpp_en, 1),
            (nv_global_pci_conf_pf::num_pfs_valid, 1),
            (nv_global_pci_conf_pf::num_pfs, 1),
            (nv_global_pci_conf_pf::num_vf_msix_valid, 1),
            (nv_global_pci_conf_pf::num_vf_msix, VF_VECTORS),
            (nv_global_pci_conf_pf::num_pf_msix_valid, 1),
            (
                nv_global_pci_conf_pf::num_pf_msix,
                connectx5::VECTORS as u64 - 1,
            ),
            (nv_global_pci_conf_pf::log_pf_uar_bar_size, LOG_BAR_SIZE),
        ])
        .limits(&[
            (nv_global_pci_conf::total_vfs, 0, MAX_VFS),
            (nv_global_pci_conf_pf::num_pfs, 1, 16),
            (
                nv_global_pci_conf_pf::num_pf_msix,
                1,
                connectx5::VECTORS as u64 - 1,
            ),
            (nv_global_pci_conf_pf::log_pf_uar_bar_size, 0, 10),
            (nv_global_pci_conf_pf::log_vf_uar_bar_size, 0, 10),
        ]),
    item(kind(GLOBAL, 0x081), 0, 20).read_only().defaults(&[
        (nv_global_pci_cap::max_vfs_per_pf_valid, 1),
        (nv_global_pci_cap::per_pf_total_vf_supported, 1),
        (nv_global_pci_cap::sriov_support, 1),
        (nv_global_pci_cap::max_vfs_per_pf, MAX_VFS),
        (nv_global_pci_cap_pf::num_pfs_supported, 1),
        (nv_global_pci_cap_pf::num_vf_msix_supported, 1),
        (nv_global_pci_cap_pf::num_pf_msix_supported, 1),
        (nv_global_pci_cap_pf::vf_bar_size_supported, 1),
        (nv_global_pci_cap_pf::pf_bar_size_supported, 1),
        (nv_global_pci_cap_pf::fpp_support, 1),
        (nv_global_pci_cap_pf::max_num_pfs, 16),
        (nv_global_pci_cap_pf::max_num_vf_msix, 63),
        (
            nv_global_pci_cap_pf::max_num_pf_msix,
            connectx5::VECTORS as u64 - 1,
        ),
        (nv_global_pci_cap_pf::max_log_vf_uar_bar_size, 10),
        (nv_global_pci_cap_pf::max_log_pf_uar_bar_size, 10),
    ]),
    item(kind(GLOBAL, 0x10a), 1, 8)
        .defaults(&[
            (nv_sw_offload_conf::ip_over_vxlan_port, 4789),
            (nv_sw_offload_conf::uctx_en, 1),
            (nv_sw_offload_conf::log_tx_psn_win, 8),
        ])
        .limits(&[
            (nv_sw_offload_conf::cqe_compression, 0, 1),
            (nv_sw_offload_conf::pci_atomic_mode, 0, 4),
            (nv_sw_offload_conf::vf_migration, 0, 2),
        ]),
    item(kind(GLOBAL, 0x10b), 0, 4).read_only(),
    item(kind(GLOBAL, 0x11d), 0, 8).limits(&[(nv_sw_accelerate_conf::swp_l4_csum_mode, 0, 1)]),
    item(of_port(0x012), 0, 4)
        .defaults(&[(nv_vpi_link_type::default_link_type, 1)])
        .limits(&[(nv_vpi_link_type::default_link_type, 1, 2)]),
    item(of_port(0x190), 3, 4).defaults(&[(nv_keep_link_up::keep_eth_link_up, 1)]),
    item(kind(PER_HOST_PF, 0x010), 0, 4).defaults(&[(nv_wol_conf::en_wol_magic, 1)]),
    item(kind(PER_HOST_PF, 0x01f), 0, 4)
        .read_only()
        .defaults(&[(nv_wol_cap::en_wol_magic, 1)]),
    item(kind(PER_HOST_PF, 0x080), 0, 16).limits(&[(nv_pf_pci_conf::total_vf, 0, MAX_VFS)]),
    item(kind(PER_HOST_PF, 0x195), 2, 4)
        .defaults(&[(nv_rom_boot_conf2::undi_network_wait, 30)])
        .limits(&[(nv_rom_boot_conf2::boot_ip_ver, 0, 3)]),
    item(kind(PER_HOST_PF, 0x221), 1, 4)
        .defaults(&[
            (nv_rom_boot_conf1::boot_option_rom_en, 1),
            (nv_rom_boot_conf1::legacy_boot_protocol, 1),
            (nv_rom_boot_conf1::boot_vlan, 1),
        ])
        .limits(&[(nv_rom_boot_conf1::legacy_boot_protocol, 0, 5)]),
    item(kind(PER_HOST_PF, 0x222), 0, 4).defaults(&[(nv_rom_ib_boot_conf::boot_pkey, 0)]),
    item(kind(HOST, 0x080), 0, 4)
        .defaults(&[
            (nv_pci_conf::exp_rom_pxe_enable, 1),
            (nv_pci_conf::exp_rom_uefi_x86_enable, 1),
        ])
        .limits(&[(nv_pci_conf::bar_page_alignment, 0, 2)]),
    item(kind(HOST, 0x081), 0, 4).read_only().defaults(&[
        (nv_pci_cap::advanced_pci_settings_supported, 1),
        (nv_pci_cap::exp_rom_pxe_supported, 1),
        (nv_pci_cap::exp_rom_uefi_x86_supported, 1),
        (nv_pci_cap::exp_rom_uefi_arm_supported, 1),
        (nv_pci_cap::ats_supported, 1),
        (nv_pci_cap::bar_page_alignment_64kb, 1),
    ]),
];

/// The item of this type.
pub(super) fn find(kind: u32) -> Option<&'static Item> {
    ITEMS
        .binary_search_by_key(&kind, |item| item.kind)
        .ok()
        .map(|index| &ITEMS[index])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_ascend() {
        assert!(ITEMS.windows(2).all(|pair| pair[0].kind < pair[1].kind));
    }

    #[test]
    fn fields_lie_within_and_defaults_are_allowed() {
        for item in ITEMS {
            let defaults = item.defaults.iter().map(|(field, _)| field);
            let limits = item.limits.iter().map(|(field, ..)| field);
            for field in defaults.chain(limits) {
                assert!(field.end() <= item.size, "{:#x} {}", item.kind, field.name);
            }
            let factory = item.factory(&Config::default());
            assert_eq!(item.check(&factory.data), Ok(()), "{:#x}", item.kind);
        }
    }
}
