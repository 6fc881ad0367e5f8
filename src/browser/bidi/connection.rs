//! The connection to a browser that speaks WebDriver BiDi: commands out, answers in, over one WebSocket on loopback. Never goes through the
//! proxy that is recorded, and never speaks with anything but this machine.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use crate::browser::BrowserError;
use crate::browser::driver::LOADED;

/// Longest message, in bytes: a picture of a window is one message, in base64.
const LONGEST: usize = 256 << 20;

/// Why a command was not carried out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    /// The browser says so.
    #[error("{error}: {message}")]
    Said {
        /// Its code: `no such frame`, `unknown error`.
        error: String,
        /// Its explanation.
        message: String,
    },
    /// It has gone, or the conversation broke off.
    #[error("the conversation has ended ({0})")]
    Gone(String),
    /// It did not answer in time.
    #[error("no answer within {} s", LOADED.as_secs())]
    Late,
}

/// A command, and where its answer is awaited.
type Command = (&'static str, Value, oneshot::Sender<Result<Value, Refusal>>);

/// An open connection. Closed when dropped.
pub(super) struct Connection {
    commands: mpsc::UnboundedSender<Command>,
    task: JoinHandle<()>,
}

impl Connection {
    /// Opens one to the browser at `address`: `ws://127.0.0.1:port`.
    ///
    /// # Errors
    ///
    /// The address is none on this machine, or nothing answers there.
    pub(super) async fn open(address: &str) -> Result<Self, BrowserError> {
        let failed = |why: String| BrowserError::Conversation { doing: "connect", why: format!("{address}: {why}") };
        let authority = address.trim().strip_prefix("ws://").unwrap_or_default().split('/').next().unwrap_or_default();
        let at: SocketAddr = authority.parse().map_err(|_| failed("this is no address of a port on this machine".to_owned()))?;
        if !at.ip().is_loopback() {
            return Err(failed("it does not lie on this machine".to_owned()));
        }
        let stream = TcpStream::connect(at).await.map_err(|error| failed(error.to_string()))?;
        let config = WebSocketConfig::default().max_message_size(Some(LONGEST)).max_frame_size(Some(LONGEST));
        let open = client_async_with_config(format!("ws://{at}/session"), stream, Some(config));
        let (socket, _) = match timeout(LOADED, open).await {
            Ok(opened) => opened.map_err(|error| failed(error.to_string()))?,
            Err(_) => return Err(failed(Refusal::Late.to_string())),
        };
        let (commands, taken) = mpsc::unbounded_channel();
        Ok(Self { commands, task: tokio::spawn(converse(socket, taken)) })
    }

    /// Has the browser carry out a command, and returns the result.
    pub(super) async fn ask(&self, method: &'static str, parameters: Value) -> Result<Value, Refusal> {
        let (answer, awaited) = oneshot::channel();
        let gone = || Refusal::Gone("the browser has closed it".to_owned());
        self.commands.send((method, parameters, answer)).map_err(|_| gone())?;
        match timeout(LOADED, awaited).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => Err(gone()),
            Err(_) => Err(Refusal::Late),
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Carries commands and answers until either side goes away.
async fn converse(mut socket: WebSocketStream<TcpStream>, mut taken: mpsc::UnboundedReceiver<Command>) {
    let mut awaiting: BTreeMap<u64, oneshot::Sender<Result<Value, Refusal>>> = BTreeMap::new();
    let mut last = 0;
    let ended: Result<(), Error> = loop {
        tokio::select! {
            command = taken.recv() => {
                let Some((method, parameters, answer)) = command else { break Ok(()) };
                last += 1;
                awaiting.insert(last, answer);
                let text = json!({ "id": last, "method": method, "params": parameters }).to_string();
                if let Err(error) = socket.send(Message::text(text)).await {
                    break Err(error);
                }
            }
            message = socket.next() => match message {
                Some(Ok(Message::Text(text))) => {
                    // Events were not asked for, so what bears no number of ours concerns nobody.
                    if let Some((id, answer)) = answer(&text)
                        && let Some(awaiting) = awaiting.remove(&id)
                    {
                        // Whoever asked may have given up.
                        let _unheard = awaiting.send(answer);
                    }
                }
                Some(Ok(_)) => {}
                Some(Err(error)) => break Err(error),
                None => break Ok(()),
            },
        }
    };
    let why = ended.err().map_or_else(|| "the browser has closed it".to_owned(), |error| error.to_string());
    for (_, awaiting) in awaiting {
        let _unheard = awaiting.send(Err(Refusal::Gone(why.clone())));
    }
}

/// The number of the command that a message answers, and the answer.
fn answer(text: &str) -> Option<(u64, Result<Value, Refusal>)> {
    let mut message: Value = serde_json::from_str(text).ok()?;
    let id = message["id"].as_u64()?;
    let said = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Some(match message["type"].as_str() {
        Some("success") => (id, Ok(message["result"].take())),
        _ => (id, Err(Refusal::Said { error: said(&message["error"]), message: said(&message["message"]) })),
    })
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    #[test]
    fn answers_and_what_is_none() {
        assert_eq!(answer(r#"{"type":"success","id":3,"result":{"a":1}}"#), Some((3, Ok(json!({"a": 1})))));
        let refused = Refusal::Said { error: "no such frame".to_owned(), message: "gone".to_owned() };
        assert_eq!(answer(r#"{"type":"error","id":4,"error":"no such frame","message":"gone"}"#), Some((4, Err(refused))));
        for text in [r#"{"type":"event","method":"x","params":{}}"#, "{", r#"{"type":"error","id":null}"#] {
            assert_eq!(answer(text), None, "{text}");
        }
    }

    #[tokio::test]
    async fn only_this_machine_is_spoken_to_and_a_missing_or_crashed_browser_is_said() {
        for address in ["ws://192.0.2.1:80", "http://127.0.0.1:1", "ws://localhost:1", ""] {
            assert!(Connection::open(address).await.is_err(), "{address}");
        }
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("ws://{}", listener.local_addr().expect("an address"));
        let crashing = tokio::spawn(async move {
            let (stream, _) = listener.accept().await.expect("a connection");
            let mut socket = tokio_tungstenite::accept_async(stream).await.expect("a WebSocket");
            let asked = socket.next().await;
            drop((socket, listener));
            asked.is_some_and(|message| message.is_ok())
        });
        let connection = Connection::open(&address).await.expect("it listens");
        let lost = connection.ask("session.new", json!({})).await.expect_err("it went away");
        assert!(matches!(lost, Refusal::Gone(_)), "{lost}");
        assert!(crashing.await.expect("it ran"));
        assert!(matches!(connection.ask("session.new", json!({})).await, Err(Refusal::Gone(_))));
        let error = Connection::open(&address).await.err().expect("nobody listens any more").to_string();
        assert!(error.contains("could not connect") && error.contains("start it again"), "{error}");
    }
}
