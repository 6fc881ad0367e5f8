//! HTTP/1 with a client, inside a connection that was taken over: one request after the other, each handed on and answered. It never reads a
//! second request before the first is answered, and never answers what it could not read beyond saying so.

use std::error::Error;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::framing::{self, Decoder};
use super::peer::{Ending, Peer, Stream};
use super::writing::Writing;
use super::{NoAlert, NoHead, Reading, head};
use crate::model::Headers;
use crate::proxy::IDLE_CLIENT;
use crate::proxy::body::{Piece, Source};
use crate::proxy::engine::Engine;
use crate::proxy::exchange::{self, Answer, Asked, Target, Via};
use crate::proxy::pages::{self, Reader};
use crate::proxy::socket::Rewound;
use crate::proxy::websocket;

/// How long a client may take from the first byte of a head to its last.
const HEAD: Duration = Duration::from_secs(30);
/// What a client may send ahead of an answer, in bytes.
const AHEAD: usize = 64 * 1024;
/// How long, and how many bytes, a request that was answered before its end may still go on.
const LINGER: Duration = Duration::from_secs(2);
const LINGER_BYTES: usize = 1024 * 1024;

/// What is read of a connection, shared between the body of the request under way and whoever waits for the answer.
struct Shared {
    reading: Reading<Peer>,
    /// The framing of the request under way.
    body: Decoder,
    /// Whoever waits to hear that the client left, once the body is over.
    waiting: Option<Waker>,
    /// Nobody reads the rest of the body any more.
    abandoned: bool,
}

type Common = Arc<Mutex<Shared>>;

fn lock(shared: &Common) -> MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The body of a request as it comes in.
pub(in crate::proxy) struct Upload(Common);

impl Upload {
    /// The next piece. `None`: it is over.
    pub(in crate::proxy) fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Option<io::Result<Piece>>> {
        let mut guard = lock(&self.0);
        let shared = &mut *guard;
        let piece = shared.reading.poll_piece(&mut shared.body, cx);
        if shared.body.is_over()
            && let Some(waiting) = shared.waiting.take()
        {
            waiting.wake();
        }
        piece
    }

    /// Whether nothing more is to come.
    pub(in crate::proxy) fn is_over(&self) -> bool {
        lock(&self.0).body.is_over()
    }

    /// How many bytes are to come, where that is known.
    pub(in crate::proxy) fn left(&self) -> Option<u64> {
        lock(&self.0).body.left()
    }
}

impl Drop for Upload {
    /// From here on somebody else has to hear that the client left.
    fn drop(&mut self) {
        let mut shared = lock(&self.0);
        shared.abandoned = true;
        if let Some(waiting) = shared.waiting.take() {
            waiting.wake();
        }
    }
}

/// Takes what the client still sends and throws it away, for a while: closing before would make its system forget the answer (RFC 9112 section
/// 9.6).
async fn linger(shared: &Common) {
    let mut left = LINGER_BYTES;
    let gone = std::future::poll_fn(|cx| {
        let mut guard = lock(shared);
        loop {
            match guard.reading.poll_fill(cx) {
                Poll::Ready(Ok(read)) if read > 0 && read < left => left -= read,
                Poll::Ready(_) => return Poll::Ready(()),
                Poll::Pending => return Poll::Pending,
            }
            guard.reading.buffer.clear();
        }
    });
    let _ = timeout(LINGER, gone).await;
}

/// Ready once the client has left. What it sends ahead meanwhile is kept.
fn poll_left(shared: &Common, cx: &mut Context<'_>) -> Poll<()> {
    let mut guard = lock(shared);
    if !guard.body.is_over() && !guard.abandoned {
        // Two readers of one connection would take each other's wake-ups: the body reads until it is over.
        guard.waiting = Some(cx.waker().clone());
        return Poll::Pending;
    }
    while guard.reading.buffer.len() < AHEAD {
        match guard.reading.poll_fill(cx) {
            Poll::Ready(Ok(0) | Err(_)) => return Poll::Ready(()),
            Poll::Ready(Ok(_)) => {}
            Poll::Pending => return Poll::Pending,
        }
    }
    Poll::Pending
}

