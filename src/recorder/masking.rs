//! Stands before everything that is recorded and overwrites secrets. What comes in is the stream of events as the border has it; what goes out
//! is the same stream with masked bytes, and for every mask a change. A body that a rule could concern is held until its end, because a secret
//! is seen only in the whole of it. It sends nothing and writes nothing.

use bytes::{Bytes, BytesMut};
use hashbrown::HashMap;

use crate::model::{Body, Direction, Event, Gap, GapKind, HeadBytes, Headers, Opcode, Side, Stamped, Timestamp};
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
    /// Room for what one event becomes; empty in between.
    out: Vec<Stamped>,
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
        Self { masker, exchanges: HashMap::new(), memory: 0, out: Vec::new() }
    }

    /// Takes an event and hands on what may be recorded now.
    pub(super) fn pass<E>(&mut self, stamped: Stamped, mut on: impl FnMut(Stamped) -> Result<(), E>) -> Result<(), E> {
        let Some(masker) = self.masker.take() else { return on(stamped) };
        let mut out = std::mem::take(&mut self.out);
        self.event(&masker, stamped, &mut out);
        self.masker = Some(masker);
        let outcome = out.drain(..).try_for_each(&mut on);
        self.out = out;
        outcome
    }

    /// Hands on what is held, as far as it came. `at`: now.
    pub(super) fn release_all<E>(&mut self, at: Timestamp, mut on: impl FnMut(Stamped) -> Result<(), E>) -> Result<(), E> {
        let Some(masker) = self.masker.take() else { return Ok(()) };
        let mut numbers: Vec<u64> = self.exchanges.keys().copied().collect();
        numbers.sort_unstable();
        let mut out = Vec::new();
        for number in numbers {
            if let Some(mut exchange) = self.exchanges.remove(&number) {
                let mut pass = Pass { masker: &masker, number, at, out: &mut out, memory: &mut self.memory };
                pass.release(&mut exchange, Side::Request);
                pass.release(&mut exchange, Side::Response);
            }
        }
        self.masker = Some(masker);
        out.into_iter().try_for_each(&mut on)
    }

    fn event(&mut self, masker: &Masker, stamped: Stamped, out: &mut Vec<Stamped>) {
        let Stamped { exchange: number, at, event } = stamped;
        let mut pass = Pass { masker, number, at, out, memory: &mut self.memory };
        match event {
            Event::RequestHead { method, mut url, version, mut headers, mut bytes } => {
                let exchange = UnderWay::begin(&method, &url, &headers);
                let changes = masker.request_head(&exchange.target, &mut url, &mut headers, &mut bytes);
                self.exchanges.entry(number).or_insert(exchange);
                pass.hand_on(Event::RequestHead { method, url, version, headers, bytes });
                pass.changes(changes);
            }
            Event::Tunnel(_) | Event::Mark(_) | Event::Gap(_) | Event::Opened(_) => pass.hand_on(event),
            event => match self.exchanges.get_mut(&number) {
                Some(exchange) => {
                    if pass.of_exchange(exchange, event) {
                        self.exchanges.remove(&number);
                    }
                }
                // Nobody knows what it belongs to; whoever records drops it.
                None => pass.hand_on(event),
            },
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
    out: &'p mut Vec<Stamped>,
    memory: &'p mut usize,
}

impl Pass<'_> {
    fn hand_on(&mut self, event: Event) {
        self.out.push(Stamped { exchange: self.number, at: self.at, event });
    }

    fn changes(&mut self, changes: Vec<crate::model::Change>) {
        changes.into_iter().for_each(|change| self.hand_on(Event::Change(change)));
    }

    /// Counts an exchange whose content could not be searched, once.
    fn unsearched(&mut self, exchange: &mut UnderWay) {
        if !exchange.counted {
            exchange.counted = true;
            let gap = Gap { kind: GapKind::UnsearchedBodies, since: None, entries: vec![self.number], count: 1 };
            self.hand_on(Event::Gap(gap));
        }
    }

    /// Takes an event of an exchange that has begun. `true`: it has ended.
    fn of_exchange(&mut self, exchange: &mut UnderWay, event: Event) -> bool {
        match event {
            Event::RequestBytes(bytes) => self.bytes(exchange, Side::Request, bytes),
            Event::ResponseBytes(bytes) => self.bytes(exchange, Side::Response, bytes),
            Event::ResponseHead { status, reason, version, headers, bytes } => {
                self.response_head(exchange, (status, reason, version), headers, bytes);
            }
            Event::RequestCut => {
                self.release(exchange, Side::Request);
                self.hand_on(Event::RequestCut);
            }
            Event::Trailers(side, mut headers) => {
                let changes = self.masker.trailers(&exchange.target, side, &mut headers);
                self.hand_on(Event::Trailers(side, headers));
                self.changes(changes);
            }
            Event::Change(mut change) => {
                self.masker.repeated(&exchange.target, &mut change);
                self.hand_on(Event::Change(change));
            }
            Event::Message(message) => self.message(exchange, message),
            Event::End(end) => {
                self.release(exchange, Side::Request);
                self.release(exchange, Side::Response);
                self.hand_on(Event::End(end));
                return true;
            }
            event => self.hand_on(event),
        }
        false
    }

    fn response_head(
        &mut self,
        exchange: &mut UnderWay,
        (status, reason, version): (u16, String, String),
        mut headers: Headers,
        mut bytes: HeadBytes,
    ) {
        let last = !(100..200).contains(&status) || status == 101;
        let interim = if last {
            0
        } else {
            exchange.interim += 1;
            exchange.interim
        };
        let changes = self.masker.response_head(&exchange.target, interim, &mut headers, &mut bytes);
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
            let concerned = self.masker.looks_into_answers(&exchange.target) && !matches!(kind, BodyKind::Media);
            exchange.response = if concerned { Holding::Announced(kind, announced(&headers)) } else { Holding::Passing };
        }
        self.hand_on(Event::ResponseHead { status, reason, version, headers, bytes });
        self.changes(changes);
    }

    /// Takes bytes of a body.
    fn bytes(&mut self, exchange: &mut UnderWay, side: Side, bytes: Bytes) {
        let event = |bytes: Bytes| match side {
            Side::Request => Event::RequestBytes(bytes),
            Side::Response => Event::ResponseBytes(bytes),
        };
        let at = self.at;
        let holding = exchange.holding(side);
        if let Holding::Announced(kind, announced) = holding
            && !bytes.is_empty()
        {
            *holding = match kind {
                BodyKind::Media => Holding::Passing,
                kind if *kind == BodyKind::Unsearchable || kind.binary(&bytes) => {
                    *holding = Holding::Passing;
                    self.unsearched(exchange);
                    return self.hand_on(event(bytes));
                }
                kind => Holding::Held { kind: kind.clone(), announced: *announced, bytes: BytesMut::new(), at },
            };
        }
        match exchange.holding(side) {
            Holding::Held { bytes: held, at: last, .. } => {
                let room = LONGEST.saturating_sub(held.len()).min(MEMORY.saturating_sub(*self.memory));
                let now = bytes.slice(..bytes.len().min(room));
                let rest = bytes.slice(now.len()..);
                held.extend_from_slice(&now);
                *self.memory += now.len();
                *last = at;
                if rest.is_empty() {
                    // The moment at which it came counts for the timings, although its bytes wait.
                    return self.hand_on(event(Bytes::new()));
                }
                self.release(exchange, side);
                self.unsearched(exchange);
                self.bytes(exchange, side, rest);
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
                if end == 0 {
                    return self.hand_on(event(bytes));
                }
                let mut owned = bytes.to_vec();
                let change = self.masker.rest(from, &mut owned[..end]);
                self.hand_on(event(owned.into()));
                self.changes(change.into_iter().collect());
            }
            Holding::Unknown | Holding::Announced(..) | Holding::Passing => self.hand_on(event(bytes)),
        }
    }

    /// Masks a body that is held and hands it on.
    fn release(&mut self, exchange: &mut UnderWay, side: Side) {
        let Holding::Held { .. } = exchange.holding(side) else { return };
        let Holding::Held { kind, bytes, at, .. } = std::mem::take(exchange.holding(side)) else { return };
        *self.memory -= bytes.len();
        let mut bytes = bytes;
        let (changes, whole) = self.masker.body(&exchange.target, side, &kind, &mut bytes);
        let length = bytes.len() as u64;
        let end = format!("-{length}");
        let open = changes
            .iter()
            .any(|change| matches!(&change.kind, crate::model::ChangeKind::Masked { locator, .. } if locator.ends_with(&end)));
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
        self.out.push(Stamped { exchange: self.number, at, event });
        self.changes(changes);
        if !whole {
            self.unsearched(exchange);
        }
    }

    fn message(&mut self, exchange: &mut UnderWay, mut message: crate::model::Message) {
        exchange.messages += 1;
        let is_data = matches!(message.opcode, Opcode::Text | Opcode::Binary);
        if message.direction == Direction::Received || !is_data || message.payload.is_empty() {
            return self.hand_on(Event::Message(message));
        }
        let searched = self.masker.message(&exchange.target, exchange.messages, &message);
        let whole = searched.as_ref().is_some_and(|(.., whole)| *whole);
        let changes = searched.map(|(bytes, changes, _)| {
            if !changes.is_empty() {
                message.payload = Body::new(message.payload.state(), bytes);
            }
            changes
        });
        self.hand_on(Event::Message(message));
        self.changes(changes.unwrap_or_default());
        if !whole {
            self.unsearched(exchange);
        }
    }
}
