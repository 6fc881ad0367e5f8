//! Every line that the fidelity of a recording is promised for, over raw sockets: what both ends sent is compared byte for byte with what the
//! other end got, with what the record holds, and with what its changes say.

use std::sync::Arc;
use std::time::Duration;

use dataspoor::model::{
    BodyState, Change, ChangeKind, Event, Exchange, FailureStage, Fidelity, Headers, Outcome, Side, Unrecorded, UrlParts,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::{Notify, mpsc};
use tokio::time::timeout;

use crate::origin::Kind;
use crate::proxy_bench::{Bench, LONG};
use crate::proxy_wire::{Step, Torture, origin};

/// The fields that were sent on, from those that were recorded and what was changed.
fn onward(fields: &Headers, changes: &[Change], side: Side) -> Headers {
    let changes: Vec<&ChangeKind> = changes.iter().filter(|change| change.side == side).map(|change| &change.kind).collect();
    let gone = |index: usize| changes.iter().any(|kind| matches!(kind, ChangeKind::HeaderRemoved { index: other } if *other == index));
    let mut kept = fields.iter().enumerate().filter(|(index, _)| !gone(*index)).map(|(_, field)| field);
    let mut added: Vec<_> = changes
        .iter()
        .filter_map(|kind| match kind {
            ChangeKind::HeaderAdded { index, name, value } => Some((*index, name, value)),
            _ => None,
        })
        .collect();
    added.sort();
    let mut out = Headers::new();
    for (index, name, value) in added {
        while out.len() < index {
            let (name, value) = kept.next().expect("a field before the added one");
            out.push(name, value);
        }
        out.push(name, value);
    }
    kept.for_each(|(name, value)| out.push(name, value));
    out
}

fn written(start: &str, fields: &Headers) -> Vec<u8> {
    // Text of a reason is read from bytes one by one.
    let mut out: Vec<u8> = start.chars().map(|sign| u8::try_from(u32::from(sign)).expect("a byte")).collect();
    out.extend_from_slice(b"\r\n");
    for (name, value) in fields.iter() {
        out.extend_from_slice(&[name, b": ", value, b"\r\n"].concat());
    }
    out.extend_from_slice(b"\r\n");
    out
}

fn head_of(bytes: &[u8]) -> &[u8] {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4);
    let bare = bytes.windows(2).position(|two| two == b"\n\n").map(|at| at + 2);
    &bytes[..end.or(bare).unwrap_or_else(|| panic!("no head: {:?}", String::from_utf8_lossy(bytes)))]
}

/// All four heads of an exchange against its record.
fn compare(exchange: &Exchange, client_sent: &[u8], origin_got: &[u8], origin_sent: &[u8], client_got: &[u8]) {
    let request = &exchange.request;
    let parts = UrlParts::of(&request.url);
    let written_target = &request.url[parts.path.start..];
    let (mut received, mut sent) = (written_target.to_owned(), written_target.to_owned());
    for change in &exchange.changes {
        if let ChangeKind::Target { received: was, sent: is } = &change.kind {
            (received, sent) = (String::from_utf8_lossy(was).into_owned(), String::from_utf8_lossy(is).into_owned());
        }
    }
    let as_recorded = match &exchange.odd_heads.request {
        Some(bytes) => bytes.to_vec(),
        None => written(&format!("{} {received} HTTP/1.1", request.method), &request.headers),
    };
    assert_text(&as_recorded, head_of(client_sent), "the record holds what the client sent");
    let fields = onward(&request.headers, &exchange.changes, Side::Request);
    assert_text(&written(&format!("{} {sent} HTTP/1.1", request.method), &fields), head_of(origin_got), "changes tell what the origin got");
    let response = exchange.outcome.response().expect("an answer");
    let as_recorded = match &exchange.odd_heads.response {
        Some(bytes) => bytes.to_vec(),
        None => written(&format!("HTTP/1.1 {} {}", response.status, response.reason), &response.headers),
    };
    assert_text(&as_recorded, head_of(origin_sent), "the record holds what the origin sent");
    let fields = onward(&response.headers, &exchange.changes, Side::Response);
    let told = written(&format!("HTTP/1.1 {} {}", response.status, response.reason), &fields);
    assert_text(&told, head_of(client_got), "changes tell what the client got");
    trailers_went(&request.trailers, &exchange.changes, Side::Request, origin_got);
    trailers_went(&response.trailers, &exchange.changes, Side::Response, client_got);
    assert_eq!(exchange.fidelity, Fidelity::ByteExact);
}

