//! The live proxy: hudsucker listens and speaks HTTP with the browser's outer side; every CONNECT is taken over whole. What passes becomes
//! `model::Event`s for a `model::Recorder`. It never judges, never writes a file and never lets a byte of an HTTP
//! message pass unrecorded.

mod addresses;
mod admission;
mod authority;
mod body;
mod clock;
mod connect;
mod connector;
mod deflate;
mod destination;
mod dial_error;
mod engine;
mod exchange;
mod failure;
mod forwarding;
mod frames;
mod handler;
mod hello;
mod http1;
mod ja4;
mod journal;
mod library;
mod link;
mod magic;
mod mapping;
mod onward;
mod opening;
mod pages;
mod passing;
mod pool;
mod race;
mod reach;
mod relay;
mod resolver;
mod roots;
mod socket;
mod target;
mod tasks;
mod trailers;
mod tunnel;
mod unread;
mod upstream;
mod websocket;
mod witness;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::net::{TcpListener, TcpSocket};
use tokio::task::JoinHandle;

pub use admission::{Admission, Credentials, CredentialsError};
pub use authority::{Authority, AuthorityError};
pub use magic::{About, Guide, GuideStep, HOST as OWN_HOST, LONGEST_MARK, MarkError, Marker};
pub use mapping::{Mapping, MappingError};
pub use passing::{HostPattern, HostPatternError, OnPinned, Passing};
pub use reach::Reach;
pub use upstream::{UpstreamProxy, UpstreamProxyError};

use crate::model::{Recorder, Timestamp};
use admission::Gate;
use connector::{Connector, Policy};
use engine::Engine;
use handler::{Handler, Undialled};

/// How long a stop waits for tasks to hand in what they owe. What is left then is handed in for them.
const STOPPING: Duration = Duration::from_millis(500);
/// How long a browser may take to send the head of its next request before its connection is closed.
const IDLE_CLIENT: Duration = Duration::from_secs(90);
/// Header fields that one message may have.
const MOST_FIELDS: usize = 1_024;
/// Connections that may wait to be accepted.
const BACKLOG: u32 = 1_024;

/// What a proxy is to do.
#[derive(Debug)]
pub struct Settings {
    /// Address to listen on; port 0 lets the operating system choose.
    pub listen: SocketAddr,
    /// Who signs the certificates that browsers are shown.
    pub authority: Authority,
    /// More roots to trust in servers, in PEM, beside those of this system. May be empty.
    pub upstream_roots: Vec<u8>,
    /// Hosts that lie elsewhere than their names say.
    pub map: Vec<Mapping>,
    /// Whether addresses inside a private network or this machine may be reached without a [`Mapping`].
    pub allow_private_upstream: bool,
    /// Whether nothing but the hosts in `map` may be reached, so that a simulated recording touches nobody.
    pub only_mapped: bool,
    /// Who is served, and what passes unread.
    pub admission: Admission,
    /// How servers are reached.
    pub reach: Reach,
}

/// Why a proxy did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {cause}; choose another port with --listen, or port 0 for any free one")]
    Listen {
        /// The address asked for.
        address: SocketAddr,
        /// What the operating system says.
        cause: std::io::Error,
    },
    /// Others than this machine could use the proxy, and would not have to say who they are.
    #[error(
        "{0} can be reached from other machines, and whoever reaches it could browse through the recording; listen on 127.0.0.1 or [::1], or demand \
         a name and password with --proxy-auth"
    )]
    Unguarded(SocketAddr),
    /// The additional roots cannot be read.
    #[error("the additional roots cannot be read ({0}); they must be certificates in PEM")]
    Roots(String),
    /// The operator said where this system's authorities lie, and there are none.
    #[error(
        "the authorities of this system cannot be read ({0}); SSL_CERT_FILE or SSL_CERT_DIR must lead to certificates in PEM, or be unset"
    )]
    System(String),
    /// The authority cannot issue certificates.
    #[error(transparent)]
    Authority(#[from] AuthorityError),
    /// TLS or HTTP could not be set up.
    #[error("the proxy could not be set up: {0}")]
    Setup(String),
}

/// What passed so far. Read them at any time; they only inform, the record decides.
#[derive(Debug, Default)]
pub struct Counters {
    /// Requests that were recorded.
    pub requests: AtomicU64,
    /// Responses that were recorded.
    pub responses: AtomicU64,
    /// Bytes of bodies, tunnels and switched connections from the browser.
    pub bytes_up: AtomicU64,
    /// Bytes of bodies, tunnels and switched connections to the browser.
    pub bytes_down: AtomicU64,
    /// Exchanges, tunnels and connections that did not end as they should.
    pub problems: AtomicU64,
    /// Exchanges and tunnels under way.
    pub open: AtomicU64,
    /// Tunnels that the browser asked for and left without sending anything: browsers connect in advance. Nothing was dialled for them.
    pub unused_connects: AtomicU64,
}

