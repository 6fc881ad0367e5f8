//! Connections to servers, kept and used again: one stack of HTTP/1.1 connections or one HTTP/2 connection per target. It never shares a
//! connection between targets and never dials by itself: the connector does.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::client::conn::{TrySendError, http1, http2};
use hyper_util::rt::{TokioIo, TokioTimer};

use super::body::RequestTap;
use super::clock::Clock;
use super::connector::{Connector, DialError, Dialled, Link, Target};
use super::engine::{FIELD_BYTES, FRAME};
use super::tasks::Tasks;

/// How often idle connections are looked through.
pub(super) const SWEEP: Duration = Duration::from_secs(10);
/// A connection without an exchange for this long is closed, in nanoseconds.
const IDLE: i64 = 60_000_000_000;
/// Idle connections kept for one target.
const IDLE_EACH: usize = 32;
/// Targets kept. Beyond that, those nobody uses are forgotten.
const TARGETS: usize = 1_024;
/// Window of one HTTP/2 stream from a server, and of a whole connection.
const WINDOWS: (u32, u32) = (2 * 1024 * 1024, 8 * 1024 * 1024);

/// See the head of this file.
pub(super) struct Pool {
    /// What dials.
    pub(super) connector: Connector,
    tasks: Tasks,
    clock: Clock,
    http1: http1::Builder,
    http2: http2::Builder<Tasks>,
    entries: Mutex<BTreeMap<Target, Arc<Entry>>>,
}

/// The connections to one target.
pub(super) struct Entry {
    /// The target.
    pub(super) target: Target,
    clock: Clock,
    /// Set once a connection that offered HTTP/2 ended up with HTTP/1.1: then several may be dialled at the same time.
    only_http1: AtomicBool,
    dialling: tokio::sync::Mutex<()>,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    http1: Vec<Parked>,
    http2: Option<(http2::SendRequest<RequestTap>, Arc<Link>)>,
    touched: i64,
}

struct Parked {
    sender: http1::SendRequest<RequestTap>,
    link: Arc<Link>,
    since: i64,
}

/// The right to send one request on a connection.
pub(super) struct Lease {
    channel: Channel,
    /// What is known of the connection.
    pub(super) link: Arc<Link>,
    entry: Arc<Entry>,
    /// Whether it served an exchange before.
    pub(super) reused: bool,
}

enum Channel {
    Http1(http1::SendRequest<RequestTap>),
    Http2(http2::SendRequest<RequestTap>),
}

impl Pool {
    /// A pool without connections.
    pub(super) fn new(connector: Connector, tasks: Tasks, clock: Clock) -> Self {
        let mut http1 = http1::Builder::new();
        http1.preserve_header_case(true).max_headers(super::MOST_FIELDS);
        let mut http2 = http2::Builder::new(tasks.clone());
        http2
            .timer(TokioTimer::new())
            .initial_stream_window_size(WINDOWS.0)
            .initial_connection_window_size(WINDOWS.1)
            .max_frame_size(FRAME)
            .max_header_list_size(FIELD_BYTES);
        Self { connector, tasks, clock, http1, http2, entries: Mutex::default() }
    }

