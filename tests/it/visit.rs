//! The course of a visit: stretches, choices and the trail to another site, from made-up requests and marks in every order, and from the
//! simulated recording of a Page.

use std::fs;
use std::path::Path;

use dataspoor::evidence::CaseKey;
use dataspoor::model::{Custody, Gap, GapKind, Mark, MarkKind, SaidBy, Session, Timestamp};
use dataspoor::report::evidence_log::EvidenceLog;
use dataspoor::report::{Builder, Fanout, csv, json};
use serde_json::{Value, json};

use super::corpus::{Draw, ROOT, Recording, inputs, read_har};

/// Evidence log and annex of a recording whose entries come in this order.
fn finish(recording: &Recording, session: &Session, gaps: &[Gap], order: &[usize]) -> (Vec<Value>, Value, Vec<u8>) {
    let inputs = inputs();
    let key = CaseKey::of_capture(recording.capture.digest);
    let subject = inputs.subject(None, false);
    let mut analysis = inputs.analysis(&subject, &key);
    for &index in order {
        analysis.push(&recording.entries[index]).expect("a spool in memory");
    }
    let context = inputs.context(&recording.capture, &subject);
    let mut log = EvidenceLog::new(context, Vec::new());
    let mut builder = Builder::new(context);
    analysis.finish(session, gaps.to_vec(), &mut Fanout(vec![&mut log, &mut builder])).expect("sinks in memory");
    let (records, head) = log.head();
    let report = builder.finish(("evidence.ndjson", records, head)).expect("a finished report");
    let mut bytes = log.into_inner();
    let records = String::from_utf8(bytes.clone()).expect("text").lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let annex = json::render(&report).expect("an annex");
    bytes.extend(&annex);
    csv::render(&report).expect("tables").iter().for_each(|(_, table)| bytes.extend(table));
    (records, serde_json::from_slice(&annex).expect("JSON"), bytes)
}

fn of_kind<'v>(records: &'v [Value], kind: &str) -> Vec<&'v Value> {
    records.iter().filter(|record| record["kind"] == kind).collect()
}

/// A request at a time in milliseconds, answered after 10 ms.
struct Asked<'a> {
    at: u32,
    url: &'a str,
    cookies: &'a str,
    /// Where it was asked for; `None`: the visitor opens it.
    from: Option<&'a str>,
    form: Option<&'a str>,
    set: &'a [&'a str],
    location: &'a str,
}

const PLAIN: Asked<'_> = Asked { at: 0, url: "", cookies: "", from: None, form: None, set: &[], location: "" };

fn entry(asked: &Asked<'_>) -> Value {
    let field = |name: &str, value: &str| json!({"name": name, "value": value});
    let mut request = match asked.from {
        Some(from) => vec![field("Referer", from), field("Sec-Fetch-Mode", "cors")],
        None => vec![field("Sec-Fetch-Mode", "navigate"), field("Sec-Fetch-Dest", "document")],
    };
    request.extend((!asked.cookies.is_empty()).then(|| field("Cookie", asked.cookies)));
    let mut response: Vec<Value> = asked.set.iter().map(|line| field("Set-Cookie", line)).collect();
    let redirects = !asked.location.is_empty();
    response.extend(redirects.then(|| field("Location", asked.location)));
    let mut entry = json!({
        "startedDateTime": format!("2026-11-21T08:00:{:02}.{:03}Z", asked.at / 1000, asked.at % 1000),
        "request": {"method": "GET", "url": asked.url, "httpVersion": "h2", "headers": request},
        "response": {"status": if redirects { 302 } else { 200 }, "headers": response, "content": {"mimeType": "text/html", "size": 0}},
        "timings": {"wait": 10},
    });
    if let Some(form) = asked.form {
        entry["request"]["method"] = "POST".into();
        entry["request"]["headers"].as_array_mut().expect("a list").push(field("Content-Type", "application/x-www-form-urlencoded"));
        entry["request"]["postData"] = json!({"mimeType": "application/x-www-form-urlencoded", "text": form});
    }
    entry
}

