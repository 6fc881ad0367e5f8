//! How messages end and what ends them: broken answers, early answers, abandoned and oddly ended requests, and what must not get through on the
//! way. Raw sockets on both sides, because a library would hide it.

use std::io::ErrorKind;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering::SeqCst;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use dataspoor::model::{BodyState, ChangeKind, Event, Outcome, Side, Unrecorded};
use dataspoor::proxy::Mapping;
use http::{HeaderMap, Request, Version};
use http_body::{Body, Frame};
use http_body_util::BodyExt as _;
use hyper::client::conn::http2::SendRequest;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, mpsc};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use crate::origin::{Kind, certificates};
use crate::proxy_bench::{Bench, LONG, head, names, text};
use crate::proxy_wire::{Step, Torture, origin};

pub(crate) const GET: &[u8] = b"GET / HTTP/1.1\r\nHost: a.test\r\n\r\n";
pub(crate) const OLD: &[u8] = b"GET / HTTP/1.0\r\nHost: a.test\r\n\r\n";
pub(crate) const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n.k";

/// How the connection of a client ended: `None` in the ordinary way.
async fn ending(client: &mut (impl tokio::io::AsyncRead + Unpin + ?Sized)) -> Option<ErrorKind> {
    let mut text = Vec::new();
    timeout(LONG, client.read_to_end(&mut text)).await.expect("the proxy ends the connection").err().map(|error| error.kind())
}

#[tokio::test]
async fn an_answer_without_a_length_that_breaks_does_not_look_whole() {
    for (tls, request) in [(false, GET), (true, GET), (false, OLD)] {
        let go_on = Arc::new(Notify::new());
        let answer = Step::Send(b"HTTP/1.1 200 OK\r\n\r\nonly this".to_vec());
        let mut torture = Torture::new(tls, vec![Step::Until(b"\r\n\r\n"), answer, Step::Wait(Arc::clone(&go_on)), Step::Reset]).await;
        torture.send(request).await;
        torture.until(b"only this").await;
        go_on.notify_one();
        assert_eq!(ending(&mut torture.client).await, Some(ErrorKind::ConnectionReset), "TLS {tls}, {}", text(request));
        let exchange = torture.bench.collector.exchange(1).await;
        let body = &exchange.outcome.response().expect("an answer").body;
        assert_eq!((body.in_memory(), body.state()), (Some(&b"only this"[..]), BodyState::Truncated(Unrecorded::Disconnected)));
    }
}

#[tokio::test]
async fn broken_chunks_do_not_look_whole_to_whoever_reads_none() {
    let answer = Step::Send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nonly this\r\n".to_vec());
    let go_on = Arc::new(Notify::new());
    let mut torture = Torture::new(false, vec![Step::Until(b"\r\n\r\n"), answer, Step::Wait(Arc::clone(&go_on)), Step::Close]).await;
    torture.send(OLD).await;
    torture.until(b"only this").await;
    go_on.notify_one();
    assert_eq!(ending(&mut torture.client).await, Some(ErrorKind::ConnectionReset));
}

#[tokio::test]
async fn an_end_that_the_server_leaves_open_stays_open() {
    for (last, expected) in [(Step::Close, None), (Step::Drop, Some(ErrorKind::UnexpectedEof))] {
        let answer = Step::Send(b"HTTP/1.1 200 OK\r\n\r\nperhaps all".to_vec());
        let mut torture = Torture::new(true, vec![Step::Until(b"\r\n\r\n"), answer, last]).await;
        torture.send(GET).await;
        torture.until(b"perhaps all").await;
        assert_eq!(ending(&mut torture.client).await, expected, "as the server ended it");
        let exchange = torture.bench.collector.exchange(1).await;
        let state = exchange.outcome.response().expect("an answer").body.state();
        assert_eq!(state, if expected.is_none() { BodyState::Raw } else { BodyState::Truncated(Unrecorded::Disconnected) });
    }
}

