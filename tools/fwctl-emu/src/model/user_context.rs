// SPDX-License-Identifier: GPL-2.0 OR MIT

//! CREATE_UCTX and DESTROY_UCTX: the contexts whose uid commands carry.

use std::collections::BTreeMap;

use super::capability;
use super::connectx::{ConnectX, Effect};
use super::refusal::Refusal;
use crate::prm::command::{create_uctx_in, create_uctx_out, destroy_uctx_in, uctx};

/// The uid of the driver itself, which needs no context.
const DRIVER: u16 = 0;

/// The user contexts that exist, and the capabilities each was given.
#[derive(Debug, Clone, Default)]
pub(super) struct UserContexts {
    capabilities: BTreeMap<u16, u32>,
    last: u16,
}

impl UserContexts {
    /// Whether a command with this uid may run at all.
    pub(super) fn admits(&self, uid: u16) -> bool {
        uid == DRIVER || self.capabilities.contains_key(&uid)
    }

    /// A uid nobody has, as late as possible one that somebody had: a client
    /// that keeps using a dead uid is to be found out.
    fn free_uid(&self) -> Option<u16> {
        if self.capabilities.len() >= capability::MAX_UCTX {
            return None;
        }
        let after = self.last.wrapping_add(1).max(1);
        (after..=u16::MAX)
            .chain(1..after)
            .find(|uid| !self.capabilities.contains_key(uid))
    }
}

pub(super) fn create(
    device: &mut ConnectX,
    request: &[u8],
    answer: &mut [u8],
) -> Result<Option<Effect>, Refusal> {
    let wanted = uctx::cap.u32(create_uctx_in::uctx.bytes(request));
    if wanted & !capability::uctx_cap(&device.config) != 0 {
        return Err(Refusal::UctxCapability);
    }
    let contexts = &mut device.user_contexts;
    let uid = contexts.free_uid().ok_or(Refusal::NoUctxLeft)?;
    contexts.capabilities.insert(uid, wanted);
    contexts.last = uid;
    create_uctx_out::uid.set(answer, uid);
    Ok(None)
}

pub(super) fn destroy(
    device: &mut ConnectX,
    request: &[u8],
    _: &mut [u8],
) -> Result<Option<Effect>, Refusal> {
    let uid = destroy_uctx_in::uid.u16(request);
    match device.user_contexts.capabilities.remove(&uid) {
        Some(_) => Ok(None),
        None => Err(Refusal::NoSuchUctx),
    }
}
