//! The recording taps: bodies on their way through the proxy, each piece recorded before it passes. What is not recorded does not pass, and
//! the end of a response waits until the record is kept. A tap never blocks a thread: without room in the byte budget it is pending.

use std::error::Error;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use http_body_util::Full;
use hyper::body::Incoming;
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore, oneshot};

use super::engine::BUDGET;
use super::failure::stage_of;
use super::http1;
use super::journal::{Duty, Journal, Trailing};
use super::library::{frame, piece, poll_library};
use super::pool::{Lease, PlainLease};
use super::trailers::Place;
use crate::model::{End, Headers, Side};

/// Largest piece that is submitted at once: so several bodies share the budget.
const PIECE: usize = BUDGET / 4;

pub(super) type BoxError = Box<dyn Error + Send + Sync>;
type Waiting = Pin<Box<dyn Future<Output = Result<OwnedSemaphorePermit, AcquireError>> + Send + Sync>>;

/// What a body brings.
#[derive(Debug)]
pub(super) enum Piece {
    /// Bytes.
    Data(Bytes),
    /// Trailer fields. Nothing comes after them.
    Trailers(Headers),
}

pub(super) type Polled = Poll<Option<Result<Piece, BoxError>>>;

/// A request's body as it comes in.
pub(super) enum Source {
    /// By HTTP/1 on a connection that was taken over.
    Http1(http1::client::Upload),
    /// By HTTP/2 on a connection that was taken over.
    Inner(Incoming),
    /// On hudsucker's side.
    Outer(hudsucker::Body),
    /// None.
    Empty,
}

impl Source {
    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Polled {
        match self {
            Self::Http1(body) => body.poll_piece(cx).map_err(Into::into),
            Self::Inner(body) => poll_library(body, cx),
            Self::Outer(body) => poll_library(body, cx),
            Self::Empty => Poll::Ready(None),
        }
    }

    /// Whether nothing more is to come.
    pub(super) fn is_over(&self) -> bool {
        match self {
            Self::Http1(body) => body.is_over(),
            Self::Inner(body) => body.is_end_stream(),
            Self::Outer(body) => body.is_end_stream(),
            Self::Empty => true,
        }
    }

    /// How many bytes are to come, where that is known.
    pub(super) fn length(&self) -> Option<u64> {
        match self {
            Self::Http1(body) => body.left(),
            Self::Inner(body) => body.size_hint().exact(),
            Self::Outer(body) => body.size_hint().exact(),
            Self::Empty => Some(0),
        }
    }
}

/// A response's body as it comes in.
pub(super) enum Download {
    /// By HTTP/1.
    Http1(Box<http1::origin::Download>),
    /// By HTTP/2, with the right to the connection.
    Http2(Incoming, Lease),
    /// By HTTP/1 through a library, with the connection.
    Plain(Incoming, PlainLease),
}

impl Download {
    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Polled {
        match self {
            Self::Http1(body) => body.poll_piece(cx).map_err(Into::into),
            Self::Http2(body, _) | Self::Plain(body, _) => poll_library(body, cx),
        }
    }

    /// Whether nothing more is to come.
    pub(super) fn is_over(&self) -> bool {
        match self {
            Self::Http1(body) => body.is_over(),
            Self::Http2(body, _) | Self::Plain(body, _) => body.is_end_stream(),
        }
    }

    /// How many bytes are to come, where that is known.
    pub(super) fn length(&self) -> Option<u64> {
        match self {
            Self::Http1(body) => body.left(),
            Self::Http2(body, _) | Self::Plain(body, _) => body.size_hint().exact(),
        }
    }

    /// The next piece, waited for.
    pub(super) async fn piece(&mut self) -> Option<Result<Piece, BoxError>> {
        std::future::poll_fn(|cx| self.poll_piece(cx)).await
    }

