//! What people wrote about what was recorded, and their risks: rows as cells. Nothing is computed from them.

use minijinja::value::Value as Cell;

use super::super::super::{RISK_HEADS, recorded};
use super::super::Sheet;
use super::super::cells::small;
use super::{Annexed, Row, letter};
use crate::report::model::comparison::Lines;
use crate::report::model::{RiskRow, RowRef, WordRow};

/// Rows that a cell links to; the tables in files have all.
const LINKS: usize = 20;

impl Annexed<'_> {
    /// What persons wrote about a row, or that it is not established.
    pub(super) fn words_of(&self, table: &str, nr: u64, kind: &str) -> String {
        let about = |row: &&WordRow| row.kind == kind && row.rows.iter().any(|of| of.table == table && of.nr == nr);
        let words: String = self.annex.words.iter().flat_map(|words| &words.rows).filter(about).map(|row| self.word_cell(row)).collect();
        if words.is_empty() { self.muted("not-established") } else { words }
    }

    fn word_cell(&self, row: &WordRow) -> String {
        let link = self.row(letter::WORDS, "t-words", row.nr);
        let text = recorded(&row.text, 4_000, &self.page.texts);
        format!("<div>{text}<small>{}, {} ({link})</small></div>", self.text(&row.by), self.text(&self.page.texts.day(&row.date)))
    }

    pub(super) fn purposes_of(&self, nr: u64) -> String {
        let about = |row: &&WordRow| row.kind == "purpose" && row.rows.iter().any(|of| of.table == letter::COOKIES && of.nr == nr);
        self.annex.words.iter().flat_map(|words| &words.rows).filter(about).map(|row| self.word_cell(row)).collect()
    }

    pub(super) fn words(&self) -> Option<Sheet> {
        let heads =
            ["col-nr", "col-assessment-about", "col-assessment-kind", "col-assessment-text", "col-assessment-by", "col-assessment-source"];
        let words = self.annex.words.as_ref()?;
        Some(self.lettered(("t-words", letter::WORDS, "case-c-words", "case-words.csv"), &heads, words, |row| {
            let about = self.about(row.about, &row.name, row.recorded, &row.rows);
            let kind = self.page.say(&format!("assessment-kind-{}", row.kind));
            let by = format!("{}{}", self.text(&row.by), small(&self.text(&self.page.texts.day(&row.date))));
            let source =
                row.source.as_deref().map_or_else(|| self.muted("assessment-no-source"), |text| recorded(text, 1_000, &self.page.texts));
            (vec![row.nr.to_string(), about, kind, recorded(&row.text, 4_000, &self.page.texts), by, source], None)
        }))
    }

    pub(super) fn risks(&self) -> Option<Sheet> {
        let risks = self.annex.risks.as_ref()?;
        let said = |text: &str, by: &str, date: &str| {
            format!(
                "<div>{}<small>{}, {}</small></div>",
                recorded(text, 4_000, &self.page.texts),
                self.text(by),
                self.text(&self.page.texts.day(date))
            )
        };
        let or_none =
            |text: Option<&String>| text.map_or_else(|| self.muted("not-established"), |text| recorded(text, 4_000, &self.page.texts));
        let one_of = |cells: String, none: &str| if cells.is_empty() { self.muted(none) } else { cells };
        let row = |row: &RiskRow| -> Row {
            let evidence: String =
                row.evidence.iter().map(|of| format!("<div>{}</div>", self.about(of.about, &of.name, of.recorded, &of.rows))).collect();
            let measures: String = row.measures.iter().map(|of| said(&of.text, &of.by, &of.date)).collect();
            let retests: String = row.retests.iter().map(|of| said(&of.text, &of.by, &of.date)).collect();
            let cells = vec![
                row.nr.to_string(),
                said(&row.risk, &row.by, &row.date),
                or_none(row.origin.as_ref()),
                or_none(row.likelihood.as_ref()),
                or_none(row.impact.as_ref()),
                or_none(row.level.as_ref()),
                one_of(evidence, "risks-no-evidence"),
                one_of(measures, "risks-no-measure"),
                one_of(retests, "risks-no-retest"),
            ];
            (cells, None)
        };
        let lines = Lines { rows: risks.risks.clone(), left_out: 0 };
        Some(self.lettered(("t-risks", letter::RISKS, "c-risks", "risks.csv"), &RISK_HEADS, &lines, row))
    }

    /// What people's words are about, with links to its rows.
    fn about(&self, about: &str, name: &str, is_recorded: Option<bool>, rows: &[RowRef]) -> String {
        let name = if name.is_empty() { String::new() } else { format!(" {}", self.text(name)) };
        let mut out = format!("{}{name}", self.page.say(&format!("assessment-about-{about}")));
        if is_recorded == Some(false) {
            out += &small(&self.page.say("case-about-nothing"));
        }
        for of in rows.iter().take(LINKS) {
            let table = match of.table {
                letter::PARTIES => "t-parties",
                letter::COOKIES => "t-cookies",
                _ => "t-endpoints",
            };
            out += &small(&self.row(of.table, table, of.nr).to_string());
        }
        if rows.len() > LINKS {
            out += &small(&self.page.message("risks-more-rows", &[("n", Cell::from(rows.len() - LINKS))]));
        }
        out
    }
}
