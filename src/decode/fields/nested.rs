//! What is packed inside a value: JSON, the query of a URL, a form, percent-encoding, base64, hexadecimal digits, gzip, deflate, protobuf. Every attempt
//! needs a sign that costs little to see, and what is found must be whole: a value is rather left as it is than taken for what it is not.

use super::form::{self, By};
use super::walk::Walk;
use super::{DecodeAnomaly, FieldPlace, json, protobuf};
use crate::decode::packed::{self, End};
use crate::model::{Step, UrlParts};

/// Nothing is guessed about values of fewer bytes. JSON, percent-encoding and the marks of gzip and zlib are no guesses.
const SHORTEST: usize = 16;

/// Hands on a value that holds others, and these. Gives whether it did: it does not hand on a value that holds none.
pub(super) fn open(walk: &mut Walk<'_>, value: &[u8], depth: u8) -> bool {
    // `{}`, numbers, flags.
    if value.len() < 3 {
        return false;
    }
    if depth >= walk.limits.layers {
        if json::looks_like(value) || packed::is_gzip(value) || is_percent_encoded(value) {
            walk.odd(DecodeAnomaly::TooDeep);
        }
        return false;
    }
    if let Some(row) = json::whole(walk, value) {
        walk.emit(value, depth, true);
        json::document(walk, value, &row, depth + 1);
        return true;
    }
    match text_kind(value) {
        Look::Url => url(walk, value, depth),
        Look::Form => {
            walk.emit(value, depth, true);
            form::pairs(walk, value, 0..value.len(), By::Name, depth + 1);
            true
        }
        Look::Percent => {
            let decoded = packed::percent(value);
            walk.emit(value, depth, true);
            walk.at(Step::Percent, |walk| walk.value(&decoded, depth + 1));
            true
        }
        Look::Base64 => base64(walk, value, depth),
        Look::Hex => hex(walk, value, depth),
        Look::Other => bytes(walk, value, depth),
    }
}

/// What the signs of a value suggest.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Look {
    Url,
    Form,
    Percent,
    Base64,
    Hex,
    Other,
}

fn text_kind(value: &[u8]) -> Look {
    if is_url(value) {
        return Look::Url;
    }
    if value.len() >= SHORTEST && form::is_evident(value, 2) {
        return Look::Form;
    }
    if is_percent_encoded(value) {
        return Look::Percent;
    }
    if value.len() < SHORTEST {
        return Look::Other;
    }
    let (mut upper, mut lower, mut digits, mut beyond_hex) = (false, false, false, false);
    let unpadded = value.strip_suffix(b"==").or_else(|| value.strip_suffix(b"=")).unwrap_or(value);
    for &byte in unpadded {
        match byte {
            b'A'..=b'Z' => upper = true,
            b'a'..=b'z' => lower = true,
            b'0'..=b'9' => digits = true,
            b'+' | b'/' | b'-' | b'_' => beyond_hex = true,
            _ => return Look::Other,
        }
        beyond_hex |= matches!(byte, b'g'..=b'z' | b'G'..=b'Z');
    }
    if !beyond_hex && value.len().is_multiple_of(2) {
        return Look::Hex;
    }
    // Words and numbers have one kind of letter; 6 bits beyond whole groups are no byte.
    let mixed = usize::from(upper) + usize::from(lower) + usize::from(digits) >= 2;
    if mixed && unpadded.len() % 4 != 1 { Look::Base64 } else { Look::Other }
}

/// Whether every percent sign begins an encoded byte, and there is one.
fn is_percent_encoded(value: &[u8]) -> bool {
    let mut found = false;
    for at in memchr::memchr_iter(b'%', value) {
        match value.get(at + 1..at + 3) {
            Some([first, second]) if first.is_ascii_hexdigit() && second.is_ascii_hexdigit() => found = true,
            _ => return false,
        }
    }
    found
}

/// Whether a text begins like an absolute URL with slashes, or like a path with a query, and holds no sign that none of them holds.
fn is_url(value: &[u8]) -> bool {
    let scheme = value.iter().take(24).take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')).count();
    let absolute = scheme > 0 && value[scheme..].starts_with(b"://");
    let path = value[0] == b'/' && value.get(1).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'/') && {
        memchr::memchr(b'?', value).is_some_and(|at| memchr::memchr(b'=', &value[at..]).is_some() && !value[..at].contains(&b' '))
    };
    (absolute || path) && !value.iter().any(|&byte| byte.is_ascii_control() || matches!(byte, b'<' | b'"'))
}

/// The parameters of a URL's query. A URL without one holds nothing.
fn url(walk: &mut Walk<'_>, value: &[u8], depth: u8) -> bool {
    let Ok(text) = std::str::from_utf8(value) else { return false };
    let Some(query) = UrlParts::of(text).query.filter(|query| text[query.clone()].bytes().any(|byte| byte != b'&')) else { return false };
    walk.emit(value, depth, true);
    form::pairs(walk, value, query, By::Range, depth + 1);
    true
}

