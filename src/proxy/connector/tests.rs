//! The connector before servers, name servers and another proxy on loopback: what it refuses, what it dials and what it tells. Nothing leaves the
//! machine.

use std::sync::Mutex;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::*;
use crate::model::FailureStage;
use name_server::{A, AAAA, NameServer, Reply};

#[path = "../../../tests/it/name_server.rs"]
mod name_server;

const OPEN: Policy = Policy { allow_private: true, only_mapped: false };
const CLOSED: Policy = Policy { allow_private: false, only_mapped: false };

type Heard = Arc<Mutex<Vec<Event>>>;

/// A connector that asks `server`, with what it tells.
fn connector(policy: Policy, server: SocketAddr, change: impl FnOnce(&mut Reach)) -> (Connector, Heard) {
    let mut reach = Reach { name_servers: vec![server], ..Reach::default() };
    change(&mut reach);
    let mut connector = Connector::new(b"", Vec::new(), policy, reach).expect("a connector");
    let heard = Heard::default();
    let ear = Arc::clone(&heard);
    connector.tells(Arc::new(move |event| ear.lock().expect("not poisoned").push(event)));
    (connector, heard)
}

fn links(heard: &Heard) -> Vec<ServerLink> {
    let link = |event: &Event| match event {
        Event::Opened(Opened::Server(link)) => Some(ServerLink::clone(link)),
        _ => None,
    };
    heard.lock().expect("not poisoned").iter().filter_map(link).collect()
}

async fn looked_up(connector: &Connector, host: &str) -> Result<Vec<String>, DialError> {
    match connector.way(host, 443).await? {
        Way::Direct { addresses, .. } => Ok(addresses.iter().map(|(address, _)| address.ip().to_string()).collect()),
        Way::Upstream => panic!("there is no other proxy"),
    }
}

fn target(host: &str, port: u16, tls: bool) -> Target {
    Target { host: host.to_owned(), port, tls: tls.then(|| host.to_owned()), http2: true, tunnel: false }
}

async fn failure(connector: &Connector, target: &Target) -> (FailureStage, String, DialError) {
    let error = connector.dial(target).await.err().expect("no connection");
    (error.stage(), error.to_string(), error)
}

/// A server that does `what` with every connection.
async fn server<F: Future<Output = ()> + Send>(what: impl Fn(TcpStream) -> F + Send + Sync + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            what(stream).await;
        }
    });
    address
}

#[tokio::test]
async fn a_name_that_is_bound_again_is_judged_again() {
    let rebinding = |_: &str, before: usize| if before == 0 { Reply::of(&["8.8.8.8"]) } else { Reply::of(&["192.168.1.1"]) };
    let names = NameServer::start(rebinding).await;
    let (connector, _) = connector(CLOSED, names.address, |_| {});
    assert_eq!(looked_up(&connector, "rebind.example").await.expect("public"), ["8.8.8.8"]);
    let second = looked_up(&connector, "rebind.example").await.expect_err("private");
    assert!(matches!(&second, DialError::Private { address } if address.to_string() == "192.168.1.1"), "{second}");
    assert_eq!(second.stage(), FailureStage::Blocked);
    assert_eq!(names.asked("rebind.example", A), 2, "an answer that may not be kept was not");
}

#[tokio::test]
async fn of_public_and_private_addresses_the_public_ones_stay() {
    let mixed = |name: &str, _: usize| match name {
        "mixed.example" => Reply::of(&["10.0.0.1", "8.8.8.8", "fd00::1", "2a03:2880::1", "::ffff:8.8.4.4"]),
        _ => Reply::of(&["127.0.0.1", "::1"]),
    };
    let names = NameServer::start(mixed).await;
    let (connector, _) = connector(CLOSED, names.address, |_| {});
    assert_eq!(looked_up(&connector, "mixed.example").await.expect("public ones"), ["2a03:2880::1", "8.8.8.8"]);
    assert!(matches!(looked_up(&connector, "loop.example").await, Err(DialError::Private { .. })));
    for literal in ["127.0.0.1", "127.1", "0x7f.1", "2130706433", "::1", "::ffff:127.0.0.1", "fe80::1", "10.0.0.1", "0.0.0.0"] {
        let error = connector.reach(literal, 80).await.expect_err("not to be reached");
        assert!(matches!(error, DialError::Private { .. }), "{literal}: {error}");
    }
    for odd in ["fe80::1%lo", "fe80::1%25lo", "1.2.3.4.5", "a b"] {
        let error = connector.reach(odd, 80).await.expect_err("not to be reached");
        assert!(matches!(error, DialError::Name { .. }), "{odd}: {error}");
        assert_eq!(names.asked(odd, A), 0, "{odd} is no name that anybody is asked for");
    }
    assert!(matches!(connector.reach("mixed.example", 0).await, Err(DialError::Port { .. })));
    assert_eq!(names.asked("mixed.example", A), 1, "not for port 0");
}

