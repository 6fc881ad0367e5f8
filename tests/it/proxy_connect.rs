//! CONNECT taken over: tunnels, clients that leave, clients that refuse, switches of protocols.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Context, Poll};

use dataspoor::model::{End, Event, Opened, Outcome, TunnelReason};
use dataspoor::proxy::OnPinned;
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::crypto::hpke::Hpke as _;
use rustls::pki_types::ServerName;
use rustls::pki_types::pem::PemObject as _;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::proxy_bench::{Bench, LONG, head, names, text};
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
    assert_eq!(tunnel.protocols, ["imap"]);
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
async fn a_connect_inside_a_connect_is_refused_and_recorded() {
    const NESTED: &[u8] = b"CONNECT b.test:443 HTTP/1.1\r\nHost: b.test:443\r\n\r\n";
    for kind in [Kind::Trusted, Kind::Plain] {
        let bench = Bench::new(kind).await;
        let answer = if kind == Kind::Plain {
            let (mut stream, _) = bench.connect("a.test:80").await;
            stream.write_all(NESTED).await.expect("written");
            head(&mut stream).await
        } else {
            let mut stream = bench.secure("a.test:443", "a.test").await.expect("a connection");
            stream.write_all(NESTED).await.expect("written");
            head(&mut stream).await
        };
        assert!(answer.starts_with("HTTP/1.1 501 ") && answer.to_lowercase().contains("x-dataspoor: error"), "{answer}");
        let tunnel = bench.collector.tunnel().await;
        assert_eq!((tunnel.reason, tunnel.host.as_str(), tunnel.port), (TunnelReason::Refused, "b.test", 443));
        assert_eq!((tunnel.bytes_up, tunnel.bytes_down, bench.origin.accepted()), (0, 0, 0));
        let (_, answer) = bench.connect("a.test").await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "a CONNECT without a port: {answer}");
    }
    // Over HTTP/2, where hudsucker's own path panicked.
    let bench = Bench::new(Kind::Trusted).await;
    let stream = bench.secure_with("a.test:443", "a.test", &[b"h2"], bench.roots.clone()).await.expect("a connection");
    let (mut sender, connection) = hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.expect("HTTP/2");
    let running = tokio::spawn(connection);
    for target in ["b.test:443", "b.test"] {
        let request = http::Request::connect(target).body(http_body_util::Empty::<bytes::Bytes>::new()).expect("a request");
        let answer = timeout(LONG, sender.send_request(request)).await.expect("an answer comes");
        assert!(answer.map_or_else(|error| error.is_user() || !error.is_closed(), |answer| answer.status() == 501), "{target}");
    }
    assert_eq!(bench.collector.tunnel().await.reason, TunnelReason::Refused);
    assert_eq!(bench.origin.accepted(), 0);
    running.abort();
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

#[tokio::test]
async fn a_client_that_leaves_in_the_handshake_is_recorded_with_care() {
    let bench = Bench::new(Kind::Trusted).await;
    let (mut stream, _) = bench.connect("a.test:443").await;
    stream.write_all(&hello("a.test", &[b"h2", b"http/1.1"])).await.expect("written");
    // Our certificate is there: now it leaves.
    let mut flight = [0; 1];
    timeout(LONG, stream.read_exact(&mut flight)).await.expect("the proxy answers").expect("a byte");
    drop(stream);
    let tunnel = bench.collector.tunnel().await;
    assert_eq!((tunnel.reason, tunnel.server_name.as_deref()), (TunnelReason::HandshakeEnded, Some("a.test")));
    assert_eq!(tunnel.protocols, ["h2", "http/1.1"]);
    let words = tunnel.failure.expect("words");
    assert!(words.contains("may not have accepted") && words.contains("in advance"), "nothing is claimed that is not known: {words}");
    assert_eq!(bench.origin.accepted(), 0);
}

