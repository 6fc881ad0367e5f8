//! Reads a capture back: the exchanges exactly as they were recorded, with their digests taken again and held against the custody log.

use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hashbrown::HashMap;

use super::facts::{EntryLine, Place};
use super::lines::{AnyLine, ConnectionLine, DigestLine, EndLine, FactLine, GapLine, MarkLine, RecoverLine, TunnelLine};
use super::session_file::SessionFile;
use super::warc::{self, Parsed, parse_head};
use super::writer::salts;
use super::{ARCHIVE_FOLDER, CUSTODY_FILE, CaptureError};
use crate::evidence::{CaseKey, ChainProblem, ChainReader, EntryHasher};
use crate::model::{
    Body, BodySource, BodyState, Connection, Custody, Digest, Entry, EntryDigest, Exchange, Gap, GapKind, Session, Timestamp,
};

/// Bytes of a record that are read at once for its heads.
const HEADS: usize = 16 * 1024;

/// No record's heads are longer.
const LONGEST_HEADS: usize = 4 << 20;

/// A stretch of a file: the bytes of a body that is not in memory.
#[derive(Clone, Debug)]
pub struct FileRange {
    file: Arc<File>,
    at: u64,
    length: u64,
}

impl FileRange {
    pub(super) fn new(file: Arc<File>, at: u64, length: u64) -> Self {
        Self { file, at, length }
    }

    /// The body with these bytes.
    pub(super) fn body(self, state: BodyState) -> Body {
        Body::elsewhere(state, self.length, Arc::new(self))
    }
}

impl BodySource for FileRange {
    fn open(&self) -> io::Result<Box<dyn io::Read + '_>> {
        Ok(Box::new(RangeReader { range: self, done: 0 }))
    }
}

struct RangeReader<'r> {
    range: &'r FileRange,
    done: u64,
}

impl io::Read for RangeReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.range.length - self.done).unwrap_or(usize::MAX).min(buffer.len());
        let read = self.range.file.read_at(&mut buffer[..left], self.range.at + self.done)?;
        self.done += read as u64;
        Ok(read)
    }
}

/// A capture on disk.
#[derive(Debug)]
pub struct Capture {
    folder: PathBuf,
    /// What was known before the first request.
    pub session: SessionFile,
    /// SHA-256 of the session file.
    pub session_digest: Digest,
}

/// What stands in a capture apart from its entries.
#[derive(Clone, Debug, Default)]
pub struct Contents {
    /// The session.
    pub session: Session,
    /// What was not recorded.
    pub gaps: Vec<Gap>,
    /// Length of all files of the capture in bytes.
    pub bytes: u64,
    /// Digest of the last record of the custody log.
    pub head: Option<Digest>,
}

/// What is collected while the custody log is read.
#[derive(Default)]
struct Reading {
    custody: Custody,
    session: Session,
    connections: HashMap<String, Connection>,
    files: HashMap<String, Arc<File>>,
    /// Digests that were taken here and whose record is still to come.
    awaited: HashMap<u64, EntryDigest>,
    highest: u64,
    lost_bytes: u64,
    offers_of_http3: u64,
    gaps: Vec<Gap>,
}

impl Capture {
    /// Whether `folder` holds a capture.
    #[must_use]
    pub fn is_at(folder: &Path) -> bool {
        folder.join(super::SESSION_FILE).is_file()
    }

    /// Opens the capture in `folder`.
    ///
    /// # Errors
    ///
    /// Its session file cannot be read or was changed.
    pub fn open(folder: &Path) -> Result<Self, CaptureError> {
        let (session, session_digest) = SessionFile::read(folder)?;
        Ok(Self { folder: folder.to_owned(), session, session_digest })
    }

    /// The key of its fingerprints: that of its case, or one that anybody can make who holds the recording.
    #[must_use]
    pub fn key(&self, case: Option<&CaseKey>) -> CaseKey {
        match case {
            Some(case) if self.session.case.is_some() => case.clone(),
            _ => CaseKey::of_capture(self.session_digest),
        }
    }

    /// What stands in the capture apart from its entries, whose messages are not read.
    ///
    /// # Errors
    ///
    /// As [`Self::read`], but for the messages.
    pub fn contents(&self) -> Result<Contents, CaptureError> {
        self.walk(&mut |reading, _, line| {
            reading.count(&parsed::<EntryLine>(line)?);
            Ok(())
        })
    }

