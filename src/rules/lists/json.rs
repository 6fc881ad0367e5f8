//! Walks JSON documents of hostile size without holding them as values: the few levels above the records are read member by member, and only a record
//! becomes a value.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

/// Bytes of a record that is read as a value. As a value it takes up to some thirty times as much.
const LARGEST_RECORD: usize = 1 << 20;

/// The text of a JSON document, without byte order mark.
pub(super) fn document(bytes: &[u8]) -> Result<&RawValue, String> {
    let text = std::str::from_utf8(bytes).map_err(|error| format!("it is not UTF-8 text after byte {}", error.valid_up_to()))?;
    serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| format!("it is no JSON: {error}"))
}

/// Calls `each` with every member of an object, in order. `false`: it is no object.
pub(super) fn members<'a>(raw: &'a RawValue, mut each: impl FnMut(Cow<'a, str>, &'a RawValue)) -> bool {
    raw.get().starts_with('{') && serde_json::Deserializer::from_str(raw.get()).deserialize_map(Members(&mut each)).is_ok()
}

/// Calls `each` with every element of an array, in order. `false`: it is no array.
pub(super) fn elements<'a>(raw: &'a RawValue, mut each: impl FnMut(usize, &'a RawValue)) -> bool {
    raw.get().starts_with('[') && serde_json::Deserializer::from_str(raw.get()).deserialize_seq(Elements(&mut each)).is_ok()
}

/// A record as a value.
pub(super) fn record(raw: &RawValue) -> Result<Value, String> {
    if raw.get().len() > LARGEST_RECORD {
        return Err(format!("the record has more than {LARGEST_RECORD} bytes"));
    }
    serde_json::from_str(raw.get()).map_err(|error| format!("the record cannot be read: {error}"))
}

/// The text of a string.
pub(super) fn text(raw: &RawValue) -> Option<Cow<'_, str>> {
    if !raw.get().starts_with('"') {
        return None;
    }
    // A text without escapes is borrowed from the document, one with escapes is not.
    let borrowed = serde_json::from_str::<&str>(raw.get()).map(Cow::Borrowed);
    borrowed.or_else(|_| serde_json::from_str::<String>(raw.get()).map(Cow::Owned)).ok()
}

/// A step of a JSON pointer (RFC 6901 §3).
pub(super) fn step(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

struct Members<'f, F>(&'f mut F);

impl<'de, F: FnMut(Cow<'de, str>, &'de RawValue)> Visitor<'de> for Members<'_, F> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key_seed(Name)? {
            (self.0)(name, map.next_value()?);
        }
        Ok(())
    }
}

struct Elements<'f, F>(&'f mut F);

impl<'de, F: FnMut(usize, &'de RawValue)> Visitor<'de> for Elements<'_, F> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let mut index = 0;
        while let Some(element) = list.next_element()? {
            (self.0)(index, element);
            index += 1;
        }
        Ok(())
    }
}

/// A name of a member: borrowed where it has no escapes.
struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Name {
    type Value = Cow<'de, str>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a name")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(name))
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_and_elements_in_order() {
        let raw = document(b"\xef\xbb\xbf{\"b\":[1,{}],\"a\\u0062\":\"x\\n\"}").expect("JSON");
        let mut seen = Vec::new();
        assert!(members(raw, |name, value| seen.push((name.into_owned(), value.get().to_owned()))));
        assert_eq!(seen, [("b".to_owned(), "[1,{}]".to_owned()), ("ab".to_owned(), "\"x\\n\"".to_owned())]);
        assert!(!elements(raw, |_, _| ()));
        let list = document(b"[1,\"a\"]").expect("JSON");
        let mut count = 0;
        assert!(elements(list, |index, value| count += index + value.get().len()));
        assert_eq!(count, 5);
        assert!(!members(list, |_, _| ()));
        assert_eq!(step("a/b~c"), "a~1b~0c");
    }

    #[test]
    fn depth_is_bounded_where_values_are_made() {
        let deep = format!("[{}{}]", "[".repeat(200_000), "]".repeat(200_000));
        let raw = document(deep.as_bytes()).expect("scanned without recursion");
        let mut says = String::new();
        assert!(elements(raw, |_, inner| says = record(inner).expect_err("too deep")));
        assert!(says.contains("recursion limit"), "{says}");
    }
}
