//! A CONNECT taken over whole: looks at the first bytes, then serves HTTP inside TLS or without it, or opens a recorded tunnel. It does not
//! matter where the connection came from. It never dials before the client has sent something or has been silent for a while.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use bytes::{Buf, BytesMut};
use http::Request;
use http::uri::Authority;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use rustls::AlertDescription;
use rustls::server::{Accepted, Acceptor};
use tokio::io::AsyncReadExt as _;
use tokio::time::{Instant, timeout, timeout_at};
use tokio_rustls::StartHandshake;

use super::body::Source;
use super::connector::Target;
use super::engine::Engine;
use super::exchange::Via;
use super::socket::{Rewound, Socket};
use super::tunnel::{self, TunnelRecord};
use super::{http1, library};
use crate::model::TunnelReason;

/// How long the client may be silent before it is taken for one that waits for the server to speak first.
const SILENCE: Duration = Duration::from_millis(400);
/// Ports on which the client speaks first: a slow one must not be taken for one that waits, or what it says would pass unread.
const CLIENT_SPEAKS_FIRST: [u16; 4] = [80, 443, 8080, 8443];
/// How long a TLS hello, and then the handshake, may take.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// Longest first line that is read before deciding that it is no request.
const LINE: usize = 16 * 1024;
/// Bytes read at once while looking.
const READ: usize = 4 * 1024;

/// Where a client wants to be connected to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Destination {
    /// Host in lower case, without brackets.
    pub(super) host: String,
    /// Port.
    pub(super) port: u16,
    /// Both as the client wrote them.
    pub(super) authority: String,
}

impl Destination {
    /// The destination of a CONNECT request (RFC 9110 section 9.3.6). `None` without a port.
    pub(super) fn of(authority: &Authority) -> Option<Self> {
        let host = bare(authority.host());
        let port = authority.port_u16().filter(|port| *port != 0)?;
        (!host.is_empty()).then(|| Self { host, port, authority: authority.as_str().to_owned() })
    }
}

/// A host in lower case and without brackets.
pub(super) fn bare(host: &str) -> String {
    host.trim_matches(['[', ']']).to_ascii_lowercase()
}

/// What a connection begins with.
enum Opening {
    /// A TLS hello, read by rustls. What stands in the buffer comes after it.
    Tls(Box<Accepted>),
    /// The first line of an HTTP/1 request.
    Http,
    /// Anything else, or silence. A server name where there was a TLS hello.
    Other(Option<String>),
    /// The client left without sending anything that could be passed on.
    Nothing,
}

/// Serves what a client sends after its CONNECT was answered.
pub(super) async fn take_over(engine: Arc<Engine>, destination: Destination, upgrade: OnUpgrade) {
    match timeout(HANDSHAKE, upgrade).await {
        Ok(Ok(upgraded)) => {
            let Rewound { first, rest } = Socket::taken_over(upgraded);
            serve(engine, destination, rest, BytesMut::from(&first[..])).await;
        }
        Ok(Err(_)) | Err(_) => engine.problem(),
    }
}

async fn serve(engine: Arc<Engine>, destination: Destination, mut socket: Socket, mut buffer: BytesMut) {
    let started = engine.clock.now();
    let silence = if CLIENT_SPEAKS_FIRST.contains(&destination.port) { HANDSHAKE } else { SILENCE };
    let opening = look(&mut socket, &mut buffer, silence).await;
    let record = |reason, server_name| TunnelRecord::new(&engine, &destination, reason, started, server_name);
    match opening {
        Opening::Nothing => {
            engine.counters.unused_connects.fetch_add(1, Relaxed);
        }
        Opening::Other(server_name) => {
            let client = Rewound { first: buffer.freeze(), rest: socket };
            tunnel::run(&engine, &destination, client, record(TunnelReason::NotHttp, server_name)).await;
        }
        Opening::Http => {
            let target = Target { host: destination.host.clone(), port: destination.port, tls: None, http2: false };
            let via = Via { scheme: "http", authority: destination.authority.clone(), entry: engine.pool.entry(target) };
            http1::client::serve(engine, via, Rewound { first: buffer.freeze(), rest: socket }).await;
        }
        Opening::Tls(accepted) => {
            let server_name = accepted.client_hello().server_name().map(str::to_ascii_lowercase);
            let config = engine.acceptance.config(server_name.as_deref(), &destination.host);
            let client = Rewound { first: buffer.freeze(), rest: socket };
            let stream = match timeout(HANDSHAKE, StartHandshake::from_parts(*accepted, client).into_stream(config)).await {
                Ok(Ok(stream)) => stream,
                Ok(Err(error)) => {
                    match refusal(&error) {
                        Some(words) => record(TunnelReason::ClientRefusedCertificate, server_name).failed(words),
                        // A client that leaves without an alert may have refused, or may only have connected in advance.
                        None => engine.problem(),
                    }
                    return;
                }
                Err(_) => return engine.problem(),
            };
            let http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
            let tls = Some(server_name.unwrap_or_else(|| destination.host.clone()));
            let target = Target { host: destination.host, port: destination.port, tls, http2 };
            let via = Via { scheme: "https", authority: destination.authority, entry: engine.pool.entry(target) };
            if http2 {
                let via = Arc::new(via);
                let service = service_fn(|request| inside(Arc::clone(&engine), Arc::clone(&via), request));
                // How a connection with a client ends is told by the exchanges on it.
                let _ = engine.http2.serve_connection(TokioIo::new(stream), service).await;
            } else {
                http1::client::serve(engine, via, stream).await;
            }
        }
    }
}

async fn inside(
    engine: Arc<Engine>,
    via: Arc<Via>,
    request: Request<Incoming>,
) -> Result<http::Response<super::body::Outgoing>, Infallible> {
    Ok(library::serve(&engine, &via, request.map(Source::Inner)).await)
}

