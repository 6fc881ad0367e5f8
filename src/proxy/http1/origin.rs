//! HTTP/1 with a server: one request at a time on a connection that is kept. It writes heads as it is given them and hands out what comes back
//! byte for byte.

use std::io;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use tokio::io::{ReadHalf, WriteHalf, split};
use tokio::sync::oneshot::{self, error::TryRecvError};

use super::framing::{self, Decoder, Framing};
use super::head::{self, ResponseHead};
use super::writing::Writing;
use super::{NoHead, Reading};
use crate::model::Headers;
use crate::proxy::body::{BoxError, Piece, RequestTap};
use crate::proxy::link::Link;
use crate::proxy::pool::Entry;
use crate::proxy::socket::{Rewound, Socket};
use crate::proxy::tasks::Tasks;

/// A connection that can take a request.
pub(in crate::proxy) struct Connection {
    reading: Reading<ReadHalf<Socket>>,
    writing: Writing<WriteHalf<Socket>>,
    /// What is known of it.
    pub(in crate::proxy) link: Arc<Link>,
    entry: Arc<Entry>,
    /// Whether it served an exchange before.
    pub(in crate::proxy) reused: bool,
}

/// A connection whose request is on its way.
pub(in crate::proxy) struct Asked {
    reading: Reading<ReadHalf<Socket>>,
    sending: Sending,
    /// What is known of the connection.
    pub(in crate::proxy) link: Arc<Link>,
    entry: Arc<Entry>,
    reused: bool,
    spoken: bool,
}

/// The half on which the request goes.
enum Sending {
    /// The request is sent.
    Sent(Writing<WriteHalf<Socket>>),
    /// Its body is still being sent.
    Under(oneshot::Receiver<Result<Writing<WriteHalf<Socket>>, Stopped>>),
    /// It could not be sent to its end.
    Stopped,
}

/// Why a request was not sent to its end.
enum Stopped {
    /// Whoever sends it broke off, or the exchange is over.
    Client(BoxError),
    /// The server takes no more.
    Server,
}

/// Why there is no answer.
#[derive(Debug)]
pub(in crate::proxy) enum Silence {
    /// The connection ended before a byte of an answer came, and it had served an exchange before: the server closed it while it lay idle.
    Stale(BoxError),
    /// The client broke off.
    Client(BoxError),
    /// The connection broke.
    Broken(BoxError),
    /// What came is not HTTP.
    Odd(&'static str),
}

impl Connection {
    /// A connection on which nothing was said yet.
    pub(in crate::proxy) fn new(socket: Socket, link: Arc<Link>, entry: Arc<Entry>) -> Self {
        let (read, write) = split(socket);
        Self { reading: Reading::new(read, Bytes::new()), writing: Writing::new(write), link, entry, reused: false }
    }

    /// Whether it still stands and the server said nothing unasked.
    pub(in crate::proxy) fn is_quiet(&mut self, cx: &mut Context<'_>) -> bool {
        !self.reading.has_bytes() && self.reading.poll_fill(cx).is_pending()
    }

