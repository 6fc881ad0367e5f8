//! What was recorded for members and for administrators and not for others, and what a returning visitor brought back. Members are set against others
//! of the same path of choices and target only; where there are none, that is said.

use std::collections::{BTreeMap, BTreeSet};

use super::answers::ByScenario;
use super::classes::endpoint_of;
use super::recording::Recording;
use super::sides::statement;
use super::tally::{basis, items, tally, varies};
use crate::model::{PersonaState, ProfileUse, Scenario};
use crate::report::model::comparison::{Answer, AnswerRow, Item, ItemKind, NotEstablished};

/// Kinds that are set against those of other personas.
const KINDS: [ItemKind; 6] =
    [ItemKind::Recipient, ItemKind::Endpoint, ItemKind::CookieSet, ItemKind::CookieSent, ItemKind::Field, ItemKind::Value];

/// A question about personas: what recordings of some hold that no recording of the others holds.
struct Question {
    id: &'static str,
    whose: fn(PersonaState) -> bool,
    against: fn(PersonaState) -> bool,
}

const QUESTIONS: [Question; 2] = [
    Question {
        id: "members",
        whose: |state| matches!(state, PersonaState::LoggedIn | PersonaState::Administrator),
        against: |state| matches!(state, PersonaState::NoAccount | PersonaState::LoggedOut),
    },
    Question {
        id: "administrators",
        whose: |state| state == PersonaState::Administrator,
        against: |state| state != PersonaState::Administrator,
    },
];

/// Answers about members and administrators.
pub(super) fn members_rows(recordings: &[&Recording]) -> Vec<Answer> {
    QUESTIONS.iter().map(|question| answer(question, recordings)).collect()
}

fn answer(question: &Question, recordings: &[&Recording]) -> Answer {
    // Path of choices and target: others are compared with nobody else's.
    let mut cells: BTreeMap<(String, String), [Vec<&Recording>; 2]> = BTreeMap::new();
    for recording in recordings {
        let Some(scenario) = &recording.scenario else { continue };
        let cell = cells.entry((scenario.choice.clone(), scenario.target.clone())).or_default();
        if (question.whose)(scenario.state) {
            cell[0].push(recording);
        } else if (question.against)(scenario.state) {
            cell[1].push(recording);
        }
    }
    let state = |recording: &Recording| recording.scenario.as_ref().map(|scenario| scenario.state);
    let all_others: Vec<&Recording> =
        recordings.iter().filter(|recording| state(recording).is_some_and(question.against)).copied().collect();
    let (mut rows, mut not_established) = (Vec::new(), Vec::new());
    let mut any = false;
    for ((choice, target), [own, others]) in cells.into_iter().filter(|(_, [own, _])| !own.is_empty()) {
        any = true;
        let name = format!("{choice} · {target}");
        if others.is_empty() {
            not_established.push(NotEstablished { scenario: name, why: "no-counterpart", recordings: own.len() as u64 });
            continue;
        }
        // What some other recorded elsewhere is not theirs alone, whatever the path of choices and the target.
        let elsewhere = |item: &Item| all_others.iter().any(|other| other.seen.contains_key(item));
        for item in items(&own).into_iter().filter(|item| KINDS.contains(&item.kind) && !elsewhere(item)) {
            rows.extend(row(item, &name, &own, &others));
        }
    }
    if !any {
        not_established.push(NotEstablished { scenario: String::new(), why: "no-such-recording", recordings: 0 });
    }
    within_others(&mut rows);
    rows.sort_by(|one, other| (&one.item, &one.scenario).cmp(&(&other.item, &other.scenario)));
    Answer { question: question.id, rows, rows_left_out: 0, not_established }
}

/// Takes away fields of an endpoint that has a row itself, and values of such fields: they say nothing more.
fn within_others(rows: &mut Vec<AnswerRow>) {
    let known: BTreeSet<(String, Item)> = rows.iter().map(|row| (row.scenario.clone(), row.item.clone())).collect();
    let has = |row: &AnswerRow, item: Item| known.contains(&(row.scenario.clone(), item));
    rows.retain(|row| match row.item.kind {
        // A cookie that was sent has a row by its name and domain.
        ItemKind::Field if row.item.place == "cookie" => false,
        ItemKind::Field => !has(row, endpoint_of(&row.item)),
        ItemKind::Value => {
            let field = Item { kind: ItemKind::Field, value: String::new(), ..row.item.clone() };
            !has(row, endpoint_of(&row.item)) && !has(row, field)
        }
        _ => true,
    });
}

