//! Recordings in the formats of other programs: what is exported as HAR and read again is what was there, but for what `docs/interop.md` says is lost;
//! other people's programs accept what is written.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use dataspoor::batch::{ExportOptions, export_har, export_warc, load};
use dataspoor::capture::Capture;
use dataspoor::decode::resolve;
use dataspoor::evidence::CaseKey;
use dataspoor::interop::Options;
use dataspoor::model::{
    Anomaly, Body, BodyState, CaptureSource, Digest, Entry, EntryDigest, Exchange, Fidelity, Gap, Locator, NotCarried, Outcome, Part,
    Session, Step, Timings,
};
use dataspoor::report::evidence_log::EvidenceLog;
use serde_json::Value;

use super::capture::record;
use super::corpus::{ROOT, inputs, name, own_recordings, scratch, shared};
use super::live_archive::{node_tools, tools};

/// Files of the corpus that are no recordings, or of formats that are not read (`docs/interop.md`).
const NOT_READ: [&str; 8] = [
    "edge-broken-json.har",
    "edge-haralyzer-single_entry.har",
    "edge-harviewer-not-json.har",
    "pywb-bad.arc",
    "pywb-example.arc.gz",
    "ukwa-IAH-blackbook-truncated.arc.gz",
    "pywacz-invalid_example_1.wacz",
    "mitmproxytest-dumpfile-010.mitm",
];

/// A recording as it was read.
struct Read {
    capture: CaptureSource,
    session: Session,
    gaps: Vec<Gap>,
    entries: Vec<Entry>,
    page: Option<String>,
}

fn read(path: &Path) -> Result<Read, String> {
    if Capture::is_at(path) {
        let capture = Capture::open(path).map_err(|error| error.to_string())?;
        let mut entries = Vec::new();
        let contents = capture.read(None, &mut |entry| {
            entries.push(entry);
            Ok(())
        });
        let contents = contents.map_err(|error| error.to_string())?;
        entries.sort_by_key(|entry| entry.number);
        let page = capture.session.page;
        let read = dataspoor::batch::recorded(path, contents);
        return Ok(Read { capture: read.capture, session: read.session, gaps: read.gaps, entries, page });
    }
    let mut loaded = load(path, Options::default()).map_err(|error| error.to_string())?;
    loaded.entries.sort_by_key(|entry| entry.number);
    let contents = loaded.contents;
    Ok(Read { capture: loaded.capture, session: contents.session, gaps: contents.gaps, entries: loaded.entries, page: None })
}

/// Every file of the corpus, whatever its format, or our own recordings; and one of ours that holds everything odd that a recorder can see.
fn corpus() -> Vec<PathBuf> {
    let mut paths = own_recordings();
    paths.extend(["tests/data/warc/visit.warc", "tests/data/mitm/simulated.mitm"].map(|path| Path::new(ROOT).join(path)));
    match shared("corpus") {
        None => eprintln!("../shared/corpus is not there; using our own recordings instead"),
        Some(corpus) => {
            for folder in ["har", "warc", "wacz", "flow"] {
                let mut files: Vec<PathBuf> =
                    fs::read_dir(corpus.join(folder)).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
                files.sort();
                paths.extend(files);
            }
        }
    }
    paths
}

/// Each `n`-th of them, or all where the environment asks for everything.
fn some(paths: Vec<PathBuf>, n: usize) -> Vec<PathBuf> {
    let all = std::env::var_os("DATASPOOR_FULL_CASE").is_some();
    paths.into_iter().step_by(if all { 1 } else { n }).collect()
}

/// An exchange as it is after its way through HAR: what `docs/interop.md` lists as lost is lost, and nothing else.
fn after_har(exchange: &Exchange) -> Exchange {
    let mut expected = exchange.clone();
    expected.fidelity = Fidelity::Imported;
    expected.changes = Vec::new();
    expected.not_carried.add(NotCarried::HEAD_BYTES);
    let undone = resolve(exchange, &Locator { part: Part::ResponseBody, steps: vec![Step::Coding] }).map(|bytes| bytes.into_owned());
    if let Outcome::Response(response) | Outcome::Switched(response) = &mut expected.outcome {
        let coding = response.headers.first("content-encoding").map(|coding| String::from_utf8_lossy(coding).trim().to_ascii_lowercase());
        let coded = coding.is_some_and(|coding| !coding.is_empty() && coding != "identity");
        match undone {
            Ok(bytes) if coded && response.body.state() == BodyState::Raw => {
                response.body = Body::new(BodyState::AlreadyDecoded, bytes);
                expected.not_carried.add(NotCarried::BODY_BYTES);
            }
            _ => {}
        }
    }
    expected
}

