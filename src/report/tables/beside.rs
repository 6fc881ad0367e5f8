//! Tables about what stands beside the wire as cells. No value stands here. Nothing is decided here.

use super::super::beside_document::{AnswerRow, AnswerTable, BesideTables, ControlRow, ControlTable, SeenAt, StatementRow, StatementTest};
use crate::report::table::{Cell, Column, Table, cells, text, whole};

const STATEMENTS: &[Column] = &[
    text("rule"),
    text("rule_place"),
    text("who"),
    text("by"),
    text("text_en"),
    text("text_nl"),
    text("quotation"),
    text("source"),
    text("reference"),
    text("date"),
    text("certainty"),
    text("kept_sha256"),
    text("kept_as"),
    text("outcome"),
    text("test"),
    text("when"),
    text("test_outcome"),
    whole("recordings"),
    text("scenarios"),
    text("seen_in"),
];

const ANSWERS: &[Column] = &[
    text("answers"),
    text("persona"),
    text("outcome"),
    text("host"),
    text("place"),
    text("name"),
    whole("values"),
    whole("equal_values"),
    text("returned_at"),
    text("seen_in"),
];

const CONTROLS: &[Column] = &[
    text("control"),
    text("format"),
    text("scenario"),
    text("aspect"),
    text("what"),
    text("seen_on"),
    text("recordings"),
    text("seen_in"),
    text("control_entries"),
];

/// `3: 12, 15; 4: 7`: recording and entries.
fn places(seen: &[SeenAt]) -> String {
    let one = |at: &SeenAt| format!("{}: {}", at.recording, numbers(&at.entries));
    seen.iter().map(one).collect::<Vec<_>>().join("; ")
}

fn numbers(numbers: &[u64]) -> String {
    numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(", ")
}

fn statement((row, test): &(&StatementRow, Option<&StatementTest>)) -> Vec<Cell> {
    let kept = row.kept.as_ref();
    cells![
        row.rule.clone(),
        row.place.clone(),
        row.who.clone(),
        row.by,
        row.text.en.clone(),
        row.text.nl.clone(),
        row.quotation.clone(),
        row.source.clone(),
        row.reference.clone(),
        row.date.clone(),
        row.certainty,
        kept.map(|(digest, _)| digest.clone()).unwrap_or_default(),
        kept.and_then(|(_, id)| id.clone()).unwrap_or_default(),
        row.outcome,
        test.map(|test| test.sight.clone()).unwrap_or_default(),
        test.map(|test| test.when),
        test.map(|test| test.outcome),
        test.map(|test| test.recordings),
        test.map(|test| test.scenarios.join("; ")).unwrap_or_default(),
        test.map(|test| places(&test.seen)).unwrap_or_default()
    ]
}

fn answer((table, row): &(&AnswerTable, &AnswerRow)) -> Vec<Cell> {
    cells![
        table.answers.join("; "),
        table.persona.clone().unwrap_or_default(),
        row.outcome,
        row.host.clone(),
        row.place,
        row.name.clone(),
        row.values,
        row.equal,
        row.returned_at.join("; "),
        places(&row.seen)
    ]
}

fn control((table, row): &(&ControlTable, &ControlRow)) -> Vec<Cell> {
    cells![
        table.control.clone(),
        table.format.clone(),
        table.scenario.clone(),
        row.aspect,
        row.what.clone(),
        row.seen_on,
        numbers(&table.recordings),
        places(&row.seen),
        numbers(&row.control)
    ]
}

/// Every table.
pub(in super::super) fn tables(tables: &BesideTables, simulated: bool) -> Vec<Table> {
    let of = |row| -> Vec<(&StatementRow, Option<&StatementTest>)> {
        let row: &StatementRow = row;
        if row.tests.is_empty() { vec![(row, None)] } else { row.tests.iter().map(|test| (row, Some(test))).collect() }
    };
    let statements: Vec<_> = tables.statements.iter().flat_map(of).collect();
    let answers: Vec<_> = tables.answers.iter().flat_map(|table| table.rows.iter().map(move |row| (table, row))).collect();
    let controls: Vec<_> = tables.controls.iter().flat_map(|table| table.rows.iter().map(move |row| (table, row))).collect();
    vec![
        Table::of("statements", STATEMENTS, simulated, &statements, statement),
        Table::of("access-answers", ANSWERS, simulated, &answers, answer),
        Table::of("observer-effect", CONTROLS, simulated, &controls, control),
    ]
}
