// SPDX-License-Identifier: GPL-2.0 OR MIT

//! QUERY_HCA_CAP and SET_HCA_CAP: what the device can do.

use std::collections::BTreeMap;

use super::config::Config;
use super::connectx::{ConnectX, Effect, Phase};
use super::event_queue;
use super::refusal::Refusal;
use crate::prm::command::{mbox_in, query_hca_cap_out, set_hca_cap_in};
use crate::prm::hca_cap::{atomic_caps, cmd_hca_cap as general, type_name, CAPABILITY_SIZE};
use crate::prm::Field;

/// RAW_TX: sending packets as they are. Without any right to give, there are no
/// user contexts.
const RAW_TX: u32 = 1 << 0;

/// TOOLS_RESOURCES: the use of registers and objects by management tools.
const TOOLS_RESOURCES: u32 = 1 << 2;

/// What a user context may be given.
pub(super) fn uctx_cap(config: &Config) -> u32 {
    match config.tools_rights {
        true => TOOLS_RESOURCES,
        false => RAW_TX,
    }
}

/// User contexts there can be.
pub(super) const MAX_UCTX: usize = 1 << LOG_MAX_UCTX;

const LOG_MAX_UCTX: u32 = 8;

/// Capabilities a driver has set; a type that is missing is at its maximum.
#[derive(Debug, Clone, Default)]
pub(super) struct Capabilities {
    current: BTreeMap<u16, Vec<u8>>,
}

/// The general capabilities of a ConnectX-5 whose one port is InfiniBand.
///
/// Only what Linux's driver needs no further firmware for is claimed: no
/// Ethernet offloads, no flow steering, no virtual functions. fast_teardown
/// and force_teardown stay zero, so that a driver leaves in good order.
const GENERAL: &[(Field, u64)] = &[
    (general::hca_cap_2, 1),
    (general::dtor, 1),
    (general::log_max_srq_sz, 15),
    (general::log_max_qp_sz, 15),
    (general::log_max_qp, 18),
    (general::log_max_srq, 18),
    (general::max_sgl_for_optimized_performance, 3),
    (general::log_max_cq_sz, 22),
    (general::log_max_cq, 24),
    (general::log_max_eq_sz, event_queue::MAX_LOG_SIZE as u64),
    (general::log_max_mkey, 24),
    (general::log_max_eq, event_queue::MAX_EQS.ilog2() as u64),
    (general::max_num_eqs, event_queue::MAX_EQS as u64),
    (general::max_indirection, 240),
    (general::log_max_mrw_sz, 40),
    (general::log_max_klm_list_size, 16),
    (general::log_max_ra_req_qp, 4),
    (general::log_max_ra_res_qp, 4),
    (general::end_pad, 1),
    (general::start_pad, 1),
    (general::gid_table_size, 4),
    (general::debug, 1),
    (general::qcam_reg, 1),
    (general::mcam_reg, 1),
    (general::pcam_reg, 1),
    (general::local_ca_ack_delay, 16),
    (general::num_ports, 1),
    (general::log_max_msg, 30),
    (general::stat_rate_support, 0x3ff),
    (general::cqe_version, 1),
    (general::compact_address_vector, 1),
    (general::atomic, 1),
    (general::sctr_data_cqe, 1),
    (general::cq_oi, 1),
    (general::cq_resize, 1),
    (general::cq_moderation, 1),
    (general::block_lb_mc, 1),
    (general::apm, 1),
    (general::qkv, 1),
    (general::pkv, 1),
    (general::xrc, 1),
    (general::ud, 1),
    (general::uc, 1),
    (general::rc, 1),
    (general::log_pg_sz, 12),
    (general::bf, 1),
    (general::driver_version, 1),
    (general::log_bf_reg_size, 9),
    (general::max_wqe_sz_sq, 1024),
    (general::max_wqe_sz_rq, 512),
    (general::max_wqe_sz_sq_dc, 512),
    (general::max_qp_mcg, 240),
    (general::log_max_mcg, 21),
    (general::log_max_transport_domain, 16),
    (general::log_max_pd, 24),
    (general::log_max_xrcd, 24),
    (general::log_max_rq, 18),
    (general::log_max_sq, 18),
    (general::log_max_tir, 16),
    (general::log_max_tis, 16),
    (general::log_max_rmp, 16),
    (general::log_max_rqt, 16),
    (general::log_max_rqt_size, 11),
    (general::log_max_wq_sz, 16),
    (general::log_max_uctx, LOG_MAX_UCTX as u64),
    (general::log_max_umem, 16),
    (general::device_frequency_mhz, 156),
    (general::device_frequency_khz, super::DEVICE_FREQUENCY_KHZ),
    (general::num_of_uars_per_page, 1),
    (general::uctx_cap, TOOLS_RESOURCES as u64),
];

