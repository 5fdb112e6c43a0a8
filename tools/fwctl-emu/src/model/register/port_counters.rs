// SPDX-License-Identifier: GPL-2.0 OR MIT

//! PPCNT: counters that move with time and with commands.
//!
//! There is no network, so the counters count what a link with one subnet
//! manager would see: the same at the same time, whoever looks.

use std::time::Duration;

use super::port::{check_port, PORT};
use super::{ConnectX, Effect, Refusal};
use crate::prm::register::counters::{
    group, ib_ext_port_cntrs_grp_data_layout as ib_extended, ib_port_cntrs_grp_data_layout as ib,
    phys_layer_cntrs as physical, phys_layer_recovery_cntrs as recovery,
    phys_layer_statistical_cntrs as statistical, ppcnt_reg,
};
use crate::prm::Field;

/// How a counter follows from what has happened since its group was cleared.
#[derive(Debug, Clone, Copy)]
enum Count {
    /// The milliseconds.
    Time,
    /// How often the link went down.
    Downs,
    /// So many for a packet.
    Each(u64),
    /// One for so many packets.
    Every(u64),
    /// Nothing ever.
    Never,
}

/// One group of counters.
struct Group {
    number: u8,
    counters: &'static [(Field, Count)],
}

/// The number of groups.
const GROUPS: usize = TABLE.len();

/// The groups of an InfiniBand port; those of Ethernet are not there.
static TABLE: [Group; 5] = [
    Group {
        number: group::PHYSICAL_LAYER,
        counters: &[
            (wide(physical::time_since_last_clear_high), Count::Time),
            (wide(physical::symbol_errors_high), Count::Every(1 << 20)),
            (physical::link_down_events, Count::Downs),
            (physical::successful_recovery_events, Count::Never),
        ],
    },
    Group {
        number: group::PHYSICAL_LAYER_STATISTICAL,
        counters: &[
            (wide(statistical::time_since_last_clear_high), Count::Time),
            // 100 Gb/s, of which a packet stands for a millisecond.
            (
                wide(statistical::phy_received_bits_high),
                Count::Each(100_000_000),
            ),
            (
                wide(statistical::phy_symbol_errors_high),
                Count::Every(1 << 20),
            ),
            (
                wide(statistical::phy_corrected_bits_high),
                Count::Every(1 << 8),
            ),
            (
                wide(statistical::phy_corrected_bits_lane0_high),
                Count::Every(1 << 10),
            ),
            (
                wide(statistical::phy_corrected_bits_lane1_high),
                Count::Every(1 << 10),
            ),
            (
                wide(statistical::phy_corrected_bits_lane2_high),
                Count::Every(1 << 10),
            ),
            (
                wide(statistical::phy_corrected_bits_lane3_high),
                Count::Every(1 << 10),
            ),
        ],
    },
    Group {
        number: group::PHYSICAL_LAYER_RECOVERY,
        counters: &[(recovery::total_successful_recovery_events, Count::Never)],
    },
    Group {
        number: group::INFINIBAND_PORT,
        counters: &[
            (ib::symbol_error_counter, Count::Every(1 << 20)),
            (ib::link_error_recovery_counter, Count::Never),
            (ib::link_downed_counter, Count::Downs),
            (ib::port_xmit_wait, Count::Every(1 << 6)),
        ],
    },
    Group {
        number: group::INFINIBAND_EXTENDED_PORT,
        counters: &[
            // A management packet is 288 bytes long, counted in words.
            (wide(ib_extended::port_xmit_data_high), Count::Each(72)),
            (wide(ib_extended::port_rcv_data_high), Count::Each(72)),
            (wide(ib_extended::port_xmit_pkts_high), Count::Each(1)),
            (wide(ib_extended::port_rcv_pkts_high), Count::Each(1)),
            (
                wide(ib_extended::port_unicast_xmit_pkts_high),
                Count::Each(1),
            ),
            (
                wide(ib_extended::port_multicast_xmit_pkts_high),
                Count::Never,
            ),
            (
                wide(ib_extended::port_unicast_rcv_pkts_high),
                Count::Each(1),
            ),
            (
                wide(ib_extended::port_multicast_rcv_pkts_high),
                Count::Never,
            ),
        ],
    },
];

/// A counter of 64 bits, of which the PRM names the halves.
const fn wide(high: Field) -> Field {
    Field::new(high.name, high.offset, 64)
}

/// What everything is counted from.
#[derive(Debug, Clone, Copy, Default)]
struct Mark {
    milliseconds: u64,
    packets: u64,
    downs: u64,
}

/// What went over the link.
#[derive(Debug, Clone, Default)]
pub(super) struct Counters {
    milliseconds: u64,
    packets: u64,
    cleared: [Mark; GROUPS],
}

impl Counters {
    /// A packet a millisecond and a packet a command, while the link is up. Time
    /// never goes back.
    pub(super) fn carry(&mut self, up: bool, passed: Duration, commands: u64) {
        let milliseconds = u64::try_from(passed.as_millis()).unwrap_or(u64::MAX);
        let since = milliseconds.saturating_sub(self.milliseconds);
        self.milliseconds = milliseconds;
        if up {
            self.packets = self.packets.saturating_add(since).saturating_add(commands);
        }
    }

    fn mark(&self, downs: u32) -> Mark {
        Mark {
            milliseconds: self.milliseconds,
            packets: self.packets,
            downs: downs.into(),
        }
    }
}

impl Count {
    fn value(self, now: Mark, cleared: Mark) -> u64 {
        let packets = now.packets - cleared.packets;
        match self {
            Self::Time => now.milliseconds - cleared.milliseconds,
            Self::Downs => now.downs - cleared.downs,
            Self::Each(times) => packets.saturating_mul(times),
            Self::Every(packets_each) => packets / packets_each,
            Self::Never => 0,
        }
    }
}

/// Whether there is a group of counters with this number.
pub(super) fn has_group(number: u8) -> bool {
    TABLE.iter().any(|group| group.number == number)
}

/// The index of the group that is asked for.
fn select(asked: &[u8]) -> Result<usize, Refusal> {
    check_port(ppcnt_reg::local_port, asked)?;
    let number = ppcnt_reg::grp.u8(asked);
    TABLE
        .iter()
        .position(|group| group.number == number)
        .ok_or(Refusal::NoSuchGroup)
}

/// PPCNT, read: the counters, which start anew if clr says so.
pub(super) fn ppcnt(device: &mut ConnectX, asked: &[u8], value: &mut [u8]) -> Result<(), Refusal> {
    let index = select(asked)?;
    let group = &TABLE[index];
    let counters = &mut device.registers.counters;
    let now = counters.mark(device.registers.port.downs);
    ppcnt_reg::local_port.set(value, PORT);
    ppcnt_reg::grp.set(value, group.number);
    let set = ppcnt_reg::counter_set.bytes_mut(value);
    for (field, count) in group.counters {
        let most = u64::MAX >> (64 - field.width);
        let value = count.value(now, counters.cleared[index]);
        field.set(set, value.min(most));
    }
    if ppcnt_reg::clr.is_set(asked) {
        counters.cleared[index] = now;
    }
    Ok(())
}

/// PPCNT, written: nothing can be set, but clr is heeded.
pub(super) fn clear_ppcnt(device: &mut ConnectX, asked: &[u8]) -> Result<Option<Effect>, Refusal> {
    let index = select(asked)?;
    if ppcnt_reg::clr.is_set(asked) {
        let now = device.registers.counters.mark(device.registers.port.downs);
        device.registers.counters.cleared[index] = now;
    }
    Ok(None)
}
