//! What a client has is in the record: ends that wait, records that break, budgets that run out, stops.

use std::sync::Arc;
use std::sync::atomic::Ordering::{Relaxed, SeqCst};

use dataspoor::model::{End, Event};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::timeout;

use super::proxy_bench::{Bench, LONG, head, names, text};
use crate::origin::{Kind, pattern};

#[tokio::test]
async fn the_last_byte_waits_for_the_record() {
    for (version, path) in [
        ("--http1.1", "size/100"),
        ("--http2", "size/100"),
        ("--http1.1", "chunked/100"),
        ("--http2", "chunked/100"),
        ("--http1.1", "empty"),
        ("--http2", "empty"),
        ("--http2", "trailers/9"),
    ] {
        let bench = Bench::new(Kind::Trusted).await;
        bench.collector.hold_ends.store(true, SeqCst);
        let mut client =
            bench.curl(&[version, &format!("https://a.test/{path}")]).stdout(std::process::Stdio::piped()).spawn().expect("curl runs");
        bench.collector.ended(1).await;
        // A second client goes through the proxy and back; had the end passed, it would have passed before.
        let mut second = bench.curl(&["https://a.test/size/1"]).spawn().expect("curl runs");
        bench.collector.ended(2).await;
        assert!(client.try_wait().expect("a child").is_none(), "{version} {path} ended before its record was kept");
        assert!(second.try_wait().expect("a child").is_none());
        bench.collector.release();
        let status = timeout(LONG, client.wait()).await.expect("curl ends").expect("a child");
        assert!(status.success(), "{version} {path}: {status}");
        timeout(LONG, second.wait()).await.expect("curl ends").expect("a child");
    }
}

#[tokio::test]
async fn all_but_the_last_piece_passes_before() {
    let bench = Bench::new(Kind::Trusted).await;
    bench.collector.hold_ends.store(true, SeqCst);
    let mut stream = bench.secure("a.test:443", "a.test").await.expect("a connection");
    stream.write_all(b"GET /size/3000000 HTTP/1.1\r\nHost: a.test\r\n\r\n").await.expect("written");
    assert!(head(&mut stream).await.contains("content-length: 3000000"));
    bench.collector.ended(1).await;
    let mut first = vec![0; 1_000_000];
    timeout(LONG, stream.read_exact(&mut first)).await.expect("bytes come").expect("bytes");
    bench.collector.release();
    let mut rest = vec![0; 2_000_000];
    timeout(LONG, stream.read_exact(&mut rest)).await.expect("bytes come").expect("bytes");
    assert!([first, rest].concat() == pattern(3_000_000));
}

#[tokio::test]
async fn without_a_record_no_success() {
    for version in ["--http1.1", "--http2"] {
        for path in ["size/100", "chunked/100", "size/3000000", "trailers/9"] {
            let bench = Bench::new(Kind::Trusted).await;
            bench.collector.broken.store(true, SeqCst);
            let output = bench.run(&[version, &format!("https://a.test/{path}")]).await;
            assert!(!output.status.success(), "{version} {path} succeeded without a record");
        }
        let bench = Bench::new(Kind::Trusted).await;
        bench.collector.broken.store(true, SeqCst);
        let output = bench.run(&[version, "-w", "%{http_code}", "-o", "/dev/null", "https://a.test/empty"]).await;
        assert_eq!(text(&output.stdout), "502");
    }
}

#[tokio::test]
async fn without_room_in_the_budget_bodies_wait() {
    for path in ["size/24000000", "sink"] {
        let bench = Bench::new(Kind::Trusted).await;
        bench.collector.hold_bytes.store(true, SeqCst);
        let file = bench.folder.path().join("sent");
        std::fs::write(&file, pattern(if path == "sink" { 24_000_000 } else { 0 })).expect("a written file");
        let upload = format!("@{}", file.display());
        let url = format!("https://a.test/{path}");
        let mut client = bench.curl(&["--http1.1", "--data-binary", &upload, "-o", "/dev/null", &url]).spawn().expect("curl runs");
        let bytes = |events: &[Event]| -> usize {
            let length = |event: &Event| match event {
                Event::RequestBytes(bytes) | Event::ResponseBytes(bytes) => bytes.len(),
                _ => 0,
            };
            events.iter().map(length).sum()
        };
        // 8 MiB is the budget; the last piece that fits need not fill it.
        let full = bench.collector.until(1, |events| bytes(events) > 6 * 1024 * 1024).await;
        assert!(bytes(&full) <= 8 * 1024 * 1024, "{} bytes are under way", bytes(&full));
        assert!(client.try_wait().expect("a child").is_none());
        let under_way = bytes(&bench.collector.of(1));
        assert!(under_way <= 8 * 1024 * 1024, "{under_way} bytes are under way");
        bench.collector.release();
        let status = timeout(LONG, client.wait()).await.expect("curl ends").expect("a child");
        assert!(status.success(), "{path}: {status}");
        assert!(bytes(&bench.collector.ended(1).await) >= 24_000_000);
    }
}

