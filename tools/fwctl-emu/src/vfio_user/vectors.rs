// SPDX-License-Identifier: GPL-2.0 OR MIT

//! MSI-X vectors, as the client sets them up: one event file descriptor each.

use std::fs::File;
use std::io::Write;

use crate::model::connectx5;

/// The event file descriptors of the MSI-X vectors.
#[derive(Debug, Default)]
pub(super) struct Vectors {
    events: Vec<Option<File>>,
}

impl Vectors {
    /// Gives `count` vectors from `start` on new descriptors; vectors for
    /// which there is none are disconnected. No vectors at all means all are.
    pub(super) fn connect(&mut self, start: u32, count: u32, descriptors: Vec<File>) {
        if count == 0 {
            self.clear();
            return;
        }
        self.events
            .resize_with(usize::from(connectx5::VECTORS), || None);
        let mut descriptors = descriptors.into_iter();
        let start = usize::try_from(start).unwrap_or(usize::MAX);
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        for event in self.events.iter_mut().skip(start).take(count) {
            *event = descriptors.next();
        }
    }

    /// Disconnects all vectors.
    pub(super) fn clear(&mut self) {
        self.events.clear();
    }

    /// Raises a vector, if it is connected.
    pub(super) fn raise(&self, vector: u16) {
        if let Some(Some(mut event)) = self.events.get(usize::from(vector)).map(Option::as_ref) {
            // A write fails only when the counter is full or the other side
            // gone: then the interrupt is pending already, or nobody's.
            let _ = event.write(&1u64.to_ne_bytes());
        }
    }
}
