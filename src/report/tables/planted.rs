//! Tables about planted values as cells. No value stands here. No language: identifiers stand as they are in the model.

use super::super::model::{PlantedFound, PlantedTables, SeedRow, SubmitRef};
use super::{joined, known};
use crate::report::table::{Cell, Column, Table, cells, flag, text, time, whole};

const FOUND: &[Column] = &[
    whole("nr"),
    text("seed"),
    text("done_to_the_value_innermost_first"),
    flag("may_be_chance"),
    text("way"),
    text("host"),
    text("registrable_domain"),
    text("from_pages_of"),
    text("place"),
    text("field"),
    text("locator"),
    whole("stretch"),
    text("phase"),
    whole("entry"),
    time("time"),
    whole("entries"),
    whole("times"),
    whole("last_entry"),
    time("last_time"),
];

const SEEDS: &[Column] = &[
    whole("nr"),
    text("seed"),
    text("kind"),
    text("label"),
    text("looked_for"),
    whole("forms"),
    text("notes"),
    text("submits"),
    whole("rows"),
];

/// Both tables; without a case that has planted values they have no rows.
pub(in crate::report) fn tables(rows: Option<&PlantedTables>, simulated: bool) -> [Table; 2] {
    let (found, seeds) = rows.map_or((&[][..], &[][..]), |rows| (&rows.found, &rows.seeds));
    [Table::of("planted", FOUND, simulated, found, found_row), Table::of("planted-values", SEEDS, simulated, seeds, seed)]
}

fn found_row(row: &PlantedFound) -> Vec<Cell> {
    cells![
        row.nr,
        row.seed.clone(),
        row.path.join(" "),
        row.may_be_chance,
        row.way,
        row.host.clone(),
        row.site.clone(),
        row.from.clone(),
        row.place,
        row.field.clone(),
        row.locator.clone(),
        row.stretch,
        row.phase,
        row.entry,
        row.time.clone(),
        row.entries,
        row.times,
        row.last_entry,
        row.last_time.clone()
    ]
}

fn seed(row: &SeedRow) -> Vec<Cell> {
    let note = |(note, count): &(&str, Option<u64>)| count.map_or_else(|| (*note).to_owned(), |count| format!("{note}: {count}"));
    let submit = |submit: &SubmitRef| {
        let SubmitRef { site, stretch, entry, time, locator, basis } = submit;
        format!("{site}, stretch {stretch}, entry {entry}, {time}, {locator} [{basis}]")
    };
    cells![
        row.nr,
        row.seed.clone(),
        row.kind,
        row.label.clone(),
        if row.forms.is_some() { "looked for" } else { "not looked for: no key to the value" },
        known(row.forms),
        joined(&row.notes, note),
        joined(&row.submits, submit),
        row.rows
    ]
}
