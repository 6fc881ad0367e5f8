//! Requests that come or go through an HTTP library: HTTP/2 on both sides, and plain requests on hudsucker's side. It turns the library's words
//! into ours and back; what the library keeps from us (bytes of heads, order across names) the record does not claim.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, Uri, Version, header};
use http_body::{Body, Frame};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::ext::ReasonPhrase;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;

use super::body::{BoxError, Download, Outgoing, Piece, Polled, RequestTap, Source};
use super::engine::Engine;
use super::exchange::{self, Answer, Asked, Client, PATIENCE, Target, Via};
use super::failure::Failure;
use super::forwarding::{self, Onward};
use super::journal::Duty;
use super::onward;
use super::pages::{self, Reader};
use super::pool::{Lease, PlainLease};
use super::target::Meant;
use super::trailers::{self, Framed, Place};
use super::upstream;
use super::websocket;
use crate::model::{Event, HeadBytes};

/// What a library keeps beside a request and needs again to send it on as it came.
pub(super) struct Kept {
    extensions: http::Extensions,
    upgrade: OnUpgrade,
}

/// Serves a request that a library's server read.
pub(super) async fn serve(engine: &Arc<Engine>, via: &Via, mut request: Request<Source>) -> Response<Outgoing> {
    // A name and password in front of the host have no place there (RFC 9113 section 8.3.1), and none in a record.
    let names_user = |host: &[u8]| host.contains(&b'@');
    if request.uri().authority().is_some_and(|authority| names_user(authority.as_str().as_bytes()))
        || request.headers().get_all(header::HOST).iter().any(|host| names_user(host.as_bytes()))
    {
        engine.problem();
        let page = Answer::from(pages::unreadable(StatusCode::BAD_REQUEST, "the host of the request holds user information"));
        return answer_of(Answer { bodiless: request.method() == Method::HEAD, ..page }, request.version());
    }
    let plain = matches!(request.body(), Source::Outer(_));
    let upgrade = plain.then(|| hyper::upgrade::on(&mut request));
    let (parts, body) = request.into_parts();
    let reader = Reader::of(&parts.headers);
    let asked = Asked {
        method: parts.method.as_str().to_owned(),
        target: Target::Read(parts.uri),
        version: version(parts.version),
        fields: forwarding::fields(&parts.headers),
        bytes: HeadBytes::Parsed,
        body,
        interim: None,
        kept: upgrade.map(|upgrade| Kept { extensions: parts.extensions, upgrade }),
    };
    let mut answer = exchange::pass_on(engine, via, asked, reader).await;
    let switched = answer.switched.take();
    let response = answer_of(answer, parts.version);
    if let Some(switched) = switched {
        websocket::detach(engine, switched);
    }
    response
}

fn answer_of(answer: Answer, version: Version) -> Response<Outgoing> {
    // Over HTTP/2 the library sends what it is given, also where nothing may follow the head (RFC 9110 section 9.3.2).
    let body = if answer.bodiless { Outgoing::from(Bytes::new()) } else { answer.body };
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::BAD_GATEWAY);
    *response.version_mut() = version;
    *response.headers_mut() = forwarding::map(&answer.fields);
    if let Some(extensions) = answer.kept {
        *response.extensions_mut() = extensions;
    } else if response.status().canonical_reason() != Some(&answer.reason)
        && let Ok(reason) = ReasonPhrase::try_from(answer.reason.into_bytes())
    {
        response.extensions_mut().insert(reason);
    }
    response
}

/// A version as the record writes it.
pub(super) fn version(version: Version) -> &'static str {
    match version {
        Version::HTTP_09 => "HTTP/0.9",
        Version::HTTP_10 => "HTTP/1.0",
        Version::HTTP_2 => "HTTP/2",
        Version::HTTP_3 => "HTTP/3",
        _ => "HTTP/1.1",
    }
}

/// The head of a library's response as an event.
fn event<B>(response: &Response<B>) -> Event {
    Event::ResponseHead {
        status: response.status().as_u16(),
        reason: reason(response),
        version: version(response.version()).to_owned(),
        headers: forwarding::fields(response.headers()),
        bytes: HeadBytes::Parsed,
    }
}

fn reason<B>(response: &Response<B>) -> String {
    let phrase = response.extensions().get::<ReasonPhrase>().map(|phrase| String::from_utf8_lossy(phrase.as_bytes()).into_owned());
    phrase.unwrap_or_else(|| response.status().canonical_reason().unwrap_or_default().to_owned())
}

