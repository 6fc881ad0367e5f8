//! The dialects of HAR, as data: every `tests/data/har/*.har` has a JSON file beside it that says what a replay must find in it, and why the
//! file is there.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use dataspoor::batch::{Options, replay};
use dataspoor::interop::{Imported, har};
use dataspoor::model::{Body, BodyState, Direction, Exchange, Headers, Outcome, Side, Unrecorded};
use dataspoor::report::text::Lang;
use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};
use serde_json::{Value, json};

use super::corpus::{ROOT, inputs, name, own_recordings, recording, run, scratch};

/// Our own recordings with what is expected of them.
fn cases() -> Vec<(PathBuf, Value)> {
    let folder = Path::new(ROOT).join("tests/data/har");
    let own = own_recordings().into_iter().filter(|path| path.starts_with(&folder));
    let expected = |path: &PathBuf| {
        let text = fs::read(path.with_extension("json")).unwrap_or_else(|_| panic!("{} has no JSON file beside it", path.display()));
        serde_json::from_slice::<Value>(&text).expect("expectations are JSON")
    };
    own.map(|path| (path.clone(), expected(&path))).collect()
}

fn read(bytes: impl Read) -> (har::Contents, Vec<Imported>) {
    let mut entries = Vec::new();
    let contents = har::read(bytes, har::Options::default(), &mut |imported| {
        entries.push(imported);
        Ok(())
    });
    (contents.expect("a recording"), entries)
}

