//! The digest of an entry: a hash tree over its parts, so that a part can be masked later and the rest still proves itself.

use aes::Aes256;
use aes::cipher::{Array, BlockCipherEncrypt, KeyInit};

use super::pieces::Cut;
use super::tree::{self, SALT};
use crate::model::{
    Anomaly, BodyState, Digest, Direction, EntryDigest, Exchange, FailureStage, Fidelity, Headers, Outcome, Side, Unrecorded, UrlParts,
};

/// The secret from which salts and fingerprints of a case (or of a single recording without a case) are made.
#[derive(Clone)]
pub struct CaseKey([u8; 32]);

impl CaseKey {
    /// The key of a recording that belongs to no case: made from the recording's own digest. Whoever holds the recording can make it too, so
    /// fingerprints under it are linkable, not secret.
    #[must_use]
    pub fn of_capture(capture: Digest) -> Self {
        Self(Digest::of(&[b"dataspoor capture key 1\n", &capture.0[..]].concat()).0)
    }

    /// The bytes, for deriving keys of other purposes inside this room.
    pub(super) fn derive(&self, purpose: &[u8]) -> [u8; 32] {
        Digest::of(&[&self.0[..], purpose].concat()).0
    }
}

/// Kinds of parts, as they stand in the layout. Numbers are part of the format.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Kind {
    Facts = 1,
    RequestStart = 2,
    Query = 3,
    RequestEnd = 4,
    RequestHeader = 5,
    CookieName = 6,
    Cookie = 7,
    RequestBody = 8,
    RequestTrailer = 9,
    StatusLine = 10,
    ResponseHeader = 11,
    ResponseBody = 12,
    ResponseTrailer = 13,
    MessageFacts = 14,
    MessageBody = 15,
    Failure = 16,
    ListedCookie = 17,
}

/// A part: its kind and its bytes in up to three pieces.
type Part<'a> = (Kind, [&'a [u8]; 3]);

/// Computes entry digests. Keeps its buffers between entries.
pub struct EntryHasher {
    cipher: Aes256,
    leaves: Vec<[u8; 32]>,
    salts: Vec<Array<u8, aes::cipher::consts::U16>>,
    layout: Vec<u8>,
}

impl EntryHasher {
    /// A hasher whose salts come from `key`.
    #[must_use]
    pub fn new(key: &CaseKey) -> Self {
        let salt_key = key.derive(b"salts 1");
        Self { cipher: Aes256::new(&Array(salt_key)), leaves: Vec::new(), salts: Vec::new(), layout: Vec::new() }
    }

    /// The digest of `exchange` as entry `number` of its capture.
    pub fn digest(&mut self, number: u64, exchange: &Exchange) -> EntryDigest {
        let facts = facts(number, exchange);
        let messages: Vec<String> = exchange.messages.iter().map(message_facts).collect();
        let status = exchange.outcome.response().map(|response| response.status.to_string());
        let parts = parts(exchange, &facts, &messages, status.as_deref().unwrap_or_default());
        self.lay_out(&parts);
        self.salt(number, parts.len() + 1);
        self.leaves.clear();
        self.leaves.push(tree::leaf(&self.salts[0].0, &[&self.layout]));
        for ((_, pieces), salt) in parts.iter().zip(&self.salts[1..]) {
            self.leaves.push(tree::leaf(&salt.0, pieces));
        }
        EntryDigest(tree::root(&mut self.leaves))
    }

