//! When somebody logged out, from recordings made by hand: what is told as after it, and what is no moment of logging out.

use crate::analysis::{Analysis, MemorySpool, PageNeedles, Settings};
use crate::classify::{IdleRequests, Parties};
use crate::compare::{Listed, Recording, document};
use crate::evidence::CaseKey;
use crate::interop::har;
use crate::model::{CaptureSource, Digest, Entry, EntryDigest, PersonaState, ProfileUse, Scenario};
use crate::report::model::comparison::{Answer, ItemKind};
use crate::report::model::{LogoutTables, Report, Times};
use crate::report::scenario_rows::tests::scenario;
use crate::report::{Builder, Context};
use crate::rules::{BUILTIN, RuleSet};
use crate::site::SuffixList;

const START: &str = "https://www.facebook.com/";
const OUT: &str = "https://www.facebook.com/logout.php";
const MEMBER: &str = "datr=SIMULATED-D; c_user=100; xs=SIMULATED-X";
const LOG_IN: [&str; 3] =
    ["datr=SIMULATED-D; Domain=facebook.com; Max-Age=9999", "c_user=100; Domain=facebook.com", "xs=SIMULATED-X; Domain=facebook.com"];
const LOG_OUT: [&str; 2] = ["c_user=deleted; Domain=facebook.com; Max-Age=0", "xs=deleted; Domain=facebook.com; Max-Age=0"];

/// A request at a time in milliseconds and how long its answer took.
fn entry((at, wait): (u32, u32), url: &str, sent: &str, came: &[&str]) -> serde_json::Value {
    let field = |name: &str, value: &str| serde_json::json!({ "name": name, "value": value });
    let sent: Vec<_> = (!sent.is_empty()).then(|| field("Cookie", sent)).into_iter().collect();
    let came: Vec<_> = came.iter().map(|line| field("Set-Cookie", line)).collect();
    serde_json::json!({
        "startedDateTime": format!("2026-11-22T10:00:{:02}.{:03}Z", at / 1_000, at % 1_000),
        "request": { "method": "GET", "url": url, "httpVersion": "h2", "headers": sent },
        "response": { "status": 200, "headers": came, "content": { "mimeType": "text/html", "size": 0 } },
        "timings": { "wait": wait },
    })
}

fn made(entries: &[serde_json::Value]) -> Report {
    let har = serde_json::json!({ "log": { "version": "1.2", "pages": [], "entries": entries } }).to_string();
    let rules = RuleSet::compile(BUILTIN.iter().copied()).expect("sound rules");
    let parties = Parties::default();
    let (idle, needles) = (IdleRequests::default(), PageNeedles::new(None, &[], &[]));
    let settings = Settings {
        rules: &rules,
        suffixes: &SuffixList::Embedded,
        lists: &[],
        parties: &parties,
        page: Some("www.facebook.com"),
        idle: &idle,
        full_urls: false,
        needles: &needles,
        planted: None,
    };
    let key = CaseKey::of_capture(Digest::of(har.as_bytes()));
    let mut analysis = Analysis::new(settings, &key, Box::new(MemorySpool::default()));
    let contents = har::read(har.as_bytes(), har::Options::default(), &mut |imported| {
        let digest = EntryDigest(Digest::of(&imported.number.to_be_bytes()));
        analysis.push(&Entry { number: imported.number, order: imported.order, digest, exchange: imported.exchange })
    })
    .expect("a recording");
    let capture =
        CaptureSource { name: "x.har".to_owned(), format: "har", wrappings: vec![], digest: Digest::of(har.as_bytes()), length: 1 };
    let context =
        Context { capture: &capture, rules: &rules, suffixes: &SuffixList::Embedded, lists: &[], parties: &parties, full_urls: false };
    let mut builder = Builder::new(context);
    analysis.finish(&contents.session, contents.gaps, &mut builder).expect("an analysis");
    builder.finish(("evidence.ndjson", 1, Digest([0; 32]))).expect("a report")
}

/// Logs in, logs out, and asks for more; the answer that logs out comes 500 ms after its request.
fn visit() -> Vec<serde_json::Value> {
    vec![
        entry((1_000, 10), START, "", &LOG_IN),
        entry((2_000, 10), START, MEMBER, &["fr=SIMULATED-F; Domain=facebook.com"]),
        entry((3_000, 500), OUT, MEMBER, &LOG_OUT),
        // Under way with it.
        entry((3_400, 10), "https://www.facebook.com/ajax/bz", MEMBER, &["sb=SIMULATED-S; Domain=facebook.com"]),
        entry((3_500, 10), "https://www.facebook.com/login/", "datr=SIMULATED-D; sb=SIMULATED-S", &["locale=nl_NL; Domain=facebook.com"]),
        entry((4_000, 10), "https://www.facebook.com/ajax/bz", "datr=SIMULATED-D; locale=nl_NL", &LOG_OUT),
        entry((5_000, 10), "https://www.elsewhere.example/", "own=1", &[]),
    ]
}

