//! What the browser says beside a recording made by hand: each wording where it holds, and none where nobody said anything.

use super::super::builder::Builder;
use super::super::text::Lang;
use super::super::{csv, html};
use super::*;
use crate::analysis::{Analysis, MemorySpool, PageNeedles, Settings};
use crate::classify::{IdleRequests, Parties};
use crate::evidence::CaseKey;
use crate::interop::har;
use crate::model::{BROWSER_REPORT, CaptureSource, Digest, Entry, EntryDigest, NotRead, Refusals, SaidBy, StoredItem, StoredNames};
use crate::report::model::Report;
use crate::rules::{BUILTIN, RuleSet};
use crate::site::SuffixList;

/// Tables for the tests of forms, with `text` wherever a recorded text stands.
pub(in crate::report) fn tables(text: &str) -> BesideWire {
    let text = || text.to_owned();
    let cookie =
        |nr, state| BesideCookie { nr, report: 1, name: text(), domain: text(), path: Some(text()), state, ..BesideCookie::default() };
    BesideWire {
        reports: vec![BesideReport {
            nr: 1,
            exhibit: 3,
            time: "2026-11-22T10:00:09.000000000Z".to_owned(),
            about: text(),
            said_by: "script",
            stretch: 1,
            browser: text(),
            protocol: "cdp".to_owned(),
            cookies: Some(2),
            refusals: "reported",
            not_read: vec![text()],
        }],
        cookies: vec![
            BesideCookie {
                reasons: vec![text()],
                set: 1,
                in_jar: Some(false),
                refusals: vec![("set".to_owned(), text(), 1)],
                ..cookie(1, "refused")
            },
            BesideCookie {
                in_jar: Some(true),
                partition_key: Some(text()),
                differs: vec!["secure"],
                expires: Some("2027-12-27T10:00:09.000000000Z".to_owned()),
                kept_seconds: Some(34_560_000),
                asked_seconds: Some(69_120_000),
                ..cookie(2, "jar-otherwise")
            },
        ],
        refusals: vec![BesideRefusal {
            nr: 1,
            report: 1,
            direction: "set".to_owned(),
            reason: text(),
            name: text(),
            domain: text(),
            path: Some(text()),
            host: text(),
            count: 1,
        }],
        storage: vec![BesideStorage {
            nr: 1,
            report: 1,
            origin: text(),
            storage_key: Some(text()),
            store: "local",
            name: text(),
            length: Some(7),
        }],
        unreadable: 1,
        left_out: 2,
        of_auditee: 1,
    }
}

fn entry(second: u32, url: &str, sent: &str, came: &[&str]) -> String {
    let field = |name: &str, value: &str| format!(r#"{{"name":"{name}","value":"{value}"}}"#);
    let sent = if sent.is_empty() { String::new() } else { field("Cookie", sent) };
    let came: Vec<String> = came.iter().map(|line| field("Set-Cookie", line)).collect();
    format!(
        r#"{{"startedDateTime":"2026-11-22T10:00:{second:02}.000Z","time":0,"request":{{"method":"GET","url":"{url}","httpVersion":"h2",
        "headers":[{sent}],"queryString":[],"cookies":[],"headersSize":-1,"bodySize":0}},"response":{{"status":200,"statusText":"",
        "httpVersion":"h2","headers":[{}],"cookies":[],"content":{{"size":0,"mimeType":"text/plain"}},"redirectURL":"","headersSize":-1,
        "bodySize":0}},"cache":{{}},"timings":{{"send":0,"wait":0,"receive":0}}}}"#,
        came.join(",")
    )
}

fn jar(name: &str, domain: &str, expires: Option<&str>, bytes: u64) -> JarCookie {
    let expires = expires.map(|at| Timestamp::parse(at).expect("a time").as_nanoseconds() as f64 / 1e9);
    JarCookie {
        name: name.to_owned(),
        domain: domain.to_owned(),
        path: "/".to_owned(),
        expires,
        value_bytes: bytes,
        secure: true,
        ..JarCookie::default()
    }
}

fn exhibit(number: u64, second: u32, content: Vec<u8>) -> RecordedExhibit {
    RecordedExhibit {
        number,
        at: Timestamp::parse(&format!("2026-11-22T10:00:{second:02}Z")).expect("a time"),
        kind: ExhibitKind::BrowserReport,
        said_by: SaidBy::Script,
        about: format!("mark {number}"),
        media_type: "application/json".to_owned(),
        length: content.len() as u64,
        digest: Digest::of(&content),
        content: Some(content),
    }
}

