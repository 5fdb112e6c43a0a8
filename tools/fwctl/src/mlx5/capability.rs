// SPDX-License-Identifier: GPL-2.0 OR MIT

//! QUERY_HCA_CAP: what the device can do.
//!
//! Each type of capabilities is a table of fields, declared once for decoding, text, JSON and
//! documentation. `tests/layouts.rs` compares the tables with the kernel's own header.

use fwctl_policy::mlx5::wire::{RequestHeader, ResponseHeader};
use zerocopy::IntoBytes;

use super::call::call;
use super::info::UctxInfo;
use super::layout::{is_in_order, Field, Form};
use crate::error::Error;
use crate::transport::Transport;

/// Number of the command.
const QUERY_HCA_CAP: u16 = 0x100;
/// Length in bytes of the structure of any type of capabilities.
const CAPABILITIES: usize = 4096;

/// One type of capabilities, with the fields that are known by name.
#[derive(Debug, PartialEq, Eq)]
pub struct CapabilityType {
    /// The type's number.
    pub number: u16,
    /// The type's name.
    pub name: &'static str,
    /// The structure in `mlx5_ifc.h`, without prefix and suffix.
    pub structure: &'static str,
    /// The fields, by ascending offset.
    pub fields: &'static [Field],
}

impl CapabilityType {
    const fn new(
        number: u16,
        name: &'static str,
        structure: &'static str,
        fields: &'static [Field],
    ) -> Self {
        assert!(
            is_in_order(fields, CAPABILITIES * 8),
            "fields must ascend, stay apart and end within the structure"
        );
        Self {
            number,
            name,
            structure,
            fields,
        }
    }
}

/// Which of its two sets of capabilities the firmware is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// What a driver may ask for.
    Maximum,
    /// What is in force.
    Current,
}

/// Capabilities of one type, as the firmware told them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capabilities {
    capability_type: &'static CapabilityType,
    structure: Vec<u8>,
}

