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
    ) -> Result<Self> {
        if room < size_of::<T::ResponseHeader>() {
            return Err(EMSGSIZE);
        }
        let (header, _) = T::RequestHeader::ref_from_prefix(bytes).map_err(|_| EMSGSIZE)?;
        let rule = policy.admit(T::command(header), scope, bytes.len(), room)?;
        // INVARIANT: There is a header, and the policy said yes.
        Ok(Self {
            bytes,
            rule,
            scope,
            _driver: PhantomData,
        })
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

// Linux's mlx5 driver answers so, and existing clients know it.
impl From<Refusal> for Error {
    #[inline]
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::UnknownCommand | Refusal::ScopeTooLow(_) => EBADMSG,
            Refusal::RequestLength(_) | Refusal::ResponseLength(_) => EMSGSIZE,
        }
    }
}
