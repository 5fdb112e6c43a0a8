// SPDX-License-Identifier: GPL-2.0 OR MIT

//! Mailboxes: chains of blocks in host memory that carry a message's bytes
//! after the first 16.

use super::bus::{read_array, Bus};
use crate::prm::queue::{cmd_prot_block, INLINE_DATA, MAILBOX_DATA, MAILBOX_SIZE};

/// The bits of a mailbox's address that must be zero.
const MISALIGNED: u64 = MAILBOX_DATA as u64 - 1;

/// What is wrong with a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ChainError {
    /// A block is misaligned or not in memory.
    Pointer,
    /// A block carries another token.
    Token,
    /// A block carries another number than its place in the chain.
    BlockNumber,
}

/// One block.
pub(super) struct Block {
    pub(super) address: u64,
    pub(super) bytes: [u8; MAILBOX_SIZE],
}

/// The blocks of a message of `length` bytes whose first one is at `first`.
///
/// It ends after as many blocks as the length calls for, or at the first that
/// is wrong: a chain that leads back into itself has a wrong block number.
pub(super) fn chain(
    bus: &dyn Bus,
    first: u64,
    length: usize,
    token: u8,
) -> Result<Vec<Block>, ChainError> {
    let blocks = length.saturating_sub(INLINE_DATA).div_ceil(MAILBOX_DATA);
    let mut address = first;
    let mut chain = Vec::new();
    for number in 0..blocks {
        if address & MISALIGNED != 0 {
            return Err(ChainError::Pointer);
        }
        let bytes = read_array(bus, address).map_err(|_| ChainError::Pointer)?;
        if cmd_prot_block::token.u8(&bytes) != token {
            return Err(ChainError::Token);
        }
        if usize::try_from(cmd_prot_block::block_num.u32(&bytes)) != Ok(number) {
            return Err(ChainError::BlockNumber);
        }
        let next = cmd_prot_block::next.u64(&bytes);
        chain.push(Block { address, bytes });
        address = next;
    }
    Ok(chain)
}

/// The message of `length` bytes that begins in the queue entry and goes on in
/// the chain.
pub(super) fn gather(inline: &[u8], chain: &[Block], length: usize) -> Vec<u8> {
    let mut message = inline.to_vec();
    for block in chain {
        message.extend_from_slice(cmd_prot_block::data.bytes(&block.bytes));
    }
    message.truncate(length);
    message
}

/// Writes the message's bytes after the first 16 to the chain.
pub(super) fn scatter(bus: &dyn Bus, chain: &[Block], message: &[u8]) -> Result<(), ChainError> {
    let rest = message.get(INLINE_DATA..).unwrap_or_default();
    for (block, data) in chain.iter().zip(rest.chunks(MAILBOX_DATA)) {
        bus.write(block.address, data)
            .map_err(|_| ChainError::Pointer)?;
    }
    Ok(())
}
