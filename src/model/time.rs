//! Points in time: nanoseconds since 1970-01-01T00:00:00Z, always UTC. Nothing here reads a clock.

use std::fmt;

/// A point in time, in nanoseconds since the Unix epoch (UTC, leap seconds not counted). Covers the years 1678 to 2262.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The point `nanoseconds` after (or before) the Unix epoch.
    #[must_use]
    pub const fn from_nanoseconds(nanoseconds: i64) -> Self {
        Self(nanoseconds)
    }

    /// Nanoseconds since the Unix epoch.
    #[must_use]
    pub const fn as_nanoseconds(self) -> i64 {
        self.0
    }

    /// Whole seconds since the Unix epoch, rounded down.
    #[must_use]
    pub const fn as_seconds(self) -> i64 {
        self.0.div_euclid(1_000_000_000)
    }

    /// Reads an RFC 3339 date-time with an offset (`2017-11-13T12:03:02.550Z`, `…+01:00`); a fraction may have any number of digits, of
    /// which nine count. Without an offset the point in time is not known, so the answer is `None`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let parsed: jiff::Timestamp = text.trim().parse().ok()?;
        i64::try_from(parsed.as_nanosecond()).ok().map(Self)
    }

    /// This point plus `milliseconds` (which may be fractional or negative). Saturates at the ends of the range.
    #[must_use]
    pub fn plus_milliseconds(self, milliseconds: f64) -> Self {
        // A float-to-int `as` saturates and turns NaN into 0, which is what a nonsensical timing should do.
        Self(self.0.saturating_add((milliseconds * 1_000_000.0) as i64))
    }
}

impl Timestamp {
    /// Appends what [`fmt::Display`] writes, for those who write it for every message.
    pub fn append_to(self, out: &mut Vec<u8>) {
        const PRINTER: jiff::fmt::temporal::DateTimePrinter = jiff::fmt::temporal::DateTimePrinter::new().precision(Some(3));
        let time = jiff::Timestamp::from_nanosecond(self.in_whole_milliseconds()).ok();
        if time.is_none_or(|time| PRINTER.print_timestamp(&time, &mut *out).is_err()) {
            out.extend_from_slice(self.to_string().as_bytes());
        }
    }

    /// Nanoseconds since 1970 with the fraction of the millisecond cut off. In 128 bits, since the earliest point of the range has no whole
    /// millisecond before it.
    fn in_whole_milliseconds(self) -> i128 {
        i128::from(self.0) - i128::from(self.0.rem_euclid(1_000_000))
    }
}

impl fmt::Display for Timestamp {
    /// RFC 3339 in UTC with milliseconds: `2017-11-13T12:03:02.550Z`. The fraction is cut, not rounded, so that a printed time never lies
    /// after the recorded one.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_nanosecond(self.in_whole_milliseconds()) {
            Ok(time) => write!(out, "{time:.3}"),
            Err(_) => write!(out, "{} ns since 1970", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_and_fractions() {
        let utc = Timestamp::parse("2011-07-08T05:40:46.9724178Z").expect("valid");
        assert_eq!(Timestamp::parse("2011-07-08T06:40:46.9724178+01:00"), Some(utc));
        assert_eq!(utc.to_string(), "2011-07-08T05:40:46.972Z");
        assert_eq!(Timestamp::parse("2011-07-08T05:40:46"), None);
        assert_eq!(Timestamp::parse("not a date"), None);
        assert_eq!(Timestamp::from_nanoseconds(-1).to_string(), "1969-12-31T23:59:59.999Z");
        assert_eq!(Timestamp::from_nanoseconds(i64::MIN).to_string(), "1677-09-21T00:12:43.145Z");
        for time in [i64::MIN, -1, 0, 999_999, 1_795_331_018_926_567_747, i64::MAX].map(Timestamp::from_nanoseconds) {
            let mut text = Vec::new();
            time.append_to(&mut text);
            assert_eq!(String::from_utf8_lossy(&text), time.to_string());
        }
    }

    #[test]
    fn adding_milliseconds() {
        let time = Timestamp::from_nanoseconds(0);
        assert_eq!(time.plus_milliseconds(1.5).as_nanoseconds(), 1_500_000);
        assert_eq!(time.plus_milliseconds(f64::NAN), time);
        assert_eq!(time.plus_milliseconds(f64::INFINITY).as_nanoseconds(), i64::MAX);
    }
}
