//! One request on its way: recorded, sent on, answered, the answer recorded. The same path for whatever engine the request came through. It
//! never answers for a server: what it says itself is a page that is marked as such and is no recorded response.

use std::error::Error;
use std::fmt::Write as _;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode, Uri, Version, header, request};
use http_body::Body as _;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::ext::ReasonPhrase;
use tokio::time::timeout;

use super::body::{Outgoing, RequestTap, ResponseTap, Source, receipt};
use super::connector::DialError;
use super::engine::Engine;
use super::forwarding::{self, Onward};
use super::journal::{Duty, Journal};
use super::pages::{self, Reader};
use super::pool::{Entry, Lease};
use super::websocket;
use crate::model::{End, Event, FailureStage, HeadBytes, Headers};

/// How long a server may take from the last byte of a request to the head of its response. As long as browsers wait: pages poll for minutes.
const PATIENCE: Duration = Duration::from_secs(300);
/// How often a request is sent again after a kept connection turned out to be closed before anything was written.
const ATTEMPTS: usize = 4;

/// The way a request came and where it is to go.
pub(super) struct Via {
    /// `http` or `https`.
    pub(super) scheme: &'static str,
    /// Host and port that the client asked to be connected to.
    pub(super) authority: String,
    /// The connections to it.
    pub(super) entry: Arc<Entry>,
}

/// Why a request has no recorded answer.
pub(super) enum Failure {
    Dial(DialError),
    Broken(hyper::Error),
    NoHead,
    Odd(&'static str),
    Unkept,
}

impl Failure {
    /// Whether the connection was closed before a byte of an answer came.
    fn is_silence(&self) -> bool {
        matches!(self, Self::Broken(error) if error.is_incomplete_message())
    }

    /// The stage and the recorder's words.
    pub(super) fn told(&self) -> (FailureStage, String) {
        match self {
            Self::Dial(error) => (error.stage(), error.to_string()),
            Self::Broken(error) => stage_of(error),
            Self::NoHead => (FailureStage::Timeout, format!("no answer within {} seconds", PATIENCE.as_secs())),
            Self::Odd(words) => (FailureStage::Protocol, (*words).to_owned()),
            Self::Unkept => (FailureStage::Unknown, super::body::unkept().to_string()),
        }
    }
}

/// Sends a request on and answers what comes back, recording both.
pub(super) async fn serve(engine: &Arc<Engine>, via: &Via, request: Request<Source>) -> Response<Outgoing> {
    let (parts, body) = request.into_parts();
    let reader = Reader::of(&parts.headers);
    if parts.method == Method::CONNECT {
        engine.problem();
        return pages::not_inside(reader);
    }
    let host = host_of(&parts, via).to_owned();
    let head = Event::RequestHead {
        method: parts.method.as_str().to_owned(),
        url: url_of(via.scheme, &host, &parts.uri),
        version: version(parts.version).to_owned(),
        headers: fields(&parts.headers),
        bytes: HeadBytes::Parsed,
    };
    let duty = Journal::begin(engine, head, body.is_end_stream());
    let answer = if websocket::is_asked_for(&parts) {
        websocket::serve(engine, via, parts, body, &host, duty).await
    } else {
        forward(engine, via, parts, body, &host, duty).await
    };
    answer.unwrap_or_else(|(failure, duty)| {
        let (stage, cause) = failure.told();
        let page = pages::failed(reader, stage, &host, &cause);
        duty.end(End::Failed { stage, cause }, None);
        page
    })
}

async fn forward(
    engine: &Arc<Engine>,
    via: &Via,
    mut parts: request::Parts,
    body: Source,
    host: &str,
    duty: Duty,
) -> Result<Response<Outgoing>, (Failure, Duty)> {
    let (method, client) = (parts.method.clone(), parts.version);
    let mut lease = match engine.pool.lease(&via.entry).await {
        Ok(lease) => lease,
        Err(error) => return Err((Failure::Dial(error), duty)),
    };
    let http2 = lease.is_http2();
    let hint = body.size_hint();
    let unknown_length = !body.is_end_stream() && hint.exact().is_none() && !parts.headers.contains_key(header::CONTENT_LENGTH);
    duty.changes(forwarding::request(&mut parts, Onward { http2, upgrade: false, host, unknown_length }));
    address(&mut parts, http2, via.scheme, host);
    let mut again = Again::of(&parts, &body, &lease);
    let mut request = Request::from_parts(parts, RequestTap::new(body, duty.journal()));
    let mut attempt = 1;
    let response = loop {
        let (failure, unsent) = match sent(&mut lease, request, &duty).await {
            Ok(response) => break response,
            Err(failed) => failed,
        };
        let next = unsent.or_else(|| again.take().filter(|_| failure.is_silence()).map(|again| again.request(&duty)));
        let Some(next) = next.filter(|_| attempt < ATTEMPTS) else {
            duty.connection(lease.link.facts());
            return Err((failure, duty));
        };
        // The server closed the connection while it lay idle, so the request goes by another.
        attempt += 1;
        request = next;
        lease = match engine.pool.lease(&via.entry).await {
            Ok(lease) if lease.is_http2() == http2 => lease,
            Ok(_) => return Err((Failure::Odd("the server speaks another version of HTTP than a moment ago"), duty)),
            Err(error) => return Err((Failure::Dial(error), duty)),
        };
    };
    if response.status() == StatusCode::SWITCHING_PROTOCOLS {
        duty.connection(lease.link.facts());
        return Err((Failure::Odd("the server switched protocols without being asked to"), duty));
    }
    duty.connection(lease.link.facts());
    answer(duty, response, Some(lease), &method, client).await
}

/// A request that may be sent twice (RFC 9110 section 9.2.2): safe, without a body, on a kept connection, which the server may close at the
/// very moment at which it is used.
struct Again(request::Parts);

impl Again {
    fn of(parts: &request::Parts, body: &Source, lease: &Lease) -> Option<Self> {
        let may = parts.method.is_safe() && body.is_end_stream() && !lease.is_http2() && lease.reused;
        may.then(|| Self(parts.clone()))
    }

