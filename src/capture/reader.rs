//! Reads a capture back: the exchanges exactly as they were recorded, with their digests taken again and held against the custody log.

use std::io::{self, BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use hashbrown::HashMap;

use super::exhibits::{ExhibitLine, Held};
use super::facts::EntryLine;
use super::lines::{AnyLine, DigestLine, EndLine, FactLine, GapLine, MarkLine, RecoverLine, TunnelLine};
use super::links::{CertificateLine, ClientLine, ConnectionLine};
use super::messages::MessageLine;
use super::packed::PackedCapture;
use super::records::Record;
use super::session_file::{KEPT, MASKED, RULES_BROKEN, SECRETS, SessionFile};
use super::source::{ArchiveFile, Source};
use super::writer::salts;
use super::{CUSTODY_FILE, CaptureError};
use crate::evidence::{CaseKey, ChainProblem, ChainReader, EntryHasher};
use crate::model::{
    Connection, Custody, Digest, Entry, EntryDigest, Exchange, ExhibitKind, Gap, GapKind, JarReport, Message, Opened, Session, Timestamp,
    Tunnel, TunnelReason,
};

/// Entries that a gap of the log names at most.
const NAMED: usize = 10;

/// A capture on disk: in a folder, or in a sealed package.
#[derive(Debug)]
pub struct Capture {
    source: Source,
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
    /// Connections as they were opened, in order, with the certificates that servers showed. A recording of version 1 has none.
    pub links: Vec<Opened>,
    /// Tunnels that were not read, each with its end, in the order of their ends.
    pub tunnels: Vec<(Timestamp, Tunnel)>,
    /// Length of all files of the capture in bytes.
    pub bytes: u64,
    /// Digest of the last record of the custody log.
    pub head: Option<Digest>,
}

/// What is collected while the custody log is read.
#[derive(Default)]
pub(super) struct Reading {
    custody: Custody,
    session: Session,
    connections: HashMap<String, Connection>,
    certificates: HashMap<Digest, Bytes>,
    links: Vec<Opened>,
    tunnels: Vec<(Timestamp, Tunnel)>,
    /// Messages of exchanges whose record is still to come; `None`: nobody wants them.
    messages: Option<HashMap<u64, Vec<Message>>>,
    files: HashMap<String, ArchiveFile>,
    /// Digests that were taken here and whose record is still to come.
    awaited: HashMap<u64, EntryDigest>,
    exhibits: Held,
    highest: u64,
    lost_bytes: u64,
    offers_of_http3: u64,
    interim_held: u64,
    /// Tunnels of clients that refused our certificate.
    pinned: u64,
    gaps: Vec<Gap>,
}

impl Capture {
    /// Whether `folder` holds a capture, encrypted or not.
    #[must_use]
    pub fn is_at(folder: &Path) -> bool {
        [super::SESSION_FILE, super::ENCRYPTED_FILE].iter().any(|name| folder.join(name).is_file())
    }

    /// Opens the capture in `folder`.
    ///
    /// # Errors
    ///
    /// Its session file cannot be read or was changed, or it is encrypted and its key is not known here.
    pub fn open(folder: &Path) -> Result<Self, CaptureError> {
        Self::at(Source::in_folder(folder)?)
    }

    /// The capture in a sealed package.
    ///
    /// # Errors
    ///
    /// As [`Self::open`].
    pub fn in_package(package: &Arc<PackedCapture>) -> Result<Self, CaptureError> {
        Self::at(Source::Package(Arc::clone(package)))
    }

    pub(super) fn at(source: Source) -> Result<Self, CaptureError> {
        let (session, session_digest) = SessionFile::of(&source)?;
        Ok(Self { source, session, session_digest })
    }

    /// The key of the salts of its entries, custody log and files.
    #[must_use]
    pub fn salts_key(&self, case: Option<&CaseKey>) -> CaseKey {
        salts(&self.key(case), self.session.case.is_some(), self.session_digest)
    }

    /// Where it lies.
    pub(super) fn source(&self) -> &Source {
        &self.source
    }

    /// Its session file or custody log, unpacked and decrypted: length in bytes, and what reads it.
    ///
    /// # Errors
    ///
    /// It cannot be read.
    pub fn own_file(&self, name: &str) -> Result<(u64, Box<dyn io::Read + Send>), CaptureError> {
        let opened = self.source.length_of(name).and_then(|length| Ok((length, self.source.reader(name)?)));
        opened.map_err(CaptureError::read(&self.source.path(name)))
    }

    /// The bytes of its custody log.
    ///
    /// # Errors
    ///
    /// It cannot be read.
    pub fn log(&self) -> Result<Vec<u8>, CaptureError> {
        let mut bytes = Vec::new();
        self.own_file(CUSTODY_FILE)?.1.read_to_end(&mut bytes).map_err(CaptureError::read(&self.source.path(CUSTODY_FILE)))?;
        Ok(bytes)
    }

    /// The path of one of its files, by its path in the capture.
    #[must_use]
    pub fn path_of(&self, name: &str) -> std::path::PathBuf {
        self.source.path(name)
    }

    /// Reads a file of its archive at any place, unpacked.
    ///
    /// # Errors
    ///
    /// It cannot be opened.
    pub fn archive_file(&self, name: &str) -> Result<ArchiveFile, CaptureError> {
        let path = self.source.path(&format!("{}/{name}", super::ARCHIVE_FOLDER));
        self.source.archive_file(name).map_err(CaptureError::read(&path))
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
        self.walk(Reading::default(), &mut |reading, _, line| {
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
        let mut hasher = EntryHasher::new(&self.salts_key(case));
        self.walk(Reading::with_messages(), &mut |reading, capture, line| {
            let entry = reading.entry(capture, &parsed::<EntryLine>(line)?, &mut hasher)?;
            let number = entry.number;
            each(entry).map_err(|cause| CaptureError::Keep { number, cause }.into())
        })
    }

    /// Reads the custody log and hands every record of kind `entry` to `each`.
    fn walk(&self, mut reading: Reading, each: EachLine<'_>) -> Result<Contents, CaptureError> {
        let path = self.source.path(CUSTODY_FILE);
        let damaged = |place: String, what: String| CaptureError::Damaged { file: path.display().to_string(), place, what };
        let broken =
            |problem: ChainProblem| damaged(format!("record {}, byte {}", problem.record, problem.offset), problem.what.to_owned());
        let mut log = BufReader::with_capacity(1 << 17, self.source.reader(CUSTODY_FILE).map_err(CaptureError::read(&path))?);
        let mut chain = ChainReader::default();
        let mut line = Vec::new();
        loop {
            line.clear();
            if log.read_until(b'\n', &mut line).map_err(CaptureError::read(&path))? == 0 {
                break;
            }
            let at = chain.offset();
            chain.line(&line, b"").map_err(broken)?;
            let record = chain.chain().records();
            reading.line(self, &line, each).map_err(|problem| problem.of_record(self, record, at))?;
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
        reading.custody.masking = self.session.settings.get(SECRETS).map(|setting| setting == MASKED);
        reading.custody.case = self.session.case.as_ref().map(|case| (case.id.clone(), case.number));
        let mut gaps = reading.all_gaps();
        let mut session = std::mem::take(&mut reading.session);
        session.creator = Some(self.session.tool.clone());
        session.browser.get_or_insert_with(|| self.session.browser.clone());
        session.baseline = self.session.settings.get("baseline").cloned();
        session.simulated = self.session.simulated;
        session.planned.clone_from(&self.session.scenario);
        session.scenario = self.session.scenario.as_ref().map(|scenario| scenario.name.clone());
        session.comment.clone_from(&self.session.comment);
        session.format_version = Some(self.session.version.to_string());
        session.marks.sort_by_key(|(at, _)| *at);
        if self.session.settings.get(SECRETS).is_some_and(|setting| setting == KEPT) {
            gaps.push(Gap { kind: GapKind::SecretsKept, since: None, entries: Vec::new(), count: 1 });
        }
        if let Some(count) = self.session.settings.get(RULES_BROKEN).and_then(|count| count.parse().ok()) {
            gaps.push(Gap { kind: GapKind::RulesBroken, since: None, entries: Vec::new(), count });
        }
        session.custody = Some(reading.custody);
        Contents { session, gaps, links: reading.links, tunnels: reading.tunnels, bytes: self.source.bytes(), head: Some(head) }
    }
}

/// Takes a record of kind `entry`.
pub(super) type EachLine<'e> = &'e mut dyn FnMut(&mut Reading, &Capture, &[u8]) -> Result<(), LineProblem>;

/// Why a record of the custody log does not hold.
pub(super) enum LineProblem {
    Line(String),
    Whole(Box<CaptureError>),
}

impl LineProblem {
    /// The problem with its place in the custody log: number of the record, and the byte at which it begins.
    pub(super) fn of_record(self, capture: &Capture, record: u64, at: u64) -> CaptureError {
        match self {
            Self::Line(what) => {
                let file = capture.source.path(CUSTODY_FILE).display().to_string();
                CaptureError::Damaged { file, place: format!("record {record}, byte {at}"), what }
            }
            Self::Whole(problem) => *problem,
        }
    }
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
    /// Before the first record, where the messages of exchanges are wanted too.
    pub(super) fn with_messages() -> Self {
        Self { messages: Some(HashMap::new()), ..Self::default() }
    }

    /// Takes one record.
    pub(super) fn line(&mut self, capture: &Capture, line: &[u8], each: EachLine<'_>) -> Result<(), LineProblem> {
        let AnyLine { kind } = parsed(line)?;
        match &*kind {
            "entry" => each(self, capture, line)?,
            "connection" => {
                let read: ConnectionLine = parsed(line)?;
                self.links.extend(read.link(&self.certificates).map_err(LineProblem::Line)?.map(|link| Opened::Server(Box::new(link))));
                // What is said of one again is no connection more.
                if self.connections.insert(read.connection.clone(), read.read()).is_none() {
                    self.custody.connections += 1;
                }
            }
            "certificate" => {
                let (digest, der) = parsed::<CertificateLine>(line)?.read().map_err(LineProblem::Line)?;
                self.certificates.insert(digest, der);
            }
            "client" => self.links.push(Opened::Client(Box::new(parsed::<ClientLine>(line)?.read()))),
            "message" => {
                if let Some(messages) = &mut self.messages {
                    let read: MessageLine = parsed(line)?;
                    let of_entry = messages.entry(read.entry).or_default();
                    if read.index != of_entry.len() as u64 {
                        return Err(LineProblem::Line(format!("is message {}, but {} come before it", read.index, of_entry.len())));
                    }
                    of_entry.push(read.read(&mut self.files, &capture.source)?);
                }
            }
            "tunnel" => {
                let read: TunnelLine = parsed(line)?;
                self.custody.tunnel_bytes += read.bytes_up + read.bytes_down;
                let tunnel = read.read().ok_or_else(|| LineProblem::Line("is a tunnel of an unknown reason".to_owned()))?;
                match tunnel.1.reason {
                    TunnelReason::HandshakeEnded | TunnelReason::Refused => self.custody.unopened += 1,
                    reason => {
                        self.custody.tunnels += 1;
                        self.pinned += u64::from(reason == TunnelReason::ClientRefusedCertificate);
                    }
                }
                self.tunnels.push(tunnel);
            }
            "mark" => {
                let read: MarkLine = parsed(line)?;
                self.session.marks.push(read.read().ok_or_else(|| LineProblem::Line("is a mark of an unknown kind".to_owned()))?);
            }
            "exhibit" => {
                let read: ExhibitLine = parsed(line)?;
                let (exhibit, range) = read.read(&mut self.files, &capture.source)?;
                let exhibit = self.exhibits.with_content(exhibit, &range, &capture.source)?;
                self.session.exhibits.push(exhibit);
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
                let index = self.gaps.iter().position(|gap| gap.kind == kind).unwrap_or_else(|| {
                    self.gaps.push(Gap { kind, since: None, entries: Vec::new(), count: 0 });
                    self.gaps.len() - 1
                });
                let gap = &mut self.gaps[index];
                gap.count += read.count;
                // As many as outputs name; the count says the rest.
                gap.entries.extend(read.entries);
                gap.entries.sort_unstable();
                gap.entries.truncate(NAMED);
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
        let counted = [
            (GapKind::UnderWay, lost),
            (GapKind::Tunnels, self.custody.tunnels - self.pinned),
            (GapKind::Pinned, self.pinned),
            (GapKind::TunnelBytes, self.custody.tunnel_bytes),
            (GapKind::Unopened, self.custody.unopened),
            (GapKind::QuicDisabled, self.offers_of_http3),
            (GapKind::InterimHeld, self.interim_held),
        ];
        gaps.extend(counted.into_iter().filter(|(_, count)| *count > 0).map(|(kind, count)| gap(kind, count)));
        // What a proxy does not see, the browser may have said.
        let reports = self.session.exhibits.iter().filter(|exhibit| exhibit.kind == ExhibitKind::BrowserReport);
        let (read, unreadable): (Vec<_>, Vec<_>) = reports.partition(|exhibit| JarReport::of(exhibit).is_some());
        gaps.push(if read.is_empty() { gap(GapKind::BrowserStorage, 1) } else { gap(GapKind::StorageBetweenMarks, read.len() as u64) });
        if !unreadable.is_empty() {
            gaps.push(gap(GapKind::BrowserReportUnreadable, unreadable.len() as u64));
        }
        gaps.extend([gap(GapKind::WebRtc, 1), gap(GapKind::EncryptedHello, 1)]);
        gaps
    }

    fn count(&mut self, line: &EntryLine) {
        self.custody.entries += 1;
        // A mask is no change to traffic: it is made in the record alone.
        self.custody.changes += (line.changes() - line.masks().count()) as u64;
        for rule in line.masks() {
            match self.custody.masks.binary_search_by(|(known, _)| known.as_str().cmp(rule)) {
                Ok(at) => self.custody.masks[at].1 += 1,
                Err(at) => self.custody.masks.insert(at, (rule.to_owned(), 1)),
            }
        }
        self.offers_of_http3 += line.offers_of_http3() as u64;
        self.interim_held += line.interim_held() as u64;
        self.highest = self.highest.max(line.entry);
    }

    pub(super) fn entry(&mut self, capture: &Capture, line: &EntryLine, hasher: &mut EntryHasher) -> Result<Entry, LineProblem> {
        let request = line.request.as_ref().ok_or_else(|| LineProblem::Line("names no record of the request".to_owned()))?;
        let request = Record::read(&mut self.files, &capture.source, request, true)?;
        let response = match &line.response {
            Some(place) => Some(Record::read(&mut self.files, &capture.source, place, false)?),
            None => None,
        };
        let connection = match &line.connection {
            Some(id) => match self.connections.get(id) {
                Some(connection) => connection.clone(),
                None => return Err(LineProblem::Line(format!("names connection {id}, which is not known"))),
            },
            None => Connection::default(),
        };
        let messages = self.messages.as_mut().and_then(|messages| messages.remove(&line.entry)).unwrap_or_default();
        if messages.len() as u64 != line.message_records {
            let what = format!("says that {} messages belong to it, but {} come before it", line.message_records, messages.len());
            return Err(LineProblem::Line(what));
        }
        let exchange = build(line, &request, response.as_ref(), messages, connection).map_err(|what| LineProblem::Line(what.to_owned()))?;
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

fn build(
    line: &EntryLine,
    request: &Record,
    response: Option<&Record>,
    messages: Vec<Message>,
    connection: Connection,
) -> Result<Exchange, &'static str> {
    let parsed = request.parsed()?;
    match response {
        None => line.exchange((&parsed, request.body.clone()), None, messages, connection),
        Some(response) => {
            let answer = response.parsed()?;
            line.exchange((&parsed, request.body.clone()), Some((&answer, response.body.clone())), messages, connection)
        }
    }
}
