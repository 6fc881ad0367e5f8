//! Checks a capture: every byte of every file is covered by a digest that the custody log chains, and the first wrong place of each record is
//! named.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use super::exhibits::ExhibitLine;
use super::facts::{EntryLine, Place};
use super::following::Following;
use super::lines::{AnyLine, DigestLine, EndLine, FileLine, HeaderLine};
use super::links::{CertificateLine, ConnectionLine};
use super::listed::Listed;
use super::messages::MessageLine;
use super::packed::PackedCapture;
use super::source::{ArchiveFile, Source, read_some};
use super::times::{TIMES_FOLDER, TimeLine};
use super::warc;
use super::{ARCHIVE_FOLDER, CUSTODY_FILE, Capture, CaptureError, REPORT_FOLDER, SESSION_FILE};
use crate::evidence::{CaseKey, ChainReader, verify_seal};
use crate::model::Digest;

/// Something that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaptureProblem {
    /// The file, below the folder of the capture.
    pub file: String,
    /// Record and byte, as `record 12, byte 3456`.
    pub place: String,
    /// What does not hold.
    pub what: String,
}

impl From<CaptureError> for CaptureProblem {
    fn from(error: CaptureError) -> Self {
        match error {
            CaptureError::Damaged { file, place, what } => Self { file, place, what },
            error => Self { file: CUSTODY_FILE.to_owned(), place: "whole".to_owned(), what: error.to_string() },
        }
    }
}

/// What was checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// Records of the custody log.
    pub records: u64,
    /// Digest of its last record.
    pub head: Option<Digest>,
    /// Exchanges.
    pub entries: u64,
    /// What was put beside the traffic.
    pub exhibits: u64,
    /// Records in the archive.
    pub archive_records: u64,
    /// Bytes in the archive.
    pub archive_bytes: u64,
    /// Whether the digests of the entries were made again. `false`: the key of the case is needed.
    pub entry_digests: bool,
    /// Entries without a digest of their own, because the recording was interrupted before it was taken.
    pub undigested: u64,
    /// Whether the recording was interrupted and taken up again.
    pub interrupted: bool,
    /// What does not hold.
    pub problems: Vec<CaptureProblem>,
}

/// Names in the folder that are no part of the capture and are checked by others, or by nobody.
const BESIDE: [&str; 4] = [REPORT_FOLDER, TIMES_FOLDER, "torn", "authority.pem"];

/// Checks the capture in `folder`. `case`: the key of its case, for the digests of the entries.
///
/// # Errors
///
/// The folder cannot be read. What does not hold is no error but a [`CaptureProblem`].
pub fn verify(folder: &Path, case: Option<&CaseKey>) -> io::Result<Checked> {
    verify_at(Source::in_folder(folder).map_err(io::Error::other)?, case, None, &mut |_| {}).map(|(checked, _)| checked)
}

/// The same for the capture in a sealed package, which is read where it lies. `each` takes every record of the custody log that follows the one before it,
/// without its line feed. Answers what the log lists, too, if everything holds.
///
/// # Errors
///
/// The package cannot be read. What does not hold is no error but a [`CaptureProblem`].
pub fn verify_package(
    package: &Arc<PackedCapture>,
    case: Option<&CaseKey>,
    each: &mut dyn FnMut(&[u8]),
) -> io::Result<(Checked, Option<Listed>)> {
    verify_at(Source::Package(Arc::clone(package)), case, Some(Listed::default()), each)
}

