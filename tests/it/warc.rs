//! WARC and WACZ files of other tools: what comes out of them against the facts that an independent reader (`warcio`) found in the same files, what they
//! cannot carry, and what becomes of damaged ones.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};

use dataspoor::interop::{Contents, ImportError, Imported, Options, read};
use dataspoor::model::{Anomaly, BodyState, Digest, NotCarried, Outcome, Unrecorded};
use dataspoor::site::SuffixList;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::corpus::{ROOT, name, run, run_in, scratch, shared};

/// Our own WARC file: one page with a cookie in chunks, a script whose answer is a `revisit`, a request without an answer, an answer without its head, a
/// record that is no entry, and an answer that is cut and does not have its digest.
fn visit() -> Vec<u8> {
    fs::read(Path::new(ROOT).join("tests/data/warc/visit.warc")).expect("tests/data/warc/visit.warc")
}

fn import(bytes: &[u8], options: Options) -> (Result<Contents, ImportError>, Vec<Imported>) {
    let mut entries = Vec::new();
    let contents = read(Cursor::new(bytes), options, &mut |imported| {
        entries.push(imported);
        Ok(())
    });
    (contents, entries)
}

fn whole(bytes: &[u8]) -> (Contents, Vec<Imported>) {
    let (contents, entries) = import(bytes, Options::default());
    (contents.expect("a recording"), entries)
}

fn gaps(contents: &Contents) -> BTreeMap<&'static str, (u64, Vec<u64>)> {
    contents.gaps.iter().map(|gap| (gap.kind.id(), (gap.count, gap.entries.clone()))).collect()
}

fn member(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).expect("in memory");
    encoder.finish().expect("in memory")
}

/// Where the records of a plain WARC file begin.
fn starts(text: &[u8]) -> Vec<usize> {
    let magic = b"WARC/1.1\r\n";
    (0..text.len()).filter(|at| text[*at..].starts_with(magic) && (*at == 0 || text[..*at].ends_with(b"\r\n\r\n"))).collect()
}

/// The same, compressed record by record.
fn by_record(text: &[u8]) -> Vec<u8> {
    let starts = starts(text);
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    starts.iter().zip(ends).flat_map(|(start, end)| member(&text[*start..end])).collect()
}