    /// Gives the connection back, if it can serve another exchange.
    pub(super) fn park(self) {
        match self {
            Self::Http1(body) => body.park(),
            Self::Http2(_, lease) => drop(lease),
            Self::Plain(_, lease) => lease.park(),
        }
    }
}

/// Takes room in the byte budget.
struct Gate {
    budget: Arc<Semaphore>,
    waiting: Option<Waiting>,
    /// What waits for room, or for the piece before it.
    rest: Bytes,
}

impl Gate {
    fn new(budget: Arc<Semaphore>) -> Self {
        Self { budget, waiting: None, rest: Bytes::new() }
    }

    /// The next piece of what waits, with room for it. Call it only while something waits.
    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Result<(Bytes, OwnedSemaphorePermit), BoxError>> {
        let length = self.rest.len().min(PIECE);
        // A piece is far below 4 GiB.
        let permits = length as u32;
        let permit = if let Some(waiting) = &mut self.waiting {
            let permit = ready!(waiting.as_mut().poll(cx));
            self.waiting = None;
            permit?
        } else if let Ok(permit) = Arc::clone(&self.budget).try_acquire_many_owned(permits) {
            permit
        } else {
            let mut waiting: Waiting = Box::pin(Arc::clone(&self.budget).acquire_many_owned(permits));
            match waiting.as_mut().poll(cx) {
                Poll::Ready(permit) => permit?,
                Poll::Pending => {
                    self.waiting = Some(waiting);
                    return Poll::Pending;
                }
            }
        };
        Poll::Ready(Ok((self.rest.split_to(length), permit)))
    }
}

/// The end of an exchange came before the end of its request.
fn too_late() -> BoxError {
    io::Error::other("the exchange has ended; what would still come would not be recorded").into()
}

/// A request's body on its way to the server.
pub(super) struct RequestTap {
    source: Source,
    journal: Arc<Journal>,
    gate: Gate,
    whole: bool,
    /// What the message to the server has for trailer fields.
    place: Place,
}

impl RequestTap {
    /// Records `source` into `journal`. `place`: what the message to the server has for trailer fields.
    pub(super) fn new(source: Source, journal: &Arc<Journal>, place: Place) -> Self {
        let whole = source.is_over();
        if whole {
            journal.request_whole();
        }
        Self { source, journal: Arc::clone(journal), gate: Gate::new(Arc::clone(&journal.engine().budget)), whole, place }
    }

    fn end(&mut self) {
        self.whole = true;
        self.journal.request_whole();
    }

    /// Whether nothing more is to come.
    pub(super) fn is_over(&self) -> bool {
        let over = self.gate.rest.is_empty() && (self.whole || self.source.is_over());
        // Whoever hears this asks no more.
        if over {
            self.journal.request_whole();
        }
        over
    }

    /// How many bytes are to come, where that is known.
    pub(super) fn length(&self) -> Option<u64> {
        self.source.length().map(|length| length + self.gate.rest.len() as u64)
    }

    /// The next piece, recorded. `None`: the body is over.
    pub(super) fn poll_piece(&mut self, cx: &mut Context<'_>) -> Polled {
        loop {
            if !self.gate.rest.is_empty() {
                let (piece, permit) = ready!(self.gate.poll_piece(cx))?;
                if !self.journal.bytes(Side::Request, piece.clone(), permit) {
                    return Poll::Ready(Some(Err(too_late())));
                }
                // Nobody asks again after the last byte of a body whose length is known.
                if self.gate.rest.is_empty() && self.source.is_over() {
                    self.end();
                } else if self.length() == Some(0) {
                    // By HTTP/2 the end, or trailer fields, may come later than the last byte that was announced, and later than the answer.
                    self.journal.request_whole();
                }
                return Poll::Ready(Some(Ok(Piece::Data(piece))));
            }
            if self.whole {
                return Poll::Ready(None);
            }
            match ready!(self.source.poll_piece(cx)) {
                Some(Ok(Piece::Data(data))) => self.gate.rest = data,
                Some(Ok(Piece::Trailers(fields))) => {
                    let trailing = self.journal.trailers(Side::Request, fields.clone(), &self.place);
                    if trailing == Trailing::TooLate {
                        return Poll::Ready(Some(Err(too_late())));
                    }
                    self.end();
                    return Poll::Ready((trailing == Trailing::Passes).then_some(Ok(Piece::Trailers(fields))));
                }
                Some(Err(error)) => {
                    self.journal.client_left();
                    return Poll::Ready(Some(Err(error)));
                }
                None => self.end(),
            }
        }
    }
}

