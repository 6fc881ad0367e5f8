//! Writes a capture: WARC records and the custody log. Nothing is on its way to the disk before [`Writer::commit`] returns.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use bytes::BytesMut;
use hashbrown::{HashMap, HashSet};

use super::encryption::{ENCRYPTED_FILE, ENDING, EncryptTo, RECORDING_KEY_FILE, RecordingKey};
use super::facts::{EntryLine, Place};
use super::files::{Custody, Dirty, FIRST_SEGMENT, Growing, Segment, drawn_salts, owner_only_folder, sync_folder};
use super::lines::{FileLine, HeaderLine};
use super::links::Facts;
use super::messages::MessageRecords;
use super::records::FileRange;
use super::session_file::SessionFile;
use super::space::Room;
use super::stream::Stream;
use super::warc::{self, Head, Kind, Length};
use super::{ARCHIVE_FOLDER, CAPTURE_VERSION, CUSTODY_FILE, CaptureError, SESSION_FILE, check_free};
use crate::evidence::{CaseKey, Chain, EntryHasher};
use crate::model::{Body, BodyState, Digest, EntryDigest, Exchange, Outcome, Side, Timestamp, Timings, UrlParts};

/// The bytes of a body while it arrives.
#[derive(Debug)]
pub enum BodyStore {
    /// In memory.
    Memory(BytesMut),
    /// In a file of its own.
    Stream(Box<Stream>),
}

impl Default for BodyStore {
    fn default() -> Self {
        Self::Memory(BytesMut::new())
    }
}

/// An exchange that was written.
#[derive(Debug)]
pub struct Finished {
    /// Its number.
    pub number: u64,
    /// The exchange. A request's body of moderate length is in memory, the others in the archive.
    pub exchange: Exchange,
    /// Its digest; `None` where a long body makes it worth while to take it elsewhere and to hand it to [`Writer::digest`].
    pub digest: Option<EntryDigest>,
}

/// Writes a capture.
#[derive(Debug)]
pub struct Writer {
    pub(super) folder: PathBuf,
    pub(super) session: Digest,
    hasher: Hasher,
    comment: String,
    pub(super) room: Room,
    /// Where the recording is encrypted.
    pub(super) key: Option<RecordingKey>,
    pub(super) segment: Segment,
    pub(super) custody: Custody,
    /// Connections that the log names, with what it says last of each.
    pub(super) connections: HashMap<String, Facts>,
    /// Certificates that the log holds.
    pub(super) certificates: HashSet<Digest>,
    pub(super) counts: EndCounts,
    pub(super) dirty: Arc<Mutex<Vec<Dirty>>>,
    /// Start of the exchange that was written last.
    pub(super) latest: Timestamp,
    /// Room for the head of a message.
    http: Vec<u8>,
}

/// A hasher has nothing to show.
struct Hasher(EntryHasher);

impl std::fmt::Debug for Hasher {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("EntryHasher")
    }
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct EndCounts {
    pub(super) entries: u64,
    pub(super) connections: u64,
    pub(super) tunnels: u64,
    pub(super) exhibits: u64,
}

impl Writer {
    /// Begins a capture in `folder`, which must be empty or not there.
    ///
    /// # Errors
    ///
    /// The folder is in use or not empty, or cannot be written, or there is too little space.
    pub fn create(folder: &Path, session: &SessionFile, case: Option<&CaseKey>) -> Result<(Self, CaseKey), CaptureError> {
        Self::create_within(folder, session, case, Room::default())
    }

    /// The same, with everything encrypted for `to` before it reaches the disk, if somebody is named there.
    ///
    /// # Errors
    ///
    /// As [`Self::create`].
    pub fn create_for(
        folder: &Path,
        session: &SessionFile,
        case: Option<&CaseKey>,
        to: &[EncryptTo],
    ) -> Result<(Self, CaseKey), CaptureError> {
        Self::create_as(folder, session, case, (Room::default(), to))
    }

    /// The same, with as much space as `room` says.
    ///
    /// # Errors
    ///
    /// As [`Self::create`].
    pub fn create_within(
        folder: &Path,
        session: &SessionFile,
        case: Option<&CaseKey>,
        room: Room,
    ) -> Result<(Self, CaseKey), CaptureError> {
        Self::create_as(folder, session, case, (room, &[]))
    }

    fn create_as(
        folder: &Path,
        session: &SessionFile,
        case: Option<&CaseKey>,
        (room, to): (Room, &[EncryptTo]),
    ) -> Result<(Self, CaseKey), CaptureError> {
        check_free(folder)?;
        room.check_floor(folder)?;
        let was_there = folder.exists();
        Self::begin(folder, session, case, (room, to)).inspect_err(|error| {
            // What another process makes here at the same moment is its own.
            let another = matches!(error, CaptureError::Write { cause, .. } if cause.kind() == ErrorKind::AlreadyExists);
            if !another {
                withdraw(folder, was_there);
            }
        })
    }

