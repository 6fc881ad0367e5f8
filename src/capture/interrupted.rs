//! The files of a recording that was interrupted, in clear or encrypted: what is there of them, what is moved aside, and how they are ended. Nothing is
//! thrown away.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read, Seek as _, Write as _};
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use super::cipher::{EncryptedFile, FromBeginning, Wanted};
use super::encryption::{ENDING, EncryptedCapture};
use super::facts::{EntryLine, Place};
use super::files::owner_only_folder;
use super::warc;
use super::{ARCHIVE_FOLDER, CaptureError};
use crate::model::Digest;

/// Folder for bytes that no record lists.
const TORN_FOLDER: &str = "torn";

/// A recording that was interrupted. Whoever has it holds the lock of its log.
pub(super) enum Kept {
    /// In clear.
    Plain {
        /// Its folder.
        folder: PathBuf,
        /// Its custody log.
        log: File,
    },
    /// Encrypted. Only whole chunks count.
    Encrypted {
        /// The recording.
        capture: EncryptedCapture,
        /// Its custody log.
        log: Arc<EncryptedFile>,
    },
}

impl Kept {
    fn folder(&self) -> &Path {
        match self {
            Self::Plain { folder, .. } => folder,
            Self::Encrypted { capture, .. } => capture.folder(),
        }
    }

    /// The custody log from its beginning.
    pub(super) fn log(&self) -> Box<dyn Read + '_> {
        match self {
            Self::Plain { log, .. } => Box::new(log),
            Self::Encrypted { log, .. } => Box::new(FromBeginning { file: Arc::clone(log), at: 0 }),
        }
    }

    /// Length of a file of the archive; 0 where it is not there.
    pub(super) fn length_of(&self, name: &str) -> u64 {
        match self {
            Self::Plain { folder, .. } => fs::metadata(folder.join(ARCHIVE_FOLDER).join(name)).map_or(0, |meta| meta.len()),
            Self::Encrypted { capture, .. } => {
                capture.file(&format!("{ARCHIVE_FOLDER}/{name}"), Wanted::AsFarAsItCame).map_or(0, |file| file.length())
            }
        }
    }

    /// Takes what stands behind the first `whole` bytes of the log out of it. Answers how many bytes that were.
    pub(super) fn cut_log(&self, path: &Path, whole: u64) -> Result<u64, CaptureError> {
        match self {
            Self::Plain { folder, log } => {
                let beyond = log.metadata().map_err(CaptureError::read(path))?.len() - whole;
                if beyond > 0 {
                    move_aside(folder, path, log, whole)?;
                }
                Ok(beyond)
            }
            Self::Encrypted { capture, log } => cut(capture.folder(), path, log, whole),
        }
    }

    /// Writes the last records of the log behind its first `whole` bytes, and forces it to the disk.
    pub(super) fn end_log(&self, whole: u64, text: &[u8]) -> io::Result<()> {
        match self {
            Self::Plain { log, .. } => {
                let mut log = log;
                log.seek(io::SeekFrom::Start(whole))?;
                log.write_all(text)?;
                log.sync_data()
            }
            Self::Encrypted { log, .. } => {
                log.append(text, true)?;
                log.file().sync_data()
            }
        }
    }

    /// Moves aside what stands in the archive and is not listed. `listed`: the length that the log gives each file.
    pub(super) fn trim_archive(&self, listed: &BTreeMap<String, u64>) -> Result<u64, CaptureError> {
        let folder = self.folder();
        let archive = folder.join(ARCHIVE_FOLDER);
        let mut moved = 0;
        let mut paths: Vec<PathBuf> =
            fs::read_dir(&archive).map_err(CaptureError::read(&archive))?.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        for path in paths {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let name_in_log = match self {
                Self::Plain { .. } => Some(name.as_str()),
                Self::Encrypted { .. } => name.strip_suffix(ENDING),
            };
            let file = File::options().read(true).write(true).open(&path).map_err(CaptureError::write(&path))?;
            let length = file.metadata().map_err(CaptureError::read(&path))?.len();
            match (name_in_log.and_then(|name| listed.get(name)), self) {
                (Some(&listed), Self::Plain { .. }) if listed >= length => {}
                (Some(&listed), Self::Plain { .. }) => {
                    moved += length - listed;
                    move_aside(folder, &path, &file, listed)?;
                }
                (Some(&listed), Self::Encrypted { capture, .. }) => {
                    let name = format!("{ARCHIVE_FOLDER}/{}", name_in_log.unwrap_or_default());
                    let file = capture.file_of(file, &name, Wanted::AsFarAsItCame).map_err(CaptureError::read(&path))?;
                    moved += cut(folder, &path, &file, listed)?;
                    if !file.ended() {
                        file.append(&[], true).and_then(|()| file.file().sync_data()).map_err(CaptureError::write(&path))?;
                    }
                }
                (None, _) => {
                    moved += length;
                    move_aside(folder, &path, &file, 0)?;
                    fs::remove_file(&path).map_err(CaptureError::write(&path))?;
                }
            }
        }
        Ok(moved)
    }
}

/// Ends the content of an encrypted file at `length`. What is no whole chunk is moved aside; whole chunks stay where they are and are read no more. Answers
/// how many bytes were taken out of it.
fn cut(folder: &Path, path: &Path, file: &EncryptedFile, length: u64) -> Result<u64, CaptureError> {
    let (torn, from) = file.torn();
    if torn > 0 {
        move_aside(folder, path, file.file(), from)?;
        file.without_torn();
    }
    let beyond = file.length().saturating_sub(length);
    if beyond > 0 {
        file.cut(length).map_err(CaptureError::write(path))?;
    }
    Ok(torn + beyond)
}

