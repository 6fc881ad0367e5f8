//! The host of the lasting connection: a WebSocket (RFC 6455) with the subprotocol `mqtt` that says a few things in both directions.
//!
//! The messages are invented; they are not MQTT. No extension is accepted, so frames are never compressed.

use std::io;

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use http::{Method, Response, StatusCode};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::sync::{broadcast, watch};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::{Error, Message, protocol::Role};

use super::NOTICE;
use super::access::Row;
use super::answer::{Answer, Outgoing};
use super::delivery::missing;
use super::parts::Asked;
use crate::model::Direction;

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
    let response = answer.send(row.clone());
    let browser = asked.cookie("datr").unwrap_or_default().to_owned();
    tokio::spawn(async move {
        if let Err(cause) = converse(upgrade, row, &browser, choices, stopped).await {
            tracing::debug!(%cause, "the simulated conversation broke off");
        }
    });
    response
}

async fn converse(
    upgrade: OnUpgrade,
    row: Row,
    browser: &str,
    mut choices: broadcast::Receiver<String>,
    mut stopped: watch::Receiver<()>,
) -> io::Result<()> {
    let upgraded = upgrade.await.map_err(io::Error::other)?;
    let mut socket = WebSocketStream::from_raw_socket(TokioIo::new(upgraded), Role::Server, None).await;
    loop {
        let message = tokio::select! {
            message = socket.next() => message,
            Ok(chosen) = choices.recv() => {
                if chosen == browser {
                    say(&mut socket, &row, text(json!({ "topic": "/simulated_choice", "state": "received" }))).await?;
                }
                continue;
            }
            _ = stopped.changed() => return Ok(()),
        };
        match message {
            Some(Ok(Message::Binary(bytes))) => {
                keep(&row, Direction::Sent, bytes);
                say(&mut socket, &row, Message::binary(&b"\x20\x02\x00\x00"[..])).await?;
            }
            Some(Ok(Message::Text(said))) => {
                let presence = said.contains("\"/simulated_presence\"");
                keep(&row, Direction::Sent, said.into());
                // The other side is asked whether it is still there, and hears the next message only once it has said so.
                if presence {
                    say(&mut socket, &row, text(json!({ "topic": "/simulated_presence", "ok": true }))).await?;
                    socket.send(Message::Ping("SIMULATED".into())).await.map_err(io::Error::other)?;
                }
            }
            Some(Ok(Message::Pong(_))) => say(&mut socket, &row, text(json!({ "topic": "/simulated_update", "online": 3 }))).await?,
            Some(Ok(Message::Ping(_) | Message::Frame(_))) => {}
            Some(Ok(Message::Close(_))) => row.write(|access| access.finished = true),
            None | Some(Err(Error::ConnectionClosed)) => return Ok(()),
            Some(Err(cause)) => return Err(io::Error::other(cause)),
        }
    }
}

/// A text message that says what it is.
fn text(mut message: Value) -> Message {
    message["simulated"] = NOTICE.into();
    Message::text(message.to_string())
}

async fn say(socket: &mut WebSocketStream<TokioIo<Upgraded>>, row: &Row, message: Message) -> io::Result<()> {
    keep(row, Direction::Received, message.clone().into_data());
    socket.send(message).await.map_err(io::Error::other)
}

fn keep(row: &Row, direction: Direction, payload: Bytes) {
    row.write(|access| {
        if direction == Direction::Received {
            access.response_bytes += payload.len() as u64;
        }
        access.messages.push((direction, payload));
    });
}
