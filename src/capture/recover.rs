//! Takes up a recording that was interrupted: what the custody log lists is whole, what it does not list is moved aside, never thrown away.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, TryLockError};
use std::io::{self, BufRead as _, BufReader, Read as _, Seek as _, Write as _};
use std::os::unix::fs::{FileExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::facts::{EntryLine, Place};
use super::files::{append_salted, drawn_salts, owner_only_folder};
use super::lines::{EndLine, PlacesLine, RecoverLine};
use super::links::ConnectionLine;
use super::messages::MessageLine;
use super::warc;
use super::{ARCHIVE_FOLDER, CUSTODY_FILE, CaptureError};
use crate::evidence::{Chain, ChainReader};
use crate::model::{Digest, Timestamp};

/// Folder for bytes that no record lists.
const TORN_FOLDER: &str = "torn";

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recovered {
    /// Whole exchanges in the capture.
    pub entries: u64,
    /// Bodies that were under way and are kept as far as they came, by number of their exchange.
    pub streams: Vec<u64>,
    /// Exchanges that had certainly begun and of which no record was kept.
    pub lost: u64,
    /// Bytes moved to the folder `torn`.
    pub moved: u64,
}

/// Takes up the recording in `folder` if it was interrupted. `at`: now.
///
/// # Errors
///
/// It is being recorded right now, or was damaged otherwise than by an interruption, or cannot be written.
pub fn recover(folder: &Path, at: Timestamp) -> Result<Option<Recovered>, CaptureError> {
    let path = folder.join(CUSTODY_FILE);
    let file = match File::options().read(true).write(true).open(&path) {
        Ok(file) => file,
        // A sealed or borrowed copy need not be writable; an interrupted one that is not is reported by whoever reads it.
        Err(error) if matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem) => return Ok(None),
        Err(error) => return Err(CaptureError::read(&path)(error)),
    };
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let what = "is being recorded right now; end that recording first (Ctrl-C)";
            return Err(CaptureError::Occupied { folder: folder.display().to_string(), what });
        }
        Err(TryLockError::Error(error)) => return Err(CaptureError::read(&path)(error)),
    }
    let state = State::read(&path, &file)?;
    if state.ended {
        return Ok(None);
    }
    state.repair(folder, &path, &file, at).map(Some)
}

/// Whether the recording in `folder` is being written at this moment. Changes nothing.
#[must_use]
pub fn is_being_recorded(folder: &Path) -> bool {
    let Ok(file) = File::open(folder.join(CUSTODY_FILE)) else { return false };
    // The writer holds the lock as long as it lives; this one is let go with the file.
    matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
}

/// What the custody log says as far as it is whole.
#[derive(Default)]
struct State {
    chain: Chain,
    ended: bool,
    /// Bytes of the log that are whole.
    whole: u64,
    /// Listed length of every file.
    files: BTreeMap<String, u64>,
    /// Streams without an end, by number.
    open: BTreeMap<u64, EntryLine>,
    /// Messages of exchanges without an end, by number.
    messages: BTreeMap<u64, u64>,
    entries: u64,
    numbers: Vec<u64>,
    connections: BTreeSet<String>,
    tunnels: u64,
    exhibits: u64,
}

impl State {
    fn read(path: &Path, file: &File) -> Result<Self, CaptureError> {
        let mut log = BufReader::with_capacity(1 << 17, file);
        let mut chain = ChainReader::default();
        let mut state = Self::default();
        let mut archive = Archive { folder: path.with_file_name(ARCHIVE_FOLDER), lengths: BTreeMap::new() };
        let mut line = Vec::new();
        loop {
            line.clear();
            if log.read_until(b'\n', &mut line).map_err(CaptureError::read(path))? == 0 {
                break;
            }
            let before = chain.clone();
            if let Err(problem) = chain.line(&line, b"") {
                // An interruption leaves the beginning of a record and nothing after it (after a power cut also empty blocks).
                let torn = !line.ends_with(b"\n") || line.iter().all(|&byte| byte == 0);
                if torn {
                    break;
                }
                return Err(CaptureError::Damaged {
                    file: path.display().to_string(),
                    place: format!("record {}, byte {}", problem.record, problem.offset),
                    what: problem.what.to_owned(),
                });
            }
            // After a power cut the log may name what never reached the disk: it is whole only up to there.
            if !archive.holds(&line) {
                chain = before;
                break;
            }
            state.see(&line).map_err(|error| CaptureError::Damaged {
                file: path.display().to_string(),
                place: format!("record {}", chain.chain().records()),
                what: error.to_string(),
            })?;
        }
        if chain.chain().records() == 0 {
            return Err(CaptureError::Damaged {
                file: path.display().to_string(),
                place: "record 1, byte 0".to_owned(),
                what: "the log holds no whole record, so nothing is known of this recording".to_owned(),
            });
        }
        state.ended = chain.ended();
        state.whole = chain.offset();
        state.chain = chain.chain().clone();
        Ok(state)
    }