/// A proxy that runs. Dropping it stops it at once; [`Self::stop`] waits until everything is handed in.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    engine: Arc<Engine>,
    listener: JoinHandle<()>,
}

/// A proxy that has its port and everything else that it needs, and takes no connection yet.
pub struct Prepared {
    connector: Connector,
    acceptance: authority::Acceptance,
    own: magic::Drawn,
    listener: TcpListener,
    address: SocketAddr,
    admission: Admission,
}

/// Does everything by which a start can fail, inside the current Tokio runtime, so that it fails before a recording is begun.
///
/// # Errors
/// The address is open to others without credentials, it is taken, the additional roots cannot be read, or the cryptographic library refuses.
pub async fn prepare(settings: Settings) -> Result<Prepared, StartError> {
    if !settings.listen.ip().is_loopback() && settings.admission.credentials.is_none() {
        return Err(StartError::Unguarded(settings.listen));
    }
    let policy = Policy { allow_private: settings.allow_private_upstream, only_mapped: settings.only_mapped };
    let mut connector = Connector::new(&settings.upstream_roots, settings.map, policy, settings.reach)?;
    let own = magic::Drawn::new(settings.authority.certificate_pem(), &connector.provider())?;
    let acceptance = authority::Acceptance::new(settings.authority, connector.provider())?;
    let listener = listen(settings.listen).map_err(|cause| StartError::Listen { address: settings.listen, cause })?;
    let address = listener.local_addr().map_err(|cause| StartError::Listen { address: settings.listen, cause })?;
    connector.listens_at(address);
    Ok(Prepared { connector, acceptance, own, listener, address, admission: settings.admission })
}

impl Prepared {
    /// What of it bears on a recording, as name and value for its description. Never a secret.
    #[must_use]
    pub fn facts(&self) -> Vec<(&'static str, String)> {
        self.connector.facts()
    }
}

/// Starts a proxy inside the current Tokio runtime. It submits what it sees to `recorder`.
///
/// # Errors
/// As [`prepare`].
pub async fn start(settings: Settings, recorder: Arc<dyn Recorder>) -> Result<Running, StartError> {
    run(prepare(settings).await?, recorder).await
}

/// Lets a proxy that was prepared take connections, inside the runtime in which that was done.
///
/// # Errors
/// TLS or HTTP could not be set up.
pub async fn run(prepared: Prepared, recorder: Arc<dyn Recorder>) -> Result<Running, StartError> {
    let Prepared { connector, acceptance, own, listener, address, admission } = prepared;
    let engine = Engine::new(recorder, connector, acceptance.clone(), Gate::new(admission, address), own);

    // Nobody speaks HTTP/2 with a proxy before TLS; waiting for its first words would have no end for a client that says nothing.
    let mut server = hyper_util::server::conn::auto::Builder::new(TokioExecutor::new()).http1_only();
    server
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(IDLE_CLIENT)
        .preserve_header_case(true)
        .auto_date_header(false)
        .max_headers(MOST_FIELDS);
    let signal = engine.tasks.signal().clone();
    let proxy = hudsucker::Proxy::builder()
        .with_listener(listener)
        .with_ca(acceptance)
        .with_http_connector(Undialled)
        .with_http_handler(Handler::new(Arc::clone(&engine)))
        .with_server(server)
        .with_graceful_shutdown(signal.cancelled_owned())
        .build()
        .map_err(|error| StartError::Setup(error.to_string()))?;
    let listener = tokio::spawn(async move {
        if let Err(error) = proxy.start().await {
            tracing::error!(%error, "the proxy stopped listening");
        }
    });
    let sweeping = Arc::downgrade(&engine);
    engine.tasks.spawn(async move {
        let mut every = tokio::time::interval(pool::SWEEP);
        loop {
            every.tick().await;
            let Some(engine) = sweeping.upgrade() else { return };
            engine.pool.sweep();
        }
    });
    Ok(Running { address, engine, listener })
}

/// A listener whose accepted sockets send small writes at once: they inherit TCP_NODELAY from it.
fn listen(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.set_reuseaddr(true)?;
    socket.set_nodelay(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

impl Running {
    /// Now, by the clock that stamps every event of this recording.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.engine.clock.now()
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What passed so far.
    #[must_use]
    pub fn counters(&self) -> &Counters {
        &self.engine.counters
    }

    /// Stops: takes no more connections, ends what is under way and submits the end of each exchange and tunnel. Returns within a second,
    /// whatever the clients do.
    pub async fn stop(mut self) {
        self.engine.tasks.stop();
        let all = async {
            self.engine.tasks.ended().await;
            let _ = (&mut self.listener).await;
        };
        let _ = tokio::time::timeout(STOPPING, all).await;
        self.listener.abort();
        self.engine.end_what_is_left();
        self.engine.own.note(&self.engine);
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.engine.tasks.stop();
        self.listener.abort();
    }
}
