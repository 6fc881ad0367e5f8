//! What is known of recordings, and what the matrix makes of it.

use super::super::tests::plan;
use super::*;

const NOW: &str = "2026-11-25T12:00:00Z";

/// Two cells, two recordings each on two days; a series with a kept profile.
const PLAN: &str = r#"
[plan]
too-old-after-days = 30
retention-days = 90
[[persona]]
id = "visitor"
state = "no-account"
[[choice]]
id = "none"
path = "no-choice"
[[target]]
id = "page"
kind = "audited-page"
url = "https://www.facebook.com/page"
[[target]]
id = "start"
kind = "start-page"
url = "https://www.facebook.com/"
[[scenario]]
name = "{target}"
personas = ["visitor"]
choices = ["none"]
targets = ["page", "start"]
repetitions = 2
[[scenario]]
name = "series"
personas = ["visitor"]
choices = ["none"]
targets = ["page"]
profile = "kept:week"
days = ["2026-11-20", "2026-11-25", "2026-11-28"]
"#;

fn at(text: &str) -> Option<Timestamp> {
    Some(Timestamp::parse(text).expect("a time"))
}

/// A recording against which nothing is to be said.
fn good(number: u64, name: &str, repetition: u32) -> Known {
    let plan = plan(PLAN).expect("a plan");
    let scenario = plan.cell(name).expect("a cell").scenario(repetition, 3, None);
    Known {
        number,
        folder: format!("captures/{number:04}"),
        begun: at("2026-11-24T10:00:00Z"),
        planned: Some((name.to_owned(), repetition)),
        ended: Some(Ended { entries: 10, interrupted: false, outcome: None }),
        profile: Some(scenario.profile.clone()),
        scenario: Some(scenario),
        asked: Some(Asked { hosts: 5, with_cookies: 0 }),
        ..Known::default()
    }
}

fn matrix(known: &[Known]) -> Matrix {
    Matrix::of(&plan(PLAN).expect("a plan"), known, at(NOW).expect("now"))
}

fn not_used() -> NotUsed {
    NotUsed { by: "A".to_owned(), at: NOW.to_owned(), reason: "another account was logged in".to_owned() }
}