#[tokio::test]
async fn what_could_not_be_recorded_does_not_look_whole() {
    let answer = Step::Send(b"HTTP/1.1 200 OK\r\n\r\nall of it".to_vec());
    let mut torture = Torture::new(false, vec![Step::Until(b"\r\n\r\n"), answer, Step::Close]).await;
    torture.bench.collector.broken.store(true, SeqCst);
    torture.send(GET).await;
    assert_eq!(ending(&mut torture.client).await, Some(ErrorKind::ConnectionReset));
}

#[tokio::test]
async fn what_the_end_of_the_recording_cuts_does_not_look_whole() {
    let answer = Step::Send(b"HTTP/1.1 200 OK\r\n\r\nonly this".to_vec());
    let never = Step::Wait(Arc::new(Notify::new()));
    let mut torture = Torture::new(false, vec![Step::Until(b"\r\n\r\n"), answer, never]).await;
    torture.send(GET).await;
    torture.until(b"only this").await;
    let Torture { bench: Bench { proxy, .. }, mut client, .. } = torture;
    proxy.stop().await;
    assert_eq!(ending(&mut client).await, Some(ErrorKind::ConnectionReset));
}

#[tokio::test]
async fn a_broken_answer_ends_the_connection_of_a_client_that_still_sends() {
    for last in [Step::Close, Step::Reset] {
        let go_on = Arc::new(Notify::new());
        let answer = Step::Send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this".to_vec());
        let mut torture = Torture::new(false, vec![Step::Until(b"\r\n\r\n"), answer, Step::Wait(Arc::clone(&go_on)), last]).await;
        torture.send(b"POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 100\r\n\r\n").await;
        torture.until(b"only this").await;
        go_on.notify_one();
        ending(&mut torture.client).await;
        let exchange = torture.bench.collector.exchange(1).await;
        assert_eq!(exchange.request.body.state(), BodyState::Truncated(Unrecorded::Disconnected));
    }
}

#[tokio::test]
async fn a_plain_answer_without_a_length_is_cut_into_chunks_and_that_is_told() {
    for broken in [false, true] {
        let go_on = Arc::new(Notify::new());
        let answer = Step::Send(b"HTTP/1.1 200 OK\r\nX-A: 1\r\n\r\nonly this".to_vec());
        let last = if broken { Step::Reset } else { Step::Close };
        let torture = Torture::new(false, vec![Step::Until(b"\r\n\r\n"), answer, Step::Wait(Arc::clone(&go_on)), last]).await;
        let mut client = TcpStream::connect(torture.bench.proxy.address()).await.expect("a connection");
        client.write_all(b"GET http://a.test/ HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n").await.expect("written");
        let told = head(&mut client).await;
        assert!(told.to_lowercase().contains("\r\ntransfer-encoding: chunked\r\n"), "{told}");
        go_on.notify_one();
        let mut rest = Vec::new();
        let _ = timeout(LONG, client.read_to_end(&mut rest)).await.expect("the proxy closes");
        assert_eq!(!rest.ends_with(b"0\r\n\r\n"), broken, "the client can tell: {}", text(&rest));
        let exchange = torture.bench.collector.exchange(1).await;
        let kind = ChangeKind::HeaderAdded { index: 1, name: b"transfer-encoding".to_vec(), value: b"chunked".to_vec() };
        assert!(exchange.changes.iter().any(|change| change.side == Side::Response && change.kind == kind), "{:?}", exchange.changes);
    }
}

