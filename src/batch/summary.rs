//! What a run says of a recording in a line, gathered while it is analysed.

use std::collections::BTreeMap;
use std::io;

use crate::analysis::{Counts, Flow, Opening, PlantedTable, Sink};
use crate::model::{Gap, Page};

/// What the summary of a run needs.
#[derive(Default)]
pub(super) struct Summary {
    pub(super) basis: &'static str,
    pub(super) overruled: Option<String>,
    pub(super) gaps: BTreeMap<&'static str, u64>,
    pub(super) planted: Option<PlantedTable>,
}

impl Sink for Summary {
    fn open(&mut self, opening: &Opening<'_>) -> io::Result<()> {
        self.basis = opening.page.basis.id();
        self.overruled.clone_from(&opening.page.overruled);
        Ok(())
    }

    fn page(&mut self, _: &Page) -> io::Result<()> {
        Ok(())
    }

    fn flow(&mut self, _: &Flow<'_>) -> io::Result<()> {
        Ok(())
    }

    fn planted(&mut self, table: &PlantedTable) -> io::Result<()> {
        self.planted = Some(table.clone());
        Ok(())
    }

    fn gap(&mut self, gap: &Gap) -> io::Result<()> {
        *self.gaps.entry(gap.kind.id()).or_default() += gap.count;
        Ok(())
    }

    fn close(&mut self, _: &Counts) -> io::Result<()> {
        Ok(())
    }
}
