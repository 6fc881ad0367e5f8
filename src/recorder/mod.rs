//! Keeps the record: takes events over the border, a writer thread puts them on the disk in order, and whoever analyses gets every entry once the
//! operating system has it. Never drops an event and never judges one.
//!
//! The order is what makes the record complete: everything up to an event is written before its receipt is called, and the proxy lets the last
//! byte of an answer go only after the receipt of its end. An exchange that the browser has in full is therefore on the disk in full, whatever
//! happens to the process. Against a power cut another thread forces files to the disk at a stated interval.
//!
//! **What takes long does not wait for its end**: an exchange that was under way at two looks, a second apart or more, is put on the disk as far as it
//! came, a stream of events from its first byte on, and each message of a WebSocket as it comes.
//!
//! **When nothing more can be kept** (a write or a forcing to the disk failed, the folder is gone, space is short) [`Recorder::refuses`] says so from
//! that moment on, and receipts of what was not kept are never called. After a failure the files stay as they are, and whoever opens the folder
//! next takes them up; while there is still space for it, what is under way is ended, and the capture is whole.
//!
//! **When the operating system gives no descriptor for one more file**, the recording goes on: long bodies wait in memory, and beyond 16 MiB of
//! them a body is kept in part, says so, and the receipt of its exchange's end is not called.

mod masking;
mod open;
mod queue;
mod thread;
mod watch;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::capture::{CaptureError, Finished, TimeLine, Writer};
use crate::model::{Digest, EntryDigest, Event, Recorder, Submission, Timestamp};
use crate::redact::Masker;
use masking::Masking;
use queue::Queue;

/// What the writer thread is told.
enum Command {
    Submission(Submission),
    Digest(u64, EntryDigest),
    Fact(&'static str, String),
    /// What came of asking for an outside time.
    Time(Box<TimeLine>),
    /// Tell number and digest of the last record, once the operating system has it.
    Head(Sender<(u64, Digest)>),
    /// Look at what the watch found.
    Look,
    /// Put on the disk what takes long.
    KeepLongOnes,
    /// End what is under way.
    Close(Timestamp),
    /// Nothing more comes.
    Stop,
}

/// A recording under way.
pub struct Recording {
    queue: Arc<Queue>,
    state: Arc<State>,
    writer: Mutex<Option<JoinHandle<Result<(), CaptureError>>>>,
}

/// What is known of a recording while it runs.
#[derive(Default)]
pub(crate) struct State {
    entries: AtomicU64,
    /// Whether `why` says something: asked for every request, so it must cost nothing.
    refuses: AtomicBool,
    /// Why nothing more can be recorded.
    why: Mutex<Option<String>>,
}

impl State {
    /// Nothing more is recorded from here on. The first reason stands: others follow from it.
    fn refuse(&self, why: impl FnOnce() -> String) {
        let mut known = self.why.lock().unwrap_or_else(PoisonError::into_inner);
        if known.is_none() {
            *known = Some(why());
            self.refuses.store(true, Ordering::Release);
        }
    }

    fn refuses(&self) -> bool {
        self.refuses.load(Ordering::Acquire)
    }
}

impl Recording {
    /// Begins. What is recorded comes out of the receiver, in the order in which exchanges ended; it may lag behind.
    ///
    /// # Errors
    ///
    /// A thread cannot be started.
    pub fn start(writer: Writer, sync_interval: Duration) -> std::io::Result<(Self, Receiver<Finished>)> {
        Self::start_masked(writer, sync_interval, None)
    }

    /// The same, with secrets overwritten by `masker` before anything is written.
    ///
    /// # Errors
    ///
    /// A thread cannot be started.
    pub fn start_masked(writer: Writer, sync_interval: Duration, masker: Option<Masker>) -> std::io::Result<(Self, Receiver<Finished>)> {
        let queue = Arc::new(Queue::default());
        let inbox = Arc::clone(&queue);
        let (outbox, finished) = mpsc::channel();
        let state = Arc::new(State::default());
        let shared = Arc::clone(&state);
        let handle = std::thread::Builder::new()
            .name("recorder".to_owned())
            .spawn(move || thread::run(writer, &inbox, outbox, &shared, sync_interval, Masking::new(masker)))?;
        Ok((Self { queue, state, writer: Mutex::new(Some(handle)) }, finished))
    }

    /// Hands in the digest of an entry whose long body made it worth while to take it elsewhere.
    pub fn digest(&self, number: u64, digest: EntryDigest) {
        self.tell(Command::Digest(number, digest));
    }

    /// Notes a fact of the session, such as the browser's version.
    pub fn fact(&self, name: &'static str, value: &str) {
        self.tell(Command::Fact(name, value.to_owned()));
    }

    /// Notes what came of asking for an outside time.
    pub fn time(&self, line: TimeLine) {
        self.tell(Command::Time(Box::new(line)));
    }

    /// Number and digest of the last record of the log, which the operating system has by then. `None`: nothing is recorded any more.
    #[must_use]
    pub fn head(&self) -> Option<(u64, Digest)> {
        let (told, head) = mpsc::channel();
        self.tell(Command::Head(told));
        head.recv().ok()
    }

    /// How many exchanges are on the disk.
    #[must_use]
    pub fn entries(&self) -> u64 {
        self.state.entries.load(Ordering::Relaxed)
    }

    /// Why nothing more can be recorded, if that has come to pass. What was recorded before is whole.
    #[must_use]
    pub fn failure(&self) -> Option<String> {
        if !self.state.refuses() {
            return None;
        }
        self.state.why.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Ends exchanges that are still under way as they are and stops handing out entries; digests and facts may still be handed in, what is
    /// submitted afterwards is not kept. `at`: now.
    pub fn close(&self, at: Timestamp) {
        self.tell(Command::Close(at));
    }

    /// Writes the last record and forces everything to the disk. What is submitted afterwards is not kept, and its receipt says so.
    ///
    /// # Errors
    ///
    /// Something could not be written, now or before, or the recording was ended because space became short.
    pub fn finish(&self) -> Result<(), CaptureError> {
        self.tell(Command::Stop);
        let handle = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        match handle.map(JoinHandle::join) {
            Some(Ok(result)) => result,
            Some(Err(panic)) => std::panic::resume_unwind(panic),
            None => Ok(()),
        }
    }

    fn tell(&self, command: Command) {
        self.queue.push(command, 0, true);
    }
}

impl Recorder for Recording {
    fn submit(&self, submission: Submission) {
        let (bytes, urgent) = match &submission.stamped.event {
            Event::RequestBytes(bytes) | Event::ResponseBytes(bytes) => (bytes.len(), false),
            // Somebody waits for the receipt before the message goes on.
            Event::Message(message) => (usize::try_from(message.payload.len()).unwrap_or(usize::MAX), submission.receipt.is_some()),
            // Few and long, and nobody waits for them.
            Event::Exhibit(exhibit) => (exhibit.bytes.len(), false),
            Event::End(_) => (0, true),
            _ => (0, false),
        };
        self.queue.push(Command::Submission(submission), bytes, urgent);
    }

    fn refuses(&self) -> Option<String> {
        self.failure()
    }
}
