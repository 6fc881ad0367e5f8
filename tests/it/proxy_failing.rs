//! What goes wrong on the server's side: the page that a reader gets, and the failure that is recorded. A page is never a recorded response.

use dataspoor::model::{End, Event, FailureStage, Outcome};
use dataspoor::proxy::{Admission, Authority, Settings, StartError, start};

use super::proxy_bench::{Bench, Collector, names, text};
use crate::origin::{Kind, now};

/// The stage at which exchange 1 failed, and what curl printed: status, our mark, body.
async fn failure(bench: &Bench, url: &str) -> (FailureStage, String) {
    let output = bench.run(&["-i", url]).await;
    assert!(output.status.success(), "{}", text(&output.stderr));
    let answer = text(&output.stdout);
    assert!(answer.to_lowercase().contains("x-dataspoor: error"), "{answer}");
    match bench.collector.exchange(1).await.outcome {
        Outcome::Failed { stage, cause } => {
            assert!(answer.contains(&cause), "the page says why: {cause} in {answer}");
            (stage, answer)
        }
        outcome => panic!("{outcome:?}"),
    }
}

#[tokio::test]
async fn certificates_that_do_not_hold() {
    let bench = Bench::new(Kind::Untrusted).await;
    let (stage, page) = failure(&bench, "https://a.test/size/1").await;
    assert_eq!(stage, FailureStage::Tls);
    assert!(page.contains(" 502") && page.contains("authority that is not trusted"), "{page}");

    let bench = Bench::new(Kind::Expired).await;
    let (stage, page) = failure(&bench, "https://a.test/size/1").await;
    assert_eq!(stage, FailureStage::Tls);
    assert!(page.contains("has expired"), "{page}");

    let other = |settings: &mut Settings, origin| settings.map = vec![format!("wrong.test={origin}").parse().expect("a mapping")];
    let bench = Bench::with(Kind::Trusted, other).await;
    let (stage, page) = failure(&bench, "https://wrong.test/size/1").await;
    assert_eq!(stage, FailureStage::Tls);
    assert!(page.contains("for another name"), "{page}");
}

#[tokio::test]
async fn servers_that_are_not_there() {
    // A port that was free a moment ago refuses.
    let closed = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.local_addr().expect("an address")
    };
    let map = |settings: &mut Settings, _| settings.map = vec![format!("a.test={closed}").parse().expect("a mapping")];
    let bench = Bench::with(Kind::Trusted, map).await;
    let (stage, page) = failure(&bench, "https://a.test/").await;
    assert_eq!(stage, FailureStage::Refused);
    assert!(page.contains(" 502"), "{page}");

    let bench = Bench::with(Kind::Trusted, |_, _| {}).await;
    let (stage, _) = failure(&bench, "https://no-such-name.invalid/").await;
    assert_eq!(stage, FailureStage::Dns);
}

#[tokio::test]
async fn private_addresses_are_not_for_pages() {
    let bench = Bench::with(Kind::Trusted, |_, _| {}).await;
    let (stage, page) = failure(&bench, &format!("https://{}/", bench.origin.address)).await;
    assert_eq!(stage, FailureStage::Blocked);
    assert!(page.contains(" 403"), "{page}");
    let output = bench.run(&["-i", &format!("http://localhost:{}/", bench.origin.address.port())]).await;
    assert!(text(&output.stdout).contains(" 403"), "a name that leads there is no better: {}", text(&output.stdout));
    let output = bench.run(&["-i", &format!("http://[::ffff:127.0.0.1]:{}/", bench.origin.address.port())]).await;
    assert!(text(&output.stdout).contains(" 403"), "nor is another way to write it: {}", text(&output.stdout));
    assert_eq!(bench.origin.accepted(), 0, "nothing was dialled");
}

