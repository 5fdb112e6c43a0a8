// SPDX-License-Identifier: GPL-2.0 OR MIT

//! What the firmware says about a command.

use std::fmt;

use fwctl_policy::mlx5::wire::ResponseHeader;
use zerocopy::FromBytes;

/// Status in the head of every response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Status(pub u8);

impl Status {
    /// The command was carried out.
    pub const OK: Self = Self(0);

    /// The name, `None` for a number that this library does not know.
    pub const fn name(self) -> Option<&'static str> {
        Some(match self.0 {
            0x00 => "ok",
            0x01 => "internal error",
            0x02 => "bad opcode",
            0x03 => "bad parameter",
            0x04 => "bad system state",
            0x05 => "bad resource",
            0x06 => "resource busy",
            0x07 => "firmware not ready",
            0x08 => "limits exceeded",
            0x09 => "bad resource state",
            0x0a => "bad index",
            0x0f => "no resources",
            0x10 => "bad QP state",
            0x30 => "bad packet",
            0x40 => "bad size, or too many outstanding CQEs",
            0x50 => "bad input length",
            0x51 => "bad output length",
            _ => return None,
        })
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name().unwrap_or("unknown status");
        write!(f, "{name} ({:#x})", self.0)
    }
}

/// Head of a response: whether the command was carried out, and why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The kind of failure.
    pub status: Status,
    /// What exactly went wrong, for the vendor; 0 if nothing did.
    pub syndrome: u32,
}

impl Verdict {
    /// Reads the head of `response`, `None` if it is too short to have one.
    pub fn of(response: &[u8]) -> Option<Self> {
        let (header, _) = ResponseHeader::ref_from_prefix(response).ok()?;
        Some(Self {
            status: Status(header.status),
            syndrome: header.syndrome.get(),
        })
    }

    /// Whether the command was carried out.
    pub fn is_ok(self) -> bool {
        self.status == Status::OK
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, syndrome {:#010x}", self.status, self.syndrome)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verdicts_are_read_from_the_head() {
        let response = [3, 0, 0, 0, 0x00, 0x12, 0xab, 0xcd, 0, 0, 0, 0, 0, 0, 0, 0];
        let verdict = Verdict::of(&response).unwrap();
        assert!(!verdict.is_ok());
        assert_eq!(
            verdict.to_string(),
            "bad parameter (0x3), syndrome 0x0012abcd"
        );
        assert_eq!(Verdict::of(&response[..15]), None);
    }

    #[test]
    fn an_unknown_status_keeps_its_number() {
        assert_eq!(Status(0x77).to_string(), "unknown status (0x77)");
    }
}
