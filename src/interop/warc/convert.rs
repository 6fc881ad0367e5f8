//! From the records of a request and its answer to an exchange: what is there is kept as it is, what is missing is named as missing.

use super::digests;
use super::http::{self, Chunks};
use super::record::{Head, Kind};
use crate::model::{
    Anomaly, Body, BodyState, Connection, Exchange, Fidelity, Headers, Interim, NotCarried, OddHeads, Outcome, Request, Response,
    Timestamp, Timings, Unrecorded,
};

/// A record with its block.
pub(super) struct Message {
    pub(super) head: Head,
    pub(super) block: Vec<u8>,
}

/// What was found wrong with the records of an exchange, for the gaps of the recording.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Faults {
    /// A digest does not fit.
    pub(super) digest: bool,
    /// A body is there in part only.
    pub(super) cut: bool,
}

/// Joins them. One of both is there.
pub(super) fn exchange(request: Option<Message>, answer: Option<Message>) -> (Exchange, Faults) {
    let mut notes = Notes { not_carried: NotCarried::HEAD_BYTES, anomalies: Vec::new(), faults: Faults::default() };
    let heads = || [&request, &answer].into_iter().flatten().map(|message| &message.head);
    let started = heads().find_map(Head::date);
    if started.is_none() {
        notes.anomalies.push(Anomaly::StartTime);
        notes.not_carried.add(NotCarried::START_TIME);
    }
    let url = heads().map(Head::target).next().unwrap_or_default().to_owned();
    let first = |name: &'static str| heads().find_map(move |head| head.field(name)).map(str::to_owned);
    let (page, resource_type) = (first("WARC-Page-ID"), first("WARC-Resource-Type"));
    let connection = connection(heads(), &mut notes.not_carried);
    let request = notes.request(request, url);
    let (outcome, interim) = match answer {
        Some(answer) => notes.answer(answer, &request.method, started),
        None => (Outcome::Abandoned, Vec::new()),
    };
    let exchange = Exchange {
        started,
        page,
        connection,
        request,
        outcome,
        interim,
        messages: Vec::new(),
        timings: Timings::default(),
        fidelity: Fidelity::Imported,
        odd_heads: OddHeads::default(),
        changes: Vec::new(),
        not_carried: notes.not_carried,
        anomalies: notes.anomalies,
        resource_type,
        initiator: None,
        listed_cookies: Vec::new(),
    };
    (exchange, notes.faults)
}

/// What the fields of both records say of the connection. Certificates no archive has.
fn connection<'h>(heads: impl Iterator<Item = &'h Head> + Clone, not_carried: &mut NotCarried) -> Connection {
    let first = |name: &'static str| heads.clone().find_map(move |head| head.field(name)).map(Into::into);
    // Repeated or, in older files, as one list.
    let protocols = || {
        let all = heads.clone().flat_map(|head| head.all("WARC-Protocol"));
        all.flat_map(|list| list.split(',')).map(str::trim)
    };
    let is_tls = |id: &&str| id.starts_with("tls/") || id.starts_with("ssl/");
    let is_http = |id: &&str| *id == "h2" || *id == "h3" || id.starts_with("http/");
    let connection = Connection {
        server_address: first("WARC-IP-Address"),
        tls_version: protocols().find(is_tls).map(Into::into),
        cipher_suite: first("WARC-Cipher-Suite"),
        protocol: protocols().find(is_http).map(Into::into),
        ..Connection::default()
    };
    if connection.server_address.is_none() {
        not_carried.add(NotCarried::SERVER_ADDRESS);
    }
    if connection.tls_version.is_none() && connection.cipher_suite.is_none() {
        not_carried.add(NotCarried::TLS);
    }
    connection
}

/// What is noted while converting.
struct Notes {
    not_carried: NotCarried,
    anomalies: Vec<Anomaly>,
    faults: Faults,
}

