//! WARC 1.1 records (ISO 28500:2017): makes their heads, and reads them back.
//!
//! HTTP/2 messages stand as HTTP/1.1 text, which is what readers of WARC expect; the protocol that was spoken stands in `WARC-Protocol`
//! (proposed field, iipc/warc-specifications issue 42) and in the custody log.

use std::borrow::Cow;
use std::sync::LazyLock;

use memchr::memmem::Finder;

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
        text.add(&["WARC/1.1\r\n"]);
        text.line("WARC-Type", kind);
        text.identifier("WARC-Record-ID", self.session, self.kind, self.number);
        text.date(self.at);
        match self.kind {
            Kind::Info => text.line("WARC-Filename", self.target),
            Kind::Request | Kind::Response => {
                text.line("WARC-Target-URI", self.target);
                if self.kind == Kind::Response {
                    text.identifier("WARC-Concurrent-To", self.session, Kind::Request, self.number);
                }
            }
        }
        if let Some(connection) = self.connection {
            if let Some(address) = connection.server_address.as_deref().and_then(numeric) {
                text.line("WARC-IP-Address", &address);
            }
            text.line("WARC-Protocol", &protocol(self.version));
            if let Some(tls) = &connection.tls_version {
                text.line("WARC-Protocol", tls);
            }
            if let Some(suite) = &connection.cipher_suite {
                text.line("WARC-Cipher-Suite", suite);
            }
        }
        truncated(self.state, &mut text);
        text.line("Content-Type", media_type);
        match self.length {
            Length::Known(length, digest) => {
                if let Some(digest) = digest {
                    text.line("WARC-Payload-Digest", &labelled(digest));
                }
                text.add(&["Content-Length: "]);
                text.number(length);
            }
            Length::Later => {
                text.line("WARC-Payload-Digest", &labelled(Digest([0; 32])));
                text.add(&["Content-Length: ", &"0".repeat(LENGTH_DIGITS)]);
            }
        }
        text.add(&["\r\n\r\n"]);
    }
}

/// Text that is put together in a record. Heads are as many as messages, so what can be copied is not formatted.
struct Text<'b>(&'b mut Vec<u8>);

impl Text<'_> {
    fn add(&mut self, pieces: &[&str]) {
        pieces.iter().for_each(|piece| self.0.extend_from_slice(piece.as_bytes()));
    }

    fn line(&mut self, name: &str, value: &str) {
        self.add(&[name, ": ", value, "\r\n"]);
    }

    fn number(&mut self, number: u64) {
        self.add(&[itoa::Buffer::new().format(number)]);
    }

    fn hexadecimal(&mut self, bytes: &[u8]) {
        let digit = |four: u8| b"0123456789abcdef"[usize::from(four)];
        bytes.iter().for_each(|byte| self.0.extend_from_slice(&[digit(byte >> 4), digit(byte & 15)]));
    }

    fn date(&mut self, at: Timestamp) {
        self.add(&["WARC-Date: "]);
        at.append_to(self.0);
        self.add(&["\r\n"]);
    }

    /// A field whose value is a UUID of version 8 (RFC 9562 section 5.8) of session, kind of record and number. Made, not drawn: the same
    /// recording has the same identifiers.
    fn identifier(&mut self, name: &str, session: Digest, kind: Kind, number: u64) {
        let [_, _, _, _, e, f, g, h, ..] = session.0;
        self.uuid(name, session, [e, f], [0x80 | kind as u8, g], [0x80, h], number);
    }

    fn uuid(&mut self, name: &str, session: Digest, second: [u8; 2], third: [u8; 2], fourth: [u8; 2], number: u64) {
        self.add(&[name, ": <urn:uuid:"]);
        self.hexadecimal(&session.0[..4]);
        for group in [second, third, fourth] {
            self.add(&["-"]);
            self.hexadecimal(&group);
        }
        self.add(&["-"]);
        self.hexadecimal(&number.to_be_bytes()[2..]);
        self.add(&[">\r\n"]);
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
        let [_, _, _, _, high, middle_high, middle, low] = index.to_be_bytes();
        let media_type = if self.text { "text/plain; charset=utf-8" } else { "application/octet-stream" };
        text.add(&["WARC/1.1\r\nWARC-Type: resource\r\n"]);
        text.uuid("WARC-Record-ID", session, [high, middle_high], [0x83, middle], [0x80, low], number);
        text.date(at);
        text.add(&["WARC-Target-URI: urn:message:", itoa::Buffer::new().format(index), ":", target, "\r\n"]);
        text.identifier("WARC-Concurrent-To", session, Kind::Request, number);
        truncated(self.state, &mut text);
        text.line("Content-Type", media_type);
        if let Some(payload) = self.payload {
            text.line("WARC-Payload-Digest", &labelled(payload));
        }
        text.add(&["Content-Length: "]);
        text.number(self.length);
        text.add(&["\r\n\r\n"]);
    }
}

