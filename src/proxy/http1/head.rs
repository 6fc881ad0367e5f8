//! Heads of HTTP/1 messages: found, parsed and written byte for byte. It never changes a field and reads from no socket; what is ambiguous in
//! a request is refused, because two readers could understand two different requests.

use bytes::{Bytes, BytesMut};
use httparse::{EMPTY_HEADER, Header, ParserConfig};

use crate::model::{HeadBytes, Headers};

/// Longest head that is read, in bytes.
pub(in crate::proxy) const LONGEST: usize = 256 * 1024;
/// Fields for which there is room without looking twice.
const USUAL: usize = 64;
/// Most fields that a head may have.
const MOST: usize = 4_096;

/// The head of a request as it stands on the connection.
#[derive(Clone, Debug)]
pub(in crate::proxy) struct RequestHead {
    /// Method.
    pub(in crate::proxy) method: String,
    /// Request target as written (RFC 9112 section 3.2).
    pub(in crate::proxy) target: String,
    /// Minor version: 0 or 1.
    pub(in crate::proxy) minor: u8,
    /// Header fields, with the letter case and the order they came in.
    pub(in crate::proxy) fields: Headers,
    /// Its bytes.
    pub(in crate::proxy) bytes: HeadBytes,
}

/// The head of a response as it stands on the connection.
#[derive(Clone, Debug)]
pub(in crate::proxy) struct ResponseHead {
    /// Status code.
    pub(in crate::proxy) status: u16,
    /// Reason phrase; bytes outside ASCII are taken for Latin-1.
    pub(in crate::proxy) reason: String,
    /// Minor version: 0 or 1.
    pub(in crate::proxy) minor: u8,
    /// Header fields, with the letter case and the order they came in.
    pub(in crate::proxy) fields: Headers,
    /// Its bytes.
    pub(in crate::proxy) bytes: HeadBytes,
}

/// Where the head ends that `bytes` begin with, its empty line included. `from`: how much was looked through before.
pub(in crate::proxy) fn end(bytes: &[u8], from: usize) -> Option<usize> {
    memchr::memchr_iter(b'\n', &bytes[from..]).find_map(|at| {
        let next = from + at + 1;
        match bytes.get(next..)? {
            [b'\r', b'\n', ..] => Some(next + 2),
            [b'\n', ..] => Some(next + 1),
            _ => None,
        }
    })
}

/// From where to look on, once `length` bytes were looked through in vain.
pub(in crate::proxy) fn looked(length: usize) -> usize {
    length.saturating_sub(3)
}

/// Reads the head of a request. `raw` ends with its empty line.
///
/// # Errors
/// Says what is wrong with it.
pub(in crate::proxy) fn request(raw: &Bytes) -> Result<RequestHead, &'static str> {
    with_room(|room| {
        let mut parsed = httparse::Request::new(room);
        match parsed.parse(raw) {
            Ok(httparse::Status::Complete(_)) => {}
            Ok(httparse::Status::Partial) => return Err(Some("the head is not whole")),
            Err(httparse::Error::TooManyHeaders) => return Err(None),
            Err(httparse::Error::HeaderName) => return Err(Some("the name of a field is not one")),
            Err(httparse::Error::HeaderValue) => return Err(Some("the value of a field is not one")),
            Err(_) => return Err(Some("the request line is not one")),
        }
        let (method, target, minor) =
            (parsed.method.unwrap_or_default(), parsed.path.unwrap_or_default(), parsed.version.unwrap_or_default());
        let line = method.len() + target.len() + 12;
        let usual = minor == 1
            && raw.get(method.len()) == Some(&b' ')
            && raw.get(method.len() + 1..).is_some_and(|rest| rest.starts_with(target.as_bytes()))
            && raw.get(line - 11..line) == Some(b" HTTP/1.1\r\n".as_slice())
            && target.starts_with('/')
            && !target.contains('#');
        let (fields, canonical) = fields(raw, parsed.headers, usual.then_some(line));
        Ok(RequestHead {
            method: method.to_owned(),
            target: target.to_owned(),
            minor,
            fields,
            bytes: if canonical { HeadBytes::Canonical } else { HeadBytes::Other(raw.clone()) },
        })
    })
}

