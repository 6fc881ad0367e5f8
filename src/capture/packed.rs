//! The capture in a sealed package, read in place: a ZIP archive without compression of its own, in which every file of the archive consists of
//! gzip members, one for each record. It writes nothing, and nothing of it is unpacked but what is being read.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use flate2::bufread::GzDecoder;
use zip::ZipArchive;

use super::{ARCHIVE_FOLDER, CUSTODY_FILE, CaptureError, SESSION_FILE};

/// Folder of a package for what is ours.
pub const OWN_FOLDER: &str = "dataspoor";

/// What the name of a packed file ends with.
const PACKED: &str = ".gz";

/// Bytes that are read of the package at once.
const AT_ONCE: usize = 1 << 16;

/// A package, opened: where its files lie.
#[derive(Debug)]
pub struct PackedCapture {
    path: PathBuf,
    file: Arc<File>,
    /// Place and length of every file, by name.
    files: BTreeMap<String, (u64, u64)>,
    /// Files of the archive that were looked through so far.
    looked_through: Mutex<BTreeMap<String, Arc<PackedFile>>>,
}

impl PackedCapture {
    /// Whether the file at `path` begins as a ZIP archive does.
    #[must_use]
    pub fn is_archive(path: &Path) -> bool {
        let begins = File::open(path).and_then(|file| {
            let mut magic = [0; 4];
            file.read_exact_at(&mut magic, 0)?;
            Ok(magic == *b"PK\x03\x04")
        });
        path.is_file() && begins.unwrap_or(false)
    }

    /// Whether the file at `path` is a ZIP archive that holds a capture of ours.
    #[must_use]
    pub fn is_at(path: &Path) -> bool {
        Self::is_archive(path) && Self::open(path).is_ok_and(|package| package.has(&Self::member(SESSION_FILE)))
    }

    /// Opens the package at `path`.
    ///
    /// # Errors
    ///
    /// It cannot be read, is no ZIP archive, or holds compressed or encrypted files.
    pub fn open(path: &Path) -> Result<Self, CaptureError> {
        let file = File::open(path).map_err(CaptureError::read(path))?;
        let damaged =
            |what: String| CaptureError::Damaged { file: path.display().to_string(), place: "its list of files".to_owned(), what };
        let mut archive = ZipArchive::new(BufReader::new(&file)).map_err(|error| damaged(error.to_string()))?;
        let mut files = BTreeMap::new();
        for index in 0..archive.len() {
            let member = archive.by_index_raw(index).map_err(|error| damaged(error.to_string()))?;
            let name = member.name().map_err(|error| damaged(error.to_string()))?.into_owned();
            if member.compression() != zip::CompressionMethod::Stored || member.encrypted() || member.compressed_size() != member.size() {
                return Err(damaged(format!("{name} is compressed or encrypted, which no file of a sealed package is")));
            }
            let start = member.data_start().ok_or_else(|| damaged(format!("{name} has no place")))?;
            files.insert(name, (start, member.size()));
        }
        drop(archive);
        Ok(Self { path: path.to_owned(), file: Arc::new(file), files, looked_through: Mutex::default() })
    }

    /// The path of the package.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What a file of a capture is called in a package.
    #[must_use]
    pub fn member(name: &str) -> String {
        match name.strip_prefix(ARCHIVE_FOLDER).filter(|rest| rest.starts_with('/')) {
            Some(_) => format!("{name}{PACKED}"),
            None => format!("{OWN_FOLDER}/{name}"),
        }
    }

    /// All its files in the order in which they lie there, with their lengths in bytes.
    pub fn in_order(&self) -> impl Iterator<Item = (&str, u64)> {
        let mut files: Vec<_> = self.files.iter().collect();
        files.sort_by_key(|(_, place)| **place);
        files.into_iter().map(|(name, (_, length))| (name.as_str(), *length))
    }

    /// The unpacked length of a file of the archive, by the capture's name of it.
    ///
    /// # Errors
    ///
    /// There is none of that name, or it cannot be unpacked.
    pub fn unpacked_length(&self, name: &str) -> io::Result<u64> {
        self.archive_file(name).map(|file| file.length())
    }

    /// Where the gzip members of a file of the archive begin, unpacked.
    ///
    /// # Errors
    ///
    /// As [`Self::unpacked_length`].
    pub fn member_places(&self, name: &str) -> io::Result<Vec<u64>> {
        Ok(self.archive_file(name)?.members.iter().map(|(at, _)| *at).collect())
    }

    /// Reads a file as it lies in the package.
    ///
    /// # Errors
    ///
    /// There is none of that name.
    pub fn open_file(&self, member: &str) -> io::Result<Box<dyn Read + Send>> {
        let (at, length) = self.files.get(member).copied().ok_or(io::ErrorKind::NotFound)?;
        Ok(Box::new(BufReader::with_capacity(AT_ONCE, Stretch { file: Arc::clone(&self.file), at, end: at.saturating_add(length) })))
    }

    /// Whether there is a file of that name.
    #[must_use]
    pub fn has(&self, member: &str) -> bool {
        self.files.contains_key(member)
    }

    pub(super) fn length_of(&self, name: &str) -> u64 {
        self.files.get(&Self::member(name)).map_or(0, |(_, length)| *length)
    }

