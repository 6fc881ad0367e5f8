//! What the custody log says of an exchange: everything that does not stand in its WARC records, so that both together give the exchange
//! exactly as it was.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::changes::ChangeLine;
use super::warc::{Parsed, apart};
use crate::model::{
    Anomaly, Body, BodyState, Change, Connection, Direction, Exchange, FailureStage, Fidelity, Headers, Interim, Message, NotCarried,
    OddHeads, Opcode, Outcome, Request, Response, Timestamp, Timings, Unrecorded,
};

/// Where a WARC record lies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Place {
    /// File in the archive folder.
    pub(super) file: String,
    /// Byte at which the record begins.
    pub(super) at: u64,
    /// Its length in bytes, with the four that end it.
    pub(super) length: u64,
    /// SHA-256 over the heads: that of the record and that of the HTTP message. The body's digest stands in the former.
    pub(super) heads: String,
}

impl Place {
    /// Whether it names a file of the archive, and nothing outside.
    pub(super) fn names_a_file(&self) -> bool {
        !self.file.contains(['/', '\\', '\0']) && !self.file.is_empty() && !self.file.starts_with('.')
    }

    /// The byte after it; `None` if no file is as long.
    pub(super) fn end(&self) -> Option<u64> {
        self.at.checked_add(self.length)
    }
}

/// A header field that stands apart from the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Apart {
    response: bool,
    index: usize,
    name: String,
    value: String,
}

/// An answer before the answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct InterimLine {
    at: i64,
    status: u16,
    reason: String,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    fields: Vec<(String, String)>,
}

/// A message as version 1 of the format would have held it, inside its entry; nothing writes it any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct InlineMessage {
    sent: bool,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    at: Option<i64>,
    opcode: u8,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    state: Option<String>,
    /// Base64.
    payload: String,
}

/// A record of kind `entry`, or of kind `stream` while it is being written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct EntryLine {
    pub(super) kind: String,
    pub(super) entry: u64,
    /// Nanoseconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    started: Option<i64>,
    /// Nanoseconds of each stage, in the order of [`stages`]; -1 where not recorded.
    stages: Vec<i64>,
    request_version: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    response_version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) connection: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    fresh: bool,
    /// The client's connection.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    client: Option<String>,
    fidelity: String,
    outcome: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    cause: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    request_state: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    response_state: Option<String>,
    /// Set of facts that are not there ([`NotCarried::bits`]).
    #[serde(skip_serializing_if = "is_zero", default)]
    not_carried: u16,
    /// Whether the Host in the request's record was added from the address.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub(super) host_added: bool,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    apart: Vec<Apart>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    request_trailers: Vec<(String, String)>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    response_trailers: Vec<(String, String)>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    changes: Vec<ChangeLine>,
    /// Answers before the answer (1xx).
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    interim: Vec<InterimLine>,
    /// Bytes of the request's head in base64, where they have another form than the record.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    request_head: Option<String>,
    /// The same of the response's.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    response_head: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    anomalies: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    messages: Vec<InlineMessage>,
    /// How many records of kind `message` belong to it; they stand before it.
    #[serde(skip_serializing_if = "is_none_of_them", default)]
    pub(super) message_records: u64,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) request: Option<Place>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) response: Option<Place>,
    /// Digest of the entry; in a record of kind `digest` of its own where it was taken later.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub(super) digest_of_entry: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out references")]
