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
use super::exchange::{fields, stage_of};
use super::journal::{Duty, Journal};
use super::pool::Lease;
use crate::model::{End, Side};

/// Largest piece that is submitted at once: so several bodies share the budget.
const PIECE: usize = BUDGET / 4;

pub(super) type BoxError = Box<dyn Error + Send + Sync>;
type Waiting = Pin<Box<dyn Future<Output = Result<OwnedSemaphorePermit, AcquireError>> + Send + Sync>>;

/// A request's body as it comes in.
pub(super) enum Source {
    /// On a connection that was taken over.
    Inner(Incoming),
    /// On hudsucker's side.
    Outer(hudsucker::Body),
    /// None, for a request that is sent once more.
    Empty,
}

impl Body for Source {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        match self.get_mut() {
            Self::Inner(body) => Pin::new(body).poll_frame(cx).map_err(Into::into),
            Self::Outer(body) => Pin::new(body).poll_frame(cx).map_err(Into::into),
            Self::Empty => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Inner(body) => body.is_end_stream(),
            Self::Outer(body) => body.is_end_stream(),
            Self::Empty => true,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Inner(body) => body.size_hint(),
            Self::Outer(body) => body.size_hint(),
            Self::Empty => SizeHint::with_exact(0),
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
}

impl RequestTap {
    /// Records `source` into `journal`.
    pub(super) fn new(source: Source, journal: &Arc<Journal>) -> Self {
        let whole = source.is_end_stream();
        Self { source, journal: Arc::clone(journal), gate: Gate::new(Arc::clone(&journal.engine().budget)), whole }
    }

    fn end(&mut self) {
        self.whole = true;
        self.journal.request_whole();
    }
}

impl Body for RequestTap {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let tap = self.get_mut();
        loop {
            if !tap.gate.rest.is_empty() {
                let (piece, permit) = ready!(tap.gate.poll_piece(cx))?;
                if !tap.journal.bytes(Side::Request, piece.clone(), permit) {
                    return Poll::Ready(Some(Err(too_late())));
                }
                // hyper does not ask again after the last byte of a body whose length it knows.
                if tap.gate.rest.is_empty() && tap.source.is_end_stream() {
                    tap.end();
                }
                return Poll::Ready(Some(Ok(Frame::data(piece))));
            }
            if tap.whole {
                return Poll::Ready(None);
            }
            match ready!(Pin::new(&mut tap.source).poll_frame(cx)) {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) if data.is_empty() => {}
                    Ok(data) => tap.gate.rest = data,
                    Err(frame) => {
                        let Ok(trailers) = frame.into_trailers() else { continue };
                        if !tap.journal.trailers(Side::Request, fields(&trailers)) {
                            return Poll::Ready(Some(Err(too_late())));
                        }
                        tap.end();
                        return Poll::Ready(Some(Ok(Frame::trailers(trailers))));
                    }
                },
                Some(Err(error)) => {
                    tap.journal.client_left();
                    return Poll::Ready(Some(Err(error)));
                }
                None => tap.end(),
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.gate.rest.is_empty() && (self.whole || self.source.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        with_held(self.source.size_hint(), self.gate.rest.len() as u64)
    }
}

fn with_held(hint: SizeHint, held: u64) -> SizeHint {
    if held == 0 {
        return hint;
    }
    let mut with = SizeHint::new();
    if let Some(upper) = hint.upper() {
        with.set_upper(upper + held);
    }
    with.set_lower(hint.lower() + held);
    with
}

/// A response's body on its way to the client.
pub(super) struct ResponseTap {
    source: Incoming,
    duty: Duty,
    gate: Gate,
    lease: Option<Lease>,
    /// Bytes still to come, where they are announced.
    left: Option<u64>,
    /// The last piece, kept back until the record is kept.
    held: Option<Bytes>,
    trailers: Option<http::HeaderMap>,
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
    /// Records `source` and then does `duty`. The connection of `lease` is kept for the next exchange if this one ends well.
    pub(super) fn new(source: Incoming, duty: Duty, lease: Option<Lease>) -> Self {
        let left = source.size_hint().exact();
        let gate = Gate::new(Arc::clone(&duty.engine().budget));
        Self { source, duty, gate, lease, left, held: None, trailers: None, stage: Stage::Passing }
    }