const PAGE: &str = "https://www.facebook.com/ministerie";
const TOWN: &str = "https://www.gemeente.example/paspoort";
const DATR: &str = "datr=SIMULATED-DATR-1";
const FBCLID: &str = "SIMULATED-FBCLID-0001";

/// Two stretches: in the first optional cookies are declined, in the second allowed and a link is followed to another site, which has a choice of
/// its own.
fn made_up() -> (Recording, Session) {
    let arrival = format!("{TOWN}?fbclid={FBCLID}");
    let own = "_fbp=fb.1.1700000000000.42";
    let pixel = "https://www.facebook.com/tr/?id=1&fbp=fb.1.1700000000000.42";
    let again = "datr=SIMULATED-DATR-2";
    let town = Some(TOWN);
    let asked = [
        Asked { at: 1_000, url: PAGE, set: &["datr=SIMULATED-DATR-1; Domain=facebook.com; Max-Age=100"], ..PLAIN },
        Asked { at: 2_000, url: "https://www.facebook.com/ajax/bz", cookies: DATR, from: Some(PAGE), form: Some("q=1"), ..PLAIN },
        Asked {
            at: 3_000,
            url: "https://www.facebook.com/cookie/consent/",
            cookies: DATR,
            from: Some(PAGE),
            form: Some("accept_only_essential=true"),
            ..PLAIN
        },
        Asked { at: 3_005, url: "https://www.facebook.com/ajax/bz", cookies: DATR, from: Some(PAGE), form: Some("q=2"), ..PLAIN },
        Asked { at: 4_000, url: "https://www.facebook.com/ajax/bz", cookies: DATR, from: Some(PAGE), form: Some("q=3"), ..PLAIN },
        // The second browser sends a cookie that only the first was recorded to have been given.
        Asked { at: 11_000, url: PAGE, cookies: DATR, set: &["datr=SIMULATED-DATR-2; Domain=facebook.com"], ..PLAIN },
        Asked {
            at: 12_000,
            url: "https://www.facebook.com/cookie/consent/",
            cookies: again,
            from: Some(PAGE),
            form: Some("accept_only_essential=false&opt_in%5Bads%5D=true"),
            set: &["fr=SIMULATED-FR-1; Domain=facebook.com"],
            ..PLAIN
        },
        Asked { at: 13_000, url: "https://l.facebook.com/l.php?u=x", cookies: again, location: &arrival, ..PLAIN },
        Asked { at: 13_100, url: &arrival, ..PLAIN },
        // The value reaches the platform before the site itself is sent it.
        Asked { at: 14_000, url: pixel, cookies: again, from: town, ..PLAIN },
        Asked { at: 15_000, url: "https://www.gemeente.example/teller", cookies: own, from: town, ..PLAIN },
        Asked { at: 27_000, url: pixel, cookies: again, from: town, ..PLAIN },
    ];
    let entries: Vec<Value> = asked.iter().map(entry).collect();
    let text = json!({"log": {"version": "1.2", "pages": [], "entries": entries}}).to_string();
    let at = |ms: u32| Timestamp::parse(&format!("2026-11-21T08:00:{:02}.{:03}Z", ms / 1000, ms % 1000)).expect("a time");
    let mark = |ms, kind, said_by, text: &str| (at(ms), Mark { kind, said_by, text: text.to_owned() });
    let marks = vec![
        mark(500, MarkKind::FreshProfile, SaidBy::Script, "1-refuse"),
        mark(2_990, MarkKind::Choice, SaidBy::Script, "Optionele cookies weigeren"),
        mark(3_500, MarkKind::Note, SaidBy::Operator, "see https://a.nl/?token=SECRET here"),
        mark(10_000, MarkKind::FreshProfile, SaidBy::Script, "2-allow"),
        mark(11_990, MarkKind::Choice, SaidBy::Script, "Alle cookies toestaan"),
        mark(15_500, MarkKind::Choice, SaidBy::Operator, "Akkoord"),
    ];
    let custody = Custody { records: 40, entries: 12, case: Some(("zaak-7".to_owned(), 3)), ..Custody::default() };
    let session = Session {
        marks,
        custody: Some(custody),
        browser: Some("Chromium/156, third-party cookies allowed".to_owned()),
        simulated: true,
        ..Session::default()
    };
    (read_har("made-up.har", text.as_bytes()), session)
}

