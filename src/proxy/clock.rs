//! The clock of a recording: wall time read once and carried forward by the monotonic clock, so that times never run backwards. It never
//! reads the wall clock a second time.

use std::time::{Duration, Instant, SystemTime};

use crate::model::Timestamp;

/// A point of wall time tied to a point of monotonic time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    wall: i64,
    since: Instant,
}

impl Clock {
    /// A clock tied to this moment.
    pub(super) fn start() -> Self {
        let (wall, since) = read();
        let wall = wall.duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO);
        Self { wall: i64::try_from(wall.as_nanos()).unwrap_or(i64::MAX), since }
    }

    /// Now, in wall time.
    pub(super) fn now(&self) -> Timestamp {
        Timestamp::from_nanoseconds(self.wall.saturating_add(self.nanoseconds()))
    }

    /// Nanoseconds since the clock was started, for comparing two moments.
    pub(super) fn nanoseconds(&self) -> i64 {
        i64::try_from(read().1.saturating_duration_since(self.since).as_nanos()).unwrap_or(i64::MAX)
    }

    /// Now, as the operating system's clocks say, for the validity of a certificate.
    pub(super) fn wall() -> SystemTime {
        read().0
    }
}

#[allow(clippy::disallowed_methods, reason = "a recorder stamps what it sees; this is the one place of the room that reads clocks")]
fn read() -> (SystemTime, Instant) {
    (SystemTime::now(), Instant::now())
}