#[test]
fn a_warc_file_is_read_with_what_it_lacks() {
    let (contents, entries) = whole(&visit());
    assert_eq!((contents.format, contents.elements), ("warc", 10));
    let types = [("metadata", 1), ("request", 3), ("resource", 2), ("response", 2), ("revisit", 1), ("warcinfo", 1)];
    assert_eq!(contents.types, BTreeMap::from(types));
    assert_eq!(contents.session.creator.as_deref(), Some("own-crawler 1.0"));
    assert_eq!(contents.session.comment.as_deref(), Some("made by hand for a test"));
    assert_eq!(contents.session.format_version.as_deref(), Some("WARC/1.1"));
    let expected =
        [("body-cut", (1, vec![10])), ("digest-mismatch", (1, vec![10])), ("not-an-entry", (1, vec![])), ("web-archive", (1, vec![]))];
    assert_eq!(gaps(&contents), BTreeMap::from(expected));
    let numbers: Vec<u64> = entries.iter().map(|imported| imported.number).collect();
    assert_eq!(numbers, [3, 5, 7, 8, 10], "numbers are those of the records with the answers, or with a request alone");

    let page = &entries[0].exchange;
    assert_eq!(page.request.method, "GET");
    assert_eq!(page.request.headers.first("cookie"), Some(&b"consent=no"[..]));
    assert_eq!(page.started.map(|at| at.to_string()).as_deref(), Some("2026-11-21T08:00:01.250Z"));
    let response = page.outcome.response().expect("an answer");
    assert_eq!((response.status, response.version.as_str(), response.reason.as_str()), (200, "HTTP/1.1", "OK"));
    assert_eq!(response.headers.all("set-cookie").count(), 2);
    let body = response.body.in_memory().expect("in memory");
    assert!(body.starts_with(b"<!doctype html>") && body.ends_with(b"</script>"), "chunks are undone");
    let connection = &page.connection;
    assert_eq!(connection.server_address.as_deref(), Some("192.0.2.10"));
    assert_eq!((connection.tls_version.as_deref(), connection.protocol.as_deref()), (Some("tls/1.3"), Some("h2")));
    assert_eq!(connection.cipher_suite.as_deref(), Some("TLS_AES_128_GCM_SHA256"));
    assert!(!page.not_carried.has(NotCarried::TLS) && page.not_carried.has(NotCarried::HEAD_BYTES));
    assert_eq!(page.timings, dataspoor::model::Timings::default(), "an archive has no durations");

    let revisit = entries[1].exchange.outcome.response().expect("an answer");
    assert_eq!((revisit.status, revisit.reason.as_str()), (200, ""));
    assert_eq!(revisit.body.state(), BodyState::Missing(Unrecorded::SideFile), "a revisit is never an empty answer");
    assert!(entries[1].exchange.not_carried.has(NotCarried::RESPONSE_BODY));
    assert_eq!(entries[1].exchange.request.headers.first("referer"), Some(&b"https://www.stad.example/"[..]));

    let lost = &entries[2].exchange;
    assert_eq!((&lost.outcome, lost.request.body.in_memory()), (&Outcome::Abandoned, Some(&b"a=1&b=2"[..])));

    let logo = &entries[3].exchange;
    assert_eq!(logo.request.url, "http://www.stad.example/logo.png", "without angle brackets");
    assert!(logo.not_carried.has(NotCarried::REQUEST_HEADERS.and(NotCarried::RESPONSE_HEADERS).and(NotCarried::REQUEST_BODY)));
    assert_eq!(logo.outcome.response().map(|response| response.status), Some(0));

    let cut = entries[4].exchange.outcome.response().expect("an answer");
    assert_eq!(entries[4].exchange.request.url, "http://other.example/x y");
    assert_eq!(cut.headers.first("x-name"), Some(&b"\xe9"[..]));
    assert_eq!(cut.body.state(), BodyState::Truncated(Unrecorded::Disconnected));
    assert!(entries.iter().all(|imported| !imported.exchange.anomalies.contains(&Anomaly::StartTime)));
}

#[test]
fn compression_changes_nothing_but_what_is_said_of_it() {
    let (_, plain) = whole(&visit());
    for (packed, wrappings) in [(by_record(&visit()), &["gzip"][..]), (member(&visit()), &["gzip", "gzip-not-per-record"])] {
        let (contents, entries) = whole(&packed);
        assert_eq!(entries, plain);
        assert_eq!(contents.wrappings, wrappings);
        assert_eq!(contents.text_bytes, visit().len() as u64);
    }
}

