//! Messages of a connection that switched protocols (WebSocket): each is a record of its own, written as it comes, so that a socket that runs
//! for hours holds nothing in memory but where its messages lie. It never joins, splits or decodes one.

use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

use super::facts::{EntryLine, Place, read_state, state};
use super::records::{FileRange, Record};
use super::source::{ArchiveFile, Source};
use super::warc::{self, Kind, MessageHead};
use super::writer::{BodyStore, RequestRecord, ResponseRecord, added_host};
use super::{CaptureError, Writer};
use crate::model::{BodyState, Digest, Direction, Exchange, Message, Opcode, Timestamp};

/// A message, in the order in which they were seen.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct MessageLine {
    pub(super) kind: String,
    pub(super) entry: u64,
    /// Its place among the messages of the exchange, from 0.
    pub(super) index: u64,
    /// Whether the browser sent it.
    sent: bool,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    at: Option<i64>,
    opcode: u8,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    state: Option<String>,
    pub(super) record: Place,
}

impl MessageLine {
    /// The message, its record held against what this line says of it.
    pub(super) fn read(&self, files: &mut HashMap<String, ArchiveFile>, source: &Source) -> Result<Message, CaptureError> {
        let payload = Record::message(files, source, &self.record)?;
        let state = match &self.state {
            None => BodyState::Raw,
            Some(text) => read_state(text).ok_or_else(|| CaptureError::Damaged {
                file: source.path(super::CUSTODY_FILE).display().to_string(),
                place: format!("message {} of entry {}", self.index, self.entry),
                what: "the state of its payload is unknown".to_owned(),
            })?,
        };
        Ok(Message {
            direction: if self.sent { Direction::Sent } else { Direction::Received },
            at: self.at.map(Timestamp::from_nanoseconds),
            opcode: Opcode::from_number(self.opcode),
            payload: payload.body(state),
        })
    }
}

/// Where the messages of an exchange under way lie.
#[derive(Debug, Default)]
pub struct MessageRecords {
    /// Address of the exchange, from the first message on.
    target: Option<String>,
    /// Those in one file each, in order.
    runs: Vec<(ArchiveFile, Vec<Slot>)>,
    count: u64,
}

/// One message: 48 bytes, whatever its length.
#[derive(Clone, Copy, Debug)]
struct Slot {
    at: Option<Timestamp>,
    payload_at: u64,
    payload_length: u64,
    state: BodyState,
    direction: Direction,
    opcode: Opcode,
}

impl MessageRecords {
    /// Whether what the exchange was so far is written, so that messages can follow.
    #[must_use]
    pub fn begun(&self) -> bool {
        self.target.is_some()
    }

    /// Whether no message was written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The messages, their payloads in the archive.
    pub(super) fn into_messages(self) -> Vec<Message> {
        let mut messages = Vec::with_capacity(usize::try_from(self.count).unwrap_or_default());
        for (file, slots) in self.runs {
            messages.extend(slots.into_iter().map(|slot| Message {
                direction: slot.direction,
                at: slot.at,
                opcode: slot.opcode,
                payload: FileRange::new(file.clone(), slot.payload_at, slot.payload_length).body(slot.state),
            }));
        }
        messages
    }
}

impl Writer {
    /// Writes the records of an exchange whose connection switched, before its first message, so that an interrupted recording knows what the
    /// messages belong to. `so_far`: the exchange as it is known now, without bodies.
    pub fn switch(&mut self, number: u64, so_far: &Exchange, request: &mut RequestRecord, response: &mut ResponseRecord) {
        self.begin_records(number, so_far, request, response);
        response.messages.target = Some(so_far.request.url.clone());
    }

    /// Writes the records of an exchange as far as it is known before its end, so that an interrupted recording has them. What belongs into them
    /// must not change any more.
    pub fn begin_records(&mut self, number: u64, so_far: &Exchange, request: &mut RequestRecord, response: &mut ResponseRecord) {
        self.connection(&so_far.connection);
        if request.place.is_none()
            && let BodyStore::Memory(body) = &request.body
        {
            request.place = Some(self.record(Kind::Request, number, so_far, body).0);
        }
        if so_far.outcome.response().is_some()
            && response.place.is_none()
            && let BodyStore::Memory(body) = &response.body
        {
            response.place = Some(self.record(Kind::Response, number, so_far, body).0);
        }
        let place = |body: &BodyStore, written: &Option<Place>| match body {
            BodyStore::Stream(stream) => Some(stream.place()),
            BodyStore::Memory(_) => written.clone(),
        };
        let mut line = EntryLine::of("stream", number, so_far, added_host(so_far).is_some());
        line.request = place(&request.body, &request.place);
        line.response = place(&response.body, &response.place);
        self.custody.append(&line);
    }

    /// Writes a message. `at`: when it was seen.
    ///
    /// # Errors
    ///
    /// Its payload lies elsewhere and cannot be read.
    pub fn message(&mut self, number: u64, at: Timestamp, records: &mut MessageRecords, message: &Message) -> Result<(), CaptureError> {
        let held;
        let payload = match message.payload.in_memory() {
            Some(bytes) => bytes,
            None => {
                held = message.payload.bytes().map_err(CaptureError::write(&self.folder))?;
                &held[..]
            }
        };
        let index = records.count;
        let mut pending = std::mem::take(&mut self.segment.pending);
        let begin = pending.len();
        let head = MessageHead {
            session: self.session,
            number,
            index,
            at: message.at.unwrap_or(at),
            target: records.target.as_deref().unwrap_or_default(),
            text: message.opcode == Opcode::Text,
            state: message.payload.state(),
            length: payload.len() as u64,
            payload: (!payload.is_empty()).then(|| Digest::of(payload)),
        };
        head.write(&mut pending);
        let heads = Digest::of(&pending[begin..]).to_string();
        let payload_at = self.segment.written + pending.len() as u64;
        pending.extend_from_slice(payload);
        pending.extend_from_slice(warc::END);
        let length = (pending.len() - begin) as u64;
        self.segment.pending = pending;
        self.custody.append(&MessageLine {
            kind: "message".to_owned(),
            entry: number,
            index,
            sent: message.direction == Direction::Sent,
            at: message.at.map(Timestamp::as_nanoseconds),
            opcode: message.opcode.number(),
            state: state(message.payload.state()),
            record: Place { file: self.segment.name.clone(), at: self.segment.written + begin as u64, length, heads },
        });
        records.count += 1;
        let slot = Slot {
            at: message.at,
            payload_at,
            payload_length: payload.len() as u64,
            state: message.payload.state(),
            direction: message.direction,
            opcode: message.opcode,
        };
        let in_segment = self.segment.file.archive_file();
        match records.runs.last_mut() {
            Some((file, slots)) if file.is(&in_segment) => slots.push(slot),
            _ => records.runs.push((in_segment, vec![slot])),
        }
        Ok(())
    }
}
