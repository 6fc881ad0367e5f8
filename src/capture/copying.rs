//! What a masked copy needs: the records of the original's log one by one, and a writer that takes over those that are not about an exchange word for
//! word. Which ones may be taken over is not decided here.

use std::io::{BufRead as _, BufReader};

use bytes::{Bytes, BytesMut};

use super::files::append_with_salt;
use super::lines::AnyLine;
use super::links::{CertificateLine, ConnectionLine, Facts};
use super::stream::Stream;
use super::writer::{BodyStore, RequestRecord, ResponseRecord};
use super::{CUSTODY_FILE, Capture, CaptureError, STREAM_FROM, Writer};
use crate::evidence::EntryHasher;
use crate::model::{Body, Exchange, Outcome, Side, Timestamp};

/// A record of a custody log.
#[derive(Clone, Copy, Debug)]
pub struct LogLine<'l> {
    /// Its number, from 1.
    pub record: u64,
    /// Its text without the line feed.
    pub text: &'l [u8],
}

impl LogLine<'_> {
    /// The kind of the record. `None`: it is none.
    #[must_use]
    pub fn kind(&self) -> Option<String> {
        serde_json::from_slice::<AnyLine<'_>>(self.text).ok().map(|any| any.kind.into_owned())
    }

    /// What it says: the object without number, digests and salt, as it is written.
    #[must_use]
    pub fn says(&self) -> Option<String> {
        let text = std::str::from_utf8(self.text).ok()?;
        // `{"n":N,"prev":"…",` and `,"digest":"…"}` have fixed forms; the salt is the last member before it where there is one.
        let start = text.match_indices(',').nth(1)?.0 + 1;
        let end = text.rfind(",\"digest\":\"")?;
        let members = text.get(start..end)?;
        let salted =
            members.len().checked_sub(SALT_MEMBER).filter(|at| members.get(*at..).is_some_and(|tail| tail.starts_with(",\"salt\":\"")));
        Some(format!("{{{}}}", &members[..salted.unwrap_or(members.len())]))
    }

    /// Whether it has a salt, as records have since version 4 of the format.
    #[must_use]
    pub fn is_salted(&self) -> bool {
        self.says().is_some_and(|says| {
            says.len() + SALT_MEMBER < self.text.len() && {
                let text = String::from_utf8_lossy(self.text);
                text.rfind(",\"salt\":\"").is_some_and(|at| text[at..].len() == SALT_MEMBER + ",\"digest\":\"\"}".len() + 64)
            }
        })
    }
}

/// `,"salt":"` and 32 digits and the quotation mark.
const SALT_MEMBER: usize = 9 + 32 + 1;

impl Capture {
    /// Hands every record of the custody log to `each`. That they fit together is not looked at.
    ///
    /// # Errors
    ///
    /// The log cannot be read, or `each` fails.
    pub fn log_lines(&self, each: &mut dyn FnMut(LogLine<'_>) -> Result<(), CaptureError>) -> Result<(), CaptureError> {
        let path = self.source().path(CUSTODY_FILE);
        let mut log = BufReader::with_capacity(1 << 17, self.source().reader(CUSTODY_FILE).map_err(CaptureError::read(&path))?);
        let mut line = Vec::new();
        for record in 1.. {
            line.clear();
            if log.read_until(b'\n', &mut line).map_err(CaptureError::read(&path))? == 0 {
                break;
            }
            each(LogLine { record, text: line.strip_suffix(b"\n").unwrap_or(&line) })?;
        }
        Ok(())
    }
}

impl Writer {
    /// Writes an exchange that is known as a whole. `hasher`: of this recording's salts.
    ///
    /// # Errors
    ///
    /// A body cannot be read, or something cannot be written.
    pub fn whole(&mut self, number: u64, exchange: Exchange, hasher: &mut EntryHasher) -> Result<(), CaptureError> {
        let failed = CaptureError::write;
        let folder = self.folder().to_owned();
        let (mut request, mut response) = (RequestRecord::default(), ResponseRecord::default());
        let mut so_far = exchange.clone();
        so_far.messages.clear();
        let body = &exchange.request.body;
        if body.len() > STREAM_FROM as u64 {
            let mut stream = self.stream(number, Side::Request, &so_far, &mut request)?;
            pour(body, &mut stream, &folder)?;
            request.body = BodyStore::Stream(Box::new(stream));
        } else {
            request.body = BodyStore::Memory(BytesMut::from(&*body.bytes().map_err(failed(&folder))?));
        }
        if let Outcome::Response(answer) | Outcome::Switched(answer) = &exchange.outcome {
            let body = &answer.body;
            if body.len() > STREAM_FROM as u64 {
                let mut stream = self.stream(number, Side::Response, &so_far, &mut request)?;
                pour(body, &mut stream, &folder)?;
                response.body = BodyStore::Stream(Box::new(stream));
            } else {
                response.body = BodyStore::Memory(BytesMut::from(&*body.bytes().map_err(failed(&folder))?));
            }
        }
        if !exchange.messages.is_empty() {
            self.switch(number, &so_far, &mut request, &mut response);
            for message in &exchange.messages {
                let at = message.at.or(exchange.started).unwrap_or(Timestamp::from_nanoseconds(0));
                self.message(number, at, &mut response.messages, message)?;
            }
        }
        let finished = self.append(number, exchange, request, response)?;
        self.commit()?;
        if finished.digest.is_none() {
            let digest = hasher.digest(number, &finished.exchange).map_err(failed(&folder))?;
            self.digest(number, digest);
        }
        Ok(())
    }

    /// Takes over what a record of another recording `says` (see [`LogLine::says`]). Records of exchanges, messages, files and exhibits are not taken over like
    /// this, because they name places.
    pub fn copied(&mut self, says: &str) {
        let Ok(AnyLine { kind }) = serde_json::from_str::<AnyLine<'_>>(says) else { return };
        match &*kind {
            "connection" => {
                if let Ok(line) = serde_json::from_str::<ConnectionLine>(says) {
                    let facts = Facts::of(&line.read());
                    if self.connections.insert(line.connection, facts).is_none() {
                        self.counts.connections += 1;
                    }
                }
            }
            "certificate" => {
                if let Some((digest, _)) = serde_json::from_str::<CertificateLine>(says).ok().and_then(|line| line.read().ok()) {
                    self.certificates.insert(digest);
                }
            }
            "tunnel" => self.counts.tunnels += 1,
            _ => {}
        }
        let mut object = says.as_bytes().to_vec();
        append_with_salt(&mut self.custody.chain, &mut self.custody.salts, &mut object, &mut self.custody.pending);
    }
}

/// Streams a body that lies elsewhere.
fn pour(body: &Body, stream: &mut Stream, folder: &std::path::Path) -> Result<(), CaptureError> {
    use std::io::Read as _;
    let mut reader = body.reader().map_err(CaptureError::write(folder))?;
    let mut buffer = vec![0; 1 << 16];
    loop {
        match reader.read(&mut buffer).map_err(CaptureError::write(folder))? {
            0 => return Ok(()),
            read => stream.push(Bytes::copy_from_slice(&buffer[..read]))?,
        }
    }
}
