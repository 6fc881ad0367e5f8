//! A switch to another protocol, WebSocket (RFC 6455) first of all: the server is asked first, its 101 passes back unchanged, and then it is the
//! turn of `relay`. It never answers 101 by itself.

use std::sync::Arc;

use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};

use super::engine::Engine;
use super::exchange::{Asked, Switched};
use super::failure::stage_of;
use super::relay::{Agreed, relay};
use crate::model::End;

/// Whether a request asks to switch to a protocol that we may pass on (RFC 9110 section 7.8). HTTP/2 has no such thing, and what it has
/// instead for WebSocket (RFC 8441) is never offered.
///
/// Other versions of HTTP and TLS are not passed on: they would carry exchanges, which would not be recorded.
pub(super) fn is_asked_for(asked: &Asked) -> bool {
    let words = |name| {
        let values = asked.fields.all(name).flat_map(|(_, value)| value.split(|byte| *byte == b','));
        values.map(<[u8]>::trim_ascii).filter(|word| !word.is_empty())
    };
    let passes = |protocol: &[u8]| {
        let name = protocol.split(|byte| *byte == b'/').next().unwrap_or_default().to_ascii_lowercase();
        match name.as_slice() {
            b"websocket" => asked.method == "GET",
            b"h2c" | b"h2" | b"http" | b"tls" => false,
            _ => true,
        }
    };
    asked.version == "HTTP/1.1"
        && words("connection").any(|word| word.eq_ignore_ascii_case(b"upgrade"))
        && words("upgrade").next().is_some()
        && words("upgrade").all(passes)
}

/// Serves a connection that switched, whose client's side a library still has: it gives that up once it has sent the 101.
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
pub(super) async fn run(switched: Box<Switched>, client: impl AsyncRead + AsyncWrite + Unpin + Send) {
    let Switched { duty, server, fields, .. } = *switched;
    relay(duty, client, server, Agreed::of(&fields)).await;
}