/// Sends a request on over HTTP/2.
pub(super) async fn over_http2(
    engine: &Arc<Engine>,
    via: &Via,
    asked: Asked,
    meant: &Meant,
    mut lease: Lease,
    duty: Duty,
) -> Result<Answer, (Failure, Duty)> {
    let onward = Onward { http2: true, upgrade: false, host: &meant.host, absolute: false, unknown_length: false, no_body: false };
    let (fields, changes) = forwarding::request(&asked.fields, onward);
    duty.changes(changes);
    let uri = Uri::builder().scheme(via.scheme).authority(meant.host.as_str()).path_and_query(meant.target.as_str()).build();
    let (Ok(uri), Ok(method)) = (uri, Method::from_bytes(asked.method.as_bytes())) else {
        return Err((Failure::Odd("the request cannot be written in HTTP/2"), duty));
    };
    let mut request = Request::new(RequestTap::new(asked.body, duty.journal(), Place::Any));
    (*request.uri_mut(), *request.method_mut(), *request.version_mut()) = (uri, method, Version::HTTP_2);
    *request.headers_mut() = forwarding::map(&fields);
    let trailers = trailers::are_wanted(&asked.fields);
    let client = Client { version: asked.version, interim: None, method: asked.method, trailers };
    for attempt in 1.. {
        duty.ready(&lease.link);
        let sent = exchange::patient(lease.sender.try_send_request(request), &duty, PATIENCE).await;
        let mut error = match sent {
            Ok(Ok(response)) => {
                let (parts, body) = response.into_parts();
                let response = Response::from_parts(parts, ());
                return received(duty, response, Download::Http2(body, lease), &client).await;
            }
            Ok(Err(error)) => error,
            Err(failure) => return Err((failure, duty)),
        };
        // Given back, nothing of it was written: the server had closed the connection.
        match error.take_message().filter(|_| attempt < exchange::ATTEMPTS) {
            Some(unsent) => request = unsent,
            None => return Err((Failure::Broken(error.into_error().into()), duty)),
        }
        lease = match engine.pool.lease(&via.entry, true).await {
            Ok(super::pool::Channel::Http2(lease)) => lease,
            Ok(super::pool::Channel::Http1(_)) => {
                return Err((Failure::Odd("the server speaks another version of HTTP than a moment ago"), duty));
            }
            Err(error) => return Err((error.into(), duty)),
        };
    }
    unreachable!("the loop ends by returning")
}

async fn received(duty: Duty, response: Response<()>, body: Download, client: &Client) -> Result<Answer, (Failure, Duty)> {
    if response.status() == StatusCode::SWITCHING_PROTOCOLS {
        return Err((Failure::Odd("the server switched protocols without being asked to"), duty));
    }
    let (told, status) = (event(&response), (response.status().as_u16(), reason(&response)));
    let fields = forwarding::fields(response.headers());
    let mut answer = exchange::finish(duty, told, status, &fields, body, client).await?;
    answer.kept = (client.version != "HTTP/2").then(|| response.into_parts().0.extensions);
    Ok(answer)
}

