//! Reads records of the archive at the places that the custody log names, and holds their heads against its digests. The bytes of bodies stay
//! where they are until somebody wants them.

use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hashbrown::HashMap;

use super::facts::Place;
use super::source::{ArchiveFile, Source, read_some};
use super::warc::{self, Parsed, parse_head, parse_record_head};
use super::{ARCHIVE_FOLDER, CaptureError};
use crate::model::{Body, BodySource, BodyState, Digest};

/// Bytes of a record that are read at once for its heads.
const HEADS: usize = 16 * 1024;

/// The same for a message, whose record has one head of some 500 bytes.
const MESSAGE_HEAD: usize = 1024;

/// No record's heads are longer.
const LONGEST_HEADS: usize = 4 << 20;

/// A stretch of a file: the bytes of a body that is not in memory.
#[derive(Clone, Debug)]
pub struct FileRange {
    file: ArchiveFile,
    at: u64,
    length: u64,
}

impl FileRange {
    pub(super) fn new(file: impl Into<ArchiveFile>, at: u64, length: u64) -> Self {
        Self { file: file.into(), at, length }
    }

    /// How many bytes it has.
    pub(super) fn length(&self) -> u64 {
        self.length
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

/// A record that was read: its heads, and its body, in memory or where it lies.
pub(super) struct Record {
    heads: Vec<u8>,
    pub(super) body: Body,
    pub(super) file: String,
}

/// The heads of a record, and what they say of the body behind them.
struct Heads {
    bytes: Vec<u8>,
    /// Bytes of the body that were read with them.
    rest: Vec<u8>,
    body_at: u64,
    body_length: u64,
}

/// A file of the archive, opened.
struct Opened {
    file: ArchiveFile,
    path: PathBuf,
}

impl Opened {
    fn at(files: &mut HashMap<String, ArchiveFile>, source: &Source, place: &Place) -> Result<Self, CaptureError> {
        let path = source.path(&format!("{ARCHIVE_FOLDER}/{}", place.file));
        if !place.names_a_file() {
            return Err(damaged(&path, place, "the custody log names no file of the archive"));
        }
        let file = match files.get(&place.file) {
            Some(file) => file.clone(),
            None => {
                let file = source.archive_file(&place.file).map_err(CaptureError::read(&path))?;
                // Streams are many and read once; segments are few and read again and again.
                if place.file.starts_with("segment-") {
                    files.insert(place.file.clone(), file.clone());
                }
                file
            }
        };
        Ok(Self { file, path })
    }

    /// Reads the heads at `place`, `first` bytes at first. `lengths`: lengths of the heads and of the block's part that belongs to them, and that of the block.
    fn heads(
        &self,
        place: &Place,
        first: usize,
        lengths: impl Fn(&[u8]) -> Result<(usize, usize, u64), &'static str>,
    ) -> Result<Heads, CaptureError> {
        let damaged = |what| damaged(&self.path, place, what);
        let mut bytes = Vec::new();
        let mut wanted = first;
        let (length, inside, block) = loop {
            let from = bytes.len();
            bytes.resize(wanted.min(usize::try_from(place.length).unwrap_or(usize::MAX)).max(from), 0);
            let at = place.at.checked_add(from as u64).ok_or_else(|| damaged("its place lies beyond any file"))?;
            let read = read_some(&self.file, &mut bytes[from..], at).map_err(CaptureError::read(&self.path))?;
            bytes.truncate(from + read);
            match lengths(&bytes) {
                Ok(found) => break found,
                Err(_) if read > 0 && wanted < LONGEST_HEADS => wanted *= 4,
                Err(what) => return Err(damaged(what)),
            }
        };
        let body_length = block.checked_sub(inside as u64).ok_or_else(|| damaged("its Content-Length is shorter than its head"))?;
        if (length as u64 + warc::END.len() as u64).checked_add(body_length) != Some(place.length) {
            return Err(damaged("its Content-Length does not fit the length in the custody log"));
        }
        let rest = bytes.split_off(length);
        if Digest::of(&bytes).to_string() != place.heads {
            return Err(damaged("its heads do not fit the digest in the custody log"));
        }
        let body_at = place.at.checked_add(length as u64).ok_or_else(|| damaged("its place lies beyond any file"))?;
        Ok(Heads { bytes, rest, body_at, body_length })
    }
}

impl Record {
    /// Reads the record of an HTTP message at `place` and holds its heads against their digest. `memory`: read the body of a record in a segment
    /// too.
    pub(super) fn read(
        files: &mut HashMap<String, ArchiveFile>,
        source: &Source,
        place: &Place,
        memory: bool,
    ) -> Result<Self, CaptureError> {
        let opened = Opened::at(files, source, place)?;
        let heads = opened.heads(place, HEADS, |bytes| {
            parse_head(bytes).map(|parsed| (parsed.head + parsed.http_head, parsed.http_head, parsed.block))
        })?;
        let Heads { bytes, rest, body_at, body_length } = heads;
        let body = if memory && place.file.starts_with("segment-") {
            let mut body = rest;
            let missing = body_length.saturating_sub(body.len() as u64);
            body.truncate(usize::try_from(body_length).unwrap_or(usize::MAX));
            // A length that a damaged log claims does not become memory before the file shows that it has as many bytes.
            let range = FileRange::new(opened.file.clone(), body_at + body.len() as u64, missing);
            let read = RangeReader { range: &range, done: 0 }.read_to_end(&mut body);
            if (read.map_err(CaptureError::read(&opened.path))? as u64) < missing {
                return Err(damaged(&opened.path, place, "the file ends before the record does"));
            }
            Body::new(BodyState::Raw, body)
        } else {
            FileRange::new(opened.file, body_at, body_length).body(BodyState::Raw)
        };
        Ok(Self { heads: bytes, body, file: opened.path.display().to_string() })
    }

    /// Reads the head of a message's record at `place`, holds it against its digest and answers where the payload lies.
    pub(super) fn message(files: &mut HashMap<String, ArchiveFile>, source: &Source, place: &Place) -> Result<FileRange, CaptureError> {
        let opened = Opened::at(files, source, place)?;
        let Heads { body_at, body_length, .. } =
            opened.heads(place, MESSAGE_HEAD, |bytes| parse_record_head(bytes).map(|head| (head.head, 0, head.block)))?;
        Ok(FileRange::new(opened.file, body_at, body_length))
    }

    pub(super) fn parsed(&self) -> Result<Parsed<'_>, &'static str> {
        parse_head(&self.heads)
    }
}

fn damaged(path: &Path, place: &Place, what: &str) -> CaptureError {
    CaptureError::Damaged { file: path.display().to_string(), place: format!("record at byte {}", place.at), what: what.to_owned() }
}
