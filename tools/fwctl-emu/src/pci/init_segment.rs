// SPDX-License-Identifier: GPL-2.0 OR MIT

//! The initialization segment: the registers at the start of BAR0.

use std::time::{Duration, Instant};

use crate::model::{Config, FirmwareVersion, DEVICE_FREQUENCY_KHZ};
use crate::prm::queue::{health_buffer, init_seg, ENTRY_SIZE};
use crate::prm::Field;

/// The bytes of the segment that have a meaning.
pub(super) const SEGMENT_SIZE: usize = init_seg::health_counter.end();

/// The version of the command interface.
const COMMAND_INTERFACE: u32 = 5;

/// The base-2 logarithm of the command queue's entries.
const LOG_ENTRIES: u32 = 5;
/// The base-2 logarithm of an entry's bytes.
const LOG_STRIDE: u32 = ENTRY_SIZE.ilog2();

/// The bits of the queue's address in `cmdq_addr_l_sz`.
const ADDRESS_LOW: u32 = 0xffff_f000;
/// Its nic_ifc bits: which part of the function the driver uses.
const NIC_INTERFACE: u32 = 0x0000_0700;

/// The longest timeout in milliseconds, which is unit 0.
const LONGEST_TIMEOUT: u128 = 0xf_ffff;
/// How long the firmware may take to initialize, if it gives timeouts at all:
/// what Linux's driver allows by itself.
const INITIALIZATION: Duration = Duration::from_secs(2);

/// What a write to the segment asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Request {
    /// The command queue lies elsewhere now: a new driver is at work.
    QueueMoved,
    /// The entries with a bit here are ready.
    Commands(u32),
}

/// The state behind the segment.
#[derive(Debug, Clone)]
pub(super) struct InitSegment {
    firmware: FirmwareVersion,
    command_timeout: Option<Duration>,
    /// The upper half of the queue's address, as last written; it counts when
    /// the lower half follows.
    queue_high: u32,
    /// The lower half, with the nic_ifc bits.
    queue_low: u32,
    /// The queue's address, or zero.
    queue: u64,
    started: Instant,
}

impl InitSegment {
    pub(super) fn new(config: &Config) -> Self {
        Self {
            firmware: config.firmware,
            command_timeout: config.command_timeout,
            queue_high: 0,
            queue_low: 0,
            queue: 0,
            started: Instant::now(),
        }
    }

    /// Where a command queue entry lies in host memory.
    pub(super) fn entry_address(&self, slot: u8) -> u64 {
        // CAST: 64. The sum cannot overflow: the queue is aligned to 4096.
        self.queue + u64::from(slot) * ENTRY_SIZE as u64
    }

    /// Whether the driver has told where the command queue is.
    pub(super) fn has_queue(&self) -> bool {
        self.queue != 0
    }

    /// The segment as it reads now.
    pub(super) fn render(&self) -> [u8; SEGMENT_SIZE] {
        let mut segment = [0; SEGMENT_SIZE];
        let version = self.firmware;
        let (major, minor) = (u32::from(version.major), u32::from(version.minor));
        let subminor = u32::from(version.subminor);
        init_seg::fw_rev.set(&mut segment, (minor << 16) | major);
        init_seg::cmdif_rev_fw_sub.set(&mut segment, (COMMAND_INTERFACE << 16) | subminor);
        init_seg::cmdq_addr_h.set(&mut segment, self.queue_high);
        init_seg::cmdq_addr_l_sz.set(
            &mut segment,
            (self.queue_low & (ADDRESS_LOW | NIC_INTERFACE)) | (LOG_ENTRIES << 4) | LOG_STRIDE,
        );

        let health = init_seg::health.bytes_mut(&mut segment);
        // Linux prints this word as it is and takes the version from fw_rev.
        let raw = (major << 24) | ((minor & 0xff) << 16) | subminor;
        health_buffer::fw_ver.set(health, raw);

        // Zero means that there is none.
        if let Some(timeout) = self.command_timeout {
            init_seg::cmd_exec_to.set(&mut segment, milliseconds(timeout));
            init_seg::cmd_q_init_to.set(&mut segment, milliseconds(INITIALIZATION));
        }

        // CAST: what is cut off would be reached after 3000 years.
        let elapsed = self.started.elapsed().as_nanos() as u64;
        let ticks = u128::from(elapsed) * u128::from(DEVICE_FREQUENCY_KHZ) / 1_000_000;
        // CAST: the timer wraps around at 64 bits.
        let ticks = ticks as u64;
        init_seg::internal_timer_h.set(&mut segment, ticks >> 32);
        init_seg::internal_timer_l.set(&mut segment, ticks);
        init_seg::health_counter.set(&mut segment, elapsed / 1_000_000);
        segment
    }