/// The durations of `after`, once they are found to be those of `before` to fifteen digits: more the reader of decimal numbers does not vouch for.
fn as_read(before: &Exchange, after: &Exchange) -> Timings {
    let stages =
        |timings: &Timings| [timings.blocked, timings.dns, timings.connect, timings.tls, timings.send, timings.wait, timings.receive];
    for (before, after) in stages(&before.timings).into_iter().zip(stages(&after.timings)) {
        let near = match (before, after) {
            (Some(before), Some(after)) => (before - after).abs() <= before.abs() * 1e-15,
            (before, after) => before == after,
        };
        assert!(near, "{before:?} became {after:?}");
    }
    after.timings
}

fn har(source: &Path, folder: &Path) -> PathBuf {
    let to = folder.join(format!("{}.har", name(source)));
    export_har(source, &ExportOptions::default(), &to).unwrap_or_else(|error| panic!("{error}"));
    to
}

/// The evidence log of entries under one key, whatever file they came from; without its header and its chain, and with locators led past codings
/// that the export undid.
fn findings(read: &Read, like: &Read) -> Vec<String> {
    let page = like.page.as_deref();
    let subject = inputs().subject(page, false);
    let mut analysis = inputs().analysis(&subject, &CaseKey::of_capture(Digest([7; 32])));
    for (entry, like) in read.entries.iter().zip(&like.entries) {
        let entry =
            Entry { number: like.number, order: like.order, digest: EntryDigest(Digest([1; 32])), exchange: entry.exchange.clone() };
        analysis.push(&entry).expect("a spool in memory");
    }
    let mut log = EvidenceLog::new(inputs().context(&like.capture, &subject), Vec::new());
    // Entries of a file are counted; those of a recording have the numbers that it gave them.
    let numbers: BTreeMap<u64, u64> = read.entries.iter().zip(&like.entries).map(|(entry, like)| (entry.number, like.number)).collect();
    let mut gaps = read.gaps.clone();
    gaps.iter_mut().flat_map(|gap| &mut gap.entries).for_each(|entry| *entry = numbers[entry]);
    analysis.finish(&read.session, gaps, &mut log).expect("in memory");
    let text = String::from_utf8(log.into_inner()).expect("UTF-8");
    let mut lines = Vec::new();
    for line in text.lines() {
        let mut record: Value = serde_json::from_str(line).expect("JSON");
        for chained in ["n", "prev", "digest"] {
            record.as_object_mut().expect("an object").remove(chained);
        }
        // In HAR a body stands without its coding, so that is what the digest is compared with (docs/interop.md).
        for validator in record["validators"].as_array_mut().into_iter().flatten() {
            validator.as_object_mut().expect("an object").remove("digest_of_body");
        }
        // What the file says of itself is another matter than what is found in it.
        if !["header", "end"].iter().any(|kind| record["kind"] == *kind) {
            let line = record.to_string().replace("response.body/coding", "response.body");
            // A file of others is one, whoever wrote it.
            lines.push(line.replace("\"observed\":\"recorded by the proxy\"", "\"observed\":\"imported recording\""));
        }
    }
    lines
}

