// SPDX-License-Identifier: GPL-2.0 OR MIT

//! Why the firmware refuses a command.

use crate::prm::Status;

/// A reason for refusing a command; the answer carries its status and its
/// syndrome, and every reason has a syndrome of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// No such command.
    #[error("the firmware has no command with this opcode")]
    UnknownOpcode,
    /// No such operation modifier.
    #[error("the command has no such operation modifier")]
    UnknownOpMod,
    /// The request ends before the command's last mandatory field.
    #[error("the request is shorter than the command's input")]
    ShortInput,
    /// The answer would not fit.
    #[error("the room for the answer is shorter than the command's output")]
    ShortOutput,
    /// The device is not enabled or not initialized yet, or already is.
    #[error("the device is not in a state in which this command is possible")]
    WrongPhase,
    /// No user context has this uid.
    #[error("no user context has the uid in the header")]
    UnknownUid,
    /// The user context to end does not exist.
    #[error("no user context has this uid")]
    NoSuchUctx,
    /// More capabilities are asked for than uctx_cap has.
    #[error("the user context asks for capabilities the device does not grant")]
    UctxCapability,
    /// All user contexts are taken.
    #[error("no user context is left")]
    NoUctxLeft,
    /// Only physical function 0 exists.
    #[error("the device has no function with this id")]
    UnknownFunction,
    /// No such capability type.
    #[error("the device has no capabilities of this type")]
    UnknownCapabilityType,
    /// A version of the interface outside supported_issi.
    #[error("this interface step sequence id is not supported")]
    UnsupportedIssi,
    /// A page address with low bits set.
    #[error("a page address is not aligned to 4096 bytes")]
    MisalignedPage,
    /// A page given twice.
    #[error("a page was given that the device already has")]
    DuplicatePage,
    /// More pages than the device can use.
    #[error("more pages were given than the device takes")]
    TooManyPages,
    /// All event queues are taken.
    #[error("no event queue is left")]
    NoEqLeft,
    /// The event queue's size is out of range.
    #[error("the event queue's size is out of range")]
    EqSize,
    /// The event queue's page size or page offset is out of range.
    #[error("the event queue's pages are of a size or at an offset the device does not support")]
    EqPages,
    /// The event queue's interrupt does not exist.
    #[error("the event queue's interrupt vector does not exist")]
    EqVector,
    /// No such event queue.
    #[error("no event queue has this number")]
    NoSuchEq,
    /// The UAR is not allocated.
    #[error("no user access region has this number")]
    NoSuchUar,
    /// The UAR is used by an event queue.
    #[error("an event queue uses the user access region")]
    UarBusy,
    /// All UARs are taken.
    #[error("no user access region is left")]
    NoUarLeft,
    /// No such register.
    #[error("the firmware has no register with this id")]
    UnknownRegister,
    /// A write to a register that can only be read.
    #[error("the register cannot be written")]
    ReadOnlyRegister,
    /// The port does not exist.
    #[error("the device has no port with this number")]
    NoSuchPort,
    /// The sensor does not exist.
    #[error("the device has no sensor with this index")]
    NoSuchSensor,
    /// A group of capability masks that does not exist.
    #[error("the register has no group with this number")]
    NoSuchGroup,
    /// A PCI Express node that does not exist.
    #[error("the device has no PCI Express link at this depth, index and node")]
    NoSuchLink,
    /// A value the field does not have.
    #[error("a field of the register has no such value")]
    RegisterValue,
    /// A capability set above its maximum.
    #[error("a capability is set above its maximum")]
    CapabilityAboveMaximum,
    /// The lane does not exist.
    #[error("the port has no lane with this number")]
    NoSuchLane,
    /// The module does not exist.
    #[error("the device has no module with this number")]
    NoSuchModule,
    /// A page of diagnostics that does not exist.
    #[error("the register has no page with this number")]
    NoSuchPage,
    /// A text that does not exist, or a place beyond its end.
    #[error("the device has no such text, or the text ends before this offset")]
    NoSuchText,
    /// What is asked for must wait until the port is down.
    #[error("the port must be taken down first")]
    PortUp,
    /// The key is not the one that locked the device.
    #[error("the device is locked with another key")]
    WrongKey,
    /// The configuration item does not exist.
    #[error("the device has no configuration item of this type")]
    NoSuchConfiguration,
    /// The configuration item is the manufacturer's.
    #[error("the configuration item cannot be set")]
    ReadOnlyConfiguration,
    /// The configuration item has another length.
    #[error("the configuration item has another length")]
    ConfigurationLength,
    /// The firmware component does not exist.
    #[error("the firmware has no component with this index")]
    NoSuchComponent,
    /// No image waits for a reset.
    #[error("no image of the component is pending")]
    NothingPending,
    /// A place outside the component, or one that is not at a word.
    #[error("the component has no such place, or pieces are not of such a size")]
    ComponentRange,
    /// Somebody else changes a component.
    #[error("somebody has the update handle")]
    UpdateBusy,
    /// The update handle is not the owner's.
    #[error("the update handle is another one")]
    WrongUpdateHandle,
    /// The update is not as far as this, or farther.
    #[error("the update is not in a state in which this is possible")]
    WrongUpdateState,
    /// MLOCK keeps the host from changing the firmware.
    #[error("the host is locked out")]
    HostLocked,
    /// A kind of segment that cannot be dumped.
    #[error("the menu has no segment of this type")]
    NoSuchSegment,
    /// The object does not exist.
    #[error("no object has this index")]
    NoSuchObject,
    /// No dump is being fetched with this opaque.
    #[error("no dump has the opaque, or others have ended it")]
    NoSuchDump,
    /// A call that is not the next one of its dump.
    #[error("the call is not the next one of the dump")]
    DumpSequence,
    /// A transfer to host memory.
    #[error("the device has no memory keys; only inline dumps are possible")]
    NoMemoryKeys,
}