fn times(count: u64, first_entry: u64) -> Times {
    Times { count, first_entry: (count > 0).then_some(first_entry) }
}

fn sent(tables: &LogoutTables) -> Vec<(&str, u64)> {
    tables.cookies.iter().filter(|row| row.sent.count > 0).map(|row| (&*row.name, row.sent.count)).collect()
}

#[test]
fn what_began_after_the_answer_that_logs_out_is_after_it() {
    let report = made(&visit());
    let tables = &report.logout;
    let [moment] = tables.moments.as_slice() else { panic!("{:?}", tables.moments) };
    assert_eq!((&*moment.site, moment.entry, &*moment.answered), ("facebook.com", 3, "2026-11-22T10:00:03.500Z"));
    let deleted: Vec<(&str, u64, &str)> = moment.deleted.iter().map(|cookie| (&*cookie.name, cookie.entry, &*cookie.rule)).collect();
    assert_eq!(deleted, [("c_user", 3, "meta.cookie.c_user"), ("xs", 3, "meta.cookie.xs")]);
    for cookie in &moment.deleted {
        assert!(
            cookie.place.starts_with("meta-cookies.toml:") && report.sources.iter().any(|source| source.id == cookie.source),
            "{cookie:?}"
        );
    }
    assert_eq!(sent(tables), [("datr", 2), ("locale", 1), ("own", 1), ("sb", 1)]);
    let row = |name: &str| tables.cookies.iter().find(|row| row.name == name).expect("a row");
    assert_eq!((&row("datr").sent, &row("datr").set), (&times(2, 5), &times(0, 0)));
    assert_eq!((&row("locale").set, &row("locale").sent), (&times(1, 5), &times(1, 6)));
    // Deleted once more, and set or sent by nobody.
    assert_eq!((&row("c_user").deleted, &row("c_user").set, &row("c_user").sent), (&times(1, 6), &times(0, 0), &times(0, 0)));
    assert_eq!((row("sb").set.count, tables.cookies.iter().any(|row| row.name == "fr")), (0, false));
    let recipients: Vec<(&str, &Times)> = tables.recipients.iter().map(|row| (&*row.site, &row.requests)).collect();
    assert_eq!(recipients, [("elsewhere.example", &times(1, 7)), ("facebook.com", &times(2, 5))]);
    let known = |site: &str| report.recipients.iter().find(|row| row.site == site).expect("a recipient").owner.as_ref();
    for row in &tables.recipients {
        assert_eq!(row.holder.as_ref(), known(&row.site).map(|owner| &owner.name));
    }
}

#[test]
fn the_order_of_entries_changes_nothing() {
    let (entries, mut turned) = (visit(), visit());
    turned.reverse();
    let (one, other) = (made(&entries).logout, made(&turned).logout);
    assert_eq!((one.moments.len(), &one.moments[0].answered), (1, &other.moments[0].answered));
    assert_eq!(sent(&one), sent(&other));
}

#[test]
fn a_cookie_of_members_that_is_sent_on_stays_after_it() {
    let mut entries = visit();
    entries.push(entry((6_000, 10), START, "xs=SIMULATED-X", &[]));
    let tables = made(&entries).logout;
    assert_eq!(tables.moments.len(), 1);
    assert!(sent(&tables).contains(&("xs", 1)));
}

#[test]
fn no_moment_is_made_up() {
    let no_moment = |what: &str, entries: &[serde_json::Value]| {
        let tables = made(entries).logout;
        assert!(tables.is_empty() && tables.cookies.is_empty() && tables.recipients.is_empty(), "{what}: {tables:?}");
    };
    no_moment("nobody logs out", &visit()[..2]);
    // Servers delete what a visitor never had.
    no_moment("nobody was logged in", &[entry((1_000, 10), START, "", &LOG_OUT), entry((2_000, 10), START, "datr=SIMULATED-D", &[])]);
    let mut half = visit();
    half[2] = entry((3_000, 500), OUT, MEMBER, &LOG_OUT[..1]);
    half[5] = entry((4_000, 10), START, "xs=SIMULATED-X", &[]);
    no_moment("one of them is left", &half);
    let mut again = visit();
    again.push(entry((8_000, 10), START, "datr=SIMULATED-D", &LOG_IN[1..]));
    no_moment("logged in again", &again);
    // An answer that was under way sets it after the answer that deletes it.
    let mut late = visit();
    late[1] = entry((2_000, 3_000), START, MEMBER, &LOG_IN[1..2]);
    no_moment("set by an answer that came later", &late);
    let mut refused = visit();
    refused[2] = entry((3_000, 500), OUT, MEMBER, &["c_user=x; Domain=example.com; Max-Age=0", "xs=x; Domain=example.com; Max-Age=0"]);
    refused[5] = entry((4_000, 10), START, "", &[]);
    no_moment("lines that no browser takes", &refused);
}

