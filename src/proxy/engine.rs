//! What every part of a running proxy shares: recorder, clock, counters, tasks, byte budget and the exchanges under way. It never touches a
//! socket.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use hyper_util::rt::TokioTimer;
use tokio::sync::Semaphore;

use super::authority::Acceptance;
use super::clock::Clock;
use super::connector::Connector;
use super::journal::Journal;
use super::pool::Pool;
use super::tasks::Tasks;
use super::{Counters, IDLE_CLIENT, MOST_FIELDS};
use crate::model::{End, Event, Receipt, Recorder, Stamped, Submission};

/// Bytes of bodies that may be on their way to the recorder at any moment.
pub(super) const BUDGET: usize = 16 * 1024 * 1024;
/// Window of one HTTP/2 stream towards the browser, and of a whole connection.
const WINDOWS: (u32, u32) = (1024 * 1024, 4 * 1024 * 1024);
/// Largest HTTP/2 frame we take.
pub(super) const FRAME: u32 = 64 * 1024;
/// Header fields of one HTTP/2 message together, in bytes.
pub(super) const FIELD_BYTES: u32 = 64 * 1024;

/// See the head of this file.
pub(super) struct Engine {
    pub(super) clock: Clock,
    pub(super) counters: Counters,
    pub(super) tasks: Tasks,
    pub(super) pool: Pool,
    pub(super) acceptance: Acceptance,
    pub(super) budget: Arc<Semaphore>,
    pub(super) http1: hyper::server::conn::http1::Builder,
    pub(super) http2: hyper::server::conn::http2::Builder<Tasks>,
    recorder: Arc<dyn Recorder>,
    last: AtomicU64,
    under_way: Mutex<BTreeMap<u64, Weak<Journal>>>,
}

impl Engine {
    /// An engine in which nothing has happened yet.
    pub(super) fn new(recorder: Arc<dyn Recorder>, connector: Connector, acceptance: Acceptance) -> Arc<Self> {
        let (tasks, clock) = (Tasks::default(), Clock::start());
        let mut http1 = hyper::server::conn::http1::Builder::new();
        http1
            .timer(TokioTimer::new())
            .header_read_timeout(IDLE_CLIENT)
            .preserve_header_case(true)
            .auto_date_header(false)
            .max_headers(MOST_FIELDS);
        let mut http2 = hyper::server::conn::http2::Builder::new(tasks.clone());
        http2
            .timer(TokioTimer::new())
            .initial_stream_window_size(WINDOWS.0)
            .initial_connection_window_size(WINDOWS.1)
            .max_frame_size(FRAME)
            .max_header_list_size(FIELD_BYTES)
            .auto_date_header(false);
        Arc::new(Self {
            clock,
            counters: Counters::default(),
            pool: Pool::new(connector, tasks.clone(), clock),
            tasks,
            acceptance,
            budget: Arc::new(Semaphore::new(BUDGET)),
            http1,
            http2,
            recorder,
            last: AtomicU64::new(0),
            under_way: Mutex::default(),
        })
    }

    /// The number of the next exchange.
    pub(super) fn number(&self) -> u64 {
        self.last.fetch_add(1, Relaxed) + 1
    }

    /// Hands an event to the recorder, stamped with this moment.
    pub(super) fn submit(&self, exchange: u64, event: Event, receipt: Option<Receipt>) {
        self.recorder.submit(Submission { stamped: Stamped { exchange, at: self.clock.now(), event }, receipt });
    }

    /// Keeps in mind that an exchange is under way.
    pub(super) fn began(&self, number: u64, journal: &Arc<Journal>) {
        self.counters.open.fetch_add(1, Relaxed);
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner).insert(number, Arc::downgrade(journal));
    }

    /// Forgets it. Called once, with its end.
    pub(super) fn ended(&self, number: u64) {
        self.counters.open.fetch_sub(1, Relaxed);
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner).remove(&number);
    }

    /// Submits the end of every exchange that is still under way: no client can keep a recording open.
    pub(super) fn end_what_is_left(&self) {
        let left: Vec<_> = {
            let under_way = self.under_way.lock().unwrap_or_else(PoisonError::into_inner);
            under_way.values().filter_map(Weak::upgrade).collect()
        };
        for journal in left {
            journal.end(End::Abandoned, None);
        }
    }

    /// Counts something that did not go as it should.
    pub(super) fn problem(&self) {
        self.counters.problems.fetch_add(1, Relaxed);
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Engine").field("counters", &self.counters).finish_non_exhaustive()
    }
}