#[tokio::test]
async fn our_own_pages_have_no_body_for_whoever_asks_for_none() {
    let bench = Bench::new(Kind::Plain).await;
    // A server that may not be reached, then a record that cannot be kept.
    let (mut client, _) = bench.connect("127.0.0.1:80").await;
    let request = b"HEAD / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
    for (full, status) in [(false, "HTTP/1.1 403 "), (true, "HTTP/1.1 503 "), (true, "HTTP/1.1 503 ")] {
        bench.collector.full.store(full, SeqCst);
        client.write_all(request).await.expect("written");
        // Of a body before it, the next head would begin with the text.
        let page = head(&mut client).await;
        assert!(page.starts_with(status) && page.to_lowercase().contains("x-dataspoor: error"), "{page}");
        assert!(!page.to_lowercase().contains("content-length: 0"), "the page that is not sent has a length: {page}");
    }
    let bench = Bench::new(Kind::Trusted).await;
    let mut client = http2(&bench, "127.0.0.1:443").await;
    for full in [false, true] {
        bench.collector.full.store(full, SeqCst);
        let (_, body) = Upload::new();
        let mut request = Request::head("https://127.0.0.1/").version(Version::HTTP_2).body(body).expect("a request");
        request.body_mut().empty = true;
        let answer = timeout(LONG, client.send_request(request)).await.expect("an answer").expect("an answer");
        assert_eq!(answer.status(), if full { 503 } else { 403 });
        let body = timeout(LONG, answer.into_body().collect()).await.expect("an end").expect("nothing against the protocol");
        assert_eq!(body.to_bytes().len(), 0);
    }
}

/// A body that ends when its sender is dropped, and never together with its last bytes; an error when it is told so.
pub(crate) struct Upload {
    pieces: mpsc::UnboundedReceiver<Result<Bytes, std::io::Error>>,
    /// What follows its last bytes.
    pub(crate) trailers: Option<HeaderMap>,
    empty: bool,
}

impl Upload {
    fn new() -> (mpsc::UnboundedSender<Result<Bytes, std::io::Error>>, Self) {
        let (sender, pieces) = mpsc::unbounded_channel();
        (sender, Self { pieces, trailers: None, empty: false })
    }
}

impl Body for Upload {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        let piece = ready!(self.pieces.poll_recv(cx));
        Poll::Ready(piece.map(|piece| piece.map(Frame::data)).or_else(|| self.trailers.take().map(|fields| Ok(Frame::trailers(fields)))))
    }

    fn is_end_stream(&self) -> bool {
        self.empty
    }
}

/// A connection of HTTP/2 through the proxy.
pub(crate) async fn http2(bench: &Bench, authority: &str) -> SendRequest<Upload> {
    let name = authority.split(':').next().expect("a host");
    let stream = bench.secure_with(authority, name, &[b"h2"], bench.roots.clone()).await.expect("TLS");
    let builder = hyper::client::conn::http2::Builder::new(TokioExecutor::new());
    let (sender, connection) = builder.handshake(TokioIo::new(stream)).await.expect("HTTP/2");
    tokio::spawn(connection);
    sender
}

pub(crate) fn post(path: &str, length: Option<usize>) -> (mpsc::UnboundedSender<Result<Bytes, std::io::Error>>, Request<Upload>) {
    let (sender, body) = Upload::new();
    let mut request = Request::post(format!("https://a.test{path}")).version(Version::HTTP_2);
    if let Some(length) = length {
        request = request.header("content-length", length);
    }
    (sender, request.body(body).expect("a request"))
}

#[tokio::test]
async fn an_upload_whose_end_comes_by_itself_is_whole() {
    for kind in [Kind::Trusted, Kind::TrustedHttp1] {
        for length in [None, Some(5)] {
            let bench = Bench::new(kind).await;
            let mut client = http2(&bench, "a.test:443").await;
            let (sender, request) = post("/echo", length);
            let answer = tokio::spawn(client.send_request(request));
            sender.send(Ok(Bytes::from_static(b"hello"))).expect("a body");
            let bytes = |events: &[Event]| events.iter().any(|event| matches!(event, Event::RequestBytes(_)));
            bench.collector.until(1, bytes).await;
            // Now the end, on a frame of its own.
            drop(sender);
            let answer = timeout(LONG, answer).await.expect("an answer").expect("no panic").expect("an answer");
            let body = timeout(LONG, answer.into_body().collect()).await.expect("an end").expect("a body");
            assert_eq!(body.to_bytes(), "hello", "the origin got all of it: {kind:?} {length:?}");
            let exchange = bench.collector.exchange(1).await;
            let body = &exchange.request.body;
            assert_eq!((body.in_memory(), body.state()), (Some(&b"hello"[..]), BodyState::Raw), "{kind:?} {length:?}");
        }
    }
}

