//! Sealed documents: JSON with one record per line and, at its end, a running digest after every line.
//!
//! A log is chained record by record. A document such as the annex stays one JSON value that any program reads; its last member
//! `integrity` holds, for each line before it, the first 16 hexadecimal digits of SHA-256 over everything up to the end of that line, and the
//! whole SHA-256 over everything before its own digits. So a changed byte is found and its record named without the recording at hand.

use std::io;

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};
use sha2::{Digest as _, Sha256};

use crate::model::Digest;

const LIST: &str = "\"integrity\":{\"algorithm\":\"sha-256\",\"lines\":[\n";
const LIST_END: &[u8] = b"],\n\"digest\":\"";
const END: &[u8] = b"\"}\n}\n";

/// Digits of a running digest in the list, with its quotation marks, a comma and a line feed.
const LINE: usize = 16 + 4;

/// Writes `document`, which must be an object, as a sealed document. Members that are lists get a line for each element.
///
/// # Errors
///
/// The document cannot be written as JSON.
pub fn seal(document: &impl Serialize) -> Result<Vec<u8>, serde_json::Error> {
    let mut out = Vec::with_capacity(1 << 16);
    document.serialize(&mut Serializer::with_formatter(&mut out, Lines::default()))?;
    let (digests, mut hasher) = running(&out);
    let body = out.len();
    out.extend_from_slice(LIST.as_bytes());
    out.extend_from_slice(list(&digests).as_bytes());
    out.extend_from_slice(LIST_END);
    // The digest of the whole goes on where that of the last line ended.
    hasher.update(&out[body..]);
    out.extend_from_slice(Digest(hasher.finalize().into()).to_string().as_bytes());
    out.extend_from_slice(END);
    Ok(out)
}

/// JSON as the body of a sealed document has it: a line for each member of the document and for each element of a member that is a list, and the
/// document left open at its end. Everything further in is written without spaces.
#[derive(Default)]
struct Lines {
    /// How many objects and lists are open.
    depth: usize,
    /// Whether the innermost list has an element.
    filled: bool,
}

impl Formatter for Lines {
    fn begin_object<W: io::Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.depth += 1;
        out.write_all(if self.depth == 1 { b"{\n" } else { b"{" })
    }

    fn end_object<W: io::Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.depth -= 1;
        out.write_all(if self.depth == 0 { b"" } else { b"}" })
    }

    fn begin_object_key<W: io::Write + ?Sized>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        out.write_all(if self.depth == 1 || first { b"" } else { b"," })
    }

    fn end_object_value<W: io::Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(if self.depth == 1 { b",\n" } else { b"" })
    }

    fn begin_array<W: io::Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.depth += 1;
        self.filled = false;
        out.write_all(b"[")
    }

    fn begin_array_value<W: io::Write + ?Sized>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        out.write_all(match (self.depth, first) {
            (2, true) => b"\n",
            (2, false) => b",\n",
            (_, true) => b"",
            (_, false) => b",",
        })
    }

    fn end_array_value<W: io::Write + ?Sized>(&mut self, _: &mut W) -> io::Result<()> {
        self.filled = true;
        Ok(())
    }

    fn end_array<W: io::Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.depth -= 1;
        out.write_all(if self.depth == 1 && self.filled { b"\n]" } else { b"]" })
    }
}

/// The list of digests as it is written, one line for each.
fn list(digests: &[String]) -> String {
    let last = digests.len().saturating_sub(1);
    let line = |(index, digest): (usize, &String)| format!("\"{digest}\"{}\n", if index < last { ',' } else { ' ' });
    digests.iter().enumerate().map(line).collect()
}

/// The running digest after every line of `text`, and what makes it, at the end of `text`.
fn running(text: &[u8]) -> (Vec<String>, Sha256) {
    let mut hasher = Sha256::new();
    let digests = text
        .split_inclusive(|&byte| byte == b'\n')
        .map(|line| {
            hasher.update(line);
            let mut digits = Digest(hasher.clone().finalize().into()).to_string();
            digits.truncate(16);
            digits
        })
        .collect();
    (digests, hasher)
}

