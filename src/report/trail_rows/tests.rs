//! What linkage adds to the trail, what was not sent again, and what redirects carry along: with a linkage made by hand.

use super::super::linkage_rows::tests::linkage;
use super::super::text::Lang;
use super::super::{Context, Fanout, csv, evidence_log::EvidenceLog, html};
use super::*;
use crate::analysis::{Analysis, MemorySpool, PageNeedles, Settings};
use crate::classify::{IdleRequests, Parties};
use crate::evidence::CaseKey;
use crate::interop::har;
use crate::model::{CaptureSource, Entry, EntryDigest};
use crate::rules::{BUILTIN, RuleSet};
use crate::site::SuffixList;

const PAGE: &str = "facebook.com";

/// Kind, name, codings, other page, recipient and the entries of both ends.
type Joined = (&'static str, String, Vec<&'static str>, String, String, u64, u64);

fn rows(found: &Linkage) -> Vec<Joined> {
    let captures = [CaptureRef {
        number: 1,
        name: "",
        simulated: false,
        case_key: true,
        page: Some(PAGE),
        visit: None,
        browser: None,
        not_used: None,
    }];
    let ground = Ground { suffixes: &SuffixList::Embedded, captures: &captures, full: false };
    let platform = |site: &str| site == PAGE;
    let (rows, left_out) = linked(found, ground, (PAGE, None), &platform, &mut Pseudonyms::default());
    assert_eq!(left_out, 0);
    let row = |row: TrailRow| (row.kind, row.name, row.codings, row.other.page, row.recipient, row.one.entry, row.other.entry);
    rows.into_iter().map(row).collect()
}

/// A digest of the platform's cookie at a measuring company, and the shop's own cookie as a digest with the platform. That the cookie itself was
/// sent again is the business of the trail, which has it; an answer joins nothing, nor does a part of a value.
#[test]
fn values_in_another_form_join_the_page_and_another_site() {
    let found = linkage();
    assert_eq!(
        rows(&found),
        [
            ("linked-value", "datr".to_owned(), vec!["sha256", "base64"], "shop.example".to_owned(), "measure.example".to_owned(), 2, 8),
            ("own-cookie", "_fbp".to_owned(), vec!["md5"], "shop.example".to_owned(), "facebook.com".to_owned(), 5, 9),
        ]
    );
    let mut elsewhere = found;
    elsewhere.sharings.iter_mut().for_each(|sharing| sharing.stretch = 2);
    assert!(rows(&elsewhere).is_empty(), "another stretch is another browser profile");
}

#[test]
fn what_was_not_sent_again() {
    let mut found = linkage();
    let asked = BTreeMap::from([
        ((1, PAGE.to_owned(), PAGE.to_owned()), 9),
        ((1, PAGE.to_owned(), "news.example".to_owned()), 4),
        ((1, PAGE.to_owned(), "shop.example".to_owned()), 3),
        ((2, PAGE.to_owned(), "news.example".to_owned()), 7),
    ]);
    let browser = Some("Chromium/156, third-party cookies blocked");
    let not_again = |found: &Linkage| {
        let rows = not_sent_again(found, &asked, (PAGE, browser), &mut Pseudonyms::default());
        rows.into_iter().map(|row| (row.name, row.other, row.requests, row.other_value, row.policy)).collect::<Vec<_>>()
    };
    let row = |other: &str, requests, other_value| ("datr".to_owned(), other.to_owned(), requests, other_value, "blocked");
    // From the shop it was sent again; from the news site the platform was asked without it.
    assert_eq!(not_again(&found), [row("news.example", 4, false)]);
    found.sent[1].fingerprint = [9; 8];
    assert_eq!(not_again(&found), [row("news.example", 4, false), row("shop.example", 3, true)]);
    found.sent.remove(1);
    assert_eq!(not_again(&found), [row("news.example", 4, false), row("shop.example", 3, false)]);
}

#[test]
fn what_redirects_carry_along() {
    let one = parameters("https://l.facebook.com/l.php?h=short&fbclid=IwAR0123456789abcdef&u=https%3A%2F%2Fshop.example%2F");
    let other = parameters("https://shop.example/?fbclid=IwAR0123456789abcdef&h=short");
    let carried: Vec<_> = one.intersection(&other).map(|(name, _)| name.as_str()).collect();
    assert_eq!(carried, ["fbclid"], "short values are too often equal by chance");
    let mut found = linkage();
    (found.sharings[2].way, found.sharings[2].entry) = (Way::Redirect, 31);
    let redirect = |nr, from_entry| RedirectRow {
        nr,
        chain: 1,
        from_entry,
        from_host: None,
        to_entry: from_entry + 1,
        to_host: String::new(),
        to_site: String::new(),
        time: None,
        stretch: 1,
        carried: vec![],
        pseudonyms: vec![],
    };
    let rows = with_pseudonyms(vec![redirect(1, 30), redirect(2, 31)], &found, &mut Pseudonyms::default());
    assert_eq!(rows.into_iter().map(|row| row.pseudonyms).collect::<Vec<_>>(), [vec![], vec!["ID-1".to_owned()]]);
}