/// The client takes nothing more, or must see that something is missing.
struct Gone;

/// Serves a client until it leaves, or switches to another protocol.
pub(in crate::proxy) async fn serve(engine: Arc<Engine>, via: Via, stream: impl Stream + 'static) {
    let peer = Peer::new(stream);
    let ending = Ending::of(&peer);
    let body = Decoder::new(framing::Framing::Length(0), false);
    let shared = Arc::new(Mutex::new(Shared { reading: Reading::new(peer.clone(), Bytes::new()), body, waiting: None, abandoned: false }));
    let mut writing = Writing::new(peer.clone());
    let (interim, mut heads) = mpsc::unbounded_channel();
    loop {
        let request = match next(&shared).await {
            Ok(Some(request)) => request,
            Ok(None) => return writing.shut().await,
            Err((status, words)) => {
                engine.problem();
                let page = Answer::from(pages::unreadable(status, words));
                let _ = write_answer(&peer, &shared, &mut writing, page, false).await;
                return writing.shut().await;
            }
        };
        let old = request.minor == 0;
        let closes = old || says_close(&request.fields);
        let reader = Reader::of_fields(&request.fields);
        let asked = Asked {
            target: Target::Written(request.target),
            method: request.method,
            version: if old { "HTTP/1.0" } else { "HTTP/1.1" },
            fields: request.fields,
            bytes: request.bytes,
            body: if lock(&shared).body.is_over() { Source::Empty } else { Source::Http1(Upload(Arc::clone(&shared))) },
            interim: (!old).then(|| interim.clone()),
            kept: None,
        };
        let answer = {
            let mut answering = std::pin::pin!(exchange::pass_on(&engine, &via, asked, reader));
            loop {
                tokio::select! {
                    biased;
                    answer = &mut answering => break answer,
                    Some(head) = heads.recv() => {
                        let head: Bytes = head;
                        writing.pending().extend_from_slice(&head);
                        if writing.flush().await.is_err() {
                            return;
                        }
                    }
                    () = std::future::poll_fn(|cx| poll_left(&shared, cx)) => return,
                }
            }
        };
        // The last of them may have come together with the answer.
        while let Ok(head) = heads.try_recv() {
            writing.pending().extend_from_slice(&head);
        }
        let mut answer = answer;
        if let Some(switched) = answer.switched.take() {
            write_head(&mut writing, &answer);
            if writing.flush().await.is_err() {
                return;
            }
            drop(interim);
            let Some(shared) = Arc::into_inner(shared) else { return };
            let Shared { reading, .. } = shared.into_inner().unwrap_or_else(PoisonError::into_inner);
            let (rest, first) = reading.into_parts();
            ending.handed_on();
            return websocket::run(switched, Rewound { first, rest }).await;
        }
        let Ok(lasts) = write_answer(&peer, &shared, &mut writing, answer, old).await else { return };
        let unread = !lock(&shared).body.is_over();
        if closes || !lasts || unread {
            writing.shut().await;
            if unread {
                linger(&shared).await;
            }
            return;
        }
    }
}

