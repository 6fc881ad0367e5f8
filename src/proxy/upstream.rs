//! Another HTTP proxy that servers are reached through, as the networks of many offices demand. Its credentials go to that proxy only: they stand
//! in no message, no record and no debug output. It records nothing itself.

use std::fmt;
use std::io;
use std::str::FromStr;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderValue, Request, StatusCode, Uri, header};
use percent_encoding::percent_decode_str;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::dial_error::DialError;
use crate::model::FailureStage;

/// The longest head of an answer to CONNECT.
const LONGEST_HEAD: usize = 16 * 1024;

/// Where the other proxy is, and who we are to it.
#[derive(Clone, PartialEq, Eq)]
pub struct UpstreamProxy {
    host: String,
    port: u16,
    /// The value of the header field Proxy-Authorization.
    credentials: Option<Arc<str>>,
}

/// The text describes no proxy that could be used. No message repeats the text, which may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UpstreamProxyError {
    /// Another scheme than `http`.
    #[error("the address of the upstream proxy must begin with http:// (a proxy that is itself reached by TLS or SOCKS is not supported)")]
    Scheme,
    /// No host, no port or something behind them.
    #[error("the address of the upstream proxy must have the form http://HOST:PORT, an IPv6 address in brackets")]
    Form,
    /// User name or password cannot be sent in a header field.
    #[error("user name and password of the upstream proxy must be given as user:password, without control characters")]
    Credentials,
}

impl FromStr for UpstreamProxy {
    type Err = UpstreamProxyError;

    /// Reads `http://[user:password@]host:port[/]`, user name and password percent-encoded (RFC 3986 section 3.2).
    fn from_str(text: &str) -> Result<Self, UpstreamProxyError> {
        let scheme = text.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("http://")).ok_or(UpstreamProxyError::Scheme)?;
        let rest = &text[scheme.len()..];
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        let (user, place) = match authority.rsplit_once('@') {
            Some((user, place)) => (Some(user), place),
            None => (None, authority),
        };
        let (host, port) = place.rsplit_once(':').ok_or(UpstreamProxyError::Form)?;
        let port = port.parse().ok().filter(|port| *port != 0).ok_or(UpstreamProxyError::Form)?;
        let host = match host.strip_prefix('[').map(|inside| inside.strip_suffix(']')) {
            Some(inside) => inside.filter(|inside| inside.parse::<std::net::Ipv6Addr>().is_ok()).ok_or(UpstreamProxyError::Form)?,
            None => host,
        };
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b':');
        if host.is_empty() || !host.bytes().all(allowed) || host.contains(':') && !place.starts_with('[') {
            return Err(UpstreamProxyError::Form);
        }
        let proxy = Self { host: host.to_ascii_lowercase(), port, credentials: None };
        let Some(user) = user else { return Ok(proxy) };
        let decoded = |part: &str| percent_decode_str(part).collect::<Vec<u8>>();
        let (name, password) = user.split_once(':').unwrap_or((user, ""));
        proxy.with([decoded(name), decoded(password)])
    }
}

impl UpstreamProxy {
    /// The same proxy, to which we say `user:password`, taken as it is.
    ///
    /// # Errors
    /// The text has no colon, or control characters.
    pub fn with_credentials(self, text: &str) -> Result<Self, UpstreamProxyError> {
        let (name, password) = text.split_once(':').ok_or(UpstreamProxyError::Credentials)?;
        self.with([name.into(), password.into()])
    }

    /// As RFC 7617 section 2 says: a colon ends the name, so none may stand in it.
    fn with(mut self, [name, password]: [Vec<u8>; 2]) -> Result<Self, UpstreamProxyError> {
        if name.contains(&b':') || name.iter().chain(&password).any(u8::is_ascii_control) {
            return Err(UpstreamProxyError::Credentials);
        }
        self.credentials = Some(format!("Basic {}", STANDARD.encode([&name[..], b":", &password].concat())).into());
        Ok(self)
    }

    /// Its host, without brackets.
    pub(super) fn host(&self) -> &str {
        &self.host
    }

    /// Its port.
    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// How requests without TLS are to be sent to it.
    pub(super) fn absolute(&self) -> Absolute {
        Absolute { proxy: self.to_string().into(), credentials: self.credentials.clone() }
    }

