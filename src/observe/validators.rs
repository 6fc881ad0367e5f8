//! Cache validators in an exchange (RFC 9110 section 8.8): what an answer gives the browser to keep with its copy, and what a request sends
//! back. Never says what they are used for; that is not seen.

use std::ops::Range;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::{Deserialize, Serialize};
use sha2::Digest as _;

use crate::evidence::Fingerprinter;
use crate::model::{BodyState, Digest, Exchange, Locator, Part, Response, Step};

/// How many bytes a body may have whose bytes are compared. Longer ones are seen with their validators, and compared with nothing.
const COMPARED_BYTES: u64 = 1 << 20;

/// How many entity tags of one If-None-Match field are looked at. A browser sends one.
const TAGS_OF_A_FIELD: usize = 32;

/// What kind of validator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ValidatorKind {
    /// An entity tag: ETag, sent back as If-None-Match.
    EntityTag,
    /// A date: Last-Modified, sent back as If-Modified-Since.
    Date,
}

impl ValidatorKind {
    /// As it stands in outputs: the name of the field that gives it.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::EntityTag => "etag",
            Self::Date => "last-modified",
        }
    }

    /// Name of the field in which a browser sends it back.
    #[must_use]
    pub const fn sent_as(self) -> &'static str {
        match self {
            Self::EntityTag => "if-none-match",
            Self::Date => "if-modified-since",
        }
    }
}

/// Which digest of the answer's own body a validator is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ContentDigest {
    /// SHA-1 (FIPS 180-4).
    Sha1,
    /// SHA-256 (FIPS 180-4).
    Sha256,
}

impl ContentDigest {
    /// As it stands in outputs.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Sha1 => "sha-1",
            Self::Sha256 => "sha-256",
        }
    }
}

/// A validator in a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenValidator {
    /// Its kind.
    pub kind: ValidatorKind,
    /// Whether the browser sent it; otherwise an answer gave it.
    pub sent: bool,
    /// Keyed fingerprint of the value: of an entity tag what stands between the quotation marks, without `W/`.
    pub fingerprint: [u8; 8],
    /// Length of the value in bytes, more than 0.
    pub value_bytes: u32,
    /// Whether the value is a digest, in hexadecimal or base64, of the bytes of the answer's body as recorded. MD5 is not tried.
    pub of_content: Option<ContentDigest>,
    /// Header field, from 1.
    field: u32,
    /// Bytes of the value in the field.
    range: (u32, u32),
}

impl SeenValidator {
    /// The place of the value.
    #[must_use]
    pub fn locator(&self) -> Locator {
        let part = if self.sent { Part::RequestHeader(self.field) } else { Part::ResponseHeader(self.field) };
        Locator { part, steps: vec![Step::Range(self.range.0.into(), self.range.1.into())] }
    }

    /// Name of the field it stands in.
    #[must_use]
    pub const fn field_name(&self) -> &'static str {
        if self.sent { self.kind.sent_as() } else { self.kind.id() }
    }
}

