//! What happens after a switch of protocols: bytes go both ways unchanged, until both sides are done or one breaks, and the messages of a
//! WebSocket are recorded on the way. The last byte of a message passes only after the record of it is kept. It never changes a byte, and what it
//! cannot read passes all the same and is told as a gap.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, split};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::task::yield_now;
use tokio::time::timeout;

use super::body::{receipt, unkept};
use super::deflate::{Deflate, Inflater};
use super::engine::BUDGET;
use super::frames::{CEILINGS, Frames, Room, Seen};
use super::journal::Duty;
use crate::model::{BodyState, Direction, End, FailureStage, GapKind, Headers, Message, Timestamp, Unrecorded};

/// Bytes that all messages together may take whose end has not come. Beyond it they are cut.
pub(super) const UNFINISHED: usize = 64 * 1024 * 1024;
/// Bytes under way in each direction. Most such connections are idle most of the time, so there is no use in more.
const BUFFER: usize = 16 * 1024;
/// Bytes that are read before other tasks may have their turn, and what they may come to when decoded.
const TURN: (usize, u64) = (4 * 1024, 1024 * 1024);
/// What the record of a message takes in memory besides its payload, in bytes.
const BESIDE: usize = 256;
/// How long what a peer has sent is still passed on after it stopped to take anything.
const DRAINING: Duration = Duration::from_secs(1);

/// What the answer that switched protocols says about what follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Agreed {
    /// WebSocket, with permessage-deflate where that was agreed on.
    WebSocket(Option<Deflate>),
    /// Something else.
    Other,
}

impl Agreed {
    /// Reads the header fields of an answer with status 101.
    pub(super) fn of(headers: &Headers) -> Self {
        let mut protocols = headers.all("upgrade").flat_map(|(_, value)| value.split(|byte| *byte == b','));
        if !protocols.any(|protocol| protocol.trim_ascii().eq_ignore_ascii_case(b"websocket")) {
            return Self::Other;
        }
        Self::WebSocket(headers.all("sec-websocket-extensions").find_map(|(_, value)| Deflate::of(value)))
    }

    fn frames(self, direction: Direction) -> Frames {
        let Self::WebSocket(deflate) = self else { return Frames::unreadable() };
        let takeover = deflate.map(|deflate| match direction {
            Direction::Sent => deflate.client_takeover,
            Direction::Received => deflate.server_takeover,
        });
        Frames::new(takeover.map(|takeover| Inflater::new(takeover, CEILINGS.decoded)), CEILINGS)
    }
}

/// Relays what follows the answer that switched protocols, records it and ends the exchange.
pub(super) async fn relay<C, S>(duty: Duty, client: C, server: S, agreed: Agreed)
where
    C: AsyncRead + AsyncWrite + Unpin + Send,
    S: AsyncRead + AsyncWrite + Unpin + Send,
{
    let unfinished = &duty.engine().unfinished;
    let (up, down) = (Way::new(Direction::Sent, agreed, unfinished), Way::new(Direction::Received, agreed, unfinished));
    let mut both = Both { duty, up, down };
    let result = both.run(client, server).await;
    both.end(result);
}

/// Why a relay does not go on.
enum Broken {
    /// Whoever sends is gone.
    Read(io::Error),
    /// Whoever receives is gone. It may have sent something before.
    Write(io::Error),
    /// The exchange was ended by others.
    Late,
    /// The record could not be kept.
    Unkept,
}

/// Both directions. However the relay ends, what there is of messages is recorded before the end of the exchange.
struct Both {
    duty: Duty,
    up: Way,
    down: Way,
}

impl Both {
    async fn run<C, S>(&mut self, client: C, server: S) -> Result<(), Broken>
    where
        C: AsyncRead + AsyncWrite + Unpin + Send,
        S: AsyncRead + AsyncWrite + Unpin + Send,
    {
        let (from_client, to_client) = split(client);
        let (from_server, to_server) = split(server);
        let counters = &self.duty.engine().counters;
        let mut up = pin!(self.up.pass(&self.duty, from_client, to_server, &counters.bytes_up));
        let mut down = pin!(self.down.pass(&self.duty, from_server, to_client, &counters.bytes_down));
        tokio::select! {
            first = &mut up => after(first, down).await,
            first = &mut down => after(first, up).await,
        }
    }

    fn end(mut self, result: Result<(), Broken>) {
        let closed = self.up.frames.is_closed() && self.down.frames.is_closed();
        let failed = |stage, error: io::Error| End::Failed { stage, cause: error.to_string() };
        let end = match result {
            Ok(()) => End::Complete,
            // After both Close frames nothing is left to be said, and how the connection is torn down says nothing (RFC 6455 section 7.1.1).
            Err(Broken::Read(_) | Broken::Write(_)) if closed => End::Complete,
            Err(Broken::Read(error) | Broken::Write(error)) => failed(FailureStage::Reset, error),
            Err(Broken::Unkept) => failed(FailureStage::Unknown, unkept()),
            Err(Broken::Late) => return,
        };
        self.leave();
        self.duty.end(end, None);
    }

    /// Records what there is of messages that were begun, and what was not read.
    fn leave(&mut self) {
        for way in [&mut self.up, &mut self.down] {
            way.leave(&self.duty);
        }
    }
}

impl Drop for Both {
    fn drop(&mut self) {
        self.leave();
    }
}

/// Waits for the direction that is not done when the other one is.
async fn after(first: Result<(), Broken>, other: impl Future<Output = Result<(), Broken>>) -> Result<(), Broken> {
    match first {
        Ok(()) => other.await,
        Err(Broken::Write(error)) => {
            // Its last words may lie in the buffers of the operating system.
            let _ = timeout(DRAINING, other).await;
            Err(Broken::Write(error))
        }
        Err(broken) => Err(broken),
    }
}