fn verify_at(
    source: Source,
    case: Option<&CaseKey>,
    listed: Option<Listed>,
    each: &mut dyn FnMut(&[u8]),
) -> io::Result<(Checked, Option<Listed>)> {
    let mut session = Vec::new();
    source.reader(SESSION_FILE)?.read_to_end(&mut session)?;
    let capture = Capture::at(source.clone());
    // Without its key the salts of a case cannot be made again.
    let followed = capture.as_ref().ok().filter(|capture| capture.session.case.is_none() || case.is_some());
    let mut checking = Checking {
        source: &source,
        checked: Checked::default(),
        extents: BTreeMap::new(),
        undigested: BTreeMap::new(),
        messages: BTreeMap::new(),
        certificates: BTreeSet::new(),
        open: None,
        buffer: Vec::new(),
        reading: followed.map(|capture| Following::new(capture, case)),
        entry: None,
        listed,
        each,
    };
    if let Err(problem) = verify_seal(&session) {
        checking.problem(SESSION_FILE, format!("{}, byte {}", problem.record, problem.offset), problem.what);
    }
    checking.log(Digest::of(&session))?;
    checking.whole_files()?;
    checking.unlisted()?;
    checking.checked.undigested = checking.undigested.len() as u64;
    let Checking { mut checked, reading, listed, .. } = checking;
    let made_again = reading.map(Following::finish);
    if checked.problems.is_empty() {
        // Everything is where it was; what remains is whether the entries have the digests that the log gives them.
        match capture.and_then(|_| made_again.transpose()) {
            Ok(done) => checked.entry_digests = done.is_some(),
            Err(error) => checked.problems.push(error.into()),
        }
    }
    let listed = listed.filter(|_| checked.problems.is_empty()).map(|listed| listed.ended_with(checked.records, checked.head));
    Ok((checked, listed))
}

struct Checking<'f> {
    source: &'f Source,
    checked: Checked,
    /// For every file of the archive, the stretches that records cover.
    extents: BTreeMap<String, Vec<(u64, u64)>>,
    /// Entries whose digest stands in a later record.
    undigested: BTreeMap<u64, u64>,
    /// Messages of exchanges whose record is still to come.
    messages: BTreeMap<u64, u64>,
    /// Certificates so far, by their digests.
    certificates: BTreeSet<String>,
    /// The file of the archive that was looked at last.
    open: Option<(String, ArchiveFile)>,
    /// Room for what is read of records.
    buffer: Vec<u8>,
    /// Takes the digests of the entries again, as long as everything holds.
    reading: Option<Following<'f>>,
    /// The entry that the record being checked is of.
    entry: Option<EntryLine>,
    /// What the log lists, if somebody wants it.
    listed: Option<Listed>,
    /// Takes every record that follows the one before it, without its line feed.
    each: &'f mut dyn FnMut(&[u8]),
}

