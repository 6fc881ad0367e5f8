//! An exchange: a request and what became of it.

use std::sync::Arc;

use bytes::Bytes;

use super::{Body, Change, Headers, Interim, Side, Timestamp};

mod plain;

/// A request and what became of it, as recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// When the request began. `None`: not recorded, or not readable.
    pub started: Option<Timestamp>,
    /// The page (by the recording's identifier) to which the recording gives this exchange.
    pub page: Option<String>,
    /// The connection it used, as far as known.
    pub connection: Connection,
    /// The request as the browser sent it.
    pub request: Request,
    /// What became of it.
    pub outcome: Outcome,
    /// Answers before the answer (1xx), in order.
    pub interim: Vec<Interim>,
    /// Messages after a switch of protocols (WebSocket), in order.
    pub messages: Vec<Message>,
    /// How long the stages took.
    pub timings: Timings,
    /// How exact the record is.
    pub fidelity: Fidelity,
    /// Heads whose bytes differ from the form that the recorded fields give.
    pub odd_heads: OddHeads,
    /// What the recording proxy changed on the way.
    pub changes: Vec<Change>,
    /// Facts that the source of this record could not carry. Absent is not the same as empty.
    pub not_carried: NotCarried,
    /// What was odd about it, in the order found.
    pub anomalies: Vec<Anomaly>,
    /// The kind of resource as the recording names it (`document`, `script`, `image`, …).
    pub resource_type: Option<String>,
    /// What made the browser ask, as the recording says.
    pub initiator: Option<Initiator>,
    /// Cookies that stand only in a list of the recording, while the message's header fields hold none.
    pub listed_cookies: Vec<ListedCookie>,
}

/// The bytes of heads that have another form than `name: value` lines ended by CR LF (see [`super::HeadBytes::Other`]).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OddHeads {
    /// That of the request.
    pub request: Option<Bytes>,
    /// That of the response.
    pub response: Option<Bytes>,
}

/// What made a browser send a request, as a recording says (Chrome DevTools Protocol, `Network.Initiator`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Initiator {
    /// Its kind in the recording's own word: `parser`, `script`, `preflight`, `other`, …
    pub kind: String,
    /// Address of the document or script; empty where not said.
    pub url: String,
}

/// A cookie that an export names in a list of its own, without the header field it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedCookie {
    /// Which message.
    pub side: Side,
    /// Its place in that message's list, from 1.
    pub number: u32,
    /// Name.
    pub name: String,
    /// Value.
    pub value: String,
    /// The rest as the attributes of a Set-Cookie line (`; Path=/; Secure`), made from the list; empty for a request.
    pub attributes: String,
}

/// A request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Method, in the recorded case.
    pub method: String,
    /// The absolute URL as recorded, never normalised.
    pub url: String,
    /// Protocol version as recorded: `HTTP/1.1`, `h2`, … Empty where unknown.
    pub version: String,
    /// Header fields.
    pub headers: Headers,
    /// Body.
    pub body: Body,
    /// Trailer fields.
    pub trailers: Headers,
}

/// A response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// Status code; 0 where the recording has none.
    pub status: u16,
    /// Reason phrase as recorded.
    pub reason: String,
    /// Protocol version as recorded.
    pub version: String,
    /// Header fields.
    pub headers: Headers,
    /// Body.
    pub body: Body,
    /// Trailer fields.
    pub trailers: Headers,
    /// Media type of the body as the recorder understood it, where it says so apart from the header.
    pub media_type: Option<String>,
}

impl ListedCookie {
    /// Its key as a [`super::Part::Browser`]: `response.cookies[2]`.
    #[must_use]
    pub fn key(&self) -> String {
        let side = match self.side {
            Side::Request => "request",
            Side::Response => "response",
        };
        format!("{side}.cookies[{}]", self.number)
    }

    /// The cookie written as a Cookie pair or a Set-Cookie line.
    #[must_use]
    pub fn line(&self) -> String {
        format!("{}={}{}", self.name, self.value, self.attributes)
    }
}

impl Response {
    /// The media type without parameters, as recorded: the recorder's own word where it has one, else the header field's.
    #[must_use]
    pub fn media_type_essence(&self) -> Option<&str> {
        let header = || self.headers.first("content-type").and_then(|value| std::str::from_utf8(value).ok());
        let text = self.media_type.as_deref().filter(|text| !text.is_empty()).or_else(header)?;
        Some(text.split(';').next().unwrap_or_default().trim())
    }
}

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was answered.
    Response(Response),
    /// It failed at a stage.
    Failed {
        /// How far it came.
        stage: FailureStage,
        /// The recorder's words.
        cause: String,
    },
    /// It was answered with 101 and the connection now carries messages.
    Switched(Response),
    /// The recording ends, or the client gave up, before an answer.
    Abandoned,
}

