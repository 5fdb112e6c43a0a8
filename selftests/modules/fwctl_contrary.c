// SPDX-License-Identifier: GPL-2.0
/*
 * A driver that does what a driver should not: as its parameters say when it is
 * loaded, and as requests say afterwards. For tests, on a machine that may crash.
 */
#include <linux/delay.h>
#include <linux/device/faux.h>
#include <linux/err.h>
#include <linux/fwctl.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/string.h>

static unsigned int device_type = 0x746e6f63;
module_param(device_type, uint, 0444);
MODULE_PARM_DESC(device_type, "Type of the device; 0 stands for an error");

struct contrary_uctx {
	struct fwctl_uctx uctx;
	u32 close_ms;
};

static unsigned int uctx_size = sizeof(struct contrary_uctx);
module_param(uctx_size, uint, 0444);
MODULE_PARM_DESC(uctx_size, "Size of a context; do not open the device if it is too small");

static char *lacks = "";
module_param(lacks, charp, 0444);
MODULE_PARM_DESC(lacks, "An operation to leave out; do not use what is left");

static bool again;
module_param(again, bool, 0444);
MODULE_PARM_DESC(again, "Unregister the device and register it again");

/* What a request says. Its answer is in its own buffer. */
struct contrary_request {
	/* Length of the answer, whether there is room for it or not. */
	u32 answer_len;
	/* How long it takes to close this context. */
	u32 close_ms;
};

static struct contrary_uctx *to_contrary_uctx(struct fwctl_uctx *uctx)
{
	return container_of(uctx, struct contrary_uctx, uctx);
}

static int contrary_open_uctx(struct fwctl_uctx *uctx)
{
	return 0;
}

static void contrary_close_uctx(struct fwctl_uctx *uctx)
{
	msleep(to_contrary_uctx(uctx)->close_ms);
}

static void *contrary_fw_rpc(struct fwctl_uctx *uctx, enum fwctl_rpc_scope scope,
			     void *rpc_in, size_t in_len, size_t *out_len)
{
	const struct contrary_request *request = rpc_in;

	if (in_len < sizeof(*request))
		return ERR_PTR(-EMSGSIZE);

	to_contrary_uctx(uctx)->close_ms = request->close_ms;
	*out_len = request->answer_len;
	return rpc_in;
}

static struct fwctl_ops contrary_ops = {
	.open_uctx = contrary_open_uctx,
	.close_uctx = contrary_close_uctx,
	.fw_rpc = contrary_fw_rpc,
};

struct contrary_dev {
	struct fwctl_device fwctl;
};

static struct faux_device *parent;
static struct contrary_dev *contrary;

static void contrary_leave_out(const char *operation)
{
	if (!strcmp(operation, "open_uctx"))
		contrary_ops.open_uctx = NULL;
	if (!strcmp(operation, "close_uctx"))
		contrary_ops.close_uctx = NULL;
	if (!strcmp(operation, "fw_rpc"))
		contrary_ops.fw_rpc = NULL;
}

static int contrary_register(void)
{
	int ret;

	ret = fwctl_register(&contrary->fwctl);
	if (ret || !again)
		return ret;

	fwctl_unregister(&contrary->fwctl);
	return fwctl_register(&contrary->fwctl);
}

static int __init contrary_init(void)
{
	int ret;

	contrary_ops.device_type = device_type;
	contrary_ops.uctx_size = uctx_size;
	contrary_leave_out(lacks);

	parent = faux_device_create("fwctl_contrary", NULL, NULL);
	if (!parent)
		return -ENODEV;

	contrary = fwctl_alloc_device(&parent->dev, &contrary_ops,
				      struct contrary_dev, fwctl);
	if (!contrary) {
		ret = -ENOMEM;
		goto err_parent;
	}

	ret = contrary_register();
	if (ret)
		goto err_device;
	return 0;

err_device:
	fwctl_put(&contrary->fwctl);
err_parent:
	faux_device_destroy(parent);
	return ret;
}

static void __exit contrary_exit(void)
{
	fwctl_unregister(&contrary->fwctl);
	fwctl_put(&contrary->fwctl);
	faux_device_destroy(parent);
}

module_init(contrary_init);
module_exit(contrary_exit);
MODULE_IMPORT_NS("FWCTL");
MODULE_DESCRIPTION("fwctl driver that breaks the rules, for tests");
MODULE_LICENSE("GPL");