fn is_zero(bits: &u16) -> bool {
    *bits == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out references")]
fn is_none_of_them(count: &u64) -> bool {
    *count == 0
}

/// A byte string as text: each byte is the character of its number, so that nothing is lost.
pub(super) fn text(bytes: &[u8]) -> String {
    bytes.iter().map(|&byte| char::from(byte)).collect()
}

pub(super) fn bytes(text: &str) -> Vec<u8> {
    text.chars().map(|sign| sign as u32 as u8).collect()
}

fn pairs(headers: &Headers) -> Vec<(String, String)> {
    headers.iter().map(|(name, value)| (text(name), text(value))).collect()
}

fn headers(pairs: &[(String, String)]) -> Headers {
    let mut headers = Headers::new();
    pairs.iter().for_each(|(name, value)| headers.push(&bytes(name), &bytes(value)));
    headers
}

/// The stages of an exchange in milliseconds, in the order of the format.
fn stages(timings: &Timings) -> [Option<f64>; 7] {
    [timings.blocked, timings.dns, timings.connect, timings.tls, timings.send, timings.wait, timings.receive]
}

impl EntryLine {
    /// What is said of `exchange`. The places of its records are filled in by the writer.
    pub(super) fn of(kind: &str, entry: u64, exchange: &Exchange, host_added: bool) -> Self {
        let response = exchange.outcome.response();
        let (outcome, cause) = outcome(&exchange.outcome);
        let mut apart_fields = fields_apart(&exchange.request.headers, false);
        apart_fields.extend(response.into_iter().flat_map(|response| fields_apart(&response.headers, true)));
        Self {
            kind: kind.to_owned(),
            entry,
            started: exchange.started.map(Timestamp::as_nanoseconds),
            stages: stages(&exchange.timings).iter().map(|stage| stage.map_or(-1, |stage| (stage * 1e6).round() as i64)).collect(),
            request_version: exchange.request.version.clone(),
            response_version: response.map(|response| response.version.clone()),
            connection: exchange.connection.id.as_deref().map(str::to_owned),
            fresh: exchange.connection.fresh,
            client: exchange.connection.client.as_deref().map(str::to_owned),
            fidelity: fidelity(exchange.fidelity).to_owned(),
            outcome,
            cause,
            request_state: state(exchange.request.body.state()),
            response_state: response.and_then(|response| state(response.body.state())),
            not_carried: exchange.not_carried.bits(),
            host_added,
            apart: apart_fields,
            request_trailers: pairs(&exchange.request.trailers),
            response_trailers: response.map(|response| pairs(&response.trailers)).unwrap_or_default(),
            changes: exchange.changes.iter().map(ChangeLine::of).collect(),
            interim: exchange.interim.iter().map(interim).collect(),
            request_head: exchange.odd_heads.request.as_ref().map(|head| STANDARD.encode(head)),
            response_head: exchange.odd_heads.response.as_ref().map(|head| STANDARD.encode(head)),
            anomalies: exchange.anomalies.iter().map(|anomaly| anomaly_id(*anomaly).to_owned()).collect(),
            messages: Vec::new(),
            message_records: exchange.messages.len() as u64,
            request: None,
            response: None,
            digest_of_entry: None,
        }
    }

    /// How many changes were made on the way.
    pub(super) fn changes(&self) -> usize {
        self.changes.len()
    }

    /// How many answers before the answer were not passed on.
    pub(super) fn interim_held(&self) -> usize {
        self.changes.iter().filter(|change| change.is_interim_held()).count()
    }

    /// The rules by which secrets were masked, one for each mask.
    pub(super) fn masks(&self) -> impl Iterator<Item = &str> {
        self.changes.iter().filter_map(ChangeLine::masked_by)
    }

    /// How many offers of HTTP/3 were taken out.
    pub(super) fn offers_of_http3(&self) -> usize {
        self.changes.iter().filter(|change| change.reason == Change::NO_OTHER_PROTOCOL).count()
    }

    /// The exchange, from this line, the heads of its records, its bodies and its messages.
    pub(super) fn exchange(
        &self,
        request: (&Parsed<'_>, Body),
        response: Option<(&Parsed<'_>, Body)>,
        mut messages: Vec<Message>,
        connection: Connection,
    ) -> Result<Exchange, &'static str> {
        let (parsed, body) = request;
        let method = parsed.start_line.split(' ').next().unwrap_or_default().to_owned();
        let mut timings = Timings::default();
        let stage = |index: usize| self.stages.get(index).filter(|&&stage| stage >= 0).map(|&stage| stage as f64 / 1e6);
        (timings.blocked, timings.dns, timings.connect, timings.tls) = (stage(0), stage(1), stage(2), stage(3));
        (timings.send, timings.wait, timings.receive) = (stage(4), stage(5), stage(6));
        let response = match response {
            None => None,
            Some((parsed, body)) => {
                let mut words = parsed.start_line.splitn(3, ' ');
                words.next();
                Some(Response {
                    status: words.next().and_then(|status| status.parse().ok()).ok_or("the status line has no status")?,
                    reason: words.next().unwrap_or_default().to_owned(),
                    version: self.response_version.clone().unwrap_or_default(),
                    headers: self.fields(parsed, true, false),
                    body: with_state(body, self.response_state.as_deref())?,
                    trailers: headers(&self.response_trailers),
                    media_type: None,
                })
            }
        };
        let outcome = match (self.outcome.as_str(), response) {
            ("response", Some(response)) => Outcome::Response(response),
            ("switched", Some(response)) => Outcome::Switched(response),
            ("abandoned", None) => Outcome::Abandoned,
            (failed, None) => Outcome::Failed {
                stage: failed.strip_prefix("failed ").and_then(failure).ok_or("the outcome is unknown")?,
                cause: self.cause.clone().unwrap_or_default(),
            },
            _ => return Err("the outcome does not fit the records"),
        };
        let head = |text: &Option<String>| text.as_deref().map(|text| STANDARD.decode(text).map(Into::into)).transpose();
        for message in &self.messages {
            messages.push(read_message(message)?);
        }
        let odd = |_| "the bytes of a head are no base64";
        let known = |name: &String| anomaly(name).ok_or("an anomaly is unknown");
        Ok(Exchange {
            started: self.started.map(Timestamp::from_nanoseconds),
            page: None,
            connection: Connection { fresh: self.fresh, client: self.client.as_deref().map(Into::into), ..connection },
            request: Request {
                method,
                url: parsed.target.to_owned(),
                version: self.request_version.clone(),
                headers: self.fields(parsed, false, self.host_added),
                body: with_state(body, self.request_state.as_deref())?,
                trailers: headers(&self.request_trailers),
            },
            outcome,
            messages,
            timings,
            fidelity: FIDELITIES.iter().find(|(_, name)| *name == self.fidelity).map_or(Fidelity::AsParsed, |(fidelity, _)| *fidelity),
            odd_heads: OddHeads { request: head(&self.request_head).map_err(odd)?, response: head(&self.response_head).map_err(odd)? },
            interim: self.interim.iter().map(read_interim).collect(),
            changes: self.changes.iter().map(ChangeLine::read).collect(),
            not_carried: NotCarried::from_bits(self.not_carried),
            anomalies: self.anomalies.iter().map(known).collect::<Result<_, _>>()?,
            resource_type: None,
            initiator: None,
            listed_cookies: Vec::new(),
        })
    }

    /// The header fields of a message, those that stand apart put back in their places.
    fn fields(&self, parsed: &Parsed<'_>, response: bool, skip_host: bool) -> Headers {
        let mut inside = parsed.fields.iter().skip(usize::from(skip_host));
        let mut headers = Headers::new();
        for field in self.apart.iter().filter(|field| field.response == response) {
            while headers.len() < field.index
                && let Some((name, value)) = inside.next()
            {
                headers.push(name, value);
            }
            headers.push(&bytes(&field.name), &bytes(&field.value));
        }
        inside.for_each(|(name, value)| headers.push(name, value));
        headers
    }

    /// How the entry ended, if it was still being written: the client or the recorder went away.
    pub(super) fn interrupted(mut self, response: bool, uploading: bool) -> Self {
        self.kind = "entry".to_owned();
        let cut = state(BodyState::Truncated(Unrecorded::Disconnected));
        if uploading {
            self.request_state.clone_from(&cut);
        }
        if response {
            self.response_state = cut;
        } else {
            self.request_state = cut;
            "abandoned".clone_into(&mut self.outcome);
        }
        self
    }
}

fn fields_apart(headers: &Headers, response: bool) -> Vec<Apart> {
    let found = headers.iter().enumerate().filter(|(_, (name, value))| apart(name, value));
    found.map(|(index, (name, value))| Apart { response, index, name: text(name), value: text(value) }).collect()
}

fn with_state(body: Body, state: Option<&str>) -> Result<Body, &'static str> {
    let Some(state) = state else { return Ok(body) };
    let state = read_state(state).ok_or("the state of a body is unknown")?;
    Ok(body.with_state(state))
}

fn read_message(line: &InlineMessage) -> Result<Message, &'static str> {
    let payload = STANDARD.decode(&line.payload).map_err(|_| "a message is no base64")?;
    Ok(Message {
        direction: if line.sent { Direction::Sent } else { Direction::Received },
        at: line.at.map(Timestamp::from_nanoseconds),
        opcode: Opcode::from_number(line.opcode),
        payload: with_state(Body::new(BodyState::Raw, payload), line.state.as_deref())?,
    })
}