#[tokio::test]
async fn an_alert_that_does_not_name_the_certificate_is_no_refusal() {
    let bench = Bench::with(Kind::Trusted, |settings, origin| {
        settings.map = vec![format!("a.test={origin}").parse().expect("a mapping")];
        settings.admission.passing.on_pinned = OnPinned::Pass;
    })
    .await;
    // A client of TLS 1.2 says in the clear what it does not like: 40 is "handshake failure".
    let (mut stream, _) = bench.connect("a.test:443").await;
    stream.write_all(&hello_of(&[&rustls::version::TLS12], "a.test", &[])).await.expect("written");
    let mut flight = [0; 1];
    timeout(LONG, stream.read_exact(&mut flight)).await.expect("the proxy answers").expect("a byte");
    stream.write_all(b"\x15\x03\x03\x00\x02\x02\x28").await.expect("written");
    let tunnel = bench.collector.tunnel().await;
    assert_eq!(tunnel.reason, TunnelReason::HandshakeEnded);
    assert!(tunnel.failure.is_some_and(|words| words.contains("HandshakeFailure") && words.contains("does not name the certificate")));
    let again = bench.secure("a.test:443", "a.test").await;
    assert!(again.is_ok(), "so the next one is read as before");
}

#[tokio::test]
async fn after_a_refusal_the_next_connection_passes_where_that_was_asked_for() {
    for on_pinned in OnPinned::ALL {
        let bench = Bench::with(Kind::Trusted, |settings, origin| {
            settings.map = vec![format!("a.test={origin}").parse().expect("a mapping")];
            settings.admission.passing.on_pinned = on_pinned;
        })
        .await;
        // A client that pins the origin's own authority.
        let mut pinned = rustls::RootCertStore::empty();
        for root in rustls::pki_types::CertificateDer::pem_slice_iter(&bench.origin.root) {
            pinned.add(root.expect("a certificate")).expect("a root");
        }
        let first = bench.secure_with("a.test:443", "a.test", &[b"http/1.1"], pinned.clone()).await;
        assert!(first.is_err(), "the first time it sees our certificate");
        assert_eq!(bench.collector.tunnel().await.reason, TunnelReason::ClientRefusedCertificate);
        let second = bench.secure_with("a.test:443", "a.test", &[b"http/1.1"], pinned).await;
        assert_eq!(second.is_ok(), on_pinned == OnPinned::Pass, "{on_pinned:?}");
        let Ok(mut stream) = second else { continue };
        stream.write_all(b"GET /size/3 HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n").await.expect("written");
        let mut answer = Vec::new();
        timeout(LONG, stream.read_to_end(&mut answer)).await.expect("it ends").expect("an answer");
        assert!(answer.starts_with(b"HTTP/1.1 200 "));
        drop(stream);
        let passed = bench.tunnel_with(TunnelReason::PassedThrough).await;
        assert_eq!((passed.host.as_str(), passed.server_name.as_deref(), passed.failure), ("a.test", Some("a.test"), None));
        assert!(bench.collector.of(1).is_empty(), "what passed was not read");
    }
}

#[tokio::test]
async fn a_host_that_is_to_pass_reaches_the_server_unread() {
    let bench = Bench::with(Kind::Trusted, |settings, origin| {
        settings.map = ["a.test", "b.test"].map(|host| format!("{host}={origin}").parse().expect("a mapping")).into();
        settings.admission.passing.pass = vec!["*.test".parse().expect("a host")];
    })
    .await;
    let root = bench.folder.path().join("origin.pem");
    std::fs::write(&root, &bench.origin.root).expect("written");
    let root = root.display().to_string();
    let output = bench.run(&["--cacert", &root, "--http2", "https://a.test/size/5000"]).await;
    assert_eq!(output.stdout, super::origin::pattern(5_000), "{}", text(&output.stderr));
    let tunnel = bench.collector.tunnel().await;
    assert_eq!((tunnel.reason, tunnel.host.as_str(), tunnel.port), (TunnelReason::PassedThrough, "a.test", 443));
    assert_eq!((tunnel.server_name.as_deref(), tunnel.server_address.as_deref()), (Some("a.test"), Some("127.0.0.1")));
    assert_eq!((tunnel.protocols, tunnel.failure), (vec!["h2".to_owned(), "http/1.1".to_owned()], None));
    assert!(tunnel.bytes_down > 5_000 && tunnel.bytes_up > 500 && tunnel.started <= bench.proxy.now());
    assert!(bench.collector.of(1).is_empty(), "no exchange");
}

#[tokio::test]
async fn a_host_that_is_to_pass_may_speak_first_on_any_port() {
    let bench = Bench::with(Kind::ServerFirst, |settings, origin| {
        settings.map = vec![format!("a.test={origin}").parse().expect("a mapping")];
        settings.admission.passing.pass = vec!["a.test".parse().expect("a host")];
    })
    .await;
    let (mut stream, _) = bench.connect("a.test:443").await;
    let mut greeting = vec![0; GREETING.len()];
    timeout(LONG, stream.read_exact(&mut greeting)).await.expect("it speaks").expect("a greeting");
    assert_eq!(greeting, GREETING);
}