#[tokio::test]
async fn an_upload_that_ends_before_there_is_a_connection_is_whole() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let (root, config) = certificates(Kind::TrustedHttp1);
    let bench = Bench::with(Kind::Plain, |settings, _| {
        settings.upstream_roots = root;
        settings.map = vec![Mapping { host: "a.test".into(), port: None, to: address }];
    })
    .await;
    let mut client = http2(&bench, "a.test:443").await;
    let (sender, request) = post("/", None);
    let answer = tokio::spawn(client.send_request(request));
    bench.collector.until(1, |events| !events.is_empty()).await;
    drop(sender);
    // What comes later on the same connection was read later.
    client.ready().await.expect("a connection");
    let (second, request) = post("/", None);
    let other = tokio::spawn(client.send_request(request));
    bench.collector.until(2, |events| !events.is_empty()).await;
    let (read, mut seen) = mpsc::unbounded_channel();
    let steps = vec![Step::Until(b"0\r\n\r\n"), Step::Send(OK.to_vec())];
    tokio::spawn(origin(listener, Some(TlsAcceptor::from(Arc::new(config))), steps, read));
    let answer = timeout(LONG, answer).await.expect("an answer").expect("no panic").expect("an answer");
    assert_eq!(answer.status(), 200);
    let got = text(&timeout(LONG, seen.recv()).await.expect("a request").expect("a request"));
    assert!(got.ends_with("\r\n\r\n0\r\n\r\n"), "a whole message without a byte: {got}");
    let events = bench.collector.ended(1).await;
    assert!(!names(&events).contains(&"cut"), "{:?}", names(&events));
    drop((second, other));
}

