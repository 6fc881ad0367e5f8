//! Tunnels whose content is not read: bytes go both ways, and how many is recorded. It never looks into them, and never lets one go on that
//! could not be recorded any more.

use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use http::uri::Authority;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf, copy_bidirectional_with_sizes};

use super::destination::Destination;
use super::engine::Engine;
use super::exchange::Target;
use super::hello::Hello;
use crate::model::{Event, Timestamp, Tunnel, TunnelReason};

/// Bytes under way in each direction of a tunnel.
const BUFFER: usize = 64 * 1024;
/// Most characters that are kept of what somebody asked for and is no host.
const LONGEST_HOST: usize = 255;
/// How often a tunnel asks whether it can still be recorded.
const ASKED_EVERY: Duration = Duration::from_secs(1);

/// The record of a tunnel. It is submitted when it is dropped, so that no tunnel ends unrecorded.
pub(super) struct TunnelRecord {
    engine: Arc<Engine>,
    tunnel: Tunnel,
    up: Arc<AtomicU64>,
    down: Arc<AtomicU64>,
}

impl TunnelRecord {
    /// A tunnel that begins, with what the client's TLS hello said where there was one.
    pub(super) fn new(
        engine: &Arc<Engine>,
        destination: &Destination,
        reason: TunnelReason,
        started: Timestamp,
        hello: Option<&Hello>,
    ) -> Self {
        let offer = hello.map(Hello::offer).unwrap_or_default();
        engine.counters.open.fetch_add(1, Relaxed);
        let tunnel = Tunnel {
            host: destination.host.clone(),
            port: destination.port,
            reason,
            bytes_up: 0,
            bytes_down: 0,
            started,
            server_name: offer.server_name,
            protocols: offer.protocols,
            server_address: None,
            failure: None,
        };
        Self { engine: Arc::clone(engine), tunnel, up: Arc::default(), down: Arc::default() }
    }

    /// A server was reached; its address is not known where another proxy connected to it.
    pub(super) fn reached(&mut self, address: Option<IpAddr>) {
        self.tunnel.server_address = address.map(|address| address.to_string());
    }

    /// Counters of the bytes that were delivered upwards and downwards.
    pub(super) fn counters(&self) -> (Arc<AtomicU64>, Arc<AtomicU64>) {
        (Arc::clone(&self.up), Arc::clone(&self.down))
    }

    /// It is not opened.
    pub(super) fn refused(mut self, words: String) {
        self.tunnel.reason = TunnelReason::Refused;
        self.failed(words);
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
    if let Some(why) = engine.refuses() {
        return record.refused(unrecordable(&why));
    }
    let (server, address) = match engine.pool.connector.reach(&destination.host, destination.port).await {
        Ok(reached) => reached,
        Err(error) => return record.failed(error.to_string()),
    };
    record.reached(address);
    let (up, down) = record.counters();
    tokio::select! {
        relayed = relay(client, server, up, down) => if let Err(error) = relayed {
            record.failed(format!("the tunnel broke: {error}"));
        },
        why = refusal(engine) => record.failed(unrecordable(&why)),
    }
}

/// Waits until the recorder can keep nothing more.
pub(super) async fn refusal(engine: &Engine) -> String {
    let mut every = tokio::time::interval(ASKED_EVERY);
    loop {
        every.tick().await;
        if let Some(why) = engine.refuses() {
            return why;
        }
    }
}

fn unrecordable(why: &str) -> String {
    format!("nothing more can be recorded, so nothing more passes: {why}")
}

/// Records a CONNECT that is not carried out, in the recorder's words.
pub(super) fn refuse(engine: &Arc<Engine>, destination: &Destination, words: &str) {
    let started = engine.clock.now();
    TunnelRecord::new(engine, destination, TunnelReason::Refused, started, None).failed(words.to_owned());
}

/// Records a CONNECT inside a connection that was taken over already, which is not carried out.
pub(super) fn nested(engine: &Arc<Engine>, target: &Target) {
    let written = match target {
        Target::Written(written) => written.clone(),
        Target::Read(uri) => uri.to_string(),
    };
    let authority = written.parse::<Authority>().ok();
    let asked = authority.as_ref().and_then(Destination::of).unwrap_or_else(|| Destination {
        // What is no destination is recorded as it was asked for, as far as one can make sense of it.
        host: authority.as_ref().map_or(written.as_str(), Authority::host).chars().take(LONGEST_HOST).collect(),
        port: authority.as_ref().and_then(Authority::port_u16).unwrap_or(0),
        authority: String::new(),
    });
    refuse(engine, &asked, "a CONNECT inside a connection that was made by CONNECT is not carried out");
}

/// Copies both ways until both sides are done, counting what was delivered.
async fn relay(
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
