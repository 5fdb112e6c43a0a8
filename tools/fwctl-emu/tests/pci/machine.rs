// SPDX-License-Identifier: GPL-2.0 OR MIT

//! A machine with a function in it, and the part of a driver that fills in
//! queue entries and mailboxes.

use std::cell::{Cell, RefCell};
use std::sync::{Arc, Mutex, MutexGuard};

use fwctl_emu::model::{Config, ConnectX};
use fwctl_emu::pci::{Bus, CommandRecord, DmaError, Function, Observer, Remark, Storage};
use fwctl_emu::prm::queue::{
    cmd_layout, cmd_prot_block, ENTRY_SIZE, INLINE_DATA, MAILBOX_DATA, MAILBOX_SIZE, PCI_COMMAND,
};
use fwctl_emu::prm::Delivery;

/// Where the command queue is.
pub(crate) const QUEUE: u64 = 0x1000;
/// Where the input mailboxes are, one every [`STRIDE`] bytes.
pub(crate) const INPUT: u64 = 0x10_0000;
/// Where the output mailboxes are.
pub(crate) const OUTPUT: u64 = 0x60_0000;
/// From one mailbox to the next.
pub(crate) const STRIDE: u64 = 1024;
/// The token of every message.
pub(crate) const TOKEN: u8 = 0x5a;

const MEMORY: usize = 0xb0_0000;

/// Memory and interrupts of the machine.
pub(crate) struct Host {
    memory: RefCell<Vec<u8>>,
    pub(crate) interrupts: RefCell<Vec<u16>>,
    /// DMA accesses so far.
    pub(crate) accesses: Cell<usize>,
}

impl Host {
    pub(crate) fn new(memory: Vec<u8>) -> Self {
        Self {
            memory: RefCell::new(memory),
            interrupts: RefCell::default(),
            accesses: Cell::new(0),
        }
    }

    fn range(&self, address: u64, length: usize) -> Result<std::ops::Range<usize>, DmaError> {
        self.accesses.set(self.accesses.get() + 1);
        let start = usize::try_from(address).ok();
        start
            .and_then(|start| Some(start..start.checked_add(length)?))
            .filter(|range| range.end <= self.memory.borrow().len())
            .ok_or(DmaError { address, length })
    }
}

impl Bus for Host {
    fn read(&self, address: u64, buffer: &mut [u8]) -> Result<(), DmaError> {
        let range = self.range(address, buffer.len())?;
        buffer.copy_from_slice(&self.memory.borrow()[range]);
        Ok(())
    }

    fn write(&self, address: u64, bytes: &[u8]) -> Result<(), DmaError> {
        let range = self.range(address, bytes.len())?;
        self.memory.borrow_mut()[range].copy_from_slice(bytes);
        Ok(())
    }

    fn publish(&self, address: u64, byte: u8) -> Result<(), DmaError> {
        self.write(address, &[byte])
    }

    fn interrupt(&self, vector: u16) {
        self.interrupts.borrow_mut().push(vector);
    }
}

/// What the function has told.
#[derive(Default)]
pub(crate) struct Seen {
    pub(crate) deliveries: Vec<Delivery>,
    pub(crate) remarks: Vec<Remark>,
}

struct Watch(Arc<Mutex<Seen>>);

impl Observer for Watch {
    fn command(&mut self, record: &CommandRecord<'_>) {
        self.0.lock().unwrap().deliveries.push(record.delivery);
    }

    fn remark(&mut self, remark: Remark) {
        self.0.lock().unwrap().remarks.push(remark);
    }
}

/// A machine in which the driver has allowed DMA and told the queue's address.
pub(crate) struct Machine {
    pub(crate) host: Host,
    pub(crate) function: Function,
    seen: Arc<Mutex<Seen>>,
}

impl Machine {
    /// A machine whose device a driver has brought up.
    pub(crate) fn new() -> Self {
        let mut machine = Self::cold(vec![0; MEMORY]);
        for request in [request(0x104, 16), request(0x102, 32)] {
            assert_eq!(machine.execute(0, &request, 16).1[0], 0);
        }
        machine
    }

    /// A machine just after its driver has told the queue's address.
    pub(crate) fn cold(memory: Vec<u8>) -> Self {
        let seen = Arc::new(Mutex::new(Seen::default()));
        let device = ConnectX::new(Config::default());
        let mut machine = Self {
            host: Host::new(memory),
            function: Function::new(device, Box::new(Watch(seen.clone()))),
            seen,
        };
        machine.set_up();
        machine
    }

    /// The same, whose flash is kept in `storage`.
    pub(crate) fn kept_in(self, storage: Box<dyn Storage>) -> Self {
        let function = self.function.kept_in(storage);
        Self { function, ..self }
    }

    /// What a driver does first.
    pub(crate) fn set_up(&mut self) {
        self.function.config_write(0x04, &[0x06, 0x00]);
        self.write_register(0x10, 0);
        self.write_register(0x14, u32::try_from(QUEUE).unwrap());
    }