#[test]
fn each_state_comes_from_what_is_known() {
    type Case = (&'static str, fn(&mut Known), &'static [&'static str], bool);
    let cases: [Case; 17] = [
        ("nothing against it", |_| {}, &["recorded"], true),
        ("runs", |known| (known.disk, known.ended) = (OnDisk::Running, None), &["running"], true),
        ("not used", |known| known.discarded = Some(not_used()), &["not-used"], false),
        ("not used and lost", |known| (known.discarded, known.disk) = (Some(not_used()), OnDisk::Lost), &["not-used", "lost"], false),
        ("lost", |known| known.disk = OnDisk::Lost, &["lost"], false),
        ("another head", |known| known.disk = OnDisk::Changed("another head".to_owned()), &["changed"], false),
        ("another case", |known| known.disk = OnDisk::Another("of case x".to_owned()), &["changed"], false),
        ("came to nothing", |known| known.disk = OnDisk::Empty, &["empty"], false),
        ("taken up", |known| known.ended.as_mut().expect("an end").interrupted = true, &["interrupted"], false),
        ("not taken up", |known| (known.disk, known.ended) = (OnDisk::NotTakenUp, None), &["interrupted"], false),
        (
            "steps stopped",
            |known| known.ended.as_mut().expect("an end").outcome = Some("stopped at page.toml, line 3".to_owned()),
            &["stopped"],
            false,
        ),
        ("a wall", |known| known.ended.as_mut().expect("an end").outcome = Some("login-wall".to_owned()), &["recorded"], true),
        ("old", |known| known.begun = at("2026-10-20T10:00:00Z"), &["too-old"], true),
        (
            "old and with cookies",
            |known| (known.begun, known.asked) = (at("2026-10-20T10:00:00Z"), Some(Asked { hosts: 5, with_cookies: 2 })),
            &["too-old", "not-clean"],
            true,
        ),
        ("profile not known", |known| known.profile = Some(ProfileUse::Unknown), &["not-clean"], true),
        ("no annex", |known| known.asked = None, &["not-judged"], true),
        ("a clock", |known| known.begun = at("2026-11-26T10:00:00Z"), &["ahead-of-clock"], true),
    ];
    for (what, change, states, counts) in cases {
        let mut known = good(1, "page", 1);
        change(&mut known);
        let matrix = matrix(&[known]);
        let slot = &matrix.cells[0].slots[0];
        let recording = &slot.recordings[0];
        assert_eq!(recording.states.iter().map(State::id).collect::<Vec<_>>(), states, "{what}");
        assert_eq!((slot.usable, recording.counts()), (states == ["recorded"], counts), "{what}");
        assert_eq!(matrix.cells[0].missing(), if counts { 1 } else { 2 }, "{what}");
        // What is to be recorded again has to be asked for, state by state; what stands for nothing is missing anyway.
        let again = states.iter().map(|state| (*state).to_owned()).collect::<Vec<_>>();
        assert!(slot.is_missing(&again) && slot.is_missing(&[]) != counts, "{what}");
        assert_eq!(matrix.cells[0].next_repetition(), if counts { 2 } else { 1 }, "{what}");
    }
}

#[test]
fn the_last_day_of_an_age_is_not_too_old_and_retention_ends_after_its_day() {
    for (begun, states, until) in [
        ("2026-10-26T00:00:00Z", "recorded", None),
        ("2026-10-25T23:59:59Z", "too-old", None),
        ("2026-08-27T10:00:00Z", "too-old", None),
        ("2026-08-26T10:00:00Z", "too-old", Some("2026-11-24")),
    ] {
        let known = Known { begun: at(begun), ..good(1, "page", 1) };
        let matrix = matrix(&[known]);
        let recording = &matrix.cells[0].slots[0].recordings[0];
        assert_eq!((recording.states[0].id(), recording.kept_until.as_deref()), (states, until), "{begun}");
    }
    let known = Known { begun: at("2026-10-20T10:00:00Z"), ..good(1, "page", 1) };
    assert_eq!(matrix(&[known]).cells[0].slots[0].recordings[0].states, [State::TooOld { days: 36 }]);
}

#[test]
fn a_discarded_recording_leaves_its_place_to_the_next_and_none_is_left_out() {
    let discarded = Known { discarded: Some(not_used()), ..good(1, "page", 1) };
    let baseline = Known { planned: None, scenario: None, baseline: true, ..good(3, "page", 1) };
    let renamed = Known { planned: Some(("old name".to_owned(), 1)), ..good(5, "page", 1) };
    let known = [discarded, good(2, "page", 1), baseline, good(4, "page", 2), renamed, good(6, "page", 3)];
    let matrix = matrix(&known);
    let page = &matrix.cells[0];
    assert_eq!((page.wanted, page.usable, page.missing()), (2, 2, 0));
    let numbers = |recordings: &[Recording]| recordings.iter().map(|recording| recording.number).collect::<Vec<_>>();
    assert_eq!(page.slots.iter().map(|slot| numbers(&slot.recordings)).collect::<Vec<_>>(), [vec![1, 2], vec![4]]);
    assert_eq!(numbers(&page.further), [6]);
    assert_eq!(numbers(&matrix.outside_the_plan), [3, 5]);
    assert_eq!(matrix.recordings().iter().map(|recording| recording.number).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6]);
    assert!(!matrix.complete, "the other cells are missing");
}

#[test]
fn a_kept_profile_is_no_clean_start_and_what_the_series_wants() {
    let on = |number, repetition, begun| Known { begun: at(begun), ..good(number, "series", repetition) };
    let matrix = matrix(&[on(1, 1, "2026-11-21T10:00:00Z"), on(2, 2, "2026-11-25T10:00:00Z")]);
    let series = &matrix.cells[2];
    assert_eq!((series.wanted, series.usable, series.missing()), (3, 2, 0));
    let [first, second, third] = &series.slots[..] else { panic!("three days") };
    assert_eq!(first.recordings[0].start, Start::Kept { name: "week".to_owned(), before: 3 });
    assert_eq!(first.recordings[0].planned_day.as_deref(), Some("2026-11-20"));
    assert_eq!(second.recordings[0].planned_day, None);
    assert!(third.to_come && third.recordings.is_empty());
    assert!(!matrix.complete);
}

#[test]
fn a_kept_profile_where_a_new_one_was_planned_and_another_address_are_told() {
    let mut kept = good(1, "page", 1);
    kept.profile = Some(ProfileUse::Kept { name: "week".to_owned(), before: 0 });
    let mut elsewhere = good(2, "page", 2);
    let scenario = elsewhere.scenario.as_mut().expect("a scenario");
    (scenario.url, scenario.device) = ("https://www.facebook.com/other".to_owned(), "emulated-mobile".to_owned());
    let matrix = matrix(&[kept, elsewhere]);
    let states = |slot: usize| matrix.cells[0].slots[slot].recordings[0].states.clone();
    assert_eq!(states(0), [State::NotClean]);
    assert_eq!(states(1), [State::OtherPlan { members: vec!["url", "device"] }]);
}

#[test]
fn a_case_is_complete_when_nothing_is_missing_and_nothing_was_lost() {
    let text = PLAN.split("[[scenario]]").take(2).collect::<Vec<_>>().join("[[scenario]]");
    let plan = plan(&text).expect("a plan");
    let now = at(NOW).expect("now");
    let mut known = vec![good(1, "page", 1), good(2, "page", 2), good(3, "start", 1), good(4, "start", 2)];
    assert!(Matrix::of(&plan, &known, now).complete);
    known.push(Known { planned: None, disk: OnDisk::Lost, ..good(5, "page", 1) });
    assert!(!Matrix::of(&plan, &known, now).complete, "one that nobody planned is gone");
    assert!(Matrix::of(&CasePlan::default(), &[], now).complete);
}
