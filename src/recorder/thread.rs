//! The writer thread.

use std::sync::atomic::Ordering;
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use super::masking::Masking;
use super::open::{Open, Taken};
use super::queue::Queue;
use super::watch::{Found, Trouble, Watch};
use super::{Command, State};
use crate::capture::{CaptureError, Finished, Writer};
use crate::model::{Event, Receipt, Stamped, Submission, Timestamp};

/// Exchanges that are handed on together while more come.
const ENTRIES: usize = 64;

/// Bytes that wait before they are handed to the operating system although more events are there.
const BATCH: usize = 1 << 20;

/// Bytes after which the space that is left is looked at: far fewer than the reserve, so that no burst of traffic can use it up between two looks of
/// the watch.
const LOOK: u64 = 1 << 20;

/// About what a small event costs on the disk, in bytes.
const SMALL_EVENT: u64 = 1024;

/// Runs until the recording is finished. A failure to write ends the recording, not the thread: receipts of what can no longer be kept are
/// dropped uncalled, so that no browser is told that it has something whole which nobody recorded.
pub(super) fn run(
    writer: Writer,
    inbox: &Arc<Queue>,
    outbox: Sender<Finished>,
    state: &Arc<State>,
    sync_interval: Duration,
    mut masking: Masking,
) -> Result<(), CaptureError> {
    // From its end on every receipt that arrives is dropped, also if the thread ends by a panic.
    let _closing = Closing { inbox, state };
    let (stop, stopped) = mpsc::channel::<()>();
    let found: Arc<Found> = Arc::default();
    let watch = Watch::over(&writer, state, &found, inbox);
    let folder = writer.folder().to_owned();
    let watching = std::thread::Builder::new().name("recorder-sync".to_owned()).spawn(move || watch.run(&stopped, sync_interval));
    match watching {
        Ok(watching) => {
            let mut record = Record {
                writer,
                state,
                found: &found,
                open: Open::default(),
                receipts: Vec::new(),
                finished: Vec::new(),
                counted: 0,
                latest: Timestamp::from_nanoseconds(0),
                ended: None,
                short: None,
                unlooked: 0,
            };
            let result = record.run(inbox, outbox, &mut masking);
            // Before anything else, since the other thread may hang in a file system that fails.
            if let Err(error) = &result {
                state.refuse(|| error.to_string());
            }
            drop(stop);
            // It ends at once; a panic in it has been printed.
            let _ = watching.join();
            match (result, record.short) {
                (Ok(()), None) => record.writer.finish(record.ended.unwrap_or(record.latest)),
                // The last record still fits; whoever finishes is told why it came early.
                (Ok(()), Some(short)) => record.writer.finish(record.ended.unwrap_or(record.latest)).and(Err(short)),
                (Err(error), _) => Err(error),
            }
            .inspect_err(|error| state.refuse(|| error.to_string()))
        }
        Err(error) => Err(CaptureError::write(&folder)(error)).inspect_err(|error| state.refuse(|| error.to_string())),
    }
}

/// Closes the queue when it is dropped.
struct Closing<'r> {
    inbox: &'r Queue,
    state: &'r State,
}

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.state.refuse(|| "the part of dataspoor that records failed (a defect: please report what it printed above)".to_owned());
        }
        self.inbox.close();
    }
}

/// A recording as its thread sees it.
struct Record<'r> {
    writer: Writer,
    state: &'r State,
    found: &'r Found,
    open: Open,
    /// Of what was taken since the last commit.
    receipts: Vec<Receipt>,
    /// Written, and not yet handed on.
    finished: Vec<Finished>,
    /// How many of these were counted.
    counted: usize,
    /// Latest time that anybody told.
    latest: Timestamp,
    /// When what was under way was ended, if that has come to pass.
    ended: Option<Timestamp>,
    /// Why it was ended before anybody asked for it.
    short: Option<CaptureError>,
    /// Bytes since space was looked at last.
    unlooked: u64,
}

