//! One request as a command for curl, for `sh` (POSIX). Secrets are not looked for here: whoever calls has masked them.
//!
//! A body that is plain text stands in the command; any other is printed by `printf`, whose octal escapes every `sh` knows, and read from the pipe.
//! Fields stand in their order. What curl makes itself (`Content-Length`, chunks) is left to it, and what it would add is switched off.

use crate::model::{BodyState, Headers, Request};

/// A longer text does not stand in an argument, in bytes: Linux takes no argument longer than 128 KiB.
const LONGEST_ARGUMENT: usize = 64 << 10;

/// Fields that curl makes itself, or that would speak of another connection.
const BY_CURL: [&str; 4] = ["content-length", "transfer-encoding", "proxy-connection", "expect"];

/// What curl adds unless it is told not to.
const ADDED: [&str; 4] = ["User-Agent", "Accept", "Content-Type", "Expect"];

/// The command as bytes: header fields need not be UTF-8.
#[must_use]
pub fn command(request: &Request, body: &[u8]) -> Vec<u8> {
    let has_body = !body.is_empty();
    let text = std::str::from_utf8(body)
        .ok()
        .filter(|text| text.len() <= LONGEST_ARGUMENT && !text.contains(|sign: char| sign.is_control() && !matches!(sign, '\n' | '\t')));
    let mut out = Vec::new();
    if has_body && text.is_none() {
        printf(body, &mut out);
        out.extend_from_slice(b" | ");
    }
    out.extend_from_slice(b"curl --globoff --path-as-is");
    if let Some(version) = version(&request.version) {
        argument(&mut out, version, None);
    }
    match &*request.method {
        "HEAD" if !has_body => argument(&mut out, "--head", None),
        method => argument(&mut out, "--request", Some(method.as_bytes())),
    }
    for (name, value) in request.headers.iter() {
        if let Some(line) = field(name, value) {
            argument(&mut out, "--header", Some(&line));
        }
    }
    for name in ADDED {
        // Of these curl adds two only to a request with a body.
        let added = has_body || !matches!(name, "Content-Type" | "Expect");
        if added && (name == "Expect" || request.headers.first(name).is_none()) {
            argument(&mut out, "--header", Some(format!("{name}:").as_bytes()));
        }
    }
    match text {
        Some(text) if has_body => argument(&mut out, "--data-raw", Some(text.as_bytes())),
        _ if has_body => argument(&mut out, "--data-binary", Some(b"@-")),
        _ => {}
    }
    argument(&mut out, "--url", Some(request.url.split('#').next().unwrap_or_default().as_bytes()));
    out.push(b'\n');
    out
}

/// What the command does not send as it was recorded.
#[must_use]
pub fn not_sent(request: &Request) -> Vec<String> {
    let mut notes = Vec::new();
    let text = |name: &[u8]| String::from_utf8_lossy(name).into_owned();
    for (name, value) in request.headers.iter() {
        let lower = text(name).to_ascii_lowercase();
        if name.starts_with(b":") {
            continue;
        }
        if BY_CURL.contains(&&*lower) {
            notes.push(format!("field {} is left to curl", text(name)));
        } else if field(name, value).is_none() {
            notes.push(format!("field {} cannot be sent by curl", text(name)));
        }
    }
    match request.body.state() {
        BodyState::Missing(_) => notes.push("the body is not in the recording".to_owned()),
        BodyState::Truncated(_) => notes.push("only the first part of the body is in the recording".to_owned()),
        BodyState::Lossy => notes.push("the body went through a text form and may differ from what was sent".to_owned()),
        BodyState::AlreadyDecoded => notes.push("the codings of the body had been undone".to_owned()),
        BodyState::Raw => {}
    }
    if !request.trailers.is_empty() {
        notes.push("trailer fields are left out".to_owned());
    }
    notes
}

/// What `value` looks like once every cookie in it has another value: names stay.
#[must_use]
pub fn masked_cookies(value: &[u8], mask: &str) -> Vec<u8> {
    let mut out = Vec::new();
    for (index, pair) in value.split(|byte| *byte == b';').enumerate() {
        if index > 0 {
            out.push(b';');
        }
        match pair.iter().position(|byte| *byte == b'=') {
            Some(at) => {
                out.extend_from_slice(&pair[..=at]);
                out.extend_from_slice(mask.as_bytes());
            }
            None if pair.trim_ascii().is_empty() => out.extend_from_slice(pair),
            // A cookie without a name is all value.
            None => {
                out.extend(pair.iter().take_while(|byte| byte.is_ascii_whitespace()));
                out.extend_from_slice(mask.as_bytes());
            }
        }
    }
    out
}

