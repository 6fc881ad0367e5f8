//! The operator speaks while browsing: marks from a second terminal, and the proxy's own page. And what a hostile page can do with both: make no
//! mark, and not learn that there is a recorder.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixListener;
use std::path::Path;

use dataspoor::browser::{Driver, Options, Profile, Screen, find};
use dataspoor::capture::Capture;
use dataspoor::model::{Event, GapKind, Mark, MarkKind, SaidBy, Timestamp};
use rustix::process::Signal;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::process::Command;
use tokio::time::timeout;

use super::corpus::scratch;
use super::live_bench::{Program, record_arguments};
use super::origin::Kind;
use super::proxy_bench::{Bench, LONG, head, text};

const OWN: &str = "dataspoor.internal";
/// A name that exists nowhere, as long as ours.
const ABSENT: &str = "nosuchone.internal";

/// A bench whose proxy reaches nothing but `a.test`, by plain HTTP.
async fn bench() -> Bench {
    Bench::with(Kind::Plain, |settings, origin| {
        settings.map = ["a.test", "b.test"].map(|host| format!("{host}={origin}").parse().expect("a mapping")).to_vec();
        settings.only_mapped = true;
    })
    .await
}

fn marks(bench: &Bench) -> Vec<Mark> {
    let events = bench.collector.of(0).into_iter();
    events.filter_map(|event| if let Event::Mark(mark) = event { Some(mark) } else { None }).collect()
}

/// Requests that were recorded.
fn entries(bench: &Bench) -> usize {
    let events = bench.collector.events.lock().expect("not poisoned");
    events.iter().filter(|stamped| matches!(stamped.event, Event::RequestHead { .. })).count()
}

/// The value of the token in the page's forms.
fn token(page: &str) -> &str {
    page.split("name=\"token\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a form with a token")
}

#[tokio::test]
async fn the_page_shows_the_recording_takes_marks_and_is_no_entry() {
    let bench = bench().await;
    let own = bench.proxy.own_page();
    assert!(own.starts_with("http://dataspoor.internal/") && own.len() > 50, "{own}");
    // As a proxy is asked, and inside a tunnel.
    for more in [&[][..], &["--proxytunnel"]] {
        let page = text(&bench.run(&[more, &["-i", "-H", "Accept-Language: en", &own]].concat()).await.stdout);
        assert!(page.starts_with("HTTP/1.1 200 OK\r\n") && page.contains("Recording since"), "{page}");
        for field in [
            "content-security-policy: default-src 'none';",
            "frame-ancestors 'none'",
            "referrer-policy: same-origin",
            "cache-control: no-store",
        ] {
            assert!(page.to_lowercase().contains(field), "{field}: {page}");
        }
        assert!(!page.contains("<script") && !page.contains("access-control"), "{page}");
    }
    let page = text(&bench.run(&[&own]).await.stdout);
    assert!(page.contains("lang=\"nl\"") && page.contains("Wat er wordt vastgelegd"), "{page}");
    let token = format!("token={}", token(&page));
    let mark = format!("{own}mark");
    for (kind, words) in [("note", "see <b>this</b> & that"), ("choice", "Optionele cookies weigeren"), ("fresh-profile", "2")] {
        let arguments = ["-i", "-H", "Origin: http://dataspoor.internal", "-d", &token, "-d", &format!("kind={kind}"), "--data-urlencode"];
        let answer = text(&bench.run(&[&arguments[..], &[&format!("text={words}"), &mark]].concat()).await.stdout);
        assert!(answer.starts_with("HTTP/1.1 303 ") && answer.to_lowercase().contains("location: ./"), "{answer}");
    }
    let expected =
        [(MarkKind::Note, "see <b>this</b> & that"), (MarkKind::Choice, "Optionele cookies weigeren"), (MarkKind::FreshProfile, "2")]
            .map(|(kind, words)| Mark { kind, said_by: SaidBy::Operator, text: words.to_owned() });
    assert_eq!(marks(&bench), expected);
    let page = text(&bench.run(&[&own]).await.stdout);
    assert!(page.contains("see &lt;b&gt;this&lt;/b&gt; &amp; that") && !page.contains("<b>"), "{page}");
    // What is no mark is said, with the page around it.
    let arguments = ["-i", "-H", "Origin: http://dataspoor.internal", "-d", &token, "-d", "kind=note&text=%20", &mark];
    let answer = text(&bench.run(&arguments).await.stdout);
    assert!(answer.starts_with("HTTP/1.1 422 ") && answer.contains("role=\"alert\""), "{answer}");

    let pem = bench.run(&["-i", &format!("{own}ca.pem")]).await.stdout;
    let certificate = fs::read_to_string(bench.folder.path().join("ca.pem")).expect("a certificate");
    assert!(text(&pem).ends_with(&certificate) && text(&pem).contains("application/pem-certificate-chain"), "{}", text(&pem));
    let der = bench.run(&[&format!("{own}ca.cer")]).await.stdout;
    assert!(bench.roots.roots.len() == 1 && der.starts_with(&[0x30, 0x82]), "the certificate in DER");
    // A client that states a person's navigation is offered the certificate at the bare address, and no marks.
    let person = ["-H", "Sec-Fetch-Site: none", "-H", "Sec-Fetch-Mode: navigate", "-H", "Sec-Fetch-Dest: document"];
    let entrance = text(&bench.run(&[&person[..], &["http://dataspoor.internal/"]].concat()).await.stdout);
    assert!(entrance.contains("ca.pem") && !entrance.contains("<form") && !entrance.contains("token"), "{entrance}");

    assert_eq!(entries(&bench), 0);
    assert_eq!(bench.origin.accepted(), 0);
    let collector = std::sync::Arc::clone(&bench.collector);
    bench.proxy.stop().await;
    let gaps: Vec<_> = collector.of(0).into_iter().filter_map(|event| if let Event::Gap(gap) = event { Some(gap) } else { None }).collect();
    assert!(matches!(&gaps[..], [gap] if gap.kind == GapKind::OwnPage && gap.count == 11), "{gaps:?}");
}