impl Notes {
    fn request(&mut self, message: Option<Message>, url: String) -> Request {
        let Some(Message { head, block }) = message else {
            self.not_carried.add(NotCarried::REQUEST_HEADERS.and(NotCarried::REQUEST_BODY));
            return Request {
                method: String::new(),
                url,
                version: String::new(),
                headers: Headers::new(),
                body: Body::missing(Unrecorded::NotInSource),
                trailers: Headers::new(),
            };
        };
        let read = http::head(&block);
        let mut words = read.line.split_ascii_whitespace();
        let method = words.next().unwrap_or_default().to_owned();
        let version = words.next_back().filter(|word| word.starts_with("HTTP/")).unwrap_or_default().to_owned();
        if read.headers.is_empty() {
            self.not_carried.add(NotCarried::REQUEST_HEADERS);
        }
        let stored = block.get(read.length..).unwrap_or_default();
        let (body, trailers) = self.body(&head, &read.headers, stored);
        self.digests(&head, &block, stored, &body);
        let body = if body.is_empty() && announced(&read.headers) {
            self.not_carried.add(NotCarried::REQUEST_BODY);
            Body::missing(Unrecorded::NotInSource)
        } else {
            body
        };
        Request { method, url, version, headers: read.headers, body, trailers }
    }

    fn answer(&mut self, message: Message, method: &str, started: Option<Timestamp>) -> (Outcome, Vec<Interim>) {
        let Message { head, block } = message;
        let media_type = head.field("WARC-Identified-Payload-Type").map(str::to_owned);
        let mut interim = Vec::new();
        let mut at = 0;
        let read = loop {
            let rest = &block[at..];
            if head.kind() == Kind::Resource || !rest.starts_with(b"HTTP/") {
                return (self.without_head(&head, block, media_type), interim);
            }
            let read = http::head(rest);
            let (_, status, reason) = status_line(&read.line);
            if !(100..200).contains(&status) || status == 101 || !rest[read.length..].starts_with(b"HTTP/") {
                break read;
            }
            at += read.length;
            let seen = head.date().or(started).unwrap_or(Timestamp::from_nanoseconds(0));
            interim.push(Interim { at: seen, status, reason: reason.to_owned(), headers: read.headers });
        };
        let (version, status, reason) = status_line(&read.line);
        if read.headers.is_empty() {
            self.not_carried.add(NotCarried::RESPONSE_HEADERS);
        }
        let stored = &block[at + read.length..];
        let (body, trailers) = self.body(&head, &read.headers, stored);
        self.digests(&head, &block, stored, &body);
        let bodiless = matches!(status, 204 | 304) || method.eq_ignore_ascii_case("HEAD");
        let body = if body.is_empty() && !bodiless && (head.kind() == Kind::Revisit || announced(&read.headers)) {
            self.not_carried.add(NotCarried::RESPONSE_BODY);
            Body::missing(if head.kind() == Kind::Revisit { Unrecorded::SideFile } else { Unrecorded::NotInSource })
        } else {
            body
        };
        let (version, reason) = (version.to_owned(), reason.to_owned());
        let response = Response { status, reason, version, headers: read.headers, body, trailers, media_type };
        if status == 101 {
            self.not_carried.add(NotCarried::MESSAGES);
            return (Outcome::Switched(response), interim);
        }
        (Outcome::Response(response), interim)
    }

    /// An answer of which only the body is there, or (a `revisit`) nothing.
    fn without_head(&mut self, head: &Head, block: Vec<u8>, media_type: Option<String>) -> Outcome {
        self.not_carried.add(NotCarried::RESPONSE_HEADERS);
        let media_type = media_type.or_else(|| head.field("Content-Type").map(str::to_owned)).filter(|_| head.kind() == Kind::Resource);
        let body = if head.kind() == Kind::Revisit {
            self.not_carried.add(NotCarried::RESPONSE_BODY);
            Body::missing(Unrecorded::SideFile)
        } else {
            // What codings were on the way is not known.
            self.not_carried.add(NotCarried::BODY_BYTES);
            let body = Body::new(self.truncated(head).unwrap_or(BodyState::AlreadyDecoded), block.clone());
            self.digests(head, &block, &block, &body);
            body
        };
        Outcome::Response(Response {
            status: 0,
            reason: String::new(),
            version: String::new(),
            headers: Headers::new(),
            body,
            trailers: Headers::new(),
            media_type,
        })
    }

