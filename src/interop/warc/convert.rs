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
