//! The digest of an entry: a hash tree over its parts, so that a part can be masked later and the rest still proves itself.

use std::borrow::Cow;
use std::io;

use aes::Aes256;
use aes::cipher::{Array, BlockCipherEncrypt, KeyInit};

use super::key::CaseKey;
use super::pieces::Cut;
use super::tree::{self, SALT};
use crate::model::{
    Anomaly, Body, BodyState, Direction, EntryDigest, Exchange, FailureStage, Fidelity, Headers, Outcome, Side, Unrecorded, UrlParts,
};

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
    Interim = 18,
    InterimHeader = 19,
    RequestHeadBytes = 20,
    ResponseHeadBytes = 21,
}

/// Computes entry digests. Keeps its buffers between entries.
pub struct EntryHasher {
    cipher: Aes256,
    number: u64,
    /// Digests of the parts so far. The first place is kept for that of the layout.
    leaves: Vec<[u8; 32]>,
    /// Salts of the leaves from `salted - salts.len()` on.
    salts: Vec<Array<u8, aes::cipher::consts::U16>>,
    salted: usize,
    layout: Vec<u8>,
    /// Parts of one shape in a row: shape and how many.
    run: Option<(Shape, u64)>,
}

/// Kind of a part and the lengths of its pieces.
type Shape = (Kind, [usize; 3]);

/// How many salts are made in one call.
const SALTS: usize = 128;

impl EntryHasher {
    /// A hasher whose salts come from `key`.
    #[must_use]
    pub fn new(key: &CaseKey) -> Self {
        let cipher = Aes256::new(&Array(key.derive(b"salts 1")));
        Self { cipher, number: 0, leaves: Vec::new(), salts: Vec::new(), salted: 0, layout: Vec::new(), run: None }
    }

    /// The digest of `exchange` as entry `number` of its capture.
    ///
    /// # Errors
    ///
    /// A body that is not in memory cannot be read.
    pub fn digest(&mut self, number: u64, exchange: &Exchange) -> io::Result<EntryDigest> {
        self.number = number;
        self.salts.clear();
        self.salted = 0;
        self.layout.clear();
        self.layout.extend_from_slice(b"dataspoor entry 1\n");
        self.run = None;
        self.leaves.clear();
        self.leaves.push([0; 32]);
        let salt = self.salt(0);
        self.parts(number, exchange)?;
        self.end_run();
        self.leaves[0] = tree::leaf(&salt, &[&self.layout]);
        Ok(EntryDigest(tree::root(&mut self.leaves)))
    }

    /// The next part. The first leaf, the layout, holds the kind of every part and the lengths of its pieces, in runs of equal ones: with them no
    /// byte can pass from a name to a value or from one part to the next without changing the digest.
    fn part(&mut self, kind: Kind, pieces: [&[u8]; 3]) {
        let shape = (kind, pieces.map(<[u8]>::len));
        match &mut self.run {
            Some((same, count)) if *same == shape => *count += 1,
            _ => {
                self.end_run();
                self.run = Some((shape, 1));
            }
        }
        let salt = self.salt(self.leaves.len());
        self.leaves.push(tree::leaf(&salt, &pieces));
    }

    fn end_run(&mut self) {
        if let Some(((kind, lengths), count)) = self.run.take() {
            self.layout.push(kind as u8);
            variable_length(count, &mut self.layout);
            lengths.iter().for_each(|length| variable_length(*length as u64, &mut self.layout));
        }
    }

    /// The salt of a leaf: AES-256 in counter form over (entry, leaf), a pseudo-random function of the case's secret. Leaves come in order.
    fn salt(&mut self, leaf: usize) -> [u8; SALT] {
        if leaf >= self.salted {
            let from = self.salted;
            self.salted = leaf + SALTS;
            self.salts.clear();
            self.salts.extend((from..self.salted).map(|leaf| {
                let mut block = [0_u8; SALT];
                block[..8].copy_from_slice(&self.number.to_be_bytes());
                block[8..].copy_from_slice(&(leaf as u64).to_be_bytes());
                Array(block)
            }));
            self.cipher.encrypt_blocks(&mut self.salts);
        }
        self.salts[leaf + self.salts.len() - self.salted].0
    }