#[tokio::test]
async fn a_client_that_leaves_abandons() {
    for version in ["--http1.1", "--http2"] {
        let bench = Bench::new(Kind::Trusted).await;
        let mut client = bench.curl(&[version, "https://a.test/hang"]).spawn().expect("curl runs");
        bench.collector.until(1, |events| !events.is_empty()).await;
        client.kill().await.expect("killed");
        assert_eq!(bench.collector.ended(1).await.last(), Some(&Event::End(End::Abandoned)), "{version}, before the head");
        let mut client = bench.curl(&[version, "-o", "/dev/null", "https://a.test/slow/50000"]).spawn().expect("curl runs");
        bench.collector.until(2, |events| names(events).contains(&"received")).await;
        client.kill().await.expect("killed");
        assert_eq!(bench.collector.ended(2).await.last(), Some(&Event::End(End::Abandoned)), "{version}, within the body");
    }
}

#[tokio::test]
async fn a_stop_ends_everything() {
    let bench = Bench::new(Kind::Trusted).await;
    let plain = Bench::new(Kind::Plain).await;
    let mut clients = Vec::new();
    for (number, (version, path)) in
        [("--http1.1", "hang"), ("--http2", "hang"), ("--http1.1", "slow/9"), ("--http2", "slow/9")].iter().enumerate()
    {
        clients.push(bench.curl(&[version, &format!("https://a.test/{path}")]).spawn().expect("curl runs"));
        let seen = if *path == "hang" { "request" } else { "received" };
        bench.collector.until(number as u64 + 1, |events| names(events).contains(&seen)).await;
    }
    for (number, path) in [(1, "hang"), (2, "slow/9")] {
        clients.push(plain.curl(&["--fail", &format!("http://a.test/{path}")]).spawn().expect("curl runs"));
        let seen = if path == "hang" { "request" } else { "received" };
        plain.collector.until(number, |events| names(events).contains(&seen)).await;
    }
    // Two that sent nothing, one inside a CONNECT, and one that was never more than a connection.
    let (_silent, _) = bench.connect("a.test:443").await;
    let _idle = tokio::net::TcpStream::connect(bench.proxy.address()).await.expect("a connection");
    let (collector, address) = (Arc::clone(&bench.collector), bench.proxy.address());
    timeout(LONG, bench.proxy.stop()).await.expect("the stop returns");
    timeout(LONG, plain.proxy.stop()).await.expect("the stop returns");
    for number in 1..=4 {
        assert_eq!(collector.of(number).last(), Some(&Event::End(End::Abandoned)), "exchange {number} has its end when the stop returns");
    }
    for number in 1..=2 {
        assert_eq!(plain.collector.of(number).last(), Some(&Event::End(End::Abandoned)), "plain exchange {number}");
    }
    assert!(tokio::net::TcpStream::connect(address).await.is_err(), "nobody listens any more");
    for mut client in clients {
        assert!(!timeout(LONG, client.wait()).await.expect("curl ends").expect("a child").success());
    }
}

#[tokio::test]
async fn an_answer_before_the_end_of_the_request_cuts_it() {
    let bench = Bench::new(Kind::Trusted).await;
    let mut stream = bench.secure("a.test:443", "a.test").await.expect("a connection");
    stream.write_all(b"POST /early HTTP/1.1\r\nHost: a.test\r\nContent-Length: 1000000\r\n\r\nabc").await.expect("written");
    assert!(head(&mut stream).await.starts_with("HTTP/1.1 413 "));
    let events = bench.collector.ended(1).await;
    assert!(events.contains(&Event::RequestCut), "{:?}", names(&events));
    assert_eq!(events.last(), Some(&Event::End(End::Complete)));
    assert_eq!(bench.proxy.counters().responses.load(Relaxed), 1);
}
