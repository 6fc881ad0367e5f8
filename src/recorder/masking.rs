//! Stands before everything that is recorded and overwrites secrets. What comes in is the stream of events as the border has it; what goes out
//! is the same stream with masked bytes, and for every mask a change. A body that a rule could concern is held until its end, because a secret
//! is seen only in the whole of it. It sends nothing and writes nothing.

use bytes::{Bytes, BytesMut};
use hashbrown::HashMap;

use crate::model::{
    Body, Change, ChangeKind, Direction, Event, Gap, GapKind, HeadBytes, Headers, Message, Opcode, Side, Stamped, Timestamp,
};
use crate::redact::{BodyKind, Masker, Target};

/// A longer body is searched up to here, and the rest is recorded as it is. Bytes.
const LONGEST: usize = 1 << 20;

/// Held bodies, all exchanges together, beyond which the one that grows is no longer held. Bytes.
const MEMORY: usize = 64 << 20;

/// See the head of this file. Without a masker it lets everything pass.
pub(super) struct Masking {
    masker: Option<Masker>,
    exchanges: HashMap<u64, UnderWay>,
    /// Bytes that are held.
    memory: usize,
    /// Room for what one event brings before and after itself; empty in between.
    beside: Beside,
}

/// What comes before an event and after it because of it. The event itself is changed in place: nearly all of them pass as they are.
#[derive(Default)]
struct Beside {
    before: Vec<Stamped>,
    after: Vec<Stamped>,
}

/// What is known of an exchange under way.
#[derive(Default)]
struct UnderWay {
    target: Target,
    /// GET and HEAD: the record of such a request is written when its answer begins to stream.
    brief: bool,
    request: Holding,
    response: Holding,
    interim: usize,
    messages: u32,
    /// It has been counted as one whose content could not be searched.
    counted: bool,
}

/// A body under way.
#[derive(Default)]
enum Holding {
    /// Nothing of it has come.
    #[default]
    Unknown,
    /// It is of this kind and has a length that was announced.
    Announced(BodyKind, Option<usize>),
    /// It is held.
    Held { kind: BodyKind, announced: Option<usize>, bytes: BytesMut, at: Timestamp },
    /// It was searched and handed on before its end. `open`: its last byte belongs to a secret that goes on up to the next of these bytes, or,
    /// with none of them, nobody can tell what comes belongs to.
    Searched { length: u64, open: Option<&'static [u8]> },
    /// It is of no concern.
    Passing,
}

impl Masking {
    pub(super) fn new(masker: Option<Masker>) -> Self {
        Self { masker, exchanges: HashMap::new(), memory: 0, beside: Beside::default() }
    }

    /// Takes an event and hands on what may be recorded now.
    pub(super) fn pass<E>(&mut self, mut stamped: Stamped, mut on: impl FnMut(Stamped) -> Result<(), E>) -> Result<(), E> {
        if self.masker.is_none() {
            return on(stamped);
        }
        self.event(&mut stamped);
        if self.beside.before.is_empty() && self.beside.after.is_empty() {
            return on(stamped);
        }
        self.beside.before.drain(..).try_for_each(&mut on)?;
        on(stamped)?;
        self.beside.after.drain(..).try_for_each(on)
    }

    /// Hands on what is held, as far as it came. `at`: now.
    pub(super) fn release_all<E>(&mut self, at: Timestamp, mut on: impl FnMut(Stamped) -> Result<(), E>) -> Result<(), E> {
        let Some(masker) = &self.masker else { return Ok(()) };
        let mut numbers: Vec<u64> = self.exchanges.keys().copied().collect();
        numbers.sort_unstable();
        for number in numbers {
            if let Some(mut exchange) = self.exchanges.remove(&number) {
                let mut pass = Pass { masker, number, at, beside: &mut self.beside, memory: &mut self.memory };
                pass.release(&mut exchange, Side::Request);
                pass.release(&mut exchange, Side::Response);
            }
        }
        self.beside.before.drain(..).try_for_each(&mut on)
    }

