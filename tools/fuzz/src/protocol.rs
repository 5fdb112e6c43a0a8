// SPDX-License-Identifier: GPL-2.0 OR MIT

//! What the library says of a request before it is sent.

use arbitrary::Arbitrary;
use fwctl::policy::Refusal;
use fwctl::{DeviceType, Error, Protocol, RpcScope};

use crate::input::Scope;

/// A request to a device.
#[derive(Arbitrary, Debug)]
pub struct Input {
    mlx5: bool,
    message: Message,
    scope: Scope,
    room: usize,
}

#[derive(Arbitrary, Debug)]
enum Message {
    /// The opcode is that of a row.
    Known(u8, Vec<u8>),
    Any(Vec<u8>),
}

/// Type, length of heads, where the opcode is, and how it is written.
type Format = (DeviceType, usize, fn(&[u8]) -> u32, fn(u32) -> Vec<u8>);

const MLX5: Format = (
    DeviceType::Mlx5,
    16,
    |head| (u32::from(head[0]) << 8) | u32::from(head[1]),
    |opcode| opcode.to_be_bytes()[2..].to_vec(),
);

const MOCK: Format = (
    DeviceType::Mock,
    8,
    |head| u32::from_le_bytes([head[0], head[1], head[2], head[3]]),
    |opcode| opcode.to_le_bytes().to_vec(),
);

/// What the library foretells agrees with itself, and with the rows of the policy.
pub fn check(input: &Input) {
    let (device_type, head, opcode, write) = if input.mlx5 { MLX5 } else { MOCK };
    let protocol = Protocol::of(device_type).expect("both have one");
    let rules = protocol.policy.rules();
    let request = match &input.message {
        Message::Known(row, tail) => {
            let mut request = write(rules[usize::from(*row) % rules.len()].opcode);
            request.extend(tail);
            request
        }
        Message::Any(bytes) => bytes.clone(),
    };
    assert_eq!(protocol.response_head, head);

    let whole = request.len() >= head;
    let row = rules
        .iter()
        .find(|rule| whole && rule.opcode == opcode(&request));
    assert_eq!(protocol.command(&request).is_some(), whole);
    assert_eq!(protocol.rule(&request), row);
    assert_eq!(protocol.least_scope(&request).is_some(), row.is_some());
    assert!(!protocol.name(&request).is_empty());

    match protocol.scope_unasked(&request) {
        Ok(scope) => {
            assert!(!scope.taints());
            let least = protocol.least_scope(&request);
            assert_eq!(scope, least.unwrap_or(RpcScope::Configuration));
        }
        Err(Error::NotAskedFor { scope, .. }) => {
            assert!(scope.taints());
            assert_eq!(protocol.least_scope(&request), Some(scope));
        }
        Err(other) => panic!("{other}"),
    }

    let scope = RpcScope::from(input.scope);
    let verdict = protocol.admit(scope, &request, input.room);
    let promised = match row {
        _ if !whole || input.room < head => Verdict::Length,
        None => Verdict::Command,
        Some(_) if protocol.least_scope(&request) > Some(scope) => Verdict::Command,
        Some(row) if row.request.contain(request.len()) && row.response.contain(input.room) => {
            Verdict::Admitted
        }
        Some(_) => Verdict::Length,
    };
    assert_eq!(Verdict::from(verdict.map(drop)), promised);
}

/// How the kernel answers.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Admitted,
    /// `EBADMSG`.
    Command,
    /// `EMSGSIZE`.
    Length,
}

impl From<Result<(), Refusal>> for Verdict {
    fn from(verdict: Result<(), Refusal>) -> Self {
        match verdict {
            Ok(()) => Self::Admitted,
            Err(Refusal::UnknownCommand | Refusal::ScopeTooLow(_)) => Self::Command,
            Err(Refusal::RequestLength(_) | Refusal::ResponseLength(_)) => Self::Length,
        }
    }
}
