//! Whether a text has the shape of something that tells browsers or people apart, and is not a word, a date, a size or a version that everybody
//! has. Looks at the text alone; that others do not have the same value cannot be known from it.

/// Shortest and longest text that is looked for, in bytes. The literature looks for 8 to 100; cookies are up to 4,096 bytes long.
pub(super) const LENGTHS: std::ops::RangeInclusive<usize> = 8..=4096;

/// Fewest digits of a number: shorter ones meet by chance in large bodies, and analytics cookies hold some that stand for the site and are the same for
/// everybody.
const SHORTEST_NUMBER: usize = 10;

/// How many characters must be left that are none of words, dates and small numbers.
const LEAST: usize = 6;

/// Points in time this far apart (30 days, in seconds) do not both come from one visit, so one of them may be a random number.
const APART: u64 = 30 * 86_400;

/// Whether `text`, a value or a part of one, may tell browsers or people apart.
pub(super) fn telling(text: &[u8]) -> bool {
    if !LENGTHS.contains(&text.len()) || few_characters(text) || address(text) {
        return false;
    }
    // An e-mail address is made of words and names one person.
    if let Some(at) = text.iter().position(|byte| *byte == b'@')
        && at > 0
        && address(&text[at + 1..])
    {
        return true;
    }
    if text.iter().all(u8::is_ascii_digit) && text.len() < SHORTEST_NUMBER || list_of_numbers(text) {
        return false;
    }
    let (mut left, mut times) = (0, Vec::new());
    for segment in text.split(|byte| !byte.is_ascii_alphanumeric() && byte.is_ascii()).filter(|segment| !segment.is_empty()) {
        match epoch(segment) {
            Some(seconds) => times.push((seconds, segment.len())),
            None if trivial(segment) => {}
            None => left += segment.len(),
        }
    }
    // Of `random.time`, as analytics cookies are built, the random number looks like a time too. Two times of one visit lie close together.
    let random = times.iter().any(|(one, _)| times.iter().any(|(other, _)| one.abs_diff(*other) > APART));
    left + if random { times.iter().map(|(_, length)| *length).min().unwrap_or(0) } else { 0 } >= LEAST
}

/// Whether three numbers or more stand in a row of which none is long: experiments and settings, which many browsers share.
fn list_of_numbers(text: &[u8]) -> bool {
    let segments = || text.split(|byte| !byte.is_ascii_alphanumeric()).filter(|segment| !segment.is_empty());
    segments().count() >= 3 && segments().all(|segment| segment.len() < SHORTEST_NUMBER && segment.iter().all(u8::is_ascii_digit))
}

/// Whether `text` is an address or a host name, which says where and not who.
pub(super) fn address(text: &[u8]) -> bool {
    let has = |part: &[u8]| memchr::memmem::find(text, part).is_some();
    if has(b"://") || text.starts_with(b"//") || text.starts_with(b"www.") || has(b"%3A%2F%2F") || has(b"%3a%2f%2f") {
        return true;
    }
    if text.first() == Some(&b'/') && (text.contains(&b'-') || text.contains(&b'.')) {
        return true;
    }
    let mut labels = text.rsplit(|byte| *byte == b'.');
    let ends_in_a_name = labels.next().is_some_and(|last| (2..=10).contains(&last.len()) && last.iter().all(u8::is_ascii_lowercase));
    let mut labels = labels.peekable();
    ends_in_a_name
        && labels.peek().is_some()
        && labels.all(|label| !label.is_empty() && label.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-'))
}

/// Whether at most two different bytes stand in it, or every byte follows the one before.
fn few_characters(text: &[u8]) -> bool {
    let mut seen = [false; 256];
    text.iter().for_each(|byte| seen[usize::from(*byte)] = true);
    seen.iter().filter(|seen| **seen).count() <= 2 || rising(text)
}

fn rising(text: &[u8]) -> bool {
    text.windows(2).all(|pair| pair[1] == pair[0].wrapping_add(1) || (pair[0], pair[1]) == (b'9', b'0'))
}

/// The seconds since 1970 that a number of 10, 13 or 16 digits says if it is a time of the years 2000 to 2040.
fn epoch(segment: &[u8]) -> Option<u64> {
    let scale = match segment.len() {
        10 => 1,
        13 => 1_000,
        16 => 1_000_000,
        _ => return None,
    };
    let number: u64 = std::str::from_utf8(segment).ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))?.parse().ok()?;
    Some(number / scale).filter(|seconds| (946_684_800..2_208_988_800).contains(seconds))
}

