//! CONNECT taken over: tunnels, clients that leave, clients that refuse, switches of protocols.

use dataspoor::model::{End, Event, Outcome, TunnelReason};
use std::sync::atomic::Ordering::Relaxed;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::timeout;

use super::proxy_bench::{Bench, LONG, head, names};
use crate::origin::{GREETING, Kind};

#[tokio::test]
async fn a_server_that_speaks_first_is_tunnelled() {
    let bench = Bench::new(Kind::ServerFirst).await;
    let (mut stream, head) = bench.connect("a.test:25").await;
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
    let mut greeting = vec![0; GREETING.len()];
    timeout(LONG, stream.read_exact(&mut greeting)).await.expect("it speaks").expect("a greeting");
    assert_eq!(greeting, GREETING);
    stream.write_all(b"EHLO me").await.expect("written");
    stream.shutdown().await.expect("half closed");
    let mut rest = Vec::new();
    timeout(LONG, stream.read_to_end(&mut rest)).await.expect("it ends").expect("an echo");
    assert_eq!(rest, b"EHLO me");
    let tunnel = bench.collector.tunnel().await;
    assert_eq!((tunnel.host.as_str(), tunnel.port, tunnel.reason), ("a.test", 25, TunnelReason::NotHttp));
    assert_eq!((tunnel.bytes_up, tunnel.bytes_down), (7, GREETING.len() as u64 + 7));
    assert_eq!((tunnel.server_address.as_deref(), tunnel.failure), (Some("127.0.0.1"), None));
}

#[tokio::test]
async fn what_is_neither_tls_nor_http_is_tunnelled_whole() {
    let bench = Bench::new(Kind::ServerFirst).await;
    for opening in [&b"\x05\x01\x00 bytes"[..], b"NICK somebody\r\n", b"\x16\x03\x01\x00\x04 no hello"] {
        let (mut stream, _) = bench.connect("a.test:6667").await;
        stream.write_all(opening).await.expect("written");
        let mut answer = vec![0; GREETING.len() + opening.len()];
        timeout(LONG, stream.read_exact(&mut answer)).await.expect("it answers").expect("an answer");
        assert_eq!(answer, [GREETING, opening].concat());
    }
}

#[tokio::test]
async fn tls_that_is_not_http_is_tunnelled_to_the_real_server() {
    let bench = Bench::new(Kind::Trusted).await;
    // The origin's own certificate arrives, which a client that trusts only ours must refuse: so nobody sat in between.
    let refused = bench.secure_with("a.test:443", "a.test", &[b"imap"], bench.roots.clone()).await;
    assert!(refused.is_err());
    let tunnel = bench.collector.tunnel().await;
    assert_eq!((tunnel.reason, tunnel.server_name.as_deref()), (TunnelReason::NotHttp, Some("a.test")));
    assert!(tunnel.bytes_up > 0);
}

#[tokio::test]
async fn a_tunnel_to_a_private_address_is_refused_and_recorded() {
    let bench = Bench::with(Kind::ServerFirst, |_, _| {}).await;
    let (mut stream, _) = bench.connect(&bench.origin.address.to_string()).await;
    stream.write_all(b"\x00\x01").await.expect("written");
    let tunnel = bench.collector.tunnel().await;
    assert!(tunnel.failure.is_some_and(|failure| failure.contains("private network")));
    assert_eq!(bench.origin.accepted(), 0);
}

#[tokio::test]
async fn a_client_that_leaves_early_causes_no_dial() {
    let bench = Bench::new(Kind::Trusted).await;
    for opening in [&b""[..], b"\x16\x03\x01"] {
        let (mut stream, _) = bench.connect("a.test:443").await;
        stream.write_all(opening).await.expect("written");
        stream.shutdown().await.expect("closed");
        let mut rest = Vec::new();
        timeout(LONG, stream.read_to_end(&mut rest)).await.expect("the proxy closes too").expect("an end");
    }
    assert_eq!(bench.origin.accepted(), 0);
    assert_eq!(bench.proxy.counters().unused_connects.load(Relaxed), 2);
    assert!(bench.collector.of(0).is_empty(), "{:?}", names(&bench.collector.of(0)));
}

