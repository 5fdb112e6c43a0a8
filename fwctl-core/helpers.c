// SPDX-License-Identifier: GPL-2.0
/* What Rust cannot reach: inline functions and macros that no binding covers. */
#include <linux/capability.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/ratelimit.h>
#include <linux/security.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

void *fwctl_kzalloc(size_t len);
void *fwctl_vmemdup_user(const void __user *from, size_t len);
unsigned long fwctl_copy_from_user(void *to, const void __user *from,
				   unsigned long len);
unsigned long fwctl_copy_to_user(void __user *to, const void *from,
				 unsigned long len);
unsigned long fwctl_clear_user(void __user *to, unsigned long len);
struct cdev *fwctl_inode_cdev(const struct inode *inode);
int fwctl_may_write_everything(void);
void fwctl_module_get(void);
void fwctl_module_put(void);
void fwctl_ratelimit_init(struct ratelimit_state *limit);
bool fwctl_ratelimit(struct ratelimit_state *limit);

void *fwctl_kzalloc(size_t len)
{
	return kzalloc(len, GFP_KERNEL_ACCOUNT);
}

/*
 * vmemdup_user() does not charge the caller's memory cgroup, and most requests are
 * so short that they need not be asked for as memory of whatever kind.
 */
void *fwctl_vmemdup_user(const void __user *from, size_t len)
{
	void *to = len <= PAGE_SIZE ? kmalloc(len, GFP_KERNEL_ACCOUNT) :
				      kvmalloc(len, GFP_KERNEL_ACCOUNT);

	if (!to)
		return ERR_PTR(-ENOMEM);
	if (copy_from_user(to, from, len)) {
		kvfree(to);
		return ERR_PTR(-EFAULT);
	}
	return to;
}

unsigned long fwctl_copy_from_user(void *to, const void __user *from,
				   unsigned long len)
{
	return copy_from_user(to, from, len);
}

unsigned long fwctl_copy_to_user(void __user *to, const void *from,
				 unsigned long len)
{
	return copy_to_user(to, from, len);
}

unsigned long fwctl_clear_user(void __user *to, unsigned long len)
{
	return clear_user(to, len);
}

/* i_cdev lives in an anonymous union, whose name in the bindings varies. */
struct cdev *fwctl_inode_cdev(const struct inode *inode)
{
	return inode->i_cdev;
}

/* Both are inline functions in kernels without users or security modules. */
int fwctl_may_write_everything(void)
{
	if (!capable(CAP_SYS_RAWIO))
		return -EPERM;
	return security_locked_down(LOCKDOWN_PCI_ACCESS);
}

void fwctl_module_get(void)
{
	__module_get(THIS_MODULE);
}

void fwctl_module_put(void)
{
	module_put(THIS_MODULE);
}

void fwctl_ratelimit_init(struct ratelimit_state *limit)
{
	ratelimit_default_init(limit);
	/* What is not said is not counted in the log either. */
	ratelimit_set_flags(limit, RATELIMIT_MSG_ON_RELEASE);
}

bool fwctl_ratelimit(struct ratelimit_state *limit)
{
	return __ratelimit(limit);
}