/// Whether letters and digits without anything between are a word, a small or round number, a date, a size, or a word with a small number.
fn trivial(segment: &[u8]) -> bool {
    if segment.iter().all(u8::is_ascii_digit) {
        let zeros = segment.iter().rev().take_while(|digit| **digit == b'0').count();
        return segment.len() <= 4 || zeros * 2 >= segment.len() || few_characters(segment) || date(segment);
    }
    if segment.get(8) == Some(&b'T') && segment.get(..8).is_some_and(date) {
        return true;
    }
    if segment.iter().all(u8::is_ascii_alphabetic) {
        return word(segment);
    }
    let mut groups = segment.chunk_by(|one, other| one.is_ascii_digit() == other.is_ascii_digit());
    let size = segment.split(|byte| matches!(byte, b'x' | b'X')).all(|side| side.len() <= 4 && side.iter().all(u8::is_ascii_digit));
    let count = groups.clone().count();
    // With digits in the middle only plain words count: `a2b` is more often random than `page2Number` is a name.
    let plain = |letters: &[u8]| letters[1..].iter().all(u8::is_ascii_lowercase) || letters.iter().all(u8::is_ascii_uppercase);
    let small = |group: &[u8]| if group[0].is_ascii_digit() { group.len() <= 4 } else { word(group) && (count <= 2 || plain(group)) };
    size || count <= 3 && groups.all(small)
}

/// Whether letters are words written together: below 20 letters of one case, or as in `acceptedCookies` and `XMLReader`. Cut like that, letters at
/// random give pieces of two letters, and pieces that cannot be spoken.
fn word(letters: &[u8]) -> bool {
    // Upper before lower begins a piece, and so does upper after lower.
    let begins = |at: usize| {
        let upper = |at: usize| letters.get(at).is_some_and(u8::is_ascii_uppercase);
        at == 0 || upper(at) && (!upper(at - 1) || letters.get(at + 1).is_some_and(u8::is_ascii_lowercase))
    };
    let pieces = (0..letters.len()).filter(|at| begins(*at)).count();
    if pieces == 1 {
        return letters.len() < 20;
    }
    let vowel = |letter: &u8| b"aeiouy".contains(&letter.to_ascii_lowercase());
    let consonants = letters.split(vowel).map(<[u8]>::len).max().unwrap_or(0);
    let tenths = letters.len() * 10 / pieces;
    !(consonants >= 6 || tenths < 27 || (tenths < 32 && consonants >= 4))
}

/// Whether digits are a day, YYYYMMDD, with hours, minutes and seconds or without.
fn date(digits: &[u8]) -> bool {
    let number = |from: usize| u32::from(digits[from] - b'0') * 10 + u32::from(digits[from + 1] - b'0');
    matches!(digits.len(), 8 | 12 | 14)
        && digits[..8].iter().all(u8::is_ascii_digit)
        && (19..=20).contains(&number(0))
        && (1..=12).contains(&number(4))
        && (1..=31).contains(&number(6))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_everybody_has_tells_nobody_apart() {
        for text in [
            "1600000000",
            "1600000000123",
            "1600000000123456",
            "20240131",
            "20240131101530",
            "2024-01-31T10:15:30.123Z",
            "nl-NL,nl;q=0.9",
            "www.example.org",
            "static.xx.fbcdn.net",
            "https://example.org/a1b2c3d4e5f6",
            "accepted",
            "acceptedAllCookies",
            "aaaaaaaaaa",
            "1000000000",
            "undefined",
            "1.2.3.4567",
            "1920x1080x24",
            "12345678",
            "0000000000000",
            "Europe/Amsterdam",
            "Chrome/119.0.0.0",
            "marketing=true&statistics=false",
            "GS1.1.1600000000.3.1.1600000900.0.0.0",
            "192.168.100.123",
            "functional_analytics_2023",
            "iphone12pro",
            "%3A%2F%2Fexample",
            "short1a",
        ] {
            assert!(!telling(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn what_is_random_may() {
        for text in [
            "fYx3ZKqM9s2Lw",
            "550e8400-e29b-41d4-a716-446655440000",
            "100012345678901",
            "193847562.1600000000",
            "1234567890.1600000000",
            "fb.1.1600000000123.1098115397",
            "GA1.2.187654321.1600000000",
            "d41d8cd98f00b204e9800998ecf8427e",
            "kQzWmPxLbTrY",
            "jan.de.vries@example.org",
        ] {
            assert!(telling(text.as_bytes()), "{text}");
        }
        assert!(telling(b"7345192836"));
        assert!(!telling(b"734519283"));
        assert!(!telling(b"102887800~103051953~103077950") && telling(b"205074710.27624209.7310103653"));
    }
}