fn interim(interim: &Interim) -> InterimLine {
    InterimLine { at: interim.at.as_nanoseconds(), status: interim.status, reason: interim.reason.clone(), fields: pairs(&interim.headers) }
}

fn read_interim(line: &InterimLine) -> Interim {
    Interim { at: Timestamp::from_nanoseconds(line.at), status: line.status, reason: line.reason.clone(), headers: headers(&line.fields) }
}

const FIDELITIES: [(Fidelity, &str); 5] = [
    (Fidelity::ByteExact, "byte-exact"),
    (Fidelity::ResponseExact, "response-exact"),
    (Fidelity::RequestExact, "request-exact"),
    (Fidelity::AsParsed, "as-parsed"),
    (Fidelity::Imported, "imported"),
];

fn fidelity(fidelity: Fidelity) -> &'static str {
    FIDELITIES.iter().find(|(known, _)| *known == fidelity).map_or("as-parsed", |(_, name)| name)
}

const STAGES: [(FailureStage, &str); 8] = [
    (FailureStage::Dns, "dns"),
    (FailureStage::Refused, "refused"),
    (FailureStage::Tls, "tls"),
    (FailureStage::Timeout, "timeout"),
    (FailureStage::Reset, "reset"),
    (FailureStage::Protocol, "protocol"),
    (FailureStage::Blocked, "blocked"),
    (FailureStage::Unknown, "unknown"),
];