/// Compare-and-swap and fetch-and-add on 8 bytes.
const ATOMIC: &[(Field, u64)] = &[
    (atomic_caps::atomic_operations, 0x3),
    (atomic_caps::atomic_size_qp, 0x8),
    (atomic_caps::atomic_size_dc, 0x8),
];

/// The fields of several bits in which every bit is a capability of its own.
const BIT_SETS: &[Field] = &[
    general::stat_rate_support,
    general::uctx_cap,
    atomic_caps::atomic_operations,
    atomic_caps::atomic_size_qp,
    atomic_caps::atomic_size_dc,
];

/// What the device can do, of one type; types without an entry can do nothing.
fn values(kind: u16) -> &'static [(Field, u64)] {
    match kind {
        0x00 => GENERAL,
        0x03 => ATOMIC,
        _ => &[],
    }
}

/// The most the device can do, of one type.
fn maximum(config: &Config, kind: u16) -> Vec<u8> {
    let mut capability = vec![0; CAPABILITY_SIZE];
    for (field, value) in values(kind) {
        let value = match *field == general::uctx_cap {
            true => uctx_cap(config).into(),
            false => *value,
        };
        field.set(&mut capability, value);
    }
    capability
}

/// What becomes of a type whose driver asks for `wanted`: limits must be within
/// the maximum, and bits the device does not have stay zero.
fn granted(config: &Config, kind: u16, wanted: &[u8]) -> Result<Vec<u8>, Refusal> {
    let maximum = maximum(config, kind);
    let mut capability = vec![0; CAPABILITY_SIZE];
    for (field, _) in values(kind) {
        let maximum = field.u64(&maximum);
        let value = match field.u64(wanted) {
            bits if BIT_SETS.contains(field) => bits & maximum,
            limit if limit > maximum => return Err(Refusal::CapabilityAboveMaximum),
            limit => limit,
        };
        field.set(&mut capability, value);
    }
    Ok(capability)
}

/// The capability type and whether the current value is meant, as QUERY_HCA_CAP
/// and SET_HCA_CAP put both into op_mod.
fn selection(request: &[u8]) -> Result<(u16, bool), Refusal> {
    if set_hca_cap_in::other_function.is_set(request) || set_hca_cap_in::function_id.is_set(request)
    {
        return Err(Refusal::UnknownFunction);
    }
    let op_mod = mbox_in::op_mod.u16(request);
    let kind = op_mod >> 1;
    type_name(kind).ok_or(Refusal::UnknownCapabilityType)?;
    Ok((kind, op_mod & 1 == 1))
}

pub(super) fn query(
    device: &mut ConnectX,
    request: &[u8],
    answer: &mut [u8],
) -> Result<Option<Effect>, Refusal> {
    let (kind, current) = selection(request)?;
    let set = device
        .capabilities
        .current
        .get(&kind)
        .filter(|_| current)
        .cloned();
    let capability = set.unwrap_or_else(|| maximum(&device.config, kind));
    query_hca_cap_out::capability.copy_from(answer, &capability);
    Ok(None)
}

/// SET_HCA_CAP, which comes before INIT_HCA: there the device settles on what
/// it does.
pub(super) fn set(
    device: &mut ConnectX,
    request: &[u8],
    _: &mut [u8],
) -> Result<Option<Effect>, Refusal> {
    let (kind, current) = selection(request)?;
    // Only the current value can be set, so nothing is left to select.
    if current {
        return Err(Refusal::UnknownOpMod);
    }
    if device.phase == Phase::Running {
        return Err(Refusal::WrongPhase);
    }
    let capability = granted(
        &device.config,
        kind,
        set_hca_cap_in::capability.bytes(request),
    )?;
    device.capabilities.current.insert(kind, capability);
    Ok(None)
}