#[tokio::test]
async fn a_connect_inside_a_connect_is_answered() {
    let bench = Bench::new(Kind::Trusted).await;
    let mut stream = bench.secure("a.test:443", "a.test").await.expect("a connection");
    stream.write_all(b"CONNECT b.test:443 HTTP/1.1\r\nHost: b.test:443\r\n\r\n").await.expect("written");
    let answer = head(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 501 ") && answer.to_lowercase().contains("x-dataspoor: error"), "{answer}");
    let (_, answer) = bench.connect("a.test").await;
    assert!(answer.starts_with("HTTP/1.1 400 "), "a CONNECT without a port: {answer}");
}

#[tokio::test]
async fn a_client_that_refuses_our_certificate_is_recorded() {
    let bench = Bench::new(Kind::Trusted).await;
    let refused = bench.secure_with("a.test:443", "a.test", &[b"h2"], rustls::RootCertStore::empty()).await;
    assert!(refused.is_err());
    let tunnel = bench.collector.tunnel().await;
    assert_eq!((tunnel.reason, tunnel.host.as_str(), tunnel.port), (TunnelReason::ClientRefusedCertificate, "a.test", 443));
    assert_eq!((tunnel.bytes_up, tunnel.bytes_down, tunnel.server_address), (0, 0, None));
    assert!(tunnel.failure.is_some_and(|failure| failure.contains("UnknownCA")));
    assert_eq!(bench.origin.accepted(), 0);
}

const UPGRADE: &str = "GET /socket HTTP/1.1\r\nHost: a.test\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Extensions: permessage-deflate\r\n";

#[tokio::test]
async fn a_websocket_passes_with_the_servers_own_answer() {
    for (kind, port) in [(Kind::Trusted, 443), (Kind::Plain, 80)] {
        let bench = Bench::new(kind).await;
        let request = format!("{UPGRADE}Sec-WebSocket-Protocol: chat.v1, chat.v2\r\n\r\n");
        let (echo, answer) = if port == 443 {
            let stream = bench.secure("a.test:443", "a.test").await.expect("a connection");
            talk(stream, &request).await
        } else {
            let (stream, _) = bench.connect("a.test:80").await;
            talk(stream, &request).await
        };
        let answer = answer.to_lowercase();
        assert!(answer.starts_with("http/1.1 101 "), "{answer}");
        for field in ["sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo=", "sec-websocket-protocol: chat.v2", "set-cookie: socket=1"] {
            assert!(answer.contains(field), "{field} in {answer}");
        }
        assert!(echo == b"\x81\x02hi");
        let events = bench.collector.ended(1).await;
        assert_eq!(names(&events), ["request", "connection", "response", "complete"]);
        let exchange = bench.collector.exchange(1).await;
        let Outcome::Switched(response) = exchange.outcome else { panic!("{:?}", exchange.outcome) };
        assert_eq!(response.headers.first("sec-websocket-protocol"), Some(&b"chat.v2"[..]));
        assert_eq!(bench.proxy.counters().bytes_up.load(Relaxed), 4);
    }
}

/// Sends an upgrade and four bytes, and answers the four bytes that come back and the head before them.
async fn talk(mut stream: impl tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin, request: &str) -> (Vec<u8>, String) {
    stream.write_all(request.as_bytes()).await.expect("written");
    let answer = head(&mut stream).await;
    stream.write_all(b"\x81\x02hi").await.expect("written");
    let mut echo = vec![0; 4];
    timeout(LONG, stream.read_exact(&mut echo)).await.expect("it answers").expect("an echo");
    stream.shutdown().await.expect("closed");
    (echo, answer)
}

#[tokio::test]
async fn a_refused_websocket_is_an_ordinary_answer() {
    let bench = Bench::new(Kind::Trusted).await;
    let mut stream = bench.secure("a.test:443", "a.test").await.expect("a connection");
    stream.write_all(format!("{UPGRADE}\r\n").as_bytes()).await.expect("written");
    assert!(head(&mut stream).await.starts_with("HTTP/1.1 400 "));
    assert_eq!(bench.collector.ended(1).await.last(), Some(&Event::End(End::Complete)));
}
