//! From a HAR entry to an exchange: what is there is kept as it is, what is missing is named as missing.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde_json::value::RawValue;

use super::schema::{InitiatorObject, List, Number, RawContent, RawCookie, RawEntry, RawMessage, RawPost, RawRequest, RawResponse, Text};
use crate::interop::own::{OWN_VERSION, OwnEntry};
use crate::model::{
    Anomaly, Body, BodyState, Connection, Direction, Exchange, FailureStage, Fidelity, Headers, Initiator, ListedCookie, Message,
    NotCarried, OddHeads, Opcode, Outcome, Request, Response, Side, Timestamp, Timings, Unrecorded,
};

/// What no HAR file can carry: heads and bodies as they were transferred, and the facts of TLS.
const NEVER_IN_HAR: NotCarried = NotCarried::HEAD_BYTES.and(NotCarried::BODY_BYTES).and(NotCarried::TLS);

/// Converts an entry.
pub(super) fn exchange(entry: RawEntry<'_>) -> Exchange {
    let mut notes = Notes { not_carried: NEVER_IN_HAR, anomalies: Vec::new(), listed: Vec::new() };
    let started = Timestamp::parse(entry.started.as_str());
    if started.is_none() {
        notes.anomalies.push(Anomaly::StartTime);
        notes.not_carried.add(NotCarried::START_TIME);
    }
    if entry.from_cache.some().is_some() {
        notes.anomalies.push(Anomaly::FromCache);
    }
    let server_address = entry.server_address.some().map(|address| address.trim_matches(['[', ']']).into());
    if server_address.is_none() {
        notes.not_carried.add(NotCarried::SERVER_ADDRESS);
    }
    // What is no entry of ours, or of another version, is read as any other HAR.
    let own = entry.own.and_then(|own| serde_json::from_str::<OwnEntry>(own.get()).ok()).filter(|own| own.version == OWN_VERSION);
    let request = notes.request(entry.request);
    let is_socket = entry.resource_type.as_str() == "websocket" || request.url.starts_with("ws");
    let outcome = notes.outcome(entry.response, is_socket, own.as_ref().is_some_and(OwnEntry::is_answered));
    let messages: Option<Vec<Message>> =
        entry.messages.map(|messages| messages.0.into_iter().map(|message| notes.message(message)).collect());
    if matches!(outcome, Outcome::Switched(_)) && messages.is_none() {
        notes.not_carried.add(NotCarried::MESSAGES);
    }
    let timings = entry.timings;
    let mut exchange = Exchange {
        started,
        page: entry.page.some().map(str::to_owned),
        connection: Connection { id: entry.connection.some().map(Into::into), server_address, ..Connection::default() },
        request,
        outcome,
        messages: messages.unwrap_or_default(),
        timings: Timings {
            blocked: timings.blocked.applies(),
            dns: timings.dns.applies(),
            connect: timings.connect.applies(),
            tls: timings.tls.applies(),
            send: timings.send.applies(),
            wait: timings.wait.applies(),
            receive: timings.receive.applies(),
        },
        fidelity: Fidelity::Imported,
        changes: Vec::new(),
        not_carried: notes.not_carried,
        anomalies: notes.anomalies,
        resource_type: entry.resource_type.some().map(str::to_owned),
        initiator: initiator(&entry.initiator.0, &entry.initiator_type),
        interim: Vec::new(),
        odd_heads: OddHeads::default(),
        listed_cookies: notes.listed,
    };
    if let Some(own) = own {
        own.apply(&mut exchange);
    }
    exchange
}

/// What made the browser ask. Without an address of its own a script is the first frame of its stack that has one.
fn initiator(raw: &InitiatorObject<'_>, kind: &Text<'_>) -> Option<Initiator> {
    let kind = raw.kind.some().or(kind.some());
    let frame = || raw.stack.frames.0.iter().find_map(|frame| frame.url.some());
    let url = raw.url.some().or_else(frame);
    if kind.is_none() && url.is_none() {
        return None;
    }
    Some(Initiator { kind: kind.unwrap_or_default().to_owned(), url: url.unwrap_or_default().to_owned() })
}

/// What is noted while converting.
struct Notes {
    not_carried: NotCarried,
    anomalies: Vec<Anomaly>,
    listed: Vec<ListedCookie>,
}

