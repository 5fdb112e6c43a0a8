// SPDX-License-Identifier: GPL-2.0 OR MIT

//! MTCAP and MTMP: temperature sensors, in units of 1/8 degree Celsius.

use super::{ConnectX, Effect, Refusal};
use crate::prm::register::{mtcap_reg, mtcap_reg_internal, mtmp_reg};

/// Units in a degree.
const DEGREE: u16 = 8;
/// Where a sensor warns.
const THRESHOLD_HIGH: u16 = 105 * DEGREE;
/// Where the warning ends.
const THRESHOLD_LOW: u16 = 90 * DEGREE;
/// The sensors of modules are numbered from here on and not in the map.
const FIRST_MODULE: u16 = 64;

/// One sensor.
#[derive(Debug, Clone)]
struct Sensor {
    index: u16,
    name: &'static [u8; 8],
    /// The temperature it wanders around.
    middle: u16,
    /// Times it was read; the temperature follows from it.
    reads: u16,
    /// Whether the highest temperature is recorded.
    records: bool,
    highest: u16,
    threshold_high: u16,
    threshold_low: u16,
}

impl Sensor {
    const fn new(index: u16, name: &'static [u8; 8], degrees: u16) -> Self {
        Self {
            index,
            name,
            middle: degrees * DEGREE,
            reads: 0,
            records: false,
            highest: 0,
            threshold_high: THRESHOLD_HIGH,
            threshold_low: THRESHOLD_LOW,
        }
    }

    /// Up by an eighth of a degree at each read, for two degrees, and down
    /// again: repeatable, and yet not always the same.
    fn temperature(&self) -> u16 {
        let phase = self.reads % (4 * DEGREE);
        self.middle + phase.min(4 * DEGREE - phase)
    }

    fn measure(&mut self) -> u16 {
        let temperature = self.temperature();
        self.reads = self.reads.wrapping_add(1);
        if self.records {
            self.highest = self.highest.max(temperature);
        }
        temperature
    }
}

/// The sensors of the card.
#[derive(Debug, Clone)]
pub(super) struct Sensors {
    all: [Sensor; 2],
}

impl Default for Sensors {
    fn default() -> Self {
        Self {
            all: [
                Sensor::new(0, b"asic\0\0\0\0", 45),
                Sensor::new(FIRST_MODULE, b"Module0\0", 38),
            ],
        }
    }
}

impl Sensors {
    fn find(&mut self, index: u16) -> Result<&mut Sensor, Refusal> {
        self.all
            .iter_mut()
            .find(|sensor| sensor.index == index)
            .ok_or(Refusal::NoSuchSensor)
    }
}

pub(super) fn mtcap(device: &mut ConnectX, _: &[u8], value: &mut [u8]) -> Result<(), Refusal> {
    let sensors = &device.registers.sensors.all;
    let map = sensors
        .iter()
        .filter(|sensor| sensor.index < FIRST_MODULE)
        .fold(0u64, |map, sensor| map | (1 << sensor.index));
    // All that is in the map is on the chip.
    mtcap_reg::sensor_count.set(value, map.count_ones());
    mtcap_reg_internal::internal_sensor_count.set(value, map.count_ones());
    mtcap_reg::sensor_map.set(value, map);
    Ok(())
}

pub(super) fn mtmp(device: &mut ConnectX, asked: &[u8], value: &mut [u8]) -> Result<(), Refusal> {
    let sensor = device
        .registers
        .sensors
        .find(mtmp_reg::sensor_index.u16(asked))?;
    mtmp_reg::sensor_index.set(value, sensor.index);
    mtmp_reg::temperature.set(value, sensor.measure());
    mtmp_reg::mte.set(value, sensor.records);
    mtmp_reg::max_temperature.set(value, sensor.highest);
    mtmp_reg::temp_threshold_hi.set(value, sensor.threshold_high);
    mtmp_reg::temp_threshold_lo.set(value, sensor.threshold_low);
    let [n0, n1, n2, n3, n4, n5, n6, n7] = *sensor.name;
    mtmp_reg::sensor_name_hi.set(value, u32::from_be_bytes([n0, n1, n2, n3]));
    mtmp_reg::sensor_name_lo.set(value, u32::from_be_bytes([n4, n5, n6, n7]));
    Ok(())
}

pub(super) fn set_mtmp(device: &mut ConnectX, asked: &[u8]) -> Result<Option<Effect>, Refusal> {
    let sensor = device
        .registers
        .sensors
        .find(mtmp_reg::sensor_index.u16(asked))?;
    sensor.records = mtmp_reg::mte.is_set(asked);
    if mtmp_reg::mtr.is_set(asked) {
        sensor.highest = sensor.temperature();
    }
    if mtmp_reg::tee.is_set(asked) {
        sensor.threshold_high = mtmp_reg::temp_threshold_hi.u16(asked);
        sensor.threshold_low = mtmp_reg::temp_threshold_lo.u16(asked);
    }
    Ok(None)
}
