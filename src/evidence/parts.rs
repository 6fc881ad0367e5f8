//! The parts of an exchange, in the order of the format: what the digest of an entry is a tree over.

use std::borrow::Cow;
use std::io;

use super::pieces::Cut;
use crate::model::{Anomaly, Body, BodyState, Direction, Exchange, FailureStage, Fidelity, Headers, Outcome, Side, UrlParts};

/// Kinds of parts, as they stand in the layout. Numbers are part of the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Kind {
    Facts = 1,
    RequestStart = 2,
    Query = 3,
    RequestEnd = 4,
    RequestHeader = 5,
    CookieName = 6,
    Cookie = 7,
    RequestBody = 8,
    RequestTrailer = 9,
    StatusLine = 10,
    ResponseHeader = 11,
    ResponseBody = 12,
    ResponseTrailer = 13,
    MessageFacts = 14,
    MessageBody = 15,
    Failure = 16,
    ListedCookie = 17,
    Interim = 18,
    InterimHeader = 19,
    RequestHeadBytes = 20,
    ResponseHeadBytes = 21,
}

impl Kind {
    /// All of them.
    pub(super) const ALL: [Self; 21] = [
        Self::Facts,
        Self::RequestStart,
        Self::Query,
        Self::RequestEnd,
        Self::RequestHeader,
        Self::CookieName,
        Self::Cookie,
        Self::RequestBody,
        Self::RequestTrailer,
        Self::StatusLine,
        Self::ResponseHeader,
        Self::ResponseBody,
        Self::ResponseTrailer,
        Self::MessageFacts,
        Self::MessageBody,
        Self::Failure,
        Self::ListedCookie,
        Self::Interim,
        Self::InterimHeader,
        Self::RequestHeadBytes,
        Self::ResponseHeadBytes,
    ];

    /// Whether it is a piece of a body.
    pub(super) const fn is_body(self) -> bool {
        matches!(self, Self::RequestBody | Self::ResponseBody | Self::MessageBody)
    }
}

/// Takes parts, one after the other.
pub(super) trait Sink {
    /// The next part. Its bytes are those of its pieces, one after the other.
    fn part(&mut self, kind: Kind, pieces: [&[u8]; 3]);
}

/// All parts of an exchange, in the order of the format.
pub(super) fn walk(number: u64, exchange: &Exchange, sink: &mut impl Sink) -> io::Result<()> {
    let request = &exchange.request;
    sink.part(Kind::Facts, [facts(number, exchange).as_bytes(), b"", b""]);
    request_line(sink, &request.method, &request.url, &request.version);
    for (name, value) in request.headers.iter() {
        if name.eq_ignore_ascii_case(b"cookie") {
            sink.part(Kind::CookieName, [name, b": ", b""]);
            value.split_inclusive(|&byte| byte == b';').for_each(|pair| sink.part(Kind::Cookie, [pair, b"", b""]));
        } else {
            sink.part(Kind::RequestHeader, [name, b": ", value]);
        }
    }
    let media_type = request.headers.first("content-type").unwrap_or_default();
    body(sink, Kind::RequestBody, Cut::sent(media_type, request.body.len()), &request.body)?;
    fields(sink, Kind::RequestTrailer, &request.trailers);
    if let Some(bytes) = &exchange.odd_heads.request {
        sink.part(Kind::RequestHeadBytes, [bytes, b"", b""]);
    }
    for interim in &exchange.interim {
        let (at, status) = (interim.at.as_nanoseconds().to_string(), interim.status.to_string());
        sink.part(Kind::Interim, [at.as_bytes(), status.as_bytes(), interim.reason.as_bytes()]);
        fields(sink, Kind::InterimHeader, &interim.headers);
    }
    if let Some(bytes) = &exchange.odd_heads.response {
        sink.part(Kind::ResponseHeadBytes, [bytes, b"", b""]);
    }
    match &exchange.outcome {
        Outcome::Response(response) | Outcome::Switched(response) => {
            sink.part(Kind::StatusLine, [response.version.as_bytes(), b" ", response.status.to_string().as_bytes()]);
            sink.part(Kind::StatusLine, [response.reason.as_bytes(), b"", b""]);
            fields(sink, Kind::ResponseHeader, &response.headers);
            body(sink, Kind::ResponseBody, Cut::received(response.body.len()), &response.body)?;
            fields(sink, Kind::ResponseTrailer, &response.trailers);
        }
        Outcome::Failed { cause, .. } => sink.part(Kind::Failure, [cause.as_bytes(), b"", b""]),
        Outcome::Abandoned => sink.part(Kind::Failure, [b"", b"", b""]),
    }
    for message in &exchange.messages {
        sink.part(Kind::MessageFacts, [message_facts(message).as_bytes(), b"", b""]);
        let payload = &message.payload;
        let cut = match message.direction {
            Direction::Sent if matches!(first_byte(payload)?, Some(b'{' | b'[')) => Cut::sent(b"json", payload.len()),
            _ => Cut::received(payload.len()),
        };
        body(sink, Kind::MessageBody, cut, payload)?;
    }
    for cookie in &exchange.listed_cookies {
        let side: &[u8] = if cookie.side == Side::Request { b"request" } else { b"response" };
        sink.part(Kind::ListedCookie, [side, cookie.name.as_bytes(), cookie.attributes.as_bytes()]);
        sink.part(Kind::ListedCookie, [cookie.value.as_bytes(), b"", b""]);
    }
    Ok(())
}