#[tokio::test]
async fn outside_the_only_hosts_plain_requests_pass_unread_too() {
    let bench = Bench::with(Kind::Plain, |settings, origin| {
        settings.map = ["a.test", "b.test"].map(|host| format!("{host}={origin}").parse().expect("a mapping")).into();
        settings.admission.passing.only = vec!["a.test".parse().expect("a host")];
    })
    .await;
    for way in ["--no-proxytunnel", "--proxytunnel"] {
        let output = bench.run(&[way, "-d", "a secret in the clear", "http://b.test/echo"]).await;
        assert_eq!(text(&output.stdout), "a secret in the clear", "{way}: {}", text(&output.stderr));
        let tunnel = bench.tunnel_with(TunnelReason::PassedThrough).await;
        assert_eq!((tunnel.host.as_str(), tunnel.port, tunnel.server_address.as_deref()), ("b.test", 80, Some("127.0.0.1")));
        assert!(tunnel.bytes_up > 21 && tunnel.bytes_down > 21, "{tunnel:?}");
    }
    let fields = bench
        .run(&["--no-proxytunnel", "-H", "Proxy-Connection: x", "-H", "Connection: x-own", "-H", "X-Own: 1", "http://b.test/fields"])
        .await;
    let fields = text(&fields.stdout);
    assert!(fields.contains("host: b.test") && !fields.contains("x-own") && !fields.contains("proxy-connection"), "{fields}");
    let output = bench.run(&["--no-proxytunnel", "http://a.test/size/3"]).await;
    assert_eq!(output.stdout.len(), 3);
    assert_eq!(bench.collector.exchange(1).await.request.url, "http://a.test/size/3", "the first that was read");
    let whole = format!("{:?}", bench.collector.events.lock().expect("not poisoned"));
    assert!(!whole.contains("a secret in the clear") && !whole.contains("b.test/echo"));
}

/// Writes one byte at a time, as a client on a bad line would.
struct Dribble(TcpStream);