/// Moves the bytes of a file from `from` on into the folder for torn bytes.
fn move_aside(folder: &Path, path: &Path, mut file: &File, from: u64) -> Result<(), CaptureError> {
    let torn = folder.join(TORN_FOLDER);
    owner_only_folder(&torn)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let target = torn.join(format!("{name}.from-{from}"));
    let mut copy =
        File::options().write(true).create(true).truncate(true).mode(0o600).open(&target).map_err(CaptureError::write(&target))?;
    file.seek(io::SeekFrom::Start(from)).map_err(CaptureError::read(path))?;
    io::copy(&mut file, &mut copy).and_then(|_| copy.sync_data()).map_err(CaptureError::write(&target))?;
    file.set_len(from).map_err(CaptureError::write(path))
}

/// Completes the records of an exchange whose body was under way.
pub(super) fn complete(kept: &Kept, line: EntryLine) -> Result<EntryLine, (PathBuf, io::Error)> {
    let answered = line.response.is_some();
    let uploading = line.request.as_ref().is_some_and(|place| place.length == 0);
    let mut line = line.interrupted(answered, uploading);
    for place in [&mut line.request, &mut line.response].into_iter().flatten().filter(|place| place.length == 0) {
        let name = format!("{ARCHIVE_FOLDER}/{}", place.file);
        let (path, completed) = match kept {
            Kept::Plain { folder, .. } => {
                let path = folder.join(&name);
                let completed = named(place).and_then(|()| complete_file(&path, place));
                (path, completed)
            }
            Kept::Encrypted { capture, .. } => {
                let completed = named(place).and_then(|()| complete_encrypted(capture, &name, place));
                (capture.path(&name), completed)
            }
        };
        *place = completed.map_err(|error| (path, error))?;
    }
    Ok(line)
}

fn named(place: &Place) -> io::Result<()> {
    if place.names_a_file() {
        Ok(())
    } else {
        Err(io::Error::new(io::ErrorKind::InvalidData, "the custody log names no file of the archive"))
    }
}

/// The heads at the beginning of a stream, how many of their bytes are not of the block, and the length of the block as they say it.
fn heads_of(mut bytes: Vec<u8>) -> io::Result<(Vec<u8>, usize, u64)> {
    let (warc_head, http_head, block) = {
        let parsed = warc::parse_head(&bytes).map_err(|what| io::Error::new(io::ErrorKind::InvalidData, what))?;
        (parsed.head, parsed.http_head, parsed.block)
    };
    bytes.truncate(warc_head + http_head);
    Ok((bytes, warc_head, block))
}

/// SHA-256 of everything that is left to read.
fn digest_of_rest(mut from: impl Read) -> io::Result<Digest> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 18];
    loop {
        match from.read(&mut buffer)? {
            0 => return Ok(Digest(hasher.finalize().into())),
            read => hasher.update(&buffer[..read]),
        }
    }
}

/// Longest heads that are looked for, in bytes.
const LONGEST_HEADS: u64 = 4 << 20;

fn complete_file(path: &Path, place: &Place) -> io::Result<Place> {
    let mut file = File::options().read(true).write(true).open(path)?;
    let length = file.metadata()?.len();
    let mut bytes = vec![0; usize::try_from(length.min(LONGEST_HEADS)).unwrap_or_default()];
    file.read_exact_at(&mut bytes, 0)?;
    let (mut heads, warc_head, block) = heads_of(bytes)?;
    if block == 0 {
        file.seek(io::SeekFrom::Start(heads.len() as u64))?;
        let payload = digest_of_rest(&file)?;
        warc::patch(&mut heads, length - warc_head as u64, payload);
        file.write_all_at(&heads, 0)?;
    } else {
        // The head was completed; the end mark may have been written in part.
        file.set_len(warc_head as u64 + block)?;
    }
    let length = file.seek(io::SeekFrom::End(0))?;
    file.write_all(warc::END)?;
    file.sync_data()?;
    Ok(Place { file: place.file.clone(), at: 0, length: length + warc::END.len() as u64, heads: Digest::of(&heads).to_string() })
}

fn complete_encrypted(capture: &EncryptedCapture, name: &str, place: &Place) -> io::Result<Place> {
    let file = capture.file(name, Wanted::AsFarAsItCame)?;
    let path = capture.path(name);
    cut(capture.folder(), &path, &file, file.length()).map_err(io::Error::other)?;
    let mut bytes = Vec::new();
    FromBeginning { file: Arc::clone(&file), at: 0 }.take(LONGEST_HEADS).read_to_end(&mut bytes)?;
    let (mut heads, warc_head, block) = heads_of(bytes)?;
    let length = if block == 0 {
        let payload = digest_of_rest(FromBeginning { file: Arc::clone(&file), at: heads.len() as u64 })?;
        let length = file.length();
        warc::patch(&mut heads, length - warc_head as u64, payload);
        file.complete(&heads, warc::END)?;
        length
    } else {
        // The head was completed; the end mark, a chunk of its own, may be missing.
        let length = warc_head as u64 + block;
        if !file.ended() {
            cut(capture.folder(), &path, &file, length).map_err(io::Error::other)?;
            file.append(warc::END, true)?;
        }
        length
    };
    file.file().sync_data()?;
    Ok(Place { file: place.file.clone(), at: 0, length: length + warc::END.len() as u64, heads: Digest::of(&heads).to_string() })
}
