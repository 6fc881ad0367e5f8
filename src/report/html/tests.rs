//! The page against a rich report, hostile recordings and bulk.

use super::{super::model::*, *};
use crate::model::GapKind;

/// A cookie name that tries everything at once.
const HOSTILE: &str = "<script>alert(1)</script>\"'>&\u{202e}evil\u{7}\u{85}\n`code`";

fn text(en: &str, nl: &str) -> Text {
    Text { en: en.to_owned(), nl: nl.to_owned() }
}

fn owner(id: &str, name: &str, line: u32) -> Option<OwnerRef> {
    let (rule, source) = (format!("owners-{id}.toml:{line}"), format!("owners-{id}/TRE"));
    Some(OwnerRef { id: id.to_owned(), name: name.to_owned(), rule, source })
}

fn meta() -> Option<OwnerRef> {
    owner("meta", "Meta Platforms, Inc.", 22)
}

fn claim(by: &'static str, who: &str, category: Option<(&str, &str, &str)>, purpose: (&str, &str), lifetime: Option<&str>) -> Claim {
    let category = category.map(|(id, en, nl)| Category { id: id.to_owned(), label: text(en, nl) });
    Claim {
        by,
        who: who.to_owned(),
        category,
        purpose: Some(text(purpose.0, purpose.1)),
        lifetime: lifetime.map(str::to_owned),
        source: "meta-cookies/OCD".to_owned(),
        certainty: if by == "own" { "derived" } else { "stated" },
        rule: "meta.cookie.datr".to_owned(),
        place: "meta-cookies.toml:112".to_owned(),
    }
}

fn datr_claims() -> Vec<Claim> {
    let security = Some(("security", "security", "beveiliging"));
    let marketing = Some(("marketing", "marketing", "marketing"));
    let meta = (
        "Meta describes it as an identifier of the browser that serves security.",
        "Meta beschrijft deze als een kenmerk van de browser dat de beveiliging dient.",
    );
    let ocd = ("The list describes it as a cookie for advertising.", "De lijst beschrijft deze als een cookie voor advertenties.");
    let own = ("Cookie exports show a lifetime of about 400 days.", "Cookie-exports tonen een levensduur van ongeveer 400 dagen.");
    vec![
        claim("vendor", "Meta", security, meta, Some("2 years")),
        claim("independent", "Open Cookie Database", marketing, ocd, Some("400 d")),
        claim(
            "authority",
            "Brussels courts",
            None,
            ("A court decided in a case about this cookie.", "Een rechter besliste in een zaak over deze cookie."),
            None,
        ),
        claim("own", "dataspoor", None, own, Some("400 d")),
    ]
}

fn recipient(nr: u64, site: &str, hosts: &[&str], owner: Option<OwnerRef>, relation: &'static str, requests: u64) -> Recipient {
    let pixel = (
        "The address receives the name of an event and the address of the page.",
        "Dit adres krijgt de naam van een gebeurtenis en het adres van de pagina.",
    );
    let marketing = Some(("marketing", "marketing", "marketing"));
    Recipient {
        nr,
        site: site.to_owned(),
        hosts: hosts.iter().map(|host| (*host).to_owned()).collect(),
        relation,
        position: if owner.is_some() { "platform" } else { "not-established" },
        requests,
        requests_with_cookies: requests / 2,
        set_cookie_lines: requests / 30,
        first_entry: nr,
        claims: if owner.is_some() { vec![claim("independent", "DuckDuckGo Tracker Radar", marketing, pixel, None)] } else { vec![] },
        lists: if relation == "other-owner" { vec![ListCount { list: "easyprivacy.txt".to_owned(), requests: 3 }] } else { vec![] },
        owner,
    }
}

fn cookie(nr: u64, name: &str, domain: &str, claims: Vec<Claim>) -> Cookie {
    Cookie {
        nr,
        name: name.to_owned(),
        domain: domain.to_owned(),
        host_only: Some(false),
        path: Some("/".to_owned()),
        partitioned: nr == 2,
        relation: "same-site",
        owner: meta(),
        origin: "set-cookie",
        set_by: vec!["www.facebook.com".to_owned()],
        set: 1,
        renewed: 12,
        changed: u64::from(nr == 2),
        deleted: 0,
        refusal_expected: u64::from(nr == 2) * 2,
        first_set: Some("2026-11-19T10:02:11.482Z".to_owned()),
        first_entry: 1,
        lifetime_seconds: Some(63_072_000),
        lifetime_days: "730".to_owned(),
        session: false,
        over_cap: true,
        secure: Some(true),
        http_only: Some(true),
        same_site: Some("None".to_owned()),
        value_bytes: (24, 24),
        fingerprints: vec!["f-3b9ac1d2e07f".to_owned()],
        values: 1,
        sent_to: vec![
            SentTo { site: "facebook.com".to_owned(), relation: "same-site", requests: 1_412 },
            SentTo { site: "fbcdn.net".to_owned(), relation: "same-owner", requests: 3 },
        ],
        sent: 1_415,
        sent_with_other_value: 0,
        faults: if nr == 2 { vec!["domain-not-of-host".to_owned(), "some-new-fault".to_owned()] } else { vec![] },
        claims,
    }
}

