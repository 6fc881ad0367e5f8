//! A CONNECT taken over whole: looks at the first bytes, then serves HTTP inside TLS or without it, or opens a recorded tunnel. It does not
//! matter where the connection came from. It never dials before the client has sent something or has been silent for a while, and never
//! lets anything pass that nobody could record.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use bytes::{Buf as _, Bytes, BytesMut};
use http::{Method, Request, Response};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use rustls::AlertDescription;
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::time::timeout;
use tokio_rustls::StartHandshake;
use tokio_rustls::server::TlsStream;

use super::admission::Place;
use super::body::{Outgoing, Source};
use super::connector::{self, Target};
use super::destination::Destination;
use super::engine::Engine;
use super::exchange::Via;
use super::hello::Hello;
use super::magic;
use super::opening::{self, Greeting, Opening, Patience};
use super::passing::Handshake;
use super::socket::{Rewound, Socket};
use super::tunnel::{self, TunnelRecord};
use super::{http1, library};
use crate::model::{ClientLink, Event, Opened, Timestamp, TunnelReason};

/// How long the client may be silent before it is taken for one that waits for the server to speak first.
const SILENCE: Duration = Duration::from_millis(400);
/// Ports on which the client speaks first: a slow one must not be taken for one that waits, or what it says would pass unread.
const CLIENT_SPEAKS_FIRST: [u16; 4] = [80, 443, 8080, 8443];
/// Length of the words with which a client begins HTTP/2, in bytes.
const PREFACE: usize = 24;
/// How long it may take until hudsucker hands a connection over.
const HANDOVER: Duration = Duration::from_secs(10);

/// Serves what a client sends after its CONNECT was answered. `place` is given back when that ends.
pub(super) async fn take_over(engine: Arc<Engine>, destination: Destination, upgrade: OnUpgrade, place: Place) {
    match timeout(HANDOVER, upgrade).await {
        Ok(Ok(upgraded)) => {
            let Rewound { first, rest } = Socket::taken_over(upgraded);
            serve(engine, destination, rest, BytesMut::from(&first[..])).await;
        }
        Ok(Err(_)) | Err(_) => engine.problem(),
    }
    drop(place);
}

async fn serve(engine: Arc<Engine>, destination: Destination, mut socket: Socket, mut buffer: BytesMut) {
    let started = engine.clock.now();
    let host = destination.name();
    // Of a host that passes anyway, nothing can pass that should have been read.
    let server_may_speak = !CLIENT_SPEAKS_FIRST.contains(&destination.port) || engine.gate.unread.passes(host, None);
    let hello = engine.gate.patience;
    let patience = Patience { silence: if server_may_speak { SILENCE } else { hello }, hello, server_may_speak };
    let opening = opening::look(&mut socket, &mut buffer, patience).await;
    let offered = match &opening {
        Opening::Nothing => {
            engine.counters.unused_connects.fetch_add(1, Relaxed);
            return;
        }
        Opening::Tls(greeting) => greeting.hello.as_ref(),
        Opening::Other(hello) => hello.as_ref(),
        Opening::Http | Opening::Stalled => None,
    };
    let passes = engine.gate.unread.passes(host, offered.and_then(|hello| hello.server_name.as_deref()));
    let begun = |reason, hello: Option<&Hello>| TunnelRecord::new(&engine, &destination, reason, started, hello);
    match opening {
        _ if passes && !magic::is_own(host) => {
            let record = begun(TunnelReason::PassedThrough, offered);
            tunnel::run(&engine, &destination, Rewound { first: buffer.freeze(), rest: socket }, record).await;
        }
        Opening::Other(_) if magic::is_own(host) => magic::silence(&engine, &destination.authority).await,
        Opening::Other(hello) => {
            let record = begun(TunnelReason::NotHttp, hello.as_ref());
            tunnel::run(&engine, &destination, Rewound { first: buffer.freeze(), rest: socket }, record).await;
        }
        Opening::Tls(greeting) => {
            buffer.advance(greeting.length);
            secure(&engine, destination, *greeting, Rewound { first: buffer.freeze(), rest: socket }, started).await;
        }
        Opening::Http if magic::is_own(host) => {
            let client = Rewound { first: buffer.freeze(), rest: socket };
            magic::connection(engine, destination.authority, false, client).await;
        }
        Opening::Http => {
            let link = ClientLink { authority: destination.authority.clone(), ..ClientLink::default() };
            let client = Some(opened(&engine, link));
            let target = Target { host: destination.host, port: destination.port, tls: None, http2: false, tunnel: true };
            let via = Via { scheme: "http", authority: destination.authority, entry: engine.pool.entry(target), client };
            http1::client::serve(engine, via, Rewound { first: buffer.freeze(), rest: socket }).await;
        }
        Opening::Stalled => {
            let words = format!("the client began to speak and did not go on within {} seconds", hello.as_secs_f32());
            begun(TunnelReason::HandshakeEnded, None).failed(words);
        }
        Opening::Nothing => {}
    }
}

