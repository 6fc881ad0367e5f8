//! What every part of a running proxy shares: recorder, clock, counters, tasks, byte budget and the exchanges under way. It never touches a
//! socket.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use hyper_util::rt::TokioTimer;
use tokio::sync::Semaphore;

use super::Counters;
use super::admission::Gate;
use super::authority::Acceptance;
use super::clock::Clock;
use super::connector::Connector;
use super::journal::Journal;
use super::magic::{Drawn, Magic};
use super::pool::Pool;
use super::tasks::Tasks;
use crate::model::{End, Event, Receipt, Recorder, Stamped, Submission, Timestamp};

/// Bytes of bodies that may be on their way to the recorder at any moment.
pub(super) const BUDGET: usize = 8 * 1024 * 1024;
/// Window of one HTTP/2 stream towards the browser, and of a whole connection.
const WINDOWS: (u32, u32) = (1024 * 1024, 4 * 1024 * 1024);
/// Largest HTTP/2 frame we take.
pub(super) const FRAME: u32 = 64 * 1024;
/// Header fields of one HTTP/2 message together, in bytes.
pub(super) const FIELD_BYTES: u32 = 256 * 1024;

/// After how long without a word from the other side of an HTTP/2 connection it is asked for a sign of life (PING, RFC 9113 section 6.7), and how
/// long it may take to answer. Whoever is gone without having closed (a machine that sleeps, a network that was changed) would otherwise hold its
/// connection, its place and its exchanges until the operating system gives up, which takes a quarter of an hour and more. A client that
/// answers may be idle for as long as it likes: that is what a browser does.
pub(super) const ALIVE: (Duration, Duration) = (Duration::from_secs(30), Duration::from_secs(30));

/// See the head of this file.
pub(super) struct Engine {
    pub(super) clock: Clock,
    pub(super) counters: Counters,
    pub(super) tasks: Tasks,
    pub(super) pool: Pool,
    pub(super) acceptance: Acceptance,
    pub(super) gate: Gate,
    pub(super) budget: Arc<Semaphore>,
    /// Room for messages of WebSockets whose end has not come, in bytes.
    pub(super) unfinished: Arc<Semaphore>,
    pub(super) http2: hyper::server::conn::http2::Builder<Tasks>,
    pub(super) own: Magic,
    pub(super) recorder: Arc<dyn Recorder>,
    last: AtomicU64,
    under_way: Mutex<BTreeMap<u64, Weak<Journal>>>,
}

impl Engine {
    /// An engine in which nothing has happened yet.
    pub(super) fn new(recorder: Arc<dyn Recorder>, mut connector: Connector, acceptance: Acceptance, gate: Gate, own: Drawn) -> Arc<Self> {
        let (tasks, clock) = (Tasks::default(), Clock::start());
        let told = Arc::clone(&recorder);
        connector.tells(Arc::new(move |event| {
            told.submit(Submission { stamped: Stamped { exchange: 0, at: clock.now(), event }, receipt: None });
        }));
        let mut http2 = hyper::server::conn::http2::Builder::new(tasks.clone());
        http2
            .timer(TokioTimer::new())
            .initial_stream_window_size(WINDOWS.0)
            .initial_connection_window_size(WINDOWS.1)
            .max_frame_size(FRAME)
            .max_header_list_size(FIELD_BYTES)
            .keep_alive_interval(Some(ALIVE.0))
            .keep_alive_timeout(ALIVE.1)
            .auto_date_header(false);
        Arc::new(Self {
            clock,
            counters: Counters::default(),
            pool: Pool::new(connector, tasks.clone(), clock),
            tasks,
            acceptance,
            gate,
            budget: Arc::new(Semaphore::new(BUDGET)),
            unfinished: Arc::new(Semaphore::new(super::relay::UNFINISHED)),
            http2,
            own: own.open(clock.now()),
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
        self.submit_at(self.clock.now(), exchange, event, receipt);
    }

    /// The same for events of one moment.
    pub(super) fn submit_at(&self, at: Timestamp, exchange: u64, event: Event, receipt: Option<Receipt>) {
        self.recorder.submit(Submission { stamped: Stamped { exchange, at, event }, receipt });
    }

    /// Why nothing new may begin, if the record can no longer be kept.
    pub(super) fn refuses(&self) -> Option<String> {
        self.recorder.refuses()
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