/// Reads until it is clear what the connection begins with. What was read and not understood stays in `buffer`.
async fn look(socket: &mut Socket, buffer: &mut BytesMut, silence: Duration) -> Opening {
    let began = Instant::now();
    let mut hello = Hello::default();
    loop {
        let deadline = match kind(buffer) {
            Kind::Undecided => began + silence,
            Kind::Http => return Opening::Http,
            Kind::Other => return Opening::Other(None),
            Kind::Tls => match hello.read(buffer) {
                Ok(Some(opening)) => return opening,
                Ok(None) => began + HANDSHAKE,
                // It began like TLS and is none: whatever it is, it passes unread.
                Err(()) => return Opening::Other(None),
            },
        };
        buffer.reserve(READ);
        match timeout_at(deadline, socket.read_buf(buffer)).await {
            Ok(Ok(0) | Err(_)) if buffer.is_empty() || matches!(kind(buffer), Kind::Tls) => return Opening::Nothing,
            Ok(Ok(0)) => return Opening::Other(None),
            Ok(Err(_)) => return Opening::Nothing,
            Ok(Ok(_)) => {}
            // Browsers connect in advance and may say nothing for long.
            Err(_) if buffer.is_empty() && silence == HANDSHAKE => return Opening::Nothing,
            Err(_) => return Opening::Other(None),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Undecided,
    Tls,
    Http,
    Other,
}

/// What `bytes` are the beginning of.
fn kind(bytes: &[u8]) -> Kind {
    let Some(first) = bytes.first() else { return Kind::Undecided };
    if *first == 0x16 {
        return Kind::Tls;
    }
    // A request line is METHOD SP target SP HTTP/1.x; other line protocols begin with a word as well, so the whole line counts.
    let method = bytes.iter().position(|byte| !(byte.is_ascii_uppercase() || matches!(byte, b'-' | b'_')));
    match method {
        None if bytes.len() <= 32 => return Kind::Undecided,
        Some(end) if end > 0 && bytes[end] == b' ' => {}
        _ => return Kind::Other,
    }
    match memchr::memchr(b'\n', bytes) {
        Some(end) => {
            let line = bytes[..end].trim_ascii_end();
            if line.ends_with(b" HTTP/1.1") || line.ends_with(b" HTTP/1.0") { Kind::Http } else { Kind::Other }
        }
        None if bytes.len() < LINE => Kind::Undecided,
        None => Kind::Other,
    }
}

/// Reads a TLS hello out of a buffer without losing it: the bytes can still go into a tunnel.
#[derive(Default)]
struct Hello {
    acceptor: Acceptor,
    fed: usize,
}

impl Hello {
    fn read(&mut self, buffer: &mut BytesMut) -> Result<Option<Opening>, ()> {
        while self.fed < buffer.len() {
            let mut rest = &buffer[self.fed..];
            let read = self.acceptor.read_tls(&mut rest).map_err(|_| ())?;
            if read == 0 {
                return Err(());
            }
            self.fed += read;
            if let Some(accepted) = self.acceptor.accept().map_err(|_| ())? {
                let hello = accepted.client_hello();
                let http = |protocol: &[u8]| protocol == b"h2" || protocol == b"http/1.1";
                if hello.alpn().is_some_and(|mut offered| !offered.any(http)) {
                    return Ok(Some(Opening::Other(hello.server_name().map(str::to_owned))));
                }
                buffer.advance(self.fed);
                return Ok(Some(Opening::Tls(Box::new(accepted))));
            }
        }
        Ok(None)
    }
}

/// The words for a client that refused our certificate by an alert of TLS. `None`: it broke off for another reason, or without one.
fn refusal(error: &io::Error) -> Option<String> {
    use AlertDescription as Alert;
    match error.get_ref()?.downcast_ref::<rustls::Error>()? {
        rustls::Error::AlertReceived(
            alert @ (Alert::UnknownCA
            | Alert::CertificateUnknown
            | Alert::BadCertificate
            | Alert::UnsupportedCertificate
            | Alert::CertificateExpired
            | Alert::CertificateRevoked
            | Alert::AccessDenied),
        ) => Some(format!("the client refused the certificate of the proxy with the TLS alert {alert:?}")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_openings() {
        for (bytes, expected) in [
            (&b""[..], Kind::Undecided),
            (b"GET / HTTP/1.1\r\n", Kind::Http),
            (b"M-SEARCH * HTTP/1.1\r\nHost: a\r\n", Kind::Http),
            (b"POST /x HTTP/1.0\n", Kind::Http),
            (b"POST /x HTT", Kind::Undecided),
            (b"PO", Kind::Undecided),
            (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", Kind::Other),
            (b"NICK somebody\r\n", Kind::Other),
            (b"SSH-2.0-OpenSSH_9.2 Debian\r\n", Kind::Other),
            (b"\x16\x03", Kind::Tls),
            (b"\x05\x01\x00", Kind::Other),
            (b" GET / HTTP/1.1\r\n", Kind::Other),
        ] {
            assert_eq!(kind(bytes), expected, "{:?}", String::from_utf8_lossy(bytes));
        }
        assert_eq!(kind(&[b'A'; 33]), Kind::Other);
    }

    #[test]
    fn destinations_need_a_port() {
        let of = |text: &str| Destination::of(&text.parse().expect("an authority")).map(|found| (found.host, found.port));
        assert_eq!(of("WWW.example.test:443"), Some(("www.example.test".to_owned(), 443)));
        assert_eq!(of("[::1]:8443"), Some(("::1".to_owned(), 8443)));
        assert_eq!(of("www.example.test"), None);
        assert_eq!(of("www.example.test:0"), None);
    }
}