    fn request(self, duty: &Duty) -> Request<RequestTap> {
        Request::from_parts(self.0, RequestTap::new(Source::Empty, duty.journal()))
    }
}

type Unsent = (Failure, Option<Request<RequestTap>>);

/// Sends a request and waits for the head of its response, as long as the request itself still moves.
async fn sent(lease: &mut Lease, request: Request<RequestTap>, duty: &Duty) -> Result<Response<Incoming>, Unsent> {
    patient(lease.send(request), duty).await.map_err(|failure| match failure {
        Some(mut error) => {
            let request = error.take_message();
            (Failure::Broken(error.into_error()), request)
        }
        None => (Failure::NoHead, None),
    })
}

/// Waits for the head of a response; `None` once nothing moved for [`PATIENCE`].
pub(super) async fn patient<T, E>(response: impl Future<Output = Result<T, E>>, duty: &Duty) -> Result<T, Option<E>> {
    let mut response = std::pin::pin!(response);
    let mut patience = PATIENCE;
    loop {
        match timeout(patience, response.as_mut()).await {
            Ok(result) => return result.map_err(Some),
            Err(_) => {
                let waited = Duration::from_nanos(u64::try_from(duty.waiting_since()).unwrap_or(0));
                patience = PATIENCE.saturating_sub(waited);
                if patience.is_zero() {
                    return Err(None);
                }
            }
        }
    }
}

/// Records the head of a response and hands its body over to the tap.
pub(super) async fn answer(
    duty: Duty,
    mut response: Response<Incoming>,
    lease: Option<Lease>,
    method: &Method,
    client: Version,
) -> Result<Response<Outgoing>, (Failure, Duty)> {
    let head = response_head(&response);
    let framed = client == Version::HTTP_11;
    duty.changes(forwarding::response(response.headers_mut(), framed, false));
    duty.head(head);
    // The version of the answer is that of the client's connection; hyper writes it itself.
    *response.version_mut() = client;
    let (parts, mut body) = response.into_parts();
    let bodiless = *method == Method::HEAD
        || matches!(parts.status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED)
        || body.size_hint().exact() == Some(0);
    if !bodiless && !body.is_end_stream() {
        let tap = ResponseTap::new(body, duty, lease);
        return Ok(Response::from_parts(parts, Outgoing::Tap(Box::new(tap))));
    }
    // hyper never asks for the body of such a message, so its end is awaited here, and the head is what is kept back.
    while let Some(frame) = body.frame().await {
        match frame.map(http_body::Frame::into_trailers) {
            Ok(Ok(trailers)) => {
                duty.trailers(crate::model::Side::Response, fields(&trailers));
            }
            Ok(Err(_)) => {}
            Err(error) => return Err((Failure::Broken(error), duty)),
        }
    }
    if let Some(lease) = lease.filter(|_| duty.is_request_whole()) {
        lease.park();
    }
    let (receipt, record) = receipt();
    duty.end(End::Complete, Some(receipt));
    match record.await {
        Ok(()) => Ok(Response::from_parts(parts, Outgoing::Page(Full::default()))),
        Err(_) => {
            duty.engine().problem();
            Err((Failure::Unkept, duty))
        }
    }
}

/// The head of a response as an event.
pub(super) fn response_head<B>(response: &Response<B>) -> Event {
    let phrase = response.extensions().get::<ReasonPhrase>().map(|phrase| String::from_utf8_lossy(phrase.as_bytes()).into_owned());
    Event::ResponseHead {
        status: response.status().as_u16(),
        reason: phrase.unwrap_or_else(|| response.status().canonical_reason().unwrap_or_default().to_owned()),
        version: version(response.version()).to_owned(),
        headers: fields(response.headers()),
        bytes: HeadBytes::Parsed,
    }
}

/// Header fields as hyper gives them.
pub(super) fn fields(map: &HeaderMap) -> Headers {
    let bytes = map.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    let mut headers = Headers::with_capacity(map.len(), bytes);
    for (name, value) in map {
        headers.push(name.as_str().as_bytes(), value.as_bytes());
    }
    headers
}

fn version(version: Version) -> &'static str {
    match version {
        Version::HTTP_09 => "HTTP/0.9",
        Version::HTTP_10 => "HTTP/1.0",
        Version::HTTP_2 => "HTTP/2",
        Version::HTTP_3 => "HTTP/3",
        _ => "HTTP/1.1",
    }
}

