//! Gaps as rows, each with its amount, its unit, and of how many it is a part where that is counted.

use super::builder::{Builder, NAMED_ENTRIES};
use super::field_rows::percent;
use super::model::GapRow;
use crate::model::{Gap, GapKind, GapUnit};

impl Builder<'_> {
    /// The rows, numbered in the order of the kinds.
    pub(super) fn finish_gaps(&mut self) -> Vec<GapRow> {
        let gaps = std::mem::take(&mut self.gaps);
        gaps.iter().zip(1..).map(|(gap, nr)| self.gap_row(nr, gap)).collect()
    }

    fn gap_row(&self, nr: u64, gap: &Gap) -> GapRow {
        let unit = gap.kind.unit();
        let of = match (gap.kind, unit) {
            (GapKind::UndecodedFields, _) => {
                self.fields.tables.field_shares.iter().find(|row| row.scope == "recording").map(|row| row.share.fields)
            }
            (GapKind::Unattributed | GapKind::BrowserBackground, _) => Some(self.scenario.requests()),
            (_, GapUnit::Entries) => Some(self.totals.entries),
            _ => None,
        };
        // What a part of a recording counted before it was cut off may be more than what is left of it; no share is better than a wrong one.
        let of = of.filter(|&of| of >= gap.count && of > 0);
        GapRow {
            nr,
            kind: gap.kind.id(),
            count: gap.count,
            unit: unit.id(),
            of,
            percent: of.and_then(|of| percent(gap.count, of)),
            entries: gap.entries.iter().take(NAMED_ENTRIES).copied().collect(),
        }
    }
}
