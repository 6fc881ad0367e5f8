//! Direct answers over all scenarios: what was set or asked before any choice, what was still sent and what was set after things were declined, what
//! came back. What happened while a choice was under way is told apart and never counted as after it. Each answer names the scenarios for which it
//! could not be established.

use std::collections::{BTreeMap, BTreeSet};

use super::document::Settings;
use super::logout::logout_rows;
use super::members::{members_rows, returning_rows};
use super::recording::{Phased, Recording, Seen};
use super::tally::{basis, count, varies};
use crate::model::ChoicePath;
use crate::report::model::comparison::{Answer, AnswerRow, Item, ItemKind, NotEstablished};

/// A moment with regard to a choice, and what is asked of it.
struct Question {
    id: &'static str,
    /// Which items.
    of: fn(&Item, &Seen) -> bool,
    /// How often, and the first entry where it is named.
    times: fn(&Phased) -> (u64, Option<u64>),
    /// Whether a recording can answer, or why not. `None`: it is not about such recordings.
    can: fn(&Recording) -> Option<Result<(), &'static str>>,
    /// Literal texts of the buttons that matter.
    buttons: fn(&Recording) -> &[String],
}

/// The state of the choice was known from the beginning: a choice was recorded, or none was planned and none was.
fn before(recording: &Recording) -> Option<Result<(), &'static str>> {
    let planned_none = recording.scenario.as_ref().is_some_and(|scenario| scenario.path == ChoicePath::NoChoice);
    Some(match (recording.chosen.page, recording.chosen.any || planned_none) {
        (false, _) => Err("no-page"),
        (true, true) => Ok(()),
        (true, false) => Err("no-choice-recorded"),
    })
}

fn declined(recording: &Recording) -> Option<Result<(), &'static str>> {
    let planned = recording.scenario.as_ref().is_some_and(|scenario| scenario.path == ChoicePath::Decline);
    match (recording.chosen.has_declined, planned) {
        (true, _) => Some(Ok(())),
        (false, true) => Some(Err(if recording.chosen.page { "no-choice-recorded" } else { "no-page" })),
        (false, false) => None,
    }
}

fn withdrawn(recording: &Recording) -> Option<Result<(), &'static str>> {
    let planned = recording.scenario.as_ref().is_some_and(|scenario| scenario.path == ChoicePath::Withdraw);
    match (recording.chosen.has_withdrawn, planned) {
        (true, _) => Some(Ok(())),
        (false, true) => Some(Err(if recording.chosen.page { "no-choice-recorded" } else { "no-page" })),
        (false, false) => None,
    }
}

fn transition(recording: &Recording) -> Option<Result<(), &'static str>> {
    recording.chosen.any.then_some(Ok(()))
}

fn is(item: &Item, kind: ItemKind) -> bool {
    item.kind == kind
}

fn none(_: &Recording) -> &[String] {
    &[]
}

/// Before any choice, or without one: nobody had chosen anything yet.
fn early(phases: &Phased) -> (u64, Option<u64>) {
    (phases.before + phases.no_choice, phases.first_before)
}

const QUESTIONS: [Question; 8] = [
    Question { id: "set-before-choice", of: |item, _| is(item, ItemKind::CookieSet), times: early, can: before, buttons: none },
    Question { id: "recipients-before-choice", of: |item, _| is(item, ItemKind::Recipient), times: early, can: before, buttons: none },
    Question {
        id: "telemetry-before-choice",
        of: |item, seen| is(item, ItemKind::Endpoint) && seen.telemetry,
        times: early,
        can: before,
        buttons: none,
    },
    Question {
        id: "in-transition",
        of: |item, _| matches!(item.kind, ItemKind::CookieSet | ItemKind::CookieSent | ItemKind::Endpoint),
        times: |phases| (phases.transition, phases.first_transition),
        can: transition,
        buttons: none,
    },
    Question {
        id: "sent-after-decline",
        of: |item, _| is(item, ItemKind::CookieSent),
        times: |phases| phases.after_decline,
        can: declined,
        buttons: |recording| &recording.chosen.declined,
    },
    Question {
        id: "set-after-decline",
        of: |item, _| is(item, ItemKind::CookieSet),
        times: |phases| phases.after_decline,
        can: declined,
        buttons: |recording| &recording.chosen.declined,
    },
    Question {
        id: "sent-after-withdrawal",
        of: |item, _| is(item, ItemKind::CookieSent),
        times: |phases| phases.after_withdrawal,
        can: withdrawn,
        buttons: |recording| &recording.chosen.withdrawn,
    },
    Question {
        id: "set-after-withdrawal",
        of: |item, _| is(item, ItemKind::CookieSet),
        times: |phases| phases.after_withdrawal,
        can: withdrawn,
        buttons: |recording| &recording.chosen.withdrawn,
    },
];

