//! The way to servers as a recording shows it: facts of each connection, aliases, certificates that do not hold, and another proxy in between,
//! whose credentials stand nowhere.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dataspoor::model::{ChangeKind, Digest, Event, Exchange, FailureStage, GapKind, Opened, Outcome, ServerLink};
use dataspoor::proxy::{Mapping, Reach};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::corpus::scratch;
use super::live_bench::Program;
use super::name_server::{A, AAAA, NameServer, Reply};
use super::origin::Kind;
use super::proxy_bench::{Bench, head, text};

/// The connections to servers that were told, in order.
fn links(bench: &Bench) -> Vec<ServerLink> {
    let link = |event: Event| match event {
        Event::Opened(Opened::Server(link)) => Some(*link),
        _ => None,
    };
    bench.collector.of(0).into_iter().filter_map(link).collect()
}

#[tokio::test]
async fn a_connection_is_told_once_with_all_that_is_known() {
    let bench = Bench::new(Kind::TrustedHttp1).await;
    let output = bench.run(&["--fail", "--http1.1", "https://a.test/size/1", "https://a.test/size/2", "-o", "-", "-o", "-"]).await;
    assert!(output.status.success(), "{}", text(&output.stderr));
    let (one, two) = (bench.collector.exchange(1).await, bench.collector.exchange(2).await);
    assert!(one.timings.connect > one.timings.tls && one.timings.tls > Some(0.0) && one.timings.dns.is_none(), "{:?}", one.timings);
    assert_eq!((two.timings.connect, two.timings.tls), (None, None), "it did not wait for that");
    let (first, second) = (one.connection, two.connection);
    let told = links(&bench);
    assert_eq!(told.len(), 1, "both exchanges used it");
    let link = &told[0];
    assert_eq!((Some(&*link.id), Some(&*link.id)), (first.id.as_deref(), second.id.as_deref()));
    assert!(first.fresh && !second.fresh);
    assert_eq!((link.host.as_str(), link.port, link.mapped), ("a.test", 443, true));
    assert_eq!(link.address, Some(bench.origin.address.to_string()));
    assert_eq!((&link.aliases, &link.dns, &link.through), (&None, &None, &None), "nobody was asked where it lies");
    assert!(link.connect.is_some_and(|took| took > 0));
    let tls = link.tls.as_ref().expect("TLS");
    assert_eq!((tls.version.as_deref(), tls.protocol.as_deref()), (Some("tls/1.3"), Some("http/1.1")));
    assert_eq!(tls.cipher_suite.as_deref(), first.cipher_suite.as_deref());
    assert_eq!(tls.chain.len(), 1);
    assert_eq!(first.certificate, Some(Digest::of(&tls.chain[0])));
    assert_eq!(tls.offered.server_name.as_deref(), Some("a.test"));
    assert_eq!(tls.offered.protocols, ["http/1.1"], "as the client that asked");
    // TLS_AES_128_GCM_SHA256 and TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256.
    assert!([0x1301, 0xc02b].iter().all(|suite| tls.offered.cipher_suites.contains(suite)), "{:?}", tls.offered.cipher_suites);
    assert!(tls.offered.fingerprint.as_deref().is_some_and(|print| print.starts_with("t13d")), "our own hello");
    assert!(tls.took > 0);
    // The connection is told before an exchange names it.
    let events = bench.collector.events.lock().expect("not poisoned");
    let opened = events.iter().position(|stamped| matches!(stamped.event, Event::Opened(Opened::Server(_))));
    let named = events.iter().position(|stamped| matches!(stamped.event, Event::Connection(..)));
    assert!(opened.is_some() && opened < named, "{opened:?} {named:?}");
}

#[tokio::test]
async fn certificates_that_do_not_hold_are_kept() {
    for (kind, words) in [(Kind::Untrusted, "authority that is not trusted"), (Kind::Expired, "has expired")] {
        let bench = Bench::new(kind).await;
        bench.run(&["https://a.test/size/1"]).await;
        let exchange = bench.collector.exchange(1).await;
        let Outcome::Failed { stage: FailureStage::Tls, cause } = &exchange.outcome else { panic!("{:?}", exchange.outcome) };
        assert!(cause.contains(words), "{cause}");
        let link = links(&bench).pop().expect("the connection that stood");
        let tls = link.tls.expect("a handshake");
        assert_eq!((tls.version, tls.cipher_suite), (None, None), "it came to nothing");
        assert_eq!(exchange.connection.id.as_deref(), Some(&*link.id));
        assert_eq!(exchange.connection.certificate, tls.chain.first().map(|certificate| Digest::of(certificate)));
        assert_eq!(tls.chain.len(), 1, "the certificate that was refused is there");
    }
}

