//! A switch to the WebSocket protocol (RFC 6455): the server is asked first, its 101 passes back unchanged, then bytes go both ways until
//! either side closes. It never answers 101 by itself and does not read the messages.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use http::{Method, Request, Response, StatusCode, header, request};
use http_body_util::Full;
use hyper_util::rt::TokioIo;

use super::body::{Outgoing, RequestTap, Source};
use super::engine::Engine;
use super::exchange::{self, Failure, Via};
use super::forwarding::{self, Onward};
use super::journal::Duty;
use super::tunnel;
use crate::model::{End, FailureStage};

/// Whether a request asks for WebSocket over HTTP/1.1 (RFC 6455 section 4.1). Over HTTP/2 it is never offered (RFC 8441).
pub(super) fn is_asked_for(parts: &request::Parts) -> bool {
    let says = |name: header::HeaderName, word: &[u8]| {
        let values = parts.headers.get_all(name).into_iter();
        let mut words = values.flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
        words.any(|found| found.trim_ascii().eq_ignore_ascii_case(word))
    };
    parts.method == Method::GET
        && parts.version == http::Version::HTTP_11
        && says(header::UPGRADE, b"websocket")
        && says(header::CONNECTION, b"upgrade")
}

/// Sends the request on over a connection of its own and relays what follows.
pub(super) async fn serve(
    engine: &Arc<Engine>,
    via: &Via,
    mut parts: request::Parts,
    body: Source,
    host: &str,
    duty: Duty,
) -> Result<Response<Outgoing>, (Failure, Duty)> {
    let (mut sender, link) = match engine.pool.for_upgrade(&via.entry.target).await {
        Ok(connection) => connection,
        Err(error) => return Err((Failure::Dial(error), duty)),
    };
    let (method, client) = (parts.method.clone(), parts.version);
    let onward = Onward { http2: false, upgrade: true, host, unknown_length: false };
    duty.changes(forwarding::request(&mut parts, onward));
    exchange::address(&mut parts, false, via.scheme, host);
    let mut request = Request::from_parts(parts, RequestTap::new(body, duty.journal()));
    let from_client = hyper::upgrade::on(&mut request);
    let response = exchange::patient(sender.send_request(request), &duty).await;
    duty.connection(link.facts());
    let mut response = match response {
        Ok(response) => response,
        Err(Some(error)) => return Err((Failure::Broken(error), duty)),
        Err(None) => return Err((Failure::NoHead, duty)),
    };
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        return exchange::answer(duty, response, None, &method, client).await;
    }
    let from_server = hyper::upgrade::on(&mut response);
    let head = exchange::response_head(&response);
    duty.changes(forwarding::response(response.headers_mut(), true, true));
    duty.head(head);
    engine.tasks.spawn(async move {
        let (client, server) = match tokio::try_join!(from_client, from_server) {
            Ok((client, server)) => (TokioIo::new(client), TokioIo::new(server)),
            Err(error) => {
                let (stage, cause) = exchange::stage_of(&error);
                return duty.end(End::Failed { stage, cause }, None);
            }
        };
        let counters = Moved { up: Arc::default(), down: Arc::default(), duty };
        let end = match tunnel::relay(client, server, Arc::clone(&counters.up), Arc::clone(&counters.down)).await {
            Ok(()) => End::Complete,
            Err(error) => End::Failed { stage: FailureStage::Reset, cause: error.to_string() },
        };
        counters.duty.end(end, None);
    });
    Ok(response.map(|_| Outgoing::Page(Full::default())))
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