impl Refusal {
    /// The status in the answer.
    pub const fn status(self) -> Status {
        match self {
            Self::UnknownOpcode | Self::UnknownOpMod | Self::ReadOnlyRegister => {
                Status::BadOperation
            }
            Self::ShortInput => Status::BadInputLength,
            Self::ShortOutput => Status::BadOutputLength,
            Self::WrongPhase | Self::HostLocked => Status::BadSystemState,
            Self::UnknownUid | Self::NoSuchUctx | Self::NoSuchEq | Self::NoSuchUar => {
                Status::BadResource
            }
            Self::UarBusy | Self::UpdateBusy => Status::ResourceBusy,
            Self::PortUp | Self::WrongUpdateState => Status::BadResourceState,
            Self::TooManyPages => Status::LimitExceeded,
            Self::NoUctxLeft | Self::NoEqLeft | Self::NoUarLeft => Status::NoResources,
            Self::UctxCapability
            | Self::UnknownFunction
            | Self::UnknownCapabilityType
            | Self::UnsupportedIssi
            | Self::MisalignedPage
            | Self::DuplicatePage
            | Self::EqSize
            | Self::EqPages
            | Self::EqVector
            | Self::UnknownRegister
            | Self::NoSuchPort
            | Self::NoSuchSensor
            | Self::NoSuchGroup
            | Self::NoSuchLink
            | Self::RegisterValue
            | Self::CapabilityAboveMaximum
            | Self::NoSuchLane
            | Self::NoSuchModule
            | Self::NoSuchPage
            | Self::NoSuchText
            | Self::WrongKey
            | Self::NoSuchConfiguration
            | Self::ReadOnlyConfiguration
            | Self::ConfigurationLength
            | Self::NoSuchComponent
            | Self::NothingPending
            | Self::ComponentRange
            | Self::WrongUpdateHandle
            | Self::NoSuchSegment
            | Self::NoSuchObject
            | Self::NoSuchDump
            | Self::DumpSequence
            | Self::NoMemoryKeys => Status::BadParameter,
        }
    }

    /// The syndrome in the answer: never zero, and a different one for every
    /// reason.
    pub const fn syndrome(self) -> u32 {
        // CAST: a field-less enumeration counts up from zero.
        0x00e0_1000 + self as u32 + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_never_status_ok() {
        for refusal in [Refusal::UnknownOpcode, Refusal::CapabilityAboveMaximum] {
            assert_ne!(refusal.status(), Status::Ok);
            assert_ne!(refusal.syndrome(), 0);
        }
    }
}