/// Sends a request of hudsucker's side on with the same library, which alone knows the letter case of its fields.
pub(super) async fn over_http1(
    engine: &Arc<Engine>,
    via: &Via,
    mut asked: Asked,
    meant: &Meant,
    kept: Kept,
    duty: Duty,
) -> Result<Answer, (Failure, Duty)> {
    let upgrade = websocket::is_asked_for(&asked);
    let fields = onward::fields(&asked, meant, upgrade, &duty);
    let (Ok(uri), Ok(method)) = (meant.target.parse::<Uri>(), Method::from_bytes(asked.method.as_bytes())) else {
        return Err((Failure::Odd("the request cannot be written anew"), duty));
    };
    let repeatable = asked.body.is_over() && method.is_safe();
    let source = std::mem::replace(&mut asked.body, Source::Empty);
    let trailers = trailers::are_wanted(&asked.fields);
    let client = Client { version: asked.version, interim: None, method: asked.method, trailers };
    let build = |source| {
        let mut request = Request::new(RequestTap::new(source, duty.journal(), Place::by_library(&fields)));
        (*request.uri_mut(), *request.method_mut()) = (uri.clone(), method.clone());
        *request.headers_mut() = forwarding::map(&fields);
        *request.extensions_mut() = kept.extensions.clone();
        request
    };
    let mut request = build(source);
    for attempt in 1.. {
        let mut lease: PlainLease = match engine.pool.plain(&via.entry, !upgrade).await {
            Ok(lease) => lease,
            Err(error) => return Err((error.into(), duty)),
        };
        duty.ready(&lease.link);
        upstream::address(&mut request, &uri, &meant.host, lease.link.absolute());
        // The way of an exchange to its server is the same at every attempt, and so is the form of the target.
        if attempt == 1
            && let Target::Read(received) = &asked.target
        {
            onward::target(&received.to_string(), &request.uri().to_string(), &duty);
        }
        let patience = if lease.reused || via.scheme == "https" { PATIENCE } else { exchange::FIRST_PATIENCE };
        let mut error = match exchange::patient(lease.sender.try_send_request(request), &duty, patience).await {
            Ok(Ok(response)) if let Some(refusal) = upstream::refusal(lease.link.absolute(), response.status()) => {
                return Err((refusal.into(), duty));
            }
            Ok(Ok(response)) if upgrade && response.status() == StatusCode::SWITCHING_PROTOCOLS => {
                return switched(duty, response, kept.upgrade, lease).await;
            }
            Ok(Ok(response)) => {
                let (parts, body) = response.into_parts();
                // The library would speak the server's older version from then on, in which a body without a length has no end.
                lease.last = parts.version < Version::HTTP_11;
                return received(duty, Response::from_parts(parts, ()), Download::Plain(body, lease), &client).await;
            }
            Ok(Err(error)) => error,
            Err(failure) => return Err((failure, duty)),
        };
        let silent = error.error().is_incomplete_message() && lease.reused && repeatable;
        let again = error.take_message().or_else(|| silent.then(|| build(Source::Empty)));
        match again.filter(|_| attempt < exchange::ATTEMPTS) {
            Some(again) => request = again,
            None => return Err((Failure::Broken(error.into_error().into()), duty)),
        }
    }
    unreachable!("the loop ends by returning")
}

async fn switched(duty: Duty, mut response: Response<Incoming>, client: OnUpgrade, lease: PlainLease) -> Result<Answer, (Failure, Duty)> {
    let server = hyper::upgrade::on(&mut response);
    let told = event(&response);
    let fields = forwarding::fields(response.headers());
    let (onward, changes) = forwarding::response(&fields, Framed::Chunks, true);
    duty.changes(changes);
    duty.head(told);
    drop(lease);
    let server = match server.await {
        Ok(server) => server,
        Err(error) => return Err((Failure::Broken(error.into()), duty)),
    };
    let server = super::socket::Rewound { first: Bytes::new(), rest: super::socket::Socket::Upgraded(Box::new(TokioIo::new(server))) };
    let switched = exchange::Switched { duty, server, fields, client: Some(client) };
    let kept = Some(std::mem::take(response.extensions_mut()));
    let (status, reason) = (101, "Switching Protocols".to_owned());
    let body = Outgoing::Page(Full::default());
    Ok(Answer { status, reason, fields: onward, body, bodiless: true, switched: Some(Box::new(switched)), kept })
}

/// The frame of an HTTP library as a piece. `None`: a frame of another kind.
pub(super) fn piece(frame: Frame<Bytes>) -> Option<Piece> {
    match frame.into_data() {
        Ok(data) => Some(Piece::Data(data)),
        Err(frame) => frame.into_trailers().ok().map(|map| Piece::Trailers(forwarding::fields(&map))),
    }
}

/// The next piece of a library's body.
pub(super) fn poll_library<B>(body: &mut B, cx: &mut Context<'_>) -> Polled
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: Into<BoxError>,
{
    loop {
        match ready!(Pin::new(&mut *body).poll_frame(cx)) {
            Some(Ok(frame)) => {
                if let Some(piece) = piece(frame) {
                    return Poll::Ready(Some(Ok(piece)));
                }
            }
            Some(Err(error)) => return Poll::Ready(Some(Err(error.into()))),
            None => return Poll::Ready(None),
        }
    }
}

/// A piece as a frame of the library.
pub(super) fn frame(piece: Piece) -> Frame<Bytes> {
    match piece {
        Piece::Data(data) => Frame::data(data),
        Piece::Trailers(fields) => Frame::trailers(forwarding::map(&fields)),
    }
}
