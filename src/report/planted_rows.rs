//! Makes rows of the table of planted values. No value stands in that table, so none can stand here.

use super::model::{PlantedFound, PlantedTables, SeedRow, SubmitRef};
use crate::analysis::PlantedTable;
use crate::analysis::planted::{PlantedRow, SeedNote, Submit};
use crate::redact::field_locator;

/// Rows that a report holds.
const ROWS: usize = 5_000;

/// The rows.
pub(super) fn planted(table: &PlantedTable) -> PlantedTables {
    let rows = |seed: &str| table.rows.iter().filter(|row| row.seed == seed).count() as u64;
    let submits = |seed: &str| table.submits.iter().filter(|submit| submit.seed == seed).map(submit).collect();
    let searched = table.searched.iter().map(|seed| SeedRow {
        nr: 0,
        seed: seed.id.clone(),
        kind: seed.kind.id(),
        label: seed.label.clone(),
        forms: Some(u64::from(seed.forms)),
        notes: seed.notes.iter().map(|note: &SeedNote| (note.id(), note.count().map(u64::from))).collect(),
        submits: submits(&seed.id),
        rows: rows(&seed.id),
    });
    let not_searched = table.not_searched.iter().map(|seed| SeedRow {
        nr: 0,
        seed: seed.id.clone(),
        kind: seed.kind.id(),
        label: seed.label.clone(),
        forms: None,
        notes: Vec::new(),
        submits: Vec::new(),
        rows: 0,
    });
    PlantedTables {
        seeds: searched.chain(not_searched).zip(1..).map(|(row, nr)| SeedRow { nr, ..row }).collect(),
        found: table.rows.iter().take(ROWS).zip(1..).map(found).collect(),
        sightings: table.sightings,
        left_out: table.left_out + table.rows.len().saturating_sub(ROWS) as u64,
        bytes: table.bytes,
        bytes_left_out: table.bytes_left_out,
    }
}

fn submit(submit: &Submit) -> SubmitRef {
    SubmitRef {
        site: submit.site.clone(),
        stretch: u64::from(submit.stretch),
        entry: submit.entry,
        time: submit.at.to_string(),
        locator: field_locator(&submit.locator).to_owned(),
        basis: Submit::BASIS,
    }
}

fn found((row, nr): (&PlantedRow, u64)) -> PlantedFound {
    PlantedFound {
        nr,
        seed: row.seed.clone(),
        path: row.path.clone(),
        may_be_chance: row.may_be_chance,
        way: row.way.id(),
        host: row.host.clone(),
        site: row.site.clone(),
        from: Some(row.asked_from.clone()).filter(|from| !from.is_empty()),
        place: row.place.id(),
        field: row.name.clone(),
        locator: field_locator(&row.locator).to_owned(),
        stretch: u64::from(row.stretch),
        phase: row.phase.id(),
        entry: row.entry,
        time: row.at.to_string(),
        entries: row.entries,
        times: row.times,
        last_entry: row.last_entry,
        last_time: row.last.to_string(),
    }
}

#[cfg(test)]
pub(super) mod tests;
