// SPDX-License-Identifier: GPL-2.0 OR MIT

//! The registers of the card as a whole: its place on the bus, its names, and
//! whether it is locked.

use crate::prm::ifc;
use crate::prm::layout::{layouts, Source};

layouts! {
    /// MPEGC 0x9056, what is done about congestion of the PCI Express link.
    mpegc_reg: ifc("mlx5_ifc_mpegc_reg_bits") => {
        field_select 0x30 0x10,
        tx_overflow_sense 0x40 0x01,
        mark_cqe 0x41 0x01,
        mark_cnp 0x42 0x01,
        tx_lossy_overflow_oper 0x5e 0x02,
    }

    /// MPEGC 0x9056, the part that Linux leaves out.
    mpegc_reg_index: Source::Prm => {
        depth 0x02 0x06,
        pcie_index 0x08 0x08,
        node 0x10 0x08,
        outbound_stalled_reads_th 0x71 0x07,
        outbound_stalled_writes_th 0x79 0x07,
    }

    /// MPIR 0x9059, which bus, device and port the function is at.
    mpir_reg: ifc("mlx5_ifc_mpir_reg_bits") => {
        sdm 0x00 0x01,
        host_buses 0x1c 0x04,
        local_port 0x40 0x08,
    }

    /// MPIR 0x9059, the part that Linux leaves out.
    mpir_reg_index: Source::Prm => {
        depth 0x02 0x06,
        pcie_index 0x08 0x08,
        node 0x10 0x08,
        bus 0x48 0x08,
        device 0x58 0x05,
    }

    /// MQIS 0x9064, the card's names, some bytes at a time.
    mqis_reg: Source::Prm => {
        info_type 0x18 0x08,
        info_length 0x30 0x10,
        read_offset 0x40 0x10,
        read_length 0x50 0x10,
    }

    /// MLOCK 0x402d, whether the host is kept from the hardware.
    mlock_reg: Source::Prm => {
        operation 0x18 0x08,
        key 0x40 0x40,
    }
}

/// The bytes of MQIS before the text, which fills the rest.
pub const MQIS_HEADER: usize = 16;