    fn begin(
        folder: &Path,
        session: &SessionFile,
        case: Option<&CaseKey>,
        (room, to): (Room, &[EncryptTo]),
    ) -> Result<(Self, CaseKey), CaptureError> {
        let archive = folder.join(ARCHIVE_FOLDER);
        owner_only_folder(&archive)?;
        let recording_key = (!to.is_empty()).then(|| RecordingKey::begin(folder, session, to)).transpose()?;
        let path = folder.join(SESSION_FILE);
        let custody_path = folder.join(CUSTODY_FILE);
        let mut salts_of_lines = drawn_salts(&custody_path)?;
        let session = &SessionFile { salt: String::from_utf8_lossy(&salts_of_lines.draw()).into_owned(), ..session.clone() };
        let bytes = session.seal().map_err(|error| CaptureError::write(&path)(error.into()))?;
        let (file, path) = Growing::create(&path, SESSION_FILE, recording_key.as_ref())?;
        file.append(&bytes, true).and_then(|()| file.file().sync_all()).map_err(CaptureError::write(&path))?;
        let digest = Digest::of(&bytes);
        let key = case.cloned().unwrap_or_else(|| CaseKey::of_capture(digest));
        let (custody_file, custody_path) = Growing::create(&custody_path, CUSTODY_FILE, recording_key.as_ref())?;
        // Whoever opens the folder sees by this lock that it is being written.
        custody_file.file().lock().map_err(CaptureError::write(&custody_path))?;
        let comment = session.comment.clone().unwrap_or_default();
        let segment = Segment::create(&archive, 1, recording_key.as_ref())?;
        let mut writer = Self {
            folder: folder.to_owned(),
            session: digest,
            hasher: Hasher(EntryHasher::new(&salts(&key, case.is_some(), digest))),
            comment,
            room,
            key: recording_key,
            segment,
            custody: Custody {
                file: custody_file,
                path: custody_path,
                chain: Chain::default(),
                pending: Vec::new(),
                object: Vec::new(),
                salts: salts_of_lines,
            },
            connections: HashMap::new(),
            certificates: HashSet::new(),
            counts: EndCounts::default(),
            dirty: Arc::default(),
            latest: session.started().unwrap_or(Timestamp::from_nanoseconds(0)),
            http: Vec::new(),
        };
        let started = session.started().unwrap_or(Timestamp::from_nanoseconds(0));
        writer.custody.append(&HeaderLine {
            kind: "header".to_owned(),
            format: "dataspoor-custody".to_owned(),
            version: CAPTURE_VERSION,
            session: digest.to_string(),
            started: started.as_nanoseconds(),
        });
        writer.describe_segment(started);
        writer.commit()?;
        sync_folder(&archive)?;
        sync_folder(folder)?;
        Ok((writer, key))
    }

    /// SHA-256 of the session file.
    #[must_use]
    pub fn session(&self) -> Digest {
        self.session
    }

    /// The folder of the capture.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The first record of a segment: who wrote it.
    pub(super) fn describe_segment(&mut self, at: Timestamp) {
        let mut block =
            format!("software: dataspoor/{}\r\nformat: WARC File Format 1.1\r\nisPartOf: {}\r\n", env!("CARGO_PKG_VERSION"), self.session);
        if !self.comment.is_empty() {
            block.push_str(&format!("description: {}\r\n", self.comment.replace(['\r', '\n'], " ")));
        }
        let begin = self.segment.pending.len();
        let head = Head {
            kind: Kind::Info,
            session: self.session,
            number: self.segment.number,
            at,
            target: &self.segment.name,
            version: "",
            connection: None,
            state: BodyState::Raw,
            length: Length::Known(block.len() as u64, None),
        };
        head.write(&mut self.segment.pending);
        self.segment.pending.extend_from_slice(block.as_bytes());
        let heads = Digest::of(&self.segment.pending[begin..]).to_string();
        self.segment.pending.extend_from_slice(warc::END);
        let place = Place {
            file: self.segment.name.clone(),
            at: self.segment.written + begin as u64,
            length: (self.segment.pending.len() - begin) as u64,
            heads,
        };
        self.custody.append(&FileLine { kind: "file".to_owned(), info: place });
    }

