// SPDX-License-Identifier: GPL-2.0 OR MIT

//! The log: one line for every command, decoded.

use std::fmt;
use std::io::Write;
use std::time::Instant;

use crate::pci::{CommandRecord, Observer, Remark};
use crate::prm::command::{access_register_in, mbox_in, mbox_out};
use crate::prm::hca_cap::type_name;
use crate::prm::{opcode, register_id, Status};

/// Writes what a function does as lines of text.
pub struct Trace<W> {
    output: W,
    started: Instant,
}

impl<W: Write> Trace<W> {
    /// A log whose times count from now on.
    pub fn new(output: W) -> Self {
        Self {
            output,
            started: Instant::now(),
        }
    }

    fn line(&mut self, text: &dyn fmt::Display) {
        let time = self.started.elapsed();
        // The device works on when its log cannot be written.
        let _ = writeln!(self.output, "{:10.6} {text}", time.as_secs_f64());
    }
}

impl<W: Write + Send> Observer for Trace<W> {
    fn command(&mut self, record: &CommandRecord<'_>) {
        self.line(&Decoded(record));
    }

    fn remark(&mut self, remark: Remark) {
        self.line(&remark);
    }
}

/// A command as the log shows it.
struct Decoded<'a>(&'a CommandRecord<'a>);

impl fmt::Display for Decoded<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(record) = self;
        let request = record.request;
        let code = mbox_in::opcode.u16(request);
        write!(f, "slot={} op={}", record.slot, opcode::Named(code))?;
        write!(f, " op_mod={:#x}", mbox_in::op_mod.u16(request))?;
        write_subject(f, code, request)?;
        write!(
            f,
            " uid={} in={} out={} delivery={}",
            mbox_in::uid.u16(request),
            record.input_length,
            record.output_length,
            record.delivery.name(),
        )?;
        if !record.answer.is_empty() {
            write_status(f, record.answer)?;
        }
        write!(f, " took={}us", record.took.as_micros())?;
        if let Some(fault) = record.fault {
            write!(f, " fault={fault}")?;
        }
        match record.refusal {
            Some(refusal) => write!(f, ": {refusal}"),
            None => Ok(()),
        }
    }
}

/// What the command is about, where the opcode alone does not say it.
fn write_subject(f: &mut fmt::Formatter<'_>, code: u16, request: &[u8]) -> fmt::Result {
    let op_mod = mbox_in::op_mod.u16(request);
    match code {
        opcode::QUERY_HCA_CAP | opcode::SET_HCA_CAP => {
            let value = match op_mod & 1 {
                1 => "current",
                _ => "maximum",
            };
            match type_name(op_mod >> 1) {
                Some(name) => write!(f, " cap={name}"),
                None => write!(f, " cap={:#x}", op_mod >> 1),
            }?;
            if code == opcode::QUERY_HCA_CAP {
                write!(f, ".{value}")?;
            }
            Ok(())
        }
        opcode::ACCESS_REG => {
            let id = access_register_in::register_id.u16(request);
            write!(f, " reg={}", register_id::Named(id))
        }
        _ => Ok(()),
    }
}

fn write_status(f: &mut fmt::Formatter<'_>, answer: &[u8]) -> fmt::Result {
    let status = mbox_out::status.u8(answer);
    match Status::from_code(status) {
        Some(known) => write!(f, " status={}({status:#x})", known.name()),
        None => write!(f, " status={status:#x}"),
    }?;
    write!(f, " syndrome={:#x}", mbox_out::syndrome.u32(answer))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::model::Refusal;
    use crate::prm::Delivery;

    fn decoded(request: &[u8], answer: &[u8], delivery: Delivery) -> String {
        let record = CommandRecord {
            slot: 3,
            request,
            answer,
            input_length: 16,
            output_length: 32,
            delivery,
            refusal: (answer.first() == Some(&2)).then_some(Refusal::UnknownOpcode),
            took: Duration::from_micros(7),
            fault: (request.first() == Some(&0xa)).then_some(2),
        };
        Decoded(&record).to_string()
    }

    #[test]
    fn a_register_is_named() {
        let request = [0x08, 0x05, 0, 2, 0, 0, 0, 1, 0, 0, 0x90, 0x20, 0, 0, 0, 0];
        assert_eq!(
            decoded(&request, &[0; 32], Delivery::Ok),
            "slot=3 op=ACCESS_REG(0x805) op_mod=0x1 reg=MGIR(0x9020) uid=2 in=16 out=32 \
             delivery=ok status=ok(0x0) syndrome=0x0 took=7us"
        );
    }

    #[test]
    fn a_capability_is_named() {
        let request = [0x01, 0x00, 0, 0, 0, 0, 0, 0x41];
        let line = decoded(&request, &[0; 32], Delivery::Ok);
        assert!(line.contains("op=QUERY_HCA_CAP(0x100) op_mod=0x41 cap=general_2.current"));
    }

    #[test]
    fn what_is_unknown_is_a_number() {
        let request = [0x0f, 0xff, 0, 0, 0, 0, 0, 0];
        let answer = [0x77, 0, 0, 0, 0, 0, 0x12, 0x34];
        let line = decoded(&request, &answer, Delivery::Ok);
        assert!(line.contains("op=0xfff ") && line.contains("status=0x77 syndrome=0x1234"));
    }

    #[test]
    fn a_refusal_is_explained() {
        let line = decoded(&[0; 16], &[2, 0, 0, 0, 0, 0, 0, 1], Delivery::Ok);
        assert!(
            line.ends_with(": the firmware has no command with this opcode"),
            "{line}"
        );
    }

    #[test]
    fn a_command_that_was_struck_tells_the_fault() {
        let line = decoded(&[0xa, 0x04, 0, 0, 0, 0, 0, 0], &[0; 16], Delivery::Ok);
        assert!(line.ends_with("took=7us fault=2"), "{line}");
    }

    #[test]
    fn an_undelivered_command_has_no_status() {
        let request = [0x08, 0x0d, 0, 0, 0, 0, 0, 0];
        let line = decoded(&request, &[], Delivery::Token);
        assert!(line.ends_with("delivery=token-error took=7us"), "{line}");
    }
}