fn made(entries: &[String], exhibits: Vec<RecordedExhibit>) -> Report {
    let har = format!(r#"{{"log":{{"version":"1.2","creator":{{"name":"t","version":"1"}},"entries":[{}]}}}}"#, entries.join(","));
    let rules = RuleSet::compile(BUILTIN.iter().copied()).expect("sound rules");
    let parties = Parties { auditee: vec!["own.example".to_owned()], ..Parties::default() };
    let (idle, needles) = (IdleRequests::default(), PageNeedles::new(None, &[], &[]));
    let settings = Settings {
        rules: &rules,
        suffixes: &SuffixList::Embedded,
        lists: &[],
        parties: &parties,
        page: Some("page.example"),
        idle: &idle,
        full_urls: false,
        needles: &needles,
        planted: None,
    };
    let key = CaseKey::of_capture(Digest::of(har.as_bytes()));
    let mut analysis = Analysis::new(settings, &key, Box::new(MemorySpool::default()));
    let mut contents = har::read(har.as_bytes(), har::Options::default(), &mut |imported| {
        let digest = EntryDigest(Digest::of(&imported.number.to_be_bytes()));
        analysis.push(&Entry { number: imported.number, order: imported.order, digest, exchange: imported.exchange })
    })
    .expect("a recording");
    contents.session.exhibits = exhibits;
    let capture = CaptureSource { name: "x.har".to_owned(), format: "har", wrappings: vec![], digest: Digest([0; 32]), length: 1 };
    let context =
        Context { capture: &capture, rules: &rules, suffixes: &SuffixList::Embedded, lists: &[], parties: &parties, full_urls: false };
    let mut builder = Builder::new(context);
    analysis.finish(&contents.session, contents.gaps, &mut builder).expect("an analysis");
    builder.finish(("evidence.ndjson", 1, Digest([0; 32]))).expect("a report")
}

fn entries() -> Vec<String> {
    vec![
        entry(
            0,
            "https://www.page.example/",
            "",
            &[
                "kept=12345678; Domain=page.example; Path=/; Max-Age=69120000; Secure",
                "refused=12345678; Path=/; Secure; SameSite=None",
                "half=12345678; Path=/; Secure",
                "half=87654321; Path=/; Secure",
                "gone=12345678; Path=/; Secure",
                "longer=1234; Path=/; Secure",
            ],
        ),
        entry(2, "https://www.page.example/next", "kept=12345678; script=1; vanished=2", &[]),
        // After the first report.
        entry(6, "https://www.page.example/late", "", &["late=12345678; Path=/; Secure"]),
    ]
}

#[test]
fn each_wording_where_it_holds() {
    let refusal = |direction: &str, name: &str, reason: &str, count| Refusal {
        direction: direction.to_owned(),
        reason: reason.to_owned(),
        name: name.to_owned(),
        domain: "www.page.example".to_owned(),
        host: "www.page.example".to_owned(),
        count,
        ..Refusal::default()
    };
    let first = JarReport {
        format: BROWSER_REPORT.to_owned(),
        version: 1,
        browser: "Chromium 156".to_owned(),
        protocol: "cdp".to_owned(),
        cookies: Some(vec![
            jar("kept", ".page.example", Some("2027-12-27T10:00:00Z"), 8),
            jar("script", "www.page.example", None, 1),
            jar("longer", "www.page.example", None, 5),
            jar("unseen", "www.page.example", None, 3),
            jar("own", "www.own.example", None, 3),
        ]),
        storage: vec![StoredNames {
            origin: "https://www.page.example".to_owned(),
            local: vec![StoredItem { name: "visitor".to_owned(), length: 32 }],
            databases: vec!["db".to_owned()],
            ..StoredNames::default()
        }],
        refusals: Some(Refusals {
            all: vec![
                refusal("send", "kept", "Novel", 2),
                refusal("set", "half", "SecureOnly", 1),
                refusal("set", "refused", "ThirdPartyBlocked", 1),
                refusal("set", "refused", "SameSiteNoneInsecure", 1),
            ],
            left_out: 0,
            unbroken: true,
        }),
        not_read: vec![NotRead { what: "frame".to_owned(), place: "https://x.example/".to_owned(), why: "gone".to_owned() }],
    };
    // A browser that says nothing of refusals: then nobody else does.
    let second = JarReport { protocol: "bidi".to_owned(), refusals: None, cookies: Some(vec![]), storage: vec![], ..first.clone() };
    let json = |report: &JarReport| serde_json::to_vec(report).expect("JSON");
    let exhibits = vec![exhibit(2, 5, json(&first)), exhibit(4, 9, json(&second)), exhibit(5, 9, b"{\"format\":\"else\"}".to_vec())];
    let report = made(&entries(), exhibits);
    let tables = report.beside_wire.as_ref().expect("a chapter");
    assert_eq!((tables.unreadable, tables.left_out, tables.of_auditee), (1, 0, 1));
    let reports: Vec<_> =
        tables.reports.iter().map(|row| (row.exhibit, &*row.about, row.cookies, row.refusals, &row.not_read[..])).collect();
    let lost = ["frame: https://x.example/: gone".to_owned()];
    assert_eq!(reports, [(2, "mark 2", Some(5), "reported", &lost[..]), (4, "mark 4", Some(0), "not-reported", &lost[..])]);
    let states: Vec<_> = tables.cookies.iter().map(|row| (row.report, &*row.name, row.state, row.set, row.sent)).collect();
    assert_eq!(
        states,
        [
            (1, "kept", "jar-as-set", 1, 1),
            (1, "gone", "not-in-jar", 1, 0),
            // One of two lines: whichever it was, more is not known.
            (1, "half", "not-in-jar", 2, 0),
            (1, "longer", "jar-otherwise", 1, 0),
            (1, "refused", "refused", 1, 0),
            (1, "script", "sent-no-set-cookie", 0, 1),
            (1, "unseen", "jar-only", 0, 0),
            (1, "vanished", "sent-no-set-cookie", 0, 1),
            (2, "kept", "not-in-jar", 1, 1),
            (2, "gone", "not-in-jar", 1, 0),
            (2, "half", "not-in-jar", 2, 0),
            (2, "late", "not-in-jar", 1, 0),
            (2, "longer", "not-in-jar", 1, 0),
            (2, "refused", "not-in-jar", 1, 0),
            (2, "script", "sent-no-set-cookie", 0, 1),
            (2, "vanished", "sent-no-set-cookie", 0, 1),
        ]
    );
    let of = |name: &str| tables.cookies.iter().find(|row| row.name == name).expect("a row");
    let kept = of("kept");
    assert_eq!((kept.asked_seconds, kept.kept_seconds), (Some(69_120_000), Some(34_560_000)), "the browser cut it to 400 days");
    assert_eq!(kept.expires.as_deref(), Some("2027-12-27T10:00:00.000000000Z"));
    assert_eq!(kept.refusals, [], "what was said of a cookie of another domain is not said of this one");
    assert_eq!(of("refused").reasons, ["SameSiteNoneInsecure", "ThirdPartyBlocked"]);
    assert_eq!(of("half").refusals, [("set".to_owned(), "SecureOnly".to_owned(), 1)]);
    assert_eq!(of("longer").differs, ["value-length"]);
    assert_eq!((of("script").in_jar, of("vanished").in_jar), (Some(true), Some(false)));
    let storage: Vec<_> = tables.storage.iter().map(|row| (row.report, row.store, &*row.name, row.length)).collect();
    assert_eq!(storage, [(1, "local", "visitor", Some(32)), (1, "database", "db", None)]);

    let page = html::render(&report, Lang::En).expect("renders");
    for words in [
        "refused by the browser: <bdi dir=\"ltr\">SameSiteNoneInsecure, ThirdPartyBlocked</bdi>",
        "sent, no Set-Cookie recorded",
        "not in the jar at the mark",
        "in the jar as set",
        "in the jar, and neither set nor sent on the wire",
        "Storage not visible to a proxy",
        "this protocol reports no refusals",
        "asked for: 69,120,000 seconds",
        "the browser: 34,560,000 seconds",
    ] {
        assert!(page.contains(words), "{words}");
    }
    let page = html::render(&report, Lang::Nl).expect("renders");
    assert!(page.contains("geweigerd door de browser:") && page.contains("verzonden, geen Set-Cookie vastgelegd"));
    let files: Vec<_> =
        csv::render(&report).expect("writes").into_iter().map(|(file, _)| file).filter(|file| file.starts_with("browser-")).collect();
    assert_eq!(files, ["browser-reports.csv", "browser-cookies.csv", "browser-refusals.csv", "browser-storage.csv"]);
}

#[test]
fn where_the_browser_was_not_asked_nothing_is_said() {
    let report = made(&entries(), Vec::new());
    assert_eq!(report.beside_wire, None);
    assert!(!html::render(&report, Lang::En).expect("renders").contains("id=\"c15\""));
    assert!(csv::render(&report).expect("writes").iter().all(|(file, _)| !file.starts_with("browser-")));
    let report = made(&entries(), vec![exhibit(1, 5, b"not JSON".to_vec())]);
    let tables = report.beside_wire.as_ref().expect("a chapter");
    assert_eq!((tables.unreadable, tables.reports.len(), tables.cookies.len()), (1, 0, 0));
    let page = html::render(&report, Lang::En).expect("renders");
    assert!(page.contains("1 report of the browser is in the recording and cannot be read."));
}
