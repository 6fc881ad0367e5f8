//! A real Chromium and a real Firefox against an origin of ours: each trusts the authority of its profile and no other, does what the driver says, and leaves
//! nothing behind. A machine without them fails these tests; they are never skipped. Nothing leaves loopback: the proxy here answers
//! for `.test` hosts itself and turns everything else away.

use std::collections::BTreeSet;
use std::fs;
use std::net::{SocketAddr, UdpSocket};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use dataspoor::browser::{BrowserError, Driver, Kind, Options, Profile, Screen, StoredCookie, find, open};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::json;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;

use super::corpus::inputs;

/// Far longer than anything here takes; only a failure waits for it.
const LONG: Duration = Duration::from_secs(30);

const PAGE: &str = r#"<!doctype html><html lang="nl"><title>Proef</title><body style="height:4000px">
<p><button id="choose">Alleen  noodzakelijke</button></p>
<button id="covered" style="position:absolute;top:400px;left:0;width:200px;height:40px">onbereikbaar</button>
<div id="veil" style="position:absolute;top:390px;left:0;width:300px;height:60px"></div>
<p id="deep" style="position:absolute;top:3000px">diep</p>
<iframe src="https://other.test/frame"></iframe>
<script>
  addEventListener('beforeunload', event => event.preventDefault());
  document.getElementById('choose').addEventListener('click', event => {
    const late = document.createElement('p');
    late.id = 'chosen';
    late.textContent = 'trusted: ' + event.isTrusted;
    setTimeout(() => document.body.append(late), 0);
  });
</script>"#;

/// An authority, and the settings of a server that it vouches for.
fn authority(name: &str) -> (String, TlsAcceptor) {
    let mut params = CertificateParams::new(Vec::new()).expect("no names");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, name);
    let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("an authority");
    let key = KeyPair::generate().expect("a key");
    let names = ["page.test", "other.test", "stranger.test"].map(str::to_owned).to_vec();
    let leaf = CertificateParams::new(names).expect("names").signed_by(&key, &issuer).expect("a certificate");
    let chain = vec![CertificateDer::from(leaf.der().to_vec())];
    let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let settings = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().expect("versions");
    let settings = settings.with_no_client_auth().with_single_cert(chain, key).expect("a server");
    (issuer.pem(), TlsAcceptor::from(Arc::new(settings)))
}

/// A proxy that is the origin of every `.test` host too.
struct Origin {
    address: SocketAddr,
    /// Heads of the requests, with the host of their tunnel before them.
    heads: Arc<Mutex<Vec<String>>>,
    /// Each head as it comes.
    news: mpsc::UnboundedReceiver<String>,
    /// Hosts that were asked for and turned away.
    refused: Arc<Mutex<BTreeSet<String>>>,
}

impl Origin {
    /// `stranger` answers for `stranger.test`.
    async fn start(acceptor: TlsAcceptor, stranger: TlsAcceptor) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let heads = Arc::new(Mutex::new(Vec::new()));
        let refused = Arc::new(Mutex::new(BTreeSet::new()));
        let (told, news) = mpsc::unbounded_channel();
        let (all, none) = (Arc::clone(&heads), Arc::clone(&refused));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let acceptors = [acceptor.clone(), stranger.clone()];
                let (all, none, told) = (Arc::clone(&all), Arc::clone(&none), told.clone());
                tokio::spawn(async move { serve(stream, acceptors, &all, &none, &told).await });
            }
        });
        Self { address, heads, news, refused }
    }

    fn heads_of(&self, start: &str) -> Vec<String> {
        self.heads.lock().expect("heads").iter().filter(|head| head.starts_with(start)).cloned().collect()
    }
}

