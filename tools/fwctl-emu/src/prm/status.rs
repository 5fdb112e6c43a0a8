// SPDX-License-Identifier: GPL-2.0 OR MIT

//! What can become of a command: its delivery and its status.

/// What became of a command's delivery: bits 7..1 of the entry's last byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Delivery {
    /// The command ran; its answer is in the output.
    Ok = 0x0,
    /// The entry's signature is wrong.
    Signature = 0x1,
    /// A mailbox carries another token than the entry.
    Token = 0x2,
    /// A mailbox carries another block number than its place in the chain.
    BlockNumber = 0x3,
    /// An output mailbox is misaligned or outside the host's memory.
    OutputPointer = 0x4,
    /// An input mailbox is misaligned or outside the host's memory.
    InputPointer = 0x5,
    /// The firmware failed.
    Internal = 0x6,
    /// The input length is outside what a command can have.
    InputLength = 0x7,
    /// The output length is outside what a command can have.
    OutputLength = 0x8,
    /// A reserved field of the entry is not zero.
    ReservedField = 0x9,
    /// The entry's type is not that of a PCI command.
    CommandType = 0x10,
}

impl Delivery {
    /// A short name for the log.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Signature => "signature-error",
            Self::Token => "token-error",
            Self::BlockNumber => "bad-block-number",
            Self::OutputPointer => "bad-output-pointer",
            Self::InputPointer => "bad-input-pointer",
            Self::Internal => "internal-error",
            Self::InputLength => "bad-input-length",
            Self::OutputLength => "bad-output-length",
            Self::ReservedField => "reserved-field-set",
            Self::CommandType => "bad-command-type",
        }
    }

    /// The number the entry reports.
    pub const fn code(self) -> u8 {
        // CAST: the enumeration is `repr(u8)`.
        self as u8
    }
}

/// The status in the first byte of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Status {
    /// Done.
    Ok = 0x0,
    /// The firmware failed.
    Internal = 0x1,
    /// No such opcode, or no such operation modifier.
    BadOperation = 0x2,
    /// A parameter is out of range.
    BadParameter = 0x3,
    /// The device is not in a state in which the command is possible.
    BadSystemState = 0x4,
    /// No such resource.
    BadResource = 0x5,
    /// The resource is in use.
    ResourceBusy = 0x6,
    /// The firmware is not ready.
    NotReady = 0x7,
    /// A limit is exceeded.
    LimitExceeded = 0x8,
    /// The resource is not in a state in which the command is possible.
    BadResourceState = 0x9,
    /// An index is out of range.
    BadIndex = 0xa,
    /// No resource of the kind is left.
    NoResources = 0xf,
    /// The queue pair is not in a state in which the command is possible.
    BadQpState = 0x10,
    /// A management packet is malformed.
    BadPacket = 0x30,
    /// A completion queue cannot be resized, or has too much in it.
    BadSize = 0x40,
    /// The request is too short.
    BadInputLength = 0x50,
    /// The room for the answer is too short.
    BadOutputLength = 0x51,
}

impl Status {
    /// The status an answer carries, if it is one this file names.
    pub const fn from_code(code: u8) -> Option<Self> {
        Some(match code {
            0x0 => Self::Ok,
            0x1 => Self::Internal,
            0x2 => Self::BadOperation,
            0x3 => Self::BadParameter,
            0x4 => Self::BadSystemState,
            0x5 => Self::BadResource,
            0x6 => Self::ResourceBusy,
            0x7 => Self::NotReady,
            0x8 => Self::LimitExceeded,
            0x9 => Self::BadResourceState,
            0xa => Self::BadIndex,
            0xf => Self::NoResources,
            0x10 => Self::BadQpState,
            0x30 => Self::BadPacket,
            0x40 => Self::BadSize,
            0x50 => Self::BadInputLength,
            0x51 => Self::BadOutputLength,
            _ => return None,
        })
    }

    /// A short name for the log: the command line tool's, in one word.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Internal => "internal-error",
            Self::BadOperation => "bad-opcode",
            Self::BadParameter => "bad-parameter",
            Self::BadSystemState => "bad-system-state",
            Self::BadResource => "bad-resource",
            Self::ResourceBusy => "resource-busy",
            Self::NotReady => "firmware-not-ready",
            Self::LimitExceeded => "limits-exceeded",
            Self::BadResourceState => "bad-resource-state",
            Self::BadIndex => "bad-index",
            Self::NoResources => "no-resources",
            Self::BadQpState => "bad-QP-state",
            Self::BadPacket => "bad-packet",
            Self::BadSize => "bad-size-or-too-many-outstanding-CQEs",
            Self::BadInputLength => "bad-input-length",
            Self::BadOutputLength => "bad-output-length",
        }
    }

    /// The number an answer carries.
    pub const fn code(self) -> u8 {
        // CAST: the enumeration is `repr(u8)`.
        self as u8
    }
}