    pub(crate) fn write_register(&mut self, offset: u64, value: u32) {
        self.function
            .bar_write(&self.host, offset, &value.to_be_bytes());
    }

    pub(crate) fn read_register(&self, offset: u64) -> u32 {
        let mut value = [0; 4];
        self.function.bar_read(offset, &mut value);
        u32::from_be_bytes(value)
    }

    pub(crate) fn read<const N: usize>(&self, address: u64) -> [u8; N] {
        let mut bytes = [0; N];
        self.host.read(address, &mut bytes).unwrap();
        bytes
    }

    pub(crate) fn poke(&self, address: u64, bytes: &[u8]) {
        self.host.write(address, bytes).unwrap();
    }

    /// Puts a request and room for its answer into memory, and a queue entry
    /// that tells of them.
    pub(crate) fn prepare(&self, slot: u8, request: &[u8], answer_length: usize) {
        self.put_chain(INPUT, request, request.len());
        self.put_chain(OUTPUT, &[], answer_length);
        let mut entry = [0; ENTRY_SIZE];
        cmd_layout::type_.set(&mut entry, PCI_COMMAND);
        cmd_layout::inlen.set(&mut entry, request.len() as u64);
        cmd_layout::outlen.set(&mut entry, answer_length as u64);
        cmd_layout::in_ptr.set(&mut entry, INPUT);
        cmd_layout::out_ptr.set(&mut entry, OUTPUT);
        cmd_layout::in_.copy_from(&mut entry, request);
        cmd_layout::token.set(&mut entry, TOKEN);
        cmd_layout::status_own.set(&mut entry, 1u8);
        self.poke(entry_address(slot), &entry);
        self.sign(slot);
    }

    fn put_chain(&self, first: u64, message: &[u8], length: usize) {
        let blocks = length.saturating_sub(INLINE_DATA).div_ceil(MAILBOX_DATA);
        let mut data = message
            .get(INLINE_DATA..)
            .unwrap_or_default()
            .chunks(MAILBOX_DATA);
        for (number, address) in (0..blocks).zip((first..).step_by(STRIDE as usize)) {
            let mut block = [0; MAILBOX_SIZE];
            cmd_prot_block::data.copy_from(&mut block, data.next().unwrap_or_default());
            cmd_prot_block::token.set(&mut block, TOKEN);
            cmd_prot_block::block_num.set(&mut block, number as u64);
            if number + 1 < blocks {
                cmd_prot_block::next.set(&mut block, address + STRIDE);
            }
            self.poke(address, &block);
        }
    }

    /// Makes an entry's signature right again.
    pub(crate) fn sign(&self, slot: u8) {
        let mut entry: [u8; ENTRY_SIZE] = self.read(entry_address(slot));
        cmd_layout::sig.set(&mut entry, 0u8);
        let signature = !entry.iter().fold(0, |sum, byte| sum ^ byte);
        cmd_layout::sig.set(&mut entry, signature);
        self.poke(entry_address(slot), &entry);
    }

    /// Rings the command doorbell for a slot.
    pub(crate) fn ring(&mut self, slot: u8) {
        self.write_register(0x18, 1 << slot);
    }

    /// The last byte of an entry: status and ownership.
    pub(crate) fn status(&self, slot: u8) -> u8 {
        let [status] = self.read(entry_address(slot) + 63);
        status
    }

    /// The answer that lies in a slot's entry and the output mailboxes.
    pub(crate) fn answer(&self, slot: u8, length: usize) -> Vec<u8> {
        let mut answer = self.read::<INLINE_DATA>(entry_address(slot) + 32).to_vec();
        let mut address = OUTPUT;
        while answer.len() < length {
            answer.extend(self.read::<MAILBOX_DATA>(address));
            address += STRIDE;
        }
        answer.truncate(length);
        answer
    }

    /// Runs a command and returns the delivery status and the answer.
    pub(crate) fn execute(&mut self, slot: u8, request: &[u8], length: usize) -> (u8, Vec<u8>) {
        self.prepare(slot, request, length);
        self.ring(slot);
        let status = self.status(slot);
        assert_eq!(status & 1, 0, "the entry is the driver's again");
        (status >> 1, self.answer(slot, length))
    }

    pub(crate) fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap()
    }

    pub(crate) fn last_remark(&self) -> Option<Remark> {
        self.seen().remarks.last().copied()
    }
}

/// Where a slot's entry is.
pub(crate) fn entry_address(slot: u8) -> u64 {
    QUEUE + u64::from(slot) * 64
}

/// A request of `length` bytes that is all zeros but for its opcode.
pub(crate) fn request(opcode: u16, length: usize) -> Vec<u8> {
    let mut request = vec![0; length];
    request[..2].copy_from_slice(&opcode.to_be_bytes());
    request
}
