//! The border between whoever records and whoever keeps the record: an ordered stream of events.
//!
//! A live proxy emits these; [`super::Assembly`] turns the events of one exchange into an [`super::Exchange`]. The shape of this stream is
//! one of the formats that freeze early: adding an event is possible, changing one is not.

use bytes::Bytes;

use super::{Connection, FailureStage, Headers, Message, Timestamp};

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
    },
    /// Bytes of the request's body, codings still on.
    RequestBytes(Bytes),
    /// The head of a response, as the server sent it.
    ResponseHead {
        /// Status code.
        status: u16,
        /// Reason phrase.
        reason: String,
        /// Protocol version.
        version: String,
        /// Header fields.
        headers: Headers,
    },
    /// Bytes of the response's body, codings still on.
    ResponseBytes(Bytes),
    /// Trailer fields.
    Trailers(Side, Headers),
    /// A message after a switch of protocols.
    Message(Message),
    /// Nothing more comes for this exchange.
    End(End),
    /// The connection of this exchange.
    Connection(Connection),
    /// A tunnel whose content was not read.
    Tunnel(Tunnel),
    /// The recorder changed something on its way.
    Change(Change),
    /// The operator marked a moment.
    Mark(Mark),
    /// Something was not seen.
    Gap(super::Gap),
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
}

/// Why a tunnel was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TunnelReason {
    /// The operator asked for it.
    PassedThrough,
    /// It does not speak HTTP.
    NotHttp,
    /// The client did not accept the proxy's certificate.
    ClientRefusedCertificate,
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
    /// Bytes of the record were overwritten before they were kept.
    Masked {
        /// Where, in the text form of a locator.
        locator: String,
        /// The rule that asked for it.
        rule: String,
    },
}

/// A moment marked by the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The operator's words.
    pub text: String,
}