    /// Begins to stream a body that has become too long for the memory. `so_far`: the exchange as it is known now, without bodies. `request`:
    /// the request's body and, if it was written before, its place.
    ///
    /// # Errors
    ///
    /// The file cannot be made or written.
    pub fn stream(&mut self, number: u64, side: Side, so_far: &Exchange, request: &mut RequestRecord) -> Result<Stream, CaptureError> {
        let (name, kind) = match side {
            Side::Request => (format!("stream-{number:06}-request.warc"), Kind::Request),
            Side::Response => (format!("stream-{number:06}-response.warc"), Kind::Response),
        };
        self.connection(&so_far.connection);
        if side == Side::Response
            && request.place.is_none()
            && let BodyStore::Memory(body) = &request.body
        {
            // So that an interrupted recording knows what was asked for.
            request.place = Some(self.record(Kind::Request, number, so_far, body).0);
        }
        let mut heads = Vec::with_capacity(2048);
        self.head(kind, number, so_far, Length::Later, BodyState::Raw).write(&mut heads);
        http_head(kind, so_far, &mut heads);
        let stream = Stream::create(&self.folder, name, heads, self.key.as_ref())?;
        let mut line = EntryLine::of("stream", number, so_far, added_host(so_far).is_some());
        line.request = match &request.body {
            _ if side == Side::Request => Some(stream.place()),
            BodyStore::Stream(request) => Some(request.place()),
            BodyStore::Memory(_) => request.place.clone(),
        };
        line.response = (side == Side::Response).then(|| stream.place());
        self.custody.append(&line);
        Ok(stream)
    }

    /// Writes an exchange that has come to its end.
    ///
    /// # Errors
    ///
    /// A stream cannot be completed.
    pub fn append(
        &mut self,
        number: u64,
        mut exchange: Exchange,
        request: RequestRecord,
        response: ResponseRecord,
    ) -> Result<Finished, CaptureError> {
        self.connection(&exchange.connection);
        only_measured(&mut exchange.timings);
        exchange.messages = response.messages.into_messages();
        let folder = self.folder.clone();
        let failed = |error| CaptureError::write(&folder)(error);
        let state = exchange.request.body.state();
        // Messages lie in the archive, and their records may still wait to be written.
        let mut later = !exchange.messages.is_empty();
        let request_place = match request.body {
            BodyStore::Memory(body) => {
                let place = match request.place {
                    Some(place) => place,
                    None => self.record(Kind::Request, number, &exchange, &body).0,
                };
                exchange.request.body = Body::new(state, body.freeze());
                place
            }
            BodyStore::Stream(stream) => {
                later = true;
                self.stream_is_dirty(&stream);
                let (place, range) = stream.finish()?;
                exchange.request.body = range.body(state);
                place
            }
        };
        let mut response_place = None;
        let mut in_archive = None;
        if let Outcome::Response(answer) | Outcome::Switched(answer) = &mut exchange.outcome {
            let state = answer.body.state();
            match response.body {
                BodyStore::Memory(body) => {
                    let body = body.freeze();
                    answer.body = Body::new(state, body.clone());
                    response_place = Some(match response.place {
                        Some(place) => place,
                        None => {
                            let (place, range) = self.record(Kind::Response, number, &exchange, &body);
                            in_archive = Some(range.body(state));
                            place
                        }
                    });
                }
                BodyStore::Stream(stream) => {
                    later = true;
                    self.stream_is_dirty(&stream);
                    let (place, range) = stream.finish()?;
                    answer.body = range.body(state);
                    response_place = Some(place);
                }
            }
        }
        let digest = if later { None } else { Some(self.hasher.0.digest(number, &exchange).map_err(failed)?) };
        // Nobody needs an answer's body in memory from here on.
        if let (Some(body), Outcome::Response(answer) | Outcome::Switched(answer)) = (in_archive, &mut exchange.outcome) {
            answer.body = body;
        }
        let mut line = EntryLine::of("entry", number, &exchange, added_host(&exchange).is_some());
        line.request = Some(request_place);
        line.response = response_place;
        line.digest_of_entry = digest.map(|digest| digest.0.to_string());
        self.custody.append(&line);
        self.counts.entries += 1;
        self.latest = exchange.started.unwrap_or(self.latest);
        Ok(Finished { number, exchange, digest })
    }

    /// Appends a record to the segment.
    pub(super) fn record(&mut self, kind: Kind, number: u64, exchange: &Exchange, body: &[u8]) -> (Place, FileRange) {
        let mut http = std::mem::take(&mut self.http);
        http.clear();
        http_head(kind, exchange, &mut http);
        let digest = (!body.is_empty()).then(|| Digest::of(body));
        let state = match kind {
            Kind::Response => exchange.outcome.response().map_or(BodyState::Raw, |answer| answer.body.state()),
            Kind::Request | Kind::Info => exchange.request.body.state(),
        };
        let mut pending = std::mem::take(&mut self.segment.pending);
        let begin = pending.len();
        self.head(kind, number, exchange, Length::Known((http.len() + body.len()) as u64, digest), state).write(&mut pending);
        pending.extend_from_slice(&http);
        let heads = Digest::of(&pending[begin..]).to_string();
        let body_at = self.segment.written + pending.len() as u64;
        pending.extend_from_slice(body);
        pending.extend_from_slice(warc::END);
        let length = (pending.len() - begin) as u64;
        self.segment.pending = pending;
        self.http = http;
        let place = Place { file: self.segment.name.clone(), at: self.segment.written + begin as u64, length, heads };
        (place, FileRange::new(self.segment.file.archive_file(), body_at, body.len() as u64))
    }