/// What curl gets, with one name in place of the other.
async fn seen(bench: &Bench, arguments: &[&str], host: &str) -> String {
    let arguments: Vec<String> = arguments.iter().map(|one| one.replace(OWN, host)).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let output = bench.run(&[&["-i", "--http1.1"], &arguments[..]].concat()).await;
    format!("{:?} {}", output.status.code(), text(&output.stdout)).replace(host, OWN)
}

#[tokio::test]
async fn whoever_may_not_meets_a_host_that_does_not_exist() {
    let bench = bench().await;
    let own = bench.proxy.own_page();
    let (mark, body) = (format!("{own}mark"), {
        let page = text(&bench.run(&[&own]).await.stdout);
        format!("token={}&kind=note&text=forged", token(&page))
    });
    let bare = format!("http://{OWN}/");
    let wrong = format!("token={}&kind=note&text=forged", "a".repeat(26));
    let origin = format!("Origin: http://{OWN}");
    let attacks: Vec<Vec<&str>> = vec![
        vec![&bare],
        vec!["-H", "Accept: text/html", "-H", "Upgrade-Insecure-Requests: 1", &bare],
        vec!["http://dataspoor.internal/ca.pem"],
        vec!["http://dataspoor.internal:81/"],
        vec!["--proxytunnel", &bare],
        vec!["https://dataspoor.internal/"],
        vec!["--http2", "https://dataspoor.internal/"],
        vec!["-H", "Origin: http://evil.test", &own],
        vec!["-H", "Referer: http://evil.test/page", &own],
        vec!["-H", "Sec-Fetch-Site: cross-site", "-H", "Sec-Fetch-Mode: no-cors", "-H", "Sec-Fetch-Dest: image", &own],
        vec!["-H", "Sec-Fetch-Site: cross-site", "-H", "Sec-Fetch-Mode: navigate", "-H", "Sec-Fetch-Dest: iframe", &bare],
        vec!["-H", "Sec-Purpose: prefetch", &own],
        // Forms: of another origin, of none, with the secret but without the token or the origin.
        vec!["-d", &body, "-H", "Origin: http://evil.test", &mark],
        vec!["-d", &body, "-H", "Origin: null", &mark],
        vec!["-d", &body, &mark],
        vec!["-d", &wrong, "-H", &origin, &mark],
        vec!["-d", &body, "-H", &origin, "http://dataspoor.internal/mark"],
        vec!["-X", "OPTIONS", "-H", "Origin: http://evil.test", "-H", "Access-Control-Request-Method: POST", &mark],
        // A WebSocket.
        vec![
            "-H",
            "Connection: Upgrade",
            "-H",
            "Upgrade: websocket",
            "-H",
            "Sec-WebSocket-Version: 13",
            "-H",
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
            &bare,
        ],
    ];
    for attack in &attacks {
        // The other host has no such secret, so its answer is that of any path.
        let (ours, other) = (seen(&bench, attack, OWN).await, seen(&bench, attack, ABSENT).await);
        assert_eq!(ours, other, "{attack:?}");
        assert!(ours.contains("X-Dataspoor: error") || ours.contains("x-dataspoor: error"), "{attack:?} {ours}");
    }
    // A name that leads here by its Host only (DNS rebinding) goes where the client said, and is not ours.
    let secret = own.rsplit('/').nth(1).expect("a secret");
    let rebound = text(&bench.run(&["-H", "Host: dataspoor.internal", &format!("http://a.test/fields?{secret}")]).await.stdout);
    assert!(rebound.contains("host: a.test"), "the origin answered, by the name in the target: {rebound}");
    let rebound = seen(&bench, &["-H", "Host: evil.test", &own], OWN).await;
    assert!(rebound.contains("error") && !rebound.contains("token"), "{rebound}");
    assert_eq!(marks(&bench), []);
    // The absent host's requests are entries, ours are not.
    let events = bench.collector.events.lock().expect("not poisoned").clone();
    assert!(
        !events
            .iter()
            .any(|stamped| matches!(&stamped.event, Event::RequestHead { url, .. } if url.contains(OWN) && !url.contains("a.test")))
    );
}