#[test]
fn a_file_that_ends_in_the_middle_is_used_only_when_asked_for() {
    let text = visit();
    let begins = starts(&text);
    let partial = Options { partial: true, ..Options::default() };
    for cut in (1..text.len()).step_by(7) {
        let (strict, _) = import(&text[..cut], Options::default());
        let (lenient, entries) = import(&text[..cut], partial);
        // Bytes between records, and those of the last one, which may be missing without loss.
        let records = begins.iter().filter(|start| **start < cut).count() as u64;
        match strict {
            Ok(contents) => {
                assert_eq!(contents.elements, records, "cut at {cut}");
                assert_eq!(lenient.expect("whole"), contents, "cut at {cut}: asking for what is whole changes nothing for what is");
            }
            Err(ImportError::Records { place, records: before, .. }) => {
                assert_eq!((place, before), (format!("byte {}", begins[records as usize - 1]), records - 1), "cut at {cut}");
                if before == 0 {
                    assert!(lenient.is_err(), "cut at {cut}: nothing is whole");
                    continue;
                }
                let contents = lenient.expect("what is whole");
                assert_eq!(contents.elements, before, "cut at {cut}");
                let missing = (cut - begins[records as usize - 1]) as u64;
                assert_eq!(gaps(&contents)["cut-off"], (missing, vec![]), "cut at {cut}");
                assert!(entries.iter().all(|imported| imported.number <= before), "cut at {cut}");
            }
            Err(ImportError::Unknown { .. }) => assert!(cut < 5, "cut at {cut}"),
            Err(error) => panic!("cut at {cut}: {error}"),
        }
    }
    let packed = by_record(&text);
    let (strict, _) = import(&packed[..packed.len() - 30], Options::default());
    let error = strict.expect_err("cut off").to_string();
    assert!(error.contains("9 whole records") && error.contains("--partial"), "{error}");
    let (lenient, entries) = import(&packed[..packed.len() - 30], partial);
    assert_eq!((lenient.expect("what is whole").elements, entries.len()), (9, 4));
}

#[test]
fn what_is_too_large_is_refused_before_it_is_unpacked() {
    let small = Options { max_entry_bytes: 1 << 20, partial: true };
    let head = "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.example/\r\nContent-Length: ";
    let bomb = [member(&[head.as_bytes(), b"67108864\r\n\r\n", &vec![0; 64 << 20]].concat())].concat();
    assert!(bomb.len() < 1 << 17, "{} bytes", bomb.len());
    let (refused, entries) = import(&bomb, small);
    assert!(matches!(refused, Err(ImportError::TooLarge { offset: 0, ceiling: 1_048_576 })), "{refused:?}");
    assert_eq!(entries.len(), 0);
    let endless = [head.as_bytes(), &vec![b'1'; 2 << 20]].concat();
    let (refused, _) = import(&endless, small);
    assert!(refused.expect_err("no head is so long").to_string().contains("longer than 1 MiB"));
    // Requests that wait for answers are held; all together may be no larger than one element.
    let url = "WARC-Target-URI: http://a.example/\r\nContent-Length: 600000\r\n\r\n";
    let record = |kind: &str| [format!("WARC/1.0\r\nWARC-Type: {kind}\r\n{url}").as_bytes(), &vec![b'x'; 600_000], b"\r\n\r\n"].concat();
    let waiting = [record("request"), record("request"), record("response"), record("response")].concat();
    assert!(matches!(import(&waiting, small).0, Err(ImportError::TooLarge { .. })));
    let in_turn = [record("request"), record("response"), record("request"), record("response")].concat();
    assert_eq!(import(&in_turn, small).1.len(), 2);
}

/// A WACZ archive of a WARC file, with what its lists say of it.
fn wacz(warc: &[u8], hash: &str, signed: bool) -> Vec<u8> {
    let pages = "{\"format\":\"json-pages-1.0\",\"id\":\"pages\"}\n{\"id\":\"p1\",\"url\":\"https://cdn.example/a.js\",\"ts\":\"2026-11-21T08:00:02Z\"}\n\
        no JSON\n{\"id\":\"p2\",\"url\":\"https://www.stad.example/\",\"ts\":\"2026-11-21T08:00:01Z\"}\n";
    let package = json!({
        "profile": "data-package", "wacz_version": "1.1.1", "software": "own-packer 2", "title": "Stad", "mainPageUrl": "https://www.stad.example/",
        "resources": [
            { "path": "archive/data.warc.gz", "hash": hash, "bytes": warc.len() },
            { "path": "pages/pages.jsonl", "hash": format!("sha256:{}", Digest::of(pages.as_bytes())) },
        ],
    });
    let package = package.to_string();
    let mut digest = json!({ "path": "datapackage.json", "hash": format!("sha256:{}", Digest::of(package.as_bytes())) });
    if signed {
        digest["signedData"] = json!({ "signature": "AAAA" });
    }
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, content, method) in [
        ("archive/data.warc.gz", warc, CompressionMethod::Stored),
        ("pages/pages.jsonl", pages.as_bytes(), CompressionMethod::Deflated),
        ("datapackage.json", package.as_bytes(), CompressionMethod::Deflated),
        ("datapackage-digest.json", digest.to_string().as_bytes(), CompressionMethod::Stored),
    ] {
        writer.start_file(path, SimpleFileOptions::default().compression_method(method)).expect("in memory");
        writer.write_all(content).expect("in memory");
    }
    writer.finish().expect("in memory").into_inner()
}

