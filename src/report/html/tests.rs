//! The page against a rich report, hostile recordings and bulk.

use super::{super::document::tests::is_read_whole, super::model::*, *};
use crate::model::GapKind;

/// A cookie name that tries everything at once.
pub(in crate::report) const HOSTILE: &str = "<script>alert(1)</script>\"'>&\u{202e}evil\u{7}\u{85}\n`code`";

pub(in crate::report) fn text(en: &str, nl: &str) -> Text {
    Text { en: en.to_owned(), nl: nl.to_owned() }
}

fn owner(id: &str, name: &str, line: u32) -> Option<OwnerRef> {
    let (rule, source) = (format!("owners-{id}.toml:{line}"), format!("owners-{id}/TRE"));
    Some(OwnerRef { id: id.to_owned(), name: name.to_owned(), country: None, rule, source, certainty: "stated" })
}

fn meta() -> Option<OwnerRef> {
    owner("meta", "Meta Platforms, Inc.", 22)
}

pub(super) fn claim(
    by: &'static str,
    who: &str,
    category: Option<(&str, &str, &str)>,
    purpose: (&str, &str),
    lifetime: Option<&str>,
) -> Claim {
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
        limits: None,
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

pub(in crate::report) fn recipient(
    nr: u64,
    site: &str,
    hosts: &[&str],
    owner: Option<OwnerRef>,
    relation: &'static str,
    requests: u64,
) -> Recipient {
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
        lists: if relation == "other-owner" { vec![count("easyprivacy.txt", 3)] } else { vec![] },
        owner,
        ..Recipient::default()
    }
}

fn count(list: &str, requests: u64) -> ListCount {
    ListCount { list: list.to_owned(), requests, ..ListCount::default() }
}

pub(in crate::report) fn cookie(nr: u64, name: &str, domain: &str, claims: Vec<Claim>) -> Cookie {
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
        asked: Some(span(7_776_000, "90", 63_072_000, "730")),
        effective: Some(span(7_776_000, "90", 34_560_000, "400")),
        above: vec![AboveLine { line: 1, id: "browsers.400-days".to_owned(), days: 400, effective: false }],
        session: false,
        end_not_computable: 0,
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
        list_claims: Vec::new(),
    }
}

fn span(min_seconds: i64, min_days: &str, max_seconds: i64, max_days: &str) -> Span {
    Span { min_seconds, max_seconds, min_days: min_days.to_owned(), max_days: max_days.to_owned() }
}

fn lifetime(nr: u64, difference: &'static str, difference_effective: &'static str) -> LifetimeRow {
    let cookie = cookie(1, HOSTILE, "facebook.com", vec![]);
    LifetimeRow {
        nr,
        cookie: 1,
        name: cookie.name,
        domain: cookie.domain,
        by: "vendor",
        who: "Meta".to_owned(),
        source: "meta-cookies/OCD".to_owned(),
        source_date: "2026-01-21".to_owned(),
        certainty: if nr == 1 { "stated" } else { "derived" },
        rule: "meta.cookie.datr".to_owned(),
        place: "meta-cookies.toml:112".to_owned(),
        stated: if difference == "time-asked" { "session" } else { "2 years" }.to_owned(),
        stated_seconds: (difference != "time-asked").then_some(63_115_200),
        tolerance_seconds: (difference != "time-asked").then_some(86_400),
        origin: if difference == "no-set-cookie" { "sent-only" } else { "set-cookie" },
        asked: if nr < 4 { cookie.asked } else { None },
        session: difference == "session-asked",
        effective: if nr < 3 { cookie.effective } else { None },
        difference,
        difference_effective,
    }
}