#[tokio::test]
async fn a_real_look_up_fails_in_the_same_words() {
    let bench = Bench::with(Kind::Plain, |_, _| {}).await;
    for attack in [&["http://dataspoor.internal/"][..], &["https://dataspoor.internal/x"]] {
        let (ours, other) = (seen(&bench, attack, OWN).await, seen(&bench, attack, ABSENT).await);
        assert_eq!(ours, other, "{attack:?}");
        assert!(ours.contains(" 502 ") && ours.contains(OWN), "{ours}");
    }
}

#[tokio::test]
async fn a_tunnel_to_its_name_reaches_nobody() {
    let bench = bench().await;
    for authority in ["dataspoor.internal:25", "DataSpoor.Internal.:25"] {
        let mut stream = TcpStream::connect(bench.proxy.address()).await.expect("a connection");
        stream
            .write_all(format!("CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n\r\nEHLO me\r\n").as_bytes())
            .await
            .expect("written");
        assert!(head(&mut stream).await.starts_with("HTTP/1.1 200 "));
        let mut rest = Vec::new();
        timeout(LONG, stream.read_to_end(&mut rest)).await.expect("it is closed").expect("an end");
        assert_eq!(rest, b"");
    }
    assert!(bench.collector.of(0).is_empty(), "nothing of it is recorded");
}