impl Body for RequestTap {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        self.get_mut().poll_piece(cx).map_ok(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.is_over()
    }

    fn size_hint(&self) -> SizeHint {
        self.length().map_or_else(SizeHint::new, SizeHint::with_exact)
    }
}

/// A response's body on its way to the client.
pub(super) struct ResponseTap {
    source: Option<Download>,
    duty: Duty,
    gate: Gate,
    /// Bytes still to come, where they are announced.
    left: Option<u64>,
    /// The last piece, kept back until the record is kept.
    held: Option<Bytes>,
    trailers: Option<Headers>,
    /// What the message to the client has for trailer fields.
    place: Place,
    stage: Stage,
}

enum Stage {
    /// Pieces pass.
    Passing,
    /// The end was submitted; the receipt has not come.
    Waiting(oneshot::Receiver<()>),
    /// The receipt came; what was held back passes.
    Releasing,
    /// Nothing more passes.
    Over,
}

/// A receipt, and what resolves once it was called. Dropped uncalled, it resolves to an error.
pub(super) fn receipt() -> (crate::model::Receipt, oneshot::Receiver<()>) {
    let (kept, record) = oneshot::channel();
    let receipt = Box::new(move || {
        let _ = kept.send(());
    });
    (receipt, record)
}

/// The record could not be kept: the client must not believe that it has everything.
pub(super) fn unkept() -> io::Error {
    io::Error::other("the record of this response could not be kept")
}

impl ResponseTap {
    /// Records `source` and then does `duty`. Its connection is kept for the next exchange if this one ends well. `place`: what the message to the
    /// client has for trailer fields.
    pub(super) fn new(source: Download, duty: Duty, place: Place) -> Self {
        let left = source.length();
        let gate = Gate::new(Arc::clone(&duty.engine().budget));
        Self { source: Some(source), duty, gate, left, held: None, trailers: None, place, stage: Stage::Passing }
    }

    /// The server's part is over: gives its connection back and submits the end.
    fn finish(&mut self) {
        if let Some(source) = self.source.take()
            && self.duty.is_request_whole()
        {
            source.park();
        }
        let (receipt, record) = receipt();
        self.duty.end(End::Complete, Some(receipt));
        self.stage = Stage::Waiting(record);
    }

    fn fail(&mut self, error: BoxError) -> Polled {
        let (stage, cause) = stage_of(error.as_ref());
        self.duty.end(End::Failed { stage, cause }, None);
        self.source = None;
        self.stage = Stage::Over;
        Poll::Ready(Some(Err(error)))
    }

    /// Whether the server has nothing more to send.
    fn is_source_over(&self) -> bool {
        self.source.as_ref().is_none_or(Download::is_over)
    }

    /// Records one piece; answers it if it may pass now, and keeps it back if it is the last.
    fn pass(&mut self, piece: Bytes, permit: OwnedSemaphorePermit) -> Option<Result<Bytes, BoxError>> {
        if !self.duty.bytes(Side::Response, piece.clone(), permit) {
            return Some(Err(too_late()));
        }
        self.left = self.left.map(|left| left.saturating_sub(piece.len() as u64));
        if self.gate.rest.is_empty() && (self.left == Some(0) || self.is_source_over()) {
            self.held = Some(piece);
            return None;
        }
        Some(Ok(piece))
    }

    /// Whether all that is left to wait for is the record: the rest follows at once.
    pub(super) fn is_waiting(&self) -> bool {
        matches!(self.stage, Stage::Waiting(_) | Stage::Releasing)
    }

