//! The elements of DER (X.690) as they lie in a message: identifier, content and the bytes of both. It reads one level at a time and looks
//! into nothing.

use der::{Reader as _, SliceReader};

use super::TimestampError;

/// Elements that one level may have; no timestamp comes near.
const MOST: usize = 64;

/// Identifier octets (X.690 section 8.1.2) of what timestamps are made of.
pub(super) const BOOLEAN: u8 = 0x01;
pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const OBJECT_IDENTIFIER: u8 = 0x06;
pub(super) const GENERALIZED_TIME: u8 = 0x18;
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;
/// `[0]` and `[1]`, primitive and constructed.
pub(super) const ZERO: u8 = 0x80;
pub(super) const ONE: u8 = 0x81;
pub(super) const IN_ZERO: u8 = 0xa0;
pub(super) const IN_ONE: u8 = 0xa1;

/// One element.
#[derive(Clone, Copy, Debug)]
pub(super) struct Element<'a> {
    /// First identifier octet.
    pub(super) identifier: u8,
    /// Content octets.
    pub(super) value: &'a [u8],
    /// Identifier, length and content.
    pub(super) raw: &'a [u8],
}

/// The elements that `bytes` are made of.
pub(super) fn elements<'a>(bytes: &'a [u8], what: &'static str) -> Result<Vec<Element<'a>>, TimestampError> {
    let malformed = |_| TimestampError::Malformed(what);
    let mut reader = SliceReader::new(bytes).map_err(malformed)?;
    let mut found = Vec::new();
    while !reader.is_finished() {
        if found.len() == MOST {
            return Err(TimestampError::Malformed(what));
        }
        let raw = reader.tlv_bytes().map_err(malformed)?;
        let mut inner = SliceReader::new(raw).map_err(malformed)?;
        let header: der::Header = inner.decode().map_err(malformed)?;
        let value = inner.read_slice(header.length()).map_err(malformed)?;
        found.push(Element { identifier: raw[0], value, raw });
    }
    Ok(found)
}

/// The one element that `bytes` are, which must have this identifier.
pub(super) fn only<'a>(bytes: &'a [u8], identifier: u8, what: &'static str) -> Result<Element<'a>, TimestampError> {
    match elements(bytes, what)?[..] {
        [element] if element.identifier == identifier => Ok(element),
        _ => Err(TimestampError::Malformed(what)),
    }
}

/// Takes the elements of a sequence one after the other.
pub(super) struct Members<'a> {
    elements: std::iter::Peekable<std::vec::IntoIter<Element<'a>>>,
    what: &'static str,
}

impl<'a> Members<'a> {
    /// The members of what `bytes` hold, which is `what`.
    pub(super) fn of(bytes: &'a [u8], what: &'static str) -> Result<Self, TimestampError> {
        Ok(Self { elements: elements(bytes, what)?.into_iter().peekable(), what })
    }

    /// The next member, which must have this identifier.
    pub(super) fn next(&mut self, identifier: u8) -> Result<&'a [u8], TimestampError> {
        self.optional(identifier).ok_or(TimestampError::Malformed(self.what))
    }

    /// The next member, if it has this identifier.
    pub(super) fn optional(&mut self, identifier: u8) -> Option<&'a [u8]> {
        self.optional_element(identifier).map(|element| element.value)
    }

    /// The same with its identifier and length.
    pub(super) fn optional_element(&mut self, identifier: u8) -> Option<Element<'a>> {
        self.elements.next_if(|element| element.identifier == identifier)
    }

    /// Nothing may follow.
    pub(super) fn end(mut self) -> Result<(), TimestampError> {
        self.elements.next().map_or(Ok(()), |_| Err(TimestampError::Malformed(self.what)))
    }
}

/// The content of an integer without leading zeros. `None`: it is negative or empty.
pub(super) fn unsigned(value: &[u8]) -> Option<&[u8]> {
    if value.first().is_none_or(|first| first & 0x80 != 0) {
        return None;
    }
    let zeros = value.iter().take_while(|&&byte| byte == 0).count();
    Some(&value[zeros..])
}

/// A number that fits.
pub(super) fn number(value: &[u8]) -> Option<u64> {
    let digits = unsigned(value)?;
    (digits.len() <= 8).then(|| digits.iter().fold(0, |number, &byte| number << 8 | u64::from(byte)))
}

/// Content octets with identifier and length before them.
pub(super) fn encoded(identifier: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let mut out = vec![identifier];
    let digits = length.to_be_bytes();
    let used = &digits[digits.iter().take_while(|&&byte| byte == 0).count()..];
    match used {
        [] => out.push(0),
        [short] if *short < 0x80 => out.push(*short),
        long => {
            out.push(0x80 | u8::try_from(long.len()).unwrap_or(8));
            out.extend_from_slice(long);
        }
    }
    parts.iter().for_each(|part| out.extend_from_slice(part));
    out
}

/// An object identifier as numbers with dots between, for messages.
pub(super) fn dotted(value: &[u8]) -> String {
    der::asn1::ObjectIdentifier::from_bytes(value).map_or_else(|_| "(malformed)".to_owned(), |oid| oid.to_string())
}
