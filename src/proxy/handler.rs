//! What hudsucker calls: whoever may be served is; CONNECT is taken over, plain requests go the same way as all others, and nothing is left
//! for hudsucker's own client to dial.

use std::future::{Ready, ready};
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Method, Request, Response, Uri};
use http_body::{Frame, SizeHint};
use http_body_util::combinators::BoxBody;
use hudsucker::{Body, HttpContext, HttpHandler, RequestOrResponse};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio_util::sync::WaitForCancellationFutureOwned;

use super::admission::Verdict;
use super::body::{BoxError, Outgoing, Source};
use super::connector::Target;
use super::destination::Destination;
use super::engine::Engine;
use super::exchange::Via;
use super::magic;
use super::pages::{self, Reader};
use super::{connect, library, tunnel, unread};

/// hudsucker's side of the proxy.
#[derive(Clone)]
pub(super) struct Handler {
    engine: Arc<Engine>,
}

impl Handler {
    /// A handler for `engine`.
    pub(super) fn new(engine: Arc<Engine>) -> Self {
        Self { engine }
    }

    /// What a client is told before anything else. `None`: it may go on.
    fn turned_away(&self, client: IpAddr, request: &Request<Body>) -> Option<Response<Outgoing>> {
        let (engine, reader) = (&self.engine, Reader::of(request.headers()));
        if engine.tasks.stopping() {
            return Some(pages::stopped(reader));
        }
        match engine.gate.look(client, request.headers(), engine.clock.nanoseconds()) {
            Verdict::Served => {}
            Verdict::Asked => return Some(pages::who_are_you(reader)),
            Verdict::Later(seconds) => return Some(pages::later(reader, seconds)),
        }
        engine.refuses().map(|why| {
            engine.problem();
            pages::cannot_record(reader, &why)
        })
    }

    async fn answer(&self, client: IpAddr, mut request: Request<Body>) -> Response<Body> {
        let reader = Reader::of(request.headers());
        if let Some(page) = self.turned_away(client, &request) {
            return self.outward(page);
        }
        if request.method() == Method::CONNECT {
            return self.outward(self.connect(client, reader, &mut request));
        }
        if let Some(own) = request.uri().authority().filter(|authority| magic::is_own(authority.host())).cloned() {
            let plain = request.uri().scheme_str() == Some("http");
            return self.outward(magic::answer(&self.engine, own.as_str(), !plain, request).await);
        }
        let Some((scheme, destination)) = absolute(request.uri()) else {
            return self.outward(pages::not_a_proxy_request(reader));
        };
        if self.engine.gate.is_own(&destination) {
            self.engine.problem();
            return self.outward(pages::loops(reader));
        }
        if scheme == "http" && self.engine.gate.unread.passes(destination.name(), None) {
            return match self.stoppable(unread::relay(&self.engine, &destination, request)).await {
                Some(Ok(response)) => response.map(Body::from),
                Some(Err((stage, words))) => self.outward(pages::failed(reader, stage, &destination.host, &words)),
                None => self.outward(pages::stopped(reader)),
            };
        }
        let tls = (scheme == "https").then(|| destination.name().to_owned());
        let entry = self.engine.pool.entry(Target { host: destination.host, port: destination.port, tls, http2: false, tunnel: false });
        let via = Via { scheme, authority: destination.authority, entry, client: None };
        let answer = library::serve(&self.engine, &via, request.map(Source::Outer));
        let answer = self.stoppable(answer).await;
        self.outward(answer.unwrap_or_else(|| pages::stopped(reader)))
    }

    /// Begins to serve what comes after a CONNECT.
    fn connect(&self, client: IpAddr, reader: Reader, request: &mut Request<Body>) -> Response<Outgoing> {
        let engine = &self.engine;
        let Some(destination) = request.uri().authority().and_then(Destination::of) else {
            return pages::not_a_proxy_request(reader);
        };
        if engine.gate.is_own(&destination) {
            tunnel::refuse(engine, &destination, "this is the address of the recording proxy itself");
            return pages::loops(reader);
        }
        let Some(place) = engine.gate.place(client) else {
            tunnel::refuse(engine, &destination, "the client holds as many connections as it may");
            return pages::too_many(reader);
        };
        let upgrade = hyper::upgrade::on(request);
        engine.tasks.spawn(connect::take_over(Arc::clone(engine), destination, upgrade, place));
        Response::new(Outgoing::from(Bytes::new()))
    }

    /// Waits for `answer`, or for the stop.
    async fn stoppable<T>(&self, answer: impl Future<Output = T>) -> Option<T> {
        self.engine.tasks.signal().run_until_cancelled(answer).await
    }

    fn outward(&self, response: Response<Outgoing>) -> Response<Body> {
        let stop = self.engine.tasks.signal();
        response.map(|body| match body {
            // A page is whole already; only what still streams must be told of the stop.
            Outgoing::Page(full) => Body::from(full),
            tap => Body::from(BoxBody::new(Stoppable { body: Mutex::new(tap), stop: Box::pin(stop.clone().cancelled_owned()) })),
        })
    }
}

/// Where a request in absolute form goes.
fn absolute(uri: &Uri) -> Option<(&'static str, Destination)> {
    let (scheme, port) = match uri.scheme_str()? {
        "http" => ("http", 80),
        "https" => ("https", 443),
        _ => return None,
    };
    Some((scheme, Destination::of_absolute(uri.authority()?, port)?))
}

impl HttpHandler for Handler {
    async fn handle_request(&mut self, context: &HttpContext, request: Request<Body>) -> RequestOrResponse {
        // A client over version 4 on a socket of version 6 is the same client.
        RequestOrResponse::Response(self.answer(context.client_addr.ip().to_canonical(), request).await)
    }
}

/// A body on a connection whose task is hudsucker's: it ends with the proxy all the same.
struct Stoppable {
    /// In a lock only because the library wants to share it, which it never does.
    body: Mutex<Outgoing>,
    stop: Pin<Box<WaitForCancellationFutureOwned>>,
}

impl http_body::Body for Stoppable {
    type Data = Bytes;
    type Error = hudsucker::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, hudsucker::Error>>> {
        let this = self.get_mut();
        let broken = |error: BoxError| hudsucker::Error::Io(io::Error::other(error));
        if let Poll::Ready(frame) = Pin::new(this.body.get_mut().unwrap_or_else(PoisonError::into_inner)).poll_frame(cx) {
            return Poll::Ready(frame.map(|frame| frame.map_err(broken)));
        }
        match this.stop.as_mut().poll(cx) {
            Poll::Ready(()) => Poll::Ready(Some(Err(broken("the recording has been stopped".into())))),
            Poll::Pending => Poll::Pending,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.lock().unwrap_or_else(PoisonError::into_inner).is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.lock().unwrap_or_else(PoisonError::into_inner).size_hint()
    }
}

/// The connector of hudsucker's own client. Every request is answered by the handler, so it is never asked; if it were, it would refuse,
/// because what does not pass our own connector would not be recorded.
#[derive(Clone, Copy, Debug)]
pub(super) struct Undialled;

impl tower_service::Service<Uri> for Undialled {
    type Response = TokioIo<TcpStream>;
    type Error = io::Error;
    type Future = Ready<io::Result<TokioIo<TcpStream>>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        ready(Err(io::Error::other(format!("{uri} was not handed to the recorder, so it is not contacted"))))
    }
}
