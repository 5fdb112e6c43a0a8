// SPDX-License-Identifier: GPL-2.0

//! Requests that have passed the policy.

use core::{
    marker::PhantomData,
    mem::size_of, //
};
use kernel::prelude::*;
use zerocopy::FromBytes;

use super::Operations;
use crate::{
    policy::{
        Command,
        Grant,
        Policy,
        Refusal,
        Rule, //
    },
    scope::RpcScope, //
};

/// A request that the policy lets through at the scope that its sender claims.
///
/// # Invariants
///
/// `bytes` has room for a request header, and `rule` is the row that admitted it.
pub struct Admitted<'a, T: Operations> {
    bytes: &'a mut [u8],
    rule: &'a Rule<'a>,
    grant: Grant,
    scope: RpcScope,
    _driver: PhantomData<T>,
}

impl<'a, T: Operations> Admitted<'a, T> {
    /// Puts a request before the policy.
    pub(super) fn new(
        policy: Policy<'a>,
        scope: RpcScope,
        bytes: &'a mut [u8],
        room: usize,
    ) -> Result<Self, Rejection<'a>> {
        if room < size_of::<T::ResponseHeader>() {
            return Err(Rejection::Message(EMSGSIZE));
        }
        let (header, _) =
            T::RequestHeader::ref_from_prefix(bytes).map_err(|_| Rejection::Message(EMSGSIZE))?;
        let command = T::command(header);
        match policy.admit(command, scope, bytes.len(), room) {
            // INVARIANT: There is a header, and the policy said yes.
            Ok(rule) => Ok(Self {
                bytes,
                rule,
                grant: rule.grant(command.modifier),
                scope,
                _driver: PhantomData,
            }),
            Err(refusal) => Err(Rejection::new(policy, command, refusal)),
        }
    }

    /// Whether strict mode admits it, too.
    pub(super) fn is_strict(&self) -> bool {
        self.grant.is_strict(self.scope)
    }

    /// The row of the policy that admitted it.
    pub fn rule(&self) -> &Rule<'a> {
        self.rule
    }

    /// The scope that its sender claims.
    pub fn scope(&self) -> RpcScope {
        self.scope
    }

    /// Its head. By the type invariant there is one; the error keeps a panic out of the kernel.
    pub fn header(&self) -> Result<&T::RequestHeader> {
        let (header, _) = T::RequestHeader::ref_from_prefix(self.bytes).map_err(|_| EMSGSIZE)?;
        Ok(header)
    }

    /// Its head, to fill in what is the kernel's to say. The opcode is not to be changed.
    pub fn header_mut(&mut self) -> Result<&mut T::RequestHeader> {
        let (header, _) = T::RequestHeader::mut_from_prefix(self.bytes).map_err(|_| EMSGSIZE)?;
        Ok(header)
    }

    /// All of it, head included.
    pub fn bytes(&self) -> &[u8] {
        self.bytes
    }

    /// All of it, as the place for an answer.
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        self.bytes
    }

    /// What follows the head.
    pub fn data(&self) -> &[u8] {
        self.bytes
            .get(size_of::<T::RequestHeader>()..)
            .unwrap_or_default()
    }
}

/// Why there is no [`Admitted`] request.
pub(super) enum Rejection<'a> {
    /// The message is bad at any scope.
    Message(Error),
    /// The command of this name needs a higher scope.
    Scope(&'a str),
}

impl<'a> Rejection<'a> {
    // Linux's mlx5 driver answers so, and existing clients know it.
    #[inline]
    fn new(policy: Policy<'a>, command: Command, refusal: Refusal) -> Self {
        match refusal {
            Refusal::UnknownCommand => Self::Message(EBADMSG),
            Refusal::ScopeTooLow(_) => match policy.rule(command.opcode) {
                Some(rule) => Self::Scope(rule.name),
                None => Self::Message(EBADMSG),
            },
            Refusal::RequestLength(_) | Refusal::ResponseLength(_) => Self::Message(EMSGSIZE),
        }
    }
}
