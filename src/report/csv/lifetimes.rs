//! The tables about lifetimes and cache validators as CSV cells. Same rules as the other tables; nothing is decided here.

use super::super::cookie_rows::days;
use super::super::model::{ComparisonLine, Cookie, LifetimeRow, Span, ValidatorRow};
use super::{known, numbers};

pub(super) const LINES: &[&str] =
    &["nr", "line", "days", "label_en", "label_nl", "meaning_en", "meaning_nl", "source", "certainty", "rule_place"];

pub(super) const LIFETIMES: &[&str] = &[
    "nr",
    "cookie_nr",
    "name",
    "domain",
    "stated_by",
    "stated_by_kind",
    "source",
    "source_date",
    "certainty",
    "rule",
    "rule_place",
    "stated",
    "stated_days",
    "stated_seconds",
    "tolerance_seconds",
    "origin",
    "shortest_days",
    "shortest_seconds",
    "longest_days",
    "longest_seconds",
    "session",
    "effective_shortest_days",
    "effective_shortest_seconds",
    "effective_longest_days",
    "effective_longest_seconds",
    "difference",
    "difference_effective",
];

pub(super) const VALIDATORS: &[&str] = &[
    "nr",
    "host",
    "path",
    "relation",
    "kind",
    "values",
    "fingerprints",
    "value_bytes_min",
    "value_bytes_max",
    "values_that_are_a_digest_of_the_body",
    "answers",
    "first_given_entry",
    "sent_back",
    "sent_back_not_given_before",
    "sent_entries",
    "same_bytes_other_value",
    "same_bytes_entries",
    "other_resources_with_same_value",
];

/// Head of [`span`] in the table of cookies, which adds what the lines say.
pub(super) const OF_A_COOKIE: &[&str] = &[
    "shortest_lifetime_days",
    "shortest_lifetime_seconds",
    "lifetime_days",
    "lifetime_seconds",
    "shortest_effective_lifetime_days",
    "shortest_effective_lifetime_seconds",
    "effective_lifetime_days",
    "effective_lifetime_seconds",
    "above_lines",
    "session",
    "end_not_computable",
];

/// Lifetimes of a cookie, under [`OF_A_COOKIE`].
pub(super) fn of_a_cookie(row: &Cookie) -> Vec<String> {
    let line = |line: &super::super::model::AboveLine| {
        format!("{}: {} d{}", line.id, line.days, if line.effective { "" } else { " (asked for only)" })
    };
    let mut cells = span(row.asked.as_ref());
    cells.extend(span(row.effective.as_ref()));
    cells.push(row.above.iter().map(line).collect::<Vec<_>>().join("; "));
    cells.push(row.session.to_string());
    cells.push(row.end_not_computable.to_string());
    cells
}

fn span(span: Option<&Span>) -> Vec<String> {
    let Some(span) = span else { return vec![String::new(); 4] };
    vec![span.min_days.clone(), span.min_seconds.to_string(), span.max_days.clone(), span.max_seconds.to_string()]
}

pub(super) fn line(row: &ComparisonLine) -> Vec<String> {
    vec![
        row.nr.to_string(),
        row.id.clone(),
        row.days.to_string(),
        row.label.en.clone(),
        row.label.nl.clone(),
        row.meaning.en.clone(),
        row.meaning.nl.clone(),
        row.source.clone(),
        row.certainty.to_owned(),
        row.place.clone(),
    ]
}

pub(super) fn lifetime(row: &LifetimeRow) -> Vec<String> {
    let mut cells = vec![
        row.nr.to_string(),
        row.cookie.to_string(),
        row.name.clone(),
        row.domain.clone(),
        row.who.clone(),
        row.by.to_owned(),
        row.source.clone(),
        row.source_date.clone(),
        row.certainty.to_owned(),
        row.rule.clone(),
        row.place.clone(),
        row.stated.clone(),
        row.stated_seconds.map(days).unwrap_or_default(),
        known(row.stated_seconds),
        known(row.tolerance_seconds),
        row.origin.to_owned(),
    ];
    cells.extend(span(row.asked.as_ref()));
    cells.push(row.session.to_string());
    cells.extend(span(row.effective.as_ref()));
    cells.extend([row.difference.to_owned(), row.difference_effective.to_owned()]);
    cells
}

pub(super) fn validator(row: &ValidatorRow) -> Vec<String> {
    vec![
        row.nr.to_string(),
        row.host.clone(),
        row.path.clone(),
        row.relation.to_owned(),
        row.kind.to_owned(),
        row.values.to_string(),
        row.fingerprints.join(" "),
        row.value_bytes.0.to_string(),
        row.value_bytes.1.to_string(),
        row.of_content.to_string(),
        row.answers.to_string(),
        known(row.first_given),
        row.sent_back.to_string(),
        row.not_given.to_string(),
        numbers(&row.sent_entries),
        row.same_bytes.to_string(),
        numbers(&row.same_bytes_entries),
        row.other_resources.to_string(),
    ]
}