fn outcome(outcome: &Outcome) -> (String, Option<String>) {
    match outcome {
        Outcome::Response(_) => ("response".to_owned(), None),
        Outcome::Switched(_) => ("switched".to_owned(), None),
        Outcome::Abandoned => ("abandoned".to_owned(), None),
        Outcome::Failed { stage, cause } => {
            let name = STAGES.iter().find(|(known, _)| known == stage).map_or("unknown", |(_, name)| name);
            (format!("failed {name}"), Some(cause.clone()))
        }
    }
}

fn failure(name: &str) -> Option<FailureStage> {
    STAGES.iter().find(|(_, known)| *known == name).map(|(stage, _)| *stage)
}

/// The state of a body in words; `None` for the ordinary one.
pub(super) fn state(state: BodyState) -> Option<String> {
    match state {
        BodyState::Raw => None,
        BodyState::AlreadyDecoded => Some("already-decoded".to_owned()),
        BodyState::Lossy => Some("lossy".to_owned()),
        BodyState::Missing(reason) => Some(format!("missing {}", reason.id())),
        BodyState::Truncated(reason) => Some(format!("truncated {}", reason.id())),
    }
}

pub(super) fn read_state(text: &str) -> Option<BodyState> {
    match text.split_once(' ') {
        Some(("missing", reason)) => Unrecorded::from_id(reason).map(BodyState::Missing),
        Some(("truncated", reason)) => Unrecorded::from_id(reason).map(BodyState::Truncated),
        _ if text == "already-decoded" => Some(BodyState::AlreadyDecoded),
        _ if text == "lossy" => Some(BodyState::Lossy),
        _ => None,
    }
}

const ANOMALIES: [(Anomaly, &str); 7] = [
    (Anomaly::StartTime, "start-time"),
    (Anomaly::MendedText, "mended-text"),
    (Anomaly::Base64, "base64"),
    (Anomaly::Url, "url"),
    (Anomaly::AfterEnd, "after-end"),
    (Anomaly::EventOrder, "event-order"),
    (Anomaly::FromCache, "from-cache"),
];

fn anomaly_id(anomaly: Anomaly) -> &'static str {
    ANOMALIES.iter().find(|(known, _)| *known == anomaly).map_or("event-order", |(_, name)| name)
}

fn anomaly(name: &str) -> Option<Anomaly> {
    ANOMALIES.iter().find(|(_, known)| *known == name).map(|(anomaly, _)| *anomaly)
}
