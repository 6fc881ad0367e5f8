//! What a real browser says of its jar, its storage and its refusals, beside what the real proxy recorded of the same visit: script-set cookies, cookies
//! refused for `SameSite`, for their prefix and as those of another site, partitioned cookies and local storage. Two sites on loopback; nothing
//! leaves this machine.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use dataspoor::batch::{Options as Replaying, replay};
use dataspoor::browser::{Driver, JarReport, Kind, Options, Profile, Screen, ThirdPartyCookies, find};
use dataspoor::capture::{Capture, SessionFile, Writer, verify};
use dataspoor::evidence::EntryHasher;
use dataspoor::model::{Event, Exhibit, ExhibitKind, Recorder as _, SaidBy, Stamped, Submission};
use dataspoor::proxy::{Admission, Authority, Reach, Settings};
use dataspoor::recorder::Recording;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use super::capture::session_file;
use super::corpus::inputs;
use super::origin::{Kind as OriginKind, certificates, now};

/// Far longer than anything here takes; only a failure waits for it.
const LONG: Duration = Duration::from_secs(60);

const PAGE: &str = "<!doctype html><title>Page</title><script>
  document.cookie = 'scripted=1; path=/; secure';
  document.cookie = 'silent=123; path=/never; secure';
  localStorage.setItem('visitor', 'geheim');
  const framed = new Promise(done => addEventListener('message', done));
  const next = fetch('/next').then(() => { document.cookie = 'gone=; path=/; secure; max-age=0'; });
  Promise.all([framed, next]).then(() => { const end = document.createElement('p'); end.id = 'ready'; document.body.append(end); });
</script><body><iframe src=\"https://b.test/frame\"></iframe>";

const FRAME: &str = "<!doctype html><script>
  try { localStorage.setItem('framed', '12'); } catch (refused) {}
  fetch('/again').then(() => parent.postMessage('done', '*'));
</script>";

/// Header fields and body of each answer.
fn answer(host: &str, path: &str) -> (&'static [&'static str], &'static str) {
    match (host, path) {
        ("www.a.test", "/") => (
            &[
                "plain=12345678; Path=/; Secure; Max-Age=69120000",
                "__Host-wide=1; Path=/; Domain=a.test; Secure",
                "__Secure-bare=1; Path=/",
            ],
            PAGE,
        ),
        ("www.a.test", "/next") => (&["gone=1; Path=/; Secure"], "next"),
        ("b.test", "/frame") => (
            &[
                "strict=1; Path=/; Secure; SameSite=Strict",
                "insecure=1; Path=/; SameSite=None",
                "third=1; Path=/; Secure; SameSite=None",
                "apart=1; Path=/; Secure; SameSite=None; Partitioned",
            ],
            FRAME,
        ),
        _ => (&[], "nothing"),
    }
}

/// An origin for both sites; whatever a browser breaks off ends its connection.
async fn serve(stream: TcpStream, acceptor: TlsAcceptor) -> Option<()> {
    let mut stream = acceptor.accept(stream).await.ok()?;
    loop {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.ok()?);
        }
        let head = String::from_utf8(head).ok()?;
        let path = head.split(' ').nth(1)?.to_owned();
        let host = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("host: ").map(str::to_owned))?;
        let (cookies, body) = answer(&host, &path);
        let cookies: String = cookies.iter().map(|line| format!("Set-Cookie: {line}\r\n")).collect();
        let length = body.len();
        let text = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nCache-Control: no-store\r\nContent-Length: {length}\r\n{cookies}\r\n{body}"
        );
        stream.write_all(text.as_bytes()).await.ok()?;
        stream.flush().await.ok()?;
    }
}

/// What a visit leaves behind.
struct Visited {
    report: JarReport,
    annex: Value,
    page: String,
    gaps: Vec<(String, u64)>,
}

impl Visited {
    /// State, reasons, refusals and partition of the only row of a cookie.
    fn cookie(&self, name: &str) -> &Value {
        let rows: Vec<&Value> = self.rows("cookies").iter().filter(|row| row["name"] == name).collect();
        assert_eq!(rows.len(), 1, "{name}: {rows:?}");
        rows[0]
    }

    fn rows(&self, table: &str) -> &[Value] {
        self.annex["beside_wire"][table].as_array().map(Vec::as_slice).unwrap_or_default()
    }