    /// All parts of an exchange, in the order of the format.
    fn parts(&mut self, number: u64, exchange: &Exchange) -> io::Result<()> {
        let request = &exchange.request;
        self.part(Kind::Facts, [facts(number, exchange).as_bytes(), b"", b""]);
        self.request_line(&request.method, &request.url, &request.version);
        for (name, value) in request.headers.iter() {
            if name.eq_ignore_ascii_case(b"cookie") {
                self.part(Kind::CookieName, [name, b": ", b""]);
                value.split_inclusive(|&byte| byte == b';').for_each(|pair| self.part(Kind::Cookie, [pair, b"", b""]));
            } else {
                self.part(Kind::RequestHeader, [name, b": ", value]);
            }
        }
        let media_type = request.headers.first("content-type").unwrap_or_default();
        self.body(Kind::RequestBody, Cut::sent(media_type, request.body.len()), &request.body)?;
        self.fields(Kind::RequestTrailer, &request.trailers);
        if let Some(bytes) = &exchange.odd_heads.request {
            self.part(Kind::RequestHeadBytes, [bytes, b"", b""]);
        }
        for interim in &exchange.interim {
            let (at, status) = (interim.at.as_nanoseconds().to_string(), interim.status.to_string());
            self.part(Kind::Interim, [at.as_bytes(), status.as_bytes(), interim.reason.as_bytes()]);
            self.fields(Kind::InterimHeader, &interim.headers);
        }
        if let Some(bytes) = &exchange.odd_heads.response {
            self.part(Kind::ResponseHeadBytes, [bytes, b"", b""]);
        }
        match &exchange.outcome {
            Outcome::Response(response) | Outcome::Switched(response) => {
                self.part(Kind::StatusLine, [response.version.as_bytes(), b" ", response.status.to_string().as_bytes()]);
                self.part(Kind::StatusLine, [response.reason.as_bytes(), b"", b""]);
                self.fields(Kind::ResponseHeader, &response.headers);
                self.body(Kind::ResponseBody, Cut::received(response.body.len()), &response.body)?;
                self.fields(Kind::ResponseTrailer, &response.trailers);
            }
            Outcome::Failed { cause, .. } => self.part(Kind::Failure, [cause.as_bytes(), b"", b""]),
            Outcome::Abandoned => self.part(Kind::Failure, [b"", b"", b""]),
        }
        for message in &exchange.messages {
            self.part(Kind::MessageFacts, [message_facts(message).as_bytes(), b"", b""]);
            let payload = &message.payload;
            let cut = match message.direction {
                Direction::Sent if matches!(first_byte(payload)?, Some(b'{' | b'[')) => Cut::sent(b"json", payload.len()),
                _ => Cut::received(payload.len()),
            };
            self.body(Kind::MessageBody, cut, payload)?;
        }
        for cookie in &exchange.listed_cookies {
            let side: &[u8] = if cookie.side == Side::Request { b"request" } else { b"response" };
            self.part(Kind::ListedCookie, [side, cookie.name.as_bytes(), cookie.attributes.as_bytes()]);
            self.part(Kind::ListedCookie, [cookie.value.as_bytes(), b"", b""]);
        }
        Ok(())
    }

    /// Method and URL up to the query; each query parameter with the mark before it; the rest of the URL and the version.
    fn request_line(&mut self, method: &str, url: &str, version: &str) {
        let cut = UrlParts::of(url);
        let query_start = cut.query.as_ref().map_or(cut.path.end, |query| query.start - 1);
        self.part(Kind::RequestStart, [method.as_bytes(), b" ", &url.as_bytes()[..query_start]]);
        let mut end = query_start;
        for parameter in cut.query_parameters(url) {
            self.part(Kind::Query, [&url.as_bytes()[end..parameter.end], b"", b""]);
            end = parameter.end;
        }
        self.part(Kind::RequestEnd, [&url.as_bytes()[end..], b" ", version.as_bytes()]);
    }

    fn fields(&mut self, kind: Kind, headers: &Headers) {
        headers.iter().for_each(|(name, value)| self.part(kind, [name, b": ", value]));
    }

    /// A body, read in stretches of whole pieces where it is not in memory.
    fn body(&mut self, kind: Kind, cut: Cut, body: &Body) -> io::Result<()> {
        let Cut::Even(piece) = cut else {
            cut.pieces(&body.bytes()?, |piece| self.part(kind, [piece, b"", b""]));
            return Ok(());
        };
        if let Some(bytes) = body.in_memory() {
            bytes.chunks(piece).for_each(|piece| self.part(kind, [piece, b"", b""]));
            return Ok(());
        }
        let mut reader = body.reader()?;
        let mut buffer = vec![0_u8; piece * 256];
        loop {
            let mut filled = 0;
            while filled < buffer.len() {
                match reader.read(&mut buffer[filled..])? {
                    0 => break,
                    read => filled += read,
                }
            }
            buffer[..filled].chunks(piece).for_each(|piece| self.part(kind, [piece, b"", b""]));
            if filled < buffer.len() {
                return Ok(());
            }
        }
    }
}

