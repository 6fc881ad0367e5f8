//! An origin server on loopback for the tests of the proxy: HTTP/1.1 and HTTP/2 over TLS or bare, with every way of answering that a proxy
//! must stand. It is no model of a platform.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use http_body::{Body, Frame};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::PrivatePkcs8KeyDer;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// The names an origin's certificate is good for.
pub(crate) const NAMES: [&str; 4] = ["a.test", "*.a.test", "b.test", "127.0.0.1"];

/// The greeting of [`Kind::ServerFirst`].
pub(crate) const GREETING: &[u8] = b"220 mail.test ready\r\n";

/// What an origin is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// TLS with a certificate that the proxy trusts.
    Trusted,
    /// TLS, HTTP/1.1 only.
    TrustedHttp1,
    /// TLS with a certificate of an unknown authority.
    Untrusted,
    /// TLS with an expired certificate.
    Expired,
    /// No TLS.
    Plain,
    /// A service that speaks first and then echoes.
    ServerFirst,
    /// Answers a request with something that is not HTTP.
    Garbage,
    /// Answers one request on each connection, promises to keep it, and closes it when the next one comes.
    Forgetful,
}

/// An origin that runs until it is dropped.
pub(crate) struct Origin {
    pub(crate) address: SocketAddr,
    /// The root to trust, in PEM.
    pub(crate) root: Vec<u8>,
    accepted: Arc<AtomicUsize>,
    /// Lets `/slow` go on.
    pub(crate) go_on: Arc<Notify>,
    task: JoinHandle<()>,
}

impl Drop for Origin {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Origin {
    pub(crate) async fn start(kind: Kind) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (root, config) = certificates(kind);
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let (accepted, go_on) = (Arc::new(AtomicUsize::new(0)), Arc::new(Notify::new()));
        let (count, gate) = (Arc::clone(&accepted), Arc::clone(&go_on));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, SeqCst);
                let _ = stream.set_nodelay(true);
                tokio::spawn(connection(kind, stream, acceptor.clone(), Arc::clone(&gate)));
            }
        });
        Self { address, root, accepted, go_on, task }
    }

    /// Connections accepted so far.
    pub(crate) fn accepted(&self) -> usize {
        self.accepted.load(SeqCst)
    }
}

/// Now, for the validity of certificates.
#[allow(clippy::disallowed_methods, reason = "a certificate that a client accepts is valid today")]
pub(crate) fn now() -> SystemTime {
    SystemTime::now()
}

pub(crate) fn certificates(kind: Kind) -> (Vec<u8>, ServerConfig) {
    let now = now();
    let day = Duration::from_secs(86_400);
    let issuer = |name: &str| {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("an authority")
    };
    let (trusted, unknown) = (issuer("origin root"), issuer("unknown root"));
    let mut params = CertificateParams::new(NAMES.map(String::from)).expect("names");
    (params.not_before, params.not_after) = match kind {
        Kind::Expired => ((now - 20 * day).into(), (now - 10 * day).into()),
        _ => ((now - day).into(), (now + day).into()),
    };
    let key = KeyPair::generate().expect("a key");
    let signer = if kind == Kind::Untrusted { &unknown } else { &trusted };
    let leaf = params.signed_by(&key, signer).expect("a certificate");
    let private = PrivatePkcs8KeyDer::from(key.serialize_der()).into();
    let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![leaf.der().clone()], private)
        .expect("a configuration");
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    if kind != Kind::TrustedHttp1 {
        config.alpn_protocols.insert(0, b"h2".to_vec());
    }
    (trusted.pem().into_bytes(), config)
}

async fn connection(kind: Kind, mut stream: TcpStream, acceptor: TlsAcceptor, gate: Arc<Notify>) {
    let mut server = auto::Builder::new(TokioExecutor::new());
    server.http1().preserve_header_case(true);
    let service = service_fn(move |request| answer(request, Arc::clone(&gate)));
    match kind {
        Kind::ServerFirst => {
            let _ = stream.write_all(GREETING).await;
            let (mut read, mut write) = stream.split();
            let _ = tokio::io::copy(&mut read, &mut write).await;
        }
        Kind::Garbage => {
            let mut head = [0; 1024];
            let _ = stream.read(&mut head).await;
            let _ = stream.write_all(b"\x00\x01 this is not HTTP\r\n\r\n").await;
        }
        Kind::Forgetful => {
            let mut head = [0; 1024];
            let _ = stream.read(&mut head).await;
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await;
            let _ = stream.read(&mut head).await;
        }
        Kind::Plain => {
            let _ = server.serve_connection_with_upgrades(TokioIo::new(stream), service).await;
        }
        _ => {
            if let Ok(stream) = acceptor.accept(stream).await {
                let _ = server.serve_connection_with_upgrades(TokioIo::new(stream), service).await;
            }
        }
    }
}

type Answer = Response<BoxBody<Bytes, std::io::Error>>;

/// `length` bytes that repeat only after a length that no buffer has.
pub(crate) fn pattern(length: usize) -> Vec<u8> {
    let block: Vec<u8> = (0..65_537_usize).map(|at| (at ^ at >> 8) as u8).collect();
    let mut bytes = block.repeat(length / block.len() + 1);
    bytes.truncate(length);
    bytes
}