    /// Hands every entry to `each`, in the order in which they ended.
    ///
    /// # Errors
    ///
    /// A file cannot be read or does not hold what the custody log says; the first place is named. What was handed to `each` before is as it was
    /// recorded.
    pub fn read(&self, case: Option<&CaseKey>, each: &mut dyn FnMut(Entry) -> io::Result<()>) -> Result<Contents, CaptureError> {
        let mut hasher = EntryHasher::new(&salts(&self.key(case), self.session.case.is_some(), self.session_digest));
        self.walk(&mut |reading, capture, line| {
            let entry = reading.entry(capture, &parsed::<EntryLine>(line)?, &mut hasher)?;
            let number = entry.number;
            each(entry).map_err(|cause| CaptureError::Keep { number, cause }.into())
        })
    }

    /// Reads the custody log and hands every record of kind `entry` to `each`.
    fn walk(&self, each: EachLine<'_>) -> Result<Contents, CaptureError> {
        let path = self.folder.join(CUSTODY_FILE);
        let damaged = |place: String, what: String| CaptureError::Damaged { file: path.display().to_string(), place, what };
        let broken =
            |problem: ChainProblem| damaged(format!("record {}, byte {}", problem.record, problem.offset), problem.what.to_owned());
        let mut log = BufReader::with_capacity(1 << 17, File::open(&path).map_err(CaptureError::read(&path))?);
        let mut chain = ChainReader::default();
        let mut reading = Reading::default();
        let mut line = Vec::new();
        loop {
            line.clear();
            if log.read_until(b'\n', &mut line).map_err(CaptureError::read(&path))? == 0 {
                break;
            }
            let at = chain.offset();
            chain.line(&line, b"").map_err(broken)?;
            let record = chain.chain().records();
            reading.line(self, &line, each).map_err(|problem| match problem {
                LineProblem::Line(what) => damaged(format!("record {record}, byte {at}"), what),
                LineProblem::Whole(problem) => *problem,
            })?;
        }
        let summary = chain.finish().map_err(broken)?;
        reading.custody.records = summary.records;
        reading.custody.head = Some(summary.head);
        Ok(self.summed_up(reading, summary.head))
    }

    fn summed_up(&self, mut reading: Reading, head: Digest) -> Contents {
        reading.custody.started = self.session.started();
        reading.custody.sync_interval = self.session.sync_interval;
        reading.custody.authority = self.session.authority.parse().ok();
        reading.custody.case = self.session.case.as_ref().map(|case| (case.id.clone(), case.number));
        let mut session = std::mem::take(&mut reading.session);
        session.creator = Some(self.session.tool.clone());
        session.browser.get_or_insert_with(|| self.session.browser.clone());
        session.simulated = self.session.simulated;
        session.comment.clone_from(&self.session.comment);
        session.format_version = Some(self.session.version.to_string());
        session.marks.sort_by_key(|(at, _)| *at);
        let gaps = reading.all_gaps();
        session.custody = Some(reading.custody);
        Contents { session, gaps, bytes: self.bytes(), head: Some(head) }
    }

    /// Length of all its files.
    fn bytes(&self) -> u64 {
        let archive = fs::read_dir(self.folder.join(ARCHIVE_FOLDER)).into_iter().flatten().flatten();
        let of = |path: PathBuf| fs::metadata(path).map_or(0, |meta| meta.len());
        let own = [super::SESSION_FILE, CUSTODY_FILE].map(|name| of(self.folder.join(name)));
        own.into_iter().sum::<u64>() + archive.map(|entry| of(entry.path())).sum::<u64>()
    }
}

/// Takes a record of kind `entry`.
type EachLine<'e> = &'e mut dyn FnMut(&mut Reading, &Capture, &[u8]) -> Result<(), LineProblem>;

enum LineProblem {
    Line(String),
    Whole(Box<CaptureError>),
}

impl From<CaptureError> for LineProblem {
    fn from(error: CaptureError) -> Self {
        Self::Whole(Box::new(error))
    }
}

fn parsed<'a, T: serde::Deserialize<'a>>(line: &'a [u8]) -> Result<T, LineProblem> {
    serde_json::from_slice(line).map_err(|error| LineProblem::Line(format!("is not what its kind should hold: {error}")))
}

