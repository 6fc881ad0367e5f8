//! An exchange as an element of `log.entries` (HAR 1.2), strict: every member that the format requires is there and of its type.

use std::borrow::Cow;
use std::io;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::http::{resource_type, server_ip, shown};
use crate::decode::cookie::{SetCookie, cookie_pairs, set_cookie_lines};
use crate::interop::own::{OwnEntry, OwnMessage, state_id};
use crate::model::{
    BodyState, Exchange, Headers, ListedCookie, Message, NotCarried, Opcode, Outcome, Request, Response, Side, Timestamp, Timings, UrlParts,
};

/// The time of what has none: a reader that knows nothing of us must find one.
pub(super) const NO_TIME: Timestamp = Timestamp::from_nanoseconds(0);

/// The entry, which belongs to the page `page`.
pub(super) fn entry(number: u64, exchange: &Exchange, page: &str) -> io::Result<Value> {
    let mut own = OwnEntry::of(number, exchange);
    let mut out = Map::new();
    out.insert("pageref".into(), page.into());
    out.insert("startedDateTime".into(), exchange.started.unwrap_or(NO_TIME).to_string().into());
    let timings = &exchange.timings;
    let stages = [timings.blocked, timings.dns, timings.connect, timings.send, timings.wait, timings.receive];
    out.insert("time".into(), stages.into_iter().flatten().sum::<f64>().into());
    out.insert("request".into(), request(exchange, &mut own)?);
    out.insert("response".into(), response(exchange, &mut own)?);
    out.insert("cache".into(), json!({}));
    out.insert("timings".into(), times(timings));
    if let Some(address) = server_ip(&exchange.connection) {
        out.insert("serverIPAddress".into(), address.into());
    }
    if let Some(id) = exchange.connection.id.as_deref() {
        out.insert("connection".into(), id.into());
    }
    let (kind, url) = exchange.initiator.as_ref().map_or(("", ""), |from| (&*from.kind, &*from.url));
    let mut initiator = json!({ "type": if kind.is_empty() { "other" } else { kind } });
    if !url.is_empty() {
        initiator["url"] = url.into();
    }
    out.insert("_initiator".into(), initiator);
    out.insert("_resourceType".into(), resource_type(exchange).into());
    let switched = matches!(exchange.outcome, Outcome::Switched(_)) && !exchange.not_carried.has(NotCarried::MESSAGES);
    if switched || !exchange.messages.is_empty() {
        let messages = exchange.messages.iter().zip(&mut own.messages);
        let messages = messages.map(|(message, own)| {
            let payload = message.payload.bytes()?;
            let text = std::str::from_utf8(&payload).ok().filter(|_| message.opcode != Opcode::Binary);
            if text.is_none() && message.opcode != Opcode::Binary {
                own.set_payload(&payload);
            }
            Ok(socket_message(message, &text.map_or_else(|| STANDARD.encode(&payload).into(), Cow::Borrowed)))
        });
        out.insert("_webSocketMessages".into(), messages.collect::<io::Result<Vec<Value>>>()?.into());
    }
    out.insert("_dataspoor".into(), serde_json::to_value(&own)?);
    Ok(Value::Object(out))
}

/// As Chrome writes them: seconds since 1970 with a fraction; what is binary in base64.
fn socket_message(message: &Message, data: &str) -> Value {
    let direction = if message.direction == crate::model::Direction::Sent { "send" } else { "receive" };
    let seconds = message.at.unwrap_or(NO_TIME).as_nanoseconds() as f64 / 1e9;
    json!({ "type": direction, "time": seconds, "opcode": message.opcode.number(), "data": data })
}

/// `ssl` stands inside `connect`; -1 is what did not happen or was not recorded, where the format allows it, and 0 where it does not.
fn times(timings: &Timings) -> Value {
    let may_be_absent = |took: Option<f64>| took.map_or(json!(-1), Value::from);
    let must_be_there = |took: Option<f64>| took.map_or(json!(0), Value::from);
    json!({
        "blocked": may_be_absent(timings.blocked),
        "dns": may_be_absent(timings.dns),
        "connect": may_be_absent(timings.connect),
        "ssl": may_be_absent(timings.tls),
        "send": must_be_there(timings.send),
        "wait": must_be_there(timings.wait),
        "receive": must_be_there(timings.receive),
    })
}