#[tokio::test]
async fn names_and_passwords_in_a_target_reach_nobody() {
    // The second is recorded with its bytes, which differ from the usual form.
    for host in ["Host: b.test", "Host:b.test"] {
        let mut torture = Torture::new(false, vec![Step::Until(b"\r\n\r\n"), Step::Send(OK.to_vec())]).await;
        torture.send(format!("GET http://ann:Zq7kettle@b.test/x?y=1 HTTP/1.1\r\n{host}\r\n\r\n").as_bytes()).await;
        assert_eq!(text(&torture.saw().await), "GET /x?y=1 HTTP/1.1\r\nHost: b.test\r\n\r\n");
        torture.until(b".k").await;
        let exchange = torture.bench.collector.exchange(1).await;
        assert_eq!(exchange.request.url, "http://b.test/x?y=1");
        let all = format!("{:?}", torture.bench.collector.events.lock().expect("not poisoned"));
        assert!(!all.contains("Zq7kettle") && !format!("{exchange:?}").contains("Zq7kettle"), "nothing of it is in the record: {all}");
        let has = |kind: &ChangeKind| exchange.changes.iter().any(|change| change.side == Side::Request && change.kind == *kind);
        let (locator, rule) = ("request.line".to_owned(), "user-information".to_owned());
        assert!(has(&ChangeKind::Masked { locator, rule, length: 13, fingerprint: String::new(), sealed: None }), "{:?}", exchange.changes);
        let received = b"http://*************@b.test/x?y=1".to_vec();
        assert!(has(&ChangeKind::Target { received, sent: b"/x?y=1".to_vec() }), "{:?}", exchange.changes);
    }
    // In the field it makes no host at all.
    for target in ["/", "http://a.test/"] {
        let mut torture = Torture::new(false, vec![Step::Until(b"\r\n\r\n"), Step::Send(OK.to_vec())]).await;
        torture.send(format!("GET {target} HTTP/1.1\r\nHost: ann:Zq7kettle@a.test\r\n\r\n").as_bytes()).await;
        let got = text(&torture.rest().await);
        assert!(got.starts_with("HTTP/1.1 400 ") && torture.seen.try_recv().is_err(), "{got}");
        assert_eq!(torture.bench.collector.of(1), []);
    }
    // Where a library reads the target, nothing of it goes on at all.
    let mut torture = Torture::new(false, vec![Step::Until(b"\r\n\r\n"), Step::Send(OK.to_vec())]).await;
    for (target, host) in [("ann:Zq7kettle@a.test", "a.test"), ("a.test", "ann:Zq7kettle@a.test")] {
        let mut client = TcpStream::connect(torture.bench.proxy.address()).await.expect("a connection");
        let request = format!("GET http://{target}/ HTTP/1.1\r\nHost: {host}\r\n\r\n");
        client.write_all(request.as_bytes()).await.expect("written");
        assert!(head(&mut client).await.starts_with("HTTP/1.1 400 "), "{request}");
    }
    let mut client = http2(&torture.bench, "a.test:443").await;
    let (_sender, mut request) = post("/", None);
    *request.uri_mut() = "https://ann:Zq7kettle@a.test/".parse().expect("a URI");
    let answer = timeout(LONG, client.send_request(request)).await.expect("an answer").expect("an answer");
    assert_eq!(answer.status(), 400);
    assert!(torture.seen.try_recv().is_err(), "the origin was asked nothing");
    let all = format!("{:?}", torture.bench.collector.events.lock().expect("not poisoned"));
    assert!(!all.contains("Zq7kettle"), "{all}");
}

#[tokio::test]
async fn an_answer_that_comes_early_is_an_answer() {
    for (tls, framing) in [(false, "Content-Length: 500000\r\n\r\nonly"), (true, "Transfer-Encoding: chunked\r\n\r\n4\r\nonly\r\n")] {
        let steps = vec![
            Step::Until(b"only"),
            Step::Send(b"HTTP/1.1 413 Too Much\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno".to_vec()),
            Step::Close,
        ];
        let mut torture = Torture::new(tls, steps).await;
        torture.send(format!("POST / HTTP/1.1\r\nHost: a.test\r\n{framing}").as_bytes()).await;
        assert_eq!(text(&torture.rest().await), "HTTP/1.1 413 Too Much\r\nContent-Length: 2\r\n\r\nno");
        let exchange = torture.bench.collector.exchange(1).await;
        assert_eq!(exchange.outcome.response().map(|answer| (answer.status, answer.body.state())), Some((413, BodyState::Raw)));
        let body = &exchange.request.body;
        assert_eq!((body.in_memory(), body.state()), (Some(&b"only"[..]), BodyState::Truncated(Unrecorded::Disconnected)));
    }
}