    fn state(&self, name: &str) -> (&str, Vec<&str>) {
        let row = self.cookie(name);
        let reasons = row["reasons"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        (row["state"].as_str().expect("a state"), reasons)
    }
}

/// Visits the page with a real browser through the real proxy, and asks the browser at the end if `asked`.
async fn visit(kind: Kind, cookies: ThirdPartyCookies, asked: bool) -> Visited {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let origin: SocketAddr = listener.local_addr().expect("an address");
    let (root, config) = certificates(OriginKind::TrustedHttp1);
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let serving = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, acceptor.clone()));
        }
    });
    let authority = Authority::generate("dataspoor test", now(), 3).expect("an authority");
    let pem = authority.certificate_pem().to_owned();
    let settings = Settings {
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        authority,
        upstream_roots: root,
        map: ["www.a.test", "b.test"].map(|host| format!("{host}={origin}").parse().expect("a mapping")).to_vec(),
        allow_private_upstream: false,
        only_mapped: true,
        admission: Admission::default(),
        reach: Reach::default(),
    };
    let root = tempfile::tempdir().expect("a folder");
    let folder = root.path().join("capture");
    let session = SessionFile { page: Some("https://www.a.test/".to_owned()), auditee: Vec::new(), ..session_file() };
    let (writer, key) = Writer::create(&folder, &session, None).expect("a new capture");
    let (recording, finished) = Recording::start(writer, Duration::from_secs(1)).expect("starts");
    let recording = Arc::new(recording);
    let digests = {
        let recording = Arc::clone(&recording);
        std::thread::spawn(move || {
            let mut hasher = EntryHasher::new(&key);
            for entry in finished.into_iter().filter(|entry| entry.digest.is_none()) {
                recording.digest(entry.number, hasher.digest(entry.number, &entry.exchange).expect("readable"));
            }
        })
    };
    let proxy = dataspoor::proxy::start(settings, Arc::<Recording>::clone(&recording)).await.expect("a running proxy");

    let profile = Profile::create_for(kind, &pem).and_then(|profile| profile.with_third_party_cookies(cookies)).expect("a profile");
    let mut options = Options::new(find(Some(Path::new(kind.id()))).expect("the browser is there"), proxy.address());
    options.screen = Screen::None;
    let driver = Driver::start(&profile, &options).await.expect("the browser starts");
    driver.goto("https://www.a.test/").await.expect("the page loads");
    driver.wait_for("#ready", LONG).await.expect("the page and its frame are done");
    // A second request of the page, which carries what a script set.
    driver.evaluate("fetch('/later').then(answer => answer.text())").await.expect("an answer");
    let report = driver.report().await.expect("a report");
    if asked {
        let bytes = Bytes::from(serde_json::to_vec(&report).expect("JSON"));
        let media_type = "application/json".to_owned();
        let exhibit =
            Exhibit { kind: ExhibitKind::BrowserReport, said_by: SaidBy::Script, about: "after the page".to_owned(), media_type, bytes };
        recording.submit(Submission { stamped: Stamped { exchange: 0, at: proxy.now(), event: Event::Exhibit(exhibit) }, receipt: None });
    }
    driver.close().await;
    let ended = proxy.now();
    proxy.stop().await;
    recording.close(ended);
    digests.join().expect("all digests");
    recording.finish().expect("kept");
    serving.abort();

    assert_eq!(verify(&folder, None).expect("verifies").problems, []);
    let contents = Capture::open(&folder).expect("opens").contents().expect("reads");
    let gaps = contents.gaps.iter().map(|gap| (gap.kind.id().to_owned(), gap.count)).collect();
    let annex = root.path().join("annex");
    let replaying = Replaying { languages: vec!["en".parse().expect("a language")], ..Replaying::default() };
    replay(&folder, inputs(), &replaying, Some(&annex)).expect("replays");
    let text = |name: &str| fs::read_to_string(annex.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    let json: Value = serde_json::from_str(&text("annex.json")).expect("JSON");
    Visited { report, annex: json, page: text("annex.en.html"), gaps }
}

