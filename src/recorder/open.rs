//! Exchanges that are under way.

use std::collections::BTreeSet;

use bytes::{Bytes, BytesMut};
use hashbrown::HashMap;

use crate::capture::{BodyStore, CaptureError, Finished, RequestRecord, ResponseRecord, STREAM_FROM, Writer};
use crate::model::{Assembled, Assembly, Body, BodyState, End, Event, NotCarried, Outcome, Response, Side, Stamped, Timestamp, Unrecorded};

/// Bodies in memory, all exchanges together, beyond which any body streams that is not small, in bytes.
const MEMORY: usize = 24 << 20;

/// A body up to this length stays in memory however full that is, in bytes.
const SMALL: usize = 4 << 10;

/// Bytes of bodies that are kept in memory beyond that while the operating system gives no descriptor for a file to stream them to.
const WITHOUT_FILES: usize = 16 << 20;

/// What came of an event.
#[derive(Debug, Default)]
pub(super) struct Taken {
    /// The exchange, if that was its end.
    pub(super) finished: Option<Finished>,
    /// Whether the event, or something of its exchange before, could not be kept: nobody may be told that it was.
    pub(super) unkept: bool,
}

/// Exchanges under way, by number.
#[derive(Default)]
pub(super) struct Open {
    exchanges: HashMap<u64, UnderWay>,
    /// Numbers of those with a body that streams.
    streaming: BTreeSet<u64>,
    /// Bytes of bodies in memory.
    memory: usize,
}

struct UnderWay {
    assembly: Assembly,
    request: RequestRecord,
    response: ResponseRecord,
    /// Bodies of which only the first part could be kept: that of the request, that of the response.
    cut: [bool; 2],
    /// Whether the response goes on for as long as somebody listens, so that what came of it must not wait for its end.
    endless: bool,
    /// Whether it was under way when somebody last looked for what takes long.
    seen: bool,
}

impl Open {
    /// Takes an event of an exchange.
    pub(super) fn event(&mut self, mut stamped: Stamped, writer: &mut Writer) -> Result<Taken, CaptureError> {
        let number = stamped.exchange;
        let body = match &mut stamped.event {
            Event::RequestHead { .. } => {
                self.exchanges.entry(number).or_insert_with(|| UnderWay {
                    assembly: Assembly::new(),
                    request: RequestRecord::default(),
                    response: ResponseRecord::default(),
                    cut: [false; 2],
                    endless: false,
                    seen: false,
                });
                None
            }
            Event::ResponseHead { status: 200.., headers, .. } => {
                let endless = |value: &[u8]| value.get(..17).is_some_and(|start| start.eq_ignore_ascii_case(b"text/event-stream"));
                if let Some(exchange) = self.exchanges.get_mut(&number) {
                    exchange.endless = headers.first("content-type").is_some_and(endless);
                }
                None
            }
            Event::RequestBytes(bytes) => Some((Side::Request, std::mem::take(bytes))),
            Event::ResponseBytes(bytes) => Some((Side::Response, std::mem::take(bytes))),
            Event::Connection(connection, _) => {
                writer.connection(connection);
                None
            }
            _ => None,
        };
        // An event of an exchange that has ended, or never began, has nobody to belong to.
        let Some(exchange) = self.exchanges.get_mut(&number) else { return Ok(Taken::default()) };
        let at = stamped.at;
        let assembled = exchange.assembly.push(stamped);
        if let Some((side, bytes)) = body
            && exchange.store(number, at, side, bytes, writer, &mut self.memory)?
        {
            self.streaming.insert(number);
        }
        for message in exchange.assembly.take_messages() {
            if !exchange.response.messages.begun()
                && let Some(so_far) = exchange.assembly.so_far(at)
            {
                writer.switch(number, &so_far, &mut exchange.request, &mut exchange.response);
            }
            writer.message(number, at, &mut exchange.response.messages, &message)?;
        }
        let unkept = exchange.cut != [false; 2];
        let Assembled::Done(done) = assembled else { return Ok(Taken { finished: None, unkept }) };
        let Some(ended) = self.exchanges.remove(&number) else { return Ok(Taken::default()) };
        self.memory -= ended.in_memory();
        self.streaming.remove(&number);
        let mut exchange = *done;
        ended.note_cuts(&mut exchange);
        if matches!(exchange.outcome, Outcome::Switched(_)) && ended.response.messages.is_empty() {
            exchange.not_carried.add(NotCarried::MESSAGES);
        }
        Ok(Taken { finished: Some(writer.append(number, exchange, ended.request, ended.response)?), unkept })
    }

