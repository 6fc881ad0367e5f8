//! The fields that a request carries, as far as analysis keeps them: names, places, shapes and fingerprints of values; of short plain values the
//! value, which only this temporary store holds: outputs print it where a rule says so. What an answer carries is not kept here.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::SHORTEST_IDENTIFIER;
use crate::decode::{Field, FieldPlace};
use crate::evidence::Fingerprinter;
use crate::model::Side;

/// Values that are kept are not longer than this (bytes). Whether one may be printed is for rules to say.
const LONGEST_VALUE: usize = 64;

/// A field of a request, or of a message that the browser sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenField<'a> {
    place: u8,
    shape: u8,
    /// Layers that were undone to reach it.
    pub depth: u8,
    /// Whether fields were found inside it.
    pub holds_fields: bool,
    /// Length of its value in bytes, as far as it was unpacked.
    pub bytes: u32,
    /// Its name, as [`Field::name`].
    #[serde(borrow)]
    pub name: Cow<'a, str>,
    /// Where its value is found again, in the text form of a locator.
    #[serde(borrow)]
    pub locator: Cow<'a, str>,
    /// Keyed mark of the value, if it is long enough to be an identifier.
    pub mark: Option<u64>,
    /// The value, if it is text of at most 64 bytes without control characters.
    #[serde(borrow)]
    pub value: Option<Cow<'a, str>>,
}

/// What a value looks like, as outputs print it. A look is no meaning.
pub const SHAPES: [&str; 11] =
    ["empty", "number", "time", "boolean", "uuid", "hexadecimal", "address", "e-mail-like", "word", "text", "bytes"];

impl SeenField<'_> {
    /// What is kept of a field; `None` for what the browser did not send.
    pub(super) fn of(field: &Field<'_>, fingerprints: &Fingerprinter) -> Option<SeenField<'static>> {
        if field.side != Side::Request {
            return None;
        }
        let value = std::str::from_utf8(field.value).ok().filter(|value| value.len() <= LONGEST_VALUE && !value.contains(char::is_control));
        let identifies = field.value.len() >= SHORTEST_IDENTIFIER && !field.holds_fields;
        Some(SeenField {
            place: FieldPlace::ALL.iter().position(|place| *place == field.place).unwrap_or(0) as u8,
            shape: shape(field.value),
            depth: field.depth,
            holds_fields: field.holds_fields,
            bytes: u32::try_from(field.value.len()).unwrap_or(u32::MAX),
            name: Cow::Owned(field.name.to_owned()),
            locator: Cow::Owned(field.locator.to_string()),
            mark: identifies.then(|| fingerprints.mark(field.value)),
            value: value.map(|value| Cow::Owned(value.to_owned())),
        })
    }

    /// Where it stands.
    #[must_use]
    pub fn place(&self) -> FieldPlace {
        FieldPlace::ALL.get(usize::from(self.place)).copied().unwrap_or(FieldPlace::Body)
    }

    /// What its value looks like: an index in [`SHAPES`].
    #[must_use]
    pub fn shape(&self) -> usize {
        usize::from(self.shape).min(SHAPES.len() - 1)
    }
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.')
}

/// The shape of a value, the narrowest that fits.
fn shape(value: &[u8]) -> u8 {
    let Ok(text) = std::str::from_utf8(value) else { return index("bytes") };
    let bytes = text.as_bytes();
    index(match bytes {
        [] => "empty",
        b"true" | b"false" => "boolean",
        _ if is_time(text) => "time",
        _ if text.parse::<f64>().is_ok_and(f64::is_finite) => "number",
        _ if is_uuid(bytes) => "uuid",
        _ if bytes.len() >= 16 && bytes.iter().all(u8::is_ascii_hexdigit) => "hexadecimal",
        _ if text.starts_with("https://") || text.starts_with("http://") => "address",
        _ if is_mail_like(text) => "e-mail-like",
        _ if bytes.iter().copied().all(is_plain) => "word",
        _ if bytes.iter().any(|byte| byte.is_ascii_control() && !byte.is_ascii_whitespace()) => "bytes",
        _ => "text",
    })
}

fn index(name: &str) -> u8 {
    SHAPES.iter().position(|shape| *shape == name).unwrap_or(SHAPES.len() - 1) as u8
}

/// Seconds, milliseconds or microseconds since 1970 that lie between 2001 and 2096.
fn is_time(text: &str) -> bool {
    let whole = text.split('.').next().unwrap_or_default();
    let digits = whole.bytes().all(|byte| byte.is_ascii_digit());
    digits && matches!(whole.len(), 10 | 13 | 16) && matches!(whole.as_bytes()[0], b'1'..=b'3')
}

/// RFC 9562 section 4.
fn is_uuid(bytes: &[u8]) -> bool {
    bytes.len() == 36
        && bytes.iter().enumerate().all(|(at, byte)| if matches!(at, 8 | 13 | 18 | 23) { *byte == b'-' } else { byte.is_ascii_hexdigit() })
}

fn is_mail_like(text: &str) -> bool {
    let Some((local, host)) = text.split_once('@') else { return false };
    !local.is_empty() && host.contains('.') && !host.contains('@') && !text.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes() {
        for (value, wanted) in [
            ("", "empty"),
            ("true", "boolean"),
            ("-12.5", "number"),
            ("1700000000", "time"),
            ("1700000000123", "time"),
            ("1700000000.5", "time"),
            ("9700000000", "number"),
            ("inf", "word"),
            ("123e4567-e89b-12d3-a456-426614174000", "uuid"),
            ("0123456789abcdef", "hexadecimal"),
            ("https://a.example/", "address"),
            ("a@b.nl", "e-mail-like"),
            ("a@b", "text"),
            ("PageView", "word"),
            ("one two", "text"),
            ("a\u{1}b", "bytes"),
        ] {
            assert_eq!(SHAPES[usize::from(shape(value.as_bytes()))], wanted, "{value}");
        }
        assert_eq!(SHAPES[usize::from(shape(&[0xff]))], "bytes");
    }
}