/// The same for a field that proves who somebody is: its scheme stays (RFC 9110 section 11.6.2).
#[must_use]
pub fn masked_credentials(value: &[u8], mask: &str) -> Vec<u8> {
    let scheme = value.iter().position(|byte| *byte == b' ').filter(|end| value[..*end].iter().all(u8::is_ascii_alphanumeric));
    match scheme {
        Some(end) => [&value[..=end], mask.as_bytes()].concat(),
        None => mask.as_bytes().to_vec(),
    }
}

/// Header fields with cookies and credentials masked, whatever rules say, and the names of those that were.
#[must_use]
pub fn masked(headers: &Headers, mask: &str) -> (Headers, Vec<String>) {
    let (mut out, mut names) = (Headers::new(), Vec::new());
    for (name, value) in headers.iter() {
        let lower = name.to_ascii_lowercase();
        let value = match &*lower {
            b"cookie" | b"cookie2" => masked_cookies(value, mask),
            b"authorization" | b"proxy-authorization" => masked_credentials(value, mask),
            _ => {
                out.push(name, value);
                continue;
            }
        };
        out.push(name, &value);
        names.push(String::from_utf8_lossy(name).into_owned());
    }
    (out, names)
}

/// The version to speak. Anything newer than HTTP/1.1 is asked for in the way that falls back.
fn version(recorded: &str) -> Option<&'static str> {
    match &*recorded.to_ascii_lowercase() {
        "http/1.0" => Some("--http1.0"),
        "http/1.1" => Some("--http1.1"),
        "h2" | "http/2" | "http/2.0" => Some("--http2"),
        _ => None,
    }
}

/// A field as curl takes it; one without a value ends in a semicolon. `None`: it is left to curl, or is none of HTTP/1.1.
fn field(name: &[u8], value: &[u8]) -> Option<Vec<u8>> {
    let is_name = !name.is_empty() && name.iter().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b':' | b';'));
    let by_curl = BY_CURL.iter().any(|known| name.eq_ignore_ascii_case(known.as_bytes()));
    // An argument holds no zero byte, and a line end would begin another field.
    if !is_name || by_curl || value.iter().any(|byte| matches!(byte, 0 | b'\r' | b'\n')) {
        return None;
    }
    let value = value.trim_ascii();
    Some(if value.is_empty() { [name, b";"].concat() } else { [name, b": ", value].concat() })
}

fn argument(out: &mut Vec<u8>, option: &str, value: Option<&[u8]>) {
    out.extend_from_slice(if option.len() > 9 || value.is_some() { b" \\\n  " } else { b" " });
    out.extend_from_slice(option.as_bytes());
    if let Some(value) = value {
        out.push(b' ');
        quote(value, out);
    }
}

/// Between single quotation marks nothing means anything but the mark itself (POSIX.1-2017, Shell Command Language 2.2.2).
fn quote(value: &[u8], out: &mut Vec<u8>) {
    out.push(b'\'');
    for byte in value {
        match byte {
            b'\'' => out.extend_from_slice(br"'\''"),
            0 => {}
            byte => out.push(*byte),
        }
    }
    out.push(b'\'');
}

/// `printf` of bytes, all but plain characters as three octal digits (POSIX.1-2017, File Format Notation). It is built into every `sh`, so that
/// no limit on the length of arguments counts.
fn printf(bytes: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(b"printf '");
    for (index, byte) in bytes.iter().enumerate() {
        match byte {
            // At the beginning it would be an option.
            b'-' if index == 0 => out.extend_from_slice(b"\\055"),
            b'%' => out.extend_from_slice(b"%%"),
            b'\'' | b'\\' | 0..0x20 | 0x7f.. => out.extend_from_slice(format!("\\{byte:03o}").as_bytes()),
            byte => out.push(*byte),
        }
    }
    out.push(b'\'');
}
