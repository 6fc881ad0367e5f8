//! The detail ladder: what is seen of the requests to an endpoint by whoever sees the host only, the endpoint, the parameters, or every decoded field; and
//! what stays hidden at each of these levels. Counts only; what a level of detail should be is for others to say.

use std::collections::BTreeSet;

use super::field_rows::percent;
use super::model::LadderRow;
use crate::analysis::dictionary::{EndpointFields, FieldRow, Meaning};
use crate::redact::printable_path;

/// Names that a row shows.
const NAMES: usize = 40;

/// The four levels of an endpoint, not numbered yet. `to_host`: requests to all endpoints of its host; who sees the host only does not tell them apart.
pub(super) fn ladder(endpoint: &EndpointFields, nr: u64, to_host: u64) -> [LadderRow; 4] {
    let all = endpoint.fields;
    let row = |level, (seen, seen_count): (Vec<String>, usize), counted, hidden_fields| LadderRow {
        nr: 0,
        endpoint: nr,
        level,
        seen,
        seen_count: seen_count as u64,
        counted,
        hidden_fields,
        hidden_percent: percent(hidden_fields, all),
    };
    let key = &endpoint.key;
    let methods = endpoint.methods.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    let operation = if key.operation.is_empty() { String::new() } else { format!(" {}", key.operation) };
    let line = format!("{methods} {}{}{operation}", key.host, printable_path(&key.path));
    // Who undoes no layer sees a parameter that holds others as one text, so steps are seen at this level and what is packed in them is not.
    let parameters = names(endpoint, |row| row.depth.0 == 0);
    let unexplained = endpoint.fields_by_meaning[Meaning::None as usize];
    [
        row("host", (vec![key.host.clone()], 1), to_host, all),
        row("endpoint", (vec![line], 1), endpoint.requests, all),
        row("parameter", parameters, endpoint.outer_fields, all.saturating_sub(endpoint.outer_fields)),
        row("field", names(endpoint, |row| !row.holds_fields), all, unexplained),
    ]
}

fn names(endpoint: &EndpointFields, wanted: impl Fn(&FieldRow) -> bool) -> (Vec<String>, usize) {
    let found: BTreeSet<(_, &str)> = endpoint.rows.iter().filter(|row| wanted(row)).map(|row| (row.place, &*row.name)).collect();
    let shown = found.iter().take(NAMES).map(|(place, name)| format!("{} {name}", place.id()).trim_end().to_owned());
    (shown.collect(), found.len())
}