#[tokio::test]
async fn aliases_are_in_the_record() {
    let edge = || vec!["127.0.0.1".parse().expect("an address")];
    let names = NameServer::start(move |name, _| match name {
        "a.test" => Reply::Addresses(vec!["a.test.cdn.example", "edge.cdn.example"], edge()),
        "silent.test" => Reply::Silence,
        _ => Reply::NoSuchName,
    })
    .await;
    let bench = Bench::with(Kind::Trusted, |settings, _| {
        settings.allow_private_upstream = true;
        settings.reach.name_servers = vec![names.address];
        settings.reach.patience = Duration::from_secs(3);
    })
    .await;
    let url = format!("https://a.test:{}/size/1", bench.origin.address.port());
    assert!(bench.run(&["--fail", &url]).await.status.success());
    let link = links(&bench).pop().expect("a connection");
    assert_eq!(link.aliases.as_deref(), Some(&["a.test.cdn.example".to_owned(), "edge.cdn.example".to_owned()][..]));
    assert!(link.dns.is_some_and(|took| took > 0) && !link.mapped);
    assert_eq!((names.asked("a.test", A), names.asked("a.test", AAAA)), (1, 1));
    for (number, host, words) in [(2, "b.test", "know no such name"), (3, "silent.test", "no name server answered within 3 seconds")] {
        bench.run(&[&format!("http://{host}:{}/", bench.origin.address.port())]).await;
        let Outcome::Failed { stage, cause } = bench.collector.exchange(number).await.outcome else { panic!("{host} is nowhere") };
        assert!(stage == FailureStage::Dns && cause.contains(words), "{cause}");
    }
}

#[tokio::test]
async fn a_name_that_leads_to_the_proxy_itself_is_no_way_in() {
    let names = NameServer::start(|_, _| Reply::of(&["127.0.0.1"])).await;
    let bench = Bench::with(Kind::Trusted, |settings, _| {
        settings.allow_private_upstream = true;
        settings.reach.name_servers = vec![names.address];
    })
    .await;
    let url = format!("http://back.example:{}/", bench.proxy.address().port());
    let output = bench.run(&["-i", &url]).await;
    assert!(text(&output.stdout).contains(" 403") && text(&output.stdout).contains("the recording proxy itself"), "{output:?}");
    assert!(links(&bench).is_empty());
}

/// How another proxy behaves.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Manner {
    /// Demands `ann:Zq7kettle` and reaches everything at one address.
    Asks,
    /// Allows nothing.
    Forbids,
    /// Takes connections and says nothing.
    Silent,
    /// Is none.
    Garbage,
    /// Closes at once.
    HangsUp,
}

/// Another HTTP proxy on loopback, in front of one origin.
struct Other {
    address: SocketAddr,
    /// Where it reaches everything.
    origin: Arc<OnceLock<SocketAddr>>,
    /// The start lines that it was sent.
    lines: Arc<Mutex<Vec<String>>>,
    task: JoinHandle<()>,
}

impl Drop for Other {
    fn drop(&mut self) {
        self.task.abort();
    }
}

const SECRET: &str = "ann:Zq7kettle";

