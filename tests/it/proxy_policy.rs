//! What outside clients and pages must not be able to do through the proxy, tried as an attacker would: use it without a password, guess one,
//! find one in the record, reach this machine by every way to write its address, have the authority vouch for others, and hold it up.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dataspoor::model::{Event, FailureStage, Outcome, Recorder, Submission, TunnelReason};
use dataspoor::proxy::{Admission, Authority, Credentials, HostPattern, Settings, StartError, start};
use rcgen::{CertificateParams, Issuer, KeyPair, SanType};
use rustls::RootCertStore;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier as _;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::proxy_bench::{Bench, Collector, LONG, head, text};
use crate::origin::{Kind, now};

const USER: &str = "auditor";
const PASSWORD: &str = "correct horse battery";

fn guarded(settings: &mut Settings, origin: SocketAddr) {
    settings.map = vec![format!("a.test={origin}").parse().expect("a mapping")];
    settings.admission.credentials = Some(Credentials::new(USER, PASSWORD).expect("credentials"));
}

/// Nothing of the credentials stands anywhere in what was recorded.
fn nowhere(bench: &Bench, answer: &str) {
    let token = STANDARD.encode(format!("{USER}:{PASSWORD}"));
    let whole = format!("{:?}", bench.collector.events.lock().expect("not poisoned"));
    for secret in [PASSWORD, &token, "proxy-authorization: ", "Proxy-Authorization: "] {
        assert!(!whole.contains(secret), "{secret} was recorded");
        assert!(!answer.contains(secret), "{secret} reached the server");
    }
    // Bytes are printed as lists of numbers where they are no text.
    let numbers = token.bytes().map(|byte| byte.to_string()).collect::<Vec<_>>().join(", ");
    assert!(!whole.contains(&numbers));
}

#[tokio::test]
async fn without_the_password_nothing_is_asked_of_anybody() {
    for (kind, url, way) in [
        (Kind::Trusted, "https://a.test/size/1", "--http2"),
        (Kind::Plain, "http://a.test/size/1", "--no-proxytunnel"),
        (Kind::Plain, "http://a.test/size/1", "--proxytunnel"),
    ] {
        let bench = Bench::with(kind, guarded).await;
        for user in [None, Some("auditor:wrong horse battery"), Some("auditor:"), Some("other:correct horse battery")] {
            let user = user.map_or_else(Vec::new, |user| vec!["--proxy-user", user]);
            let output = bench.curl(&[&[way, "-D", "-", "-o", "/dev/null", url][..], &user].concat()).output().await.expect("curl runs");
            // For CONNECT, curl says so in an error.
            let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
            assert!(said.contains("407"), "{way} {user:?}: {said}");
        }
        assert_eq!((bench.origin.accepted(), bench.collector.events.lock().expect("not poisoned").len()), (0, 0), "{way}");
        let right = format!("{USER}:{PASSWORD}");
        let output = bench.run(&[way, "--proxy-user", &right, url]).await;
        assert_eq!(output.stdout.len(), 1, "{way}: {}", text(&output.stderr));
    }
    let bench = Bench::with(Kind::Trusted, guarded).await;
    let (_, answer) = bench.connect("a.test:443").await;
    let answer = answer.to_lowercase();
    assert!(answer.starts_with("http/1.1 407 ") && answer.contains("proxy-authenticate: basic realm=\"dataspoor\""), "{answer}");
}

#[tokio::test]
async fn every_request_of_a_connection_must_show_it() {
    let bench = Bench::with(Kind::Plain, guarded).await;
    let mut stream = TcpStream::connect(bench.proxy.address()).await.expect("a connection");
    let token = STANDARD.encode(format!("{USER}:{PASSWORD}"));
    let with = format!("GET http://a.test/empty HTTP/1.1\r\nHost: a.test\r\nProxy-Authorization: Basic {token}\r\n\r\n");
    let without = "GET http://a.test/empty HTTP/1.1\r\nHost: a.test\r\n\r\n";
    for (request, status) in [(with.as_str(), "204"), (without, "407")] {
        stream.write_all(request.as_bytes()).await.expect("written");
        let answer = head(&mut stream).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
    }
    assert_eq!(bench.origin.accepted(), 1);
}

