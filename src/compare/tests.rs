//! Comparisons of recordings made by hand, with every difference planted.

use std::collections::BTreeMap;

use super::document::{Listed, Settings, document};
use super::logout::Logout;
use super::recording::{Chosen, CookieSeen, JoinKey, Phased, Recording, Seen};
use crate::model::{ChoicePath, Operated, PersonaState, ProfileUse, Scenario, TargetKind};
use crate::report::model::EndpointMention;
use crate::report::model::comparison::{ClassRow, Comparison, Item, ItemKind, Line, NotUsed};

pub(super) fn scenario(name: &str, state: PersonaState, path: ChoicePath, kind: TargetKind, repetition: u32) -> Scenario {
    Scenario {
        name: name.to_owned(),
        repetition,
        persona: state.id().to_owned(),
        state,
        passport: BTreeMap::new(),
        choice: path.id().to_owned(),
        path,
        target: kind.id().to_owned(),
        kind,
        url: "https://www.facebook.com/ministerie".to_owned(),
        profile: ProfileUse::Fresh,
        operated: Operated::Scripted,
        device: "desktop".to_owned(),
        egress: None,
        steps: None,
    }
}

pub(super) fn endpoint(path: &str) -> Item {
    Item {
        kind: ItemKind::Endpoint,
        host: "www.facebook.com".to_owned(),
        method: "POST".to_owned(),
        path: path.to_owned(),
        ..Item::default()
    }
}

pub(super) fn field(path: &str, name: &str) -> Item {
    Item { kind: ItemKind::Field, place: "form".to_owned(), name: name.to_owned(), ..endpoint(path) }
}

pub(super) fn cookie(kind: ItemKind, name: &str) -> Item {
    Item { kind, name: name.to_owned(), of: "facebook.com".to_owned(), ..Item::default() }
}

/// A recording of a scenario with these items, under the key of the case `c1`.
pub(super) fn recording(number: u64, scenario: Scenario, items: &[Item]) -> Recording {
    let seen = |(item, row): (&Item, u64)| (item.clone(), Seen { table: "endpoints", row, entries: vec![row + 10], ..Seen::default() });
    Recording {
        number: Some(number),
        name: format!("rec-{number}"),
        sha256: format!("{number:064}"),
        format: "dataspoor".to_owned(),
        case: Some("c1".to_owned()),
        started: Some(format!("2026-11-{:02}T10:00:00.000Z", 10 + number)),
        scenario_name: scenario.name.clone(),
        scenario: Some(scenario),
        keyed_by_case: true,
        seen: items.iter().zip(1..).map(seen).collect(),
        chosen: Chosen { page: true, ..Chosen::default() },
        ..Recording::default()
    }
}

pub(super) fn listed(recording: Recording, side: Option<usize>) -> Listed {
    Listed { number: recording.number, name: recording.name.clone(), recording: Some(recording), side, ..Listed::default() }
}

fn page(number: u64, repetition: u32, items: &[Item]) -> Recording {
    let plan = scenario("page", PersonaState::NoAccount, ChoicePath::NoChoice, TargetKind::AuditedPage, repetition);
    recording(number, plan, items)
}

fn control(number: u64, repetition: u32, items: &[Item]) -> Recording {
    let plan = scenario("control", PersonaState::NoAccount, ChoicePath::NoChoice, TargetKind::ControlPage, repetition);
    recording(number, plan, items)
}

fn compared(one: Vec<Recording>, other: Vec<Recording>) -> Comparison {
    let listed = one.into_iter().map(|of| listed(of, Some(0))).chain(other.into_iter().map(|of| listed(of, Some(1)))).collect();
    document(None, vec![vec!["one".to_owned()], vec!["other".to_owned()]], listed, Settings::default())
}

fn line<'c>(of: &'c Comparison, item: &Item) -> &'c Line {
    of.sides.as_ref().expect("sides").lines.iter().find(|line| line.item == *item).expect("a line")
}

fn class<'c>(of: &'c Comparison, item: &Item) -> Option<&'c ClassRow> {
    of.classes.rows.iter().find(|row| row.item == *item)
}

