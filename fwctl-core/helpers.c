// SPDX-License-Identifier: GPL-2.0
/* What Rust cannot reach: inline functions that no binding covers. */
#include <linux/fs.h>
#include <linux/ratelimit.h>
#include <linux/uaccess.h>

unsigned long fwctl_clear_user(void __user *to, unsigned long len);
struct cdev *fwctl_inode_cdev(const struct inode *inode);
bool fwctl_may_log(void);

unsigned long fwctl_clear_user(void __user *to, unsigned long len)
{
	return clear_user(to, len);
}

/* i_cdev lives in an anonymous union, whose name in the bindings varies. */
struct cdev *fwctl_inode_cdev(const struct inode *inode)
{
	return inode->i_cdev;
}

/* User space decides how often there is something to log. */
bool fwctl_may_log(void)
{
	static DEFINE_RATELIMIT_STATE(limit, DEFAULT_RATELIMIT_INTERVAL,
				      DEFAULT_RATELIMIT_BURST);

	return __ratelimit(&limit);
}
