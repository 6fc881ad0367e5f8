//! What people wrote, beside the rows of the annex over a case that it is about. Names are compared; nothing is decided.

use crate::report::assessment::{About, Assessment};
use crate::report::model::{RowRef, WordRow};

/// A domain without the dot that some write before it.
fn bare(domain: &str) -> &str {
    domain.trim_start_matches('.')
}

/// The words with their rows: parties as row and domain, cookies as row, name and domain, requests as row, method, host and path.
pub(super) fn rows<'a>(
    assessment: &Assessment,
    parties: impl Iterator<Item = (u64, &'a str)> + Clone,
    cookies: impl Iterator<Item = (u64, &'a str, &'a str)> + Clone,
    requests: impl Iterator<Item = (u64, &'a str, &'a str, &'a str)> + Clone,
) -> Vec<WordRow> {
    let found = |about: &About| -> Option<(&'static str, Vec<u64>)> {
        match about {
            About::Everything | About::Question(_) => None,
            About::Recipient(site) => Some(("E", parties.clone().filter(|row| row.1 == site).map(|row| row.0).collect())),
            About::Cookie(name, domain) => {
                let fits = |row: &(u64, &str, &str)| row.1 == name && domain.as_deref().is_none_or(|domain| bare(domain) == bare(row.2));
                Some(("D", cookies.clone().filter(fits).map(|row| row.0).collect()))
            }
            About::Request(method, host, path) => {
                let fits = |row: &(u64, &str, &str, &str)| row.1 == method && row.2 == host && row.3 == path;
                Some(("G", requests.clone().filter(fits).map(|row| row.0).collect()))
            }
        }
    };
    let row = |(nr, word): (u64, &crate::report::assessment::Word)| {
        let mut rows = found(&word.about);
        if let Some((_, numbers)) = &mut rows {
            numbers.sort_unstable();
            numbers.dedup();
        }
        WordRow {
            nr,
            about: word.about.id(),
            name: word.about.name(),
            recorded: rows.as_ref().map(|(_, numbers)| !numbers.is_empty()),
            rows: rows.into_iter().flat_map(|(table, numbers)| numbers.into_iter().map(move |nr| RowRef { table, nr })).collect(),
            kind: word.kind.id(),
            text: word.text.clone(),
            by: word.by.clone(),
            date: word.date.clone(),
            source: word.source.clone(),
        }
    };
    (1..).zip(&assessment.words).map(row).collect()
}