/// The validators of an exchange, those sent first, and a keyed fingerprint of the answer's body, where there is something to compare: the answer
/// has a validator and status 200, and its body was recorded whole, has bytes and is not longer than [`COMPARED_BYTES`].
pub(super) fn validators(exchange: &Exchange, fingerprints: &Fingerprinter) -> (Vec<SeenValidator>, Option<[u8; 8]>) {
    let mut found = Vec::new();
    let request = &exchange.request.headers;
    for (index, field) in request.all(ValidatorKind::EntityTag.sent_as()) {
        for range in entity_tags(field) {
            found.extend(seen(ValidatorKind::EntityTag, true, index, field, range, fingerprints));
        }
    }
    for (index, field) in request.all(ValidatorKind::Date.sent_as()) {
        found.extend(seen(ValidatorKind::Date, true, index, field, trimmed(field, 0..field.len()), fingerprints));
    }
    let Some(response) = exchange.outcome.response() else { return (found, None) };
    let sent = found.len();
    for (index, field) in response.headers.all(ValidatorKind::EntityTag.id()) {
        let range = opaque(field, trimmed(field, 0..field.len()));
        found.extend(seen(ValidatorKind::EntityTag, false, index, field, range, fingerprints));
    }
    for (index, field) in response.headers.all(ValidatorKind::Date.id()) {
        found.extend(seen(ValidatorKind::Date, false, index, field, trimmed(field, 0..field.len()), fingerprints));
    }
    if found.len() == sent {
        return (found, None);
    }
    let Some((bytes, coding)) = compared(response) else { return (found, None) };
    let digest = Digest::of(bytes);
    for validator in found.iter_mut().skip(sent).filter(|validator| validator.kind == ValidatorKind::EntityTag) {
        let field = response.headers.get(validator.field as usize - 1).map_or(&b""[..], |(_, value)| value);
        let value = field.get(validator.range.0 as usize..validator.range.1 as usize).unwrap_or_default();
        validator.of_content = digest_in(value).and_then(|claimed| match claimed.len() {
            20 => (sha1::Sha1::digest(bytes)[..] == claimed[..]).then_some(ContentDigest::Sha1),
            _ => (digest.0[..] == claimed[..]).then_some(ContentDigest::Sha256),
        });
    }
    let content = fingerprints.of(&[coding, b"\0", &digest.0].concat()).0;
    (found, Some(content))
}

/// The bytes of an answer's body that can be compared with another's, with the content coding that another body must have too: recorders that
/// undo codings make equal what a server gave different validators for good reason (RFC 9110 section 8.8.3.3).
fn compared(response: &Response) -> Option<(&[u8], &[u8])> {
    let body = &response.body;
    let whole = matches!(body.state(), BodyState::Raw | BodyState::AlreadyDecoded);
    let bytes = body.in_memory().filter(|bytes| whole && response.status == 200 && !bytes.is_empty())?;
    (bytes.len() as u64 <= COMPARED_BYTES).then(|| (bytes, response.headers.first("content-encoding").unwrap_or_default()))
}

fn seen(
    kind: ValidatorKind,
    sent: bool,
    index: usize,
    field: &[u8],
    range: Range<usize>,
    fingerprints: &Fingerprinter,
) -> Option<SeenValidator> {
    let value = &field[range.clone()];
    (!value.is_empty()).then(|| SeenValidator {
        kind,
        sent,
        fingerprint: fingerprints.of(value).0,
        value_bytes: value.len() as u32,
        of_content: None,
        field: index as u32 + 1,
        range: (range.start as u32, range.end as u32),
    })
}

/// The opaque tags of an If-None-Match field, as ranges of it (RFC 9110 section 13.1.2). `*` is none. A tag without quotation marks, which the
/// standard does not know but servers give, ends at the next comma.
fn entity_tags(field: &[u8]) -> Vec<Range<usize>> {
    let mut tags = Vec::new();
    let mut at = 0;
    while at < field.len() && tags.len() < TAGS_OF_A_FIELD {
        let rest = trimmed(field, at..field.len());
        let quote = rest.start + if field[rest.clone()].starts_with(b"W/") { 2 } else { 0 };
        let end_of = |from: usize, wanted: u8| memchr::memchr(wanted, &field[from..]).map_or(field.len(), |found| from + found);
        // A comma may stand inside the quotation marks.
        let end = if field.get(quote) == Some(&b'"') { end_of(end_of(quote + 1, b'"'), b',') } else { end_of(rest.start, b',') };
        let tag = trimmed(field, rest.start..end.max(rest.start));
        if &field[tag.clone()] != b"*" {
            tags.push(opaque(field, tag));
        }
        at = end + 1;
    }
    tags.retain(|tag| !tag.is_empty());
    tags
}

/// An entity tag without `W/` and quotation marks.
fn opaque(field: &[u8], tag: Range<usize>) -> Range<usize> {
    let start = tag.start + if field[tag.clone()].starts_with(b"W/") { 2 } else { 0 };
    match &field[start..tag.end] {
        [b'"', .., b'"'] => start + 1..tag.end - 1,
        _ => start..tag.end,
    }
}

