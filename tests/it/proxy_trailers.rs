//! Trailer fields and transfer codings on their way: what the message that goes on has no place for is recorded, held and told. Raw sockets on both
//! sides, because a library would hide it.

use std::sync::Arc;

use bytes::Bytes;
use dataspoor::model::{ChangeKind, Event, Exchange, Side};
use dataspoor::proxy::Mapping;
use http::{HeaderMap, HeaderName, HeaderValue};
use http_body_util::BodyExt as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, mpsc};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use crate::origin::{Kind, certificates};
use crate::proxy_bench::{Bench, LONG, text};
use crate::proxy_relay::{GET, OK, OLD, http2, post};
use crate::proxy_wire::{Step, Torture, origin};

/// The sides whose trailer fields are told to be held.
fn held(exchange: &Exchange) -> Vec<Side> {
    exchange.changes.iter().filter(|change| change.kind == ChangeKind::TrailersHeld).map(|change| change.side).collect()
}

/// A request by hudsucker's own side, sent whole; answers all that the client got.
async fn plain(torture: &Torture, request: &str) -> String {
    let mut client = TcpStream::connect(torture.bench.proxy.address()).await.expect("a connection");
    client.write_all(request.as_bytes()).await.expect("written");
    let mut got = Vec::new();
    timeout(LONG, client.read_to_end(&mut got)).await.expect("the proxy closes").expect("in the ordinary way");
    text(&got)
}

const TRAILING: &[u8] = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-End\r\n\r\n2\r\n.k\r\n0\r\nX-End: 9\r\n\r\n";

#[tokio::test]
async fn trailers_that_find_no_place_in_an_answer_are_told() {
    let more = TRAILING.strip_suffix(b"\r\n").expect("an end");
    let more = [more, b"X-Unannounced: 1\r\n\r\n"].concat();
    // Our own engine: chunks have a place for any, the end of a connection for none.
    for (request, expected) in [(GET, vec![]), (OLD, vec![Side::Response])] {
        let mut torture = Torture::new(false, vec![Step::Until(b"\r\n\r\n"), Step::Send(more.clone())]).await;
        torture.send(request).await;
        torture.until(if expected.is_empty() { b"\r\nX-End: 9\r\nX-Unannounced: 1\r\n\r\n" } else { b".k" }).await;
        let exchange = torture.bench.collector.exchange(1).await;
        assert_eq!(exchange.outcome.response().expect("an answer").trailers.len(), 2);
        assert_eq!(held(&exchange), expected, "{:?}", exchange.changes);
    }
    // The library: what is announced, to whoever wants it.
    for (version, te, answer, passes) in [
        ("1.1", "TE: trailers\r\n", TRAILING, true),
        ("1.1", "", TRAILING, false),
        ("1.1", "TE: trailers\r\n", &more, false),
        ("1.0", "TE: trailers\r\n", TRAILING, false),
    ] {
        let torture = Torture::new(false, vec![Step::Until(b"\r\n\r\n"), Step::Send(answer.to_vec())]).await;
        let request = format!("GET http://a.test/ HTTP/{version}\r\nHost: a.test\r\nConnection: close\r\n{te}\r\n");
        let got = plain(&torture, &request).await.to_lowercase();
        assert_eq!(got.ends_with("0\r\nx-end: 9\r\n\r\n"), passes, "{request}{got}");
        assert!(!got.contains("unannounced"), "all or nothing: {got}");
        let exchange = torture.bench.collector.exchange(1).await;
        let trailers = &exchange.outcome.response().expect("an answer").trailers;
        assert_eq!(trailers.first("x-end"), Some(&b"9"[..]), "they are recorded");
        assert_eq!(held(&exchange), if passes { vec![] } else { vec![Side::Response] }, "{request}{:?}", exchange.changes);
        // A field that goes on to nobody is told too.
        let gone =
            exchange.changes.iter().any(|change| change.side == Side::Response && change.kind == ChangeKind::HeaderRemoved { index: 1 });
        assert_eq!((gone, got.contains("\r\ntrailer: ")), (version == "1.0", version == "1.1"), "{got}");
    }
}

#[tokio::test]
async fn trailers_that_find_no_place_in_a_plain_request_are_told() {
    for (announced, trailers, passes) in
        [("Trailer: X-Sum\r\n", "X-Sum: 1", true), ("", "X-Sum: 1", false), ("Trailer: X-Sum\r\n", "X-Sum: 1\r\nX-B: 2", false)]
    {
        let end: &[u8] = if passes { b"\r\nx-sum: 1\r\n\r\n" } else { b"0\r\n\r\n" };
        let mut torture = Torture::new(false, vec![Step::Until(end), Step::Send(OK.to_vec())]).await;
        let head =
            format!("POST http://a.test/ HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n{announced}\r\n");
        assert!(plain(&torture, &format!("{head}5\r\nhello\r\n0\r\n{trailers}\r\n\r\n")).await.ends_with(".k"));
        let got = text(&torture.saw().await).to_lowercase();
        assert_eq!(got.contains("0\r\nx-sum: 1\r\n"), passes, "{got}");
        let exchange = torture.bench.collector.exchange(1).await;
        assert_eq!(exchange.request.trailers.first("x-sum"), Some(&b"1"[..]), "they are recorded");
        assert_eq!(held(&exchange), if passes { vec![] } else { vec![Side::Request] }, "{:?}", exchange.changes);
    }
}