/// The first place at which a sealed document does not fit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{record}, byte {offset}: {what}")]
pub struct SealProblem {
    /// The record: a JSON pointer such as `/cookies/12` (elements from 0), or `/integrity`.
    pub record: String,
    /// Byte of the file: of the wrong byte where that is known, else of the beginning of the line.
    pub offset: u64,
    /// What does not fit.
    pub what: &'static str,
}

/// Checks a sealed document.
///
/// # Errors
///
/// Names the first record that does not fit.
pub fn verify_seal(document: &[u8]) -> Result<(), SealProblem> {
    let integrity = |offset: usize, what| Err(SealProblem { record: "/integrity".to_owned(), offset: offset as u64, what });
    // The list is found from the end, where all lengths are fixed, so that nothing inside the records can pass for it.
    let Some(digest_at) = document.len().checked_sub(END.len() + 64) else {
        return integrity(document.len(), "the document is too short to carry its integrity section");
    };
    let (covered, tail) = document.split_at(digest_at);
    let Some(list_end) = digest_at.checked_sub(LIST_END.len()) else {
        return integrity(0, "the document is too short to carry its integrity section");
    };
    // The list's head may itself be the place that was changed; it is found by going up over the lines of the list.
    let mut list_at = list_end;
    while list_at >= LINE && is_list_line(&document[list_at - LINE..list_at]) {
        list_at -= LINE;
    }
    let lines = (list_end - list_at) / LINE;
    let body_end = list_at.saturating_sub(LIST.len());
    let body = &document[..body_end];
    let (computed, _) = running(body);
    let listed = |index: usize| &document[list_at + index * LINE + 1..list_at + index * LINE + 17];
    let first_wrong = (0..lines.min(computed.len())).find(|&index| listed(index) != computed[index].as_bytes());
    if let Some(index) = first_wrong {
        // Was it the line, or its digest in the list? With the digest mended, the whole fits only if it was the digest.
        let mut mended = covered.to_vec();
        let at = list_at + index * LINE + 1;
        mended[at..at + 16].copy_from_slice(computed[index].as_bytes());
        let digits = Digest::of(&mended).to_string();
        if tail.starts_with(digits.as_bytes()) {
            let wrong = (0..16).find(|&digit| document[at + digit] != mended[at + digit]).unwrap_or(0);
            return integrity(at + wrong, "a digest in the list was changed; the records are whole");
        }
        let (record, offset) = record_of_line(body, index);
        return Err(SealProblem { record, offset: offset as u64, what: "its content does not fit its digest" });
    }
    let digits = Digest::of(covered).to_string();
    if tail.starts_with(digits.as_bytes()) && tail[64..] == *END && lines == computed.len() {
        return Ok(());
    }
    let list = list(&computed);
    for (expected, at) in [(LIST.as_bytes(), body_end), (list.as_bytes(), list_at), (LIST_END, list_end), (END, digest_at + 64)] {
        let found = &document[at..(at + expected.len()).min(document.len())];
        if let Some(wrong) = (0..expected.len()).find(|&byte| found.get(byte) != Some(&expected[byte])) {
            return integrity(at + wrong, "the integrity section is not written as it should be");
        }
    }
    if lines != computed.len() {
        return integrity(list_at, "the list of digests has not one digest for each line");
    }
    integrity(digest_at, "the digest of the whole does not fit")
}

/// Whether 20 bytes are a line of the list, but for at most one byte: a changed line must still be seen as one.
fn is_list_line(line: &[u8]) -> bool {
    let fits = |(at, byte): (usize, &u8)| match at {
        0 | 17 => *byte == b'"',
        18 => matches!(byte, b',' | b' '),
        19 => *byte == b'\n',
        _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
    };
    line.iter().enumerate().filter(|&place| !fits(place)).count() <= 1
}