#[tokio::test]
async fn a_simulated_recording_reaches_nobody_else() {
    let bench = Bench::with(Kind::Trusted, |settings, origin| {
        settings.map = vec![dataspoor::proxy::Mapping { host: "a.test".to_owned(), port: None, to: origin }];
        settings.only_mapped = true;
        settings.allow_private_upstream = true;
    })
    .await;
    let (stage, page) = failure(&bench, &format!("https://{}/", bench.origin.address)).await;
    assert_eq!(stage, FailureStage::Blocked);
    assert!(page.contains(" 403") && page.contains("limited to those that were mapped"), "{page}");
    assert!(bench.run(&["--fail", "https://a.test/size/1"]).await.status.success(), "what was mapped is reached");
}

#[tokio::test]
async fn what_is_not_http_is_a_protocol_failure() {
    let bench = Bench::new(Kind::Garbage).await;
    let (stage, page) = failure(&bench, "http://a.test/").await;
    assert_eq!(stage, FailureStage::Protocol);
    assert!(page.contains(" 502"), "{page}");
}

#[tokio::test]
async fn a_server_that_breaks_off_breaks_the_answer() {
    for version in ["--http1.1", "--http2"] {
        let bench = Bench::new(Kind::Trusted).await;
        let output = bench.run(&[version, "--fail", "https://a.test/reset/50000"]).await;
        assert!(!output.status.success(), "{version}: the client must see that something is missing");
        let events = bench.collector.ended(1).await;
        assert!(matches!(events.last(), Some(Event::End(End::Failed { stage: FailureStage::Reset, .. }))), "{:?}", events.last());
        assert!(names(&events).contains(&"received"), "{version}: {:?}", names(&events));
    }
}

#[tokio::test]
async fn an_early_page_is_html_for_a_browser() {
    let bench = Bench::with(Kind::Trusted, |_, _| {}).await;
    let output = bench.run(&["-i", "-H", "Accept: text/html", "http://no-such-name.invalid/%3Cscript%3E"]).await;
    let page = text(&output.stdout);
    assert!(page.contains("text/html") && page.contains("<h1>dataspoor</h1>"), "{page}");
    let address = bench.proxy.address();
    let own = bench.run(&["-i", "--noproxy", "*", &format!("http://{address}/")]).await;
    assert!(text(&own.stdout).contains(" 400") && text(&own.stdout).contains("recording proxy"), "{}", text(&own.stdout));
}

#[tokio::test]
async fn a_proxy_that_cannot_start_says_what_to_do() {
    let settings = |listen, upstream_roots: &[u8]| Settings {
        listen,
        authority: Authority::generate("dataspoor test", now(), 1).expect("an authority"),
        upstream_roots: upstream_roots.to_vec(),
        map: Vec::new(),
        allow_private_upstream: false,
        only_mapped: false,
        admission: Admission::default(),
        reach: dataspoor::proxy::Reach::default(),
    };
    let bench = Bench::new(Kind::Plain).await;
    let recorder = std::sync::Arc::new(Collector::default());
    let taken = start(settings(bench.proxy.address(), b""), std::sync::Arc::<Collector>::clone(&recorder)).await.expect_err("taken");
    assert!(matches!(taken, StartError::Listen { .. }) && taken.to_string().contains("--listen"), "{taken}");
    let free = "127.0.0.1:0".parse().expect("an address");
    assert!(matches!(start(settings(free, b"no certificate"), recorder).await, Err(StartError::Roots(_))));
}

#[tokio::test]
async fn a_kept_connection_that_closes_costs_a_reader_nothing() {
    let bench = Bench::new(Kind::Forgetful).await;
    for number in 1..=3 {
        let output = bench.run(&["http://a.test/"]).await;
        assert_eq!(text(&output.stdout), "ok", "request {number}");
        assert!(bench.collector.exchange(number).await.connection.fresh);
    }
    assert_eq!(bench.origin.accepted(), 3);
    let output = bench.run(&["-i", "-d", "x", "http://a.test/"]).await;
    assert!(text(&output.stdout).contains(" 502"), "what may change something is never sent twice: {}", text(&output.stdout));
    assert_eq!(bench.origin.accepted(), 3);
}