fn request(exchange: &Exchange, own: &mut OwnEntry) -> io::Result<Value> {
    let request = &exchange.request;
    let url = address(&request.url);
    if let Cow::Owned(_) = url {
        own.url = Some(request.url.clone());
    }
    let mut out = json!({
        "method": request.method,
        "url": url,
        "httpVersion": request.version,
        "cookies": request_cookies(request, &exchange.listed_cookies),
        "headers": fields(&request.headers),
        "queryString": query(&request.url),
        "headersSize": head_size(exchange, Side::Request),
        "bodySize": on_wire(request.body.state(), request.body.len()),
    });
    if !request.body.is_empty() {
        out["postData"] = post(request, &mut own.request)?;
    }
    Ok(out)
}

/// The format has text for it and nothing to say that it is in base64.
fn post(request: &Request, own: &mut OwnMessage) -> io::Result<Value> {
    let media_type = request.headers.first("content-type").map(String::from_utf8_lossy).unwrap_or_default();
    let bytes = request.body.bytes()?;
    Ok(match std::str::from_utf8(&bytes) {
        Ok(text) => json!({ "mimeType": media_type, "text": text }),
        Err(_) => {
            own.body_base64 = Some(STANDARD.encode(&bytes));
            json!({ "mimeType": media_type, "text": "", "comment": "The body is no text: it stands in base64 in _dataspoor.request.bodyBase64 of this entry." })
        }
    })
}

fn response(exchange: &Exchange, own: &mut OwnEntry) -> io::Result<Value> {
    let Some(response) = exchange.outcome.response() else {
        let cause = match &exchange.outcome {
            Outcome::Failed { cause, .. } if !cause.is_empty() => cause.as_str(),
            Outcome::Failed { .. } => "failed",
            _ => "no answer was recorded",
        };
        return Ok(json!({
            "status": 0, "statusText": "", "httpVersion": "", "cookies": [], "headers": [],
            "content": { "size": 0, "mimeType": "x-unknown" },
            "redirectURL": "", "headersSize": -1, "bodySize": -1, "_error": cause,
        }));
    };
    let location = response.headers.first("location").map(String::from_utf8_lossy).unwrap_or_default();
    let content = content(response, own)?;
    Ok(json!({
        "status": response.status,
        "statusText": response.reason,
        "httpVersion": response.version,
        "cookies": response_cookies(response, &exchange.listed_cookies),
        "headers": fields(&response.headers),
        "content": content,
        "redirectURL": location,
        "headersSize": head_size(exchange, Side::Response),
        "bodySize": on_wire(response.body.state(), response.body.len()),
    }))
}

/// `size` is the length with codings undone, `compression` what these saved.
fn content(response: &Response, own: &mut OwnEntry) -> io::Result<Value> {
    let media_type = response.media_type.as_deref().map(Cow::Borrowed);
    let media_type =
        media_type.or_else(|| response.headers.first("content-type").map(String::from_utf8_lossy)).unwrap_or("x-unknown".into());
    if let BodyState::Missing(_) = response.body.state() {
        let announced =
            response.headers.first("content-length").and_then(|length| std::str::from_utf8(length).ok()?.trim().parse::<i64>().ok());
        let comment = format!("The body is not in the recording: {}.", state_id(response.body.state()));
        return Ok(json!({ "size": announced.unwrap_or(-1), "mimeType": media_type, "comment": comment }));
    }
    let shown = shown(&response.headers, &response.body)?;
    if let Some(own) = &mut own.response {
        own.codings_undone = shown.undone;
    }
    let size = shown.bytes.len() as i64;
    let mut out = json!({ "size": size, "mimeType": media_type });
    if shown.undone {
        out["compression"] = (size - shown.recorded as i64).into();
    }
    match std::str::from_utf8(&shown.bytes) {
        Ok(text) => out["text"] = text.into(),
        Err(_) => {
            out["text"] = STANDARD.encode(&shown.bytes).into();
            out["encoding"] = "base64".into();
        }
    }
    if let BodyState::Truncated(_) = response.body.state() {
        out["comment"] = format!("The first part of the body only: {}.", state_id(response.body.state())).into();
    }
    Ok(out)
}

