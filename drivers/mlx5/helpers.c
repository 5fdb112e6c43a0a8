// SPDX-License-Identifier: GPL-2.0
/* What Rust cannot reach: mlx5_core's structures and capability macros. */
#include <linux/auxiliary_bus.h>
#include <linux/mlx5/device.h>
#include <linux/mlx5/driver.h>
#include <linux/string.h>

struct mlx5_core_dev *mlx5_fwctl_mdev(struct device *dev);
u32 mlx5_fwctl_uctx_cap(struct mlx5_core_dev *mdev);
int mlx5_fwctl_cmd_do(struct mlx5_core_dev *mdev, const void *request,
		      int request_len, void *response, int response_len);
int mlx5_fwctl_cmd_exec(struct mlx5_core_dev *mdev, const void *request,
			int request_len, void *response, int response_len);

/* @dev is an auxiliary device. NULL unless mlx5_core made it for fwctl. */
struct mlx5_core_dev *mlx5_fwctl_mdev(struct device *dev)
{
	struct auxiliary_device *adev = to_auxiliary_dev(dev);

	if (!strstarts(dev_name(dev), MLX5_ADEV_NAME ".fwctl."))
		return NULL;
	return container_of(adev, struct mlx5_adev, adev)->mdev;
}

u32 mlx5_fwctl_uctx_cap(struct mlx5_core_dev *mdev)
{
	return MLX5_CAP_GEN(mdev, uctx_cap);
}

/* The prototypes are checked here, where the kernel's header is. */
int mlx5_fwctl_cmd_do(struct mlx5_core_dev *mdev, const void *request,
		      int request_len, void *response, int response_len)
{
	return mlx5_cmd_do(mdev, (void *)request, request_len, response,
			   response_len);
}

int mlx5_fwctl_cmd_exec(struct mlx5_core_dev *mdev, const void *request,
			int request_len, void *response, int response_len)
{
	return mlx5_cmd_exec(mdev, (void *)request, request_len, response,
			     response_len);
}