    /// The entry of `target`. Whoever sends many requests to one target keeps it.
    pub(super) fn entry(&self, target: Target) -> Arc<Entry> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = entries.get(&target) {
            return Arc::clone(entry);
        }
        if entries.len() >= TARGETS {
            entries.retain(|_, entry| Arc::strong_count(entry) > 1);
        }
        let entry = Arc::new(Entry {
            target: target.clone(),
            clock: self.clock,
            only_http1: AtomicBool::new(!target.http2),
            dialling: tokio::sync::Mutex::default(),
            kept: Mutex::default(),
        });
        entries.insert(target, Arc::clone(&entry));
        entry
    }

    /// A connection for one request: a kept one that is still open, or a new one.
    pub(super) async fn lease(&self, entry: &Arc<Entry>) -> Result<Lease, DialError> {
        if let Some(lease) = entry.kept_lease().await {
            return Ok(lease);
        }
        if entry.only_http1.load(Relaxed) {
            return self.dial(entry).await;
        }
        // Many streams of a browser begin at once; the first dials and the others find its connection.
        let turn = entry.dialling.lock().await;
        if entry.only_http1.load(Relaxed) {
            drop(turn);
            return self.dial(entry).await;
        }
        match entry.kept_lease().await {
            Some(lease) => Ok(lease),
            None => self.dial(entry).await,
        }
    }

    async fn dial(&self, entry: &Arc<Entry>) -> Result<Lease, DialError> {
        let Dialled { socket, link, http2 } = self.connector.dial(&entry.target).await?;
        let link = Arc::new(link);
        let io = TokioIo::new(socket);
        let channel = if http2 {
            let (sender, connection) = self.http2.handshake(io).await.map_err(DialError::Protocol)?;
            self.tasks.spawn(connection);
            let mut kept = entry.kept();
            kept.http2 = Some((sender.clone(), Arc::clone(&link)));
            kept.touched = self.clock.nanoseconds();
            Channel::Http2(sender)
        } else {
            entry.only_http1.store(true, Relaxed);
            let (sender, connection) = self.http1.handshake(io).await.map_err(DialError::Protocol)?;
            self.tasks.spawn(connection);
            Channel::Http1(sender)
        };
        Ok(Lease { channel, link, entry: Arc::clone(entry), reused: false })
    }

    /// A connection of its own for a request that switches protocols. It is never kept.
    pub(super) async fn for_upgrade(&self, target: &Target) -> Result<(http1::SendRequest<RequestTap>, Link), DialError> {
        let Dialled { socket, link, .. } = self.connector.dial(&Target { http2: false, ..target.clone() }).await?;
        let (sender, connection) = self.http1.handshake(TokioIo::new(socket)).await.map_err(DialError::Protocol)?;
        self.tasks.spawn(connection.with_upgrades());
        Ok((sender, link))
    }

    /// Closes what was idle for long.
    pub(super) fn sweep(&self) {
        let before = self.clock.nanoseconds() - IDLE;
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.retain(|_, entry| {
            let mut kept = entry.kept();
            kept.http1.retain(|parked| parked.since > before && !parked.sender.is_closed());
            let (touched, unused) = (kept.touched, |link: &Arc<Link>| Arc::strong_count(link) == 1);
            if kept.http2.as_ref().is_some_and(|(sender, link)| sender.is_closed() || touched < before && unused(link)) {
                kept.http2 = None;
            }
            Arc::strong_count(entry) > 1 || kept.http2.is_some() || !kept.http1.is_empty()
        });
    }
}

impl Entry {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn kept_lease(self: &Arc<Self>) -> Option<Lease> {
        loop {
            let (channel, link) = {
                let mut kept = self.kept();
                if let Some((sender, link)) = kept.http2.as_ref().filter(|(sender, _)| !sender.is_closed()) {
                    let found = (Channel::Http2(sender.clone()), Arc::clone(link));
                    kept.touched = self.clock.nanoseconds();
                    found
                } else {
                    kept.http2 = None;
                    let parked = kept.http1.pop()?;
                    (Channel::Http1(parked.sender), parked.link)
                }
            };
            // The connection's own task may not yet have seen that the last exchange is over, or that the server closed.
            let channel = match channel {
                Channel::Http1(mut sender) => sender.ready().await.is_ok().then_some(Channel::Http1(sender)),
                http2 => Some(http2),
            };
            if let Some(channel) = channel {
                return Some(Lease { channel, link, entry: Arc::clone(self), reused: true });
            }
        }
    }
}

impl Lease {
    /// Whether the server speaks HTTP/2 here.
    pub(super) fn is_http2(&self) -> bool {
        matches!(self.channel, Channel::Http2(_))
    }

    /// Sends a request. The error gives it back if nothing of it was written.
    pub(super) async fn send(&mut self, request: Request<RequestTap>) -> Result<Response<Incoming>, TrySendError<Request<RequestTap>>> {
        match &mut self.channel {
            Channel::Http1(sender) => sender.try_send_request(request).await,
            Channel::Http2(sender) => sender.try_send_request(request).await,
        }
    }

    /// Gives the connection back after an exchange that was whole in both directions.
    pub(super) fn park(self) {
        let Channel::Http1(sender) = self.channel else { return };
        let since = self.entry.clock.nanoseconds();
        let mut kept = self.entry.kept();
        if kept.http1.len() < IDLE_EACH && !sender.is_closed() {
            kept.http1.push(Parked { sender, link: self.link, since });
        }
    }
}
