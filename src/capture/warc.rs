//! WARC 1.1 records (ISO 28500:2017): makes their heads, and reads them back.
//!
//! HTTP/2 messages stand as HTTP/1.1 text, which is what readers of WARC expect; the protocol that was spoken stands in `WARC-Protocol`
//! (proposed field, iipc/warc-specifications issue 42) and in the custody log.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::model::{BodyState, Connection, Digest, Headers, Timestamp, Unrecorded};

/// What ends every record.
pub(super) const END: &[u8] = b"\r\n\r\n";

/// Digits of the `Content-Length` of a stream, which is written before it is known.
const LENGTH_DIGITS: usize = 20;

/// Which message of an exchange, or the description of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `warcinfo`.
    Info,
    /// `request`.
    Request,
    /// `response`.
    Response,
}

/// What the head of a record says.
pub(super) struct Head<'a> {
    pub(super) kind: Kind,
    /// Session, for record identifiers.
    pub(super) session: Digest,
    /// Number of the exchange; of the file for `warcinfo`.
    pub(super) number: u64,
    pub(super) at: Timestamp,
    pub(super) target: &'a str,
    pub(super) version: &'a str,
    pub(super) connection: Option<&'a Connection>,
    pub(super) state: BodyState,
    pub(super) length: Length,
}

/// What is known of a record's body.
pub(super) enum Length {
    /// Length of the block (HTTP head and body), and the body's digest where there is a body.
    Known(u64, Option<Digest>),
    /// Written later by [`patch`].
    Later,
}

impl Head<'_> {
    /// Appends the head to `out`, with the empty line after it.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        let mut text = Text(out);
        let (kind, media_type) = match self.kind {
            Kind::Info => ("warcinfo", "application/warc-fields"),
            Kind::Request => ("request", "application/http;msgtype=request"),
            Kind::Response => ("response", "application/http;msgtype=response"),
        };
        // Writing to a String cannot fail.
        let _ = write!(text, "WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <{}>\r\n", identifier(self.session, self.kind, self.number));
        let _ = write!(text, "WARC-Date: {}\r\n", self.at);
        match self.kind {
            Kind::Info => {
                let _ = write!(text, "WARC-Filename: {}\r\n", self.target);
            }
            Kind::Request | Kind::Response => {
                let _ = write!(text, "WARC-Target-URI: {}\r\n", self.target);
                if self.kind == Kind::Response {
                    let _ = write!(text, "WARC-Concurrent-To: <{}>\r\n", identifier(self.session, Kind::Request, self.number));
                }
            }
        }
        if let Some(connection) = self.connection {
            if let Some(address) = connection.server_address.as_deref().and_then(numeric) {
                let _ = write!(text, "WARC-IP-Address: {address}\r\n");
            }
            let _ = write!(text, "WARC-Protocol: {}\r\n", protocol(self.version));
            if let Some(tls) = &connection.tls_version {
                let _ = write!(text, "WARC-Protocol: {tls}\r\n");
            }
            if let Some(suite) = &connection.cipher_suite {
                let _ = write!(text, "WARC-Cipher-Suite: {suite}\r\n");
            }
        }
        truncated(self.state, &mut text);
        let _ = write!(text, "Content-Type: {media_type}\r\n");
        match self.length {
            Length::Known(length, digest) => {
                if let Some(digest) = digest {
                    let _ = write!(text, "WARC-Payload-Digest: {}\r\n", labelled(digest));
                }
                let _ = write!(text, "Content-Length: {length}\r\n\r\n");
            }
            Length::Later => {
                let _ = write!(text, "WARC-Payload-Digest: {}\r\n", labelled(Digest([0; 32])));
                let _ = write!(text, "Content-Length: {:0LENGTH_DIGITS$}\r\n\r\n", 0);
            }
        }
    }
}

/// Bytes that text is written into as it is made: heads are as many as messages.
struct Text<'b>(&'b mut Vec<u8>);

impl std::fmt::Write for Text<'_> {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.0.extend_from_slice(text.as_bytes());
        Ok(())
    }
}