    /// Puts on the disk what has been under way since the last call or longer, as far as it came, so that an interruption costs no more than that
    /// of it. The body of a request that is not answered yet stays in memory.
    pub(super) fn keep_long_ones(&mut self, at: Timestamp, writer: &mut Writer) -> Result<(), CaptureError> {
        let seen = |exchange: &mut UnderWay| std::mem::replace(&mut exchange.seen, true);
        let mut long: Vec<u64> = self.exchanges.iter_mut().filter_map(|(&number, exchange)| seen(exchange).then_some(number)).collect();
        long.sort_unstable();
        for number in long {
            let Some(exchange) = self.exchanges.get_mut(&number) else { continue };
            if exchange.keep(number, at, writer, &mut self.memory)? {
                self.streaming.insert(number);
            }
        }
        Ok(())
    }

    /// Bytes of bodies that are still to be written.
    pub(super) fn waiting(&self) -> u64 {
        self.memory as u64
    }

    /// Hands streams under way to the operating system.
    pub(super) fn flush(&mut self, writer: &Writer) -> Result<(), CaptureError> {
        for number in &self.streaming {
            let Some(exchange) = self.exchanges.get_mut(number) else { continue };
            for store in [&mut exchange.request.body, &mut exchange.response.body] {
                if let BodyStore::Stream(stream) = store {
                    writer.flush(stream)?;
                }
            }
        }
        Ok(())
    }

    /// Ends everything that is under way, in the order of numbers.
    pub(super) fn end_all(&mut self, at: Timestamp, writer: &mut Writer) -> Result<Vec<Finished>, CaptureError> {
        let mut numbers: Vec<u64> = self.exchanges.keys().copied().collect();
        numbers.sort_unstable();
        let mut ended = Vec::new();
        for exchange in numbers {
            ended.extend(self.event(Stamped { exchange, at, event: Event::End(End::Abandoned) }, writer)?.finished);
        }
        Ok(ended)
    }
}

/// Whether this answer begins a WebSocket (RFC 6455 section 4.2.2).
fn is_web_socket(answer: &Response) -> bool {
    answer.headers.first("upgrade").is_some_and(|value| value.eq_ignore_ascii_case(b"websocket"))
}

impl UnderWay {
    fn in_memory(&self) -> usize {
        let of = |store: &BodyStore| match store {
            BodyStore::Memory(bytes) => bytes.len(),
            BodyStore::Stream(_) => 0,
        };
        of(&self.request.body) + of(&self.response.body)
    }

    /// Says of bodies that were cut what was kept of them.
    fn note_cuts(&self, exchange: &mut crate::model::Exchange) {
        let cut = |body: &mut Body| *body = std::mem::replace(body, Body::empty()).with_state(BodyState::Truncated(Unrecorded::Ceiling));
        if self.cut[0] {
            cut(&mut exchange.request.body);
        }
        if let (true, Outcome::Response(answer) | Outcome::Switched(answer)) = (self.cut[1], &mut exchange.outcome) {
            cut(&mut answer.body);
        }
    }

    /// Keeps bytes of a body, in memory as long as they are few. Answers whether the body streams.
    fn store(
        &mut self,
        number: u64,
        at: Timestamp,
        side: Side,
        bytes: Bytes,
        writer: &mut Writer,
        memory: &mut usize,
    ) -> Result<bool, CaptureError> {
        if side == Side::Request && self.request.is_recorded() {
            // The body of a GET that goes on after its answer has begun to stream: its record is written, so what comes now is known to be missing.
            self.assembly.push(Stamped { exchange: number, at, event: Event::RequestCut });
            return Ok(true);
        }
        if side == Side::Response && self.response.is_recorded() || self.cut[side as usize] {
            // Bytes between messages, which no protocol of ours knows; or a body that was cut, whose rest would leave a hole.
            self.cut[side as usize] = true;
            return Ok(false);
        }
        let endless = self.endless;
        if let BodyStore::Memory(held) = self.body(side) {
            let length = held.len() + bytes.len();
            let few = length <= STREAM_FROM && (length <= SMALL || *memory + bytes.len() <= MEMORY);
            if few && !(endless && side == Side::Response) {
                held.extend_from_slice(&bytes);
                *memory += bytes.len();
                return Ok(false);
            }
            match self.begin_stream(number, at, side, writer, memory) {
                Ok(true) => {}
                // Bytes before the head of their message are an oddity that the assembly has noted; they have no record to stand in.
                Ok(false) => return Ok(false),
                // Without a descriptor for one more file the recording goes on. A body waits in memory until there is one; if too many wait, it is
                // cut, and nobody is told that it was kept.
                Err(error) if error.out_of_descriptors() => {
                    if *memory + bytes.len() <= MEMORY + WITHOUT_FILES
                        && let BodyStore::Memory(held) = self.body(side)
                    {
                        held.extend_from_slice(&bytes);
                        *memory += bytes.len();
                    } else {
                        tracing::warn!(%error, exchange = number, "a body is kept in part only, because too many files are open");
                        self.cut[side as usize] = true;
                    }
                    // The request may have got a file of its own before.
                    return Ok(matches!(self.request.body, BodyStore::Stream(_)));
                }
                Err(error) => return Err(error),
            }
        }
        if let BodyStore::Stream(stream) = self.body(side) {
            stream.push(bytes)?;
        }
        Ok(true)
    }

