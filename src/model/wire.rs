//! What a recorder knows of the wire itself: the exact bytes of heads, answers before the answer, connections and what they cost. It holds
//! values only and judges nothing.

use bytes::Bytes;

use super::{Headers, Timestamp};

/// How the head of a message stands to the bytes on the connection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum HeadBytes {
    /// A parser gave names, values and order; the bytes are not known (HTTP/2, whose fields are compressed, or a side that is read by others).
    #[default]
    Parsed,
    /// The bytes were copied, and they are exactly the start line and, for each recorded field, `name: value`, each line ended by CR LF.
    Canonical,
    /// The bytes were copied, and they differ from that form (other spacing or line ends, folded lines): here they are, with the empty line.
    Other(Bytes),
}

impl HeadBytes {
    /// Whether the record holds the bytes of the head as they were on the connection.
    #[must_use]
    pub fn exact(&self) -> bool {
        !matches!(self, Self::Parsed)
    }

    /// The bytes, where they differ from the form that the recorded fields give.
    #[must_use]
    pub fn other(&self) -> Option<&Bytes> {
        match self {
            Self::Other(bytes) => Some(bytes),
            Self::Parsed | Self::Canonical => None,
        }
    }
}

/// An answer before the answer: a head with a status of 1xx (RFC 9110 section 15.2), 101 excepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interim {
    /// When it was seen.
    pub at: Timestamp,
    /// Status code, 100 to 199.
    pub status: u16,
    /// Reason phrase.
    pub reason: String,
    /// Header fields.
    pub headers: Headers,
}

/// What an exchange waited for before its request could be sent. Durations in nanoseconds; `None` where the stage did not occur, as on a
/// connection that was used before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stages {
    /// When a connection stood ready, so that the request could be sent.
    pub ready: Timestamp,
    /// Looking up the host name.
    pub dns: Option<i64>,
    /// Connecting by TCP, without TLS.
    pub connect: Option<i64>,
    /// The TLS handshake.
    pub tls: Option<i64>,
}

/// A connection that was opened, told once, before the first exchange that names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opened {
    /// From the recorder to a server.
    Server(Box<ServerLink>),
    /// From a client to the recorder.
    Client(Box<ClientLink>),
}

/// A connection to a server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerLink {
    /// The identifier by which exchanges name it ([`super::Connection::id`]).
    pub id: String,
    /// Host that was asked for, in lower case.
    pub host: String,
    /// Port that was asked for.
    pub port: u16,
    /// Address that was dialled, with its port.
    pub address: Option<String>,
    /// Names that the resolver went through from the host to its addresses (CNAME, RFC 1034 section 3.6.2), the host left out, in order.
    /// `None`: the resolver was not asked, or does not tell.
    pub aliases: Option<Vec<String>>,
    /// Whether the operator said where the host lies, so that no resolver was asked.
    pub mapped: bool,
    /// Host and port of the proxy that it went through. Never credentials.
    pub through: Option<String>,
    /// Looking up the name, in nanoseconds.
    pub dns: Option<i64>,
    /// Connecting by TCP, in nanoseconds.
    pub connect: Option<i64>,
    /// What TLS came to; `None` without TLS.
    pub tls: Option<ServerTls>,
}

/// TLS towards a server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServerTls {
    /// The handshake, in nanoseconds.
    pub took: i64,
    /// Version, as in [`super::Connection::tls_version`].
    pub version: Option<String>,
    /// Cipher suite, by its IANA name.
    pub cipher_suite: Option<String>,
    /// Application protocol that was agreed on.
    pub protocol: Option<String>,
    /// Certificates as the server sent them, its own first, each in DER.
    pub chain: Vec<Bytes>,
    /// What the recorder offered.
    pub offered: Offer,
}

/// A connection from a client.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientLink {
    /// The identifier by which exchanges name it ([`super::Connection::client`]).
    pub id: String,
    /// Host and port that the client asked to be connected to, as it wrote them.
    pub authority: String,
    /// TLS version that was agreed on; `None` without TLS.
    pub tls_version: Option<String>,
    /// Cipher suite, by its IANA name.
    pub cipher_suite: Option<String>,
    /// Application protocol that was agreed on.
    pub protocol: Option<String>,
    /// What the client offered; `None` without TLS.
    pub offered: Option<Offer>,
}

/// What a TLS hello offered (RFC 8446 section 4.1.2).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offer {
    /// Server name (RFC 6066 section 3).
    pub server_name: Option<String>,
    /// Application protocols (RFC 7301), as text; bytes that are no ASCII are escaped.
    pub protocols: Vec<String>,
    /// Numbers of the cipher suites in the order offered.
    pub cipher_suites: Vec<u16>,
    /// A fingerprint in the form of JA4 (FoxIO, "JA4+ Network Fingerprinting", 2023), as far as the hello shows what it is made of.
    pub fingerprint: Option<String>,
}
