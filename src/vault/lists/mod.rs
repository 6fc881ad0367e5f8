//! The store of outside lists: the bytes of each as they were obtained, beside a record of where from, when and under which licence. A list is used by
//! name only; nothing here decides which lists a recording is judged by.

mod cache;
#[cfg(feature = "download")]
mod download;
mod licence;
mod record;

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

#[cfg(feature = "download")]
pub use download::{DownloadError, Obtained, download};
pub use record::{LicenceBy, ListRecord, ListVersion, Origin, Said};

use crate::model::{Digest, Timestamp};
use crate::rules::{ListKind, OutsideList};

/// The record of a list, in the list's folder.
const RECORD_FILE: &str = "list.json";

/// Held while the store is changed.
const LOCK_FILE: &str = ".lock";

/// A folder of lists.
#[derive(Clone, Debug)]
pub struct ListStore {
    folder: PathBuf,
    /// Whether compiled lists are kept and believed. A compiled list cannot be held against its text, so only the operator's own store may have some.
    keeps_compiled: bool,
}

/// Why a list cannot be kept or used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No list has that name.
    #[error("{folder}: no list {name:?} was added{known}; add it with `dataspoor lists add {name} FILE|URL`")]
    Missing {
        /// The folder of the store.
        folder: String,
        /// The name.
        name: String,
        /// The names that there are.
        known: String,
    },
    /// There is one already.
    #[error("a list {0:?} was added before; obtain it again with `dataspoor lists update {0}`, or remove it first")]
    Exists(String),
    /// The name cannot be that of a list.
    #[error("{0:?} is no name for a list; take a-z, 0-9, '-', '_' and '.', with a letter or digit first, up to 64 of them")]
    Name(String),
    /// No version has that digest, or several have.
    #[error("{name}: {count} versions have a digest that begins with {digest:?}; `dataspoor lists show {name}` lists them")]
    Version {
        /// The name.
        name: String,
        /// The beginning of the digest.
        digest: String,
        /// How many fit.
        count: usize,
    },
    /// The bytes are no list.
    #[error("{what}: {why}")]
    Unreadable {
        /// What was read.
        what: String,
        /// Why it is none.
        why: String,
    },
    /// A version reads much worse than the one before it.
    #[error("{name}: {why}; the version of {retrieved} stays in use. Look at what was obtained, and take it with --force if it is right")]
    Worse {
        /// The name.
        name: String,
        /// What is worse.
        why: String,
        /// When the version that stays was obtained.
        retrieved: String,
    },
    /// The bytes are not those that were obtained.
    #[error("{0}: the file is not the one that was obtained (its SHA-256 differs); remove the list and add it again")]
    Changed(String),
    /// A file cannot be read or written.
    #[error("{file}: {cause}; check the path, its permissions and free space")]
    File {
        /// Path.
        file: String,
        /// Why.
        cause: io::Error,
    },
}

/// What an update came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Updated {
    /// The record before.
    pub before: ListVersion,
    /// The record after; the same where nothing changed.
    pub after: ListVersion,
}

