// SPDX-License-Identifier: GPL-2.0 OR MIT

//! MCQS, MCQI, MCC and MCDA: the firmware's components.

use super::{ConnectX, Effect, Refusal};
use crate::model::component::{Instruction, State, LOG_WORD, MAX_SIZE};
use crate::model::image::Image;
use crate::prm::register::component::{
    mcc_reg, mcda_reg, mcqi_activation_method as activation, mcqi_cap as capabilities, mcqi_reg,
    mcqi_version as properties, mcqs_reg, MCDA_HEADER, MCQI_HEADER,
};
use crate::prm::Field;

/// The only component, the firmware itself: BOOT_IMG.
const BOOT_IMAGE: u8 = 1;
const BOOT_IMAGE_INDEX: u16 = 0;

/// What component_status says of a component that is there and runs.
const IN_USE: u8 = 2;
/// What the type of an owner says: one that uses commands.
const COMMAND_INTERFACE: u8 = 4;

/// The most data of MCDA.
const PIECE: usize = 128;

/// MCQI's sets of properties.
const CAPABILITIES: u8 = 0;
const VERSION: u8 = 1;
const ACTIVATION_METHOD: u8 = 5;

fn check_component(index: Field, asked: &[u8]) -> Result<(), Refusal> {
    match index.u16(asked) {
        BOOT_IMAGE_INDEX => Ok(()),
        _ => Err(Refusal::NoSuchComponent),
    }
}

pub(super) fn mcqs(device: &mut ConnectX, asked: &[u8], value: &mut [u8]) -> Result<(), Refusal> {
    check_component(mcqs_reg::component_index, asked)?;
    device.update.expire(device.uptime);
    // CAST: the enumeration is `repr(u8)`.
    let progress = device.update.progress as u8;
    mcqs_reg::last_index_flag.set(value, true);
    mcqs_reg::identifier.set(value, BOOT_IMAGE);
    mcqs_reg::component_status.set(value, IN_USE);
    mcqs_reg::component_update_state.set(value, progress);
    if progress != 0 {
        mcqs_reg::last_update_state_changer_type.set(value, COMMAND_INTERFACE);
    }
    Ok(())
}

/// The image that runs, or the one that is to.
fn image(device: &ConnectX, pending: bool) -> Result<Image, Refusal> {
    match pending {
        true => device.flash.pending.clone().ok_or(Refusal::NothingPending),
        false => Ok(device.running_image()),
    }
}

pub(super) fn mcqi(device: &mut ConnectX, asked: &[u8], value: &mut [u8]) -> Result<(), Refusal> {
    check_component(mcqi_reg::component_index, asked)?;
    let pending = mcqi_reg::read_pending_component.is_set(asked);
    let image = image(device, pending)?;
    let kind = mcqi_reg::info_type.u8(asked);
    let set = match kind {
        CAPABILITIES => capabilities_of(&image),
        VERSION => version_of(&image),
        ACTIVATION_METHOD => activation_method(),
        _ => return Err(Refusal::NoSuchGroup),
    };
    let offset = mcqi_reg::offset.u32(asked);
    let rest = usize::try_from(offset)
        .ok()
        .filter(|offset| offset % 4 == 0)
        .and_then(|offset| set.get(offset..))
        .ok_or(Refusal::ComponentRange)?;
    let (header, room) = value.split_at_mut(MCQI_HEADER);
    let wanted = usize::from(mcqi_reg::data_size.u16(asked));
    let length = wanted.min(rest.len()).min(room.len());
    room[..length].copy_from_slice(&rest[..length]);
    mcqi_reg::read_pending_component.set(header, pending);
    mcqi_reg::info_type.set(header, kind);
    // CAST: a set has at most 124 bytes.
    mcqi_reg::info_size.set(header, set.len() as u64);
    mcqi_reg::offset.set(header, offset);
    // CAST: the same.
    mcqi_reg::data_size.set(header, length as u64);
    Ok(())
}

fn capabilities_of(image: &Image) -> Vec<u8> {
    let mut set = vec![0; capabilities::LAYOUT.end()];
    let sets: u32 = (1 << VERSION) | (1 << ACTIVATION_METHOD);
    capabilities::supported_info_bitmask.set(&mut set, sets);
    // CAST: the sizes are those of firmware, at most MAX_SIZE.
    capabilities::component_size.set(&mut set, image.bytes().len() as u64);
    capabilities::max_component_size.set(&mut set, MAX_SIZE as u64);
    capabilities::log_mcda_word_size.set(&mut set, LOG_WORD);
    capabilities::mcda_max_write_size.set(&mut set, PIECE as u64);
    capabilities::rd_en.set(&mut set, true);
    capabilities::match_chip_id.set(&mut set, true);
    capabilities::match_psid.set(&mut set, true);
    set
}

fn version_of(image: &Image) -> Vec<u8> {
    let mut set = vec![0; properties::LAYOUT.end()];
    let version = image.version();
    let text = version.to_string();
    properties::version.set(&mut set, version.number());
    // CAST: three numbers of at most five digits, and two dots.
    properties::version_string_length.set(&mut set, text.len() as u64);
    properties::version_string.copy_from(&mut set, text.as_bytes());
    set
}

