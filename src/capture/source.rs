//! Where the files of a capture lie: in a folder, in clear or encrypted, or packed in a sealed package. What is encrypted or packed is read where it lies:
//! no plain copy of it reaches the disk.

use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::cipher::{EncryptedFile, FromBeginning, Wanted};
use super::encryption::EncryptedCapture;
use super::packed::PackedCapture;
use super::packed_file::PackedFile;
use super::{ARCHIVE_FOLDER, CUSTODY_FILE, CaptureError, SESSION_FILE};

/// A file of the archive, opened: bytes that can be read at any place.
#[derive(Clone, Debug)]
pub enum ArchiveFile {
    /// As it was recorded.
    Plain(Arc<File>),
    /// Packed, record by record; places are those of the unpacked bytes.
    Packed(Arc<PackedFile>),
    /// Encrypted, chunk by chunk; places are those of the decrypted bytes.
    Encrypted(Arc<EncryptedFile>),
}

impl From<Arc<File>> for ArchiveFile {
    fn from(file: Arc<File>) -> Self {
        Self::Plain(file)
    }
}

impl ArchiveFile {
    /// Whether both are the same file, opened once.
    pub(super) fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Plain(one), Self::Plain(other)) => Arc::ptr_eq(one, other),
            (Self::Packed(one), Self::Packed(other)) => Arc::ptr_eq(one, other),
            (Self::Encrypted(one), Self::Encrypted(other)) => Arc::ptr_eq(one, other),
            _ => false,
        }
    }

    /// How many bytes it has, unpacked and decrypted.
    ///
    /// # Errors
    ///
    /// The file cannot be asked.
    pub fn length(&self) -> io::Result<u64> {
        match self {
            Self::Plain(file) => Ok(file.metadata()?.len()),
            Self::Packed(file) => file.length(),
            Self::Encrypted(file) => Ok(file.length()),
        }
    }

    /// Reads some bytes at `at`; none at its end.
    ///
    /// # Errors
    ///
    /// The file cannot be read or unpacked.
    pub fn read_at(&self, buffer: &mut [u8], at: u64) -> io::Result<usize> {
        match self {
            Self::Plain(file) => file.read_at(buffer, at),
            Self::Packed(file) => file.read_at(buffer, at),
            Self::Encrypted(file) => file.read_at(buffer, at),
        }
    }

    /// Fills `buffer` with the bytes at `at`.
    ///
    /// # Errors
    ///
    /// The file cannot be read or unpacked, or ends before.
    pub fn read_exact_at(&self, buffer: &mut [u8], at: u64) -> io::Result<()> {
        if read_some(self, buffer, at)? == buffer.len() { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
    }
}

/// Reads as many bytes as there are, up to the length of `buffer`.
pub(super) fn read_some(file: &ArchiveFile, buffer: &mut [u8], at: u64) -> io::Result<usize> {
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

/// Where a capture lies.
#[derive(Clone, Debug)]
pub(super) enum Source {
    /// In a folder of its own.
    Folder(PathBuf),
    /// In a folder of its own, encrypted.
    Encrypted(Arc<EncryptedCapture>),
    /// In a sealed package.
    Package(Arc<PackedCapture>),
}

impl Source {
    /// The capture in `folder`, encrypted or not.
    ///
    /// # Errors
    ///
    /// It is encrypted, and its key is not known here.
    pub(super) fn in_folder(folder: &Path) -> Result<Self, CaptureError> {
        let encrypted = EncryptedCapture::open(folder)?;
        Ok(encrypted.map_or_else(|| Self::Folder(folder.to_owned()), |capture| Self::Encrypted(Arc::new(capture))))
    }

    /// What messages call one of its files, by its path in the capture.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        match self {
            Self::Folder(folder) => folder.join(name),
            Self::Encrypted(capture) => capture.path(name),
            Self::Package(package) => package.path().join(PackedCapture::member(name)),
        }
    }

    /// Reads `session.json` or the custody log from its beginning.
    pub(super) fn reader(&self, name: &str) -> io::Result<Box<dyn Read + Send>> {
        match self {
            Self::Folder(folder) => Ok(Box::new(File::open(folder.join(name))?)),
            Self::Encrypted(capture) => Ok(Box::new(FromBeginning { file: capture.file(name, Wanted::Whole)?, at: 0 })),
            Self::Package(package) => package.reader(name),
        }
    }

    /// Opens a file of the archive.
    pub(super) fn archive_file(&self, name: &str) -> io::Result<ArchiveFile> {
        match self {
            Self::Folder(folder) => Ok(ArchiveFile::Plain(Arc::new(File::open(folder.join(ARCHIVE_FOLDER).join(name))?))),
            Self::Encrypted(capture) => capture.file(&format!("{ARCHIVE_FOLDER}/{name}"), Wanted::Whole).map(ArchiveFile::Encrypted),
            Self::Package(package) => package.archive_file(name).map(ArchiveFile::Packed),
        }
    }

    /// The files in its archive, in no certain order.
    pub(super) fn archive_names(&self) -> io::Result<Vec<String>> {
        match self {
            Self::Folder(folder) => names_in(&folder.join(ARCHIVE_FOLDER)),
            Self::Encrypted(capture) => capture.archive_names(),
            Self::Package(package) => Ok(package.archive_names()),
        }
    }

    /// What else lies in its folder. A package has its own lists of what lies in it.
    pub(super) fn names_beside(&self) -> io::Result<Vec<String>> {
        match self {
            Self::Folder(folder) => names_in(folder),
            Self::Encrypted(capture) => capture.names_beside(),
            Self::Package(_) => Ok(Vec::new()),
        }
    }

    /// Length of `session.json` or the custody log.
    pub(super) fn length_of(&self, name: &str) -> io::Result<u64> {
        match self {
            Self::Folder(folder) => Ok(fs::metadata(folder.join(name))?.len()),
            Self::Encrypted(capture) => Ok(capture.file(name, Wanted::Whole)?.length()),
            Self::Package(package) => Ok(package.length_of(name)),
        }
    }

    /// Length of all its files, unpacked and decrypted.
    pub(super) fn bytes(&self) -> u64 {
        let own: u64 = [SESSION_FILE, CUSTODY_FILE].map(|name| self.length_of(name).unwrap_or_default()).into_iter().sum();
        let archive = self.archive_names().unwrap_or_default();
        let length = |name: &String| self.archive_file(name).and_then(|file| file.length()).unwrap_or_default();
        own + archive.iter().map(length).sum::<u64>()
    }
}

fn names_in(folder: &Path) -> io::Result<Vec<String>> {
    fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
}