/// JSON pointer and offset of a line of the records. The lines before it are whole; it is not, so nothing rests on its own text but the name
/// that a changed member may still have.
fn record_of_line(body: &[u8], wanted: usize) -> (String, usize) {
    let mut offset = 0;
    let mut list: Option<(String, usize)> = None;
    for (index, line) in body.split_inclusive(|&byte| byte == b'\n').enumerate() {
        if index == wanted {
            let record = match &list {
                Some((name, element)) => format!("{name}/{element}"),
                None => member(line).map_or_else(|| "/".to_owned(), |name| format!("/{name}")),
            };
            return (record, offset);
        }
        list = match list {
            Some(_) if line.starts_with(b"]") => None,
            Some((name, element)) => Some((name, element + 1)),
            None if line.ends_with(b":[\n") => member(line).map(|name| (format!("/{name}"), 0)),
            None => None,
        };
        offset += line.len();
    }
    ("/".to_owned(), offset)
}

/// The name of the member that a line begins with, if it is one that can be printed.
fn member(line: &[u8]) -> Option<String> {
    let name = line.strip_prefix(b"\"")?.split(|&byte| byte == b'"').next()?;
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let found = line.get(name.len() + 1..)?.starts_with(b"\":") && !name.is_empty() && name.iter().all(plain);
    found.then(|| String::from_utf8_lossy(name).into_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn document() -> Value {
        serde_json::json!({
            "format": "test",
            "rows": [{"a": 1, "text": "\"integrity\":{"}, {"a": 2}, {"a": 3}],
            "none": [],
            "nested": [[], [1, [], {"a": []}], "text"],
            "object": {"x": [1, 2]},
        })
    }

    #[test]
    fn sealed_documents_are_json_and_verify() {
        let sealed = seal(&document()).expect("JSON");
        let mut value: Value = serde_json::from_slice(&sealed).expect("JSON");
        assert_eq!(verify_seal(&sealed), Ok(()));
        value.as_object_mut().and_then(|object| object.remove("integrity")).expect("integrity");
        assert_eq!(value, document());
    }

    #[test]
    fn members_and_elements_of_lists_have_their_lines() {
        let sealed = String::from_utf8(seal(&document()).expect("JSON")).expect("text");
        let body = sealed.split(LIST).next().expect("body");
        let expected = concat!(
            "{\n\"format\":\"test\",\n",
            "\"rows\":[\n{\"a\":1,\"text\":\"\\\"integrity\\\":{\"},\n{\"a\":2},\n{\"a\":3}\n],\n",
            "\"none\":[],\n",
            "\"nested\":[\n[],\n[1,[],{\"a\":[]}],\n\"text\"\n],\n",
            "\"object\":{\"x\":[1,2]},\n",
        );
        assert_eq!(body, expected);
    }

    #[test]
    fn every_flip_is_named() {
        let sealed = seal(&document()).expect("JSON");
        let text = String::from_utf8(sealed.clone()).expect("text");
        let list = text.rfind("\"integrity\":{\"algorithm").expect("list");
        let second_row = text.find("{\"a\":2}").expect("row");
        for at in 0..sealed.len() {
            for bit in 0..8 {
                let mut changed = sealed.clone();
                changed[at] ^= 1 << bit;
                let problem = verify_seal(&changed).expect_err("noticed");
                assert!(problem.offset <= at as u64, "byte {at} bit {bit}: {problem}");
                if at >= list {
                    assert_eq!(problem.record, "/integrity", "byte {at} bit {bit}: {problem}");
                } else {
                    assert_ne!(problem.record, "/integrity", "byte {at} bit {bit}: {problem}");
                }
                if (second_row..second_row + 7).contains(&at) {
                    assert_eq!((problem.record.as_str(), problem.offset), ("/rows/1", second_row as u64));
                }
            }
        }
    }

    #[test]
    fn every_cut_is_noticed() {
        let sealed = seal(&document()).expect("JSON");
        for length in 0..sealed.len() {
            assert!(verify_seal(&sealed[..length]).is_err(), "cut at {length}");
        }
    }
}