/// Everything by which a page can ask something of a host, and what it can tell from it. `HOST` stands for the host, `BASE` for host and path, and
/// `TOKEN` for what the forms carry.
const HOSTILE: &str = r#"(async () => {
    const seen = {};
    const url = path => `http://BASE/${path}`;
    const within = (promise, name) => Promise.race([promise, new Promise(done => setTimeout(() => done('no event'), 8000))])
        .then(result => { seen[name] = result; }, error => { seen[name] = `${error.name}: ${error.message}`; });
    const element = (tag, attribute, path) => new Promise(done => {
        const made = document.createElement(tag);
        made.onload = () => done(`load ${made.naturalWidth} ${made.contentWindow ? made.contentWindow.length : ''}`);
        made.onerror = () => done('error');
        if (tag === 'link') made.rel = 'stylesheet';
        made.referrerPolicy = 'no-referrer';
        made[attribute] = url(path);
        document.documentElement.append(made);
    });
    const form = 'kind=note&text=forged&token=TOKEN';
    await within(element('img', 'src', ''), 'img');
    await within(element('img', 'src', 'mark?' + form), 'img mark');
    await within(element('script', 'src', ''), 'script');
    await within(element('link', 'href', 'ca.pem'), 'style');
    await within(element('iframe', 'src', ''), 'iframe');
    await within(element('object', 'data', ''), 'object');
    await within(element('embed', 'src', ''), 'embed');
    for (const mode of ['cors', 'no-cors']) {
        for (const method of ['GET', 'POST']) {
            const body = method === 'POST' ? form : undefined;
            const headers = body ? {'Content-Type': 'application/x-www-form-urlencoded'} : {};
            const asked = fetch(url('mark'), {mode, method, body, headers, credentials: 'include', referrerPolicy: 'no-referrer'});
            await within(asked.then(response => `${response.type} ${response.status} ${response.url}`), `fetch ${mode} ${method}`);
        }
    }
    await within(new Promise(done => {
        const socket = new WebSocket('ws://HOST/');
        socket.onopen = () => done('open');
        socket.onclose = event => done(`close ${event.code} ${event.reason} ${event.wasClean}`);
    }), 'socket');
    await within(new Promise(done => {
        const frame = document.createElement('iframe');
        frame.name = 'target' + Math.random();
        document.documentElement.append(frame);
        const sent = document.createElement('form');
        sent.method = 'post';
        sent.action = url('mark');
        sent.target = frame.name;
        for (const [name, value] of new URLSearchParams(form)) {
            const field = document.createElement('input');
            field.name = name;
            field.value = value;
            sent.append(field);
        }
        document.documentElement.append(sent);
        frame.onload = () => {
            let inside = 'closed';
            try { inside = String(frame.contentDocument && frame.contentDocument.body.textContent); } catch (error) { inside = error.name; }
            done(`load ${inside} ${frame.contentWindow.length}`);
        };
        sent.submit();
    }), 'form');
    seen.beacon = navigator.sendBeacon(url('mark'), new URLSearchParams(form));
    const timings = performance.getEntriesByType('resource').filter(entry => entry.name.includes('HOST'));
    seen.timings = timings.map(entry => [entry.initiatorType, entry.transferSize, entry.encodedBodySize, entry.responseStatus, entry.nextHopProtocol].join(' ')).sort();
    return JSON.stringify(seen);
})()"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_hostile_page_in_chromium_makes_no_mark_and_learns_nothing() {
    let bench = bench().await;
    let pem = fs::read_to_string(bench.folder.path().join("ca.pem")).expect("a certificate");
    let profile = Profile::create(&pem).expect("a profile");
    let mut options = Options::new(find(None).expect("Chromium is there"), bench.proxy.address());
    options.screen = Screen::None;
    let driver = Driver::start(&profile, &options).await.expect("the browser starts");
    let attack = async |host: &str, base: &str, token: &str| {
        driver.goto("http://a.test/fields").await.expect("the page loads");
        let script = HOSTILE.replace("HOST", host).replace("BASE", base).replace("TOKEN", token);
        driver.evaluate(&script).await.expect("a report").as_str().expect("text").replace(host, OWN)
    };
    let learned = [attack(OWN, OWN, "").await, attack(ABSENT, ABSENT, "").await];
    assert_eq!(learned[0], learned[1], "what a page sees of our name is what it sees of one that does not exist");
    // The same questions do tell a host that exists.
    assert_ne!(attack("b.test", "b.test/fields", "").await, learned[0]);
    // Whoever had got hold of both secrets could still make no mark from another origin.
    let own = bench.proxy.own_page();
    let page = text(&bench.run(&[&own]).await.stdout);
    let base = own.trim_start_matches("http://").trim_end_matches('/');
    attack(OWN, base, token(&page)).await;
    assert_eq!(marks(&bench), []);
    let seen: Value = serde_json::from_str(&learned[0]).expect("JSON");
    assert!(seen["fetch no-cors POST"].as_str().is_some_and(|text| text.starts_with("opaque")), "the requests were made: {seen}");
    assert!(seen["timings"].as_array().is_some_and(|rows| rows.len() > 5), "{seen}");
    assert_eq!(marks(&bench), []);

    // The same browser, and the person at it: the address from the terminal, a note, and the note is listed.
    driver.goto(&bench.proxy.own_page()).await.expect("the page loads");
    assert_eq!(driver.evaluate("document.title").await.expect("a title"), "dataspoor");
    assert_eq!(
        driver.evaluate("getComputedStyle(document.body).maxWidth").await.expect("a style"),
        "672px",
        "the policy lets the style through"
    );
    driver.evaluate("document.getElementById('choice').value = 'Alle cookies toestaan'").await.expect("typed");
    driver.click("#choice + button").await.expect("a click");
    driver.wait_for("li time", LONG).await.expect("the mark is listed");
    let address = driver.evaluate("location.href").await.expect("an address");
    assert_eq!(address, bench.proxy.own_page());
    let expected = Mark { kind: MarkKind::Choice, said_by: SaidBy::Operator, text: "Alle cookies toestaan".to_owned() };
    assert_eq!(marks(&bench), [expected]);
    driver.close().await;
    let heads = bench.collector.events.lock().expect("not poisoned").clone();
    let own = heads.iter().filter(|stamped| matches!(&stamped.event, Event::RequestHead { url, .. } if url.contains(OWN)));
    assert_eq!(own.count(), 0, "none of it is an entry");
}

