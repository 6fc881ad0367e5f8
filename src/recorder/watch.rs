//! The thread beside the writer: forces files to the disk at a stated interval, and looks whether the recording still lies where it began and
//! has space. It writes nothing and ends nothing; it tells what it found.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::queue::Queue;
use super::{Command, State};
use crate::capture::{CaptureError, Dirty, Room, Writer};

/// What is under way for longer than this is put on the disk before its end.
const LONG: Duration = Duration::from_secs(1);

/// What the watch found, for the writer.
#[derive(Debug)]
pub(super) enum Trouble {
    /// What was written may not be kept: nothing that follows could be relied on.
    Failed(CaptureError),
    /// Space is short: what is under way can still be ended in order.
    Short(CaptureError),
}

/// Where it is told. The operating system says some of it only once.
pub(super) type Found = Mutex<Option<Trouble>>;

/// What is watched, and who is told.
pub(super) struct Watch {
    folder: PathBuf,
    room: Room,
    log: Dirty,
    dirty: Arc<Mutex<Vec<Dirty>>>,
    state: Arc<State>,
    found: Arc<Found>,
    writer: Arc<Queue>,
}

impl Watch {
    pub(super) fn over(writer: &Writer, state: &Arc<State>, found: &Arc<Found>, queue: &Arc<Queue>) -> Self {
        Self {
            folder: writer.folder().to_owned(),
            room: writer.room(),
            log: writer.log(),
            dirty: writer.dirty(),
            state: Arc::clone(state),
            found: Arc::clone(found),
            writer: Arc::clone(queue),
        }
    }

    /// Looks every `interval`, until nobody holds the other end of `stopped` or something was found.
    pub(super) fn run(self, stopped: &Receiver<()>, interval: Duration) {
        let mut since = Duration::ZERO;
        while stopped.recv_timeout(interval) == Err(RecvTimeoutError::Timeout) {
            since += interval;
            if since >= LONG {
                since = Duration::ZERO;
                self.writer.push(Command::KeepLongOnes, 0, false);
            }
            let Err(trouble) = self.look() else { continue };
            let (Trouble::Failed(error) | Trouble::Short(error)) = &trouble;
            self.state.refuse(|| error.to_string());
            *self.found.lock().unwrap_or_else(PoisonError::into_inner) = Some(trouble);
            // It may be waiting for a request that nobody lets begin any more.
            self.writer.push(Command::Look, 0, true);
            return;
        }
    }

    fn look(&self) -> Result<(), Trouble> {
        self.log.in_place().map_err(Trouble::Failed)?;
        let files = std::mem::take(&mut *self.dirty.lock().unwrap_or_else(PoisonError::into_inner));
        for file in files {
            file.force().map_err(Trouble::Failed)?;
        }
        self.room.too_little(&self.folder, 0).map_or(Ok(()), |error| Err(Trouble::Short(error)))
    }
}
