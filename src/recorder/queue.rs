//! The queue between whoever submits and the writer thread. Submitting never blocks for longer than it takes to append to a list.
//!
//! Waking a thread costs as much as recording an event. So the writer is woken for what somebody waits for (the end of an exchange, a command),
//! and for the rest when enough of it has come together; what is not urgent waits for at most [`LINGER`].

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::Command;

/// Longest wait of what is not urgent.
const LINGER: Duration = Duration::from_millis(20);

/// Bytes of bodies that make anything urgent: their permits are wanted back.
const BYTES: usize = 256 * 1024;

/// So many commands make anything urgent.
const COMMANDS: usize = 256;

/// See the head of this file.
#[derive(Default)]
pub(super) struct Queue {
    state: Mutex<State>,
    wake: Condvar,
}

#[derive(Default)]
struct State {
    commands: Vec<Command>,
    bytes: usize,
    waiting: bool,
    /// Nobody takes commands any more.
    closed: bool,
}

impl Queue {
    fn state(&self) -> MutexGuard<'_, State> {
        // A command is only ever appended or taken: a panic elsewhere leaves no half of one.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Appends a command, or drops it if nobody takes commands any more.
    pub(super) fn push(&self, command: Command, bytes: usize, urgent: bool) {
        let mut state = self.state();
        if state.closed {
            drop(state);
            drop(command);
            return;
        }
        state.commands.push(command);
        state.bytes = state.bytes.saturating_add(bytes);
        if state.waiting && (urgent || state.bytes >= BYTES || state.commands.len() >= COMMANDS) {
            state.waiting = false;
            drop(state);
            self.wake.notify_one();
        }
    }

    /// Waits for commands and puts all of them into `taken`, which is empty.
    /// `once`: waits no longer than [`LINGER`], and there may be none.
    pub(super) fn take(&self, taken: &mut Vec<Command>, once: bool) {
        let mut state = self.state();
        while state.commands.is_empty() {
            state.waiting = true;
            state = self.wake.wait_timeout(state, LINGER).unwrap_or_else(PoisonError::into_inner).0;
            if once {
                break;
            }
        }
        state.waiting = false;
        state.bytes = 0;
        std::mem::swap(&mut state.commands, taken);
    }

    /// From here on commands are dropped; those that wait, too.
    pub(super) fn close(&self) {
        let mut state = self.state();
        state.closed = true;
        let left = std::mem::take(&mut state.commands);
        drop(state);
        drop(left);
    }
}
