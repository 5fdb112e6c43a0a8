/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The contract between fwctl and user space: two ioctls on /dev/fwctl/fwctlN.
 *
 * Numbers, layouts and errnos are those of the fwctl subsystem of Linux 7.3, so
 * a program built with either header runs on either kernel.
 */
#ifndef _UAPI_FWCTL_H
#define _UAPI_FWCTL_H

#include <linux/types.h>
#include <linux/ioctl.h>

/** define FWCTL_TYPE - The ioctl type byte of every fwctl ioctl */
#define FWCTL_TYPE 0x9A

/**
 * DOC: Extensible structures
 *
 * Each ioctl takes a pointer to a structure whose first __u32 is the size that
 * the caller compiled with. A structure shorter than the kernel's is extended
 * with zeros, as long as it holds all fields of the first version. Of a longer
 * one, the part that the kernel does not know must be zero. On success the
 * kernel writes back what the caller has room for.
 *
 * Errnos mean the same for every ioctl:
 *
 *  - ENOTTY: there is no ioctl of this number
 *  - EINVAL: @size ends before the last field of the first version
 *  - E2BIG: a part that the kernel does not know is not zero, or the structure
 *    is larger than a page
 *  - EOPNOTSUPP: a field has a value that the kernel does not know
 *  - EFAULT: memory could not be read or written
 *  - ENOMEM: out of memory
 *  - EBUSY: the device has as many files open, calls in flight or bytes in these
 *    as an administrator allows; see sysfs-class-fwctl. open() says so, too
 *  - ENODEV: the driver has left the device. The file descriptor stays open, and
 *    a call that has no fault above answers nothing else from now on
 *
 * A driver may add errnos of its own; see the ioctls.
 */

/** enum - Numbers of the ioctls, the nr of _IO(FWCTL_TYPE, nr) */
enum {
	FWCTL_CMD_BASE = 0,
	FWCTL_CMD_INFO = 0,
	FWCTL_CMD_RPC = 1,
};

/**
 * enum fwctl_device_type - What a device speaks: the format of its messages
 * @FWCTL_DEVICE_TYPE_ERROR: never reported
 * @FWCTL_DEVICE_TYPE_MLX5: NVIDIA ConnectX and BlueField, see <fwctl/mlx5.h>
 * @FWCTL_DEVICE_TYPE_CXL: CXL mailbox features
 * @FWCTL_DEVICE_TYPE_BNXT: Broadcom NetXtreme
 * @FWCTL_DEVICE_TYPE_PDS: AMD Pensando
 */
enum fwctl_device_type {
	FWCTL_DEVICE_TYPE_ERROR = 0,
	FWCTL_DEVICE_TYPE_MLX5 = 1,
	FWCTL_DEVICE_TYPE_CXL = 2,
	FWCTL_DEVICE_TYPE_BNXT = 3,
	FWCTL_DEVICE_TYPE_PDS = 4,
};

/**
 * struct fwctl_info - ioctl(FWCTL_INFO): what is behind this file descriptor
 * @size: sizeof(struct fwctl_info), 24 bytes
 * @flags: must be 0, else EOPNOTSUPP
 * @out_device_type: one of enum fwctl_device_type
 * @device_data_len: in: length in bytes of the memory at @out_device_data, 0 to
 *	ask for the size alone. Out: length of the driver's data, which may be
 *	more or less than the memory
 * @out_device_data: user memory of @device_data_len bytes for the driver's
 *	data. It is filled whole, with zeros behind the data
 */
struct fwctl_info {
	__u32 size;
	__u32 flags;
	__u32 out_device_type;
	__u32 device_data_len;
	__aligned_u64 out_device_data;
};
#define FWCTL_INFO _IO(FWCTL_TYPE, FWCTL_CMD_INFO)

/**
 * enum fwctl_rpc_scope - How far an RPC may reach, ordered by privilege
 * @FWCTL_RPC_CONFIGURATION: read and write configuration. The device stays in
 *	a supported state
 * @FWCTL_RPC_DEBUG_READ_ONLY: read debug information that holds no secrets and
 *	agrees with kernel lockdown
 * @FWCTL_RPC_DEBUG_WRITE: write debug state that agrees with kernel lockdown.
 *	The device may leave its supported state; the kernel is tainted
 * @FWCTL_RPC_DEBUG_WRITE_FULL: read and write anything. Needs CAP_SYS_RAWIO,
 *	is refused under kernel lockdown; the kernel is tainted
 */
enum fwctl_rpc_scope {
	FWCTL_RPC_CONFIGURATION = 0,
	FWCTL_RPC_DEBUG_READ_ONLY = 1,
	FWCTL_RPC_DEBUG_WRITE = 2,
	FWCTL_RPC_DEBUG_WRITE_FULL = 3,
};

/**
 * struct fwctl_rpc - ioctl(FWCTL_RPC): one call to the device's firmware
 * @size: sizeof(struct fwctl_rpc), 32 bytes
 * @scope: the caller's claim, one of enum fwctl_rpc_scope. The driver refuses a
 *	message that needs a higher one. Unknown: EOPNOTSUPP. Full without the
 *	right to it: EPERM; so is a message that needs another scope, on a device
 *	in strict mode, see sysfs-class-fwctl
 * @in_len: length in bytes of the request at @in
 * @out_len: in: length in bytes of the memory at @out. Out: length of the
 *	response, of which no more is written than there is memory
 * @in: user memory that holds the request, in the device's format
 * @out: user memory for the response, in the device's format
 *
 * A request or response memory over 2 MiB is refused with EMSGSIZE. Any errno
 * says that there is no answer. What the firmware itself has to say, its own
 * failures too, is in the response. Nearly all errnos are given before the device
 * is asked; after EFAULT for @out, and after a driver's own errno for a device that
 * did not answer in time, nobody can tell whether it acted.
 */
struct fwctl_rpc {
	__u32 size;
	__u32 scope;
	__u32 in_len;
	__u32 out_len;
	__aligned_u64 in;
	__aligned_u64 out;
};
#define FWCTL_RPC _IO(FWCTL_TYPE, FWCTL_CMD_RPC)

#endif
