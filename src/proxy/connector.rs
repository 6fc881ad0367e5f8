//! The only place that dials: mapping, name look-up, policy, TCP, another proxy, TLS, each with its own kind of failure. It never follows a name
//! twice: the address that was judged is the address that is dialled.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

use rustls::client::{Resumption, WebPkiServerVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ProtocolVersion};
use tokio::net::TcpStream;
use tokio::time::{timeout, timeout_at};
use tokio_rustls::TlsConnector;

use super::addresses::{Host, is_own};
use super::clock::Clock;
use super::dial_error::DialError;
use super::link::Link;
use super::race;
use super::resolver::{Found, Resolver};
use super::roots;
use super::socket::Socket;
use super::upstream::Absolute;
use super::witness::{Watched, Witness};
use super::{Mapping, Reach, StartError};
use crate::model::{Connection, Digest, Event, Gap, GapKind, Opened, ServerLink, ServerTls, is_special_address};

/// Who is told of connections and of what they leave unseen.
type Told = Arc<dyn Fn(Event) + Send + Sync>;

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
    /// Whether another proxy is asked for a tunnel even without TLS: for whatever is not a plain exchange (WebSocket), or came by CONNECT itself.
    pub(super) tunnel: bool,
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

/// What the operator allows.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Policy {
    /// As [`super::Settings::allow_private_upstream`].
    pub(super) allow_private: bool,
    /// As [`super::Settings::only_mapped`].
    pub(super) only_mapped: bool,
}

/// See the head of this file.
pub(super) struct Connector {
    provider: Arc<CryptoProvider>,
    verifier: Arc<WebPkiServerVerifier>,
    http1: ClientConfig,
    http2: ClientConfig,
    trusted: String,
    resolver: Resolver,
    map: Vec<Mapping>,
    policy: Policy,
    reach: Reach,
    own: Option<SocketAddr>,
    clock: Clock,
    last: AtomicU64,
    told: Told,
    gap_told: AtomicBool,
}

/// A bare connection, and how it came about.
struct Reached {
    stream: TcpStream,
    link: ServerLink,
    /// The server's own address. `None`: another proxy connects to it.
    server: Option<IpAddr>,
    absolute: Option<Absolute>,
}

/// The way to a host.
enum Way {
    /// To one of these addresses, each with the names it was found by.
    Direct { addresses: Vec<(SocketAddr, Option<Vec<String>>)>, mapped: bool },
    /// Through the upstream proxy.
    Upstream,
}

