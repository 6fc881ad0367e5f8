//! A sealed package in ReplayWeb.page, the player of web archives that others use: a real Chromium shows the simulated Page out of it.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use dataspoor::browser::{Direct, Driver, Kind, Options, Profile, Screen, find};
use serde_json::Value;

use super::corpus::{run, scratch};
use super::live_archive::node_tools;

/// How long the player may take.
const LONG: Duration = Duration::from_secs(60);

/// Serves files on loopback, parts of them too, as the player asks for parts of an archive.
fn serve(files: BTreeMap<&'static str, (&'static str, Vec<u8>)>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let files = Arc::new(files);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let files = Arc::clone(&files);
            std::thread::spawn(move || answer(&stream, &files));
        }
    });
    address
}

fn answer(stream: &TcpStream, files: &BTreeMap<&'static str, (&'static str, Vec<u8>)>) -> Option<()> {
    let mut lines = BufReader::new(stream).lines();
    let first = lines.next()?.ok()?;
    let head: Vec<String> = lines.map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
    let (method, path) = (first.split(' ').next()?, first.split(' ').nth(1)?.split('?').next()?);
    let mut out = stream;
    let Some((media_type, bytes)) = files.get(path) else {
        return out.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").ok();
    };
    let range = head.iter().find_map(|line| line.to_lowercase().strip_prefix("range: bytes=").map(str::to_owned));
    let range = range.and_then(|range| {
        let (from, to) = range.split_once('-')?;
        let last = bytes.len().checked_sub(1)?;
        Some(match (from.parse::<usize>(), to.parse::<usize>()) {
            (Ok(from), Ok(to)) => (from, to.min(last)),
            (Ok(from), Err(_)) => (from, last),
            (Err(_), Ok(end)) => (bytes.len().saturating_sub(end), last),
            _ => return None,
        })
    });
    let (status, part, extra) = match range {
        Some((from, to)) => ("206 Partial Content", bytes.get(from..=to)?, format!("Content-Range: bytes {from}-{to}/{}\r\n", bytes.len())),
        None => ("200 OK", &bytes[..], String::new()),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\nAccept-Ranges: bytes\r\n{extra}Content-Length: {}\r\nConnection: close\r\n\r\n",
        part.len()
    );
    out.write_all(head.as_bytes()).ok()?;
    if method == "HEAD" { Some(()) } else { out.write_all(part).ok() }
}

/// Text of the innermost document: documents lie in frames, and frames in shadow trees.
const SHOWN: &str = "(() => {
    const texts = [];
    const walk = root => {
        for (const element of root.querySelectorAll('*')) {
            if (element.shadowRoot) walk(element.shadowRoot);
            if (element.tagName === 'IFRAME') {
                try {
                    const inner = element.contentDocument;
                    if (inner && inner.body) { texts.push(inner.title + '\\n' + inner.body.innerText); walk(inner); }
                } catch (error) { texts.push(String(error)); }
            }
        }
    };
    walk(document);
    return texts.join('\\n');
})()";

#[tokio::test(flavor = "multi_thread")]
async fn the_player_of_others_shows_the_page_out_of_a_package() {
    let root = scratch();
    let recording = root.path().join("demo");
    let ran = run(["demo".as_ref(), "--headless".as_ref(), "--quiet".as_ref(), "--out".as_ref(), recording.as_os_str()]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let package = root.path().join("demo.wacz");
    let ran = run(["seal".as_ref(), recording.as_os_str(), "--out".as_ref(), package.as_os_str()]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);

    let player = node_tools().join("replaywebpage");
    let script = |name: &str| ("text/javascript", fs::read(player.join(name)).expect("the player"));
    let page = b"<!doctype html><script src=\"/ui.js\"></script><body style=\"margin:0\"><replay-app-main></replay-app-main></body>";
    let files = BTreeMap::from([
        ("/", ("text/html", page.to_vec())),
        ("/ui.js", script("ui.js")),
        ("/sw.js", script("sw.js")),
        ("/demo.wacz", ("application/octet-stream", fs::read(&package).expect("a package"))),
    ]);
    let address = serve(files);

    let profile = Profile::create_plain(Kind::Chromium).expect("a profile");
    let mut options = Options::new(find(Some(Path::new("chromium"))).expect("the browser is there"), address);
    options.screen = Screen::None;
    // Every other name leads nowhere, so what is shown comes out of the package.
    let rules = "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1".to_owned();
    options.direct = Some(Direct { net_log: root.path().join("netlog.json"), resolver_rules: Some(rules) });
    let driver = Driver::start(&profile, &options).await.expect("the browser starts");
    let examined = "https%3A%2F%2Fwww.facebook.com%2Fministerievanvoorbeelden";
    driver.goto(&format!("http://{address}/?source=%2Fdemo.wacz#view=pages&url={examined}")).await.expect("the player loads");
    let begun = Instant::now();
    let mut shown = String::new();
    while begun.elapsed() < LONG && !shown.contains("Ministerie van Voorbeelden") {
        tokio::time::sleep(Duration::from_millis(300)).await;
        if let Ok(Value::String(text)) = driver.evaluate(SHOWN).await {
            shown = text;
        }
    }
    let picture = driver.screenshot().await.expect("a picture");
    let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join("package-played.png");
    fs::write(&kept, picture).expect("a picture");
    driver.close().await;
    assert!(shown.contains("Ministerie van Voorbeelden"), "shown was {shown:?}; see {}", kept.display());
}
