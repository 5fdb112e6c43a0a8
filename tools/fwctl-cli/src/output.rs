// SPDX-License-Identifier: GPL-2.0 OR MIT

//! How a command ends: as text, or as JSON of the same value.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use serde::Serialize;

use crate::advice::advice;
use crate::cmd::Report;
use crate::error::Error;
use crate::exit::Exit;

/// Version of the JSON. It rises when a member changes its meaning or goes; new ones may come.
const SCHEMA: u32 = 1;

const ERROR: Style = AnsiColor::Red.on_default().bold();
const HINT: Style = AnsiColor::Cyan.on_default().bold();

/// How to write.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Format {
    /// Text for people.
    Text {
        /// Columns of the terminal, `None` if the output goes elsewhere.
        width: Option<u16>,
    },
    /// One JSON value.
    Json,
}

impl Format {
    pub(crate) fn new(json: bool, width: Option<u16>) -> Self {
        if json {
            Self::Json
        } else {
            Self::Text { width }
        }
    }
}

/// What a command has to say; both parts if the firmware's own failure is its answer.
pub(crate) struct Document {
    report: Option<Report>,
    error: Option<Error>,
}

/// The JSON of a [`Document`].
#[derive(Serialize)]
struct Json<'a> {
    schema: u32,
    #[serde(flatten)]
    report: Option<&'a Report>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<JsonError>,
}

/// The JSON of an [`Error`].
#[derive(Serialize)]
struct JsonError {
    kind: &'static str,
    exit_code: u8,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    errno: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

impl From<&Error> for JsonError {
    fn from(error: &Error) -> Self {
        Self {
            kind: error.exit().name(),
            exit_code: error.exit().code(),
            message: error.sentence(),
            errno: error.errno().map(|errno| format!("{errno:?}")),
            hint: advice(error),
        }
    }
}

impl Document {
    pub(crate) fn new(result: Result<(Report, Option<Error>), Error>) -> Self {
        match result {
            Ok((report, error)) => Self {
                report: Some(report),
                error,
            },
            Err(error) => Self {
                report: None,
                error: Some(error),
            },
        }
    }

    /// Writes everything, and says with which code to exit.
    pub(crate) fn write(
        self,
        format: Format,
        output: &mut dyn Write,
        errors: &mut dyn Write,
    ) -> Exit {
        if let Some(Error::Usage(help)) = &self.error {
            if !help.use_stderr() {
                return finish(write!(output, "{}", help.render().ansi()), errors);
            }
        }
        let written = self.write_report(format, output);
        if let (Format::Text { .. }, Some(note)) = (format, self.note()) {
            // Where standard error is closed, there is nobody to tell.
            let _ = writeln!(errors, "{HINT}note:{HINT:#} {note}");
        }
        let exit = self.error.as_ref().map_or(Exit::Done, |error| {
            // Where standard error is closed, the exit code has to do.
            let _ = complain(error, errors);
            error.exit()
        });
        match finish(written, errors) {
            Exit::Done => exit,
            failed => failed,
        }
    }

    fn note(&self) -> Option<&'static str> {
        self.report.as_ref()?.note()
    }

    fn write_report(&self, format: Format, output: &mut dyn Write) -> io::Result<()> {
        match format {
            Format::Json => {
                let json = Json {
                    schema: SCHEMA,
                    report: self.report.as_ref(),
                    error: self.error.as_ref().map(JsonError::from),
                };
                serde_json::to_writer_pretty(&mut *output, &json)?;
                writeln!(output)?;
            }
            Format::Text { width } => {
                if let Some(report) = &self.report {
                    report.text(output, width)?;
                }
            }
        }
        output.flush()
    }
}

/// Says on standard error what went wrong and what to try.
fn complain(error: &Error, errors: &mut dyn Write) -> io::Result<()> {
    if let Error::Usage(usage) = error {
        return write!(errors, "{}", usage.render().ansi());
    }
    writeln!(errors, "{ERROR}fwctl:{ERROR:#} {}", error.sentence())?;
    if let Some(hint) = advice(error) {
        writeln!(errors, "{HINT}hint:{HINT:#} {hint}")?;
    }
    Ok(())
}

/// The exit code for having written the output. A reader that has seen enough is no failure.
fn finish(written: io::Result<()>, errors: &mut dyn Write) -> Exit {
    match written {
        Ok(()) => Exit::Done,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Done,
        Err(error) => {
            let error = Error::Write(error);
            let _ = complain(&error, errors);
            error.exit()
        }
    }
}