/// What the head of a message's record says. The block of such a record is the payload, extensions of the protocol undone.
pub(super) struct MessageHead<'a> {
    /// Session, for record identifiers.
    pub(super) session: Digest,
    /// Number of the exchange.
    pub(super) number: u64,
    /// Its place among the messages of the exchange, from 0.
    pub(super) index: u64,
    pub(super) at: Timestamp,
    /// Address of the exchange.
    pub(super) target: &'a str,
    /// Whether it is text.
    pub(super) text: bool,
    pub(super) state: BodyState,
    pub(super) length: u64,
    /// Digest of the payload, where there is one.
    pub(super) payload: Option<Digest>,
}

impl MessageHead<'_> {
    /// Appends the head to `out`, with the empty line after it.
    ///
    /// The address is not the exchange's own: a program that plays an archive back would take the last message for the page at that address.
    /// Records beside a page have addresses of the form `urn:KIND:ADDRESS` in the archives of others, too.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        let mut text = Text(out);
        let Self { session, number, index, at, target, .. } = *self;
        let [a, b, c, d, ..] = session.0;
        let (high, middle, low) = ((index >> 16) & 0xffff, (index >> 8) & 0xff, index & 0xff);
        let number_digits = number & 0xffff_ffff_ffff;
        let request = identifier(session, Kind::Request, number);
        let media_type = if self.text { "text/plain; charset=utf-8" } else { "application/octet-stream" };
        // Writing to a String cannot fail.
        let _ = write!(
            text,
            "WARC/1.1\r\nWARC-Type: resource\r\n\
             WARC-Record-ID: <urn:uuid:{a:02x}{b:02x}{c:02x}{d:02x}-{high:04x}-83{middle:02x}-80{low:02x}-{number_digits:012x}>\r\n\
             WARC-Date: {at}\r\nWARC-Target-URI: urn:message:{index}:{target}\r\nWARC-Concurrent-To: <{request}>\r\n"
        );
        truncated(self.state, &mut text);
        let _ = write!(text, "Content-Type: {media_type}\r\n");
        if let Some(payload) = self.payload {
            let _ = write!(text, "WARC-Payload-Digest: {}\r\n", labelled(payload));
        }
        let _ = write!(text, "Content-Length: {}\r\n\r\n", self.length);
    }
}

/// Says that a body ends before its end, and why, in the words of the format (section 5.13).
fn truncated(state: BodyState, text: &mut Text<'_>) {
    let words: &[u8] = match state {
        BodyState::Raw => b"",
        BodyState::Truncated(Unrecorded::Ceiling) => b"WARC-Truncated: unspecified\r\n",
        _ => b"WARC-Truncated: disconnect\r\n",
    };
    text.0.extend_from_slice(words);
}

/// Writes length of the block and digest of the body into the head of a stream.
pub(super) fn patch(head: &mut [u8], block: u64, payload: Digest) {
    let end = head.windows(4).position(|window| window == END).map_or(head.len(), |at| at + 4);
    let digits = format!("{block:0LENGTH_DIGITS$}");
    let length_at = end - 4 - LENGTH_DIGITS;
    head[length_at..length_at + LENGTH_DIGITS].copy_from_slice(digits.as_bytes());
    let text = labelled(payload);
    let digest_at = length_at - "\r\nContent-Length: ".len() - text.len();
    head[digest_at..digest_at + text.len()].copy_from_slice(text.as_bytes());
}

/// `sha256:` and the digest in base32 (RFC 4648 section 6, with padding), as readers of WARC expect it.
pub(super) fn labelled(digest: Digest) -> String {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut text = String::with_capacity(63);
    text.push_str("sha256:");
    for group in digest.0.chunks(5) {
        let mut bits = [0_u8; 8];
        bits[3..3 + group.len()].copy_from_slice(group);
        let word = u64::from_be_bytes(bits);
        let digits = (group.len() * 8).div_ceil(5);
        for digit in 0..8 {
            let sign = if digit < digits { ALPHABET[(word >> (35 - 5 * digit) & 31) as usize] } else { b'=' };
            text.push(char::from(sign));
        }
    }
    text
}