#[tokio::test(flavor = "multi_thread")]
async fn chromium_beside_the_wire() {
    let visited = visit(Kind::Chromium, ThirdPartyCookies::Allow, true).await;
    assert!(!serde_json::to_string(&visited.report).expect("JSON").contains("geheim"));
    let reports = visited.rows("reports");
    assert_eq!(reports.len(), 1);
    assert_eq!((&reports[0]["refusals"], &reports[0]["about"]), (&"reported".into(), &"after the page".into()));
    assert_eq!(reports[0]["not_read"].as_array().map(Vec::len), Some(0), "{}", reports[0]["not_read"]);

    // Each cookie with exactly one wording.
    let none: Vec<&str> = Vec::new();
    assert_eq!(visited.state("plain"), ("jar-as-set", none.clone()));
    let plain = visited.cookie("plain");
    assert_eq!((&plain["asked_seconds"], plain["set"].as_u64()), (&69_120_000.into(), Some(1)));
    let kept = plain["kept_seconds"].as_i64().expect("an expiry");
    assert!((34_559_000..=34_560_010).contains(&kept), "Chromium keeps a cookie for 400 days at most: {kept}");
    assert_eq!(visited.state("scripted"), ("sent-no-set-cookie", none.clone()));
    assert_eq!((&visited.cookie("scripted")["in_jar"], &visited.cookie("scripted")["set"]), (&true.into(), &0.into()));
    assert_eq!(visited.state("silent"), ("jar-only", none.clone()));
    assert_eq!(visited.state("gone"), ("not-in-jar", none.clone()));
    assert_eq!(visited.state("__Host-wide"), ("refused", vec!["InvalidPrefix"]));
    assert_eq!(visited.state("__Secure-bare"), ("refused", vec!["InvalidPrefix"]));
    // The browser's own word, which differs between versions of Chromium.
    let (state, strict) = visited.state("strict");
    assert!(state == "refused" && matches!(strict[..], ["SameSiteStrict" | "SchemefulSameSiteStrict"]), "{state} {strict:?}");
    let strict = format!("refused by the browser: <bdi dir=\"ltr\">{}</bdi>", strict[0]);
    assert!(visited.page.contains(&strict), "{strict}");
    assert_eq!(visited.state("insecure"), ("refused", vec!["SameSiteNoneInsecure"]));
    assert_eq!(visited.state("third"), ("jar-as-set", none.clone()));
    assert_eq!(visited.cookie("third")["partition_key"], Value::Null);
    assert_eq!(visited.state("apart"), ("jar-as-set", none));
    assert_eq!(visited.cookie("apart")["partition_key"], "https://a.test");
    let refused: Vec<_> = visited.rows("refusals").iter().filter(|row| row["direction"] == "set").collect();
    let mut names: Vec<_> = refused.iter().filter_map(|row| row["name"].as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["__Host-wide", "__Secure-bare", "insecure", "strict"]);
    assert!(refused.iter().all(|row| row["count"] == 1), "heard once each: {refused:?}");

    // Storage that a proxy does not see.
    let storage: Vec<_> = visited.rows("storage").iter().map(|row| (&row["origin"], &row["store"], &row["name"], &row["length"])).collect();
    assert_eq!(
        storage,
        [
            (&"https://b.test".into(), &"local".into(), &"framed".into(), &2.into()),
            (&"https://www.a.test".into(), &"local".into(), &"visitor".into(), &6.into()),
        ]
    );
    assert!(visited.gaps.contains(&("storage-between-marks".to_owned(), 1)), "{:?}", visited.gaps);
    assert!(visited.gaps.iter().all(|(kind, _)| kind != "browser-storage"), "{:?}", visited.gaps);
    for words in [
        "refused by the browser: <bdi dir=\"ltr\">SameSiteNoneInsecure</bdi>",
        "refused by the browser: <bdi dir=\"ltr\">InvalidPrefix</bdi>",
        "sent, no Set-Cookie recorded",
        "not in the jar at the mark",
        "in the jar as set",
        "Storage not visible to a proxy",
    ] {
        assert!(visited.page.contains(words), "{words}");
    }
    assert!(!visited.page.contains("geheim"));
}

#[tokio::test(flavor = "multi_thread")]
async fn chromium_with_cookies_of_other_sites_blocked() {
    let visited = visit(Kind::Chromium, ThirdPartyCookies::Block, true).await;
    let (state, reasons) = visited.state("third");
    assert_eq!(state, "refused");
    assert_eq!(reasons, ["UserPreferences"], "that is how the policy of the profile is called there");
    // Kept apart, it is no cookie of another site for this browser.
    assert_eq!(visited.state("apart").0, "jar-as-set");
    assert_eq!(visited.cookie("apart")["partition_key"], "https://a.test");
    assert_eq!(visited.state("plain").0, "jar-as-set");
}

/// Firefox says over its protocol what it keeps, not what it refuses: so no refusal is claimed.
#[tokio::test(flavor = "multi_thread")]
async fn firefox_reports_no_refusals_and_none_are_claimed() {
    let visited = visit(Kind::Firefox, ThirdPartyCookies::Allow, true).await;
    assert_eq!(visited.report.refusals, None);
    assert_eq!(visited.rows("reports")[0]["refusals"], "not-reported");
    assert_eq!(visited.rows("refusals"), [] as [Value; 0]);
    assert!(visited.rows("cookies").iter().all(|row| row["state"] != "refused" && row["reasons"].as_array().is_some_and(Vec::is_empty)));
    assert_eq!(visited.state("plain").0, "jar-as-set");
    assert_eq!(visited.state("scripted").0, "sent-no-set-cookie");
    assert_eq!(visited.state("silent").0, "jar-only");
    assert_eq!(visited.state("gone").0, "not-in-jar");
    assert_eq!(visited.state("__Host-wide").0, "not-in-jar");
    assert_eq!(visited.state("strict").0, "not-in-jar");
    let names: Vec<_> = visited.rows("storage").iter().filter_map(|row| row["name"].as_str()).collect();
    assert!(names.contains(&"visitor"), "{names:?}");
    assert!(visited.page.contains("this protocol reports no refusals"));
    assert!(!visited.page.contains("geheim"));
}

/// Where the browser was not asked, no chapter says anything, and the gap says that it was not.
#[tokio::test(flavor = "multi_thread")]
async fn without_a_report_nothing_is_claimed() {
    let visited = visit(Kind::Chromium, ThirdPartyCookies::Allow, false).await;
    assert!(visited.annex.get("beside_wire").is_none());
    assert!(!visited.page.contains("id=\"c15\"") && !visited.page.contains("refused by the browser"));
    assert!(visited.gaps.contains(&("browser-storage".to_owned(), 1)), "{:?}", visited.gaps);
}