    /// Sends a request: the head as it is, then the body, in chunks if `chunked`.
    pub(in crate::proxy) async fn ask(
        mut self,
        tasks: &Tasks,
        request: &[u8],
        body: Option<RequestTap>,
        chunked: bool,
    ) -> Result<Asked, Silence> {
        self.writing.pending().extend_from_slice(request);
        let reused = self.reused;
        let failed = |error: io::Error| if reused { Silence::Stale(error.into()) } else { Silence::Broken(error.into()) };
        let sending = match body.filter(|body| !body.is_over()) {
            None => {
                if chunked {
                    self.writing.last_chunk(&Headers::new());
                }
                self.writing.flush().await.map_err(failed)?;
                Sending::Sent(self.writing)
            }
            Some(mut body) => {
                // A small body is there already and goes with its head.
                let first = std::future::poll_fn(|cx| Poll::Ready(body.poll_piece(cx))).await;
                match first {
                    Poll::Ready(Some(Ok(piece))) if body.is_over() => {
                        let trailers = matches!(piece, Piece::Trailers(_));
                        self.writing.piece(piece, chunked).await.map_err(failed)?;
                        if chunked && !trailers {
                            self.writing.last_chunk(&Headers::new());
                        }
                        self.writing.flush().await.map_err(failed)?;
                        Sending::Sent(self.writing)
                    }
                    first => {
                        let (done, sent) = oneshot::channel();
                        let writing = self.writing;
                        tasks.spawn(async move {
                            // Nobody may be left who wants to know.
                            let _ = done.send(send_body(writing, first, body, chunked).await);
                        });
                        Sending::Under(sent)
                    }
                }
            }
        };
        Ok(Asked { reading: self.reading, sending, link: self.link, entry: self.entry, reused, spoken: false })
    }
}

type Polled = Poll<Option<Result<Piece, BoxError>>>;

async fn send_body<W>(mut writing: Writing<W>, mut next: Polled, mut body: RequestTap, chunked: bool) -> Result<Writing<W>, Stopped>
where
    W: tokio::io::AsyncWrite + Unpin,
{
    let taken = |_: io::Error| Stopped::Server;
    let mut trailers = false;
    loop {
        let piece = match next {
            Poll::Ready(piece) => piece,
            Poll::Pending => {
                writing.flush().await.map_err(taken)?;
                std::future::poll_fn(|cx| body.poll_piece(cx)).await
            }
        };
        match piece {
            Some(Ok(piece)) => {
                trailers |= matches!(piece, Piece::Trailers(_));
                writing.piece(piece, chunked).await.map_err(taken)?;
            }
            Some(Err(error)) => {
                // What was recorded as sent is sent.
                let _ = writing.flush().await;
                return Err(Stopped::Client(error));
            }
            None => break,
        }
        if body.is_over() {
            break;
        }
        next = std::future::poll_fn(|cx| Poll::Ready(body.poll_piece(cx))).await;
    }
    if chunked && !trailers {
        writing.last_chunk(&Headers::new());
    }
    writing.flush().await.map_err(taken)?;
    Ok(writing)
}

impl Asked {
    /// The next head that the server sends: an answer before the answer, or the answer.
    pub(in crate::proxy) async fn head(&mut self) -> Result<ResponseHead, Silence> {
        let raw = loop {
            let under = match &mut self.sending {
                Sending::Under(sent) => sent,
                Sending::Sent(_) | Sending::Stopped => break self.reading.head().await,
            };
            // Both, because a client that breaks off in its request must not be waited for.
            tokio::select! {
                raw = self.reading.head() => break raw,
                sent = under => self.sending = match sent {
                    Ok(Ok(writing)) => Sending::Sent(writing),
                    Ok(Err(Stopped::Client(error))) => return Err(Silence::Client(error)),
                    // The server may have answered before it stopped reading.
                    Ok(Err(Stopped::Server)) | Err(_) => Sending::Stopped,
                },
            }
        };
        let silent = self.reused && !self.spoken;
        let broken = |error: io::Error| if silent { Silence::Stale(error.into()) } else { Silence::Broken(error.into()) };
        match raw {
            Ok(raw) => {
                self.spoken = true;
                head::response(&raw).map_err(Silence::Odd)
            }
            Err(NoHead::Over) => {
                Err(broken(io::Error::new(io::ErrorKind::UnexpectedEof, "the server closed the connection without an answer")))
            }
            Err(NoHead::Cut) => Err(Silence::Broken(
                io::Error::new(io::ErrorKind::UnexpectedEof, "the server closed the connection in the middle of the head of its answer")
                    .into(),
            )),
            Err(NoHead::TooLong) => Err(Silence::Odd("the head of the answer is longer than what is read")),
            Err(NoHead::Broken(error)) => Err(broken(error)),
        }
    }

    /// Whether the server said anything on this connection, now or before.
    pub(in crate::proxy) fn has_spoken(&self) -> bool {
        self.spoken || self.reused
    }

    /// The body of the answer to a request with `method`.
    pub(in crate::proxy) fn body(self, method: &str, answer: &ResponseHead) -> Result<Download, Silence> {
        let framing = framing::of_response(method, answer.status, &answer.fields).map_err(Silence::Odd)?;
        let closes = answer
            .fields
            .all("connection")
            .any(|(_, value)| value.split(|byte| *byte == b',').any(|word| word.trim_ascii().eq_ignore_ascii_case(b"close")));
        let keep = answer.minor == 1 && !closes && framing != Framing::UntilClose;
        Ok(Download { decoder: Decoder::new(framing, true), keep, asked: self })
    }

    /// The bare connection, after the server switched protocols, with what it sent already.
    pub(in crate::proxy) fn into_stream(self) -> Result<Rewound, Silence> {
        let (read, first) = self.reading.into_parts();
        match self.sending {
            Sending::Sent(writing) => Ok(Rewound { first, rest: read.unsplit(writing.into_inner()) }),
            Sending::Under(_) | Sending::Stopped => Err(Silence::Odd("the server switched protocols in the middle of the request")),
        }
    }
}

/// The body of an answer as it comes in.
pub(in crate::proxy) struct Download {
    asked: Asked,
    decoder: Decoder,
    keep: bool,
}

impl Download {
    /// The next piece. `None`: it is over.
    pub(in crate::proxy) fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Option<io::Result<Piece>>> {
        self.asked.reading.poll_piece(&mut self.decoder, cx)
    }

    /// Whether nothing more is to come.
    pub(in crate::proxy) fn is_over(&self) -> bool {
        self.decoder.is_over()
    }

    /// How many bytes are to come, where that is known.
    pub(in crate::proxy) fn left(&self) -> Option<u64> {
        self.decoder.left()
    }

    /// Gives the connection back, if it can serve another exchange.
    pub(in crate::proxy) fn park(self) {
        let Asked { reading, sending, link, entry, .. } = self.asked;
        if !self.keep || !self.decoder.is_over() || reading.has_bytes() {
            return;
        }
        let writing = match sending {
            Sending::Sent(writing) => writing,
            Sending::Under(mut sent) => match sent.try_recv() {
                Ok(Ok(writing)) => writing,
                Ok(Err(_)) | Err(TryRecvError::Empty | TryRecvError::Closed) => return,
            },
            Sending::Stopped => return,
        };
        let kept = Arc::clone(&entry);
        kept.park(Connection { reading, writing, link, entry, reused: true });
    }
}

/// The head of a request for HTTP/1.1.
pub(in crate::proxy) fn request_head(method: &str, target: &str, fields: &Headers) -> BytesMut {
    let mut out = BytesMut::with_capacity(512);
    head::write([method.as_bytes(), target.as_bytes(), b"HTTP/1.1"], fields, &mut out);
    out
}