    /// Puts it on the disk as far as it came. Answers whether a body streams from here on.
    fn keep(&mut self, number: u64, at: Timestamp, writer: &mut Writer, memory: &mut usize) -> Result<bool, CaptureError> {
        if self.response.messages.begun() || matches!(self.response.body, BodyStore::Stream(_)) {
            return Ok(false);
        }
        let Some(so_far) = self.assembly.so_far(at) else { return Ok(false) };
        match &so_far.outcome {
            // Of a socket that carries no messages that we know, bytes may come yet.
            Outcome::Switched(answer) if is_web_socket(answer) && self.in_memory() == 0 => {
                writer.switch(number, &so_far, &mut self.request, &mut self.response);
            }
            Outcome::Response(_) | Outcome::Switched(_) => match self.begin_stream(number, at, Side::Response, writer, memory) {
                Ok(streams) => return Ok(streams),
                // It waits for the next time.
                Err(error) if error.out_of_descriptors() => return Ok(matches!(self.request.body, BodyStore::Stream(_))),
                Err(error) => return Err(error),
            },
            Outcome::Abandoned | Outcome::Failed { .. } => {
                let small = matches!(&*so_far.request.method, "GET" | "HEAD") && self.in_memory() == 0;
                if small && !self.request.is_recorded() && matches!(self.request.body, BodyStore::Memory(_)) {
                    writer.begin_records(number, &so_far, &mut self.request, &mut self.response);
                }
            }
        }
        Ok(false)
    }

    fn body(&mut self, side: Side) -> &mut BodyStore {
        match side {
            Side::Request => &mut self.request.body,
            Side::Response => &mut self.response.body,
        }
    }

    /// Moves a body from memory into a file of its own. Answers whether its message has begun. If there is no file for it, it stays in memory.
    fn begin_stream(
        &mut self,
        number: u64,
        at: Timestamp,
        side: Side,
        writer: &mut Writer,
        memory: &mut usize,
    ) -> Result<bool, CaptureError> {
        let Some(so_far) = self.assembly.so_far(at) else {
            self.forget(side, memory);
            return Ok(false);
        };
        if side == Side::Response && so_far.outcome.response().is_none() {
            self.forget(side, memory);
            return Ok(false);
        }
        // A request that may still grow needs a record that can grow: that of a segment is written once.
        if side == Side::Response
            && !matches!(&*so_far.request.method, "GET" | "HEAD")
            && let BodyStore::Memory(_) = &self.request.body
        {
            let mut upload = writer.stream(number, Side::Request, &so_far, &mut self.request)?;
            upload.push(self.forget(Side::Request, memory).freeze())?;
            self.request.body = BodyStore::Stream(Box::new(upload));
        }
        let mut stream = writer.stream(number, side, &so_far, &mut self.request)?;
        stream.push(self.forget(side, memory).freeze())?;
        *self.body(side) = BodyStore::Stream(Box::new(stream));
        Ok(true)
    }

    /// Takes a body out of memory.
    fn forget(&mut self, side: Side, memory: &mut usize) -> BytesMut {
        match self.body(side) {
            BodyStore::Memory(held) => {
                *memory -= held.len();
                std::mem::take(held)
            }
            BodyStore::Stream(_) => BytesMut::new(),
        }
    }
}
