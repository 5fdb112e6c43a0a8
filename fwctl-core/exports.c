// SPDX-License-Identifier: GPL-2.0
/* The C API of <linux/fwctl.h>. abi.rs implements it. */
#include <linux/export.h>
#include <linux/fwctl.h>

EXPORT_SYMBOL_NS_GPL(_fwctl_alloc_device, "FWCTL");
EXPORT_SYMBOL_NS_GPL(fwctl_register, "FWCTL");
EXPORT_SYMBOL_NS_GPL(fwctl_unregister, "FWCTL");
