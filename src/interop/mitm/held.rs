//! Handshakes of WebSockets that wait for their messages.

use std::collections::VecDeque;

use crate::interop::Imported;

/// How many may wait, and how many bytes their flows may have in all. What is longest there goes on without messages.
const MOST: usize = 1024;
const MOST_BYTES: usize = 64 << 20;

/// A handshake that waits.
pub(super) struct Waiting {
    /// Identifier of its flow.
    pub(super) id: Vec<u8>,
    pub(super) imported: Imported,
    /// Length of its flow.
    pub(super) bytes: usize,
    /// Whether it is known already that it was changed by hand.
    pub(super) changed: bool,
}

/// All of them, in the order of the file.
#[derive(Default)]
pub(super) struct Held {
    waiting: VecDeque<Waiting>,
    bytes: usize,
}

impl Held {
    /// Lets one wait, and gives back those that cannot wait any longer.
    pub(super) fn hold(&mut self, waiting: Waiting) -> Vec<Imported> {
        self.bytes += waiting.bytes;
        self.waiting.push_back(waiting);
        let mut gone = Vec::new();
        while self.waiting.len() > MOST || self.bytes > MOST_BYTES {
            let Some(oldest) = self.waiting.pop_front() else { break };
            self.bytes -= oldest.bytes;
            gone.push(oldest.imported);
        }
        gone
    }

    /// The handshake whose flow is called `id`, if it waits.
    pub(super) fn take(&mut self, id: &[u8]) -> Option<Waiting> {
        let at = self.waiting.iter().position(|waiting| waiting.id == id && !id.is_empty())?;
        let found = self.waiting.remove(at)?;
        self.bytes -= found.bytes;
        Some(found)
    }

    /// Those that still wait.
    pub(super) fn into_rest(self) -> impl Iterator<Item = Imported> {
        self.waiting.into_iter().map(|waiting| waiting.imported)
    }
}
