//! Puts what people wrote beside the rows that it is about. Decides nothing: names are compared, and what is about nothing recorded here stays and says so.

use super::assessment::{About, Assessment};
use super::model::{AssessmentTables, Cookie, Flow, KINDS, Recipient, RowRef, WordRow, WordsOf};

/// The rows of an assessment.
pub(super) fn assessed(assessment: &Assessment, recipients: &[Recipient], cookies: &[Cookie], flows: &[Flow]) -> AssessmentTables {
    let row = |table: &'static str, nr: u64| RowRef { table, nr };
    let rows = |about: &About| -> Option<Vec<RowRef>> {
        match about {
            About::Everything | About::Question(_) => None,
            About::Recipient(site) => Some(recipients.iter().filter(|of| of.site == *site).map(|of| row("2", of.nr)).collect()),
            About::Cookie(name, domain) => {
                let fits = |cookie: &&Cookie| {
                    let domain = domain.as_deref().map(bare);
                    cookie.name == *name && domain.is_none_or(|domain| bare(&cookie.domain) == domain)
                };
                Some(cookies.iter().filter(fits).map(|of| row("3", of.nr)).collect())
            }
            About::Request(method, host, path) => {
                let fits = |flow: &&Flow| flow.method == *method && flow.host == *host && flow.path == *path;
                Some(flows.iter().filter(fits).map(|of| row("4", of.nr)).collect())
            }
        }
    };
    let words: Vec<WordRow> = (1..)
        .zip(&assessment.words)
        .map(|(nr, word)| {
            let rows = rows(&word.about);
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
        })
        .collect();
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

/// A domain without the dot that some write before it.
fn bare(domain: &str) -> &str {
    domain.trim_start_matches('.')
}