    /// How many bytes are to come, where that is known.
    fn length(&self) -> Option<u64> {
        let source = self.source.as_ref().map_or(Some(0), Download::length)?;
        Some(source + (self.gate.rest.len() + self.held.as_ref().map_or(0, Bytes::len)) as u64)
    }

    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Polled {
        loop {
            match &mut self.stage {
                Stage::Passing if !self.gate.rest.is_empty() => {
                    let (piece, permit) = ready!(self.gate.poll_piece(cx))?;
                    match self.pass(piece, permit) {
                        Some(Ok(piece)) => return Poll::Ready(Some(Ok(Piece::Data(piece)))),
                        Some(Err(error)) => return self.fail(error),
                        None => {}
                    }
                }
                Stage::Passing => {
                    let next = match &mut self.source {
                        Some(source) => ready!(source.poll_piece(cx)),
                        None => None,
                    };
                    match next {
                        Some(Ok(Piece::Data(data))) => {
                            self.gate.rest = data;
                            // More than was announced: what was held back goes first.
                            if let Some(held) = self.held.take() {
                                return Poll::Ready(Some(Ok(Piece::Data(held))));
                            }
                        }
                        Some(Ok(Piece::Trailers(fields))) => {
                            let trailing = self.duty.trailers(Side::Response, fields.clone(), &self.place);
                            self.trailers = (trailing == Trailing::Passes).then_some(fields);
                            self.finish();
                        }
                        Some(Err(error)) => return self.fail(error),
                        None => self.finish(),
                    }
                }
                Stage::Waiting(record) => match ready!(Pin::new(record).poll(cx)) {
                    Ok(()) => self.stage = Stage::Releasing,
                    Err(_) => {
                        self.stage = Stage::Over;
                        self.held = None;
                        self.duty.engine().problem();
                        return Poll::Ready(Some(Err(unkept().into())));
                    }
                },
                Stage::Releasing => {
                    if let Some(held) = self.held.take() {
                        if self.trailers.is_none() {
                            self.stage = Stage::Over;
                        }
                        return Poll::Ready(Some(Ok(Piece::Data(held))));
                    }
                    self.stage = Stage::Over;
                    return Poll::Ready(self.trailers.take().map(|fields| Ok(Piece::Trailers(fields))));
                }
                Stage::Over => return Poll::Ready(None),
            }
        }
    }
}

/// What the proxy answers with.
pub(super) enum Outgoing {
    /// A page of our own, or nothing.
    Page(Full<Bytes>),
    /// A recorded response.
    Tap(Box<ResponseTap>),
}

impl Outgoing {
    /// How many bytes are to come, where that is known.
    pub(super) fn length(&self) -> Option<u64> {
        match self {
            Self::Page(body) => body.size_hint().exact(),
            Self::Tap(tap) => tap.length(),
        }
    }

    /// The next piece. `None`: the body is over.
    pub(super) fn poll_piece(&mut self, cx: &mut Context<'_>) -> Polled {
        match self {
            Self::Page(body) => Pin::new(body).poll_frame(cx).map(|frame| frame.and_then(|frame| frame.ok().and_then(piece).map(Ok))),
            Self::Tap(tap) => tap.poll_piece(cx),
        }
    }

    /// Whether the rest is there, or follows as soon as the record is kept.
    pub(super) fn is_at_hand(&self) -> bool {
        match self {
            Self::Page(_) => true,
            Self::Tap(tap) => tap.is_waiting(),
        }
    }
}

impl Body for Outgoing {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        self.get_mut().poll_piece(cx).map_ok(frame)
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Page(body) => body.is_end_stream(),
            Self::Tap(tap) => matches!(tap.stage, Stage::Over),
        }
    }

    fn size_hint(&self) -> SizeHint {
        self.length().map_or_else(SizeHint::new, SizeHint::with_exact)
    }
}
