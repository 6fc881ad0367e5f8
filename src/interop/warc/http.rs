//! HTTP messages as they stand in blocks of WARC records: heads taken apart leniently, chunks undone where they are still there.

use crate::model::Headers;

/// A head: its first line and its fields, and where the body begins.
pub(super) struct Head {
    /// The first line without its end; what is not UTF-8 in it is replaced.
    pub(super) line: String,
    pub(super) headers: Headers,
    /// Length of the head in bytes, empty line included.
    pub(super) length: usize,
}

/// The head at the start of `block`. Lines may end with LF alone; the empty line may be missing at the end of the block.
pub(super) fn head(block: &[u8]) -> Head {
    let (first, mut at) = line(block, 0);
    let text = String::from_utf8_lossy(first).into_owned();
    let (headers, end) = fields(block, at);
    at = end;
    Head { line: text, headers, length: at }
}

/// Fields until the empty line or the end, and the offset behind them.
fn fields(block: &[u8], mut at: usize) -> (Headers, usize) {
    let mut found: Vec<(&[u8], Vec<u8>)> = Vec::new();
    while at < block.len() {
        let (text, next) = line(block, at);
        at = next;
        if text.is_empty() {
            break;
        }
        if let (true, Some((_, value))) = (matches!(text[0], b' ' | b'\t'), found.last_mut()) {
            // A folded line (RFC 9112 section 5.2).
            value.push(b' ');
            value.extend_from_slice(text.trim_ascii());
            continue;
        }
        let colon = memchr::memchr(b':', text).unwrap_or(text.len());
        let value = text.get(colon + 1..).unwrap_or_default();
        found.push((text[..colon].trim_ascii(), value.trim_ascii().to_vec()));
    }
    let mut headers = Headers::with_capacity(found.len(), 0);
    found.iter().for_each(|(name, value)| headers.push(name, value));
    (headers, at)
}

/// The line that begins at `at`, without its end, and where the next begins.
fn line(block: &[u8], at: usize) -> (&[u8], usize) {
    let rest = &block[at..];
    let (text, next) = match memchr::memchr(b'\n', rest) {
        Some(end) => (&rest[..end], at + end + 1),
        None => (rest, block.len()),
    };
    let end = text.iter().rposition(|byte| *byte != b'\r').map_or(0, |last| last + 1);
    (&text[..end], next)
}

/// What became of a body that a field calls chunked.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Chunks {
    /// All chunks were there.
    Whole {
        /// The body.
        body: Vec<u8>,
        /// Fields behind it.
        trailers: Headers,
    },
    /// Chunks begin and do not end as they should: what could be read of them.
    Broken(Vec<u8>),
    /// There are no chunks: whoever wrote the archive had undone them.
    Undone,
}

/// Undoes chunks (RFC 9112 section 7.1).
pub(super) fn unchunk(stored: &[u8]) -> Chunks {
    let mut body = Vec::new();
    let mut at = 0;
    loop {
        let (text, next) = line(stored, at);
        let ended = next == stored.len() && stored.last() != Some(&b'\n');
        let Some(size) = size(text).filter(|_| !ended) else {
            return if at == 0 { Chunks::Undone } else { Chunks::Broken(body) };
        };
        at = next;
        if size == 0 {
            let (trailers, _) = fields(stored, at);
            return Chunks::Whole { body, trailers };
        }
        let Some(end) = at.checked_add(size).filter(|end| *end < stored.len()) else {
            body.extend_from_slice(&stored[at..]);
            return Chunks::Broken(body);
        };
        body.extend_from_slice(&stored[at..end]);
        let (text, next) = line(stored, end);
        if !text.is_empty() {
            return Chunks::Broken(body);
        }
        at = next;
    }
}

fn size(text: &[u8]) -> Option<usize> {
    let digits = text.split(|byte| *byte == b';').next()?.trim_ascii();
    let fits = (1..=15).contains(&digits.len()) && digits.iter().all(u8::is_ascii_hexdigit);
    let digits = std::str::from_utf8(digits).ok().filter(|_| fits)?;
    usize::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_read_as_they_come() {
        let read = head(b"HTTP/1.1 200\r\nA: 1\r\n folded\r\nno colon\nB:\xff\r\r\n\r\nbody");
        assert_eq!(read.line, "HTTP/1.1 200");
        let fields: Vec<_> = read.headers.iter().collect();
        assert_eq!(fields, [(&b"A"[..], &b"1 folded"[..]), (b"no colon", b""), (b"B", b"\xff")]);
        assert_eq!(read.length, b"HTTP/1.1 200\r\nA: 1\r\n folded\r\nno colon\nB:\xff\r\r\n\r\n".len());
        assert_eq!(head(b"").length, 0);
        assert_eq!(head(b"GET / HTTP/1.0\r\nHost: a").headers.first("host"), Some(&b"a"[..]));
    }

    #[test]
    fn chunks_are_undone_where_they_are() {
        let mut trailers = Headers::new();
        trailers.push(b"X", b"1");
        let whole = Chunks::Whole { body: b"abcde".to_vec(), trailers };
        assert_eq!(unchunk(b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nX: 1\r\n\r\n"), whole);
        assert_eq!(unchunk(b"<html>"), Chunks::Undone);
        assert_eq!(unchunk(b""), Chunks::Undone);
        // Hexadecimal digits that are no size, because no line ends there.
        assert_eq!(unchunk(b"abba"), Chunks::Undone);
        assert_eq!(unchunk(b"3\r\naa\n0\r\n\r\n"), Chunks::Broken(b"aa\n".to_vec()));
        assert_eq!(unchunk(b"ff\r\nabc"), Chunks::Broken(b"abc".to_vec()));
        assert_eq!(unchunk(b"3\r\nabc\r\n"), Chunks::Broken(b"abc".to_vec()));
        assert_eq!(unchunk(b"ffffffffffffffff\r\nabc"), Chunks::Undone);
    }
}