#[tokio::test]
async fn trailers_of_an_upload_with_a_length_are_told() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let raw = listener.local_addr().expect("an address");
    let (root, config) = certificates(Kind::TrustedHttp1);
    let (read, mut seen) = mpsc::unbounded_channel();
    let go_on = Arc::new(Notify::new());
    let steps = vec![Step::Until(b"hello"), Step::Wait(Arc::clone(&go_on)), Step::Send(OK.to_vec())];
    tokio::spawn(origin(listener, Some(TlsAcceptor::from(Arc::new(config))), steps, read));
    for (kind, length, passes) in [
        (Kind::Trusted, Some(5), true),
        (Kind::Trusted, None, true),
        (Kind::TrustedHttp1, None, true),
        // An origin that has all it was promised could answer before the trailers come; this one waits.
        (Kind::Plain, Some(5), false),
    ] {
        let bench = match kind {
            Kind::Plain => {
                Bench::with(kind, |settings, _| {
                    settings.upstream_roots = root.clone();
                    settings.map = vec![Mapping { host: "a.test".into(), port: None, to: raw }];
                })
                .await
            }
            kind => Bench::new(kind).await,
        };
        let mut client = http2(&bench, "a.test:443").await;
        let (sender, mut request) = post("/echo", length);
        request.body_mut().trailers = Some(HeaderMap::from_iter([(HeaderName::from_static("x-sum"), HeaderValue::from_static("1"))]));
        let answer = tokio::spawn(client.send_request(request));
        sender.send(Ok(Bytes::from_static(b"hello"))).expect("a body");
        drop(sender);
        let trailing = |events: &[Event]| events.iter().any(|event| matches!(event, Event::Trailers(Side::Request, _)));
        bench.collector.until(1, trailing).await;
        if !passes {
            go_on.notify_one();
        }
        let answer = timeout(LONG, answer).await.expect("an answer").expect("no panic").expect("an answer");
        let body = timeout(LONG, answer.into_body().collect()).await.expect("an end").expect("a body");
        assert_eq!(body.to_bytes(), if passes { "hello" } else { ".k" });
        if !passes {
            let got = text(&timeout(LONG, seen.recv()).await.expect("a request").expect("a request"));
            assert!(got.to_lowercase().contains("\r\ncontent-length: 5\r\n") && got.ends_with("\r\n\r\nhello"), "{got}");
        }
        let exchange = bench.collector.exchange(1).await;
        assert_eq!(exchange.request.trailers.first("x-sum"), Some(&b"1"[..]), "they are recorded: {kind:?} {length:?}");
        assert_eq!(held(&exchange), if passes { vec![] } else { vec![Side::Request] }, "{kind:?} {length:?}: {:?}", exchange.changes);
    }
}

#[tokio::test]
async fn codings_without_chunks_are_ended_in_chunks_and_that_is_told() {
    for (codings, sent) in
        [("Transfer-Encoding: gzip\r\n", "gzip, chunked"), ("Transfer-Encoding: x\r\nTransfer-Encoding: gzip\r\n", "x, gzip, chunked")]
    {
        let answer = format!("HTTP/1.1 200 OK\r\nX-A: 1\r\n{codings}\r\nall of it");
        let torture = Torture::new(false, vec![Step::Until(b"\r\n\r\n"), Step::Send(answer.into_bytes()), Step::Close]).await;
        let got = plain(&torture, "GET http://a.test/ HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n").await;
        let lower = got.to_lowercase();
        assert!(lower.contains(&format!("\r\ntransfer-encoding: {sent}\r\n")) && got.ends_with("\r\n0\r\n\r\n"), "{got}");
        let exchange = torture.bench.collector.exchange(1).await;
        let has = |kind: ChangeKind| exchange.changes.iter().any(|change| change.side == Side::Response && change.kind == kind);
        let (name, value) = (b"transfer-encoding".to_vec(), sent.as_bytes().to_vec());
        assert!(has(ChangeKind::HeaderAdded { index: 1, name, value }), "{:?}", exchange.changes);
        for index in 1..=codings.lines().count() {
            assert!(has(ChangeKind::HeaderRemoved { index }), "{:?}", exchange.changes);
        }
    }
}

/// A library that has heard a server speak HTTP/1.0 would speak it too from then on, and leave the body out of a request that is cut into chunks.
#[tokio::test]
async fn a_server_of_http_1_0_is_asked_as_before() {
    let answer = b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\n.k".to_vec();
    let mut torture = Torture::new(false, vec![Step::Until(b"0\r\n\r\n"), Step::Send(answer)]).await;
    let request =
        "POST http://a.test/ HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
    for number in 1..=2 {
        assert!(plain(&torture, request).await.ends_with(".k"));
        let got = text(&torture.saw().await);
        assert!(got.starts_with("POST / HTTP/1.1\r\n") && got.ends_with("5\r\nhello\r\n0\r\n\r\n"), "{got}");
        let exchange = torture.bench.collector.exchange(number).await;
        assert_eq!(exchange.request.body.in_memory(), Some(&b"hello"[..]));
    }
}