/// Whether the trailer fields of a message went on as its changes say: all of them, or, told as held, none.
fn trailers_went(trailers: &Headers, changes: &[Change], side: Side, got: &[u8]) {
    let held = changes.iter().filter(|change| change.side == side && change.kind == ChangeKind::TrailersHeld).count();
    assert!(held <= usize::from(!trailers.is_empty()), "told once, and only where there is something to hold: {changes:?}");
    let went = got.ends_with(&written("0", trailers));
    assert!(trailers.is_empty() || went == (held == 0), "{changes:?} tell whether they went on: {}", String::from_utf8_lossy(got));
}

fn assert_text(left: &[u8], right: &[u8], why: &str) {
    assert!(left == right, "{why}:\n{}\n---\n{}", String::from_utf8_lossy(left), String::from_utf8_lossy(right));
}

/// One exchange: what the client sends, what the request ends with, what the origin answers, what that ends with for the client; then the
/// bodies that the record must hold.
struct Case {
    name: &'static str,
    request: Vec<u8>,
    request_end: &'static [u8],
    answer: Vec<u8>,
    answer_end: &'static [u8],
    bodies: (&'static [u8], &'static [u8]),
}

fn case(name: &'static str, request: &str, answer: &str) -> Case {
    Case {
        name,
        request: request.as_bytes().to_vec(),
        request_end: b"\r\n\r\n",
        answer: answer.as_bytes().to_vec(),
        answer_end: b".k",
        bodies: (b"", b".k"),
    }
}

const GET: &str = "GET /x?y=1 HTTP/1.1\r\nHost: a.test\r\n\r\n";
const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n.k";