async fn answer(mut request: Request<Incoming>, gate: Arc<Notify>) -> Result<Answer, Infallible> {
    let path = request.uri().path().to_owned();
    let mut parts = path.trim_start_matches('/').split('/');
    let (what, number) = (parts.next().unwrap_or_default().to_owned(), parts.next().and_then(|number| number.parse().ok()).unwrap_or(0));
    let whole = |bytes: Vec<u8>| Full::new(Bytes::from(bytes)).map_err(|never| match never {}).boxed();
    let mut response = Response::new(whole(Vec::new()));
    if request.method() == http::Method::HEAD {
        response.headers_mut().insert("content-length", HeaderValue::from(number));
        return Ok(response);
    }
    match what.as_str() {
        "size" => *response.body_mut() = whole(pattern(number)),
        "chunked" => *response.body_mut() = Steps::new(number, Last::End).boxed(),
        "reset" => *response.body_mut() = Steps::new(number, Last::Error { flushed: false }).boxed(),
        "slow" => *response.body_mut() = Steps::new(number, Last::Wait(Box::pin(async move { gate.notified().await }))).boxed(),
        "trailers" => {
            let trailers = HeaderMap::from_iter([("x-sum".parse().expect("a name"), HeaderValue::from_static("7"))]);
            response.headers_mut().insert("trailer", HeaderValue::from_static("x-sum"));
            *response.body_mut() = Steps::new(number, Last::Trailers(trailers)).boxed();
        }
        "echo" => *response.body_mut() = request.into_body().map_err(std::io::Error::other).boxed(),
        "sink" => {
            let length = request.into_body().collect().await.map_or(0, |body| body.to_bytes().len());
            *response.body_mut() = whole(length.to_string().into_bytes());
        }
        // Answers without reading what is sent.
        "early" => *response.status_mut() = StatusCode::PAYLOAD_TOO_LARGE,
        "hang" => std::future::pending().await,
        "empty" => *response.status_mut() = StatusCode::NO_CONTENT,
        "fields" => {
            let mut text = format!("{:?} {}\n", request.version(), request.uri());
            for (name, value) in request.headers() {
                text.push_str(&format!("{name}: {}\n", value.to_str().unwrap_or("?")));
            }
            for field in ["first=1; Path=/", "second=2; Secure"] {
                response.headers_mut().append("set-cookie", HeaderValue::from_static(field));
            }
            response.headers_mut().insert("alt-svc", HeaderValue::from_static("h3=\":443\""));
            *response.body_mut() = whole(text.into_bytes());
        }
        "socket" => {
            *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
            let offered = request.headers().get("sec-websocket-protocol").and_then(|value| value.to_str().ok());
            if !offered.is_some_and(|offered| offered.split(", ").any(|one| one == "chat.v2")) {
                *response.status_mut() = StatusCode::BAD_REQUEST;
                return Ok(response);
            }
            for (name, value) in [
                ("upgrade", "websocket"),
                ("connection", "Upgrade"),
                // The key of RFC 6455 section 1.3 and its answer.
                ("sec-websocket-accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
                ("sec-websocket-protocol", "chat.v2"),
                ("set-cookie", "socket=1"),
            ] {
                response.headers_mut().insert(name, HeaderValue::from_static(value));
            }
            let switched = hyper::upgrade::on(&mut request);
            tokio::spawn(async move {
                let Ok(stream) = switched.await else { return };
                let (mut read, mut write) = tokio::io::split(TokioIo::new(stream));
                let _ = tokio::io::copy(&mut read, &mut write).await;
                let _ = write.shutdown().await;
            });
        }
        _ => *response.status_mut() = StatusCode::NOT_FOUND,
    }
    Ok(response)
}

/// A body of unknown length, in pieces.
struct Steps {
    rest: Bytes,
    last: Option<Last>,
}

enum Last {
    End,
    Error { flushed: bool },
    Trailers(HeaderMap),
    Wait(Pin<Box<dyn Future<Output = ()> + Send + Sync>>),
}

impl Steps {
    fn new(length: usize, last: Last) -> Self {
        Self { rest: pattern(length).into(), last: Some(last) }
    }
}

impl Body for Steps {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        if !self.rest.is_empty() {
            let length = self.rest.len().min(10_000);
            return Poll::Ready(Some(Ok(Frame::data(self.rest.split_to(length)))));
        }
        match self.last.take() {
            Some(Last::Error { flushed: false }) => {
                // hyper writes out what it has while a body is pending, and throws it away when one fails.
                self.last = Some(Last::Error { flushed: true });
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            Some(Last::Error { flushed: true }) => Poll::Ready(Some(Err(std::io::Error::other("the origin breaks off")))),
            Some(Last::Trailers(trailers)) => Poll::Ready(Some(Ok(Frame::trailers(trailers)))),
            Some(Last::Wait(mut signal)) => match signal.as_mut().poll(cx) {
                Poll::Ready(()) => Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(b"!"))))),
                Poll::Pending => {
                    self.last = Some(Last::Wait(signal));
                    Poll::Pending
                }
            },
            Some(Last::End) | None => Poll::Ready(None),
        }
    }
}
