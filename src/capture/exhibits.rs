//! What was put beside the traffic, as records of a capture: each is written whole into the segment under way, and read back with its bytes held
//! against their digest. It never looks into one, and never changes it.

use std::io::{BufRead as _, BufReader, Read as _};

use hashbrown::HashMap;
use serde::{Deserialize, Serialize};

use super::facts::Place;
use super::lines::AnyLine;
use super::records::{FileRange, Record};
use super::source::{ArchiveFile, Source};
use super::warc::{self, ExhibitHead};
use super::{CUSTODY_FILE, Capture, CaptureError, Writer};
use crate::model::{BodySource as _, Digest, EXHIBIT_IN_MEMORY, Exhibit, ExhibitKind, RecordedExhibit, SaidBy, Timestamp};

/// Bytes of structured exhibits that are kept in memory when a recording is read, all of them together; later ones are named by their digest only.
const ALL_IN_MEMORY: usize = 64 << 20;

/// Something was put beside the traffic.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ExhibitLine {
    kind: String,
    /// From 1, in the order of the log.
    pub(super) number: u64,
    at: i64,
    exhibit: String,
    said_by: String,
    about: String,
    media_type: String,
    length: u64,
    /// SHA-256 of the bytes, hexadecimal.
    pub(super) sha256: String,
    pub(super) record: Place,
}

impl ExhibitLine {
    /// The exhibit without its bytes, and where they lie; its record is held against what this line says of it.
    pub(super) fn read(
        self,
        files: &mut HashMap<String, ArchiveFile>,
        source: &Source,
    ) -> Result<(RecordedExhibit, FileRange), CaptureError> {
        let damaged = |what: &str| self.damaged(source, what);
        let kind = ExhibitKind::ALL.into_iter().find(|kind| kind.id() == self.exhibit).ok_or_else(|| damaged("is of an unknown kind"))?;
        let said_by =
            SaidBy::ALL.into_iter().find(|said_by| said_by.id() == self.said_by).ok_or_else(|| damaged("was put in by an unknown hand"))?;
        let digest = self.sha256.parse().map_err(|_| damaged("has no digest"))?;
        let range = Record::message(files, source, &self.record)?;
        if range.length() != self.length {
            return Err(damaged("has another length than its record"));
        }
        let Self { number, at, about, media_type, length, .. } = self;
        let at = Timestamp::from_nanoseconds(at);
        Ok((RecordedExhibit { number, at, kind, said_by, about, media_type, length, digest, content: None }, range))
    }

    fn damaged(&self, source: &Source, what: &str) -> CaptureError {
        damaged(source, self.number, what)
    }
}

fn damaged(source: &Source, number: u64, what: &str) -> CaptureError {
    CaptureError::Damaged {
        file: source.path(CUSTODY_FILE).display().to_string(),
        place: format!("exhibit {number}"),
        what: what.to_owned(),
    }
}

/// The bytes of an exhibit, held against their digest.
fn bytes(exhibit: &RecordedExhibit, range: &FileRange, source: &Source) -> Result<Vec<u8>, CaptureError> {
    // What is not there does not become memory, whatever length the log claims.
    let mut bytes = Vec::new();
    range.open().and_then(|mut reader| reader.read_to_end(&mut bytes)).map_err(CaptureError::read(&source.path(super::ARCHIVE_FOLDER)))?;
    if Digest::of(&bytes) != exhibit.digest {
        return Err(damaged(source, exhibit.number, "has bytes that do not fit its digest"));
    }
    Ok(bytes)
}

/// How many bytes of exhibits are held in memory so far.
#[derive(Debug, Default)]
pub(super) struct Held(usize);

impl Held {
    /// Reads the bytes of a structured exhibit, unless there are too many.
    pub(super) fn with_content(
        &mut self,
        mut exhibit: RecordedExhibit,
        range: &FileRange,
        source: &Source,
    ) -> Result<RecordedExhibit, CaptureError> {
        let length = usize::try_from(exhibit.length).unwrap_or(usize::MAX);
        if exhibit.kind.is_structured() && length <= EXHIBIT_IN_MEMORY && self.0 + length <= ALL_IN_MEMORY {
            self.0 += length;
            exhibit.content = Some(bytes(&exhibit, range, source)?);
        }
        Ok(exhibit)
    }
}

impl Writer {
    /// Writes an exhibit; it has the next number. `at`: when it was put in.
    pub fn exhibit(&mut self, at: Timestamp, exhibit: &Exhibit) {
        self.counts.exhibits += 1;
        let number = self.counts.exhibits;
        let digest = Digest::of(&exhibit.bytes);
        // It becomes a line of a head, in which no line may end and no other sign than plain ones stand.
        let media_type: String = exhibit.media_type.chars().filter(|sign| matches!(sign, ' '..='~')).collect();
        let mut pending = std::mem::take(&mut self.segment.pending);
        let begin = pending.len();
        let head = ExhibitHead {
            session: self.session,
            number,
            at,
            kind: exhibit.kind.id(),
            media_type: if media_type.is_empty() { "application/octet-stream" } else { &media_type },
            length: exhibit.bytes.len() as u64,
            payload: (!exhibit.bytes.is_empty()).then_some(digest),
        };
        head.write(&mut pending);
        let heads = Digest::of(&pending[begin..]).to_string();
        pending.extend_from_slice(&exhibit.bytes);
        pending.extend_from_slice(warc::END);
        let length = (pending.len() - begin) as u64;
        self.segment.pending = pending;
        self.custody.append(&ExhibitLine {
            kind: "exhibit".to_owned(),
            number,
            at: at.as_nanoseconds(),
            exhibit: exhibit.kind.id().to_owned(),
            said_by: exhibit.said_by.id().to_owned(),
            about: exhibit.about.clone(),
            media_type: exhibit.media_type.clone(),
            length: exhibit.bytes.len() as u64,
            sha256: digest.to_string(),
            record: Place { file: self.segment.name.clone(), at: self.segment.written + begin as u64, length, heads },
        });
    }
}

impl Capture {
    /// The exhibit of a number with all its bytes, whatever its kind and length. `None`: the recording has no such exhibit.
    ///
    /// # Errors
    ///
    /// A file cannot be read, or the bytes are not those that the custody log says.
    pub fn exhibit(&self, number: u64) -> Result<Option<(RecordedExhibit, Vec<u8>)>, CaptureError> {
        let path = self.source().path(CUSTODY_FILE);
        let mut log = BufReader::with_capacity(1 << 17, self.source().reader(CUSTODY_FILE).map_err(CaptureError::read(&path))?);
        let mut line = Vec::new();
        loop {
            line.clear();
            if log.read_until(b'\n', &mut line).map_err(CaptureError::read(&path))? == 0 {
                return Ok(None);
            }
            if !serde_json::from_slice::<AnyLine<'_>>(&line).is_ok_and(|any| any.kind == "exhibit") {
                continue;
            }
            let read: ExhibitLine = serde_json::from_slice(&line)
                .map_err(|error| damaged(self.source(), number, &format!("has a record that is none: {error}")))?;
            if read.number == number {
                let (exhibit, range) = read.read(&mut HashMap::new(), self.source())?;
                let bytes = bytes(&exhibit, &range, self.source())?;
                return Ok(Some((exhibit, bytes)));
            }
        }
    }
}
