//! A second conversation with a Chromium, which only listens and asks: it follows every target (pages, frames in processes of their own, workers),
//! hears what the browser says of cookies it refused, and asks frames what their origins keep. It enables `Network` events, which
//! the driver's own conversation does for pages anyway; it sets nothing, intercepts nothing, and nothing that it does is sent by a page.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{WebSocketStream, client_async_with_config};

use super::BrowserError;
use super::refusals::Tally;
use crate::model::{NotRead, Refusals};

/// Longest message, in bytes: an event that names the headers of a request, or an answer of a frame.
const LONGEST: usize = 64 << 20;

/// How long an answer is waited for: a frame that hangs must not keep a mark from being set.
const ANSWER: Duration = Duration::from_secs(5);

/// A target that is followed, by its session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Followed {
    /// The session, for [`Watch::ask`].
    pub(super) session: String,
    /// `page`, `iframe`, `worker`, `service_worker`, `shared_worker` or another word of the browser.
    pub(super) kind: String,
}

/// A command, and where its answer is awaited.
struct Question {
    session: Option<String>,
    method: &'static str,
    parameters: Value,
    answer: oneshot::Sender<Result<Value, String>>,
}

/// See the head of this file. Closed when dropped.
pub(super) struct Watch {
    questions: mpsc::UnboundedSender<Question>,
    state: Arc<Mutex<State>>,
    /// Told whenever another session is heard, or cannot be.
    listening: Arc<Notify>,
    task: JoinHandle<()>,
}

/// What is known so far.
#[derive(Debug, Default)]
struct State {
    tally: Tally,
    /// Kind of each target that is followed, by session, and its identifier.
    sessions: BTreeMap<String, (String, String)>,
    /// Sessions of which the browser has said that it will give network events.
    heard: BTreeSet<String>,
    /// Targets of which the browser gives no network events: kind, and what it says.
    deaf: BTreeSet<(String, String)>,
    /// Why nothing more is heard, once that has come to pass.
    ended: Option<String>,
}

impl Watch {
    /// Begins to listen to the browser whose address for the protocol is `address` (`ws://127.0.0.1:port/devtools/browser/…`).
    pub(super) async fn open(address: &str) -> Result<Self, BrowserError> {
        let failed = |why: String| BrowserError::Conversation { doing: "be listened to", why };
        let rest =
            address.trim().strip_prefix("ws://").ok_or_else(|| failed(format!("{address} is no address of a port on this machine")))?;
        let authority = rest.split('/').next().unwrap_or_default();
        let stream = TcpStream::connect(authority).await.map_err(|error| failed(error.to_string()))?;
        if !stream.peer_addr().is_ok_and(|peer| peer.ip().is_loopback()) {
            return Err(failed(format!("{authority} does not lie on this machine")));
        }
        let config = WebSocketConfig::default().max_message_size(Some(LONGEST)).max_frame_size(Some(LONGEST));
        let opened = timeout(ANSWER, client_async_with_config(address.trim(), stream, Some(config))).await;
        let (socket, _) = opened.map_err(|_| failed("no answer".to_owned()))?.map_err(|error| failed(error.to_string()))?;
        let (questions, asked) = mpsc::unbounded_channel();
        let state = Arc::new(Mutex::new(State::default()));
        let listening = Arc::new(Notify::new());
        let task = tokio::spawn(listen(socket, asked, Arc::clone(&state), Arc::clone(&listening)));
        let watch = Self { questions, state, listening, task };
        watch.ask(None, "Target.setAutoAttach", follow()).await.map_err(failed)?;
        Ok(watch)
    }

    /// Waits until a page is heard, so that nothing of its first document is missed; for a while at most, after which reports say what was not heard.
    pub(super) async fn page_is_heard(&self) {
        let heard = async {
            loop {
                let told = self.listening.notified();
                {
                    let state = self.state();
                    let page = state.sessions.iter().any(|(session, (kind, _))| kind == "page" && state.heard.contains(session));
                    if page || state.ended.is_some() || !state.deaf.is_empty() {
                        return;
                    }
                }
                told.await;
            }
        };
        if timeout(ANSWER, heard).await.is_err() {
            tracing::debug!("no page was heard within {} s", ANSWER.as_secs());
        }
    }