/// Host and port as the request itself says (RFC 9112 section 3.3), else as the client asked to be connected to.
fn host_of<'a>(parts: &'a request::Parts, via: &'a Via) -> &'a str {
    let field = || parts.headers.get(header::HOST).and_then(|host| host.to_str().ok()).filter(|host| !host.is_empty());
    parts.uri.authority().map(http::uri::Authority::as_str).or_else(field).unwrap_or(&via.authority)
}

/// The absolute URL; the default port of the scheme is left out.
fn url_of(scheme: &str, host: &str, uri: &Uri) -> String {
    let port = if scheme == "https" { ":443" } else { ":80" };
    let path = uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
    let mut url = String::with_capacity(scheme.len() + host.len() + path.len() + 4);
    let slash = if path.starts_with('/') { "" } else { "/" };
    // Writing to a String does not fail.
    let _ = write!(url, "{scheme}://{}{slash}{path}", host.strip_suffix(port).unwrap_or(host));
    url
}

/// Addresses a request as the version needs it: absolute for HTTP/2, path and query for HTTP/1.1.
pub(super) fn address(parts: &mut request::Parts, http2: bool, scheme: &str, host: &str) {
    let path = parts.uri.path_and_query().cloned();
    parts.uri = if http2 {
        let path = path.as_ref().map_or("/", http::uri::PathAndQuery::as_str);
        Uri::builder().scheme(scheme).authority(host).path_and_query(path).build().unwrap_or_default()
    } else {
        path.map(Uri::from).unwrap_or_default()
    };
    parts.version = if http2 { Version::HTTP_2 } else { Version::HTTP_11 };
}

/// What an error in the middle of an exchange says about how far it came, found by walking its sources.
pub(super) fn stage_of(error: &(dyn Error + 'static)) -> (FailureStage, String) {
    let mut stage = FailureStage::Reset;
    let mut cause = String::new();
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(error) = error.downcast_ref::<hyper::Error>() {
            if error.is_parse() {
                stage = FailureStage::Protocol;
            } else if error.is_timeout() {
                stage = FailureStage::Timeout;
            }
        } else if let Some(error) = error.downcast_ref::<io::Error>() {
            stage = match error.kind() {
                io::ErrorKind::TimedOut => FailureStage::Timeout,
                io::ErrorKind::InvalidData if stage != FailureStage::Protocol => FailureStage::Protocol,
                _ => stage,
            };
        }
        let text = error.to_string();
        if !cause.ends_with(&text) {
            cause = if cause.is_empty() { text } else { format!("{cause}: {text}") };
        }
        next = error.source();
    }
    (stage, cause)
}

impl From<Bytes> for Outgoing {
    fn from(bytes: Bytes) -> Self {
        Self::Page(Full::new(bytes))
    }
}
