// SPDX-License-Identifier: GPL-2.0

//! Whatever fails while a driver or the core comes or leaves: it does, or it does not, and works
//! the next time.
//!
//! As in `fail_nth`. Most of what is failed here is the work of the module loader and of the driver
//! core, which say nothing of some failures: no more is promised then but that all can be undone.
//! After a load comes the next one, whose fault is in a later place; after the last one, the device
//! is tried.

use std::{
    fs::{
        File,
        OpenOptions, //
    },
    os::unix::fs::FileExt,
    path::PathBuf,
    process::ExitCode, //
};

use harness::{
    connectx::{
        auxiliary,
        function, //
    },
    errno::{
        Errno,
        EFAULT,
        EINVAL,
        ENODEV,
        ENOMEM, //
    },
    expect::same,
    fault::{
        failed_with,
        Faults, //
    },
    ktap::{
        program,
        Outcome,
        Stop,
        Suite, //
    },
    module::{
        self,
        CORE, //
    },
    subject::Subject,
    sys, //
};

/// Unloads what is loaded of `modules`.
fn without(modules: &[&str]) -> Outcome {
    for name in modules {
        if module::loaded(name) {
            module::unload(name)?;
        }
    }
    Ok(())
}

/// Why a driver is not loaded.
fn refusals(subject: Subject) -> &'static [Errno] {
    match subject {
        // What became of a virtual device is NULL in the kernel, whatever the reason.
        Subject::Mock => &[ENOMEM, EFAULT, ENODEV],
        // A name that could not be made is EINVAL. Loaded it is even if it cannot be bound.
        Subject::ConnectX => &[ENOMEM, EFAULT, EINVAL],
    }
}

fn load(faults: &Faults, subject: Subject) -> Outcome {
    let file = module::open(subject.module())?;
    let verdicts = faults.in_turn(
        || without(&[subject.module()]),
        |()| sys::load_module(&file, ""),
        |result| {
            same("loaded", module::loaded(subject.module()), result.is_ok())?;
            without(&[subject.module()])
        },
    )?;
    subject.works()?;
    failed_with(&verdicts, refusals(subject))
}

fn unload(faults: &Faults, subject: Subject) -> Outcome {
    let verdicts = faults.in_turn(
        || subject.works(),
        |()| module::unload(subject.module()),
        |result| {
            same("loaded", module::loaded(subject.module()), result.is_err())?;
            subject.works()
        },
    )?;
    failed_with(&verdicts, &[EFAULT])
}

fn load_core(faults: &Faults) -> Outcome {
    let file = module::open(CORE)?;
    let verdicts = faults.in_turn(
        || without(&[Subject::ConnectX.module(), Subject::Mock.module(), CORE]),
        |()| sys::load_module(&file, ""),
        |result| {
            same("loaded", module::loaded(CORE), result.is_ok())?;
            without(&[CORE])
        },
    )?;
    Subject::Mock.works()?;
    failed_with(&verdicts, &[ENOMEM, EFAULT])
}

fn unload_core(faults: &Faults) -> Outcome {
    let verdicts = faults.in_turn(
        || {
            without(&[Subject::ConnectX.module(), Subject::Mock.module()])?;
            match module::loaded(CORE) {
                true => Ok(()),
                false => module::load(CORE),
            }
        },
        |()| module::unload(CORE),
        |result| {
            same("loaded", module::loaded(CORE), result.is_err())?;
            Subject::Mock.works()
        },
    )?;
    failed_with(&verdicts, &[EFAULT])
}

/// How the driver of a ConnectX is bound to it, and unbound.
struct Binding {
    device: String,
    driver: PathBuf,
    bind: File,
    unbind: File,
}

impl Binding {
    fn new() -> Result<Self, Stop> {
        let function = function(&Subject::ConnectX.node()?)?;
        let (device, driver) = auxiliary(&function)?;
        let open = |file| OpenOptions::new().write(true).open(driver.join(file));
        Ok(Self {
            driver: function.join(&device).join("driver"),
            bind: open("bind")?,
            unbind: open("unbind")?,
            device,
        })
    }

    fn tell(&self, file: &File) -> Result<(), Errno> {
        Ok(file.write_all_at(self.device.as_bytes(), 0)?)
    }

    fn is_bound(&self) -> bool {
        self.driver.exists()
    }

    /// Without a fault.
    fn be(&self, bound: bool) -> Outcome {
        match (self.is_bound(), bound) {
            (false, true) => Ok(self.tell(&self.bind)?),
            (true, false) => Ok(self.tell(&self.unbind)?),
            _ => Ok(()),
        }
    }
}

fn bind(faults: &Faults) -> Outcome {
    let binding = Binding::new()?;
    let verdicts = faults.in_turn(
        || binding.be(false),
        |()| binding.tell(&binding.bind),
        |result| {
            same("bound", binding.is_bound(), result.is_ok())?;
            binding.be(false)?;
            binding.be(true)?;
            Subject::ConnectX.works()
        },
    )?;
    failed_with(&verdicts, &[ENOMEM, EFAULT])
}

fn unbind(faults: &Faults) -> Outcome {
    let binding = Binding::new()?;
    let verdicts = faults.in_turn(
        || binding.be(true),
        |()| binding.tell(&binding.unbind),
        |result| {
            same("bound", binding.is_bound(), result.is_err())?;
            binding.be(true)?;
            Subject::ConnectX.works()
        },
    )?;
    failed_with(&verdicts, &[ENOMEM, EFAULT])
}

fn main() -> ExitCode {
    program(|| {
        let faults = &Faults::here()?;
        Subject::Mock.node()?;
        module::may_leave(CORE)?;
        let subjects = Subject::all();
        let mut suite = Suite::default();
        for &subject in &subjects {
            suite.case(format!("{subject:?}: the driver is unloaded"), move || {
                unload(faults, subject)
            });
            suite.case(format!("{subject:?}: the driver is loaded"), move || {
                load(faults, subject)
            });
        }
        if subjects.contains(&Subject::ConnectX) {
            suite.case("ConnectX: the driver is bound", || bind(faults));
            suite.case("ConnectX: the driver is unbound", || unbind(faults));
        }
        suite.case("the core is unloaded", || unload_core(faults));
        suite.case("the core is loaded", || load_core(faults));
        suite.run()
    })
}
