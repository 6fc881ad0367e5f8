//! What the custody log of a capture lists, for whoever packs the capture or holds a package against it: its lines, where the records lie that it
//! names, the digests of its entries.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};

use hashbrown::HashMap;

use super::exhibits::ExhibitLine;
use super::facts::{EntryLine, Place};
use super::lines::{AnyLine, DigestLine, EndLine, FileLine};
use super::messages::MessageLine;
use super::records::FileRange;
use super::source::Source;
use super::warc::parse_head;
use super::{CUSTODY_FILE, Capture, CaptureError};
use crate::evidence::ChainReader;
use crate::model::{Digest, RecordedExhibit, Timestamp};

/// What the custody log lists.
#[derive(Debug, Default)]
pub struct Listed {
    /// How many records it has.
    pub records: u64,
    /// Digest of the last of them.
    pub head: Option<Digest>,
    /// When the recording ended. `None`: it was interrupted, and its end is that of the taking up.
    pub ended: Option<Timestamp>,
    /// The records of each file of the archive, in the order of their places.
    pub archive: BTreeMap<String, Vec<ListedRecord>>,
    /// Digests of the entries, by number. `None`: it has none.
    pub entries: BTreeMap<u64, Option<Digest>>,
    /// What was put beside the traffic, with the places of the bytes.
    pub exhibits: Vec<(RecordedExhibit, FileRange)>,
}

/// A record of the archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ListedRecord {
    /// Byte at which it begins.
    pub at: u64,
    /// Its length in bytes.
    pub length: u64,
    /// What it holds.
    pub holds: RecordOf,
}

/// What a record of the archive holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RecordOf {
    /// The description of its file.
    File,
    /// The request of an entry.
    Request(u64),
    /// The response of an entry.
    Response(u64),
    /// A message of a WebSocket, or an exhibit.
    Beside,
}

/// The heads of the record of an HTTP message.
#[derive(Debug)]
pub struct MessageHeads<'r> {
    /// Address of the exchange.
    pub target: &'r str,
    /// `WARC-Date`.
    pub date: &'r str,
    /// Digest of the body as the head writes it.
    pub payload: Option<&'r str>,
    /// Start line of the message.
    pub start_line: &'r str,
    /// Its header fields, in order.
    pub fields: Vec<(&'r [u8], &'r [u8])>,
    /// Byte of the record at which the body begins.
    pub body_at: usize,
}

impl<'r> MessageHeads<'r> {
    /// Takes the heads of a record apart. `record`: its beginning. `None`: the heads are not whole in it, or are none.
    #[must_use]
    pub fn of(record: &'r [u8]) -> Option<Self> {
        let parsed = parse_head(record).ok()?;
        let head = std::str::from_utf8(&record[..parsed.head]).ok()?;
        let date = head.split("\r\n").find_map(|line| line.strip_prefix("WARC-Date: "))?;
        let body_at = parsed.head + parsed.http_head;
        let (target, payload, start_line) = (parsed.target, parsed.payload, parsed.start_line);
        Some(Self { target, date, payload, start_line, fields: parsed.fields, body_at })
    }

    /// The first field of a name, in lower case.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&'r [u8]> {
        self.fields.iter().find(|(known, _)| known.eq_ignore_ascii_case(name.as_bytes())).map(|(_, value)| *value)
    }
}

impl Capture {
    /// Goes through the custody log. Each line, without its line feed, is handed to `each` once it was found to follow the one before.
    ///
    /// # Errors
    ///
    /// The log cannot be read, or does not hold what it should; the first place is named.
    pub fn listed(&self, each: &mut dyn FnMut(&[u8])) -> Result<Listed, CaptureError> {
        let path = self.source().path(CUSTODY_FILE);
        let mut log = BufReader::with_capacity(1 << 17, self.source().reader(CUSTODY_FILE).map_err(CaptureError::read(&path))?);
        let damaged = |place: String, what: String| CaptureError::Damaged { file: path.display().to_string(), place, what };
        let (mut chain, mut listed, mut line) = (ChainReader::default(), Listed::default(), Vec::new());
        loop {
            line.clear();
            if log.read_until(b'\n', &mut line).map_err(CaptureError::read(&path))? == 0 {
                break;
            }
            let at = chain.offset();
            let place = |record: u64| format!("record {record}, byte {at}");
            chain.line(&line, b"").map_err(|problem| damaged(place(problem.record), problem.what.to_owned()))?;
            let text = line.strip_suffix(b"\n").unwrap_or(&line);
            each(text);
            listed.take(self.source(), text, None).map_err(|problem| match problem {
                Fault::Line(error) => damaged(place(chain.chain().records()), format!("is not what its kind should hold: {error}")),
                Fault::Archive(error) => error,
            })?;
        }
        let summary = chain.finish().map_err(|problem| damaged(format!("byte {}", problem.offset), problem.what.to_owned()))?;
        Ok(listed.ended_with(summary.records, Some(summary.head)))
    }
}

impl Listed {
    /// After the last record.
    pub(super) fn ended_with(mut self, records: u64, head: Option<Digest>) -> Self {
        (self.records, self.head) = (records, head);
        self.archive.values_mut().for_each(|records| records.sort_unstable());
        self
    }

    /// Takes the next record. `entry`: what it says, if it is of an entry and was read already.
    pub(super) fn take(&mut self, source: &Source, line: &[u8], entry: Option<&EntryLine>) -> Result<(), Fault> {
        let listed = self;
        let mut at = |place: &Place, holds| {
            let record = ListedRecord { at: place.at, length: place.length, holds };
            match listed.archive.get_mut(&place.file) {
                Some(records) => records.push(record),
                None => drop(listed.archive.insert(place.file.clone(), vec![record])),
            }
        };
        let mut of_entry = |entry: &EntryLine| {
            entry.request.iter().for_each(|place| at(place, RecordOf::Request(entry.entry)));
            entry.response.iter().for_each(|place| at(place, RecordOf::Response(entry.entry)));
            listed.entries.insert(entry.entry, entry.digest_of_entry.as_ref().and_then(|digest| digest.parse().ok()));
        };
        if let Some(entry) = entry {
            of_entry(entry);
            return Ok(());
        }
        match &*serde_json::from_slice::<AnyLine<'_>>(line)?.kind {
            "file" => at(&serde_json::from_slice::<FileLine>(line)?.info, RecordOf::File),
            "message" => at(&serde_json::from_slice::<MessageLine>(line)?.record, RecordOf::Beside),
            "entry" => of_entry(&serde_json::from_slice(line)?),
            "digest" => {
                let digest: DigestLine = serde_json::from_slice(line)?;
                listed.entries.insert(digest.entry, digest.digest_of_entry.parse().ok());
            }
            "exhibit" => {
                let exhibit: ExhibitLine = serde_json::from_slice(line)?;
                at(&exhibit.record, RecordOf::Beside);
                listed.exhibits.push(exhibit.read(&mut HashMap::new(), source)?);
            }
            "end" => {
                let end: EndLine = serde_json::from_slice(line)?;
                listed.ended = (!end.interrupted).then(|| Timestamp::from_nanoseconds(end.at));
            }
            _ => {}
        }
        Ok(())
    }
}

/// Why a record cannot be listed.
pub(super) enum Fault {
    Line(serde_json::Error),
    Archive(CaptureError),
}

impl From<serde_json::Error> for Fault {
    fn from(error: serde_json::Error) -> Self {
        Self::Line(error)
    }
}

impl From<CaptureError> for Fault {
    fn from(error: CaptureError) -> Self {
        Self::Archive(error)
    }
}
