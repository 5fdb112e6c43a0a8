// SPDX-License-Identifier: GPL-2.0
/*
 * What a driver in Rust wants of its core and Linux's core does not have, so that
 * such a driver loads on that one, too: the offer to be asked whether it would
 * admit a request is not taken up, and a request whose scope is not quite right
 * is judged as Linux's drivers do.
 */
#include <linux/errno.h>
#include <linux/fwctl.h>
#include <linux/module.h>

void fwctl_set_admit(struct fwctl_device *fwctl,
		     int (*admit)(struct fwctl_uctx *uctx,
				  enum fwctl_rpc_scope scope, void *request,
				  size_t request_len, size_t room));

void fwctl_set_admit(struct fwctl_device *fwctl,
		     int (*admit)(struct fwctl_uctx *uctx,
				  enum fwctl_rpc_scope scope, void *request,
				  size_t request_len, size_t room))
{
}
EXPORT_SYMBOL_NS_GPL(fwctl_set_admit, "FWCTL");

int fwctl_judge(struct fwctl_uctx *uctx, enum fwctl_rpc_scope scope,
		const u8 *command, size_t len, u32 reason);

int fwctl_judge(struct fwctl_uctx *uctx, enum fwctl_rpc_scope scope,
		const u8 *command, size_t len, u32 reason)
{
	return reason ? 0 : -EBADMSG;
}
EXPORT_SYMBOL_NS_GPL(fwctl_judge, "FWCTL");

MODULE_DESCRIPTION("Drivers in Rust on Linux's fwctl core, for tests");
MODULE_LICENSE("GPL");