#[test]
fn stretches_and_choices_of_a_made_up_visit() {
    let (recording, session) = made_up();
    let order: Vec<usize> = (0..recording.entries.len()).collect();
    let gaps =
        [GapKind::Tunnels, GapKind::BrowserStorage, GapKind::QuicDisabled].map(|kind| Gap { kind, since: None, entries: vec![], count: 2 });
    let (log, annex, _) = finish(&recording, &session, &gaps, &order);

    let stretches: Vec<_> =
        of_kind(&log, "stretch").iter().map(|record| (&record["stretch"], &record["name"], &record["choice_site"])).collect();
    assert_eq!(json!(stretches), json!([[1, "1-refuse", "facebook.com"], [2, "2-allow", "facebook.com"]]));
    let choices: Vec<Value> = of_kind(&log, "choice")
        .iter()
        .map(|record| {
            json!([record["choice"], record["stretch"], record["site"], record["text"], record["says"], record["said_by"], record["entry"]])
        })
        .collect();
    assert_eq!(
        choices,
        [
            json!([1, 1, "facebook.com", "Optionele cookies weigeren", "decline-optional", "request", 3]),
            json!([2, 2, "facebook.com", "Alle cookies toestaan", "allow-optional", "request", 7]),
            json!([3, 2, "gemeente.example", "Akkoord", null, "operator", null]),
        ]
    );
    assert_eq!(of_kind(&log, "choice")[0]["reason"]["certainty"], "unverified");
    let marks: Vec<_> = of_kind(&log, "mark").iter().map(|record| (&record["mark"], &record["choice"])).collect();
    assert_eq!(marks.len(), 6);
    assert_eq!(json!(marks[1]), json!(["choice", 1]));

    let flows: Vec<Value> = of_kind(&log, "flow")
        .iter()
        .map(|record| json!([record["entry"], record["stretch"], record["choice_state"], record["choice"], record["other_choices"]]))
        .collect();
    let other = |state: &str| json!([{"site": "gemeente.example", "state": state, "choice": 3}]);
    assert_eq!(
        flows,
        [
            json!([1, 1, "before-choice", null, null]),
            json!([2, 1, "before-choice", null, null]),
            json!([3, 1, "transition", 1, null]),
            json!([4, 1, "transition", 1, null]),
            json!([5, 1, "after-choice", 1, null]),
            json!([6, 2, "before-choice", null, null]),
            json!([7, 2, "transition", 2, null]),
            json!([8, 2, "after-choice", 2, null]),
            json!([9, 2, "after-choice", 2, null]),
            json!([10, 2, "after-choice", 2, other("transition")]),
            json!([11, 2, "after-choice", 2, other("transition")]),
            json!([12, 2, "after-choice", 2, other("after-choice")]),
        ]
    );
    // A new jar: what the first stretch set explains nothing in the second.
    let flow = |entry: usize| of_kind(&log, "flow")[entry - 1]["cookies_sent"][0]["set_in_entry"].clone();
    assert_eq!([flow(2), flow(6), flow(7)], [json!(1), Value::Null, json!(6)]);
    let end = log.last().expect("an end");
    assert_eq!(json!([end["stretches"], end["marks"], end["choices"], end["gaps"]]), json!([2, 6, 3, of_kind(&log, "gap").len()]));
    assert_eq!(log[1]["kind"], "stretch");
    assert_eq!((&log[0]["version"], &of_kind(&log, "flow")[0]["observed"]), (&json!(4), &json!("recorded by the proxy")));
    assert!(
        !log.iter().any(|record| record.to_string().contains("SECRET here")) && log.iter().any(|record| record.to_string().contains("?…"))
    );

    let cookies: Vec<Value> = annex["choice_cookies"]
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| {
            let phases = |what: &str| ["before", "transition", "after"].map(|phase| row[what][phase]["count"].clone());
            json!([row["choice"], row["name"], phases("set"), row["set_by_answer"], phases("sent"), row["first_seen"]])
        })
        .collect();
    assert_eq!(
        cookies,
        [
            json!([1, "datr", [1, 0, 0], 0, [1, 2, 1], "before"]),
            json!([2, "_fbp", [0, 0, 0], 0, [0, 0, 1], "after"]),
            json!([2, "datr", [1, 0, 0], 0, [1, 1, 3], "before"]),
            json!([2, "fr", [0, 1, 0], 1, [0, 0, 0], "transition"]),
            json!([3, "_fbp", [0, 0, 0], 0, [0, 1, 0], "transition"]),
            json!([3, "datr", [1, 0, 0], 0, [3, 1, 1], "before"]),
            json!([3, "fr", [1, 0, 0], 0, [0, 0, 0], "before"]),
        ]
    );
    assert_eq!(annex["choice_cookies"][0]["sent"]["after"]["first_entry"], 5);
    assert_eq!((&annex["custody"]["case"], &annex["custody"]["ledger_number"]), (&json!("zaak-7"), &json!(3)));
    let events: Vec<Value> =
        annex["timeline"].as_array().expect("rows").iter().map(|row| json!([row["stretch"], row["event"], row["entry"]])).collect();
    assert_eq!(
        events,
        [
            json!([1, "stretch", null]),
            json!([1, "first-request", 1]),
            json!([1, "opened", 1]),
            json!([1, "choice", 3]),
            json!([1, "note", null]),
            json!([1, "last-request", 5]),
            json!([2, "stretch", null]),
            json!([2, "first-request", 6]),
            json!([2, "opened", 6]),
            json!([2, "choice", 7]),
            json!([2, "opened", 8]),
            json!([2, "opened", 9]),
            json!([2, "first-to-site", 9]),
            json!([2, "choice", null]),
            json!([2, "last-request", 12]),
        ]
    );
}