#[tokio::test]
async fn the_password_reaches_neither_server_nor_record() {
    let right = format!("{USER}:{PASSWORD}");
    let field = format!("Proxy-Authorization: Basic {}", STANDARD.encode(&right));
    for (kind, url, way) in [
        (Kind::Trusted, "https://a.test/fields", "--http1.1"),
        (Kind::Trusted, "https://a.test/fields", "--http2"),
        (Kind::Plain, "http://a.test/fields", "--no-proxytunnel"),
        (Kind::Plain, "http://a.test/fields", "--proxytunnel"),
    ] {
        let bench = Bench::with(kind, guarded).await;
        // A careless client shows it inside the tunnel as well.
        let inside = ["-H", &field];
        let inside = if way == "--no-proxytunnel" { &[][..] } else { &inside[..] };
        let output = bench.run(&[&[way, "--proxy-user", &right, url][..], inside].concat()).await;
        let answer = text(&output.stdout);
        assert!(answer.contains("host: a.test") || answer.contains("HTTP/2"), "{way}: {answer}{}", text(&output.stderr));
        bench.collector.ended(1).await;
        nowhere(&bench, &answer);
    }
    // Not of a host that passes unread either.
    let bench = Bench::with(Kind::Plain, |settings, origin| {
        guarded(settings, origin);
        settings.admission.passing.pass = vec!["a.test".parse().expect("a host")];
    })
    .await;
    let output = bench.run(&["--no-proxytunnel", "--proxy-user", &right, "http://a.test/fields"]).await;
    nowhere(&bench, &text(&output.stdout));
}

#[tokio::test]
async fn guessing_ends_in_a_pause_in_which_nothing_is_looked_at() {
    let bench = Bench::with(Kind::Trusted, guarded).await;
    let mut answers = Vec::new();
    for number in 0..60 {
        let mut stream = TcpStream::connect(bench.proxy.address()).await.expect("a connection");
        let token = STANDARD.encode(format!("{USER}:guess number {number}"));
        let request = format!("CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\nProxy-Authorization: Basic {token}\r\n\r\n");
        stream.write_all(request.as_bytes()).await.expect("written");
        answers.push(head(&mut stream).await);
    }
    let told_to_wait = answers.iter().filter(|answer| answer.starts_with("HTTP/1.1 429 ")).count();
    assert!(answers[0].starts_with("HTTP/1.1 407 ") && told_to_wait > 20, "{told_to_wait} of 60");
    assert!(answers.iter().any(|answer| answer.to_lowercase().contains("retry-after: ")));
    assert_eq!(bench.origin.accepted(), 0);
}

#[tokio::test]
async fn nobody_listens_for_others_without_a_password() {
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:0"] {
        let settings = Settings {
            listen: address.parse().expect("an address"),
            authority: Authority::generate("dataspoor test", now(), 3).expect("an authority"),
            upstream_roots: Vec::new(),
            map: Vec::new(),
            allow_private_upstream: false,
            only_mapped: false,
            reach: dataspoor::proxy::Reach::default(),
            admission: Admission::default(),
        };
        let refused = start(settings, Arc::new(Collector::default())).await.expect_err("it does not start");
        assert!(matches!(refused, StartError::Unguarded(_)) && refused.to_string().contains("--proxy-auth"), "{refused}");
    }
}

/// Ways to write this machine, or a machine of its network, that a comparison of texts would let pass.
const INSIDE: [&str; 24] = [
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "127.255.255.254",
    "0x7f.1",
    "0x7f000001",
    "0X7F.0.0.1",
    "2130706433",
    "017700000001",
    "0177.0.0.1",
    "127.0.0.1.",
    "0",
    "0.0.0.0",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[64:ff9b::127.0.0.1]",
    "[fe80::1]",
    "169.254.169.254",
    "10.0.0.1",
];

