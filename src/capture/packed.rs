//! The capture in a sealed package, read in place: a ZIP archive without compression of its own, in which every file of the archive consists of
//! gzip members, one for each record. It writes nothing, and nothing of it is unpacked but what is being read.

use std::collections::{BTreeMap, VecDeque};
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use zip::ZipArchive;

use super::packed_file::{AT_ONCE, PackedFile, Stretch};
use super::{ARCHIVE_FOLDER, CUSTODY_FILE, CaptureError, SESSION_FILE};

/// Folder of a package for what is ours.
pub const OWN_FOLDER: &str = "dataspoor";

/// What the name of a packed file ends with.
const PACKED: &str = ".gz";

/// A package, opened: where its files lie.
#[derive(Debug)]
pub struct PackedCapture {
    path: PathBuf,
    file: Arc<File>,
    /// Place and length of every file, by name.
    files: BTreeMap<String, (u64, u64)>,
    opened: Mutex<Opened>,
}

/// Files of the archive that were opened so far.
#[derive(Debug, Default)]
struct Opened {
    /// With what is known of them.
    files: BTreeMap<String, Arc<PackedFile>>,
    /// Those that were asked for last, the latest first.
    warm: VecDeque<Arc<PackedFile>>,
}

/// Files that keep what they unpacked last. Bodies that lie in files of their own are many.
const WARM: usize = 4;

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
        Ok(Self { path: path.to_owned(), file: Arc::new(file), files, opened: Mutex::default() })
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
        self.archive_file(name)?.length()
    }

    /// Where the gzip members of a file of the archive begin, unpacked.
    ///
    /// # Errors
    ///
    /// As [`Self::unpacked_length`].
    pub fn member_places(&self, name: &str) -> io::Result<Vec<u64>> {
        self.archive_file(name)?.places()
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
        let (at, length) = self.files.get(&member).copied().ok_or(io::ErrorKind::NotFound)?;
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        let file = match opened.files.get(&member) {
            Some(file) => Arc::clone(file),
            None => Arc::new(PackedFile::new(Arc::clone(&self.file), at, length)?),
        };
        if !opened.warm.iter().any(|warm| Arc::ptr_eq(warm, &file)) {
            opened.files.insert(member, Arc::clone(&file));
            opened.warm.push_front(Arc::clone(&file));
            if opened.warm.len() > WARM {
                opened.warm.pop_back().iter().for_each(|cold| cold.forget_bytes());
            }
        }
        Ok(file)
    }
}