#[test]
fn repetitions_tell_noise_from_difference() {
    let (only, noise, same) = (endpoint("/only"), endpoint("/noise"), endpoint("/same"));
    let one = vec![page(1, 1, &[only.clone(), noise.clone(), same.clone()]), page(2, 2, &[only.clone(), same.clone()])];
    let other = vec![control(3, 1, std::slice::from_ref(&same)), control(4, 2, std::slice::from_ref(&same))];
    let result = compared(one, other);
    let found = line(&result, &only);
    assert_eq!((found.statement, found.basis, found.difference), ("one-side-only", "repetitions", true));
    assert_eq!((found.one.recorded, found.one.of, found.other.recorded, found.other.of), (2, 2, 0, 2));
    assert_eq!(found.one.behind[0].entries, [11]);
    let found = line(&result, &noise);
    assert_eq!((found.statement, found.difference), ("varying", false));
    assert_eq!((found.one.scenarios[0].recorded, found.one.scenarios[0].of), (1, 2));
    assert_eq!(line(&result, &same).statement, "same");
}

#[test]
fn one_recording_tells_no_difference() {
    let only = endpoint("/only");
    let result = compared(vec![page(1, 1, std::slice::from_ref(&only))], vec![control(2, 1, &[]), control(3, 2, &[])]);
    let found = line(&result, &only);
    assert_eq!((found.statement, found.basis, found.difference), ("one-side-only", "one-recording-only", false));
    assert!(result.sides.expect("sides").lines.iter().all(|line| !line.difference));
}

#[test]
fn what_a_side_cannot_show_is_not_absent() {
    let set = cookie(ItemKind::CookieSet, "datr");
    let mut blind = control(3, 1, &[]);
    let mut report = crate::report::html::tests::sample();
    report.gaps.clear();
    report.gaps.push(crate::report::model::GapRow { nr: 1, kind: "no-set-cookies", count: 3, ..Default::default() });
    blind.limits = super::limits::limits(&report);
    let result = compared(vec![page(1, 1, std::slice::from_ref(&set)), page(2, 2, std::slice::from_ref(&set))], vec![blind]);
    let found = line(&result, &set);
    assert_eq!((found.statement, found.basis, found.difference), ("not-comparable", "none", false));
    assert_eq!((found.other.of, found.other.cannot_tell, found.other.gaps.as_slice()), (0, 1, &["no-set-cookies"][..]));
    assert!(result.gaps.iter().any(|gap| gap.kind == "no-set-cookies" && gap.hides == ["cookie-set"]));
}

#[test]
fn classes_are_those_of_the_claims() {
    let (a, b, c, d, noise) = (endpoint("/a"), endpoint("/b"), endpoint("/c"), endpoint("/d"), endpoint("/noise"));
    let (only, plain) = (field("/d", "only"), field("/d", "plain"));
    let datr = cookie(ItemKind::CookieSet, "datr");
    let here =
        [a.clone(), b.clone(), c.clone(), d.clone(), only.clone(), plain.clone(), datr.clone(), field("/a", "x"), field("/a", "plain")];
    let there = [b.clone(), c.clone(), d.clone(), plain.clone(), datr.clone()];
    let mut pages = vec![page(1, 1, &here), page(2, 2, &[&here[..], std::slice::from_ref(&noise)].concat())];
    for one in &mut pages {
        let mention = EndpointMention { kind: "page-id", place: "form".into(), field: "id".into(), requests: 1, first_entry: 12 };
        one.mentions.insert(b.clone(), vec![mention]);
        let key = |identifies, marks| vec![JoinKey { identifies, place: "form".into(), name: "k".into(), entry: 9, marks }];
        one.keys.insert(b.clone(), key("page-load", vec![7]));
        one.keys.insert(c.clone(), key("page-load", vec![3, 7]));
        one.keys.insert(d.clone(), key("device", vec![7]));
    }
    let controls = vec![control(3, 1, &there), control(4, 2, &there)];
    let all = pages.into_iter().chain(controls).map(|of| listed(of, None)).collect();
    let result = document(None, vec![], all, Settings::default());
    assert!(result.sides.is_none());
    let of = |item: &Item| class(&result, item).map(|row| row.class);
    assert_eq!([&a, &b, &c, &d, &noise, &only].map(of), [Some("A"), Some("B"), Some("C"), Some("D"), Some("varying"), Some("A")]);
    assert_eq!(of(&datr), Some("D"), "a cookie of the controls too is not there because of the Page");
    assert_eq!(of(&plain), None, "counted only");
    assert_eq!(of(&field("/a", "plain")), None, "stands with its endpoint");
    assert_eq!(of(&field("/a", "x")), Some("A"), "no control holds a field of that name anywhere");
    let carried = &class(&result, &b).expect("a row").carries[0];
    assert_eq!((carried.what, carried.recordings, carried.first), ("page-id", 2, (1, 12)));
    let joined = &class(&result, &c).expect("a row").joined[0];
    assert_eq!((joined.identifies, &joined.to, joined.to_class, joined.recordings), ("page-load", &b, "B", 2));
    let d_count = result.classes.groups[0].counts.iter().find(|count| count.class == "D").expect("counted");
    assert_eq!((d_count.endpoints, d_count.cookies, d_count.fields), (1, 1, 1));
}