/// What was activated counts once the firmware or the machine starts anew.
fn activation_method() -> Vec<u8> {
    let mut set = vec![0; activation::LAYOUT.end()];
    activation::pending_fw_reset.set(&mut set, true);
    activation::pending_server_reboot.set(&mut set, true);
    set
}

pub(super) fn mcc(device: &mut ConnectX, asked: &[u8], value: &mut [u8]) -> Result<(), Refusal> {
    let update = &mut device.update;
    update.expire(device.uptime);
    let handle = update.shown_handle(mcc_reg::update_handle.u32(asked));
    let silence = update.silence(device.uptime);
    mcc_reg::time_elapsed_since_last_cmd.set(value, silence);
    mcc_reg::update_handle.set(value, handle);
    mcc_reg::control_state.set(value, update.state.code());
    // CAST: the enumeration is `repr(u8)`.
    mcc_reg::error_code.set(value, update.rejection as u8);
    mcc_reg::control_progress.set(value, 100u8);
    if update.state != State::Idle {
        mcc_reg::handle_owner_type.set(value, COMMAND_INTERFACE);
    }
    Ok(())
}

/// What MCC asks for.
fn instruction(asked: &[u8]) -> Result<Instruction, Refusal> {
    let of_component = |instruction| {
        check_component(mcc_reg::component_index, asked)?;
        Ok(instruction)
    };
    match mcc_reg::instruction.u8(asked) {
        0x1 => Ok(Instruction::Lock),
        0x2 => Ok(Instruction::Release),
        0x3 => of_component(Instruction::Update {
            size: usize::try_from(mcc_reg::component_size.u32(asked)).unwrap_or(usize::MAX),
        }),
        0x4 => Ok(Instruction::Verify),
        0x6 => of_component(Instruction::Activate),
        0x7 => of_component(Instruction::Read),
        0x8 => Ok(Instruction::Cancel),
        0x9 => Ok(Instruction::CheckHandle),
        0xa => Ok(Instruction::ForceRelease),
        0xb => of_component(Instruction::ReadPending),
        _ => Err(Refusal::RegisterValue),
    }
}

pub(super) fn set_mcc(device: &mut ConnectX, asked: &[u8]) -> Result<Option<Effect>, Refusal> {
    let instruction = instruction(asked)?;
    if instruction == Instruction::Lock && device.registers.lock.is_locked() {
        return Err(Refusal::HostLocked);
    }
    device.update.expire(device.uptime);
    let activated = device.update.instruct(
        instruction,
        mcc_reg::update_handle.u32(asked),
        device.uptime,
        &device.flash,
        &device.config,
    )?;
    if let Some(image) = activated {
        device.flash_mut().pending = Some(image);
    }
    Ok(None)
}

/// Where the piece is, and how long.
fn piece(asked: &[u8]) -> Result<(usize, usize), Refusal> {
    let word = 1 << LOG_WORD;
    let offset = usize::try_from(mcda_reg::offset.u32(asked)).unwrap_or(usize::MAX);
    let size = usize::from(mcda_reg::size.u16(asked));
    match offset % word == 0 && size % word == 0 && size <= PIECE {
        true => Ok((offset, size)),
        false => Err(Refusal::ComponentRange),
    }
}

/// MCDA, read: a piece of an image. While one is written there is nothing to
/// read.
pub(super) fn mcda(device: &mut ConnectX, asked: &[u8], value: &mut [u8]) -> Result<(), Refusal> {
    device.update.expire(device.uptime);
    let handle = mcda_reg::update_handle.u32(asked);
    let (offset, size) = piece(asked)?;
    let pending = match device.update.reads(handle, device.uptime)? {
        State::Upload => Some(false),
        State::UploadPending => Some(true),
        _ => None,
    };
    let (header, room) = value.split_at_mut(MCDA_HEADER);
    if let Some(pending) = pending {
        let image = image(device, pending)?;
        let rest = image.bytes().get(offset..).ok_or(Refusal::ComponentRange)?;
        let length = size.min(rest.len());
        let room = room.get_mut(..length).ok_or(Refusal::ShortOutput)?;
        room.copy_from_slice(&rest[..length]);
    }
    mcda_reg::update_handle.set(header, handle);
    mcda_reg::offset.set(header, mcda_reg::offset.u32(asked));
    mcda_reg::size.set(header, mcda_reg::size.u16(asked));
    Ok(())
}

pub(super) fn set_mcda(device: &mut ConnectX, asked: &[u8]) -> Result<Option<Effect>, Refusal> {
    device.update.expire(device.uptime);
    let (offset, size) = piece(asked)?;
    let data = &asked[MCDA_HEADER..];
    let data = data.get(..size).ok_or(Refusal::ShortInput)?;
    let handle = mcda_reg::update_handle.u32(asked);
    device.update.write(handle, offset, data, device.uptime)?;
    Ok(None)
}
