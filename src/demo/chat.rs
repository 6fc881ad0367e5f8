//! The host of the lasting connection: a WebSocket (RFC 6455) with the subprotocol `mqtt` that says a few things in both directions.
//!
//! The messages are invented; they are not MQTT. To browsers that offer permessage-deflate (RFC 7692) they go compressed, as is usual.

use std::io;

use bytes::Bytes;
use futures_util::SinkExt;
use http::{Method, Response, StatusCode};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::sync::{broadcast, watch};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use yawc::{Frame, OpCode, Options, Role, WebSocket, WebSocketError};

use super::NOTICE;
use super::access::Row;
use super::answer::{Answer, Outgoing};
use super::delivery::missing;
use super::parts::Asked;
use crate::model::Direction;

/// The extension that is accepted, with what its parameters are by default.
const DEFLATE: &str = "permessage-deflate";

/// A conversation.
type Socket = WebSocket<TokioIo<Upgraded>>;

/// Whether a client offers [`DEFLATE`] in a way that an answer without parameters accepts (RFC 7692 section 7.1).
fn offers_deflate(offers: &str) -> bool {
    offers.split(',').any(|offer| {
        let mut words = offer.split(';').map(str::trim);
        words.next() == Some(DEFLATE) && !words.any(|word| word.starts_with("server_"))
    })
}

/// Answers a request to the chat host. A switch is followed by the conversation in a task that ends with the world.
pub(super) fn answer(
    asked: &Asked,
    upgrade: OnUpgrade,
    row: Row,
    choices: broadcast::Receiver<String>,
    stopped: watch::Receiver<()>,
) -> Response<Outgoing> {
    if asked.method != Method::GET || asked.path != "/chat" {
        return missing().send(row);
    }
    let says = |name: &str, word: &str| {
        asked.header(name).is_some_and(|value| value.split(',').any(|part| part.trim().eq_ignore_ascii_case(word)))
    };
    let key = asked.header("sec-websocket-key").filter(|_| says("upgrade", "websocket") && says("sec-websocket-version", "13"));
    let Some(key) = key.filter(|_| says("sec-websocket-protocol", "mqtt")) else {
        let text = "Hier wordt alleen WebSocket met het subprotocol mqtt gesproken.";
        return Answer::nothing(StatusCode::UPGRADE_REQUIRED, "WebSocket", text).with("upgrade", "websocket").send(row);
    };
    let answer = Answer::new(StatusCode::SWITCHING_PROTOCOLS)
        .with("connection", "Upgrade")
        .with("upgrade", "websocket")
        .with("sec-websocket-accept", derive_accept_key(key.as_bytes()))
        .with("sec-websocket-protocol", "mqtt");
    let extension = asked.header("sec-websocket-extensions").filter(|offers| offers_deflate(offers)).map(|_| DEFLATE);
    let answer = if extension.is_some() { answer.with("sec-websocket-extensions", DEFLATE) } else { answer };
    let response = answer.send(row.clone());
    let browser = asked.cookie("datr").unwrap_or_default().to_owned();
    tokio::spawn(async move {
        if let Err(cause) = converse(upgrade, extension, row, &browser, choices, stopped).await {
            tracing::debug!(%cause, "the simulated conversation broke off");
        }
    });
    response
}

async fn converse(
    upgrade: OnUpgrade,
    extension: Option<&str>,
    row: Row,
    browser: &str,
    mut choices: broadcast::Receiver<String>,
    mut stopped: watch::Receiver<()>,
) -> io::Result<()> {
    let upgraded = TokioIo::new(upgrade.await.map_err(io::Error::other)?);
    let options = Options::default().with_balanced_compression();
    let mut socket = WebSocket::from_stream_with_extensions(upgraded, Role::Server, extension, options).map_err(io::Error::other)?;
    loop {
        let frame = tokio::select! {
            frame = socket.next_frame() => frame,
            Ok(chosen) = choices.recv() => {
                if chosen == browser {
                    say(&mut socket, &row, text(json!({ "topic": "/simulated_choice", "state": "received" }))).await?;
                }
                continue;
            }
            _ = stopped.changed() => return Ok(()),
        };
        let (opcode, _, payload) = match frame {
            Ok(frame) => frame.into_parts(),
            Err(WebSocketError::ConnectionClosed) => return Ok(()),
            Err(cause) => return Err(io::Error::other(cause)),
        };
        match opcode {
            OpCode::Binary => {
                keep(&row, Direction::Sent, payload);
                say(&mut socket, &row, Frame::binary(&b"\x20\x02\x00\x00"[..])).await?;
            }
            OpCode::Text => {
                let presence = String::from_utf8_lossy(&payload).contains("\"/simulated_presence\"");
                keep(&row, Direction::Sent, payload);
                // The other side is asked whether it is still there, and hears the next message only once it has said so.
                if presence {
                    say(&mut socket, &row, text(json!({ "topic": "/simulated_presence", "ok": true }))).await?;
                    socket.send(Frame::ping("SIMULATED")).await.map_err(io::Error::other)?;
                }
            }
            OpCode::Pong => say(&mut socket, &row, text(json!({ "topic": "/simulated_update", "online": 3 }))).await?,
            // Pings and Close frames are answered by the engine, and it joins fragments.
            OpCode::Close => row.write(|access| access.finished = true),
            OpCode::Ping | OpCode::Continuation => {}
        }
    }
}

/// A text message that says what it is.
fn text(mut message: Value) -> Frame {
    message["simulated"] = NOTICE.into();
    Frame::text(message.to_string())
}

async fn say(socket: &mut Socket, row: &Row, frame: Frame) -> io::Result<()> {
    keep(row, Direction::Received, frame.payload().clone());
    socket.send(frame).await.map_err(io::Error::other)
}

fn keep(row: &Row, direction: Direction, payload: Bytes) {
    row.write(|access| {
        if direction == Direction::Received {
            access.response_bytes += payload.len() as u64;
        }
        access.messages.push((direction, payload));
    });
}
