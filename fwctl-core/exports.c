// SPDX-License-Identifier: GPL-2.0
/* What drivers call. abi.rs implements it. */
#include <linux/export.h>
#include <linux/fwctl.h>
#include <linux/init.h>

/* The C API of <linux/fwctl.h>. */
EXPORT_SYMBOL_NS_GPL(_fwctl_alloc_device, "FWCTL");
EXPORT_SYMBOL_NS_GPL(fwctl_register, "FWCTL");
EXPORT_SYMBOL_NS_GPL(fwctl_unregister, "FWCTL");

/* For the Rust API alone; see driver/device.rs and driver/trampolines.rs. */
void fwctl_set_admit(struct fwctl_device *fwctl,
		     int (*admit)(struct fwctl_uctx *uctx,
				  enum fwctl_rpc_scope scope, void *request,
				  size_t request_len, size_t room));
int fwctl_judge(struct fwctl_uctx *uctx, enum fwctl_rpc_scope scope,
		const u8 *command, size_t len, u32 reason);
EXPORT_SYMBOL_NS_GPL(fwctl_set_admit, "FWCTL");
EXPORT_SYMBOL_NS_GPL(fwctl_judge, "FWCTL");

#ifndef MODULE
/*
 * Built in, the core is there before any driver. The initcall that module! makes
 * in main.rs is of the drivers' own level, where it is the link order that counts.
 */
int fwctl_init(void);
subsys_initcall(fwctl_init);
#endif