impl Other {
    async fn start(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (lines, origin) = (Arc::<Mutex<Vec<String>>>::default(), Arc::<OnceLock<SocketAddr>>::default());
        let (noted, at) = (Arc::clone(&lines), Arc::clone(&origin));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let origin = *at.get().expect("the origin was started before anybody came");
                tokio::spawn(Self::serve(manner, origin, stream, Arc::clone(&noted)));
            }
        });
        Self { address, origin, lines, task }
    }

    async fn serve(manner: Manner, origin: SocketAddr, mut client: TcpStream, lines: Arc<Mutex<Vec<String>>>) {
        let request = head(&mut client).await;
        let Some(line) = request.lines().next() else { return };
        lines.lock().expect("not poisoned").push(line.to_owned());
        let credentials = format!("basic {}", STANDARD.encode(SECRET)).to_lowercase();
        let answer = match manner {
            Manner::Asks if request.to_lowercase().contains(&format!("proxy-authorization: {credentials}\r\n")) => {
                let Ok(mut server) = TcpStream::connect(origin).await else { return };
                if line.starts_with("CONNECT ") {
                    let _ = client.write_all(b"HTTP/1.1 200 Connection established\r\nVia: other\r\n\r\n").await;
                } else {
                    // Origin form, and the credentials end here.
                    let (method, rest) = line.split_once(" http://").expect("an absolute target");
                    let path = &rest[rest.find('/').expect("a path")..];
                    let fields = request.lines().skip(1).filter(|field| !field.to_lowercase().starts_with("proxy-"));
                    let fields: Vec<&str> = fields.collect();
                    let _ = server.write_all(format!("{method} {path}\r\n{}\r\n", fields.join("\r\n")).as_bytes()).await;
                }
                let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
                return;
            }
            Manner::Asks => {
                "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"other\"\r\nContent-Length: 0\r\n\r\n"
            }
            Manner::Forbids => "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",
            Manner::Garbage => "SSH-2.0-OpenSSH_9.2\r\n",
            Manner::Silent => {
                let _ = client.read(&mut [0; 1]).await;
                return;
            }
            Manner::HangsUp => return,
        };
        let _ = client.write_all(answer.as_bytes()).await;
    }

    /// A bench whose proxy goes through another one. Only that one knows where `a.test` lies; `mapped.test` is mapped.
    async fn bench(manner: Manner, kind: Kind, secret: Option<&str>) -> (Bench, Self) {
        let other = Self::start(manner).await;
        let bench = Bench::with(kind, |settings, origin| {
            other.origin.set(origin).expect("set once");
            let secret = secret.map(|secret| format!("{secret}@")).unwrap_or_default();
            let upstream = Some(format!("http://{secret}{}", other.address).parse().expect("a proxy"));
            // One that says nothing is waited for until the end; the others answer long before.
            let patience = if manner == Manner::Silent { Duration::from_secs(1) } else { Reach::default().patience };
            settings.reach = Reach { upstream, patience, ..Reach::default() };
            settings.map = vec![Mapping { host: "mapped.test".to_owned(), port: None, to: origin }];
        })
        .await;
        (bench, other)
    }

    fn lines(&self) -> Vec<String> {
        self.lines.lock().expect("not poisoned").clone()
    }
}

/// What was said of the targets in start lines.
fn targets(exchange: &Exchange) -> Vec<(ChangeKind, String)> {
    let targets = exchange.changes.iter().filter(|change| matches!(change.kind, ChangeKind::Target { .. }));
    targets.map(|change| (change.kind.clone(), change.reason.clone())).collect()
}

/// Nothing that was recorded holds the credentials, in clear or encoded.
fn assert_no_secret(bench: &Bench) {
    let all = format!("{:?}", bench.collector.events.lock().expect("not poisoned"));
    for secret in ["Zq7kettle", &STANDARD.encode(SECRET)] {
        assert!(!all.contains(secret), "{secret} is in the record");
    }
}

#[tokio::test]
async fn through_another_proxy_with_tls() {
    let (bench, other) = Other::bench(Manner::Asks, Kind::Trusted, Some(SECRET)).await;
    let output = bench.run(&["--fail", "-i", "https://a.test/fields"]).await;
    let answer = text(&output.stdout);
    assert!(output.status.success() && !answer.to_lowercase().contains("proxy-"), "{answer}{}", text(&output.stderr));
    assert_eq!(other.lines(), ["CONNECT a.test:443 HTTP/1.1"]);
    let link = links(&bench).pop().expect("a connection");
    let address = Some(other.address.to_string());
    assert_eq!((&link.through, &link.address, &link.aliases, &link.dns), (&address, &address, &None, &None));
    assert_eq!(link.tls.expect("TLS with the server itself").chain.len(), 1);
    let exchange = bench.collector.exchange(1).await;
    assert_eq!(exchange.connection.server_address, None, "the other proxy knows it, and does not say");
    let gaps = |event: &&Event| matches!(event, Event::Gap(gap) if gap.kind == GapKind::UpstreamProxy && gap.count == 1);
    assert!(bench.run(&["--fail", "https://a.test/size/1"]).await.status.success());
    assert_eq!(bench.collector.of(0).iter().filter(gaps).count(), 1, "said once");
    assert_no_secret(&bench);
}