    fn head<'a>(&self, kind: Kind, number: u64, exchange: &'a Exchange, length: Length, state: BodyState) -> Head<'a> {
        let version = match kind {
            Kind::Response => exchange.outcome.response().map_or("", |answer| &answer.version),
            Kind::Request | Kind::Info => &exchange.request.version,
        };
        Head {
            kind,
            session: self.session,
            number,
            at: exchange.started.unwrap_or(Timestamp::from_nanoseconds(0)),
            target: &exchange.request.url,
            version,
            connection: Some(&exchange.connection),
            state,
            length,
        }
    }
}

/// The body of a request while the exchange is under way, and its record if that was written before the end.
#[derive(Debug, Default)]
pub struct RequestRecord {
    /// The body.
    pub body: BodyStore,
    pub(super) place: Option<Place>,
}

/// The body of a response while the exchange is under way, its record if that was written before the end, and the messages that followed it.
#[derive(Debug, Default)]
pub struct ResponseRecord {
    /// The body.
    pub body: BodyStore,
    pub(super) place: Option<Place>,
    /// Messages after a switch of protocols.
    pub messages: MessageRecords,
}

impl ResponseRecord {
    /// Whether its record was written before the end of the exchange.
    #[must_use]
    pub fn is_recorded(&self) -> bool {
        self.place.is_some()
    }
}

impl RequestRecord {
    /// Whether its record was written before the end of the exchange.
    #[must_use]
    pub fn is_recorded(&self) -> bool {
        self.place.is_some()
    }
}

/// Removes what a capture consists of that could not begin, so that the folder can be used again. Nothing was recorded in it.
fn withdraw(folder: &Path, was_there: bool) {
    let archive = folder.join(ARCHIVE_FOLDER);
    // What cannot be removed either stays; whoever begins there next is told that the folder is not empty.
    for name in [SESSION_FILE, CUSTODY_FILE, FIRST_SEGMENT, ENCRYPTED_FILE, RECORDING_KEY_FILE] {
        let folder = if name == FIRST_SEGMENT { archive.as_path() } else { folder };
        let _ = std::fs::remove_file(folder.join(name));
        let _ = std::fs::remove_file(folder.join(format!("{name}{ENDING}")));
    }
    let _ = std::fs::remove_dir(archive);
    if !was_there {
        let _ = std::fs::remove_dir(folder);
    }
}

/// Takes out stages that ended before they began, as when somebody set the clock back meanwhile: such a length is none, and has no form on the disk.
fn only_measured(timings: &mut Timings) {
    let Timings { blocked, dns, connect, tls, send, wait, receive } = timings;
    for stage in [blocked, dns, connect, tls, send, wait, receive] {
        *stage = stage.filter(|stage| *stage >= 0.0);
    }
}

/// The key for the salts of a recording: in a case of its own, so that no salt is used twice.
pub(super) fn salts(key: &CaseKey, in_case: bool, session: Digest) -> CaseKey {
    if in_case { key.for_salts_of(session) } else { key.clone() }
}

/// The host for the text form of a request that carried none (HTTP/2 names it in `:authority`).
pub(super) fn added_host(exchange: &Exchange) -> Option<&str> {
    let request = &exchange.request;
    if request.headers.first("host").is_some() {
        return None;
    }
    UrlParts::of(&request.url).authority.map(|authority| &request.url[authority])
}

fn http_head(kind: Kind, exchange: &Exchange, out: &mut Vec<u8>) {
    let request = &exchange.request;
    match (kind, exchange.outcome.response()) {
        (Kind::Response, Some(answer)) => {
            let reason = answer.reason.replace(['\r', '\n'], " ");
            let mut digits = itoa::Buffer::new();
            let line = ["HTTP/1.1 ", digits.format(answer.status), " ", &reason];
            warc::http_head(&line, None, &answer.headers, out);
        }
        _ => {
            let parts = UrlParts::of(&request.url);
            let end = parts.query.map_or(parts.path.end, |query| query.end);
            let target = &request.url[parts.path.start..end];
            let slash = if target.starts_with('/') { "" } else { "/" };
            warc::http_head(&[&request.method, " ", slash, target, " HTTP/1.1"], added_host(exchange), &request.headers, out);
        }
    }
}
