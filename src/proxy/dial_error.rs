//! Why there is no connection to a server: the words for a reader and the stage for the record. It never holds credentials.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use rustls::CertificateError;

use crate::model::{Connection, FailureStage};

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub(super) enum DialError {
    #[error("the name {host} does not resolve: {cause}")]
    Name { host: String, cause: String },
    #[error(
        "{address} lies in a private network or in this machine and may not be reached by a page (allow it with a mapping of the host)"
    )]
    Private { address: IpAddr },
    #[error("{address} is the recording proxy itself: what is sent there would come back to it for ever")]
    Own { address: SocketAddr },
    #[error("nothing can be connected to at port 0 of {host}")]
    Port { host: String },
    #[error("{host} is none of the hosts that this recording may reach: it is limited to those that were mapped")]
    NotMapped { host: String },
    #[error("{address} cannot be reached: {cause}")]
    Refused { address: SocketAddr, cause: io::Error },
    #[error("{what} took longer than {} seconds", after.as_secs_f32())]
    Timeout { what: String, after: Duration, connection: Option<Box<Connection>> },
    #[error("no secure connection with {host}: {cause}")]
    Tls { host: String, cause: String, connection: Option<Box<Connection>> },
    #[error("the connection with {host} broke during the TLS handshake: {cause}")]
    Reset { host: String, cause: io::Error, connection: Option<Box<Connection>> },
    #[error("the upstream proxy {proxy} did not connect: {cause}")]
    Upstream { proxy: String, stage: FailureStage, cause: String },
    #[error("the server and the proxy did not agree on HTTP: {0}")]
    Protocol(hyper::Error),
}

impl DialError {
    /// The stage at which an exchange fails by this.
    pub(super) fn stage(&self) -> FailureStage {
        match self {
            Self::Name { .. } => FailureStage::Dns,
            Self::Private { .. } | Self::Own { .. } | Self::Port { .. } | Self::NotMapped { .. } => FailureStage::Blocked,
            Self::Refused { cause, .. } => match cause.kind() {
                io::ErrorKind::TimedOut => FailureStage::Timeout,
                io::ErrorKind::ConnectionReset => FailureStage::Reset,
                _ => FailureStage::Refused,
            },
            Self::Timeout { .. } => FailureStage::Timeout,
            Self::Tls { .. } => FailureStage::Tls,
            Self::Reset { .. } => FailureStage::Reset,
            Self::Upstream { stage, .. } => *stage,
            Self::Protocol(_) => FailureStage::Protocol,
        }
    }

    /// The connection that stood when TLS failed on it. Its facts, with the certificates that were seen, are told already.
    pub(super) fn connection(&self) -> Option<&Connection> {
        match self {
            Self::Timeout { connection, .. } | Self::Tls { connection, .. } | Self::Reset { connection, .. } => connection.as_deref(),
            _ => None,
        }
    }

    /// The failure of a handshake with `host`.
    pub(super) fn of_handshake(host: &str, error: io::Error, connection: Connection) -> Self {
        let (host, connection) = (host.to_owned(), Some(Box::new(connection)));
        // What the library refuses is wrapped in an error of input and output; what is none of that is the connection's own end.
        match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
            Some(reason) => Self::Tls { host, cause: format!("{} ({error})", in_words(reason)), connection },
            None => Self::Reset { host, cause: error, connection },
        }
    }
}

/// Why a handshake failed, in words for a reader who sees it instead of a page.
fn in_words(reason: &rustls::Error) -> &'static str {
    match reason {
        rustls::Error::InvalidCertificate(problem) => match problem {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => "the certificate of the server has expired",
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => "the certificate of the server is not valid yet",
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                "the certificate of the server is for another name"
            }
            CertificateError::UnknownIssuer => "the certificate of the server was issued by an authority that is not trusted",
            CertificateError::Revoked => "the certificate of the server was revoked",
            CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => "the certificate is not one for a server",
            _ => "the certificate of the server is not acceptable",
        },
        rustls::Error::AlertReceived(_) => "the server broke off the handshake",
        rustls::Error::PeerIncompatible(_) => "the server offers no TLS version or cipher suite that the proxy accepts",
        rustls::Error::InvalidMessage(_) | rustls::Error::InappropriateMessage { .. } => "the server does not speak TLS",
        _ => "the handshake failed",
    }
}
