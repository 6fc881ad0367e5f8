//! The only place that dials: mapping, name look-up, policy, TCP, TLS, each with its own kind of failure. It never follows a name twice: the
//! address that was judged is the address that is dialled.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{CertificateError, ClientConfig, ProtocolVersion, RootCertStore};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::addresses::is_private;
use super::socket::Socket;
use super::{Mapping, StartError};
use crate::model::{Connection, Digest, FailureStage, Stages, Timestamp};

/// How long connecting may take, all addresses together, and then the TLS handshake.
const PATIENCE: Duration = Duration::from_secs(10);
/// The least time that one of several addresses is given.
const LEAST: Duration = Duration::from_secs(2);

/// Where to connect to and how to introduce oneself there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Target {
    /// Host name or address in lower case, without brackets.
    pub(super) host: String,
    /// Port.
    pub(super) port: u16,
    /// Name for the TLS hello and the certificate; without it, no TLS.
    pub(super) tls: Option<String>,
    /// Whether to offer HTTP/2 beside HTTP/1.1.
    pub(super) http2: bool,
}

/// A connection that stands.
pub(super) struct Dialled {
    /// Its bytes, decrypted.
    pub(super) socket: Socket,
    /// What is known of it.
    pub(super) link: Link,
    /// Whether HTTP/2 was agreed on.
    pub(super) http2: bool,
}

/// What is known of a connection to a server.
#[derive(Debug)]
pub(super) struct Link {
    facts: Connection,
    used: AtomicBool,
}

impl Link {
    /// The facts for the next exchange on it, which it stands ready for at `ready`. Only the first is told that the connection is fresh.
    pub(super) fn used(&self, ready: Timestamp) -> (Connection, Stages) {
        let fresh = !self.used.swap(true, Relaxed);
        let connection = Connection { fresh, ..self.facts.clone() };
        (connection, Stages { ready, dns: None, connect: None, tls: None })
    }
}

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub(super) enum DialError {
    #[error("the name {host} does not resolve: {cause}")]
    Name { host: String, cause: String },
    #[error(
        "{address} lies in a private network or in this machine and may not be reached by a page (allow it with a mapping of the host)"
    )]
    Private { address: IpAddr },
    #[error("{host} is none of the hosts that this recording may reach: it is limited to those that were mapped")]
    NotMapped { host: String },
    #[error("{address} cannot be reached: {cause}")]
    Refused { address: SocketAddr, cause: io::Error },
    #[error("{what} took longer than {} seconds", PATIENCE.as_secs())]
    Timeout { what: String },
    #[error("no secure connection with {host}: {cause}")]
    Tls { host: String, cause: String },
    #[error("the server and the proxy did not agree on HTTP: {0}")]
    Protocol(hyper::Error),
}

impl DialError {
    /// The stage at which an exchange fails by this.
    pub(super) fn stage(&self) -> FailureStage {
        match self {
            Self::Name { .. } => FailureStage::Dns,
            Self::Private { .. } | Self::NotMapped { .. } => FailureStage::Blocked,
            Self::Refused { .. } => FailureStage::Refused,
            Self::Timeout { .. } => FailureStage::Timeout,
            Self::Tls { .. } => FailureStage::Tls,
            Self::Protocol(_) => FailureStage::Protocol,
        }
    }
}

/// See the head of this file.
pub(super) struct Connector {
    provider: Arc<CryptoProvider>,
    map: Vec<Mapping>,
    allow_private: bool,
    only_mapped: bool,
    http1: TlsConnector,
    http2: TlsConnector,
    last: AtomicU64,
}

