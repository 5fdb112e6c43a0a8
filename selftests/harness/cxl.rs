// SPDX-License-Identifier: GPL-2.0

//! The mailbox commands on features that the CXL driver carries. The heads have the machine's byte
//! order, the payload is little endian.
//!
//! C headers: `include/uapi/fwctl/cxl.h`, `include/uapi/cxl/features.h`.

use crate::{
    device::Device,
    errno::Errno, //
};

/// Lists features.
pub const GET_SUPPORTED_FEATURES: u32 = 0x500;
/// Reads a feature.
pub const GET_FEATURE: u32 = 0x501;
/// Writes a feature.
pub const SET_FEATURE: u32 = 0x502;

/// Length of a request's head, `struct fwctl_rpc_cxl_hdr`.
pub const REQUEST_HEAD: usize = 16;
/// Length of a response's head, `struct fwctl_rpc_cxl_out_hdr`.
pub const RESPONSE_HEAD: usize = 8;
/// Length of the head of a list, `struct cxl_mbox_get_sup_feats_out_hdr`.
pub const LIST_HEAD: usize = 8;
/// Length of a list's entry, `struct cxl_feat_entry`.
pub const ENTRY: usize = 48;

/// Name of a feature.
pub type Uuid = [u8; 16];

/// The feature that Linux's `cxl_test` gives its devices: four bytes that may be written.
pub const TEST_FEATURE: Uuid = [0xff; 16];
/// A feature that no device has.
pub const NO_FEATURE: Uuid = [0x5a; 16];

/// A feature, from a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Feature {
    /// Its name.
    pub uuid: Uuid,
    /// Longest value that is read.
    pub get_size: u16,
    /// Longest value that is written.
    pub set_size: u16,
    /// Version of what is written.
    pub set_version: u8,
    /// What writing it changes, and when.
    pub effects: u16,
}

impl Feature {
    fn decode(entry: &[u8]) -> Self {
        let mut uuid = Uuid::default();
        uuid.copy_from_slice(&entry[..16]);
        let half = |at: usize| u16::from_le_bytes([entry[at], entry[at + 1]]);
        Self {
            uuid,
            get_size: half(18),
            set_size: half(20),
            set_version: entry[27],
            effects: half(28),
        }
    }
}

/// What the device said: its return code, and the payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// 0 for success.
    pub retval: u32,
    /// As many bytes as the response's head says.
    pub payload: Vec<u8>,
}

/// A request with this payload.
pub fn request(opcode: u32, payload: &[u8]) -> Vec<u8> {
    let head = [opcode, 0, payload.len() as u32, 0].map(u32::to_ne_bytes);
    [head.concat().as_slice(), payload].concat()
}

/// Payload of [`GET_SUPPORTED_FEATURES`]: entries from `start` on that fit into `count` bytes.
pub fn list_payload(start: u16, count: u32) -> Vec<u8> {
    let mut payload = count.to_le_bytes().to_vec();
    payload.extend_from_slice(&start.to_le_bytes());
    payload.resize(8, 0);
    payload
}

/// Payload of [`GET_FEATURE`]: the first `count` bytes of the current value.
pub fn get_payload(uuid: Uuid, count: u16) -> Vec<u8> {
    const OFFSET: u16 = 0;
    const CURRENT: u8 = 0;
    let mut payload = uuid.to_vec();
    payload.extend_from_slice(&OFFSET.to_le_bytes());
    payload.extend_from_slice(&count.to_le_bytes());
    payload.push(CURRENT);
    payload
}

/// Payload of [`SET_FEATURE`]: the whole value at once.
pub fn set_payload(uuid: Uuid, version: u8, value: &[u8]) -> Vec<u8> {
    const WHOLE: u32 = 0;
    const OFFSET: u16 = 0;
    let mut payload = uuid.to_vec();
    payload.extend_from_slice(&WHOLE.to_le_bytes());
    payload.extend_from_slice(&OFFSET.to_le_bytes());
    payload.push(version);
    payload.resize(32, 0);
    payload.extend_from_slice(value);
    payload
}

/// Sends a command whose answer has `room` bytes of payload at most.
pub fn send(
    device: &Device,
    scope: u32,
    opcode: u32,
    payload: &[u8],
    room: usize,
) -> Result<Answer, Errno> {
    let room = (RESPONSE_HEAD + room) as u32;
    let response = device.rpc(scope, &request(opcode, payload), room)?;
    let number = |at: usize| {
        let mut number = [0; 4];
        number.copy_from_slice(&response.memory[at..at + 4]);
        u32::from_ne_bytes(number)
    };
    let size = number(0) as usize;
    Ok(Answer {
        retval: number(4),
        payload: response.memory[RESPONSE_HEAD..][..size].to_vec(),
    })
}

/// The features from `start` on, `count` at most, and how many the device has in all.
pub fn list(device: &Device, start: u16, count: usize) -> Result<(Vec<Feature>, u16), Errno> {
    let asked = list_payload(start, (count * ENTRY) as u32);
    let room = LIST_HEAD + count * ENTRY;
    let answer = send(device, 0, GET_SUPPORTED_FEATURES, &asked, room)?;
    let payload = answer.payload;
    let half = |at: usize| u16::from_le_bytes([payload[at], payload[at + 1]]);
    let entries = payload[LIST_HEAD..].chunks_exact(ENTRY);
    let features: Vec<_> = entries.take(half(0).into()).map(Feature::decode).collect();
    Ok((features, half(2)))
}
