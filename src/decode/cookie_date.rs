//! Dates in cookies. Browsers read nearly anything that contains a time, a day, a month and a year (RFC 6265bis section 5.1.1), so what a
//! strict reader refuses would be a wrong lifetime in the evidence.

use std::ops::RangeInclusive;

use jiff::civil::{DateTime, date};

use crate::model::Timestamp;

/// Reads a cookie date (RFC 6265bis section 5.1.1, the algorithm of RFC 6265). Names of time zones and offsets are ignored: every date is
/// read as UTC. `None` where a browser ignores the attribute.
///
/// A date outside what a [`Timestamp`] can hold becomes its first or last point, as section 5.6.1 allows: `31-Dec-9999` is a common way of
/// saying «for ever», and reads as a point in the year 2262.
#[must_use]
pub fn parse(text: &[u8]) -> Option<Timestamp> {
    let (mut time, mut day, mut month, mut year) = (None, None, None, None);
    for token in text.split(|&byte| is_delimiter(byte)).filter(|token| !token.is_empty()) {
        // The order matters and is the standard's: `21:01:22` would also do as a day, and a number of two digits as a day or a year.
        if time.is_none()
            && let Some(found) = time_of_day(token)
        {
            time = Some(found);
        } else if day.is_none()
            && let Some((found, _)) = number(token, 1..=2)
        {
            day = Some(found);
        } else if month.is_none()
            && let Some(found) = month_number(token)
        {
            month = Some(found);
        } else if year.is_none()
            && let Some((found, _)) = number(token, 2..=4)
        {
            year = Some(found);
        }
    }
    let [hour, minute, second] = time?;
    let year = match year? {
        short @ 70..=99 => short + 1900,
        short @ 0..=69 => short + 2000,
        long => long,
    };
    if year < 1601 {
        return None;
    }
    // This refuses 30 February, hour 24 and second 60, as the standard does.
    let read = DateTime::new(year, month?, small(day?)?, hour, minute, second, 0).ok()?;
    let since = read.duration_since(date(1970, 1, 1).at(0, 0, 0, 0));
    Some(Timestamp::from_nanoseconds(since.as_secs().saturating_mul(1_000_000_000)))
}

fn is_delimiter(byte: u8) -> bool {
    matches!(byte, 0x09 | 0x20..=0x2F | 0x3B..=0x40 | 0x5B..=0x60 | 0x7B..=0x7E)
}

/// `hms-time [ non-digit *OCTET ]`.
fn time_of_day(token: &[u8]) -> Option<[i8; 3]> {
    let (hour, rest) = number(token, 1..=2)?;
    let (minute, rest) = number(rest.strip_prefix(b":")?, 1..=2)?;
    let (second, _) = number(rest.strip_prefix(b":")?, 1..=2)?;
    Some([small(hour)?, small(minute)?, small(second)?])
}

/// The first three letters of an English month; whatever follows does not count.
fn month_number(token: &[u8]) -> Option<i8> {
    const MONTHS: &[u8; 36] = b"janfebmaraprmayjunjulaugsepoctnovdec";
    let first = token.get(..3)?;
    (1..).zip(MONTHS.chunks_exact(3)).find_map(|(number, month)| first.eq_ignore_ascii_case(month).then_some(number))
}

/// A number of that many digits at the start of `token`, and the rest, which does not begin with a digit.
fn number(token: &[u8], digits: RangeInclusive<usize>) -> Option<(i16, &[u8])> {
    let length = token.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if !digits.contains(&length) {
        return None;
    }
    let (number, rest) = token.split_at(length);
    // At most four digits, so this stays below 10,000.
    Some((number.iter().fold(0, |sum, digit| sum * 10 + i16::from(digit - b'0')), rest))
}

fn small(number: i16) -> Option<i8> {
    i8::try_from(number).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Option<String> {
        parse(text.as_bytes()).map(|time| time.to_string())
    }

    #[test]
    fn forms_in_use() {
        let nine = Some("2021-06-09T10:18:14.000Z".to_owned());
        assert_eq!(read("Wed, 09 Jun 2021 10:18:14 GMT"), nine);
        assert_eq!(read("Wed, 09-Jun-2021 10:18:14 GMT"), nine);
        assert_eq!(read("Wednesday, 09-Jun-21 10:18:14 GMT"), nine);
        assert_eq!(read("Wed Jun  9 10:18:14 2021"), nine);
        // The offset does not count.
        assert_eq!(read("Wed, 9 June 2021 10:18:14 +0200"), nine);
        assert_eq!(read("Thu, 01-Jan-1970 00:00:00 GMT").as_deref(), Some("1970-01-01T00:00:00.000Z"));
    }

    #[test]
    fn refused() {
        for text in [
            "",
            "0",
            "-1",
            "session",
            "Wed, 09 Jun 2021 GMT",
            "Tue, 30 Feb 2021 10:00:00 GMT",
            "Tue, 29 Feb 2100 10:00:00 GMT",
            "Wed, 09 Jun 2021 24:00:00 GMT",
            "Wed, 09 Jun 2021 10:60:00 GMT",
            "Wed, 09 Jun 2021 10:00:60 GMT",
            "Wed, 09 Jun 2021 10:00 GMT",
            "Wed, 00 Jun 2021 10:00:00 GMT",
            "Wed, 09 Jun 1600 10:00:00 GMT",
            "Wed, 09 Jun 121 10:00:00 GMT",
            "Wed, 09 Jun 20211 10:00:00 GMT",
            "Wed, 09 Juin 2021 1000 GMT",
            "Mi, 09 Dez 2021 10:00:00 GMT",
            // ISO 8601 is no cookie date: `2021` takes the year, `06` the day, and no month is named.
            "2021-06-09T10:18:14Z",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn two_digit_years() {
        assert_eq!(read("1 Jan 69 00:00:00").as_deref(), Some("2069-01-01T00:00:00.000Z"));
        assert_eq!(read("1 Jan 70 00:00:00").as_deref(), Some("1970-01-01T00:00:00.000Z"));
        // Three digits with a leading zero are a small number, and small numbers get a century.
        assert_eq!(read("1 Jan 012 00:00:00").as_deref(), Some("2012-01-01T00:00:00.000Z"));
    }

    #[test]
    fn beyond_what_a_timestamp_holds() {
        assert_eq!(parse(b"Fri, 31-Dec-9999 23:59:59 GMT"), Some(Timestamp::from_nanoseconds(i64::MAX)));
        assert_eq!(parse(b"Mon, 01-Jan-1601 00:00:00 GMT"), Some(Timestamp::from_nanoseconds(i64::MIN)));
    }

    proptest! {
        #[test]
        fn never_panics(text in proptest::collection::vec(any::<u8>(), 0..80)) {
            let _ = parse(&text);
        }

        #[test]
        fn nearly_a_date(text in "[0-9:]{0,6}[ ,/-]{0,2}(jan|Feb|MAR|dec|May)?[0-9: -]{0,14}( GMT)?") {
            let _ = parse(text.as_bytes());
        }

        /// Years of four digits in the three forms that RFC 9110 section 5.6.7 names, the second with a full year.
        #[test]
        fn printed_dates_read_back(seconds in -9_000_000_000_i64..9_000_000_000) {
            let time = jiff::Timestamp::from_second(seconds).expect("in range");
            for form in ["%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%Y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"] {
                let text = time.strftime(form).to_string();
                prop_assert_eq!(parse(text.as_bytes()), Some(Timestamp::from_nanoseconds(seconds * 1_000_000_000)), "{}", text);
            }
        }
    }
}