/// One direction.
struct Way {
    direction: Direction,
    frames: Frames,
    room: Shared,
    /// Unread bytes that were told.
    told: u64,
}

impl Way {
    fn new(direction: Direction, agreed: Agreed, unfinished: &Arc<Semaphore>) -> Self {
        Self { direction, frames: agreed.frames(direction), room: Shared { all: Arc::clone(unfinished), taken: None }, told: 0 }
    }

    /// Passes bytes on until there are no more.
    async fn pass(
        &mut self,
        duty: &Duty,
        mut from: impl AsyncRead + Unpin,
        mut to: impl AsyncWrite + Unpin,
        moved: &AtomicU64,
    ) -> Result<(), Broken> {
        let mut buffer = vec![0; BUFFER];
        loop {
            let length = from.read(&mut buffer).await.map_err(Broken::Read)?;
            if length == 0 {
                return to.shutdown().await.map_err(Broken::Write);
            }
            if let Some(record) = self.record(duty, &buffer[..length]).await?
                && record.await.is_err()
            {
                duty.engine().problem();
                return Err(Broken::Unkept);
            }
            to.write_all(&buffer[..length]).await.map_err(Broken::Write)?;
            to.flush().await.map_err(Broken::Write)?;
            moved.fetch_add(length as u64, Relaxed);
        }
    }

    /// Records the messages that end in `bytes`. Answers what to wait for before these pass.
    async fn record(&mut self, duty: &Duty, bytes: &[u8]) -> Result<Option<oneshot::Receiver<()>>, Broken> {
        let mut last = None;
        let mut rest = bytes;
        while !rest.is_empty() {
            let before = self.frames.decoded();
            let (used, seen) = self.frames.push(&rest[..rest.len().min(TURN.0)], &mut self.room);
            rest = &rest[used..];
            if let Some(seen) = seen {
                last = Some(self.submit(duty, seen).await?);
            }
            if self.frames.decoded() - before > TURN.1 {
                yield_now().await;
            }
        }
        // The first unread bytes are told at once and the others at the end, so that no interruption hides that there were any.
        if self.told == 0 && self.frames.unread() > 0 {
            let (kept, record) = receipt();
            self.tell_unread(duty, kept)?;
            last = Some(record);
        }
        Ok(last)
    }

    async fn submit(&mut self, duty: &Duty, seen: Seen) -> Result<oneshot::Receiver<()>, Broken> {
        let at = duty.engine().clock.now();
        let permit = Arc::clone(&duty.engine().budget).acquire_many_owned(cost(&seen)).await.map_err(|_| Broken::Late)?;
        self.room.give_back(seen.room);
        let (kept, record) = receipt();
        let kept = Box::new(move || {
            drop(permit);
            kept();
        });
        if self.hand_in(duty, seen, at, kept) { Ok(record) } else { Err(Broken::Late) }
    }

    fn hand_in(&self, duty: &Duty, seen: Seen, at: Timestamp, receipt: crate::model::Receipt) -> bool {
        let cut = matches!(seen.payload.state(), BodyState::Truncated(Unrecorded::Ceiling) | BodyState::Missing(Unrecorded::Ceiling));
        if cut {
            duty.gap(GapKind::MessagesCut, at, 1, Box::new(|| ()));
        }
        duty.message(Message { direction: self.direction, at: Some(at), opcode: seen.opcode, payload: seen.payload }, receipt)
    }

    fn tell_unread(&mut self, duty: &Duty, receipt: crate::model::Receipt) -> Result<(), Broken> {
        let unread = self.frames.unread();
        let count = unread - std::mem::replace(&mut self.told, unread);
        let at = duty.engine().clock.now();
        if duty.gap(GapKind::MessagesUnread, at, count, receipt) { Ok(()) } else { Err(Broken::Late) }
    }

    /// Records what is left. It cannot wait for room in the byte budget, and what it hands in was held in memory before.
    fn leave(&mut self, duty: &Duty) {
        let at = duty.engine().clock.now();
        let left: Vec<Seen> = self.frames.cut().collect();
        for seen in left {
            let permit = Arc::clone(&duty.engine().budget).try_acquire_many_owned(cost(&seen)).ok();
            self.room.give_back(seen.room);
            self.hand_in(duty, seen, at, Box::new(move || drop(permit)));
        }
        if self.frames.unread() > self.told {
            // There is nobody left to wait.
            let _ = self.tell_unread(duty, Box::new(|| ()));
        }
    }
}

/// What a message takes of the byte budget. Its payload is far below 4 GiB.
fn cost(seen: &Seen) -> u32 {
    (seen.payload.len() as usize + BESIDE).min(BUDGET) as u32
}

/// The room that all connections share, and what one direction has of it.
struct Shared {
    all: Arc<Semaphore>,
    taken: Option<OwnedSemaphorePermit>,
}

impl Room for Shared {
    fn take(&mut self, bytes: usize) -> bool {
        let Some(more) = u32::try_from(bytes).ok().and_then(|bytes| Arc::clone(&self.all).try_acquire_many_owned(bytes).ok()) else {
            return false;
        };
        match &mut self.taken {
            Some(taken) => taken.merge(more),
            None => self.taken = Some(more),
        }
        true
    }
}

impl Shared {
    fn give_back(&mut self, bytes: usize) {
        drop(self.taken.as_mut().and_then(|taken| taken.split(bytes)));
    }
}
