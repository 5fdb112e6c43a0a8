// SPDX-License-Identifier: GPL-2.0 OR MIT

use std::ffi::OsString;
use std::io::{self, Write};

use clap::builder::PossibleValuesParser;
use clap::Args;
use fwctl::mlx5::{query_hca_cap, Field, Form, Mode, GENERAL};
use serde::{Serialize, Serializer};

use super::open;
use crate::devices::Devices;
use crate::error::Error;
use crate::table;

/// Show the capabilities of a device
#[derive(Debug, Args)]
pub(crate) struct Cap {
    /// Kernel name, path, PCI address, or fd:N for an open descriptor
    #[arg(value_name = "DEV")]
    device: OsString,

    /// Only these capabilities; without a name, all
    #[arg(value_name = "NAME", value_parser = names(), hide_possible_values = true)]
    names: Vec<String>,

    /// Show what a driver might ask for beside what is in force
    #[arg(long)]
    max: bool,
}

/// What may be asked for by name.
fn names() -> PossibleValuesParser {
    PossibleValuesParser::new(GENERAL.fields().iter().map(|field| field.name()))
}

/// The capabilities of one type.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    device: String,
    capability_type: &'static str,
    fields: Vec<Row>,
}

/// One capability.
#[derive(Debug, Serialize)]
struct Row {
    name: &'static str,
    /// Bits before the field, as the PRM counts them.
    offset: usize,
    width: usize,
    current: Number,
    #[serde(skip_serializing_if = "Option::is_none")]
    maximum: Option<Number>,
    description: &'static str,
}

/// The number of a field.
#[derive(Clone, Copy, Debug)]
struct Number {
    field: &'static Field,
    number: u64,
}

impl Serialize for Number {
    /// A field wider than the 53 bits that every reader of JSON keeps is written as hexadecimal
    /// text.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.field.width() > 53 {
            serializer.collect_str(&format_args!("{:#x}", self.number))
        } else {
            serializer.serialize_u64(self.number)
        }
    }
}

impl Number {
    fn text(self) -> String {
        let number = self.number;
        match self.field.form() {
            Form::Number => number.to_string(),
            Form::Flag if number == 0 => "no".to_owned(),
            Form::Flag => "yes".to_owned(),
            Form::Log2 => format!("2^{number}"),
            Form::Mask => format!("{number:#x}"),
            Form::Bits(names) => {
                let named = names.iter().enumerate();
                let set = named.filter(|(bit, _)| (number >> bit) & 1 == 1);
                let mut words = vec![format!("{number:#x}")];
                words.extend(set.map(|(_, name)| (*name).to_owned()));
                words.join(" ")
            }
            Form::Choice(names) => {
                let index = usize::try_from(number).ok();
                let name = index.and_then(|index| names.get(index));
                name.map_or_else(|| number.to_string(), |name| (*name).to_owned())
            }
        }
    }
}

impl Cap {
    pub(crate) fn run(self, devices: &dyn Devices) -> Result<Report, Error> {
        let opened = open(devices, &self.device)?;
        let current = query_hca_cap(&*opened.transport, &GENERAL, Mode::Current)?;
        let maximum = if self.max {
            Some(query_hca_cap(&*opened.transport, &GENERAL, Mode::Maximum)?)
        } else {
            None
        };
        let wanted =
            |field: &Field| self.names.is_empty() || self.names.iter().any(|it| it == field.name());
        let fields = current.fields().filter(|(field, _)| wanted(field));
        let fields = fields.map(|(field, number)| Row {
            name: field.name(),
            offset: field.offset(),
            width: field.width(),
            current: Number { field, number },
            maximum: maximum
                .as_ref()
                .and_then(|maximum| field.get(maximum.as_bytes()))
                .map(|number| Number { field, number }),
            description: field.description(),
        });
        Ok(Report {
            device: opened.name,
            capability_type: GENERAL.name(),
            fields: fields.collect(),
        })
    }
}

impl Report {
    pub(crate) fn text(&self, out: &mut dyn Write, width: Option<u16>) -> io::Result<()> {
        let with_maximum = self.fields.iter().any(|row| row.maximum.is_some());
        let titles: &[&str] = if with_maximum {
            &["CAPABILITY", "CURRENT", "MAXIMUM", "MEANING"]
        } else {
            &["CAPABILITY", "CURRENT", "MEANING"]
        };
        let rows = self.fields.iter().map(|row| {
            let mut cells = vec![row.name.to_owned(), row.current.text()];
            cells.extend(row.maximum.map(Number::text));
            cells.push(row.description.to_owned());
            cells
        });
        table::write(out, width, titles, rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(name: &str, number: u64) -> String {
        let field = GENERAL.fields().iter().find(|field| field.name() == name);
        let field = field.unwrap();
        Number { field, number }.text()
    }

    #[test]
    fn numbers_are_written_as_they_are_meant() {
        let rows = [
            ("num_ports", 2, "2"),
            ("roce", 0, "no"),
            ("roce", 1, "yes"),
            ("log_max_qp", 18, "2^18"),
            ("general_obj_types", 0x1234, "0x1234"),
            ("uctx_cap", 5, "0x5 RAW_TX TOOLS_RESOURCES"),
            ("port_type", 1, "Ethernet"),
            ("port_type", 3, "3"),
        ];
        for (name, number, expected) in rows {
            assert_eq!(text(name, number), expected, "{name}");
        }
    }
}
