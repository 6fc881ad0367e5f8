//! Lifetimes and cache validators from a recording to every output: what was asked for beside what is kept at most, beside comparison lines,
//! beside what sources state; and values that a browser keeps with a copy and sends back.

use std::collections::BTreeMap;

use dataspoor::batch::Inputs;
use dataspoor::classify::Parties;
use dataspoor::decode::resolve;
use dataspoor::evidence::{CaseKey, Fingerprinter};
use dataspoor::model::{Digest, Locator};
use dataspoor::report::evidence_log::EvidenceLog;
use dataspoor::report::text::Lang;
use dataspoor::report::{Builder, Fanout, csv, html, json};
use dataspoor::rules::RuleSet;
use dataspoor::site::SuffixList;
use serde_json::{Value, json};

use super::corpus::{Recording, read_har};

const RULES: &str = r#"
format  = 2
id      = "own"
version = "2026-11-22"
title   = { en = "Own", nl = "Eigen" }

[[source]]
id        = "POLICY"
title     = "Cookie policy"
publisher = "Shop"
reference = "https://shop.example/cookies"
date      = "2026-05"

[[cookie]]
id      = "shop.cookie.long"
name    = "long"
domains = ["shop.example"]
  [[cookie.claim]]
  by        = "vendor"
  who       = "Shop"
  purpose   = { en = "The shop says so.", nl = "De winkel zegt dit." }
  lifetime  = "2 years"
  source    = "POLICY"
  certainty = "stated"
  [[cookie.claim]]
  by        = "independent"
  who       = "Somebody"
  purpose   = { en = "Somebody says so.", nl = "Iemand zegt dit." }
  lifetime  = "session"
  source    = "POLICY"
  certainty = "derived"

[[cookie]]
id      = "shop.cookie.others"
name    = "regex:dated|sess|script|gone|bad"
domains = ["shop.example"]
  [[cookie.claim]]
  by        = "vendor"
  who       = "Shop"
  purpose   = { en = "The shop says so.", nl = "De winkel zegt dit." }
  lifetime  = "3 months"
  source    = "POLICY"
  certainty = "stated"

[[lifetime]]
id        = "own.400"
days      = 400
label     = { en = "of browsers", nl = "van browsers" }
meaning   = { en = "What browsers keep.", nl = "Wat browsers bewaren." }
source    = "POLICY"
certainty = "stated"

[[lifetime]]
id        = "own.396"
days      = 396
label     = { en = "of somebody", nl = "van iemand" }
meaning   = { en = "What somebody recommends for some cookies.", nl = "Wat iemand voor sommige cookies aanbeveelt." }
source    = "POLICY"
certainty = "derived"
"#;

/// A request to the shop with header fields, and its answer.
fn entry(second: u32, path: &str, request: &[(&str, &str)], status: u16, response: &[(&str, &str)], body: &str) -> Value {
    let fields = |fields: &[(&str, &str)]| fields.iter().map(|(name, value)| json!({"name": name, "value": value})).collect::<Vec<_>>();
    json!({
        "startedDateTime": format!("2026-11-21T08:00:{second:02}.000Z"),
        "request": {"method": "GET", "url": format!("https://www.shop.example{path}"), "httpVersion": "h2", "headers": fields(request)},
        "response": {
            "status": status,
            "headers": fields(response),
            "content": {"mimeType": "text/html", "size": body.len(), "text": body},
        },
        "timings": {"wait": 10},
    })
}

