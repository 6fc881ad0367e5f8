//! A plain request to a host that passes unread: relayed on a connection of its own and recorded as a tunnel, by its bytes and times. What
//! it says is not kept; the head is read as far as relaying needs it.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, Uri, Version, header};
use http_body_util::BodyExt as _;
use http_body_util::combinators::BoxBody;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::destination::Destination;
use super::engine::Engine;
use super::failure::stage_of;
use super::tunnel::{self, TunnelRecord};
use crate::model::{FailureStage, TunnelReason};

/// How long a server may take to begin its answer: as long as where it is read.
const PATIENCE: Duration = Duration::from_secs(300);

/// Why there is no answer: the stage, and the words for it.
pub(super) type Failure = (FailureStage, String);
/// The body of an answer, for hudsucker.
pub(super) type Relayed = BoxBody<Bytes, hudsucker::Error>;

/// Relays a request in absolute form.
///
/// # Errors
/// The server cannot be reached, or gives no answer.
pub(super) async fn relay(
    engine: &Arc<Engine>,
    destination: &Destination,
    request: Request<hudsucker::Body>,
) -> Result<Response<Relayed>, Failure> {
    let mut record = TunnelRecord::new(engine, destination, TunnelReason::PassedThrough, engine.clock.now(), None);
    let (stream, address) = match engine.pool.connector.reach(&destination.host, destination.port).await {
        Ok(reached) => reached,
        Err(error) => {
            let failure = (error.stage(), error.to_string());
            record.failed(failure.1.clone());
            return Err(failure);
        }
    };
    record.reached(address);
    let (up, down) = record.counters();
    let metered = Metered { stream, up, down };
    let broken = |error: hyper::Error| stage_of(&error);
    let handshake = http1::Builder::new().preserve_header_case(true).max_headers(super::MOST_FIELDS).handshake(TokioIo::new(metered));
    let (mut sender, connection) = handshake.await.map_err(broken)?;
    let watching = Arc::clone(engine);
    engine.tasks.spawn(async move {
        // The record lives as long as the connection, and is handed in when that ends.
        tokio::select! {
            ended = connection => if let Err(error) = ended {
                record.failed(format!("the connection broke: {error}"));
            },
            why = tunnel::refusal(&watching) => record.failed(why),
        }
    });
    let request = onward(request, destination);
    let mut response = match timeout(PATIENCE, sender.send_request(request)).await {
        Ok(response) => response.map_err(broken)?,
        Err(_) => return Err((FailureStage::Timeout, format!("no answer within {} seconds", PATIENCE.as_secs()))),
    };
    strip(response.headers_mut());
    *response.version_mut() = Version::HTTP_11;
    Ok(response.map(|body| body.map_err(|error| hudsucker::Error::Io(io::Error::other(error))).boxed()))
}

/// The request as a server gets it: its path in the first line, one Host field, nothing that concerns this proxy, and one connection for it.
fn onward(request: Request<hudsucker::Body>, destination: &Destination) -> Request<hudsucker::Body> {
    let (mut parts, body) = request.into_parts();
    parts.uri = parts.uri.path_and_query().cloned().map_or_else(|| Uri::from_static("/"), Uri::from);
    parts.version = Version::HTTP_11;
    strip(&mut parts.headers);
    // The target wins over a Host field that differs (RFC 9112 section 3.2.2).
    if let Ok(host) = HeaderValue::from_str(&destination.authority) {
        parts.headers.insert(header::HOST, host);
    }
    parts.headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    Request::from_parts(parts, body)
}

/// Takes out the fields that concern one connection only (RFC 9110 section 7.6.1). Framing is kept right by the library.
fn strip(headers: &mut HeaderMap) {
    let values = headers.get_all(header::CONNECTION).into_iter();
    let tokens = values.flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    let mut names: Vec<HeaderName> = tokens.filter_map(|token| HeaderName::from_bytes(token.trim_ascii()).ok()).collect();
    names.extend([header::CONNECTION, header::UPGRADE, header::TE, header::PROXY_AUTHORIZATION, header::PROXY_AUTHENTICATE]);
    names.extend([HeaderName::from_static("keep-alive"), HeaderName::from_static("proxy-connection")]);
    // A list that names these would change where the message goes or where it ends.
    names.retain(|name| ![header::HOST, header::CONTENT_LENGTH, header::TRANSFER_ENCODING].contains(name));
    for name in names {
        headers.remove(name);
    }
}

/// A connection whose bytes are counted both ways.
struct Metered {
    stream: TcpStream,
    up: Arc<AtomicU64>,
    down: Arc<AtomicU64>,
}

impl AsyncRead for Metered {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
        self.down.fetch_add((buffer.filled().len() - before) as u64, Relaxed);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Metered {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write(cx, bytes))?;
        self.up.fetch_add(written as u64, Relaxed);
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
