//! Made-up sessions as rows: outcomes, hostile exhibits, states of the start, and who acted.

use super::*;
use crate::model::{Mark, Operated, PersonaState, SaidBy, Scenario, TargetKind};

fn exhibit(number: u64, kind: ExhibitKind, about: &str, content: &[u8]) -> RecordedExhibit {
    RecordedExhibit {
        number,
        at: Timestamp::from_nanoseconds(1_795_380_655_000_000_000 + number as i64),
        kind,
        said_by: SaidBy::Script,
        about: about.to_owned(),
        media_type: "application/json".to_owned(),
        length: content.len() as u64,
        digest: Digest::of(content),
        content: kind.is_structured().then(|| content.to_vec()),
    }
}

pub(in crate::report) fn scenario(profile: ProfileUse) -> Scenario {
    Scenario {
        name: "no-account.decline.page".to_owned(),
        repetition: 2,
        persona: "no-account".to_owned(),
        state: PersonaState::NoAccount,
        passport: [("account".to_owned(), "test".to_owned())].into(),
        choice: "decline".to_owned(),
        path: crate::model::ChoicePath::Decline,
        target: "page".to_owned(),
        kind: TargetKind::AuditedPage,
        url: "https://www.facebook.com/ministerie".to_owned(),
        profile,
        operated: Operated::Scripted,
        device: "desktop".to_owned(),
        egress: None,
        steps: Some(Digest::of(b"steps").to_string()),
    }
}

