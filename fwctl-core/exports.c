// SPDX-License-Identifier: GPL-2.0
/* The C API of <linux/fwctl.h>. abi.rs implements it. */
#include <linux/export.h>
#include <linux/fwctl.h>
#include <linux/init.h>

EXPORT_SYMBOL_NS_GPL(_fwctl_alloc_device, "FWCTL");
EXPORT_SYMBOL_NS_GPL(fwctl_register, "FWCTL");
EXPORT_SYMBOL_NS_GPL(fwctl_unregister, "FWCTL");

#ifndef MODULE
/*
 * Built in, the core is there before any driver. The initcall that module! makes
 * in main.rs is of the drivers' own level, where it is the link order that counts.
 */
int fwctl_init(void);
subsys_initcall(fwctl_init);
#endif
