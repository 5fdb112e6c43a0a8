// SPDX-License-Identifier: GPL-2.0

//! The two ioctls, in bytes.
//!
//! C header: `include/uapi/fwctl/fwctl.h`.

/// `FWCTL_TYPE`.
pub const TYPE: u8 = 0x9a;
/// `FWCTL_INFO`.
pub const INFO: u32 = 0x9a00;
/// `FWCTL_RPC`.
pub const RPC: u32 = 0x9a01;

/// Longest request, and longest memory for a response.
pub const RPC_MAX: u32 = 2 << 20;

/// `enum fwctl_rpc_scope`.
pub mod scope {
    /// Read and write configuration.
    pub const CONFIGURATION: u32 = 0;
    /// Read debug information.
    pub const DEBUG_READ_ONLY: u32 = 1;
    /// Write debug information.
    pub const DEBUG_WRITE: u32 = 2;
    /// Read and write anything.
    pub const DEBUG_WRITE_FULL: u32 = 3;
    /// All of them, lowest first.
    pub const ALL: [u32; 4] = [
        CONFIGURATION,
        DEBUG_READ_ONLY,
        DEBUG_WRITE,
        DEBUG_WRITE_FULL,
    ];
}

/// `enum fwctl_device_type`, and the mock's.
pub mod device_type {
    /// A ConnectX.
    pub const MLX5: u32 = 1;
    /// A CXL memory device.
    pub const CXL: u32 = 2;
    /// `FWCTL_DEVICE_TYPE_MOCK`.
    pub const MOCK: u32 = 0x6b63_6f6d;
}

/// Concatenates fields in the machine's own byte order.
macro_rules! bytes_of {
    ($($field:expr),* $(,)?) => {{
        let mut bytes = Vec::new();
        $(bytes.extend_from_slice(&$field.to_ne_bytes());)*
        bytes
    }};
}

/// The 32-bit field at byte `at`.
fn field(bytes: &[u8], at: usize) -> u32 {
    let mut number = [0; 4];
    number.copy_from_slice(&bytes[at..at + 4]);
    u32::from_ne_bytes(number)
}

/// `struct fwctl_info`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Info {
    /// Size of the structure.
    pub size: u32,
    /// None is known.
    pub flags: u32,
    /// Answered: type of the device.
    pub out_device_type: u32,
    /// Length of the memory for the driver's data; answered: of the data.
    pub device_data_len: u32,
    /// Address of that memory.
    pub out_device_data: u64,
}

impl Info {
    /// `sizeof(struct fwctl_info)`.
    pub const SIZE: usize = 24;

    /// Asks for `len` bytes of device data at `data`.
    pub fn new(len: u32, data: u64) -> Self {
        Self {
            size: Self::SIZE as u32,
            flags: 0,
            out_device_type: 0,
            device_data_len: len,
            out_device_data: data,
        }
    }

    /// The structure as the kernel reads it.
    pub fn encode(&self) -> Vec<u8> {
        bytes_of![
            self.size,
            self.flags,
            self.out_device_type,
            self.device_data_len,
            self.out_device_data
        ]
    }

    /// The fields that the kernel answers: device type, and length of the device data.
    pub fn answer(bytes: &[u8]) -> (u32, u32) {
        (field(bytes, 8), field(bytes, 12))
    }
}

/// `struct fwctl_rpc`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rpc {
    /// Size of the structure.
    pub size: u32,
    /// One of [`scope`].
    pub scope: u32,
    /// Length of the request.
    pub in_len: u32,
    /// Length of the memory for the response; answered: of the response.
    pub out_len: u32,
    /// Address of the request.
    pub input: u64,
    /// Address of the memory for the response.
    pub output: u64,
}

impl Rpc {
    /// `sizeof(struct fwctl_rpc)`.
    pub const SIZE: usize = 32;

    /// Sends `in_len` bytes at `input`, with memory for `out_len` bytes at `output`.
    pub fn new(scope: u32, in_len: u32, input: u64, out_len: u32, output: u64) -> Self {
        Self {
            size: Self::SIZE as u32,
            scope,
            in_len,
            out_len,
            input,
            output,
        }
    }

    /// The structure as the kernel reads it.
    pub fn encode(&self) -> Vec<u8> {
        bytes_of![
            self.size,
            self.scope,
            self.in_len,
            self.out_len,
            self.input,
            self.output
        ]
    }

    /// The field that the kernel answers: length of the response.
    pub fn answer(bytes: &[u8]) -> u32 {
        field(bytes, 12)
    }
}
