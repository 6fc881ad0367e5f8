//! Notices that the machine's clock was set, or that the machine slept, while something is recorded. The times of a recording are carried forward by the
//! monotonic clock from its start, so they stay in order; a reader who compares them with another record has to know of the jump.

use std::time::Duration;

use crate::model::Timestamp;

/// From how many seconds on a difference is a jump and not the work of a time service.
const JUMP_SECONDS: i64 = 2;
/// How often the clock is looked at.
pub(super) const LOOK: Duration = Duration::from_secs(1);

/// What is known of the clock so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ClockWatch {
    /// Seconds by which the clock is ahead of the times of the recording, as last said.
    ahead: i64,
}

impl ClockWatch {
    /// Takes the clock's time and the recording's time of the same moment. How many seconds the clock jumped since it was last said, if it did.
    pub(super) fn see(&mut self, clock: Timestamp, recording: Timestamp) -> Option<i64> {
        let ahead = clock.as_nanoseconds().saturating_sub(recording.as_nanoseconds()) / 1_000_000_000;
        let jump = ahead - self.ahead;
        if jump.abs() < JUMP_SECONDS {
            return None;
        }
        self.ahead = ahead;
        Some(jump)
    }
}

/// The sentence by which a jump is marked.
pub(super) fn sentence(seconds: i64) -> String {
    let way = if seconds < 0 { "back" } else { "forward" };
    format!(
        "The machine's clock jumped {way} by {} s (it was set, or the machine slept); the times of this recording go on from its start",
        seconds.abs()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jump_is_said_once_and_drift_is_none() {
        let at = |seconds: i64| Timestamp::from_nanoseconds(seconds * 1_000_000_000);
        let mut watch = ClockWatch::default();
        assert_eq!(watch.see(at(100), at(100)), None);
        assert_eq!(watch.see(at(102), at(101)), None);
        assert_eq!(watch.see(at(3702), at(102)), Some(3600));
        assert_eq!(watch.see(at(3703), at(103)), None);
        assert_eq!(watch.see(at(104), at(104)), Some(-3600));
        assert!(sentence(-3600).contains("back by 3600 s") && sentence(5).contains("forward by 5 s"));
    }
}