#[test]
fn a_wacz_archive_is_its_warc_files_with_its_pages() {
    let warc = by_record(&visit());
    let right = format!("sha256:{}", Digest::of(&warc));
    let (contents, entries) = whole(&wacz(&warc, &right, true));
    assert_eq!(entries, whole(&warc).1);
    assert_eq!((contents.format, &contents.wrappings[..]), ("wacz", &["zip", "gzip"][..]));
    assert_eq!(contents.session.creator.as_deref(), Some("own-packer 2"));
    let pages: Vec<(&str, &str)> = contents.session.pages.iter().map(|page| (page.id.as_str(), page.title.as_str())).collect();
    assert_eq!(pages, [("p2", "https://www.stad.example/"), ("p1", "https://cdn.example/a.js")], "the main page comes first");
    assert!(gaps(&contents).contains_key("signature-unchecked") && !gaps(&contents).contains_key("package-mismatch"));
    let (contents, _) = whole(&wacz(&warc, &format!("sha256:{}", Digest::of(b"another")), false));
    assert_eq!(gaps(&contents)["package-mismatch"].0, 1);
    assert!(!gaps(&contents).contains_key("signature-unchecked"));
    let packed = wacz(&warc[..warc.len() - 30], &right, false);
    let error = import(&packed, Options::default()).0.expect_err("cut off").to_string();
    assert!(error.contains("archive/data.warc.gz, byte ") && error.contains("9 whole records"), "{error}");
    let cut = import(&packed[..packed.len() / 2], Options { partial: true, ..Options::default() }).0.expect_err("no list").to_string();
    assert!(cut.contains("fetch or export it again"), "{cut}");
}

