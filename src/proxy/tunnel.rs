//! Tunnels whose content is not read: bytes go both ways, and how many is recorded. It never looks into them.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf, copy_bidirectional_with_sizes};

use super::connect::Destination;
use super::engine::Engine;
use crate::model::{Event, Timestamp, Tunnel, TunnelReason};

/// Bytes under way in each direction of a tunnel.
pub(super) const BUFFER: usize = 64 * 1024;

/// The record of a tunnel. It is submitted when it is dropped, so that no tunnel ends unrecorded.
pub(super) struct TunnelRecord {
    engine: Arc<Engine>,
    tunnel: Tunnel,
    up: Arc<AtomicU64>,
    down: Arc<AtomicU64>,
}

impl TunnelRecord {
    /// A tunnel that begins.
    pub(super) fn new(
        engine: &Arc<Engine>,
        destination: &Destination,
        reason: TunnelReason,
        started: Timestamp,
        server_name: Option<String>,
    ) -> Self {
        engine.counters.open.fetch_add(1, Relaxed);
        let tunnel = Tunnel {
            host: destination.host.clone(),
            port: destination.port,
            reason,
            bytes_up: 0,
            bytes_down: 0,
            started,
            server_name,
            protocols: Vec::new(),
            server_address: None,
            failure: None,
        };
        Self { engine: Arc::clone(engine), tunnel, up: Arc::default(), down: Arc::default() }
    }

    /// Ends it badly.
    pub(super) fn failed(mut self, failure: String) {
        self.engine.problem();
        self.tunnel.failure = Some(failure);
    }
}

impl Drop for TunnelRecord {
    fn drop(&mut self) {
        let mut tunnel = self.tunnel.clone();
        tunnel.bytes_up = self.up.load(Relaxed);
        tunnel.bytes_down = self.down.load(Relaxed);
        let counters = &self.engine.counters;
        counters.bytes_up.fetch_add(tunnel.bytes_up, Relaxed);
        counters.bytes_down.fetch_add(tunnel.bytes_down, Relaxed);
        counters.open.fetch_sub(1, Relaxed);
        self.engine.submit(0, Event::Tunnel(tunnel), None);
    }
}

/// Connects `client` with its destination until both sides are done.
pub(super) async fn run(
    engine: &Arc<Engine>,
    destination: &Destination,
    client: impl AsyncRead + AsyncWrite + Unpin,
    mut record: TunnelRecord,
) {
    let (server, address) = match engine.pool.connector.reach(&destination.host, destination.port).await {
        Ok(reached) => reached,
        Err(error) => return record.failed(error.to_string()),
    };
    record.tunnel.server_address = Some(address.ip().to_string());
    let (up, down) = (Arc::clone(&record.up), Arc::clone(&record.down));
    if let Err(error) = relay(client, server, up, down).await {
        record.failed(format!("the tunnel broke: {error}"));
    }
}

/// Copies both ways until both sides are done, counting what was delivered.
pub(super) async fn relay(
    client: impl AsyncRead + AsyncWrite + Unpin,
    server: impl AsyncRead + AsyncWrite + Unpin,
    up: Arc<AtomicU64>,
    down: Arc<AtomicU64>,
) -> io::Result<()> {
    let mut client = Counted { stream: client, written: down };
    let mut server = Counted { stream: server, written: up };
    copy_bidirectional_with_sizes(&mut client, &mut server, BUFFER, BUFFER).await.map(|_| ())
}

/// Counts what is written to a stream, also when the relay is dropped half-way.
struct Counted<S> {
    stream: S,
    written: Arc<AtomicU64>,
}

impl<S: AsyncRead + Unpin> AsyncRead for Counted<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Counted<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write(cx, bytes))?;
        self.written.fetch_add(written as u64, Relaxed);
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
