//! Pairs of name and value, as forms, addresses and plain texts hold them: finds those that are secrets. It never changes a byte.

use std::ops::Range;

use super::search::Search;
use super::text::Text;

/// The fields of a urlencoded form or of a query (URL Standard section 5.1).
pub(super) fn fields(search: &mut Search<'_>, text: &Text<'_>, depth: usize) {
    let mut start = 0;
    let end = text.bytes.len();
    while start < end {
        let stop = memchr::memchr(b'&', &text.bytes[start..]).map_or(end, |at| start + at);
        let field = text.part(start..stop);
        match memchr::memchr(b'=', &field.bytes) {
            Some(equals) => {
                let name = field.part(0..equals);
                let name = name.percent(true);
                let value = field.part(equals + 1..field.bytes.len());
                let value = value.percent(true);
                match search.name(&name.bytes) {
                    Some(rule) => search.secret(&value, rule, false),
                    None => {
                        // Some libraries send JSON as the name of a field without a value.
                        if memchr::memchr(b'"', &name.bytes).is_some() {
                            search.nested(&name, depth);
                        }
                        search.value(&value, depth);
                    }
                }
            }
            None => search.value(&field.percent(true), depth),
        }
        start = stop + 1;
    }
}

/// Pairs somewhere in a text: behind an equals sign stands a value, up to the next ampersand or the end of the line.
pub(super) fn pairs(search: &mut Search<'_>, text: &Text<'_>, depth: usize) {
    let first_quote = memchr::memchr(b'"', &text.bytes);
    let mut start = 0;
    for stop in memchr::memchr3_iter(b'&', b'\n', b'\r', &text.bytes).chain(std::iter::once(text.bytes.len())) {
        stretch(search, text, start..stop, first_quote, depth);
        start = stop + 1;
    }
}

/// One stretch between such marks. It may hold several equals signs: `https://b.nl/?x=1#password=…`.
fn stretch(search: &mut Search<'_>, text: &Text<'_>, place: Range<usize>, first_quote: Option<usize>, depth: usize) {
    let bytes = &text.bytes;
    let mut from = place.start;
    let mut first = None;
    let before = search.found.len();
    while let Some(equals) = memchr::memchr(b'=', &bytes[from..place.end]).map(|at| from + at) {
        let name = bytes[from..equals].iter().rposition(|&byte| begins_name(byte)).map_or(from, |at| from + at + 1);
        from = equals + 1;
        first = first.or(Some(from));
        if let Some(rule) = search.name(&text.part(name..equals).percent(true).bytes) {
            // Inside a text in quotes the value ends where that does.
            let quoted = first_quote.is_some_and(|quote| quote < name);
            let end = if quoted { memchr::memchr(b'"', &bytes[from..place.end]).map(|at| from + at) } else { None };
            let end = end.unwrap_or(place.end);
            search.secret(&text.part(from..end).percent(true), rule, false);
            from = end;
        }
    }
    if let Some(first) = first
        && search.found.len() == before
    {
        let raw = text.part(first..place.end);
        let value = raw.percent(true);
        if value.bytes != raw.bytes {
            search.value(&value, depth);
        } else if let Some(rule) = search.rules.value(search.address, &value.bytes) {
            search.secret(&value, rule, false);
        }
    }
}

/// What stands before a name in an address or a text.
fn begins_name(byte: u8) -> bool {
    byte.is_ascii_whitespace() || matches!(byte, b'&' | b'?' | b'#' | b';' | b'/' | b',' | b'"' | b'\'' | b'<' | b'>' | b'(' | b'{' | b'=')
}

/// A text of lines `name=value` (HTML Standard section 4.10.21.7, `text/plain`), or any other.
pub(super) fn lines(search: &mut Search<'_>, text: &Text<'_>, depth: usize) {
    let bytes = &text.bytes;
    if memchr::memmem::find(bytes, b"\r\n").is_some_and(|end| memchr::memchr(b'=', &bytes[..end]).is_some()) {
        let mut start = 0;
        while start < bytes.len() {
            let stop = memchr::memmem::find(&bytes[start..], b"\r\n").map_or(bytes.len(), |at| start + at);
            let line = text.part(start..stop);
            let equals = memchr::memchr(b'=', &line.bytes);
            match equals.and_then(|equals| search.name(line.bytes[..equals].trim_ascii()).map(|rule| (equals, rule))) {
                Some((equals, rule)) => search.secret(&line.part(equals + 1..line.bytes.len()), rule, false),
                None => search.value(&line, depth),
            }
            start = stop + 2;
        }
    } else {
        search.nested(text, depth);
    }
    // The letters of a name stand in it, and neither pairs alone nor JSON: what they belong to is not known.
    let pairs_alone = memchr::memchr(b'=', bytes).is_some() && !bytes.iter().any(|&byte| byte == b'<' || byte.is_ascii_whitespace());
    if search.found.is_empty() && !pairs_alone {
        search.broken = true;
    }
}