/// Reads the head of a response. `raw` ends with its empty line.
///
/// # Errors
/// Says what is wrong with it.
pub(in crate::proxy) fn response(raw: &Bytes) -> Result<ResponseHead, &'static str> {
    let mut lenient = ParserConfig::default();
    // Servers that do this exist; browsers read them.
    lenient.allow_obsolete_multiline_headers_in_responses(true).allow_spaces_after_header_name_in_responses(true);
    with_room(|room| {
        let mut parsed = httparse::Response::new(room);
        match lenient.parse_response(&mut parsed, raw) {
            Ok(httparse::Status::Complete(_)) => {}
            Ok(httparse::Status::Partial) => return Err(Some("the head of the answer is not whole")),
            Err(httparse::Error::TooManyHeaders) => return Err(None),
            Err(_) => return Err(Some("the answer is not HTTP")),
        }
        let (status, minor) = (parsed.code.unwrap_or_default(), parsed.version.unwrap_or_default());
        // The parser leaves out a phrase with bytes beyond ASCII, so it is taken from the line itself.
        let line_end = memchr::memchr(b'\n', raw).map_or(raw.len(), |end| end + 1);
        let phrase = raw.get(13..line_end).unwrap_or_default();
        let phrase = phrase.strip_suffix(b"\n").unwrap_or(phrase);
        let phrase = phrase.strip_suffix(b"\r").unwrap_or(phrase);
        let usual =
            raw.starts_with(b"HTTP/1.1 ") && raw.get(12) == Some(&b' ') && raw.get(..line_end).is_some_and(|line| line.ends_with(b"\r\n"));
        // A phrase beyond ASCII is kept as it is in the bytes, since its text is read in one of several ways.
        let usual = usual && phrase.is_ascii();
        let (fields, canonical) = fields(raw, parsed.headers, usual.then_some(line_end));
        Ok(ResponseHead {
            status,
            reason: phrase.iter().map(|byte| char::from(*byte)).collect(),
            minor,
            fields,
            bytes: if canonical { HeadBytes::Canonical } else { HeadBytes::Other(raw.clone()) },
        })
    })
}

/// Reads the trailer fields of a chunked body. `raw` ends with the empty line.
pub(in crate::proxy) fn trailers(raw: &[u8]) -> Result<Headers, &'static str> {
    with_room(|room| match httparse::parse_headers(raw, room) {
        Ok(httparse::Status::Complete((read, parsed))) if read == raw.len() => Ok(fields(raw, parsed, None).0),
        Ok(httparse::Status::Complete(_)) => Err(Some("the trailer fields end before their end")),
        Ok(httparse::Status::Partial) => Err(Some("the trailer fields are not whole")),
        Err(httparse::Error::TooManyHeaders) => Err(None),
        Err(_) => Err(Some("the trailer fields are none")),
    })
}

/// Runs `parse` with room for the usual number of fields, and once more with a lot of room if it answers `Err(None)`.
fn with_room<'r, T>(parse: impl Fn(&mut [Header<'r>]) -> Result<T, Option<&'static str>>) -> Result<T, &'static str> {
    let answer = match parse(&mut [EMPTY_HEADER; USUAL]) {
        Err(None) => parse(&mut vec![EMPTY_HEADER; MOST]),
        answer => answer,
    };
    answer.map_err(|words| words.unwrap_or("the head has more fields than are read"))
}