impl Connector {
    /// A connector that trusts the public roots and those in `roots` (PEM).
    ///
    /// # Errors
    /// `roots` holds something that is no certificate.
    pub(super) fn new(roots: &[u8], map: Vec<Mapping>, allow_private: bool, only_mapped: bool) -> Result<Self, StartError> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let mut store = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        let mut own = 0;
        for certificate in CertificateDer::pem_slice_iter(roots) {
            let certificate = certificate.map_err(|error| StartError::Roots(error.to_string()))?;
            store.add(certificate).map_err(|error| StartError::Roots(error.to_string()))?;
            own += 1;
        }
        if own == 0 && !roots.trim_ascii().is_empty() {
            return Err(StartError::Roots("there is no certificate among them".to_owned()));
        }
        let mut config = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| StartError::Setup(error.to_string()))?
            .with_root_certificates(store)
            .with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        let mut both = config.clone();
        both.alpn_protocols.insert(0, b"h2".to_vec());
        let (http1, http2) = (TlsConnector::from(Arc::new(config)), TlsConnector::from(Arc::new(both)));
        Ok(Self { provider, map, allow_private, only_mapped, http1, http2, last: AtomicU64::new(0) })
    }

    /// The cryptography of both sides.
    pub(super) fn provider(&self) -> Arc<CryptoProvider> {
        Arc::clone(&self.provider)
    }

    /// Connects to `target` with TLS where it asks for it.
    pub(super) async fn dial(&self, target: &Target) -> Result<Dialled, DialError> {
        let (stream, address) = self.reach(&target.host, target.port).await?;
        let id = (self.last.fetch_add(1, Relaxed) + 1).to_string();
        let mut facts = Connection { id: Some(id), server_address: Some(address.ip().to_string()), ..Connection::default() };
        let Some(name) = &target.tls else {
            return Ok(Dialled { socket: Socket::Tcp(stream), link: Link { facts, used: AtomicBool::new(false) }, http2: false });
        };
        let failed = |cause: String| DialError::Tls { host: name.clone(), cause };
        let server = ServerName::try_from(name.clone()).map_err(|error| failed(error.to_string()))?;
        let connector = if target.http2 { &self.http2 } else { &self.http1 };
        let stream = timeout(PATIENCE, connector.connect(server, stream))
            .await
            .map_err(|_| DialError::Timeout { what: format!("the TLS handshake with {name}") })?
            .map_err(|error| failed(in_words(&error)))?;
        let session = stream.get_ref().1;
        facts.tls_version = session.protocol_version().map(version);
        facts.cipher_suite = session.negotiated_cipher_suite().map(|suite| iana(suite.suite()));
        facts.protocol = session.alpn_protocol().map(|protocol| String::from_utf8_lossy(protocol).into_owned());
        facts.certificate = session.peer_certificates().and_then(<[_]>::first).map(|certificate| Digest::of(certificate));
        let http2 = session.alpn_protocol() == Some(b"h2");
        Ok(Dialled { socket: Socket::Tls(Box::new(stream)), link: Link { facts, used: AtomicBool::new(false) }, http2 })
    }

    /// Connects to a host by TCP: mapped, or looked up and judged, one address after the other.
    pub(super) async fn reach(&self, host: &str, port: u16) -> Result<(TcpStream, SocketAddr), DialError> {
        let addresses = self.addresses(host, port).await?;
        let each = (PATIENCE / u32::try_from(addresses.len()).unwrap_or(u32::MAX).max(1)).max(LEAST);
        let attempts = async {
            let mut last = DialError::Name { host: host.to_owned(), cause: "there is no address".to_owned() };
            for address in addresses {
                match timeout(each, TcpStream::connect(address)).await {
                    Ok(Ok(stream)) => {
                        // Small writes go at once; a socket that cannot do that still works.
                        let _ = stream.set_nodelay(true);
                        return Ok((stream, address));
                    }
                    Ok(Err(cause)) if cause.kind() == io::ErrorKind::TimedOut => last = unanswered(address),
                    Ok(Err(cause)) => last = DialError::Refused { address, cause },
                    Err(_) => last = unanswered(address),
                }
            }
            Err(last)
        };
        timeout(PATIENCE, attempts).await.unwrap_or_else(|_| Err(DialError::Timeout { what: format!("connecting to {host}") }))
    }

    async fn addresses(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, DialError> {
        if let Some(mapping) = self.map.iter().find(|mapping| mapping.covers(host, port)) {
            return Ok(vec![mapping.to]);
        }
        if self.only_mapped {
            return Err(DialError::NotMapped { host: host.to_owned() });
        }
        let mut found: Vec<SocketAddr> = match host.parse::<IpAddr>() {
            Ok(address) => vec![SocketAddr::new(address, port)],
            Err(_) => timeout(PATIENCE, tokio::net::lookup_host((host, port)))
                .await
                .map_err(|_| DialError::Timeout { what: format!("looking up {host}") })?
                .map_err(|error| DialError::Name { host: host.to_owned(), cause: error.to_string() })?
                .collect(),
        };
        if !self.allow_private {
            let private = found.iter().map(SocketAddr::ip).find(|address| is_private(*address));
            found.retain(|address| !is_private(address.ip()));
            if let (true, Some(address)) = (found.is_empty(), private) {
                return Err(DialError::Private { address });
            }
        }
        Ok(found)
    }
}

fn unanswered(address: SocketAddr) -> DialError {
    DialError::Timeout { what: format!("connecting to {address}") }
}

/// TLS version as its record layer names it, in lower case.
fn version(version: ProtocolVersion) -> String {
    match version {
        ProtocolVersion::TLSv1_3 => "tls/1.3".to_owned(),
        ProtocolVersion::TLSv1_2 => "tls/1.2".to_owned(),
        other => format!("{other:?}").to_lowercase(),
    }
}

/// The IANA name of a cipher suite. The library names those of TLS 1.3 `TLS13_…`.
fn iana(suite: rustls::CipherSuite) -> String {
    let name = suite.as_str().map_or_else(|| format!("{suite:?}"), str::to_owned);
    name.strip_prefix("TLS13_").map_or_else(|| name.clone(), |rest| format!("TLS_{rest}"))
}

/// Why a handshake failed, in words for a reader who sees it instead of a page.
fn in_words(error: &io::Error) -> String {
    let reason = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    let words = match reason {
        Some(rustls::Error::InvalidCertificate(problem)) => match problem {
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
        Some(rustls::Error::AlertReceived(_)) => "the server broke off the handshake",
        Some(rustls::Error::PeerIncompatible(_)) => "the server offers no TLS version or cipher suite that the proxy accepts",
        Some(rustls::Error::InvalidMessage(_) | rustls::Error::InappropriateMessage { .. }) => "the server does not speak TLS",
        _ => "the connection broke during the handshake",
    };
    format!("{words} ({error})")
}
