//! Takes up recordings that were interrupted, and says what was found.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use super::complain;
use crate::capture::recover;
use crate::model::Timestamp;

/// Takes up the recording in `folder` if it was interrupted.
///
/// # Errors
///
/// It is being recorded right now, was damaged otherwise, or cannot be written.
pub(super) fn take_up(folder: &Path) -> anyhow::Result<()> {
    let Some(found) = recover(folder, now())? else { return Ok(()) };
    let streams = match found.streams.len() {
        0 => String::new(),
        count => format!("; of {count} of them a body was under way and is kept as far as it came, the others are whole"),
    };
    let lost = match found.lost {
        0 => "no number is missing before the last one; what began after it and had not ended (a WebSocket or a long poll among them) is not on record"
            .to_owned(),
        count => format!("at least {count} exchanges had begun and left no record: no browser had their answers in full"),
    };
    let moved = match found.moved {
        0 => String::new(),
        bytes => format!("; {bytes} bytes that no record lists were moved to the folder torn"),
    };
    complain(&format!(
        "{}: this recording was interrupted and has been taken up: {} exchanges are on record{streams}; {lost}{moved}",
        folder.display(),
        found.entries
    ));
    Ok(())
}

/// The time.
#[allow(clippy::disallowed_methods, reason = "a shell may look at the clock; what it records says when")]
pub(super) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_nanoseconds(i64::try_from(since.as_nanos()).unwrap_or(i64::MAX))
}