/// The fields, and whether `raw` holds from `line` on exactly one `name: value` line for each of them.
fn fields(raw: &[u8], parsed: &[Header<'_>], line: Option<usize>) -> (Headers, bool) {
    let mut headers = Headers::with_capacity(parsed.len(), raw.len());
    let mut at = line;
    for field in parsed {
        let (name, value) = (field.name.as_bytes(), field.value);
        if memchr::memchr(b'\n', value).is_some() {
            // A folded line: whoever passes it on makes one of it (RFC 9112 section 5.2).
            headers.push(name, &unfolded(value));
            at = None;
            continue;
        }
        headers.push(name, value);
        at = at.and_then(|at| {
            let rest = raw.get(at..)?.strip_prefix(name)?.strip_prefix(b": ")?.strip_prefix(value)?;
            rest.starts_with(b"\r\n").then_some(at + name.len() + value.len() + 4)
        });
    }
    let canonical = at.is_some_and(|at| raw.get(at..) == Some(b"\r\n".as_slice()));
    (headers, canonical)
}

/// The value of a folded line on one line.
fn unfolded(value: &[u8]) -> Vec<u8> {
    let lines = value.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join(&b' ')
}

/// A reason phrase as it is written: its text was read from bytes one by one.
pub(in crate::proxy) fn phrase(reason: &str) -> Vec<u8> {
    reason.chars().map(|sign| u8::try_from(u32::from(sign)).unwrap_or(b'?')).collect()
}

/// Writes a head: the start line, a line for each field, the empty line.
pub(in crate::proxy) fn write(start: [&[u8]; 3], fields: &Headers, out: &mut BytesMut) {
    out.extend_from_slice(start[0]);
    for part in &start[1..] {
        out.extend_from_slice(b" ");
        out.extend_from_slice(part);
    }
    out.extend_from_slice(b"\r\n");
    write_fields(fields, out);
}

/// Writes a line for each field, and the empty line.
pub(in crate::proxy) fn write_fields(fields: &Headers, out: &mut BytesMut) {
    for (name, value) in fields.iter() {
        out.extend_from_slice(name);
        out.extend_from_slice(b": ");
        out.extend_from_slice(value);
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b"\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(text: &'static str) -> Bytes {
        Bytes::from_static(text.as_bytes())
    }

    #[test]
    fn ends_are_found_however_the_bytes_arrive() {
        let text = b"GET / HTTP/1.1\r\nA: 1\r\n\r\nrest";
        let whole = text.len() - 4;
        let mut from = 0;
        for length in 0..=text.len() {
            let found = end(&text[..length], from);
            assert_eq!(found, (length >= whole).then_some(whole), "{length}");
            from = looked(length);
            if found.is_some() {
                break;
            }
        }
        assert_eq!(end(b"A: 1\n\nx", 0), Some(6));
        assert_eq!(end(b"A: 1\r\n\nx", 0), Some(7));
    }

    #[test]
    fn what_is_canonical_is_what_the_fields_give() {
        let usual = request(&raw("GET /a?b HTTP/1.1\r\nHost: a\r\nX-B: 1\r\nx-b: \r\n\r\n")).expect("a request");
        assert_eq!(usual.bytes, HeadBytes::Canonical);
        assert_eq!((usual.method.as_str(), usual.target.as_str(), usual.minor, usual.fields.len()), ("GET", "/a?b", 1, 3));
        let mut written = BytesMut::new();
        write([b"GET", b"/a?b", b"HTTP/1.1"], &usual.fields, &mut written);
        assert_eq!(&written[..], b"GET /a?b HTTP/1.1\r\nHost: a\r\nX-B: 1\r\nx-b: \r\n\r\n");
        for odd in [
            "GET / HTTP/1.1\r\nHost:a\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a \r\n\r\n",
            "GET / HTTP/1.1\nHost: a\n\n",
            "GET / HTTP/1.0\r\nHost: a\r\n\r\n",
            "GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
            "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
        ] {
            assert_eq!(request(&raw(odd)).expect("a request").bytes, HeadBytes::Other(raw(odd)), "{odd:?}");
        }
        let answer = response(&raw("HTTP/1.1 200 Fine By Me\r\nSET-cookie: a=1\r\n\r\n")).expect("a response");
        assert_eq!((answer.status, answer.reason.as_str(), &answer.bytes), (200, "Fine By Me", &HeadBytes::Canonical));
        let empty = response(&raw("HTTP/1.1 204 \r\n\r\n")).expect("a response");
        assert_eq!((empty.reason.as_str(), &empty.bytes), ("", &HeadBytes::Canonical));
        for odd in
            ["HTTP/1.1 204\r\n\r\n", "HTTP/1.0 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nA: 1\r\n b\r\n\r\n", "HTTP/1.1 200 OK\r\nA : 1\r\n\r\n"]
        {
            assert!(response(&raw(odd)).expect("a response").bytes.other().is_some(), "{odd:?}");
        }
        let latin = response(&Bytes::from_static(b"HTTP/1.1 200 Pr\xeat\r\n\r\n")).expect("a response");
        assert_eq!(latin.reason, "Pr\u{ea}t");
    }

    #[test]
    fn what_two_readers_could_read_differently_is_refused() {
        for bad in [
            "GET / HTTP/1.1\r\nA: 1\r\n folded\r\n\r\n",
            "GET / HTTP/1.1\r\nA : 1\r\n\r\n",
            "GET / HTTP/1.1\r\n: 1\r\n\r\n",
            "GET / HTTP/1.1\r\nA: 1\r2\r\n\r\n",
            "GET /\r\n\r\n",
            "GET / HTTP/2.0\r\n\r\n",
        ] {
            assert!(request(&raw(bad)).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn many_fields_are_read() {
        let many = |count: usize| {
            let mut text = String::from("GET / HTTP/1.1\r\n");
            (0..count).for_each(|number| text.push_str(&format!("X-{number}: 1\r\n")));
            text.push_str("\r\n");
            request(&Bytes::from(text)).map(|head| head.fields.len())
        };
        assert_eq!(many(1_000), Ok(1_000));
        assert!(many(MOST + 1).is_err());
    }
}