impl Capabilities {
    /// The known fields with their numbers, by ascending offset.
    pub fn fields(&self) -> impl Iterator<Item = (&'static Field, u64)> + '_ {
        let known = self.capability_type.fields.iter();
        known.filter_map(|field| Some((field, field.get(&self.structure)?)))
    }

    /// The number of the field `name`, `None` if there is no field of this name.
    pub fn get(&self, name: &str) -> Option<u64> {
        let mut fields = self.fields();
        fields
            .find(|(field, _)| field.name == name)
            .map(|(_, number)| number)
    }

    /// The whole structure, with the fields that are not known by name.
    pub fn as_bytes(&self) -> &[u8] {
        &self.structure
    }
}

/// Asks for the capabilities of one type.
pub fn query_hca_cap(
    transport: &dyn Transport,
    capability_type: &'static CapabilityType,
    mode: Mode,
) -> Result<Capabilities, Error> {
    let current = match mode {
        Mode::Maximum => 0,
        Mode::Current => 1,
    };
    let mut request = RequestHeader::default();
    request.opcode.set(QUERY_HCA_CAP);
    request.op_mod.set(capability_type.number << 1 | current);
    let head = size_of::<ResponseHeader>();
    let needed = head + CAPABILITIES;
    let mut answer = call(transport, request.as_bytes(), needed)?;
    if answer.len() < needed {
        return Err(Error::ShortAnswer {
            command: "QUERY_HCA_CAP".to_owned(),
            got: answer.len(),
            needed,
        });
    }
    Ok(Capabilities {
        capability_type,
        structure: answer.split_off(head),
    })
}

const fn flag(name: &'static str, offset: usize, description: &'static str) -> Field {
    Field::new(name, offset, 1, Form::Flag, description)
}

const fn number(
    name: &'static str,
    offset: usize,
    width: usize,
    description: &'static str,
) -> Field {
    Field::new(name, offset, width, Form::Number, description)
}

const fn log2(name: &'static str, offset: usize, width: usize, description: &'static str) -> Field {
    Field::new(name, offset, width, Form::Log2, description)
}

/// General device capabilities.
pub static GENERAL: CapabilityType = CapabilityType::new(
    0,
    "general",
    "cmd_hca_cap",
    &[
        flag(
            "page_request_disable",
            0x006,
            "the driver may run without giving pages on request",
        ),
        flag(
            "abs_native_port_num",
            0x007,
            "port numbers count from the card's first port",
        ),
        flag(
            "vhca_resource_manager",
            0x01f,
            "the function manages the resources of others",
        ),
        flag(
            "hca_cap_2",
            0x020,
            "there are capabilities of type general_2",
        ),
        flag("dtor", 0x022, "timeouts are told by register DTOR"),
        number("vhca_id", 0x030, 16, "number of the function in the device"),
        log2(
            "log_max_srq_sz",
            0x080,
            8,
            "entries of a shared receive queue",
        ),
        log2("log_max_qp_sz", 0x088, 8, "entries of a queue pair"),
        log2("log_max_qp", 0x09b, 5, "queue pairs"),
        log2("log_max_srq", 0x0ab, 5, "shared receive queues"),
        log2("log_max_cq_sz", 0x0c8, 8, "entries of a completion queue"),
        log2("log_max_cq", 0x0db, 5, "completion queues"),
        log2("log_max_eq_sz", 0x0e0, 8, "entries of an event queue"),
        log2("log_max_mkey", 0x0ea, 6, "memory keys"),
        flag(
            "fast_teardown",
            0x0fb,
            "the function can be torn down without a command",
        ),
        log2("log_max_eq", 0x0fc, 4, "event queues, see max_num_eqs"),
        number(
            "max_indirection",
            0x100,
            8,
            "levels of indirect memory keys",
        ),
        log2("log_max_mrw_sz", 0x109, 7, "bytes of a memory region"),
        flag(
            "force_teardown",
            0x110,
            "the function can be torn down by force",
        ),
        flag(
            "release_all_pages",
            0x145,
            "the firmware can give back all pages of a function at once",
        ),
        flag(
            "cc_query_allowed",
            0x161,
            "congestion control can be queried",
        ),
        flag(
            "cc_modify_allowed",
            0x162,
            "congestion control can be changed",
        ),
        flag(
            "cache_line_128byte",
            0x164,
            "cache lines of 128 bytes are supported",
        ),
        flag("sbcam_reg", 0x16d, "register SBCAM tells of shared buffers"),
        flag(
            "qcam_reg",
            0x16f,
            "register QCAM tells of quality of service",
        ),
        number("gid_table_size", 0x170, 16, "size code of the GID table"),
        flag("vport_counters", 0x181, "virtual ports have counters"),
        flag("debug", 0x183, "there are capabilities of type debug"),
        number("max_qp_cnt", 0x186, 10, "queue counters"),
        number(
            "pkey_table_size",
            0x190,
            16,
            "size code of the partition key table",
        ),
        flag(
            "vport_group_manager",
            0x1a0,
            "the function manages virtual ports",
        ),
        flag(
            "vhca_group_manager",
            0x1a1,
            "the function manages other functions",
        ),
        flag("ib_virt", 0x1a2, "InfiniBand virtualization"),
        flag("eth_virt", 0x1a3, "Ethernet virtualization"),
        flag("ets", 0x1a5, "enhanced transmission selection"),
        flag(
            "nic_flow_table",
            0x1a6,
            "flow tables of the network interface",
        ),
        flag(
            "eswitch_manager",
            0x1a7,
            "the function manages the embedded switch",
        ),
        flag(
            "device_memory",
            0x1a8,
            "memory on the device can be given out",
        ),
        flag(
            "mcam_reg",
            0x1a9,
            "register MCAM tells of management features",
        ),
        flag("pcam_reg", 0x1aa, "register PCAM tells of port features"),
        number(
            "local_ca_ack_delay",
            0x1ab,
            5,
            "acknowledge delay in the units of InfiniBand",
        ),
        flag(
            "port_module_event",
            0x1b0,
            "plugging of port modules is reported",
        ),
        Field::new(
            "port_type",
            0x1b6,
            2,
            Form::Choice(&["InfiniBand", "Ethernet"]),
            "protocol of the ports",
        ),
        number("num_ports", 0x1b8, 8, "physical ports of the function"),
        flag("pps", 0x1c1, "pulse per second input or output"),
        log2("log_max_msg", 0x1c3, 5, "bytes of a message"),
        number("max_tc", 0x1cc, 4, "traffic classes, 0 for 8"),
        flag(
            "temp_warn_event",
            0x1d0,
            "temperature warnings are reported",
        ),
        flag("dcbx", 0x1d1, "data center bridging exchange"),
        flag("fpga", 0x1d5, "there is an FPGA beside the device"),
        number("cqe_version", 0x1fc, 4, "version of completion entries"),
        flag("striding_rq", 0x201, "receive queues of strides"),
        number("cmdif_checksum", 0x210, 2, "how far commands are signed"),
        flag("dct", 0x21a, "dynamically connected targets"),
        flag("qos", 0x21b, "there are capabilities of type qos"),
        flag(
            "eth_net_offloads",
            0x21c,
            "there are capabilities of type ethernet_offloads",
        ),
        flag("roce", 0x21d, "there are capabilities of type roce"),
        flag("atomic", 0x21e, "there are capabilities of type atomic"),
        flag("xrc", 0x23c, "extended reliable connections"),
        flag("ud", 0x23d, "unreliable datagrams"),
        flag("uc", 0x23e, "unreliable connections"),
        flag("rc", 0x23f, "reliable connections"),
        flag("uar_4k", 0x240, "user access regions of 4 KiB"),
        log2("uar_sz", 0x24a, 6, "size of the user access regions in MiB"),
        log2("log_pg_sz", 0x258, 8, "bytes of the smallest page"),
        flag("bf", 0x260, "BlueFlame"),
        flag("driver_version", 0x261, "the driver may tell its version"),
        log2("log_bf_reg_size", 0x26b, 5, "bytes of a BlueFlame register"),
        flag(
            "lag_master",
            0x27b,
            "the function may lead a link aggregation",
        ),
        number("num_lag_ports", 0x27c, 4, "ports of a link aggregation"),
        number("max_wqe_sz_sq", 0x290, 16, "bytes of a send request"),
        number("max_wqe_sz_rq", 0x2b0, 16, "bytes of a receive request"),
        number("max_qp_mcg", 0x2e7, 25, "queue pairs of a multicast group"),
        log2("log_max_mcg", 0x318, 8, "multicast groups"),
        log2("log_max_transport_domain", 0x323, 5, "transport domains"),
        log2("log_max_pd", 0x32b, 5, "protection domains"),
        log2(
            "log_max_xrcd",
            0x33b,
            5,
            "domains of extended reliable connections",
        ),
        log2("log_max_rq", 0x363, 5, "receive queues"),
        log2("log_max_sq", 0x36b, 5, "send queues"),
        log2(
            "log_max_tir",
            0x373,
            5,
            "transport interface receive objects",
        ),
        log2("log_max_tis", 0x37b, 5, "transport interface send objects"),
        log2("log_max_rmp", 0x383, 5, "receive memory pools"),
        log2("log_max_rqt", 0x38b, 5, "receive queue tables"),
        log2("log_max_wq_sz", 0x3db, 5, "entries of a work queue"),
        flag("vhca_state", 0x3ea, "the state of functions can be queried"),
        log2("log_max_vlan_list", 0x3eb, 5, "VLANs of a virtual port"),
        log2(
            "log_max_current_mc_list",
            0x3f3,
            5,
            "multicast addresses of a virtual port",
        ),
        log2(
            "log_max_current_uc_list",
            0x3fb,
            5,
            "unicast addresses of a virtual port",
        ),
        Field::new(
            "general_obj_types",
            0x400,
            64,
            Form::Mask,
            "types of general objects",
        ),
        number(
            "steering_format_version",
            0x444,
            4,
            "format of steering entries",
        ),
        flag("ats", 0x461, "PCI address translation services"),
        log2("log_max_uctx", 0x463, 5, "user contexts"),
        flag("crypto", 0x469, "there are capabilities of type crypto"),
        flag(
            "ipsec_offload",
            0x46a,
            "there are capabilities of type ipsec",
        ),
        log2("log_max_umem", 0x46b, 5, "user memory objects"),
        number("max_num_eqs", 0x470, 16, "event queues"),
        flag("tls_tx", 0x481, "TLS offload of sending"),
        flag("tls_rx", 0x482, "TLS offload of receiving"),
        log2(
            "log_max_l2_table",
            0x483,
            5,
            "entries of the table of layer 2 addresses",
        ),
        number(
            "log_uar_page_sz",
            0x490,
            16,
            "size of user access region pages",
        ),
        number("device_frequency_mhz", 0x4c0, 32, "clock in MHz"),
        number("device_frequency_khz", 0x4e0, 32, "clock in kHz"),
        number(
            "num_of_uars_per_page",
            0x520,
            32,
            "user access regions of a page",
        ),
        flag(
            "cqe_compression",
            0x5bf,
            "completion entries can be compressed",
        ),
        number("native_port_num", 0x608, 8, "physical port of the function"),
        number("num_vhca_ports", 0x610, 8, "ports that one driver can join"),
        flag(
            "sw_owner_id",
            0x61e,
            "functions of one driver can be told by an id",
        ),
        number("max_num_sf", 0x640, 16, "scalable functions"),
        flag("sf", 0x680, "scalable functions are supported"),
        flag("migration", 0x68d, "the function can be migrated"),
        Field::new(
            "uctx_cap",
            0x6a0,
            32,
            Form::Bits(&UctxInfo::CAPS),
            "rights that a user context may have",
        ),
        number(
            "num_total_dynamic_vf_msix",
            0x708,
            24,
            "interrupt vectors to spread over virtual functions",
        ),
    ],
);

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::loopback::{Firmware, Loopback};
    use crate::transport::Info;
    use crate::uapi::DeviceType;