impl Notes {
    fn request(&mut self, raw: RawRequest<'_>) -> Request {
        let headers = self.headers(raw.headers.0, NotCarried::REQUEST_HEADERS);
        if headers.first("cookie").is_none() {
            self.listed_cookies(Side::Request, raw.cookies, NotCarried::COOKIE_FIELDS);
        }
        let url = raw.url.as_str().to_owned();
        if !url.contains(':') {
            self.anomalies.push(Anomaly::Url);
        }
        let announced = raw.body_size.applies().unwrap_or(0.0) > 0.0
            || headers.first("content-length").and_then(number).is_some_and(|length| length > 0);
        Request {
            method: raw.method.as_str().to_owned(),
            url,
            version: raw.version.as_str().to_owned(),
            body: self.request_body(raw.post, announced),
            headers,
            trailers: Headers::new(),
        }
    }

    /// HAR has no encoding field for request bodies: text that holds U+FFFD has probably lost bytes (Chrome, HTTP Toolkit); Reqable adds
    /// `encoding`; Firefox and others may give `params` only, which is a form taken apart.
    fn request_body(&mut self, post: RawPost<'_>, announced: bool) -> Body {
        let RawPost { text, encoding, params, .. } = post;
        match text.0.filter(|text| !text.is_empty()) {
            Some(text) if encoding.as_str() == "base64" => self.base64(text, BodyState::Raw),
            Some(text) => {
                let state = if text.contains('\u{fffd}') { BodyState::Lossy } else { BodyState::Raw };
                Body::new(state, owned(text))
            }
            None if !params.0.is_empty() => {
                let mut form = String::new();
                for param in &params.0 {
                    let ampersand = if form.is_empty() { "" } else { "&" };
                    form.push_str(ampersand);
                    form.push_str(param.name.as_str());
                    form.push('=');
                    form.push_str(param.value.as_str());
                }
                // Put together again from its parts, so not the bytes that were sent.
                Body::new(BodyState::Lossy, form)
            }
            None if announced => {
                self.not_carried.add(NotCarried::REQUEST_BODY);
                Body::missing(Unrecorded::NotInSource)
            }
            None => Body::empty(),
        }
    }

    /// `answered`: our own export says that there is an answer, even one without a status.
    fn outcome(&mut self, raw: RawResponse<'_>, is_socket: bool, answered: bool) -> Outcome {
        let status = raw.status.0.filter(|status| (0.0..=999.0).contains(status)).unwrap_or(0.0) as u16;
        let error = raw.error.some();
        let has_headers = raw.headers.0.as_ref().is_some_and(|headers| !headers.is_empty());
        if !raw.present || (status == 0 && !has_headers && !answered) {
            return match error {
                Some(error) => Outcome::Failed { stage: stage(error), cause: error.to_owned() },
                None if raw.present => Outcome::Failed { stage: FailureStage::Unknown, cause: raw.reason.as_str().to_owned() },
                None => Outcome::Abandoned,
            };
        }
        let headers = self.headers(raw.headers.0, NotCarried::RESPONSE_HEADERS);
        if headers.first("set-cookie").is_none() {
            self.listed_cookies(Side::Response, raw.cookies, NotCarried::SET_COOKIE_FIELDS);
        }
        let media_type = raw.content.media_type.owned();
        let body = self.response_body(raw.content, raw.body_size);
        let response = Response {
            status,
            reason: raw.reason.as_str().to_owned(),
            version: raw.version.as_str().to_owned(),
            headers,
            body,
            trailers: Headers::new(),
            media_type,
        };
        if status == 101 || (is_socket && status < 400) { Outcome::Switched(response) } else { Outcome::Response(response) }
    }

    fn response_body(&mut self, content: RawContent<'_>, on_wire: Number) -> Body {
        match content.text.0 {
            // Whoever exported it had undone the content codings; no HAR field says otherwise.
            Some(text) if content.encoding.as_str().eq_ignore_ascii_case("base64") => self.base64(text, BodyState::AlreadyDecoded),
            Some(text) => {
                let state = if text.contains('\u{fffd}') { BodyState::Lossy } else { BodyState::AlreadyDecoded };
                Body::new(state, owned(text))
            }
            None if content.file.some().is_some() || content.sha1.some().is_some() => {
                self.not_carried.add(NotCarried::RESPONSE_BODY);
                Body::missing(Unrecorded::SideFile)
            }
            None if content.size.applies().unwrap_or(0.0) > 0.0 || on_wire.applies().unwrap_or(0.0) > 0.0 => {
                self.not_carried.add(NotCarried::RESPONSE_BODY);
                Body::missing(Unrecorded::NotInSource)
            }
            None => Body::empty(),
        }
    }

