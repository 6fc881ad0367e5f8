//! The ledger of a case: a chained log of every recording, begun or finished, so that none can vanish unnoticed. It has no end.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::case::CaseError;
use super::closing::KeyFate;
use crate::evidence::{Chain, ChainReader};
use crate::model::{Decision, Digest};

/// A record of the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum LedgerLine {
    /// The case was made.
    Case {
        /// Its identifier.
        id: String,
        /// When, RFC 3339 UTC.
        at: String,
        /// Its title.
        title: String,
    },
    /// A recording is about to begin; nothing was requested yet.
    Begun {
        /// Its number, from 1.
        number: u64,
        /// When.
        at: String,
        /// Its folder, below that of the case where it lies there.
        folder: String,
        /// Which recording of the plan it is to be, if it is made by one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        planned: Option<Planned>,
        /// Of a recording made elsewhere that is taken into the case: what it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        imported: Option<ImportedFile>,
    },
    /// A recording ended.
    Ended {
        /// Its number.
        number: u64,
        /// When.
        at: String,
        /// Exchanges in it.
        entries: u64,
        /// Digest of the last record of its custody log.
        custody_head: String,
        /// Whether it had been interrupted.
        interrupted: bool,
        /// How the steps of its scenario came out: `complete`, `stopped at …`, or the name of a wall. Absent: it had no steps.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        outcome: Option<String>,
    },
    /// A recording is not used. It stays where it is.
    Discarded {
        /// Its number.
        number: u64,
        /// When that was decided.
        at: String,
        /// Who decided it.
        by: String,
        /// Why, in their words.
        reason: String,
    },
    /// Something was put beside the recordings of the case: a text of the vendor, the answer to a request for access, a control that was not intercepted.
    Kept {
        /// Its identifier in the case.
        id: String,
        /// When.
        at: String,
        /// What it is.
        what: KeptKind,
        /// Its file, below the folder of the case.
        file: String,
        /// SHA-256 of that file.
        sha256: String,
        /// What the auditor says of it: title, address, date of the text, and the like, by name.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        about: BTreeMap<String, String>,
    },
    /// A value was planted: it was encrypted and is kept in the case. Neither the value nor a digest of it stands here.
    SeedAdded {
        /// Its name in the case.
        id: String,
        /// When.
        at: String,
        /// What it is: `email`, `phone`, …
        what: String,
        /// What the auditor calls it.
        label: String,
        /// SHA-256 of its encrypted file, so that another file in its place is noticed.
        file_sha256: String,
    },
    /// An outside time was got for the last record of a recording's custody log, and is kept beside it.
    Stamped {
        /// Number of the recording.
        number: u64,
        /// When this was noted.
        at: String,
        /// Its file, below the folder of the recording.
        file: String,
        /// SHA-256 of that file.
        sha256: String,
        /// Digest of the record.
        over: String,
        /// The time that the authority gives.
        time: String,
        /// Address of the authority.
        authority: String,
    },
    /// A recording was sealed: a package was made of it that is never written again.
    Sealed {
        /// Number of the recording.
        number: u64,
        /// When, as the package declares it.
        at: String,
        /// Name of the package's file.
        file: String,
        /// SHA-256 of the package.
        sha256: String,
        /// SHA-256 of the statement in it.
        seal_sha256: String,
        /// Digest of the last record of the recording's custody log.
        custody_head: String,
        /// Public key of whoever signed, hexadecimal. Absent: nobody did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        signer: Option<String>,
    },
    /// A masked copy of a sealed package was made for others.
    Shared {
        /// Number of the recording.
        number: u64,
        /// When.
        at: String,
        /// For whom: `court`, `vendor` or `publication`.
        profile: String,
        /// Name of the copy's file.
        file: String,
        /// SHA-256 of the copy.
        sha256: String,
        /// SHA-256 of the statement under which the original was sealed.
        seal_sha256: String,
        /// Entries whose answers were released in it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        released: Vec<u64>,
        /// Exhibits that were released in it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        released_exhibits: Vec<u64>,
    },
    /// A single mask was opened for somebody.
    Opened {
        /// Number of the recording.
        number: u64,
        /// When.
        at: String,
        /// Number of the entry.
        entry: u64,
        /// Number of the part.
        part: u64,
        /// SHA-256 of the file that opens it.
        sha256: String,
        /// For whom, in the operator's words.
        reason: String,
    },
    /// A recording was removed from the disk, because the time for which it was to be kept is over, or earlier for a stated reason. The record is made
    /// before anything is removed.
    Purged {
        /// Its number.
        number: u64,
        /// When.
        at: String,
        /// Who decided it.
        by: String,
        /// Until when it was to be kept, `YYYY-MM-DD`; absent where nothing was said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<String>,
        /// Why, in words.
        why: String,
        /// Digest of the last record of its custody log, as the ledger noted it at its end; empty where it noted none.
        custody_head: String,
        /// Whether it was encrypted.
        encrypted: bool,
    },
    /// The case was closed: nothing more is recorded in it.
    Closed {
        /// When.
        at: String,
        /// SHA-256 of the certificate of its authority, if there was one.
        authority: Option<String>,
        /// What became of that authority's key.
        key: KeyFate,
    },
}