/// What the head of an exhibit's record says. Its block is what was put beside the traffic.
pub(super) struct ExhibitHead<'a> {
    /// Session, for record identifiers.
    pub(super) session: Digest,
    /// Its number in the recording.
    pub(super) number: u64,
    pub(super) at: Timestamp,
    /// Its kind, as the custody log names it.
    pub(super) kind: &'a str,
    pub(super) media_type: &'a str,
    pub(super) length: u64,
    /// Digest of the block, where there is one.
    pub(super) payload: Option<Digest>,
}

impl ExhibitHead<'_> {
    /// Appends the head to `out`, with the empty line after it.
    ///
    /// Like a message it has an address that no page has: a program that plays an archive back must not take it for something that was loaded.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        let mut text = Text(out);
        let Self { session, number, at, kind, .. } = *self;
        let [_, _, _, _, e, f, g, h, ..] = session.0;
        text.add(&["WARC/1.1\r\nWARC-Type: resource\r\n"]);
        text.uuid("WARC-Record-ID", session, [e, f], [0x84, g], [0x80, h], number);
        text.date(at);
        text.add(&["WARC-Target-URI: urn:exhibit:", itoa::Buffer::new().format(number), ":", kind, "\r\n"]);
        text.line("Content-Type", self.media_type);
        if let Some(payload) = self.payload {
            text.line("WARC-Payload-Digest", &labelled(payload));
        }
        text.add(&["Content-Length: "]);
        text.number(self.length);
        text.add(&["\r\n\r\n"]);
    }
}

/// Says that a body ends before its end, and why, in the words of the format (section 5.13).
fn truncated(state: BodyState, text: &mut Text<'_>) {
    match state {
        BodyState::Raw => {}
        BodyState::Truncated(Unrecorded::Ceiling) => text.line("WARC-Truncated", "unspecified"),
        _ => text.line("WARC-Truncated", "disconnect"),
    }
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

/// The address without its port.
fn numeric(address: &str) -> Option<Cow<'_, str>> {
    if address.parse::<std::net::IpAddr>().is_ok() {
        return Some(address.into());
    }
    address.parse::<std::net::SocketAddr>().ok().map(|address| address.ip().to_string().into())
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
pub(super) fn http_head(start_line: &[&str], added_host: Option<&str>, headers: &Headers, out: &mut Vec<u8>) {
    start_line.iter().for_each(|piece| out.extend_from_slice(piece.as_bytes()));
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
    let mut rest = text.trim_end_matches("\r\n").strip_prefix("WARC/1.1").ok_or("the record does not begin with WARC/1.1")?;
    let (mut target, mut block, mut payload) = ("", None, None);
    while !rest.is_empty() {
        rest = rest.strip_prefix("\r\n").ok_or("the record does not begin with WARC/1.1")?;
        let line = &rest[..LINE_END.find(rest.as_bytes()).unwrap_or(rest.len())];
        rest = &rest[line.len()..];
        let colon = colon(line.as_bytes()).ok_or("a line of the record's head has no colon")?;
        let (name, value) = (&line[..colon], &line[colon + 2..]);
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
    HEAD_END.find(bytes).map(|at| at + END.len())
}

/// Finders that are made once: heads are many, and their lines are more.
static HEAD_END: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(END));
static LINE_END: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"\r\n"));

/// Where the first colon with a space behind it stands.
fn colon(line: &[u8]) -> Option<usize> {
    memchr::memchr_iter(b':', line).find(|at| line.get(at + 1) == Some(&b' '))
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
        let length = LINE_END.find(&rest[at..http_head]).ok_or("a line of the HTTP head does not end")?;
        let line = &rest[at..at + length];
        if at == 0 {
            start_line = std::str::from_utf8(line).map_err(|_| "the start line is no text")?;
        } else {
            let colon = colon(line).ok_or("a header field has no colon")?;
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