    fn base64(&mut self, text: Cow<'_, str>, state: BodyState) -> Body {
        match STANDARD.decode(text.as_bytes()) {
            Ok(bytes) => Body::new(state, bytes),
            Err(_) => {
                let compact: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
                if let Ok(bytes) = STANDARD.decode(compact) {
                    return Body::new(state, bytes);
                }
                self.anomalies.push(Anomaly::Base64);
                Body::new(BodyState::Lossy, owned(text))
            }
        }
    }

    fn headers(&mut self, headers: Option<Headers>, absent: NotCarried) -> Headers {
        let headers = headers.unwrap_or_default();
        if headers.is_empty() {
            self.not_carried.add(absent);
        }
        headers
    }

    fn message(&mut self, raw: RawMessage<'_>) -> Message {
        let opcode = Opcode::from_number(raw.opcode.applies().unwrap_or(1.0).min(255.0) as u8);
        let data = raw.data.0.unwrap_or_default();
        let payload = match opcode {
            Opcode::Binary => self.base64(data, BodyState::AlreadyDecoded),
            _ => Body::new(BodyState::AlreadyDecoded, owned(data)),
        };
        // Seconds since the epoch with a fraction.
        let at = raw.time.applies().map(|seconds| Timestamp::from_nanoseconds((seconds * 1e9) as i64));
        let direction = if raw.direction.as_str() == "receive" { Direction::Received } else { Direction::Sent };
        Message { direction, at, opcode, payload }
    }

    fn listed_cookies(&mut self, side: Side, raw: Option<&RawValue>, not_carried: NotCarried) {
        let Some(raw) = raw.filter(|raw| raw.get().len() > 2) else { return };
        let Ok(list) = serde_json::from_str::<List<RawCookie<'_>>>(raw.get()) else { return };
        for (cookie, number) in list.0.iter().zip(1..) {
            if !cookie.present {
                continue;
            }
            let mut attributes = String::new();
            if side == Side::Response {
                let mut add = |name: &str, value: &Text<'_>| {
                    if let Some(value) = value.some() {
                        attributes.push_str("; ");
                        attributes.push_str(name);
                        attributes.push('=');
                        attributes.push_str(value);
                    }
                };
                add("Path", &cookie.path);
                add("Domain", &cookie.domain);
                add("SameSite", &cookie.same_site);
                // HAR gives a point in time (RFC 3339), Set-Cookie a cookie date.
                let expires = Timestamp::parse(cookie.expires.as_str()).map(cookie_date);
                add("Expires", &Text(expires.map(Cow::Owned)));
                for (flag, name) in [(cookie.secure, "; Secure"), (cookie.http_only, "; HttpOnly")] {
                    if flag.0 == Some(true) {
                        attributes.push_str(name);
                    }
                }
            }
            let (name, value) = (cookie.name.as_str().to_owned(), cookie.value.as_str().to_owned());
            self.listed.push(ListedCookie { side, number, name, value, attributes });
        }
        if !self.listed.is_empty() {
            self.not_carried.add(not_carried);
        }
    }
}

fn owned(text: Cow<'_, str>) -> Bytes {
    Bytes::from(text.into_owned())
}

fn number(text: &[u8]) -> Option<u64> {
    std::str::from_utf8(text).ok()?.trim().parse().ok()
}

/// `2027-01-21T07:28:00.000Z` as a cookie date that RFC 6265 section 5.1.1 reads.
fn cookie_date(at: Timestamp) -> String {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let text = at.to_string();
    let month = text.get(5..7).and_then(|month| month.parse::<usize>().ok()).unwrap_or(1);
    let piece = |range: std::ops::Range<usize>| text.get(range).unwrap_or_default();
    format!("{} {} {} {} GMT", piece(8..10), MONTHS[(month - 1) % 12], piece(0..4), piece(11..19))
}

/// Chrome's words for a failed request (`net::ERR_…`), by the stage they speak of.
fn stage(error: &str) -> FailureStage {
    let has = |words: &[&str]| words.iter().any(|word| error.contains(word));
    if has(&["NAME_NOT_RESOLVED", "DNS"]) {
        FailureStage::Dns
    } else if has(&["BLOCKED", "ABORTED"]) {
        FailureStage::Blocked
    } else if has(&["SSL", "CERT"]) {
        FailureStage::Tls
    } else if has(&["TIMED_OUT"]) {
        FailureStage::Timeout
    } else if has(&["REFUSED", "UNREACHABLE", "CONNECTION_FAILED", "ADDRESS_INVALID"]) {
        FailureStage::Refused
    } else if has(&["RESET", "CLOSED", "EMPTY_RESPONSE"]) {
        FailureStage::Reset
    } else if has(&["PROTOCOL", "INVALID_RESPONSE"]) {
        FailureStage::Protocol
    } else {
        FailureStage::Unknown
    }
}