#[test]
fn both_work_by_the_program_up_to_the_annex() {
    let scratch = scratch();
    let folder = scratch.path();
    let warc = by_record(&visit());
    fs::write(folder.join("visit.warc.gz"), &warc).expect("written");
    fs::write(folder.join("visit.wacz"), wacz(&warc, "sha256:00", true)).expect("written");
    let ran = run_in(folder, ["replay", "visit.wacz", "visit.warc.gz", "--json", "-o", "out", "--lang", "en"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    for (line, gaps) in ran.out.lines().zip([&["package-mismatch", "signature-unchecked", "web-archive"][..], &["web-archive"]]) {
        let line: Value = serde_json::from_str(line).expect("JSON");
        assert_eq!((&line["entries"], &line["page"], &line["set_cookie_count"]), (&5.into(), &"stad.example".into(), &3.into()), "{line}");
        gaps.iter().for_each(|gap| assert_eq!(line["gaps"][gap], 1, "{line}"));
    }
    for (annex, format) in [("visit", "wacz"), ("visit-2", "warc")] {
        let report: Value =
            serde_json::from_slice(&fs::read(folder.join("out").join(annex).join("annex.json")).expect("an annex")).expect("JSON");
        assert_eq!(report["capture"]["format"], format);
        let page = fs::read_to_string(folder.join("out").join(annex).join("annex.en.html")).expect("an annex");
        assert!(page.contains("This recording is a web archive"), "{annex}");
    }
    let ran =
        run_in(folder, ["init", "case", "--title", "T", "--auditee", "M", "--page", "https://www.facebook.com/stad", "--auditor", "A"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let ran = run_in(folder, ["import", "visit.warc.gz", "--case", "case", "--scenario", "none-page", "--said", "a crawl by B"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    for words in ["recording 1 of the case", "5 entries", "gap web-archive (1)", "gap digest-mismatch (1)", "response-body (1 of 5)"] {
        assert!(ran.out.contains(words), "{words}: {}", ran.out);
    }
    let description = fs::read_to_string(folder.join("case/captures/0001/import.json")).expect("a description");
    assert!(description.contains("\"kind\":\"warc\"") || description.contains("\"kind\": \"warc\""), "{description}");
    let ran = run_in(folder, ["replay", "case/captures/0001", "--case", "case", "-o", "again"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let ran = run_in(folder, ["verify", "again", "--capture", "case/captures/0001", "--case", "case"]);
    assert!(ran.out.contains("annex.json: made again from the recording"), "{}{}", ran.out, ran.err);
    let ran = run_in(folder, ["keep", "control", "visit.wacz", "--case", "case", "--scenario", "none-page"]);
    assert!(ran.code != 0 && ran.err.contains("a control is a HAR or a NetLog"), "{}", ran.err);
}

/// Files of the corpus that are not read, with what the error has to say.
const REFUSED: [(&str, &[&str]); 4] = [
    ("warc/pywb-bad.arc", &["ARC file", "warcio recompress"]),
    ("warc/pywb-example.arc.gz", &["ARC file", "warcio recompress"]),
    ("warc/ukwa-IAH-blackbook-truncated.arc.gz", &["ARC file", "warcio recompress"]),
    ("wacz/pywacz-invalid_example_1.wacz", &["no WARC file below archive/", "data/archive/test.txt"]),
];

/// Files at which `warcio` stops and we do not, with the records of each type: both are compressed otherwise than record by record.
const READ_ON: [(&str, &[(&str, u64)]); 2] = [
    ("warc/warcio-example-bad-non-chunked.warc.gz", &[("request", 2), ("response", 1), ("revisit", 1), ("warcinfo", 2)]),
    ("warc/warcio-example-wrong-chunks.warc.gz", &[("request", 1), ("response", 1)]),
];

/// Records about something that no network was asked for: the facts count them by the host that their addresses seem to have, and here they are no entries.
const NOT_ENTRIES: [(&str, &str, u64); 4] = [
    ("warc/iipc-IAH-urls-wget.warc.gz", "gnu.org", 3),
    ("warc/ukwa-sopa-wikipedia-homepage.warc.gz", "gnu.org", 3),
    ("warc/warcat-at.warc", "gnu.org", 3),
    ("warc/warcio-example-wget-bad-target-uri.warc.gz", "gnu.org", 2),
];

#[test]
fn the_corpus_has_the_counts_of_the_facts() {
    let (Some(root), Some(facts)) = (shared("corpus"), shared("corpus/facts.json")) else {
        eprintln!("../shared/corpus is not there; our own WARC file is checked by a test of its own");
        return;
    };
    let facts: Value = serde_json::from_slice(&fs::read(facts).expect("facts")).expect("facts are JSON");
    let (mut compared, mut refused) = (0, 0);
    for (key, known) in facts["files"].as_object().expect("files") {
        if !key.starts_with("warc/") && !key.starts_with("wacz/") {
            continue;
        }
        let bytes = fs::read(root.join(key)).expect("a file of the corpus");
        let (contents, entries) = import(&bytes, Options::default());
        if let Some((_, words)) = REFUSED.iter().find(|(name, _)| name == key) {
            let error = contents.expect_err(key).to_string();
            words.iter().for_each(|word| assert!(error.contains(word), "{key}: {error:?} does not say {word:?}"));
            refused += 1;
            continue;
        }
        let contents = contents.unwrap_or_else(|error| panic!("{key}: {error}"));
        let of_warcs = |count: &str| -> BTreeMap<String, u64> {
            let warcs: Vec<&Value> = known["warcs"].as_object().map_or(vec![known], |warcs| warcs.values().collect());
            let mut sum = BTreeMap::new();
            for (name, number) in warcs.iter().flat_map(|warc| warc[count].as_object().into_iter().flatten()) {
                *sum.entry(name.clone()).or_default() += number.as_u64().expect("a number");
            }
            sum
        };
        let types: BTreeMap<String, u64> = contents.types.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect();
        let mut domains: BTreeMap<String, u64> = BTreeMap::new();
        let mut cookies: BTreeMap<String, u64> = BTreeMap::new();
        for imported in &entries {
            let Some(response) = imported.exchange.outcome.response() else { continue };
            let domain = domain(&imported.exchange.request.url);
            *domains.entry(domain.clone()).or_default() += 1;
            let lines = response.headers.all("set-cookie").count() as u64;
            if lines > 0 {
                *cookies.entry(domain).or_default() += lines;
            }
        }
        if let Some((_, by_type)) = READ_ON.iter().find(|(name, _)| name == key) {
            assert!(known["warcio_error"].is_string(), "{key}");
            let by_type: BTreeMap<String, u64> = by_type.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect();
            assert_eq!(types, by_type, "{key}");
            assert!(contents.wrappings.contains(&"gzip-not-per-record"), "{key}");
        } else {
            for (_, domain, count) in NOT_ENTRIES.iter().filter(|(name, ..)| name == key) {
                *domains.entry((*domain).to_owned()).or_default() += count;
            }
            assert_eq!(types, of_warcs("record_types"), "{key}: records by type");
            assert_eq!(domains, of_warcs("responses_by_domain"), "{key}: answers by domain");
            assert_eq!(cookies, of_warcs("set_cookie_by_domain"), "{key}: Set-Cookie lines by domain");
        }
        let requests = entries.iter().filter(|imported| !imported.exchange.request.method.is_empty()).count() as u64;
        assert_eq!(requests, contents.types.get("request").copied().unwrap_or_default(), "{key}: no request is lost");
        compared += 1;
    }
    eprintln!("{compared} archives agree with the facts, {refused} are refused");
    assert_eq!(refused, REFUSED.len());
    assert!(compared >= 27, "only {compared} archives were compared");
}

/// The registrable domain of an address.
fn domain(url: &str) -> String {
    let authority = url.split_once("://").map_or("", |(_, rest)| rest).split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default().split(':').next().unwrap_or_default();
    SuffixList::Embedded.registrable_domain(host).to_owned()
}

#[test]
fn the_whole_corpus_becomes_annexes() {
    let Some(root) = shared("corpus") else {
        eprintln!("../shared/corpus is not there; our own files become annexes in a test of their own");
        return;
    };
    let mut paths: Vec<PathBuf> = Vec::new();
    for folder in ["warc", "wacz"] {
        paths.extend(fs::read_dir(root.join(folder)).expect("a folder").map(|entry| entry.expect("an entry").path()));
    }
    paths.sort();
    let out = scratch();
    let mut arguments = vec!["replay".into(), "--json".into(), "--out".into(), out.path().as_os_str().to_owned()];
    arguments.extend(paths.iter().map(|path| path.clone().into_os_string()));
    let ran = run(arguments);
    assert_eq!(ran.code, 1, "some are refused: {}", ran.err);
    for (path, line) in paths.iter().zip(ran.out.lines()) {
        let line: Value = serde_json::from_str(line).expect("a line of JSON");
        let refused = REFUSED.iter().any(|(key, _)| key.ends_with(&name(path)));
        assert_eq!(line["error"].is_string(), refused, "{line}");
        assert!(refused || line["gaps"]["web-archive"] == 1, "{line}");
        assert!(!refused || ran.err.contains(&name(path)), "{} is named: {}", name(path), ran.err);
    }
}
