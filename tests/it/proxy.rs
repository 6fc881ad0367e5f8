//! The live proxy from outside. What passes: bodies, fields, protocols, and what the record says of them.

use std::sync::atomic::Ordering::Relaxed;

use dataspoor::model::{ChangeKind, Digest, Event, Side};

use tokio::io::AsyncReadExt as _;
use tokio::time::timeout;

use super::proxy_bench::{Bench, LONG, names, text};
use crate::origin::{Kind, pattern};

fn digest(bytes: &[u8]) -> Digest {
    Digest::of(bytes)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_pass_and_are_recorded_byte_by_byte() {
    for (version, expected) in [("--http1.1", "HTTP/1.1"), ("--http2", "HTTP/2")] {
        let bench = Bench::new(Kind::Trusted).await;
        let mut number = 0;
        for length in [0, 1, 1_000, 70_000, 8_000_000] {
            number += 1;
            let sent = pattern(length);
            let file = bench.folder.path().join("sent");
            std::fs::write(&file, &sent).expect("a written file");
            let upload = format!("@{}", file.display());
            let output =
                bench.run(&[version, "--data-binary", &upload, "-H", "Content-Type: application/x-own", "https://a.test/echo?q=1"]).await;
            assert!(output.status.success(), "{}", text(&output.stderr));
            assert_eq!(digest(&output.stdout), digest(&sent), "{version} {length}");
            let exchange = bench.collector.exchange(number).await;
            assert_eq!((exchange.request.method.as_str(), exchange.request.url.as_str()), ("POST", "https://a.test/echo?q=1"));
            assert_eq!(exchange.request.version, expected);
            let response = exchange.outcome.response().expect("a response");
            assert_eq!((response.status, response.version.as_str(), response.reason.as_str()), (200, expected, "OK"));
            assert_eq!(digest(exchange.request.body.in_memory().expect("a body")), digest(&sent));
            assert_eq!(digest(response.body.in_memory().expect("a body")), digest(&sent));
            assert!(exchange.connection.fresh == (number == 1), "one connection to the server serves all: {:?}", exchange.connection);
        }
        assert_eq!(bench.origin.accepted(), 1);
        let facts = bench.collector.exchange(1).await.connection;
        assert_eq!(facts.server_address.as_deref(), Some("127.0.0.1"));
        assert_eq!((facts.tls_version.as_deref(), facts.protocol.is_some()), (Some("tls/1.3"), true));
        assert!(facts.cipher_suite.is_some_and(|name| name.starts_with("TLS_AES_") || name.starts_with("TLS_CHACHA20_")));
        assert!(facts.certificate.is_some());
        bench.proxy.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_body_passes_both_ways() {
    const LENGTH: usize = 64 * 1024 * 1024;
    let bench = Bench::new(Kind::Trusted).await;
    let file = bench.folder.path().join("sent");
    std::fs::write(&file, pattern(LENGTH)).expect("a written file");
    let expected = digest(&pattern(LENGTH));
    let output = bench.run(&["--http2", "-T", &file.display().to_string(), "https://a.test/sink"]).await;
    assert_eq!(text(&output.stdout), LENGTH.to_string(), "{}", text(&output.stderr));
    let output = bench.run(&["--http2", &format!("https://a.test/size/{LENGTH}")]).await;
    assert_eq!(digest(&output.stdout), expected);
    let (up, down) = (bench.collector.exchange(1).await, bench.collector.exchange(2).await);
    assert_eq!(digest(up.request.body.in_memory().expect("a body")), expected);
    assert_eq!(digest(down.outcome.response().expect("a response").body.in_memory().expect("a body")), expected);
    let counters = bench.proxy.counters();
    assert_eq!(counters.bytes_up.load(Relaxed), LENGTH as u64);
    assert!(counters.bytes_down.load(Relaxed) > LENGTH as u64);
    assert_eq!((counters.open.load(Relaxed), counters.problems.load(Relaxed)), (0, 0));
}

#[tokio::test]
async fn events_come_in_order() {
    let bench = Bench::new(Kind::Trusted).await;
    for (number, version) in ["--http1.1", "--http2"].iter().enumerate() {
        let number = 3 * number as u64;
        bench.run(&[version, "-d", "abc", "https://a.test/sink"]).await;
        let events = bench.collector.ended(number + 1).await;
        assert_eq!(names(&events), ["request", "sent", "connection", "response", "received", "complete"]);
        bench.run(&[version, "https://a.test/trailers/5", "-H", "TE: trailers", "-H", "Connection: TE"]).await;
        let events = bench.collector.ended(number + 2).await;
        let last = names(&events);
        assert_eq!(last[last.len() - 4..], ["response", "received", "trailers", "complete"], "{last:?}");
        let Some(Event::Trailers(Side::Response, trailers)) = events.iter().rev().nth(1) else { panic!("no trailers: {last:?}") };
        assert_eq!(trailers.first("x-sum"), Some(&b"7"[..]));
        bench.run(&[version, "--head", "https://a.test/size/100"]).await;
        let events = bench.collector.ended(number + 3).await;
        assert_eq!(names(&events), ["request", "connection", "response", "complete"], "{version} {:?}", events.last());
    }
}

#[tokio::test]
async fn bodies_of_unknown_length_and_no_bodies() {
    for version in ["--http1.1", "--http2"] {
        let bench = Bench::new(Kind::Trusted).await;
        let output = bench.run(&[version, "https://a.test/chunked/123456"]).await;
        assert!(output.status.success(), "{}", text(&output.stderr));
        assert_eq!(output.stdout, pattern(123_456));
        let output = bench.run(&[version, "-w", "%{http_code}", "https://a.test/empty"]).await;
        assert_eq!(text(&output.stdout), "204");
        let output = bench.run(&[version, "-X", "POST", "-H", "Transfer-Encoding: chunked", "-d", "abc", "https://a.test/echo"]).await;
        assert_eq!(text(&output.stdout), "abc", "{}", text(&output.stderr));
        let output = bench.run(&[version, "https://a.test/size/0", "-w", "%{http_code}"]).await;
        assert_eq!(text(&output.stdout), "200");
        for number in 1..=4 {
            let exchange = bench.collector.exchange(number).await;
            assert!(exchange.outcome.response().is_some(), "{exchange:?}");
        }
        assert_eq!(bench.collector.exchange(1).await.outcome.response().map(|response| response.body.len()), Some(123_456));
    }
}

#[tokio::test]
async fn fields_are_recorded_as_sent_and_changes_are_told() {
    let bench = Bench::new(Kind::TrustedHttp1).await;
    let fields = ["-H", "Cookie: a=1", "-H", "X-Own: 1", "-H", "Accept-Encoding: gzip, dcb", "-H", "Proxy-Connection: keep-alive"];
    let output = bench.run(&[&["--http2", "-i", "https://a.test/fields"][..], &fields].concat()).await;
    let answer = text(&output.stdout).to_lowercase();
    assert!(answer.starts_with("http/2 200"), "the browser has HTTP/2 though the server speaks HTTP/1.1: {answer}");
    assert!(answer.contains("first=1") && answer.contains("second=2"), "repeated fields stay apart: {answer}");
    assert!(!answer.contains("alt-svc"), "{answer}");
    for line in ["http/1.1 /fields", "host: a.test", "cookie: a=1", "x-own: 1", "accept-encoding: gzip\n"] {
        assert!(answer.contains(line), "{line} in {answer}");
    }
    let exchange = bench.collector.exchange(1).await;
    assert_eq!(exchange.request.headers.first("accept-encoding"), Some(&b"gzip, dcb"[..]));
    let response = exchange.outcome.response().expect("a response");
    assert_eq!(response.version, "HTTP/1.1");
    assert!(response.headers.first("alt-svc").is_some(), "the record is as the server sent it");
    assert_eq!(response.headers.all("set-cookie").count(), 2);
    let removed = |side, name: &str| {
        let headers = if side == Side::Request { &exchange.request.headers } else { &response.headers };
        let (index, _) = headers.all(name).next().expect("a field");
        exchange.changes.iter().any(|change| change.side == side && change.kind == ChangeKind::HeaderRemoved { index })
    };
    assert!(removed(Side::Response, "alt-svc") && removed(Side::Request, "accept-encoding"), "{:?}", exchange.changes);
    let host = ChangeKind::HeaderAdded { index: 0, name: b"Host".to_vec(), value: b"a.test".to_vec() };
    assert!(exchange.changes.iter().any(|change| change.kind == host), "{:?}", exchange.changes);
}

#[tokio::test]
async fn addresses_without_a_name_get_a_certificate_too() {
    let bench = Bench::with(Kind::Trusted, |settings, _| settings.allow_private_upstream = true).await;
    let url = format!("https://{}/size/3", bench.origin.address);
    let output = bench.run(&[&url]).await;
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(output.stdout, pattern(3));
    assert_eq!(bench.collector.exchange(1).await.request.url, url, "a port that is not the default stays");
}

#[tokio::test]
async fn plain_http_by_proxy_and_by_connect() {
    let bench = Bench::new(Kind::Plain).await;
    for (number, tunnel) in [(1, "--no-proxytunnel"), (2, "--proxytunnel")] {
        let output = bench.run(&[tunnel, "-d", "plain text", "http://a.test/echo"]).await;
        assert_eq!(text(&output.stdout), "plain text", "{}", text(&output.stderr));
        let exchange = bench.collector.exchange(number).await;
        assert_eq!((exchange.request.method.as_str(), exchange.request.url.as_str()), ("POST", "http://a.test/echo"));
        assert_eq!(exchange.request.body.in_memory(), Some(&b"plain text"[..]));
        assert_eq!(exchange.connection.tls_version, None);
    }
    let output = bench.run(&["--no-proxytunnel", "--head", "http://a.test/size/7"]).await;
    assert!(text(&output.stdout).to_lowercase().contains("content-length: 7"), "{}", text(&output.stdout));
}

#[tokio::test]
async fn the_inner_host_is_recorded_and_the_outer_one_is_dialled() {
    let bench =
        Bench::with(Kind::Trusted, |settings, origin| settings.map = vec![format!("outer.test:443={origin}").parse().expect("a mapping")])
            .await;
    let output = bench.run(&["--connect-to", "a.test:443:outer.test:443", "https://a.test/fields"]).await;
    assert!(text(&output.stdout).contains("a.test"), "{} {}", text(&output.stdout), text(&output.stderr));
    assert_eq!(bench.collector.exchange(1).await.request.url, "https://a.test/fields");
}

#[tokio::test]
async fn what_streams_slowly_passes_piece_by_piece() {
    for version in ["--http1.1", "--http2"] {
        let bench = Bench::new(Kind::Trusted).await;
        let mut client = bench.curl(&[version, "--no-buffer", "https://a.test/slow/9"]);
        let mut client = client.stdout(std::process::Stdio::piped()).spawn().expect("curl runs");
        let mut output = client.stdout.take().expect("a pipe");
        let mut first = [0; 9];
        timeout(LONG, output.read_exact(&mut first)).await.expect("the first piece comes before the last is sent").expect("bytes");
        assert_eq!(first.to_vec(), pattern(9));
        bench.origin.go_on.notify_one();
        let mut rest = Vec::new();
        timeout(LONG, output.read_to_end(&mut rest)).await.expect("the rest comes").expect("bytes");
        assert_eq!(rest, b"!");
        assert_eq!(bench.collector.exchange(1).await.outcome.response().map(|response| response.body.len()), Some(10));
    }
}

#[tokio::test]
async fn many_at_once_share_connections() {
    let bench = Bench::new(Kind::Trusted).await;
    let urls = "https://a.test/size/[1-64]";
    let output = bench.run(&["--http2", "--parallel", "--parallel-immediate", "--parallel-max", "16", "-o", "/dev/null", urls]).await;
    assert!(output.status.success(), "{}", text(&output.stderr));
    let mut lengths = Vec::new();
    for number in 1..=64 {
        let exchange = bench.collector.exchange(number).await;
        let response = exchange.outcome.response().expect("a response");
        lengths.push(response.body.len());
    }
    lengths.sort_unstable();
    assert_eq!(lengths, (1..=64).collect::<Vec<_>>());
    assert_eq!(bench.origin.accepted(), 1, "streams of HTTP/2 share one connection to the server, however many begin at once");
}
