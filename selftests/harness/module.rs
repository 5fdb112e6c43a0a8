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
        Outcome, //
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
/// It is taken from `FWCTL_MODULES`, or from where modprobe finds it.
pub fn load(name: &str) -> Outcome {
    let Some(file) = file(name) else {
        return modprobe(name);
    };
    if name != CORE && !loaded(CORE) {
        load(CORE)?;
    }
    Ok(sys::load_module(&File::open(file)?)?)
}

fn file(name: &str) -> Option<PathBuf> {
    let directory = env::var("FWCTL_MODULES").unwrap_or(DIRECTORY.to_string());
    let file = Path::new(&directory).join(format!("{name}.ko"));
    file.exists().then_some(file)
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

/// A mock that is unloaded and loaded during a case is there again after it.
pub struct MockComesBack;

impl Drop for MockComesBack {
    fn drop(&mut self) {
        if !loaded(mock::MODULE) {
            let _ = load(mock::MODULE);
        }
    }
}