impl Outcome {
    /// The response, if there was one.
    #[must_use]
    pub fn response(&self) -> Option<&Response> {
        match self {
            Self::Response(response) | Self::Switched(response) => Some(response),
            Self::Failed { .. } | Self::Abandoned => None,
        }
    }
}

/// The stage at which an exchange failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureStage {
    /// The host name did not resolve.
    Dns,
    /// The connection was refused or unreachable.
    Refused,
    /// TLS could not be established.
    Tls,
    /// Nothing came in time.
    Timeout,
    /// The connection broke.
    Reset,
    /// The peer did not speak the protocol.
    Protocol,
    /// The browser itself stopped it before or while it was sent.
    Blocked,
    /// The recording does not say.
    Unknown,
}

/// The connection an exchange used. Its texts are shared by all exchanges on it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Connection {
    /// The recorder's identifier of the connection.
    pub id: Option<Arc<str>>,
    /// The recorder's identifier of the client's connection on which the request came.
    pub client: Option<Arc<str>>,
    /// Address of the server as text.
    pub server_address: Option<Arc<str>>,
    /// Names that the resolver went through from the host to its addresses, as [`super::ServerLink::aliases`]. `None`: not known, which is not the
    /// same as none.
    pub aliases: Option<Arc<[String]>>,
    /// Whether this exchange is the first on its connection.
    pub fresh: bool,
    /// TLS version as its record layer names it in lower case: `tls/1.3`.
    pub tls_version: Option<Arc<str>>,
    /// Cipher suite, by its IANA name.
    pub cipher_suite: Option<Arc<str>>,
    /// Application protocol that was agreed on (ALPN identifier, RFC 7301): `h2`, `http/1.1`.
    pub protocol: Option<Arc<str>>,
    /// SHA-256 of the server's own certificate.
    pub certificate: Option<super::Digest>,
}

/// How exactly a record mirrors the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fidelity {
    /// The bytes of both heads were copied from the connections (see [`OddHeads`] for those of an unusual form).
    ByteExact,
    /// The bytes of the response's head were copied; the request's is as a parser gave it.
    ResponseExact,
    /// The bytes of the request's head were copied; the response's is as a parser gave it.
    RequestExact,
    /// Names, values and order as a parser gave them; line ends and spacing are not known.
    AsParsed,
    /// Read from another tool's export, which may have changed, joined or left out fields.
    Imported,
}

/// A message on a connection that switched protocols.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Who sent it.
    pub direction: Direction,
    /// When.
    pub at: Option<Timestamp>,
    /// What it is (RFC 6455 section 5.2).
    pub opcode: Opcode,
    /// Its payload, extensions undone.
    pub payload: Body,
}

/// Who sent something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Browser to server.
    Sent,
    /// Server to browser.
    Received,
}

/// WebSocket opcodes (RFC 6455 section 11.8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opcode {
    /// Text.
    Text,
    /// Binary.
    Binary,
    /// Close.
    Close,
    /// Ping.
    Ping,
    /// Pong.
    Pong,
    /// Any other number.
    Other(u8),
}

impl Opcode {
    /// The opcode with this number.
    #[must_use]
    pub const fn from_number(number: u8) -> Self {
        match number {
            1 => Self::Text,
            2 => Self::Binary,
            8 => Self::Close,
            9 => Self::Ping,
            10 => Self::Pong,
            other => Self::Other(other),
        }
    }

    /// Its number.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Text => 1,
            Self::Binary => 2,
            Self::Close => 8,
            Self::Ping => 9,
            Self::Pong => 10,
            Self::Other(other) => other,
        }
    }
}

/// Durations of the stages in milliseconds. `None`: not recorded, or the stage did not occur.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Timings {
    /// Waiting for a connection.
    pub blocked: Option<f64>,
    /// Looking up the host name.
    pub dns: Option<f64>,
    /// Connecting, TLS included.
    pub connect: Option<f64>,
    /// TLS alone.
    pub tls: Option<f64>,
    /// Sending the request.
    pub send: Option<f64>,
    /// Waiting for the head of the response.
    pub wait: Option<f64>,
    /// Receiving the response.
    pub receive: Option<f64>,
}

// A NaN never gets in: importers turn what is no finite number into `None`.
impl Eq for Timings {}

impl Timings {
    /// Milliseconds from the start to the head of the response: the moment at which a Set-Cookie counts.
    #[must_use]
    pub fn until_response_head(&self) -> f64 {
        [self.blocked, self.dns, self.connect, self.send, self.wait].into_iter().flatten().sum()
    }
}