/// One connection; whatever the browser breaks off ends it.
async fn serve(
    mut stream: TcpStream,
    [acceptor, stranger]: [TlsAcceptor; 2],
    all: &Mutex<Vec<String>>,
    none: &Mutex<BTreeSet<String>>,
    told: &mpsc::UnboundedSender<String>,
) -> Option<()> {
    let head = head(&mut stream).await?;
    let host = head.strip_prefix("CONNECT ").and_then(|rest| rest.split(':').next()).unwrap_or_default().to_owned();
    if !host.ends_with(".test") {
        none.lock().expect("refused").insert(head.lines().next().unwrap_or_default().to_owned());
        return stream.write_all(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").await.ok();
    }
    stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.ok()?;
    let acceptor = if host == "stranger.test" { stranger } else { acceptor };
    let mut stream = acceptor.accept(stream).await.ok()?;
    loop {
        let head = format!("{host} {}", self::head(&mut stream).await?);
        all.lock().expect("heads").push(head.clone());
        let path = head.split(' ').nth(2).unwrap_or_default();
        let (status, fields, body) = match (host.as_str(), path) {
            ("page.test", "/") => ("200 OK", "Set-Cookie: seen=1; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=600\r\n", PAGE),
            ("other.test", "/frame") => ("200 OK", "Set-Cookie: part=2; Path=/; Secure; SameSite=None; Partitioned\r\n", "kader"),
            ("page.test", "/empty") => ("404 Not Found", "", ""),
            _ => ("204 No Content", "", ""),
        };
        let length = if status.starts_with("204") { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
        let answer = format!("HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\n{length}{fields}\r\n{body}");
        stream.write_all(answer.as_bytes()).await.ok()?;
        stream.flush().await.ok()?;
        let _unheard = told.send(head);
    }
}

/// Everything up to the empty line (RFC 9112 §2.1); no request here has a body.
async fn head(stream: &mut (impl AsyncRead + AsyncWrite + Unpin)) -> Option<String> {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        bytes.push(stream.read_u8().await.ok()?);
    }
    String::from_utf8(bytes).ok()
}

/// Processes that live in a home folder.
fn living_in(home: &Path) -> Vec<String> {
    let home = home.to_string_lossy().into_owned();
    let names = |path: &Path| -> bool {
        let files = ["environ", "cmdline"].map(|file| fs::read(path.join(file)).unwrap_or_default());
        files.iter().any(|file| String::from_utf8_lossy(file).contains(&home))
    };
    let entries = fs::read_dir("/proc").expect("/proc").filter_map(|entry| Some(entry.ok()?.path()));
    entries.filter(|path| names(path)).map(|path| path.display().to_string()).collect()
}

fn options(origin: &Origin, kind: Kind) -> Options {
    let mut options = Options::new(find(Some(Path::new(kind.id()))).expect("the browser is there"), origin.address);
    options.screen = Screen::None;
    options
}

/// Whether a rule says that some request to a host is the browser's own.
pub(crate) fn is_listed_as_background(host: &str) -> bool {
    let rules = &inputs().rules;
    rules.endpoints_at(host).into_iter().any(|rule| rules.endpoints[rule].background)
}

#[tokio::test(flavor = "multi_thread")]
async fn chromium_trusts_its_authority_and_does_what_the_driver_says() {
    does_what_the_driver_says(Kind::Chromium).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn firefox_trusts_its_authority_and_does_what_the_driver_says() {
    does_what_the_driver_says(Kind::Firefox).await;
}

async fn does_what_the_driver_says(kind: Kind) {
    let (pem, acceptor) = authority("the authority of this case");
    let origin = Origin::start(acceptor, authority("another authority").1).await;
    let profile = Profile::create_for(kind, &pem).expect("a profile");
    let home = profile.path().to_owned();
    let trusted = profile.trusted().expect("an authority");
    assert_eq!((trusted.nickname.as_str(), trusted.attributes.as_str()), ("dataspoor", "C,,"));

    let driver = Driver::start(&profile, &options(&origin, kind)).await.expect("the browser starts");
    // What is recorded about it.
    let fact = |name: &str| driver.facts().all().iter().find(|(found, _)| *found == name).map(|(_, value)| value.clone());
    assert_eq!(fact("browser-navigator-webdriver").as_deref(), Some("true"));
    assert_eq!(fact("browser-user-agent").as_deref(), Some(driver.user_agent()));
    assert!(fact("browser-preferences").is_some_and(|all| all.starts_with('{')));
    // The folder outlives the profile for as long as a browser uses it.
    drop(profile);
    assert!(home.is_dir() && !living_in(&home).is_empty());

    driver.goto("https://page.test/").await.expect("the page loads without an error of certificates");
    let (version, agent) = match kind {
        Kind::Chromium => ("Chromium ", "Chrome/"),
        Kind::Firefox => ("Mozilla Firefox ", "Firefox/"),
    };
    assert!(driver.version().starts_with(version), "{}", driver.version());
    assert!(driver.user_agent().contains(agent), "{}", driver.user_agent());
    assert_eq!(driver.evaluate("document.title").await.expect("a title"), json!("Proef"));
    assert_eq!(driver.evaluate("navigator.languages").await.expect("languages"), json!(["nl-NL", "nl"]));
    assert_eq!(driver.evaluate("undefined").await.expect("nothing"), json!(null));
    assert_eq!(driver.evaluate("new Promise(done => setTimeout(() => done({a: 1}), 1))").await.expect("a promise"), json!({"a": 1}));
    let thrown = driver.evaluate("(() => { throw new Error('stuk') })()").await.expect_err("it throws");
    assert!(matches!(&thrown, BrowserError::Script(text) if text.contains("stuk")), "{thrown}");

    // What a person reads and clicks.
    assert_eq!(driver.text("#choose").await.expect("a text"), "Alleen noodzakelijke");
    assert!(matches!(driver.text("#nowhere").await, Err(BrowserError::NoElement { .. })));
    assert!(matches!(driver.click("#nowhere").await, Err(BrowserError::NoElement { .. })));
    let covered = driver.click("#covered").await.expect_err("something lies over it");
    assert!(matches!(&covered, BrowserError::NotClickable { why, .. } if why.contains(r#"<div id="veil">"#)), "{covered}");
    driver.click("#choose").await.expect("a click");
    driver.wait_for("#chosen", LONG).await.expect("what the click makes");
    assert_eq!(driver.text("#chosen").await.expect("a text"), "trusted: true");
    let missed = driver.wait_for("#never", Duration::from_millis(1)).await.expect_err("it does not come");
    assert!(matches!(missed, BrowserError::Waited { .. }), "{missed}");
    assert!(matches!(driver.wait_for("p[", LONG).await, Err(BrowserError::Script(_))));
    driver.scroll(700.0).await.expect("scrolling");
    let place = driver.wait_settled("scrollY > 0 ? scrollY : Math.random()", Duration::from_millis(200), LONG).await.expect("rest");
    assert!(place.as_f64().is_some_and(|place| place > 100.0), "{place}");

    let picture = driver.screenshot().await.expect("a picture");
    assert!(picture.starts_with(b"\x89PNG\r\n\x1a\n") && picture.len() > 1000);

    let cookies = driver.cookies().await.expect("the jar");
    let named = |name: &str| -> &StoredCookie { cookies.iter().find(|cookie| cookie.name == name).expect(name) };
    let seen = named("seen");
    assert_eq!((seen.value.as_str(), seen.domain.as_str(), seen.http_only), ("1", "page.test", true));
    assert!(seen.expires.is_some_and(|expires| expires > 1.0) && seen.partition_key.is_none());
    // Over WebDriver BiDi, Firefox does not say the cookies that it keeps apart unless it is asked site by site.
    if kind == Kind::Chromium {
        let part = named("part");
        let key = part.partition_key.as_ref().expect("a cookie kept apart");
        assert_eq!((key.top_level_site.as_str(), key.has_cross_site_ancestor), ("https://page.test", true));
        assert!(part.session && part.same_site.as_deref() == Some("None"));
    }

    // WebRTC does not go past the proxy: no packet reaches this socket, although the page asks for it.
    let stun = UdpSocket::bind("127.0.0.1:0").expect("a socket");
    stun.set_nonblocking(true).expect("a setting");
    let script = format!(
        "(async () => {{
            if (typeof RTCPeerConnection === 'undefined') return 0;
            const peer = new RTCPeerConnection({{iceServers: [{{urls: 'stun:127.0.0.1:{}'}}]}});
            peer.createDataChannel('x');
            await peer.setLocalDescription();
            while (peer.iceGatheringState !== 'complete') await new Promise(next => peer.addEventListener('icegatheringstatechange', next));
            return peer.localDescription.sdp.split('\\n').filter(line => line.startsWith('a=candidate') && / udp /i.test(line)).length;
        }})()",
        stun.local_addr().expect("an address").port()
    );
    assert_eq!(driver.evaluate(&script).await.expect("candidates"), json!(0));
    assert_eq!(stun.recv(&mut [0; 64]).expect_err("nothing came").kind(), std::io::ErrorKind::WouldBlock);

    // A page that wants to keep its visitor is left all the same, and an empty answer with an error status is a page.
    driver.goto("https://page.test/empty").await.expect("an HTTP error is not an error");
    assert_eq!(origin.heads_of("page.test GET /empty ").len(), 1);
    let first = &origin.heads_of("page.test GET / ")[0];
    assert!(first.to_lowercase().contains("accept-language: nl-nl,nl;"), "{first}");

    // A certificate of another authority is refused, and what the proxy turns away is no page.
    let heads = origin.heads_of("").len();
    let error = driver.goto("https://stranger.test/").await.expect_err("the certificate is not trusted");
    let codes = ["net::ERR_CERT_AUTHORITY_INVALID", "SEC_ERROR_UNKNOWN_ISSUER", "MOZILLA_PKIX_ERROR_MITM_DETECTED"];
    assert!(matches!(&error, BrowserError::Navigation { reason, .. } if codes.contains(&reason.as_str())), "{error}");
    assert!(error.to_string().contains("does not trust"), "{error}");
    let error = driver.goto("https://elsewhere.example/").await.expect_err("the proxy turns it away");
    assert!(matches!(&error, BrowserError::Navigation { .. }), "{error}");
    assert_eq!(origin.heads_of("").len(), heads);

    driver.close().await;
    assert_eq!(living_in(&home), Vec::<String>::new());
    assert!(!home.exists(), "{} is still there", home.display());
    // What the browser asks of its own accord comes to the proxy too; the proxy was the only way out.
    // It is what the rules list as the browser's own traffic, and of Firefox nothing at all.
    let refused = origin.refused.lock().expect("refused").clone();
    let own: Vec<&String> = refused.iter().filter(|line| **line != "CONNECT elsewhere.example:443 HTTP/1.1").collect();
    for line in &own {
        let target = line.split(' ').nth(1).unwrap_or_default();
        let host = target.trim_start_matches("http://").split(['/', ':']).next().unwrap_or_default();
        assert!(is_listed_as_background(host), "{line}");
    }
    assert!(kind == Kind::Chromium || own.is_empty(), "{own:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_authority_is_refused_and_a_window_closes_without_a_trace() {
    let (pem, acceptor) = authority("the authority of this case");
    let (other, _) = authority("another authority");
    let mut origin = Origin::start(acceptor, authority("a stranger").1).await;

    let stranger = Profile::create(&other).expect("a profile");
    let home = stranger.path().to_owned();
    let driver = Driver::start(&stranger, &options(&origin, Kind::Chromium)).await.expect("the browser starts");
    let error = driver.goto("https://page.test/").await.expect_err("the certificate is not trusted");
    assert!(matches!(&error, BrowserError::Navigation { reason, .. } if reason == "net::ERR_CERT_AUTHORITY_INVALID"), "{error}");
    assert!(error.to_string().contains("does not trust"), "{error}");
    assert_eq!(origin.heads_of(""), Vec::<String>::new());
    // Dropped instead of closed, as after a failure.
    drop(driver);
    drop(stranger);
    assert!(!home.exists(), "{} is still there", home.display());

    let profile = Profile::create(&pem).expect("a profile");
    let home = profile.path().to_owned();
    let mut options = options(&origin, Kind::Chromium);
    options.url = Some("https://page.test/".to_owned());
    let window = open(&profile, &options).await.expect("the browser starts");
    assert!(window.version().contains("Chrom"), "{}", window.version());
    let seen = tokio::time::timeout(LONG, origin.news.recv()).await.expect("the page is asked for").expect("the origin lives");
    assert!(seen.starts_with("page.test GET / "), "{seen}");
    window.close().await;
    assert_eq!(living_in(&home), Vec::<String>::new());
    drop(profile);
    assert!(!home.exists(), "{} is still there", home.display());
}

#[test]
fn a_missing_browser_and_a_wrong_certificate_are_said() {
    let error = find(Some(Path::new("/nowhere/chromium"))).expect_err("there is no such program").to_string();
    assert!(error.contains("/nowhere/chromium"), "{error}");
    let error = Profile::create("no certificate").expect_err("refused").to_string();
    assert!(error.contains("one certificate"), "{error}");
}