    /// Asks it to connect to a host (RFC 9110 section 9.3.6). What comes after its answer is left in `stream`.
    ///
    /// # Errors
    /// The proxy refuses, or its answer is none.
    pub(super) async fn connect(&self, stream: &mut TcpStream, host: &str, port: u16) -> Result<(), DialError> {
        let failed = |stage, cause: String| DialError::Upstream { proxy: self.to_string(), stage, cause };
        let broken = |error: io::Error| failed(FailureStage::Reset, format!("the connection broke before it answered ({error})"));
        let authority = authority(host, port);
        let mut request = format!("CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n");
        if let Some(credentials) = &self.credentials {
            request.push_str("Proxy-Authorization: ");
            request.push_str(credentials);
            request.push_str("\r\n");
        }
        request.push_str("\r\n");
        stream.write_all(request.as_bytes()).await.map_err(broken)?;
        let head = head(stream).await.map_err(|error| match error.kind() {
            io::ErrorKind::InvalidData => failed(FailureStage::Protocol, "its answer is no answer of an HTTP proxy".to_owned()),
            _ => broken(error),
        })?;
        let status = status(&head).ok_or_else(|| failed(FailureStage::Protocol, "its answer is no answer of an HTTP proxy".to_owned()))?;
        let cause = |words: &str| format!("{words} (status {status} to CONNECT {authority})");
        match status {
            200..300 => Ok(()),
            // Some say 401, which is for servers (RFC 9110 section 15.5.2), where they mean 407.
            401 | 407 => Err(failed(FailureStage::Refused, cause(self.absolute().unauthenticated()))),
            403 | 451 => Err(failed(FailureStage::Refused, cause("it does not allow this connection"))),
            408 | 504 => Err(failed(FailureStage::Timeout, cause("it had no answer from the server in time"))),
            400 | 501 => Err(failed(FailureStage::Protocol, cause("it does not understand or not offer CONNECT"))),
            502 | 503 => Err(failed(FailureStage::Refused, cause("it could not reach the server"))),
            _ => Err(failed(FailureStage::Refused, cause("it did not connect"))),
        }
    }
}

/// That requests on a connection are for another proxy: with their whole URL as target (RFC 9112 section 3.2.2), and its credentials.
#[derive(Clone)]
pub(super) struct Absolute {
    proxy: Arc<str>,
    credentials: Option<Arc<str>>,
}

impl Absolute {
    /// The value of a header field Proxy-Authorization to send. It must not get into a record, a change or a message.
    pub(super) fn credentials(&self) -> Option<&str> {
        self.credentials.as_deref()
    }

    /// What an answer with this status means if it can only be of that proxy, and not of the server.
    pub(super) fn refusal(&self, status: u16) -> Option<DialError> {
        let cause = format!("{} (status 407)", self.unauthenticated());
        (status == 407).then(|| DialError::Upstream { proxy: self.proxy.to_string(), stage: FailureStage::Refused, cause })
    }

    fn unauthenticated(&self) -> &'static str {
        if self.credentials.is_some() {
            "it does not accept the user name and password that it was given"
        } else {
            "it wants a user name and a password: set DATASPOOR_UPSTREAM_PROXY_AUTH to user:password"
        }
    }
}

/// Addresses a request for `target` as the connection needs it: to the server itself, or in absolute form to another proxy.
pub(super) fn address<B>(request: &mut Request<B>, target: &Uri, host: &str, absolute: Option<&Absolute>) {
    *request.uri_mut() = target.clone();
    request.headers_mut().remove(header::PROXY_AUTHORIZATION);
    let Some(absolute) = absolute else { return };
    let path = target.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
    if let Ok(uri) = Uri::builder().scheme("http").authority(host).path_and_query(path).build() {
        *request.uri_mut() = uri;
    }
    if let Some(Ok(mut value)) = absolute.credentials().map(HeaderValue::from_str) {
        value.set_sensitive(true);
        request.headers_mut().insert(header::PROXY_AUTHORIZATION, value);
    }
}

/// See [`Absolute::refusal`].
pub(super) fn refusal(absolute: Option<&Absolute>, status: StatusCode) -> Option<DialError> {
    absolute.and_then(|absolute| absolute.refusal(status.as_u16()))
}

