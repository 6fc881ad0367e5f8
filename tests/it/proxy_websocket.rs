//! What follows a switch of protocols, with ends of our own that send exact bytes: they arrive unchanged, messages are recorded before they arrive,
//! and what is no message passes all the same. Other people's ends are in `proxy_websocket_peers.rs`.

use std::sync::Arc;
use std::sync::atomic::Ordering::{Relaxed, SeqCst};

use dataspoor::model::{BodyState, Direction, End, Event, FailureStage, Gap, GapKind, Message, Outcome, Unrecorded};
use dataspoor::proxy::Mapping;
use flate2::{Compress, Compression, FlushCompress};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use super::corpus::Draw;
use super::proxy_bench::{Bench, LONG, head, names};
use crate::origin::{Kind, certificates};

const ASK: &str = "GET /chat HTTP/1.1\r\nHost: a.test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\
    Sec-WebSocket-Protocol: chat.v1, chat.v2\r\n\r\n";
const SWITCH: &str = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
    Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n";

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// Both ends of a connection through the proxy that has switched.
struct Ends {
    bench: Bench,
    client: Box<dyn Stream>,
    server: Box<dyn Stream>,
    /// The head of the answer, as the client got it.
    answer: String,
}

impl Ends {
    /// Over TLS.
    async fn open(ask: &str, answer: &str) -> Self {
        let (root, config) = certificates(Kind::TrustedHttp1);
        let (bench, listener) = Self::bench(root).await;
        let mut client: Box<dyn Stream> = Box::new(bench.secure("a.test:443", "a.test").await.expect("a connection"));
        client.write_all(ask.as_bytes()).await.expect("written");
        let (stream, _) = timeout(LONG, listener.accept()).await.expect("the proxy dials").expect("a connection");
        let server = TlsAcceptor::from(Arc::new(config)).accept(stream).await.expect("TLS");
        Self::switched(bench, client, Box::new(server), answer).await
    }

    /// In the clear, where the sockets can be broken.
    async fn bare(ask: &str, answer: &str) -> (Self, Arc<TcpStream>) {
        let (bench, listener) = Self::bench(Vec::new()).await;
        let (mut client, _) = bench.connect("a.test:80").await;
        client.write_all(ask.as_bytes()).await.expect("written");
        let (server, _) = timeout(LONG, listener.accept()).await.expect("the proxy dials").expect("a connection");
        let server = server.into_std().expect("a socket");
        let again = TcpStream::from_std(server.try_clone().expect("a socket")).expect("a socket");
        let server = TcpStream::from_std(server).expect("a socket");
        (Self::switched(bench, Box::new(client), Box::new(server), answer).await, Arc::new(again))
    }

    async fn bench(roots: Vec<u8>) -> (Bench, TcpListener) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let to = listener.local_addr().expect("an address");
        let bench = Bench::with(Kind::Plain, |settings, _| {
            settings.map = vec![Mapping { host: "a.test".into(), port: None, to }];
            settings.upstream_roots = roots;
        });
        (bench.await, listener)
    }

    async fn switched(bench: Bench, mut client: Box<dyn Stream>, mut server: Box<dyn Stream>, answer: &str) -> Self {
        assert!(head(&mut server).await.starts_with("GET /chat HTTP/1.1\r\n"));
        server.write_all(answer.as_bytes()).await.expect("written");
        server.flush().await.expect("flushed");
        let answer = head(&mut client).await;
        Self { bench, client, server, answer }
    }

    /// A WebSocket without extensions.
    async fn simple() -> Self {
        Self::open(ASK, &format!("{SWITCH}\r\n")).await
    }

    /// Sends from one end, checks that it arrives at the other.
    async fn send(&mut self, direction: Direction, bytes: &[u8]) {
        let (from, to) = match direction {
            Direction::Sent => (&mut self.client, &mut self.server),
            Direction::Received => (&mut self.server, &mut self.client),
        };
        let write = async {
            from.write_all(bytes).await.expect("written");
            from.flush().await.expect("flushed");
        };
        let mut got = vec![0; bytes.len()];
        let read = async {
            timeout(LONG, to.read_exact(&mut got)).await.expect("it arrives").expect("bytes");
        };
        tokio::join!(write, read);
        assert!(got == bytes, "bytes arrive unchanged");
    }

    /// Closes both ends in an orderly way and answers what was recorded.
    async fn finish(mut self) -> Recorded {
        self.client.shutdown().await.expect("closed");
        self.server.shutdown().await.expect("closed");
        let events = self.bench.collector.ended(1).await;
        assert_eq!(events.last(), Some(&Event::End(End::Complete)));
        Recorded::of(&events)
    }
}