fn validator(nr: u64, kind: &'static str) -> ValidatorRow {
    ValidatorRow {
        nr,
        host: "static.xx.fbcdn.net".to_owned(),
        path: format!("/rsrc.php/{HOSTILE}"),
        relation: "same-owner",
        kind,
        values: 12,
        fingerprints: (0..10).map(|n| format!("{n:016x}")).collect(),
        value_bytes: (16, 15 + nr as u32),
        of_content: nr - 1,
        answers: 14,
        first_given: Some(3),
        sent_back: 2 * (nr - 1),
        not_given: nr - 1,
        sent_entries: (1..nr).collect(),
        same_bytes: 11 * (2 - nr.min(2)),
        same_bytes_entries: if nr == 1 { (3..13).collect() } else { vec![] },
        other_resources: nr - 1,
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
        asked: None,
        effective: None,
        above: vec![],
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
    let list = ListMatch {
        list: "easyprivacy.txt".to_owned(),
        rule: ".facebook.com/tr?$image".to_owned(),
        line: Some(3_166),
        ..ListMatch::default()
    };
    Flow {
        nr,
        method: method.to_owned(),
        host: host.to_owned(),
        site: "facebook.com".to_owned(),
        path: path.to_owned(),
        not_sent: if nr == 3 { 6 } else { 0 },
        refused: if nr == 3 { 4 } else { 0 },
        also_idle: 0,
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
        operated: HandCount { script: nr, person: u64::from(nr == 2), not_established: u64::from(nr == 3) },
        attribution: attributed(nr, "www.facebook.com"),
        claims: if nr == 1 { vec![] } else { datr_claims().split_off(2) },
        lists: if nr == 1 {
            vec![]
        } else {
            vec![list.clone(), ListMatch { exception: Some("@@||facebook.com^$first-party".to_owned()), ..list }]
        },
    }
}

fn attributed(nr: u64, host: &str) -> FlowAttribution {
    let page = PageCount {
        entry: Some(3),
        host: Some(host.to_owned()),
        path: Some("/gemeente".to_owned()),
        basis: "referer",
        confidence: "stated",
        requests: nr,
    };
    let none = PageCount { entry: None, host: None, path: None, basis: "none", confidence: "not-established", requests: 1 };
    let trigger = TriggerCount { trigger: "script", basis: "no-mention", confidence: "derived", host: Some(host.to_owned()), requests: nr };
    let acted = ActedCount { actor: "visitor", way: "visitor-on-platform", basis: "page", confidence: "derived", requests: nr };
    FlowAttribution { pages: vec![page, none], triggers: vec![trigger], acted: vec![acted], preflights: nr - 1, with_mention: nr }
}

fn attribution(host: &str) -> AttributionTables {
    let trigger = TriggerRow {
        nr: 1,
        trigger: "script",
        trigger_confidence: "derived",
        actor: "visitor",
        actor_confidence: "guessed",
        requests: 1_412,
        hosts: 3,
        first_entry: 4,
    };
    let way = WayRow {
        nr: 1,
        way: "visitor-on-platform",
        not_counted: None,
        requests: 1_400,
        preflights: 12,
        by_confidence: [1_000, 300, 100, 0],
        by_staff: 2,
        with_mention: 40,
        recipients: 2,
        first_entry: Some(1),
    };
    let none = |nr, way, not_counted| WayRow {
        nr,
        way,
        not_counted: Some(not_counted),
        requests: 0,
        preflights: 0,
        by_confidence: [0; 4],
        by_staff: 0,
        with_mention: 0,
        recipients: 0,
        first_entry: None,
    };
    let ways = vec![
        way,
        none(2, "entered-by-auditee", "needs-rules"),
        none(3, "auditee-sites", "no-own-sites"),
        none(4, "other-account", "no-platform"),
    ];
    let mention = MentionRow {
        nr: 1,
        host: host.to_owned(),
        method: "POST".to_owned(),
        path: format!("/api/{host}"),
        kind: "page-id",
        place: "form".to_owned(),
        field: format!("page[{host}]"),
        locator: format!("request.body/form[{host}]"),
        coding: "percent",
        requests: 40,
        first_entry: 9,
    };
    let preflight = |nr, request| PreflightRow { nr, preflight: 20 + nr, request, host: host.to_owned() };
    AttributionTables {
        triggers: vec![trigger],
        ways,
        mentions: vec![mention],
        mentions_left_out: 1,
        preflights: vec![preflight(1, Some(23)), preflight(2, None)],
        preflights_left_out: 1,
    }
}

/// What the browser was made to ask by, and by whom, with how sure that is; the ways stay ways, and a Page in a request is a fact about bytes.
#[test]
fn attribution_says_how_sure_it_is() {
    let html = render(&sample(), Lang::Nl).expect("renders");
    for sentence in [
        "door de browser van een bezoeker, vanaf een pagina van het platform",
        "alleen passend in tijd of plaats",
        "De eerste weg is niet uit het verkeer vast te stellen",
        "en 12 preflights",
        "niet uit het verkeer vast te stellen zonder regels daarvoor",
        "eigen sites niet opgegeven",
        "geen platform opgegeven",
        "onder een ander account dan waarmee is ingelogd; langs welke weg, is niet vastgesteld",
        "als bezoeker: zonder ander account vastgelegd",
        "4 hiervan zijn door het vastleggende programma tegengehouden",
        "2 hiervan hebben volgens de vastlegging de browser nooit verlaten",
        "na het opheffen van percent-codering",
        "geen zo’n verzoek vastgelegd",
        "waarvan 3 met het nummer, de naam of het adres van de onderzochte Page",
    ] {
        assert!(html.contains(sentence), "{sentence}");
    }
}

/// How a planted value was changed stands in order; what was not looked for is said; and a control says that a cookie was not sent again.
#[test]
fn planted_values_and_controls() {
    let mut report = sample();
    report.trail = vec![];
    report.capture.browser = Some("Chromium/156, headless, third-party cookies blocked".to_owned());
    for (lang, sentences) in [
        (
            Lang::Nl,
            [
                "in kleine letters, daarna SHA-256, daarna base64",
                "1 geplante waarde is niet gezocht, omdat de sleutel ervan niet is gegeven.",
                "voordat het formulier is verzonden",
                "in deze vastlegging niet nog eens meegezonden",
                "In deze vastlegging is geen cookie nog eens meegezonden vanaf een pagina of frame van een andere site.",
            ],
        ),
        (
            Lang::En,
            [
                "in lower case, then SHA-256, then base64",
                "1 planted value was not looked for, because the key to it was not given.",
                "before it was submitted",
                "not sent again in this recording",
                "In this recording no cookie was sent again from a page or frame of another site.",
            ],
        ),
    ] {
        let html = render(&report, lang).expect("renders");
        for sentence in sentences {
            assert!(html.contains(sentence), "{sentence}");
        }
    }
    report.planted = None;
    assert!(render(&report, Lang::En).expect("renders").contains("No planted values were looked for"));
    // The sentence about a row of the trail, with browser, policy, pseudonym and what was chosen there.
    let mut row = trail(1, "sent-again");
    row.other.own_choice = State { state: "after-choice", choice: Some(1) };
    let html = render(&Report { trail: vec![row], ..sample() }, Lang::En).expect("renders");
    for part in [
        "cookies in requests between sites: allowed) the value with pseudonym <bdi dir=\"ltr\">ID-1</bdi> was sent to",
        "button “<bdi dir=\"ltr\">Alle cookies toestaan</bdi>”",
    ] {
        assert!(html.contains(part), "{part}");
    }
}

fn digest(letter: &str) -> String {
    letter.repeat(64)
}

fn source(id: &str, title: &str, reference: &str) -> Source {
    let (title, publisher) = (title.to_owned(), "J. Kwakman and contributors".to_owned());
    Source { id: id.to_owned(), title, publisher, reference: reference.to_owned(), date: "2026-01-21".to_owned(), consulted: true }
}

fn stretch(nr: u64, name: Option<&str>, requests: u64) -> Stretch {
    let time = || Some("2026-11-19T10:02:11.482Z".to_owned());
    Stretch {
        nr,
        name: name.map(str::to_owned),
        began: name.and_then(|_| time()),
        said_by: name.map(|_| "script"),
        first: time(),
        last: Some("2026-11-19T10:03:11.482Z".to_owned()),
        length_ms: 60_000,
        requests,
        hosts: 5,
        hosts_first_asked_with_cookies: 2,
        density: (0..120).collect(),
    }
}

fn moment(nr: u64, event: &'static str, offset_ms: i64) -> Moment {
    Moment {
        nr,
        stretch: 2,
        time: "2026-11-19T10:02:21.482Z".to_owned(),
        offset_ms,
        event,
        entry: Some(nr),
        host: Some("www.facebook.com".to_owned()),
        path: None,
        status: None,
        text: None,
        said_by: None,
        choice: None,
        rule: None,
        certainty: None,
    }
}

fn moments() -> Vec<Moment> {
    let text = |text: &str| Some(text.to_owned());
    vec![
        Moment { text: text("2-allow"), said_by: Some("script"), entry: None, host: None, ..moment(1, "stretch", -20) },
        Moment { path: text("/gemeente"), status: Some(0), ..moment(2, "opened", 0) },
        Moment { text: text(HOSTILE), said_by: Some("operator"), entry: None, host: None, ..moment(3, "note", 5_000) },
        Moment { text: text("Alle cookies toestaan"), said_by: Some("request"), choice: Some(1), ..moment(4, "choice", 10_000) },
    ]
}

fn choice(nr: u64) -> Choice {
    let time = |time: &str| Some(format!("2026-11-19T10:02:{time}Z"));
    Choice {
        nr,
        stretch: 2,
        site: "facebook.com".to_owned(),
        scope: Some("browser"),
        text: Some("Alle cookies toestaan".to_owned()),
        text_by: Some("script"),
        says: Some("allow-optional"),
        clicked: time("21.400"),
        asked: "2026-11-19T10:02:21.482Z".to_owned(),
        answered: time("21.602"),
        said_by: "request",
        entry: Some(41),
        rule: Some(ChoiceRule {
            rule: "meta.choice.allow".to_owned(),
            place: "choices-meta.toml:31".to_owned(),
            source: "meta-cookies/OCD".to_owned(),
            certainty: "unverified",
        }),
    }
}

fn unmarked(choice: Choice) -> Choice {
    Choice { scope: None, text: None, text_by: None, says: None, answered: None, said_by: "operator", entry: None, rule: None, ..choice }
}

fn choice_cookie(nr: u64) -> ChoiceCookie {
    let times = |count| Times { count, first_entry: (count > 0).then_some(count + 3) };
    let phases = |before, transition, after| Phases { before: times(before), transition: times(transition), after: times(after) };
    ChoiceCookie {
        nr,
        choice: 1,
        stretch: 2,
        name: if nr == 1 { "datr".to_owned() } else { HOSTILE.to_owned() },
        domain: "facebook.com".to_owned(),
        set: phases(nr % 2, nr - 1, 0),
        set_by_answer: nr - 1,
        deleted: phases(0, 0, nr - 1),
        sent: phases(nr % 2, 0, 9),
        first_seen: if nr == 1 { "before" } else { "transition" },
    }
}

pub(in crate::report) fn trail(nr: u64, kind: &'static str) -> TrailRow {
    let end = |entry, page: &str, state: &'static str| End {
        entry,
        time: "2026-11-19T10:02:41.482Z".to_owned(),
        host: "www.facebook.com".to_owned(),
        page: page.to_owned(),
        page_choice: State { state, choice: (state != "none" && state != "before-choice").then_some(1) },
        own_choice: State { state: "none", choice: None },
    };
    TrailRow {
        nr,
        kind,
        carrier: "cookie",
        codings: vec![],
        pseudonym: "ID-1".to_owned(),
        policy: if nr == 1 { "allowed" } else { "not-recorded" },
        stretch: 2,
        name: "datr".to_owned(),
        carried_by: (kind == "own-cookie").then(|| "fbp".to_owned()),
        recipient: "facebook.com".to_owned(),
        fingerprint: "00f3b9ac1d2e07fa".to_owned(),
        one: end(12, "facebook.com", "before-choice"),
        other: end(80, "www.voorbeeldgemeente.example", "after-choice"),
        between_ms: 31_250,
        requests: 2,
        browser: (nr == 1).then(|| "Chromium/156, third-party cookies allowed".to_owned()),
    }
}