impl ListStore {
    /// The store in `folder`, which need not exist yet.
    #[must_use]
    pub fn at(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), keeps_compiled: true }
    }

    /// The copies that a case carries. They may come from somebody else, so every list is compiled from its own text.
    #[must_use]
    pub fn of_case(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), keeps_compiled: false }
    }

    /// Its folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Keeps a new list. `now`: the time.
    ///
    /// # Errors
    ///
    /// There is one of that name, the bytes are no list, or the folder cannot be written.
    pub fn add(&self, name: &str, bytes: &[u8], origin: Origin, said: &Said, now: Timestamp) -> Result<ListRecord, StoreError> {
        if !is_name(name) {
            return Err(StoreError::Name(name.to_owned()));
        }
        let _held = self.hold()?;
        if self.folder.join(name).join(RECORD_FILE).is_file() {
            return Err(StoreError::Exists(name.to_owned()));
        }
        let list = read(name, bytes, &origin, said.kind)?;
        let current = ListVersion::of(list.info(), origin, said, now.to_string());
        let record = ListRecord { format: record::FORMAT, name: name.to_owned(), checked: now.to_string(), current, previous: Vec::new() };
        self.keep(&record, Some(bytes))?;
        self.warm(&list);
        Ok(record)
    }

    /// Takes a newer version of a list. `force`: also one that reads much worse. What the operator said of the list stays.
    ///
    /// # Errors
    ///
    /// There is none of that name, the bytes are no list or a much worse one, or the folder cannot be written. The old version then stays.
    pub fn update(&self, name: &str, bytes: &[u8], origin: Origin, force: bool, now: Timestamp) -> Result<Updated, StoreError> {
        let _held = self.hold()?;
        let mut record = self.record(name)?;
        let before = record.current.clone();
        record.checked = now.to_string();
        if before.sha256 == Digest::of(bytes).to_string() {
            self.keep(&record, None)?;
            return Ok(Updated { after: before.clone(), before });
        }
        // Where the operator overruled what the bytes show, they may show it again.
        let shown = self.bytes(name, &before).ok().and_then(|bytes| ListKind::of(&bytes));
        let detected = ListKind::of(bytes).filter(|kind| Some(*kind) != shown || *kind == before.kind);
        let kind = if force { detected.or(Some(before.kind)) } else { Some(before.kind) };
        let worse = |why: String| StoreError::Worse { name: name.to_owned(), why, retrieved: before.retrieved.clone() };
        if let Some(other) = detected.filter(|kind| *kind != before.kind && !force) {
            return Err(worse(format!("what was obtained is a list of the kind {}, and it was {}", other.name(), before.kind.name())));
        }
        let list = read(name, bytes, &origin, kind)?;
        if list.info().rules < before.rules / 2 && !force {
            return Err(worse(format!("the number of rules fell from {} to {}", before.rules, list.info().rules)));
        }
        let operator = before.licence_by == LicenceBy::Operator;
        let said = Said { kind, licence: before.licence.clone().filter(|_| operator), may_be_handed_over: None };
        let mut after = ListVersion::of(list.info(), origin, &said, now.to_string());
        // The operator's word on handing over is not told apart from what is known, so it stays unless the licence changed.
        if after.licence == before.licence {
            after.may_be_handed_over = before.may_be_handed_over;
        }
        record.previous.retain(|version| version.sha256 != after.sha256);
        record.previous.insert(0, before.clone());
        record.current = after.clone();
        self.keep(&record, Some(bytes))?;
        self.warm(&list);
        Ok(Updated { before, after })
    }

    /// Forgets a list with all its versions.
    ///
    /// # Errors
    ///
    /// There is none of that name, or the folder cannot be written.
    pub fn remove(&self, name: &str) -> Result<ListRecord, StoreError> {
        let _held = self.hold()?;
        let record = self.record(name)?;
        let folder = self.folder.join(name);
        fs::remove_dir_all(&folder).map_err(file(&folder))?;
        for digest in record.versions().filter_map(ListVersion::digest) {
            cache::remove(&self.folder, digest);
        }
        Ok(record)
    }

    /// The names of all lists, in order.
    ///
    /// # Errors
    ///
    /// The folder is there and cannot be read.
    pub fn names(&self) -> Result<Vec<String>, StoreError> {
        if !self.folder.exists() {
            return Ok(Vec::new());
        }
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.folder).map_err(file(&self.folder))? {
            let name = entry.map_err(file(&self.folder))?.file_name().to_string_lossy().into_owned();
            if is_name(&name) && self.folder.join(&name).join(RECORD_FILE).is_file() {
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
    }

    /// Whether a list of that name, or a version of one (`NAME@DIGEST`), was added.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        let name = name.split_once('@').map_or(name, |(name, _)| name);
        is_name(name) && self.folder.join(name).join(RECORD_FILE).is_file()
    }

    /// The record of a list.
    ///
    /// # Errors
    ///
    /// There is none of that name, or its record cannot be read.
    pub fn record(&self, name: &str) -> Result<ListRecord, StoreError> {
        let path = self.folder.join(name).join(RECORD_FILE);
        if !is_name(name) || !path.is_file() {
            let names = self.names()?;
            let known = if names.is_empty() { String::new() } else { format!(" (there are {})", names.join(", ")) };
            return Err(StoreError::Missing { folder: self.folder.display().to_string(), name: name.to_owned(), known });
        }
        let text = fs::read(&path).map_err(file(&path))?;
        let record: ListRecord = serde_json::from_slice(&text)
            .map_err(|error| unreadable(&path, &format!("{error}; remove the folder and add the list again")))?;
        if record.format != record::FORMAT {
            return Err(unreadable(&path, &format!("format {} is not known to this version; use a newer one", record.format)));
        }
        Ok(record)
    }

    /// A list by its name, or one of its versions as `NAME@` and the beginning of its digest. It goes by the name without the digest.
    ///
    /// # Errors
    ///
    /// There is none, several versions fit, or its bytes are not those that were obtained.
    pub fn load(&self, name: &str) -> Result<OutsideList, StoreError> {
        let (name, digest) = name.split_once('@').map_or((name, None), |(name, digest)| (name, Some(digest)));
        let record = self.record(name)?;
        let version = match digest {
            None => &record.current,
            Some(digest) => {
                let fitting: Vec<_> = record.versions().filter(|version| version.sha256.starts_with(digest)).collect();
                match fitting[..] {
                    [one] if !digest.is_empty() => one,
                    _ => return Err(StoreError::Version { name: name.to_owned(), digest: digest.to_owned(), count: fitting.len() }),
                }
            }
        };
        self.version(name, version)
    }

    /// The list with that digest, if any version of any list has it.
    ///
    /// # Errors
    ///
    /// A record or the list cannot be read.
    pub fn by_digest(&self, digest: Digest, kind: Option<ListKind>) -> Result<Option<OutsideList>, StoreError> {
        let digest = digest.to_string();
        for name in self.names()? {
            // The record of another list that cannot be read is no reason to miss this one.
            let Ok(record) = self.record(&name) else { continue };
            let fits = |version: &&ListVersion| version.sha256 == digest && kind.is_none_or(|kind| version.kind == kind);
            if let Some(version) = record.versions().find(fits) {
                return self.version(&name, version).map(Some);
            }
        }
        Ok(None)
    }

    /// The bytes of the version with that digest, with the name of its list, if some list has one.
    ///
    /// # Errors
    ///
    /// The store cannot be read, or the bytes are not those that were obtained.
    pub fn bytes_by_digest(&self, digest: Digest) -> Result<Option<(String, Vec<u8>)>, StoreError> {
        for name in self.names()? {
            let Ok(record) = self.record(&name) else { continue };
            if let Some(version) = record.versions().find(|version| version.digest() == Some(digest)) {
                let bytes = self.bytes(&name, version)?;
                return Ok(Some((name, bytes)));
            }
        }
        Ok(None)
    }

    /// Copies the versions that have these digests into another store, as far as their licence lets them be handed over. Returns the digests copied.
    ///
    /// # Errors
    ///
    /// A list cannot be read, or the other store cannot be written.
    pub fn hand_over(&self, digests: &[Digest], to: &Self) -> Result<Vec<Digest>, StoreError> {
        let mut copied = Vec::new();
        for name in self.names()? {
            let record = self.record(&name)?;
            for version in record.versions() {
                let Some(digest) = version.digest().filter(|digest| digests.contains(digest) && version.may_be_handed_over == Some(true))
                else {
                    continue;
                };
                copied.push(digest);
                let _held = to.hold()?;
                let there = to.record(&name).ok();
                if there.as_ref().is_some_and(|there| there.versions().any(|known| known.sha256 == version.sha256)) {
                    continue;
                }
                let bytes = self.bytes(&name, version)?;
                let mut previous: Vec<ListVersion> = there.map(|there| there.versions().cloned().collect()).unwrap_or_default();
                let mut current = version.clone();
                // Whoever gets the case has no business with the folders of whoever made it.
                current.origin = current.origin.without_secrets();
                // A version that was added earlier does not become the one that the bare name means. Times of this form sort as texts.
                if let Some(newest) = previous.first().filter(|newest| newest.retrieved > current.retrieved).cloned() {
                    previous[0] = std::mem::replace(&mut current, newest);
                }
                let checked = record.checked.clone();
                to.keep(&ListRecord { format: record::FORMAT, name: name.clone(), checked, current, previous }, Some(&bytes))?;
            }
        }
        Ok(copied)
    }

    fn bytes(&self, name: &str, version: &ListVersion) -> Result<Vec<u8>, StoreError> {
        let path = self.folder.join(name).join(&version.sha256);
        let bytes = fs::read(&path).map_err(file(&path))?;
        if Digest::of(&bytes).to_string() != version.sha256 {
            return Err(StoreError::Changed(path.display().to_string()));
        }
        Ok(bytes)
    }

    fn version(&self, name: &str, version: &ListVersion) -> Result<OutsideList, StoreError> {
        let bytes = self.bytes(name, version)?;
        let mut list = match self.compiled(name, version) {
            Some(list) => list,
            None => {
                let list = read(name, &bytes, &version.origin, Some(version.kind))?;
                self.warm(&list);
                list
            }
        };
        version.complete(list.info_mut());
        Ok(list)
    }

    /// The list as it was compiled before.
    fn compiled(&self, name: &str, version: &ListVersion) -> Option<OutsideList> {
        #[cfg(feature = "lists")]
        if version.kind == ListKind::Filter && self.keeps_compiled {
            let digest = version.digest()?;
            let list = crate::rules::FilterList::from_cache(name, digest, &cache::read(&self.folder, digest)?)?;
            return Some(OutsideList::Filter(list));
        }
        let _ = (name, version);
        None
    }

    /// Keeps a list as compiled.
    fn warm(&self, list: &OutsideList) {
        #[cfg(feature = "lists")]
        if let OutsideList::Filter(filter) = list
            && self.keeps_compiled
        {
            cache::write(&self.folder, filter.info.digest, &filter.to_cache());
        }
        let _ = list;
    }

    /// Writes the bytes first, then the record: a record never names bytes that are not there.
    fn keep(&self, record: &ListRecord, bytes: Option<&[u8]>) -> Result<(), StoreError> {
        let folder = self.folder.join(&record.name);
        fs::create_dir_all(&folder).map_err(file(&folder))?;
        if let Some(bytes) = bytes {
            let path = folder.join(&record.current.sha256);
            cache::write_whole(&path, bytes).map_err(file(&path))?;
        }
        let path = folder.join(RECORD_FILE);
        let mut text = serde_json::to_vec_pretty(record).map_err(|error| unreadable(&path, &error.to_string()))?;
        text.push(b'\n');
        cache::write_whole(&path, &text).map_err(file(&path))
    }

    /// The store for oneself until what is returned is dropped.
    fn hold(&self) -> Result<File, StoreError> {
        if !self.folder.is_dir() {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(&self.folder).map_err(file(&self.folder))?;
        }
        let path = self.folder.join(LOCK_FILE);
        let lock = File::options().create(true).truncate(false).write(true).open(&path).map_err(file(&path))?;
        lock.lock().map_err(file(&path))?;
        Ok(lock)
    }
}

