// SPDX-License-Identifier: GPL-2.0 OR MIT

//! The mlx5 commands that user space may send, and from which scope.
//!
//! Only queries, and commands that create nothing the firmware would keep after the file
//! descriptor is closed. Verdicts are those of Linux 7.3 (`drivers/fwctl/mlx5/main.c`), names and
//! numbers those of the PRM.

use fwctl::{
    policy::{
        Effect,
        Grant,
        Policy,
        Rule, //
    },
    scope::RpcScope, //
};

/// `op_mod` of a register access that writes.
const WRITE: u32 = 0;

/// A command that tells what the device is and how it is configured.
const fn identify(opcode: u32, name: &'static str) -> Rule<'static> {
    Rule::new(opcode, name, Effect::Reads, RpcScope::Configuration)
}

/// A command that configures.
const fn configure(opcode: u32, name: &'static str) -> Rule<'static> {
    Rule::new(opcode, name, Effect::Configures, RpcScope::Configuration)
}

/// A command that reads the state of objects and engines.
const fn query(opcode: u32, name: &'static str) -> Rule<'static> {
    Rule::new(opcode, name, Effect::Reads, RpcScope::DebugReadOnly)
}

/// A command that changes what the device records for debugging.
const fn debug(opcode: u32, name: &'static str) -> Rule<'static> {
    Rule::new(opcode, name, Effect::WritesDebug, RpcScope::DebugWrite)
}

/// Access to a register: what it writes counts as configuration, and the firmware checks the rights
/// of the user context register by register. Which register it is does not matter here, so that
/// strict mode takes it for one of those that are no configuration.
const fn register(opcode: u32, name: &'static str) -> Rule<'static> {
    let write = Grant::new(Effect::Configures, RpcScope::Configuration);
    query(opcode, name).with_modifier(WRITE, write.strictly_from(RpcScope::DebugWrite))
}

/// Every command that may be sent.
pub static POLICY: Policy<'static> = Policy::new(&[
    identify(0x100, "QUERY_HCA_CAP"),
    identify(0x101, "QUERY_ADAPTER"),
    query(0x107, "QUERY_PAGES"),
    configure(0x109, "SET_HCA_CAP"),
    query(0x10a, "QUERY_ISSI"),
    query(0x10c, "QUERY_DRIVER_VERSION"),
    identify(0x10e, "QUERY_OTHER_HCA_CAP"),
    query(0x111, "QUERY_SF_PARTITION"),
    query(0x117, "QUERY_VHCA_MIGRATION_STATE"),
    query(0x201, "QUERY_MKEY"),
    query(0x203, "QUERY_SPECIAL_CONTEXTS"),
    query(0x303, "QUERY_EQ"),
    query(0x402, "QUERY_CQ"),
    query(0x50b, "QUERY_QP"),
    query(0x512, "QUERY_RDB"),
    query(0x602, "QUERY_PSV"),
    query(0x702, "QUERY_SRQ"),
    query(0x707, "QUERY_XRC_SRQ"),
    query(0x713, "QUERY_DCT"),
    query(0x716, "QUERY_DC_CNAK_TRACE"),
    query(0x719, "QUERY_XRQ"),
    query(0x722, "QUERY_NVMF_BACKEND_CONTROLLER"),
    query(0x725, "QUERY_XRQ_DC_PARAMS_ENTRY"),
    query(0x727, "QUERY_XRQ_ERROR_PARAMS"),
    query(0x728, "QUERY_NVMF_NAMESPACE_CONTEXT"),
    query(0x730, "QUERY_ADJACENT_FUNCTIONS_ID"),
    configure(0x731, "DELEGATE_VHCA_MANAGEMENT"),
    query(0x732, "QUERY_DELEGATED_VHCA"),
    identify(0x740, "QUERY_ESW_FUNCTIONS"),
    query(0x750, "QUERY_VPORT_STATE"),
    query(0x752, "QUERY_ESW_VPORT_CONTEXT"),
    query(0x754, "QUERY_NIC_VPORT_CONTEXT"),
    identify(0x760, "QUERY_ROCE_ADDRESS"),
    identify(0x762, "QUERY_HCA_VPORT_CONTEXT"),
    query(0x764, "QUERY_HCA_VPORT_GID"),
    query(0x765, "QUERY_HCA_VPORT_PKEY"),
    query(0x76f, "QUERY_VNIC_ENV"),
    query(0x770, "QUERY_VPORT_COUNTER"),
    query(0x773, "QUERY_Q_COUNTER"),
    query(0x781, "QUERY_RATE_LIMIT"),
    query(0x784, "QUERY_SCHEDULING_ELEMENT"),
    register(0x805, "ACCESS_REG"),
    query(0x80b, "QUERY_MAD_DEMUX"),
    query(0x80d, "NOP"),
    query(0x813, "QUERY_BURST_SIZE"),
    query(0x819, "QUERY_DIAGNOSTIC_PARAMS"),
    debug(0x820, "SET_DIAGNOSTIC_PARAMS"),
    query(0x821, "QUERY_DIAGNOSTIC_COUNTERS"),
    query(0x822, "QUERY_CONG_STATUS"),
    configure(0x823, "MODIFY_CONG_STATUS"),
    query(0x824, "QUERY_CONG_PARAMS"),
    query(0x826, "QUERY_CONG_STATISTICS"),
    query(0x82a, "QUERY_L2_TABLE_ENTRY"),
    query(0x831, "QUERY_WOL_ROL"),
    query(0x842, "QUERY_LAG"),
    query(0x903, "QUERY_TIR"),
    query(0x907, "QUERY_SQ"),
    query(0x90b, "QUERY_RQ"),
    query(0x90f, "QUERY_RMP"),
    query(0x911, "QUERY_DELAY_DROP_PARAMS"),
    query(0x915, "QUERY_TIS"),
    query(0x919, "QUERY_RQT"),
    query(0x932, "QUERY_FLOW_TABLE"),
    query(0x935, "QUERY_FLOW_GROUP"),
    query(0x937, "QUERY_FLOW_TABLE_ENTRY"),
    query(0x93b, "QUERY_FLOW_COUNTER"),
    query(0x93f, "QUERY_PACKET_REFORMAT_CONTEXT"),
    query(0x942, "QUERY_MODIFY_HEADER_CONTEXT"),
    query(0x962, "FPGA_QUERY_QP"),
    query(0x964, "FPGA_QUERY_QP_COUNTERS"),
    query(0x971, "QUERY_AFU"),
    query(0x981, "QUERY_CAPI_PEC"),
    query(0xa02, "QUERY_GENERAL_OBJECT"),
    query(0xa05, "QUERY_UCTX"),
    query(0xa09, "QUERY_UMEM"),
    query(0xb02, "QUERY_NVMF_CC_RESPONSE"),
    query(0xb03, "QUERY_EMULATED_FUNCTIONS_INFO"),
    query(0xb05, "QUERY_REGEXP_PARAMS"),
    query(0xb07, "QUERY_REGEXP_REGISTER"),
    query(0xb08, "USER_QUERY_XRQ_DC_PARAMS_ENTRY"),
    query(0xb0a, "USER_QUERY_XRQ_ERROR_PARAMS"),
    register(0xb0c, "ACCESS_REGISTER_USER"),
    query(0xb0d, "QUERY_VHCA_STATE"),
    query(0xb0f, "QUERY_EMULATION_DEVICE_EQ_MSIX_MAPPING"),
    query(0xb13, "QUERY_MATCH_SAMPLE_INFO"),
    query(0xb14, "QUERY_CRYPTO_STATE"),
    identify(0xb22, "QUERY_VUID"),
    query(0xb28, "QUERY_DPA_PARTITION"),
    query(0xb2a, "QUERY_DPA_PARTITIONS"),
    configure(0xb2e, "POSTPONE_CONNECTED_QP_TIMEOUT"),
    query(0xb2f, "QUERY_EMULATED_RESOURCES_INFO"),
    query(0x8000, "QUERY_RSV_RESOURCES"),
    query(0x8001, "QUERY_MTT"),
    query(0x8006, "QUERY_SCHED_QUEUE"),
]);