#[tokio::test]
async fn no_way_to_write_this_machine_leads_into_it() {
    for kind in [Kind::Plain, Kind::ServerFirst] {
        let bench = Bench::with(kind, |_, _| {}).await;
        let port = bench.origin.address.port();
        for (number, host) in (1..).zip(INSIDE) {
            if kind == Kind::Plain {
                // By a request in absolute form, as a page causes it.
                let output =
                    bench.run(&["--no-proxytunnel", "--request-target", &format!("http://{host}:{port}/"), "http://a.test/"]).await;
                // Where the resolver does not know the name of this machine with a dot at its end, that is an answer too.
                let unknown = host == "localhost." && text(&output.stdout).contains("502");
                assert!(unknown || text(&output.stdout).contains("403"), "{host}: {} {}", text(&output.stdout), text(&output.stderr));
                let outcome = bench.collector.exchange(number).await.outcome;
                let stage = if unknown { FailureStage::Dns } else { FailureStage::Blocked };
                assert!(matches!(&outcome, Outcome::Failed { stage: found, .. } if *found == stage), "{host}: {outcome:?}");
            } else {
                // By a tunnel, as a script in the network would.
                let (mut stream, answer) = bench.connect(&format!("{host}:{port}")).await;
                assert!(answer.starts_with("HTTP/1.1 200 "), "{host}: {answer}");
                stream.write_all(b"\x05\x01\x00").await.expect("written");
                let mut got = Vec::new();
                let _ = timeout(LONG, stream.read_to_end(&mut got)).await.expect("it ends");
                assert_eq!(got, b"", "{host}");
                let is = |event: &Event| matches!(event, Event::Tunnel(_));
                let events = bench.collector.until(0, |events| events.iter().filter(|event| is(event)).count() == number as usize).await;
                let Some(Event::Tunnel(tunnel)) = events.iter().rfind(|event| is(event)) else { panic!("no tunnel") };
                let words = tunnel.failure.as_deref().expect("a failure");
                assert!(
                    words.contains("private network") || host == "localhost." && words.contains("does not resolve"),
                    "{host}: {tunnel:?}"
                );
                assert_eq!((tunnel.bytes_up, tunnel.bytes_down), (0, 0));
            }
        }
        assert_eq!(bench.origin.accepted(), 0);
    }
}

#[tokio::test]
async fn what_is_no_host_is_no_destination() {
    let bench = Bench::new(Kind::Trusted).await;
    let port = bench.origin.address.port();
    for host in
        ["256.0.0.1", "1.2.3.4.5", "127.0.0.0x100", "a.test.1", "user@127.0.0.1", "a.test@127.0.0.1", "[::1%25lo]", "[fe80::1%25eth0]", "."]
    {
        let (_, answer) = bench.connect(&format!("{host}:{port}")).await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{host}: {answer}");
    }
    // Digits of other scripts, which names are made of and which some resolvers read as these.
    for host in ["１２７.0.0.1", "①②⑦.0.0.1", "127。0。0。1"] {
        let (_, answer) = bench.connect(&format!("{host}:{port}")).await;
        assert!(!answer.starts_with("HTTP/1.1 200 "), "{host}: {answer}");
    }
    assert_eq!(bench.origin.accepted(), 0);
}

#[tokio::test]
async fn the_proxy_does_not_lead_to_itself() {
    // Even where private addresses may be reached.
    let bench = Bench::with(Kind::Plain, |settings, _| settings.allow_private_upstream = true).await;
    let own = bench.proxy.address().port();
    for host in ["127.0.0.1", "127.1", "localhost", "[::ffff:127.0.0.1]", "0.0.0.0"] {
        let (_, answer) = bench.connect(&format!("{host}:{own}")).await;
        assert!(answer.starts_with("HTTP/1.1 508 "), "{host}: {answer}");
        let output = bench.run(&["--no-proxytunnel", "-i", "--request-target", &format!("http://{host}:{own}/"), "http://a.test/"]).await;
        assert!(text(&output.stdout).starts_with("HTTP/1.1 508 "), "{host}: {}", text(&output.stdout));
    }
    let tunnel = bench.collector.tunnel().await;
    assert_eq!((tunnel.reason, tunnel.port), (TunnelReason::Refused, own));
}

/// A recorder whose disk is full from some moment on.
struct Full {
    collector: Arc<Collector>,
    full: Arc<AtomicBool>,
}

impl Recorder for Full {
    fn submit(&self, submission: Submission) {
        self.collector.submit(submission);
    }

    fn refuses(&self) -> Option<String> {
        self.full.load(SeqCst).then(|| "the disk is full".to_owned())
    }
}