/// Which recording of a case's plan it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Planned {
    /// Name of the scenario.
    pub scenario: String,
    /// Which repetition, from 1.
    pub repetition: u32,
}

/// A recording that was made by another program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportedFile {
    /// Name of the file in the recording's folder.
    pub file: String,
    /// Its format, as `interop` names it.
    pub format: String,
    /// Its SHA-256.
    pub sha256: String,
    /// Who made it and how, as whoever took it in says.
    pub said: String,
}

/// What is kept beside the recordings of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeptKind {
    /// A text of the vendor (cookie policy, terms), as it was on the day.
    VendorText,
    /// The vendor's answer to a request for access (art. 15 GDPR), or a download of one's own information. Never shared.
    AccessAnswer,
    /// A recording of a scenario that no proxy intercepted: a HAR of a browser's own tools, or a NetLog.
    Control,
    /// Rules for consent screens that others made, which steps may name (`autoconsent`).
    ConsentRules,
}

/// A ledger as it lies there, read without waiting for anybody and without changing anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerRead {
    /// Its records, in order.
    pub lines: Vec<LedgerLine>,
    /// Digest of each.
    pub digests: Vec<Digest>,
    /// Digest of the last record.
    pub head: Digest,
    /// Bytes at its end that are a part of a record, as a power cut leaves them.
    pub torn: u64,
}

/// The records in the bytes of a ledger.
struct Records {
    chain: Chain,
    lines: Vec<LedgerLine>,
    digests: Vec<Digest>,
    /// Bytes that are whole records.
    whole: u64,
}

impl Records {
    fn of(path: &Path, text: &[u8]) -> Result<Self, CaseError> {
        let mut chain = ChainReader::default();
        let (mut lines, mut digests) = (Vec::new(), Vec::new());
        for line in text.split_inclusive(|&byte| byte == b'\n').filter(|line| line.ends_with(b"\n")) {
            let changed = |record, offset, what: String| CaseError::Ledger { file: path.display().to_string(), record, offset, what };
            let offset = chain.offset();
            chain.line(line, b"").map_err(|problem| changed(problem.record, problem.offset, problem.what.to_owned()))?;
            let read = serde_json::from_slice(line).map_err(|error| changed(chain.chain().records(), offset, error.to_string()))?;
            lines.push(read);
            digests.push(chain.chain().head());
        }
        Ok(Self { lines, digests, whole: chain.offset(), chain: chain.chain().clone() })
    }
}

