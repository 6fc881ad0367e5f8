//! The writer thread, and the one that forces files to the disk.

use std::fs::File;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::open::Open;
use super::queue::Queue;
use super::{Command, State};
use crate::capture::{CaptureError, Finished, Writer};
use crate::model::{Event, Receipt, Submission, Timestamp};

/// Bytes that wait before they are handed to the operating system although more events are there.
const BATCH: usize = 1 << 20;

/// Runs until the recording is finished. A failure to write ends the recording, not the thread: receipts of what can no longer be kept are
/// dropped uncalled, so that no browser is told that it has something whole which nobody recorded.
pub(super) fn run(
    writer: Writer,
    inbox: &Queue,
    outbox: Sender<Finished>,
    state: &State,
    sync_interval: Duration,
) -> Result<(), CaptureError> {
    let (stop, stopped) = mpsc::channel::<()>();
    let dirty = writer.dirty();
    let unforced: Arc<Unforced> = Arc::default();
    let told = Arc::clone(&unforced);
    let folder = writer.folder().to_owned();
    let forcing = std::thread::Builder::new().name("recorder-sync".to_owned()).spawn(move || force(&dirty, &stopped, sync_interval, &told));
    let result = match forcing {
        Ok(forcing) => {
            let result = record(writer, inbox, outbox, state, &unforced);
            drop(stop);
            // It ends at once; a panic in it has been printed.
            let _ = forcing.join();
            result
        }
        Err(error) => Err(CaptureError::write(&folder)(error)),
    };
    // From here on every receipt that arrives is dropped.
    inbox.close();
    if let Err(error) = &result {
        *state.failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(error.to_string());
    }
    result
}

/// Why files could not be forced to the disk.
type Unforced = Mutex<Option<std::io::Error>>;

fn record(mut writer: Writer, inbox: &Queue, outbox: Sender<Finished>, state: &State, unforced: &Unforced) -> Result<(), CaptureError> {
    let mut open = Open::default();
    let mut receipts: Vec<Receipt> = Vec::new();
    let mut finished: Vec<Finished> = Vec::new();
    let mut outbox = Some(outbox);
    let mut ended = None;
    let mut stop = false;
    let mut batch: Vec<Command> = Vec::new();
    while !stop {
        inbox.take(&mut batch);
        for command in batch.drain(..) {
            match command {
                Command::Submission(submission) => take(submission, &mut open, &mut writer, &mut receipts, &mut finished)?,
                Command::Digest(number, digest) => writer.digest(number, digest),
                Command::Fact(name, value) => writer.fact(name, &value),
                // Nothing that is worth keeping comes after it.
                Command::Stop => stop = true,
                Command::Close(at) => {
                    finished.extend(open.end_all(at, &mut writer)?);
                    ended = Some(at);
                }
            }
            if writer.pending() >= BATCH {
                writer.commit()?;
            }
        }
        open.flush(&writer)?;
        writer.commit()?;
        // What could not be forced to the disk may be gone, and the operating system says so only once.
        if let Some(error) = unforced.lock().unwrap_or_else(PoisonError::into_inner).take() {
            return Err(CaptureError::write(writer.folder())(error));
        }
        receipts.drain(..).for_each(|receipt| receipt());
        state.entries.fetch_add(finished.len() as u64, Ordering::Relaxed);
        for entry in finished.drain(..) {
            if let Some(outbox) = &outbox {
                // Nobody has to listen.
                let _ = outbox.send(entry);
            }
        }
        if ended.is_some() {
            outbox = None;
        }
    }
    writer.finish(ended.unwrap_or(Timestamp::from_nanoseconds(0)))
}

fn take(
    submission: Submission,
    open: &mut Open,
    writer: &mut Writer,
    receipts: &mut Vec<Receipt>,
    finished: &mut Vec<Finished>,
) -> Result<(), CaptureError> {
    let Submission { stamped, receipt } = submission;
    match &stamped.event {
        Event::Tunnel(tunnel) => writer.tunnel(tunnel, stamped.at),
        Event::Mark(mark) => writer.mark(stamped.at, mark),
        Event::Gap(gap) => writer.gap(gap),
        _ => finished.extend(open.event(stamped, writer)?),
    }
    receipts.extend(receipt);
    Ok(())
}

/// Forces what was written to the disk, every `interval`, until nobody holds the other end of `stopped`. A failure is told and ends it.
fn force(dirty: &Mutex<Vec<Arc<File>>>, stopped: &Receiver<()>, interval: Duration, failed: &Unforced) {
    while stopped.recv_timeout(interval) == Err(RecvTimeoutError::Timeout) {
        let files = std::mem::take(&mut *dirty.lock().unwrap_or_else(PoisonError::into_inner));
        for file in files {
            if let Err(error) = file.sync_data() {
                *failed.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                return;
            }
        }
    }
}