    fn event(&mut self, stamped: &mut Stamped) {
        let Some(masker) = &self.masker else { return };
        let number = stamped.exchange;
        let mut pass = Pass { masker, number, at: stamped.at, beside: &mut self.beside, memory: &mut self.memory };
        match &mut stamped.event {
            Event::RequestHead { method, url, headers, bytes, .. } => {
                let exchange = UnderWay::begin(method, url, headers);
                let changes = masker.request_head(&exchange.target, url, headers, bytes);
                self.exchanges.entry(number).or_insert(exchange);
                pass.changes(changes);
            }
            Event::Tunnel(_) | Event::Mark(_) | Event::Gap(_) | Event::Opened(_) | Event::Connection(..) | Event::Exhibit(_) => {}
            event => {
                // Of an event without an exchange nobody knows what it belongs to; whoever records drops it.
                if let Some(exchange) = self.exchanges.get_mut(&number)
                    && pass.of_exchange(exchange, event)
                {
                    self.exchanges.remove(&number);
                }
            }
        }
    }
}

impl UnderWay {
    fn begin(method: &str, url: &str, headers: &Headers) -> Self {
        let brief = matches!(method, "GET" | "HEAD");
        let kind = BodyKind::of(headers.first("content-type"), headers.first("content-encoding"));
        Self { target: Target::of(url), brief, request: Holding::Announced(kind, announced(headers)), ..Self::default() }
    }

    fn holding(&mut self, side: Side) -> &mut Holding {
        match side {
            Side::Request => &mut self.request,
            Side::Response => &mut self.response,
        }
    }
}

/// The length that a message announces.
fn announced(headers: &Headers) -> Option<usize> {
    std::str::from_utf8(headers.first("content-length")?).ok()?.trim().parse().ok()
}

/// One event on its way through.
struct Pass<'p> {
    masker: &'p Masker,
    number: u64,
    at: Timestamp,
    beside: &'p mut Beside,
    memory: &'p mut usize,
}