/// `range` without spaces and tabs at its ends.
fn trimmed(field: &[u8], range: Range<usize>) -> Range<usize> {
    let Range { mut start, mut end } = range;
    while start < end && matches!(field[start], b' ' | b'\t') {
        start += 1;
    }
    while start < end && matches!(field[end - 1], b' ' | b'\t') {
        end -= 1;
    }
    start..end
}

/// The bytes of a digest of 20 or 32 bytes that `value` may be in hexadecimal or base64.
fn digest_in(value: &[u8]) -> Option<Vec<u8>> {
    const LOOSE: GeneralPurposeConfig =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent).with_decode_allow_trailing_bits(true);
    const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LOOSE);
    const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LOOSE);
    let nibble = |byte: &u8| char::from(*byte).to_digit(16).map(|digit| digit as u8);
    match value.len() {
        40 | 64 => {
            let nibbles = value.iter().map(nibble).collect::<Option<Vec<u8>>>()?;
            Some(nibbles.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect())
        }
        27 | 28 | 43 | 44 => {
            let decoded = STANDARD.decode(value).or_else(|_| URL_SAFE.decode(value)).ok()?;
            matches!(decoded.len(), 20 | 32).then_some(decoded)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tags(field: &str) -> Vec<&str> {
        entity_tags(field.as_bytes()).into_iter().map(|range| &field[range]).collect()
    }

    #[test]
    fn lists_of_tags() {
        assert_eq!(tags("\"a\""), ["a"]);
        assert_eq!(tags(" W/\"a,b\" ,\t\"c\",,d , *, \"\""), ["a,b", "c", "d"]);
        assert_eq!(tags("*"), [""; 0]);
        assert_eq!(tags("W/x"), ["x"]);
        assert_eq!(tags("\"open"), ["\"open"]);
        assert_eq!(tags("\""), ["\""]);
        assert_eq!(tags(&"\"a\",".repeat(1_000)).len(), TAGS_OF_A_FIELD);
    }

    #[test]
    fn digests_in_their_forms() {
        let sha1 = sha1::Sha1::digest(b"abc");
        assert_eq!(digest_in(b"A9993E364706816aba3e25717850c26c9cd0d89d").as_deref(), Some(&sha1[..]));
        assert_eq!(digest_in(b"qZk+NkcGgWq6PiVxeFDCbJzQ2J0=").as_deref(), Some(&sha1[..]));
        assert_eq!(digest_in(b"qZk-NkcGgWq6PiVxeFDCbJzQ2J0").as_deref(), Some(&sha1[..]));
        let sha256 = Digest::of(b"abc");
        assert_eq!(digest_in(sha256.to_string().as_bytes()).as_deref(), Some(&sha256.0[..]));
        assert_eq!(digest_in(b"z9993E364706816aba3e25717850c26c9cd0d89d"), None);
        assert_eq!(digest_in(b"5f3a-18c"), None);
    }

    proptest! {
        #[test]
        fn every_tag_lies_in_its_field(field in "[W/\", \t*a\u{e9}-]{0,40}") {
            let mut end = 0;
            for tag in entity_tags(field.as_bytes()) {
                prop_assert!(tag.start >= end && tag.start < tag.end && tag.end <= field.len());
                end = tag.end;
            }
        }

        #[test]
        fn printed_tags_read_back(tags in prop::collection::vec(("(W/)?", "[!#-~,]{1,20}"), 1..10), space in "[ \t]{0,2}") {
            let printed: Vec<String> = tags.iter().map(|(weak, tag)| format!("{weak}\"{tag}\"")).collect();
            let field = printed.join(&format!(",{space}"));
            let read: Vec<&str> = entity_tags(field.as_bytes()).into_iter().map(|range| &field[range]).collect();
            prop_assert_eq!(read, tags.iter().map(|(_, tag)| &tag[..]).collect::<Vec<_>>());
        }
    }
}
