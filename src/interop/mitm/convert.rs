//! From an HTTP flow to an exchange: what is there is kept as it is, what is missing is named as missing.

use bytes::Bytes;

use super::link::{Link, is_ip};
use super::tnetstring::{Fields, Value};
use crate::model::{
    Anomaly, Body, BodyState, Direction, Exchange, FailureStage, Fidelity, Headers, Message, NotCarried, OddHeads, Opcode, Outcome,
    Request, Response, Timestamp, Timings, Unrecorded,
};

/// An HTTP flow, read.
pub(super) struct Converted {
    pub(super) exchange: Exchange,
    /// Somebody changed it, or held something of it back, in mitmproxy.
    pub(super) changed: bool,
    /// mitmproxy itself sent the request or gave the answer.
    pub(super) replayed: bool,
    /// Servers were reached through another proxy.
    pub(super) proxied: bool,
}

/// The exchange of an HTTP flow. `None`: the flow has no request.
pub(super) fn exchange(flow: Fields<'_, '_>) -> Option<Converted> {
    let (request, response) = (flow.of("request"), flow.of("response"));
    if request.is_empty() {
        return None;
    }
    let mut notes = Notes { not_carried: NotCarried::HEAD_BYTES, anomalies: Vec::new() };
    let headers = notes.headers(request, NotCarried::REQUEST_HEADERS);
    let url = notes.url(request, &headers);
    let started = request.time(&["timestamp_start"]).or_else(|| flow.time(&["timestamp_created"]));
    if started.is_none() {
        notes.anomalies.push(Anomaly::StartTime);
        notes.not_carried.add(NotCarried::START_TIME);
    }
    let link = Link::of(flow, url.starts_with("https:") || url.starts_with("wss:"));
    notes.not_carried.add(link.not_carried);
    let body = notes.body(request, &headers, false, NotCarried::REQUEST_BODY);
    let text = |names: &[&str]| request.string(names).unwrap_or_default();
    let request_read = Request {
        method: text(&["method"]),
        url,
        version: http_version(request),
        body,
        headers,
        trailers: fields(request.get("trailers")),
    };
    let socket = flow.of("websocket");
    let outcome = notes.outcome(flow, !socket.is_empty());
    let changed = is_changed(flow);
    let replayed = [flow, request, response].iter().any(|part| match part.get("is_replay") {
        Some(Value::Flag(replayed)) => *replayed,
        other => other.is_some(),
    });
    let exchange = Exchange {
        started,
        page: None,
        connection: link.connection,
        request: request_read,
        outcome,
        interim: Vec::new(),
        messages: messages(socket),
        timings: timings(started, request, response, flow.of("server_conn")),
        fidelity: Fidelity::Imported,
        odd_heads: OddHeads::default(),
        changes: Vec::new(),
        not_carried: notes.not_carried,
        anomalies: notes.anomalies,
        resource_type: None,
        initiator: None,
        listed_cookies: Vec::new(),
    };
    Some(Converted { exchange, changed, replayed, proxied: link.proxied })
}

/// Messages of a WebSocket: `[opcode, whether the client sent it, content, seconds since 1970, …]`.
pub(super) fn messages(socket: Fields<'_, '_>) -> Vec<Message> {
    let message = |message: &Value<'_>| {
        let item = |index: usize| message.items().get(index);
        let opcode = item(0).and_then(Value::whole).and_then(|number| u8::try_from(number).ok()).unwrap_or(1);
        let payload = match item(2).and_then(Value::text) {
            Some(text) => Body::new(BodyState::Raw, Bytes::copy_from_slice(text)),
            None => Body::missing(Unrecorded::NotInSource),
        };
        Message {
            direction: if item(1).is_some_and(Value::is_true) { Direction::Sent } else { Direction::Received },
            at: item(3).and_then(Value::time),
            opcode: Opcode::from_number(opcode),
            payload,
        }
    };
    socket.get("messages").map_or(Vec::new(), |list| list.items().iter().map(message).collect())
}

/// Whether a message of a WebSocket was dropped or put in by mitmproxy.
pub(super) fn has_changed_messages(socket: Fields<'_, '_>) -> bool {
    let list = socket.get("messages").map_or(&[][..], Value::items);
    list.iter().any(|message| message.items().iter().skip(4).any(Value::is_true))
}

/// Whether somebody changed the flow: it keeps its state from before (older versions only if it differs), it was being held back when it was saved, or a
/// message of it was.
fn is_changed(flow: Fields<'_, '_>) -> bool {
    let before = flow.of("backup");
    let same = |name: &str| match (before.get(name), flow.get(name)) {
        (Some(before), Some(now)) => same(before, now),
        (before, now) => before.is_none() && now.is_none(),
    };
    let differs = !before.is_empty() && !["request", "response", "websocket", "error"].iter().all(|name| same(name));
    differs || flow.get("intercepted").is_some_and(Value::is_true) || has_changed_messages(flow.of("websocket"))
}

