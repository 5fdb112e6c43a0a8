// SPDX-License-Identifier: GPL-2.0 OR MIT

//! What the driver tells of a file descriptor's user context.
//!
//! C header: `uapi/fwctl/mlx5.h`.

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use crate::transport::Info;
use crate::uapi::DeviceType;

/// The firmware's user context of a file descriptor, in the machine's byte order.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, Immutable, IntoBytes, KnownLayout)]
pub struct UctxInfo {
    /// Number of the context. The kernel puts it into every request.
    pub uid: u32,
    /// Rights of the context.
    pub caps: u32,
}

const _: () = assert!(size_of::<UctxInfo>() == 8);

impl UctxInfo {
    /// Names of the rights, bit 0 first.
    pub const CAPS: [&'static str; 3] = ["RAW_TX", "INTERNAL_DEV_RES", "TOOLS_RESOURCES"];

    /// Reads `info`, `None` if it is not an mlx5 device's or too short.
    pub fn of(info: &Info) -> Option<Self> {
        if info.device_type != DeviceType::Mlx5 {
            return None;
        }
        let (uctx, _) = Self::read_from_prefix(&info.data).ok()?;
        Some(uctx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_context_is_read_from_the_drivers_data() {
        let mut data = 5_u32.to_ne_bytes().to_vec();
        data.extend(4_u32.to_ne_bytes());
        let mut info = Info {
            device_type: DeviceType::Mlx5,
            data,
        };
        assert_eq!(UctxInfo::of(&info), Some(UctxInfo { uid: 5, caps: 4 }));
        info.data.pop();
        assert_eq!(UctxInfo::of(&info), None);
        info.data.push(0);
        info.device_type = DeviceType::Bnxt;
        assert_eq!(UctxInfo::of(&info), None);
    }
}
