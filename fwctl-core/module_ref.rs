// SPDX-License-Identifier: GPL-2.0

//! References on this module.
//!
//! C header: `include/linux/module.h`.

use kernel::{
    bindings,
    module::ModuleMetadata, //
};

use crate::Fwctl;

// In a kernel whose modules stay, or that has none, these are inline functions.
extern "C" {
    fn fwctl_module_get();
    fn fwctl_module_put();
}

/// This module, not that of whoever the code is compiled into; NULL where it is built in.
pub(crate) const THIS_MODULE: *mut bindings::module =
    <Fwctl as ModuleMetadata>::THIS_MODULE.as_ptr();

/// A reference on this module: as long as it lives, the module is not unloaded.
pub(crate) struct ModuleRef(());

impl ModuleRef {
    /// Takes a reference on behalf of a caller who runs because of one already.
    pub(crate) fn new() -> Self {
        // SAFETY: The caller's driver depends on this module, so it is not being unloaded.
        unsafe { fwctl_module_get() };
        Self(())
    }
}

impl Drop for ModuleRef {
    fn drop(&mut self) {
        // SAFETY: `new` took the reference.
        unsafe { fwctl_module_put() };
    }
}