fn state(body: &Body) -> String {
    let why = |why| match why {
        Unrecorded::NotInSource => "not-in-source",
        Unrecorded::SideFile => "side-file",
        Unrecorded::Disconnected => "disconnected",
        Unrecorded::Ceiling => "ceiling",
        Unrecorded::NoResponse => "no-response",
        Unrecorded::Withheld => "withheld",
    };
    match body.state() {
        BodyState::Raw => "raw".to_owned(),
        BodyState::AlreadyDecoded => "already-decoded".to_owned(),
        BodyState::Lossy => "lossy".to_owned(),
        BodyState::Missing(reason) => format!("missing {}", why(reason)),
        BodyState::Truncated(reason) => format!("truncated {}", why(reason)),
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn fields(headers: &Headers) -> Value {
    let text = String::from_utf8_lossy;
    headers.iter().map(|(name, value)| json!([text(name), text(value)])).collect()
}

/// A fact of an entry under the name that the expectations use.
fn fact(entry: &Imported, name: &str) -> Value {
    let exchange: &Exchange = &entry.exchange;
    let response = exchange.outcome.response();
    let body = |body: &Body| String::from_utf8_lossy(body.in_memory().expect("in memory")).into_owned();
    match name {
        "number" => entry.number.into(),
        "order" => entry.order.to_string().into(),
        "started" => exchange.started.map(|time| time.to_string()).into(),
        "page" => exchange.page.clone().into(),
        "method" => exchange.request.method.clone().into(),
        "url" => exchange.request.url.clone().into(),
        "status" => response.map(|response| response.status).into(),
        "wait" => exchange.timings.wait.into(),
        "request_headers" => fields(&exchange.request.headers),
        "response_headers" => response.map_or(Value::Null, |response| fields(&response.headers)),
        "request_body" => body(&exchange.request.body).into(),
        "request_body_hex" => hexadecimal(exchange.request.body.in_memory().expect("in memory")).into(),
        "request_body_state" => state(&exchange.request.body).into(),
        "response_body" => response.map(|response| body(&response.body)).into(),
        "response_body_hex" => response.map(|response| hexadecimal(response.body.in_memory().expect("in memory"))).into(),
        "response_body_state" => response.map(|response| state(&response.body)).into(),
        "anomalies" => exchange.anomalies.iter().map(|anomaly| format!("{anomaly:?}")).collect(),
        "outcome" => match &exchange.outcome {
            Outcome::Response(_) => "response",
            Outcome::Switched(_) => "switched",
            Outcome::Failed { .. } => "failed",
            Outcome::Abandoned => "abandoned",
        }
        .into(),
        "cause" | "stage" => match &exchange.outcome {
            Outcome::Failed { stage, cause } => if name == "cause" { cause.clone() } else { format!("{stage:?}") }.into(),
            _ => Value::Null,
        },
        "messages" => {
            let direction = |direction| if direction == Direction::Sent { "sent" } else { "received" };
            let message = |message: &dataspoor::model::Message| {
                json!([direction(message.direction), message.opcode.number(), hexadecimal(message.payload.in_memory().expect("in memory"))])
            };
            exchange.messages.iter().map(message).collect()
        }
        "listed" => {
            let side = |side| if side == Side::Request { "request" } else { "response" };
            let cookie = |cookie: &dataspoor::model::ListedCookie| {
                format!("{} {} {}={}{}", side(cookie.side), cookie.number, cookie.name, cookie.value, cookie.attributes)
            };
            exchange.listed_cookies.iter().map(cookie).collect()
        }
        other => panic!("no entry has a fact {other:?}"),
    }
}

/// What an evidence log says, record by record.
fn log(folder: &Path) -> Vec<Value> {
    let text = fs::read_to_string(folder.join("evidence.ndjson")).expect("a log");
    text.lines().map(|line| serde_json::from_str(line).expect("a record")).collect()
}

#[test]
fn every_dialect_is_read_as_its_expectations_say() {
    let cases = cases();
    let mut arguments: Vec<OsString> = vec!["replay".into(), "--json".into()];
    arguments.extend(cases.iter().map(|(path, _)| path.clone().into_os_string()));
    let ran = run(arguments);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let mut wrong = Vec::new();
    for ((path, expected), line) in cases.iter().zip(ran.out.lines()) {
        let file = name(path);
        let mut differ = |what: &str, found: &Value, expected: &Value| {
            if found != expected {
                wrong.push(format!("{file}: {what} is {found}, expected {expected}"));
            }
        };
        assert!(expected["why"].as_str().is_some_and(|why| !why.is_empty()), "{file} says why it is there");
        let line: Value = serde_json::from_str(line).expect("a line of JSON");
        for (count, value) in expected["counts"].as_object().into_iter().flatten() {
            differ(count, &line[count], value);
        }
        // What the analysis does not know of any recording, or knows by rules that change, is no matter of the dialect.
        let mut gaps = line["gaps"].clone();
        for kind in ["undecoded-fields", "decode-anomalies", "unattributed", "browser-background", "cache-answers", "mobile-app"] {
            gaps.as_object_mut().expect("an object").remove(kind);
        }
        differ("gaps", &gaps, &expected["gaps"]);

        let (contents, entries) = read(fs::File::open(path).expect("a recording"));
        differ("wrappings", &json!(contents.wrappings), expected.get("wrappings").unwrap_or(&json!([])));
        let session = &contents.session;
        for (key, value) in expected["session"].as_object().into_iter().flatten() {
            let found = match key.as_str() {
                "creator" => session.creator.clone().into(),
                "browser" => session.browser.clone().into(),
                "scenario" => session.scenario.clone().into(),
                "simulated" => session.simulated.into(),
                "format_version" => session.format_version.clone().into(),
                "pages" => session.pages.iter().map(|page| page.title.clone()).collect::<Value>(),
                other => panic!("{file}: no session has {other:?}"),
            };
            differ(key, &found, value);
        }
        for expected in expected["entries"].as_array().into_iter().flatten() {
            let number = expected["number"].as_u64().expect("the number of an entry");
            let entry = entries.iter().find(|entry| entry.number == number).unwrap_or_else(|| panic!("{file} has no entry {number}"));
            for (key, value) in expected.as_object().expect("facts") {
                differ(&format!("{key} of entry {number}"), &fact(entry, key), value);
            }
        }
        if expected.get("flow_order").is_some() || expected.get("cookies_set").is_some() {
            let root = scratch();
            let folder = root.path().join("annex");
            replay(path, inputs(), &Options::default(), Some(&folder)).expect("an annex");
            let records = log(&folder);
            let of_kind = |kind: &str, member: &str| -> Value {
                records.iter().filter(|record| record["kind"] == kind).map(|record| record[member].clone()).collect()
            };
            for (key, kind, member) in [("flow_order", "flow", "entry"), ("cookies_set", "cookie", "name")] {
                if let Some(value) = expected.get(key) {
                    differ(key, &of_kind(kind, member), value);
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
    assert!(cases.len() >= 14, "{} dialects", cases.len());
}

#[test]
fn compression_changes_nothing_but_its_name() {
    let path = Path::new(ROOT).join("tests/data/har/page.har");
    let text = fs::read(&path).expect("a recording");
    let plain = read(text.as_slice());
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(&text).expect("in memory");
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
    zlib.write_all(&text).expect("in memory");
    // A gzip file may be made of several members.
    let mut halves = Vec::new();
    for half in [&text[..5_000], &text[5_000..]] {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(half).expect("in memory");
        halves.extend(encoder.finish().expect("in memory"));
    }
    for (wrapping, bytes) in [("gzip", gzip.finish().expect("in memory")), ("zlib", zlib.finish().expect("in memory")), ("gzip", halves)] {
        assert!(bytes.len() < text.len());
        let (contents, entries) = read(bytes.as_slice());
        assert_eq!(contents.wrappings, [wrapping]);
        assert_eq!(entries, plain.1);
        assert_eq!(har::Contents { wrappings: Vec::new(), ..contents }, plain.0);
    }
}

/// A reader that hands out a few bytes at a time, and now and then is interrupted.
struct Trickle<'a> {
    bytes: &'a [u8],
    at_once: usize,
    turn: usize,
}

impl Read for Trickle<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.turn += 1;
        if self.turn.is_multiple_of(5) {
            return Err(io::ErrorKind::Interrupted.into());
        }
        let length = self.at_once.min(into.len());
        self.bytes.read(&mut into[..length])
    }
}

#[test]
fn the_size_of_reads_does_not_matter() {
    let mut paths = own_recordings();
    paths.push(recording("pixeledtech-classdojo-teacher-login.har.gz"));
    for path in paths {
        let bytes = fs::read(&path).expect("a recording");
        let whole = read(bytes.as_slice());
        for at_once in if bytes.len() < 50_000 { &[1, 7, 1_000][..] } else { &[4_093][..] } {
            let trickled = read(Trickle { bytes: &bytes, at_once: *at_once, turn: 0 });
            assert!(trickled == whole, "{} by {at_once} bytes", path.display());
        }
    }
}

/// Entries of many sizes, so that they lie across every border inside the reader, with odd ones and non-entries among them.
#[test]
fn entries_of_every_size_are_read_wherever_they_lie() {
    let mut draw = super::corpus::Draw(3);
    for turn in 0..6 {
        let mut text = br#"{"log":{"entries":["#.to_vec();
        let mut lengths = BTreeMap::new();
        let mut odd = 0;
        for number in 1..=200_u64 {
            if number > 1 {
                text.extend_from_slice([&b","[..], b" ,\n ", b",\r\n\t"][draw.below(3)]);
            }
            if draw.below(10) == 0 {
                text.extend_from_slice([&b"null"[..], b"[]", b"12", b"\"}],\""][draw.below(4)]);
                continue;
            }
            // Mostly small, some larger than the reader's first room of half a megabyte.
            let length = if draw.below(60) == 0 { 600_000 + draw.below(700_000) } else { draw.below(12_000) };
            lengths.insert(number, length);
            let mended = draw.below(8) == 0;
            odd += u64::from(mended);
            text.extend_from_slice(br#"{"request":{"url":"http://a.example/"#);
            text.extend_from_slice(number.to_string().as_bytes());
            text.extend_from_slice(br#"","method":"GET"},"response":{"status":200,"headers":[{"name":"X","value":""#);
            text.extend_from_slice(if mended { b"\xff\\ud800" } else { b"\\u0041}]" });
            text.extend_from_slice(br#""}],"content":{"text":""#);
            text.extend(std::iter::repeat_n(b'x', length));
            text.extend_from_slice(br#""}}}"#);
        }
        text.extend_from_slice(b" ] }, \"comment\": [1, {}] }\n");
        let (contents, entries) = read(text.as_slice());
        assert_eq!(contents.elements, 200);
        assert_eq!(contents.text_bytes, text.len() as u64);
        let found: BTreeMap<u64, usize> = entries
            .iter()
            .map(|entry| {
                (entry.number, entry.exchange.outcome.response().map_or(0, |response| response.body.in_memory().expect("in memory").len()))
            })
            .collect();
        assert!(found == lengths, "turn {turn}: numbers or lengths of entries differ");
        let urls = entries.iter().all(|entry| entry.exchange.request.url == format!("http://a.example/{}", entry.number));
        assert!(urls, "turn {turn}: an entry has another's address");
        let mended = entries.iter().filter(|entry| fact(entry, "anomalies").to_string().contains("MendedText")).count() as u64;
        assert_eq!(mended, odd, "turn {turn}");
        // Cut off anywhere, no entry is invented and every whole one is kept.
        for _ in 0..3 {
            let length = draw.below(text.len());
            let mut kept = Vec::new();
            let options = har::Options { partial: true, ..har::Options::default() };
            let outcome = har::read(&text[..length], options, &mut |imported| {
                kept.push(imported);
                Ok(())
            });
            assert!(kept == entries[..kept.len()], "turn {turn}, cut at {length}");
            if length > 30 {
                let contents = outcome.expect("the head was there");
                assert!(contents.gaps.iter().any(|gap| gap.kind.id() == "cut-off"), "turn {turn}, cut at {length}: {:?}", contents.gaps);
                let next = entries.get(kept.len()).map_or(0, |entry| lengths[&entry.number]);
                let read: usize = kept.iter().map(|entry| lengths[&entry.number]).sum();
                assert!(
                    read + next + 40_000 + 700_000 > length.saturating_sub(200 * 150),
                    "turn {turn}, cut at {length}: whole entries are lost"
                );
            }
        }
    }
}

#[test]
fn a_sanitised_recording_never_reads_as_without_cookies() {
    let path = Path::new(ROOT).join("tests/data/har/sanitised.har");
    let root = scratch();
    let folder = root.path().join("annex");
    let options = Options { languages: vec![Lang::Nl, Lang::En], ..Options::default() };
    replay(&path, inputs(), &options, Some(&folder)).expect("an annex");
    let records = log(&folder);
    for gap in ["no-request-cookies", "no-set-cookies"] {
        assert!(
            records.iter().any(|record| record["kind"] == "gap" && record["gap"] == gap && record["count"] == 2),
            "{gap} is in the log"
        );
    }
    let annex: Value = serde_json::from_slice(&fs::read(folder.join("annex.json")).expect("an annex")).expect("JSON");
    let gaps: Vec<&str> =
        annex["gaps"].as_array().into_iter().flatten().filter_map(|gap| gap["kind"].as_str().or(gap["gap"].as_str())).collect();
    assert!(gaps.contains(&"no-request-cookies") && gaps.contains(&"no-set-cookies"), "{gaps:?}");
    // The notice stands with the table of cookies, where a reader would draw the wrong conclusion.
    let notices = [
        ("nl", "betekent daarom niet dat zij niet is gezet", "betekent daarom niet dat zij niet is verzonden"),
        ("en", "does not mean that it was not set", "does not mean that it was not sent"),
    ];
    for (language, set, sent) in notices {
        let html = fs::read_to_string(folder.join(format!("annex.{language}.html"))).expect("a page");
        assert!(html.contains(set) || html.replace("therefore ", "").contains(set), "annex.{language}.html does not say {set:?}");
        assert!(html.contains(sent) || html.replace("therefore ", "").contains(sent), "annex.{language}.html does not say {sent:?}");
    }
    let ran = run([OsString::from("replay"), path.into(), "--out".into(), root.path().join("out").into()]);
    assert!(ran.code == 0 && ran.out.contains("0 Set-Cookie lines (none recorded proves nothing)"), "{}{}", ran.out, ran.err);
    // A recording that does carry cookies says nothing of the kind.
    let page = root.path().join("page");
    replay(&Path::new(ROOT).join("tests/data/har/page.har"), inputs(), &options, Some(&page)).expect("an annex");
    let html = fs::read_to_string(page.join("annex.nl.html")).expect("a page");
    assert!(!html.contains("betekent daarom niet dat zij niet is gezet"));
}

/// A number has no end of its own: whatever part of it is in memory first, all of it counts.
#[test]
fn numbers_across_the_borders_of_reads_are_read_whole() {
    const ROOM: usize = 512 * 1024;
    for (tail, start) in [
        ("\",\"version\":123456.75,\"entries\":[{}]}}", 12),
        ("\",\"entries\":[123456.75,{}]}}", 13),
        ("\",\"_x\":123456.75,\"entries\":[{}]}}", 7),
    ] {
        // The reader lets go of what comes before the comment's text, so the border lies a little behind the first half megabyte.
        for border in ROOM - 4..ROOM + 24 {
            let head = "{\"log\":{\"comment\":\"";
            let mut text = head.to_owned();
            text.extend(std::iter::repeat_n('x', border - head.len() - start));
            text.push_str(tail);
            let mut entries = 0;
            let outcome = har::read(text.as_bytes(), har::Options::default(), &mut |_| {
                entries += 1;
                Ok(())
            });
            let contents = outcome.unwrap_or_else(|error| panic!("{tail} at {border}: {error}"));
            assert_eq!(entries, 1, "{tail} at {border}");
            assert!(contents.session.format_version.is_none_or(|version| version == "123456.75"), "{tail} at {border}");
        }
    }
}

/// Numbers that no floating point number is near to: the one value is lost, not the recording.
#[test]
fn numbers_out_of_range_are_mended() {
    let digits = "9".repeat(5_000);
    let entry = |status: &str, more: &str| {
        format!(r#"{{"request":{{"method":"GET","url":"http://a.example/"}},"response":{{"status":{status}}},"time":1{more}}}"#)
    };
    for number in ["1e999", "-1E+999", digits.as_str()] {
        let first = entry(number, "");
        let second = entry("200", &format!(",\"_x\":[{number}]"));
        let text = format!("{{\"log\":{{\"entries\":[{first},{second},{number},{}],\"version\":{number}}}}}", entry("204", ""));
        let (contents, entries) = read(text.as_bytes());
        let status: Vec<Value> = entries.iter().map(|entry| fact(entry, "status")).collect();
        assert_eq!((status.len(), &status[1], &status[2]), (3, &json!(200), &json!(204)), "{number:.20}");
        assert!(fact(&entries[0], "anomalies").to_string().contains("MendedText"), "{number:.20}");
        assert!(!fact(&entries[2], "anomalies").to_string().contains("MendedText"), "{number:.20}");
        assert_eq!(contents.elements, 4, "{number:.20}");

        let root = scratch();
        let path = root.path().join("numbers.har");
        fs::write(&path, text).expect("a file");
        let ran = run([OsString::from("replay"), "--json".into(), path.into()]);
        assert_eq!(ran.code, 0, "{number:.20}: {}", ran.err);
        let line: Value = serde_json::from_str(&ran.out).expect("a line of JSON");
        assert_eq!((&line["entries"], line["gaps"]["mended-text"].as_u64() >= Some(1)), (&json!(3), true), "{number:.20}: {line}");
    }
}

/// Names whose first bytes are a zlib header with a smaller window.
#[test]
fn jsonp_is_not_taken_for_zlib() {
    for name in ["X", "hbCallback", "x", "x ", "H", "onInputData"] {
        let text = format!("{name}({{\"log\":{{\"entries\":[{{\"request\":{{\"url\":\"http://a.example/\"}}}}]}}}});");
        let (contents, entries) = read(text.as_bytes());
        assert_eq!((contents.wrappings.as_slice(), entries.len()), (&["jsonp"][..], 1), "{name}");
    }
    // Whatever the level, what compressors write is still unpacked.
    for level in [Compression::none(), Compression::fast(), Compression::new(5), Compression::default(), Compression::best()] {
        let mut zlib = ZlibEncoder::new(Vec::new(), level);
        zlib.write_all(b"{\"log\":{\"entries\":[{\"request\":{\"url\":\"http://a.example/\"}}]}}").expect("in memory");
        let (contents, entries) = read(zlib.finish().expect("in memory").as_slice());
        assert_eq!((contents.wrappings.as_slice(), entries.len()), (&["zlib"][..], 1), "{level:?}");
    }
}

/// A URL without a path is asked for at `/`, so a cookie with `Path=/` goes along.
#[test]
fn an_empty_path_is_the_root() {
    use dataspoor::decode::cookie::path_match;
    assert!(path_match("", "/") && path_match("", "") && !path_match("", "/a"));
    let root = scratch();
    let path = root.path().join("paths.har");
    let text = r#"{"log":{"entries":[
        {"startedDateTime":"2026-11-21T08:00:00Z","request":{"method":"GET","url":"https://a.example","headers":[]},
         "response":{"status":200,"headers":[{"name":"Set-Cookie","value":"c=1; Path=/"}]}},
        {"startedDateTime":"2026-11-21T08:00:05Z","request":{"method":"GET","url":"https://a.example?x","headers":[{"name":"Cookie","value":"c=1"}]},
         "response":{"status":200,"headers":[]}}]}}"#;
    fs::write(&path, text).expect("a file");
    let folder = root.path().join("annex");
    replay(&path, inputs(), &Options::default(), Some(&folder)).expect("an annex");
    let sent: Vec<Value> = log(&folder).iter().flat_map(|record| record["cookies_sent"].as_array().cloned().unwrap_or_default()).collect();
    assert_eq!(sent.len(), 1);
    assert_eq!((&sent[0]["set_in_entry"], &sent[0]["same_value"]), (&json!(1), &json!(true)));
}

/// A row of a table is copied out of it: whether the recording is simulated goes along.
#[test]
fn every_row_of_a_table_says_whether_it_is_simulated() {
    for (file, simulated) in [
        ("tests/data/har/charles.har", "false"),
        ("captures/simulated-ministry-page.har", "true: fictitious platform; says nothing about what Meta does"),
    ] {
        let root = scratch();
        let folder = root.path().join("annex");
        replay(&Path::new(ROOT).join(file), inputs(), &Options::default(), Some(&folder)).expect("an annex");
        let mut rows = 0;
        for table in ["recipients.csv", "cookies.csv", "flows.csv", "gaps.csv"] {
            let mut reader = csv::Reader::from_path(folder.join(table)).expect("a table");
            assert_eq!(reader.headers().expect("a head line").iter().next_back(), Some("simulated"), "{table}");
            for row in reader.records() {
                assert_eq!(row.expect("a row").iter().next_back(), Some(simulated), "{file} {table}");
                rows += 1;
            }
        }
        assert!(rows > 3, "{file}");
    }
}
