//! The tables of the auditor's risks. No language: identifiers stand as they are in the model.

use super::super::model::{EvidenceRef, MeasureRow, RetestRow, RiskRow, RiskTables};
use super::super::table::{Cell, Column, Table, cells, text, whole};
use super::recipients::joined;

const RISKS: &[Column] =
    &[whole("nr"), text("risk"), text("origin"), text("likelihood"), text("impact"), text("level"), text("by"), text("date")];

const EVIDENCE: &[Column] = &[whole("risk"), text("about"), text("name"), text("rows"), text("recorded")];

const MEASURES: &[Column] = &[whole("risk"), text("text"), text("by"), text("date")];

const RETESTS: &[Column] = &[whole("risk"), text("text"), text("by"), text("date"), text("recordings")];

/// The risks, and for each what it rests on, its measures and its retests; all in the order of the file.
pub(in crate::report) fn tables(rows: &RiskTables, simulated: bool) -> Vec<Table> {
    fn of<T>(rows: &RiskTables, each: impl Fn(&RiskRow) -> &[T]) -> Vec<(u64, &T)> {
        rows.risks.iter().flat_map(|risk| each(risk).iter().map(move |of| (risk.nr, of))).collect()
    }
    vec![
        Table::of("risks", RISKS, simulated, &rows.risks, risk),
        Table::of("risk-evidence", EVIDENCE, simulated, &of(rows, |risk| &risk.evidence), |row| evidence(*row)),
        Table::of("risk-measures", MEASURES, simulated, &of(rows, |risk| &risk.measures), |row| measure(*row)),
        Table::of("risk-retests", RETESTS, simulated, &of(rows, |risk| &risk.retests), |row| retest(*row)),
    ]
}

fn risk(row: &RiskRow) -> Vec<Cell> {
    let said = |said: &Option<String>| said.clone().unwrap_or_default();
    cells![
        row.nr,
        row.risk.clone(),
        said(&row.origin),
        said(&row.likelihood),
        said(&row.impact),
        said(&row.level),
        row.by.clone(),
        row.date.clone()
    ]
}

fn evidence((nr, of): (u64, &EvidenceRef)) -> Vec<Cell> {
    let rows = joined(&of.rows, |of| format!("{}:{}", of.table, of.nr));
    cells![nr, of.about, of.name.clone(), rows, of.recorded.map(|recorded| recorded.to_string()).unwrap_or_default()]
}

fn measure((nr, of): (u64, &MeasureRow)) -> Vec<Cell> {
    cells![nr, of.text.clone(), of.by.clone(), of.date.clone()]
}

fn retest((nr, of): (u64, &RetestRow)) -> Vec<Cell> {
    cells![nr, of.text.clone(), of.by.clone(), of.date.clone(), joined(&of.recordings, Clone::clone)]
}
