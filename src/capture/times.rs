//! Outside times of a recording: records of kind `time` in the custody log, and the folder `times/` beside it for what was asked after the log had ended.
//! Each says over which record an authority was asked, and what it answered. It asks nobody, and does not judge a token.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::files::owner_only_folder;
use super::packed::PackedCapture;
use super::source::Source;
use super::{CUSTODY_FILE, CaptureError, Writer};
use crate::evidence::ChainReader;
use crate::model::Digest;

/// Folder of times that were asked for after the custody log had ended.
pub const TIMES_FOLDER: &str = "times";

/// What the name of such a file begins with in a sealed package, below [`super::OWN_FOLDER`].
pub const PACKED_TIMES: &str = "times.";

/// Bytes that a file of that folder has at most: a token of 64 KiB in base64, and what is said of it.
const LONGEST_FILE: u64 = 128 << 10;

/// Files that are looked at in that folder.
const MOST_FILES: usize = 1024;

/// One attempt to get an outside time, as it stands in the log or in a file of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeLine {
    /// `time`.
    pub kind: String,
    /// When the answer was there, or the attempt was given up, by this machine's clock: nanoseconds since 1970.
    pub at: i64,
    /// Number of the record of the custody log over which the authorities were asked; a member `record` is the place of a WARC record.
    #[serde(rename = "of_record")]
    pub record: u64,
    /// Digest of that record, which is the imprint of the token, hexadecimal.
    pub over: String,
    /// What an authority answered. Absent: none did.
    #[serde(flatten, skip_serializing_if = "Option::is_none", default)]
    pub stamp: Option<TimeStamp>,
    /// Authorities that were asked before and gave no time that holds.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub failed: Vec<FailedAuthority>,
}

/// An answer that held when it came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeStamp {
    /// Address of the authority.
    pub authority: String,
    /// The token of RFC 3161: DER in base64.
    pub token: String,
    /// The time that it gives, in nanoseconds since 1970.
    pub time: i64,
    /// Whether the authority is a qualified one, as configured at stamping: `yes`, `no` or `unknown`.
    pub qualified: String,
    /// Where that is taken from.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub qualified_source: Option<String>,
    /// The authority's time less this machine's at the middle between question and answer, in milliseconds. Authorities that give whole seconds make it
    /// look up to a second too small.
    pub clock_offset_ms: i64,
    /// From question to answer, in milliseconds: the offset is not known better than half of it.
    pub round_trip_ms: u64,
}

/// An authority without an answer that holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedAuthority {
    /// Its address.
    pub authority: String,
    /// Why.
    pub why: String,
}

impl Writer {
    /// Notes what came of asking for an outside time.
    pub fn time(&mut self, line: &TimeLine) {
        self.custody.append(line);
    }

    /// Number and digest of the last record of the log.
    #[must_use]
    pub fn custody_head(&self) -> (u64, Digest) {
        (self.custody.chain.records(), self.custody.chain.head())
    }
}

/// An attempt as it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundTime {
    /// The file, below the folder of the recording.
    pub file: String,
    /// Its own number in the log; `None`: it lies in a file of its own.
    pub own_record: Option<u64>,
    /// What it says; `Err`: it cannot be read, and why.
    pub line: Result<TimeLine, String>,
    /// Digest of the record that it names, as the log has it; `None`: the log has no such record.
    pub found: Option<Digest>,
}

/// All outside times of a recording.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// What messages call the log.
    pub log: String,
    /// Records of the log, as far as its chain holds.
    pub records: u64,
    /// Digest of the last of them.
    pub head: Option<Digest>,
    /// The attempts, first those in the log, in its order.
    pub found: Vec<FoundTime>,
}

impl Times {
    /// Reads the times of the recording in `folder`. What does not hold in the log is for [`super::verify`] to say; the log is taken as far as it holds.
    ///
    /// # Errors
    ///
    /// Something cannot be read.
    pub fn read(folder: &Path) -> Result<Self, CaptureError> {
        let source = Source::in_folder(folder)?;
        let mut times = Self::in_log(&source, CUSTODY_FILE)?;
        times.beside(folder)?;
        times.held_against(&source)?;
        Ok(times)
    }

    /// Reads the times of the recording in `package`; files are named by their paths in it.
    ///
    /// # Errors
    ///
    /// As [`Self::read`].
    pub fn in_package(package: &Arc<PackedCapture>) -> Result<Self, CaptureError> {
        let source = Source::Package(Arc::clone(package));
        let mut times = Self::in_log(&source, &PackedCapture::member(CUSTODY_FILE))?;
        let begins = PackedCapture::member(PACKED_TIMES);
        for (name, length) in package.in_order().filter(|(name, _)| name.starts_with(&begins)) {
            let line = time_of(length, || {
                let mut bytes = Vec::new();
                package.open_file(name)?.read_to_end(&mut bytes)?;
                Ok(bytes)
            });
            let line = line.map_err(CaptureError::read(package.path()))?;
            times.found.push(FoundTime { file: name.to_owned(), own_record: None, line, found: None });
        }
        times.held_against(&source)?;
        Ok(times)
    }

