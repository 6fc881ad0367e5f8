//! A chat over WebSockets for the tests of the running program, in the clear: what each message is follows from its socket and its index, so
//! that both ends and the recording can be held against it. It is no model of a platform.

use std::net::SocketAddr;

use dataspoor::model::{BodyState, Direction, Message, Opcode};
use futures_util::{SinkExt as _, StreamExt as _};
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::{self, Message as Said};

use super::corpus::Draw;
use super::live_bench::head;

/// The host of the chat, in the clear.
pub(crate) const CHAT: &str = "b.test";

/// The message with this index on a socket, from either side.
pub(crate) fn said(url: &str, index: u64, direction: Direction) -> Said {
    let mut draw = Draw(index << 8 | u64::from(direction == Direction::Sent));
    let length = if draw.below(12) == 0 { 20_000 + draw.below(80_000) } else { draw.below(400) };
    let noise: Vec<u8> = (0..length).map(|_| b'a' + draw.below(26) as u8).collect();
    let text = format!("{url} {index} {}", String::from_utf8(noise).expect("letters"));
    if draw.below(3) == 0 { Said::binary(text.into_bytes()) } else { Said::text(text) }
}

/// A chat that answers every message.
pub(crate) async fn chat() -> (SocketAddr, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let task = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let _ = stream.set_nodelay(true);
                let mut path = String::new();
                #[expect(clippy::result_large_err, reason = "the type is that of the library")]
                let seen = |request: &tungstenite::handshake::server::Request, answer| {
                    path = request.uri().path().to_owned();
                    Ok(answer)
                };
                let Ok(mut socket) = tokio_tungstenite::accept_hdr_async(stream, seen).await else { return };
                let url = format!("http://{CHAT}{path}");
                let mut index = 0;
                while let Some(Ok(message)) = socket.next().await {
                    if message.is_text() || message.is_binary() {
                        assert_eq!(message, said(&url, index, Direction::Sent), "{url}: message {index} arrived changed");
                        if socket.send(said(&url, index, Direction::Received)).await.is_err() {
                            return;
                        }
                        index += 1;
                    }
                }
            });
        }
    });
    (address, task)
}

/// Opens a WebSocket through the proxy.
pub(crate) async fn open(proxy: SocketAddr, url: &str) -> std::io::Result<WebSocketStream<TcpStream>> {
    let mut stream = TcpStream::connect(proxy).await?;
    stream.set_nodelay(true)?;
    stream.write_all(format!("CONNECT {CHAT}:80 HTTP/1.1\r\nHost: {CHAT}:80\r\n\r\n").as_bytes()).await?;
    let answer = head(&mut stream).await?;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    let (socket, _) = tokio_tungstenite::client_async(url.replacen("http", "ws", 1), stream).await.map_err(std::io::Error::other)?;
    Ok(socket)
}

/// Says so many messages, each when the one before was answered; `answered` is called for each answer. `false`: the other side is gone.
pub(crate) async fn talk(socket: &mut WebSocketStream<TcpStream>, url: &str, count: u64, mut answered: impl FnMut()) -> bool {
    for index in 0..count {
        if socket.send(said(url, index, Direction::Sent)).await.is_err() {
            return false;
        }
        match socket.next().await {
            Some(Ok(got)) => assert_eq!(got, said(url, index, Direction::Received), "{url}: message {index}"),
            _ => return false,
        }
        answered();
    }
    true
}

/// Holds the messages of a socket against what was said. Answers how many were said by the server.
pub(crate) fn hold_messages(what: &str, url: &str, messages: &[Message]) -> u64 {
    let mut indices = [0, 0];
    for message in messages.iter().filter(|message| matches!(message.opcode, Opcode::Text | Opcode::Binary)) {
        let index = &mut indices[message.direction as usize];
        let said = said(url, *index, message.direction);
        assert_eq!(message.opcode == Opcode::Text, said.is_text(), "{what}: message {index}");
        assert_eq!(message.payload.bytes().expect("readable"), said.into_data(), "{what}: message {index}");
        assert_eq!(message.payload.state(), BodyState::Raw, "{what}: message {index}");
        *index += 1;
    }
    let [sent, received] = indices;
    assert!(sent >= received, "{what}: {received} answers to {sent} messages");
    received
}