/// Direction, opcode, state and payload of every message, and the gaps with their counts.
#[derive(Debug, Default, PartialEq)]
struct Recorded {
    messages: Vec<(Direction, u8, BodyState, Vec<u8>)>,
    gaps: Vec<(GapKind, u64)>,
}

impl Recorded {
    fn of(events: &[Event]) -> Self {
        let mut recorded = Self::default();
        for event in events {
            match event {
                Event::Message(Message { direction, opcode, payload, at }) => {
                    assert!(at.is_some());
                    let bytes = payload.bytes().expect("readable").to_vec();
                    recorded.messages.push((*direction, opcode.number(), payload.state(), bytes));
                }
                Event::Gap(Gap { kind, count, entries, .. }) => {
                    assert_eq!(entries, &[1]);
                    recorded.gaps.push((*kind, *count));
                }
                _ => {}
            }
        }
        recorded
    }

    fn from(&self, direction: Direction) -> Vec<(u8, BodyState, &[u8])> {
        let found = self.messages.iter().filter(|(from, ..)| *from == direction);
        found.map(|(_, opcode, state, bytes)| (*opcode, *state, &bytes[..])).collect()
    }
}

/// A frame (RFC 6455 section 5.2).
fn frame(first: u8, mask: Option<[u8; 4]>, payload: &[u8]) -> Vec<u8> {
    let masked = if mask.is_some() { 0x80 } else { 0 };
    let mut frame = vec![first];
    match payload.len() {
        length @ 0..=125 => frame.push(masked | length as u8),
        length @ 126..=65535 => {
            frame.push(masked | 126);
            frame.extend((length as u16).to_be_bytes());
        }
        length => {
            frame.push(masked | 127);
            frame.extend((length as u64).to_be_bytes());
        }
    }
    frame.extend(mask.into_iter().flatten());
    frame.extend(payload.iter().zip(mask.unwrap_or_default().iter().cycle()).map(|(byte, key)| byte ^ key));
    frame
}

const SENT: Direction = Direction::Sent;
const RECEIVED: Direction = Direction::Received;

#[tokio::test(flavor = "multi_thread")]
async fn bytes_arrive_unchanged_and_messages_are_recorded_whatever_their_frames() {
    let answer = format!(
        "{SWITCH}Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=12\r\nSec-WebSocket-Protocol: chat.v2\r\n\
         Set-Cookie: a=1; Path=/\r\nset-cookie: b=2\r\n\r\n"
    );
    let mut ends = Ends::open(ASK, &answer).await;
    let lower = ends.answer.to_lowercase();
    for field in ["sec-websocket-extensions: permessage-deflate; client_max_window_bits=12", "set-cookie: a=1; path=/", "set-cookie: b=2"] {
        assert!(lower.contains(field), "{field} in {lower}");
    }
    let mut draw = Draw(5);
    let mut expected = Vec::new();
    for direction in [SENT, RECEIVED] {
        let mut compress = Compress::new_with_window_bits(Compression::default(), false, 12);
        let mut bytes = Vec::new();
        for number in 0..150 {
            let payload: Vec<u8> = (0..draw.below(if number % 50 == 0 { 200_000 } else { 3_000 })).map(|at| (at / 9 % 251) as u8).collect();
            let opcode = 1 + draw.below(2) as u8;
            let (state, coded) = if draw.below(3) > 0 {
                let mut out = Vec::with_capacity(payload.len() + 100);
                compress.compress_vec(&payload, &mut out, FlushCompress::Sync).expect("compresses");
                out.truncate(out.len() - 4);
                (BodyState::AlreadyDecoded, out)
            } else {
                (BodyState::Raw, payload.clone())
            };
            let parts = 1 + draw.below(3);
            for part in 0..parts {
                let mask = (direction == SENT).then(|| (draw.next() as u32).to_be_bytes());
                let first = if part == 0 { opcode | if state == BodyState::Raw { 0 } else { 0x40 } } else { 0 };
                let last = if part + 1 == parts { 0x80 } else { 0 };
                let piece = &coded[coded.len() * part / parts..coded.len() * (part + 1) / parts];
                bytes.extend(frame(first | last, mask, piece));
                if part + 1 < parts {
                    let ping = format!("ping {number}").into_bytes();
                    bytes.extend(frame(0x89, mask, &ping));
                    expected.push((direction, 9, BodyState::Raw, ping));
                }
            }
            expected.push((direction, opcode, state, payload));
        }
        let mut rest = &bytes[..];
        while !rest.is_empty() {
            let (piece, after) = rest.split_at((1 + draw.below(20_000)).min(rest.len()));
            ends.send(direction, piece).await;
            rest = after;
        }
    }
    let collector = Arc::clone(&ends.bench.collector);
    let recorded = ends.finish().await;
    assert_eq!(recorded.gaps, []);
    assert!(recorded.messages == expected);
    let exchange = collector.exchange(1).await;
    let Outcome::Switched(response) = &exchange.outcome else { panic!("{:?}", exchange.outcome) };
    let cookies: Vec<_> = response.headers.all("set-cookie").map(|(_, value)| value).collect();
    assert_eq!(cookies, [&b"a=1; Path=/"[..], b"b=2"]);
    assert_eq!(exchange.messages.len(), expected.len());
}