    /// The body of a message, chunks undone, and the fields behind it.
    fn body(&mut self, head: &Head, headers: &Headers, stored: &[u8]) -> (Body, Headers) {
        let has =
            |name: &str, word: &str| headers.all(name).any(|(_, value)| String::from_utf8_lossy(value).to_ascii_lowercase().contains(word));
        let mut state = self.truncated(head).unwrap_or(BodyState::Raw);
        let (mut bytes, mut trailers) = (stored.to_vec(), Headers::new());
        if has("transfer-encoding", "chunked") && !stored.is_empty() {
            match http::unchunk(stored) {
                Chunks::Whole { body, trailers: behind } => (bytes, trailers) = (body, behind),
                Chunks::Broken(body) => {
                    bytes = body;
                    if state == BodyState::Raw {
                        state = BodyState::Truncated(Unrecorded::NotInSource);
                        self.faults.cut = true;
                    }
                }
                Chunks::Undone => self.not_carried.add(NotCarried::BODY_BYTES),
            }
        }
        // Browsertrix and others keep the body decoded, with the field's name changed or the field left as it was.
        let renamed = ["x-orig-content-encoding", "x-archive-orig-content-encoding"].iter().any(|name| headers.first(name).is_some());
        let coded = [("gzip", &b"\x1f\x8b"[..]), ("zstd", b"\x28\xb5\x2f\xfd")]
            .iter()
            .any(|(coding, magic)| has("content-encoding", coding) && !bytes.starts_with(&magic[..magic.len().min(bytes.len())]));
        if !bytes.is_empty() && (renamed || coded) {
            self.not_carried.add(NotCarried::BODY_BYTES);
            if state == BodyState::Raw {
                state = BodyState::AlreadyDecoded;
            }
        }
        (Body::new(state, bytes), trailers)
    }

    fn truncated(&mut self, head: &Head) -> Option<BodyState> {
        // A record that refers to another one for its body says of itself that it is short.
        let why = head.field("WARC-Truncated").filter(|why| !why.is_empty() && head.kind() != Kind::Revisit);
        let segment = head.field("WARC-Segment-Number").map(|_| "segment");
        let why = why.or(segment)?;
        self.faults.cut = true;
        Some(BodyState::Truncated(match why {
            "disconnect" => Unrecorded::Disconnected,
            "segment" => Unrecorded::SideFile,
            _ => Unrecorded::NotInSource,
        }))
    }

    /// Checks what the record says of its block and of the payload in it. A payload digest is of the stored bytes with some tools and of the bytes without
    /// chunks with others; that of a `revisit` is of another record.
    fn digests(&mut self, head: &Head, block: &[u8], stored: &[u8], body: &Body) {
        let wrong = |name: &str, bytes: &[u8]| head.field(name).is_some_and(|digest| digests::fits(digest, bytes) == Some(false));
        let payload = head.kind() != Kind::Revisit
            && wrong("WARC-Payload-Digest", stored)
            && body.in_memory().is_none_or(|body| wrong("WARC-Payload-Digest", body));
        self.faults.digest |= payload || wrong("WARC-Block-Digest", block);
    }
}

/// Whether fields speak of a body.
fn announced(headers: &Headers) -> bool {
    let length = headers.first("content-length").and_then(|value| std::str::from_utf8(value).ok()?.trim().parse::<u64>().ok());
    length.is_some_and(|length| length > 0)
}

/// Version, status and reason; 0 where no status can be read.
fn status_line(line: &str) -> (&str, u16, &str) {
    let (version, rest) = line.split_once(' ').unwrap_or((line, ""));
    let rest = rest.trim_start();
    let (status, reason) = rest.split_once(' ').unwrap_or((rest, ""));
    (version, status.parse().ok().filter(|status| *status < 1000).unwrap_or(0), reason)
}

#[cfg(test)]
mod tests {
    use super::super::record::Records;
    use super::*;

    fn message(fields: &str, block: &[u8]) -> Message {
        let head = format!("WARC/1.1\r\n{fields}\r\nWARC-Target-URI: https://a.example/\r\nContent-Length: {}\r\n\r\n", block.len());
        let text = [head.as_bytes(), block].concat();
        let mut records = Records::new(&text[..], 1 << 20).expect("reads");
        let Ok(Some(head)) = records.next() else { panic!("a record") };
        let Ok(block) = records.block(&head) else { panic!("a block") };
        Message { head, block }
    }

    fn answer(fields: &str, block: &[u8]) -> (Exchange, Response, Faults) {
        let (exchange, faults) = exchange(None, Some(message(fields, block)));
        let response = exchange.outcome.response().expect("an answer").clone();
        (exchange, response, faults)
    }

