//! What our own exports say of an entry beside the fields of the format they are written in (`_dataspoor` in HAR, `metadata` in WARC): whatever that
//! format has no field for. `har` reads it back; nobody has to believe it, so a file that carries it stays a file of others.

mod words;

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde::{Deserialize, Serialize};

pub(super) use words::state_id;
use words::{ANOMALIES, FIDELITIES, STAGES, id_of, named, not_carried_named, state_named};

use crate::model::{
    Body, BodyState, Change, ChangeKind, Connection, Exchange, FailureStage, Headers, Initiator, Interim, ListedCookie, Message,
    NotCarried, OddHeads, Outcome, Response, Side, Timestamp, Timings,
};

/// Version of these members. A reader takes no other.
pub(super) const OWN_VERSION: u32 = 1;

/// All of them, of one entry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct OwnEntry {
    pub(super) version: u32,
    /// Its number in the recording that was exported.
    pub(super) entry: u64,
    /// Nanoseconds since 1970 as decimal digits: numbers of JSON hold fewer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) started_ns: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) page: Option<String>,
    pub(super) fidelity: String,
    pub(super) not_carried: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) anomalies: Vec<String>,
    pub(super) connection: OwnConnection,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) resource_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) initiator: Option<OwnInitiator>,
    /// Stages that were not recorded and whose field the format does not let be absent.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) timings_not_recorded: Vec<String>,
    /// The address of the request, where the format could not hold it as it was recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) url: Option<String>,
    pub(super) request: OwnMessage,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) interim: Vec<OwnInterim>,
    /// `response`, `switched`, `abandoned` or `failed`.
    pub(super) outcome: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) stage: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cause: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) response: Option<OwnMessage>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) messages: Vec<OwnSocketMessage>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) listed_cookies: Vec<OwnCookie>,
    /// What the recording proxy changed on the way, and what was masked. Not read back: it is the custody log's.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) changes: Vec<OwnChange>,
}

/// See [`Connection`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct OwnConnection {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    server_address: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aliases: Option<Vec<String>>,
    #[serde(skip_serializing_if = "is_false")]
    fresh: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    tls_version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cipher_suite: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    protocol: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate_sha256: Option<String>,
}

/// What made the browser ask.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct OwnInitiator {
    kind: String,
    url: String,
}

/// A request or response.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct OwnMessage {
    /// State of the body in the recording that was exported.
    pub(super) body: String,
    /// Whether the export undid the content codings.
    #[serde(skip_serializing_if = "is_false")]
    pub(super) codings_undone: bool,
    /// The body in base64, where the format has only text for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) body_base64: Option<String>,
    /// Names and values in base64, where one of them is not UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    headers_base64: Option<Vec<(String, String)>>,
    /// The bytes of the head in base64, where they are known and of another form than the fields give.
    #[serde(skip_serializing_if = "Option::is_none")]
    head_base64: Option<String>,
    /// Trailer fields, each byte the character of its number.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    trailers: Vec<(String, String)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    media_type: Option<String>,
}

/// An answer before the answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct OwnInterim {
    at_ns: String,
    status: u16,
    reason: String,
    headers: Vec<(String, String)>,
}

/// A message of a WebSocket.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct OwnSocketMessage {
    #[serde(skip_serializing_if = "Option::is_none")]
    at_ns: Option<String>,
    body: String,
    /// The payload in base64, where text cannot hold it.
    #[serde(skip_serializing_if = "Option::is_none")]
    body_base64: Option<String>,
}

/// A cookie that stood only in a list of the recording.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct OwnCookie {
    response: bool,
    number: u32,
    name: String,
    value: String,
    attributes: String,
}

/// A change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct OwnChange {
    response: bool,
    what: String,
    reason: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    detail: String,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands it in so")]
fn is_false(truth: &bool) -> bool {
    !truth
}