/// All answers, in the order of the questions.
pub(super) fn answers(recordings: &[&Recording], settings: Settings) -> Vec<Answer> {
    let by_scenario = by_scenario(recordings);
    let mut all: Vec<Answer> = QUESTIONS.iter().map(|question| by_choice(question, &by_scenario)).collect();
    all.extend(members_rows(recordings));
    all.push(logout_rows(recordings));
    all.push(returning_rows(&by_scenario));
    for answer in &mut all {
        answer.rows_left_out = answer.rows.len().saturating_sub(settings.rows) as u64;
        answer.rows.truncate(settings.rows);
        answer.rows.iter_mut().zip(1..).for_each(|(row, nr)| row.nr = nr);
    }
    all
}

/// Recordings by the name of their scenario.
pub(super) type ByScenario<'r> = BTreeMap<&'r str, Vec<&'r Recording>>;

fn by_scenario<'r>(recordings: &[&'r Recording]) -> ByScenario<'r> {
    let mut by: ByScenario<'r> = BTreeMap::new();
    for recording in recordings {
        by.entry(&recording.scenario_name).or_default().push(recording);
    }
    by
}

fn by_choice(question: &Question, by_scenario: &ByScenario<'_>) -> Answer {
    let mut rows = Vec::new();
    let mut not_established: BTreeMap<(String, &'static str), u64> = BTreeMap::new();
    for (scenario, recordings) in by_scenario {
        let mut able: Vec<&Recording> = Vec::new();
        for recording in recordings {
            match (question.can)(recording) {
                Some(Ok(())) => able.push(recording),
                Some(Err(why)) => *not_established.entry(((*scenario).to_owned(), why)).or_default() += 1,
                None => {}
            }
        }
        for why in hidden(question, &able) {
            let number = able.iter().filter(|recording| hides(recording, question) == Some(why)).count() as u64;
            not_established.insert(((*scenario).to_owned(), why), number);
        }
        let counted = |recording: &&Recording| -> Vec<Item> {
            let fits = |(item, seen): &(&Item, &Seen)| (question.of)(item, seen) && (question.times)(&seen.phases).0 > 0;
            recording.seen.iter().filter(fits).map(|(item, _)| item.clone()).collect()
        };
        let items: BTreeSet<Item> = able.iter().flat_map(counted).collect();
        let mut buttons: Vec<String> = able.iter().flat_map(|recording| (question.buttons)(recording).iter().cloned()).collect();
        buttons.sort();
        buttons.dedup();
        rows.extend(items.into_iter().map(|item| row(question, item, scenario, &able, &buttons)));
    }
    rows.sort_by(|one, other| (&one.item, &one.scenario).cmp(&(&other.item, &other.scenario)));
    let not_established =
        not_established.into_iter().map(|((scenario, why), recordings)| NotEstablished { scenario, why, recordings }).collect();
    Answer { question: question.id, rows, rows_left_out: 0, not_established }
}

fn row(question: &Question, item: Item, scenario: &str, able: &[&Recording], buttons: &[String]) -> AnswerRow {
    let held = |recording: &&Recording| recording.seen.get(&item).map_or(0, |seen| (question.times)(&seen.phases).0);
    let times = able.iter().map(held).sum();
    let tally = count(
        able,
        |recording| Ok(recording.state(&item)?.filter(|seen| (question.times)(&seen.phases).0 > 0)),
        // The entry of that moment where the report names it; the first entry of the row may lie in another.
        |_, seen| (question.times)(&seen.phases).1.map_or_else(|| first_of(question, seen), |entry| vec![entry]),
    );
    let basis = basis(&[&tally]);
    let varying = varies(&tally);
    AnswerRow {
        nr: 0,
        item,
        scenario: scenario.to_owned(),
        tally,
        times,
        against: None,
        basis,
        varying,
        buttons: buttons.to_vec(),
        same_value: None,
    }
}

/// Before any choice the first entry of all is the first of that moment; of later moments the report may name none.
fn first_of(question: &Question, seen: &Seen) -> Vec<u64> {
    if question.id.ends_with("before-choice") { seen.entries.clone() } else { Vec::new() }
}

/// Why `recording` cannot show what the question is about.
fn hides(recording: &Recording, question: &Question) -> Option<&'static str> {
    let probe = |kind| recording.limits.hides(&Item { kind, ..Item::default() });
    let (set, sent) = (question.id.starts_with("set-"), question.id.starts_with("sent-"));
    match () {
        () if set && probe(ItemKind::CookieSet).is_some() => Some("set-cookies-not-recorded"),
        () if sent && probe(ItemKind::CookieSent).is_some() => Some("cookies-not-recorded"),
        () if (set || sent) && recording.limits.choices_left_out => Some("rows-left-out"),
        () => None,
    }
}

fn hidden(question: &Question, able: &[&Recording]) -> BTreeSet<&'static str> {
    able.iter().filter_map(|recording| hides(recording, question)).collect()
}
