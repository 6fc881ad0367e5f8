//! Takes the digests of entries again beside whoever checks the custody log, so that a record is read once for both.

use super::facts::EntryLine;
use super::reader::Reading;
use super::{Capture, CaptureError};
use crate::evidence::{CaseKey, EntryHasher};

/// Takes the digests of the entries again while somebody else goes through the custody log, so that a record is read for both while it is at hand.
pub(super) struct Following<'c> {
    capture: &'c Capture,
    reading: Reading,
    hasher: EntryHasher,
    damage: Option<CaptureError>,
}

impl<'c> Following<'c> {
    /// Before the first record. `case`: the key of the capture's case, if it belongs to one.
    pub(super) fn new(capture: &'c Capture, case: Option<&CaseKey>) -> Self {
        Self { capture, reading: Reading::with_messages(), hasher: EntryHasher::new(&capture.salts_key(case)), damage: None }
    }

    /// Takes the next record, which begins at byte `at` of the log. `entry`: what it says, if it is of an entry. Nothing is taken after one that does not hold.
    pub(super) fn line(&mut self, record: u64, at: u64, line: &[u8], entry: Option<&EntryLine>) {
        if self.damage.is_some() {
            return;
        }
        let taken = match entry {
            Some(entry) => self.reading.entry(self.capture, entry, &mut self.hasher).map(drop),
            None => self.reading.line(self.capture, line, &mut |_, _, _| Ok(())),
        };
        self.damage = taken.err().map(|problem| problem.of_record(self.capture, record, at));
    }

    /// # Errors
    ///
    /// As [`Capture::read`].
    pub(super) fn finish(self) -> Result<(), CaptureError> {
        self.damage.map_or(Ok(()), Err)
    }
}