    fn see(&mut self, line: &[u8]) -> serde_json::Result<()> {
        let any: PlacesLine<'_> = serde_json::from_slice(line)?;
        any.places().for_each(|place| self.extend(place));
        match &*any.kind {
            "entry" => {
                let entry: EntryLine = serde_json::from_slice(line)?;
                self.open.remove(&entry.entry);
                self.messages.remove(&entry.entry);
                self.entries += 1;
                self.numbers.push(entry.entry);
            }
            "stream" => {
                let entry: EntryLine = serde_json::from_slice(line)?;
                self.open.insert(entry.entry, entry);
            }
            "message" => {
                let message: MessageLine = serde_json::from_slice(line)?;
                *self.messages.entry(message.entry).or_default() = message.index + 1;
            }
            "connection" => {
                self.connections.insert(serde_json::from_slice::<ConnectionLine>(line)?.connection);
            }
            "tunnel" => self.tunnels += 1,
            "exhibit" => self.exhibits += 1,
            _ => {}
        }
        Ok(())
    }

    fn extend(&mut self, place: &Place) {
        let length = self.files.entry(place.file.clone()).or_default();
        *length = (*length).max(place.end().unwrap_or(u64::MAX));
    }

    fn repair(mut self, folder: &Path, path: &Path, log: &File, at: Timestamp) -> Result<Recovered, CaptureError> {
        let mut found = Recovered { entries: self.entries, ..Recovered::default() };
        let written = log.metadata().map_err(CaptureError::read(path))?.len();
        let log_bytes = written - self.whole;
        if log_bytes > 0 {
            move_aside(folder, path, log, self.whole)?;
        }
        // Streams first: their files grow to what their records will say.
        let mut lines = Vec::new();
        let mut lost_streams = 0;
        for (number, mut line) in std::mem::take(&mut self.open) {
            line.message_records = self.messages.remove(&number).unwrap_or_default();
            let names: Vec<String> = [&line.request, &line.response].into_iter().flatten().map(|place| place.file.clone()).collect();
            let line = match complete(folder, line) {
                Ok(line) => line,
                // A body whose head did not reach the disk is nothing that could be completed; its file is moved aside.
                Err((path, error)) if matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::NotFound) => {
                    tracing::warn!(file = %path.display(), %error, "a body that was under way cannot be completed");
                    names.iter().filter(|name| name.starts_with("stream-")).for_each(|name| {
                        self.files.remove(name);
                    });
                    lost_streams += 1;
                    continue;
                }
                // What may succeed another time (a full disk, say) must not cost anything that was kept.
                Err((path, error)) => return Err(CaptureError::write(&path)(error)),
            };
            [&line.request, &line.response].into_iter().flatten().for_each(|place| self.extend(place));
            lines.push(line);
            found.streams.push(number);
            found.entries += 1;
            self.numbers.push(number);
        }
        let archive_bytes = self.trim_archive(folder)?;
        found.moved = log_bytes + archive_bytes;
        self.numbers.sort_unstable();
        self.numbers.dedup();
        found.lost = self.numbers.last().copied().unwrap_or_default().saturating_sub(self.numbers.len() as u64).max(lost_streams);
        let (mut text, mut object, mut salts) = (Vec::new(), Vec::new(), drawn_salts(path)?);
        for line in &lines {
            append_salted(&mut self.chain, &mut salts, line, &mut object, &mut text);
        }
        append_salted(
            &mut self.chain,
            &mut salts,
            &RecoverLine {
                kind: "recover".to_owned(),
                at: at.as_nanoseconds(),
                log_bytes,
                archive_bytes,
                streams: found.streams.clone(),
                lost: found.lost,
            },
            &mut object,
            &mut text,
        );
        let end = EndLine {
            kind: "end".to_owned(),
            at: at.as_nanoseconds(),
            entries: found.entries,
            connections: self.connections.len() as u64,
            tunnels: self.tunnels,
            exhibits: self.exhibits,
            interrupted: true,
        };
        append_salted(&mut self.chain, &mut salts, &end, &mut object, &mut text);
        let mut log = log;
        log.seek(io::SeekFrom::Start(self.whole)).map_err(CaptureError::write(path))?;
        log.write_all(&text).and_then(|()| log.sync_data()).map_err(CaptureError::write(path))?;
        Ok(found)
    }

    /// Moves aside what stands in the archive and is not listed.
    fn trim_archive(&self, folder: &Path) -> Result<u64, CaptureError> {
        let archive = folder.join(ARCHIVE_FOLDER);
        let mut moved = 0;
        let mut paths: Vec<PathBuf> =
            fs::read_dir(&archive).map_err(CaptureError::read(&archive))?.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        for path in paths {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let file = File::options().read(true).write(true).open(&path).map_err(CaptureError::write(&path))?;
            let length = file.metadata().map_err(CaptureError::read(&path))?.len();
            match self.files.get(&name) {
                Some(&listed) if listed >= length => {}
                Some(&listed) => {
                    moved += length - listed;
                    move_aside(folder, &path, &file, listed)?;
                }
                None => {
                    moved += length;
                    move_aside(folder, &path, &file, 0)?;
                    fs::remove_file(&path).map_err(CaptureError::write(&path))?;
                }
            }
        }
        Ok(moved)
    }
}

