//! The events of one exchange, in an order that holds whatever runs at the same time on both sides of the proxy. After its end nothing of an
//! exchange is submitted, and nothing of it may pass. It never waits.

use std::ops::Deref;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use tokio::sync::OwnedSemaphorePermit;

use super::engine::Engine;
use super::link::Link;
use super::trailers::Place;
use crate::model::{Change, ChangeKind, Connection, End, Event, Gap, GapKind, Headers, Message, Receipt, Side, Stages, Timestamp};

/// What becomes of trailer fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trailing {
    /// They are recorded and may pass.
    Passes,
    /// They are recorded and stay here.
    Held,
    /// The exchange has ended: they are not recorded and must not pass.
    TooLate,
}

/// See the head of this file.
pub(super) struct Journal {
    engine: Arc<Engine>,
    number: u64,
    /// When bytes of the request last moved, in nanoseconds of the engine's clock.
    sent: AtomicI64,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    ended: bool,
    request_whole: bool,
    client_left: bool,
    /// The connection, and what was changed: known at different moments, submitted together before the head of the response.
    connection: Option<(Connection, Option<Stages>)>,
    /// The client's connection on which the request came.
    client: Option<Arc<str>>,
    changes: Vec<Change>,
}

impl Journal {
    /// Begins an exchange with the head of its request. `request_whole`: the request has no body.
    pub(super) fn begin(engine: &Arc<Engine>, head: Event, request_whole: bool) -> Duty {
        let number = engine.number();
        engine.counters.requests.fetch_add(1, Relaxed);
        let sent = AtomicI64::new(engine.clock.nanoseconds());
        let state = Mutex::new(State { request_whole, ..State::default() });
        let journal = Arc::new(Self { engine: Arc::clone(engine), number, sent, state });
        engine.began(number, &journal);
        engine.submit(number, head, None);
        Duty(journal)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The engine this exchange runs in.
    pub(super) fn engine(&self) -> &Arc<Engine> {
        &self.engine
    }

    /// Records bytes of a body. `false`: the exchange has ended, so they must not pass.
    pub(super) fn bytes(&self, side: Side, bytes: Bytes, permit: OwnedSemaphorePermit) -> bool {
        // What would not be recorded must not pass.
        if self.engine.refuses().is_some() {
            return false;
        }
        let counters = &self.engine.counters;
        let (event, counter) = match side {
            Side::Request => {
                self.sent.store(self.engine.clock.nanoseconds(), Relaxed);
                (Event::RequestBytes as fn(Bytes) -> Event, &counters.bytes_up)
            }
            Side::Response => (Event::ResponseBytes as fn(Bytes) -> Event, &counters.bytes_down),
        };
        counter.fetch_add(bytes.len() as u64, Relaxed);
        // The permit lives as long as the receipt: until the recorder has written the bytes, or has given up.
        self.submit(event(bytes), Some(Box::new(move || drop(permit))))
    }

    /// Records trailer fields; `place`: what the message that goes on has for them. Where they have none that is a change, told at the latest with
    /// the end. Whether they may pass: not without a place, nor after the end of the exchange.
    pub(super) fn trailers(&self, side: Side, headers: Headers, place: &Place) -> Trailing {
        let taken = place.takes(&headers);
        let mut state = self.state();
        if state.ended {
            return Trailing::TooLate;
        }
        self.engine.submit(self.number, Event::Trailers(side, headers), None);
        if taken {
            return Trailing::Passes;
        }
        state.changes.push(Change { side, kind: ChangeKind::TrailersHeld, reason: "no-means".to_owned() });
        Trailing::Held
    }

    /// Records a message after a switch of protocols. `false`: the exchange has ended, so it must not pass.
    pub(super) fn message(&self, message: Message, receipt: Receipt) -> bool {
        self.submit(Event::Message(message), Some(receipt))
    }

    /// Records that something of this exchange was not seen. `false`: as [`Self::message`].
    pub(super) fn gap(&self, kind: GapKind, since: Timestamp, count: u64, receipt: Receipt) -> bool {
        self.submit(Event::Gap(Gap { kind, since: Some(since), entries: vec![self.number], count }), Some(receipt))
    }

    fn submit(&self, event: Event, receipt: Option<Receipt>) -> bool {
        // Submitting inside the lock keeps the end the last event of the exchange.
        let state = self.state();
        if !state.ended {
            self.engine.submit(self.number, event, receipt);
        }
        !state.ended
    }

    /// Keeps in mind on which connection of a client the request came.
    pub(super) fn came_by(&self, client: Option<Arc<str>>) {
        self.state().client = client;
    }

    /// A connection stands ready for the request: keeps it in mind until the head of the response, or the end.
    pub(super) fn ready(&self, link: &Link) {
        let (connection, stages) = link.used(self.engine.clock.now());
        self.state().connection = Some((connection, Some(stages)));
    }

    /// Keeps in mind a connection that failed before the request could be sent.
    pub(super) fn unready(&self, connection: Connection) {
        self.state().connection = Some((connection, None));
    }

    /// Records an answer before the answer.
    pub(super) fn interim(&self, head: Event) -> bool {
        self.submit(head, None)
    }

    /// Keeps changes in mind until the head of the response, or the end.
    pub(super) fn changes(&self, mut changes: Vec<Change>) {
        if !changes.is_empty() {
            self.state().changes.append(&mut changes);
        }
    }

    fn submit_noted(&self, state: &mut State, at: Timestamp) {
        if let Some((mut connection, stages)) = state.connection.take() {
            connection.client.clone_from(&state.client);
            self.engine.submit_at(at, self.number, Event::Connection(connection, stages), None);
        }
        for change in state.changes.drain(..) {
            self.engine.submit_at(at, self.number, Event::Change(change), None);
        }
    }

    /// Records the head of the response, after what was noted.
    pub(super) fn head(&self, head: Event) -> bool {
        let mut state = self.state();
        if state.ended {
            return false;
        }
        self.engine.counters.responses.fetch_add(1, Relaxed);
        let now = self.engine.clock.now();
        self.submit_noted(&mut state, now);
        self.engine.submit_at(now, self.number, head, None);
        true
    }

    /// The request's body was recorded to its end.
    pub(super) fn request_whole(&self) {
        self.state().request_whole = true;
    }

    /// Whether [`Self::request_whole`] holds.
    pub(super) fn is_request_whole(&self) -> bool {
        self.state().request_whole
    }

    /// The client broke off in the middle of its request: what the server says to that is no failure of the server.
    pub(super) fn client_left(&self) {
        self.state().client_left = true;
    }

    /// Nanoseconds since bytes of the request last moved.
    pub(super) fn waiting_since(&self) -> i64 {
        self.engine.clock.nanoseconds() - self.sent.load(Relaxed)
    }

    /// Ends the exchange. Only the first end counts; the receipt of a later one is dropped uncalled.
    pub(super) fn end(&self, end: End, receipt: Option<Receipt>) {
        let mut state = self.state();
        if state.ended {
            return;
        }
        state.ended = true;
        // Whose connection broke first when everything is torn down is chance; who tore it down is known.
        let end = match end {
            End::Failed { .. } if state.client_left || self.engine.tasks.stopping() => End::Abandoned,
            end => end,
        };
        if matches!(end, End::Failed { .. }) {
            self.engine.problem();
        }
        let now = self.engine.clock.now();
        if !state.request_whole {
            self.engine.submit_at(now, self.number, Event::RequestCut, None);
        }
        self.submit_noted(&mut state, now);
        self.engine.submit_at(now, self.number, Event::End(end), receipt);
        drop(state);
        self.engine.ended(self.number);
    }
}

/// The duty to end an exchange: dropped before its end, it says that the client went away.
pub(super) struct Duty(Arc<Journal>);

impl Duty {
    /// The journal, to write into from elsewhere.
    pub(super) fn journal(&self) -> &Arc<Journal> {
        &self.0
    }
}

impl Deref for Duty {
    type Target = Journal;

    fn deref(&self) -> &Journal {
        &self.0
    }
}

impl Drop for Duty {
    fn drop(&mut self) {
        self.0.end(End::Abandoned, None);
    }
}
