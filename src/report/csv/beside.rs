//! Tables about what stands beside the wire as CSV cells. No value stands here. Nothing is decided here.

use super::super::beside_document::{AnswerRow, AnswerTable, BesideTables, ControlRow, ControlTable, SeenAt, StatementRow, StatementTest};
use super::table;

const STATEMENTS: &[&str] = &[
    "rule",
    "rule_place",
    "who",
    "by",
    "text_en",
    "text_nl",
    "quotation",
    "source",
    "reference",
    "date",
    "certainty",
    "kept_sha256",
    "kept_as",
    "outcome",
    "test",
    "when",
    "test_outcome",
    "recordings",
    "scenarios",
    "seen_in",
];

const ANSWERS: &[&str] = &["answers", "persona", "outcome", "host", "place", "name", "values", "equal_values", "returned_at", "seen_in"];

const CONTROLS: &[&str] = &["control", "format", "scenario", "aspect", "what", "seen_on", "recordings", "seen_in", "control_entries"];

/// `3: 12, 15; 4: 7`: recording and entries.
fn places(seen: &[SeenAt]) -> String {
    let one = |at: &SeenAt| format!("{}: {}", at.recording, numbers(&at.entries));
    seen.iter().map(one).collect::<Vec<_>>().join("; ")
}

fn numbers(numbers: &[u64]) -> String {
    numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(", ")
}

fn statement((row, test): &(&StatementRow, Option<&StatementTest>)) -> Vec<String> {
    let kept = row.kept.as_ref();
    vec![
        row.rule.clone(),
        row.place.clone(),
        row.who.clone(),
        row.by.to_owned(),
        row.text.en.clone(),
        row.text.nl.clone(),
        row.quotation.clone().unwrap_or_default(),
        row.source.clone(),
        row.reference.clone(),
        row.date.clone(),
        row.certainty.to_owned(),
        kept.map(|(digest, _)| digest.clone()).unwrap_or_default(),
        kept.and_then(|(_, id)| id.clone()).unwrap_or_default(),
        row.outcome.to_owned(),
        test.map(|test| test.sight.clone()).unwrap_or_default(),
        test.map(|test| test.when.to_owned()).unwrap_or_default(),
        test.map(|test| test.outcome.to_owned()).unwrap_or_default(),
        test.map(|test| test.recordings.to_string()).unwrap_or_default(),
        test.map(|test| test.scenarios.join("; ")).unwrap_or_default(),
        test.map(|test| places(&test.seen)).unwrap_or_default(),
    ]
}

fn answer((table, row): &(&AnswerTable, &AnswerRow)) -> Vec<String> {
    vec![
        table.answers.join("; "),
        table.persona.clone().unwrap_or_default(),
        row.outcome.to_owned(),
        row.host.clone(),
        row.place.to_owned(),
        row.name.clone(),
        row.values.to_string(),
        row.equal.to_string(),
        row.returned_at.join("; "),
        places(&row.seen),
    ]
}

fn control((table, row): &(&ControlTable, &ControlRow)) -> Vec<String> {
    vec![
        table.control.clone(),
        table.format.clone(),
        table.scenario.clone(),
        row.aspect.to_owned(),
        row.what.clone(),
        row.seen_on.to_owned(),
        numbers(&table.recordings),
        places(&row.seen),
        numbers(&row.control),
    ]
}

/// Every table with its file name.
pub(in super::super) fn tables(tables: &BesideTables, simulated: bool) -> Result<Vec<(&'static str, Vec<u8>)>, csv::Error> {
    let of = |row| -> Vec<(&StatementRow, Option<&StatementTest>)> {
        let row: &StatementRow = row;
        if row.tests.is_empty() { vec![(row, None)] } else { row.tests.iter().map(|test| (row, Some(test))).collect() }
    };
    let statements: Vec<_> = tables.statements.iter().flat_map(of).collect();
    let answers: Vec<_> = tables.answers.iter().flat_map(|table| table.rows.iter().map(move |row| (table, row))).collect();
    let controls: Vec<_> = tables.controls.iter().flat_map(|table| table.rows.iter().map(move |row| (table, row))).collect();
    Ok(vec![
        ("statements.csv", table(STATEMENTS, simulated, &statements, statement)?),
        ("access-answers.csv", table(ANSWERS, simulated, &answers, answer)?),
        ("observer-effect.csv", table(CONTROLS, simulated, &controls, control)?),
    ])
}