#[tokio::test]
async fn through_another_proxy_without_tls() {
    let (bench, other) = Other::bench(Manner::Asks, Kind::Plain, Some(SECRET)).await;
    let output = bench.run(&["--fail", "http://a.test/fields?q=1"]).await;
    let seen = text(&output.stdout);
    assert!(output.status.success() && seen.contains("/fields?q=1") && seen.contains("host: a.test"), "{seen}{}", text(&output.stderr));
    assert!(!seen.to_lowercase().contains("proxy-"), "the credentials end at the other proxy: {seen}");
    assert_eq!(other.lines(), ["GET http://a.test/fields?q=1 HTTP/1.1"]);
    let exchange = bench.collector.exchange(1).await;
    assert_eq!(exchange.request.url, "http://a.test/fields?q=1");
    let absolute = b"http://a.test/fields?q=1".to_vec();
    assert_eq!(targets(&exchange), [(ChangeKind::Target { received: absolute.clone(), sent: absolute }, "absolute-form".to_owned())]);
    // What is reached directly is asked in the other form.
    assert!(bench.run(&["--fail", "http://mapped.test/size/1"]).await.status.success());
    let kind = ChangeKind::Target { received: b"http://mapped.test/size/1".to_vec(), sent: b"/size/1".to_vec() };
    assert_eq!(targets(&bench.collector.exchange(2).await), [(kind, "origin-form".to_owned())]);
    // What came by CONNECT goes by CONNECT.
    assert!(bench.run(&["--fail", "--proxytunnel", "http://a.test/size/1"]).await.status.success());
    assert_eq!(other.lines()[1], "CONNECT a.test:80 HTTP/1.1");
    assert_no_secret(&bench);
}

#[tokio::test]
async fn web_sockets_go_through_another_proxy_by_connect() {
    for kind in [Kind::Plain, Kind::TrustedHttp1] {
        let (bench, other) = Other::bench(Manner::Asks, kind, Some(SECRET)).await;
        let request = b"GET /socket HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: chat.v1, chat.v2\r\n\r\n";
        let answer = if kind == Kind::Plain {
            // A client that does not tunnel: the request comes in absolute form.
            let mut stream = TcpStream::connect(bench.proxy.address()).await.expect("a connection");
            let absolute = text(request).replacen("GET /", "GET http://a.test/", 1);
            stream.write_all(absolute.as_bytes()).await.expect("written");
            head(&mut stream).await
        } else {
            let mut stream = bench.secure("a.test:443", "a.test").await.expect("a connection");
            stream.write_all(request).await.expect("written");
            head(&mut stream).await
        };
        assert!(answer.starts_with("HTTP/1.1 101"), "{answer}");
        let port = if kind == Kind::Plain { 80 } else { 443 };
        assert_eq!(other.lines(), [format!("CONNECT a.test:{port} HTTP/1.1")]);
        assert_no_secret(&bench);
    }
}

#[tokio::test]
async fn a_tunnel_goes_through_another_proxy_and_what_comes_first_is_not_lost() {
    let (bench, other) = Other::bench(Manner::Asks, Kind::ServerFirst, Some(SECRET)).await;
    let (mut stream, answer) = bench.connect("mail.test:25").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let mut greeting = vec![0; super::origin::GREETING.len()];
    stream.read_exact(&mut greeting).await.expect("a greeting");
    assert_eq!(greeting, super::origin::GREETING);
    drop(stream);
    let tunnel = bench.collector.tunnel().await;
    assert_eq!((tunnel.host.as_str(), tunnel.server_address), ("mail.test", None));
    assert_eq!(other.lines(), ["CONNECT mail.test:25 HTTP/1.1"]);
    assert_no_secret(&bench);
}

#[tokio::test]
async fn what_is_mapped_is_reached_directly_and_literals_are_judged() {
    let (bench, other) = Other::bench(Manner::Asks, Kind::Plain, Some(SECRET)).await;
    assert!(bench.run(&["--fail", "http://mapped.test/size/1"]).await.status.success());
    assert_eq!(links(&bench).pop().expect("a connection").through, None);
    for host in ["127.0.0.1", "[::1]", "169.254.169.254", "localhost"] {
        let output = bench.run(&["-i", &format!("http://{host}:{}/", bench.origin.address.port())]).await;
        assert!(text(&output.stdout).contains(" 403"), "{host}: {}", text(&output.stdout));
    }
    assert!(other.lines().is_empty(), "the other proxy was not asked: {:?}", other.lines());
}

