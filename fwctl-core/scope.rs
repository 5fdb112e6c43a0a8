// SPDX-License-Identifier: GPL-2.0 OR MIT

//! The scopes of an RPC, ordered by privilege.
//!
//! C header: `include/uapi/fwctl/fwctl.h`, `enum fwctl_rpc_scope`.

/// How far an RPC may reach. A higher scope includes the lower ones.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RpcScope {
    /// Read and write configuration; the device stays in a supported state.
    Configuration = 0,
    /// Read debug information that agrees with kernel lockdown.
    DebugReadOnly = 1,
    /// Write debug state that agrees with kernel lockdown. Taints the kernel.
    DebugWrite = 2,
    /// Read and write anything. Needs `CAP_SYS_RAWIO`, taints the kernel.
    DebugWriteFull = 3,
}

/// The number names no scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownScope(pub u32);

impl RpcScope {
    /// All scopes, lowest first.
    pub const ALL: [Self; 4] = [
        Self::Configuration,
        Self::DebugReadOnly,
        Self::DebugWrite,
        Self::DebugWriteFull,
    ];

    /// Whether the device may have left its supported state after such an RPC.
    #[inline]
    pub const fn taints(self) -> bool {
        matches!(self, Self::DebugWrite | Self::DebugWriteFull)
    }

    /// Whether only a caller with `CAP_SYS_RAWIO` may claim it, and none under lockdown.
    #[inline]
    pub const fn is_privileged(self) -> bool {
        matches!(self, Self::DebugWriteFull)
    }
}

impl TryFrom<u32> for RpcScope {
    type Error = UnknownScope;

    #[inline]
    fn try_from(number: u32) -> Result<Self, UnknownScope> {
        match number {
            0 => Ok(Self::Configuration),
            1 => Ok(Self::DebugReadOnly),
            2 => Ok(Self::DebugWrite),
            3 => Ok(Self::DebugWriteFull),
            _ => Err(UnknownScope(number)),
        }
    }
}
