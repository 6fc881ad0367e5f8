//! Puts what people wrote to the rows that it is about. What is named otherwise than anything recorded stays, and says so.

use super::assessment::Assessment;
use super::model::{AssessmentTables, Cookie, Flow, KINDS, Recipient, RowRef, WordRow, WordsOf};
use super::people::{Known, Named};

/// What people's words can be about in an annex: its rows of recipients, cookies and flows, in that order.
pub(super) fn known<'a>(recipients: &'a [Recipient], cookies: &'a [Cookie], flows: &'a [Flow]) -> Vec<Known<'a>> {
    let row = |table: &'static str, nr: u64| RowRef { table, nr };
    let recipients = recipients.iter().map(|of| Known { row: row("2", of.nr), what: Named::Recipient(&of.site) });
    let cookies = cookies.iter().map(|of| Known { row: row("3", of.nr), what: Named::Cookie(&of.name, &of.domain) });
    let flows = flows.iter().map(|of| Known { row: row("4", of.nr), what: Named::Request(&of.method, &of.host, &of.path) });
    recipients.chain(cookies).chain(flows).collect()
}

impl Assessment {
    /// What was written, with the rows of `known` that each is about; in the order of the file.
    #[must_use]
    pub fn rows(&self, known: &[Known<'_>]) -> Vec<WordRow> {
        let row = |(nr, word): (u64, &super::assessment::Word)| {
            let rows = word.about.rows(known);
            WordRow {
                nr,
                about: word.about.id(),
                name: word.about.name(),
                recorded: rows.as_ref().map(|rows| !rows.is_empty()),
                rows: rows.unwrap_or_default(),
                kind: word.kind.id(),
                text: word.text.clone(),
                by: word.by.clone(),
                date: word.date.clone(),
                source: word.source.clone(),
            }
        };
        (1..).zip(&self.words).map(row).collect()
    }
}

/// The rows of an assessment.
pub(super) fn assessed(assessment: &Assessment, recipients: &[Recipient], cookies: &[Cookie], flows: &[Flow]) -> AssessmentTables {
    let words = assessment.rows(&known(recipients, cookies, flows));
    let of = |table: &str, nr: u64, name: String| {
        let about = |word: &&WordRow| word.rows.iter().any(|row| row.table == table && row.nr == nr);
        let of_kind = |kind: &str| words.iter().filter(about).filter(|word| word.kind == kind).map(|word| word.nr).collect();
        WordsOf { nr, name, words: KINDS.map(of_kind) }
    };
    let of_recipients = recipients.iter().map(|row| of("2", row.nr, row.site.clone())).collect();
    let of_cookies = cookies.iter().map(|row| of("3", row.nr, row.name.clone())).collect();
    let of_flows = flows.iter().map(|row| of("4", row.nr, format!("{} {}{}", row.method, row.host, row.path)));
    let of_flows = of_flows.filter(|row| row.words.iter().any(|words| !words.is_empty())).collect();
    AssessmentTables { file_sha256: assessment.sha256.to_string(), recipients: of_recipients, cookies: of_cookies, flows: of_flows, words }
}
