//! WARC 1.1 (ISO 28500:2017), one gzip member for each record, of any recording: a request and its answer for each exchange, what they cannot hold in a
//! `metadata` record beside them. The same recording gives the same bytes: identifiers are made from its digest, and no time of writing stands anywhere.

use std::borrow::Cow;
use std::io::{self, Write};

use data_encoding::{BASE32, HEXLOWER};
use flate2::{Compression, GzBuilder};

use super::About;
use crate::interop::own::OwnEntry;
use crate::model::{BodyState, Digest, Exchange, Headers, Message, Outcome, Timestamp, UrlParts};

/// Media type of the records that say what the others cannot hold: the members of `_dataspoor` of our HAR files, and `left_out`.
const METADATA_TYPE: &str = "application/json";

/// The time of what has none: the standard wants one in every record.
const NO_TIME: Timestamp = Timestamp::from_nanoseconds(0);

/// Fields that speak of a form of the body that it has no longer, once its codings or chunks are undone.
const OF_CODINGS: [&[u8]; 2] = [b"content-encoding", b"content-length"];

/// Writes a WARC file.
pub struct WarcWriter<W> {
    out: W,
    capture: Digest,
}

/// A record before it is written.
struct Record<'a> {
    kind: &'static str,
    /// Number of the entry and what of it, for the identifier.
    name: String,
    at: Timestamp,
    target: Option<&'a str>,
    media_type: Cow<'a, str>,
    fields: Vec<(&'static str, String)>,
    block: Vec<u8>,
    /// Where the payload begins in the block, where there is one.
    payload: Option<usize>,
}

impl<W: Write> WarcWriter<W> {
    /// Begins a file with its `warcinfo` record.
    ///
    /// # Errors
    ///
    /// `out` cannot be written.
    pub fn new(out: W, about: &About<'_>) -> io::Result<Self> {
        let mut writer = Self { out, capture: about.capture.digest };
        let (tool, version) = (about.tool, about.tool_version);
        let session = about.session;
        let mut text =
            format!("software: {tool} {version}\r\nformat: WARC File Format 1.1\r\ndescription: {}\r\n", one_line(&about.comment()));
        text.push_str(&format!("secrets: {}\r\nsource-sha256: {}\r\n", about.secrets(), about.capture.digest));
        for (name, value) in [("source-software", &session.creator), ("source-browser", &session.browser), ("scenario", &session.scenario)]
        {
            if let Some(value) = value {
                text.push_str(&format!("{name}: {}\r\n", one_line(value)));
            }
        }
        about.gaps.iter().for_each(|gap| text.push_str(&format!("gap: {} ({})\r\n", gap.kind.id(), gap.count)));
        let started = session.custody.as_ref().and_then(|custody| custody.started);
        let at = started.or(session.pages.iter().find_map(|page| page.started)).unwrap_or(NO_TIME);
        let block = text.into_bytes();
        let media_type = "application/warc-fields".into();
        writer.record(&Record {
            kind: "warcinfo",
            name: "info".into(),
            at,
            target: None,
            media_type,
            fields: Vec::new(),
            block,
            payload: None,
        })?;
        Ok(writer)
    }

    /// Ends the file.
    ///
    /// # Errors
    ///
    /// `out` cannot be written.
    pub fn finish(mut self) -> io::Result<W> {
        self.out.flush()?;
        Ok(self.out)
    }