#[test]
fn the_trail_of_a_made_up_visit() {
    let (recording, mut session) = made_up();
    let order: Vec<usize> = (0..recording.entries.len()).collect();
    let (_, annex, _) = finish(&recording, &session, &[], &order);
    let rows: Vec<Value> = annex["trail"]
        .as_array()
        .expect("rows")
        .iter()
        .map(|row| {
            let end = |end: &Value| json!([end["entry"], end["page"], end["page_choice"]["state"], end["own_choice"]["state"]]);
            json!([
                row["kind"],
                row["name"],
                row["carried_by"],
                row["recipient"],
                end(&row["one"]),
                end(&row["other"]),
                row["between_ms"],
                row["requests"]
            ])
        })
        .collect();
    let (page, town) = ("facebook.com", "gemeente.example");
    assert_eq!(
        rows,
        [
            json!([
                "link-decoration",
                "fbclid",
                null,
                town,
                [8, page, "after-choice", "after-choice"],
                [9, town, "after-choice", "before-choice"],
                100,
                1
            ]),
            json!([
                "sent-again",
                "datr",
                null,
                page,
                [7, page, "transition", "transition"],
                [10, town, "after-choice", "transition"],
                2_000,
                2
            ]),
            json!([
                "own-cookie",
                "_fbp",
                "fbp",
                page,
                [11, town, "after-choice", "transition"],
                [10, town, "after-choice", "transition"],
                -1_000,
                2
            ]),
        ]
    );
    assert!(
        annex["trail"]
            .as_array()
            .expect("rows")
            .iter()
            .all(|row| row["stretch"] == 2 && row["browser"] == "Chromium/156, third-party cookies allowed")
    );
    assert!(!annex.to_string().contains(FBCLID) && !annex.to_string().contains("SIMULATED-DATR"), "values are not printed");

    // The same value in another stretch is no trail: it was another browser profile.
    let later = Timestamp::parse("2026-11-21T08:00:13.050Z").expect("a time");
    session.marks.push((later, Mark { kind: MarkKind::FreshProfile, said_by: SaidBy::Operator, text: String::new() }));
    let (_, annex, _) = finish(&recording, &session, &[], &order);
    let kinds: Vec<_> = annex["trail"].as_array().expect("rows").iter().map(|row| row["kind"].clone()).collect();
    assert_eq!(kinds, ["own-cookie"], "what lies in one stretch stays");
}

