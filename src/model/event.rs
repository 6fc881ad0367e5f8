//! The border between whoever records and whoever keeps the record: an ordered stream of events.
//!
//! A live proxy emits these; [`super::Assembly`] turns the events of one exchange into an [`super::Exchange`]. The shape of this stream is
//! one of the formats that freeze early: adding an event is possible, changing one is not.

use bytes::Bytes;

use super::{Connection, FailureStage, HeadBytes, Headers, Message, Opened, Stages, Timestamp};

/// Whoever keeps the record, seen from whoever makes it.
pub trait Recorder: Send + Sync {
    /// Takes an event. Never blocks and never drops: what limits the flow is the byte budget of whoever submits, whose permits travel in the
    /// receipts.
    fn submit(&self, submission: Submission);

    /// Why nothing more can be kept, once that has come to pass. Whoever records asks before it lets anything new begin: what would not be
    /// recorded must not happen.
    fn refuses(&self) -> Option<String> {
        None
    }
}

/// An event on its way over the border.
pub struct Submission {
    /// The event.
    pub stamped: Stamped,
    /// Called once the operating system has taken everything up to this event (`write` returned). Dropped uncalled if the record could not be
    /// kept. What a receipt holds (a permit of a byte budget, say) is released either way.
    pub receipt: Option<Receipt>,
}

/// See [`Submission::receipt`].
pub type Receipt = Box<dyn FnOnce() + Send>;

/// An event with the exchange it belongs to and the moment at which the recorder saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamped {
    /// Number of the exchange, unique in a session, in the order in which requests began. 0 for events of the session itself.
    pub exchange: u64,
    /// When the recorder saw it.
    pub at: Timestamp,
    /// What it saw.
    pub event: Event,
}

/// What a recorder can see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The head of a request, as the browser sent it.
    RequestHead {
        /// Method.
        method: String,
        /// Absolute URL.
        url: String,
        /// Protocol version.
        version: String,
        /// Header fields.
        headers: Headers,
        /// How that stands to the bytes on the connection.
        bytes: HeadBytes,
    },
    /// Bytes of the request's body, codings still on.
    RequestBytes(Bytes),
    /// The request's body ended before its end: whoever sent it stopped, or the answer was complete before it was. Its absence means that the
    /// body was recorded to its end.
    RequestCut,
    /// The head of a response, as the server sent it. With a status of 1xx, 101 excepted, another one follows.
    ResponseHead {
        /// Status code.
        status: u16,
        /// Reason phrase.
        reason: String,
        /// Protocol version.
        version: String,
        /// Header fields.
        headers: Headers,
        /// How that stands to the bytes on the connection.
        bytes: HeadBytes,
    },
    /// Bytes of the response's body, codings still on.
    ResponseBytes(Bytes),
    /// Trailer fields.
    Trailers(Side, Headers),
    /// A message after a switch of protocols.
    Message(Message),
    /// Nothing more comes for this exchange.
    End(End),
    /// A connection was opened. Of the session, not of an exchange.
    Opened(Opened),
    /// The connection of this exchange, and what it waited for until it had one.
    Connection(Connection, Option<Stages>),
    /// A tunnel whose content was not read.
    Tunnel(Tunnel),
    /// The recorder changed something on its way.
    Change(Change),
    /// The operator marked a moment.
    Mark(Mark),
    /// Something was not seen.
    Gap(super::Gap),
    /// Something was put beside the traffic. Of the session, not of an exchange; recorded as it is, so nothing secret may be put in.
    Exhibit(super::Exhibit),
}

/// How an exchange ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// As the protocol says it should.
    Complete,
    /// By a failure.
    Failed {
        /// How far it came.
        stage: FailureStage,
        /// The recorder's words.
        cause: String,
    },
    /// The client went away.
    Abandoned,
}

/// Which message of an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The request.
    Request,
    /// The response.
    Response,
}

