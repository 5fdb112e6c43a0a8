// SPDX-License-Identifier: GPL-2.0 OR MIT

//! RESOURCE_DUMP and the segments that a dump is made of.

use crate::prm::ifc;
use crate::prm::layout::{layouts, Source};

/// The types of segments that are no resources.
pub mod segment {
    /// The dump was asked for like this.
    pub const COMMAND: u16 = 0xfffa;
    /// The dump ends here.
    pub const TERMINATE: u16 = 0xfffb;
    /// Something is not there.
    pub const ERROR: u16 = 0xfffc;
    /// The device that was asked.
    pub const INFO: u16 = 0xfffe;
    /// What can be dumped.
    pub const MENU: u16 = 0xffff;
}

layouts! {
    /// RESOURCE_DUMP 0xc000, a piece of a dump.
    resource_dump: ifc("mlx5_ifc_resource_dump_bits") => {
        more_dump 0x00 0x01,
        inline_dump 0x01 0x01,
        seq_num 0x0c 0x04,
        segment_type 0x10 0x10,
        vhca_id 0x30 0x10,
        index1 0x40 0x20,
        index2 0x60 0x20,
        num_of_obj1 0x80 0x10,
        num_of_obj2 0x90 0x10,
        device_opaque 0xc0 0x40,
        mkey 0x100 0x20,
        size 0x120 0x20,
        address 0x140 0x40,
        inline_data 0x180 0x680,
    }

    /// RESOURCE_DUMP 0xc000, the part that Linux leaves out.
    resource_dump_vhca: Source::Prm => {
        vhca_id_valid 0x02 0x01,
    }

    /// What every segment begins with.
    resource_dump_segment_header: ifc("mlx5_ifc_resource_dump_segment_header_bits") => {
        length_dw 0x00 0x10,
        segment_type 0x10 0x10,
    }

    /// The device that was asked.
    resource_dump_info_segment: ifc("mlx5_ifc_resource_dump_info_segment_bits") => {
        dump_version 0x38 0x08,
        hw_version 0x40 0x20,
        fw_version 0x60 0x20,
    }

    /// What was asked for.
    resource_dump_command_segment: ifc("mlx5_ifc_resource_dump_command_segment_bits") => {
        segment_called 0x20 0x10,
        vhca_id 0x30 0x10,
        index1 0x40 0x20,
        index2 0x60 0x20,
        num_of_obj1 0x80 0x10,
        num_of_obj2 0x90 0x10,
    }

    /// Why something is missing.
    resource_dump_error_segment: ifc("mlx5_ifc_resource_dump_error_segment_bits") => {
        syndrome_id 0x30 0x10,
        error 0x80 0x100,
    }

    /// What can be dumped; the records follow.
    resource_dump_menu_segment: ifc("mlx5_ifc_resource_dump_menu_segment_bits") => {
        num_of_records 0x30 0x10,
    }

    /// One kind of what can be dumped.
    resource_dump_menu_record: ifc("mlx5_ifc_resource_dump_menu_record_bits") => {
        num_of_obj1_supports_active 0x08 0x01,
        num_of_obj1_supports_all 0x09 0x01,
        must_have_num_of_obj1 0x0a 0x01,
        support_num_of_obj1 0x0b 0x01,
        must_have_index1 0x0e 0x01,
        support_index1 0x0f 0x01,
        segment_type 0x10 0x10,
        segment_name 0x20 0x80,
        index1_name 0xa0 0x80,
        index2_name 0x120 0x80,
    }

    /// One object; its payload follows.
    resource_dump_resource_segment: ifc("mlx5_ifc_resource_dump_resource_segment_bits") => {
        index1 0x40 0x20,
        index2 0x60 0x20,
    }
}