/// Reads a list of the kind named, or else of the kind that its bytes show.
fn read(name: &str, bytes: &[u8], origin: &Origin, kind: Option<ListKind>) -> Result<OutsideList, StoreError> {
    let what = origin.again();
    let Some(kind) = kind.or_else(|| ListKind::of(bytes)) else {
        let kinds: Vec<&str> = ListKind::ALL.iter().map(|kind| kind.name()).collect();
        if bytes.starts_with(b"\x1f\x8b") {
            return Err(StoreError::Unreadable { what: what.to_owned(), why: "it is compressed (gzip); unpack it first".to_owned() });
        }
        let why = format!("the bytes do not show what kind of list this is; say it with --kind ({})", kinds.join(", "));
        return Err(StoreError::Unreadable { what: what.to_owned(), why });
    };
    OutsideList::read(name, bytes, kind).map_err(|error| StoreError::Unreadable { what: what.to_owned(), why: error.to_string() })
}

/// Whether a text can name a list: it names a folder, and `@` stands before a digest.
fn is_name(name: &str) -> bool {
    let fits = |sign: u8| sign.is_ascii_lowercase() || sign.is_ascii_digit() || b"-_.".contains(&sign);
    name.len() <= 64 && name.bytes().all(fits) && name.as_bytes().first().is_some_and(|sign| sign.is_ascii_alphanumeric())
}

fn file(path: &Path) -> impl Fn(io::Error) -> StoreError + '_ {
    move |cause| StoreError::File { file: path.display().to_string(), cause }
}

fn unreadable(path: &Path, why: &str) -> StoreError {
    StoreError::Unreadable { what: path.display().to_string(), why: why.to_owned() }
}

#[cfg(test)]
mod tests;