impl Record<'_> {
    /// Records until nothing more comes. The last record is still to be written.
    fn run(&mut self, inbox: &Queue, outbox: Sender<Finished>, masking: &mut Masking) -> Result<(), CaptureError> {
        let mut outbox = Some(outbox);
        let mut stop = false;
        let mut batch: Vec<Command> = Vec::new();
        while !stop {
            inbox.take(&mut batch, !self.finished.is_empty());
            let idle = batch.is_empty();
            for command in batch.drain(..) {
                self.look(masking)?;
                match command {
                    Command::Submission(submission) => self.submission(submission, masking)?,
                    Command::Digest(number, digest) => self.writer.digest(number, digest),
                    Command::Fact(name, value) => self.writer.fact(name, &value),
                    Command::Time(line) => self.writer.time(&line),
                    Command::Head(told) => {
                        self.open.flush(&self.writer)?;
                        self.writer.commit()?;
                        // Whoever asked may have gone.
                        let _ = told.send(self.writer.custody_head());
                    }
                    Command::Look => {}
                    Command::KeepLongOnes => self.open.keep_long_ones(self.latest, &mut self.writer)?,
                    // Nothing that is worth keeping comes after it.
                    Command::Stop => stop = true,
                    Command::Close(at) => self.end(at, masking)?,
                }
                if self.writer.pending() >= BATCH {
                    self.writer.commit()?;
                }
            }
            self.open.flush(&self.writer)?;
            self.writer.commit()?;
            // What could not be forced to the disk may be gone.
            self.look(masking)?;
            self.receipts.drain(..).for_each(|receipt| receipt());
            self.state.entries.fetch_add((self.finished.len() - self.counted) as u64, Ordering::Relaxed);
            self.counted = self.finished.len();
            // Whoever analyses may lag; waking it for every exchange would cost as much as recording one.
            if idle || stop || self.ended.is_some() || self.finished.len() >= ENTRIES {
                self.counted = 0;
                for entry in self.finished.drain(..) {
                    if let Some(outbox) = &outbox {
                        // Nobody has to listen.
                        let _ = outbox.send(entry);
                    }
                }
            }
            if self.ended.is_some() {
                outbox = None;
            }
        }
        Ok(())
    }

    fn submission(&mut self, submission: Submission, masking: &mut Masking) -> Result<(), CaptureError> {
        let Submission { stamped, receipt } = submission;
        if self.ended.is_some() {
            // What was under way has been ended: this could not be kept whole. Its receipt is dropped uncalled.
            return Ok(());
        }
        let mut unkept = false;
        masking.pass(stamped, |stamped| self.take(stamped).map(|lost| unkept |= lost))?;
        if !unkept {
            self.receipts.extend(receipt);
        }
        Ok(())
    }

    /// Takes an event in which no secret stands any more. `true`: it could not be kept.
    fn take(&mut self, stamped: Stamped) -> Result<bool, CaptureError> {
        self.latest = self.latest.max(stamped.at);
        self.unlooked += SMALL_EVENT;
        let mut unkept = false;
        match &stamped.event {
            Event::Tunnel(tunnel) => self.writer.tunnel(tunnel, stamped.at),
            Event::Mark(mark) => self.writer.mark(stamped.at, mark),
            Event::Gap(gap) => self.writer.gap(gap),
            Event::Opened(opened) => self.writer.opened(opened),
            Event::Exhibit(exhibit) => {
                self.unlooked += exhibit.bytes.len() as u64;
                self.writer.exhibit(stamped.at, exhibit);
            }
            event => {
                self.unlooked += match event {
                    Event::RequestBytes(bytes) | Event::ResponseBytes(bytes) => bytes.len() as u64,
                    Event::Message(message) => message.payload.len(),
                    _ => 0,
                };
                let taken: Taken = self.open.event(stamped, &mut self.writer)?;
                self.finished.extend(taken.finished);
                unkept = taken.unkept;
            }
        }
        Ok(unkept)
    }

    /// Looks at what the watch found, and at the space that is left after much was written.
    fn look(&mut self, masking: &mut Masking) -> Result<(), CaptureError> {
        if self.short.is_some() {
            return Ok(());
        }
        if self.unlooked >= LOOK {
            self.unlooked = 0;
            let waiting = self.open.waiting() + self.writer.pending() as u64;
            if let Some(error) = self.writer.room().too_little(self.writer.folder(), waiting) {
                return self.end_short(error, masking);
            }
        }
        if !self.state.refuses() {
            return Ok(());
        }
        match self.found.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(Trouble::Failed(error)) => Err(error),
            Some(Trouble::Short(error)) => self.end_short(error, masking),
            None => Ok(()),
        }
    }

    /// Ends the recording as long as there is space to do so.
    fn end_short(&mut self, error: CaptureError, masking: &mut Masking) -> Result<(), CaptureError> {
        self.state.refuse(|| error.to_string());
        self.short = Some(error);
        if self.ended.is_none() { self.end(self.latest, masking) } else { Ok(()) }
    }

    fn end(&mut self, at: Timestamp, masking: &mut Masking) -> Result<(), CaptureError> {
        masking.release_all(at, |stamped| self.take(stamped).map(|_| ()))?;
        self.ended.get_or_insert(at);
        self.finished.extend(self.open.end_all(at, &mut self.writer)?);
        Ok(())
    }
}
