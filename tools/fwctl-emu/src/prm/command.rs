// SPDX-License-Identifier: GPL-2.0 OR MIT

//! The messages of the command interface.

use super::ifc;
use super::layout::{layouts, Source};

const fn fwctl(tag: &'static str) -> Source {
    Source::Bits {
        tag,
        file: "drivers/fwctl/mlx5/main.c",
    }
}

/// The least a request can be: opcode, uid and operation modifier.
pub const REQUEST_HEADER: usize = 8;

/// The least an answer can be: status and syndrome.
pub const ANSWER_HEADER: usize = 8;

layouts! {
    /// What every request begins with.
    mbox_in: fwctl("mlx5_ifc_mbox_in_hdr_bits") => {
        opcode 0x00 0x10,
        uid 0x10 0x10,
        op_mod 0x30 0x10,
    }

    /// What every answer begins with.
    mbox_out: fwctl("mlx5_ifc_mbox_out_hdr_bits") => {
        status 0x00 0x08,
        syndrome 0x20 0x20,
    }

    /// QUERY_ISSI, the answer.
    query_issi_out: ifc("mlx5_ifc_query_issi_out_bits") => {
        current_issi 0x50 0x10,
        supported_issi_dw0 0x360 0x20,
    }

    /// SET_ISSI, the request.
    set_issi_in: ifc("mlx5_ifc_set_issi_in_bits") => {
        current_issi 0x50 0x10,
    }

    /// QUERY_PAGES, the answer.
    query_pages_out: ifc("mlx5_ifc_query_pages_out_bits") => {
        function_id 0x50 0x10,
        num_pages 0x60 0x20,
    }

    /// MANAGE_PAGES, the request; page addresses follow.
    manage_pages_in: ifc("mlx5_ifc_manage_pages_in_bits") => {
        function_id 0x50 0x10,
        input_num_entries 0x60 0x20,
    }

    /// MANAGE_PAGES, the answer; page addresses follow.
    manage_pages_out: ifc("mlx5_ifc_manage_pages_out_bits") => {
        output_num_entries 0x40 0x20,
    }

    /// QUERY_HCA_CAP, the answer.
    query_hca_cap_out: ifc("mlx5_ifc_query_hca_cap_out_bits") => {
        capability 0x80 0x8000,
    }

    /// SET_HCA_CAP, the request.
    set_hca_cap_in: ifc("mlx5_ifc_set_hca_cap_in_bits") => {
        other_function 0x40 0x01,
        function_id 0x50 0x10,
        capability 0x80 0x8000,
    }

    /// QUERY_ADAPTER, the answer.
    query_adapter_out: ifc("mlx5_ifc_query_adapter_out_bits") => {
        query_adapter_struct 0x80 0x800,
    }

    /// What QUERY_ADAPTER tells about the board.
    query_adapter_param_block: ifc("mlx5_ifc_query_adapter_param_block_bits") => {
        ieee_vendor_id 0xc8 0x18,
        vsd_vendor_id 0xf0 0x10,
        vsd 0x100 0x680,
        vsd_contd_psid 0x780 0x80,
    }

    /// SET_DRIVER_VERSION, the request.
    set_driver_version_in: ifc("mlx5_ifc_set_driver_version_in_bits") => {
        driver_version 0x80 0x200,
    }

    /// ALLOC_UAR, the answer.
    alloc_uar_out: ifc("mlx5_ifc_alloc_uar_out_bits") => {
        uar 0x48 0x18,
    }

    /// DEALLOC_UAR, the request.
    dealloc_uar_in: ifc("mlx5_ifc_dealloc_uar_in_bits") => {
        uar 0x48 0x18,
    }

    /// CREATE_EQ, the request; page addresses follow at byte 272.
    create_eq_in: ifc("mlx5_ifc_create_eq_in_bits") => {
        eq_context_entry 0x80 0x200,
        event_bitmask 0x2c0 0x100,
    }

    /// CREATE_EQ, the answer.
    create_eq_out: ifc("mlx5_ifc_create_eq_out_bits") => {
        eq_number 0x58 0x08,
    }

    /// DESTROY_EQ, the request.
    destroy_eq_in: ifc("mlx5_ifc_destroy_eq_in_bits") => {
        eq_number 0x58 0x08,
    }

    /// QUERY_EQ, the request.
    query_eq_in: ifc("mlx5_ifc_query_eq_in_bits") => {
        eq_number 0x58 0x08,
    }

    /// QUERY_EQ, the answer.
    query_eq_out: ifc("mlx5_ifc_query_eq_out_bits") => {
        eq_context_entry 0x80 0x200,
        event_bitmask 0x2c0 0x40,
    }

    /// An event queue's context.
    eqc: ifc("mlx5_ifc_eqc_bits") => {
        status 0x00 0x04,
        st 0x14 0x04,
        page_offset 0x54 0x06,
        log_eq_size 0x63 0x05,
        uar_page 0x68 0x18,
        intr 0xb4 0x0c,
        log_page_size 0xc3 0x05,
        consumer_counter 0x148 0x18,
        producer_counter 0x168 0x18,
    }

    /// CREATE_UCTX, the request.
    create_uctx_in: ifc("mlx5_ifc_create_uctx_in_bits") => {
        uctx 0x80 0x180,
    }

    /// A user context.
    uctx: ifc("mlx5_ifc_uctx_bits") => {
        cap 0x00 0x20,
    }

    /// CREATE_UCTX, the answer.
    create_uctx_out: ifc("mlx5_ifc_create_uctx_out_bits") => {
        uid 0x50 0x10,
    }

    /// DESTROY_UCTX, the request.
    destroy_uctx_in: ifc("mlx5_ifc_destroy_uctx_in_bits") => {
        uid 0x50 0x10,
    }

    /// ACCESS_REG, the request; the register follows.
    access_register_in: ifc("mlx5_ifc_access_register_in_bits") => {
        register_id 0x50 0x10,
        argument 0x60 0x20,
    }
}

/// The page addresses at the end of CREATE_EQ and MANAGE_PAGES: the bytes
/// before them, and one of them.
pub mod pas {
    use crate::prm::Field;

    /// One page address.
    pub const ADDRESS: Field = Field::new("pas", 0, 0x40);
    /// The bytes of one.
    pub const SIZE: usize = ADDRESS.end();
    /// In CREATE_EQ's request.
    pub const CREATE_EQ_IN: usize = 0x880 / 8;
    /// In MANAGE_PAGES' request and answer.
    pub const MANAGE_PAGES: usize = 0x80 / 8;
}