    /// Writes the records of an entry.
    ///
    /// # Errors
    ///
    /// `out` cannot be written, or a body cannot be read.
    pub fn entry(&mut self, number: u64, exchange: &Exchange) -> io::Result<()> {
        let url = one_line(&exchange.request.url);
        let at = exchange.started.unwrap_or(NO_TIME);
        let id = |what: &str| self.id(&format!("{number} {what}"));
        let (request_id, response_id, metadata_id) = (id("request"), id("response"), id("metadata"));
        let mut left_out = Vec::new();
        let mut own = OwnEntry::of(number, exchange);
        let connection = connection_fields(exchange);
        let has_request = !exchange.request.method.is_empty();
        let response = exchange.outcome.response();
        let partner = |other: &str, there: bool| there.then(|| ("WARC-Concurrent-To", other.to_owned()));
        if has_request {
            let (block, payload, truncated) = request_block(exchange, &mut left_out)?;
            let beside = partner(&response_id, response.is_some()).into_iter().chain(partner(&metadata_id, true));
            let fields = beside.chain(connection.iter().cloned()).chain(truncated).collect();
            let media_type = "application/http;msgtype=request".into();
            self.record(&Record {
                kind: "request",
                name: format!("{number} request"),
                at,
                target: Some(&url),
                media_type,
                fields,
                block,
                payload,
            })?;
        }
        if let Some(response) = response {
            // What has no status was never an answer in HTTP: only what it brought is known.
            let http = response.status > 0;
            let (block, payload, truncated) = if http { response_block(exchange, &mut left_out)? } else { resource_block(exchange)? };
            let beside = partner(&request_id, has_request).into_iter().chain(partner(&metadata_id, true));
            let fields = beside.chain(connection.iter().cloned()).chain(truncated).collect();
            let kind = if http { "response" } else { "resource" };
            let media_type = match (http, &response.media_type) {
                (true, _) => "application/http;msgtype=response".into(),
                (false, Some(media_type)) if !media_type.is_empty() => one_line(media_type),
                (false, _) => "application/octet-stream".into(),
            };
            self.record(&Record { kind, name: format!("{number} response"), at, target: Some(&url), media_type, fields, block, payload })?;
        }
        let of = if response.is_some() { response_id } else { request_id };
        for (index, message) in exchange.messages.iter().enumerate() {
            self.message(number, index, message, at, &url, &of)?;
        }
        if matches!(exchange.outcome, Outcome::Switched(_)) && !exchange.messages.is_empty() {
            left_out.push("messages of the WebSocket stand in records of type resource (urn:message:…), not in the answer".to_owned());
        }
        if !exchange.interim.is_empty() {
            left_out.push("answers before the answer stand here only".to_owned());
        }
        // Bodies stand in the records, whatever they are.
        own.request.body_base64 = None;
        let mut metadata = serde_json::to_value(&own)?;
        metadata["leftOut"] = left_out.into();
        let fields = vec![("WARC-Concurrent-To", of)];
        let block = serde_json::to_vec(&metadata)?;
        let media_type = METADATA_TYPE.into();
        self.record(&Record {
            kind: "metadata",
            name: format!("{number} metadata"),
            at,
            target: Some(&url),
            media_type,
            fields,
            block,
            payload: None,
        })
    }

    /// A message of a WebSocket, as our own recordings keep it: no program that plays an archive back takes it for something that was loaded.
    fn message(&mut self, number: u64, index: usize, message: &Message, at: Timestamp, url: &str, of: &str) -> io::Result<()> {
        let direction = if message.direction == crate::model::Direction::Sent { "sent" } else { "received" };
        let target = format!("urn:message:{index}:{url}");
        let media_type = if message.opcode.number() == 1 { "text/plain;charset=utf-8" } else { "application/octet-stream" }.into();
        let description = format!("{direction}; opcode {}", message.opcode.number());
        let fields = vec![("WARC-Concurrent-To", of.to_owned()), ("WARC-Message", description)];
        let block = message.payload.bytes()?.to_vec();
        let name = format!("{number} message {index}");
        self.record(&Record {
            kind: "resource",
            name,
            at: message.at.unwrap_or(at),
            target: Some(&target),
            media_type,
            fields,
            block,
            payload: Some(0),
        })
    }

    fn record(&mut self, record: &Record<'_>) -> io::Result<()> {
        let mut head = format!("WARC/1.1\r\nWARC-Type: {}\r\nWARC-Record-ID: {}\r\n", record.kind, self.id(&record.name));
        let mut line = |name: &str, value: &str| [name, ": ", value, "\r\n"].iter().for_each(|piece| head.push_str(piece));
        line("WARC-Date", &date(record.at));
        if let Some(target) = record.target {
            line("WARC-Target-URI", target);
        }
        record.fields.iter().for_each(|(name, value)| line(name, value));
        line("Content-Type", &record.media_type);
        line("WARC-Block-Digest", &labelled(&record.block));
        // Readers take the head of a message off its block at addresses of the web only: elsewhere, as at `data:`, they would hold the whole block against this.
        let of_the_web = record.target.is_some_and(|target| target.starts_with("http://") || target.starts_with("https://"));
        let payload = record.payload.filter(|from| *from == 0 || of_the_web).and_then(|from| record.block.get(from..));
        if let Some(payload) = payload.filter(|payload| !payload.is_empty()) {
            line("WARC-Payload-Digest", &labelled(payload));
        }
        line("Content-Length", &record.block.len().to_string());
        let mut member = GzBuilder::new().write(&mut self.out, Compression::default());
        member.write_all(head.as_bytes())?;
        member.write_all(b"\r\n")?;
        member.write_all(&record.block)?;
        member.write_all(b"\r\n\r\n")?;
        member.finish()?;
        Ok(())
    }

