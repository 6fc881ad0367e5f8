//! The files that a writer appends to: the segment under way and the custody log, each with what waits to be written.

use std::fs::{DirBuilder, File};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Serialize;

use super::cipher::EncryptedFile;
use super::encryption::{ENDING, RecordingKey};
use super::source::ArchiveFile;
use super::{ARCHIVE_FOLDER, CaptureError};
use crate::evidence::{Chain, DrawnSalts};

/// Name of the first segment.
pub(super) const FIRST_SEGMENT: &str = "segment-000001.warc";

/// A file of the recording that only grows, in clear or encrypted.
#[derive(Clone, Debug)]
pub(super) enum Growing {
    Plain(Arc<File>),
    Encrypted(Arc<EncryptedFile>),
}

impl Growing {
    /// Begins the file at `path`, which has the path `name` in the recording. Answers where it lies: an encrypted file has an ending of its own.
    pub(super) fn create(path: &Path, name: &str, key: Option<&RecordingKey>) -> Result<(Self, PathBuf), CaptureError> {
        let Some(key) = key else { return Ok((Self::Plain(Arc::new(new_file(path)?)), path.to_owned())) };
        let mut path = path.to_owned().into_os_string();
        path.push(ENDING);
        let path = PathBuf::from(path);
        let file = EncryptedFile::begin(Arc::new(new_file(&path)?), &key.of_file(name)?).map_err(CaptureError::write(&path))?;
        Ok((Self::Encrypted(Arc::new(file)), path))
    }

    /// Appends bytes; the operating system has them when this returns. `last`: nothing follows.
    pub(super) fn append(&self, bytes: &[u8], last: bool) -> io::Result<()> {
        match self {
            Self::Plain(file) => (&**file).write_all(bytes),
            Self::Encrypted(file) => file.append(bytes, last),
        }
    }

    /// The file on the disk.
    pub(super) fn file(&self) -> &Arc<File> {
        match self {
            Self::Plain(file) => file,
            Self::Encrypted(file) => file.file(),
        }
    }

    /// For reading what was appended.
    pub(super) fn archive_file(&self) -> ArchiveFile {
        match self {
            Self::Plain(file) => ArchiveFile::Plain(Arc::clone(file)),
            Self::Encrypted(file) => ArchiveFile::Encrypted(Arc::clone(file)),
        }
    }
}

/// The segment under way.
#[derive(Debug)]
pub(super) struct Segment {
    pub(super) number: u64,
    pub(super) name: String,
    pub(super) file: Growing,
    pub(super) path: PathBuf,
    /// Bytes that the operating system has.
    pub(super) written: u64,
    pub(super) pending: Vec<u8>,
}

/// The custody log.
#[derive(Debug)]
pub(super) struct Custody {
    pub(super) file: Growing,
    pub(super) path: PathBuf,
    pub(super) chain: Chain,
    pub(super) pending: Vec<u8>,
    pub(super) object: Vec<u8>,
    pub(super) salts: DrawnSalts,
}

impl Segment {
    /// Begins the segment of a number.
    pub(super) fn create(archive: &Path, number: u64, key: Option<&RecordingKey>) -> Result<Self, CaptureError> {
        let name = format!("segment-{number:06}.warc");
        let (file, path) = Growing::create(&archive.join(&name), &format!("{ARCHIVE_FOLDER}/{name}"), key)?;
        Ok(Self { number, name, file, path, written: 0, pending: Vec::new() })
    }
}

impl Custody {
    /// Appends a record to what waits.
    pub(super) fn append(&mut self, line: &impl Serialize) {
        append_salted(&mut self.chain, &mut self.salts, line, &mut self.object, &mut self.pending);
    }
}

/// Salts for the records of a log, from the operating system's source of randomness.
pub(super) fn drawn_salts(log: &Path) -> Result<DrawnSalts, CaptureError> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|error| CaptureError::write(log)(error.into()))?;
    Ok(DrawnSalts::new(seed))
}

/// Appends a record to `out`. Its last member is a salt: a log's digests get into the hands of others (stamped, printed, in a masked copy), and
/// without it a value of few possibilities could be tried out against them. `object`: room for its text.
pub(super) fn append_salted(chain: &mut Chain, salts: &mut DrawnSalts, line: &impl Serialize, object: &mut Vec<u8>, out: &mut Vec<u8>) {
    object.clear();
    // A value of plain fields always has a JSON form; were there none, the chain would show an empty record.
    if serde_json::to_writer(&mut *object, line).is_err() {
        object.clear();
        object.extend_from_slice(b"{\"kind\":\"unwritable\"}");
    }
    append_with_salt(chain, salts, object, out);
}

/// The same with an object that is JSON already, and has at least one member.
pub(super) fn append_with_salt(chain: &mut Chain, salts: &mut DrawnSalts, object: &mut Vec<u8>, out: &mut Vec<u8>) {
    object.pop();
    object.extend_from_slice(b",\"salt\":\"");
    object.extend_from_slice(&salts.draw());
    object.extend_from_slice(b"\"}");
    chain.append(object, out);
}

/// A file that was written and is still to be forced to the disk.
#[derive(Clone, Debug)]
pub struct Dirty {
    file: Arc<File>,
    path: PathBuf,
}

impl Dirty {
    pub(super) fn new(file: &Arc<File>, path: &Path) -> Self {
        Self { file: Arc::clone(file), path: path.to_owned() }
    }

    pub(super) fn is(&self, file: &Arc<File>) -> bool {
        Arc::ptr_eq(&self.file, file)
    }

    /// Forces it to the disk.
    ///
    /// # Errors
    ///
    /// It cannot be forced to the disk, or is no longer in its place.
    pub fn force(&self) -> Result<(), CaptureError> {
        self.file.sync_data().map_err(CaptureError::write(&self.path))?;
        self.in_place()
    }

    /// Whether the file at its path is still the one that is written: a file that was deleted takes what is written to it and keeps nothing.
    ///
    /// # Errors
    ///
    /// Nothing is there, or another file.
    pub fn in_place(&self) -> Result<(), CaptureError> {
        let gone = || Err(CaptureError::Gone { file: self.path.display().to_string() });
        match (self.file.metadata(), std::fs::metadata(&self.path)) {
            (Ok(own), Ok(there)) if (own.dev(), own.ino()) != (there.dev(), there.ino()) => gone(),
            (_, Err(error)) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => gone(),
            // Where it cannot be looked at, writing it will tell.
            _ => Ok(()),
        }
    }
}

/// A new file.
pub(super) fn new_file(path: &Path) -> Result<File, CaptureError> {
    // What is recorded may hold the auditor's own secrets: nobody else may read it.
    File::options().read(true).write(true).create_new(true).mode(0o600).open(path).map_err(CaptureError::write(path))
}

/// Makes a folder, and those above it, that nobody but its owner may look into.
pub(super) fn owner_only_folder(path: &Path) -> Result<(), CaptureError> {
    DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(CaptureError::write(path))
}

/// Forces the names in a folder to the disk: a file whose name is lost is lost.
pub(super) fn sync_folder(path: &Path) -> Result<(), CaptureError> {
    File::open(path).and_then(|folder| folder.sync_all()).map_err(CaptureError::write(path))
}
