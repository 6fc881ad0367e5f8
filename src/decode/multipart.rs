//! Where the parts of a multipart body lie (RFC 2046 section 5.1, RFC 7578). Lenient: a body that was cut off is read as far as it goes, and one whose media type
//! names another boundary is read by its first line.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memmem;

/// Bytes that a boundary may have (RFC 2046 allows 70).
const LONGEST_BOUNDARY: usize = 256;

/// Bytes of heads that one part may have.
const LONGEST_HEADS: usize = 16 << 10;

/// A part of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part<'a> {
    /// The name of its field as it was sent, escapes undone; empty where none is given.
    pub(crate) name: Cow<'a, [u8]>,
    /// Where the name of its file stands, escapes and all, if one is given.
    pub(crate) file_name: Option<Range<usize>>,
    /// Where its content lies.
    pub(crate) content: Range<usize>,
}

/// The parts of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Parts {
    delimiter: Vec<u8>,
    at: Option<usize>,
    /// Whether the last delimiter was reached, and nothing before it was odd.
    pub(crate) whole: bool,
}

/// The boundary that a media type names.
pub(crate) fn boundary(media_type: &[u8]) -> Option<&[u8]> {
    let value = parameter(media_type, b"boundary")?;
    let value = &media_type[value];
    (!value.is_empty() && value.len() <= LONGEST_BOUNDARY).then_some(value)
}

/// The parts of `bytes`, which the media type gives this boundary. `None`: it has no parts.
pub(crate) fn parts(bytes: &[u8], declared: Option<&[u8]>) -> Option<Parts> {
    let delimiter = |boundary: &[u8]| [b"--", boundary].concat();
    let named = declared.map(delimiter).and_then(|delimiter| Some((next(bytes, 0, &delimiter)?, delimiter)));
    let (at, delimiter) = named.or_else(|| {
        let line = bytes.split(|&byte| byte == b'\n').next().unwrap_or_default().trim_ascii_end();
        let fits =
            line.len() > 4 && line.len() <= LONGEST_BOUNDARY && line.starts_with(b"--") && !line.ends_with(b"--") && !line.contains(&b' ');
        fits.then(|| (0, line.to_vec()))
    })?;
    Some(Parts { delimiter, at: Some(at), whole: false })
}

/// Where the next delimiter begins, at the beginning of a line.
fn next(bytes: &[u8], from: usize, delimiter: &[u8]) -> Option<usize> {
    memmem::find_iter(&bytes[from..], delimiter).map(|at| from + at).find(|&at| {
        let behind = bytes[at + delimiter.len()..].first();
        (at == 0 || bytes[at - 1] == b'\n') && matches!(behind, None | Some(b'-' | b'\r' | b'\n' | b' ' | b'\t'))
    })
}

impl Parts {
    /// The next part of `bytes`, which must be those that these parts were made from.
    pub(crate) fn next<'a>(&mut self, bytes: &'a [u8]) -> Option<Part<'a>> {
        let begin = self.at? + self.delimiter.len();
        self.at = None;
        if bytes[begin..].starts_with(b"--") {
            self.whole = true;
            return None;
        }
        let heads = begin + memchr::memchr(b'\n', &bytes[begin..])? + 1;
        let follows = next(bytes, heads, &self.delimiter);
        self.at = follows;
        let mut end = follows.unwrap_or(bytes.len());
        if follows.is_some() {
            // The line end before a delimiter belongs to it.
            end -= usize::from(bytes[heads..end].ends_with(b"\n"));
            end -= usize::from(bytes[heads..end].ends_with(b"\r"));
        }
        let (head, content) = cut(&bytes[heads..end]);
        let disposition = disposition(&bytes[heads..heads + head]).map(|line| heads + line.start..heads + line.end);
        let name = disposition.clone().and_then(|line| Some(unescaped(&bytes[line.clone()][parameter(&bytes[line], b"name")?])));
        let file_name = disposition.and_then(|line| {
            let inside = parameter(&bytes[line.clone()], b"filename")?;
            Some(line.start + inside.start..line.start + inside.end)
        });
        Some(Part { name: name.unwrap_or_default(), file_name, content: heads + content..end })
    }
}

/// Where the heads end, and where the content begins.
fn cut(part: &[u8]) -> (usize, usize) {
    // A part without heads begins with the empty line.
    if part.starts_with(b"\r\n") {
        return (0, 2);
    }
    if part.starts_with(b"\n") {
        return (0, 1);
    }
    let heads = &part[..part.len().min(LONGEST_HEADS)];
    let blank = |mark: &[u8]| memmem::find(heads, mark).map(|at| (at, at + mark.len()));
    [blank(b"\r\n\r\n"), blank(b"\n\n")].into_iter().flatten().min().unwrap_or((part.len().min(LONGEST_HEADS), part.len()))
}

/// The value of the Content-Disposition field.
fn disposition(heads: &[u8]) -> Option<Range<usize>> {
    const FIELD: &[u8] = b"content-disposition:";
    let mut start = 0;
    for line in heads.split_inclusive(|&byte| byte == b'\n') {
        if line.get(..FIELD.len()).is_some_and(|field| field.eq_ignore_ascii_case(FIELD)) {
            // A folded line goes on in the next one; the line's end is found as the end of the field's last line.
            let mut end = start + line.len();
            while matches!(heads.get(end), Some(b' ' | b'\t')) {
                end = memchr::memchr(b'\n', &heads[end..]).map_or(heads.len(), |at| end + at + 1);
            }
            return Some(start + FIELD.len()..end);
        }
        start += line.len();
    }
    None
}