/// Runs `dataspoor mark` as the second terminal would, with a folder for sockets of its own.
async fn mark(runtime: &Path, here: &Path, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dataspoor"));
    command.arg("mark").args(arguments).current_dir(here).env("XDG_RUNTIME_DIR", runtime).env("TMPDIR", runtime).kill_on_drop(true);
    let output = timeout(LONG, command.output()).await.expect("it ends").expect("it runs");
    (output.status.code().expect("no signal"), text(&output.stdout), text(&output.stderr))
}

fn started(runtime: &Path, here: &Path, arguments: &[String]) -> Program {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dataspoor"));
    command.args(arguments).current_dir(here).env("XDG_RUNTIME_DIR", runtime).env("TMPDIR", runtime);
    Program::spawn(command)
}

fn recorded_marks(capture: &Path) -> Vec<(Timestamp, Mark)> {
    Capture::open(capture).expect("opens").contents().expect("reads").session.marks
}

#[tokio::test]
async fn a_second_terminal_marks_the_recording_that_runs() {
    let folder = scratch();
    let (here, runtime) = (folder.path(), folder.path().join("run"));
    fs::create_dir(&runtime).expect("a folder");
    let capture = here.join("capture");
    let (code, _, err) = mark(&runtime, here, &["too early"]).await;
    assert!(code == 2 && err.contains("no recording of yours runs") && err.contains("dataspoor record"), "{err}");

    let mut program = started(&runtime, here, &record_arguments(&capture));
    let event = program.event("listening").await;
    let own = event["own_page"].as_str().expect("an address").to_owned();
    let sockets: Vec<_> =
        fs::read_dir(runtime.join("dataspoor")).expect("the folder").map(|entry| entry.expect("an entry").path()).collect();
    let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    assert_eq!((sockets.len(), mode(&runtime.join("dataspoor")), mode(&sockets[0])), (1, 0o700, 0o600));

    let (code, out, err) = mark(&runtime, here, &["the banner is there"]).await;
    assert_eq!((code, err.as_str()), (0, ""));
    let first = out;
    let at = capture.display().to_string();
    let (code, out, _) = mark(&runtime, here, &["--recording", &at, "--kind", "choice", "Alleen noodzakelijke"]).await;
    assert!(code == 0 && out.starts_with("choice marked at 20") && out.trim_end().ends_with(&at), "{out}");
    for (arguments, words) in [
        (&["--kind", "verdict", "x"][..], "write note, choice or fresh-profile"),
        (&["  "], "has no text"),
        (&["--recording", ".", "x"], "no recording here"),
        (&["--case", ".", "x"], "no case here"),
    ] {
        let (code, _, err) = mark(&runtime, here, arguments).await;
        assert!(code == 2 && err.contains(words), "{arguments:?} {err}");
    }
    let (code, _, err) = mark(&runtime, here, &[&"x".repeat(501)]).await;
    assert!(code == 2 && err.contains("500 characters"), "{err}");
    // A second recording: now one has to be named.
    let mut second = started(&runtime, here, &record_arguments(&here.join("second")));
    second.event("listening").await;
    let (code, _, err) = mark(&runtime, here, &["which"]).await;
    assert!(code == 2 && err.contains("2 recordings run") && err.contains("--recording") && err.contains("second"), "{err}");
    // Killed, it leaves its socket behind, which answers for nobody and is swept away once it is old.
    second.signal(Signal::KILL);
    second.ended().await;
    let left = || -> Vec<_> {
        fs::read_dir(runtime.join("dataspoor")).expect("the folder").map(|entry| entry.expect("an entry").path()).collect()
    };
    let (code, _, err) = mark(&runtime, here, &["--recording", "second", "x"]).await;
    assert!(code == 2 && err.contains("does not run"), "{err}");
    assert_eq!(left().len(), 2, "it could be one that is just being made");
    for path in left() {
        assert!(
            Command::new("touch")
                .args(["--no-dereference", "--date", "1 hour ago"])
                .arg(&path)
                .status()
                .await
                .expect("touch runs")
                .success()
        );
    }
    let (code, _, _) = mark(&runtime, here, &["--kind", "fresh-profile", "2-allow"]).await;
    assert_eq!((code, left()), (0, sockets));

    let ended = program.interrupt().await;
    assert!(ended.status.success(), "{ended:?}");
    let marks = recorded_marks(&capture);
    let words: Vec<(MarkKind, SaidBy, &str)> = marks.iter().map(|(_, mark)| (mark.kind, mark.said_by, mark.text.as_str())).collect();
    assert_eq!(
        words,
        [
            (MarkKind::Note, SaidBy::Operator, "the banner is there"),
            (MarkKind::Choice, SaidBy::Operator, "Alleen noodzakelijke"),
            (MarkKind::FreshProfile, SaidBy::Operator, "2-allow")
        ]
    );
    assert!(first.contains(&format!("marked at {}", marks[0].0)), "the reply gives the time that is recorded: {first} {}", marks[0].0);
    // The secret of the page stands nowhere in the recording, and the socket is gone.
    let secret = own.rsplit('/').nth(1).expect("a secret").as_bytes().to_vec();
    for (path, bytes) in super::corpus::tree(&capture) {
        assert!(memchr::memmem::find(&bytes, &secret).is_none(), "{}", path.display());
    }
    let (code, _, err) = mark(&runtime, here, &["--recording", &at, "too late"]).await;
    assert!(code == 2 && err.contains("does not run"), "{err}");
    assert_eq!(left().len(), 0);
}

