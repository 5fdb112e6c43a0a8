// SPDX-License-Identifier: GPL-2.0 OR MIT

//! The user context that the kernel keeps for an open file descriptor, over a firmware in this
//! process.

use fwctl_policy::mlx5::wire::{
    CreateUctx, CreateUctxResponse, DestroyUctx, RequestHeader, ResponseHeader, TOOLS_RESOURCES,
};
use zerocopy::{FromBytes, IntoBytes};

use super::call::check;
use super::info::UctxInfo;
use crate::error::Error;
use crate::loopback::{Firmware, Loopback};
use crate::transport::Info;
use crate::uapi::DeviceType;

/// Name of the command that makes a user context.
const CREATE_UCTX: &str = "CREATE_UCTX";

/// A firmware as one file descriptor sees it: each request carries the uid of the descriptor's user
/// context, and each answer fills its memory.
pub struct Uctx<F: Firmware> {
    firmware: F,
    uid: u16,
}

/// Opens `firmware` as the kernel's driver does, with a user context that has the rights of tools.
pub fn loopback<F: Firmware>(mut firmware: F) -> Result<Loopback<Uctx<F>>, Error> {
    let request = CreateUctx::new(TOOLS_RESOURCES);
    let needed = size_of::<CreateUctxResponse>();
    let answer = firmware.execute(request.as_bytes(), needed);
    check(CREATE_UCTX, &answer)?;
    let (response, _) =
        CreateUctxResponse::ref_from_prefix(&answer).map_err(|_| Error::ShortAnswer {
            command: CREATE_UCTX.to_owned(),
            got: answer.len(),
            needed,
        })?;
    let uid = response.uid();
    let uctx = UctxInfo {
        uid: uid.into(),
        caps: TOOLS_RESOURCES,
    };
    let info = Info {
        device_type: DeviceType::Mlx5,
        data: uctx.as_bytes().to_vec(),
    };
    Ok(Loopback::new(info, Uctx { firmware, uid }))
}

impl<F: Firmware> Firmware for Uctx<F> {
    fn execute(&mut self, request: &[u8], response: usize) -> Vec<u8> {
        let mut request = request.to_vec();
        if let Ok((header, _)) = RequestHeader::mut_from_prefix(&mut request) {
            header.uid = self.uid.into();
        }
        let mut answer = self.firmware.execute(&request, response);
        answer.resize(response, 0);
        answer
    }
}

impl<F: Firmware> Drop for Uctx<F> {
    fn drop(&mut self) {
        let request = DestroyUctx::new(self.uid);
        self.firmware
            .execute(request.as_bytes(), size_of::<ResponseHeader>());
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;
    use crate::scope::RpcScope;
    use crate::transport::Transport;

    #[test]
    fn a_context_lasts_as_long_as_the_loopback_and_marks_every_request() {
        let (log, seen) = mpsc::channel();
        let transport = loopback(move |request: &[u8], _: usize| {
            log.send(request.to_vec()).unwrap();
            let mut answer = vec![0; 16];
            answer[9..12].copy_from_slice(&[0, 0x01, 0x23]);
            answer
        })
        .unwrap();
        let info = UctxInfo::of(&transport.info().unwrap()).unwrap();
        assert_eq!(info.uid, 0x123);

        let mut nop = [0; 16];
        nop[..4].copy_from_slice(&[0x08, 0x0d, 0xff, 0xff]);
        let answer = transport.rpc(RpcScope::DebugReadOnly, &nop, 40).unwrap();
        assert_eq!(answer.bytes.len(), 40);
        drop(transport);

        let heads: Vec<[u8; 4]> = seen
            .iter()
            .map(|seen| [seen[0], seen[1], seen[2], seen[3]])
            .collect();
        assert_eq!(
            heads,
            [
                [0x0a, 0x04, 0, 0],
                [0x08, 0x0d, 0x01, 0x23],
                [0x0a, 0x06, 0, 0]
            ]
        );
    }

    #[test]
    fn a_firmware_without_contexts_cannot_be_opened() {
        let refused = loopback(|_: &[u8], _: usize| {
            let mut answer = vec![0; 16];
            answer[0] = 8;
            answer
        });
        assert!(matches!(refused, Err(Error::Status { .. })));
        assert!(matches!(
            loopback(|_: &[u8], _: usize| Vec::new()),
            Err(Error::ShortAnswer { .. })
        ));
    }
}
