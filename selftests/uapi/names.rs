// SPDX-License-Identifier: GPL-2.0

//! What the headers declare.

/// A header that we and the kernel have.
pub struct Header {
    /// Its name in `include/uapi/fwctl`.
    pub file: &'static str,
    /// Structures, and their fields.
    structs: &'static [(&'static str, &'static [&'static str])],
    /// Macros and enumerators with a number.
    constants: &'static [&'static str],
}

pub const HEADERS: &[Header] = &[
    Header {
        file: "fwctl.h",
        structs: &[
            (
                "fwctl_info",
                &[
                    "size",
                    "flags",
                    "out_device_type",
                    "device_data_len",
                    "out_device_data",
                ],
            ),
            (
                "fwctl_rpc",
                &["size", "scope", "in_len", "out_len", "in", "out"],
            ),
        ],
        constants: &[
            "FWCTL_TYPE",
            "FWCTL_CMD_BASE",
            "FWCTL_CMD_INFO",
            "FWCTL_CMD_RPC",
            "FWCTL_DEVICE_TYPE_ERROR",
            "FWCTL_DEVICE_TYPE_MLX5",
            "FWCTL_DEVICE_TYPE_CXL",
            "FWCTL_DEVICE_TYPE_BNXT",
            "FWCTL_DEVICE_TYPE_PDS",
            "FWCTL_INFO",
            "FWCTL_RPC",
            "FWCTL_RPC_CONFIGURATION",
            "FWCTL_RPC_DEBUG_READ_ONLY",
            "FWCTL_RPC_DEBUG_WRITE",
            "FWCTL_RPC_DEBUG_WRITE_FULL",
        ],
    },
    Header {
        file: "mlx5.h",
        structs: &[("fwctl_info_mlx5", &["uid", "uctx_caps"])],
        constants: &[],
    },
];

impl Header {
    /// Every name, and the C expression of the number that stands for it.
    ///
    /// A field's number holds its offset in the upper half and its size in the lower one; a
    /// structure's its alignment and its size.
    pub fn expressions(&self) -> Vec<(String, String)> {
        let mut expressions = Vec::new();
        for (tag, fields) in self.structs {
            let name = format!("struct {tag}");
            let number = format!("_Alignof({name}) * 0x100000000ull + sizeof({name})");
            expressions.push((name.clone(), number));
            for field in *fields {
                let offset = format!("__builtin_offsetof({name}, {field})");
                let size = format!("sizeof((({name} *)0)->{field})");
                let number = format!("{offset} * 0x100000000ull + {size}");
                expressions.push((format!("{name}.{field}"), number));
            }
        }
        for name in self.constants {
            expressions.push((name.to_string(), format!("{name} + 0ull")));
        }
        expressions
    }
}