/// The first byte of a body, wherever it lies.
fn first_byte(body: &Body) -> io::Result<Option<u8>> {
    if let Some(bytes) = body.in_memory() {
        return Ok(bytes.first().copied());
    }
    io::Read::bytes(body.reader()?).next().transpose()
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
    let mut text = String::with_capacity(512);
    let mut line = |name: &str, value: &str| [name, "=", value, "\n"].iter().for_each(|piece| text.push_str(piece));
    let mut digits = itoa::Buffer::new();
    line("entry", digits.format(number));
    if let Some(started) = exchange.started {
        line("started", digits.format(started.as_nanoseconds()));
    }
    let fidelity = match exchange.fidelity {
        Fidelity::ByteExact => "byte-exact",
        Fidelity::ResponseExact => "response-exact",
        Fidelity::RequestExact => "request-exact",
        Fidelity::AsParsed => "as-parsed",
        Fidelity::Imported => "imported",
    };
    line("fidelity", fidelity);
    line("not-carried", digits.format(exchange.not_carried.bits()));
    line("until-response-head", digits.format((exchange.timings.until_response_head() * 1e6) as i64));
    line("outcome", outcome(&exchange.outcome));
    line("request-body", &body_state(exchange.request.body.state()));
    if let Some(response) = exchange.outcome.response() {
        line("response-body", &body_state(response.body.state()));
        if let Some(media_type) = &response.media_type {
            line("media-type", &one_line(media_type));
        }
    }
    for (name, value) in [
        ("page", exchange.page.as_deref()),
        ("server", exchange.connection.server_address.as_deref()),
        ("connection", exchange.connection.id.as_deref()),
        ("client-connection", exchange.connection.client.as_deref()),
        ("tls-version", exchange.connection.tls_version.as_deref()),
        ("cipher-suite", exchange.connection.cipher_suite.as_deref()),
        ("protocol", exchange.connection.protocol.as_deref()),
        ("resource-type", exchange.resource_type.as_deref()),
    ] {
        if let Some(value) = value {
            line(name, &one_line(value));
        }
    }
    if let Some(certificate) = exchange.connection.certificate {
        line("certificate", &certificate.to_string());
    }
    if exchange.connection.fresh {
        line("connection-opened", "yes");
    }
    if let Some(initiator) = &exchange.initiator {
        line("initiator-kind", &one_line(&initiator.kind));
        line("initiator", &one_line(&initiator.url));
    }
    if exchange.anomalies.contains(&Anomaly::FromCache) {
        line("from-cache", "yes");
    }
    text
}

/// A value on one line: a line feed in it must not make a second fact of it, nor a backslash pass for an escape.
fn one_line(text: &str) -> Cow<'_, str> {
    if memchr::memchr2(b'\\', b'\n', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    text.replace('\\', "\\\\").replace('\n', "\\n").into()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Digest, NotCarried, OddHeads, Request, Response, Timestamp, Timings};

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
            interim: Vec::new(),
            odd_heads: OddHeads::default(),
            listed_cookies: Vec::new(),
        }
    }

    #[derive(Debug)]
    struct Elsewhere(Vec<u8>);

    impl crate::model::BodySource for Elsewhere {
        fn open(&self) -> io::Result<Box<dyn io::Read + '_>> {
            Ok(Box::new(&self.0[..]))
        }
    }

    #[test]
    fn a_body_has_the_same_digest_wherever_it_lies() {
        let mut hasher = EntryHasher::new(&CaseKey::of_capture(Digest::of(b"capture")));
        let mut exchange = exchange();
        for length in [0, 1, 128, 65_536, 65_537, 262_144, 300_000] {
            let bytes: Vec<u8> = (0..length).map(|at| (at % 251) as u8).collect();
            let mut with = |body: Body| {
                exchange.request.body = body;
                hasher.digest(1, &exchange).expect("readable")
            };
            let memory = with(Body::new(BodyState::Raw, bytes.clone()));
            assert_eq!(with(Body::elsewhere(BodyState::Raw, length, std::sync::Arc::new(Elsewhere(bytes)))), memory, "{length} bytes");
        }
    }

    #[test]
    fn everything_counts() {
        let mut hasher = EntryHasher::new(&CaseKey::of_capture(Digest::of(b"capture")));
        let original = exchange();
        let digest = hasher.digest(1, &original).expect("in memory");
        assert_eq!(digest, hasher.digest(1, &original).expect("in memory"), "the same twice");
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
            assert_ne!(hasher.digest(1, &exchange).expect("in memory"), digest, "change {index}");
        }
        assert_ne!(hasher.digest(2, &original).expect("in memory"), digest, "another place");
        assert_ne!(
            EntryHasher::new(&CaseKey::of_capture(Digest::of(b"other"))).digest(1, &original).expect("in memory"),
            digest,
            "another key"
        );
    }
}
