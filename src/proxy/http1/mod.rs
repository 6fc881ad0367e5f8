//! HTTP/1 on the connections that were taken over, byte for byte: heads go on as they came, but for the changes that are declared. It knows
//! how messages are framed and nothing of what they say.
//!
//! Why not the engine that serves the other connections: it keeps fields of one name together, loses the letter case and the spacing that the
//! record has to vouch for, answers `Expect: 100-continue` itself and drops answers before the answer (1xx).

pub(super) mod client;
pub(super) mod framing;
pub(super) mod head;
pub(super) mod origin;
pub(super) mod peer;
pub(super) mod writing;

use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Buf as _, Bytes, BytesMut};
use tokio::io::AsyncRead;
use tokio_util::io::poll_read_buf;

/// Room for one read at first, in bytes.
const ROOM: usize = 8 * 1024;
/// Room for one read of a connection on which much comes in, in bytes.
const MOST_ROOM: usize = 128 * 1024;

/// A server's TLS ended without its closing alert (RFC 8446 section 6.1) where the end of the connection ends the body: what was all cannot be
/// told from what was cut.
#[derive(Debug)]
struct NoAlert(io::Error);

impl fmt::Display for NoAlert {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

impl std::error::Error for NoAlert {}

/// A connection as it is read: what came in and was not yet taken.
pub(super) struct Reading<R> {
    io: R,
    buffer: BytesMut,
    /// How much of the buffer was looked through for the end of a head.
    looked: usize,
    room: usize,
}

/// Why there is no head.
#[derive(Debug)]
pub(super) enum NoHead {
    /// The connection ended before its first byte.
    Over,
    /// It ended in the middle.
    Cut,
    /// It is longer than what is read.
    TooLong,
    /// It broke.
    Broken(io::Error),
}

impl<R: AsyncRead + Unpin> Reading<R> {
    pub(super) fn new(io: R, first: Bytes) -> Self {
        Self { io, buffer: BytesMut::from(first), looked: 0, room: ROOM }
    }

    /// Reads more. 0: the connection ended.
    fn poll_fill(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        self.buffer.reserve(self.room);
        let read = ready!(poll_read_buf(Pin::new(&mut self.io), cx, &mut self.buffer))?;
        // Many small connections must not hold large buffers, and one large body must not be read in small pieces.
        if read >= self.room && self.room < MOST_ROOM {
            self.room *= 2;
        } else if read < self.room / 4 && self.room > ROOM {
            self.room /= 2;
        }
        Poll::Ready(Ok(read))
    }

    /// Reads a head with its empty line.
    pub(super) async fn head(&mut self) -> Result<Bytes, NoHead> {
        std::future::poll_fn(|cx| self.poll_head(cx)).await
    }

    fn poll_head(&mut self, cx: &mut Context<'_>) -> Poll<Result<Bytes, NoHead>> {
        loop {
            // Empty lines before a head are skipped (RFC 9112 section 2.2).
            while self.looked == 0 && matches!(&self.buffer[..], [b'\r', b'\n', ..] | [b'\n', ..]) {
                let line = if self.buffer[0] == b'\r' { 2 } else { 1 };
                self.buffer.advance(line);
            }
            if let Some(end) = head::end(&self.buffer, self.looked) {
                self.looked = 0;
                return Poll::Ready(Ok(self.buffer.split_to(end).freeze()));
            }
            if self.buffer.len() > head::LONGEST {
                return Poll::Ready(Err(NoHead::TooLong));
            }
            self.looked = head::looked(self.buffer.len());
            match ready!(self.poll_fill(cx)) {
                Ok(0) if self.buffer.is_empty() => return Poll::Ready(Err(NoHead::Over)),
                Ok(0) => return Poll::Ready(Err(NoHead::Cut)),
                Ok(_) => {}
                Err(error) => return Poll::Ready(Err(NoHead::Broken(error))),
            }
        }
    }

    /// Whether something lies in the buffer.
    fn has_bytes(&self) -> bool {
        !self.buffer.is_empty()
    }

    /// The connection, and what was read from it and not taken.
    pub(super) fn into_parts(self) -> (R, Bytes) {
        (self.io, self.buffer.freeze())
    }

    /// The next piece of a body. `None`: it is over.
    fn poll_piece(&mut self, decoder: &mut framing::Decoder, cx: &mut Context<'_>) -> Poll<Option<io::Result<super::body::Piece>>> {
        use super::body::Piece;
        loop {
            match decoder.next(&mut self.buffer) {
                Ok(framing::Next::Data(data)) => return Poll::Ready(Some(Ok(Piece::Data(data)))),
                Ok(framing::Next::Trailers(fields)) => return Poll::Ready(Some(Ok(Piece::Trailers(fields)))),
                Ok(framing::Next::Over) => return Poll::Ready(None),
                Ok(framing::Next::More) => {}
                Err(words) => return Poll::Ready(Some(Err(io::Error::new(io::ErrorKind::InvalidData, words)))),
            }
            match ready!(self.poll_fill(cx)) {
                Ok(0) if decoder.ends_with_connection() => return Poll::Ready(None),
                Ok(0) => {
                    let words = "the connection ended in the middle of a message";
                    return Poll::Ready(Some(Err(io::Error::new(io::ErrorKind::UnexpectedEof, words))));
                }
                Ok(_) => {}
                Err(error) if decoder.ends_with_connection() && error.kind() == io::ErrorKind::UnexpectedEof => {
                    return Poll::Ready(Some(Err(io::Error::new(io::ErrorKind::UnexpectedEof, NoAlert(error)))));
                }
                Err(error) => return Poll::Ready(Some(Err(error))),
            }
        }
    }
}
