//! Removing a recording from the disk when the time for which it was to be kept is over. The ledger says so first and keeps what it knows of the recording:
//! number, times, head of custody. It never touches the ledger, the key of the case or a package that was sealed.

use std::fs;
use std::io;
use std::path::Path;

use super::case::{Case, CaseError};
use super::closing::destroy;
use super::{KeyFate, LedgerLine};
use crate::model::Timestamp;
use crate::plan::Day;

/// Longest reason, in bytes.
const LONGEST: usize = 2_000;

/// Why a recording is not removed.
#[derive(Debug, thiserror::Error)]
pub enum PurgeError {
    /// Something about the case.
    #[error(transparent)]
    Case(#[from] CaseError),
    /// The description of the case says something that is no day, or no reason.
    #[error("{file}: [retention] {what}")]
    Retention {
        /// Path of the description.
        file: String,
        /// What is wrong, and what to write.
        what: String,
    },
    /// A text that says nothing, or not in one line.
    #[error("{0}")]
    Text(&'static str),
}

/// What was removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Removed {
    /// Files, each overwritten with zeros and then removed.
    pub files: u64,
    /// Their length in bytes.
    pub bytes: u64,
    /// Links to somewhere else, of which only the link was removed.
    pub links: u64,
}

impl Case {
    /// The last day on which a recording that began at `begun` is to be kept: that of the case's `[retention]`, or the one that the plan's
    /// `retention-days` come to, whichever is earlier. `None`: neither says one.
    ///
    /// # Errors
    ///
    /// `[retention]` says something that is no day, or gives no reason, or the plan has a mistake.
    pub fn kept_until(&self, begun: Option<Timestamp>) -> Result<Option<Day>, PurgeError> {
        let by_case = self.retention()?;
        let by_plan = self.plan()?.retention_days.zip(begun).map(|(days, begun)| Day::of(begun).plus_days(days));
        Ok(by_case.into_iter().chain(by_plan).min())
    }

    /// The last day of the case's `[retention]`, checked.
    ///
    /// # Errors
    ///
    /// It is no day, or who has access or why is not said.
    pub fn retention(&self) -> Result<Option<Day>, PurgeError> {
        let Some(retention) = &self.file.retention else { return Ok(None) };
        let wrong = |what: &str| {
            let file = self.folder().join(super::CASE_FILE).display().to_string();
            Err(PurgeError::Retention { file, what: what.to_owned() })
        };
        if retention.why.trim().is_empty() {
            return wrong("says no reason; write one: why = \"…\"");
        }
        if retention.access.iter().all(|who| who.trim().is_empty()) {
            return wrong("does not say who may look at the recordings; write names or functions: access = [\"…\"]");
        }
        match Day::parse(retention.until.trim()) {
            Some(day) => Ok(Some(day)),
            None => wrong(&format!("until = {:?} is no day; write it as \"2027-03-31\"", retention.until)),
        }
    }

    /// Notes in the ledger that the recording of `line`, which is a record of kind `purged`, is removed, and removes its folder: the key of an encrypted one
    /// first, so that the rest cannot be read any more, whatever becomes of it. What is noted already is not noted again. `folder`: where it lies;
    /// `key_file`: its key, if it is encrypted.
    ///
    /// # Errors
    ///
    /// The ledger or a file cannot be written. What failed can be tried again.
    pub fn purge(&self, line: &LedgerLine, folder: &Path, key_file: Option<&Path>) -> Result<Removed, PurgeError> {
        let LedgerLine::Purged { number, why, .. } = line else {
            return Err(PurgeError::Text("the record is not of kind purged"));
        };
        match why.trim() {
            "" => return Err(PurgeError::Text("the reason is empty; write why in words that another reader understands")),
            why if why.len() > LONGEST => return Err(PurgeError::Text("the reason is longer than 2,000 bytes; shorten it")),
            why if why.chars().any(char::is_control) => {
                return Err(PurgeError::Text("the reason has several lines or other control characters; write one line"));
            }
            _ => {}
        }
        let mut ledger = self.ledger()?;
        let noted = ledger.lines().iter().any(|known| matches!(known, LedgerLine::Purged { number: purged, .. } if purged == number));
        if !noted {
            // First: what the ledger notes and the disk still holds can be removed once more; what is gone and not noted is lost.
            ledger.append(line)?;
        }
        let mut removed = Removed::default();
        if let Some(key) = key_file {
            removed.file(key).map_err(CaseError::file(key))?;
        }
        removed.below(folder).map_err(CaseError::file(folder))?;
        Ok(removed)
    }
}

impl Removed {
    fn file(&mut self, path: &Path) -> io::Result<()> {
        let bytes = fs::symlink_metadata(path).map_or(0, |meta| meta.len());
        match destroy(path)? {
            KeyFate::Destroyed => {
                self.files += 1;
                self.bytes += bytes;
            }
            KeyFate::LinkRemoved => self.links += 1,
            KeyFate::NoneThere => {}
        }
        Ok(())
    }

    fn below(&mut self, folder: &Path) -> io::Result<()> {
        // A link to a folder is removed, and what it leads to stays.
        if !fs::symlink_metadata(folder)?.is_dir() {
            return self.file(folder);
        }
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() { self.below(&entry.path())? } else { self.file(&entry.path())? }
        }
        fs::remove_dir(folder)
    }
}