#[test]
fn logging_out_twice_counts_from_the_last() {
    let mut entries = visit();
    entries.extend([
        entry((6_000, 10), START, "datr=SIMULATED-D", &LOG_IN[1..]),
        entry((7_000, 10), OUT, MEMBER, &LOG_OUT),
        entry((8_000, 10), START, "datr=SIMULATED-D", &[]),
    ]);
    let tables = made(&entries).logout;
    assert_eq!((tables.moments.len(), tables.moments[0].entry, sent(&tables)), (1, 9, vec![("datr", 1)]));
}

#[test]
fn somebody_who_was_logged_in_from_the_start_logs_out() {
    let tables = made(&visit()[1..]).logout;
    assert_eq!((tables.moments.len(), tables.moments[0].entry), (1, 2));
    assert!(!sent(&tables).iter().any(|(name, _)| ["c_user", "xs"].contains(name)));
}

fn answer(of: Vec<(PersonaState, Vec<serde_json::Value>)>) -> Answer {
    let listed = |((state, entries), number): ((PersonaState, Vec<serde_json::Value>), u64)| {
        let mut recording = Recording::of(&made(&entries), Some(number));
        let repetition = number as u32;
        recording.planned_as(Scenario { name: state.id().to_owned(), repetition, state, ..scenario(ProfileUse::Fresh) });
        recording.keyed_by_case = true;
        Listed { number: Some(number), name: format!("rec-{number}"), recording: Some(recording), ..Listed::default() }
    };
    let all = of.into_iter().zip(1..).map(listed).collect();
    let made = document(None, vec![], all, crate::compare::Settings::default());
    made.answers.into_iter().find(|answer| answer.question == "after-logout").expect("answered")
}

#[test]
fn the_answer_counts_only_what_was_after_it() {
    let mut second = visit();
    second.truncate(5);
    let of = vec![
        (PersonaState::LoggedOut, visit()),
        (PersonaState::LoggedOut, second),
        // It began logged out, and deletes what nobody had.
        (PersonaState::LoggedOut, visit()[4..].to_vec()),
        (PersonaState::NoAccount, vec![entry((1_000, 10), START, "", &LOG_IN[..1]), entry((2_000, 10), START, "datr=SIMULATED-D", &[])]),
    ];
    let answer = answer(of);
    let row = |kind, name: &str| answer.rows.iter().find(|row| row.item.kind == kind && (row.item.name == name || row.item.site == name));
    let datr = row(ItemKind::CookieSent, "datr").expect("still sent");
    assert_eq!((datr.tally.recorded, datr.tally.of, datr.times, datr.varying), (2, 2, 3, false));
    assert_eq!(datr.tally.behind.iter().map(|behind| behind.entries.clone()).collect::<Vec<_>>(), [[5], [5]]);
    assert_eq!(datr.against.as_ref().map(|tally| (tally.recorded, tally.of)), Some((1, 1)));
    // Set while logged in, and sent by members only.
    for (kind, name) in
        [(ItemKind::CookieSet, "datr"), (ItemKind::CookieSet, "fr"), (ItemKind::CookieSent, "c_user"), (ItemKind::CookieSent, "xs")]
    {
        assert!(row(kind, name).is_none(), "{kind:?} {name}");
    }
    assert_eq!(row(ItemKind::CookieSet, "locale").expect("set after it").tally.recorded, 2);
    let elsewhere = row(ItemKind::Recipient, "elsewhere.example").expect("asked after it");
    assert_eq!((elsewhere.tally.recorded, elsewhere.tally.of, elsewhere.varying), (1, 2, true));
    let [open] = answer.not_established.as_slice() else { panic!("{:?}", answer.not_established) };
    assert_eq!((open.why, open.recordings), ("no-logout-recorded", 1));
}

#[test]
fn a_recording_without_set_cookies_cannot_say_when() {
    let entries: Vec<_> = visit()
        .into_iter()
        .map(|mut entry| {
            entry["response"]["headers"] = serde_json::json!([]);
            entry
        })
        .collect();
    let answer = answer(vec![(PersonaState::LoggedOut, entries)]);
    assert!(answer.rows.is_empty());
    assert_eq!(
        answer.not_established.iter().map(|open| (open.why, open.recordings)).collect::<Vec<_>>(),
        [("set-cookies-not-recorded", 1)]
    );
}
