//! From what recordings show, and what is kept beside them, to the rows of the report: which statement was seen where, which field an answer returned, and
//! on which side of a control something was seen.

use std::collections::{BTreeMap, BTreeSet};

use super::beside::{FieldKey, SHORTEST_COMPARED, Shown};
use crate::compare::observer::{ObserverTable, Traffic, compare};
use crate::evidence::{CaseKey, Fingerprinter};
use crate::interop::access::{Returned, forms};
use crate::report::beside_document::{AnswerRow, AnswerTable, ControlRow, SeenAt, StatementRow, StatementTest};
use crate::report::model::Text;
use crate::rules::{RuleSet, Statement, Test};

/// Places of an answer that are named for a field.
const PLACES: usize = 5;

/// Every statement of the rules, held against recordings by their numbers. `kept`: SHA-256 and identifier of texts that the case keeps.
#[must_use]
pub fn statements(rules: &RuleSet, recordings: &[(u64, Shown)], kept: &BTreeMap<String, String>) -> Vec<StatementRow> {
    rules.statements.iter().enumerate().map(|(index, statement)| row(rules, index, statement, recordings, kept)).collect()
}

fn row(rules: &RuleSet, index: usize, statement: &Statement, recordings: &[(u64, Shown)], kept: &BTreeMap<String, String>) -> StatementRow {
    let test = |(at, test): (usize, &Test)| {
        let mut found = StatementTest {
            sight: test.written.clone(),
            when: test.when.id(),
            outcome: "not-tested",
            recordings: 0,
            scenarios: Vec::new(),
            seen: Vec::new(),
        };
        let mut scenarios = BTreeSet::new();
        for (number, shown) in recordings {
            let Some(tested) = shown.statements.get(index).and_then(|tests| tests.get(at)).filter(|tested| tested.counts) else { continue };
            found.recordings += 1;
            scenarios.extend(shown.scenario.clone());
            if !tested.entries.is_empty() {
                found.seen.push(SeenAt { recording: *number, entries: tested.entries.iter().copied().collect() });
            }
        }
        found.scenarios = scenarios.into_iter().collect();
        found.outcome = match (found.recordings, found.seen.is_empty()) {
            (0, _) => "not-tested",
            (_, true) => "not-seen",
            (_, false) => "seen",
        };
        found
    };
    let tests: Vec<StatementTest> = statement.tests.iter().enumerate().map(test).collect();
    let any = |outcome: &str| tests.iter().any(|test| test.outcome == outcome);
    let outcome = match () {
        () if tests.is_empty() => "not-observable",
        () if any("seen") => "seen",
        () if any("not-seen") => "not-seen",
        () => "not-tested",
    };
    let source = &rules.sources[statement.source];
    StatementRow {
        rule: statement.id.clone(),
        place: rules.place(statement.place),
        who: statement.who.clone(),
        by: statement.by.id(),
        text: Text { en: statement.text.en.clone(), nl: statement.text.nl.clone() },
        quotation: statement.quotation.clone(),
        certainty: statement.certainty.id(),
        source: source.title.clone(),
        reference: source.reference.clone(),
        date: source.date.clone(),
        kept: statement.kept.map(|digest| (digest.to_string(), kept.get(&digest.to_string()).cloned())),
        outcome,
        tests,
    }
}

/// The files of one answer.
pub struct Answer<'a> {
    /// Identifiers of its files in the case.
    pub ids: Vec<String>,
    /// Whose data it is, as was said.
    pub persona: Option<String>,
    /// Days on which it was received.
    pub received: Vec<String>,
    /// What was returned.
    pub returned: &'a [Returned],
}

