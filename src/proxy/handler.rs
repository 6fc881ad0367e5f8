//! What hudsucker calls: CONNECT is taken over, plain requests go the same way as all others, and nothing is left for hudsucker's own client
//! to dial.

use std::future::{Ready, ready};
use std::io;
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

use super::body::{BoxError, Outgoing, Source};
use super::connect::{self, Destination};
use super::connector::Target;
use super::engine::Engine;
use super::exchange::Via;
use super::library;
use super::pages::{self, Reader};

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

    async fn answer(&self, mut request: Request<Body>) -> Response<Outgoing> {
        let reader = Reader::of(request.headers());
        if self.engine.tasks.stopping() {
            return pages::stopped(reader);
        }
        if request.method() == Method::CONNECT {
            let Some(destination) = request.uri().authority().and_then(Destination::of) else {
                return pages::not_a_proxy_request(reader);
            };
            let upgrade = hyper::upgrade::on(&mut request);
            self.engine.tasks.spawn(connect::take_over(Arc::clone(&self.engine), destination, upgrade));
            return Response::new(Outgoing::from(Bytes::new()));
        }
        let Some(via) = self.via(request.uri()) else {
            return pages::not_a_proxy_request(reader);
        };
        let answer = library::serve(&self.engine, &via, request.map(Source::Outer));
        tokio::select! {
            answer = answer => answer,
            () = self.engine.tasks.signal().cancelled() => pages::stopped(reader),
        }
    }

    /// Where a request in absolute form goes.
    fn via(&self, uri: &Uri) -> Option<Via> {
        let scheme = match uri.scheme_str()? {
            "http" => "http",
            "https" => "https",
            _ => return None,
        };
        let authority = uri.authority()?;
        let default = if scheme == "https" { 443 } else { 80 };
        let port = if authority.port().is_some() { authority.port_u16()? } else { default };
        let host = connect::bare(authority.host());
        let tls = (scheme == "https").then(|| host.clone());
        let entry = self.engine.pool.entry(Target { host, port, tls, http2: false });
        Some(Via { scheme, authority: authority.as_str().to_owned(), entry })
    }
}

impl HttpHandler for Handler {
    async fn handle_request(&mut self, _: &HttpContext, request: Request<Body>) -> RequestOrResponse {
        let response = self.answer(request).await;
        let stop = self.engine.tasks.signal();
        RequestOrResponse::Response(response.map(|body| match body {
            // A page is whole already; only what still streams must be told of the stop.
            Outgoing::Page(full) => Body::from(full),
            tap => Body::from(BoxBody::new(Stoppable { body: Mutex::new(tap), stop: Box::pin(stop.clone().cancelled_owned()) })),
        }))
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