#[tokio::test]
async fn what_could_not_be_recorded_does_not_happen() {
    let origin = crate::origin::Origin::start(Kind::ServerFirst).await;
    let collector = Arc::new(Collector::default());
    let full = Arc::new(AtomicBool::new(false));
    let settings = Settings {
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        authority: Authority::generate("dataspoor test", now(), 3).expect("an authority"),
        upstream_roots: Vec::new(),
        map: vec![format!("a.test={}", origin.address).parse().expect("a mapping")],
        allow_private_upstream: false,
        only_mapped: false,
        reach: dataspoor::proxy::Reach::default(),
        admission: Admission::default(),
    };
    let proxy = start(settings, Arc::new(Full { collector: Arc::clone(&collector), full: Arc::clone(&full) })).await.expect("it runs");
    let connect = async |port: u16| {
        let mut stream = TcpStream::connect(proxy.address()).await.expect("a connection");
        stream.write_all(format!("CONNECT a.test:{port} HTTP/1.1\r\nHost: a.test\r\n\r\n").as_bytes()).await.expect("written");
        let answer = head(&mut stream).await;
        (stream, answer)
    };
    let (mut running, _) = connect(25).await;
    let mut one = [0; 1];
    timeout(LONG, running.read_exact(&mut one)).await.expect("it speaks").expect("a byte");
    let (mut waiting, _) = connect(443).await;
    full.store(true, SeqCst);
    let accepted = origin.accepted();
    let (mut refused, answer) = connect(25).await;
    let mut page = vec![0; 64 * 1024];
    let length = timeout(LONG, refused.read(&mut page)).await.expect("a page comes").expect("a page");
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    let page = text(&page[..length]);
    assert!(page.contains("the disk is full") && page.contains("niets meer") && page.contains("Nothing more"), "{page}");
    // One that was accepted before and speaks only now is not carried on, and one under way is cut.
    waiting.write_all(b"\x05\x01\x00").await.expect("written");
    for stream in [&mut waiting, &mut running] {
        let mut rest = Vec::new();
        let _ = timeout(LONG, stream.read_to_end(&mut rest)).await.expect("it ends");
    }
    assert_eq!(origin.accepted(), accepted, "nobody was contacted for them");
    let told = |event: &Event| matches!(event, Event::Tunnel(tunnel) if tunnel.failure.as_deref().is_some_and(|why| why.contains("the disk is full")));
    collector.until(0, |events| events.iter().filter(|event| told(event)).count() == 2).await;
}

/// Whether a certificate for `host` that the authority's own key signed is accepted: by openssl, and by rustls.
fn vouches(folder: &Path, authority: &Authority, host: &str) -> (bool, bool) {
    let key = KeyPair::generate().expect("a key");
    let issuer =
        Issuer::from_ca_cert_pem(authority.certificate_pem(), KeyPair::from_pem(&authority.key_pem()).expect("a key")).expect("an issuer");
    let mut params = CertificateParams::default();
    // Nothing but the names may be what is wrong with it.
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.subject_alt_names = vec![match host.parse() {
        Ok(address) => SanType::IpAddress(address),
        Err(_) => SanType::DnsName(host.try_into().expect("a name")),
    }];
    (params.not_before, params.not_after) = (now().into(), (now() + Duration::from_secs(3_600)).into());
    let leaf = params.signed_by(&key, &issuer).expect("a certificate");
    let (ca, path) = (folder.join("ca.pem"), folder.join("leaf.pem"));
    std::fs::write(&ca, authority.certificate_pem()).expect("written");
    std::fs::write(&path, leaf.pem()).expect("written");
    let output =
        Command::new("openssl").args(["verify", "-purpose", "sslserver", "-CAfile"]).args([&ca, &path]).output().expect("openssl runs");
    let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
    assert!(output.status.success() || said.contains("subtree violation"), "{host}: {said}");
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(authority.certificate_pem().as_bytes()).expect("a certificate")).expect("a root");
    let provider = Arc::new(aws_lc_rs::default_provider());
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build().expect("a verifier");
    let name = ServerName::try_from(host.to_owned()).expect("a name");
    let verified = verifier.verify_server_cert(
        leaf.der(),
        &[],
        &name,
        &[],
        UnixTime::since_unix_epoch(now().duration_since(std::time::UNIX_EPOCH).expect("a time")),
    );
    (output.status.success(), verified.is_ok())
}

#[test]
fn a_stolen_key_vouches_for_nobody_but_the_only_hosts() {
    let folder = super::corpus::scratch();
    let authority = |hosts: &[&str]| {
        let hosts: Vec<HostPattern> = hosts.iter().map(|host| host.parse().expect("a host")).collect();
        Authority::generate_for("dataspoor test", now(), 3, &hosts).expect("an authority")
    };
    for (only, inside, outside) in [
        (
            &["*.facebook.test", "town.test"][..],
            &["facebook.test", "www.facebook.test", "town.test"][..],
            &["bank.test", "notfacebook.test", "facebook.test.evil.test", "192.0.2.1", "2001:db8::1"][..],
        ),
        (&["192.0.2.1"], &["192.0.2.1"], &["192.0.2.2", "a.test", "2001:db8::1"]),
        (&["2001:db8::1", "a.test"], &["2001:db8::1", "a.test"], &["2001:db8::2", "192.0.2.1", "b.test"]),
    ] {
        let limited = authority(only);
        for host in inside {
            assert_eq!(vouches(folder.path(), &limited, host), (true, true), "{host} is one of {only:?}");
        }
        for host in outside {
            assert_eq!(vouches(folder.path(), &limited, host), (false, false), "{host} is none of {only:?}");
        }
    }
    assert_eq!(vouches(folder.path(), &authority(&[]), "bank.test"), (true, true), "without --only it is as it was");
}