impl Checking<'_> {
    fn problem(&mut self, file: &str, place: impl Into<String>, what: impl Into<String>) {
        self.checked.problems.push(CaptureProblem { file: file.to_owned(), place: place.into(), what: what.into() });
    }

    /// Reads the custody log, one record ahead: the next one shows which of two bytes is the wrong one.
    fn log(&mut self, session: Digest) -> io::Result<()> {
        let mut log = BufReader::with_capacity(1 << 17, self.source.reader(CUSTODY_FILE)?);
        let (mut line, mut next) = (Vec::new(), Vec::new());
        log.read_until(b'\n', &mut line)?;
        let mut chain = ChainReader::default();
        let mut broken = None;
        while !line.is_empty() && broken.is_none() {
            next.clear();
            log.read_until(b'\n', &mut next)?;
            let offset = chain.offset();
            match chain.line(&line, &next) {
                Ok(()) => self.line(chain.chain().records(), offset, line.strip_suffix(b"\n").unwrap_or(&line), session),
                Err(problem) => broken = Some(problem),
            }
            std::mem::swap(&mut line, &mut next);
        }
        match broken.map_or_else(|| chain.finish(), Err) {
            Ok(summary) => {
                self.checked.records = summary.records;
                self.checked.head = Some(summary.head);
            }
            Err(problem) => self.problem(CUSTODY_FILE, format!("record {}, byte {}", problem.record, problem.offset), problem.what),
        }
        Ok(())
    }

    fn line(&mut self, record: u64, offset: u64, line: &[u8], session: Digest) {
        (self.each)(line);
        if let Err(what) = self.fault(record, line, session) {
            self.problem(CUSTODY_FILE, format!("record {record}, byte {offset}"), what);
        }
        let entry = self.entry.take();
        if !self.checked.problems.is_empty() {
            return;
        }
        if let Some(reading) = &mut self.reading {
            reading.line(record, offset, line, entry.as_ref());
        }
        // What cannot be listed is found by the check of its record.
        self.listed = self.listed.take().and_then(|mut listed| listed.take(self.source, line, entry.as_ref()).is_ok().then_some(listed));
    }

    fn fault(&mut self, record: u64, line: &[u8], session: Digest) -> Result<(), String> {
        let wrong = |error: serde_json::Error| format!("is not what its kind should hold: {error}");
        let AnyLine { kind } = serde_json::from_slice(line).map_err(wrong)?;
        if (record == 1) != (kind == "header") {
            return Err(format!("is of kind {kind:?}; the first record and no other is of kind \"header\""));
        }
        match &*kind {
            "header" => {
                let header: HeaderLine = serde_json::from_slice(line).map_err(wrong)?;
                if header.session != session.to_string() {
                    return Err(format!("names another {SESSION_FILE} than the one in this folder"));
                }
            }
            "file" => {
                let file: FileLine = serde_json::from_slice(line).map_err(wrong)?;
                self.record(&file.info, Holds::Info);
            }
            "exhibit" => {
                let exhibit: ExhibitLine = serde_json::from_slice(line).map_err(wrong)?;
                self.checked.exhibits += 1;
                if exhibit.number != self.checked.exhibits {
                    return Err(format!("is exhibit {}, but {} come before it", exhibit.number, self.checked.exhibits - 1));
                }
                let digest: Digest = exhibit.sha256.parse().map_err(|_| format!("gives exhibit {} no digest", exhibit.number))?;
                if self.record(&exhibit.record, Holds::Message).is_some_and(|found| found != digest) {
                    return Err(format!("gives exhibit {} another digest than that of its bytes", exhibit.number));
                }
            }
            "entry" => {
                let entry: EntryLine = serde_json::from_slice(line).map_err(wrong)?;
                self.checked.entries += 1;
                for place in [&entry.request, &entry.response].into_iter().flatten() {
                    self.record(place, Holds::Http);
                }
                let messages = self.messages.remove(&entry.entry).unwrap_or_default();
                if messages != entry.message_records {
                    return Err(format!("says {} messages, but {messages} come before it", entry.message_records));
                }
                if entry.digest_of_entry.is_none() {
                    self.undigested.insert(entry.entry, record);
                }
                self.entry = Some(entry);
            }
            "message" => {
                let message: MessageLine = serde_json::from_slice(line).map_err(wrong)?;
                self.record(&message.record, Holds::Message);
                let before = self.messages.entry(message.entry).or_default();
                if message.index != *before {
                    return Err(format!("is message {} of entry {}, but {before} come before it", message.index, message.entry));
                }
                *before += 1;
            }
            "certificate" => {
                let certificate: CertificateLine = serde_json::from_slice(line).map_err(wrong)?;
                certificate.read()?;
                self.certificates.insert(certificate.certificate);
            }
            "connection" => {
                let connection: ConnectionLine = serde_json::from_slice(line).map_err(wrong)?;
                if let Some(unknown) = connection.chain.iter().find(|digest| !self.certificates.contains(*digest)) {
                    return Err(format!("names certificate {unknown}, which no record before it holds"));
                }
            }
            "digest" => {
                let digest: DigestLine = serde_json::from_slice(line).map_err(wrong)?;
                if self.undigested.remove(&digest.entry).is_none() {
                    return Err(format!("gives entry {} a digest, which has one or does not exist", digest.entry));
                }
            }
            "time" => {
                let time: TimeLine = serde_json::from_slice(line).map_err(wrong)?;
                if time.record >= record {
                    return Err(format!("speaks of record {}, which does not come before it", time.record));
                }
            }
            "end" => {
                let end: EndLine = serde_json::from_slice(line).map_err(wrong)?;
                self.checked.interrupted = end.interrupted;
                if end.entries != self.checked.entries {
                    return Err(format!("says {} entries, but {} come before it", end.entries, self.checked.entries));
                }
                if end.exhibits != self.checked.exhibits {
                    return Err(format!("says {} exhibits, but {} come before it", end.exhibits, self.checked.exhibits));
                }
                if let (false, Some((entry, messages))) = (end.interrupted, self.messages.first_key_value()) {
                    return Err(format!("{messages} messages belong to entry {entry}, which does not exist"));
                }
                if let (false, Some((entry, record))) = (end.interrupted, self.undigested.first_key_value()) {
                    return Err(format!("entry {entry} (record {record}) has no digest"));
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Checks a record of the archive. The digest of its body, if it holds.
    fn record(&mut self, place: &Place, holds: Holds) -> Option<Digest> {
        self.checked.archive_records += 1;
        if !place.names_a_file() || place.end().is_none() {
            self.problem(CUSTODY_FILE, "a place", format!("names {:?}, which is no place in the archive", place.file));
            return None;
        }
        self.extents.entry(place.file.clone()).or_default().push((place.at, place.length));
        let name = format!("{ARCHIVE_FOLDER}/{}", place.file);
        // Records of one file follow each other; opening it for each of them would cost more than checking it.
        let file = match self.open.take().filter(|(open, _)| *open == place.file) {
            Some((_, file)) => Ok(file),
            None => self.source.archive_file(&place.file),
        };
        let checked = file.map_err(|error| (place.at, format!("cannot be read ({error})"))).and_then(|file| {
            let checked = check_record(&file, place, holds, &mut self.buffer);
            self.open = Some((place.file.clone(), file));
            checked
        });
        checked.map_err(|(at, what)| self.problem(&name, format!("record at byte {}, byte {at}", place.at), what)).ok()
    }

    /// Records must cover every file from its first byte to its last.
    fn whole_files(&mut self) -> io::Result<()> {
        let mut extents = std::mem::take(&mut self.extents);
        for (name, stretches) in &mut extents {
            let file = format!("{ARCHIVE_FOLDER}/{name}");
            let length = match self.source.archive_file(name).and_then(|file| file.length()) {
                Ok(length) => length,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    self.problem(&file, "whole", "is named by the custody log but is not there");
                    continue;
                }
                Err(error) => {
                    self.problem(&file, "whole", format!("cannot be read to its end ({error})"));
                    continue;
                }
            };
            self.checked.archive_bytes += length;
            stretches.sort_unstable();
            let mut end = 0;
            for (at, stretch) in stretches.iter().copied() {
                if at != end {
                    self.problem(&file, format!("byte {end}"), format!("bytes {end} to {at} are covered by no record, or by two"));
                }
                end = end.max(at.saturating_add(stretch));
            }
            if end != length {
                self.problem(&file, format!("byte {end}"), format!("has {} bytes, but records cover {end}", length));
            }
        }
        self.extents = extents;
        Ok(())
    }

    fn unlisted(&mut self) -> io::Result<()> {
        for name in self.source.archive_names()? {
            if !self.extents.contains_key(&name) {
                self.problem(&format!("{ARCHIVE_FOLDER}/{name}"), "whole", "stands in the archive but not in the custody log");
            }
        }
        for name in self.source.names_beside()? {
            if ![SESSION_FILE, CUSTODY_FILE, ARCHIVE_FOLDER].contains(&&*name) && !BESIDE.contains(&&*name) {
                self.problem(&name, "whole", "stands in the folder but is no part of a capture");
            }
        }
        Ok(())
    }
}

/// What a record of the archive holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holds {
    /// A description of its file.
    Info,
    /// A request or a response.
    Http,
    /// A message after a switch of protocols, or an exhibit: the block is the body.
    Message,
}

/// Bytes of a record that are read at once.
const AT_ONCE: usize = 1 << 16;

/// No record's heads are longer.
const LONGEST_HEADS: usize = 4 << 20;

/// The same for a message, whose record has a head of some 500 bytes and an address.
const LONGEST_MESSAGE_HEAD: usize = 256 << 10;

/// Checks one record and answers the digest of its body (of a description: of the whole). The error names the byte of the file at which the part that does not fit begins, and what it is.
/// `buffer`: room for what is read.
fn check_record(file: &ArchiveFile, place: &Place, holds: Holds, buffer: &mut Vec<u8>) -> Result<Digest, (u64, String)> {
    let io = |error: io::Error| (place.at, format!("cannot be read ({error})"));
    let Some(before_end) = place.length.checked_sub(warc::END.len() as u64) else {
        return Err((place.at, "is shorter than a record can be".to_owned()));
    };
    // Read last: what is packed is unpacked in the order of its bytes.
    let check_end = || {
        let mut end = [0; 4];
        file.read_exact_at(&mut end, place.at + before_end).map_err(io)?;
        if end == warc::END {
            return Ok(());
        }
        let wrong = end.iter().zip(warc::END).take_while(|(one, other)| one == other).count() as u64;
        Err((place.at + before_end + wrong, "the mark that ends the record was changed".to_owned()))
    };
    if holds == Holds::Info {
        if before_end > 1 << 20 {
            return Err((place.at, "is longer than a description of a file can be".to_owned()));
        }
        let mut bytes = vec![0; usize::try_from(before_end).map_err(|_| (place.at, "is too long".to_owned()))?];
        file.read_exact_at(&mut bytes, place.at).map_err(io)?;
        let found = Digest::of(&bytes);
        if found.to_string() != place.heads {
            return Err((place.at, "its head or text was changed".to_owned()));
        }
        return check_end().map(|()| found);
    }
    let heads_changed = || (place.at, "the head of the record or of the message was changed".to_owned());
    let longest = if holds == Holds::Message { LONGEST_MESSAGE_HEAD } else { LONGEST_HEADS };
    let (mut filled, mut wanted) = (0, AT_ONCE);
    let (length, payload) = loop {
        // A length that a damaged log claims does not become memory: no more is asked for than heads can have, and no more than the file shows.
        let whole = usize::try_from(before_end).unwrap_or(usize::MAX).min(wanted);
        if buffer.len() < whole {
            buffer.resize(whole, 0);
        }
        filled += read_some(file, &mut buffer[filled..whole], place.at + filled as u64).map_err(io)?;
        // A changed head may still be one: only its digest tells. A changed empty line moves its end, so both readings are held against it.
        let heads = &buffer[..filled];
        let parsed = match holds {
            Holds::Message => warc::parse_record_head(heads).map(|head| (head.head, head.payload)),
            Holds::Http | Holds::Info => warc::parse_head(heads).map(|parsed| (parsed.head + parsed.http_head, parsed.payload)),
        };
        match parsed {
            Ok((length, payload)) => break (length, payload.map(str::to_owned)),
            Err(_) if filled == wanted && wanted < longest => wanted *= 4,
            Err(_) => return Err(heads_changed()),
        }
    };
    if Digest::of(&buffer[..length]).to_string() != place.heads {
        return Err(heads_changed());
    }
    let mut hasher = Sha256::new();
    hasher.update(&buffer[length..filled]);
    let (begin, stop) = (place.at + length as u64, place.at + before_end);
    let mut at = place.at + filled as u64;
    while at < stop {
        let want = usize::try_from(stop - at).unwrap_or(usize::MAX).min(buffer.len());
        file.read_exact_at(&mut buffer[..want], at).map_err(io)?;
        hasher.update(&buffer[..want]);
        at += want as u64;
    }
    let found = Digest(hasher.finalize().into());
    let fits = match payload {
        Some(said) => said == warc::labelled(found),
        None => begin == stop,
    };
    if !fits {
        return Err((begin, "the body, which begins at that byte, was changed".to_owned()));
    }
    check_end().map(|()| found)
}