fn unset(cookie: Cookie) -> Cookie {
    Cookie {
        host_only: None,
        path: None,
        owner: None,
        relation: "owner-not-established",
        origin: "sent-only",
        set_by: vec![],
        set: 0,
        renewed: 0,
        first_set: None,
        lifetime_seconds: None,
        lifetime_days: String::new(),
        over_cap: false,
        secure: None,
        http_only: None,
        same_site: None,
        fingerprints: (0..5).map(|n| format!("f-{n:012x}")).collect(),
        values: 9,
        value_bytes: (3, 100_000),
        sent_to: vec![SentTo { site: "nu.nl".to_owned(), relation: "owner-not-established", requests: 1 }],
        sent_with_other_value: 4,
        ..cookie
    }
}

fn flow(nr: u64, method: &str, host: &str, path: &str, relation: &'static str) -> Flow {
    let list =
        ListMatch { list: "easyprivacy.txt".to_owned(), rule: ".facebook.com/tr?$image".to_owned(), line: Some(3_166), exception: None };
    Flow {
        nr,
        method: method.to_owned(),
        host: host.to_owned(),
        site: "facebook.com".to_owned(),
        path: path.to_owned(),
        not_sent: 0,
        parameters: vec!["id".to_owned(), "ev".to_owned(), "dl".to_owned(), "cd[content_name]".to_owned()],
        relation,
        position: "platform",
        owner: meta(),
        requests: nr * 5,
        first_time: Some("2026-11-19T10:02:11.482Z".to_owned()),
        entries: (1..=(nr * 5).min(10)).collect(),
        statuses: vec![0, 200, 302],
        cookies_sent: vec!["datr".to_owned(), "fr".to_owned(), "sb".to_owned()],
        cookies_set: if nr == 1 { vec!["datr".to_owned()] } else { vec![] },
        body_bytes_sent: nr * 700,
        redirects_to: if nr == 2 { vec!["login.facebook.com".to_owned()] } else { vec![] },
        causes: vec![CauseCount { cause: "script", requests: 1 }],
        claims: if nr == 1 { vec![] } else { datr_claims().split_off(2) },
        lists: if nr == 1 {
            vec![]
        } else {
            vec![list.clone(), ListMatch { exception: Some("@@||facebook.com^$first-party".to_owned()), ..list }]
        },
    }
}

fn digest(letter: &str) -> String {
    letter.repeat(64)
}

fn source(id: &str, title: &str, reference: &str) -> Source {
    let (title, publisher) = (title.to_owned(), "J. Kwakman and contributors".to_owned());
    Source { id: id.to_owned(), title, publisher, reference: reference.to_owned(), date: "2026-01-21".to_owned() }
}