#[tokio::test]
async fn a_recording_of_a_case_is_found_through_its_ledger() {
    let folder = scratch();
    let (here, runtime) = (folder.path(), folder.path().join("run"));
    fs::create_dir(&runtime).expect("a folder");
    let made = super::corpus::run_in(
        here,
        ["init", "case", "--title", "t", "--auditee", "a", "--page", "https://www.facebook.com/m", "--auditor", "b"],
    );
    assert_eq!(made.code, 0, "{}", made.err);
    let (code, _, err) = mark(&runtime, here, &["--case", "case", "x"]).await;
    assert!(code == 2 && err.contains("no recording of this case runs"), "{err}");
    let arguments = ["record", "--no-browser", "--listen", "127.0.0.1:0", "--json", "--case", "case"].map(str::to_owned);
    let mut program = started(&runtime, here, &arguments);
    program.event("listening").await;
    for (place, arguments) in [(here.to_owned(), &["--case", "case", "one"][..]), (here.join("case"), &["two"])] {
        let (code, _, err) = mark(&runtime, &place, arguments).await;
        assert_eq!((code, err.as_str()), (0, ""), "{arguments:?}");
    }
    assert!(program.interrupt().await.status.success());
    assert_eq!(recorded_marks(&here.join("case/captures/0001")).len(), 2);
}