#[test]
fn what_went_through_har_is_what_was_there() {
    let folder = scratch();
    let ours = folder.path().join("recorded");
    record(&ours, 5, 60, |_| {});
    let (mut entries, mut refused, mut compared) = (0, Vec::new(), 0);
    for source in std::iter::once(ours).chain(corpus()) {
        let before = match read(&source) {
            Ok(before) => before,
            Err(why) => {
                refused.push((name(&source), why));
                continue;
            }
        };
        let to = har(&source, folder.path());
        let after = read(&to).unwrap_or_else(|why| panic!("{}: {why}", source.display()));
        assert_eq!(before.entries.len(), after.entries.len(), "{}", source.display());
        for (number, (before, after)) in (1..).zip(before.entries.iter().zip(&after.entries)) {
            assert_eq!(after.number, number, "{}", source.display());
            let mut expected = after_har(&before.exchange);
            // What could not be told from text is told by the importer at the first reading only.
            expected.anomalies.retain(|anomaly| *anomaly != Anomaly::MendedText || after.exchange.anomalies.contains(anomaly));
            expected.timings = as_read(&expected, &after.exchange);
            assert_eq!(expected, after.exchange, "{} entry {}", source.display(), before.number);
        }
        assert_eq!(before.session.marks, after.session.marks, "{}", source.display());
        assert_eq!(before.session.pages, after.session.pages, "{}", source.display());
        assert_eq!(before.session.simulated, after.session.simulated, "{}", source.display());
        let gaps = |read: &Read| read.gaps.iter().map(|gap| (gap.kind, gap.count)).collect::<Vec<_>>();
        assert_eq!(gaps(&before), gaps(&after), "{}", source.display());
        entries += before.entries.len();
        compared += 1;
        fs::remove_file(to).expect("written");
    }
    eprintln!("{compared} recordings with {entries} entries went through HAR; not readable: {}", refused.len());
    refused.iter().for_each(|(file, why)| assert!(NOT_READ.contains(&&**file), "{file}: {why}"));
    assert!(compared > refused.len() * 5, "{refused:?}");
}

#[test]
fn findings_outlive_har() {
    let folder = scratch();
    let ours = folder.path().join("recorded");
    record(&ours, 11, 80, |_| {});
    let (mut compared, mut lines) = (0, 0);
    for source in std::iter::once(ours).chain(some(corpus(), 6)) {
        let Ok(before) = read(&source) else { continue };
        let after = read(&har(&source, folder.path())).expect("a HAR file");
        let (expected, found) = (findings(&before, &before), findings(&after, &before));
        for (expected, found) in expected.iter().zip(&found) {
            assert_eq!(expected, found, "{}", source.display());
        }
        assert_eq!(expected.len(), found.len(), "{}", source.display());
        lines += expected.len();
        compared += 1;
    }
    eprintln!("{compared} recordings have the same findings after HAR: {lines} records");
    assert!(compared >= 3 && lines > 20);
}

/// What programs that open HAR files ask for (design: Chrome's and Firefox's developer tools, EDPB's Website Auditing Tool).
fn import_rules(file: &Path) {
    let text = fs::read(file).expect("written");
    let document: Value = serde_json::from_slice(&text).expect("JSON");
    let log = &document["log"];
    assert_eq!(log["version"], "1.2");
    assert!(log["creator"]["name"].is_string() && log["comment"].as_str().expect("a comment").contains("anitised"));
    let pages = log["pages"].as_array().expect("Firefox refuses a file without pages");
    assert!(!pages.is_empty());
    for page in pages {
        assert!(page["id"].is_string() && page["startedDateTime"].is_string() && page["pageTimings"].is_object());
        let title = page["title"].as_str().expect("a title");
        assert!(
            title.starts_with("http://") || title.starts_with("https://") || title == "about:blank",
            "{title}: EDPB's tool makes a URL of it"
        );
    }
    for entry in log["entries"].as_array().expect("entries") {
        assert!(entry["_initiator"].is_object(), "Chrome refuses anything else");
        assert!(entry["_resourceType"].is_string());
        assert!(pages.iter().any(|page| page["id"] == entry["pageref"]), "every entry belongs to a page that is there");
        assert!(entry["request"]["cookies"].is_array() && entry["response"]["headers"].is_array());
        let timings = entry["timings"].as_object().expect("timings");
        let took = |name: &str| timings[name].as_f64().expect("never null");
        assert!(["send", "wait", "receive"].iter().all(|stage| took(stage) >= 0.0));
        assert!(["blocked", "dns", "connect", "ssl"].iter().all(|stage| took(stage) == -1.0 || took(stage) >= 0.0));
        let sum: f64 = ["blocked", "dns", "connect", "send", "wait", "receive"].map(|stage| took(stage).max(0.0)).iter().sum();
        assert!((sum - entry["time"].as_f64().expect("a number")).abs() < 1e-6, "ssl is a part of connect");
        let content = &entry["response"]["content"];
        if let (Some(text), Value::Null) = (content["text"].as_str(), &content["encoding"]) {
            assert_eq!(content["size"], text.len(), "the length with codings undone");
        }
        if let Some(saved) = content["compression"].as_i64() {
            let (size, on_wire) = (content["size"].as_i64().expect("a size"), entry["response"]["bodySize"].as_i64().expect("a size"));
            assert_eq!(saved, size - on_wire);
        }
        for message in entry["_webSocketMessages"].as_array().into_iter().flatten() {
            assert!(["send", "receive"].iter().any(|direction| message["type"] == *direction));
            assert!(message["time"].is_f64() && message["opcode"].is_u64() && message["data"].is_string());
        }
    }
}

