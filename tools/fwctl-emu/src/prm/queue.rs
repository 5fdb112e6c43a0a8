// SPDX-License-Identifier: GPL-2.0 OR MIT

//! What lies in host memory and in BAR0: the command queue, its mailboxes,
//! event queues and the initialization segment.

use super::layout::{layouts, Source};

const fn device_h(tag: &'static str) -> Source {
    Source::Bytes {
        tag,
        file: "include/linux/mlx5/device.h",
    }
}

/// The bytes of a command queue entry.
pub const ENTRY_SIZE: usize = 64;

/// The bytes of a mailbox, of which the first 512 carry the message.
pub const MAILBOX_SIZE: usize = 576;

/// The bytes of a message one mailbox carries.
pub const MAILBOX_DATA: usize = 512;

/// The bytes of a message that the queue entry itself carries.
pub const INLINE_DATA: usize = 16;

/// The bytes of an event queue entry.
pub const EQE_SIZE: usize = 64;

/// The type of a queue entry whose message is in PCI mailboxes.
pub const PCI_COMMAND: u8 = 7;

layouts! {
    /// A command queue entry.
    cmd_layout: device_h("mlx5_cmd_layout") => {
        type_ 0x00 0x08,
        rsvd0 0x08 0x18,
        inlen 0x20 0x20,
        in_ptr 0x40 0x40,
        in_ 0x80 0x80,
        out 0x100 0x80,
        out_ptr 0x180 0x40,
        outlen 0x1c0 0x20,
        token 0x1e0 0x08,
        sig 0x1e8 0x08,
        rsvd1 0x1f0 0x08,
        status_own 0x1f8 0x08,
    }

    /// A mailbox: one block of a message.
    cmd_prot_block: device_h("mlx5_cmd_prot_block") => {
        data 0x00 0x1000,
        next 0x1180 0x40,
        block_num 0x11c0 0x20,
        token 0x11e8 0x08,
        ctrl_sig 0x11f0 0x08,
        sig 0x11f8 0x08,
    }

    /// An event queue entry.
    eqe: device_h("mlx5_eqe") => {
        type_ 0x08 0x08,
        sub_type 0x18 0x08,
        data 0x100 0xe0,
        signature 0x1f0 0x08,
        owner 0x1f8 0x08,
    }

    /// The data of a command completion event.
    eqe_cmd: device_h("mlx5_eqe_cmd") => {
        vector 0x00 0x20,
    }

    /// The data of a port state change event; the port is in bits 7..4.
    eqe_port_state: device_h("mlx5_eqe_port_state") => {
        port 0x40 0x08,
    }

    /// The initialization segment, at the start of BAR0.
    init_seg: device_h("mlx5_init_seg") => {
        fw_rev 0x00 0x20,
        cmdif_rev_fw_sub 0x20 0x20,
        cmdq_addr_h 0x80 0x20,
        cmdq_addr_l_sz 0xa0 0x20,
        cmd_dbell 0xc0 0x20,
        initializing 0xfe0 0x20,
        health 0x1000 0x200,
        cmd_exec_to 0x7fc0 0x20,
        cmd_q_init_to 0x7fe0 0x20,
        internal_timer_h 0x8000 0x20,
        internal_timer_l 0x8020 0x20,
        health_counter 0x8080 0x20,
    }

    /// The health buffer inside the initialization segment.
    health_buffer: device_h("health_buffer") => {
        fw_ver 0x180 0x20,
        hw_id 0x1a0 0x20,
        rfr_severity 0x1c0 0x08,
        irisc_index 0x1e0 0x08,
        synd 0x1e8 0x08,
        ext_synd 0x1f0 0x10,
    }
}