#[tokio::test]
async fn a_message_arrives_only_after_its_record() {
    for direction in [SENT, RECEIVED] {
        let mut ends = Ends::simple().await;
        let collector = Arc::clone(&ends.bench.collector);
        collector.hold_bytes.store(true, SeqCst);
        let bytes = frame(0x81, None, b"Hello");
        let (from, to) = if direction == SENT { (&mut ends.client, &mut ends.server) } else { (&mut ends.server, &mut ends.client) };
        from.write_all(&bytes).await.expect("written");
        from.flush().await.expect("flushed");
        collector.until(1, |events| events.iter().any(|event| matches!(event, Event::Message(_)))).await;
        // Something that ends no message goes the other way; had the message passed, it would have passed before.
        let mut half = [0; 4];
        to.write_all(b"\x01\x05He").await.expect("written");
        to.flush().await.expect("flushed");
        timeout(LONG, from.read_exact(&mut half)).await.expect("it arrives").expect("bytes");
        let mut got = vec![0; bytes.len()];
        let mut read = std::pin::pin!(to.read_exact(&mut got));
        tokio::select! {
            biased;
            _ = &mut read => panic!("it arrived before its record was kept"),
            () = std::future::ready(()) => {}
        }
        collector.release();
        timeout(LONG, read).await.expect("it arrives").expect("bytes");
        assert_eq!(got, bytes);
    }
}

#[tokio::test]
async fn without_a_record_no_message_arrives() {
    let mut ends = Ends::simple().await;
    ends.bench.collector.broken.store(true, SeqCst);
    ends.client.write_all(&frame(0x81, Some([1; 4]), b"Hello")).await.expect("written");
    let mut got = Vec::new();
    let _ = timeout(LONG, ends.server.read_to_end(&mut got)).await.expect("it ends");
    assert_eq!(got, b"");
    let events = ends.bench.collector.ended(1).await;
    assert!(matches!(events.last(), Some(Event::End(End::Failed { stage: FailureStage::Unknown, .. }))), "{events:?}");
}

#[tokio::test]
async fn what_is_no_websocket_passes_and_is_counted() {
    let ask = "GET /chat HTTP/1.1\r\nHost: a.test\r\nConnection: upgrade\r\nUpgrade: foo/2\r\n\r\n";
    let mut ends = Ends::open(ask, "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: foo/2\r\n\r\n").await;
    assert!(ends.answer.to_lowercase().contains("upgrade: foo/2\r\n"), "{}", ends.answer);
    ends.send(SENT, b"\x81\x05Hello, not a frame").await;
    ends.send(RECEIVED, b"anything").await;
    ends.send(SENT, b"more").await;
    let collector = Arc::clone(&ends.bench.collector);
    let recorded = ends.finish().await;
    assert_eq!(recorded.messages, []);
    let unread = |count| (GapKind::MessagesUnread, count);
    assert_eq!(recorded.gaps, [unread(20), unread(8), unread(4)]);
    assert!(matches!(collector.exchange(1).await.outcome, Outcome::Switched(_)));
}