    pub(super) fn reader(&self, name: &str) -> io::Result<Box<dyn Read + Send>> {
        debug_assert!([SESSION_FILE, CUSTODY_FILE].contains(&name), "files of the archive are packed");
        self.open_file(&Self::member(name))
    }

    /// Names of the files in the archive as the capture calls them. One that is not packed keeps its name, so that nothing lies there unseen.
    pub(super) fn archive_names(&self) -> Vec<String> {
        let below = |name: &String| name.strip_prefix(ARCHIVE_FOLDER)?.strip_prefix('/').map(str::to_owned);
        let plain = |name: String| name.strip_suffix(PACKED).map_or_else(|| name.clone(), str::to_owned);
        self.files.keys().filter_map(below).map(plain).collect()
    }

    /// A file of the archive, by the capture's name of it.
    pub(super) fn archive_file(&self, name: &str) -> io::Result<Arc<PackedFile>> {
        let member = Self::member(&format!("{ARCHIVE_FOLDER}/{name}"));
        let known = |files: &BTreeMap<String, Arc<PackedFile>>| files.get(&member).map(Arc::clone);
        if let Some(file) = known(&self.looked_through.lock().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(file);
        }
        let (at, length) = self.files.get(&member).copied().ok_or(io::ErrorKind::NotFound)?;
        let packed = Arc::new(PackedFile::look_through(Arc::clone(&self.file), at, length)?);
        self.looked_through.lock().unwrap_or_else(PoisonError::into_inner).insert(member, Arc::clone(&packed));
        Ok(packed)
    }
}

/// A stretch of the package.
#[derive(Debug)]
struct Stretch {
    file: Arc<File>,
    at: u64,
    end: u64,
}

impl Read for Stretch {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end.saturating_sub(self.at)).unwrap_or(usize::MAX).min(buffer.len());
        let read = self.file.read_at(&mut buffer[..left], self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}

type Member = GzDecoder<BufReader<Stretch>>;

/// A file of gzip members, one for each record.
#[derive(Debug)]
pub struct PackedFile {
    file: Arc<File>,
    /// Of every member: the byte at which it begins, unpacked and in the package.
    members: Vec<(u64, u64)>,
    /// The byte after it in the package.
    end: u64,
    /// Its length, unpacked.
    length: u64,
    /// Where the last reading stopped.
    cursor: Mutex<Option<Cursor>>,
}

/// A place in the unpacked bytes, and what unpacks from there on.
struct Cursor {
    at: u64,
    /// Number of the member, from 0.
    member: usize,
    unpacking: Member,
}

impl std::fmt::Debug for Cursor {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "byte {}", self.at)
    }
}

impl PackedFile {
    /// Unpacks the whole once, to know where its members begin.
    fn look_through(file: Arc<File>, at: u64, length: u64) -> io::Result<Self> {
        let end = at.checked_add(length).ok_or(io::ErrorKind::InvalidData)?;
        let (mut members, mut unpacked) = (Vec::new(), 0);
        let mut buffer = vec![0; AT_ONCE];
        let mut rest = BufReader::with_capacity(AT_ONCE, Stretch { file: Arc::clone(&file), at, end });
        while !rest.fill_buf()?.is_empty() {
            let packed_at = rest.get_ref().at - rest.buffer().len() as u64;
            members.push((unpacked, packed_at));
            let mut unpacking = GzDecoder::new(rest);
            loop {
                match unpacking.read(&mut buffer)? {
                    0 => break,
                    read => unpacked += read as u64,
                }
            }
            rest = unpacking.into_inner();
        }
        Ok(Self { file, members, end, length: unpacked, cursor: Mutex::default() })
    }

    /// Its length, unpacked.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.length
    }

    fn begin(&self, member: usize) -> Option<Cursor> {
        let (at, packed_at) = *self.members.get(member)?;
        let stretch = Stretch { file: Arc::clone(&self.file), at: packed_at, end: self.end };
        let unpacking = GzDecoder::new(BufReader::with_capacity(AT_ONCE, stretch));
        Some(Cursor { at, member, unpacking })
    }

    pub(super) fn read_at(&self, buffer: &mut [u8], at: u64) -> io::Result<usize> {
        if at >= self.length || buffer.is_empty() {
            return Ok(0);
        }
        let mut held = self.cursor.lock().unwrap_or_else(PoisonError::into_inner);
        let member = self.members.partition_point(|(begins, _)| *begins <= at).saturating_sub(1);
        // Records are read from their beginning on, so the bytes that are wanted mostly follow those that were read last.
        let cursor = match held.take().filter(|cursor| cursor.member == member && cursor.at <= at) {
            Some(cursor) => Some(cursor),
            None => self.begin(member),
        };
        let Some(mut cursor) = cursor else { return Ok(0) };
        io::copy(&mut (&mut cursor.unpacking).take(at - cursor.at), &mut io::sink())?;
        cursor.at = at;
        let read = cursor.unpacking.read(buffer)?;
        cursor.at += read as u64;
        // Nobody reads on behind the end, and streams are many.
        *held = (cursor.at < self.length).then_some(cursor);
        Ok(read)
    }
}
