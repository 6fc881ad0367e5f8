//! The listener of the world: one socket on loopback that serves every host name over TLS, by server name and by Host.
//!
//! It listens on a port that the operating system chooses, accepts only what comes over loopback, and ends with the value that holds it.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response, StatusCode, Version, header};
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use rustls::crypto::aws_lc_rs;
use rustls::server::Acceptor;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::LazyConfigAcceptor;

use super::access::{Access, Log, now};
use super::answer::{Answer, Outgoing, as_text};
use super::authority::{Certificates, issue};
use super::ids::Ids;
use super::parts::{Asked, pairs};
use super::planted::Planted;
use super::platform::{Platform, shim};
use super::{ALL_HOSTS, CHAT, CONNECT, HOSTS, IMAGES, MEASURE, OLDER, PLATFORM, SHIM, STATIC, TOWN, VIDEO};
use super::{chat, delivery, town};

/// Bytes of a request body that are taken; more ends the connection.
const LARGEST_BODY: usize = 1 << 20;

/// A running world. Dropping it ends it, too, only without waiting.
pub struct World {
    hosts: &'static [&'static str],
    address: SocketAddr,
    authority_pem: String,
    log: Log,
    stop: watch::Sender<()>,
    accepting: JoinHandle<()>,
}

impl World {
    /// Makes certificates and begins to listen on loopback.
    ///
    /// # Errors
    /// If no socket can be opened on 127.0.0.1 or no certificate can be made.
    pub async fn start() -> io::Result<Self> {
        Self::begin(false).await
    }

    /// The world of the demo case ([`super::case`]): the same, with accounts, a way to take a choice back, and differences that are planted on purpose
    /// ([`super::truth::case`]).
    ///
    /// # Errors
    /// As for [`Self::start`].
    pub async fn start_case() -> io::Result<Self> {
        Self::begin(true).await
    }

    async fn begin(case: bool) -> io::Result<Self> {
        let provider = Arc::new(aws_lc_rs::default_provider());
        let hosts = if case { &ALL_HOSTS[..] } else { &HOSTS[..] };
        let certificates = issue(hosts, now(), Arc::clone(&provider))?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let authority_pem = certificates.authority_pem.clone();
        let log = Log::default();
        let (stop, stopped) = watch::channel(());
        let ids = Ids::new(provider);
        let platform = Platform::new(case.then(|| Planted::new(&ids)));
        let scene = Arc::new(Scene { log: log.clone(), case, ids, platform, stopped, certificates });
        let accepting = tokio::spawn(accept(listener, scene));
        Ok(Self { hosts, address, authority_pem, log, stop, accepting })
    }

    /// The host names that it answers for.
    #[must_use]
    pub fn hosts(&self) -> &'static [&'static str] {
        self.hosts
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The certificate of its authority, as PEM.
    #[must_use]
    pub fn authority_pem(&self) -> &str {
        &self.authority_pem
    }

    /// Everything that has reached it so far, in the order of arrival.
    #[must_use]
    pub fn accesses(&self) -> Vec<Access> {
        self.log.all()
    }

    /// Ends it: nothing is accepted any more, and connections under way are cut.
    pub async fn stop(self) {
        drop(self.stop);
        // The task ends on its own; if it panicked there is nothing left to end.
        let _ = self.accepting.await;
    }
}

/// What all connections share.
struct Scene {
    log: Log,
    /// Whether it is the world of the case.
    case: bool,
    ids: Ids,
    platform: Platform,
    stopped: watch::Receiver<()>,
    certificates: Certificates,
}

async fn accept(listener: TcpListener, scene: Arc<Scene>) {
    let mut stopped = scene.stopped.clone();
    // Dropped at the end of this task, which cuts what is still open.
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                if let Ok((stream, _)) = accepted {
                    connections.spawn(connection(stream, Arc::clone(&scene)));
                }
            }
            Some(_) = connections.join_next() => {}
            _ = stopped.changed() => return,
        }
    }
}

async fn connection(stream: TcpStream, scene: Arc<Scene>) {
    if let Err(cause) = serve(stream, scene).await {
        // A browser breaks connections off all the time; the log of the origin holds what reached it.
        tracing::debug!(%cause, "a connection to the simulated world ended");
    }
}

async fn serve(stream: TcpStream, scene: Arc<Scene>) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let hello = LazyConfigAcceptor::new(Acceptor::default(), stream).await?;
    let older = hello.client_hello().server_name().is_some_and(|name| OLDER.contains(&name));
    let config = if older { &scene.certificates.older } else { &scene.certificates.both };
    let stream = hello.into_stream(Arc::clone(config)).await?;
    let service = service_fn(move |request| respond(request, Arc::clone(&scene)));
    let builder = auto::Builder::new(TokioExecutor::new());
    builder.serve_connection_with_upgrades(TokioIo::new(stream), service).await.map_err(io::Error::other)
}

async fn respond(mut request: Request<Incoming>, scene: Arc<Scene>) -> io::Result<Response<Outgoing>> {
    let upgrade = hyper::upgrade::on(&mut request);
    let (head, body) = request.into_parts();
    let named = head.headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let host =
        head.uri.host().or_else(|| named.map(|host| host.split(':').next().unwrap_or(host))).unwrap_or_default().to_ascii_lowercase();
    let row = scene.log.begin(Access {
        at: now(),
        number: 0,
        host: host.clone(),
        method: head.method.to_string(),
        path: head.uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string),
        version: if head.version == Version::HTTP_2 { "HTTP/2" } else { "HTTP/1.1" }.to_owned(),
        request_headers: as_text(&head.headers),
        request_body: Bytes::new(),
        answered: None,
        status: 0,
        response_headers: Vec::new(),
        response_bytes: 0,
        finished: false,
        messages: Vec::new(),
    });
    let body = Limited::new(body, LARGEST_BODY).collect().await.map_err(io::Error::other)?.to_bytes();
    row.write(|access| access.request_body = body.clone());
    let path = head.uri.path().to_owned();
    let query = pairs(head.uri.query().unwrap_or_default().as_bytes());
    let asked = Asked { method: head.method, host, path, query, headers: head.headers, body };
    let answer = match asked.host.as_str() {
        CHAT => return Ok(chat::answer(&asked, upgrade, row, scene.platform.listen(), scene.stopped.clone())),
        PLATFORM => scene.platform.answer(&asked, &scene.ids).await,
        SHIM => shim(&asked, &scene.ids),
        STATIC => delivery::files(&asked),
        IMAGES => delivery::images(&asked),
        CONNECT => delivery::connect(&asked),
        TOWN => town::answer(&asked, &scene.ids, scene.case),
        MEASURE if scene.case => delivery::measure(&asked),
        VIDEO if scene.case => delivery::video(&asked),
        _ => Answer::nothing(StatusCode::MISDIRECTED_REQUEST, "Onbekende host", "Deze host hoort niet bij de gesimuleerde wereld."),
    };
    Ok(answer.send(row))
}