fn recording() -> Recording {
    let set = |lines: &[&'static str]| lines.iter().map(|line| ("Set-Cookie", *line)).collect::<Vec<_>>();
    let sha256 = format!("\"{}\"", Digest::of(b"body{}"));
    let entries = [
        entry(
            0,
            "/",
            &[],
            200,
            &set(&[
                "long=1; Max-Age=63072000; Path=/; Domain=shop.example",
                "sess=1",
                "gone=1; Max-Age=86400",
                "dated=1; Expires=Fri, 19 Feb 2027 08:00:00 GMT",
                "bad=1; Domain=other.example; Max-Age=7776000",
            ]),
            "hello",
        ),
        entry(
            1,
            "/",
            &[("Cookie", "long=1; sess=1; script=9; gone=1")],
            200,
            &set(&["long=1; Max-Age=63072000; Path=/; Domain=shop.example", "gone=; Max-Age=0", "sess=2"]),
            "hello",
        ),
        entry(
            2,
            "/",
            &[("Cookie", "long=other; sess=2")],
            200,
            &set(&["long=2; Max-Age=3600; Path=/; Domain=shop.example", "gone=2; Max-Age=86400"]),
            "hello",
        ),
        entry(3, "/app.js?v=1", &[], 200, &[("ETag", "W/\"abc\""), ("Last-Modified", "Sat, 21 Nov 2026 07:00:00 GMT")], "code"),
        entry(4, "/app.js?v=1", &[("If-None-Match", "\"abc\"")], 304, &[("etag", "\"abc\"")], ""),
        entry(5, "/app.js?v=1", &[], 200, &[("ETag", "\"def\"")], "code"),
        entry(6, "/app.js?v=1", &[], 200, &[("ETag", "\"ghi\"")], "other code"),
        entry(7, "/style.css", &[], 200, &[("ETag", &sha256)], "body{}"),
        entry(8, "/style.css", &[("If-None-Match", &sha256), ("If-Modified-Since", "Fri, 20 Nov 2026 07:00:00 GMT")], 304, &[], ""),
        entry(9, "/logo.svg", &[], 200, &[("ETag", "\"abc\"")], "<svg/>"),
        // Two addresses with the same bytes are two resources: a browser keeps a copy for each.
        entry(10, "/px?id=1", &[], 200, &[("ETag", "\"p1\"")], "GIF"),
        entry(11, "/px?id=2", &[], 200, &[("ETag", "\"p2\"")], "GIF"),
    ];
    let har = json!({"log": {"version": "1.2", "creator": {"name": "test", "version": "1"}, "pages": [], "entries": entries}});
    read_har("shop.har", &serde_json::to_vec(&har).expect("JSON"))
}

struct Outputs {
    records: Vec<Value>,
    annex: Value,
    tables: BTreeMap<String, Vec<BTreeMap<String, String>>>,
    pages: Vec<String>,
}

fn outputs(recording: &Recording) -> Outputs {
    let rules = RuleSet::compile([("own.toml", RULES)]).expect("rules without mistakes");
    let (parties, case) = <(Parties, Parties)>::default();
    let inputs = Inputs { rules, rule_mistakes: 0, suffixes: SuffixList::Embedded, lists: vec![], parties, case, planted: None };
    let key = CaseKey::of_capture(recording.capture.digest);
    let subject = inputs.subject(None, false);
    let mut analysis = inputs.analysis(&subject, &key);
    recording.entries.iter().for_each(|entry| analysis.push(entry).expect("a spool in memory"));
    let context = inputs.context(&recording.capture, &subject);
    let (mut log, mut builder) = (EvidenceLog::new(context, Vec::new()), Builder::new(context));
    analysis.finish(&recording.contents.session, vec![], &mut Fanout(vec![&mut log, &mut builder])).expect("sinks in memory");
    let (records, head) = log.head();
    let report = builder.finish(("evidence.ndjson", records, head)).expect("a finished report");
    let text = String::from_utf8(log.into_inner()).expect("text");
    let rows = |bytes: Vec<u8>| {
        let mut reader = ::csv::Reader::from_reader(&bytes[..]);
        reader.deserialize().map(|row| row.expect("a row as wide as its head")).collect()
    };
    Outputs {
        records: text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect(),
        annex: serde_json::from_slice(&json::render(&report).expect("an annex")).expect("JSON"),
        tables: csv::render(&report).expect("tables").into_iter().map(|(name, bytes)| (name, rows(bytes))).collect(),
        pages: [Lang::Nl, Lang::En].map(|lang| html::render(&report, lang).expect("a page")).to_vec(),
    }
}

fn named<'v>(rows: &'v Value, name: &str) -> &'v Value {
    rows.as_array().expect("rows").iter().find(|row| row["name"] == name).unwrap_or_else(|| panic!("no row of {name}"))
}