    #[test]
    fn bodies_are_as_faithful_as_their_record() {
        let coded = |block: &[u8]| answer("WARC-Type: response", block);
        let (exchange, response, _) = coded(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n<html>");
        assert_eq!(response.body.state(), BodyState::AlreadyDecoded);
        assert!(exchange.not_carried.has(NotCarried::BODY_BYTES));
        let (exchange, response, _) = coded(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08");
        assert_eq!(response.body.state(), BodyState::Raw);
        assert!(!exchange.not_carried.has(NotCarried::BODY_BYTES));
        let (_, response, _) = coded(b"HTTP/1.1 200 OK\r\nx-orig-content-encoding: br\r\n\r\n<html>");
        assert_eq!(response.body.state(), BodyState::AlreadyDecoded);
        let (exchange, response, _) = coded(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n<html>");
        assert_eq!((response.body.state(), response.body.in_memory()), (BodyState::Raw, Some(&b"<html>"[..])));
        assert!(exchange.not_carried.has(NotCarried::BODY_BYTES), "chunks were undone by somebody else");
        let (_, response, faults) = coded(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n");
        assert_eq!(response.body.state(), BodyState::Truncated(Unrecorded::NotInSource));
        assert!(faults.cut);
        let (exchange, response, _) = coded(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
        assert_eq!(response.body.state(), BodyState::Missing(Unrecorded::NotInSource), "announced and not there is not empty");
        assert!(exchange.not_carried.has(NotCarried::RESPONSE_BODY));
        let (_, response, _) = coded(b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n");
        assert_eq!(response.body, Body::empty());
        let (_, response, faults) = answer("WARC-Type: response\r\nWARC-Segment-Number: 1", b"HTTP/1.1 200 OK\r\n\r\nabc");
        assert_eq!((response.body.state(), faults.cut), (BodyState::Truncated(Unrecorded::SideFile), true));
    }

    #[test]
    fn answers_before_the_answer_and_switches_are_kept_apart() {
        let block = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nA: b\r\n\r\nx";
        let (exchange, response, _) = answer("WARC-Type: response\r\nWARC-Date: 2026-11-21T08:00:00Z", block);
        assert_eq!((exchange.interim.len(), exchange.interim[0].status, response.status), (1, 103, 200));
        assert_eq!((response.headers.len(), response.body.in_memory()), (1, Some(&b"x"[..])));
        let (exchange, response, _) = answer("WARC-Type: response", b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n");
        assert!(matches!(exchange.outcome, Outcome::Switched(_)) && response.status == 101);
        assert!(exchange.not_carried.has(NotCarried::MESSAGES.and(NotCarried::START_TIME)));
        assert_eq!(exchange.anomalies, [Anomaly::StartTime]);
    }

    #[test]
    fn what_is_no_http_is_a_body_without_a_head() {
        let (exchange, response, _) = answer("WARC-Type: resource\r\nContent-Type: text/html", b"HTTP/1.1 is a protocol");
        assert_eq!((response.status, response.body.len(), response.media_type.as_deref()), (0, 22, Some("text/html")));
        assert!(exchange.not_carried.has(NotCarried::RESPONSE_HEADERS));
        let (exchange, response, _) = answer("WARC-Type: revisit", b"");
        assert_eq!((response.status, response.body.state()), (0, BodyState::Missing(Unrecorded::SideFile)));
        assert!(exchange.not_carried.has(NotCarried::RESPONSE_HEADERS.and(NotCarried::RESPONSE_BODY)));
        assert_eq!(status_line("HTTP/1.1 302"), ("HTTP/1.1", 302, ""));
        assert_eq!(status_line("HTTP/1.1  404  Not Found"), ("HTTP/1.1", 404, " Not Found"));
        assert_eq!(status_line("HTTP/1.1 abc"), ("HTTP/1.1", 0, ""));
    }

    #[test]
    fn a_request_whose_body_is_announced_and_missing_has_none_that_is_known() {
        let (asked, _) = exchange(Some(message("WARC-Type: request", b"POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\n")), None);
        assert_eq!((asked.request.method.as_str(), asked.request.version.as_str()), ("POST", "HTTP/1.1"));
        assert_eq!(asked.request.body.state(), BodyState::Missing(Unrecorded::NotInSource));
        assert_eq!(asked.outcome, Outcome::Abandoned);
    }
}