#[tokio::test]
async fn frames_without_meaning_break_nothing() {
    let mut ends = Ends::simple().await;
    ends.send(SENT, &frame(0x01, Some([7; 4]), b"half")).await;
    // Nobody agreed on an extension that uses this bit.
    let odd = frame(0xa1, Some([7; 4]), b"odd");
    ends.send(SENT, &odd).await;
    ends.send(SENT, b"whatever").await;
    ends.send(RECEIVED, &frame(0x82, None, b"other way")).await;
    let recorded = ends.finish().await;
    let half = BodyState::Truncated(Unrecorded::Disconnected);
    assert_eq!(recorded.from(SENT), [(1, half, &b"half"[..])]);
    assert_eq!(recorded.from(RECEIVED), [(2, BodyState::Raw, &b"other way"[..])]);
    assert_eq!(recorded.gaps, [(GapKind::MessagesUnread, odd.len() as u64), (GapKind::MessagesUnread, 8)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn too_long_messages_and_bombs_pass_whole_and_are_cut_in_the_record() {
    const KEPT: usize = 4 * 1024 * 1024;
    let mut ends = Ends::open(ASK, &format!("{SWITCH}Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n")).await;
    let long: Vec<u8> = (0..KEPT + 1_000_000).map(|at| (at % 253) as u8).collect();
    ends.send(SENT, &frame(0x82, Some([1, 2, 3, 4]), &long)).await;
    ends.send(SENT, &frame(0x82, Some([0, 0, 0, 1]), &long[..KEPT])).await;
    let mut compress = Compress::new(Compression::best(), false);
    let mut deflated = |bytes: &[u8]| {
        let mut out = Vec::with_capacity(bytes.len() / 500 + 1000);
        compress.compress_vec(bytes, &mut out, FlushCompress::Sync).expect("compresses");
        out.truncate(out.len() - 4);
        frame(0xc2, None, &out)
    };
    ends.send(RECEIVED, &deflated(&vec![0; 70_000_000])).await;
    ends.send(RECEIVED, &deflated(b"refers to what was not read")).await;
    ends.send(RECEIVED, &frame(0x81, None, b"stands alone")).await;
    let recorded = ends.finish().await;
    let cut = BodyState::Truncated(Unrecorded::Ceiling);
    assert!(recorded.from(SENT) == [(2, cut, &long[..KEPT]), (2, BodyState::Raw, &long[..KEPT])]);
    let missing = (2, BodyState::Missing(Unrecorded::Ceiling), &b""[..]);
    assert!(recorded.from(RECEIVED) == [(2, cut, &vec![0; KEPT][..]), missing, (1, BodyState::Raw, b"stands alone")]);
    assert_eq!(recorded.gaps, [(GapKind::MessagesCut, 1); 3]);
}

#[tokio::test]
async fn one_side_may_be_done_before_the_other() {
    let mut ends = Ends::simple().await;
    ends.send(SENT, &frame(0x88, Some([1; 4]), b"\x03\xe8")).await;
    ends.client.shutdown().await.expect("half closed");
    let mut got = Vec::new();
    timeout(LONG, ends.server.read_to_end(&mut got)).await.expect("it ends").expect("an orderly end");
    assert_eq!(got, b"");
    ends.send(RECEIVED, &frame(0x81, None, b"still something to say")).await;
    ends.send(RECEIVED, &frame(0x88, None, b"\x03\xe8bye")).await;
    let counters = ends.bench.proxy.counters();
    assert_eq!((counters.bytes_up.load(Relaxed), counters.bytes_down.load(Relaxed)), (8, 24 + 7));
    let recorded = ends.finish().await;
    assert_eq!(recorded.from(SENT), [(8, BodyState::Raw, &b"\x03\xe8"[..])]);
    assert_eq!(recorded.from(RECEIVED).last(), Some(&(8, BodyState::Raw, &b"\x03\xe8bye"[..])));
}

#[tokio::test]
async fn what_came_before_a_reset_is_recorded() {
    let (mut ends, server) = Ends::bare(ASK, &format!("{SWITCH}\r\n")).await;
    ends.send(RECEIVED, &frame(0x82, None, b"whole")).await;
    ends.send(RECEIVED, &frame(0x82, None, b"not whole")[..6]).await;
    server.set_zero_linger().expect("set");
    drop((ends.server, server));
    let mut got = Vec::new();
    let _ = timeout(LONG, ends.client.read_to_end(&mut got)).await.expect("it ends");
    let events = ends.bench.collector.ended(1).await;
    assert!(matches!(events.last(), Some(Event::End(End::Failed { stage: FailureStage::Reset, .. }))), "{events:?}");
    let half = BodyState::Truncated(Unrecorded::Disconnected);
    assert_eq!(Recorded::of(&events).from(RECEIVED), [(2, BodyState::Raw, &b"whole"[..]), (2, half, b"not ")]);
}

#[tokio::test]
async fn a_stop_keeps_what_was_seen() {
    let mut ends = Ends::simple().await;
    ends.send(SENT, &frame(0x81, Some([3; 4]), b"whole")).await;
    ends.send(SENT, &frame(0x01, Some([3; 4]), b"a part")).await;
    let collector = Arc::clone(&ends.bench.collector);
    ends.bench.proxy.stop().await;
    let events = collector.of(1);
    assert_eq!(names(&events), ["request", "connection", "response", "other", "abandoned"]);
    let half = BodyState::Truncated(Unrecorded::Disconnected);
    assert_eq!(Recorded::of(&events).from(SENT), [(1, BodyState::Raw, &b"whole"[..]), (1, half, b"a part")]);
}

#[tokio::test]
async fn another_version_of_http_is_not_switched_to() {
    // What would follow are exchanges, which nobody would record.
    let bench = Bench::new(Kind::Plain).await;
    let (mut stream, _) = bench.connect("a.test:80").await;
    let ask =
        "GET /fields HTTP/1.1\r\nHost: a.test\r\nConnection: upgrade, http2-settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n";
    stream.write_all(ask.as_bytes()).await.expect("written");
    assert!(head(&mut stream).await.starts_with("HTTP/1.1 200 "));
    let exchange = bench.collector.exchange(1).await;
    let seen = String::from_utf8(exchange.outcome.response().expect("answered").body.bytes().expect("readable").to_vec()).expect("text");
    assert!(!seen.to_lowercase().contains("h2c") && !seen.to_lowercase().contains("http2-settings"), "{seen}");
    assert_eq!(exchange.changes.len(), 3 + 1, "three fields of the request and an offer of HTTP/3 were taken out: {:?}", exchange.changes);
}

#[tokio::test]
async fn a_server_that_is_down_is_no_switch() {
    let (bench, listener) = Ends::bench(Vec::new()).await;
    drop(listener);
    let (mut stream, _) = bench.connect("a.test:80").await;
    stream.write_all(ASK.as_bytes()).await.expect("written");
    assert!(head(&mut stream).await.starts_with("HTTP/1.1 502 "));
    let exchange = bench.collector.exchange(1).await;
    assert!(matches!(exchange.outcome, Outcome::Failed { stage: FailureStage::Refused, .. }), "{:?}", exchange.outcome);
}

/// A header field that is in no table and not compressed (RFC 7541 section 6.2.2).
fn field(name: &str, value: &str) -> Vec<u8> {
    [&[0, name.len() as u8], name.as_bytes(), &[value.len() as u8], value.as_bytes()].concat()
}

/// An HTTP/2 frame (RFC 9113 section 4.1).
fn http2(kind: u8, flags: u8, stream: u8, payload: &[u8]) -> Vec<u8> {
    [&[0, 0, payload.len() as u8, kind, flags, 0, 0, 0, stream], payload].concat()
}

#[tokio::test]
async fn websockets_over_http2_are_never_offered_and_refused() {
    let bench = Bench::new(Kind::Trusted).await;
    let mut stream = bench.secure_with("a.test:443", "a.test", &[b"h2"], bench.roots.clone()).await.expect("a connection");
    let (settings, headers, reset, data) = (4, 1, 3, 0);
    stream.write_all(&[b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(), http2(settings, 0, 0, &[])].concat()).await.expect("written");
    let extended = [(":method", "CONNECT"), (":protocol", "websocket"), (":scheme", "https"), (":path", "/chat"), (":authority", "a.test")];
    let ordinary = [(":method", "GET"), (":scheme", "https"), (":path", "/size/5"), (":authority", "a.test")];
    let block = |fields: &[(&str, &str)]| -> Vec<u8> { fields.iter().flat_map(|(name, value)| field(name, value)).collect() };
    // 5: the end of the header block and of the stream; an extended CONNECT leaves its stream open.
    stream.write_all(&http2(headers, 4, 1, &block(&extended))).await.expect("written");
    stream.write_all(&http2(headers, 5, 3, &block(&ordinary))).await.expect("written");
    let (mut refused, mut body) = (false, Vec::new());
    loop {
        let mut head = [0; 9];
        timeout(LONG, stream.read_exact(&mut head)).await.expect("it answers").expect("a frame");
        let mut payload = vec![0; u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize];
        timeout(LONG, stream.read_exact(&mut payload)).await.expect("it answers").expect("a frame");
        match (head[3], head[8]) {
            // 8 is SETTINGS_ENABLE_CONNECT_PROTOCOL (RFC 8441 section 3).
            (kind, _) if kind == settings => assert!(payload.chunks(6).all(|setting| setting[..2] != [0, 8]), "{payload:?}"),
            (kind, 1) => refused |= kind == reset,
            (kind, 3) if kind == data => {
                body.extend(payload);
                if head[4] & 1 == 1 {
                    break;
                }
            }
            (kind, _) => assert_ne!(kind, 7, "the connection goes on"),
        }
    }
    assert!(refused, "the stream was reset");
    assert_eq!(body.len(), 5);
    assert_eq!(bench.collector.exchange(1).await.request.url, "https://a.test/size/5");
}