/// Bytes as text in which each byte is the character of its number.
fn latin(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

fn from_latin(text: &str) -> Vec<u8> {
    text.chars().map(|sign| u8::try_from(sign).unwrap_or(b'?')).collect()
}

fn pairs(headers: &Headers) -> Vec<(String, String)> {
    headers.iter().map(|(name, value)| (latin(name), latin(value))).collect()
}

fn from_pairs(pairs: &[(String, String)]) -> Headers {
    let mut headers = Headers::new();
    pairs.iter().for_each(|(name, value)| headers.push(&from_latin(name), &from_latin(value)));
    headers
}

fn nanoseconds(at: Timestamp) -> String {
    at.as_nanoseconds().to_string()
}

fn at_nanoseconds(text: &str) -> Option<Timestamp> {
    text.parse().ok().map(Timestamp::from_nanoseconds)
}

impl OwnMessage {
    fn of(headers: &Headers, trailers: &Headers, body: &Body, head: Option<&Bytes>) -> Self {
        let text = |bytes: &[u8]| std::str::from_utf8(bytes).is_ok();
        let as_text = headers.iter().all(|(name, value)| text(name) && text(value));
        let encoded = || headers.iter().map(|(name, value)| (STANDARD.encode(name), STANDARD.encode(value))).collect();
        Self {
            body: state_id(body.state()),
            codings_undone: false,
            body_base64: None,
            headers_base64: (!as_text).then(encoded),
            head_base64: head.map(|head| STANDARD.encode(head)),
            trailers: pairs(trailers),
            media_type: None,
        }
    }

    /// Header fields of which the format could not hold every byte.
    fn headers(&self) -> Option<Headers> {
        let mut headers = Headers::new();
        for (name, value) in self.headers_base64.as_ref()? {
            headers.push(&STANDARD.decode(name).ok()?, &STANDARD.decode(value).ok()?);
        }
        Some(headers)
    }

    fn head(&self) -> Option<Bytes> {
        STANDARD.decode(self.head_base64.as_ref()?).ok().map(Bytes::from)
    }

    /// The body as it was, from what the format gives of it.
    fn read(&self, body: &Body) -> Body {
        let given = self.body_base64.as_ref().and_then(|text| STANDARD.decode(text).ok()).map(Bytes::from);
        let bytes = given.or_else(|| body.in_memory().map(Bytes::copy_from_slice)).unwrap_or_default();
        match state_named(&self.body) {
            Some(BodyState::Missing(why)) => Body::missing(why),
            Some(BodyState::Raw) if self.codings_undone => Body::new(BodyState::AlreadyDecoded, bytes),
            Some(state) => Body::new(state, bytes),
            None => body.clone(),
        }
    }
}

impl OwnConnection {
    fn of(connection: &Connection) -> Self {
        let text = |text: &Option<Arc<str>>| text.as_deref().map(str::to_owned);
        Self {
            id: text(&connection.id),
            client: text(&connection.client),
            server_address: text(&connection.server_address),
            aliases: connection.aliases.as_deref().map(<[String]>::to_vec),
            fresh: connection.fresh,
            tls_version: text(&connection.tls_version),
            cipher_suite: text(&connection.cipher_suite),
            protocol: text(&connection.protocol),
            certificate_sha256: connection.certificate.map(|digest| digest.to_string()),
        }
    }

    fn read(self) -> Connection {
        let text = |text: Option<String>| text.map(Into::into);
        Connection {
            id: text(self.id),
            client: text(self.client),
            server_address: text(self.server_address),
            aliases: self.aliases.map(Into::into),
            fresh: self.fresh,
            tls_version: text(self.tls_version),
            cipher_suite: text(self.cipher_suite),
            protocol: text(self.protocol),
            certificate: self.certificate_sha256.and_then(|digest| digest.parse().ok()),
        }
    }
}

impl OwnChange {
    /// What was done and where. Values that were put in or taken out are the custody log's, and originals of masks are nobody's here.
    fn of(change: &Change) -> Self {
        let (what, detail) = match &change.kind {
            ChangeKind::HeaderRemoved { index } => ("header-removed", index.to_string()),
            ChangeKind::HeaderAdded { name, .. } => ("header-added", latin(name)),
            ChangeKind::InterimHeld { index } => ("interim-held", index.to_string()),
            ChangeKind::TrailersHeld => ("trailers-held", String::new()),
            ChangeKind::Target { .. } => ("target", String::new()),
            ChangeKind::Version { sent } => ("version", sent.clone()),
            ChangeKind::Masked { locator, rule, length, .. } => ("masked", format!("{locator} {rule} {length}")),
        };
        Self { response: change.side == Side::Response, what: what.to_owned(), reason: change.reason.clone(), detail }
    }
}

impl OwnEntry {
    /// What is to be said of an entry, bodies apart: how these stand in the file is for whoever writes it.
    pub(super) fn of(number: u64, exchange: &Exchange) -> Self {
        let request = &exchange.request;
        let (outcome, stage, cause) = match &exchange.outcome {
            Outcome::Response(_) => ("response", None, None),
            Outcome::Switched(_) => ("switched", None, None),
            Outcome::Abandoned => ("abandoned", None, None),
            Outcome::Failed { stage, cause } => ("failed", Some(id_of(&STAGES, stage).to_owned()), Some(cause.clone())),
        };
        let response = |response: &Response| OwnMessage {
            media_type: response.media_type.clone(),
            ..OwnMessage::of(&response.headers, &response.trailers, &response.body, exchange.odd_heads.response.as_ref())
        };
        let timings = &exchange.timings;
        let stages = [("send", timings.send), ("wait", timings.wait), ("receive", timings.receive)];
        let interim = |interim: &Interim| OwnInterim {
            at_ns: nanoseconds(interim.at),
            status: interim.status,
            reason: interim.reason.clone(),
            headers: pairs(&interim.headers),
        };
        let cookie = |cookie: &ListedCookie| OwnCookie {
            response: cookie.side == Side::Response,
            number: cookie.number,
            name: cookie.name.clone(),
            value: cookie.value.clone(),
            attributes: cookie.attributes.clone(),
        };
        Self {
            version: OWN_VERSION,
            entry: number,
            started_ns: exchange.started.map(nanoseconds),
            page: exchange.page.clone(),
            fidelity: id_of(&FIDELITIES, &exchange.fidelity).to_owned(),
            not_carried: exchange.not_carried.ids().map(str::to_owned).collect(),
            anomalies: exchange.anomalies.iter().map(|anomaly| id_of(&ANOMALIES, anomaly).to_owned()).collect(),
            connection: OwnConnection::of(&exchange.connection),
            resource_type: exchange.resource_type.clone(),
            initiator: exchange.initiator.as_ref().map(|from| OwnInitiator { kind: from.kind.clone(), url: from.url.clone() }),
            timings_not_recorded: stages.iter().filter(|(_, took)| took.is_none()).map(|(name, _)| (*name).to_owned()).collect(),
            url: None,
            request: OwnMessage::of(&request.headers, &request.trailers, &request.body, exchange.odd_heads.request.as_ref()),
            interim: exchange.interim.iter().map(interim).collect(),
            outcome: outcome.to_owned(),
            stage,
            cause,
            response: exchange.outcome.response().map(response),
            messages: exchange.messages.iter().map(OwnSocketMessage::of).collect(),
            listed_cookies: exchange.listed_cookies.iter().map(cookie).collect(),
            changes: exchange.changes.iter().map(OwnChange::of).collect(),
        }
    }

    /// Whether there is an answer, whatever its status.
    pub(super) fn is_answered(&self) -> bool {
        matches!(&*self.outcome, "response" | "switched")
    }

    /// Whether something was recorded of a request or answer that this file holds in another form.
    fn codings_undone(&self) -> bool {
        self.request.codings_undone || self.response.as_ref().is_some_and(|response| response.codings_undone)
    }

    /// Puts what is said here in place of what the format could hold. It stays an imported exchange, whose heads are not those that were transferred.
    pub(super) fn apply(self, exchange: &mut Exchange) {
        let undone = if self.codings_undone() { NotCarried::BODY_BYTES } else { NotCarried::default() };
        exchange.not_carried = not_carried_named(&self.not_carried).and(NotCarried::HEAD_BYTES).and(undone);
        exchange.anomalies = self.anomalies.iter().filter_map(|id| named(&ANOMALIES, id)).collect();
        exchange.started = self.started_ns.as_deref().and_then(at_nanoseconds);
        exchange.page = self.page;
        exchange.connection = self.connection.read();
        exchange.resource_type = self.resource_type;
        exchange.initiator = self.initiator.map(|from| Initiator { kind: from.kind, url: from.url });
        let Timings { send, wait, receive, .. } = &mut exchange.timings;
        for (name, took) in [("send", send), ("wait", wait), ("receive", receive)] {
            if self.timings_not_recorded.iter().any(|missing| missing == name) {
                *took = None;
            }
        }
        let request = &mut exchange.request;
        request.url = self.url.unwrap_or_else(|| std::mem::take(&mut request.url));
        request.headers = self.request.headers().unwrap_or_else(|| std::mem::take(&mut request.headers));
        request.trailers = from_pairs(&self.request.trailers);
        request.body = self.request.read(&request.body);
        let head = |message: &OwnMessage| message.head();
        exchange.odd_heads = OddHeads { request: head(&self.request), response: self.response.as_ref().and_then(head) };
        exchange.interim = self.interim.iter().filter_map(OwnInterim::read).collect();
        let outcome = std::mem::replace(&mut exchange.outcome, Outcome::Abandoned);
        exchange.outcome = match (&*self.outcome, outcome) {
            ("abandoned", _) => Outcome::Abandoned,
            ("failed", _) => {
                let stage = self.stage.and_then(|stage| named(&STAGES, &stage)).unwrap_or(FailureStage::Unknown);
                Outcome::Failed { stage, cause: self.cause.unwrap_or_default() }
            }
            (kind, Outcome::Response(mut response) | Outcome::Switched(mut response)) => {
                if let Some(own) = &self.response {
                    response.headers = own.headers().unwrap_or(response.headers);
                    response.trailers = from_pairs(&own.trailers);
                    response.body = own.read(&response.body);
                    response.media_type.clone_from(&own.media_type);
                }
                if kind == "switched" { Outcome::Switched(response) } else { Outcome::Response(response) }
            }
            (_, other) => other,
        };
        if self.messages.len() == exchange.messages.len() {
            exchange.messages.iter_mut().zip(&self.messages).for_each(|(message, own)| own.apply(message));
        }
        let cookie = |cookie: OwnCookie| ListedCookie {
            side: if cookie.response { Side::Response } else { Side::Request },
            number: cookie.number,
            name: cookie.name,
            value: cookie.value,
            attributes: cookie.attributes,
        };
        exchange.listed_cookies = self.listed_cookies.into_iter().map(cookie).collect();
    }
}

impl OwnInterim {
    fn read(&self) -> Option<Interim> {
        let (status, reason) = (self.status, self.reason.clone());
        Some(Interim { at: at_nanoseconds(&self.at_ns)?, status, reason, headers: from_pairs(&self.headers) })
    }
}

impl OwnSocketMessage {
    fn of(message: &Message) -> Self {
        Self { at_ns: message.at.map(nanoseconds), body: state_id(message.payload.state()), body_base64: None }
    }

    /// The same with its payload, which the format cannot hold as text.
    pub(super) fn set_payload(&mut self, payload: &[u8]) {
        self.body_base64 = Some(STANDARD.encode(payload));
    }

    fn apply(&self, message: &mut Message) {
        let payload = OwnMessage { body: self.body.clone(), body_base64: self.body_base64.clone(), ..OwnMessage::default() };
        message.payload = payload.read(&message.payload);
        message.at = self.at_ns.as_deref().and_then(at_nanoseconds);
    }
}
