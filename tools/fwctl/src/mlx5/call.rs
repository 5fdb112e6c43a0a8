// SPDX-License-Identifier: GPL-2.0 OR MIT

//! Sending a command and judging the answer.

use fwctl_policy::mlx5::wire::ResponseHeader;

use super::status::Verdict;
use crate::error::Error;
use crate::protocol::MLX5;
use crate::transport::Transport;

/// Sends `request` at the lowest scope at which it may be sent, and gives the answer if the firmware
/// carried the command out.
///
/// The answer takes `response` bytes at most. What taints the kernel is not sent, see
/// [`Protocol::scope_unasked`](crate::Protocol::scope_unasked).
pub fn call(transport: &dyn Transport, request: &[u8], response: usize) -> Result<Vec<u8>, Error> {
    let scope = MLX5.scope_unasked(request)?;
    let answer = transport.rpc(scope, request, response)?.bytes;
    check(&MLX5.name(request), &answer)?;
    Ok(answer)
}

/// Whether `answer` says that the firmware carried `command` out.
pub fn check(command: &str, answer: &[u8]) -> Result<(), Error> {
    let verdict = Verdict::of(answer).ok_or_else(|| Error::ShortAnswer {
        command: command.to_owned(),
        got: answer.len(),
        needed: size_of::<ResponseHeader>(),
    })?;
    if verdict.is_ok() {
        return Ok(());
    }
    Err(Error::Status {
        command: command.to_owned(),
        verdict,
    })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::loopback::Loopback;
    use crate::scope::RpcScope;
    use crate::transport::Info;
    use crate::uapi::DeviceType;

    #[test]
    fn what_taints_the_kernel_is_not_sent_unasked() {
        let info = Info {
            device_type: DeviceType::Mlx5,
            data: Vec::new(),
        };
        let asked = AtomicUsize::new(0);
        let transport = Loopback::new(info, |_: &[u8], response: usize| {
            asked.fetch_add(1, Ordering::Relaxed);
            vec![0; response]
        });
        let mut request = [0; 16];
        for rule in MLX5.policy.rules() {
            let opcode = u16::try_from(rule.opcode).unwrap();
            request[..2].copy_from_slice(&opcode.to_be_bytes());
            let taints = MLX5.least_scope(&request).unwrap().taints();
            let before = asked.load(Ordering::Relaxed);
            match call(&transport, &request, 16) {
                Ok(_) => assert!(!taints, "{}", rule.name),
                Err(Error::NotAskedFor { request, scope }) => {
                    assert!(taints && scope.taints(), "{request}");
                }
                // Some requests are longer than the head.
                Err(error) => assert!(!taints, "{error}"),
            }
            let sent = asked.load(Ordering::Relaxed) > before;
            assert!(!(sent && taints), "{}", rule.name);
        }

        // SET_DIAGNOSTIC_PARAMS
        request[..2].copy_from_slice(&[0x08, 0x20]);
        let error = call(&transport, &request, 16).unwrap_err();
        assert_eq!(
            error.to_string(),
            "SET_DIAGNOSTIC_PARAMS needs scope debug-write, which taints the kernel"
        );
        assert!(transport.rpc(RpcScope::DebugWrite, &request, 16).is_ok());
    }
}