    /// The first leaf: kind of every part and lengths of its pieces, in runs of equal ones. With the lengths of the pieces, no byte can pass from a
    /// name to a value or from one part to the next without changing the digest.
    fn lay_out(&mut self, parts: &[Part<'_>]) {
        self.layout.clear();
        self.layout.extend_from_slice(b"dataspoor entry 1\n");
        let shape = |part: &Part<'_>| (part.0, part.1.map(<[u8]>::len));
        for run in parts.chunk_by(|one, next| shape(one) == shape(next)) {
            let (kind, lengths) = shape(&run[0]);
            self.layout.push(kind as u8);
            variable_length(run.len() as u64, &mut self.layout);
            lengths.iter().for_each(|length| variable_length(*length as u64, &mut self.layout));
        }
    }

    /// Salts for leaves 0 to `count` - 1: AES-256 in counter form over (entry, leaf), a pseudo-random function of the case's secret.
    fn salt(&mut self, number: u64, count: usize) {
        self.salts.clear();
        self.salts.extend((0..count as u64).map(|leaf| {
            let mut block = [0_u8; SALT];
            block[..8].copy_from_slice(&number.to_be_bytes());
            block[8..].copy_from_slice(&leaf.to_be_bytes());
            Array(block)
        }));
        self.cipher.encrypt_blocks(&mut self.salts);
    }
}

/// Unsigned LEB128.
fn variable_length(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Facts of the exchange that are no bytes of a message, one `name=value` line each.
fn facts(number: u64, exchange: &Exchange) -> String {
    use std::fmt::Write as _;
    let mut text = format!("entry={number}\n");
    let mut line = |name: &str, value: &dyn std::fmt::Display| {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{name}={value}");
    };
    if let Some(started) = exchange.started {
        line("started", &started.as_nanoseconds());
    }
    let fidelity = match exchange.fidelity {
        Fidelity::ByteExact => "byte-exact",
        Fidelity::AsParsed => "as-parsed",
        Fidelity::Imported => "imported",
    };
    line("fidelity", &fidelity);
    line("not-carried", &exchange.not_carried.bits());
    line("until-response-head", &((exchange.timings.until_response_head() * 1e6) as i64));
    line("outcome", &outcome(&exchange.outcome));
    line("request-body", &body_state(exchange.request.body.state()));
    if let Some(response) = exchange.outcome.response() {
        line("response-body", &body_state(response.body.state()));
        if let Some(media_type) = &response.media_type {
            line("media-type", &one_line(media_type));
        }
    }
    for (name, value) in [
        ("page", &exchange.page),
        ("server", &exchange.connection.server_address),
        ("connection", &exchange.connection.id),
        ("resource-type", &exchange.resource_type),
    ] {
        if let Some(value) = value {
            line(name, &one_line(value));
        }
    }
    if let Some(initiator) = &exchange.initiator {
        line("initiator-kind", &one_line(&initiator.kind));
        line("initiator", &one_line(&initiator.url));
    }
    if exchange.anomalies.contains(&Anomaly::FromCache) {
        line("from-cache", &"yes");
    }
    text
}

/// A value on one line: a line feed in it must not make a second fact of it, nor a backslash pass for an escape.
fn one_line(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\n', "\\n")
}

fn outcome(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Response(_) => "response",
        Outcome::Switched(_) => "switched",
        Outcome::Abandoned => "abandoned",
        Outcome::Failed { stage, .. } => match stage {
            FailureStage::Dns => "failed dns",
            FailureStage::Refused => "failed refused",
            FailureStage::Tls => "failed tls",
            FailureStage::Timeout => "failed timeout",
            FailureStage::Reset => "failed reset",
            FailureStage::Protocol => "failed protocol",
            FailureStage::Blocked => "failed blocked",
            FailureStage::Unknown => "failed unknown",
        },
    }
}

fn body_state(state: BodyState) -> String {
    let why = |why: Unrecorded| match why {
        Unrecorded::NotInSource => "not-in-source",
        Unrecorded::SideFile => "side-file",
        Unrecorded::Disconnected => "disconnected",
        Unrecorded::Ceiling => "ceiling",
        Unrecorded::NoResponse => "no-response",
    };
    match state {
        BodyState::Raw => "raw".to_owned(),
        BodyState::AlreadyDecoded => "already-decoded".to_owned(),
        BodyState::Lossy => "lossy".to_owned(),
        BodyState::Missing(reason) => format!("missing {}", why(reason)),
        BodyState::Truncated(reason) => format!("truncated {}", why(reason)),
    }
}

fn message_facts(message: &crate::model::Message) -> String {
    let direction = match message.direction {
        Direction::Sent => "sent",
        Direction::Received => "received",
    };
    let at = message.at.map_or_else(String::new, |at| at.as_nanoseconds().to_string());
    format!("{direction} {} {at} {}", message.opcode.number(), body_state(message.payload.state()))
}

/// All parts of an exchange, in the order of the format.
fn parts<'a>(exchange: &'a Exchange, facts: &'a str, messages: &'a [String], status: &'a str) -> Vec<Part<'a>> {
    let request = &exchange.request;
    let mut parts: Vec<Part<'a>> = Vec::with_capacity(96);
    parts.push((Kind::Facts, [facts.as_bytes(), b"", b""]));
    request_line(&request.method, &request.url, &request.version, &mut parts);
    for (name, value) in request.headers.iter() {
        if name.eq_ignore_ascii_case(b"cookie") {
            parts.push((Kind::CookieName, [name, b": ", b""]));
            let pairs = value.split_inclusive(|&byte| byte == b';');
            parts.extend(pairs.map(|pair| (Kind::Cookie, [pair, &b""[..], &b""[..]])));
        } else {
            parts.push((Kind::RequestHeader, [name, b": ", value]));
        }
    }
    let body = |kind, cut: Cut, bytes: &'a [u8], parts: &mut Vec<Part<'a>>| {
        cut.pieces(bytes, |piece| parts.push((kind, [piece, b"", b""])));
    };
    let media_type = request.headers.first("content-type").unwrap_or_default();
    let bytes = request.body.bytes();
    body(Kind::RequestBody, Cut::sent(media_type, bytes.len()), bytes, &mut parts);
    fields(Kind::RequestTrailer, &request.trailers, &mut parts);
    match &exchange.outcome {
        Outcome::Response(response) | Outcome::Switched(response) => {
            parts.push((Kind::StatusLine, [response.version.as_bytes(), b" ", status.as_bytes()]));
            parts.push((Kind::StatusLine, [response.reason.as_bytes(), b"", b""]));
            fields(Kind::ResponseHeader, &response.headers, &mut parts);
            let bytes = response.body.bytes();
            body(Kind::ResponseBody, Cut::received(bytes.len()), bytes, &mut parts);
            fields(Kind::ResponseTrailer, &response.trailers, &mut parts);
        }
        Outcome::Failed { cause, .. } => parts.push((Kind::Failure, [cause.as_bytes(), b"", b""])),
        Outcome::Abandoned => parts.push((Kind::Failure, [b"", b"", b""])),
    }
    for (message, facts) in exchange.messages.iter().zip(messages) {
        parts.push((Kind::MessageFacts, [facts.as_bytes(), b"", b""]));
        let bytes = message.payload.bytes();
        let cut = match (message.direction, bytes.first()) {
            (Direction::Sent, Some(b'{' | b'[')) => Cut::sent(b"json", bytes.len()),
            _ => Cut::received(bytes.len()),
        };
        body(Kind::MessageBody, cut, bytes, &mut parts);
    }
    for cookie in &exchange.listed_cookies {
        let side: &[u8] = if cookie.side == Side::Request { b"request" } else { b"response" };
        parts.push((Kind::ListedCookie, [side, cookie.name.as_bytes(), cookie.attributes.as_bytes()]));
        parts.push((Kind::ListedCookie, [cookie.value.as_bytes(), b"", b""]));
    }
    parts
}

/// Method and URL up to the query; each query parameter with the mark before it; the rest of the URL and the version.
fn request_line<'a>(method: &'a str, url: &'a str, version: &'a str, parts: &mut Vec<Part<'a>>) {
    let cut = UrlParts::of(url);
    let query_start = cut.query.as_ref().map_or(cut.path.end, |query| query.start - 1);
    parts.push((Kind::RequestStart, [method.as_bytes(), b" ", &url.as_bytes()[..query_start]]));
    let mut end = query_start;
    for parameter in cut.query_parameters(url) {
        parts.push((Kind::Query, [&url.as_bytes()[end..parameter.end], b"", b""]));
        end = parameter.end;
    }
    parts.push((Kind::RequestEnd, [&url.as_bytes()[end..], b" ", version.as_bytes()]));
}