/// A tunnel through the proxy whose content was not read: still a flow of data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tunnel {
    /// Host as asked for.
    pub host: String,
    /// Port as asked for.
    pub port: u16,
    /// Why it was not read.
    pub reason: TunnelReason,
    /// Bytes from the browser to the server.
    pub bytes_up: u64,
    /// Bytes from the server to the browser.
    pub bytes_down: u64,
    /// When it was asked for.
    pub started: Timestamp,
    /// Server name in the client's TLS hello, if there was one.
    pub server_name: Option<String>,
    /// Application protocols that the client's TLS hello offered (RFC 7301).
    pub protocols: Vec<String>,
    /// Address of the server as text, if one was reached.
    pub server_address: Option<String>,
    /// Why it ended badly, in the recorder's words.
    pub failure: Option<String>,
}

/// Why a tunnel was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TunnelReason {
    /// The operator asked for it.
    PassedThrough,
    /// It does not speak HTTP.
    NotHttp,
    /// The client did not accept the proxy's certificate, and said so.
    ClientRefusedCertificate,
    /// The TLS handshake between client and proxy, or the client's first words, came to no end, and nothing says that the certificate was the
    /// cause.
    HandshakeEnded,
    /// The recorder did not open it: nothing was dialled and no byte passed.
    Refused,
}

/// An exact change that the recorder made, from which the other side's form can be rebuilt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Which message it was made to.
    pub side: Side,
    /// What was done.
    pub kind: ChangeKind,
    /// Why: the identifier of the policy that asked for it.
    pub reason: String,
}

impl Change {
    /// Reason of a change that keeps the browser from leaving the proxy for a protocol that does not pass one: an offer of HTTP/3 was taken out.
    pub const NO_OTHER_PROTOCOL: &'static str = "no-alternative-service";
}

/// What a [`Change`] did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// A header field was taken out.
    HeaderRemoved {
        /// Index in the recorded fields, from 0.
        index: usize,
    },
    /// A header field was put in.
    HeaderAdded {
        /// Index in the forwarded fields, from 0.
        index: usize,
        /// Its name.
        name: Vec<u8>,
        /// Its value.
        value: Vec<u8>,
    },
    /// An answer before the answer was not passed on, because the client's side of the recorder has no means to do so.
    InterimHeld {
        /// Its index among those recorded.
        index: usize,
    },
    /// The trailer fields were recorded and not passed on, because the message that went on has no place for them.
    TrailersHeld,
    /// The request went on with another target in its start line (RFC 9112 section 3.2): where it goes is the same.
    Target {
        /// As the client wrote it.
        received: Vec<u8>,
        /// As it was sent on.
        sent: Vec<u8>,
    },
    /// The message went on in another version of HTTP.
    Version {
        /// The version it was sent on in, written as the record writes versions.
        sent: String,
    },
    /// Bytes of the record were overwritten before they were kept, in place and with the same length. What was sent on is unchanged.
    Masked {
        /// Where, in the text form of a locator.
        locator: String,
        /// The rule that asked for it.
        rule: String,
        /// How many bytes were overwritten.
        length: u64,
        /// Keyed fingerprint of the original bytes, in the form of the case's fingerprints: equal secrets have equal ones.
        fingerprint: String,
        /// The original bytes, encrypted for whom the operator named: an age file (age-encryption.org/v1) in base64. `None`: they were not kept.
        sealed: Option<String>,
    },
}

/// A moment marked while recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// What kind of moment.
    pub kind: MarkKind,
    /// Who says so.
    pub said_by: SaidBy,
    /// In words: the operator's note, the literal text of a button, the name of a step.
    pub text: String,
}

/// The kinds of a [`Mark`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkKind {
    /// A note.
    Note,
    /// A browser with a new profile begins: what was stored before is not there any more. The text names the stretch that begins.
    FreshProfile,
    /// Something was chosen in a consent screen; the text is the literal text of the button.
    Choice,
}

impl MarkKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Note, Self::FreshProfile, Self::Choice];

    /// The stable identifier, as it stands in captures and outputs.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::FreshProfile => "fresh-profile",
            Self::Choice => "choice",
        }
    }
}

/// Who says that something happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SaidBy {
    /// A person, at that moment.
    Operator,
    /// The script that drove the browser.
    Script,
}

impl SaidBy {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Operator, Self::Script];

    /// The stable identifier, as it stands in captures and outputs.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Script => "script",
        }
    }
}
