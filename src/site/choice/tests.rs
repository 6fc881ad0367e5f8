//! Stretches, choices and states against marks and requests in every order.

use super::*;

fn at(milliseconds: i64) -> Timestamp {
    Timestamp::from_nanoseconds(milliseconds * 1_000_000)
}

fn mark(kind: MarkKind, said_by: SaidBy, milliseconds: i64, text: &str) -> (Timestamp, Mark) {
    (at(milliseconds), Mark { kind, said_by, text: text.to_owned() })
}

fn click(milliseconds: i64, text: &str) -> (Timestamp, Mark) {
    mark(MarkKind::Choice, SaidBy::Script, milliseconds, text)
}

fn fresh(milliseconds: i64, text: &str) -> (Timestamp, Mark) {
    mark(MarkKind::FreshProfile, SaidBy::Script, milliseconds, text)
}

fn request(entry: u64, site: &str, asked: i64, answered: Option<i64>) -> ChoiceRequest {
    let (scope, says) = (Scope::Browser, Says::DeclineOptional);
    let site = site.to_owned();
    ChoiceRequest { entry, site, scope, says, signature: 7, asked_at: at(asked), answered_at: answered.map(at) }
}

fn visit(marks: &[(Timestamp, Mark)], requests: Vec<ChoiceRequest>) -> Visit {
    let opened = [(at(0), "a.nl".to_owned()), (at(5_000), "b.nl".to_owned())];
    Visit::new(Given { marks, opened: &opened, page: Some("a.nl"), first: Some(at(0)) }, requests)
}

#[test]
fn a_request_decides_and_the_mark_gives_the_words() {
    let visit = visit(&[click(990, "Weigeren"), click(980, "Meer")], vec![request(5, "a.nl", 1_000, Some(1_120))]);
    let [choice] = &visit.choices[..] else { panic!("{:?}", visit.choices) };
    assert_eq!((choice.number, choice.asked_at, choice.said_by), (1, at(1_000), ChoiceBy::Request(5)));
    assert_eq!(choice.text, Some(("Weigeren".to_owned(), SaidBy::Script)));
    assert_eq!((choice.clicked_at, choice.answered_at), (Some(at(990)), Some(at(1_120))));
    let states = [979, 989, 990, 1_000, 1_119, 1_120, 9_000].map(|ms| visit.state(0, 1, at(ms)));
    use ChoiceState::{After, Before, Transition};
    assert_eq!(states, [Before, Before, Transition(1), Transition(1), Transition(1), After(1), After(1)]);
    assert_eq!(visit.marks.iter().map(|marked| marked.choice).collect::<Vec<_>>(), [Some(1), Some(1)]);
}

#[test]
fn a_mark_decides_only_without_a_request() {
    // The request comes too late, or in the next stretch.
    for (marks, asked) in [(vec![click(1_000, "Nee")], 11_001), (vec![click(1_000, "Nee"), fresh(2_000, "2")], 3_000)] {
        let visit = visit(&marks, vec![request(5, "a.nl", asked, Some(asked + 1))]);
        assert_eq!(visit.choices.len(), 2);
        assert_eq!((visit.choices[0].said_by, visit.choices[0].scope, visit.choices[0].says), (ChoiceBy::Script, None, None));
        assert_eq!(visit.choices[1].text, None);
    }
    let visit = visit(&[mark(MarkKind::Choice, SaidBy::Operator, 6_000, "Akkoord")], vec![]);
    assert_eq!((visit.choices[0].site.as_str(), visit.choices[0].said_by.id()), ("b.nl", "operator"));
    // A person may have clicked before marking, but not before the page was asked for.
    let states = [5_000, 5_001, 6_000, 15_999, 16_000].map(|ms| visit.state(0, 1, at(ms)).id());
    assert_eq!(states, ["before-choice", "transition", "transition", "transition", "after-choice"]);
    assert_eq!(visit.sites, ["b.nl"]);
    assert_eq!(visit.main_site, Some(0));
}

#[test]
fn stretches_begin_anew() {
    let marks = [fresh(10_000, "2-allow"), fresh(0, "1-refuse")];
    let visit = visit(&marks, vec![request(9, "a.nl", 12_000, Some(12_001)), request(2, "a.nl", 1_000, Some(1_001))]);
    let names: Vec<_> = visit.stretches.iter().map(|stretch| (stretch.number, stretch.name.as_deref().unwrap_or_default())).collect();
    assert_eq!(names, [(1, "1-refuse"), (2, "2-allow")]);
    assert_eq!((visit.stretch_at(at(-5)), visit.stretch_at(at(9_999)), visit.stretch_at(at(10_000))), (1, 1, 2));
    let state = |ms| visit.state(0, visit.stretch_at(at(ms)), at(ms));
    assert_eq!(
        [500, 9_000, 10_500, 12_001].map(state),
        [ChoiceState::Before, ChoiceState::After(1), ChoiceState::Before, ChoiceState::After(2)]
    );
    // Something before the first mark is a stretch of its own.
    let late = Visit::new(Given { marks: &marks[..1], first: Some(at(1)), ..Given::default() }, vec![]);
    assert_eq!(late.stretches.iter().map(|stretch| stretch.began).collect::<Vec<_>>(), [None, Some(at(10_000))]);
}

