//! Turns what became of cache validators into rows. Says nothing about what a value is used for.

use super::model::ValidatorRow;
use crate::analysis::ValidatorTable;
use crate::evidence::Fingerprint;

/// The rows, numbered, in the order of the table.
pub(super) fn validators(table: &ValidatorTable) -> Vec<ValidatorRow> {
    let row = |(row, nr): (&crate::analysis::ValidatorRow, u64)| ValidatorRow {
        nr,
        host: row.host.clone(),
        path: row.path.clone(),
        relation: row.relation,
        kind: row.kind.id(),
        values: row.values,
        fingerprints: row.fingerprints.iter().map(|value| Fingerprint(*value).to_string()).collect(),
        value_bytes: row.value_bytes,
        of_content: row.of_content,
        answers: row.answers,
        first_given: row.first_given,
        sent_back: row.sent_back,
        not_given: row.not_given,
        sent_entries: row.sent_entries.clone(),
        same_bytes: row.same_bytes,
        same_bytes_entries: row.same_bytes_entries.clone(),
        other_resources: row.other_resources,
    };
    table.rows.iter().zip(1..).map(row).collect()
}
