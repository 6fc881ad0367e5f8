//! Connections to servers, kept and used again: one stack of HTTP/1.1 connections or one HTTP/2 connection per target. It never shares a
//! connection between targets and never dials by itself: the connector does.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;

use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioIo, TokioTimer};

use super::body::RequestTap;
use super::clock::Clock;
use super::connector::{Connector, Dialled, Target};
use super::dial_error::DialError;
use super::engine::{ALIVE, FIELD_BYTES, FRAME};
use super::http1::origin::Connection;
use super::link::Link;
use super::tasks::Tasks;

/// How often idle connections are looked through.
pub(super) const SWEEP: Duration = Duration::from_secs(10);
/// A connection without an exchange for this long is closed, in nanoseconds.
const IDLE: i64 = 60_000_000_000;
/// A request that cannot be sent twice goes by a connection that was used within this time, in nanoseconds: servers close idle ones after a
/// few seconds, and nobody could say whether such a request arrived.
const FRESH: i64 = 2_000_000_000;
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
    http1: Vec<(Connection, i64)>,
    http2: Option<Lease>,
    plain: Vec<(PlainLease, i64)>,
    touched: i64,
}

/// The right to send one request.
pub(super) enum Channel {
    /// By HTTP/1, on a connection of its own.
    Http1(Connection),
    /// By HTTP/2, on a connection that others use as well.
    Http2(Lease),
}

/// The right to send on a connection of HTTP/2.
#[derive(Clone)]
pub(super) struct Lease {
    /// What takes requests.
    pub(super) sender: http2::SendRequest<RequestTap>,
    /// What is known of the connection.
    pub(super) link: Arc<Link>,
}

/// The right to send on a connection of the library's own engine of HTTP/1.1, which knows the letter case of fields that its server read.
pub(super) struct PlainLease {
    /// What takes requests.
    pub(super) sender: http1::SendRequest<RequestTap>,
    /// What is known of the connection.
    pub(super) link: Arc<Link>,
    /// Whether it served an exchange before.
    pub(super) reused: bool,
    /// Whether it serves no further one.
    pub(super) last: bool,
    entry: Arc<Entry>,
}

impl PlainLease {
    /// Gives the connection back after an exchange that was whole in both directions.
    pub(super) fn park(mut self) {
        self.reused = true;
        let entry = Arc::clone(&self.entry);
        let mut kept = entry.kept();
        if !self.last && kept.plain.len() < IDLE_EACH && !self.sender.is_closed() {
            kept.plain.push((self, entry.clock.nanoseconds()));
        }
    }
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
            .max_header_list_size(FIELD_BYTES)
            // A connection whose server is gone takes requests all the same, and each of them would keep it in use: it would never be swept.
            // Only while an exchange is under way: an idle connection is left in peace, and is closed by the sweep.
            .keep_alive_interval(Some(ALIVE.0))
            .keep_alive_timeout(ALIVE.1)
            .keep_alive_while_idle(false);
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

    /// A connection for one request: a kept one that is still open, or a new one. `repeatable`: the request may be sent twice.
    pub(super) async fn lease(&self, entry: &Arc<Entry>, repeatable: bool) -> Result<Channel, DialError> {
        if let Some(channel) = entry.kept_channel(repeatable).await {
            return Ok(channel);
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
        match entry.kept_channel(repeatable).await {
            Some(channel) => Ok(channel),
            None => self.dial(entry).await,
        }
    }

    async fn dial(&self, entry: &Arc<Entry>) -> Result<Channel, DialError> {
        let Dialled { socket, link, http2 } = self.connector.dial(&entry.target).await?;
        let link = Arc::new(link);
        if !http2 {
            entry.only_http1.store(true, Relaxed);
            return Ok(Channel::Http1(Connection::new(socket, link, Arc::clone(entry))));
        }
        let (sender, connection) = self.http2.handshake(TokioIo::new(socket)).await.map_err(DialError::Protocol)?;
        self.tasks.spawn(connection);
        let lease = Lease { sender, link };
        let mut kept = entry.kept();
        kept.http2 = Some(lease.clone());
        kept.touched = self.clock.nanoseconds();
        Ok(Channel::Http2(lease))
    }

    /// A connection of HTTP/1.1 that served nobody before, for a request that switches protocols.
    pub(super) async fn fresh(&self, entry: &Arc<Entry>) -> Result<Connection, DialError> {
        let Dialled { socket, link, .. } = self.connector.dial(&Target { http2: false, tunnel: true, ..entry.target.clone() }).await?;
        Ok(Connection::new(socket, Arc::new(link), Arc::clone(entry)))
    }

    /// A connection of the library's own engine. `kept`: one that served others will do.
    pub(super) async fn plain(&self, entry: &Arc<Entry>, kept: bool) -> Result<PlainLease, DialError> {
        loop {
            let found = if kept { entry.kept().plain.pop() } else { None };
            let Some((mut lease, _)) = found else { break };
            // The connection's own task may not yet have seen that the last exchange is over, or that the server closed.
            if lease.sender.ready().await.is_ok() {
                return Ok(lease);
            }
        }
        // Whoever switches protocols needs a way through; another proxy need not know them.
        let Dialled { socket, link, .. } =
            self.connector.dial(&Target { http2: false, tunnel: entry.target.tunnel || !kept, ..entry.target.clone() }).await?;
        let (sender, connection) = self.http1.handshake(TokioIo::new(socket)).await.map_err(DialError::Protocol)?;
        self.tasks.spawn(connection.with_upgrades());
        Ok(PlainLease { sender, link: Arc::new(link), reused: false, last: false, entry: Arc::clone(entry) })
    }

    /// Closes what was idle for long.
    pub(super) fn sweep(&self) {
        let before = self.clock.nanoseconds() - IDLE;
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.retain(|_, entry| {
            let mut kept = entry.kept();
            kept.http1.retain(|(_, since)| *since > before);
            kept.plain.retain(|(lease, since)| *since > before && !lease.sender.is_closed());
            let (touched, unused) = (kept.touched, |link: &Arc<Link>| Arc::strong_count(link) == 1);
            if kept.http2.as_ref().is_some_and(|lease| lease.sender.is_closed() || touched < before && unused(&lease.link)) {
                kept.http2 = None;
            }
            Arc::strong_count(entry) > 1 || kept.http2.is_some() || !kept.http1.is_empty() || !kept.plain.is_empty()
        });
    }
}

impl Entry {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn kept_channel(&self, repeatable: bool) -> Option<Channel> {
        loop {
            let mut connection = {
                let mut kept = self.kept();
                if let Some(lease) = kept.http2.as_ref().filter(|lease| !lease.sender.is_closed()) {
                    let lease = lease.clone();
                    kept.touched = self.clock.nanoseconds();
                    return Some(Channel::Http2(lease));
                }
                kept.http2 = None;
                let (connection, since) = kept.http1.pop()?;
                if !repeatable && self.clock.nanoseconds() - since > FRESH {
                    // The one used last lies on top; those below are older.
                    kept.http1.push((connection, since));
                    return None;
                }
                connection
            };
            // The server may have closed it meanwhile, or said something that nobody asked for.
            if std::future::poll_fn(|cx| Poll::Ready(connection.is_quiet(cx))).await {
                return Some(Channel::Http1(connection));
            }
        }
    }

    /// Takes a connection back after an exchange that was whole in both directions.
    pub(super) fn park(&self, connection: Connection) {
        let since = self.clock.nanoseconds();
        let mut kept = self.kept();
        if kept.http1.len() < IDLE_EACH {
            kept.http1.push((connection, since));
        }
    }
}