/// An answer held against recordings: of the persona, where it is said whose they are.
#[must_use]
pub fn answer(answer: &Answer<'_>, recordings: &[(u64, Shown)], key: &CaseKey) -> AnswerTable {
    let fingerprints = Fingerprinter::new(key);
    let persona = |shown: &Shown| shown.persona.as_ref().map(|(persona, _)| persona.clone());
    // A recording of somebody else is never compared.
    let fits = |shown: &Shown| match (&answer.persona, persona(shown)) {
        (Some(wanted), Some(persona)) => *wanted == persona,
        (None, _) | (_, None) => true,
    };
    let chosen: Vec<&(u64, Shown)> = recordings.iter().filter(|(_, shown)| fits(shown)).collect();
    let all_recordings = answer.persona.is_none() || chosen.iter().any(|(_, shown)| shown.persona.is_none());
    let mut returned: BTreeMap<u64, BTreeSet<&str>> = BTreeMap::new();
    let mut by_place: BTreeMap<&str, BTreeMap<&str, BTreeSet<u64>>> = BTreeMap::new();
    let mut too_short = 0;
    for found in answer.returned {
        if found.value().trim().len() < SHORTEST_COMPARED {
            too_short += 1;
            continue;
        }
        let marks: BTreeSet<u64> = forms(found.value()).iter().map(|form| fingerprints.mark(form.as_bytes())).collect();
        for mark in &marks {
            returned.entry(*mark).or_default().insert(&found.place);
        }
        by_place.entry(&found.place).or_default().insert(found.value(), marks);
    }
    let mut fields: BTreeMap<&FieldKey, (BTreeMap<u64, &BTreeSet<u64>>, Vec<SeenAt>)> = BTreeMap::new();
    for (number, shown) in chosen.iter().copied() {
        for (field, seen) in &shown.fields {
            let (values, places) = fields.entry(field).or_default();
            values.extend(seen.values.iter().map(|(mark, marks)| (*mark, marks)));
            places.push(SeenAt { recording: *number, entries: seen.entries.iter().copied().collect() });
        }
    }
    let mut rows = Vec::new();
    let mut sent = BTreeSet::new();
    let compared = fields.len() as u64;
    for ((host, place, name), (values, seen)) in fields {
        let mut at = BTreeSet::new();
        let mut equal = 0;
        for marks in values.values() {
            sent.extend(marks.iter().copied());
            let places: Vec<&str> = marks.iter().filter_map(|mark| returned.get(mark)).flatten().copied().collect();
            equal += u64::from(!places.is_empty());
            at.extend(places);
        }
        rows.push(AnswerRow {
            outcome: if equal > 0 { "seen-and-returned" } else { "seen-not-returned" },
            host: host.clone(),
            place,
            name: name.clone(),
            values: values.len() as u64,
            equal,
            returned_at: at.into_iter().take(PLACES).map(str::to_owned).collect(),
            seen,
        });
    }
    for (place, values) in by_place {
        let equal = values.values().filter(|marks| marks.iter().any(|mark| sent.contains(mark))).count();
        // Places of which a value was seen stand with the field.
        if equal == 0 {
            rows.push(AnswerRow {
                outcome: "returned-not-seen",
                host: String::new(),
                place: "",
                name: place.to_owned(),
                values: values.len() as u64,
                equal: 0,
                returned_at: Vec::new(),
                seen: Vec::new(),
            });
        }
    }
    let order =
        |row: &AnswerRow| ["seen-and-returned", "returned-not-seen", "seen-not-returned"].iter().position(|known| *known == row.outcome);
    rows.sort_by(|one, other| (order(one), &one.host, &one.name, one.place).cmp(&(order(other), &other.host, &other.name, other.place)));
    AnswerTable {
        answers: answer.ids.clone(),
        persona: answer.persona.clone(),
        received: answer.received.clone(),
        recordings: chosen.iter().map(|(number, _)| *number).collect(),
        all_recordings,
        values: answer.returned.len() as u64,
        too_short,
        fields: compared,
        fields_left_out: chosen.iter().map(|(_, shown)| shown.fields_left_out).sum(),
        rows,
    }
}

/// A control held against the recordings of its scenario: its rows, and what either side cannot show.
#[must_use]
pub fn control(control: &Traffic, recordings: &[(u64, Traffic)]) -> (ObserverTable, Vec<ControlRow>) {
    let table = compare(control, recordings);
    let row = |line: &crate::compare::observer::Line| ControlRow {
        aspect: line.aspect.id(),
        what: line.what.clone(),
        seen_on: line.seen_on.id(),
        seen: line.recordings.iter().map(|at| SeenAt { recording: at.recording, entries: at.entries.clone() }).collect(),
        control: line.control.as_ref().map(|(_, entries)| entries.clone()).unwrap_or_default(),
    };
    let rows = table.lines.iter().map(row).collect();
    (table, rows)
}
