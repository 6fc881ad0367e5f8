//! Tells by its looks that something in a message may be a token or the number of an account. It never changes a byte.

use std::ops::Range;

/// Shortest token.
const TOKEN_FROM: usize = 16;
/// Numbers of accounts have as many digits.
const NUMBER_FROM: usize = 14;

/// What looks like a token: long, without spaces, digits among letters; and long numbers. Rather too much than too little, because what nobody can read is
/// no loss in a copy, and equal ones keep equal letters.
pub(super) fn token_like(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut start = 0;
    let mut at = 0;
    while at <= bytes.len() {
        let ends = at == bytes.len() || memchr::memchr(bytes[at], b" \t\r\n&;,\"'<>(){}[]=?#").is_some();
        let escape = if at < bytes.len() && bytes[at] == b'%' { bytes.get(at + 1..at + 3) } else { None };
        let built = escape.is_some_and(|digits| {
            let signs: [&[u8]; 10] = [b"22", b"2c", b"3a", b"7b", b"7d", b"5b", b"5d", b"26", b"3d", b"20"];
            signs.iter().any(|sign| sign.eq_ignore_ascii_case(digits))
        });
        if ends || built {
            piece(bytes, start..at, &mut ranges);
            at += if built { 3 } else { 1 };
            start = at;
        } else {
            at += 1;
        }
    }
    ranges
}

/// A piece between signs that no token has.
fn piece(bytes: &[u8], place: Range<usize>, ranges: &mut Vec<Range<usize>>) {
    let text = bytes.get(place.clone()).unwrap_or_default();
    let slash = memchr::memchr(b'/', text).is_some() || text.windows(3).any(|three| three.eq_ignore_ascii_case(b"%2f"));
    if !slash && mixed(text) {
        ranges.push(place);
        return;
    }
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let mut start = place.start;
    for end in (place.start..=place.end).filter(|&at| at == place.end || !plain(&bytes[at])) {
        let run = bytes.get(start..end).unwrap_or_default();
        if mixed(run) || run.len() >= NUMBER_FROM && run.iter().all(u8::is_ascii_digit) {
            ranges.push(start..end);
        }
        start = end + 1;
    }
}

fn mixed(text: &[u8]) -> bool {
    let count = |is: fn(&u8) -> bool| text.iter().filter(|byte| is(byte)).count();
    text.len() >= TOKEN_FROM && count(u8::is_ascii_digit) >= 2 && count(u8::is_ascii_alphabetic) >= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_and_long_numbers_are_seen_and_words_are_not() {
        let seen = |text: &str| token_like(text.as_bytes()).iter().map(|range| text[range.clone()].to_owned()).collect::<Vec<_>>();
        assert_eq!(seen("a=1&t=AbCd1234EfGh5678&n=ministry"), ["AbCd1234EfGh5678"]);
        assert_eq!(seen("id=100012345678901&ts=1763000000000"), ["100012345678901"]);
        assert_eq!(seen("v=%7B%22id%22%3A%22AbCd1234EfGh5678x%22%2C%22page%22%3A%22ministry%22%7D"), ["AbCd1234EfGh5678x"]);
        assert_eq!(seen("/rsrc.php/v3/yX/r/AbCdEf123456GhIjKl.js?_nc=1"), ["AbCdEf123456GhIjKl"]);
        assert_eq!(seen("u=https%3A%2F%2Fwww.ministerie.example%2Fover-ons%2F2026"), [""; 0]);
        assert_eq!(seen("{\"act\":\"like\",\"token\":\"q+Zx/9a8b7c6d5e4f3g2h1\"}"), ["9a8b7c6d5e4f3g2h1"]);
        assert_eq!(seen("een gewone zin van twaalf woorden, 2026 en 12"), [""; 0]);
        assert_eq!(seen(""), [""; 0]);
    }
}