/// Whether two values are the same, whatever the order of members. How deep it goes is bounded by what was parsed.
fn same(one: &Value<'_>, other: &Value<'_>) -> bool {
    match (one, other) {
        (Value::Dictionary(members), Value::Dictionary(others)) => {
            let by_name = |members: &[(&[u8], Value<'_>)]| {
                let mut places: Vec<usize> = (0..members.len()).collect();
                places.sort_by_key(|place| members[*place].0);
                places
            };
            let pairs = by_name(members).into_iter().zip(by_name(others));
            members.len() == others.len()
                && pairs
                    .map(|(place, other)| (&members[place], &others[other]))
                    .all(|(one, other)| one.0 == other.0 && same(&one.1, &other.1))
        }
        (Value::List(items), Value::List(others)) => {
            items.len() == others.len() && items.iter().zip(others).all(|(one, other)| same(one, other))
        }
        (one, other) => one == other,
    }
}

/// What is noted while converting.
struct Notes {
    not_carried: NotCarried,
    anomalies: Vec<Anomaly>,
}

impl Notes {
    /// An empty list is what was sent; only where there is none at all is something missing.
    fn headers(&mut self, message: Fields<'_, '_>, absent: NotCarried) -> Headers {
        if !matches!(message.get("headers"), Some(Value::List(_))) {
            self.not_carried.add(absent);
        }
        fields(message.get("headers"))
    }

    /// The address that was asked for. Where mitmproxy stood in the way unseen, `host` may be the address that was dialled; then the name that the
    /// request gives (RFC 9110 section 7.2) says for whom it was.
    fn url(&mut self, request: Fields<'_, '_>, headers: &Headers) -> String {
        let scheme = request.string(&["scheme"]).unwrap_or_default();
        let path = request.text(&["path"]).unwrap_or_default();
        let path = String::from_utf8_lossy(path).into_owned();
        if path.contains('\u{fffd}') {
            self.anomalies.push(Anomaly::MendedText);
        }
        let host = request.string(&["host"]).unwrap_or_default();
        let said = [request.text(&["authority"]), headers.first(":authority"), headers.first("host")].into_iter().flatten();
        let said = said.filter_map(|said| std::str::from_utf8(said).ok()).find(|said| is_authority(said));
        let authority = match said {
            Some(said) if host.is_empty() || (is_ip(&host) && !is_ip(without_port(said))) => said.to_owned(),
            _ => {
                let standard = [("http", 80), ("https", 443)];
                let port = request.get("port").and_then(Value::whole).filter(|port| !standard.contains(&(scheme.as_str(), *port)));
                let host = if host.contains(':') && !host.starts_with('[') { format!("[{host}]") } else { host };
                port.filter(|port| *port > 0).map_or_else(|| host.clone(), |port| format!("{host}:{port}"))
            }
        };
        if scheme.is_empty() || authority.is_empty() {
            self.anomalies.push(Anomaly::Url);
            return if authority.is_empty() { path } else { format!("//{authority}{path}") };
        }
        match path.as_str() {
            // The request is about the server as a whole (RFC 9112 section 3.2.4).
            "*" => format!("{scheme}://{authority}"),
            path if path.is_empty() || path.starts_with(['/', '?']) => format!("{scheme}://{authority}{path}"),
            path => {
                self.anomalies.push(Anomaly::Url);
                format!("{scheme}://{authority}/{path}")
            }
        }
    }

    /// mitmproxy keeps contents with their content codings on and their transfer codings off. What it passed on as a stream it does not keep.
    fn body(&mut self, message: Fields<'_, '_>, headers: &Headers, broken: bool, absent: NotCarried) -> Body {
        if headers.first("transfer-encoding").is_some() {
            self.not_carried.add(NotCarried::BODY_BYTES);
        }
        let Some(content) = message.text(&["content", "body"]) else {
            self.not_carried.add(absent);
            return Body::missing(Unrecorded::NotInSource);
        };
        let announced = headers.first("content-length").and_then(|length| std::str::from_utf8(length).ok()?.trim().parse::<u64>().ok());
        let is_short = broken && announced.is_some_and(|announced| announced > content.len() as u64);
        let state = if is_short { BodyState::Truncated(Unrecorded::Disconnected) } else { BodyState::Raw };
        Body::new(state, Bytes::copy_from_slice(content))
    }

    fn outcome(&mut self, flow: Fields<'_, '_>, is_socket: bool) -> Outcome {
        let (response, error) = (flow.of("response"), flow.of("error"));
        if response.is_empty() {
            return match error.string(&["msg"]) {
                Some(cause) => Outcome::Failed { stage: stage(&cause), cause },
                None if flow.get("intercepted").is_some_and(Value::is_true) => {
                    Outcome::Failed { stage: FailureStage::Unknown, cause: "held back in mitmproxy when the flows were saved".to_owned() }
                }
                None => Outcome::Abandoned,
            };
        }
        let headers = self.headers(response, NotCarried::RESPONSE_HEADERS);
        let status =
            response.any(&["status_code", "code"]).and_then(Value::whole).and_then(|status| u16::try_from(status).ok()).unwrap_or(0);
        let body = self.body(response, &headers, !error.is_empty(), NotCarried::RESPONSE_BODY);
        let response = Response {
            status,
            reason: response.string(&["reason", "msg"]).unwrap_or_default(),
            version: http_version(response),
            headers,
            body,
            trailers: fields(response.get("trailers")),
            media_type: None,
        };
        if status == 101 || is_socket { Outcome::Switched(response) } else { Outcome::Response(response) }
    }
}

/// Header fields: `[[name, value], …]`.
fn fields(list: Option<&Value<'_>>) -> Headers {
    let list = list.map_or(&[][..], Value::items);
    let mut headers = Headers::with_capacity(list.len(), list.len() * 32);
    for field in list {
        if let [name, value, ..] = field.items()
            && let (Some(name), Some(value)) = (name.text(), value.text())
        {
            headers.push(name, value);
        }
    }
    headers
}

fn http_version(message: Fields<'_, '_>) -> String {
    message.string(&["http_version"]).unwrap_or_else(|| match message.get("httpversion").map(Value::items) {
        Some([major, minor, ..]) => format!("HTTP/{}.{}", major.whole().unwrap_or_default(), minor.whole().unwrap_or_default()),
        _ => String::new(),
    })
}

fn is_authority(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'/' | b'\\' | b'@' | b'?' | b'#' | b'"' | b'<' | b'>'))
}