#[tokio::test]
async fn what_another_proxy_refuses_is_said_with_its_stage() {
    use FailureStage as Stage;
    for (manner, secret, expected, words) in [
        (Manner::Asks, None, Stage::Refused, "DATASPOOR_UPSTREAM_PROXY_AUTH"),
        (Manner::Asks, Some("ann:falsch"), Stage::Refused, "does not accept the user name and password"),
        (Manner::Forbids, Some(SECRET), Stage::Refused, "it does not allow this connection (status 403"),
        (Manner::Silent, Some(SECRET), Stage::Timeout, "took longer than 1 seconds"),
        (Manner::Garbage, Some(SECRET), Stage::Protocol, "no answer of an HTTP proxy"),
        (Manner::HangsUp, Some(SECRET), Stage::Reset, "broke before it answered"),
    ] {
        let (bench, other) = Other::bench(manner, Kind::Trusted, secret).await;
        let output = bench.run(&["-i", "https://a.test/"]).await;
        let page = text(&output.stdout);
        let Outcome::Failed { stage, cause } = bench.collector.exchange(1).await.outcome else { panic!("{page}") };
        assert!(stage == expected && cause.contains(words) && cause.contains(&other.address.to_string()), "{stage:?}: {cause}");
        assert!(page.contains(words) && !page.contains("Zq7kettle") && !page.contains("falsch"), "{page}");
        assert_eq!(bench.origin.accepted(), 0);
        assert_no_secret(&bench);
    }
    // Without TLS its answer comes where that of a server would, and is none.
    let (bench, _other) = Other::bench(Manner::Asks, Kind::Plain, None).await;
    let output = bench.run(&["-i", "http://a.test/"]).await;
    let Outcome::Failed { stage, cause } = bench.collector.exchange(1).await.outcome else { panic!("{}", text(&output.stdout)) };
    assert!(stage == Stage::Refused && cause.contains("status 407"), "{cause}");
    assert!(!text(&output.stdout).to_lowercase().contains("proxy-authenticate"), "{}", text(&output.stdout));
}

#[tokio::test]
async fn the_description_of_a_recording_says_who_was_trusted_and_holds_no_secret() {
    let folder = scratch();
    let arguments = ["record", "--no-browser", "--listen", "127.0.0.1:0", "--name-server", "127.0.0.1:9"];
    let command = |out: &str| {
        let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_dataspoor"));
        command.args(arguments).args(["--upstream-proxy", "http://proxy.example:3128", "--out", out]).current_dir(folder.path());
        command.env("DATASPOOR_UPSTREAM_PROXY_AUTH", SECRET).env_remove("SSL_CERT_DIR").env_remove("SSL_CERT_FILE");
        command
    };
    let (root, _) = super::origin::certificates(Kind::Trusted);
    std::fs::write(folder.path().join("root.pem"), &root).expect("written");
    let mut good = command("good");
    let mut program = Program::spawn({
        good.env("SSL_CERT_FILE", "root.pem");
        good
    });
    while !program.line().await.contains("Ctrl-C") {}
    let ended = program.interrupt().await;
    assert!(ended.status.success() && ended.err.is_empty(), "{ended:?}");
    let session = std::fs::read_to_string(folder.path().join("good/session.json")).expect("a description");
    let session: serde_json::Value = serde_json::from_str(&session).expect("JSON");
    let settings = &session["settings"];
    assert!(settings["server-authorities"].as_str().is_some_and(|told| told.starts_with("1 of this system (SHA-256 ")), "{settings}");
    assert_eq!((&settings["upstream-proxy"], &settings["name-servers"]), (&"proxy.example:3128".into(), &"127.0.0.1:9".into()));
    for (path, bytes) in super::corpus::tree(&folder.path().join("good")) {
        let found = |secret: &str| bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
        assert!(!found("Zq7kettle") && !found(&STANDARD.encode(SECRET)), "{path:?} holds the password");
    }
    let mut none = command("none");
    none.env("SSL_CERT_FILE", "nowhere.pem");
    let ended = Program::spawn(none).ended().await;
    assert_eq!(ended.status.code(), Some(2));
    assert!(ended.err.contains("SSL_CERT_FILE") && ended.err.contains("nowhere.pem"), "{}", ended.err);
    assert!(!folder.path().join("none").exists(), "nothing was begun");
    let mut wrong = command("wrong");
    wrong.env("DATASPOOR_UPSTREAM_PROXY_AUTH", "Zq7kettle");
    let ended = Program::spawn(wrong).ended().await;
    assert!(ended.status.code() == Some(2) && ended.err.contains("DATASPOOR_UPSTREAM_PROXY_AUTH"), "{ended:?}");
    assert!(!ended.err.contains("Zq7kettle"), "{}", ended.err);
}
