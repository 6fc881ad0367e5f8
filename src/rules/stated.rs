//! The lifetime that a claim states, as a number that a recorded lifetime can be compared with. Compares nothing itself and says nothing
//! about who is right.

/// Seconds of a day.
const DAY: i64 = 86_400;

/// Seconds of a month as statements mean it: 30.44 days, a twelfth of a year.
const MONTH: i64 = 2_630_016;

/// Seconds of a year as statements mean it: 365.25 days.
const YEAR: i64 = 31_557_600;

/// From this length on the tolerance is a day; a twentieth below it, so that minutes are not compared by the day.
const WHOLE_DAY_FROM: i64 = 20 * DAY;

/// A lifetime as a rule states it (`session`, `90 d`, `13 months`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatedLifetime {
    /// Until the session of the browser ends.
    Session,
    /// For some time.
    For {
        /// How long, in seconds: a month counts 30.44 days, a year 365.25.
        seconds: i64,
        /// By how many seconds another lifetime may differ and still count as the same. A day; a twentieth for what is shorter than 20 days; for
        /// months at least 2 % (people count months of 30 days and months of the calendar), for years at least 0.1 % (leap days).
        tolerance: i64,
    },
}

impl StatedLifetime {
    /// Reads a lifetime as rule files write it: `session`, or a whole number and one of `s`, `min`, `h`, `d`, `months`, `years`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text == "session" {
            return Some(Self::Session);
        }
        let (number, unit) = text.split_once(' ')?;
        let number = i64::from(number.parse::<u32>().ok()?);
        let (unit, share) = match unit {
            "s" => (1, None),
            "min" => (60, None),
            "h" => (3_600, None),
            "d" => (DAY, None),
            "months" => (MONTH, Some(50)),
            "years" => (YEAR, Some(1_000)),
            _ => return None,
        };
        let seconds = number * unit;
        let by_length = if seconds < WHOLE_DAY_FROM { seconds / 20 } else { DAY };
        Some(Self::For { seconds, tolerance: share.map_or(0, |share| seconds / share).max(by_length) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn within(stated: &str, days: f64) -> bool {
        let Some(StatedLifetime::For { seconds, tolerance }) = StatedLifetime::parse(stated) else { panic!("{stated} is a time") };
        ((days * 86_400.0) as i64 - seconds).abs() <= tolerance
    }

    #[test]
    fn what_counts_as_the_same() {
        assert!(within("13 months", 396.0) && within("13 months", 390.0) && within("12 months", 365.0) && within("1 months", 31.0));
        assert!(!within("13 months", 400.0 + 10.0) && !within("12 months", 380.0) && !within("1 months", 28.0));
        assert!(within("2 years", 730.0) && within("2 years", 731.0) && within("5 years", 1825.0) && within("9 years", 3285.0));
        assert!(!within("2 years", 728.0) && !within("1 years", 400.0));
        assert!(within("400 d", 400.0) && within("400 d", 399.0) && !within("400 d", 398.0));
        assert!(within("30 min", 31.0 / 1440.0) && !within("30 min", 32.0 / 1440.0) && !within("1 min", 0.5));
        assert!(within("7776005 s", 90.0));
    }

    #[test]
    fn forms() {
        assert_eq!(StatedLifetime::parse("session"), Some(StatedLifetime::Session));
        assert_eq!(StatedLifetime::parse("1 min"), Some(StatedLifetime::For { seconds: 60, tolerance: 3 }));
        assert_eq!(StatedLifetime::parse("20 d"), Some(StatedLifetime::For { seconds: 1_728_000, tolerance: 86_400 }));
        assert!(matches!(StatedLifetime::parse("4294967295 years"), Some(StatedLifetime::For { seconds, .. }) if seconds > 0));
        for text in ["", "1", "1 day", "-1 d", "1.5 d", "d", "1  d", "4294967296 s"] {
            assert_eq!(StatedLifetime::parse(text), None, "{text}");
        }
    }
}