#[tokio::test]
async fn an_upload_that_is_abandoned_is_never_whole() {
    let bytes = |events: &[Event]| events.iter().any(|event| matches!(event, Event::RequestBytes(_)));
    for framing in ["Content-Length: 100\r\n\r\nonly", "Transfer-Encoding: chunked\r\n\r\n4\r\nonly\r\n"] {
        let mut torture = Torture::new(true, vec![Step::Until(b"never")]).await;
        torture.send(format!("POST / HTTP/1.1\r\nHost: a.test\r\n{framing}").as_bytes()).await;
        torture.bench.collector.until(1, bytes).await;
        torture.client.socket().set_zero_linger().expect("a socket");
        let Torture { bench, client, mut seen } = torture;
        drop(client);
        let exchange = bench.collector.exchange(1).await;
        assert_eq!(exchange.outcome, Outcome::Abandoned);
        let body = &exchange.request.body;
        assert_eq!((body.in_memory(), body.state()), (Some(&b"only"[..]), BodyState::Truncated(Unrecorded::Disconnected)));
        let got = text(&timeout(LONG, seen.recv()).await.expect("an end").expect("an origin"));
        assert!(got.trim_end().ends_with("only"), "no last chunk, no second message: {got}");
    }
    // By HTTP/2 a client can leave one exchange without leaving the connection.
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let (root, config) = certificates(Kind::TrustedHttp1);
    let (read, mut seen) = mpsc::unbounded_channel();
    tokio::spawn(origin(listener, Some(TlsAcceptor::from(Arc::new(config))), vec![Step::Until(b"never")], read));
    let bench = Bench::with(Kind::Plain, |settings, _| {
        settings.upstream_roots = root;
        settings.map = vec![Mapping { host: "a.test".into(), port: None, to: address }];
    })
    .await;
    let mut client = http2(&bench, "a.test:443").await;
    let (sender, request) = post("/", None);
    let answer = tokio::spawn(client.send_request(request));
    sender.send(Ok(Bytes::from_static(b"only"))).expect("a body");
    bench.collector.until(1, bytes).await;
    sender.send(Err(std::io::Error::other("no more"))).expect("a body");
    assert!(timeout(LONG, answer).await.expect("an end").expect("no panic").is_err());
    let exchange = bench.collector.exchange(1).await;
    assert_eq!(exchange.outcome, Outcome::Abandoned);
    assert_eq!(exchange.request.body.state(), BodyState::Truncated(Unrecorded::Disconnected));
    let got = text(&timeout(LONG, seen.recv()).await.expect("an end").expect("an origin"));
    assert!(got.trim_end().ends_with("only"), "{got}");
}

#[tokio::test]
async fn odd_transfer_codings_carry_no_second_request() {
    let hidden = "0\r\n\r\nGET /hidden HTTP/1.1\r\nHost: a.test\r\n\r\n";
    for codings in [
        "Transfer-Encoding:",
        "Transfer-Encoding: ",
        "Transfer-Encoding: ,",
        "Transfer-Encoding: identity",
        "Transfer-Encoding: chunked, identity",
        "Transfer-Encoding: identity, chunked",
        "Transfer-Encoding: chunked, chunked",
        "Transfer-Encoding: ,chunked",
        "Transfer-Encoding: chunked,",
        "Transfer-Encoding: gzip, chunked",
        "Transfer-Encoding: chunked;q=1",
        "Transfer-Encoding: \"chunked\"",
        "Transfer-Encoding: \x0bchunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding:",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
        "Transfer-Encoding:\r\nTransfer-Encoding: chunked",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
    ] {
        for length in [String::new(), format!("Content-Length: {}\r\n", hidden.len())] {
            let mut torture = Torture::new(false, vec![Step::Until(b"\r\n\r\n"), Step::Send(OK.to_vec())]).await;
            torture.send(format!("POST / HTTP/1.1\r\nHost: a.test\r\n{length}{codings}\r\n\r\n{hidden}").as_bytes()).await;
            let got = text(&torture.rest().await);
            assert!(got.starts_with("HTTP/1.1 400 "), "{codings:?} {length:?}: {got}");
            assert!(torture.seen.try_recv().is_err(), "{codings:?} {length:?} reached the origin");
            assert_eq!(torture.bench.collector.of(1), [], "no request was made of it");
        }
    }
}

#[tokio::test]
async fn a_client_of_http2_that_never_begins_is_let_go() {
    let bench = Bench::with(Kind::Trusted, |settings, _| settings.admission.patience = std::time::Duration::from_millis(200)).await;
    let mut client = bench.secure_with("a.test:443", "a.test", &[b"h2"], bench.roots.clone()).await.expect("TLS");
    ending(&mut client).await;
    assert_eq!(bench.proxy.counters().requests.load(SeqCst), 0);
}