/// The value of a parameter, without its quotation marks.
fn parameter(field: &[u8], wanted: &[u8]) -> Option<Range<usize>> {
    let mut at = 0;
    loop {
        at += memchr::memchr(b';', &field[at..])? + 1;
        let start = at + field[at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let equals = start + field[start..].iter().take_while(|byte| !matches!(byte, b'=' | b';')).count();
        if field.get(equals) != Some(&b'=') {
            at = equals;
            continue;
        }
        let value = equals + 1 + field[equals + 1..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let (inside, end) = if field.get(value) == Some(&b'"') {
            let close = quoted(&field[value + 1..]).map_or(field.len(), |close| value + 1 + close);
            (value + 1..close, close)
        } else {
            let end = memchr::memchr(b';', &field[value..]).map_or(field.len(), |end| value + end);
            (value..value + field[value..end].trim_ascii_end().len(), end)
        };
        if field[start..equals].trim_ascii().eq_ignore_ascii_case(wanted) {
            return Some(inside);
        }
        at = end;
    }
}

/// Where a quoted text ends. Browsers write quotation marks in it as `%22`, others put a backslash before them.
fn quoted(text: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        let found = at + memchr::memchr2(b'"', b'\\', &text[at..])?;
        if text[found] == b'"' {
            return Some(found);
        }
        // A backslash before anything else is one: old browsers sent whole paths of Windows.
        at = (found + 1 + usize::from(text.get(found + 1) == Some(&b'"'))).min(text.len());
    }
}

/// A name without the escapes that browsers make (HTML Standard section 4.10.21.8) and those of quoted texts.
fn unescaped(name: &[u8]) -> Cow<'_, [u8]> {
    if !name.contains(&b'%') && !name.contains(&b'\\') {
        return Cow::Borrowed(name);
    }
    let mut out = Vec::with_capacity(name.len());
    let mut rest = name;
    while let Some((&first, behind)) = rest.split_first() {
        let (byte, length) = match rest {
            [b'%', b'2', b'2', ..] => (b'"', 3),
            [b'%', b'0', b'D' | b'd', ..] => (b'\r', 3),
            [b'%', b'0', b'A' | b'a', ..] => (b'\n', 3),
            [b'\\', b'"', ..] => (b'"', 2),
            _ => (first, 1),
        };
        out.push(byte);
        rest = &behind[length - 1..];
    }
    Cow::Owned(out)
}

/// The content of the n-th part (from 1) of this name.
pub(crate) fn find<'a>(bytes: &'a [u8], declared: Option<&[u8]>, wanted: &str, occurrence: u32) -> Option<&'a [u8]> {
    let mut parts = parts(bytes, declared)?;
    let mut left = occurrence;
    while let Some(part) = parts.next(bytes) {
        if *part.name == *wanted.as_bytes() {
            left = left.checked_sub(1)?;
            if left == 0 {
                return Some(&bytes[part.content]);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(bytes: &[u8], declared: Option<&[u8]>) -> (Vec<(String, Option<String>, String)>, bool) {
        let mut found = Vec::new();
        let Some(mut parts) = parts(bytes, declared) else { return (found, false) };
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        while let Some(part) = parts.next(bytes) {
            found.push((text(&part.name), part.file_name.map(|place| text(&bytes[place])), text(&bytes[part.content])));
        }
        (found, parts.whole)
    }

    fn one(name: &str, file: Option<&str>, content: &str) -> (String, Option<String>, String) {
        (name.to_owned(), file.map(str::to_owned), content.to_owned())
    }

    #[test]
    fn parts_as_they_are_sent() {
        let body = b"preamble\r\n--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--b\r\nContent-Type: x/y\r\ncontent-disposition:form-data;\r\n \
            filename=\"C:\\x.txt\"; name=\"b%22[]\"\r\n\r\nline\r\n\r\n--bb\r\n--b--\r\n";
        assert_eq!(all(body, Some(b"b")), (vec![one("a", None, "1"), one("b\"[]", Some("C:\\x.txt"), "line\r\n\r\n--bb")], true));
        let body = b"--b\r\n\r\nno heads\r\n--b\nContent-Disposition: form-data; name=plain ; x=y\n\nunix\n--b--";
        assert_eq!(all(body, Some(b"b")), (vec![one("", None, "no heads"), one("plain", None, "unix")], true));
    }

    #[test]
    fn broken_ones() {
        let cut = b"--long\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nnot all of";
        assert_eq!(all(cut, Some(b"other")), (vec![one("a", None, "not all of")], false));
        assert_eq!(all(b"--b\r\nContent-Disposition: form-data; name=\"a", Some(b"b")), (vec![one("a", None, "")], false));
        assert_eq!(all(b"no parts", Some(b"b")), (vec![], false));
        assert_eq!(all(b"--", None), (vec![], false));
        assert_eq!(all(b"--b", Some(b"b")), (vec![], false));
        assert_eq!(boundary(b"multipart/form-data; charset=x; Boundary=\"a b\""), Some(&b"a b"[..]));
        assert_eq!(boundary(b"multipart/form-data; boundary="), None);
        assert_eq!(boundary(b"multipart/form-data;boundary=x;"), Some(&b"x"[..]));
    }
}
