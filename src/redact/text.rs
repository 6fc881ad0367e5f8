//! A text as it is after escapes were undone, in which every byte still knows where it lies in the record. So what is found in the innermost of
//! several layers can be overwritten in the outermost. It never changes a byte.

use std::borrow::Cow;
use std::ops::Range;

/// See the head of this file.
#[derive(Clone, Debug)]
pub(super) struct Text<'a> {
    /// The bytes, escapes undone.
    pub(super) bytes: Cow<'a, [u8]>,
    /// For every byte the place in the record at which it begins, and at the end the place at which the last one ends. `None`: nothing was
    /// undone, the text lies in the record from `base` on.
    places: Option<Cow<'a, [u32]>>,
    base: usize,
}

impl<'a> Text<'a> {
    /// The record itself.
    pub(super) fn new(record: &'a [u8]) -> Self {
        Self { bytes: Cow::Borrowed(record), places: None, base: 0 }
    }

    /// A part of it.
    pub(super) fn part(&self, range: Range<usize>) -> Text<'_> {
        Text {
            base: self.base + range.start,
            places: self.places.as_ref().map(|places| Cow::Borrowed(&places[range.start..=range.end])),
            bytes: Cow::Borrowed(&self.bytes[range]),
        }
    }

    /// Where a part lies in the record: whole escapes of every layer.
    pub(super) fn place(&self, range: Range<usize>) -> Range<usize> {
        match &self.places {
            None => self.base + range.start..self.base + range.end,
            Some(places) => places[range.start] as usize..places[range.end] as usize,
        }
    }

    fn at(&self, index: usize) -> u32 {
        match &self.places {
            None => (self.base + index) as u32,
            Some(places) => places[index],
        }
    }

    /// With percent-encoding undone. What is no escape stays as it is. `plus`: a plus sign is a space, as in forms (URL Standard section 5.1).
    pub(super) fn percent(&self, plus: bool) -> Text<'_> {
        let bytes = &self.bytes;
        if memchr::memchr2(b'%', if plus { b'+' } else { b'%' }, bytes).is_none() {
            return self.part(0..bytes.len());
        }
        let digit = |at: usize| bytes.get(at).and_then(|&byte| char::from(byte).to_digit(16));
        self.undone(|at| match bytes[at] {
            b'%' => match (digit(at + 1), digit(at + 2)) {
                (Some(high), Some(low)) => (3, Char::Byte((high << 4 | low) as u8)),
                _ => (1, Char::Byte(b'%')),
            },
            b'+' if plus => (1, Char::Byte(b' ')),
            byte => (1, Char::Byte(byte)),
        })
    }

    /// With the escapes of JSON strings undone (RFC 8259 section 7). An unknown escape is the character behind the backslash.
    pub(super) fn unescaped(&self) -> Text<'_> {
        let bytes = &self.bytes;
        if memchr::memchr(b'\\', bytes).is_none() {
            return self.part(0..bytes.len());
        }
        let unit = |at: usize| {
            let digits = bytes.get(at..at + 6).filter(|escape| escape.starts_with(b"\\u"))?;
            u32::from_str_radix(std::str::from_utf8(&digits[2..]).ok()?, 16).ok()
        };
        self.undone(|at| match bytes[at] {
            b'\\' => match (unit(at), bytes.get(at + 1)) {
                (Some(high @ 0xd800..=0xdbff), _) => match unit(at + 6) {
                    Some(low @ 0xdc00..=0xdfff) => (12, Char::Scalar(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00))),
                    _ => (6, Char::Scalar(0xfffd)),
                },
                (Some(scalar), _) => (6, Char::Scalar(scalar)),
                (None, Some(b'n')) => (2, Char::Byte(b'\n')),
                (None, Some(b't')) => (2, Char::Byte(b'\t')),
                (None, Some(b'r')) => (2, Char::Byte(b'\r')),
                (None, Some(b'b')) => (2, Char::Byte(8)),
                (None, Some(b'f')) => (2, Char::Byte(12)),
                (None, Some(&byte)) => (2, Char::Byte(byte)),
                (None, None) => (1, Char::Byte(b'\\')),
            },
            byte => (1, Char::Byte(byte)),
        })
    }

    /// Undoes escapes: `next` says how long the one at a place is, and what it stands for.
    fn undone(&self, next: impl Fn(usize) -> (usize, Char)) -> Text<'static> {
        let mut out = Vec::with_capacity(self.bytes.len());
        let mut places = Vec::with_capacity(self.bytes.len() + 1);
        let mut at = 0;
        while at < self.bytes.len() {
            let (length, char) = next(at);
            match char {
                Char::Byte(byte) => out.push(byte),
                Char::Scalar(scalar) => {
                    let sign = char::from_u32(scalar).unwrap_or(char::REPLACEMENT_CHARACTER);
                    out.extend_from_slice(sign.encode_utf8(&mut [0; 4]).as_bytes());
                }
            }
            places.resize(out.len(), self.at(at));
            at += length;
        }
        places.push(self.at(self.bytes.len()));
        Text { bytes: Cow::Owned(out), places: Some(Cow::Owned(places)), base: 0 }
    }
}

/// What an escape stands for.
enum Char {
    Byte(u8),
    Scalar(u32),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_keep_their_places() {
        let record = br"x=%7B%22a%22%3A%22p%5Cu0061%5C%22s%22%7D&y";
        let text = Text::new(record);
        let value = text.part(2..record.len() - 2);
        let json = value.percent(true);
        assert_eq!(&*json.bytes, br#"{"a":"p\u0061\"s"}"#);
        let inner = json.part(6..16);
        let plain = inner.unescaped();
        assert_eq!(&*plain.bytes, b"pa\"s");
        assert_eq!(&record[plain.place(0..4)], b"p%5Cu0061%5C%22s");
        assert_eq!(&record[plain.place(1..2)], b"%5Cu0061");
        assert_eq!(&record[json.place(1..4)], b"%22a%22");
    }

    #[test]
    fn odd_escapes_stay() {
        assert_eq!(&*Text::new(b"a%4%zz+%").percent(false).bytes, b"a%4%zz+%");
        assert_eq!(&*Text::new(b"a+%2B").percent(true).bytes, b"a +");
        assert_eq!(&*Text::new(br"\ud83d\ude00\ud83d\q\u00").unescaped().bytes, "😀\u{fffd}qu00".as_bytes());
        assert_eq!(&*Text::new(b"x\\").unescaped().bytes, b"x\\");
    }
}
