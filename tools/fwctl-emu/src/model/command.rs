// SPDX-License-Identifier: GPL-2.0 OR MIT

//! The commands the firmware knows, and how one is run.

use super::connectx::{ConnectX, Effect, Outcome, Phase};
use super::refusal::Refusal;
use super::{adapter, capability, event_queue, issi, lifecycle, page, register, uar, user_context};
use crate::prm::command::{mbox_in, mbox_out, ANSWER_HEADER, REQUEST_HEADER};
use crate::prm::opcode;

/// What a command does: reads the request, changes the device, fills in the
/// answer, and may have an effect on what surrounds the firmware.
type Run = fn(&mut ConnectX, &[u8], &mut [u8]) -> Result<Option<Effect>, Refusal>;

/// One command.
struct Command {
    opcode: u16,
    /// How far the device must be brought up.
    phase: Phase,
    /// The least bytes of a request.
    input: usize,
    /// The least bytes of room for the answer.
    output: usize,
    run: Run,
}

/// The commands, ascending by opcode.
static COMMANDS: &[Command] = &{
    use Phase::{Disabled, Enabled, Running};
    [
        command(opcode::QUERY_HCA_CAP, Enabled, 16, 4112, capability::query),
        command(opcode::QUERY_ADAPTER, Enabled, 16, 272, adapter::query),
        command(opcode::INIT_HCA, Enabled, 16, 16, lifecycle::init),
        command(opcode::TEARDOWN_HCA, Running, 16, 16, lifecycle::teardown),
        command(opcode::ENABLE_HCA, Disabled, 16, 12, lifecycle::enable),
        command(opcode::DISABLE_HCA, Enabled, 16, 12, lifecycle::disable),
        command(opcode::QUERY_PAGES, Enabled, 16, 16, page::query),
        command(opcode::MANAGE_PAGES, Enabled, 16, 16, page::manage),
        command(opcode::SET_HCA_CAP, Enabled, 4112, 16, capability::set),
        command(opcode::QUERY_ISSI, Enabled, 16, 112, issi::query),
        command(opcode::SET_ISSI, Enabled, 16, 16, issi::set),
        command(
            opcode::SET_DRIVER_VERSION,
            Enabled,
            80,
            16,
            adapter::set_driver_version,
        ),
        command(opcode::CREATE_EQ, Running, 272, 16, event_queue::create),
        command(opcode::DESTROY_EQ, Running, 16, 16, event_queue::destroy),
        command(opcode::QUERY_EQ, Running, 16, 272, event_queue::query),
        command(opcode::ALLOC_UAR, Running, 16, 16, uar::alloc),
        command(opcode::DEALLOC_UAR, Running, 16, 16, uar::dealloc),
        command(opcode::ACCESS_REG, Enabled, 16, 16, register::access),
        command(opcode::NOP, Disabled, 8, 8, nop),
        command(opcode::CREATE_UCTX, Running, 64, 16, user_context::create),
        command(opcode::DESTROY_UCTX, Running, 16, 16, user_context::destroy),
    ]
};

const fn command(opcode: u16, phase: Phase, input: usize, output: usize, run: Run) -> Command {
    Command {
        opcode,
        phase,
        input,
        output,
        run,
    }
}

fn find(opcode: u16) -> Option<&'static Command> {
    COMMANDS
        .binary_search_by_key(&opcode, |command| command.opcode)
        .ok()
        .map(|index| &COMMANDS[index])
}

/// Runs one command; its answer has exactly `answer_length` bytes.
pub(super) fn run(device: &mut ConnectX, request: &[u8], answer_length: usize) -> Outcome {
    let mut answer = vec![0; answer_length];
    let result = dispatch(device, request, &mut answer);
    if let Err(refusal) = result {
        answer.fill(0);
        mbox_out::status.set(&mut answer, refusal.status().code());
        mbox_out::syndrome.set(&mut answer, refusal.syndrome());
    }
    Outcome { answer, result }
}

fn dispatch(
    device: &mut ConnectX,
    request: &[u8],
    answer: &mut [u8],
) -> Result<Option<Effect>, Refusal> {
    if request.len() < REQUEST_HEADER {
        return Err(Refusal::ShortInput);
    }
    if answer.len() < ANSWER_HEADER {
        return Err(Refusal::ShortOutput);
    }
    let command = find(mbox_in::opcode.u16(request)).ok_or(Refusal::UnknownOpcode)?;
    if !device.user_contexts.admits(mbox_in::uid.u16(request)) {
        return Err(Refusal::UnknownUid);
    }
    if device.phase < command.phase {
        return Err(Refusal::WrongPhase);
    }
    if request.len() < command.input {
        return Err(Refusal::ShortInput);
    }
    if answer.len() < command.output {
        return Err(Refusal::ShortOutput);
    }
    (command.run)(device, request, answer)
}

fn nop(_: &mut ConnectX, _: &[u8], _: &mut [u8]) -> Result<Option<Effect>, Refusal> {
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opcodes_ascend() {
        assert!(COMMANDS
            .windows(2)
            .all(|pair| pair[0].opcode < pair[1].opcode));
    }
}