    fn over(firmware: impl Firmware) -> Loopback<impl Firmware> {
        let info = Info {
            device_type: DeviceType::Mlx5,
            data: Vec::new(),
        };
        Loopback::new(info, firmware)
    }

    #[test]
    fn the_type_and_the_set_are_in_the_request() {
        let requests = Mutex::new(Vec::new());
        let transport = over(|request: &[u8], response: usize| {
            requests.lock().unwrap().push(request.to_vec());
            vec![0; response]
        });
        static OTHER: CapabilityType = CapabilityType::new(0x20, "other", "other", &[]);
        query_hca_cap(&transport, &GENERAL, Mode::Maximum).unwrap();
        query_hca_cap(&transport, &GENERAL, Mode::Current).unwrap();
        query_hca_cap(&transport, &OTHER, Mode::Current).unwrap();
        drop(transport);
        let modifiers: Vec<u8> = requests
            .into_inner()
            .unwrap()
            .iter()
            .map(|request| {
                assert_eq!(request[..2], [0x01, 0x00]);
                assert_eq!(request.len(), 16);
                request[7]
            })
            .collect();
        assert_eq!(modifiers, [0, 1, 0x41]);
    }

    #[test]
    fn fields_are_found_by_name() {
        // An independent reading of the PRM: max_num_eqs is bytes 0x8e and 0x8f of the structure.
        let transport = over(|_: &[u8], response: usize| {
            let mut answer = vec![0; response];
            answer[16 + 0x8e..16 + 0x90].copy_from_slice(&[0x01, 0x40]);
            answer
        });
        let caps = query_hca_cap(&transport, &GENERAL, Mode::Current).unwrap();
        assert_eq!(caps.get("max_num_eqs"), Some(0x140));
        assert_eq!(caps.get("log_max_qp"), Some(0));
        assert_eq!(caps.get("no_such_field"), None);
        assert_eq!(caps.fields().count(), GENERAL.fields.len());
        assert_eq!(caps.as_bytes().len(), CAPABILITIES);
    }

    #[test]
    fn a_short_answer_is_an_error() {
        let transport = over(|_: &[u8], _: usize| vec![0; 100]);
        assert!(matches!(
            query_hca_cap(&transport, &GENERAL, Mode::Current),
            Err(Error::ShortAnswer { got: 100, .. })
        ));
        let transport = over(|_: &[u8], _: usize| vec![0; 3]);
        assert!(matches!(
            query_hca_cap(&transport, &GENERAL, Mode::Current),
            Err(Error::ShortAnswer {
                got: 3,
                needed: 16,
                ..
            })
        ));
    }

    #[test]
    fn a_refusal_of_the_firmware_is_an_error() {
        let transport = over(|_: &[u8], _: usize| {
            let mut answer = vec![0; 16];
            answer[0] = 3;
            answer
        });
        let error = query_hca_cap(&transport, &GENERAL, Mode::Current).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the firmware did not carry out QUERY_HCA_CAP: bad parameter (0x3), syndrome 0x00000000"
        );
    }
}