fn fields<'a>(kind: Kind, headers: &'a Headers, parts: &mut Vec<Part<'a>>) {
    parts.extend(headers.iter().map(|(name, value)| (kind, [name, &b": "[..], value])));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Body, NotCarried, Request, Response, Timestamp, Timings};

    fn exchange() -> Exchange {
        let mut headers = Headers::new();
        headers.push(b"Cookie", b"a=1; b=2");
        headers.push(b"Content-Type", b"application/x-www-form-urlencoded");
        Exchange {
            started: Some(Timestamp::from_nanoseconds(5)),
            page: None,
            connection: crate::model::Connection::default(),
            request: Request {
                method: "POST".into(),
                url: "https://a.example/p?x=1&y=2#f".into(),
                version: "h2".into(),
                headers: headers.clone(),
                body: Body::new(BodyState::Raw, &b"m=1&n=2"[..]),
                trailers: Headers::new(),
            },
            outcome: Outcome::Response(Response {
                status: 200,
                reason: "OK".into(),
                version: "h2".into(),
                headers,
                body: Body::new(BodyState::AlreadyDecoded, vec![b'z'; 300]),
                trailers: Headers::new(),
                media_type: None,
            }),
            messages: Vec::new(),
            timings: Timings::default(),
            fidelity: Fidelity::Imported,
            changes: Vec::new(),
            not_carried: NotCarried::TLS,
            anomalies: Vec::new(),
            resource_type: None,
            initiator: None,
            listed_cookies: Vec::new(),
        }
    }

    fn bytes(part: &Part<'_>) -> Vec<u8> {
        part.1.concat()
    }

    #[test]
    fn parts_put_the_message_together_again() {
        let exchange = exchange();
        let parts = parts(&exchange, "", &[], "200");
        let joined = |kinds: &[Kind]| -> Vec<u8> { parts.iter().filter(|part| kinds.contains(&part.0)).flat_map(bytes).collect() };
        assert_eq!(joined(&[Kind::RequestStart, Kind::Query, Kind::RequestEnd]), b"POST https://a.example/p?x=1&y=2#f h2");
        assert_eq!(joined(&[Kind::CookieName, Kind::Cookie]), b"Cookie: a=1; b=2");
        assert_eq!(joined(&[Kind::RequestBody]), b"m=1&n=2");
        assert_eq!(parts.iter().filter(|part| part.0 == Kind::Query).map(bytes).collect::<Vec<_>>(), [b"?x=1", b"&y=2"]);
        assert_eq!(parts.iter().filter(|part| part.0 == Kind::ResponseBody).count(), 3);
    }

    #[test]
    fn everything_counts() {
        let mut hasher = EntryHasher::new(&CaseKey::of_capture(Digest::of(b"capture")));
        let original = exchange();
        let digest = hasher.digest(1, &original);
        assert_eq!(digest, hasher.digest(1, &original), "the same twice");
        // Pinned: the format is frozen. A change of this value is a new version of the format.
        assert_eq!(digest.0.to_string(), "2ad21c46cdc820973be337311edfb16e33cdae49770635d717e373fa8486e21f");
        let changed: [fn(&mut Exchange); 10] = [
            |exchange| exchange.timings.wait = Some(1.0),
            |exchange| exchange.page = Some("a\nserver=b".into()),
            |exchange| {
                let mut moved = Headers::new();
                moved.push(b"Cookie: a=1; b=2", b"");
                exchange.request.headers = moved;
            },
            |exchange| exchange.started = None,
            |exchange| exchange.request.url = exchange.request.url.replace("y=2", "y=3"),
            |exchange| exchange.request.version = "h3".into(),
            |exchange| exchange.request.body = Body::new(BodyState::Raw, &b"m=1&n=3"[..]),
            |exchange| exchange.request.body = Body::new(BodyState::Lossy, &b"m=1&n=2"[..]),
            |exchange| exchange.not_carried = NotCarried::default(),
            |exchange| exchange.request.headers.push(b"X", b""),
        ];
        for (index, change) in changed.into_iter().enumerate() {
            let mut exchange = exchange();
            change(&mut exchange);
            assert_ne!(hasher.digest(1, &exchange), digest, "change {index}");
        }
        assert_ne!(hasher.digest(2, &original), digest, "another place");
        assert_ne!(EntryHasher::new(&CaseKey::of_capture(Digest::of(b"other"))).digest(1, &original), digest, "another key");
    }
}