impl Connector {
    /// A connector that trusts this system's authorities and those in `own_roots` (PEM).
    ///
    /// # Errors
    /// The authorities cannot be read, or the name servers cannot be asked.
    pub(super) fn new(own_roots: &[u8], map: Vec<Mapping>, policy: Policy, reach: Reach) -> Result<Self, StartError> {
        let setup = |error: &dyn std::fmt::Display| StartError::Setup(error.to_string());
        let provider = Arc::new(aws_lc_rs::default_provider());
        let trust = roots::gather(own_roots)?;
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::clone(&trust.store), Arc::clone(&provider));
        let verifier = verifier.build().map_err(|error| setup(&error))?;
        let mut config = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| setup(&error))?
            .with_root_certificates(trust.store)
            .with_no_client_auth();
        // A connection that takes up an earlier one shows no certificate; a record shows what each connection rested on.
        config.resumption = Resumption::disabled();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        let mut both = config.clone();
        both.alpn_protocols.insert(0, b"h2".to_vec());
        let resolver = Resolver::new(&reach.name_servers).map_err(StartError::Setup)?;
        Ok(Self {
            provider,
            verifier,
            http1: config,
            http2: both,
            trusted: trust.told,
            resolver,
            map,
            policy,
            reach,
            own: None,
            clock: Clock::start(),
            last: AtomicU64::new(0),
            told: Arc::new(|_| {}),
            gap_told: AtomicBool::new(false),
        })
    }

    /// The cryptography of both sides.
    pub(super) fn provider(&self) -> Arc<CryptoProvider> {
        Arc::clone(&self.provider)
    }

    /// Sets the address at which this proxy listens: it is never dialled.
    pub(super) fn listens_at(&mut self, own: SocketAddr) {
        self.own = Some(own);
    }

    /// Sets who is told of connections, once each, before an exchange names them.
    pub(super) fn tells(&mut self, told: Told) {
        self.told = told;
    }

    /// What of it bears on a recording, as name and value for its description.
    pub(super) fn facts(&self) -> Vec<(&'static str, String)> {
        let mut facts = vec![("server-authorities", self.trusted.clone())];
        facts.extend(self.reach.told());
        facts
    }

    /// Connects to `target` with TLS where it asks for it.
    ///
    /// # Errors
    /// The stage that failed, in words.
    pub(super) async fn dial(&self, target: &Target) -> Result<Dialled, DialError> {
        let absolute = target.tls.is_none() && !target.tunnel;
        let Reached { stream, mut link, server, absolute } = self.connection(&target.host, target.port, absolute).await?;
        let mut facts = Connection {
            id: Some(link.id.as_str().into()),
            server_address: server.map(|address| address.to_string().into()),
            aliases: link.aliases.clone().map(Into::into),
            ..Connection::default()
        };
        let took = (link.dns, link.connect, None);
        let Some(name) = &target.tls else {
            self.opened(link);
            return Ok(Dialled { socket: Socket::Tcp(stream), link: Link::new(facts, took, absolute), http2: false });
        };
        let server = match ServerName::try_from(name.clone()) {
            Ok(server) => server,
            Err(error) => {
                self.opened(link);
                return Err(DialError::Tls { host: name.clone(), cause: error.to_string(), connection: Some(Box::new(facts)) });
            }
        };
        let witness = Witness::new(&self.verifier);
        let mut config = if target.http2 { self.http2.clone() } else { self.http1.clone() };
        config.dangerous().set_certificate_verifier(Arc::<Witness>::clone(&witness));
        let (watched, first_flight) = Watched::new(stream);
        let began = self.clock.nanoseconds();
        let outcome = timeout(self.reach.patience, TlsConnector::from(Arc::new(config)).connect(server, watched)).await;
        let (took, chain, offered) = (self.clock.nanoseconds() - began, witness.chain(), first_flight.offer());
        facts.certificate = chain.first().map(|certificate| Digest::of(certificate));
        let mut tls = ServerTls { took, chain, offered, ..ServerTls::default() };
        let stream = match outcome {
            Ok(Ok(stream)) => stream,
            failed => {
                link.tls = Some(tls);
                self.opened(link);
                facts.fresh = true;
                return Err(match failed {
                    Ok(Err(error)) => DialError::of_handshake(name, error, facts),
                    _ => self.late(format!("the TLS handshake with {name}"), Some(facts)),
                });
            }
        };
        let session = stream.get_ref().1;
        tls.version = session.protocol_version().map(version);
        tls.cipher_suite = session.negotiated_cipher_suite().map(|suite| iana(suite.suite()));
        tls.protocol = session.alpn_protocol().map(|protocol| protocol.escape_ascii().to_string());
        let http2 = session.alpn_protocol() == Some(b"h2");
        facts.tls_version = tls.version.as_deref().map(Into::into);
        facts.cipher_suite = tls.cipher_suite.as_deref().map(Into::into);
        facts.protocol = tls.protocol.as_deref().map(Into::into);
        let took = (link.dns, link.connect, Some(took));
        link.tls = Some(tls);
        self.opened(link);
        Ok(Dialled { socket: Socket::Tls(Box::new(stream)), link: Link::new(facts, took, None), http2 })
    }

    /// Connects to a host for bytes that nobody reads. Answers the server's own address too, unless another proxy connects to it.
    ///
    /// # Errors
    /// The stage that failed, in words.
    pub(super) async fn reach(&self, host: &str, port: u16) -> Result<(TcpStream, Option<IpAddr>), DialError> {
        let Reached { stream, link, server, .. } = self.connection(host, port, false).await?;
        self.opened(link);
        Ok((stream, server))
    }

    /// A bare connection. `absolute`: what will be sent are requests that another proxy takes in absolute form.
    async fn connection(&self, host: &str, port: u16, absolute: bool) -> Result<Reached, DialError> {
        // The proxy's own page is answered long before this; whatever way led here, its name stays on this machine.
        if super::magic::is_own(host) {
            return Err(DialError::Name { host: host.to_owned(), cause: "Name or service not known".to_owned() });
        }
        if port == 0 {
            return Err(DialError::Port { host: host.to_owned() });
        }
        let began = self.clock.nanoseconds();
        let deadline = tokio::time::Instant::now() + self.reach.patience;
        let id = (self.last.fetch_add(1, Relaxed) + 1).to_string();
        let mut link = ServerLink { id, host: host.to_owned(), port, ..ServerLink::default() };
        let way = timeout_at(deadline, self.way(host, port)).await.map_err(|_| self.silent(host))??;
        let (addresses, through) = match (way, &self.reach.upstream) {
            (Way::Direct { addresses, mapped }, _) => {
                link.mapped = mapped;
                (addresses, None)
            }
            (Way::Upstream, Some(proxy)) => {
                let looked_up = timeout_at(deadline, self.found(proxy.host(), proxy.port())).await;
                (looked_up.map_err(|_| self.silent(proxy.host()))??, Some(proxy))
            }
            (Way::Upstream, None) => (Vec::new(), None),
        };
        let looked_up = self.clock.nanoseconds();
        let asked = Host::of(through.map_or(host, |proxy| proxy.host())) == Host::Name && !link.mapped;
        link.dns = asked.then_some(looked_up - began);
        link.through = through.map(ToString::to_string);
        // What the operator named may lie anywhere; a loop it may not be.
        if let Some((address, _)) = addresses.iter().find(|(address, _)| self.own.is_some_and(|own| is_own(*address, own))) {
            return Err(DialError::Own { address: *address });
        }
        let attempts = race::first(addresses.iter().map(|(address, _)| *address).collect());
        let what = through.map_or_else(|| format!("connecting to {host}"), |proxy| format!("connecting to the upstream proxy {proxy}"));
        let (mut stream, address) = match timeout_at(deadline, attempts).await {
            Ok(Ok(connected)) => connected,
            Ok(Err(Some((address, cause)))) => return Err(DialError::Refused { address, cause }),
            Ok(Err(None)) => return Err(DialError::Name { host: host.to_owned(), cause: "there is no address".to_owned() }),
            Err(_) => return Err(self.late(what, None)),
        };
        // Small writes go at once; a socket that cannot do that still works.
        let _ = stream.set_nodelay(true);
        link.address = Some(address.to_string());
        if let Some(proxy) = through {
            self.through_another();
            if !absolute {
                let connecting = timeout_at(deadline, proxy.connect(&mut stream, host, port)).await;
                connecting.map_err(|_| self.late(format!("the answer of the upstream proxy {proxy} to CONNECT"), None))??;
            }
        } else {
            link.aliases = addresses.into_iter().find(|(known, _)| *known == address).and_then(|(_, aliases)| aliases);
        }
        link.connect = Some(self.clock.nanoseconds() - looked_up);
        let absolute = through.filter(|_| absolute).map(super::UpstreamProxy::absolute);
        Ok(Reached { stream, link, server: through.is_none().then(|| address.ip()), absolute })
    }

    /// The way to a host, judged: mapped, refused, through another proxy, or looked up.
    async fn way(&self, host: &str, port: u16) -> Result<Way, DialError> {
        if let Some(mapping) = self.map.iter().find(|mapping| mapping.covers(host, port)) {
            return Ok(Way::Direct { addresses: vec![(mapping.to, None)], mapped: true });
        }
        if self.policy.only_mapped {
            return Err(DialError::NotMapped { host: host.to_owned() });
        }
        if self.reach.upstream.is_some() {
            return match Host::of(host) {
                Host::Address(address) => self.judged(vec![(SocketAddr::new(address, port), ())]).map(|_| Way::Upstream),
                Host::Name if is_localhost(host) && !self.policy.allow_private => {
                    Err(DialError::Private { address: IpAddr::V4(std::net::Ipv4Addr::LOCALHOST) })
                }
                Host::Name => Ok(Way::Upstream),
                Host::Odd => Err(odd(host)),
            };
        }
        Ok(Way::Direct { addresses: self.judged(self.found(host, port).await?)?, mapped: false })
    }

    /// The addresses of a host, not judged yet.
    async fn found(&self, host: &str, port: u16) -> Result<Vec<(SocketAddr, Option<Vec<String>>)>, DialError> {
        match Host::of(host) {
            Host::Address(address) => Ok(vec![(SocketAddr::new(address, port), None)]),
            Host::Odd => Err(odd(host)),
            Host::Name => {
                let found = self.resolver.look_up(host).await.map_err(|cause| DialError::Name { host: host.to_owned(), cause })?;
                Ok(found.into_iter().map(|Found { address, aliases }| (SocketAddr::new(address, port), aliases)).collect())
            }
        }
    }

    /// Those of the addresses that may be dialled. Of a name with public and private ones, the public ones stay.
    fn judged<T>(&self, mut found: Vec<(SocketAddr, T)>) -> Result<Vec<(SocketAddr, T)>, DialError> {
        if !self.policy.allow_private {
            let private = found.iter().map(|(address, _)| address.ip()).find(|address| is_special_address(*address));
            found.retain(|(address, _)| !is_special_address(address.ip()));
            if let (true, Some(address)) = (found.is_empty(), private) {
                return Err(DialError::Private { address });
            }
        }
        Ok(found)
    }

    fn late(&self, what: String, connection: Option<Connection>) -> DialError {
        DialError::Timeout { what, after: self.reach.patience, connection: connection.map(Box::new) }
    }

    /// No name server answered: the host name did not resolve.
    fn silent(&self, host: &str) -> DialError {
        let cause = format!("no name server answered within {} seconds", self.reach.patience.as_secs_f32());
        DialError::Name { host: host.to_owned(), cause }
    }

    fn opened(&self, link: ServerLink) {
        (self.told)(Event::Opened(Opened::Server(Box::new(link))));
    }

    /// Says once what a recording through another proxy does not show.
    fn through_another(&self) {
        if !self.gap_told.swap(true, Relaxed) {
            (self.told)(Event::Gap(Gap { kind: GapKind::UpstreamProxy, since: None, entries: Vec::new(), count: 1 }));
        }
    }
}

/// Whether a name means the machine that looks it up (RFC 6761 section 6.3): another proxy would reach itself.
fn is_localhost(host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    host.rsplit('.').next().is_some_and(|last| last.eq_ignore_ascii_case("localhost"))
}

fn odd(host: &str) -> DialError {
    DialError::Name { host: host.to_owned(), cause: "it is neither a host name nor an address that can be reached from here".to_owned() }
}

/// TLS version as its record layer names it, in lower case.
pub(super) fn version(version: ProtocolVersion) -> String {
    match version {
        ProtocolVersion::TLSv1_3 => "tls/1.3".to_owned(),
        ProtocolVersion::TLSv1_2 => "tls/1.2".to_owned(),
        other => format!("{other:?}").to_lowercase(),
    }
}

/// The IANA name of a cipher suite. The library names those of TLS 1.3 `TLS13_…`.
pub(super) fn iana(suite: rustls::CipherSuite) -> String {
    let name = suite.as_str().map_or_else(|| format!("{suite:?}"), str::to_owned);
    name.strip_prefix("TLS13_").map_or_else(|| name.clone(), |rest| format!("TLS_{rest}"))
}

#[cfg(test)]
mod tests;