#[tokio::test]
async fn the_address_that_was_judged_is_the_one_that_is_dialled() {
    let address = server(|_| async {}).await;
    let rebinding = |_: &str, before: usize| if before == 0 { Reply::of(&["127.0.0.1"]) } else { Reply::of(&["127.0.0.2"]) };
    let names = NameServer::start(rebinding).await;
    let (connector, heard) = connector(OPEN, names.address, |_| {});
    let (stream, server) = connector.reach("rebind.example", address.port()).await.expect("a connection");
    assert_eq!(stream.peer_addr().expect("an address"), address);
    assert_eq!(server, Some(address.ip()));
    assert_eq!((names.asked("rebind.example", A), names.asked("rebind.example", AAAA)), (1, 1), "nobody asks a second time");
    assert_eq!(links(&heard)[0].address, Some(address.to_string()));
}

#[tokio::test]
async fn one_address_of_several_is_enough() {
    let address = server(|_| async {}).await;
    let names = NameServer::start(|_, _| Reply::of(&["::1", "127.0.0.9", "127.0.0.1"])).await;
    let (connector, heard) = connector(OPEN, names.address, |_| {});
    connector.reach("many.example", address.port()).await.expect("a connection");
    assert_eq!(links(&heard)[0].address, Some(address.to_string()), "the one that answered");
}

#[tokio::test]
async fn aliases_are_told_in_order() {
    let chain = |name: &str, _: usize| match name {
        "www.example" => {
            Reply::Addresses(vec!["www.example.cdn.example", "Edge.cdn.example"], vec!["127.0.0.1".parse().expect("an address")])
        }
        // Each answer holds one step only.
        "slow.example" => Reply::Addresses(vec!["step.example"], Vec::new()),
        "step.example" => Reply::Addresses(vec!["edge.example"], Vec::new()),
        "circle.example" => Reply::Addresses(vec!["circle.example"], Vec::new()),
        _ => Reply::of(&["127.0.0.1"]),
    };
    let names = NameServer::start(chain).await;
    let address = server(|_| async {}).await;
    let (connector, heard) = connector(OPEN, names.address, |_| {});
    for host in ["www.example", "slow.example", "plain.example"] {
        connector.reach(host, address.port()).await.expect("a connection");
    }
    connector.reach("127.0.0.1", address.port()).await.expect("a connection");
    let aliases: Vec<_> = links(&heard).into_iter().map(|link| link.aliases.map(|names| names.join(" "))).collect();
    let told = |text: &str| Some(text.to_owned());
    assert_eq!(
        aliases,
        [told("www.example.cdn.example edge.cdn.example"), told("step.example edge.example"), told(""), None],
        "for an address nobody is asked"
    );
    assert!(links(&heard)[0].dns.is_some_and(|took| took > 0) && links(&heard)[3].dns.is_none());
    let (stage, words, _) = failure(&connector, &target("circle.example", address.port(), false)).await;
    assert_eq!(stage, FailureStage::Dns, "{words}");
}

#[tokio::test]
async fn names_that_do_not_resolve() {
    let names = NameServer::start(|name, _| match name {
        "none.example" => Reply::NoSuchName,
        "empty.example" => Reply::of(&[]),
        _ => Reply::Silence,
    })
    .await;
    let (connector, heard) = connector(CLOSED, names.address, |reach| reach.patience = Duration::from_secs(2));
    for (host, expected) in [
        ("none.example", "know no such name"),
        ("empty.example", "has no address"),
        ("silent.example", "no name server answered within 2 seconds"),
    ] {
        let (stage, words, _) = failure(&connector, &target(host, 443, true)).await;
        assert!(stage == FailureStage::Dns && words.contains(host) && words.contains(expected), "{words}");
    }
    assert!(links(&heard).is_empty(), "nothing was opened");
}

