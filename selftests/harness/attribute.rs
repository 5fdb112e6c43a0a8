// SPDX-License-Identifier: GPL-2.0

//! The numbers that a device has in sysfs.

use std::{
    fs,
    path::PathBuf, //
};

use crate::{
    errno::Errno,
    ktap::{
        fail,
        skip,
        Stop, //
    },
    node::Node, //
};

/// A file that holds a number.
pub struct Attribute {
    path: PathBuf,
}

impl Attribute {
    /// That of `node` with this name, such as `limits/files`.
    pub fn of(node: &Node, name: &str) -> Result<Self, Stop> {
        let path = node.sysfs().join(name);
        if !path.exists() {
            return skip(format!("no {name} in sysfs"));
        }
        Ok(Self { path })
    }

    /// Its number.
    pub fn get(&self) -> Result<u64, Stop> {
        let text = fs::read_to_string(&self.path)?;
        match text.trim_end().parse() {
            Ok(number) => Ok(number),
            Err(_) => fail(format!("{} holds {text:?}", self.path.display())),
        }
    }

    /// Writes `text`.
    pub fn write(&self, text: &str) -> Result<(), Errno> {
        Ok(fs::write(&self.path, text)?)
    }

    /// Sets it until the result is dropped.
    pub fn set(self, number: u64) -> Result<Setting, Stop> {
        let before = self.get()?;
        self.write(&number.to_string())?;
        Ok(Setting {
            attribute: self,
            before,
        })
    }

    /// Where it is.
    pub fn path(&self) -> &PathBuf {
        &self.path
    }
}

/// A number that is put back when this is dropped.
pub struct Setting {
    attribute: Attribute,
    before: u64,
}

impl Drop for Setting {
    fn drop(&mut self) {
        // The device may have gone.
        let _ = self.attribute.write(&self.before.to_string());
    }
}