fn sample() -> Report {
    let hosts = ["connect.facebook.net"];
    let rules = |file: &str, rules| RuleFile {
        file: format!("{file}.toml"),
        id: file.to_owned(),
        version: "2026-11-21".to_owned(),
        sha256: digest("b"),
        rules,
    };
    let list = FilterList {
        name: "easyprivacy.txt".to_owned(),
        title: Some("EasyPrivacy".to_owned()),
        version: Some("202608130529".to_owned()),
        sha256: digest("c"),
        rules: 52_310,
        rejected: 17,
        matched: 41,
        excepted: 2,
    };
    Report {
        format: "dataspoor-annex",
        version: ANNEX_VERSION,
        simulated: true,
        capture: Capture {
            name: "bezoek-gemeente-2026-11-19.har.gz".to_owned(),
            format: "har".to_owned(),
            wrappings: vec!["gzip".to_owned()],
            sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
            bytes: 18_402_113,
            creator: Some("WebInspector 537.36".to_owned()),
            browser: None,
            started: Some("2026-11-19T10:02:11.482Z".to_owned()),
            ended: Some("2026-11-19T10:09:47.006Z".to_owned()),
            comment: Some("Visit without an account".to_owned()),
            scenario: None,
            pages: 2,
        },
        page: ExaminedPage {
            site: Some("facebook.com".to_owned()),
            owner: meta(),
            basis: "later-page-title",
            detail: "page_2".to_owned(),
            overruled: Some("example.org (page_1)".to_owned()),
        },
        totals: Totals {
            entries: 1_684,
            hostless_entries: 12,
            hosts: 17,
            registrable_domains: 4,
            other_site_requests: 391,
            requests_with_owner: 1_671,
            auditee_requests: 0,
            set_cookie_lines: 63,
            cookies_sent: 6_207,
            cookies: 4,
            requests_with_findings: 655,
        },
        method: Method {
            tool: "dataspoor",
            tool_version: "0.1.0",
            rules_sha256: digest("a"),
            rules: vec![rules("meta-cookies", 41), rules("meta-endpoints", 23), rules("owners-meta", 1)],
            suffix_list: "psl 2.1.247".to_owned(),
            suffix_list_sha256: None,
            lists: vec![list],
            auditee: vec!["gemeente.example".to_owned()],
            platform: Some("meta".to_owned()),
            case: true,
            urls: "masked",
            evidence_log: "evidence.ndjson".to_owned(),
            evidence_records: 1_698,
            evidence_head: digest("e"),
        },
        recipients: vec![
            recipient(1, "facebook.com", &["facebook.com", "login.facebook.com", "www.facebook.com"], meta(), "same-site", 1_284),
            recipient(2, "fbcdn.net", &["scontent-ams2-1.xx.fbcdn.net", "static.xx.fbcdn.net"], meta(), "same-owner", 387),
            recipient(3, "doubleclick.net", &["stats.g.doubleclick.net"], owner("google", "Google LLC", 9), "other-owner", 3),
            recipient(4, "192.0.2.17", &hosts, None, "owner-not-established", 1),
        ],
        cookies: vec![
            cookie(1, "datr", "facebook.com", datr_claims()),
            cookie(2, "fr", "facebook.com", datr_claims().split_off(3)),
            Cookie { session: true, lifetime_seconds: None, over_cap: false, ..cookie(3, HOSTILE, "facebook.com", vec![]) },
            unset(cookie(4, &"x".repeat(100_000), "nu.nl", vec![])),
        ],
        flows: vec![
            flow(1, "GET", "www.facebook.com", "/gemeente", "same-site"),
            flow(2, "POST", "www.facebook.com", "/ajax/bz", "same-site"),
            flow(
                3,
                "GET",
                "static.xx.fbcdn.net",
                "/rsrc.php/v4/yS/r/a-very-long-name-of-a-file-that-does-not-fit-in-a-column.js",
                "same-owner",
            ),
        ],
        flows_left_out: 1_200,
        gaps: GapKind::ALL
            .iter()
            .zip(1..)
            .map(|(kind, nr)| GapRow { nr, kind: kind.id(), count: nr * 700, entries: vec![nr, nr + 4] })
            .collect(),
        sources: vec![
            source("meta-cookies/OCD", "Open Cookie Database", "https://github.com/jkwakman/Open-Cookie-Database, commit 0ee5a17"),
            source("owners-google/TRE", "Tracker Radar, entity “Google LLC”", "addresses are withheld"),
            source(
                "owners-meta/TRE",
                "Tracker Radar, entity “Facebook, Inc.”",
                "https://github.com/duckduckgo/tracker-radar, commit 05f17e6",
            ),
        ],
    }
}

/// Tags that are opened and not closed, or closed and not opened.
fn unbalanced(html: &str) -> Vec<String> {
    let (mut open, mut wrong) = (Vec::new(), Vec::new());
    for after in html.split('<').skip(1) {
        let tag = after.split('>').next().unwrap_or_default();
        let name = tag.trim_start_matches('/').split(' ').next().unwrap_or_default().to_owned();
        if tag.starts_with('/') {
            if open.pop().as_ref() != Some(&name) {
                wrong.push(format!("/{name}"));
            }
        } else if !matches!(name.as_str(), "!DOCTYPE" | "meta" | "br") {
            open.push(name);
        }
    }
    wrong.extend(open);
    wrong
}

#[test]
fn a_rich_report_in_both_languages() {
    for lang in [Lang::Nl, Lang::En] {
        let html = render(&sample(), lang).expect("renders");
        assert_eq!(html, render(&sample(), lang).expect("renders"), "the same report gives the same bytes");
        assert_eq!(unbalanced(&html), Vec::<String>::new());
        assert!(html.contains(&format!("<html lang=\"{lang}\"")));
        for id in ["t1", "t2-r4", "t3-r4", "t4-r3", "t5-r18", "t6-r5", "t7", "t8-r3", "c9"] {
            assert_eq!(html.matches(&format!(" id=\"{id}\"")).count(), 1, "{id}");
        }
        for target in html.split("href=\"#").skip(1) {
            let id = target.split('"').next().expect("a target");
            assert!(html.contains(&format!(" id=\"{id}\"")), "no target #{id}");
        }
        // Nothing is fetched: no scripts, frames, pictures or style sheets from elsewhere.
        for word in ["<script", "<img", "<link", "<iframe", "@import", "url(", "src="] {
            assert!(!html.contains(word), "{word}");
        }
        assert!(html.matches("zegt niets over wat Meta doet").count() + html.matches("says nothing about what Meta does").count() >= 12);
        assert!(html.contains("owners-meta.toml:22") && html.contains("<code>some-new-fault</code>"));
    }
}

