//! Takes up recordings that were interrupted, and says what was found.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use super::complain;
use crate::capture::{Capture, CaptureError, recover};
use crate::model::Timestamp;
use crate::vault::{Case, LedgerLine};

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

/// Recordings of the case that the ledger knows no end of: number and folder.
fn without_end(case: &Case) -> anyhow::Result<Vec<(u64, PathBuf)>> {
    let ledger = case.ledger()?;
    let ended = |wanted: u64| ledger.lines().iter().any(|line| matches!(line, LedgerLine::Ended { number, .. } if *number == wanted));
    let purged = |wanted: u64| ledger.lines().iter().any(|line| matches!(line, LedgerLine::Purged { number, .. } if *number == wanted));
    let begun = ledger.lines().iter().filter_map(|line| match line {
        LedgerLine::Begun { number, folder, .. } if !ended(*number) && !purged(*number) => Some((*number, case.folder().join(folder))),
        _ => None,
    });
    // A folder that holds no recording was never begun in earnest.
    Ok(begun.filter(|(_, folder)| Capture::is_at(folder)).collect())
}

/// The folder of a recording of the case that has not ended.
pub(super) fn under_way(case: &Case) -> anyhow::Result<Option<String>> {
    Ok(without_end(case)?.first().map(|(_, folder)| folder.display().to_string()))
}

/// Takes up earlier recordings of the case that were interrupted, and notes their end in the ledger.
pub(super) fn take_up_interrupted(case: &Case) -> anyhow::Result<()> {
    for (number, folder) in without_end(case)? {
        if let Err(error) = take_up(&folder) {
            // One that is being recorded in another window is nothing to speak of.
            if !matches!(error.downcast_ref(), Some(CaptureError::Occupied { .. })) {
                complain(&format!("{error:#}"));
            }
            continue;
        }
        let contents = Capture::open(&folder)?.contents()?;
        let custody = contents.session.custody.unwrap_or_default();
        case.ledger()?.append(&LedgerLine::Ended {
            number,
            at: now().to_string(),
            entries: custody.entries,
            custody_head: custody.head.map(|head| head.to_string()).unwrap_or_default(),
            interrupted: custody.recoveries > 0,
            outcome: None,
        })?;
    }
    Ok(())
}

/// The time.
#[allow(clippy::disallowed_methods, reason = "a shell may look at the clock; what it records says when")]
pub(super) fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_nanoseconds(i64::try_from(since.as_nanos()).unwrap_or(i64::MAX))
}
