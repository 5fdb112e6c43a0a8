// SPDX-License-Identifier: GPL-2.0 OR MIT

//! What the kernel's driver of a device type lets through, and how it reads a request.
//!
//! These are the kernel's own tables (see [`fwctl_policy`]): a program can tell beforehand what a
//! driver will say, and why it said no. The kernel decides all the same.

use fwctl_policy::policy::{Bounds, Command, Policy, Refusal, Rule};
use fwctl_policy::{mlx5, mock};
use zerocopy::FromBytes;

use crate::error::Error;
use crate::scope::RpcScope;
use crate::uapi::DeviceType;

/// The messages of one device type.
#[derive(Debug)]
pub struct Protocol {
    /// What may be sent, and from which scope.
    pub policy: &'static Policy<'static>,
    /// Length in bytes of the head that every response has.
    pub response_head: usize,
    request_head: usize,
    command: fn(&[u8]) -> Option<Command>,
}

pub(crate) static MLX5: Protocol = Protocol {
    policy: &mlx5::policy::POLICY,
    request_head: size_of::<mlx5::wire::RequestHeader>(),
    response_head: size_of::<mlx5::wire::ResponseHeader>(),
    command: |request| {
        let (header, _) = mlx5::wire::RequestHeader::ref_from_prefix(request).ok()?;
        Some(header.command())
    },
};

static MOCK: Protocol = Protocol {
    policy: &mock::policy::POLICY,
    request_head: size_of::<mock::wire::RequestHeader>(),
    response_head: size_of::<mock::wire::ResponseHeader>(),
    command: |request| {
        let (header, _) = mock::wire::RequestHeader::ref_from_prefix(request).ok()?;
        Some(header.command())
    },
};

impl Protocol {
    /// The messages of `device_type`, `None` where no driver of this project speaks them.
    pub fn of(device_type: DeviceType) -> Option<&'static Self> {
        match device_type {
            DeviceType::Mlx5 => Some(&MLX5),
            DeviceType::Mock => Some(&MOCK),
            _ => None,
        }
    }

    /// What `request` asks for, `None` if it is too short to say.
    pub fn command(&self, request: &[u8]) -> Option<Command> {
        (self.command)(request)
    }

    /// The row of what `request` asks for.
    pub fn rule(&self, request: &[u8]) -> Option<&'static Rule<'static>> {
        self.policy.rule(self.command(request)?.opcode)
    }

    /// What `request` asks for by name, or by number where there is no row.
    pub fn name(&self, request: &[u8]) -> String {
        match (self.rule(request), self.command(request)) {
            (Some(rule), _) => rule.name.to_owned(),
            (None, Some(command)) => format!("command {:#x}", command.opcode),
            (None, None) => "a request without a whole head".to_owned(),
        }
    }

    /// The lowest scope at which `request` may be sent, `None` if it may not be sent at all.
    pub fn least_scope(&self, request: &[u8]) -> Option<RpcScope> {
        let command = self.command(request)?;
        let rule = self.policy.rule(command.opcode)?;
        Some(rule.grant(command.modifier).scope)
    }

    /// The scope for `request` where its sender named none: the lowest at which it may be sent,
    /// unless that taints the kernel, which has to be asked for.
    ///
    /// A request without a rule is for the kernel to refuse, and gets the lowest scope of all.
    pub fn scope_unasked(&self, request: &[u8]) -> Result<RpcScope, Error> {
        match self.least_scope(request) {
            Some(scope) if scope.taints() => Err(Error::NotAskedFor {
                request: self.name(request),
                scope,
            }),
            least => Ok(least.unwrap_or(RpcScope::Configuration)),
        }
    }

    /// Admits `request` at `scope` with memory for a response of `response` bytes, or says why not.
    pub fn admit(
        &self,
        scope: RpcScope,
        request: &[u8],
        response: usize,
    ) -> Result<&'static Rule<'static>, Refusal> {
        let command = self
            .command(request)
            .ok_or(Refusal::RequestLength(at_least(self.request_head)))?;
        if response < self.response_head {
            return Err(Refusal::ResponseLength(at_least(self.response_head)));
        }
        self.policy.admit(command, scope, request.len(), response)
    }
}

/// What `scope` is called where people read or write it.
pub const fn scope_name(scope: RpcScope) -> &'static str {
    match scope {
        RpcScope::Configuration => "configuration",
        RpcScope::DebugReadOnly => "debug-read-only",
        RpcScope::DebugWrite => "debug-write",
        RpcScope::DebugWriteFull => "debug-write-full",
    }
}

const fn at_least(least: usize) -> Bounds {
    Bounds {
        least,
        most: usize::MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mlx5_request(opcode: u16, op_mod: u8) -> [u8; 16] {
        let mut request = [0; 16];
        request[..2].copy_from_slice(&opcode.to_be_bytes());
        request[7] = op_mod;
        request
    }

    #[test]
    fn least_scope_is_the_lowest_that_is_admitted() {
        for rule in MLX5.policy.rules() {
            for op_mod in [0, 1] {
                let request = mlx5_request(u16::try_from(rule.opcode).unwrap(), op_mod);
                let least = MLX5.least_scope(&request).unwrap();
                for scope in RpcScope::ALL {
                    assert_eq!(
                        MLX5.admit(scope, &request, 16).is_ok(),
                        scope >= least,
                        "{} op_mod {op_mod} at {scope:?}",
                        rule.name
                    );
                }
            }
        }
    }

    #[test]
    fn a_head_that_is_cut_short_is_a_matter_of_length() {
        let scope = RpcScope::DebugWriteFull;
        let nop = mlx5_request(0x80d, 0);
        assert_eq!(
            MLX5.admit(scope, &nop[..15], 16).unwrap_err(),
            Refusal::RequestLength(at_least(16))
        );
        assert_eq!(
            MLX5.admit(scope, &nop, 15).unwrap_err(),
            Refusal::ResponseLength(at_least(16))
        );
        assert_eq!(MLX5.least_scope(&[]), None);
    }

    #[test]
    fn requests_have_a_name_or_a_number() {
        assert_eq!(MLX5.name(&mlx5_request(0x303, 0)), "QUERY_EQ");
        assert_eq!(MLX5.name(&mlx5_request(0x500, 0)), "command 0x500");
        assert_eq!(MLX5.name(&[]), "a request without a whole head");
    }

    #[test]
    fn types_without_a_driver_here_have_no_protocol() {
        assert!(Protocol::of(DeviceType::Bnxt).is_none());
        assert!(Protocol::of(DeviceType::Unknown(77)).is_none());
    }
}