/// Method and URL up to the query; each query parameter with the mark before it; the rest of the URL and the version.
fn request_line(sink: &mut impl Sink, method: &str, url: &str, version: &str) {
    let cut = UrlParts::of(url);
    let query_start = cut.query.as_ref().map_or(cut.path.end, |query| query.start - 1);
    sink.part(Kind::RequestStart, [method.as_bytes(), b" ", &url.as_bytes()[..query_start]]);
    let mut end = query_start;
    for parameter in cut.query_parameters(url) {
        sink.part(Kind::Query, [&url.as_bytes()[end..parameter.end], b"", b""]);
        end = parameter.end;
    }
    sink.part(Kind::RequestEnd, [&url.as_bytes()[end..], b" ", version.as_bytes()]);
}

fn fields(sink: &mut impl Sink, kind: Kind, headers: &Headers) {
    headers.iter().for_each(|(name, value)| sink.part(kind, [name, b": ", value]));
}

/// A body, read in stretches of whole pieces where it is not in memory.
fn body(sink: &mut impl Sink, kind: Kind, cut: Cut, body: &Body) -> io::Result<()> {
    let Cut::Even(piece) = cut else {
        cut.pieces(&body.bytes()?, |piece| sink.part(kind, [piece, b"", b""]));
        return Ok(());
    };
    if let Some(bytes) = body.in_memory() {
        bytes.chunks(piece).for_each(|piece| sink.part(kind, [piece, b"", b""]));
        return Ok(());
    }
    let mut reader = body.reader()?;
    let mut buffer = vec![0_u8; piece * 256];
    loop {
        let mut filled = 0;
        while filled < buffer.len() {
            match reader.read(&mut buffer[filled..])? {
                0 => break,
                read => filled += read,
            }
        }
        buffer[..filled].chunks(piece).for_each(|piece| sink.part(kind, [piece, b"", b""]));
        if filled < buffer.len() {
            return Ok(());
        }
    }
}

/// The first byte of a body, wherever it lies.
fn first_byte(body: &Body) -> io::Result<Option<u8>> {
    if let Some(bytes) = body.in_memory() {
        return Ok(bytes.first().copied());
    }
    io::Read::bytes(body.reader()?).next().transpose()
}

