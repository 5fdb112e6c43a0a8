// SPDX-License-Identifier: GPL-2.0 OR MIT

//! The registers of the non-volatile configuration, and of the reset that
//! applies it.

use crate::prm::layout::{layouts, Source};
use crate::prm::{ifc, nv};

layouts! {
    /// What every configuration item begins with.
    config_item: nv("mlx5_ifc_config_item_bits") => {
        priority 0x02 0x02,
        ovr_en 0x06 0x01,
        rd_en 0x07 0x01,
        access_mode 0x08 0x02,
        writer_id 0x0b 0x05,
        version 0x10 0x04,
        host_id_valid 0x16 0x01,
        length 0x17 0x09,
        type_ 0x20 0x20,
    }

    /// The type of an item that the whole card has.
    configuration_item_type_class_global: nv("mlx5_ifc_configuration_item_type_class_global_bits") => {
        type_class 0x00 0x08,
        parameter_index 0x08 0x18,
    }

    /// The type of an item that every port has.
    configuration_item_type_class_physical_port: Source::Prm => {
        type_class 0x00 0x08,
        port 0x08 0x08,
        parameter_index 0x10 0x10,
    }

    /// The type of an item that every physical function of every host has.
    configuration_item_type_class_per_host_pf: nv("mlx5_ifc_configuration_item_type_class_per_host_pf_bits") => {
        type_class 0x00 0x08,
        pf_index 0x08 0x06,
        pci_bus_index 0x0e 0x08,
        parameter_index 0x16 0x0a,
    }

    /// The type of an item that every host has.
    configuration_item_type_class_host: Source::Prm => {
        type_class 0x00 0x08,
        parameter_index 0x0e 0x12,
    }

    /// MNVDA 0x9024, one configuration item; its data fills the rest.
    mnvda_reg: nv("mlx5_ifc_mnvda_reg_bits") => {
        configuration_item_header 0x00 0x60,
        configuration_item_data 0x60 0x800,
    }

    /// MNVQC 0x9030, whether there is such an item.
    mnvqc_reg: Source::Prm => {
        type_ 0x00 0x20,
        version 0x38 0x04,
        support_wr 0x3e 0x01,
        support_rd 0x3f 0x01,
    }

    /// MNVGC 0x9034, which values of items can be read.
    mnvgc_reg: Source::Prm => {
        priv_nv_other_host 0x1d 0x01,
        nvda_read_current_settings 0x1e 0x01,
        nvda_read_factory_settings 0x1f 0x01,
    }

    /// MNVIA 0x9033, going back to the defaults.
    mnvia_reg: Source::Prm => {
        writer_id 0x17 0x05,
        target 0x1d 0x03,
    }

    /// MFRL 0x9028, a reset of the firmware.
    mfrl_reg: ifc("mlx5_ifc_mfrl_reg_bits") => {
        pci_sync_for_fw_update_start 0x22 0x01,
        pci_sync_for_fw_update_resp 0x23 0x02,
        rst_type_sel 0x25 0x03,
        pci_reset_req_method 0x28 0x03,
        reset_state 0x2c 0x04,
        reset_type 0x30 0x08,
        reset_level 0x38 0x08,
    }
}