impl Reading {
    /// Takes one record.
    fn line(&mut self, capture: &Capture, line: &[u8], each: EachLine<'_>) -> Result<(), LineProblem> {
        let AnyLine { kind } = parsed(line)?;
        match &*kind {
            "entry" => each(self, capture, line)?,
            "connection" => {
                let read: ConnectionLine = parsed(line)?;
                self.custody.connections += 1;
                self.connections.insert(read.connection.clone(), read.read());
            }
            "tunnel" => {
                let read: TunnelLine = parsed(line)?;
                self.custody.tunnels += 1;
                self.custody.tunnel_bytes += read.bytes_up + read.bytes_down;
            }
            "mark" => {
                let read: MarkLine = parsed(line)?;
                self.session.marks.push(read.read().ok_or_else(|| LineProblem::Line("is a mark of an unknown kind".to_owned()))?);
            }
            "digest" => {
                let read: DigestLine = parsed(line)?;
                let taken = self.awaited.remove(&read.entry);
                if taken.is_some_and(|digest| digest.0.to_string() != read.digest_of_entry) {
                    return Err(LineProblem::Line(format!("the digest of entry {} is not that of its records", read.entry)));
                }
            }
            "gap" => {
                let read: GapLine = parsed(line)?;
                let known = GapKind::ALL.into_iter().find(|kind| kind.id() == read.gap);
                let kind = known.ok_or_else(|| LineProblem::Line("is a gap of an unknown kind".to_owned()))?;
                self.gaps.push(Gap { kind, since: None, entries: Vec::new(), count: read.count });
            }
            "fact" => {
                let read: FactLine = parsed(line)?;
                if read.name == "browser" {
                    self.session.browser = Some(read.value);
                }
            }
            "recover" => {
                let read: RecoverLine = parsed(line)?;
                self.custody.recoveries += 1;
                self.lost_bytes += read.log_bytes + read.archive_bytes;
            }
            "end" => {
                let read: EndLine = parsed(line)?;
                self.custody.ended = (!read.interrupted).then(|| Timestamp::from_nanoseconds(read.at));
            }
            // `header`, `file` and `stream` are for `verify` and `recover`.
            _ => {}
        }
        Ok(())
    }

    /// What such a recording does not show: what was noted while recording, what the log shows, and what no proxy sees.
    fn all_gaps(&mut self) -> Vec<Gap> {
        let gap = |kind, count| Gap { kind, since: None, entries: Vec::new(), count };
        let mut gaps = std::mem::take(&mut self.gaps);
        let lost = self.highest - self.custody.entries.min(self.highest);
        if self.custody.recoveries > 0 {
            gaps.push(gap(GapKind::Interrupted, self.lost_bytes));
        }
        let counted = [(GapKind::UnderWay, lost), (GapKind::Tunnels, self.custody.tunnels), (GapKind::QuicDisabled, self.offers_of_http3)];
        gaps.extend(counted.into_iter().filter(|(_, count)| *count > 0).map(|(kind, count)| gap(kind, count)));
        gaps.extend([gap(GapKind::BrowserStorage, 1), gap(GapKind::WebRtc, 1)]);
        gaps
    }

    fn count(&mut self, line: &EntryLine) {
        self.custody.entries += 1;
        self.custody.changes += line.changes() as u64;
        self.offers_of_http3 += line.offers_of_http3() as u64;
        self.highest = self.highest.max(line.entry);
    }

    fn entry(&mut self, capture: &Capture, line: &EntryLine, hasher: &mut EntryHasher) -> Result<Entry, LineProblem> {
        let request = line.request.as_ref().ok_or_else(|| LineProblem::Line("names no record of the request".to_owned()))?;
        let request = Record::read(&mut self.files, &capture.folder, request, true)?;
        let response = match &line.response {
            Some(place) => Some(Record::read(&mut self.files, &capture.folder, place, false)?),
            None => None,
        };
        let connection = match &line.connection {
            Some(id) => match self.connections.get(id) {
                Some(connection) => connection.clone(),
                None => return Err(LineProblem::Line(format!("names connection {id}, which is not known"))),
            },
            None => Connection::default(),
        };
        let exchange = build(line, &request, response.as_ref(), connection).map_err(|what| LineProblem::Line(what.to_owned()))?;
        let digest =
            hasher.digest(line.entry, &exchange).map_err(|error| CaptureError::Read { file: request.file.clone(), cause: error })?;
        match &line.digest_of_entry {
            Some(said) if *said != digest.0.to_string() => {
                return Err(LineProblem::Line(format!("the digest of entry {} is not that of its records", line.entry)));
            }
            Some(_) => {}
            None => {
                self.awaited.insert(line.entry, digest);
            }
        }
        self.count(line);
        let order = exchange.started.unwrap_or(Timestamp::from_nanoseconds(0));
        Ok(Entry { number: line.entry, order, digest, exchange })
    }
}

