//! A client's connection in the hands of all who read, write or wait on it, so that it ends for them at the same moment and in the way that
//! tells the client the truth. It never looks at what it carries.
//!
//! Why not the halves of tokio: they keep a connection open as long as one of them lives, and a request that is still being passed on holds
//! one. A client would then wait for the end of an answer that broke long ago.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_rustls::server::TlsStream;

use crate::proxy::socket::{Rewound, Socket};

/// Bytes to and from a client, whatever is between.
pub(in crate::proxy) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {
    /// Lets the connection end with a reset (RFC 9293 section 3.10.7) when it is dropped, instead of the end that says "that was all".
    fn reset_when_dropped(&self);
}

impl Stream for Rewound {
    fn reset_when_dropped(&self) {
        self.rest.reset_when_dropped();
    }
}

impl Stream for TlsStream<Rewound> {
    fn reset_when_dropped(&self) {
        self.get_ref().0.reset_when_dropped();
    }
}

struct Inner {
    /// `None`: it was closed.
    stream: Option<Box<dyn Stream>>,
    /// What is being sent is over only with the connection, and is not over yet.
    unfinished: bool,
    /// Whoever waits for something to read: the stream forgets him when it is dropped.
    reader: Option<Waker>,
}

/// See the head of this file.
#[derive(Clone)]
pub(in crate::proxy) struct Peer(Arc<Mutex<Inner>>);

impl Peer {
    pub(in crate::proxy) fn new(stream: impl Stream + 'static) -> Self {
        Self(Arc::new(Mutex::new(Inner { stream: Some(Box::new(stream)), unfinished: false, reader: None })))
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says whether an ordinary end of the connection would now be taken for the end of a whole answer that is not whole. If so, it ends with a
    /// reset, whoever ends it.
    pub(in crate::proxy) fn set_unfinished(&self, unfinished: bool) {
        self.inner().unfinished = unfinished;
    }

    fn close(&self) {
        let mut inner = self.inner();
        let Inner { stream, unfinished, reader } = &mut *inner;
        let Some(stream) = stream.take() else { return };
        if *unfinished {
            stream.reset_when_dropped();
        }
        // The socket is closed before whoever waits for it can find out.
        drop(stream);
        if let Some(reader) = reader.take() {
            reader.wake();
        }
    }
}

fn closed() -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionAborted, "the connection with the client was ended")
}

impl AsyncRead for Peer {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let mut inner = self.inner();
        let Inner { stream, reader, .. } = &mut *inner;
        let Some(stream) = stream else { return Poll::Ready(Err(closed())) };
        let read = Pin::new(stream).poll_read(cx, buffer);
        if read.is_pending() && !reader.as_ref().is_some_and(|reader| reader.will_wake(cx.waker())) {
            *reader = Some(cx.waker().clone());
        }
        read
    }
}

impl AsyncWrite for Peer {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match &mut self.inner().stream {
            Some(stream) => Pin::new(stream).poll_write(cx, bytes),
            None => Poll::Ready(Err(closed())),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.inner().stream {
            Some(stream) => Pin::new(stream).poll_flush(cx),
            None => Poll::Ready(Err(closed())),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.inner().stream {
            Some(stream) => Pin::new(stream).poll_shutdown(cx),
            None => Poll::Ready(Err(closed())),
        }
    }

    fn poll_write_vectored(self: Pin<&mut Self>, cx: &mut Context<'_>, slices: &[io::IoSlice<'_>]) -> Poll<io::Result<usize>> {
        match &mut self.inner().stream {
            Some(stream) => Pin::new(stream).poll_write_vectored(cx, slices),
            None => Poll::Ready(Err(closed())),
        }
    }

    fn is_write_vectored(&self) -> bool {
        self.inner().stream.as_ref().is_some_and(|stream| stream.is_write_vectored())
    }
}

/// Ends the connection when it is dropped, whoever else holds it.
pub(in crate::proxy) struct Ending(Option<Peer>);

impl Ending {
    pub(in crate::proxy) fn of(peer: &Peer) -> Self {
        Self(Some(peer.clone()))
    }

    /// Somebody else takes the connection on.
    pub(in crate::proxy) fn handed_on(mut self) {
        self.0 = None;
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        if let Some(peer) = &self.0 {
            peer.close();
        }
    }
}

impl Socket {
    fn reset_when_dropped(&self) {
        // A socket that cannot do that is broken already. What runs inside another protocol has an end of its own there.
        if let Self::Tcp(stream) = self {
            let _ = stream.set_zero_linger();
        }
    }
}