impl Pass<'_> {
    /// Hands on something before the event.
    fn before(&mut self, at: Timestamp, event: Event) {
        self.beside.before.push(Stamped { exchange: self.number, at, event });
    }

    /// Hands on something after the event.
    fn after(&mut self, event: Event) {
        self.beside.after.push(Stamped { exchange: self.number, at: self.at, event });
    }

    /// Hands on the changes of the event.
    fn changes(&mut self, changes: impl IntoIterator<Item = Change>) {
        changes.into_iter().for_each(|change| self.after(Event::Change(change)));
    }

    /// The gap of an exchange whose content could not be searched; it is counted once.
    fn unsearched(&self, exchange: &mut UnderWay) -> Option<Event> {
        let gap = Gap { kind: GapKind::UnsearchedBodies, since: None, entries: vec![self.number], count: 1 };
        (!std::mem::replace(&mut exchange.counted, true)).then_some(Event::Gap(gap))
    }

    /// Takes an event of an exchange that has begun. `true`: it has ended.
    fn of_exchange(&mut self, exchange: &mut UnderWay, event: &mut Event) -> bool {
        match event {
            Event::RequestBytes(bytes) => self.bytes(exchange, Side::Request, bytes),
            Event::ResponseBytes(bytes) => self.bytes(exchange, Side::Response, bytes),
            Event::ResponseHead { status, headers, bytes, .. } => self.response_head(exchange, *status, headers, bytes),
            Event::RequestCut => self.release(exchange, Side::Request),
            Event::Trailers(side, headers) => {
                let changes = self.masker.trailers(&exchange.target, *side, headers);
                self.changes(changes);
            }
            Event::Change(change) => self.masker.repeated(&exchange.target, change),
            Event::Message(message) => self.message(exchange, message),
            Event::End(_) => {
                self.release(exchange, Side::Request);
                self.release(exchange, Side::Response);
                return true;
            }
            _ => {}
        }
        false
    }

    fn response_head(&mut self, exchange: &mut UnderWay, status: u16, headers: &mut Headers, bytes: &mut HeadBytes) {
        let last = !(100..200).contains(&status) || status == 101;
        let interim = if last {
            0
        } else {
            exchange.interim += 1;
            exchange.interim
        };
        let changes = self.masker.response_head(&exchange.target, interim, headers, bytes);
        if last {
            // What is complete is written before a long answer makes the recorder write the request; what is brief cannot wait any longer.
            let complete = match &exchange.request {
                Holding::Held { announced, bytes, .. } => announced.is_some_and(|length| bytes.len() >= length),
                _ => false,
            };
            if complete || exchange.brief {
                self.release(exchange, Side::Request);
            }
            if let Holding::Searched { open, .. } = &mut exchange.request
                && exchange.brief
                && !complete
            {
                *open = Some(&[]);
            }
            let kind = BodyKind::of(headers.first("content-type"), headers.first("content-encoding"));
            let concerned = !matches!(kind, BodyKind::Media) && self.masker.looks_into_answers(&exchange.target);
            exchange.response = if concerned { Holding::Announced(kind, announced(headers)) } else { Holding::Passing };
        }
        self.changes(changes);
    }

    /// Takes bytes of a body and leaves those that pass now.
    fn bytes(&mut self, exchange: &mut UnderWay, side: Side, bytes: &mut Bytes) {
        let at = self.at;
        let holding = exchange.holding(side);
        if let Holding::Announced(kind, announced) = holding
            && !bytes.is_empty()
        {
            *holding = match kind {
                BodyKind::Media => Holding::Passing,
                kind if *kind == BodyKind::Unsearchable || kind.binary(bytes) => {
                    *holding = Holding::Passing;
                    if let Some(gap) = self.unsearched(exchange) {
                        self.before(at, gap);
                    }
                    return;
                }
                kind => Holding::Held { kind: kind.clone(), announced: *announced, bytes: BytesMut::new(), at },
            };
        }
        match exchange.holding(side) {
            Holding::Held { bytes: held, at: last, .. } => {
                let room = LONGEST.saturating_sub(held.len()).min(MEMORY.saturating_sub(*self.memory));
                let now = bytes.split_to(bytes.len().min(room));
                held.extend_from_slice(&now);
                *self.memory += now.len();
                *last = at;
                // An empty event goes on where all of it is held: the moment at which it came counts for the timings.
                if !bytes.is_empty() {
                    self.release(exchange, side);
                    if let Some(gap) = self.unsearched(exchange) {
                        self.before(at, gap);
                    }
                    self.bytes(exchange, side, bytes);
                }
            }
            Holding::Searched { length, open } => {
                let end = match *open {
                    None => 0,
                    Some(marks) => bytes.iter().position(|byte| marks.contains(byte)).map_or(bytes.len(), |end| {
                        *open = None;
                        end
                    }),
                };
                let from = *length;
                *length += bytes.len() as u64;
                if end > 0 {
                    let mut owned = bytes.to_vec();
                    let change = self.masker.rest(from, &mut owned[..end]);
                    *bytes = owned.into();
                    self.changes(change);
                }
            }
            Holding::Unknown | Holding::Announced(..) | Holding::Passing => {}
        }
    }

    /// Masks a body that is held and hands it on before the event.
    fn release(&mut self, exchange: &mut UnderWay, side: Side) {
        let Holding::Held { .. } = exchange.holding(side) else { return };
        let Holding::Held { kind, bytes, at, .. } = std::mem::take(exchange.holding(side)) else { return };
        *self.memory -= bytes.len();
        let mut bytes = bytes;
        let (changes, whole) = self.masker.body(&exchange.target, side, &kind, &mut bytes);
        let length = bytes.len() as u64;
        let end = format!("-{length}");
        let open = changes.iter().any(|change| matches!(&change.kind, ChangeKind::Masked { locator, .. } if locator.ends_with(&end)));
        let marks: &[u8] = match kind {
            BodyKind::Form => b"&",
            BodyKind::Json => b"\"",
            _ => b"&\"\r\n",
        };
        *exchange.holding(side) = Holding::Searched { length, open: open.then_some(marks) };
        let event = match side {
            Side::Request => Event::RequestBytes(bytes.freeze()),
            Side::Response => Event::ResponseBytes(bytes.freeze()),
        };
        self.before(at, event);
        for change in changes {
            self.before(self.at, Event::Change(change));
        }
        if !whole && let Some(gap) = self.unsearched(exchange) {
            self.before(self.at, gap);
        }
    }

    fn message(&mut self, exchange: &mut UnderWay, message: &mut Message) {
        exchange.messages += 1;
        let is_data = matches!(message.opcode, Opcode::Text | Opcode::Binary);
        if message.direction == Direction::Received || !is_data || message.payload.is_empty() {
            return;
        }
        let searched = self.masker.message(&exchange.target, exchange.messages, message);
        let whole = searched.as_ref().is_some_and(|(.., whole)| *whole);
        let changes = searched.map(|(bytes, changes, _)| {
            if !changes.is_empty() {
                message.payload = Body::new(message.payload.state(), bytes);
            }
            changes
        });
        self.changes(changes.unwrap_or_default());
        if !whole && let Some(gap) = self.unsearched(exchange) {
            self.after(gap);
        }
    }
}