#[tokio::test]
async fn what_goes_wrong_before_and_within_tls() {
    let closed = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.local_addr().expect("an address")
    };
    let silent = server(|stream| async {
        tokio::spawn(async move {
            let _kept = stream;
            std::future::pending::<()>().await;
        });
    })
    .await;
    let reset = server(|mut stream| async move {
        // Closing with bytes unread sends a reset.
        let _ = stream.read(&mut [0; 1]).await;
    })
    .await;
    let hung_up = server(|mut stream| async move {
        let _ = stream.read(&mut [0; 4096]).await;
        let _ = stream.shutdown().await;
    })
    .await;
    let plain = server(|mut stream| async move {
        let _ = stream.read(&mut [0; 4096]).await;
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
    })
    .await;
    let alert = server(|mut stream| async move {
        let _ = stream.read(&mut [0; 4096]).await;
        // handshake_failure, fatal (RFC 8446 section 6).
        let _ = stream.write_all(&[0x15, 3, 3, 0, 2, 2, 40]).await;
    })
    .await;
    let nobody = "127.0.0.1:9".parse().expect("an address");
    let (connector, heard) = connector(OPEN, nobody, |reach| reach.patience = Duration::from_secs(2));
    for (address, expected, words) in [
        (closed, FailureStage::Refused, "cannot be reached"),
        (silent, FailureStage::Timeout, "the TLS handshake with 127.0.0.1 took longer than 2 seconds"),
        (reset, FailureStage::Reset, "broke during the TLS handshake"),
        (hung_up, FailureStage::Reset, "broke during the TLS handshake"),
        (plain, FailureStage::Tls, "does not speak TLS"),
        (alert, FailureStage::Tls, "broke off the handshake"),
    ] {
        let before = links(&heard).len();
        let (stage, said, error) = failure(&connector, &target("127.0.0.1", address.port(), true)).await;
        assert!(stage == expected && said.contains(words), "{stage:?}: {said}");
        let opened = links(&heard).split_off(before);
        assert_eq!(opened.len(), usize::from(expected != FailureStage::Refused), "a connection that stood is told: {said}");
        assert_eq!(error.connection().and_then(|connection| connection.id.clone()), opened.first().map(|link| link.id.as_str().into()));
        if let Some(tls) = opened.first().and_then(|link| link.tls.as_ref()) {
            assert_eq!((&tls.version, tls.chain.len(), &tls.offered.server_name), (&None, 0, &None), "{said}");
            assert_eq!(tls.offered.protocols, ["h2", "http/1.1"], "what we offered is told all the same");
        }
    }
}

#[tokio::test]
async fn the_proxy_itself_is_never_dialled() {
    let own = server(|_| async {}).await;
    let names = NameServer::start(|_, _| Reply::of(&["127.0.0.1"])).await;
    let (mut connector, heard) = connector(OPEN, names.address, |_| {});
    connector.listens_at(own);
    connector.map = vec![Mapping { host: "mapped.example".to_owned(), port: None, to: own }];
    for host in ["127.0.0.1", "127.1", "::ffff:127.0.0.1", "0.0.0.0", "back.example", "mapped.example"] {
        let (stage, words, _) = failure(&connector, &target(host, own.port(), false)).await;
        assert!(stage == FailureStage::Blocked && words.contains("the recording proxy itself"), "{host}: {words}");
    }
    assert!(links(&heard).is_empty());
}

#[tokio::test]
async fn through_another_proxy_names_are_its_own_matter_and_addresses_ours() {
    let names = NameServer::start(|_, _| Reply::NoSuchName).await;
    let proxy = |reach: &mut Reach| reach.upstream = Some("http://127.0.0.1:9".parse().expect("a proxy"));
    let (connector, _) = connector(CLOSED, names.address, proxy);
    for host in ["127.0.0.1", "127.1", "::1", "169.254.169.254", "localhost", "a.localhost."] {
        let error = connector.reach(host, 80).await.expect_err("refused");
        assert!(matches!(error, DialError::Private { .. }), "{host}: {error}");
    }
    assert!(matches!(connector.way("8.8.8.8", 443).await, Ok(Way::Upstream)));
    assert!(matches!(connector.way("intern.example", 443).await, Ok(Way::Upstream)));
    assert_eq!(names.asked("intern.example", A), 0, "the other proxy looks it up");
}

#[test]
fn names_of_suites_and_versions() {
    assert_eq!(iana(rustls::CipherSuite::TLS13_AES_128_GCM_SHA256), "TLS_AES_128_GCM_SHA256");
    assert_eq!(version(ProtocolVersion::TLSv1_2), "tls/1.2");
}