#[test]
fn a_control_of_another_persona_keeps_from_class_a() {
    let flow = endpoint("/a");
    let elsewhere = scenario("other", PersonaState::LoggedIn, ChoicePath::NoChoice, TargetKind::StartPage, 1);
    let all = vec![
        listed(page(1, 1, std::slice::from_ref(&flow)), None),
        listed(control(2, 1, &[]), None),
        listed(recording(3, elsewhere, std::slice::from_ref(&flow)), None),
    ];
    let result = document(None, vec![], all, Settings::default());
    let row = class(&result, &flow).expect("a row");
    assert_eq!((row.class, row.controls.recorded, row.controls_elsewhere), ("D", 0, 1));
}

#[test]
fn sent_and_set_after_a_choice_are_two_things_and_transition_is_none_of_them() {
    let plan = |repetition| scenario("declined", PersonaState::NoAccount, ChoicePath::Decline, TargetKind::AuditedPage, repetition);
    let (set, sent) = (cookie(ItemKind::CookieSet, "fr"), cookie(ItemKind::CookieSent, "datr"));
    let of = |number: u64| {
        let mut one = recording(number, plan(number as u32), &[set.clone(), sent.clone()]);
        one.chosen =
            Chosen { page: true, any: true, has_declined: true, declined: vec!["Alleen noodzakelijke".into()], ..Chosen::default() };
        let phases = |item: &Item, phases: Phased, one: &mut Recording| one.seen.get_mut(item).expect("seen").phases = phases;
        phases(&set, Phased { transition: 1, first_transition: Some(20), ..Phased::default() }, &mut one);
        phases(&sent, Phased { before: 2, after: 3, after_decline: (3, Some(31)), ..Phased::default() }, &mut one);
        listed(one, None)
    };
    let mut unsaid = recording(9, plan(3), &[]);
    unsaid.chosen.page = true;
    let result = document(None, vec![], vec![of(1), of(2), listed(unsaid, None)], Settings::default());
    let answer = |question: &str| result.answers.iter().find(|answer| answer.question == question).expect("answered");
    let still = &answer("sent-after-decline").rows[0];
    assert_eq!((&still.item, still.times, still.tally.recorded, still.tally.of), (&sent, 6, 2, 2));
    assert_eq!((still.buttons.as_slice(), &still.tally.behind[0].entries), (&["Alleen noodzakelijke".to_owned()][..], &vec![31]));
    assert!(answer("set-after-decline").rows.is_empty());
    assert_eq!(answer("in-transition").rows[0].item, set);
    assert!(answer("set-before-choice").rows.is_empty());
    let open = &answer("sent-after-decline").not_established[0];
    assert_eq!((open.scenario.as_str(), open.why, open.recordings), ("declined", "no-choice-recorded", 1));
}

#[test]
fn administrators_are_set_against_all_others_of_the_same_cell() {
    let event = Item { kind: ItemKind::Value, value: "admin_view".into(), ..field("/log", "event") };
    let of = |number, state, items: &[Item]| {
        let plan = scenario(&format!("{state:?}"), state, ChoicePath::NoChoice, TargetKind::AuditedPage, 1);
        listed(recording(number, plan, items), None)
    };
    let all = vec![
        of(1, PersonaState::Administrator, std::slice::from_ref(&event)),
        of(2, PersonaState::LoggedIn, &[]),
        of(3, PersonaState::NoAccount, &[]),
    ];
    let result = document(None, vec![], all, Settings::default());
    let rows = |question: &str| result.answers.iter().find(|answer| answer.question == question).expect("answered").rows.clone();
    let found = &rows("administrators")[0];
    assert_eq!(
        (&found.item, found.tally.recorded, found.against.as_ref().map(|other| (other.recorded, other.of))),
        (&event, 1, Some((0, 2)))
    );
    assert_eq!(found.basis, "one-recording-only");
    assert!(rows("members").iter().all(|row| row.varying || row.tally.recorded == 2 || row.tally.scenarios.len() == 2));
}

