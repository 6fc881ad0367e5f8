//! A switch to the WebSocket protocol (RFC 6455): the server is asked first, its 101 passes back unchanged, then bytes go both ways until
//! either side closes. It never answers 101 by itself and does not read the messages.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};

use super::engine::Engine;
use super::exchange::{Asked, Switched};
use super::failure::stage_of;
use super::journal::Duty;
use super::tunnel;
use crate::model::{End, FailureStage};

/// Protocols that a request may not switch to: the one would be HTTP/2 that nobody reads, the other TLS inside a connection that is read.
const NEVER: [&[u8]; 3] = [b"h2c", b"h2", b"tls"];

/// Whether a request asks over HTTP/1.1 for a switch to a protocol that passes (RFC 9110 section 7.8). Over HTTP/2 it is never offered (RFC
/// 8441).
pub(super) fn is_asked_for(asked: &Asked) -> bool {
    let words = |name| asked.fields.all(name).flat_map(|(_, value)| value.split(|byte| *byte == b',')).map(<[u8]>::trim_ascii);
    let protocol = |word: &[u8]| word.split(|byte| *byte == b'/').next().unwrap_or_default().to_ascii_lowercase();
    asked.version == "HTTP/1.1"
        && words("connection").any(|word| word.eq_ignore_ascii_case(b"upgrade"))
        && words("upgrade").next().is_some()
        && !words("upgrade").any(|word| NEVER.contains(&&*protocol(word)))
}

/// Serves a connection that switched, whose client's side a library still has: it gives that up once it has sent `response`.
pub(super) fn detach(engine: &Arc<Engine>, mut switched: Box<Switched>) {
    let Some(client) = switched.client.take() else { return };
    engine.tasks.spawn(async move {
        match client.await {
            Ok(client) => run(switched, TokioIo::new(client)).await,
            Err(error) => {
                let (stage, cause) = stage_of(&error);
                switched.duty.end(End::Failed { stage, cause }, None);
            }
        }
    });
}

/// Relays what follows the 101 until both sides are done.
pub(super) async fn run(switched: Box<Switched>, client: impl AsyncRead + AsyncWrite + Unpin) {
    let Switched { duty, server, .. } = *switched;
    let counters = Moved { up: Arc::default(), down: Arc::default(), duty };
    let end = match tunnel::relay(client, server, Arc::clone(&counters.up), Arc::clone(&counters.down)).await {
        Ok(()) => End::Complete,
        Err(error) => End::Failed { stage: FailureStage::Reset, cause: error.to_string() },
    };
    counters.duty.end(end, None);
}

/// Adds what was moved to the counters however the relay ends.
struct Moved {
    up: Arc<AtomicU64>,
    down: Arc<AtomicU64>,
    duty: Duty,
}

impl Drop for Moved {
    fn drop(&mut self) {
        let counters = &self.duty.engine().counters;
        counters.bytes_up.fetch_add(self.up.load(Relaxed), Relaxed);
        counters.bytes_down.fetch_add(self.down.load(Relaxed), Relaxed);
    }
}
