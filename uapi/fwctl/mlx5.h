/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * fwctl on NVIDIA ConnectX and BlueField: FWCTL_DEVICE_TYPE_MLX5.
 *
 * A request is one command of the mlx5 command interface, a response its output,
 * both big endian as the Programmer's Reference Manual lays them out: 16 bytes of
 * header, then the command's own fields. The kernel overwrites the header's uid.
 *
 * errnos of FWCTL_RPC beside those of <fwctl/fwctl.h>:
 *
 *  - EMSGSIZE: the request or the memory for the response is under 16 bytes
 *  - EBADMSG: the command may not be sent, or not at this scope
 *  - any other of mlx5_core, such as ETIMEDOUT: there is no answer
 */
#ifndef _UAPI_FWCTL_MLX5_H
#define _UAPI_FWCTL_MLX5_H

#include <linux/types.h>

/**
 * struct fwctl_info_mlx5 - Device data of FWCTL_INFO
 * @uid: the firmware's user context of this file descriptor. The kernel puts it
 *	into every command, and the firmware checks the command against its rights
 * @uctx_caps: the rights of that user context, bits of the PRM's uctx.cap
 */
struct fwctl_info_mlx5 {
	__u32 uid;
	__u32 uctx_caps;
};

#endif