/// Serves HTTP inside TLS.
async fn secure(engine: &Arc<Engine>, destination: Destination, greeting: Greeting, client: Rewound, started: Timestamp) {
    let Greeting { accepted, hello, .. } = greeting;
    let server_name = accepted.client_hello().server_name().map(str::to_ascii_lowercase);
    let config = engine.acceptance.config(server_name.as_deref(), &destination.host);
    let handshake = StartHandshake::from_parts(accepted, client).into_stream(config);
    let (how, words) = match timeout(engine.gate.patience, handshake).await {
        Ok(Ok(stream)) => {
            engine.gate.unread.learn(destination.name(), Handshake::Done);
            return inside_tls(engine, destination, hello, server_name, stream).await;
        }
        Ok(Err(error)) => failed(&error),
        Err(_) => (None, format!("the client did not complete the TLS handshake within {} seconds", engine.gate.patience.as_secs_f32())),
    };
    let reason = match how {
        Some(Handshake::Refused) => TunnelReason::ClientRefusedCertificate,
        _ => TunnelReason::HandshakeEnded,
    };
    if let Some(how) = how {
        engine.gate.unread.learn(destination.name(), how);
    }
    TunnelRecord::new(engine, &destination, reason, started, hello.as_ref()).failed(words);
}

/// Serves HTTP on a TLS connection that stands.
async fn inside_tls(
    engine: &Arc<Engine>,
    destination: Destination,
    hello: Option<Hello>,
    server_name: Option<String>,
    stream: TlsStream<Rewound>,
) {
    if magic::is_own(destination.name()) && stream.get_ref().1.alpn_protocol() != Some(b"h2") {
        return magic::connection(Arc::clone(engine), destination.authority, true, stream).await;
    }
    let session = stream.get_ref().1;
    let http2 = session.alpn_protocol() == Some(b"h2");
    let link = ClientLink {
        id: String::new(),
        authority: destination.authority.clone(),
        tls_version: session.protocol_version().map(connector::version),
        cipher_suite: session.negotiated_cipher_suite().map(|suite| connector::iana(suite.suite())),
        protocol: session.alpn_protocol().map(|protocol| protocol.escape_ascii().to_string()),
        offered: hello.map(|hello| hello.offer()),
    };
    let client = Some(opened(engine, link));
    let tls = Some(server_name.unwrap_or_else(|| destination.name().to_owned()));
    let target = Target { host: destination.host, port: destination.port, tls, http2, tunnel: true };
    let via = Via { scheme: "https", authority: destination.authority, entry: engine.pool.entry(target), client };
    if http2 {
        let Some(stream) = begun(stream, engine.gate.patience).await else {
            engine.counters.unused_connects.fetch_add(1, Relaxed);
            return;
        };
        let via = Arc::new(via);
        let service = service_fn(|request| inside(Arc::clone(engine), Arc::clone(&via), request));
        // How a connection with a client ends is told by the exchanges on it.
        let _ = engine.http2.serve_connection(TokioIo::new(stream), service).await;
    } else {
        http1::client::serve(Arc::clone(engine), via, stream).await;
    }
}

/// Waits for the words with which a client begins HTTP/2 at once (RFC 9113 section 3.4): before them the library waits without end, and asks for no
/// sign of life. `None`: they did not come.
async fn begun<S: AsyncRead + Unpin>(mut stream: S, patience: Duration) -> Option<Rewound<S>> {
    let mut first = vec![0; PREFACE];
    let came = timeout(patience, stream.read_exact(&mut first)).await;
    matches!(came, Ok(Ok(_))).then(|| Rewound { first: first.into(), rest: stream })
}

/// Tells of a connection of a client that was taken over, before anything is exchanged on it. Answers its identifier.
fn opened(engine: &Engine, link: ClientLink) -> Arc<str> {
    let id = engine.gate.client_id();
    let link = ClientLink { id: id.to_string(), ..link };
    engine.submit(0, Event::Opened(Opened::Client(Box::new(link))), None);
    id
}

/// How a handshake with a client failed, and the words for it. Only an alert says that the certificate was the cause.
fn failed(error: &io::Error) -> (Option<Handshake>, String) {
    use AlertDescription as Alert;
    let left = || {
        let words = "the client left during the TLS handshake without saying why: it may not have accepted the certificate of the proxy, or \
            may only have connected in advance";
        (Some(Handshake::Left), words.to_owned())
    };
    match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        Some(rustls::Error::AlertReceived(
            alert @ (Alert::UnknownCA
            | Alert::CertificateUnknown
            | Alert::BadCertificate
            | Alert::UnsupportedCertificate
            | Alert::CertificateExpired
            | Alert::CertificateRevoked
            | Alert::AccessDenied),
        )) => (Some(Handshake::Refused), format!("the client refused the certificate of the proxy with the TLS alert {alert:?}")),
        Some(rustls::Error::AlertReceived(Alert::CloseNotify | Alert::UserCanceled)) => left(),
        Some(rustls::Error::AlertReceived(alert)) => {
            (None, format!("the client ended the TLS handshake with the alert {alert:?}, which does not name the certificate"))
        }
        Some(error) => (None, format!("the client and the proxy did not agree on TLS: {error}")),
        None => left(),
    }
}

async fn inside(engine: Arc<Engine>, via: Arc<Via>, request: Request<Incoming>) -> Result<Response<Outgoing>, Infallible> {
    if magic::is_own_authority(&via.authority) {
        let head_only = request.method() == Method::HEAD;
        let answer = magic::answer(&engine, &via.authority, true, request).await;
        // The library sends what it is given, also where nothing may follow the head.
        return Ok(if head_only { answer.map(|_| Outgoing::from(Bytes::new())) } else { answer });
    }
    Ok(library::serve(&engine, &via, request.map(Source::Inner)).await)
}
