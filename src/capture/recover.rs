//! Takes up a recording that was interrupted: what the custody log lists is whole, what it does not list is moved aside, never thrown away.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, TryLockError};
use std::io::{self, BufRead as _, BufReader};
use std::path::Path;

use super::cipher::Wanted;
use super::encryption::{EncryptedCapture, log_path};
use super::facts::{EntryLine, Place};
use super::files::{append_salted, drawn_salts};
use super::interrupted::{Kept, complete};
use super::lines::{EndLine, PlacesLine, RecoverLine};
use super::links::ConnectionLine;
use super::messages::MessageLine;
use super::{CUSTODY_FILE, CaptureError};
use crate::evidence::{Chain, ChainReader};
use crate::model::Timestamp;

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
    let path = log_path(folder);
    // Before the lock is taken: whether it can be opened is told with whether somebody writes it.
    let encrypted = EncryptedCapture::open(folder);
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
    let kept = match encrypted? {
        None => Kept::Plain { folder: folder.to_owned(), log: file },
        Some(capture) => {
            let log = capture.file_of(file, CUSTODY_FILE, Wanted::AsFarAsItCame).map_err(CaptureError::read(&path))?;
            Kept::Encrypted { capture, log }
        }
    };
    let state = State::read(&path, &kept)?;
    if state.ended {
        return Ok(None);
    }
    state.repair(&path, &kept, at).map(Some)
}

/// Whether the recording in `folder` is being written at this moment. Changes nothing.
#[must_use]
pub fn is_being_recorded(folder: &Path) -> bool {
    let Ok(file) = File::open(log_path(folder)) else { return false };
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
    fn read(path: &Path, kept: &Kept) -> Result<Self, CaptureError> {
        let mut log = BufReader::with_capacity(1 << 17, kept.log());
        let mut chain = ChainReader::default();
        let mut state = Self::default();
        let mut archive = Archive { kept, lengths: BTreeMap::new() };
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

    fn repair(mut self, path: &Path, kept: &Kept, at: Timestamp) -> Result<Recovered, CaptureError> {
        let mut found = Recovered { entries: self.entries, ..Recovered::default() };
        let log_bytes = kept.cut_log(path, self.whole)?;
        // Streams first: their files grow to what their records will say.
        let mut lines = Vec::new();
        let mut lost_streams = 0;
        for (number, mut line) in std::mem::take(&mut self.open) {
            line.message_records = self.messages.remove(&number).unwrap_or_default();
            let names: Vec<String> = [&line.request, &line.response].into_iter().flatten().map(|place| place.file.clone()).collect();
            let line = match complete(kept, line) {
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
        let archive_bytes = kept.trim_archive(&self.files)?;
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
        kept.end_log(self.whole, &text).map_err(CaptureError::write(path))?;
        Ok(found)
    }
}

/// The files of the archive as they lie on the disk.
struct Archive<'k> {
    kept: &'k Kept,
    lengths: BTreeMap<String, u64>,
}

impl Archive<'_> {
    /// Whether everything that a record of the log names is there in its full length.
    fn holds(&mut self, line: &[u8]) -> bool {
        let Ok(line) = serde_json::from_slice::<PlacesLine<'_>>(line) else { return true };
        // A stream under way has no length yet.
        line.places().filter(|place| place.length > 0).all(|place| {
            let kept = self.kept;
            let length = *self.lengths.entry(place.file.clone()).or_insert_with(|| kept.length_of(&place.file));
            place.end().is_some_and(|end| end <= length)
        })
    }
}