    /// Has the browser answer a question, in a session or as a whole.
    pub(super) async fn ask(&self, session: Option<&str>, method: &'static str, parameters: Value) -> Result<Value, String> {
        let (answer, awaited) = oneshot::channel();
        let gone = || "the conversation has ended".to_owned();
        let question = Question { session: session.map(str::to_owned), method, parameters, answer };
        self.questions.send(question).map_err(|_| gone())?;
        match timeout(ANSWER, awaited).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => Err(gone()),
            Err(_) => Err(format!("no answer within {} s", ANSWER.as_secs())),
        }
    }

    /// What was refused so far, after everything has been heard that the browser has said up to now; and what could not be heard.
    pub(super) async fn refusals(&self) -> (Refusals, Vec<NotRead>) {
        // Events come before the answer to a question that is asked after them.
        let asked = self.ask(None, "Browser.getVersion", json!({})).await;
        let state = self.state();
        let not_read = |why: String| NotRead { what: "refusals".to_owned(), place: String::new(), why };
        let mut lost: Vec<NotRead> = state.deaf.iter().map(|(kind, why)| not_read(format!("{kind}: {why}"))).collect();
        let broken = state.ended.clone().or(asked.err());
        let unbroken = broken.is_none();
        lost.extend(broken.map(not_read));
        (state.tally.report(unbroken), lost)
    }

    /// The targets that are followed now, by session.
    pub(super) fn followed(&self) -> Vec<Followed> {
        let of = |(session, (kind, _)): (&String, &(String, String))| Followed { session: session.clone(), kind: kind.clone() };
        self.state().sessions.iter().map(of).collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // It holds whole rows only, whatever panicked elsewhere.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What has a browser hand over every target, before it begins to act.
fn follow() -> Value {
    json!({ "autoAttach": true, "waitForDebuggerOnStart": true, "flatten": true })
}

/// Carries questions and answers, and hears events, until either side goes away.
async fn listen(
    mut socket: WebSocketStream<TcpStream>,
    mut asked: mpsc::UnboundedReceiver<Question>,
    state: Arc<Mutex<State>>,
    listening: Arc<Notify>,
) {
    let mut awaiting: BTreeMap<u64, oneshot::Sender<Result<Value, String>>> = BTreeMap::new();
    // Sessions whose network events were asked for, by number of the command.
    let mut enabling: BTreeMap<u64, (String, String)> = BTreeMap::new();
    let mut last = 0;
    let why = loop {
        let mut out: Vec<(Option<String>, &'static str, Value)> = Vec::new();
        tokio::select! {
            question = asked.recv() => {
                let Some(Question { session, method, parameters, answer }) = question else { return };
                awaiting.insert(last + 1, answer);
                out.push((session, method, parameters));
            }
            message = socket.next() => match message {
                Some(Ok(Message::Text(text))) => {
                    let Ok(mut message) = serde_json::from_str::<Value>(&text) else { continue };
                    let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
                    match message["id"].as_u64() {
                        Some(id) => {
                            let said = message["error"]["message"].as_str().map(str::to_owned);
                            if let Some((session, kind)) = enabling.remove(&id) {
                                match &said {
                                    Some(why) => drop(state.deaf.insert((kind, why.clone()))),
                                    None => drop(state.heard.insert(session)),
                                }
                                listening.notify_one();
                            }
                            if let Some(awaiting) = awaiting.remove(&id) {
                                // Whoever asked may have given up.
                                let _unheard = awaiting.send(said.map_or_else(|| Ok(message["result"].take()), Err));
                            }
                        }
                        None => state.event(&message, &mut out),
                    }
                }
                Some(Ok(_)) => {}
                Some(Err(error)) => break error.to_string(),
                None => break "the browser has closed it".to_owned(),
            },
        }
        let mut failure = None;
        for (session, method, parameters) in out {
            last += 1;
            if method == "Network.enable" {
                let kind = session.as_ref().and_then(|session| {
                    state.lock().unwrap_or_else(PoisonError::into_inner).sessions.get(session).map(|(kind, _)| kind.clone())
                });
                enabling.insert(last, (session.clone().unwrap_or_default(), kind.unwrap_or_default()));
            }
            let mut command = json!({ "id": last, "method": method, "params": parameters });
            if let Some(session) = session {
                command["sessionId"] = Value::from(session);
            }
            if let Err(error) = socket.send(Message::text(command.to_string())).await {
                failure = Some(error.to_string());
                break;
            }
        }
        if let Some(why) = failure {
            break why;
        }
    };
    state.lock().unwrap_or_else(PoisonError::into_inner).ended = Some(why.clone());
    for (_, awaiting) in awaiting {
        let _unheard = awaiting.send(Err(why.clone()));
    }
}

impl State {
    /// Takes an event; `out`: what is to be sent because of it.
    fn event(&mut self, message: &Value, out: &mut Vec<(Option<String>, &'static str, Value)>) {
        let (Some(method), parameters) = (message["method"].as_str(), &message["params"]) else { return };
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        match method {
            "Target.attachedToTarget" => {
                let session = text(&parameters["sessionId"]);
                let (kind, target) = (text(&parameters["targetInfo"]["type"]), text(&parameters["targetInfo"]["targetId"]));
                // A worker is handed over by the browser and by its page; heard twice, it would be counted twice.
                let known = self.sessions.values().any(|(_, followed)| *followed == target);
                if !known {
                    self.sessions.insert(session.clone(), (kind, target));
                    // No bodies are kept for us.
                    let sparing = json!({ "maxTotalBufferSize": 0, "maxResourceBufferSize": 0 });
                    out.push((Some(session.clone()), "Network.enable", sparing));
                    out.push((Some(session.clone()), "Target.setAutoAttach", follow()));
                }
                // In any case it waits for us.
                out.push((Some(session.clone()), "Runtime.runIfWaitingForDebugger", json!({})));
                if known {
                    // Whoever handed it over takes it back.
                    let by = message["sessionId"].as_str().map(str::to_owned);
                    out.push((by, "Target.detachFromTarget", json!({ "sessionId": session })));
                }
            }
            "Target.detachedFromTarget" => {
                let session = parameters["sessionId"].as_str().unwrap_or_default();
                self.sessions.remove(session);
                self.heard.remove(session);
            }
            _ => self.tally.event(method, parameters),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_followed_once_and_never_left_waiting() {
        let mut state = State::default();
        let attached = |session: &str, target: &str| {
            json!({"method": "Target.attachedToTarget",
                "params": {"sessionId": session, "targetInfo": {"type": "service_worker", "targetId": target}, "waitingForDebugger": true}})
        };
        let mut out = Vec::new();
        state.event(&attached("s1", "t1"), &mut out);
        let methods = |out: &[(Option<String>, &'static str, Value)]| out.iter().map(|(_, method, _)| *method).collect::<Vec<_>>();
        assert_eq!(methods(&out), ["Network.enable", "Target.setAutoAttach", "Runtime.runIfWaitingForDebugger"]);
        out.clear();
        state.event(&attached("s2", "t1"), &mut out);
        assert_eq!(methods(&out), ["Runtime.runIfWaitingForDebugger", "Target.detachFromTarget"]);
        assert_eq!(state.sessions.len(), 1);
        state.event(&json!({"method": "Target.detachedFromTarget", "params": {"sessionId": "s1"}}), &mut out);
        assert!(state.sessions.is_empty());
        for odd in [json!({}), json!({"method": 3}), json!({"method": "Network.requestWillBeSent"}), json!([])] {
            state.event(&odd, &mut out);
        }
    }
}