    /// Those in the custody log.
    fn in_log(source: &Source, file: &str) -> Result<Self, CaptureError> {
        let mut times = Self { log: file.to_owned(), ..Self::default() };
        walk(source, |record, digest, line| {
            (times.records, times.head) = (record, Some(digest));
            // Few lines are of this kind; the others need not be parsed.
            if memchr::memmem::find(line, b"\"kind\":\"time\"").is_some() {
                match serde_json::from_slice::<TimeLine>(line) {
                    Ok(line) if line.kind != "time" => {}
                    line => times.found.push(FoundTime {
                        file: file.to_owned(),
                        own_record: Some(record),
                        line: line.map_err(|error| error.to_string()),
                        found: None,
                    }),
                }
            }
        })?;
        Ok(times)
    }

    /// Looks for the records that they name.
    fn held_against(&mut self, source: &Source) -> Result<(), CaptureError> {
        let mut wanted: BTreeMap<u64, Option<Digest>> =
            self.found.iter().filter_map(|found| Some((found.line.as_ref().ok()?.record, None))).collect();
        if !wanted.is_empty() {
            walk(source, |record, digest, _| {
                if let Some(found) = wanted.get_mut(&record) {
                    *found = Some(digest);
                }
            })?;
        }
        for found in &mut self.found {
            found.found = found.line.as_ref().ok().and_then(|line| wanted.get(&line.record).copied().flatten());
        }
        Ok(())
    }

    /// The files beside the log.
    fn beside(&mut self, folder: &Path) -> Result<(), CaptureError> {
        let folder = folder.join(TIMES_FOLDER);
        if !folder.is_dir() {
            return Ok(());
        }
        let mut names: Vec<String> = Vec::new();
        for entry in fs::read_dir(&folder).map_err(CaptureError::read(&folder))? {
            names.push(entry.map_err(CaptureError::read(&folder))?.file_name().to_string_lossy().into_owned());
        }
        names.sort();
        let too_many = names.len() > MOST_FILES;
        names.truncate(MOST_FILES);
        for name in names {
            let path = folder.join(&name);
            let length = fs::metadata(&path).map_err(CaptureError::read(&path))?.len();
            let line = time_of(length, || fs::read(&path)).map_err(CaptureError::read(&path))?;
            self.found.push(FoundTime { file: format!("{TIMES_FOLDER}/{name}"), own_record: None, line, found: None });
        }
        if too_many {
            let line = Err(format!("holds more than {MOST_FILES} files; the others were not looked at"));
            self.found.push(FoundTime { file: TIMES_FOLDER.to_owned(), own_record: None, line, found: None });
        }
        Ok(())
    }

    /// Number and digest of the last record, if no token names it. A token over an earlier record would say less, so nothing else is ever wanting.
    #[must_use]
    pub fn wanting(&self) -> Option<(u64, Digest)> {
        let head = self.head?;
        let is_there = |found: &FoundTime| {
            matches!(&found.line, Ok(TimeLine { stamp: Some(_), record, .. }) if *record == self.records) && found.found == Some(head)
        };
        (!self.found.iter().any(is_there)).then_some((self.records, head))
    }
}

/// What a file of `length` bytes says, or why it is none.
fn time_of(length: u64, read: impl FnOnce() -> io::Result<Vec<u8>>) -> io::Result<Result<TimeLine, String>> {
    if length > LONGEST_FILE {
        return Ok(Err(format!("has {length} bytes, more than a time has")));
    }
    Ok(serde_json::from_slice(&read()?).map_err(|error| format!("is no time of a recording ({error})")))
}

/// Calls `each` with number, digest and text of every record of the log, up to the first that does not fit.
fn walk(source: &Source, mut each: impl FnMut(u64, Digest, &[u8])) -> Result<(), CaptureError> {
    let path = source.path(CUSTODY_FILE);
    let mut log = BufReader::with_capacity(1 << 17, source.reader(CUSTODY_FILE).map_err(CaptureError::read(&path))?);
    let mut chain = ChainReader::default();
    let mut line = Vec::new();
    loop {
        line.clear();
        if log.read_until(b'\n', &mut line).map_err(CaptureError::read(&path))? == 0 || chain.line(&line, b"").is_err() {
            return Ok(());
        }
        each(chain.chain().records(), chain.chain().head(), &line);
    }
}

/// Keeps a time that was asked for after the log of the recording in `folder` had ended, in a file that is there for good. Its path below the folder, and its SHA-256.
///
/// # Errors
///
/// There is one over that record already, or it cannot be written.
pub fn keep_time(folder: &Path, line: &TimeLine) -> Result<(PathBuf, Digest), CaptureError> {
    let below = PathBuf::from(TIMES_FOLDER).join(format!("record-{:06}.json", line.record));
    owner_only_folder(&folder.join(TIMES_FOLDER))?;
    let path = folder.join(&below);
    let mut bytes = serde_json::to_vec(line).map_err(|error| CaptureError::write(&path)(error.into()))?;
    bytes.push(b'\n');
    let mut file = File::options().write(true).create_new(true).mode(0o600).open(&path).map_err(CaptureError::write(&path))?;
    file.write_all(&bytes).and_then(|()| file.sync_all()).map_err(CaptureError::write(&path))?;
    Ok((below, Digest::of(&bytes)))
}
