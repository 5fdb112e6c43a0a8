// SPDX-License-Identifier: GPL-2.0

//! Runs cases and reports them in KTAP, `Documentation/dev-tools/ktap.rst`.

use std::{
    any::Any,
    io,
    panic::{
        catch_unwind,
        set_hook,
        AssertUnwindSafe, //
    },
    process::ExitCode, //
};

use crate::errno::Errno;

/// Why a case, or a whole program, ends early.
#[derive(Debug)]
pub enum Stop {
    /// A promise was broken.
    Fail(String),
    /// It cannot be judged here.
    Skip(String),
}

/// The end of a case: the promise was kept, or why not.
pub type Outcome = Result<(), Stop>;

/// Ends a case that finds a promise broken.
pub fn fail<T>(why: impl Into<String>) -> Result<T, Stop> {
    Err(Stop::Fail(why.into()))
}

/// Ends a case that cannot be judged here.
pub fn skip<T>(why: impl Into<String>) -> Result<T, Stop> {
    Err(Stop::Skip(why.into()))
}

impl From<Errno> for Stop {
    fn from(errno: Errno) -> Self {
        Self::Fail(format!("unexpected {errno}"))
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Fail(error.to_string())
    }
}

/// A named promise, and the code that tries it.
struct Case<'a> {
    name: String,
    body: Box<dyn FnOnce() -> Outcome + 'a>,
}

/// The cases of a program, in order.
#[derive(Default)]
pub struct Suite<'a> {
    cases: Vec<Case<'a>>,
}

impl<'a> Suite<'a> {
    /// Adds a case. `name` says what holds when it passes.
    pub fn case(&mut self, name: impl Into<String>, body: impl FnOnce() -> Outcome + 'a) {
        self.cases.push(Case {
            name: name.into(),
            body: Box::new(body),
        });
    }

    /// Runs all cases, and says whether none failed.
    pub fn run(self) -> Result<bool, Stop> {
        println!("1..{}", self.cases.len());
        let mut whole = true;
        for (number, case) in (1..).zip(self.cases) {
            let name = case.name;
            match catch_unwind(AssertUnwindSafe(case.body)).unwrap_or_else(panicked) {
                Ok(()) => println!("ok {number} {name}"),
                Err(Stop::Skip(why)) => println!("ok {number} {name} # SKIP {why}"),
                Err(Stop::Fail(why)) => {
                    whole = false;
                    for line in why.lines() {
                        println!("# {line}");
                    }
                    println!("not ok {number} {name}");
                }
            }
        }
        Ok(whole)
    }
}

/// A panic in a case is a failure of that case alone.
fn panicked(payload: Box<dyn Any + Send>) -> Outcome {
    let text = payload
        .downcast_ref::<String>()
        .map(String::as_str)
        .or(payload.downcast_ref::<&str>().copied())
        .unwrap_or("of unknown cause");
    fail(format!("panic: {text}"))
}

/// Exit status of a program that skipped everything, as kselftest has it.
const SKIPPED: u8 = 4;

/// Runs a program: `body` prepares what all cases need and ends with [`Suite::run`].
pub fn program(body: impl FnOnce() -> Result<bool, Stop>) -> ExitCode {
    set_hook(Box::new(|panic| println!("# {panic}")));
    println!("KTAP version 1");
    match body() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(Stop::Skip(why)) => {
            println!("1..0 # SKIP {why}");
            ExitCode::from(SKIPPED)
        }
        Err(Stop::Fail(why)) => {
            println!("Bail out! {why}");
            ExitCode::FAILURE
        }
    }
}