    /// Writes one 32-bit register.
    pub(super) fn write(&mut self, offset: u64, value: u32) -> Option<Request> {
        let at = |field: Field| u64::try_from(field.offset / 8) == Ok(offset);
        if at(init_seg::cmdq_addr_h) {
            self.queue_high = value;
            None
        } else if at(init_seg::cmdq_addr_l_sz) {
            self.queue_low = value;
            let low = u64::from(value & ADDRESS_LOW);
            let before = self.queue;
            self.queue = (u64::from(self.queue_high) << 32) | low;
            (self.queue != before).then_some(Request::QueueMoved)
        } else if at(init_seg::cmd_dbell) {
            Some(Request::Commands(value))
        } else {
            None
        }
    }
}

/// A timeout as the segment has it.
fn milliseconds(timeout: Duration) -> u32 {
    // CAST: 20 bits.
    timeout.as_millis().clamp(1, LONGEST_TIMEOUT) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment() -> InitSegment {
        InitSegment::new(&Config {
            firmware: VERSION,
            ..Config::default()
        })
    }

    const VERSION: FirmwareVersion = FirmwareVersion {
        major: 16,
        minor: 35,
        subminor: 4030,
    };

    #[test]
    fn tells_the_versions_and_the_queue_it_wants() {
        let segment = segment().render();
        assert_eq!(segment[0..8], [0, 35, 0, 16, 0, 5, 0x0f, 0xbe]);
        assert_eq!(segment[0x14..0x18], [0, 0, 0, 0x56]);
        assert_eq!(segment[0x1fc..0x200], [0; 4], "not initializing");
    }

    #[test]
    fn the_health_buffer_tells_the_whole_version() {
        let segment = segment().render();
        let health = init_seg::health.bytes(&segment);
        assert_eq!(health_buffer::fw_ver.u32(health), 0x1023_0fbe);
    }

    #[test]
    fn remembers_the_queue_and_the_interface() {
        let mut init = segment();
        assert_eq!(init.write(0x10, 0x1), None);
        assert_eq!(init.write(0x14, 0x2345_6000), Some(Request::QueueMoved));
        assert_eq!(init.entry_address(2), 0x1_2345_6080);
        assert_eq!(init.write(0x14, 0x2345_6700), None, "only nic_ifc changes");
        assert_eq!(init.render()[0x14..0x18], [0x23, 0x45, 0x67, 0x56]);
        assert_eq!(init.write(0x10, 0x2), None, "half of an address");
        assert_eq!(init.entry_address(0), 0x1_2345_6000);
        assert_eq!(init.write(0x14, 0x2345_6000), Some(Request::QueueMoved));
    }

    #[test]
    fn advises_a_timeout_or_none() {
        for (timeout, told) in [
            (None, 0),
            (Some(Duration::ZERO), 1),
            (Some(Duration::from_secs(3)), 3000),
            (Some(Duration::MAX), 0xf_ffff),
        ] {
            let init = InitSegment::new(&Config {
                command_timeout: timeout,
                ..Config::default()
            });
            let segment = init.render();
            assert_eq!(init_seg::cmd_exec_to.u32(&segment), told, "{timeout:?}");
            let initialization = init_seg::cmd_q_init_to.u32(&segment);
            assert_eq!(initialization != 0, told != 0, "{timeout:?}");
        }
    }

    #[test]
    fn time_advances() {
        let init = segment();
        let first = init.render();
        std::thread::sleep(std::time::Duration::from_millis(5));
        let second = init.render();
        for counter in [init_seg::internal_timer_l, init_seg::health_counter] {
            assert!(
                counter.u64(&second) > counter.u64(&first),
                "{}",
                counter.name
            );
        }
    }
}