fn custody() -> Custody {
    Custody {
        started: Some("2026-11-19T10:02:00.000Z".to_owned()),
        ended: None,
        records: 9_120,
        head: Some(digest("d")),
        entries: 1_684,
        connections: 31,
        tunnels: 2,
        tunnel_bytes: 8_812,
        changes: 40,
        masks: vec![MaskCount { rule: "secret.password".to_owned(), count: 1_204 }],
        masking: Some(true),
        recoveries: 1,
        sync_interval_ms: 1_000,
        authority: Some(digest("f")),
        case: None,
        ledger_number: None,
    }
}

pub(crate) fn sample() -> Report {
    let hosts = ["connect.facebook.net"];
    let rules = |file: &str, rules| RuleFile {
        file: format!("{file}.toml"),
        id: file.to_owned(),
        version: "2026-11-21".to_owned(),
        sha256: digest("b"),
        rules,
    };
    let list = UsedList {
        kind: "filter",
        name: "easyprivacy.txt".to_owned(),
        title: Some("EasyPrivacy".to_owned()),
        version: Some("202608130529".to_owned()),
        sha256: digest("c"),
        rules: 52_310,
        rejected: 17,
        matched: 41,
        excepted: 2,
        ..UsedList::default()
    };
    Report {
        format: "dataspoor-annex",
        version: ANNEX_VERSION,
        simulated: true,
        notice: None,
        capture: Capture {
            name: "bezoek-gemeente-2026-11-19.har.gz".to_owned(),
            format: "har".to_owned(),
            wrappings: vec!["gzip".to_owned()],
            sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
            bytes: 18_402_113,
            creator: Some("WebInspector 537.36".to_owned()),
            browser: None,
            baseline: None,
            started: Some("2026-11-19T10:02:11.482Z".to_owned()),
            ended: Some("2026-11-19T10:09:47.006Z".to_owned()),
            comment: Some("Visit without an account".to_owned()),
            scenario: None,
            planned: None,
            taken_in: None,
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
            answers_with_validators: 401,
            requests_with_validators: 12,
            resources_with_validators: 350,
            requests_with_names: 0,
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
            platform_sites: vec!["facebook.com".to_owned()],
            fingerprints: "recording",
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
        addresses: vec![],
        addresses_left_out: 0,
        aliases: vec![],
        cookies: vec![
            cookie(1, "datr", "facebook.com", datr_claims()),
            cookie(2, "fr", "facebook.com", datr_claims().split_off(3)),
            Cookie { session: true, asked: None, effective: None, above: vec![], ..cookie(3, HOSTILE, "facebook.com", vec![]) },
            unset(cookie(4, &"x".repeat(100_000), "nu.nl", vec![])),
        ],
        comparison_lines: vec![ComparisonLine {
            nr: 1,
            id: "browsers.400-days".to_owned(),
            days: 400,
            label: text("kept by browsers", "bewaard door browsers"),
            meaning: text("<b>At most</b> this.", "<b>Ten hoogste</b> dit."),
            source: "meta-cookies/OCD".to_owned(),
            certainty: "stated",
            place: "lifetimes.toml:30".to_owned(),
        }],
        lifetimes: vec![
            lifetime(1, "same", "shorter"),
            lifetime(2, "longer-and-shorter", "longer-and-shorter"),
            lifetime(3, "time-asked", "nothing-kept"),
            lifetime(4, "no-set-cookie", "no-set-cookie"),
            lifetime(5, "session-asked", "session-asked"),
            lifetime(6, "not-computable", "not-computable"),
            lifetime(7, "nothing-kept", "nothing-kept"),
        ],
        validators: vec![validator(1, "etag"), validator(2, "last-modified")],
        validators_left_out: 4,
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
        fields: FieldTables::default(),
        stretches: vec![stretch(1, None, 0), stretch(2, Some("2-allow"), 400)],
        timeline: moments(),
        timeline_left_out: 7,
        choices: vec![choice(1), unmarked(choice(2))],
        choice_cookies: vec![choice_cookie(1), choice_cookie(2)],
        choice_cookies_left_out: 3,
        logout: LogoutTables::default(),
        trail: vec![trail(1, "sent-again"), trail(2, "own-cookie")],
        trail_left_out: 1,
        attribution: attribution("www.facebook.com"),
        planted: Some(crate::report::planted_rows::tests::tables("www.facebook.com")),
        beside_wire: Some(crate::report::beside_wire_rows::tests::tables("www.facebook.com")),
        assessment: Some(assessment("www.facebook.com")),
        risks: Some(risks("www.facebook.com")),
        house_style: None,
        linkage: crate::report::linkage_rows::tests::annex_tables(),
        custody: Some(custody()),
        scenario: crate::report::scenario_rows::tests::tables("Alle cookies toestaan"),
        gaps: GapKind::ALL
            .iter()
            .zip(1..)
            .map(|(kind, nr)| GapRow {
                nr,
                kind: kind.id(),
                count: nr * 700,
                unit: kind.unit().id(),
                of: (nr == 1).then_some(1_400),
                percent: (nr == 1).then(|| "50.0".to_owned()),
                entries: vec![nr, nr + 4],
            })
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
pub(in crate::report) fn unbalanced(html: &str) -> Vec<String> {
    // Every page that a test makes is one that other forms are made from.
    if html.starts_with("<!DOCTYPE") {
        is_read_whole(html);
    }
    let (mut open, mut wrong) = (Vec::new(), Vec::new());
    for after in html.split('<').skip(1) {
        let tag = after.split('>').next().unwrap_or_default();
        let name = tag.trim_start_matches('/').split(' ').next().unwrap_or_default().to_owned();
        if tag.starts_with('/') {
            if open.pop().as_ref() != Some(&name) {
                wrong.push(format!("/{name}"));
            }
        } else if !matches!(name.as_str(), "!DOCTYPE" | "meta" | "br" | "img") {
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
        for id in [
            "t1",
            "t2-r4",
            "t2a",
            "t2b",
            "t3-r4",
            "t3a-r1",
            "t3b-r7",
            "t3c-r2",
            "t4-r3",
            "t5-r4",
            "t6-r2",
            "t7-r2",
            "t4a-r1",
            "t4b-r1",
            "t4c-r1",
            "t4d-r2",
            "t8-r2",
            "t8i-r2",
            "t8j-r1",
            "t8k-r2",
            "t8a-r1",
            "t8b-r5",
            "t8c-r6",
            "t8d-r1",
            "t8e-r2",
            "t8f-r1",
            "t8g-r1",
            "t8h-r4",
            "t9-r25",
            "t10-r5",
            "t11",
            "t12",
            "t13-r3",
            "c13",
            "pic-timeline-desc",
        ] {
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
        html.contains("Meta</bdi> (leverancier, zoals weergegeven door ")
            && html.contains("J. Kwakman and contributors</bdi>): <strong>beveiliging</strong>")
            && html.contains("levensduur volgens deze bron: 2 jaar")
    );
    assert!(html.contains("Open Cookie Database</bdi> (andere bron dan de leverancier): <strong>marketing</strong>"));
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
        taken_in: Some(TakenIn { case: hostile(), ledger_number: 3, repetition: 1, said: hostile() }),
        ..report.capture
    };
    report.page = ExaminedPage { site: Some(hostile()), detail: hostile(), overruled: Some(hostile()), ..report.page };
    report.method.suffix_list = hostile();
    report.method.auditee = vec![hostile()];
    report.recipients[0].site = hostile();
    report.recipients[0].hosts = vec![hostile(); 500];
    report.recipients[0].lists = vec![count(HOSTILE, 1)];
    report.cookies[0] = Cookie {
        domain: hostile(),
        path: Some(hostile()),
        set_by: vec![hostile()],
        same_site: Some(hostile()),
        asked: Some(span(1, HOSTILE, 2, HOSTILE)),
        effective: Some(span(1, HOSTILE, 2, HOSTILE)),
        faults: vec![hostile()],
        fingerprints: vec![hostile()],
        ..cookie(1, HOSTILE, "", vec![])
    };
    let list = ListMatch { list: hostile(), rule: hostile(), exception: Some(hostile()), name: Some(hostile()), ..ListMatch::default() };
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
    report.stretches[1].name = Some(hostile());
    (report.timeline[3].time, report.timeline[3].path, report.timeline[3].text) = (hostile(), Some(hostile()), Some(hostile()));
    report.choices[0] = Choice { site: hostile(), text: Some(hostile()), asked: hostile(), clicked: Some(hostile()), ..choice(1) };
    report.trail[1].carried_by = Some(hostile());
    (report.trail[1].other.page, report.trail[1].other.host, report.trail[1].name) = (hostile(), hostile(), hostile());
    report.attribution = attribution(HOSTILE);
    report.planted = Some(crate::report::planted_rows::tests::tables(HOSTILE));
    report.beside_wire = Some(crate::report::beside_wire_rows::tests::tables(HOSTILE));
    report.assessment = Some(assessment(HOSTILE));
    report.risks = Some(risks(HOSTILE));
    report.flows[1].attribution = attributed(2, HOSTILE);
    let linkage = &mut report.linkage;
    (linkage.redirects[0].to_host, linkage.redirects[0].carried) = (hostile(), vec![hostile()]);
    (linkage.not_sent_again[0].name, linkage.not_sent_again[0].other) = (hostile(), hostile());
    (linkage.sharings[0].field, linkage.sharings[0].from) = (hostile(), Some(hostile()));
    (linkage.cookie_recipients[0].name, linkage.cookie_recipients[0].from) = (hostile(), vec![hostile()]);
    report.comparison_lines[0].label = text(HOSTILE, HOSTILE);
    report.lifetimes[0] = LifetimeRow {
        who: hostile(),
        stated: hostile(),
        rule: hostile(),
        place: hostile(),
        domain: hostile(),
        ..lifetime(1, "same", "same")
    };
    report.validators[0] = ValidatorRow { host: hostile(), fingerprints: vec![hostile()], ..validator(1, "etag") };
    report.sources[0].reference = format!("https://example.org/\"onclick=\"{HOSTILE}");
    for lang in [Lang::Nl, Lang::En] {
        let html = render(&report, lang).expect("renders");
        assert!(!html.contains("<script") && !html.contains("onclick=\"") && !html.contains("<code>code</code>"));
        let hidden = html.char_indices().find(|(_, c)| *c != '\n' && is_hidden(*c)).map(|(at, _)| at);
        assert!(
            hidden.is_none(),
            "hidden: {:?}",
            hidden.map(|at| html[..at].chars().rev().take(300).collect::<Vec<_>>().iter().rev().collect::<String>())
        );
        assert!(
            html.contains("<span class=\"esc\">\\u{202E}</span>evil<span class=\"esc\">\\u{7}</span><span class=\"esc\">\\u{85}</span>")
        );
        assert_eq!(unbalanced(&html), Vec::<String>::new());
    }
}

/// What was chosen stands in the words of the screen, never as a verdict; and a choice that nobody recorded is said to be none.
#[test]
fn choices_are_told_in_the_words_of_the_screen() {
    let html = render(&sample(), Lang::Nl).expect("renders");
    for sentence in [
        "Alle cookies toestaan",
        "optionele cookies toegestaan, alle of een deel",
        "niet aan een bron getoetst",
        "tekst van de knop niet vastgelegd",
        "na de keuze niet opnieuw gezet, maar nog meegezonden",
        "nieuw sinds de keuze: voor het eerst in de overgang",
        "geen keuze voor <bdi dir=\"ltr\">www.voorbeeldgemeente.example</bdi> vastgelegd",
        "na keuze 1 voor <bdi dir=\"ltr\">facebook.com</bdi>",
        "cookies in verzoeken tussen sites: toegestaan",
        "het cookiebeleid staat hier alleen als de vastlegging het noemt",
        "niet vastgelegd: onderbroken",
        "De vastlegging hoort niet bij een dossier.",
        "gemaakt met de onderscheppende proxy van",
    ] {
        assert!(html.contains(sentence), "{sentence}");
    }
    assert!(!html.contains("eerder gemaakt door een ander programma"));
    let imported = Report { custody: None, ..sample() };
    let html = render(&imported, Lang::En).expect("renders");
    assert!(html.contains("This recording carries no chain of custody") && !html.contains("id=\"t11\""));
    assert!(html.contains("made earlier by another program"));
}

/// Each picture says what it is, has a sentence for those who do not see it, and stands right above its table with a link to it.
#[test]
fn the_pictures_are_told_in_words_too() {
    let html = render(&sample(), Lang::Nl).expect("renders");
    let svg =
        html.split("<svg").find(|svg| svg.contains("pic-timeline-title")).and_then(|rest| rest.split("</svg>").next()).expect("a picture");
    assert!(svg.contains("role=\"img\" aria-labelledby=\"pic-timeline-title pic-timeline-desc\""));
    assert!(svg.contains(">Tijdlijn van het bezoek.") && svg.contains("verzoeken: 400; keuzes: 2."));
    assert_eq!(svg.matches("zegt niets over wat Meta doet").count(), 2, "a copied picture still says that it is simulated");
    assert_eq!(
        (svg.matches("l9 9l-9 9").count(), svg.matches("<circle").count(), svg.matches("h5v").count() + svg.matches("h6v").count()),
        (1, 1, 119)
    );
    // From the click at 21.400 to the answer at 21.602: 202 of 60,000 ms on 780 units.
    assert!(svg.contains("<rect x=\"138\"") && !svg.contains("evil"), "{svg}");
    let figures: Vec<&str> = html.split("<figure").skip(1).collect();
    assert_eq!(figures.len(), 4);
    for figure in figures {
        let behind = figure.split_once("</figcaption>").expect("a caption").1;
        let table = behind.split("<table id=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a table");
        assert!(
            figure.contains(&format!("<a href=\"#{table}\">")) && !behind.split("<table").next().expect("text").contains("<p>"),
            "{table}"
        );
    }
    let mut none = Report { stretches: vec![stretch(1, None, 0)], recipients: vec![], cookies: vec![], trail: vec![], ..sample() };
    assert!(!render(&none, Lang::Nl).expect("renders").contains("<svg"));
    none.trail = vec![trail(1, "sent-again")];
    assert_eq!(render(&none, Lang::Nl).expect("renders").matches("<svg").count(), 1);
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
    (report.stretches, report.timeline, report.choices, report.choice_cookies, report.trail) = Default::default();
    (report.custody, report.timeline_left_out, report.trail_left_out, report.choice_cookies_left_out) = Default::default();
    (report.totals, report.flows_left_out) = Default::default();
    let html = render(&report, Lang::En).expect("renders");
    assert_eq!(unbalanced(&html), Vec::<String>::new());
    assert!(!html.contains("imulated recording") && !html.contains("c3-notice"));
    for sentence in ["No cookies were recorded.", "No flows were recorded.", "No lists of others were used.", "not established"] {
        assert!(html.contains(sentence), "{sentence}");
    }
}

/// What people wrote, with that text wherever one of theirs can stand.
fn assessment(text: &str) -> AssessmentTables {
    let word = |nr, about, rows: Vec<RowRef>| WordRow {
        nr,
        about,
        name: text.to_owned(),
        recorded: (about != "everything").then_some(!rows.is_empty()),
        rows,
        kind: "purpose",
        text: text.to_owned(),
        by: text.to_owned(),
        date: text.to_owned(),
        source: (nr == 1).then(|| text.to_owned()),
    };
    let of =
        || vec![WordsOf { nr: 1, name: text.to_owned(), words: KINDS.map(|kind| if kind == "purpose" { vec![1] } else { Vec::new() }) }];
    AssessmentTables {
        file_sha256: "ab".repeat(32),
        words: vec![
            word(1, "cookie", vec![RowRef { table: "3", nr: 1 }]),
            word(2, "everything", Vec::new()),
            word(3, "recipient", Vec::new()),
        ],
        recipients: of(),
        cookies: of(),
        flows: of(),
    }
}

/// A risk with that text wherever one of a person can stand, and one that says as little as it may.
fn risks(text: &str) -> RiskTables {
    let said = || text.to_owned();
    let evidence =
        |about, rows: Vec<RowRef>| EvidenceRef { about, name: said(), recorded: (about != "everything").then_some(!rows.is_empty()), rows };
    let least = RiskRow {
        nr: 2,
        risk: said(),
        origin: None,
        likelihood: None,
        impact: None,
        level: None,
        evidence: vec![],
        measures: vec![],
        retests: vec![],
        by: said(),
        date: said(),
    };
    let full = RiskRow {
        nr: 1,
        origin: Some(said()),
        likelihood: Some(said()),
        impact: Some(said()),
        level: Some(said()),
        evidence: vec![
            evidence("cookie", vec![RowRef { table: "3", nr: 1 }; 30]),
            evidence("everything", vec![]),
            evidence("request", vec![]),
        ],
        measures: vec![MeasureRow { text: said(), by: said(), date: said() }],
        retests: vec![RetestRow { text: said(), by: said(), date: said(), recordings: vec![said()] }],
        ..least.clone()
    };
    RiskTables { file_sha256: "cd".repeat(32), risks: vec![full, least] }
}