/// Facts of the exchange that are no bytes of a message, one `name=value` line each.
fn facts(number: u64, exchange: &Exchange) -> String {
    let mut text = String::with_capacity(512);
    let mut line = |name: &str, value: &str| [name, "=", value, "\n"].iter().for_each(|piece| text.push_str(piece));
    let mut digits = itoa::Buffer::new();
    line("entry", digits.format(number));
    if let Some(started) = exchange.started {
        line("started", digits.format(started.as_nanoseconds()));
    }
    let fidelity = match exchange.fidelity {
        Fidelity::ByteExact => "byte-exact",
        Fidelity::ResponseExact => "response-exact",
        Fidelity::RequestExact => "request-exact",
        Fidelity::AsParsed => "as-parsed",
        Fidelity::Imported => "imported",
    };
    line("fidelity", fidelity);
    line("not-carried", digits.format(exchange.not_carried.bits()));
    line("until-response-head", digits.format((exchange.timings.until_response_head() * 1e6) as i64));
    line("outcome", outcome(&exchange.outcome));
    line("request-body", &body_state(exchange.request.body.state()));
    if let Some(response) = exchange.outcome.response() {
        line("response-body", &body_state(response.body.state()));
        if let Some(media_type) = &response.media_type {
            line("media-type", &one_line(media_type));
        }
    }
    for (name, value) in [
        ("page", exchange.page.as_deref()),
        ("server", exchange.connection.server_address.as_deref()),
        ("connection", exchange.connection.id.as_deref()),
        ("client-connection", exchange.connection.client.as_deref()),
        ("tls-version", exchange.connection.tls_version.as_deref()),
        ("cipher-suite", exchange.connection.cipher_suite.as_deref()),
        ("protocol", exchange.connection.protocol.as_deref()),
        ("resource-type", exchange.resource_type.as_deref()),
    ] {
        if let Some(value) = value {
            line(name, &one_line(value));
        }
    }
    if let Some(certificate) = exchange.connection.certificate {
        line("certificate", &certificate.to_string());
    }
    if exchange.connection.fresh {
        line("connection-opened", "yes");
    }
    if let Some(initiator) = &exchange.initiator {
        line("initiator-kind", &one_line(&initiator.kind));
        line("initiator", &one_line(&initiator.url));
    }
    if exchange.anomalies.contains(&Anomaly::FromCache) {
        line("from-cache", "yes");
    }
    text
}

/// A value on one line: a line feed in it must not make a second fact of it, nor a backslash pass for an escape.
fn one_line(text: &str) -> Cow<'_, str> {
    if memchr::memchr2(b'\\', b'\n', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    text.replace('\\', "\\\\").replace('\n', "\\n").into()
}

fn outcome(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Response(_) => "response",
        Outcome::Switched(_) => "switched",
        Outcome::Abandoned => "abandoned",
        Outcome::Failed { stage, .. } => match stage {
            FailureStage::Dns => "failed dns",
            FailureStage::Refused => "failed refused",
            FailureStage::Tls => "failed tls",
            FailureStage::Timeout => "failed timeout",
            FailureStage::Reset => "failed reset",
            FailureStage::Protocol => "failed protocol",
            FailureStage::Blocked => "failed blocked",
            FailureStage::Unknown => "failed unknown",
        },
    }
}

/// The state of a body that a masked copy leaves out.
pub(super) const WITHHELD: &str = "missing withheld";

fn body_state(state: BodyState) -> String {
    match state {
        BodyState::Raw => "raw".to_owned(),
        BodyState::AlreadyDecoded => "already-decoded".to_owned(),
        BodyState::Lossy => "lossy".to_owned(),
        BodyState::Missing(reason) => format!("missing {}", reason.id()),
        BodyState::Truncated(reason) => format!("truncated {}", reason.id()),
    }
}

fn message_facts(message: &crate::model::Message) -> String {
    let direction = match message.direction {
        Direction::Sent => "sent",
        Direction::Received => "received",
    };
    let at = message.at.map_or_else(String::new, |at| at.as_nanoseconds().to_string());
    format!("{direction} {} {at} {}", message.opcode.number(), body_state(message.payload.state()))
}