/// A UUID of version 8 (RFC 9562 section 5.8): session, kind of record and number. Made, not drawn: the same recording has the same identifiers.
fn identifier(session: Digest, kind: Kind, number: u64) -> impl std::fmt::Display {
    let [a, b, c, d, e, f, g, h, ..] = session.0;
    let high = u64::from_be_bytes([a, b, c, d, e, f, 0x80 | kind as u8, g]);
    std::fmt::from_fn(move |out| {
        let number = number & 0xffff_ffff_ffff;
        write!(out, "urn:uuid:{:08x}-{:04x}-{:04x}-80{h:02x}-{number:012x}", high >> 32, high >> 16 & 0xffff, high & 0xffff)
    })
}

/// The address without its port.
fn numeric(address: &str) -> Option<std::net::IpAddr> {
    address.parse().ok().or_else(|| address.parse::<std::net::SocketAddr>().ok().map(|address| address.ip()))
}

fn protocol(version: &str) -> Cow<'_, str> {
    match version {
        "HTTP/2" | "HTTP/2.0" | "h2" => "h2".into(),
        "HTTP/1.1" => "http/1.1".into(),
        other => other.to_ascii_lowercase().into(),
    }
}

/// A header field that cannot stand in the text of an HTTP/1.1 message, or would mislead a reader of it: the body is stored without its
/// chunks, so the field that announces them stands in the custody log.
pub(super) fn apart(name: &[u8], value: &[u8]) -> bool {
    name.is_empty()
        || !name.iter().all(|&byte| TOKEN[usize::from(byte)])
        || memchr::memchr3(b'\r', b'\n', 0, value).is_some()
        || value.first().is_some_and(u8::is_ascii_whitespace)
        || value.last().is_some_and(u8::is_ascii_whitespace)
        || name.eq_ignore_ascii_case(b"transfer-encoding")
}

/// Which bytes a field name consists of (RFC 9110 section 5.6.2). A table, because every byte of every name is looked at.
const TOKEN: [bool; 256] = {
    let mut token = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        token[byte] = (byte as u8).is_ascii_graphic()
            && !matches!(
                byte as u8,
                b'(' | b')' | b'<' | b'>' | b'@' | b',' | b';' | b':' | b'\\' | b'"' | b'/' | b'[' | b']' | b'?' | b'=' | b'{' | b'}'
            );
        byte += 1;
    }
    token
};

/// Appends the head of an HTTP/1.1 message.
pub(super) fn http_head(start_line: &str, added_host: Option<&str>, headers: &Headers, out: &mut Vec<u8>) {
    out.extend_from_slice(start_line.as_bytes());
    out.extend_from_slice(b"\r\n");
    if let Some(host) = added_host {
        out.extend_from_slice(b"Host: ");
        out.extend_from_slice(host.as_bytes());
        out.extend_from_slice(b"\r\n");
    }
    for (name, value) in headers.iter().filter(|(name, value)| !apart(name, value)) {
        out.extend_from_slice(name);
        out.extend_from_slice(b": ");
        out.extend_from_slice(value);
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b"\r\n");
}

/// The head of a record, taken apart.
pub(super) struct RecordHead<'a> {
    /// Its bytes, empty line included.
    pub(super) head: usize,
    pub(super) target: &'a str,
    /// Length of the block.
    pub(super) block: u64,
    /// Digest of the body as the head writes it.
    pub(super) payload: Option<&'a str>,
}

/// Takes the head of a record apart. `bytes`: at least the head.
pub(super) fn parse_record_head(bytes: &[u8]) -> Result<RecordHead<'_>, &'static str> {
    let head = end_of_head(bytes).ok_or("the head of the record does not end")?;
    let text = std::str::from_utf8(&bytes[..head]).map_err(|_| "the head of the record is no text")?;
    let mut lines = text.trim_end_matches("\r\n").split("\r\n");
    if lines.next() != Some("WARC/1.1") {
        return Err("the record does not begin with WARC/1.1");
    }
    let (mut target, mut block, mut payload) = ("", None, None);
    for line in lines {
        let (name, value) = line.split_once(": ").ok_or("a line of the record's head has no colon")?;
        match name {
            "WARC-Target-URI" | "WARC-Filename" => target = value,
            "Content-Length" => block = value.parse::<u64>().ok(),
            "WARC-Payload-Digest" => payload = Some(value),
            _ => {}
        }
    }
    let block = block.ok_or("the record's head has no Content-Length")?;
    Ok(RecordHead { head, target, block, payload })
}

