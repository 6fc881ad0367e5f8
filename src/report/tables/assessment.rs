//! The table of what people wrote. No language: identifiers stand as they are in the model.

use super::super::model::WordRow;
use super::super::table::{Cell, Column, Table, cells, text, whole};
use super::recipients::joined;

const WORDS: &[Column] = &[
    whole("nr"),
    text("about"),
    text("name"),
    text("rows"),
    text("recorded"),
    text("kind"),
    text("text"),
    text("by"),
    text("date"),
    text("source"),
];

/// The table, with the words of every person in the order of their file.
pub(in crate::report) fn table(name: &'static str, rows: &[WordRow], simulated: bool) -> Table {
    Table::of(name, WORDS, simulated, rows, word)
}

fn word(row: &WordRow) -> Vec<Cell> {
    cells![
        row.nr,
        row.about,
        row.name.clone(),
        joined(&row.rows, |of| format!("{}:{}", of.table, of.nr)),
        row.recorded.map(|recorded| recorded.to_string()).unwrap_or_default(),
        row.kind,
        row.text.clone(),
        row.by.clone(),
        row.date.clone(),
        row.source.clone().unwrap_or_default()
    ]
}
