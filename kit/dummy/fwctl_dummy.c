// SPDX-License-Identifier: GPL-2.0
/*
 * A driver that does nothing: what is left of a call is what the core costs.
 *
 * The answer to a request is the request, and the answer to FWCTL_INFO is 8 bytes.
 */
#include <linux/device/faux.h>
#include <linux/err.h>
#include <linux/fwctl.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/slab.h>

#define DUMMY_INFO_LEN 8

struct dummy_device {
	struct fwctl_device fwctl;
};

struct dummy_uctx {
	struct fwctl_uctx uctx;
};

static int dummy_open(struct fwctl_uctx *uctx)
{
	return 0;
}

static void dummy_close(struct fwctl_uctx *uctx)
{
}

static void *dummy_info(struct fwctl_uctx *uctx, size_t *length)
{
	void *data = kzalloc(DUMMY_INFO_LEN, GFP_KERNEL);

	if (!data)
		return ERR_PTR(-ENOMEM);
	*length = DUMMY_INFO_LEN;
	return data;
}

static void *dummy_rpc(struct fwctl_uctx *uctx, enum fwctl_rpc_scope scope,
		       void *request, size_t request_len, size_t *response_len)
{
	*response_len = min(*response_len, request_len);
	return request;
}

/* No number of the uAPI. */
#define DUMMY_DEVICE_TYPE 0x796d6d75

static const struct fwctl_ops dummy_ops = {
	.device_type = (enum fwctl_device_type)DUMMY_DEVICE_TYPE,
	.uctx_size = sizeof(struct dummy_uctx),
	.open_uctx = dummy_open,
	.close_uctx = dummy_close,
	.info = dummy_info,
	.fw_rpc = dummy_rpc,
};

static struct faux_device *parent;
static struct dummy_device *dummy;

static int __init dummy_init(void)
{
	int ret;

	parent = faux_device_create("fwctl_dummy", NULL, NULL);
	if (!parent)
		return -ENODEV;

	ret = -ENOMEM;
	dummy = fwctl_alloc_device(&parent->dev, &dummy_ops,
				   struct dummy_device, fwctl);
	if (!dummy)
		goto destroy;

	ret = fwctl_register(&dummy->fwctl);
	if (ret)
		goto put;
	return 0;

put:
	fwctl_put(&dummy->fwctl);
destroy:
	faux_device_destroy(parent);
	return ret;
}

static void __exit dummy_exit(void)
{
	fwctl_unregister(&dummy->fwctl);
	fwctl_put(&dummy->fwctl);
	faux_device_destroy(parent);
}

module_init(dummy_init);
module_exit(dummy_exit);
MODULE_DESCRIPTION("fwctl without a device, for measurements");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS("FWCTL");