#[test]
fn a_kept_profile_is_a_series() {
    let kept = |number: u64, value: &str, end_day: u64| {
        let mut plan = scenario("kept", PersonaState::NoAccount, ChoicePath::NoChoice, TargetKind::AuditedPage, 1);
        plan.profile = ProfileUse::Kept { name: "weeks".into(), before: number as u32 - 1 };
        let mut one = recording(number, plan, &[cookie(ItemKind::CookieSent, "datr")]);
        let seen = CookieSeen {
            row: 1,
            first_entry: 4,
            fingerprints: vec![value.to_owned()],
            set: 1,
            sent: 5,
            first_set: one.started.clone(),
            longest: Some(end_day as i64 * 86_400),
            ..CookieSeen::default()
        };
        one.cookies.insert(("datr".into(), "facebook.com".into()), seen);
        listed(one, None)
    };
    let result = document(None, vec![], vec![kept(3, "bb", 400), kept(2, "aa", 400), kept(1, "aa", 400)], Settings::default());
    let [series] = result.series.as_slice() else { panic!("one profile") };
    let row = &series.rows[0];
    assert_eq!(row.cells.iter().map(|cell| cell.state).collect::<Vec<_>>(), ["first", "kept", "changed"]);
    assert_eq!(row.cells.iter().map(|cell| cell.values.join(" ")).collect::<Vec<_>>(), ["V1", "V1", "V2"]);
    assert_eq!((row.values, row.constant_days, row.expiry), (Some(2), Some(1), "slides"));
    assert!(row.cells[0].ends.as_deref().is_some_and(|end| end.starts_with("2027-12-16")), "{:?}", row.cells[0].ends);
    let back = result.answers.iter().find(|answer| answer.question == "returning").expect("answered");
    assert_eq!((back.rows[0].tally.of, back.rows[0].same_value), (2, Some(1)));
}

#[test]
fn the_order_of_recordings_and_copies_change_nothing() {
    let make =
        |number| listed(page(number, number as u32, &[endpoint("/a"), endpoint(&format!("/{}", number % 2))]), Some(number as usize % 2));
    let gone = Listed {
        number: Some(7),
        name: "rec-7".into(),
        not_used: Some(NotUsed { why: "discarded", by: Some("A".into()), at: None, reason: Some("phone rang".into()) }),
        ..Listed::default()
    };
    let mut all: Vec<Listed> = (1..=5).map(make).chain([gone]).collect();
    let asked = || vec![vec!["a".to_owned()], vec!["b".to_owned()]];
    let first = document(None, asked(), all.clone(), Settings::default());
    for _ in 0..6 {
        all.rotate_left(1);
        all.swap(0, 3);
        assert_eq!(document(None, asked(), all.clone(), Settings::default()), first);
    }
    assert_eq!(first.register.len(), 6);
    assert_eq!(first.register.iter().filter(|row| row.used).count(), 5);
    all.push(make(1));
    let copied = document(None, asked(), all, Settings::default());
    assert_eq!(copied.sides, first.sides.map(|sides| crate::report::model::comparison::Sides { ..sides }).map(renumbered));
    assert_eq!(copied.register.iter().filter_map(|row| row.not_used.as_ref()).filter(|why| why.why == "copy").count(), 1);
}

/// The same with every row of the register after the first one further down, as a copy of recording 1 makes it.
fn renumbered(mut sides: crate::report::model::comparison::Sides) -> crate::report::model::comparison::Sides {
    let next = |row: &mut u64| *row += u64::from(*row > 1);
    sides.recordings.iter_mut().flatten().for_each(next);
    for line in &mut sides.lines {
        line.one.behind.iter_mut().chain(&mut line.other.behind).for_each(|behind| next(&mut behind.recording));
    }
    sides
}

#[test]
fn tables_are_bounded_and_count_what_they_leave_out() {
    let many: Vec<Item> = (0..30).map(|nr| endpoint(&format!("/{nr:02}"))).collect();
    let all = vec![listed(page(1, 1, &many), Some(0)), listed(control(2, 1, &[]), Some(1))];
    let result = document(None, vec![vec![], vec![]], all, Settings { rows: 10 });
    let sides = result.sides.expect("sides");
    assert_eq!((sides.lines.len(), sides.lines_left_out), (10, 20));
    assert_eq!((result.classes.rows.len(), result.classes.rows_left_out), (10, 20));
    assert_eq!(sides.counts.iter().map(|count| count.lines).sum::<u64>(), 30);
}