#[test]
fn choices_for_one_site_leave_the_other_alone() {
    let requests = vec![request(3, "b.nl", 2_000, Some(2_010)), request(2, "a.nl", 1_000, Some(1_010)), request(4, "a.nl", 3_000, None)];
    let visit = visit(&[], requests);
    assert_eq!((visit.sites.clone(), visit.main_site), (vec!["a.nl".to_owned(), "b.nl".to_owned()], Some(0)));
    assert_eq!(visit.states(1, at(1_500)), [ChoiceState::After(1), ChoiceState::Before]);
    // A request that nobody answered never gets beyond its transition.
    assert_eq!(visit.states(1, at(900_000)), [ChoiceState::Transition(3), ChoiceState::After(2)]);
    assert!(!visit.is_plain() && Visit::new(Given::default(), vec![]).is_plain());
}

#[test]
fn times_without_a_duration_still_have_a_transition() {
    let visit = visit(&[], vec![request(2, "a.nl", 1_000, Some(1_000))]);
    assert_eq!(visit.state(0, 1, at(1_000)), ChoiceState::Transition(1));
    assert_eq!(visit.state(0, 1, at(1_001)), ChoiceState::After(1));
}

/// Marks by a person (`o`) or a script (`s`) with their text, and requests with the site they hold for, in milliseconds; then what must come
/// out: for each choice its site, who says so (`r`: the request), the text with who says that, when it begins and when it settles.
const BY_WHOM: &[(&str, &str, &str)] = &[
    // The request decides, whoever marks, and whether before or after it.
    ("o 900 Nee", "a 1000-1100", "a r Nee/operator 900 1100"),
    ("o 1300 Nee", "a 1000-1100", "a r Nee/operator 1000 1100"),
    ("o 4900 Nee", "a 1000-1100", "a r Nee/operator 1000 1100"),
    // A script marks in the moment of the click, so a later mark of one is of another choice.
    ("s 1300 Nee", "a 1000-1100", "a r - 1000 1100; a script Nee/script 1300 11300"),
    // A mark on the page of another site is not about that request.
    ("o 6000 Akkoord", "a 1000-1100", "a r - 1000 1100; b operator Akkoord/operator 5000 16000"),
    // Too late, or in another stretch.
    ("o 32000 Ja", "b 1000-1100", "b r - 1000 1100; b operator Ja/operator 22000 42000"),
    ("f 2000 2; o 2500 Ja", "a 1000-1100", "a r - 1000 1100; a operator Ja/operator -7500 12500"),
    // Between two requests the nearer one is meant.
    ("o 1500 Nee", "a 1000-1100; a 4000-4100", "a r Nee/operator 1000 1100; a r - 4000 4100"),
    ("o 3500 Ja", "a 1000-1100; a 4000-4100", "a r - 1000 1100; a r Ja/operator 3500 4100"),
    // What was marked at the click stays; a second mark is then of the next request.
    ("s 990 Nee; o 1500 Ja", "a 1000-1100; a 4000-4100", "a r Nee/script 990 1100; a r Ja/operator 1500 4100"),
    // Without any request a person's word decides, with a transition on both sides of it.
    ("o 3000 Nee", "", "a operator Nee/operator 0 13000"),
    ("s 3000 Nee", "", "a script Nee/script 3000 13000"),
];

#[test]
fn who_decides_a_choice() {
    for (marks, requests, expected) in BY_WHOM {
        let parts = |text: &'static str| text.split("; ").filter(|part| !part.is_empty());
        let marks: Vec<_> = parts(marks)
            .map(|part| {
                let [who, when, text] = part.splitn(3, ' ').collect::<Vec<_>>()[..] else { panic!("{part}") };
                let (kind, said_by) = match who {
                    "o" => (MarkKind::Choice, SaidBy::Operator),
                    "s" => (MarkKind::Choice, SaidBy::Script),
                    _ => (MarkKind::FreshProfile, SaidBy::Operator),
                };
                mark(kind, said_by, when.parse().expect("a time"), text)
            })
            .collect();
        let requests = parts(requests).zip(1..).map(|(part, entry)| {
            let (site, times) = part.split_once(' ').expect("site and times");
            let (asked, answered) = times.split_once('-').expect("two times");
            request(entry, &format!("{site}.nl"), asked.parse().expect("a time"), answered.parse().ok())
        });
        let visit = visit(&marks, requests.collect());
        let milliseconds = |at: Timestamp| at.as_nanoseconds() / 1_000_000;
        let found: Vec<String> = visit
            .choices
            .iter()
            .map(|choice| {
                let by = if choice.said_by.entry().is_some() { "r" } else { choice.said_by.id() };
                let text = choice.text.as_ref().map_or_else(|| "-".to_owned(), |(text, by)| format!("{text}/{}", by.id()));
                let settles = choice.settles().map_or(-1, milliseconds);
                format!("{} {by} {text} {} {settles}", choice.site.trim_end_matches(".nl"), milliseconds(choice.begins()))
            })
            .collect();
        assert_eq!(found.join("; "), *expected, "{marks:?}");
        // Each mark of a choice names the choice it gave its words to.
        for marked in visit.marks.iter().filter(|marked| marked.mark.kind == MarkKind::Choice) {
            let choice = marked.choice.and_then(|number| visit.choices.get(number as usize - 1)).expect("a choice");
            assert_eq!(choice.text.as_ref().map(|(text, _)| text), Some(&marked.mark.text));
        }
    }
}
