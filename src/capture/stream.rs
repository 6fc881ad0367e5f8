//! A body too long to hold in memory: streams into a WARC file of its own behind a head of fixed width, which is completed once at the end.

use std::fs::File;
use std::io::{self, IoSlice, Write as _};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use sha2::{Digest as _, Sha256};

use super::encryption::RecordingKey;
use super::facts::Place;
use super::files::Growing;
use super::records::FileRange;
use super::warc;
use super::{ARCHIVE_FOLDER, CaptureError};
use crate::model::Digest;

/// Bytes gathered before they are written.
const BUFFER: usize = 1 << 20;

/// A record being written.
#[derive(Debug)]
pub struct Stream {
    name: String,
    path: PathBuf,
    file: Growing,
    /// Both heads, length and digest still zero.
    heads: Vec<u8>,
    /// Pieces that wait to be written, not copied.
    waiting: Vec<Bytes>,
    waiting_bytes: usize,
    /// Whether something was written that nobody was told of.
    written: bool,
    hasher: Sha256,
    length: u64,
}

impl Stream {
    /// Begins the file `name` with the heads of its record.
    pub(super) fn create(folder: &Path, name: String, heads: Vec<u8>, key: Option<&RecordingKey>) -> Result<Self, CaptureError> {
        let in_recording = format!("{ARCHIVE_FOLDER}/{name}");
        let (file, path) = Growing::create(&folder.join(&in_recording), &in_recording, key)?;
        let begun = match &file {
            Growing::Plain(file) => (&**file).write_all(&heads),
            // The heads are completed at the end: a chunk of their own, for which another will stand.
            Growing::Encrypted(file) => file.append_beginning(&heads),
        };
        begun.map_err(CaptureError::write(&path))?;
        Ok(Self { name, path, file, heads, waiting: Vec::new(), waiting_bytes: 0, written: true, hasher: Sha256::new(), length: 0 })
    }

    /// Appends bytes of the body.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn push(&mut self, bytes: Bytes) -> Result<(), CaptureError> {
        self.hasher.update(&bytes);
        self.length += bytes.len() as u64;
        self.waiting_bytes += bytes.len();
        self.waiting.push(bytes);
        if self.waiting_bytes > BUFFER {
            self.write_out()?;
        }
        Ok(())
    }

    /// Hands what was gathered to the operating system. Answers whether anything was written since the last time.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub(super) fn flush(&mut self) -> Result<bool, CaptureError> {
        self.write_out()?;
        Ok(std::mem::take(&mut self.written))
    }

    fn write_out(&mut self) -> Result<(), CaptureError> {
        self.try_write_out().map_err(CaptureError::write(&self.path))
    }

    fn try_write_out(&mut self) -> io::Result<()> {
        self.written |= !self.waiting.is_empty();
        match &self.file {
            Growing::Plain(file) => write_all_vectored(file, &self.waiting)?,
            Growing::Encrypted(_) if self.waiting.is_empty() => {}
            Growing::Encrypted(file) => file.append(&self.waiting.concat(), false)?,
        }
        self.waiting.clear();
        self.waiting_bytes = 0;
        Ok(())
    }

    /// Bytes of the body so far.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.length
    }

    /// The file, for forcing it to the disk.
    pub(super) fn file(&self) -> &Arc<File> {
        self.file.file()
    }

    /// Where that file lies.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Where the record lies, as far as it is known while it is being written.
    pub(super) fn place(&self) -> Place {
        Place { file: self.name.clone(), at: 0, length: 0, heads: String::new() }
    }

    /// Completes the record: length and digest in its head, then the end mark.
    pub(super) fn finish(mut self) -> Result<(Place, FileRange), CaptureError> {
        self.write_out()?;
        let payload = Digest(self.hasher.finalize().into());
        let warc_head = memchr::memmem::find(&self.heads, warc::END).map_or(0, |at| at + warc::END.len());
        let block = (self.heads.len() - warc_head) as u64 + self.length;
        warc::patch(&mut self.heads, block, payload);
        // The head first: whoever finds it complete knows where the body ends, whether the end mark was written or not.
        let completed = match &self.file {
            Growing::Plain(file) => file.write_all_at(&self.heads, 0).and_then(|()| (&**file).write_all(warc::END)),
            Growing::Encrypted(file) => file.complete(&self.heads, warc::END),
        };
        completed.map_err(CaptureError::write(&self.path))?;
        let start = self.heads.len() as u64;
        let length = start + self.length + warc::END.len() as u64;
        let place = Place { file: self.name, at: 0, length, heads: Digest::of(&self.heads).to_string() };
        Ok((place, FileRange::new(self.file.archive_file(), start, self.length)))
    }
}

/// Writes pieces one after the other, without copying them together.
fn write_all_vectored(mut file: &File, pieces: &[Bytes]) -> io::Result<()> {
    let mut slices: Vec<IoSlice<'_>> = pieces.iter().map(|bytes| IoSlice::new(bytes)).collect();
    let mut rest = &mut slices[..];
    IoSlice::advance_slices(&mut rest, 0);
    while !rest.is_empty() {
        match file.write_vectored(rest) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => IoSlice::advance_slices(&mut rest, written),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}
