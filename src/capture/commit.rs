//! When what was gathered goes to the operating system: first the messages, then the log that names them, so that the log never names what is
//! not there. It forces nothing to the disk but at the end; whoever does that meanwhile is told which files have changed.

use std::fs::File;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use super::files::{Dirty, Segment, sync_folder};
use super::lines::EndLine;
use super::space::Room;
use super::stream::Stream;
use super::writer::EndCounts;
use super::{ARCHIVE_FOLDER, CaptureError, Writer};
use crate::model::Timestamp;

/// A segment is followed by the next one beyond this length in bytes.
const SEGMENT: u64 = 1 << 30;

impl Writer {
    /// Files written since they were last forced to the disk. Shared with whoever does that.
    #[must_use]
    pub fn dirty(&self) -> Arc<Mutex<Vec<Dirty>>> {
        Arc::clone(&self.dirty)
    }

    /// The custody log, for whoever watches that it stays in its place.
    #[must_use]
    pub fn log(&self) -> Dirty {
        Dirty::new(self.custody.file.file(), &self.custody.path)
    }

    /// How much space the recording wants.
    #[must_use]
    pub fn room(&self) -> Room {
        self.room
    }

    /// Bytes that wait for [`Self::commit`].
    #[must_use]
    pub fn pending(&self) -> usize {
        self.segment.pending.len() + self.custody.pending.len()
    }

    /// Hands everything to the operating system: first the messages, then the log that names them.
    ///
    /// # Errors
    ///
    /// A file cannot be written.
    pub fn commit(&mut self) -> Result<(), CaptureError> {
        self.hand_over(false)?;
        if self.segment.written > SEGMENT {
            match Segment::create(&self.folder.join(ARCHIVE_FOLDER), self.segment.number + 1, self.key.as_ref()) {
                Ok(segment) => {
                    self.segment.file.append(&[], true).map_err(CaptureError::write(&self.segment.path))?;
                    self.segment = segment;
                    self.describe_segment(self.latest);
                }
                // A segment may grow longer; another file can wait until there is a descriptor for it.
                Err(error) if error.out_of_descriptors() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Writes what waits. `last`: nothing follows.
    fn hand_over(&mut self, last: bool) -> Result<(), CaptureError> {
        if last || !self.segment.pending.is_empty() {
            self.segment.file.append(&self.segment.pending, last).map_err(CaptureError::write(&self.segment.path))?;
            self.segment.written += self.segment.pending.len() as u64;
            self.segment.pending.clear();
            self.mark_dirty(self.segment.file.file(), &self.segment.path);
        }
        if last || !self.custody.pending.is_empty() {
            self.custody.file.append(&self.custody.pending, last).map_err(CaptureError::write(&self.custody.path))?;
            self.custody.pending.clear();
            self.mark_dirty(self.custody.file.file(), &self.custody.path);
        }
        Ok(())
    }

    /// Hands what a stream gathered to the operating system.
    ///
    /// # Errors
    ///
    /// Its file cannot be written.
    pub fn flush(&self, stream: &mut Stream) -> Result<(), CaptureError> {
        if stream.flush()? {
            self.stream_is_dirty(stream);
        }
        Ok(())
    }

    pub(super) fn stream_is_dirty(&self, stream: &Stream) {
        self.mark_dirty(stream.file(), stream.path());
    }

    fn mark_dirty(&self, file: &Arc<File>, path: &Path) {
        let mut dirty = self.dirty.lock().unwrap_or_else(PoisonError::into_inner);
        if !dirty.iter().any(|known| known.is(file)) {
            dirty.push(Dirty::new(file, path));
        }
    }

    /// Writes the last record and forces everything to the disk.
    ///
    /// # Errors
    ///
    /// A file cannot be written.
    pub fn finish(mut self, at: Timestamp) -> Result<(), CaptureError> {
        // What was moved away meanwhile cannot be ended where it should be.
        self.log().in_place()?;
        let EndCounts { entries, connections, tunnels, exhibits } = self.counts;
        self.custody.append(&EndLine {
            kind: "end".to_owned(),
            at: at.as_nanoseconds(),
            entries,
            connections,
            tunnels,
            exhibits,
            interrupted: false,
        });
        self.hand_over(true)?;
        for file in self.dirty.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            file.force()?;
        }
        sync_folder(&self.folder.join(ARCHIVE_FOLDER))
    }
}