#[test]
fn other_programs_accept_the_har_files() {
    let folder = scratch();
    let ours = folder.path().join("recorded");
    record(&ours, 3, 50, |_| {});
    let readable = |source: &PathBuf| Capture::is_at(source) || load(source, Options::default()).is_ok();
    let files: Vec<PathBuf> =
        std::iter::once(ours).chain(some(corpus(), 3)).filter(readable).map(|source| har(&source, folder.path())).collect();
    files.iter().for_each(|file| import_rules(file));
    let checker = Path::new(ROOT).join("tests/verdicts/har-schema.cjs");
    let output = Command::new("node").arg(checker).arg(node_tools()).args(&files).output().expect("node starts");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    for file in &files {
        assert!(said.lines().any(|line| line == format!("{} ok", file.display())), "{said}");
    }
    eprintln!("har-validator accepts {} files", files.len());
    // It does refuse what is none.
    let broken = folder.path().join("broken.har");
    fs::write(&broken, r#"{"log":{"version":"1.2","creator":{"name":"x","version":"1"},"entries":[{"time":1}]}}"#).expect("written");
    let output = Command::new("node").arg(Path::new(ROOT).join("tests/verdicts/har-schema.cjs")).arg(node_tools()).arg(&broken).output();
    assert!(String::from_utf8_lossy(&output.expect("node starts").stdout).contains("FAULTS"));
}

#[test]
fn other_programs_accept_the_warc_files() {
    let folder = scratch();
    let ours = folder.path().join("recorded");
    record(&ours, 9, 60, |_| {});
    let mut compared = 0;
    for source in std::iter::once(ours).chain(some(corpus(), 4)) {
        let Ok(before) = read(&source) else { continue };
        let to = folder.path().join(format!("{}.warc.gz", name(&source)));
        export_warc(&source, &ExportOptions::default(), &to).unwrap_or_else(|error| panic!("{error}"));
        let output = Command::new(tools().join("warcio")).args(["check", "-v"]).arg(&to).output().expect("warcio starts");
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && !said.contains("fail"), "{}: {said}", source.display());
        assert!(said.contains("digest pass") || before.entries.is_empty(), "{}: {said}", source.display());
        // Each exchange with a request or an answer is found again, with its body as recorded.
        let after = read(&to).unwrap_or_else(|why| panic!("{}: {why}", source.display()));
        let bodies = |read: &Read| {
            let mut found: BTreeMap<(String, u16, Digest), u32> = BTreeMap::new();
            for entry in &read.entries {
                let Some(response) = entry.exchange.outcome.response() else { continue };
                let bytes = response.body.bytes().expect("a body");
                let url = entry.exchange.request.url.replace(|sign: char| sign.is_control() || sign == ' ', "");
                *found.entry((url, response.status, Digest::of(&bytes))).or_default() += 1;
            }
            found
        };
        if before.entries.iter().all(|entry| entry.exchange.request.url.contains("://") && !entry.exchange.request.url.contains(' ')) {
            assert_eq!(bodies(&before), bodies(&after), "{}", source.display());
            compared += 1;
        }
        let two = folder.path().join("again.warc.gz");
        export_warc(&source, &ExportOptions::default(), &two).unwrap_or_else(|error| panic!("{error}"));
        assert!(fs::read(&to).expect("written") == fs::read(&two).expect("written"), "{}: the same bytes again", source.display());
        fs::remove_file(two).expect("written");
    }
    assert!(compared >= 5);
}
