//! What can go wrong around a recording, by the operator's hand, a server's or a client's: what is said names file, place and remedy, the exit
//! code is right, what cannot begin leaves nothing behind, and what was recorded stays whole.

use std::collections::BTreeMap;
use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};

use dataspoor::capture::Capture;
use dataspoor::model::{BodyState, Exchange, FailureStage, Outcome, Unrecorded};
use http_body_util::BodyExt as _;
use rcgen::KeyPair;
use rustix::process::Signal;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::bad_input::says;
use super::corpus::{Ran, run, run_in, scratch, tree};
use super::live_archive::sum;
use super::live_bench::{Ended, Http, LONG, Program, Recorded, Visitor, head, read, record_arguments};
use super::live_origin::{LiveOrigin, Pattern};
use super::origin::{Kind, Origin, certificates};

const HOST: &str = "a.test";

/// Runs a recording that ends by itself.
async fn attempt(folder: &Path, arguments: &[&str]) -> Ran {
    let Ended { status, lines, err, .. } = Program::start(folder, arguments).ended().await;
    Ran { code: status.code().expect("no signal ended the program"), out: lines.join("\n"), err }
}

/// The exchanges of a recording, in the order in which they ended.
fn exchanges(capture: &Path) -> Vec<Exchange> {
    let mut found = Vec::new();
    let read = Capture::open(capture).and_then(|capture| {
        capture.read(None, &mut |entry| {
            found.push(entry.exchange);
            Ok(())
        })
    });
    read.expect("a capture");
    found
}

/// It ended well, said nothing of trouble, and everything in it holds.
fn assert_sound(ended: &Ended, capture: &Path) {
    assert!(ended.status.success() && ended.err.is_empty(), "{ended:?}");
    let ran = run(["verify", "--quiet", &capture.display().to_string()]);
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (0, "", ""));
}