/// Reads the head of the next request. `None`: the client is done.
async fn next(shared: &Common) -> Result<Option<head::RequestHead>, (StatusCode, &'static str)> {
    let first = timeout(
        IDLE_CLIENT,
        std::future::poll_fn(|cx| {
            let mut guard = lock(shared);
            if guard.reading.has_bytes() {
                return Poll::Ready(true);
            }
            guard.reading.poll_fill(cx).map(|read| matches!(read, Ok(read) if read > 0))
        }),
    );
    if !first.await.unwrap_or(false) {
        return Ok(None);
    }
    let whole = timeout(HEAD, std::future::poll_fn(|cx| lock(shared).reading.poll_head(cx)));
    let raw = match whole.await {
        Ok(Ok(raw)) => raw,
        Ok(Err(NoHead::Over | NoHead::Cut | NoHead::Broken(_))) => return Ok(None),
        Ok(Err(NoHead::TooLong)) => {
            return Err((StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "the head of the request is longer than what is read"));
        }
        Err(_) => return Err((StatusCode::REQUEST_TIMEOUT, "the head of the request did not come in time")),
    };
    let bad = |words| (StatusCode::BAD_REQUEST, words);
    let request = head::request(&raw).map_err(bad)?;
    let framing = framing::of_request(&request.fields, request.minor).map_err(bad)?;
    if request.fields.all("host").count() > 1 {
        return Err(bad("the request names several hosts"));
    }
    // No host has such a sign in it (RFC 9112 section 3.2), and a name and password have no place in a record.
    if request.fields.all("host").any(|(_, host)| host.contains(&b'@')) {
        return Err(bad("the Host of the request holds user information"));
    }
    let mut guard = lock(shared);
    guard.body = Decoder::new(framing, false);
    guard.abandoned = false;
    drop(guard);
    Ok(Some(request))
}

fn says_close(fields: &Headers) -> bool {
    let mut words = fields.all("connection").flat_map(|(_, value)| value.split(|byte| *byte == b','));
    words.any(|word| word.trim_ascii().eq_ignore_ascii_case(b"close"))
}

fn write_head(writing: &mut Writing<Peer>, answer: &Answer) {
    let mut digits = [0; 3];
    let status = answer.status;
    for (place, digit) in digits.iter_mut().zip([status / 100, status / 10, status]) {
        *place = b'0' + (digit % 10) as u8;
    }
    head::write([b"HTTP/1.1", &digits, &head::phrase(&answer.reason)], &answer.fields, writing.pending());
}

/// Writes an answer. Whether the connection can go on after it. `old`: the client speaks HTTP/1.0.
async fn write_answer(peer: &Peer, shared: &Common, writing: &mut Writing<Peer>, answer: Answer, old: bool) -> Result<bool, Gone> {
    write_head(writing, &answer);
    let chunked = !old && framing::is_chunked(&answer.fields);
    let sized = answer.bodiless || answer.fields.first("content-length").is_some();
    // Without a length and without chunks only the way in which the connection ends says whether the answer is whole.
    peer.set_unfinished(!chunked && !sized);
    let mut body = answer.body;
    let mut trailers = false;
    if !answer.bodiless {
        loop {
            let piece = match std::future::poll_fn(|cx| Poll::Ready(body.poll_piece(cx))).await {
                Poll::Ready(piece) => piece,
                Poll::Pending => {
                    // What is only waiting for its record comes at once and goes in one write with its head.
                    if !body.is_at_hand() {
                        writing.flush().await.map_err(|_| Gone)?;
                    }
                    // A client that is gone must not keep a server busy.
                    tokio::select! {
                        biased;
                        piece = std::future::poll_fn(|cx| body.poll_piece(cx)) => piece,
                        () = std::future::poll_fn(|cx| poll_left(shared, cx)) => return Err(Gone),
                    }
                }
            };
            match piece {
                Some(Ok(piece)) => {
                    trailers |= matches!(piece, Piece::Trailers(_));
                    writing.piece(piece, chunked).await.map_err(|_| Gone)?;
                }
                // The client must see that the body is not whole: no last chunk, and the connection ends.
                Some(Err(error)) => {
                    let _ = writing.flush().await;
                    if is_open_to_doubt(error.as_ref()) {
                        peer.set_unfinished(false);
                    }
                    return Err(Gone);
                }
                None => break,
            }
        }
        if chunked && !trailers {
            writing.last_chunk(&Headers::new());
        }
    }
    writing.flush().await.map_err(|_| Gone)?;
    peer.set_unfinished(false);
    Ok(chunked || sized)
}

/// Whether the server itself left it open if that was all. The client is left with the same doubt, by the same end, and not with a reset that the
/// server did not send.
fn is_open_to_doubt(error: &(dyn Error + 'static)) -> bool {
    error.downcast_ref::<io::Error>().and_then(io::Error::get_ref).is_some_and(|inner| inner.is::<NoAlert>())
}