impl AsyncRead for Dribble {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Dribble {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, &bytes[..bytes.len().min(1)])
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

#[tokio::test]
async fn a_hello_in_single_bytes_and_many_records_is_understood_and_told() {
    let bench = Bench::new(Kind::Trusted).await;
    let mut fingerprints = Vec::new();
    // Whole records, and records of 32 bytes, the least that the library cuts them into; each in single bytes.
    for (number, fragment) in [(1, None), (2, Some(37))] {
        let (stream, _) = bench.connect("a.test:443").await;
        stream.set_nodelay(true).expect("a socket");
        let mut config = client(&[&rustls::version::TLS13, &rustls::version::TLS12], bench.roots.clone());
        config.max_fragment_size = fragment;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        let name = ServerName::try_from("a.test").expect("a name");
        let mut stream = TlsConnector::from(Arc::new(config)).connect(name, Dribble(stream)).await.expect("a handshake");
        stream.write_all(b"GET /size/3 HTTP/1.1\r\nHost: a.test\r\n\r\n").await.expect("written");
        // Single bytes use up what a task may do at once, so that some of them still wait here.
        stream.flush().await.expect("flushed");
        assert!(head(&mut stream).await.starts_with("HTTP/1.1 200 "));
        let links = bench.client_links();
        let [.., link] = &links[..] else { panic!("nothing was told of the connection") };
        assert_eq!((links.len(), link.id.as_str(), link.authority.as_str()), (number, &*format!("c{number}"), "a.test:443"));
        assert_eq!((link.tls_version.as_deref(), link.protocol.as_deref()), (Some("tls/1.3"), Some("http/1.1")));
        assert!(link.cipher_suite.as_deref().is_some_and(|suite| suite.starts_with("TLS_AES_") || suite.starts_with("TLS_CHACHA20_")));
        let offered = link.offered.as_ref().expect("an offer");
        assert_eq!((offered.server_name.as_deref(), &offered.protocols[..]), (Some("a.test"), &["http/1.1".to_owned()][..]));
        assert!(offered.cipher_suites.contains(&0x1301) && offered.cipher_suites.contains(&0xc02b), "{:x?}", offered.cipher_suites);
        fingerprints.push(offered.fingerprint.clone().expect("a fingerprint"));
        assert_eq!(bench.collector.exchange(number as u64).await.connection.client.as_deref(), Some(&*link.id), "the exchange names it");
    }
    assert!(
        fingerprints[0] == fingerprints[1] && fingerprints[0].starts_with("t13d") && fingerprints[0].contains("h1_"),
        "{fingerprints:?}"
    );
}

#[tokio::test]
async fn a_hello_with_a_pretended_encrypted_one_is_served() {
    let bench = Bench::new(Kind::Trusted).await;
    let suite = rustls::crypto::aws_lc_rs::hpke::DH_KEM_X25519_HKDF_SHA256_AES_128;
    let (key, _) = suite.generate_key_pair().expect("a key");
    let grease = rustls::client::EchGreaseConfig::new(suite, key);
    let mut config = rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_ech(grease.into())
        .expect("TLS 1.3")
        .with_root_certificates(bench.roots.clone())
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    let (stream, _) = bench.connect("a.test:443").await;
    let name = ServerName::try_from("a.test").expect("a name");
    let mut stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.expect("a handshake");
    stream.write_all(b"GET /size/3 HTTP/1.1\r\nHost: a.test\r\n\r\n").await.expect("written");
    assert!(head(&mut stream).await.starts_with("HTTP/1.1 200 "));
    assert!(bench.client_links()[0].offered.as_ref().is_some_and(|offered| offered.fingerprint.is_some()));
}

#[tokio::test]
async fn every_connection_that_is_taken_over_is_told_once_before_its_exchanges() {
    let bench = Bench::new(Kind::Trusted).await;
    let output = bench.run(&["--http2", "https://a.test/size/1", "https://a.test/size/2", "https://a.test/size/3"]).await;
    assert!(output.status.success(), "{}", text(&output.stderr));
    for number in 1..=3 {
        assert_eq!(bench.collector.exchange(number).await.connection.client.as_deref(), Some("c1"));
    }
    assert_eq!(bench.client_links().len(), 1);
    let events = bench.collector.events.lock().expect("not poisoned").clone();
    let place = |what: &dyn Fn(&Event) -> bool| events.iter().position(|stamped| what(&stamped.event)).expect("it is there");
    assert!(place(&|event| matches!(event, Event::Opened(Opened::Client(_)))) < place(&|event| matches!(event, Event::RequestHead { .. })));

    let bench = Bench::new(Kind::Plain).await;
    bench.run(&["--proxytunnel", "http://a.test/size/1"]).await;
    bench.run(&["--no-proxytunnel", "http://a.test/size/1"]).await;
    let links = bench.client_links();
    assert_eq!((links.len(), links[0].authority.as_str(), links[0].offered.as_ref()), (1, "a.test:80", None));
    assert_eq!(bench.collector.exchange(1).await.connection.client.as_deref(), Some("c1"));
    assert_eq!(bench.collector.exchange(2).await.connection.client, None, "this one was not taken over");
}

/// TLS for a client.
fn client(versions: &[&'static rustls::SupportedProtocolVersion], roots: rustls::RootCertStore) -> rustls::ClientConfig {
    rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_protocol_versions(versions)
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth()
}

/// The bytes of a client's hello.
fn hello(name: &str, protocols: &[&[u8]]) -> Vec<u8> {
    hello_of(&[&rustls::version::TLS13, &rustls::version::TLS12], name, protocols)
}

fn hello_of(versions: &[&'static rustls::SupportedProtocolVersion], name: &str, protocols: &[&[u8]]) -> Vec<u8> {
    let mut config = client(versions, rustls::RootCertStore::empty());
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
    let name = ServerName::try_from(name.to_owned()).expect("a name");
    let mut connection = rustls::ClientConnection::new(Arc::new(config), name).expect("a client");
    let mut bytes = Vec::new();
    connection.write_tls(&mut bytes).expect("in memory");
    bytes
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
        assert_eq!(names(&events), ["request", "connection", "response", "other", "complete"]);
        let exchange = bench.collector.exchange(1).await;
        let Outcome::Switched(response) = exchange.outcome else { panic!("{:?}", exchange.outcome) };
        assert_eq!(response.headers.first("sec-websocket-protocol"), Some(&b"chat.v2"[..]));
        assert_eq!(bench.proxy.counters().bytes_up.load(Relaxed), 4);
    }
}

/// Sends an upgrade and four bytes, and answers the four bytes that come back and the head before them.
async fn talk(mut stream: impl AsyncRead + AsyncWrite + Unpin, request: &str) -> (Vec<u8>, String) {
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
