//! Exchanges that are under way.

use std::collections::BTreeSet;

use bytes::{Bytes, BytesMut};
use hashbrown::HashMap;

use crate::capture::{BodyStore, CaptureError, Finished, RequestRecord, STREAM_FROM, Writer};
use crate::model::{Assembled, Assembly, End, Event, NotCarried, Outcome, Side, Stamped, Timestamp};

/// Bodies in memory, all exchanges together, beyond which any body streams that is not small, in bytes.
const MEMORY: usize = 24 << 20;

/// A body up to this length stays in memory however full that is, in bytes.
const SMALL: usize = 4 << 10;

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
    response: BodyStore,
}

impl Open {
    /// Takes an event of an exchange and answers with the exchange if that was its end.
    pub(super) fn event(&mut self, mut stamped: Stamped, writer: &mut Writer) -> Result<Option<Finished>, CaptureError> {
        let number = stamped.exchange;
        let body = match &mut stamped.event {
            Event::RequestHead { .. } => {
                self.exchanges.entry(number).or_insert_with(|| UnderWay {
                    assembly: Assembly::new(),
                    request: RequestRecord::default(),
                    response: BodyStore::default(),
                });
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
        let Some(exchange) = self.exchanges.get_mut(&number) else { return Ok(None) };
        let at = stamped.at;
        let assembled = exchange.assembly.push(stamped);
        if let Some((side, bytes)) = body
            && exchange.store(number, at, side, bytes, writer, &mut self.memory)?
        {
            self.streaming.insert(number);
        }
        let Assembled::Done(done) = assembled else { return Ok(None) };
        let Some(ended) = self.exchanges.remove(&number) else { return Ok(None) };
        self.memory -= ended.in_memory();
        self.streaming.remove(&number);
        let mut exchange = *done;
        if matches!(exchange.outcome, Outcome::Switched(_)) && exchange.messages.is_empty() {
            exchange.not_carried.add(NotCarried::MESSAGES);
        }
        writer.append(number, exchange, ended.request, ended.response).map(Some)
    }

    /// Hands streams under way to the operating system.
    pub(super) fn flush(&mut self, writer: &Writer) -> Result<(), CaptureError> {
        for number in &self.streaming {
            let Some(exchange) = self.exchanges.get_mut(number) else { continue };
            for store in [&mut exchange.request.body, &mut exchange.response] {
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
            ended.extend(self.event(Stamped { exchange, at, event: Event::End(End::Abandoned) }, writer)?);
        }
        Ok(ended)
    }
}

impl UnderWay {
    fn in_memory(&self) -> usize {
        let of = |store: &BodyStore| match store {
            BodyStore::Memory(bytes) => bytes.len(),
            BodyStore::Stream(_) => 0,
        };
        of(&self.request.body) + of(&self.response)
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
        let store = match side {
            Side::Request => &mut self.request.body,
            Side::Response => &mut self.response,
        };
        if let BodyStore::Memory(held) = store {
            let length = held.len() + bytes.len();
            if length <= STREAM_FROM && (length <= SMALL || *memory + bytes.len() <= MEMORY) {
                held.extend_from_slice(&bytes);
                *memory += bytes.len();
                return Ok(false);
            }
            let held = std::mem::replace(held, BytesMut::new());
            *memory -= held.len();
            // Bytes before the head of their message are an oddity that the assembly has noted; they have no record to stand in.
            let Some(so_far) = self.assembly.so_far(at) else { return Ok(false) };
            if side == Side::Response && so_far.outcome.response().is_none() {
                return Ok(false);
            }
            // A request that may still grow needs a record that can grow: that of a segment is written once.
            if side == Side::Response
                && !matches!(&*so_far.request.method, "GET" | "HEAD")
                && let BodyStore::Memory(begun) = &mut self.request.body
            {
                let begun = std::mem::take(begun);
                *memory -= begun.len();
                let mut upload = writer.stream(number, Side::Request, &so_far, &mut self.request)?;
                upload.push(begun.freeze()).map_err(CaptureError::write(writer.folder()))?;
                self.request.body = BodyStore::Stream(Box::new(upload));
            }
            let mut stream = writer.stream(number, side, &so_far, &mut self.request)?;
            stream.push(held.freeze()).map_err(CaptureError::write(writer.folder()))?;
            let stream = BodyStore::Stream(Box::new(stream));
            match side {
                Side::Request => self.request.body = stream,
                Side::Response => self.response = stream,
            }
        }
        let store = match side {
            Side::Request => &mut self.request.body,
            Side::Response => &mut self.response,
        };
        if let BodyStore::Stream(stream) = store {
            stream.push(bytes).map_err(CaptureError::write(writer.folder()))?;
        }
        Ok(true)
    }
}