#[test]
fn events_stay_apart_in_every_output() {
    let found = outputs(&recording());
    let events = |name: &str| -> Vec<String> {
        let of_cookie = found.records.iter().filter(|record| record["kind"] == "cookie" && record["name"] == name);
        of_cookie.map(|record| record["event"].as_str().expect("an event").to_owned()).collect()
    };
    assert_eq!(events("long"), ["set", "renewed", "changed"]);
    assert_eq!(events("gone"), ["set", "deleted", "set"]);
    assert_eq!(events("sess"), ["set", "changed"]);
    assert_eq!(events("bad"), ["refusal-expected"]);
    let sent: Vec<(&str, &str, &Value)> = found
        .records
        .iter()
        .filter(|record| record["kind"] == "flow")
        .flat_map(|record| record["cookies_sent"].as_array().expect("a list"))
        .map(|sent| (sent["name"].as_str().expect("a name"), sent["origin"].as_str().expect("an origin"), &sent["set_in_entry"]))
        .collect();
    assert_eq!(
        sent.iter().filter(|(_, origin, _)| *origin == "no-set-cookie-recorded").map(|(name, ..)| *name).collect::<Vec<_>>(),
        ["script"]
    );
    assert_eq!(
        sent.iter().filter(|(name, ..)| *name == "long").map(|(.., entry)| (*entry).clone()).collect::<Vec<_>>(),
        [json!(1), json!(2)]
    );

    for (name, counts) in [
        ("long", [1, 1, 1, 0, 0, 2, 1]),
        ("gone", [2, 0, 0, 1, 0, 1, 0]),
        ("sess", [1, 0, 1, 0, 0, 2, 0]),
        ("script", [0, 0, 0, 0, 0, 1, 0]),
        ("bad", [0, 0, 0, 0, 1, 0, 0]),
    ] {
        let columns = ["set", "renewed", "changed", "deleted", "refusal_expected", "sent", "sent_with_other_value"];
        let row = named(&found.annex["cookies"], name);
        assert_eq!(columns.map(|column| row[column].as_u64().expect("a count")), counts, "{name}");
        let row = found.tables["cookies.csv"].iter().find(|row| row["name"] == name).expect("a row");
        assert_eq!(columns.map(|column| row[column].parse::<u64>().expect("a count")), counts, "{name}");
    }
    assert_eq!(named(&found.annex["cookies"], "script")["origin"], "sent-only");
    assert!(found.pages[0].contains("verzonden, geen Set-Cookie vastgelegd") && found.pages[1].contains("sent, no Set-Cookie recorded"));
}

#[test]
fn lifetimes_asked_for_and_effective() {
    let found = outputs(&recording());
    let long = named(&found.annex["cookies"], "long");
    assert_eq!(long["asked"], json!({"min_seconds": 3600, "max_seconds": 63_072_000, "min_days": "0.04", "max_days": "730"}));
    assert_eq!(long["effective"], json!({"min_seconds": 3600, "max_seconds": 34_560_000, "min_days": "0.04", "max_days": "400"}));
    // The lines stand by days, shortest first, whatever their order in the file.
    let above = json!([
        {"line": 1, "id": "own.396", "days": 396, "effective": true},
        {"line": 2, "id": "own.400", "days": 400, "effective": false},
    ]);
    assert_eq!(long["above"], above);
    // An end date counts from the time of the answer.
    let dated = named(&found.annex["cookies"], "dated");
    assert_eq!(
        (&dated["asked"]["max_seconds"], &dated["asked"]["max_days"], &dated["above"]),
        (&json!(7_776_000), &json!("90"), &json!([]))
    );
    let sess = named(&found.annex["cookies"], "sess");
    assert_eq!((&sess["asked"], &sess["effective"], &sess["session"]), (&Value::Null, &Value::Null, &json!(true)));
    // What a browser should refuse was asked for, and is kept by nobody.
    let bad = named(&found.annex["cookies"], "bad");
    assert_eq!((&bad["asked"]["max_seconds"], &bad["effective"]), (&json!(7_776_000), &Value::Null));
    let event = found.records.iter().find(|record| record["kind"] == "cookie" && record["name"] == "long").expect("a record");
    assert_eq!((&event["lifetime_seconds"], &event["effective_lifetime_seconds"]), (&json!(63_072_000), &json!(34_560_000)));

    let row = found.tables["cookies.csv"].iter().find(|row| row["name"] == "long").expect("a row");
    assert_eq!((&row["lifetime_days"][..], &row["effective_lifetime_days"][..]), ("730", "400"));
    assert_eq!(row["above_lines"], "own.396: 396 d; own.400: 400 d (asked for only)");
    assert_eq!(found.tables["comparison-lines.csv"].len(), 2);
    assert!(found.pages[0].contains("langer dan de vergelijkingslijn van 396 dagen"), "the line in words");
    assert!(found.pages[1].contains("longer than the comparison line of 396 days"), "the line in words");
}