    /// An identifier that follows from the recording and what the record is (UUID version 8, RFC 9562 section 5.8).
    fn id(&self, name: &str) -> String {
        let Digest(digest) = Digest::of(format!("dataspoor export 1\n{}\n{name}", self.capture).as_bytes());
        let mut uuid = [0; 16];
        uuid.copy_from_slice(&digest[..16]);
        uuid[6] = uuid[6] & 0x0f | 0x80;
        uuid[8] = uuid[8] & 0x3f | 0x80;
        let hex = HEXLOWER.encode(&uuid);
        format!("<urn:uuid:{}-{}-{}-{}-{}>", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
    }
}

/// With nine digits of a second, as the standard allows.
fn date(at: Timestamp) -> String {
    let text = at.to_string();
    let whole = text.split('.').next().unwrap_or_default();
    // Before 1678 or after 2262 there is no such point in time.
    format!("{whole}.{:09}Z", at.as_nanoseconds().rem_euclid(1_000_000_000))
}

fn labelled(bytes: &[u8]) -> String {
    let Digest(digest) = Digest::of(bytes);
    format!("sha256:{}", BASE32.encode(&digest))
}

/// A text as the value of a field: what would end its line is percent-encoded.
fn one_line(text: &str) -> Cow<'_, str> {
    if !text.contains(|sign: char| sign.is_control()) {
        return Cow::Borrowed(text);
    }
    let sign = |sign: char| if sign.is_control() { format!("%{:02X}", u32::from(sign)) } else { sign.to_string() };
    text.chars().map(sign).collect::<String>().into()
}

/// What is known of the connection, as fields of the records. Protocols are written one by one, lower case (iipc/warc-specifications issue 42).
fn connection_fields(exchange: &Exchange) -> Vec<(&'static str, String)> {
    let connection = &exchange.connection;
    let mut fields = Vec::new();
    if let Some(address) = super::http::server_ip(connection) {
        fields.push(("WARC-IP-Address", address));
    }
    let spoken = connection.protocol.as_deref().map(str::to_ascii_lowercase).or_else(|| protocol(&exchange.request.version));
    for protocol in spoken.into_iter().chain(connection.tls_version.as_deref().map(str::to_ascii_lowercase)) {
        fields.push(("WARC-Protocol", one_line(&protocol).into_owned()));
    }
    if let Some(suite) = connection.cipher_suite.as_deref() {
        fields.push(("WARC-Cipher-Suite", one_line(suite).into_owned()));
    }
    fields
}

/// The identifier of a protocol as recordings write versions.
fn protocol(version: &str) -> Option<String> {
    let version = version.to_ascii_lowercase();
    Some(match &*version {
        "http/2" | "http/2.0" => "h2".to_owned(),
        "http/3" | "http/3.0" => "h3".to_owned(),
        "h2" | "h2c" | "h3" | "http/1.1" | "http/1.0" | "http/0.9" => version,
        _ => return None,
    })
}

