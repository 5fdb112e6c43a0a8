// SPDX-License-Identifier: GPL-2.0

//! What a firmware says to a request, as far as its driver's header tells.

use harness::{
    errno::Errno,
    uapi::{
        device_type,
        RPC_MAX, //
    }, //
};

use crate::random::Random;

mod connectx;
mod mock;

/// What becomes of a request.
#[derive(Debug)]
pub enum Answer {
    /// The driver does not let it through.
    Refused(Errno),
    /// It is let through, and has no answer.
    Failed(Errno),
    /// The answer.
    Bytes(Vec<u8>),
    /// So many bytes.
    Any(usize),
    /// The request is not to be sent.
    Never,
}

/// Who answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Firmware {
    /// The mock.
    Mock,
    /// A ConnectX.
    Connectx,
}

impl Firmware {
    /// That of a type of devices, if it is known here.
    pub fn of(number: u32) -> Option<Self> {
        match number {
            device_type::MOCK => Some(Self::Mock),
            device_type::MLX5 => Some(Self::Connectx),
            _ => None,
        }
    }

    /// What becomes of `message` at `scope`, with memory for `room` bytes of an answer. `count` is
    /// how many requests the file has sent, if that is known.
    pub fn answer(self, scope: u32, message: &[u8], room: usize, count: Option<u32>) -> Answer {
        match self {
            Self::Mock => mock::answer(scope, message, room, count),
            Self::Connectx => connectx::answer(scope, message, room),
        }
    }

    /// A message that is a good one, or nearly.
    pub fn message(self, random: &mut Random) -> Vec<u8> {
        match self {
            Self::Mock => mock::message(random),
            Self::Connectx => connectx::message(random),
        }
    }

    /// A message that is carried out at once, or refused, whatever becomes of it by
    /// [`other_word`](Self::other_word).
    pub fn calm_message(self, random: &mut Random) -> Vec<u8> {
        match self {
            Self::Mock => mock::calm_message(random),
            Self::Connectx => connectx::message(random),
        }
    }

    /// Another word for such a message, and where.
    pub fn other_word(self, random: &mut Random) -> (usize, u32) {
        match self {
            Self::Mock => mock::other_word(random),
            // The opcode and its variant stay.
            Self::Connectx => (8 + 4 * random.below(4), random.number()),
        }
    }

    /// Whether there is time for a message of `len` bytes. Of a long one, mlx5_core makes thousands
    /// of pieces.
    pub fn has_time(self, random: &mut Random, len: u32) -> bool {
        let long = (1 << 16..=RPC_MAX).contains(&len);
        self == Self::Mock || !long || random.once_in(8)
    }

    /// How many calls there is time for.
    pub fn calls(self) -> usize {
        match self {
            Self::Mock => 20_000,
            Self::Connectx => 5_000,
        }
    }
}