    /// The server's part is over: gives its connection back and submits the end.
    fn finish(&mut self) {
        if let Some(lease) = self.lease.take()
            && self.duty.is_request_whole()
        {
            lease.park();
        }
        let (receipt, record) = receipt();
        self.duty.end(End::Complete, Some(receipt));
        self.stage = Stage::Waiting(record);
    }

    fn fail(&mut self, error: BoxError) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let (stage, cause) = stage_of(error.as_ref());
        self.duty.end(End::Failed { stage, cause }, None);
        self.lease = None;
        self.stage = Stage::Over;
        Poll::Ready(Some(Err(error)))
    }

    /// Records one piece; answers it if it may pass now, and keeps it back if it is the last.
    fn pass(&mut self, piece: Bytes, permit: OwnedSemaphorePermit) -> Option<Result<Bytes, BoxError>> {
        if !self.duty.bytes(Side::Response, piece.clone(), permit) {
            return Some(Err(too_late()));
        }
        self.left = self.left.map(|left| left.saturating_sub(piece.len() as u64));
        if self.gate.rest.is_empty() && (self.left == Some(0) || self.source.is_end_stream()) {
            self.held = Some(piece);
            return None;
        }
        Some(Ok(piece))
    }
}

impl Body for ResponseTap {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let tap = self.get_mut();
        loop {
            match &mut tap.stage {
                Stage::Passing if !tap.gate.rest.is_empty() => {
                    let (piece, permit) = ready!(tap.gate.poll_piece(cx))?;
                    match tap.pass(piece, permit) {
                        Some(Ok(piece)) => return Poll::Ready(Some(Ok(Frame::data(piece)))),
                        Some(Err(error)) => return tap.fail(error),
                        None => {}
                    }
                }
                Stage::Passing => match ready!(Pin::new(&mut tap.source).poll_frame(cx)) {
                    Some(Ok(frame)) => match frame.into_data() {
                        Ok(data) if data.is_empty() => {}
                        Ok(data) => {
                            tap.gate.rest = data;
                            // More than was announced: hyper would refuse it before; what was held back goes first.
                            if let Some(held) = tap.held.take() {
                                return Poll::Ready(Some(Ok(Frame::data(held))));
                            }
                        }
                        Err(frame) => {
                            if let Ok(trailers) = frame.into_trailers() {
                                tap.duty.trailers(Side::Response, fields(&trailers));
                                tap.trailers = Some(trailers);
                            }
                        }
                    },
                    Some(Err(error)) => return tap.fail(error.into()),
                    None => tap.finish(),
                },
                Stage::Waiting(record) => match ready!(Pin::new(record).poll(cx)) {
                    Ok(()) => tap.stage = Stage::Releasing,
                    Err(_) => {
                        tap.stage = Stage::Over;
                        tap.held = None;
                        tap.duty.engine().problem();
                        return Poll::Ready(Some(Err(unkept().into())));
                    }
                },
                Stage::Releasing => {
                    if let Some(held) = tap.held.take() {
                        if tap.trailers.is_none() {
                            tap.stage = Stage::Over;
                        }
                        return Poll::Ready(Some(Ok(Frame::data(held))));
                    }
                    tap.stage = Stage::Over;
                    return Poll::Ready(tap.trailers.take().map(|trailers| Ok(Frame::trailers(trailers))));
                }
                Stage::Over => return Poll::Ready(None),
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self.stage, Stage::Over)
    }

    fn size_hint(&self) -> SizeHint {
        let held = self.gate.rest.len() + self.held.as_ref().map_or(0, Bytes::len);
        with_held(self.source.size_hint(), held as u64)
    }
}

/// What the proxy answers with.
pub(super) enum Outgoing {
    /// A page of our own, or nothing.
    Page(Full<Bytes>),
    /// A recorded response.
    Tap(Box<ResponseTap>),
}

impl Body for Outgoing {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        match self.get_mut() {
            Self::Page(body) => Pin::new(body).poll_frame(cx).map_err(|never| match never {}),
            Self::Tap(body) => Pin::new(body.as_mut()).poll_frame(cx),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Page(body) => body.is_end_stream(),
            Self::Tap(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Page(body) => body.size_hint(),
            Self::Tap(body) => body.size_hint(),
        }
    }
}