#[tokio::test]
async fn a_folder_of_sockets_that_others_may_enter_is_not_used() {
    let folder = scratch();
    let (here, runtime) = (folder.path(), folder.path().join("run"));
    let sockets = runtime.join("dataspoor");
    fs::create_dir_all(&sockets).expect("a folder");
    fs::set_permissions(&sockets, fs::Permissions::from_mode(0o777)).expect("a mode");
    // Somebody waits for marks there.
    let planted = UnixListener::bind(sockets.join("0123.sock")).expect("a socket");
    planted.set_nonblocking(true).expect("a setting");
    let mut program = started(&runtime, here, &record_arguments(&here.join("capture")));
    program.event("listening").await;
    let (code, _, err) = mark(&runtime, here, &["secret words"]).await;
    assert!(code == 2 && err.contains("not yours alone"), "{err}");
    assert_eq!(planted.accept().expect_err("nobody came").kind(), std::io::ErrorKind::WouldBlock);
    let ended = program.interrupt().await;
    assert!(ended.status.success() && ended.err.contains("cannot be marked"), "{ended:?}");
}

#[tokio::test]
async fn marks_made_on_the_page_are_in_the_capture() {
    let folder = scratch();
    let (here, capture) = (folder.path(), folder.path().join("visit-7"));
    let mut arguments = record_arguments(&capture);
    arguments.push("https://www.facebook.com/ministerie?<x>".to_owned());
    let mut program = Program::start(here, arguments);
    let event = program.event("listening").await;
    let (own, proxy) = (event["own_page"].as_str().expect("an address"), event["address"].as_str().expect("an address"));
    let curl = async |arguments: &[&str]| {
        let mut command = Command::new("curl");
        command.args(["--disable", "--silent", "--noproxy", "", "--proxy", &format!("http://{proxy}")]).args(arguments).kill_on_drop(true);
        text(&timeout(LONG, command.output()).await.expect("it ends").expect("curl runs").stdout)
    };
    let page = curl(&[own]).await;
    assert!(
        page.contains("<dd>visit-7</dd>") && page.contains("ministerie?&lt;x&gt;") && !page.contains(&here.display().to_string()),
        "{page}"
    );
    let form = format!("token={}&kind=choice&text=Alleen+noodzakelijke", token(&page));
    curl(&["-H", "Origin: http://dataspoor.internal", "-d", &form, &format!("{own}mark")]).await;
    let listed = curl(&[own]).await;
    let refused = curl(&["-i", "-d", &form, "-H", "Origin: https://www.facebook.com", &format!("{own}mark")]).await;
    assert!(refused.contains(" 502 "), "{refused}");
    let ended = program.interrupt().await;
    assert!(ended.status.success() && ended.err.is_empty(), "{ended:?}");
    let contents = Capture::open(&capture).expect("opens").contents().expect("reads");
    let [(at, mark)] = &contents.session.marks[..] else { panic!("one mark: {:?}", contents.session.marks) };
    assert_eq!((mark.kind, mark.said_by, mark.text.as_str()), (MarkKind::Choice, SaidBy::Operator, "Alleen noodzakelijke"));
    assert!(listed.contains(&format!("<time>{at}</time>")), "the page gives the time that is recorded: {listed}");
    assert!(contents.gaps.iter().any(|gap| gap.kind == GapKind::OwnPage && gap.count == 4), "{:?}", contents.gaps);
    assert_eq!(contents.session.custody.map(|custody| custody.entries), Some(0));
    let ran = super::corpus::run(["verify", "--quiet", &capture.display().to_string()]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
}
