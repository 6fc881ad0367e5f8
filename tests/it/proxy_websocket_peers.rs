//! WebSockets of another program, client and server, through the proxy: what both ends say they sent and got is what was recorded. The program is
//! `tests/data/websocket/peers.py`.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use dataspoor::model::{BodyState, Direction, End, Event, Exchange, Opcode, Outcome};
use dataspoor::proxy::Mapping;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::Command;
use tokio::time::timeout;

use super::corpus::ROOT;
use super::live_archive::tools;
use super::proxy_bench::Bench;
use crate::origin::{Kind, NAMES};

/// A hanging program meets it, nothing else.
const VERY_LONG: Duration = Duration::from_secs(240);

/// A root, a certificate for the names of the origins and its key, all in PEM.
fn certificate() -> (String, String, String) {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, "root of the peers");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("an authority");
    let key = KeyPair::generate().expect("a key");
    let leaf = CertificateParams::new(NAMES.map(String::from)).expect("names").signed_by(&key, &issuer).expect("a certificate");
    (issuer.pem(), leaf.pem(), key.serialize_pem())
}

fn of(exchange: &Exchange, direction: Direction, opcodes: &[Opcode]) -> Vec<(Opcode, Vec<u8>, BodyState)> {
    let found = exchange.messages.iter().filter(|message| message.direction == direction && opcodes.contains(&message.opcode));
    found.map(|message| (message.opcode, message.payload.bytes().expect("readable").to_vec(), message.payload.state())).collect()
}

/// The data messages of one direction, as the program writes them.
fn noted(exchange: &Exchange, direction: Direction) -> Value {
    let hex = |payload: &[u8]| Sha256::digest(payload).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let data = of(exchange, direction, &[Opcode::Text, Opcode::Binary]);
    data.iter().map(|(opcode, payload, _)| json!([opcode.number(), payload.len(), hex(payload)])).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_both_ends_say_is_what_was_recorded() {
    let folder = tempfile::tempdir().expect("a folder");
    let (root, certificate, key) = certificate();
    let files = [("server.pem", certificate), ("server.key", key)].map(|(name, text)| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("written");
        path
    });
    let mut program = Command::new(tools().join("python"))
        .arg(Path::new(ROOT).join("tests/data/websocket/peers.py"))
        .args(files)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .expect("Python runs");
    let mut lines = BufReader::new(program.stdout.take().expect("piped")).lines();
    let mut next = async || timeout(VERY_LONG, lines.next_line()).await.expect("it says something").expect("readable");
    let ports: [u16; 2] = serde_json::from_str(&next().await.expect("a line")).expect("ports");
    let bench = Bench::with(Kind::Plain, |settings, _| {
        let map = |(host, port): (&str, u16)| Mapping { host: host.into(), port: None, to: ([127, 0, 0, 1], port).into() };
        settings.map = [("a.test", ports[0]), ("b.test", ports[1])].map(map).into();
        settings.upstream_roots = root.into_bytes();
    })
    .await;
    let told = format!("http://{} {}\n", bench.proxy.address(), bench.folder.path().join("ca.pem").display());
    program.stdin.take().expect("piped").write_all(told.as_bytes()).await.expect("written");
    let mut said = BTreeMap::new();
    while let Some(line) = next().await {
        let line: Value = serde_json::from_str(&line).expect("JSON");
        said.insert(line["path"].as_str().expect("a path").to_owned(), line);
    }
    assert!(timeout(VERY_LONG, program.wait()).await.expect("it ends").expect("a child").success());
    assert_eq!(said.len(), 36 + 10 + 1);

    let mut agreed = std::collections::BTreeSet::new();
    for number in 1..=said.len() as u64 {
        let exchange = bench.collector.exchange(number).await;
        let url = &exchange.request.url;
        let path = url.split_once(".test").expect("a name").1;
        let line = &said[path];
        assert_eq!(bench.collector.of(number).last(), Some(&Event::End(End::Complete)), "{path}");
        if path == "/refused" {
            assert_eq!((&line["status"], &line["body"]), (&json!(403), &json!("Niet voor u.\n")));
            let Outcome::Response(response) = &exchange.outcome else { panic!("{:?}", exchange.outcome) };
            assert_eq!((response.status, response.body.in_memory()), (403, Some(&b"Niet voor u.\n"[..])));
            continue;
        }
        let (sent, received) = (noted(&exchange, Direction::Sent), noted(&exchange, Direction::Received));
        assert!(line["sent"] == sent && line["server"]["got"] == sent, "{path}");
        assert!(line["got"] == received && line["server"]["sent"] == received, "{path}");
        let Outcome::Switched(response) = &exchange.outcome else { panic!("{path}: {:?}", exchange.outcome) };
        let field = |name: &str| -> Vec<String> {
            response.headers.all(name).map(|(_, value)| String::from_utf8_lossy(value).into_owned()).collect()
        };
        assert_eq!((&line["subprotocol"], field("sec-websocket-protocol")), (&json!("chat.v2"), vec!["chat.v2".to_owned()]));
        let cookies = vec!["one=1; Path=/".to_owned(), "two=2; Secure".to_owned()];
        assert_eq!((&line["cookies"], field("set-cookie")), (&json!(cookies), cookies));
        let extensions = field("sec-websocket-extensions");
        assert_eq!(line["extensions"].as_str().unwrap_or_default(), extensions.concat());
        let state = if extensions.is_empty() { BodyState::Raw } else { BodyState::AlreadyDecoded };
        for direction in [Direction::Sent, Direction::Received] {
            assert!(of(&exchange, direction, &[Opcode::Text, Opcode::Binary]).iter().all(|(.., found)| *found == state), "{path}");
        }
        agreed.extend(extensions);
        let raw = |opcode, payload: &[u8]| vec![(opcode, payload.to_vec(), BodyState::Raw)];
        let close = |direction| of(&exchange, direction, &[Opcode::Close]);
        let frame: &[u8] = if path.starts_with("/close/") { b"\x0f\xa0genoeg" } else { b"\x03\xe8klaar" };
        assert_eq!(close(Direction::Sent), raw(Opcode::Close, frame), "{path}");
        assert_eq!(close(Direction::Received), raw(Opcode::Close, frame), "{path}");
        if path.starts_with("/parts/") {
            let pings = [Opcode::Ping, Opcode::Pong];
            assert_eq!(of(&exchange, Direction::Sent, &pings), raw(Opcode::Ping, b"tussendoor"));
            assert_eq!(of(&exchange, Direction::Received, &pings), raw(Opcode::Pong, b"tussendoor"));
        }
    }
    assert_eq!(agreed.len(), 36, "every combination of parameters was agreed on: {agreed:#?}");
}
