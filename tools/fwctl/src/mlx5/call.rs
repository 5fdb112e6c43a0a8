// SPDX-License-Identifier: GPL-2.0 OR MIT

//! Sending a command and judging the answer.

use fwctl_policy::mlx5::wire::ResponseHeader;

use super::status::Verdict;
use crate::error::Error;
use crate::protocol::MLX5;
use crate::scope::RpcScope;
use crate::transport::Transport;

/// Sends `request` at the lowest scope that its policy asks for, and gives the answer if the
/// firmware carried the command out.
///
/// The answer takes `response` bytes at most. A command without a policy is sent at the lowest
/// scope of all; whether it may be sent is for the kernel to say.
pub fn call(transport: &dyn Transport, request: &[u8], response: usize) -> Result<Vec<u8>, Error> {
    let scope = MLX5.least_scope(request);
    let scope = scope.unwrap_or(RpcScope::Configuration);
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
