//! Space on the file system of a capture: enough to begin, and enough left to end it in order. It counts what an ordinary user may still
//! write, deletes nothing and reserves nothing.

use std::path::Path;

use super::CaptureError;

/// A recording does not begin with fewer free bytes than this: a visit to one page takes some 10 to 40 MB.
pub const FLOOR: u64 = 64 << 20;

/// A recording is ended when no more bytes than this are free beyond what waits in memory, so that exchanges under way, the last record and
/// the record of a recovery still fit.
pub const RESERVE: u64 = 16 << 20;

/// How much space a recording wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Free bytes without which it does not begin; 0: whatever there is.
    pub floor: u64,
    /// Free bytes at which it is ended; 0: never.
    pub reserve: u64,
}

impl Default for Room {
    fn default() -> Self {
        Self { floor: FLOOR, reserve: RESERVE }
    }
}

impl Room {
    /// Whether there is enough space to begin in `folder`, which need not be there yet. Where the operating system does not say, there is.
    ///
    /// # Errors
    ///
    /// There is too little.
    pub(super) fn check_floor(&self, folder: &Path) -> Result<(), CaptureError> {
        let Some(free) = free_space(folder).filter(|free| *free < self.floor) else { return Ok(()) };
        let what = format!(
            "only {} are free, and a recording does not begin with fewer than {}; free space, or choose a folder elsewhere with --out",
            mebibytes(free),
            mebibytes(self.floor)
        );
        Err(CaptureError::Space { folder: folder.display().to_string(), what })
    }

    /// Why a recording in `folder` is to be ended, if space has become too short for `waiting` bytes that are still to be written.
    #[must_use]
    pub fn too_little(&self, folder: &Path, waiting: u64) -> Option<CaptureError> {
        if self.reserve == 0 {
            return None;
        }
        let free = free_space(folder).filter(|free| *free <= self.reserve.saturating_add(waiting))?;
        let what = format!(
            "only {} are free, so the recording was ended; what was recorded until then is whole. Free space, \
             make its annex with `dataspoor replay`, and record again",
            mebibytes(free)
        );
        Some(CaptureError::Space { folder: folder.display().to_string(), what })
    }
}

/// Bytes that an ordinary user may still write to the file system of `folder`, or of the nearest folder above it that is there. `None`: the
/// operating system does not say.
#[must_use]
pub fn free_space(folder: &Path) -> Option<u64> {
    let folder = std::path::absolute(folder).ok()?;
    let said = folder.ancestors().find_map(|folder| rustix::fs::statvfs(folder).ok())?;
    Some(said.f_bavail.saturating_mul(said.f_frsize))
}

fn mebibytes(bytes: u64) -> String {
    format!("{} MiB", bytes >> 20)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_is_not_there_lies_where_it_will_be() {
        let folder = tempfile::tempdir().expect("a folder");
        let below = folder.path().join("not/yet");
        let free = free_space(&below).expect("said");
        assert!(free > 0);
        assert!(Room { floor: 0, reserve: 0 }.check_floor(&below).is_ok());
        let error = Room { floor: u64::MAX, reserve: 0 }.check_floor(&below).expect_err("nobody has as much").to_string();
        assert!(error.contains("MiB are free") && error.contains("--out"), "{error}");
        assert!(Room { floor: 0, reserve: 0 }.too_little(&below, u64::MAX).is_none(), "without a reserve it is never ended");
        let error = Room { floor: 0, reserve: 1 }.too_little(&below, u64::MAX).expect("too little").to_string();
        assert!(error.contains("was ended") && error.contains("dataspoor replay"), "{error}");
    }
}