#[test]
fn what_sources_state_beside_what_was_recorded() {
    let found = outputs(&recording());
    let rows: Vec<[&str; 4]> = found.annex["lifetimes"]
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| ["name", "stated", "difference", "difference_effective"].map(|member| row[member].as_str().expect("a text")))
        .collect();
    let expected = [
        ["bad", "3 months", "same", "nothing-kept"],
        ["dated", "3 months", "same", "same"],
        ["gone", "3 months", "shorter", "shorter"],
        ["long", "2 years", "shorter", "shorter"],
        ["long", "session", "time-asked", "time-asked"],
        ["script", "3 months", "no-set-cookie", "no-set-cookie"],
        ["sess", "3 months", "session-asked", "session-asked"],
    ];
    assert_eq!(rows, expected);
    let first = &found.annex["lifetimes"][3];
    assert_eq!(
        (&first["source_date"], &first["stated_seconds"], &first["tolerance_seconds"]),
        (&json!("2026-05"), &json!(63_115_200), &json!(86_400))
    );
    let table = &found.tables["lifetimes.csv"];
    assert_eq!(
        table.iter().map(|row| [&row["name"][..], &row["stated"], &row["difference"], &row["difference_effective"]]).collect::<Vec<_>>(),
        expected
    );
    assert_eq!((&table[3]["shortest_seconds"][..], &table[3]["effective_longest_days"][..]), ("3600", "400"));
    for page in &found.pages {
        let body = page.split("id=\"t3b\"").nth(1).and_then(|rest| rest.split("</table>").next()).expect("the table");
        assert_eq!(body.matches("id=\"t3b-r").count(), expected.len());
        assert!(body.contains("own.toml:") && body.contains("2026-05"), "rule and date of the source");
    }
}

#[test]
fn values_that_a_browser_keeps_with_a_copy() {
    let recording = recording();
    let found = outputs(&recording);
    let rows = found.annex["validators"].as_array().expect("rows");
    let what = |row: &Value| ["path", "kind"].map(|member| row[member].as_str().expect("a text").to_owned());
    assert_eq!(rows.iter().map(what).collect::<Vec<_>>(), [["/app.js", "etag"], ["/style.css", "etag"], ["/style.css", "last-modified"]]);
    let counts = |row: &Value| {
        ["values", "answers", "sent_back", "not_given", "same_bytes", "of_content", "other_resources"]
            .map(|member| row[member].as_u64().expect("a count"))
    };
    // «abc» is one value with and without W/, was sent back once, stands at the logo too; «def» came with the same bytes.
    assert_eq!(counts(&rows[0]), [3, 4, 1, 0, 1, 0, 1]);
    assert_eq!((&rows[0]["sent_entries"], &rows[0]["same_bytes_entries"]), (&json!([5]), &json!([4, 6])));
    assert_eq!(counts(&rows[1]), [1, 1, 1, 0, 0, 1, 0]);
    assert_eq!(counts(&rows[2]), [1, 0, 1, 1, 0, 0, 0]);
    let totals = &found.annex["totals"];
    assert_eq!(
        ["answers_with_validators", "requests_with_validators", "resources_with_validators"].map(|total| totals[total].as_u64()),
        [Some(8), Some(2), Some(7)]
    );
    assert_eq!(found.tables["validators.csv"].len(), rows.len());

    // Every locator leads to the value whose fingerprint stands beside it.
    let fingerprints = Fingerprinter::new(&CaseKey::of_capture(recording.capture.digest));
    let mut checked = 0;
    for record in found.records.iter().filter(|record| record["validators"].is_array()) {
        let number = record["entry"].as_u64().expect("a number");
        let exchange = &recording.entries[number as usize - 1].exchange;
        for validator in record["validators"].as_array().expect("a list") {
            let locator: Locator = validator["locator"].as_str().expect("a locator").parse().expect("a locator");
            let bytes = resolve(exchange, &locator).expect("a place in the entry");
            assert_eq!(fingerprints.of(&bytes).to_string(), validator["value_fingerprint"], "{locator} of entry {number}");
            assert!(!bytes.starts_with(b"W/") && !bytes.contains(&b'"'), "{locator}");
            checked += 1;
        }
    }
    assert_eq!(checked, 12);
    // The table says what a value does, and never that it is somebody's.
    assert!(found.pages[1].contains("sends back on its next visit") && found.pages[0].contains("bij een volgend bezoek terugstuurt"));
}
