//! What a connection begins with: TLS, HTTP, something else, or nothing. What was read stays in the buffer, so that it can still pass
//! unread. It answers nothing and never waits longer than it is told to.

use std::time::Duration;

use bytes::BytesMut;
use rustls::server::{Accepted, Acceptor};
use tokio::io::AsyncReadExt as _;
use tokio::time::{Instant, timeout_at};

use super::hello::Hello;
use super::socket::Socket;

/// Longest first line that is read before deciding that it is no request.
const LINE: usize = 16 * 1024;
/// Bytes read at once while looking.
const READ: usize = 4 * 1024;

/// What a connection begins with.
pub(super) enum Opening {
    /// A TLS hello.
    Tls(Box<Greeting>),
    /// The first line of an HTTP/1 request.
    Http,
    /// Anything else, or silence; TLS that does not offer HTTP among it, with what its hello said.
    Other(Option<Hello>),
    /// The client began to speak and did not go on, so that nobody can say whether it should have been read.
    Stalled,
    /// The client left without sending anything that could be passed on.
    Nothing,
}

/// A TLS hello that offers HTTP, or says nothing of what will be spoken.
pub(super) struct Greeting {
    /// As the TLS library read it.
    pub(super) accepted: Accepted,
    /// As we read it; `None` where we did not understand what the library did.
    pub(super) hello: Option<Hello>,
    /// Its length in the buffer, in bytes.
    pub(super) length: usize,
}

/// How long a client may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// Until its first words.
    pub(super) silence: Duration,
    /// For a TLS hello.
    pub(super) hello: Duration,
    /// Whether a client that says nothing waits for the server to speak; otherwise it connected in advance.
    pub(super) server_may_speak: bool,
}

/// Reads until it is clear what the connection begins with.
pub(super) async fn look(socket: &mut Socket, buffer: &mut BytesMut, patience: Patience) -> Opening {
    let began = Instant::now();
    let mut listener = Listener::default();
    loop {
        let deadline = match kind(buffer) {
            Kind::Undecided => began + patience.silence,
            Kind::Http => return Opening::Http,
            Kind::Other => return Opening::Other(None),
            Kind::Tls => match listener.read(buffer) {
                Ok(Some(opening)) => return opening,
                Ok(None) => began + patience.hello,
                // It began like TLS and is none that our side speaks: whatever it is, it passes unread.
                Err(()) => return Opening::Other(Hello::read(buffer)),
            },
        };
        buffer.reserve(READ);
        match timeout_at(deadline, socket.read_buf(buffer)).await {
            Ok(Ok(0) | Err(_)) if buffer.is_empty() || matches!(kind(buffer), Kind::Tls) => return Opening::Nothing,
            Ok(Ok(0)) => return Opening::Other(None),
            Ok(Err(_)) => return Opening::Nothing,
            Ok(Ok(_)) => {}
            // Browsers connect in advance and may say nothing for long.
            Err(_) if buffer.is_empty() && !patience.server_may_speak => return Opening::Nothing,
            Err(_) if matches!(kind(buffer), Kind::Tls) || !patience.server_may_speak => return Opening::Stalled,
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

/// Reads a TLS hello out of a buffer and leaves it there.
#[derive(Default)]
struct Listener {
    acceptor: Acceptor,
    fed: usize,
}

impl Listener {
    fn read(&mut self, buffer: &BytesMut) -> Result<Option<Opening>, ()> {
        while self.fed < buffer.len() {
            let mut rest = &buffer[self.fed..];
            let read = self.acceptor.read_tls(&mut rest).map_err(|_| ())?;
            if read == 0 {
                return Err(());
            }
            self.fed += read;
            if let Some(accepted) = self.acceptor.accept().map_err(|_| ())? {
                let hello = Hello::read(&buffer[..self.fed]);
                let http = |protocol: &[u8]| protocol == b"h2" || protocol == b"http/1.1";
                if accepted.client_hello().alpn().is_some_and(|mut offered| !offered.any(http)) {
                    return Ok(Some(Opening::Other(hello)));
                }
                return Ok(Some(Opening::Tls(Box::new(Greeting { accepted, hello, length: self.fed }))));
            }
        }
        Ok(None)
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
}
