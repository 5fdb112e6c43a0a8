// SPDX-License-Identifier: GPL-2.0 OR MIT

//! A transport to a firmware in this process, for tests and examples without a device.

use std::io;
use std::sync::{Mutex, PoisonError};

use fwctl_policy::policy::Refusal;
use rustix::io::Errno;

use crate::error::Error;
use crate::protocol::Protocol;
use crate::scope::RpcScope;
use crate::transport::{Info, Response, Transport};
use crate::uapi::LONGEST_MESSAGE;

/// Something that answers requests.
pub trait Firmware {
    /// Carries out `request` and answers; there is memory for `response` bytes.
    fn execute(&mut self, request: &[u8], response: usize) -> Vec<u8>;
}

impl<F: FnMut(&[u8], usize) -> Vec<u8>> Firmware for F {
    fn execute(&mut self, request: &[u8], response: usize) -> Vec<u8> {
        self(request, response)
    }
}

/// A firmware in this process, behind the checks that the kernel makes.
///
/// Lengths, opcodes and scopes are refused with the kernel's errnos. The rights of the process and
/// kernel lockdown play no part.
pub struct Loopback<F> {
    info: Info,
    firmware: Mutex<F>,
}

impl<F: Firmware> Loopback<F> {
    /// Puts `firmware` behind the checks for devices of `info`'s type.
    ///
    /// A type without a known [`Protocol`] is checked for lengths alone.
    pub fn new(info: Info, firmware: F) -> Self {
        Self {
            info,
            firmware: Mutex::new(firmware),
        }
    }

    fn admit(&self, scope: RpcScope, request: &[u8], response: usize) -> Result<(), Errno> {
        if request.len().max(response) > LONGEST_MESSAGE {
            return Err(Errno::MSGSIZE);
        }
        let Some(protocol) = Protocol::of(self.info.device_type) else {
            return Ok(());
        };
        match protocol.admit(scope, request, response) {
            Ok(_) => Ok(()),
            Err(Refusal::UnknownCommand | Refusal::ScopeTooLow(_)) => Err(Errno::BADMSG),
            Err(Refusal::RequestLength(_) | Refusal::ResponseLength(_)) => Err(Errno::MSGSIZE),
        }
    }
}

impl<F: Firmware> Transport for Loopback<F> {
    fn info(&self) -> Result<Info, Error> {
        Ok(self.info.clone())
    }

    fn rpc(&self, scope: RpcScope, request: &[u8], response: usize) -> Result<Response, Error> {
        self.admit(scope, request, response)
            .map_err(|errno| Error::Rpc {
                scope,
                source: io::Error::from(errno),
            })?;
        // A firmware that panicked in another thread still has an answer, if not a good one.
        let mut firmware = self.firmware.lock().unwrap_or_else(PoisonError::into_inner);
        let mut bytes = firmware.execute(request, response);
        let length = bytes.len();
        bytes.truncate(response);
        Ok(Response { bytes, length })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::uapi::DeviceType;

    fn echo(device_type: DeviceType) -> Loopback<impl Firmware> {
        let info = Info {
            device_type,
            data: Vec::new(),
        };
        Loopback::new(info, |request: &[u8], _: usize| request.to_vec())
    }

    fn errno(result: Result<Response, Error>) -> Option<i32> {
        match result {
            Err(Error::Rpc { source, .. }) => source.raw_os_error(),
            _ => None,
        }
    }

    #[test]
    fn refuses_as_the_kernel_does() {
        let query_eq = [0x03, 0x03, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        let create_qp = [0x05, 0x00, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        let low = RpcScope::Configuration;
        let read = RpcScope::DebugReadOnly;
        let full = RpcScope::DebugWriteFull;
        let rows = [
            ("admitted", read, &query_eq[..], 16, None),
            ("scope too low", low, &query_eq, 16, Some(Errno::BADMSG)),
            ("unknown command", full, &create_qp, 16, Some(Errno::BADMSG)),
            (
                "short request",
                read,
                &query_eq[..12],
                16,
                Some(Errno::MSGSIZE),
            ),
            ("short response", read, &query_eq, 12, Some(Errno::MSGSIZE)),
            (
                "long response",
                read,
                &query_eq,
                LONGEST_MESSAGE + 1,
                Some(Errno::MSGSIZE),
            ),
        ];
        let mlx5 = echo(DeviceType::Mlx5);
        for (name, scope, request, response, expected) in rows {
            let got = errno(mlx5.rpc(scope, request, response));
            assert_eq!(got, expected.map(Errno::raw_os_error), "{name}");
        }
    }

    #[test]
    fn an_answer_longer_than_its_memory_is_cut() {
        let unknown = echo(DeviceType::Unknown(0x77));
        let response = unknown
            .rpc(RpcScope::Configuration, b"firmware", 4)
            .unwrap();
        assert_eq!(response.bytes, b"firm");
        assert_eq!(response.length, 8);
        assert!(response.is_cut());
    }
}