/// Why something is not in the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unrecorded {
    /// The source format or exporter left it out and gives no reason.
    NotInSource,
    /// It lies in another file beside the recording.
    SideFile,
    /// The transfer ended early.
    Disconnected,
    /// A ceiling of ours was reached.
    Ceiling,
    /// The exchange has no response.
    NoResponse,
    /// It was recorded, and this copy of the recording leaves it out.
    Withheld,
}

impl Unrecorded {
    /// Every reason.
    pub const ALL: [Self; 6] = [Self::NotInSource, Self::SideFile, Self::Disconnected, Self::Ceiling, Self::NoResponse, Self::Withheld];

    /// As it stands in recordings, exports and digests; part of their formats.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::NotInSource => "not-in-source",
            Self::SideFile => "side-file",
            Self::Disconnected => "disconnected",
            Self::Ceiling => "ceiling",
            Self::NoResponse => "no-response",
            Self::Withheld => "withheld",
        }
    }

    /// The reason of this name.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|why| why.id() == id)
    }
}

/// A set of facts that the source of a record could not carry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NotCarried(u16);

impl NotCarried {
    /// Header fields of the request.
    pub const REQUEST_HEADERS: Self = Self(1);
    /// Header fields of the response.
    pub const RESPONSE_HEADERS: Self = Self(1 << 1);
    /// The body of the request.
    pub const REQUEST_BODY: Self = Self(1 << 2);
    /// The body of the response.
    pub const RESPONSE_BODY: Self = Self(1 << 3);
    /// The address of the server.
    pub const SERVER_ADDRESS: Self = Self(1 << 4);
    /// TLS version, cipher and certificates.
    pub const TLS: Self = Self(1 << 5);
    /// The bytes of heads as transferred (line ends, spacing, order across names).
    pub const HEAD_BYTES: Self = Self(1 << 6);
    /// The bytes of bodies as transferred (content codings, chunks).
    pub const BODY_BYTES: Self = Self(1 << 7);
    /// When the exchange began.
    pub const START_TIME: Self = Self(1 << 8);
    /// The messages of a WebSocket.
    pub const MESSAGES: Self = Self(1 << 9);
    /// Response cookies stand in a list of the export only, not in header fields.
    pub const SET_COOKIE_FIELDS: Self = Self(1 << 10);
    /// Request cookies stand in a list of the export only, not in header fields.
    pub const COOKIE_FIELDS: Self = Self(1 << 11);

    /// Both sets together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Adds the facts of `other`.
    pub fn add(&mut self, other: Self) {
        self.0 |= other.0;
    }

    /// Identifiers of the facts in the set, as they stand in files.
    pub fn ids(self) -> impl Iterator<Item = &'static str> {
        const IDS: [(NotCarried, &str); 12] = [
            (NotCarried::REQUEST_HEADERS, "request-headers"),
            (NotCarried::RESPONSE_HEADERS, "response-headers"),
            (NotCarried::REQUEST_BODY, "request-body"),
            (NotCarried::RESPONSE_BODY, "response-body"),
            (NotCarried::SERVER_ADDRESS, "server-address"),
            (NotCarried::TLS, "tls"),
            (NotCarried::HEAD_BYTES, "head-bytes"),
            (NotCarried::BODY_BYTES, "body-bytes"),
            (NotCarried::START_TIME, "start-time"),
            (NotCarried::MESSAGES, "messages"),
            (NotCarried::SET_COOKIE_FIELDS, "set-cookie-fields"),
            (NotCarried::COOKIE_FIELDS, "cookie-fields"),
        ];
        IDS.into_iter().filter(move |(fact, _)| self.has(*fact)).map(|(_, id)| id)
    }

    /// Whether all facts of `other` are in the set.
    #[must_use]
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The set as a number, for storing.
    #[must_use]
    pub const fn bits(self) -> u16 {
        self.0
    }

    /// The set with this number.
    #[must_use]
    pub const fn from_bits(bits: u16) -> Self {
        Self(bits)
    }
}

/// Something odd in recorded traffic. Malformed traffic is never an error: it is recorded, and this says what was odd.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Anomaly {
    /// The start time is missing or unreadable.
    StartTime,
    /// Text was invalid (UTF-8, surrogates) and mended by replacement characters.
    MendedText,
    /// A body marked as base64 is not.
    Base64,
    /// The URL is missing or has no scheme.
    Url,
    /// Bytes arrived for an exchange that had ended.
    AfterEnd,
    /// An event came in an order that the protocol does not allow.
    EventOrder,
    /// Served from the browser's cache.
    FromCache,
}