/// Bytes on the wire, where the recording has them; -1: not known.
fn on_wire(state: BodyState, length: u64) -> i64 {
    if state == BodyState::Raw { i64::try_from(length).unwrap_or(-1) } else { -1 }
}

/// Length of a head with its empty line, where its bytes are known; -1: not known. The first line of a request is known only if its bytes are kept.
fn head_size(exchange: &Exchange, side: Side) -> i64 {
    use crate::model::Fidelity::{ByteExact, ResponseExact};
    let odd = if side == Side::Request { &exchange.odd_heads.request } else { &exchange.odd_heads.response };
    if let Some(head) = odd {
        return head.len() as i64;
    }
    match exchange.outcome.response() {
        Some(response) if side == Side::Response && matches!(exchange.fidelity, ByteExact | ResponseExact) => {
            let line = response.version.len() + " 200 ".len() + response.reason.len() + "\r\n".len();
            let fields: usize = response.headers.iter().map(|(name, value)| name.len() + value.len() + ": \r\n".len()).sum();
            (line + fields + "\r\n".len()) as i64
        }
        _ => -1,
    }
}

fn fields(headers: &Headers) -> Value {
    let field = |(name, value)| json!({ "name": String::from_utf8_lossy(name), "value": String::from_utf8_lossy(value) });
    headers.iter().map(field).collect()
}

fn query(url: &str) -> Value {
    let parameter = |range: std::ops::Range<usize>| {
        let (name, value) = url[range.clone()].split_once('=').unwrap_or((&url[range], ""));
        json!({ "name": name, "value": value })
    };
    UrlParts::of(url).query_parameters(url).map(parameter).collect()
}

/// The address as the format takes it: a URI without blanks. Borrowed where it is one.
fn address(url: &str) -> Cow<'_, str> {
    let scheme = url.split_once(':').map(|(scheme, _)| scheme);
    let sign = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '+' | '-' | '.');
    let has_scheme = scheme.is_some_and(|scheme| scheme.starts_with(|first: char| first.is_ascii_alphabetic()) && scheme.chars().all(sign));
    if has_scheme && !url.contains(|sign: char| sign.is_whitespace() || sign.is_control()) {
        return Cow::Borrowed(url);
    }
    let mut out = String::from(if has_scheme { "" } else { "x-no-scheme:" });
    let mut bytes = [0; 4];
    for sign in url.chars() {
        if sign.is_whitespace() || sign.is_control() {
            sign.encode_utf8(&mut bytes).bytes().for_each(|byte| out.push_str(&format!("%{byte:02X}")));
        } else {
            out.push(sign);
        }
    }
    Cow::Owned(out)
}

fn request_cookies(request: &Request, listed: &[ListedCookie]) -> Value {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let in_fields = request.headers.all("cookie").flat_map(|(_, field)| {
        cookie_pairs(field).map(move |pair| json!({ "name": text(&field[pair.name]), "value": text(&field[pair.value]) }))
    });
    let listed = listed.iter().filter(|cookie| cookie.side == Side::Request);
    in_fields.chain(listed.map(|cookie| json!({ "name": cookie.name, "value": cookie.value }))).collect()
}

fn response_cookies(response: &Response, listed: &[ListedCookie]) -> Value {
    let in_fields =
        response.headers.all("set-cookie").flat_map(|(_, field)| set_cookie_lines(field).map(move |line| set_cookie(&field[line])));
    let listed = listed.iter().filter(|cookie| cookie.side == Side::Response);
    in_fields.chain(listed.map(|cookie| set_cookie(cookie.line().as_bytes()))).collect()
}

fn set_cookie(line: &[u8]) -> Value {
    let cookie = SetCookie::parse(line);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut out =
        json!({ "name": text(cookie.name()), "value": text(cookie.value()), "httpOnly": cookie.http_only, "secure": cookie.secure });
    for (name, place) in [("path", &cookie.path), ("domain", &cookie.domain)] {
        if let Some(place) = place {
            out[name] = text(&line[place.clone()]).into();
        }
    }
    if let Some(expires) = cookie.expires_at {
        out["expires"] = expires.to_string().into();
    }
    let same_site = cookie.same_site.as_str();
    if !same_site.is_empty() {
        out["sameSite"] = same_site.into();
    }
    out
}