#[test]
fn a_report_becomes_items() {
    let report = crate::report::html::tests::sample();
    let one = Recording::of(&report, Some(4));
    assert_eq!(one.number, Some(4));
    let has = |kind| one.seen.keys().any(|item: &Item| item.kind == kind);
    for kind in [ItemKind::Recipient, ItemKind::Host, ItemKind::CookieSet, ItemKind::CookieSent] {
        assert!(has(kind), "{kind:?}");
    }
    let datr = one.seen.get(&cookie(ItemKind::CookieSet, "datr")).expect("the sample sets it");
    assert_eq!(datr.table, "cookies");
    assert!(one.chosen.any, "the sample holds choices for its page");
}

#[test]
fn cookies_that_differ_in_path_are_one_with_the_first_end_date() {
    let mut report = crate::report::html::tests::sample();
    let set = report.cookies.iter().find(|cookie| cookie.name == "datr" && cookie.first_set.is_some()).expect("the sample sets it").clone();
    let sent = crate::report::model::Cookie { first_set: None, asked: None, set: 0, renewed: 0, changed: 0, ..set.clone() };
    report.cookies = vec![sent, set.clone()];
    let one = Recording::of(&report, None);
    let cookie = &one.cookies[&(set.name.clone(), set.domain.clone())];
    assert_eq!((&cookie.first_set, cookie.set), (&set.first_set, set.set));
    assert_eq!(cookie.sent, 2 * set.sent);
}

#[test]
fn what_members_sent_elsewhere_is_not_the_administrators_alone() {
    let query = endpoint("/members");
    let of = |number, state, path| {
        let plan = scenario(&format!("{state:?}"), state, path, TargetKind::AuditedPage, 1);
        listed(recording(number, plan, if state == PersonaState::NoAccount { &[] } else { std::slice::from_ref(&query) }), None)
    };
    let all = vec![
        of(1, PersonaState::Administrator, ChoicePath::NoChoice),
        of(2, PersonaState::LoggedIn, ChoicePath::Allow),
        of(3, PersonaState::NoAccount, ChoicePath::NoChoice),
    ];
    let result = document(None, vec![], all, Settings::default());
    let rows = |question: &str| result.answers.iter().find(|answer| answer.question == question).expect("answered").rows.len();
    assert_eq!((rows("administrators"), rows("members")), (0, 1));
}

#[test]
fn logging_out_elsewhere_is_not_logging_out_here() {
    use crate::report::model::{LogoutCookie, Times};
    let moment = |nr: u64, site: &str| crate::report::model::Logout {
        nr,
        stretch: 1,
        site: site.to_owned(),
        answered: format!("2026-11-22T10:00:0{nr}.000Z"),
        entry: 10 * nr,
        deleted: Vec::new(),
    };
    let sent = || cookie(ItemKind::CookieSent, "datr");
    let row = |logout: u64| LogoutCookie {
        nr: logout,
        logout,
        name: "datr".to_owned(),
        domain: "facebook.com".to_owned(),
        set: Times::default(),
        deleted: Times { count: 1, first_entry: Some(1) },
        sent: Times { count: logout, first_entry: Some(10 * logout + 1) },
    };
    let mut report = crate::report::html::tests::sample();
    report.page.site = Some("facebook.com".to_owned());
    report.method.platform_sites = vec!["instagram.com".to_owned()];
    report.logout.moments = vec![moment(1, "facebook.com"), moment(2, "instagram.com"), moment(3, "elsewhere.example")];
    report.logout.cookies = (1..=3).map(row).collect();
    let after = |report: &_| match Logout::of(report) {
        Logout::Established(after) => Ok(after.times.into_iter().collect::<Vec<_>>()),
        Logout::NotEstablished(why) => Err(why),
    };
    // Of the platform's sites too, and from the last of them on; a cookie that was only deleted was neither set nor sent.
    assert_eq!(after(&report), Ok(vec![(sent(), (2, Some(21)))]));
    report.method.platform_sites.clear();
    assert_eq!(after(&report), Ok(vec![(sent(), (1, Some(11)))]));
    report.page.site = Some("page.example".to_owned());
    assert_eq!(after(&report), Err("no-logout-recorded"));
    report.page.site = None;
    assert_eq!(after(&report), Err("no-page"));
}