fn end_of_head(bytes: &[u8]) -> Option<usize> {
    memchr::memmem::find(bytes, END).map(|at| at + END.len())
}

/// What [`parse_head`] found.
pub(super) struct Parsed<'a> {
    /// Bytes of the WARC head, empty line included.
    pub(super) head: usize,
    /// Bytes of the HTTP head, empty line included.
    pub(super) http_head: usize,
    pub(super) target: &'a str,
    /// Length of the block.
    pub(super) block: u64,
    /// Digest of the body as the head writes it.
    pub(super) payload: Option<&'a str>,
    /// Start line of the HTTP message.
    pub(super) start_line: &'a str,
    /// Header fields, in order.
    pub(super) fields: Vec<(&'a [u8], &'a [u8])>,
}

/// Takes the heads of a record apart that holds an HTTP message. `bytes`: at least both heads.
pub(super) fn parse_head(bytes: &[u8]) -> Result<Parsed<'_>, &'static str> {
    let RecordHead { head, target, block, payload } = parse_record_head(bytes)?;
    let rest = &bytes[head..];
    let http_head = end_of_head(rest).ok_or("the head of the HTTP message does not end")?;
    let mut fields = Vec::with_capacity(24);
    let mut start_line = "";
    let mut at = 0;
    while at + 2 < http_head {
        let length = memchr::memmem::find(&rest[at..http_head], b"\r\n").ok_or("a line of the HTTP head does not end")?;
        let line = &rest[at..at + length];
        if at == 0 {
            start_line = std::str::from_utf8(line).map_err(|_| "the start line is no text")?;
        } else {
            let colon = memchr::memmem::find(line, b": ").ok_or("a header field has no colon")?;
            fields.push((&line[..colon], &line[colon + 2..]));
        }
        at += length + 2;
    }
    Ok(Parsed { head, http_head, target, block, payload, start_line, fields })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base32_as_in_rfc_4648() {
        let digest = Digest::of(b"");
        assert_eq!(labelled(digest), "sha256:4OYMIQUY7QOBJGX36TEJS35ZEQT24QPEMSNZGTFESWMRW6CSXBKQ====");
    }

    #[test]
    fn a_stream_is_patched_to_what_it_would_have_been() {
        let head = |length| Head {
            kind: Kind::Response,
            session: Digest([7; 32]),
            number: 9,
            at: Timestamp::from_nanoseconds(1),
            target: "https://a.example/",
            version: "HTTP/2",
            connection: None,
            state: BodyState::Raw,
            length,
        };
        let digest = Digest::of(b"body");
        let (mut later, mut known) = (Vec::new(), Vec::new());
        head(Length::Later).write(&mut later);
        later.extend_from_slice(b"HTTP/1.1 200 OK\r\na: b\r\n\r\n");
        patch(&mut later, 30, digest);
        head(Length::Known(30, Some(digest))).write(&mut known);
        let later = String::from_utf8(later).expect("text");
        assert_eq!(
            later
                .replace("Content-Length: 00000000000000000030", "Content-Length: 30")
                .split_once("HTTP/1.1 ")
                .expect("split")
                .0
                .as_bytes(),
            known
        );
        let parsed = parse_head(later.as_bytes()).expect("parses");
        assert_eq!((parsed.block, parsed.payload, parsed.start_line), (30, Some(&*labelled(digest)), "HTTP/1.1 200 OK"));
        assert_eq!(parsed.fields, [(&b"a"[..], &b"b"[..])]);
    }

    #[test]
    fn fields_that_would_mislead_stand_apart() {
        assert!(apart(b"Transfer-Encoding", b"chunked") && apart(b"a", b"b\r\nc: d") && apart(b"a b", b"c") && apart(b"a", b" c"));
        assert!(!apart(b"content-length", b"4") && !apart(b"a", b""));
    }
}
