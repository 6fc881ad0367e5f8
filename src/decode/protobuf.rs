//! The wire format of protobuf (protobuf.dev, "Encoding") without a schema: which fields a message has, and where each lies. Groups, which the format
//! gave up, are not read.

use std::borrow::Cow;
use std::ops::Range;

use crate::model::Tag;

/// Largest number of a field.
const LARGEST: u64 = (1 << 29) - 1;

/// A field of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WireField {
    /// Its number.
    pub(crate) number: u32,
    /// Its value.
    pub(crate) value: WireValue,
}

/// A value on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum WireValue {
    /// A number: of variable length, or 4 or 8 bytes. What it stands for (sign, fraction) only a schema knows.
    Number(u64),
    /// Bytes: a text, a message, a row of numbers.
    Bytes(Range<usize>),
}

/// Walks over the fields of a message.
pub(crate) struct Fields<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// The fields of the message that `bytes` are. The last item is an error where they are none.
pub(crate) fn fields(bytes: &[u8]) -> Fields<'_> {
    Fields { bytes, at: 0 }
}

impl Fields<'_> {
    fn varint(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for (index, &byte) in self.bytes.get(self.at..)?.iter().take(10).enumerate() {
            value |= u64::from(byte & 0x7f) << (7 * index);
            if byte < 0x80 {
                self.at += index + 1;
                // The tenth byte has room for one bit.
                return (index < 9 || byte < 2).then_some(value);
            }
        }
        None
    }

    fn fixed<const N: usize>(&mut self) -> Option<u64> {
        let bytes = self.bytes.get(self.at..self.at + N)?;
        self.at += N;
        Some(bytes.iter().rev().fold(0, |sum, &byte| sum << 8 | u64::from(byte)))
    }

    fn field(&mut self) -> Option<WireField> {
        let tag = self.varint()?;
        let number = u32::try_from(tag >> 3).ok().filter(|&number| number > 0 && u64::from(number) <= LARGEST)?;
        let value = match tag & 7 {
            0 => WireValue::Number(self.varint()?),
            1 => WireValue::Number(self.fixed::<8>()?),
            2 => {
                let length = usize::try_from(self.varint()?).ok()?;
                let end = self.at.checked_add(length).filter(|&end| end <= self.bytes.len())?;
                WireValue::Bytes(std::mem::replace(&mut self.at, end)..end)
            }
            5 => WireValue::Number(self.fixed::<4>()?),
            _ => return None,
        };
        Some(WireField { number, value })
    }
}

impl Iterator for Fields<'_> {
    type Item = Result<WireField, ()>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.bytes.len() {
            return None;
        }
        let field = self.field();
        if field.is_none() {
            self.at = self.bytes.len();
        }
        Some(field.ok_or(()))
    }
}

/// The field at a path: bytes as they are, a number as decimal digits.
pub(crate) fn find<'a>(bytes: &'a [u8], path: &[Tag]) -> Option<Cow<'a, [u8]>> {
    let mut bytes = bytes;
    for (index, tag) in path.iter().enumerate() {
        let nth = tag.occurrence.checked_sub(1)? as usize;
        let field = fields(bytes).map_while(Result::ok).filter(|field| field.number == tag.number).nth(nth)?;
        match field.value {
            WireValue::Bytes(place) => bytes = &bytes[place],
            WireValue::Number(number) if index + 1 == path.len() => return Some(Cow::Owned(number.to_string().into_bytes())),
            WireValue::Number(_) => return None,
        }
    }
    Some(Cow::Borrowed(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wire_type() {
        let bytes = b"\x08\x96\x01\x12\x03abc\x1d\x01\x00\x00\x00\x21\xff\xff\xff\xff\xff\xff\xff\xff";
        let values: Vec<_> = fields(bytes).map(|field| field.map(|field| (field.number, field.value))).collect();
        assert_eq!(
            values,
            [
                Ok((1, WireValue::Number(150))),
                Ok((2, WireValue::Bytes(5..8))),
                Ok((3, WireValue::Number(1))),
                Ok((4, WireValue::Number(u64::MAX)))
            ]
        );
        for broken in [&b"\x08"[..], b"\x00\x01", b"\x12\x04abc", b"\x0b\x0c", b"\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", b"\x1d\x01"]
        {
            assert_eq!(fields(broken).collect::<Vec<_>>(), [Err(())], "{broken:?}");
        }
    }

    #[test]
    fn paths() {
        let tag = |number, occurrence| Tag { number, occurrence };
        let bytes = b"\x0a\x02\x08\x05\x0a\x02\x08\x06";
        assert_eq!(find(bytes, &[tag(1, 2), tag(1, 1)]).as_deref(), Some(&b"6"[..]));
        assert_eq!(find(bytes, &[tag(1, 1)]).as_deref(), Some(&b"\x08\x05"[..]));
        assert_eq!(find(bytes, &[tag(1, 3)]), None);
        assert_eq!(find(bytes, &[tag(1, 1), tag(1, 1), tag(1, 1)]), None);
    }
}