fn cases() -> Vec<Case> {
    let many: String = (0..180).map(|number| format!("X-Number-{number}: {number}\r\n")).collect();
    let long: String = (0..16).map(|number| format!("X-Long-{number}: {}\r\n", "v".repeat(4_000))).collect();
    let mut list = vec![
        case(
            "names, case, order and repetition",
            "GET /dup HTTP/1.1\r\nX-One: 1\r\nHost: a.test\r\nx-two: 2\r\nCookie: a=1\r\nX-TWO: 3\r\nX-three: 3\r\n\r\n",
            "HTTP/1.1 200 Fine By Me\r\nSET-cookie: a=1\r\nX-b: 1\r\nSet-Cookie: b=2\r\nServer: t\r\nX-B: 2\r\nContent-Length: 2\r\n\r\n.k",
        ),
        case(
            "more than 100 fields",
            &format!("GET / HTTP/1.1\r\nHost: a.test\r\n{many}\r\n"),
            &format!("HTTP/1.1 200 OK\r\n{many}Content-Length: 2\r\n\r\n.k"),
        ),
        case(
            "64 KB of fields",
            &format!("GET / HTTP/1.1\r\nHost: a.test\r\n{long}\r\n"),
            &format!("HTTP/1.1 200 OK\r\n{long}Content-Length: 2\r\n\r\n.k"),
        ),
        case(
            "fields named in Connection",
            "GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: 5\r\nX-Stays: 1\r\n\r\n",
            "HTTP/1.1 200 OK\r\nConnection: X-Back\r\nX-Back: 1\r\nX-Stays: 2\r\nContent-Length: 2\r\n\r\n.k",
        ),
        case(
            "proxy credentials and the way out",
            "GET / HTTP/1.1\r\nHost: a.test\r\nProxy-Connection: keep-alive\r\nAccept-Encoding: gzip, dcb, br, dcz\r\n\r\n",
            "HTTP/1.1 200 OK\r\nAlt-Svc: h3=\":443\"\r\nContent-Length: 2\r\nProxy-Authenticate: Basic\r\n\r\n.k",
        ),
        case("an absolute target wins", "GET http://b.test:8080/p?q HTTP/1.1\r\nX: 1\r\nHost: other.test\r\nY: 2\r\n\r\n", OK),
        case("an absolute target without a path", "GET http://b.test HTTP/1.1\r\nHost: b.test\r\n\r\n", OK),
        case("the server as a whole", "OPTIONS * HTTP/1.1\r\nHost: a.test\r\n\r\n", OK),
        case("odd signs in the target", "GET /a|b{c}\"^`?x=[1]&y=<z> HTTP/1.1\r\nHost: a.test\r\n\r\n", OK),
        case("an unknown method", "PROPFIND /dav HTTP/1.1\r\nHost: a.test\r\nDepth: 1\r\n\r\n", OK),
        case(
            "no space, more space",
            "GET / HTTP/1.1\r\nHost:a.test\r\nX:  1  \r\nEmpty:\r\n\r\n",
            "HTTP/1.1 200 OK\r\nA:1\r\nB:\t2 \r\nContent-Length:2\r\n\r\n.k",
        ),
        case("line feeds alone", "GET / HTTP/1.1\nHost: a.test\n\n", "HTTP/1.1 200 OK\nContent-Length: 2\n\n.k"),
        case("no reason", GET, "HTTP/1.1 200\r\nContent-Length: 2\r\n\r\n.k"),
        case("an empty reason", GET, "HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\n.k"),
        case("a status nobody knows", GET, "HTTP/1.1 799 Very Own\r\nContent-Length: 2\r\n\r\n.k"),
        case("an old server", GET, "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n.k"),
        case("a folded line", GET, "HTTP/1.1 200 OK\r\nX: a\r\n  b\r\nContent-Length: 2\r\n\r\n.k"),
        case("equal lengths", GET, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n.k"),
        case("a host with a port", "GET / HTTP/1.1\r\nHost: a.test:8443\r\n\r\n", OK),
        case("a host of another alphabet", "GET / HTTP/1.1\r\nHost: xn--bcher-kva.test\r\n\r\n", OK),
        case("no host", "GET / HTTP/1.1\r\nX: 1\r\n\r\n", OK),
        case("an old client", "GET / HTTP/1.0\r\nHost: a.test\r\n\r\n", OK),
    ];
    list.push(Case {
        answer: b"HTTP/1.1 200 Pr\xeat\r\nX: \xe9\r\nContent-Length: 2\r\n\r\n.k".to_vec(),
        ..case("bytes beyond ASCII", GET, OK)
    });
    let mut more = |name, request: &str, request_end, answer: &str, answer_end, bodies| {
        let base = case(name, request, answer);
        list.push(Case { request_end, answer_end, bodies, ..base });
    };
    more(
        "a body with a length",
        "POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\n\r\nhello",
        b"hello",
        OK,
        b".k",
        (b"hello", b".k"),
    );
    more("an empty body", "POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 0\r\n\r\n", b"\r\n\r\n", OK, b".k", (b"", b".k"));
    more(
        "chunks with extensions and trailers",
        "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n2;a=b\r\nhe\r\n003\r\nllo\r\n0\r\nX-Sum: 1\r\nx-other: 2\r\n\r\n",
        b"X-Sum: 1\r\nx-other: 2\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n.\r\n1;x\r\nk\r\n0\r\nX-End: 9\r\n\r\n",
        b"0\r\nX-End: 9\r\n\r\n",
        (b"hello", b".k"),
    );
    more(
        "trailers for an old client",
        "GET / HTTP/1.0\r\nHost: a.test\r\n\r\n",
        b"\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-End\r\n\r\n2\r\n.k\r\n0\r\nX-End: 9\r\n\r\n",
        b".k",
        (b"", b".k"),
    );
    more(
        "no chunks at all",
        "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"0\r\n\r\n",
        (b"", b""),
    );
    more(
        "only a head",
        "HEAD / HTTP/1.1\r\nHost: a.test\r\n\r\n",
        b"\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n",
        b"\r\n\r\n",
        (b"", b""),
    );
    more("nothing to say", GET, b"\r\n\r\n", "HTTP/1.1 204 No Content\r\nX: 1\r\n\r\n", b"\r\n\r\n", (b"", b""));
    more(
        "nothing new",
        GET,
        b"\r\n\r\n",
        "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\nContent-Length: 99\r\n\r\n",
        b"\r\n\r\n",
        (b"", b""),
    );
    more("an empty answer", GET, b"\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", b"\r\n\r\n", (b"", b""));
    more(
        "a length and chunks",
        GET,
        b"\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 7\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n.k\r\n0\r\n\r\n",
        b"0\r\n\r\n",
        (b"", b".k"),
    );
    list
}

#[tokio::test]
async fn heads_and_bodies_are_what_both_ends_sent() {
    for (index, case) in cases().into_iter().enumerate() {
        // Every case with TLS or without it, in turn; those of both kinds are many.
        let tls = index % 2 == 0;
        let closes = if case.name == "an old server" { vec![Step::Close] } else { vec![] };
        let steps = [
            vec![
                Step::Until(if case.name == "line feeds alone" { b"\r\n\r\n" } else { case.request_end }),
                Step::Send(case.answer.clone()),
            ],
            closes,
        ]
        .concat();
        let mut torture = Torture::new(tls, steps).await;
        torture.send(&case.request).await;
        let origin_got = torture.saw().await;
        let client_got = torture.until(case.answer_end).await;
        let exchange = torture.bench.collector.exchange(1).await;
        let shown = case.name;
        println!("{shown}");
        compare(&exchange, &case.request, &origin_got, &case.answer, &client_got);
        assert_eq!(exchange.request.body.in_memory(), Some(case.bodies.0), "{shown}");
        let response = exchange.outcome.response().expect("an answer");
        assert_eq!((response.body.in_memory(), response.body.state()), (Some(case.bodies.1), BodyState::Raw), "{shown}");
        if shown == "chunks with extensions and trailers" {
            assert_eq!(exchange.request.trailers.iter().collect::<Vec<_>>(), [(&b"X-Sum"[..], &b"1"[..]), (b"x-other", b"2")]);
            assert_eq!(response.trailers.first("x-end"), Some(&b"9"[..]));
        }
    }
}

#[tokio::test]
async fn a_body_that_ends_with_the_connection() {
    let mut torture =
        Torture::new(false, vec![Step::Until(b"\r\n\r\n"), Step::Send(b"HTTP/1.1 200 OK\r\n\r\nall of it".to_vec()), Step::Close]).await;
    torture.send(GET.as_bytes()).await;
    assert_eq!(torture.rest().await, b"HTTP/1.1 200 OK\r\n\r\nall of it");
    let exchange = torture.bench.collector.exchange(1).await;
    let body = &exchange.outcome.response().expect("an answer").body;
    assert_eq!((body.in_memory(), body.state()), (Some(&b"all of it"[..]), BodyState::Raw));
}

#[tokio::test]
async fn answers_before_the_answer_pass_and_are_recorded() {
    let go_on = Arc::new(Notify::new());
    let steps = vec![
        Step::Until(b"\r\n\r\n"),
        Step::Send(b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n".to_vec()),
        Step::Wait(Arc::clone(&go_on)),
        Step::Send(b"HTTP/1.1 103 Early Hints\r\nLink: </b.css>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n.k".to_vec()),
    ];
    let mut torture = Torture::new(true, steps).await;
    torture.send(GET.as_bytes()).await;
    // It comes while the origin still thinks.
    assert_text(&torture.until(b"\r\n\r\n").await, b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n", "the first");
    go_on.notify_one();
    assert_text(
        &torture.until(b".k").await,
        b"HTTP/1.1 103 Early Hints\r\nLink: </b.css>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n.k",
        "the rest",
    );
    let exchange = torture.bench.collector.exchange(1).await;
    let links: Vec<_> = exchange.interim.iter().map(|head| (head.status, head.headers.first("link").expect("a link"))).collect();
    assert_eq!(links, [(103, &b"</a.css>; rel=preload"[..]), (103, b"</b.css>")]);
}

#[tokio::test]
async fn the_origin_decides_whether_a_body_is_wanted() {
    let go_on = Arc::new(Notify::new());
    let steps = vec![
        Step::Until(b"\r\n\r\n"),
        Step::Wait(Arc::clone(&go_on)),
        Step::Send(b"HTTP/1.1 100 Continue\r\n\r\n".to_vec()),
        Step::Until(b"hello"),
        Step::Send(OK.as_bytes().to_vec()),
    ];
    let mut torture = Torture::new(true, steps).await;
    torture.send(b"POST / HTTP/1.1\r\nHost: a.test\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n").await;
    let head = torture.saw().await;
    assert!(head.windows(12).any(|part| part == b"100-continue"), "the wish goes on");
    let early = timeout(Duration::from_millis(300), torture.client.read_u8()).await;
    assert!(early.is_err(), "nobody but the origin says that it wants the body");
    go_on.notify_one();
    assert_text(&torture.until(b"\r\n\r\n").await, b"HTTP/1.1 100 Continue\r\n\r\n", "the word of the origin");
    torture.send(b"hello").await;
    assert_eq!(torture.saw().await, b"hello");
    torture.until(b".k").await;
    let exchange = torture.bench.collector.exchange(1).await;
    assert_eq!(exchange.interim.iter().map(|head| head.status).collect::<Vec<_>>(), [100]);
    assert_eq!(exchange.request.body.in_memory(), Some(&b"hello"[..]));
}

#[tokio::test]
async fn an_origin_that_does_not_want_the_body_says_so_at_once() {
    let answer = "HTTP/1.1 413 Too Much\r\nContent-Length: 2\r\n\r\nno";
    let mut torture = Torture::new(false, vec![Step::Until(b"\r\n\r\n"), Step::Send(answer.into())]).await;
    torture.send(b"POST / HTTP/1.1\r\nHost: a.test\r\nExpect: 100-continue\r\nContent-Length: 500000\r\n\r\n").await;
    assert_text(&torture.rest().await, answer.as_bytes(), "the answer, and the end, since a body may still be on its way");
    let exchange = torture.bench.collector.exchange(1).await;
    assert_eq!(exchange.outcome.response().map(|answer| answer.status), Some(413));
    assert_eq!(exchange.request.body.state(), BodyState::Truncated(Unrecorded::Disconnected));
}

#[tokio::test]
async fn events_are_passed_and_recorded_as_they_come() {
    let go_on = Arc::new(Notify::new());
    let steps = vec![
        Step::Until(b"\r\n\r\n"),
        Step::Send(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n8\r\ndata: 1\n\r\n".to_vec()),
        Step::Wait(Arc::clone(&go_on)),
        Step::Send(b"8\r\ndata: 2\n\r\n".to_vec()),
        Step::Wait(Arc::clone(&go_on)),
        Step::Send(b"0\r\n\r\n".to_vec()),
    ];
    let mut torture = Torture::new(true, steps).await;
    torture.send(GET.as_bytes()).await;
    for event in [&b"data: 1\n\r\n"[..], b"data: 2\n\r\n"] {
        torture.until(event).await;
        let text = event[..8].to_vec();
        let has = move |events: &[Event]| events.iter().any(|event| matches!(event, Event::ResponseBytes(bytes) if **bytes == *text));
        torture.bench.collector.until(1, has).await;
        go_on.notify_one();
    }
    torture.until(b"0\r\n\r\n").await;
    let exchange = torture.bench.collector.exchange(1).await;
    assert_eq!(exchange.outcome.response().and_then(|answer| answer.body.in_memory()), Some(&b"data: 1\ndata: 2\n"[..]));
}

#[tokio::test]
async fn what_breaks_off_is_marked_and_kept_as_far_as_it_came() {
    for (answer, kept) in [
        ("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this", &b"only this"[..]),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nonly\r\n", b"only"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nonly", b"only"),
    ] {
        let mut torture = Torture::new(true, vec![Step::Until(b"\r\n\r\n"), Step::Send(answer.into()), Step::Close]).await;
        torture.send(GET.as_bytes()).await;
        let got = torture.rest().await;
        assert!(!got.ends_with(b"0\r\n\r\n"), "the client sees that it is not whole: {:?}", String::from_utf8_lossy(&got));
        let exchange = torture.bench.collector.exchange(1).await;
        let body = &exchange.outcome.response().expect("an answer").body;
        assert_eq!((body.in_memory(), body.state()), (Some(kept), BodyState::Truncated(Unrecorded::Disconnected)), "{answer:?}");
    }
    // The client breaks off in its request.
    let mut torture = Torture::new(false, vec![Step::Until(b"never")]).await;
    torture.send(b"POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 100\r\n\r\nonly this").await;
    let bytes = |events: &[Event]| events.iter().any(|event| matches!(event, Event::RequestBytes(_)));
    torture.bench.collector.until(1, bytes).await;
    torture.client.shutdown().await.expect("closed");
    let exchange = torture.bench.collector.exchange(1).await;
    assert_eq!(exchange.outcome, Outcome::Abandoned);
    assert_eq!(
        (exchange.request.body.in_memory(), exchange.request.body.state()),
        (Some(&b"only this"[..]), BodyState::Truncated(Unrecorded::Disconnected))
    );
    assert!(torture.saw().await.ends_with(b"only this"));
}

#[tokio::test]
async fn what_can_be_read_in_two_ways_reaches_nobody() {
    for bad in [
        "POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
        "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: xchunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.0\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a.test\r\nX: 1\r\n folded\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a.test\r\nHost: b.test\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a.test\r\nX: 1\rY: 2\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: +5\r\n\r\nhello",
    ] {
        let mut torture = Torture::new(false, vec![Step::Until(b"\r\n\r\n"), Step::Send(OK.into())]).await;
        torture.send(bad.as_bytes()).await;
        let got = torture.rest().await;
        assert!(got.starts_with(b"HTTP/1.1 400 "), "{bad:?}: {}", String::from_utf8_lossy(&got));
        assert!(torture.seen.try_recv().is_err(), "{bad:?} reached the origin");
    }
    // A broken chunk in the middle of a request: the origin must not take what came for a whole one.
    let mut torture = Torture::new(false, vec![Step::Until(b"0\r\n\r\n")]).await;
    torture.send(b"POST / HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n0\r\n\r\n").await;
    torture.rest().await;
    let saw = torture.saw().await;
    assert!(!saw.ends_with(b"0\r\n\r\n"), "{}", String::from_utf8_lossy(&saw));
    // A head without an end.
    let mut torture = Torture::new(false, vec![Step::Until(b"\r\n\r\n")]).await;
    let endless = [b"GET / HTTP/1.1\r\nX: ".to_vec(), vec![b'v'; 400 * 1024]].concat();
    let _ = torture.client.write_all(&endless).await;
    let got = torture.rest().await;
    assert!(got.starts_with(b"HTTP/1.1 431 "), "{}", String::from_utf8_lossy(&got));
}

#[tokio::test]
async fn requests_sent_ahead_are_answered_in_order() {
    let mut torture = Torture::new(true, vec![Step::Until(b"\r\n\r\n"), Step::Send(OK.into())]).await;
    torture
        .send(b"GET /1 HTTP/1.1\r\nHost: a.test\r\n\r\nGET /2 HTTP/1.1\r\nHost: a.test\r\n\r\n\r\nGET /3 HTTP/1.1\r\nHost: a.test\r\n\r\n")
        .await;
    for number in 1..=3 {
        assert_text(&torture.until(b".k").await, OK.as_bytes(), "an answer");
        let exchange = torture.bench.collector.exchange(number).await;
        assert_eq!(exchange.request.url, format!("https://a.test/{number}"));
        assert_eq!(exchange.connection.fresh, number == 1, "one connection serves all");
    }
}

#[tokio::test]
async fn a_server_that_accepts_and_never_speaks() {
    let mut torture = Torture::new(false, vec![Step::Until(b"never")]).await;
    torture.send(GET.as_bytes()).await;
    let mut head = [0; 13];
    timeout(Duration::from_secs(30), torture.client.read_exact(&mut head))
        .await
        .expect("an answer within 30 seconds")
        .expect("a status line");
    assert!(head.starts_with(b"HTTP/1.1 504 "), "{}", String::from_utf8_lossy(&head));
    let exchange = torture.bench.collector.exchange(1).await;
    assert!(matches!(exchange.outcome, Outcome::Failed { stage: FailureStage::Timeout, .. }), "{:?}", exchange.outcome);
}

#[tokio::test]
async fn addresses_in_brackets_and_credentials_for_the_proxy() {
    let listener = TcpListener::bind("[::1]:0").await.expect("IPv6 on loopback");
    let address = listener.local_addr().expect("an address");
    let (read, mut seen) = mpsc::unbounded_channel();
    tokio::spawn(origin(listener, None, vec![Step::Until(b"\r\n\r\n"), Step::Send(OK.into())], read));
    let bench = Bench::with(Kind::Plain, |settings, _| settings.allow_private_upstream = true).await;
    let (mut client, _) = bench.connect(&format!("[::1]:{}", address.port())).await;
    let secret = "Basic c2VjcmV0OnNlY3JldA==";
    let head = format!("GET /six HTTP/1.1\r\nHost: [::1]:{}\r\nProxy-Authorization: {secret}\r\n\r\n", address.port());
    client.write_all(head.as_bytes()).await.expect("written");
    let origin_got = timeout(LONG, seen.recv()).await.expect("the origin reads").expect("an origin");
    assert!(!String::from_utf8_lossy(&origin_got).contains("c2Vj"));
    let exchange = bench.collector.exchange(1).await;
    assert_eq!(exchange.request.url, format!("http://[::1]:{}/six", address.port()));
    assert!(!format!("{exchange:?}").contains("c2Vj"), "credentials for the proxy are nowhere in the record");
    let masked = exchange.changes.iter().find(|change| matches!(change.kind, ChangeKind::Masked { .. })).expect("the mask is told");
    let expected = ChangeKind::Masked {
        locator: "request.header[2]".into(),
        rule: "proxy-credentials".into(),
        length: secret.len() as u64,
        fingerprint: String::new(),
        sealed: None,
    };
    assert_eq!(masked.kind, expected);
}