/// Each claim has its own line, also where two say the same.
#[test]
fn claims_stay_apart() {
    let report = Report { cookies: vec![cookie(1, "datr", "facebook.com", datr_claims())], flows: vec![], recipients: vec![], ..sample() };
    let html = render(&report, Lang::Nl).expect("renders");
    assert_eq!(html.matches("<ul class=\"claims\">").count(), 1);
    assert!(
        html.contains("Meta</bdi> (leverancier): <strong>beveiliging</strong>") && html.contains("levensduur volgens deze bron: 2 jaar")
    );
    assert!(html.contains("Open Cookie Database</bdi> (onafhankelijke bron): <strong>marketing</strong>"));
    assert!(
        html.contains("730 dagen gevraagd") && html.contains("63.072.000 seconden") && html.contains("19 november 2026, 10:02:11,482 UTC")
    );
}

#[test]
fn hostile_texts_are_harmless() {
    let mut report = sample();
    let hostile = || HOSTILE.to_owned();
    report.capture = Capture {
        name: hostile(),
        format: hostile(),
        wrappings: vec![hostile()],
        sha256: hostile(),
        creator: Some(hostile()),
        browser: Some(hostile()),
        started: Some(format!("2026-11-19T{HOSTILE}Z")),
        comment: Some(hostile()),
        scenario: Some(hostile()),
        ..report.capture
    };
    report.page = ExaminedPage { site: Some(hostile()), detail: hostile(), overruled: Some(hostile()), ..report.page };
    report.method.suffix_list = hostile();
    report.method.auditee = vec![hostile()];
    report.recipients[0].site = hostile();
    report.recipients[0].hosts = vec![hostile(); 500];
    report.recipients[0].lists = vec![ListCount { list: hostile(), requests: 1 }];
    report.cookies[0] = Cookie {
        domain: hostile(),
        path: Some(hostile()),
        set_by: vec![hostile()],
        same_site: Some(hostile()),
        lifetime_days: hostile(),
        faults: vec![hostile()],
        fingerprints: vec![hostile()],
        ..cookie(1, HOSTILE, "", vec![])
    };
    let list = ListMatch { list: hostile(), rule: hostile(), line: None, exception: Some(hostile()) };
    report.flows[0] = Flow {
        not_sent: 0,
        parameters: vec![hostile()],
        cookies_sent: vec![hostile()],
        redirects_to: vec![hostile()],
        causes: vec![],
        lists: vec![list],
        first_time: Some(hostile()),
        ..flow(1, HOSTILE, HOSTILE, HOSTILE, "same-site")
    };
    report.sources[0].reference = format!("https://example.org/\"onclick=\"{HOSTILE}");
    for lang in [Lang::Nl, Lang::En] {
        let html = render(&report, lang).expect("renders");
        assert!(!html.contains("<script") && !html.contains("onclick=\"") && !html.contains("<code>code</code>"));
        assert!(html.chars().all(|c| c == '\n' || !is_hidden(c)), "something hidden got through");
        assert!(
            html.contains("<span class=\"esc\">\\u{202E}</span>evil<span class=\"esc\">\\u{7}</span><span class=\"esc\">\\u{85}</span>")
        );
        assert_eq!(unbalanced(&html), Vec::<String>::new());
    }
}

#[test]
fn long_texts_are_cut_and_say_so() {
    let mut report = sample();
    report.flows[0].path = "é".repeat(100_000);
    let html = render(&report, Lang::Nl).expect("renders");
    assert!(html.contains("… <span class=\"cut\">[in de vastlegging nog 99.880 tekens]</span>"));
    assert!(html.contains("[in de vastlegging nog 99.800 tekens]"));
    assert!(html.len() < 300_000, "{}", html.len());
}

#[test]
fn an_empty_report_says_what_is_missing() {
    let mut report = sample();
    report.simulated = false;
    report.page = ExaminedPage { site: None, owner: None, basis: "none", detail: String::new(), overruled: None };
    (report.capture.creator, report.capture.started, report.capture.ended) = (None, None, None);
    report.method.lists = vec![];
    (report.recipients, report.cookies, report.flows, report.gaps, report.sources) = Default::default();
    (report.totals, report.flows_left_out) = Default::default();
    let html = render(&report, Lang::En).expect("renders");
    assert_eq!(unbalanced(&html), Vec::<String>::new());
    assert!(!html.contains("imulated recording") && !html.contains("c3-notice"));
    for sentence in ["No cookies were recorded.", "No flows were recorded.", "No filter lists were used.", "not established"] {
        assert!(html.contains(sentence), "{sentence}");
    }
}
