// SPDX-License-Identifier: GPL-2.0

//! What a caller has mapped, and what it holds by this program's own account.

use std::sync::Arc;

use harness::{
    errno::Errno,
    expect::same_bytes,
    ktap::Outcome,
    sys::{
        Access,
        Caller,
        Pages,
        PAGE, //
    }, //
};

/// A stretch of pages with a hole behind it.
struct Segment {
    pages: Arc<Pages>,
    access: Vec<Access>,
    /// What it holds.
    content: Vec<u8>,
    /// Whether a call may have changed it since it was last looked at.
    used: bool,
}

/// What a call does to memory.
#[derive(Clone, Debug)]
pub enum Effect {
    /// These bytes are written.
    Written(u64, Vec<u8>),
    /// Some of these bytes are written: the call fails on its way.
    Perhaps(u64, Vec<u8>),
    /// Any bytes are written, so many at most.
    Anything(u64, usize),
}

/// The memory of a caller.
pub struct Memory {
    segments: Vec<Segment>,
}

/// The pages of the segment for all but the longest messages. One more follows, which is a hole.
const LAYOUT: [Access; 7] = [
    Access::Write,
    Access::Write,
    Access::Write,
    Access::None,
    Access::Write,
    Access::Read,
    Access::Write,
];

/// Offset of the page that can only be read.
pub const READ_ONLY: usize = 5 * PAGE;

/// Length in bytes of the segment for the longest messages.
pub const LONG: usize = (2 << 20) + PAGE;

impl Memory {
    /// Memory where `caller` can point to; `read_only` is at the start of the page of that kind.
    pub fn new(caller: Caller, read_only: &[u8]) -> Result<Self, Errno> {
        let pages = Pages::new(caller, LAYOUT.len() * PAGE)?;
        let mut content: Vec<u8> = (0..pages.len()).map(|at| (at % 253) as u8 | 1).collect();
        content[READ_ONLY..][..read_only.len()].copy_from_slice(read_only);
        pages.write(0, &content);
        for (page, access) in LAYOUT.into_iter().enumerate() {
            pages.set_access(page * PAGE, access)?;
        }
        let short = Segment {
            pages: Arc::new(pages),
            access: LAYOUT.to_vec(),
            content,
            used: true,
        };
        let long = Segment {
            pages: Arc::new(Pages::new(caller, LONG)?),
            access: vec![Access::Write; LONG / PAGE],
            content: vec![0; LONG],
            used: false,
        };
        Ok(Self {
            segments: vec![short, long],
        })
    }

    /// Address of a byte in the segment of short messages.
    pub fn short(&self, offset: usize) -> u64 {
        self.segments[0].pages.at(offset)
    }

    /// Address of a byte in the segment of long messages.
    pub fn long(&self, offset: usize) -> u64 {
        self.segments[1].pages.at(offset)
    }

    /// The segment that `address` is in, and where there.
    fn find(&self, address: u64) -> Option<(usize, usize)> {
        let within = |segment: &Segment| {
            let offset = address.checked_sub(segment.pages.at(0))?;
            let offset = usize::try_from(offset).ok()?;
            (offset < segment.content.len()).then_some(offset)
        };
        let mut segments = self.segments.iter().enumerate();
        segments.find_map(|(index, segment)| Some((index, within(segment)?)))
    }

    /// How many of the `len` bytes at `address` can be accessed, up to the first that cannot.
    pub fn accessible(&self, address: u64, len: usize, access: Access) -> usize {
        let Some((index, offset)) = self.find(address) else {
            return 0;
        };
        let pages = &self.segments[index].access;
        let mut end = offset;
        while end < offset.saturating_add(len) && pages.get(end / PAGE) >= Some(&access) {
            end = (end / PAGE + 1) * PAGE;
        }
        (end - offset).min(len)
    }

    /// The bytes at `address`, if all of them can be read.
    pub fn read(&self, address: u64, len: usize) -> Option<&[u8]> {
        if len == 0 {
            return Some(&[]);
        }
        (self.accessible(address, len, Access::Read) == len).then_some(())?;
        let (index, offset) = self.find(address)?;
        Some(&self.segments[index].content[offset..offset + len])
    }

    /// Puts `bytes` at `address`, as far as that can be written.
    pub fn put(&mut self, address: u64, bytes: &[u8]) {
        let len = self.accessible(address, bytes.len(), Access::Write);
        if let Some((index, offset)) = self.find(address) {
            let segment = &mut self.segments[index];
            segment.pages.write(offset, &bytes[..len]);
            segment.content[offset..offset + len].copy_from_slice(&bytes[..len]);
        }
    }

    /// After a call with these effects: nothing else has changed. What is there is what there was
    /// before the next.
    pub fn check(&mut self, effects: &[Effect]) -> Outcome {
        for effect in effects {
            let (Effect::Written(address, _)
            | Effect::Perhaps(address, _)
            | Effect::Anything(address, _)) = *effect;
            if let Some((index, _)) = self.find(address) {
                self.segments[index].used = true;
            }
        }
        for index in 0..self.segments.len() {
            if self.segments[index].used {
                self.check_segment(index, effects)?;
            }
        }
        self.segments[1].used = false;
        Ok(())
    }

    fn check_segment(&mut self, index: usize, effects: &[Effect]) -> Outcome {
        let segment = &self.segments[index];
        let actual = segment.read();
        let mut expected = segment.content.clone();
        for effect in effects {
            match effect {
                Effect::Written(address, bytes) => {
                    if let Some(place) = self.place(index, *address, bytes.len()) {
                        expected[place].copy_from_slice(bytes);
                    }
                }
                Effect::Perhaps(address, bytes) => {
                    if let Some(place) = self.place(index, *address, bytes.len()) {
                        for (at, byte) in place.zip(bytes) {
                            if actual[at] == *byte {
                                expected[at] = *byte;
                            }
                        }
                    }
                }
                Effect::Anything(address, len) => {
                    if let Some(place) = self.place(index, *address, *len) {
                        expected[place.clone()].copy_from_slice(&actual[place]);
                    }
                }
            }
        }
        let verdict = if actual == expected {
            Ok(())
        } else {
            same_bytes(&format!("segment {index}"), &actual, &expected)
        };
        self.segments[index].content = actual;
        verdict
    }

    /// Where `len` bytes at `address` are in the segment `index`.
    fn place(&self, index: usize, address: u64, len: usize) -> Option<std::ops::Range<usize>> {
        let (found, offset) = self.find(address)?;
        (found == index).then_some(offset..offset + len)
    }
}

impl Segment {
    /// What is there now. A page that cannot be read has not changed.
    fn read(&self) -> Vec<u8> {
        let mut content = self.content.clone();
        for (page, access) in self.access.iter().enumerate() {
            if *access != Access::None {
                let at = page * PAGE;
                content[at..at + PAGE].copy_from_slice(&self.pages.read(at, PAGE));
            }
        }
        content
    }
}