/// A block, where its payload begins, and the field that says that the body is not whole.
type Block = (Vec<u8>, Option<usize>, Option<(&'static str, String)>);

fn request_block(exchange: &Exchange, left_out: &mut Vec<String>) -> io::Result<Block> {
    let request = &exchange.request;
    let url = &request.url;
    let parts = UrlParts::of(url);
    let from = parts.path.start.min(url.len());
    let target = url[from..].split('#').next().unwrap_or_default();
    let target = if target.starts_with('/') { target.to_owned() } else { format!("/{target}") };
    let mut block = format!("{} {} {}\r\n", words(&request.method), words(&target), version(&request.version)).into_bytes();
    if request.headers.first("host").is_none()
        && let Some(host) = parts.host(url)
    {
        block.extend_from_slice(format!("Host: {}\r\n", written_host(url, &host.host)).as_bytes());
        left_out.push("a Host field was put in, which the recorded request had not".to_owned());
    }
    write_fields(&request.headers, request.body.state(), "request", &mut block, left_out);
    finished(block, &request.body)
}

/// The host with its port, as it stands in the address.
fn written_host(url: &str, host: &str) -> String {
    let authority = url.split_once("://").map_or("", |(_, rest)| rest).split(['/', '?', '#']).next().unwrap_or_default();
    let authority = authority.rsplit_once('@').map_or(authority, |(_, authority)| authority);
    if authority.is_empty() { host.to_owned() } else { words(authority).into_owned() }
}

fn response_block(exchange: &Exchange, left_out: &mut Vec<String>) -> io::Result<Block> {
    let Some(response) = exchange.outcome.response() else { return Ok((Vec::new(), None, None)) };
    let reason = one_line(&response.reason);
    let mut block = format!("{} {:03} {reason}\r\n", version(&response.version), response.status).into_bytes();
    write_fields(&response.headers, response.body.state(), "response", &mut block, left_out);
    finished(block, &response.body)
}

fn resource_block(exchange: &Exchange) -> io::Result<Block> {
    let Some(response) = exchange.outcome.response() else { return Ok((Vec::new(), None, None)) };
    let bytes = response.body.bytes()?.to_vec();
    Ok((bytes, Some(0), truncated(response.body.state())))
}

fn finished(mut block: Vec<u8>, body: &crate::model::Body) -> io::Result<Block> {
    block.extend_from_slice(b"\r\n");
    let payload = block.len();
    block.extend_from_slice(&body.bytes()?);
    Ok((block, Some(payload), truncated(body.state())))
}

fn truncated(state: BodyState) -> Option<(&'static str, String)> {
    use crate::model::Unrecorded::{Ceiling, Disconnected};
    let why = match state {
        BodyState::Truncated(Disconnected) => "disconnect",
        BodyState::Truncated(Ceiling) => "length",
        BodyState::Truncated(_) | BodyState::Missing(_) => "unspecified",
        BodyState::Raw | BodyState::AlreadyDecoded | BodyState::Lossy => return None,
    };
    Some(("WARC-Truncated", why.to_owned()))
}

/// A text without blanks, so that it is one word of a first line.
fn words(text: &str) -> Cow<'_, str> {
    if !text.contains(|sign: char| sign.is_whitespace() || sign.is_control()) {
        return Cow::Borrowed(text);
    }
    let blank = |sign: char| sign.is_whitespace() || sign.is_control();
    let sign = |sign: char| if blank(sign) { format!("%{:02X}", u32::from(sign)) } else { sign.to_string() };
    text.chars().map(sign).collect::<String>().into()
}

/// HTTP/2 and later stand as HTTP/1.1, which is what readers of archives understand; `WARC-Protocol` says what was spoken.
fn version(recorded: &str) -> &'static str {
    if recorded.eq_ignore_ascii_case("HTTP/1.0") { "HTTP/1.0" } else { "HTTP/1.1" }
}

/// Header fields as lines. A field that would claim of the body what it has no longer is renamed as Browsertrix does; what cannot stand in a
/// head is left out and said.
fn write_fields(headers: &Headers, state: BodyState, side: &str, block: &mut Vec<u8>, left_out: &mut Vec<String>) {
    let undone = matches!(state, BodyState::AlreadyDecoded | BodyState::Lossy);
    let coded = headers.first("content-encoding").is_some();
    for (name, value) in headers.iter() {
        let is_name = !name.is_empty() && name.iter().all(|byte| byte.is_ascii_graphic() && *byte != b':');
        if !is_name {
            left_out.push(format!("{side} field {:?}, whose name no head of HTTP/1.1 can hold", String::from_utf8_lossy(name)));
            continue;
        }
        let is = |wanted: &[u8]| name.eq_ignore_ascii_case(wanted);
        // No recording keeps chunks; the length of a coded body is not that of what stands here.
        let renamed = is(b"transfer-encoding") || undone && coded && OF_CODINGS.iter().any(|wanted| is(wanted));
        if renamed {
            left_out.push(format!("{side} field {}: named X-Orig-… because the body stands without it", String::from_utf8_lossy(name)));
        }
        // Exporters join several fields of one name by line feeds.
        let lines = value.split(|byte| matches!(byte, b'\r' | b'\n')).filter(|line| !line.is_empty());
        let mut lines = lines.peekable();
        if lines.peek().is_none() {
            write_field(name, b"", renamed, block);
        }
        let mut count = 0;
        for line in lines {
            write_field(name, line, renamed, block);
            count += 1;
        }
        if count > 1 {
            left_out.push(format!("{side} field {}: its {count} lines stand as fields of their own", String::from_utf8_lossy(name)));
        }
    }
}

fn write_field(name: &[u8], value: &[u8], renamed: bool, block: &mut Vec<u8>) {
    if renamed {
        block.extend_from_slice(b"X-Orig-");
    }
    block.extend_from_slice(name);
    block.extend_from_slice(b": ");
    block.extend(value.iter().map(|byte| if *byte == 0 { b' ' } else { *byte }));
    block.extend_from_slice(b"\r\n");
}
