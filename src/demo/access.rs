//! The origin's own log: one row for each request that reached the world, with what it said in answer. The measure for recordings of it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use bytes::Bytes;

use crate::model::{Direction, Timestamp};

/// A request that reached the world, and what became of it there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// When its head had arrived.
    pub at: Timestamp,
    /// Running number from 1, in the order of arrival over all hosts.
    pub number: u64,
    /// Host name from `:authority` or the Host field, without a port.
    pub host: String,
    /// Method.
    pub method: String,
    /// Path with query, as it arrived.
    pub path: String,
    /// Protocol version: `HTTP/1.1` or `HTTP/2`.
    pub version: String,
    /// Header fields as parsed: lower-case names, repeated names together.
    pub request_headers: Vec<(String, String)>,
    /// The body, codings and all.
    pub request_body: Bytes,
    /// When the answer's head was ready; `None` if it never was.
    pub answered: Option<Timestamp>,
    /// Status code; 0 as long as there is no answer.
    pub status: u16,
    /// Header fields of the answer, without those that the HTTP engine adds.
    pub response_headers: Vec<(String, String)>,
    /// Bytes of the answer's body handed to the connection, codings still on; for a WebSocket, bytes of the messages' payloads.
    pub response_bytes: u64,
    /// Whether the last byte of the answer was handed to the connection; for a WebSocket, whether it was closed by a Close frame.
    pub finished: bool,
    /// Messages of a WebSocket with their direction, control frames left out.
    pub messages: Vec<(Direction, Bytes)>,
}

/// The log of a world. Clones share it.
#[derive(Clone, Default)]
pub(super) struct Log(Arc<Mutex<Vec<Access>>>);

impl Log {
    fn rows(&self) -> MutexGuard<'_, Vec<Access>> {
        // A row is only ever assigned to; a panic elsewhere cannot leave one half written.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn all(&self) -> Vec<Access> {
        self.rows().clone()
    }

    /// Begins a row; its number and time are set here.
    pub(super) fn begin(&self, mut access: Access) -> Row {
        let mut rows = self.rows();
        access.number = rows.len() as u64 + 1;
        access.at = now();
        rows.push(access);
        Row { log: self.clone(), index: rows.len() - 1 }
    }
}

/// A row that is still being written. Clones write to the same one.
#[derive(Clone)]
pub(super) struct Row {
    log: Log,
    index: usize,
}

impl Row {
    pub(super) fn write(&self, change: impl FnOnce(&mut Access)) {
        change(&mut self.log.rows()[self.index]);
    }
}

/// The time of day.
#[allow(
    clippy::disallowed_methods,
    reason = "the world plays the part of servers, which stamp their logs and cookies with the time of day"
)]
pub(super) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_nanoseconds(i64::try_from(since.as_nanos()).unwrap_or(i64::MAX))
}