impl LedgerRead {
    /// Reads the ledger at `path`.
    ///
    /// # Errors
    ///
    /// It is not there, cannot be read, or was changed.
    pub fn of(path: &Path) -> Result<Self, CaseError> {
        let text = std::fs::read(path).map_err(CaseError::file(path))?;
        let Records { chain, lines, digests, whole } = Records::of(path, &text)?;
        Ok(Self { lines, digests, head: chain.head(), torn: text.len() as u64 - whole })
    }

    /// Which recordings are not used, by number, with the record that says so. The first decision about a recording stands.
    #[must_use]
    pub fn decisions(&self) -> BTreeMap<u64, Decision> {
        let mut decisions = BTreeMap::new();
        for ((line, digest), record) in self.lines.iter().zip(&self.digests).zip(1..) {
            if let LedgerLine::Discarded { number, at, by, reason } = line {
                let (by, at, reason) = (by.clone(), at.clone(), reason.clone());
                let decision = Decision { by, at, reason, ledger_record: record, ledger_digest: digest.to_string() };
                decisions.entry(*number).or_insert(decision);
            }
        }
        decisions
    }
}

/// The ledger of a case, opened for appending. Only one program at a time has it.
#[derive(Debug)]
pub struct Ledger {
    file: File,
    path: PathBuf,
    chain: Chain,
    lines: Vec<LedgerLine>,
}

impl Ledger {
    /// Opens the ledger, checks all its records, and waits until nobody else has it.
    ///
    /// # Errors
    ///
    /// It cannot be read or was changed.
    pub fn open(path: &Path) -> Result<Self, CaseError> {
        let mut file =
            File::options().read(true).write(true).create(true).truncate(false).mode(0o600).open(path).map_err(CaseError::file(path))?;
        file.lock().map_err(CaseError::file(path))?;
        let mut text = Vec::new();
        file.read_to_end(&mut text).map_err(CaseError::file(path))?;
        let read = Records::of(path, &text)?;
        if read.whole < text.len() as u64 {
            // A record is one write; a part of one is left by a power cut and says nothing.
            file.set_len(read.whole).map_err(CaseError::file(path))?;
        }
        Ok(Self { file, path: path.to_owned(), chain: read.chain, lines: read.lines })
    }

    /// Its records, in order.
    #[must_use]
    pub fn lines(&self) -> &[LedgerLine] {
        &self.lines
    }

    /// The number for the next recording.
    #[must_use]
    pub fn next_number(&self) -> u64 {
        let begun = self.lines.iter().filter_map(|line| match line {
            LedgerLine::Begun { number, .. } => Some(*number),
            _ => None,
        });
        begun.max().unwrap_or_default() + 1
    }

    /// Whether the case is still open.
    ///
    /// # Errors
    ///
    /// It was closed.
    pub fn check_open(&self) -> Result<(), CaseError> {
        let closed = self.lines.iter().find_map(|line| match line {
            LedgerLine::Closed { at, .. } => Some(at.clone()),
            _ => None,
        });
        closed.map_or(Ok(()), |at| Err(CaseError::Closed { file: self.path.display().to_string(), at }))
    }

    /// Appends a record and forces it to the disk.
    ///
    /// # Errors
    ///
    /// It cannot be written, or it begins a recording in a case that was closed.
    pub fn append(&mut self, line: &LedgerLine) -> Result<(), CaseError> {
        if matches!(line, LedgerLine::Begun { .. }) {
            self.check_open()?;
        }
        let failed = |cause: std::io::Error| CaseError::File { file: self.path.display().to_string(), cause };
        let object = serde_json::to_vec(line).map_err(|error| failed(error.into()))?;
        let mut chain = self.chain.clone();
        let mut text = Vec::new();
        chain.append(&object, &mut text);
        let mut file = &self.file;
        file.seek(SeekFrom::End(0)).and_then(|_| file.write_all(&text)).and_then(|()| file.sync_data()).map_err(failed)?;
        self.chain = chain;
        self.lines.push(line.clone());
        Ok(())
    }
}
