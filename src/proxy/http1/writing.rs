//! A connection as it is written: heads, chunk sizes and small pieces gathered into few writes. It never holds back what nobody adds to.

use std::io;
use std::time::Duration;

use bytes::{Buf as _, Bytes, BytesMut};
use tokio::io::{AsyncWrite, AsyncWriteExt as _};
use tokio::time::timeout;

use super::head;
use crate::model::Headers;
use crate::proxy::body::Piece;

/// Pieces up to this length are copied together with what stands before them, in bytes.
const SMALL: usize = 8 * 1024;
/// How long the other side may take nothing.
const STALLED: Duration = Duration::from_secs(300);

/// See the head of this file.
pub(in crate::proxy) struct Writing<W> {
    io: W,
    pending: BytesMut,
}

impl<W: AsyncWrite + Unpin> Writing<W> {
    pub(in crate::proxy) fn new(io: W) -> Self {
        Self { io, pending: BytesMut::new() }
    }

    /// What is written next, to be added to.
    pub(in crate::proxy) fn pending(&mut self) -> &mut BytesMut {
        &mut self.pending
    }

    /// Writes a piece of a body.
    pub(in crate::proxy) async fn piece(&mut self, piece: Piece, chunked: bool) -> io::Result<()> {
        match piece {
            Piece::Data(data) if data.is_empty() => Ok(()),
            Piece::Data(data) => self.data(data, chunked).await,
            Piece::Trailers(fields) => {
                // Without chunks there is no place for them, and the tap that recorded them has held them.
                if chunked {
                    self.last_chunk(&fields);
                }
                Ok(())
            }
        }
    }

    /// Ends a chunked body that has no trailer fields.
    pub(in crate::proxy) fn last_chunk(&mut self, trailers: &Headers) {
        self.pending.extend_from_slice(b"0\r\n");
        head::write_fields(trailers, &mut self.pending);
    }

    async fn data(&mut self, data: Bytes, chunked: bool) -> io::Result<()> {
        if chunked {
            let mut line = [0; 18];
            self.pending.extend_from_slice(chunk_line(data.len(), &mut line));
        }
        if data.len() <= SMALL && self.pending.len() <= SMALL {
            self.pending.extend_from_slice(&data);
        } else {
            let mut both = self.pending.split().freeze().chain(data);
            patiently(self.io.write_all_buf(&mut both)).await?;
        }
        if chunked {
            self.pending.extend_from_slice(b"\r\n");
        }
        Ok(())
    }

    /// Writes everything that is pending, to the operating system.
    pub(in crate::proxy) async fn flush(&mut self) -> io::Result<()> {
        if !self.pending.is_empty() {
            let mut pending = self.pending.split();
            patiently(self.io.write_all_buf(&mut pending)).await?;
        }
        patiently(self.io.flush()).await
    }

    /// Tells the other side that nothing more comes.
    pub(in crate::proxy) async fn shut(&mut self) {
        // Whoever is gone already needs not be told.
        let _ = timeout(Duration::from_secs(5), self.io.shutdown()).await;
    }

    /// The connection. What is pending is lost.
    pub(in crate::proxy) fn into_inner(self) -> W {
        self.io
    }
}

async fn patiently<T>(write: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    let stalled = || io::Error::new(io::ErrorKind::TimedOut, format!("the other side took nothing for {} seconds", STALLED.as_secs()));
    timeout(STALLED, write).await.unwrap_or_else(|_| Err(stalled()))
}

/// The line with the size of a chunk, in hexadecimal digits.
fn chunk_line(size: usize, line: &mut [u8; 18]) -> &[u8] {
    line[16..].copy_from_slice(b"\r\n");
    let (mut at, mut left) = (16, size);
    while left > 0 {
        at -= 1;
        line[at] = b"0123456789abcdef"[left & 0xf];
        left >>= 4;
    }
    &line[at..]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn chunks_are_framed() {
        let mut trailers = Headers::new();
        trailers.push(b"X-Sum", b"1");
        for (length, expected) in [(1, "1\r\n"), (255, "ff\r\n"), (70_000, "11170\r\n")] {
            let mut writing = Writing::new(Vec::new());
            writing.pending().extend_from_slice(b"head ");
            writing.piece(Piece::Data(Bytes::from(vec![b'x'; length])), true).await.expect("written");
            writing.piece(Piece::Trailers(trailers.clone()), true).await.expect("written");
            writing.flush().await.expect("written");
            let text = String::from_utf8(writing.into_inner()).expect("text");
            let rest = text.strip_prefix(&format!("head {expected}")).expect("the size").trim_start_matches('x');
            assert_eq!(rest, "\r\n0\r\nX-Sum: 1\r\n\r\n");
        }
    }
}