#[test]
fn a_visit_does_not_depend_on_the_order_of_pushes_and_marks() {
    let (recording, session) = made_up();
    let mut order: Vec<usize> = (0..recording.entries.len()).collect();
    let expected = finish(&recording, &session, &[], &order).2;
    let mut draw = Draw(7);
    for _ in 0..12 {
        let mut session = session.clone();
        for last in (1..order.len()).rev() {
            order.swap(last, draw.below(last + 1));
        }
        for last in (1..session.marks.len()).rev() {
            session.marks.swap(last, draw.below(last + 1));
        }
        assert!(finish(&recording, &session, &[], &order).2 == expected, "{order:?}");
    }
}

#[test]
fn a_recording_without_marks_and_choices_has_no_members_for_them() {
    let text = json!({"log": {"version": "1.2", "pages": [], "entries": [entry(&Asked { url: PAGE, ..PLAIN })]}}).to_string();
    let recording = read_har("plain.har", text.as_bytes());
    let (log, annex, _) = finish(&recording, &recording.contents.session, &[], &[0]);
    let flow = of_kind(&log, "flow")[0].as_object().expect("an object");
    assert!(!["stretch", "choice_state", "choice", "other_choices"].iter().any(|member| flow.contains_key(*member)), "{flow:?}");
    assert!(of_kind(&log, "stretch").is_empty() && log.last().expect("an end").get("choices").is_none());
    assert_eq!(json!([annex["choices"], annex["custody"], annex["stretches"][0]["requests"]]), json!([[], null, 1]));
}

/// The recording that everybody has: one visit, in which all cookies are allowed by a request that the rules know.
#[test]
fn the_simulated_page_has_its_choice() {
    let path = Path::new(ROOT).join("captures/simulated-ministry-page.har");
    let recording = read_har("simulated-ministry-page.har", &fs::read(path).expect("the recording"));
    let order: Vec<usize> = (0..recording.entries.len()).collect();
    let (log, annex, _) = finish(&recording, &recording.contents.session, &[], &order);
    let [choice] = &annex["choices"].as_array().expect("rows")[..] else { panic!("{}", annex["choices"]) };
    assert_eq!(
        json!([choice["site"], choice["says"], choice["said_by"], choice["text"]]),
        json!(["facebook.com", "allow-optional", "request", null])
    );
    let asked = choice["entry"].as_u64().expect("an entry");
    let states: Vec<(u64, &str)> = of_kind(&log, "flow")
        .iter()
        .map(|flow| (flow["entry"].as_u64().expect("a number"), flow["choice_state"].as_str().expect("a state")))
        .collect();
    assert!(states.iter().all(|(entry, state)| (*entry < asked) == (*state == "before-choice")), "{states:?}");
    assert!(states.contains(&(asked, "transition")) && states.last().expect("flows").1 == "after-choice");
    let row = |name: &str| annex["choice_cookies"].as_array().expect("rows").iter().find(|row| row["name"] == name).expect("a cookie");
    let (datr, fr) = (row("datr"), row("fr"));
    assert_eq!(json!([fr["first_seen"], fr["set_by_answer"], fr["set"]["before"]["count"]]), json!(["transition", 1, 0]));
    assert!(datr["set"]["before"]["count"].as_u64() > Some(0) && datr["sent"]["after"]["count"].as_u64() > Some(0));
    assert_eq!(annex["simulated"], true);
}