/// From entries to the page: a cookie of the platform, sent again from a shop and, as a digest, to a measuring company from there.
#[test]
fn from_a_recording_to_the_page() {
    let entry = |second: u32, url: &str, from: &str, sent: &str, came: &str| {
        let field = |name: &str, value: &str| match value {
            "" => String::new(),
            _ => format!(r#",{{"name":"{name}","value":"{value}"}}"#),
        };
        let (dest, mode) = if from.is_empty() { ("document", "navigate") } else { ("empty", "cors") };
        let headers = field("Referer", from) + &field("Cookie", sent);
        format!(
            r#"{{"startedDateTime":"2026-11-22T10:00:{second:02}.000Z","time":5,"request":{{"method":"GET","url":"{url}","httpVersion":"h2",
            "headers":[{{"name":"Sec-Fetch-Dest","value":"{dest}"}},{{"name":"Sec-Fetch-Mode","value":"{mode}"}}{headers}],"queryString":[],"cookies":[],
            "headersSize":-1,"bodySize":0}},"response":{{"status":200,"statusText":"","httpVersion":"h2","headers":[{{"name":"Content-Type","value":"text/plain"}}{}],
            "cookies":[],"content":{{"size":0,"mimeType":"text/plain"}},"redirectURL":"","headersSize":-1,"bodySize":0}},"cache":{{}},"timings":{{"send":1,"wait":2,"receive":2}}}}"#,
            field("Set-Cookie", came)
        )
    };
    let value = "aBcDeFgHiJkLmNoPqRsT1234";
    let cookie = format!("datr={value}");
    let digest = Digest::of(value.as_bytes());
    let entries = [
        entry(
            0,
            "https://www.facebook.com/gemeente",
            "",
            "",
            &format!("{cookie}; Max-Age=34560000; Domain=facebook.com; Secure; SameSite=None"),
        ),
        entry(1, "https://www.facebook.com/api?x=1", "https://www.facebook.com/gemeente", &cookie, ""),
        entry(2, "https://www.shop.example/", "", "", ""),
        entry(3, "https://www.facebook.com/tr?id=1", "https://www.shop.example/", &cookie, ""),
        entry(4, &format!("https://collect.measure.example/p?uid={digest}"), "https://www.shop.example/", "", ""),
    ];
    let har = format!(r#"{{"log":{{"version":"1.2","creator":{{"name":"t","version":"1"}},"entries":[{}]}}}}"#, entries.join(","));
    let (rules, parties, idle, needles) = (
        RuleSet::compile(BUILTIN.iter().copied()).expect("sound rules"),
        Parties::default(),
        IdleRequests::default(),
        PageNeedles::new(None, &[], &[]),
    );
    let settings = Settings {
        rules: &rules,
        suffixes: &SuffixList::Embedded,
        lists: &[],
        parties: &parties,
        page: Some("facebook.com"),
        idle: &idle,
        full_urls: false,
        needles: &needles,
        planted: None,
    };
    let key = CaseKey::of_capture(Digest::of(har.as_bytes()));
    let spool = || Box::new(MemorySpool::default());
    let mut analysis = Analysis::new(settings, &key, spool()).linking(&key, spool(), 1 << 20);
    let contents = har::read(har.as_bytes(), har::Options::default(), &mut |imported| {
        let digest = EntryDigest(Digest::of(&imported.number.to_be_bytes()));
        analysis.push(&Entry { number: imported.number, order: imported.order, digest, exchange: imported.exchange })
    })
    .expect("a recording");
    let capture = CaptureSource { name: "x.har".to_owned(), format: "har", wrappings: vec![], digest: Digest([0; 32]), length: 1 };
    let context =
        Context { capture: &capture, rules: &rules, suffixes: &SuffixList::Embedded, lists: &[], parties: &parties, full_urls: false };
    let mut builder = Builder::new(context);
    let mut log = EvidenceLog::new(context, Vec::new());
    analysis.finish(&contents.session, contents.gaps, &mut Fanout(vec![&mut builder, &mut log])).expect("an analysis");
    let report = builder.finish(("evidence.ndjson", 1, Digest([0; 32]))).expect("a report");
    let datr = report.linkage.identifiers.iter().find(|row| row.name == "datr").expect("the cookie");
    assert_eq!((datr.carrier, datr.lifetime_days.as_deref(), datr.values.len()), ("cookie", Some("400"), 1));
    let trail: Vec<_> =
        report.trail.iter().map(|row| (row.kind, &*row.recipient, &*row.other.page, row.codings.join(" "), &row.pseudonym)).collect();
    let pseudonym = &datr.values[0].pseudonym;
    assert_eq!(
        trail,
        [
            ("sent-again", "facebook.com", "shop.example", String::new(), pseudonym),
            ("linked-value", "measure.example", "shop.example", "sha256".to_owned(), pseudonym),
        ]
    );
    let other: Vec<_> =
        report.linkage.sent_from_other_sites.iter().map(|row| (&*row.name, &*row.from, row.requests, row.set_recorded)).collect();
    assert_eq!(other, [("datr", "shop.example", 1, true)]);
    assert!(report.attribution.ways.iter().map(|row| row.requests).sum::<u64>() == 5 && report.linkage.not_sent_again.is_empty());
    let log = String::from_utf8(log.into_inner()).expect("text");
    assert_eq!(log.matches(r#""attribution":{"page_entry""#).count(), 5);
    for lang in [Lang::Nl, Lang::En] {
        let page = html::render(&report, lang).expect("renders");
        assert!(page.contains("collect.measure.example") && !page.contains(value) && !page.contains(&digest.to_string()));
    }
    for (file, bytes) in csv::render(&report).expect("writes") {
        assert!(!String::from_utf8_lossy(&bytes).contains(value), "{file}");
    }
}
