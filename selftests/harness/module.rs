// SPDX-License-Identifier: GPL-2.0

//! Loading and unloading kernel modules.

use std::{
    env,
    fs::File,
    path::{
        Path,
        PathBuf, //
    },
    process::Command, //
};

use crate::{
    errno::Errno,
    ktap::{
        skip,
        Outcome,
        Stop, //
    },
    mock,
    sys, //
};

/// The core's module.
pub const CORE: &str = "fwctl";

/// Where `FWCTL_MODULES` does not say otherwise.
const DIRECTORY: &str = "/lib/modules/fwctl";

/// Whether a module is loaded, or built in with something in sysfs.
pub fn loaded(name: &str) -> bool {
    Path::new("/sys/module").join(name).exists()
}

/// Loads a module, and the core before it.
///
/// It is taken from `FWCTL_MODULES`, from beside the program, or from where modprobe finds it.
pub fn load(name: &str) -> Outcome {
    match file(name) {
        Some(_) => Ok(load_with(name, "")??),
        None => modprobe(name),
    }
}

/// Loads a module with parameters, which the module may refuse.
pub fn load_with(name: &str, parameters: &str) -> Result<Result<(), Errno>, Stop> {
    let file = open(name)?;
    if name != CORE && !loaded(CORE) {
        load(CORE)?;
    }
    Ok(sys::load_module(&file, parameters))
}

/// The file of a module.
pub fn open(name: &str) -> Result<File, Stop> {
    match file(name) {
        Some(file) => Ok(File::open(file)?),
        None => skip(format!("no module {name}")),
    }
}

fn file(name: &str) -> Option<PathBuf> {
    let directory = env::var("FWCTL_MODULES").unwrap_or(DIRECTORY.to_string());
    let program = env::current_exe().unwrap_or_default();
    let beside = program.parent().unwrap_or(Path::new("."));
    [Path::new(&directory), beside, &beside.join("modules")]
        .map(|directory| directory.join(format!("{name}.ko")))
        .into_iter()
        .find(|file| file.exists())
}

fn modprobe(name: &str) -> Outcome {
    match Command::new("modprobe").args(["-q", name]).status() {
        Ok(status) if status.success() => Ok(()),
        _ => skip(format!("no module {name}")),
    }
}

/// Ends a case that unloads a module where the kernel cannot do that: the module is built in.
pub fn may_leave(name: &str) -> Outcome {
    if Path::new("/sys/module").join(name).join("refcnt").exists() {
        return Ok(());
    }
    skip(format!("{name} is built in"))
}

/// Unloads a module, or says at once that it is in use.
pub fn unload(name: &str) -> Result<(), Errno> {
    sys::unload_module(name)
}

/// A module that is unloaded at the end of a case, if it is there.
pub struct Leaves(pub &'static str);

impl Drop for Leaves {
    fn drop(&mut self) {
        if loaded(self.0) {
            let _ = unload(self.0);
        }
    }
}

/// A mock that is unloaded and loaded during a case is there again after it.
pub struct MockComesBack;

impl Drop for MockComesBack {
    fn drop(&mut self) {
        if !loaded(mock::MODULE) {
            let _ = load(mock::MODULE);
        }
    }
}
