// SPDX-License-Identifier: GPL-2.0 OR MIT

//! QUERY_HCA_CAP: what the device can do.
//!
//! Each type of capabilities is a table of fields, declared once for decoding, text, JSON and
//! documentation. `tests/layouts.rs` compares the tables with the kernel's own header.

mod general;

use fwctl_policy::mlx5::wire::{RequestHeader, ResponseHeader};
use zerocopy::IntoBytes;

use super::call::call;
use super::layout::{is_in_order, Field};
use crate::error::Error;
use crate::transport::Transport;

pub use general::GENERAL;

/// Number of the command.
const QUERY_HCA_CAP: u16 = 0x100;
/// Length in bytes of the structure of any type of capabilities.
const CAPABILITIES: usize = 4096;

/// One type of capabilities, with the fields that are known by name.
#[derive(Debug, PartialEq, Eq)]
pub struct CapabilityType {
    number: u16,
    name: &'static str,
    structure: &'static str,
    fields: &'static [Field],
}

impl CapabilityType {
    /// The type `number` of the PRM's `name`, whose structure in `mlx5_ifc.h` is `structure`,
    /// without prefix and suffix.
    ///
    /// ```
    /// use fwctl::mlx5::{CapabilityType, Field, Form};
    ///
    /// static ROCE: CapabilityType = CapabilityType::new(4, "roce", "roce_cap", &[
    ///     Field::new("roce_apm", 0, 1, Form::Flag, "alternate paths"),
    /// ]);
    /// assert_eq!(ROCE.fields().len(), 1);
    /// ```
    ///
    /// # Panics
    ///
    /// If the number has more than 15 bits, or fields do not ascend, overlap, or end beyond the
    /// structure.
    pub const fn new(
        number: u16,
        name: &'static str,
        structure: &'static str,
        fields: &'static [Field],
    ) -> Self {
        assert!(
            number <= u16::MAX >> 1,
            "a request has 15 bits for the number"
        );
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

    /// The type's number.
    pub const fn number(&self) -> u16 {
        self.number
    }

    /// The type's name.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The structure in `mlx5_ifc.h`, without prefix and suffix.
    pub const fn structure(&self) -> &'static str {
        self.structure
    }

    /// The fields, by ascending offset.
    pub const fn fields(&self) -> &'static [Field] {
        self.fields
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
            .find(|(field, _)| field.name() == name)
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
    request.op_mod.set((capability_type.number << 1) | current);
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
