//! Flow files of mitmproxy: those of the corpus against the facts that mitmproxy's own reader found in them, and one of our own with made-up flows
//! (`scripts/make-flow-fixtures.py`).

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use dataspoor::batch::load;
use dataspoor::interop::Options;
use dataspoor::model::{BodyState, Entry, GapKind, NotCarried, Outcome};
use serde_json::{Value, json};

use super::corpus::{ROOT, name, run, scratch, shared};

/// Our own flow file.
fn simulated() -> PathBuf {
    Path::new(ROOT).join("tests/data/mitm/simulated.mitm")
}

/// Files that are not supported, with what the error has to say.
const NOT_SUPPORTED: [(&str, &[&str]); 1] = [(
    "mitmproxytest-dumpfile-010.mitm",
    &["flow 1", "byte 0", "version 0.10.1 of mitmproxy", "not supported", "0.11 to 21", "save it there"],
)];

/// Where mitmproxy's conversion of an old file shows more requests than the file holds: each handshake a second time with its messages, and one without a
/// handshake as a request to the host `unknown`. Ours are the requests that stand in the file.
const SHOWN_TWICE: [(&str, &[(&str, u64)]); 1] = [("mitmproxytest-dumpfile-7-websocket.mitm", &[("echo.websocket.org", 3)])];

fn counts(entries: &[Entry]) -> (BTreeMap<String, u64>, u64, u64) {
    let (mut hosts, mut unanswered, mut cookies) = (BTreeMap::new(), 0, 0);
    for entry in entries {
        let url = &entry.exchange.request.url;
        let host = url.split("://").nth(1).unwrap_or(url).split(['/', '?', ':']).next().unwrap_or_default();
        *hosts.entry(host.to_owned()).or_default() += 1;
        let response = entry.exchange.outcome.response();
        unanswered += u64::from(response.is_none());
        cookies += response.map_or(0, |response| response.headers.all("set-cookie").count() as u64);
    }
    (hosts, unanswered, cookies)
}

#[test]
fn flow_files_of_the_corpus_hold_what_the_facts_say() {
    let (Some(facts), Some(folder)) = (shared("corpus/facts.json"), shared("corpus/flow")) else {
        eprintln!("../shared/corpus is not there; only our own flow file is read, by the tests below");
        return;
    };
    let facts: Value = serde_json::from_slice(&fs::read(facts).expect("facts")).expect("facts are JSON");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    let mut compared = 0;
    for path in &paths {
        let name = name(path);
        let known = &facts["files"][format!("flow/{name}")];
        assert!(known.is_object(), "{name} has no facts");
        let loaded = load(path, Options::default());
        if let Some((_, words)) = NOT_SUPPORTED.iter().find(|(refused, _)| *refused == name) {
            let error = loaded.expect_err("not supported").to_string();
            words.iter().for_each(|word| assert!(error.contains(word), "{name}: {error:?} does not say {word:?}"));
            assert_ne!(known["reader_error"], Value::Null, "{name} can be read by others");
            continue;
        }
        let loaded = loaded.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(loaded.capture.format, "mitmproxy-flows");
        let (hosts, unanswered, cookies) = counts(&loaded.entries);
        assert_eq!(loaded.contents.elements, known["flows"], "{name}");
        assert_eq!(cookies, known["set_cookie_count"], "{name}");
        match SHOWN_TWICE.iter().find(|(shown, _)| *shown == name) {
            Some((_, expected)) => {
                let expected: BTreeMap<String, u64> = expected.iter().map(|(host, count)| ((*host).to_owned(), *count)).collect();
                assert_eq!((hosts, unanswered), (expected, 0), "{name}");
                let orphans: u64 = loaded.contents.gaps.iter().filter(|gap| gap.kind == GapKind::OtherFlows).map(|gap| gap.count).sum();
                let with_messages = loaded.entries.iter().filter(|entry| !entry.exchange.messages.is_empty()).count() as u64;
                let elements = loaded.entries.len() as u64 + with_messages + orphans;
                assert_eq!(
                    (orphans, elements),
                    (1, loaded.contents.elements),
                    "{name}: every flow is an entry, messages of one, or counted"
                );
            }
            None => {
                assert_eq!(json!(hosts), known["requests_by_host"], "{name}");
                assert_eq!(unanswered, known["without_response"], "{name}");
                let sockets = loaded.entries.iter().filter(|entry| matches!(entry.exchange.outcome, Outcome::Switched(_))).count() as u64;
                assert_eq!(sockets, known["flow_types"]["websocket"].as_u64().unwrap_or(0), "{name}");
            }
        }
        compared += 1;
    }
    assert_eq!(compared + NOT_SUPPORTED.len(), paths.len());
    assert!(paths.len() >= 12, "the corpus has its flow files");
}

