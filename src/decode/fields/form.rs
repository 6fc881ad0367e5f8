//! Pairs of name and value: queries, urlencoded forms, and such texts inside values (WHATWG URL section 5.1). It never judges whether a text is one where the
//! sender says so.

use std::borrow::Cow;
use std::ops::Range;

use super::walk::{Seen, Walk};
use crate::decode::packed;
use crate::model::{Part, Step};

/// From how many bytes on a name before an empty value is taken for a value without a name: base64 ends with an equals sign, too.
const NAMELESS: usize = 16;

/// By what the place of a pair is told.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum By {
    /// The number of the parameter in the query of the request.
    Query,
    /// Its name in a form.
    Name,
    /// Its bytes in a text.
    Range,
}

/// One piece between ampersands.
pub(super) struct Pair {
    pub(super) name: Range<usize>,
    pub(super) value: Range<usize>,
}

/// The pair in `piece` of `text`.
fn pair(text: &[u8], piece: Range<usize>) -> Pair {
    match memchr::memchr(b'=', &text[piece.clone()]).map(|at| piece.start + at) {
        Some(at) => Pair { name: piece.start..at, value: at + 1..piece.end },
        None => Pair { name: piece.clone(), value: piece.end..piece.end },
    }
}

/// The pieces between ampersands in `within`, empty ones included.
pub(super) fn pieces(text: &[u8], within: Range<usize>) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut start = within.start;
    let end = within.end;
    memchr::memchr_iter(b'&', &text[within.clone()]).map(move |at| within.start + at).chain(std::iter::once(end)).map(move |stop| {
        let piece = start..stop;
        start = stop + 1;
        piece
    })
}

/// Hands on the pairs in `within` of `text`, which is what the locator means, or the URL where the pairs are those of the query.
pub(super) fn pairs(walk: &mut Walk<'_>, text: &[u8], within: Range<usize>, by: By, depth: u8) {
    let mut seen = Seen::new();
    let end = within.end;
    for (index, piece) in pieces(text, within).enumerate() {
        if piece.is_empty() {
            continue;
        }
        if walk.full() {
            walk.leave_out(pieces(text, piece.start..end).filter(|piece| !piece.is_empty()).count() as u64);
            return;
        }
        let Pair { mut name, mut value } = pair(text, piece.clone());
        let decoded = packed::form(&text[name.clone()]);
        // Everything of a name counts, whatever becomes of it below: whoever follows a locator counts in the same way.
        let occurrence = if by == By::Name { seen.next(decoded.clone()) } else { 0 };
        // Without an equals sign it may be a flag, and it may be a value that a library put there without a name: nothing tells, so it is no name.
        let nameless = name.len() == piece.len() || (value.is_empty() && name.len() >= NAMELESS);
        if nameless {
            (name, value) = (name.start..name.start, name);
        }
        let before = if nameless { walk.push_name(b"") } else { walk.push_form_name(&decoded) };
        let (step, length) = match (by, std::str::from_utf8(&decoded), walk.spells(&decoded)) {
            (By::Query, ..) => {
                walk.locator.part = Part::Query(index as u32 + 1);
                (Step::Range((value.start - piece.start) as u64, (value.end - piece.start) as u64), 0)
            }
            (By::Name, Ok(name), Some(length)) if !nameless => (Step::Field { name: name.to_owned(), occurrence }, length),
            _ => (Step::Range(value.start as u64, value.end as u64), 0),
        };
        let _ = name;
        walk.at_name(step, length, |walk| match packed::form(&text[value]) {
            Cow::Borrowed(value) => walk.value(value, depth),
            Cow::Owned(value) => walk.at(Step::Form, |walk| walk.value(&value, depth)),
        });
        walk.pop_name(before);
    }
}

/// Whether a text without spaces can only be meant as a form: `least` pairs or more, each with a name of the signs that names have.
pub(super) fn is_evident(text: &[u8], least: usize) -> bool {
    // Nothing else decides as quickly.
    if memchr::memchr(b'=', &text[..text.len().min(256)]).is_none() || (least > 1 && memchr::memchr(b'&', text).is_none()) {
        return false;
    }
    let mut found = 0;
    for piece in pieces(text, 0..text.len()).filter(|piece| !piece.is_empty()) {
        let Pair { name, value } = pair(text, piece.clone());
        let (name, value) = (&text[name], &text[value]);
        let sign = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-.[]%:$*+@~!|".contains(byte);
        if name.is_empty() || name.len() == piece.len() || name.len() > 120 || !name.iter().all(sign) {
            return false;
        }
        let json = matches!(value.first(), Some(b'{' | b'['));
        let strange = |&byte: &u8| byte.is_ascii_control() || (!json && matches!(byte, b' ' | b'<' | b'"'));
        if value.iter().any(strange) {
            return false;
        }
        found += 1;
    }
    // `YWJj==` is base64.
    found >= least && (found > 1 || !text.trim_ascii_end().ends_with(b"="))
}