fn build(line: &EntryLine, request: &Record, response: Option<&Record>, connection: Connection) -> Result<Exchange, &'static str> {
    let parsed = request.parsed()?;
    match response {
        None => line.exchange((&parsed, request.body.clone()), None, connection),
        Some(response) => {
            let answer = response.parsed()?;
            line.exchange((&parsed, request.body.clone()), Some((&answer, response.body.clone())), connection)
        }
    }
}

/// A record that was read: its heads, and its body, in memory or where it lies.
struct Record {
    heads: Vec<u8>,
    body: Body,
    file: String,
}

impl Record {
    /// Reads the record at `place` and holds its heads against their digest. `memory`: read the body of a record in a segment too.
    fn read(files: &mut HashMap<String, Arc<File>>, folder: &Path, place: &Place, memory: bool) -> Result<Self, CaptureError> {
        let path = folder.join(ARCHIVE_FOLDER).join(&place.file);
        let damaged = |what: &str| CaptureError::Damaged {
            file: path.display().to_string(),
            place: format!("record at byte {}", place.at),
            what: what.to_owned(),
        };
        if place.file.contains(['/', '\\']) || place.file.starts_with('.') {
            return Err(damaged("the custody log names no file of the archive"));
        }
        let file = match files.get(&place.file) {
            Some(file) => Arc::clone(file),
            None => {
                let file = Arc::new(File::open(&path).map_err(CaptureError::read(&path))?);
                // Streams are many and read once; segments are few and read again and again.
                if place.file.starts_with("segment-") {
                    files.insert(place.file.clone(), Arc::clone(&file));
                }
                file
            }
        };
        let mut heads = Vec::new();
        let mut wanted = HEADS;
        let (length, block, http_head) = loop {
            let from = heads.len();
            heads.resize(wanted.min(usize::try_from(place.length).unwrap_or(usize::MAX)), 0);
            let read = read_some(&file, &mut heads[from..], place.at + from as u64).map_err(CaptureError::read(&path))?;
            heads.truncate(from + read);
            match parse_head(&heads) {
                Ok(parsed) => break (parsed.head + parsed.http_head, parsed.block, parsed.http_head),
                Err(_) if read > 0 && wanted < LONGEST_HEADS => wanted *= 4,
                Err(what) => return Err(damaged(what)),
            }
        };
        let body_length = block.checked_sub(http_head as u64).ok_or_else(|| damaged("its Content-Length is shorter than its head"))?;
        if length as u64 + body_length + warc::END.len() as u64 != place.length {
            return Err(damaged("its Content-Length does not fit the length in the custody log"));
        }
        let rest = heads.split_off(length);
        if Digest::of(&heads).to_string() != place.heads {
            return Err(damaged("its heads do not fit the digest in the custody log"));
        }
        let at = place.at + length as u64;
        let body = if memory && place.file.starts_with("segment-") {
            let mut body = rest;
            let have = body.len().min(body_length as usize);
            body.resize(body_length as usize, 0);
            file.read_exact_at(&mut body[have..], at + have as u64).map_err(CaptureError::read(&path))?;
            Body::new(BodyState::Raw, body)
        } else {
            FileRange::new(file, at, body_length).body(BodyState::Raw)
        };
        Ok(Self { heads, body, file: path.display().to_string() })
    }

    fn parsed(&self) -> Result<Parsed<'_>, &'static str> {
        parse_head(&self.heads)
    }
}

/// Reads as many bytes as there are, up to the length of `buffer`.
fn read_some(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    let mut done = 0;
    while done < buffer.len() {
        match file.read_at(&mut buffer[done..], at + done as u64) {
            Ok(0) => break,
            Ok(read) => done += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(done)
}