/// The files of the archive as they lie on the disk.
struct Archive {
    folder: PathBuf,
    lengths: BTreeMap<String, u64>,
}

impl Archive {
    /// Whether everything that a record of the log names is there in its full length.
    fn holds(&mut self, line: &[u8]) -> bool {
        let Ok(line) = serde_json::from_slice::<PlacesLine<'_>>(line) else { return true };
        // A stream under way has no length yet.
        line.places().filter(|place| place.length > 0).all(|place| {
            let folder = &self.folder;
            let length = *self
                .lengths
                .entry(place.file.clone())
                .or_insert_with(|| fs::metadata(folder.join(&place.file)).map_or(0, |meta| meta.len()));
            place.end().is_some_and(|end| end <= length)
        })
    }
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
fn complete(folder: &Path, line: EntryLine) -> Result<EntryLine, (PathBuf, io::Error)> {
    let answered = line.response.is_some();
    let uploading = line.request.as_ref().is_some_and(|place| place.length == 0);
    let mut line = line.interrupted(answered, uploading);
    for place in [&mut line.request, &mut line.response].into_iter().flatten().filter(|place| place.length == 0) {
        let path = folder.join(ARCHIVE_FOLDER).join(&place.file);
        *place = complete_file(&path, place).map_err(|error| (path, error))?;
    }
    Ok(line)
}

fn complete_file(path: &Path, place: &Place) -> io::Result<Place> {
    if !place.names_a_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "the custody log names no file of the archive"));
    }
    let mut file = File::options().read(true).write(true).open(path)?;
    let length = file.metadata()?.len();
    let mut heads = vec![0; usize::try_from(length.min(4 << 20)).unwrap_or_default()];
    file.read_exact_at(&mut heads, 0)?;
    let (warc_head, http_head, block) = {
        let parsed = warc::parse_head(&heads).map_err(|what| io::Error::new(io::ErrorKind::InvalidData, what))?;
        (parsed.head, parsed.http_head, parsed.block)
    };
    heads.truncate(warc_head + http_head);
    if block == 0 {
        file.seek(io::SeekFrom::Start(heads.len() as u64))?;
        let mut hasher = Sha256::new();
        let mut buffer = vec![0; 1 << 18];
        loop {
            match file.read(&mut buffer)? {
                0 => break,
                read => hasher.update(&buffer[..read]),
            }
        }
        warc::patch(&mut heads, length - warc_head as u64, Digest(hasher.finalize().into()));
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