#[tokio::test]
async fn what_cannot_begin_says_why_and_leaves_nothing() {
    let folder = scratch();
    let here = folder.path();
    let key = KeyPair::generate().expect("a key").serialize_pem();
    fs::create_dir(here.join("full")).expect("a folder");
    for (name, text) in [("file", ""), ("full/letter.txt", "kept"), ("garbage.pem", "no certificate"), ("own.key", &*key)] {
        fs::write(here.join(name), text).expect("written");
    }
    let (root, _) = certificates(Kind::Trusted);
    fs::write(here.join("own.pem"), root).expect("written");
    let holder = TcpListener::bind("127.0.0.1:0").expect("a port");
    let taken = holder.local_addr().expect("an address").to_string();
    let before = tree(here);
    let ran = attempt(here, &["record", "--no-browser", "--listen", "127.0.0.1:0", "--out", "new", "--ca-key", "own.key"]).await;
    assert!(ran.code == 2 && ran.err.contains("not provided") && ran.err.contains("--ca-cert <FILE>"), "{}", ran.err);
    for (arguments, words) in [
        (&["--listen", &taken][..], &["cannot listen on", &taken, "choose another port with --listen"][..]),
        (&["--listen", "0.0.0.0:0"], &["--listen 0.0.0.0:0", "browse through the recording", "127.0.0.1"]),
        (&["--listen", "[::]:8787"], &["--listen [::]:8787", "127.0.0.1"]),
        (&["--listen", "here"], &["'here'", "--listen"]),
        // The administrator may write everywhere, but not below a file.
        (&["--out", "file/below"], &["file/below", "cannot be written", "--out"]),
        (&["--out", "full"], &["full", "is not empty", "--out"]),
        (&["--out", "file"], &["file", "--out"]),
        (&["--browser", "/nonexistent/chromium"], &["/nonexistent/chromium", "name the file of a Chromium or Firefox"]),
        (&["--map", "www.example.com"], &["--map", "\"www.example.com\" has no '='", "www.example.com:443=127.0.0.1:8443"]),
        (&["--map", "a.test=b.test:443"], &["--map", "\"b.test:443\" is no address with a port", "not a name"]),
        (&["--map", "a b=127.0.0.1:1"], &["--map", "\"a b\" is no host"]),
        (&["--upstream-ca", "nowhere.pem"], &["nowhere.pem", "cannot be read", "check the path"]),
        (&["--upstream-ca", "garbage.pem"], &["garbage.pem", "additional roots", "certificates in PEM"]),
        (&["--ca-cert", "nowhere.pem", "--ca-key", "own.key"], &["nowhere.pem", "cannot be read"]),
        (&["--ca-cert", "own.pem", "--ca-key", "garbage.pem"], &["garbage.pem", "the key of the authority", "P-256 key in PEM"]),
        (&["--ca-cert", "garbage.pem", "--ca-key", "own.key"], &["garbage.pem", "the certificate of the authority", "in PEM"]),
        (&["--ca-cert", "own.pem", "--ca-key", "own.key"], &["own.pem", "the key does not belong to the certificate"]),
        (&["--case", "full"], &["full: no case here", "dataspoor init", "--case"]),
        (&["--rules", "nowhere"], &["nowhere"]),
        (&["--third-party-cookies", "perhaps"], &["--third-party-cookies \"perhaps\"", "default, allow or block"]),
        (&["ftp://a.test/"], &["\"ftp://a.test/\"", "https://www.facebook.com/"]),
    ] {
        let mut whole = vec!["record"];
        // A browser that is named is looked for before anything else, unless none is wanted.
        whole.extend((!arguments.contains(&"--browser")).then_some("--no-browser"));
        whole.extend(if arguments.contains(&"--listen") { &[][..] } else { &["--listen", "127.0.0.1:0"] });
        whole.extend(if arguments.contains(&"--out") { &[][..] } else { &["--out", "new"] });
        whole.extend(arguments);
        let ran = attempt(here, &whole).await;
        assert_eq!(ran.code, 2, "{arguments:?}: {}{}", ran.out, ran.err);
        says(&ran, words);
        assert!(
            !ran.err.contains("is kept") && !ran.out.contains("requests"),
            "{arguments:?}: nothing was recorded\n{}{}",
            ran.out,
            ran.err
        );
        assert!(tree(here) == before && !here.join("new").exists(), "{arguments:?}: something was left or changed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_folder_holds_one_recording() {
    let origin = LiveOrigin::start(BTreeMap::new()).await;
    let recorded = Recorded::start(&origin.root, &[(HOST, origin.address)], &[]).await;
    let mut line = recorded.visitor().line(HOST, Http::One).await.expect("a connection");
    assert_eq!(line.get("https://a.test/pattern/1/10", None, &[]).await.expect("an answer").status, 200);
    let capture = recorded.capture.display().to_string();
    let arguments = record_arguments(&recorded.capture);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let second = async |when: &str| {
        let ran = attempt(recorded.folder.path(), &arguments).await;
        assert_eq!(ran.code, 2, "{when}: {}{}", ran.out, ran.err);
        says(&ran, &[&capture, "holds a recording already", "--out"]);
    };
    second("while one runs").await;
    for command in ["verify", "replay"] {
        let ran = run_in(scratch().path(), [command, &capture]);
        assert_eq!(ran.code, 2, "{command}: {}", ran.out);
        says(&ran, &[&capture, "is being recorded right now", "Ctrl-C"]);
    }
    assert_eq!(line.get("https://a.test/pattern/1/11", None, &[]).await.expect("it goes on").status, 200);
    let ended = recorded.program.interrupt().await;
    assert_sound(&ended, &recorded.capture);
    let before = tree(&recorded.capture);
    second("after it").await;
    assert!(tree(&recorded.capture) == before, "the first recording was touched");
    assert_eq!(exchanges(&recorded.capture).len(), 2);
}

/// What a server that fails leads to: the page that the client sees, and the exchange that is recorded.
async fn failing(kind: Kind, http: Http) -> (u16, String, Exchange) {
    let origin = Origin::start(kind).await;
    let recorded = Recorded::start(&origin.root, &[(HOST, origin.address)], &[]).await;
    let mut line = recorded.visitor().line(HOST, http).await.expect("a connection");
    let answer = line.send("https://a.test/size/1", None, &[("accept", "text/html,*/*")]).await.expect("a page");
    let status = answer.status().as_u16();
    assert_eq!(answer.headers().get("x-dataspoor").map(|value| value.as_bytes()), Some(&b"error"[..]), "it is marked as ours");
    let page = answer.into_body().collect().await.expect("all of it").to_bytes();
    let mut ended = recorded.program;
    let told = ended.event("exchange").await;
    assert!(told["status"].is_null() && told["failure"].is_string(), "{told}");
    assert_sound(&ended.interrupt().await, &recorded.capture);
    let mut found = exchanges(&recorded.capture);
    assert_eq!(found.len(), 1);
    (status, String::from_utf8(page.to_vec()).expect("text"), found.remove(0))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_cannot_be_trusted_is_a_page_and_a_recorded_failure() {
    for (kind, http, words) in
        [(Kind::Untrusted, Http::One, "issued by an authority that is not trusted"), (Kind::Expired, Http::Two, "has expired")]
    {
        let (status, page, exchange) = failing(kind, http).await;
        assert_eq!(status, 502);
        for text in ["<h1>dataspoor</h1>", "beveiligde verbinding", "No secure connection", HOST, words] {
            assert!(page.contains(text), "{kind:?}: {text:?} is not in {page}");
        }
        match exchange.outcome {
            Outcome::Failed { stage: FailureStage::Tls, cause } => assert!(cause.contains(words), "{kind:?}: {cause}"),
            outcome => panic!("{kind:?}: {outcome:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_breaks_off_is_recorded_as_far_as_it_came() {
    let origin = LiveOrigin::start(BTreeMap::new()).await;
    let recorded = Recorded::start(&origin.root, &[(HOST, origin.address)], &[]).await;
    let visitor = recorded.visitor();
    let mut had = Vec::new();
    for http in [Http::One, Http::Two] {
        for length in [50_000, 400_000] {
            let mut line = visitor.line(HOST, http).await.expect("a connection");
            let url = format!("https://a.test/broken/3/{length}/{http:?}");
            let answer = line.send(&url, None, &[]).await.expect("a head");
            origin.break_off();
            let got = read(answer, || {}).await;
            assert!(!got.whole && got.status == 200, "{url}: the client must see that something is missing: {got:?}");
            had.push((url, got));
        }
    }
    assert_sound(&recorded.program.interrupt().await, &recorded.capture);
    let found = exchanges(&recorded.capture);
    assert_eq!(found.len(), had.len());
    for (exchange, (url, got)) in found.iter().zip(had) {
        assert_eq!(exchange.request.url, url, "exchanges follow in the order in which they ended");
        let body = &exchange.outcome.response().expect("its head came").body;
        assert_eq!(body.state(), BodyState::Truncated(Unrecorded::Disconnected), "{url}");
        let (digest, length) = sum(body.reader().expect("readable"));
        assert!(length >= got.length, "{url}: the client had more than is recorded: {got:?}, {length}");
        assert_eq!(digest, Pattern::new(3, 400_000, false).digest_of_first(length), "{url}: something else was sent");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_speaks_nonsense_harms_nobody() {
    let origin = LiveOrigin::start(BTreeMap::new()).await;
    let recorded = Recorded::start(&origin.root, &[(HOST, origin.address)], &[]).await;
    let mut line = recorded.visitor().line(HOST, Http::Two).await.expect("a connection");
    let long = format!("GET http://a.test/{} HTTP/1.1\r\n\r\n", "x".repeat(1 << 20));
    let many = format!("GET http://a.test/ HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(10_000));
    for nonsense in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..],
        b"\x00\x00\x00\x00\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\xff\xff\xff\xff\xff\xff\xff\xff\xff",
        b"CONNECT \r\n\r\n",
        b"CONNECT a.test HTTP/1.1\r\n\r\n",
        b"CONNECT a.test:99999 HTTP/1.1\r\nHost: a.test\r\n\r\n",
        b"CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\n\r\n\x16\x03\x01\xff\xff nonsense",
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"POST http://a.test/ HTTP/1.1\r\nHost: a.test\r\nContent-Length: -1\r\n\r\n",
        b"GET http://a.test/ HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nzz\r\n",
        b"SSH-2.0-client\r\n",
        long.as_bytes(),
        many.as_bytes(),
    ] {
        let mut stream = TcpStream::connect(recorded.proxy).await.expect("it listens");
        // The proxy may hang up before it has read all of it; whatever it answers, it answers soon or hangs up when the client does.
        let _ = stream.write_all(nonsense).await;
        let _ = stream.shutdown().await;
        let mut answer = Vec::new();
        let _ = timeout(LONG, stream.read_to_end(&mut answer)).await.expect("it does not hold a connection that its client gave up");
        let text = String::from_utf8_lossy(&answer);
        assert!(answer.is_empty() || text.starts_with("HTTP/1.1 ") || answer[0] < 0x20, "{nonsense:.40?}: {text:.200}");
    }
    let got = line.get("https://a.test/pattern/1/77", None, &[]).await.expect("others are served as before");
    assert!(got.whole && got.length == 77, "{got:?}");
    let ended = recorded.program.interrupt().await;
    assert!(ended.status.success() && !ended.err.contains("panicked"), "{ended:?}");
    let ran = run(["verify", "--quiet", &recorded.capture.display().to_string()]);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{}", ran.err);
    assert!(exchanges(&recorded.capture).iter().any(|exchange| exchange.request.url == "https://a.test/pattern/1/77"));
}

/// Makes a case in `folder`.
fn init(folder: &Path) {
    let ran = run_in(
        folder.parent().expect("a folder above"),
        [
            "init",
            &folder.display().to_string(),
            "--title",
            "Test",
            "--auditee",
            "Ministry",
            "--page",
            "https://a.test/page",
            "--auditor",
            "A",
        ],
    );
    assert_eq!(ran.code, 0, "{}", ran.err);
}

fn ledger(case: &Path) -> Vec<Value> {
    let text = fs::read_to_string(case.join("ledger.ndjson")).expect("a ledger");
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// Records one exchange in a case, in `out` or where the case says, and ends it as `signal` does.
async fn record_in(case: &Path, origin: &LiveOrigin, out: Option<&str>, signal: Signal) -> (Ended, PathBuf) {
    let above = case.parent().expect("a folder above");
    fs::write(above.join("origin.pem"), &origin.root).expect("written");
    let map = format!("{HOST}={}", origin.address);
    let mut arguments =
        vec!["record", "--no-browser", "--listen", "127.0.0.1:0", "--json", "--case", "case", "--upstream-ca", "origin.pem"];
    arguments.extend(["--map", &map]);
    arguments.extend(out.into_iter().flat_map(|out| ["--out", out]));
    let mut program = Program::start(above, arguments);
    let event = program.event("listening").await;
    let proxy: SocketAddr = event["address"].as_str().expect("an address").parse().expect("an address");
    let visitor = Visitor::new(proxy, &case.join("authority.pem"));
    let mut line = visitor.line(HOST, Http::One).await.expect("a connection");
    assert!(line.get("https://a.test/pattern/1/10", None, &[]).await.expect("an answer").whole);
    program.signal(signal);
    (program.ended().await, above.join(event["folder"].as_str().expect("a folder")))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_numbers_its_recordings() {
    let root = scratch();
    let case = root.path().join("case");
    init(&case);
    let origin = LiveOrigin::start(BTreeMap::new()).await;
    for number in 1..=2 {
        let (ended, capture) = record_in(&case, &origin, None, Signal::TERM).await;
        assert!(ended.status.success() && ended.err.is_empty(), "{ended:?}");
        assert_eq!(capture, root.path().join(format!("case/captures/{number:04}")));
        let last: Value = serde_json::from_str(ended.lines.last().expect("a last event")).expect("JSON");
        let lines = ledger(&case);
        assert_eq!(lines.len(), 1 + 2 * number, "{lines:?}");
        let [begun, end] = &lines[lines.len() - 2..] else { panic!("two records") };
        assert_eq!(
            (&begun["kind"], &begun["number"], &end["kind"], &end["number"]),
            (&"begun".into(), &number.into(), &"ended".into(), &number.into())
        );
        assert_eq!((&end["entries"], &end["interrupted"]), (&1.into(), &false.into()), "{end}");
        assert_eq!(end["custody_head"], last["custody_head"], "the ledger names the head that was printed");
    }
    let one = case.join("captures/0001").display().to_string();
    let ran = run(["verify", &one]);
    assert_eq!(ran.code, 2, "{}", ran.out);
    assert!(ran.out.contains("need the key of the case") && ran.out.contains("--case"), "{}", ran.out);
    let folder = case.display().to_string();
    let ran = run(["verify", "--quiet", "--case", &folder, &one]);
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (0, "", ""));
    let out = root.path().join("out").display().to_string();
    let ran = run(["replay", &one, "--out", &out]);
    assert_eq!(ran.code, 2, "{}", ran.out);
    says(&ran, &[&one, "--case"]);
    let ran = run(["replay", "--case", &folder, &one, "--out", &out]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    // With the key of another case nothing would fit, which must not pass for a recording that was changed.
    init(&root.path().join("other"));
    let other = root.path().join("other").display().to_string();
    for command in ["verify", "replay"] {
        let ran = run([command, "--case", &other, &one]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{}", ran.err);
        says(&ran, &[&one, "belongs to case", &other, "its own case"]);
    }
    let (live, again) = (tree(&case.join("captures/0001/report")), tree(&root.path().join("out/0001")));
    assert_eq!(live.keys().collect::<Vec<_>>(), again.keys().collect::<Vec<_>>());
    assert!(live == again, "what was judged live and what is judged again differ");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ledger_shows_what_did_not_go_well() {
    let root = scratch();
    let case = root.path().join("case");
    init(&case);
    let origin = LiveOrigin::start(BTreeMap::new()).await;
    // What cannot begin gets no number, and what lies in its folder is not taken for it.
    fs::create_dir(root.path().join("full")).expect("a folder");
    fs::write(root.path().join("full/letter.txt"), "kept").expect("written");
    for arguments in [["--out", "full"], ["--upstream-ca", "nowhere.pem"], ["--listen", "0.0.0.0:0"]] {
        let mut whole = vec!["record", "--no-browser", "--case", "case"];
        whole.extend(arguments);
        assert_eq!(attempt(root.path(), &whole).await.code, 2);
        assert_eq!(ledger(&case).len(), 1, "{arguments:?}: {:?}", ledger(&case));
    }
    // The folder is named from where the operator stands, and found again from elsewhere.
    let (ended, first) = record_in(&case, &origin, Some("elsewhere"), Signal::KILL).await;
    assert!(!ended.status.success());
    assert_eq!(ledger(&case).len(), 2, "nobody noted its end");
    assert_eq!(ledger(&case)[1]["folder"], first.display().to_string());
    let (ended, _) = record_in(&case, &origin, None, Signal::INT).await;
    assert!(ended.status.success() && ended.err.contains("was interrupted and has been taken up"), "{ended:?}");
    let lines = ledger(&case);
    let kinds: Vec<_> =
        lines.iter().map(|line| (line["kind"].as_str().unwrap_or_default(), line["number"].as_u64().unwrap_or(0))).collect();
    assert_eq!(kinds, [("case", 0), ("begun", 1), ("ended", 1), ("begun", 2), ("ended", 2)]);
    assert_eq!((&lines[2]["interrupted"], &lines[2]["entries"]), (&true.into(), &1.into()));
    assert_eq!(lines[4]["interrupted"], false);
    let ran = run(["verify", "--quiet", "--case", &case.display().to_string(), &first.display().to_string()]);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{}", ran.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_case_it_says_what_is_missing() {
    let folder = scratch();
    let mut program = Program::start(folder.path(), ["record", "--no-browser", "--listen", "127.0.0.1:0", "--out", "capture"]);
    let mut said = String::new();
    while !said.contains("Ctrl-C ends the recording") {
        said.push_str(&format!("{}\n", program.line().await));
    }
    assert!(said.contains("Proxy: 127.0.0.1, port ") && said.contains("capture/authority.pem"), "{said}");
    assert!(folder.path().join("capture/authority.pem").is_file(), "the certificate is there when it is named");
    let ended = program.interrupt().await;
    assert!(ended.status.success(), "{ended:?}");
    let said = ended.lines.join("\n");
    for text in ["Recorded without a case", "no ledger", "linkable and not secret", "`dataspoor init`", "capture/report/annex.nl.html"] {
        assert!(said.contains(text), "{text:?} is not in {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_ends_what_hangs() {
    let origin = LiveOrigin::start(BTreeMap::new()).await;
    for signal in [Signal::INT, Signal::TERM] {
        let mut recorded = Recorded::start(&origin.root, &[(HOST, origin.address)], &[]).await;
        let visitor = recorded.visitor();
        let mut hanging = Vec::new();
        for http in [Http::One, Http::Two] {
            let mut line = visitor.line(HOST, http).await.expect("a connection");
            hanging.push(tokio::spawn(async move { line.get("https://a.test/hang", None, &[]).await }));
        }
        // A tunnel that was asked for and left alone must not keep the program either.
        let mut idle = TcpStream::connect(recorded.proxy).await.expect("it listens");
        idle.write_all(b"CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\n\r\n").await.expect("written");
        head(&mut idle).await.expect("an answer");
        // The requests are under way when the origin has them, and this one is recorded.
        let mut line = visitor.line(HOST, Http::One).await.expect("a connection");
        assert!(line.get("https://a.test/pattern/1/10", None, &[]).await.expect("an answer").whole);
        recorded.program.event("exchange").await;
        timeout(LONG, async {
            while origin.seen().get("/hang").is_none_or(|seen| seen.body.is_none()) {
                tokio::task::yield_now().await;
            }
        })
        .await
        .expect("the request arrives");
        recorded.program.signal(signal);
        let ended = recorded.program.ended().await;
        assert_sound(&ended, &recorded.capture);
        for request in hanging {
            assert!(!request.await.expect("a client that goes on").is_ok_and(|got| got.status == 200), "nobody answered");
        }
        let found = exchanges(&recorded.capture);
        let hung: Vec<_> = found.iter().filter(|exchange| exchange.request.url == "https://a.test/hang").collect();
        assert!(!hung.is_empty() && hung.iter().all(|exchange| exchange.outcome == Outcome::Abandoned), "{hung:?}");
        origin.seen().clear();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ctrl_c_at_the_first_moment_ends_a_whole_recording() {
    for _ in 0..5 {
        let recorded = Recorded::start(b"", &[], &[]).await;
        let capture = recorded.capture.clone();
        assert_sound(&recorded.program.interrupt().await, &capture);
        assert!(capture.join("report/annex.nl.html").is_file());
    }
}