fn row(item: Item, scenario: &str, own: &[&Recording], others: &[&Recording]) -> Option<AnswerRow> {
    let (tally_own, tally_others) = (tally(&item, own), tally(&item, others));
    if statement(&tally_own, &tally_others).0 != "one-side-only" && !(varies(&tally_own) && tally_others.recorded == 0) {
        return None;
    }
    let varying = varies(&tally_own) || varies(&tally_others);
    let basis = basis(&[&tally_own, &tally_others]);
    Some(AnswerRow {
        nr: 0,
        item,
        scenario: scenario.to_owned(),
        tally: tally_own,
        times: 0,
        against: Some(tally_others),
        basis,
        varying,
        buttons: Vec::new(),
        same_value: None,
    })
}

/// How many recordings used the profile of `scenario` before.
fn visits_before(scenario: &Scenario) -> u32 {
    match &scenario.profile {
        ProfileUse::Kept { before, .. } => *before,
        ProfileUse::Fresh | ProfileUse::Unknown => 0,
    }
}

/// What a visitor who returns with a kept profile sent, and in how many recordings with a value of an earlier one.
pub(super) fn returning_rows(by_scenario: &ByScenario<'_>) -> Answer {
    let kept = |recording: &&Recording| match recording.scenario.as_ref().map(|scenario| &scenario.profile) {
        Some(ProfileUse::Kept { name, .. }) => Some(name.clone()),
        _ => None,
    };
    let mut profiles: BTreeMap<String, Vec<&Recording>> = BTreeMap::new();
    for recording in by_scenario.values().flatten() {
        if let Some(name) = kept(recording) {
            profiles.entry(name).or_default().push(recording);
        }
    }
    let before = |recording: &Recording| recording.scenario.as_ref().map_or(0, visits_before);
    let mut rows = Vec::new();
    for (scenario, recordings) in by_scenario {
        let again: Vec<&Recording> = recordings.iter().filter(|recording| before(recording) > 0).copied().collect();
        for item in items(&again).into_iter().filter(|item| item.kind == ItemKind::CookieSent) {
            let tally = tally(&item, &again);
            let cookie = (item.name.clone(), item.of.clone());
            let earlier = |recording: &&&Recording| {
                let values: BTreeSet<&String> =
                    recording.cookies.get(&cookie).into_iter().flat_map(|cookie| &cookie.fingerprints).collect();
                let profile = kept(recording).and_then(|name| profiles.get(&name)).into_iter().flatten();
                profile.filter(|other| before(other) < before(recording)).any(|other| {
                    let known = other.cookies.get(&cookie).into_iter().flat_map(|cookie| &cookie.fingerprints);
                    known.into_iter().any(|value| values.contains(value))
                })
            };
            let comparable = again.iter().all(|recording| recording.keyed_by_case);
            let same_value = comparable.then(|| again.iter().filter(earlier).count() as u64);
            let times = again.iter().filter_map(|recording| recording.cookies.get(&cookie)).map(|cookie| cookie.sent).sum();
            let (basis, varying) = (basis(&[&tally]), varies(&tally));
            let scenario = (*scenario).to_owned();
            rows.push(AnswerRow { nr: 0, item, scenario, tally, times, against: None, basis, varying, buttons: Vec::new(), same_value });
        }
    }
    rows.sort_by(|one, other| (&one.item, &one.scenario).cmp(&(&other.item, &other.scenario)));
    let none = !by_scenario.values().flatten().any(|recording| before(recording) > 0);
    let not_established =
        none.then(|| NotEstablished { scenario: String::new(), why: "no-such-recording", recordings: 0 }).into_iter().collect();
    Answer { question: "returning", rows, rows_left_out: 0, not_established }
}