fn base64(walk: &mut Walk<'_>, value: &[u8], depth: u8) -> bool {
    // The first bytes tell a random value from a text before all of it is decoded.
    let first = packed::base64(&value[..12]).unwrap_or_default();
    if !begins_like_something(&first) {
        return false;
    }
    let Some(decoded) = packed::base64(value) else { return false };
    inside(walk, value, &decoded, Step::Base64, depth)
}

fn hex(walk: &mut Walk<'_>, value: &[u8], depth: u8) -> bool {
    let first = packed::hex(&value[..8]).unwrap_or_default();
    // Random digits begin with a bracket now and then; with two signs of JSON or with gzip's they hardly do.
    if !matches!(&first[..], [b'{', b'"', ..] | [b'[', b'{' | b'"' | b'[', ..] | [0x1f, 0x8b, 8, ..]) {
        return false;
    }
    let Some(decoded) = packed::hex(value) else { return false };
    let known = packed::is_gzip(&decoded) || json::whole(walk, &decoded).is_some();
    known && inside(walk, value, &decoded, Step::Hex, depth)
}

/// Hands on `value` and what it decodes to, if that is a text or can be taken apart.
fn inside(walk: &mut Walk<'_>, value: &[u8], decoded: &[u8], step: Step, depth: u8) -> bool {
    if is_text(decoded) {
        walk.emit(value, depth, true);
        walk.at(step, |walk| walk.value(decoded, depth + 1));
        return true;
    }
    if depth + 1 >= walk.limits.layers {
        return false;
    }
    let unpacked = unpack(walk, decoded);
    if let Some((way, unpacked)) = unpacked {
        walk.emit(value, depth, true);
        walk.at(step, |walk| {
            walk.emit(decoded, depth + 1, true);
            walk.at(way, |walk| walk.within(&unpacked.bytes, unpacked.end, |walk, bytes| walk.value(bytes, depth + 2)));
        });
        return true;
    }
    if protobuf::is_evident(decoded) {
        walk.emit(value, depth, true);
        walk.at(step, |walk| {
            walk.emit(decoded, depth + 1, true);
            protobuf::message(walk, decoded, depth + 2);
        });
        return true;
    }
    false
}

/// Bytes that are no text: compressed, or fields of protobuf.
fn bytes(walk: &mut Walk<'_>, value: &[u8], depth: u8) -> bool {
    if let Some((way, unpacked)) = unpack(walk, value) {
        walk.emit(value, depth, true);
        walk.at(way, |walk| walk.within(&unpacked.bytes, unpacked.end, |walk, bytes| walk.value(bytes, depth + 1)));
        return true;
    }
    if value.len() >= SHORTEST && walk.place != FieldPlace::Header && protobuf::is_evident(value) {
        walk.emit(value, depth, true);
        protobuf::message(walk, value, depth + 1);
        return true;
    }
    false
}

/// What was packed with gzip or zlib, whose first bytes say so. Deflate without a wrapping has no sign and is not tried.
pub(super) fn unpack(walk: &mut Walk<'_>, value: &[u8]) -> Option<(Step, packed::Unpacked)> {
    if packed::is_gzip(value) {
        return Some((Step::Gzip, walk.unpack(|ceiling| packed::gunzip(value, ceiling))?));
    }
    // A text may begin with `x` and one of these four signs; what it gives is broken, and costs little to try.
    if value.len() >= 8 && value[0] == 0x78 && packed::is_zlib(value) {
        let unpacked = walk.unpack(|ceiling| packed::inflate(value, ceiling))?;
        return Some((Step::Deflate, unpacked)).filter(|(_, unpacked)| unpacked.end != End::Broken);
    }
    None
}

/// Whether these first bytes of something are those of a text or of something packed.
fn begins_like_something(first: &[u8]) -> bool {
    let text = first.iter().all(|&byte| byte >= b' ' && byte != 0x7f || matches!(byte, b'\t' | b'\n' | b'\r'));
    text || first.starts_with(&[0x1f, 0x8b, 8]) || packed::is_zlib(first) || protobuf::begins_like(first)
}

/// Whether bytes are a text of some length, without control characters.
pub(super) fn is_text(bytes: &[u8]) -> bool {
    bytes.len() >= 4
        && !bytes.iter().any(|&byte| byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r') || byte == 0x7f)
        && std::str::from_utf8(bytes).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs() {
        for (value, look) in [
            ("https://a.nl/", Look::Url),
            ("fb://page?id=1", Look::Url),
            ("/x?y=1", Look::Url),
            ("/x?y", Look::Other),
            ("a=1&bb=2&cc=%20dd", Look::Form),
            ("a = 1 & b = 2 or so", Look::Other),
            ("a%20b", Look::Percent),
            ("50% off, 20%20", Look::Other),
            ("eyJhIjoxfQ", Look::Other),
            ("eyJhIjoxMjM0NTY3fQ", Look::Base64),
            ("0123456789abcdef", Look::Hex),
            ("facebookmessenger", Look::Other),
            ("a text with its words", Look::Other),
        ] {
            assert_eq!(text_kind(value.as_bytes()), look, "{value}");
        }
    }
}