/// The host of `host:port`.
fn without_port(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) && (!host.contains(':') || host.ends_with(']')) => host,
        _ => authority,
    }
}

/// Stages in milliseconds. Connecting counts where it lies between the beginning of the request and the head of the response; it is not part of
/// waiting then, so that the stages add up to that head.
fn timings(started: Option<Timestamp>, request: Fields<'_, '_>, response: Fields<'_, '_>, server: Fields<'_, '_>) -> Timings {
    let between = |from: Option<Timestamp>, to: Option<Timestamp>| {
        let took = to?.as_nanoseconds().checked_sub(from?.as_nanoseconds())?;
        (took >= 0).then_some(took)
    };
    let milliseconds = |nanoseconds: Option<i64>| nanoseconds.map(|nanoseconds| nanoseconds as f64 / 1e6);
    let sent = request.time(&["timestamp_end"]);
    let (head, end) = (response.time(&["timestamp_start"]), response.time(&["timestamp_end"]));
    let dialled = server.time(&["timestamp_start"]).filter(|at| started.is_some_and(|started| *at >= started));
    let (tcp, tls) = (server.time(&["timestamp_tcp_setup"]), server.time(&["timestamp_tls_setup", "timestamp_ssl_setup"]));
    let connected = tls.or(tcp).filter(|at| head.is_none_or(|head| *at <= head));
    let connect = between(dialled, connected);
    let send = between(started, sent);
    let wait = between(started, head).map(|whole| (whole - send.unwrap_or(0) - connect.unwrap_or(0)).max(0));
    Timings {
        connect: milliseconds(connect),
        tls: milliseconds(connect.and_then(|_| between(tcp, tls))),
        send: milliseconds(send),
        wait: milliseconds(wait),
        receive: milliseconds(between(head, end)),
        ..Timings::default()
    }
}

/// mitmproxy's words for a request that failed, by the stage they speak of.
fn stage(error: &str) -> FailureStage {
    let error = error.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| error.contains(word));
    if has(&["getaddrinfo", "name or service not known", "nodename nor servname", "name resolution", "name does not resolve"]) {
        FailureStage::Dns
    } else if has(&["certificate", "tls", "ssl"]) {
        FailureStage::Tls
    } else if has(&["timed out", "timeout"]) {
        FailureStage::Timeout
    } else if has(&["connect call failed", "refused", "unreachable", "no route to host"]) {
        FailureStage::Refused
    } else if has(&["disconnect", "reset", "closed connection", "connection closed"]) {
        FailureStage::Reset
    } else if has(&["protocol", "invalid", "malformed"]) {
        FailureStage::Protocol
    } else {
        FailureStage::Unknown
    }
}