#[tokio::test]
async fn with_only_some_hosts_browsers_of_those_are_served_by_the_limited_authority() {
    let only = ["a.test", "127.0.0.1"].map(|host| host.parse::<HostPattern>().expect("a host"));
    let limited = Authority::generate_for("dataspoor test", now(), 3, &only).expect("an authority");
    let pem = limited.certificate_pem().to_owned();
    let bench = Bench::with(Kind::Trusted, |settings, origin| {
        settings.authority = limited;
        settings.map = ["a.test", "b.test"].map(|host| format!("{host}={origin}").parse().expect("a mapping")).into();
        settings.map.push(format!("127.0.0.1:443={origin}").parse().expect("a mapping"));
        settings.admission.passing.only = only.into();
    })
    .await;
    std::fs::write(bench.folder.path().join("ca.pem"), pem).expect("written");
    for (number, url) in [(1, "https://a.test/size/3"), (2, "https://127.0.0.1/size/3")] {
        let output = bench.run(&[url]).await;
        assert_eq!(output.stdout.len(), 3, "{url}: {}", text(&output.stderr));
        assert_eq!(bench.collector.exchange(number).await.request.url, url);
    }
    let output = bench.run(&["https://b.test/size/3"]).await;
    assert!(!output.status.success(), "the origin's own certificate arrives, which this client does not know");
    let tunnel = bench.collector.tunnel().await;
    assert_eq!(
        (tunnel.reason, tunnel.host.as_str(), tunnel.server_name.as_deref()),
        (TunnelReason::PassedThrough, "b.test", Some("b.test"))
    );
    // Whoever calls a foreign host by the name of one that is read, or the other way round, is not read.
    let foreign = bench.secure("b.test:443", "a.test").await;
    assert!(foreign.is_err(), "not our certificate");
    assert_eq!(bench.proxy.counters().requests.load(SeqCst), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_idle_clients_and_stalled_ones_hold_nobody_up() {
    let bench = Bench::with(Kind::Trusted, |settings, origin| {
        settings.map = vec![format!("a.test={origin}").parse().expect("a mapping")];
        settings.admission.patience = Duration::from_secs(1);
    })
    .await;
    let mut idle = Vec::new();
    for number in 0..1_000 {
        let mut stream = TcpStream::connect(bench.proxy.address()).await.expect("a connection");
        let opening: &[u8] = match number % 4 {
            // A head that never ends, one that has not begun, a CONNECT without anything after it, and with half a hello.
            0 => b"GET http://a.test/ HTTP/1.1\r\nX-Slow: ",
            1 => b"",
            2 => b"CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\n\r\n",
            _ => b"CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\n\r\n\x16\x03\x01\x02",
        };
        stream.write_all(opening).await.expect("written");
        idle.push(stream);
    }
    let output = bench.run(&["https://a.test/size/3"]).await;
    assert_eq!(output.stdout.len(), 3, "others are served: {}", text(&output.stderr));
    assert_eq!(bench.origin.accepted(), 1, "and nobody was contacted for those that say nothing");
    // Those that asked to be connected and then stall are let go.
    for (number, stream) in idle.iter_mut().enumerate().filter(|(number, _)| number % 4 >= 2) {
        let mut rest = Vec::new();
        let ended = timeout(LONG, stream.read_to_end(&mut rest)).await;
        assert!(ended.is_ok(), "client {number} still holds its connection");
    }
    assert_eq!(bench.proxy.counters().unused_connects.load(SeqCst), 250);
    let stalled = |events: &[Event]| {
        events.iter().filter(|event| matches!(event, Event::Tunnel(tunnel) if tunnel.reason == TunnelReason::HandshakeEnded)).count() == 250
    };
    bench.collector.until(0, stalled).await;
    assert_eq!(bench.origin.accepted(), 1, "what a client only began is passed on to nobody");
}