/// Reads up to the empty line and not a byte further: what a server says first is on its way behind it.
async fn head(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    let mut buffer = [0; 1024];
    loop {
        let seen = stream.peek(&mut buffer).await?;
        if seen == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let before = head.len();
        head.extend_from_slice(&buffer[..seen]);
        let from = before.saturating_sub(3);
        let end = memchr::memmem::find(&head[from..], b"\r\n\r\n").map(|at| from + at + 4);
        let taken = end.map_or(seen, |end| end - before);
        stream.read_exact(&mut buffer[..taken]).await?;
        head.truncate(before + taken);
        if end.is_some() {
            return Ok(head);
        }
        let start = &head[..head.len().min(5)];
        if head.len() > LONGEST_HEAD || !b"HTTP/".starts_with(start) {
            return Err(io::ErrorKind::InvalidData.into());
        }
    }
}

fn status(head: &[u8]) -> Option<u16> {
    let line = head.strip_prefix(b"HTTP/1.")?.get(1..)?.strip_prefix(b" ")?;
    let digits = line.get(..3).filter(|digits| digits.iter().all(u8::is_ascii_digit))?;
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// Host and port as an authority (RFC 3986 section 3.2).
pub(super) fn authority(host: &str, port: u16) -> String {
    if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}

/// Host and port, nothing else.
impl fmt::Display for UpstreamProxy {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&authority(&self.host, self.port))
    }
}

impl fmt::Debug for UpstreamProxy {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let credentials = if self.credentials.is_some() { ", with credentials" } else { "" };
        write!(out, "UpstreamProxy({self}{credentials})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_proxies() {
        let proxy: UpstreamProxy = "http://Proxy.Office.test:3128/".parse().expect("a proxy");
        assert_eq!((proxy.to_string().as_str(), proxy.credentials.as_deref()), ("proxy.office.test:3128", None));
        let proxy: UpstreamProxy = "http://ann:p%40ss%3A@[::1]:3128".parse().expect("a proxy");
        assert_eq!(proxy.to_string(), "[::1]:3128");
        assert_eq!(proxy.credentials, Some(format!("Basic {}", STANDARD.encode("ann:p@ss:")).into()));
        let same = proxy.clone().with_credentials("ann:p@ss:").expect("credentials");
        assert_eq!(same, proxy);
        for (text, why) in [
            ("https://proxy:3128", UpstreamProxyError::Scheme),
            ("socks5://proxy:3128", UpstreamProxyError::Scheme),
            ("proxy:3128", UpstreamProxyError::Scheme),
            ("http://proxy", UpstreamProxyError::Form),
            ("http://:3128", UpstreamProxyError::Form),
            ("http://proxy:0", UpstreamProxyError::Form),
            ("http://proxy:3128/path", UpstreamProxyError::Form),
            ("http://::1:3128", UpstreamProxyError::Form),
            ("http://[::1:3128", UpstreamProxyError::Form),
            ("http://a:b%0d%0a@proxy:3128", UpstreamProxyError::Credentials),
            ("http://a%3Ab:c@proxy:3128", UpstreamProxyError::Credentials),
        ] {
            assert_eq!(text.parse::<UpstreamProxy>(), Err(why), "{text}");
        }
        assert_eq!(proxy.with_credentials("nobody"), Err(UpstreamProxyError::Credentials));
    }

    #[test]
    fn credentials_are_not_shown() {
        let proxy: UpstreamProxy = "http://ann:geheim@proxy:3128".parse().expect("a proxy");
        let secrets = ["ann", "geheim", &STANDARD.encode("ann:geheim")].map(str::to_owned);
        let wrong = "http://ann:geheim@proxy".parse::<UpstreamProxy>().expect_err("no port");
        let refused = proxy.absolute().refusal(407).expect("a refusal");
        for shown in [format!("{proxy} {proxy:?} {proxy:#?}"), format!("{wrong} {wrong:?}"), format!("{refused} {refused:?}")] {
            assert!(secrets.iter().all(|secret| !shown.contains(secret)), "{shown}");
        }
        assert!(proxy.absolute().refusal(403).is_none(), "which may be the answer of the server");
    }

    #[test]
    fn status_lines() {
        assert_eq!(status(b"HTTP/1.1 200 Connection established\r\n\r\n"), Some(200));
        assert_eq!(status(b"HTTP/1.0 407\r\n\r\n"), Some(407));
        for odd in [&b"HTTP/1.1 2000\r\n"[..2], b"HTTP/2 200\r\n", b"ICY 200 OK\r\n", b"HTTP/1.1  20"] {
            assert_eq!(status(odd), None, "{}", String::from_utf8_lossy(odd));
        }
    }
}
