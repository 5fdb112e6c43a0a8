// SPDX-License-Identifier: GPL-2.0 OR MIT

//! A vfio-user client that drives the device as a guest would.

use std::fs::File;
use std::os::fd::AsRawFd;
use std::os::unix::fs::FileExt;
use std::path::Path;

use vfio_user::Client;

pub(crate) const BAR0: u32 = 0;
pub(crate) const CONFIG: u32 = 7;
pub(crate) const MSIX: u32 = 2;
/// Event file descriptors, to be triggered.
pub(crate) const EVENTFD_TRIGGER: u32 = (1 << 2) | (1 << 5);

/// Where the guest has its memory.
pub(crate) const MEMORY: u64 = 0x1_0000_0000;
pub(crate) const MEMORY_SIZE: u64 = 0x10_0000;
pub(crate) const QUEUE: u64 = MEMORY + 0x1000;
pub(crate) const RING: u64 = MEMORY + 0x2000;

/// A guest that is connected.
pub(crate) struct Guest {
    pub(crate) client: Client,
    pub(crate) memory: File,
}

impl Guest {
    pub(crate) fn connect(socket: &Path) -> Self {
        let mut client = Client::new(socket).unwrap();
        let memory = tempfile::tempfile().unwrap();
        memory.set_len(MEMORY_SIZE).unwrap();
        client
            .dma_map(0, MEMORY, MEMORY_SIZE, memory.as_raw_fd())
            .unwrap();
        client.region_write(CONFIG, 0x04, &[0x06, 0]).unwrap();
        client
            .region_write(BAR0, 0x10, &QUEUE.to_be_bytes())
            .unwrap();
        Self { client, memory }
    }

    /// Rings for the command whose 16 bytes of request, and more in an input
    /// mailbox, are given; returns the entry's last byte and the answer's start.
    pub(crate) fn execute(&mut self, request: &[u8]) -> (u8, [u8; 16]) {
        self.send(0, request);
        let entry = self.entry(0);
        (entry[63], entry[32..48].try_into().unwrap())
    }

    /// Rings for a command. The rest of its answer goes to 0x4000 of the memory.
    pub(crate) fn send(&mut self, slot: u8, request: &[u8]) {
        let place = 0x1000 + 64 * u64::from(slot);
        let mut entry = [0; 64];
        entry[0] = 7;
        entry[7] = 16;
        entry[16..32].copy_from_slice(&request[..16]);
        entry[59] = 16;
        entry[63] = 1;
        if request.len() > 16 {
            let mut mailbox = [0; 576];
            mailbox[..request.len() - 16].copy_from_slice(&request[16..]);
            self.memory.write_all_at(&mailbox, 0x3000).unwrap();
            entry[4..8].copy_from_slice(&(request.len() as u32).to_be_bytes());
            entry[8..16].copy_from_slice(&(MEMORY + 0x3000).to_be_bytes());
            let room = [0; 576];
            self.memory.write_all_at(&room, 0x4000).unwrap();
            entry[48..56].copy_from_slice(&(MEMORY + 0x4000).to_be_bytes());
            entry[56..60].copy_from_slice(&(request.len() as u32).to_be_bytes());
        }
        entry[61] = !entry.iter().fold(0, |sum, byte| sum ^ byte);
        self.memory.write_all_at(&entry, place).unwrap();
        let bell = 1u32 << slot;
        self.client
            .region_write(BAR0, 0x18, &bell.to_be_bytes())
            .unwrap();
    }

    /// A queue entry as it is now.
    pub(crate) fn entry(&self, slot: u8) -> [u8; 64] {
        let mut entry = [0; 64];
        self.memory
            .read_exact_at(&mut entry, 0x1000 + 64 * u64::from(slot))
            .unwrap();
        entry
    }

    pub(crate) fn command(&mut self, opcode: u16, length: usize) -> [u8; 16] {
        let mut request = vec![0; length];
        request[..2].copy_from_slice(&opcode.to_be_bytes());
        let (status, answer) = self.execute(&request);
        assert_eq!(status, 0, "{opcode:#x} is completed");
        answer
    }
}