#[test]
fn a_recording_of_simulated_flows() {
    let loaded = load(&simulated(), Options::default()).expect("our own flow file");
    let (hosts, unanswered, cookies) = counts(&loaded.entries);
    let expected = json!({
        "www.social.example": 4, "collect.example": 1, "gone.example": 1, "slow.example": 1, "chat.example": 1, "plain.example": 1, "video.example": 1
    });
    assert_eq!((json!(hosts), unanswered, cookies), (expected, 2, 2));
    assert_eq!((loaded.contents.elements, loaded.contents.session.format_version.as_deref()), (12, Some("21")));
    let gaps: BTreeMap<&str, (u64, &[u64])> =
        loaded.contents.gaps.iter().map(|gap| (gap.kind.id(), (gap.count, gap.entries.as_slice()))).collect();
    let expected: [(&str, (u64, &[u64])); 4] =
        [("browser-storage", (1, &[])), ("changed-by-hand", (2, &[5, 6])), ("other-flows", (2, &[])), ("sent-by-tool", (1, &[8]))];
    assert_eq!(gaps, BTreeMap::from(expected));

    let entry = |number: u64| loaded.entries.iter().find(|entry| entry.number == number).map(|entry| &entry.exchange).expect("an entry");
    let page = entry(1);
    assert_eq!(page.request.url, "https://www.social.example/ministry?a=1");
    assert_eq!(page.started.map(|at| at.as_nanoseconds()), Some(1_795_000_001_250_000_000));
    let connection = &page.connection;
    assert_eq!((connection.server_address.as_deref(), connection.tls_version.as_deref()), (Some("192.0.2.1"), Some("tls/1.2")));
    assert_eq!(connection.cipher_suite.as_deref(), Some("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"));
    assert_eq!((connection.protocol.as_deref(), connection.id.as_deref()), (Some("h2"), Some("server-1")));
    assert_eq!(page.not_carried, NotCarried::HEAD_BYTES);
    assert_eq!(entry(2).request.body.in_memory(), Some(&b"id=42&ev=view"[..]));
    assert!(matches!(&entry(3).outcome, Outcome::Failed { cause, .. } if cause == "[Errno -2] Name or service not known"));
    assert_eq!(entry(4).outcome, Outcome::Abandoned);
    assert_eq!(entry(5).messages.len(), 3);
    assert_eq!(entry(6).outcome.response().map(|response| response.body.in_memory()), Some(Some(&b"after"[..])));
    assert_eq!(entry(9).request.url, "http://plain.example:8000/unseen", "the name that was asked for, not the address that was dialled");
    assert!(matches!(entry(10).outcome.response().map(|response| response.body.state()), Some(BodyState::Missing(_))));
}

#[test]
fn a_flow_file_becomes_an_annex() {
    let folder = scratch();
    let out = folder.path().join("out");
    let ran = run(["replay".as_ref(), simulated().as_os_str(), "--lang".as_ref(), "en".as_ref(), "--out".as_ref(), out.as_os_str()]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let annex = out.join("simulated.mitm");
    let read = |name: &str| fs::read_to_string(annex.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    let report: Value = serde_json::from_str(&read("annex.json")).expect("JSON");
    assert_eq!(report["capture"]["format"], "mitmproxy-flows");
    let html = read("annex.en.html");
    for said in [
        "2 entries were changed or held back by hand",
        "In 1 entry the program that recorded it sent the request",
        "2 elements of the recording are not HTTP",
    ] {
        assert!(html.contains(said), "the annex does not say {said:?}");
    }
    let gaps = read("gaps.csv");
    assert!(["changed-by-hand,2,5 6", "sent-by-tool,1,8", "other-flows,2"].iter().all(|row| gaps.contains(row)), "{gaps}");
    assert!(!gaps.contains("no-response-headers"), "answers without header fields are recorded as such");
    let verified = run(["verify".as_ref(), annex.as_os_str()]);
    assert_eq!(verified.code, 0, "{verified:?}");
}

#[test]
fn a_flow_file_that_is_cut_off_can_be_used_in_part() {
    let folder = scratch();
    let path = folder.path().join("cut.mitm");
    let whole = fs::read(simulated()).expect("our own flow file");
    fs::write(&path, &whole[..whole.len() - 10]).expect("written");
    let ran = run(["replay".as_ref(), "--json".as_ref(), path.as_os_str()]);
    assert_ne!(ran.code, 0);
    let place = format!("ends at byte {} in the middle", whole.len() - 10);
    assert!(ran.err.contains(&place) && ran.err.contains("after 11 whole flows") && ran.err.contains("--partial"), "{ran:?}");
    let ran = run(["replay".as_ref(), "--json".as_ref(), "--partial".as_ref(), path.as_os_str()]);
    let line: Value = serde_json::from_str(ran.out.lines().next().expect("a line")).expect("JSON");
    assert_eq!((ran.code, &line["entries"]), (0, &json!(10)), "{ran:?}");
    assert!(line["gaps"]["cut-off"].as_u64().is_some_and(|bytes| bytes > 0), "{line}");
}

#[test]
fn the_same_flows_give_the_same_annex_whatever_holds_them() {
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write as _;
    let folder = scratch();
    let path = folder.path().join("flows.gz");
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(&fs::read(simulated()).expect("our own flow file")).expect("packed");
    fs::write(&path, packed.finish().expect("packed")).expect("written");
    let plain = load(&simulated(), Options::default()).expect("plain");
    let unpacked = load(&path, Options::default()).expect("packed");
    assert_eq!(unpacked.contents.wrappings, ["gzip"]);
    let exchanges = |entries: &[Entry]| entries.iter().map(|entry| (entry.number, entry.exchange.clone())).collect::<Vec<_>>();
    assert_eq!(exchanges(&unpacked.entries), exchanges(&plain.entries));
}