fn with_context<T>(read: impl FnOnce(&Context<'_>) -> T) -> T {
    let rules = crate::rules::RuleSet::default();
    let suffixes = crate::site::SuffixList::default();
    let capture =
        crate::model::CaptureSource { name: String::new(), format: "dataspoor", wrappings: vec![], digest: Digest::of(b""), length: 0 };
    let parties = crate::classify::Parties::default();
    read(&Context { capture: &capture, rules: &rules, suffixes: &suffixes, lists: &[], parties: &parties, full_urls: false })
}

fn session(exhibits: Vec<RecordedExhibit>) -> Session {
    Session { planned: Some(scenario(ProfileUse::Fresh)), exhibits, ..Session::default() }
}

fn made(session: &Session, lanes: &[Lane]) -> ScenarioTables {
    with_context(|context| ScenarioRows::open(session, context).finish(lanes))
}

fn lane(hosts: u64, with: u64, before: u64, elsewhere: u64) -> Lane {
    Lane {
        hosts,
        hosts_first_asked_with_cookies: with,
        with_cookies_set_before: before,
        with_cookies_from_elsewhere: elsewhere,
        ..Lane::default()
    }
}

/// Tables in which a page had its way with every text.
pub(in crate::report) fn tables(button: &str) -> ScenarioTables {
    let picture = exhibit(1, ExhibitKind::Screenshot, button, b"PNG");
    let screen = serde_json::json!({
        "name": button, "layer": 1, "page": format!("https://www.facebook.com/?q={button}"), "clicks": 1, "text": button, "text_sha256": "no digest",
        "picture_sha256": Digest::of(b"PNG").to_string(),
        "rule": { "kept": "rules-1", "name": button },
        "options": [{ "role": "button", "text": button }, { "role": button, "text": "", "on": false, "disabled": true }],
    });
    let outcome = serde_json::json!({
        "outcome": { "result": "ended", "name": button, "place": "steps/page.toml, line 8" }, "steps_done": 3, "handed_to_operator": 1,
        "clicked": [
            { "text": button, "leads_on": true, "clicks": 1, "place": "steps/choice.toml, line 4" },
            { "text": button, "leads_on": false, "clicks": 2, "place": button },
        ],
        "consent_rules": [
            { "rule": { "kept": "rules-1", "file": "kept/rules-1-a.json", "sha256": Digest::of(b"rules").to_string(), "name": button }, "choice": "decline",
              "place": button, "rules": 3, "also": [button], "done": [button], "clicks": 1, "test": "passed", "screen": "gone" },
            { "rule": { "sha256": button }, "choice": button, "test": button, "screen": button },
        ],
    });
    let exhibits = vec![
        picture,
        exhibit(2, ExhibitKind::ConsentScreen, button, screen.to_string().as_bytes()),
        exhibit(3, ExhibitKind::ConsentScreen, button, b"[7"),
        exhibit(4, ExhibitKind::Outcome, "steps of the visit", outcome.to_string().as_bytes()),
    ];
    let mut session = session(exhibits);
    session.planned = Some(scenario(ProfileUse::Kept { name: button.to_owned(), before: 3 }));
    made(&session, &[lane(5, 3, 1, 1)])
}

#[test]
fn rows_from_exhibits() {
    let tables = tables("Alle cookies toestaan");
    let screen = &tables.consent_screens[0];
    assert_eq!((screen.layer, screen.clicks, screen.picture, screen.exhibit), (1, 1, Some(1), 2));
    assert_eq!(screen.text_sha256, Digest::of(b"Alle cookies toestaan").to_string());
    assert!(screen.text_differs, "the recording's own digest is none");
    assert!(!screen.page.contains("toestaan"), "values of a query are masked: {}", screen.page);
    let options: Vec<_> = screen.options.iter().map(|option| (option.kind, option.text.as_str(), option.on, option.disabled)).collect();
    assert_eq!(options, [("button", "Alle cookies toestaan", None, false), ("other", "", Some(false), true)]);
    let clicked: Vec<_> = tables.clicked.iter().map(|button| (button.nr, button.leads_on, button.clicks)).collect();
    assert_eq!(clicked, [(1, true, 1), (2, false, 2)]);
    assert_eq!(screen.rule.as_deref(), Some("Alle cookies toestaan (rules-1)"));
    let rules: Vec<_> = tables.consent_rules.iter().map(|row| (row.nr, row.rule.as_deref(), row.choice, row.test, row.screen)).collect();
    let foreign = (2, None, "not-recorded", "not-reached", "not-told");
    assert_eq!(rules, [(1, Some("Alle cookies toestaan"), "decline", "passed", "gone"), foreign]);
    assert_eq!(
        (tables.consent_rules[0].sha256.as_str(), tables.consent_rules[1].sha256.as_str()),
        (Digest::of(b"rules").to_string().as_str(), "")
    );
    assert_eq!((tables.outcome.id, tables.outcome.wall.as_deref()), ("wall", Some("Alle cookies toestaan")));
    assert_eq!((tables.outcome.steps_done, tables.outcome.exhibit), (Some(3), Some(4)));
    assert_eq!((tables.pictures.len(), tables.pictures[0].sha256.as_str()), (1, Digest::of(b"PNG").to_string().as_str()));
    assert_eq!((tables.consent_screens.len(), tables.unreadable_exhibits), (1, 1), "a broken exhibit is counted and no row");
}

#[test]
fn outcomes_are_told_apart() {
    let of = |text: &str| {
        let tables = made(&session(vec![exhibit(1, ExhibitKind::Outcome, "", text.as_bytes())]), &[]);
        (tables.outcome.id, tables.outcome.why, tables.unreadable_exhibits)
    };
    assert_eq!(of(r#"{"outcome":{"result":"complete"},"steps_done":16}"#), ("complete", None, 0));
    assert_eq!(of(r#"{"outcome":{"result":"stopped","place":"a","why":"b"}}"#), ("stopped", Some("b".to_owned()), 0));
    assert_eq!(of(r#"{"outcome":{"result":"a new one"}}"#), ("not-recorded", None, 0));
    assert_eq!(of("{}"), ("not-recorded", None, 0));
    assert_eq!(of("null"), ("not-recorded", None, 1));
    assert_eq!(of(r#"{"clicked":[{"clicks":-1}]}"#), ("not-recorded", None, 1));
}

#[test]
fn bounds_hold() {
    let option = r#"{"role":"button","text":"x"},"#.repeat(OPTIONS + 3);
    let screen = format!(r#"{{"name":"many","options":[{}]}}"#, option.trim_end_matches(','));
    let numbers = 1..=(ROWS as u64 + 2);
    let screens = numbers.clone().map(|number| exhibit(number, ExhibitKind::ConsentScreen, "", screen.as_bytes()));
    let pictures = numbers.map(|number| exhibit(number + 1_000, ExhibitKind::Screenshot, "", b"PNG"));
    let tables = made(&session(screens.chain(pictures).collect()), &[]);
    assert_eq!((tables.consent_screens.len(), tables.consent_screens_left_out), (ROWS, 2));
    assert_eq!((tables.pictures.len(), tables.pictures_left_out), (ROWS, 2));
    assert_eq!((tables.consent_screens[0].options.len(), tables.consent_screens[0].options_left_out), (OPTIONS, 3));
}

#[test]
fn a_start_is_clean_only_if_it_is() {
    let start = |profile, lane| {
        let start = made(&Session { planned: Some(scenario(profile)), ..Session::default() }, &[lane]).start;
        (start.id, start.warning)
    };
    let kept = || ProfileUse::Kept { name: "terugkerend".to_owned(), before: 0 };
    assert_eq!(start(ProfileUse::Fresh, lane(8, 0, 0, 0)), ("clean", false));
    assert_eq!(start(ProfileUse::Fresh, lane(8, 2, 1, 0)), ("clean", false), "set in this recording, or by a script of it");
    assert_eq!(start(ProfileUse::Fresh, lane(8, 2, 1, 1)), ("cookies-at-start", true));
    assert_eq!(start(kept(), lane(8, 0, 0, 0)), ("kept-profile", true));
    assert_eq!(start(ProfileUse::Unknown, lane(8, 0, 0, 0)), ("unknown-profile", true));
}

#[test]
fn without_a_scenario_only_what_is_said_is_known() {
    let start = |browser: Option<&str>, marks| {
        let start = made(&Session { browser: browser.map(str::to_owned), marks, ..Session::default() }, &[lane(3, 2, 0, 2)]).start;
        assert_eq!((start.id, start.warning), ("no-scenario", false));
        (start.profile, start.profile_said_by)
    };
    let mark = Mark { kind: MarkKind::FreshProfile, said_by: SaidBy::Operator, text: "1".to_owned() };
    assert_eq!(start(None, vec![]), ("not-established", None));
    assert_eq!(start(Some("Firefox 153"), vec![(Timestamp::from_nanoseconds(1), mark)]), ("fresh", Some("operator")));
    assert_eq!(start(Some("Chromium 156, started by dataspoor with a new profile"), vec![]), ("fresh", Some("program")));
    assert_eq!(start(Some("Chromium 156, started by dataspoor with a kept profile"), vec![]), ("not-established", None));
}
