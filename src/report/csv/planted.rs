//! Tables about planted values as CSV cells. No value stands here. No language: identifiers stand as they are in the model.

use super::super::model::{PlantedFound, PlantedTables, SeedRow, SubmitRef};
use super::{joined, known, table};

const FOUND: &[&str] = &[
    "nr",
    "seed",
    "done_to_the_value_innermost_first",
    "may_be_chance",
    "way",
    "host",
    "registrable_domain",
    "from_pages_of",
    "place",
    "field",
    "locator",
    "stretch",
    "phase",
    "entry",
    "time",
    "entries",
    "times",
    "last_entry",
    "last_time",
];

const SEEDS: &[&str] = &["nr", "seed", "kind", "label", "looked_for", "forms", "notes", "submits", "rows"];

/// Name and bytes of both tables; without a case that has planted values they have no rows.
pub(in crate::report) fn tables(rows: Option<&PlantedTables>, simulated: bool) -> Result<[(&'static str, Vec<u8>); 2], csv::Error> {
    let (found, seeds) = rows.map_or((&[][..], &[][..]), |rows| (&rows.found, &rows.seeds));
    Ok([("planted.csv", table(FOUND, simulated, found, found_row)?), ("planted-values.csv", table(SEEDS, simulated, seeds, seed)?)])
}

fn found_row(row: &PlantedFound) -> Vec<String> {
    vec![
        row.nr.to_string(),
        row.seed.clone(),
        row.path.join(" "),
        row.may_be_chance.to_string(),
        row.way.to_owned(),
        row.host.clone(),
        row.site.clone(),
        row.from.clone().unwrap_or_default(),
        row.place.to_owned(),
        row.field.clone(),
        row.locator.clone(),
        row.stretch.to_string(),
        row.phase.to_owned(),
        row.entry.to_string(),
        row.time.clone(),
        row.entries.to_string(),
        row.times.to_string(),
        row.last_entry.to_string(),
        row.last_time.clone(),
    ]
}

fn seed(row: &SeedRow) -> Vec<String> {
    let note = |(note, count): &(&str, Option<u64>)| count.map_or_else(|| (*note).to_owned(), |count| format!("{note}: {count}"));
    let submit = |submit: &SubmitRef| {
        let SubmitRef { site, stretch, entry, time, locator, basis } = submit;
        format!("{site}, stretch {stretch}, entry {entry}, {time}, {locator} [{basis}]")
    };
    vec![
        row.nr.to_string(),
        row.seed.clone(),
        row.kind.to_owned(),
        row.label.clone(),
        if row.forms.is_some() { "looked for".to_owned() } else { "not looked for: no key to the value".to_owned() },
        known(row.forms),
        joined(&row.notes, note),
        joined(&row.submits, submit),
        row.rows.to_string(),
    ]
}
