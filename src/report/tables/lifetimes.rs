//! The tables about lifetimes and cache validators as cells. Same rules as the other tables; nothing is decided here.

use super::super::cookie_rows::days;
use super::super::model::{ComparisonLine, Cookie, LifetimeRow, Span, ValidatorRow};
use super::{known, numbers};
use crate::report::table::{Cell, Column, cells, decimal, flag, text, whole};

pub(super) const LINES: &[Column] = &[
    whole("nr"),
    text("line"),
    whole("days"),
    text("label_en"),
    text("label_nl"),
    text("meaning_en"),
    text("meaning_nl"),
    text("source"),
    text("certainty"),
    text("rule_place"),
];

pub(super) const LIFETIMES: &[Column] = &[
    whole("nr"),
    whole("cookie_nr"),
    text("name"),
    text("domain"),
    text("stated_by"),
    text("stated_by_kind"),
    text("source"),
    text("source_date"),
    text("certainty"),
    text("rule"),
    text("rule_place"),
    text("stated"),
    decimal("stated_days"),
    whole("stated_seconds"),
    whole("tolerance_seconds"),
    text("origin"),
    decimal("shortest_days"),
    whole("shortest_seconds"),
    decimal("longest_days"),
    whole("longest_seconds"),
    flag("session"),
    decimal("effective_shortest_days"),
    whole("effective_shortest_seconds"),
    decimal("effective_longest_days"),
    whole("effective_longest_seconds"),
    text("difference"),
    text("difference_effective"),
];

pub(super) const VALIDATORS: &[Column] = &[
    whole("nr"),
    text("host"),
    text("path"),
    text("relation"),
    text("kind"),
    whole("values"),
    text("fingerprints"),
    whole("value_bytes_min"),
    whole("value_bytes_max"),
    whole("values_that_are_a_digest_of_the_body"),
    whole("answers"),
    whole("first_given_entry"),
    whole("sent_back"),
    whole("sent_back_not_given_before"),
    text("sent_entries"),
    whole("same_bytes_other_value"),
    text("same_bytes_entries"),
    whole("other_resources_with_same_value"),
];

/// Head of [`span`] in the table of cookies, which adds what the lines say.
pub(super) const OF_A_COOKIE: &[Column] = &[
    decimal("shortest_lifetime_days"),
    whole("shortest_lifetime_seconds"),
    decimal("lifetime_days"),
    whole("lifetime_seconds"),
    decimal("shortest_effective_lifetime_days"),
    whole("shortest_effective_lifetime_seconds"),
    decimal("effective_lifetime_days"),
    whole("effective_lifetime_seconds"),
    text("above_lines"),
    flag("session"),
    whole("end_not_computable"),
];

/// Lifetimes of a cookie, under [`OF_A_COOKIE`].
pub(super) fn of_a_cookie(row: &Cookie) -> Vec<Cell> {
    let line = |line: &super::super::model::AboveLine| {
        format!("{}: {} d{}", line.id, line.days, if line.effective { "" } else { " (asked for only)" })
    };
    let mut cells = span(row.asked.as_ref());
    cells.extend(span(row.effective.as_ref()));
    cells.push(Cell::from(row.above.iter().map(line).collect::<Vec<_>>().join("; ")));
    cells.push(Cell::from(row.session));
    cells.push(Cell::from(row.end_not_computable));
    cells
}

fn span(span: Option<&Span>) -> Vec<Cell> {
    let Some(span) = span else { return vec![Cell::Empty; 4] };
    cells![span.min_days.clone(), span.min_seconds, span.max_days.clone(), span.max_seconds]
}

pub(super) fn line(row: &ComparisonLine) -> Vec<Cell> {
    cells![
        row.nr,
        row.id.clone(),
        row.days,
        row.label.en.clone(),
        row.label.nl.clone(),
        row.meaning.en.clone(),
        row.meaning.nl.clone(),
        row.source.clone(),
        row.certainty,
        row.place.clone()
    ]
}

pub(super) fn lifetime(row: &LifetimeRow) -> Vec<Cell> {
    let mut cells = cells![
        row.nr,
        row.cookie,
        row.name.clone(),
        row.domain.clone(),
        row.who.clone(),
        row.by,
        row.source.clone(),
        row.source_date.clone(),
        row.certainty,
        row.rule.clone(),
        row.place.clone(),
        row.stated.clone(),
        row.stated_seconds.map(days).unwrap_or_default(),
        known(row.stated_seconds),
        known(row.tolerance_seconds),
        row.origin
    ];
    cells.extend(span(row.asked.as_ref()));
    cells.push(Cell::from(row.session));
    cells.extend(span(row.effective.as_ref()));
    cells.extend(cells![row.difference, row.difference_effective]);
    cells
}

pub(super) fn validator(row: &ValidatorRow) -> Vec<Cell> {
    cells![
        row.nr,
        row.host.clone(),
        row.path.clone(),
        row.relation,
        row.kind,
        row.values,
        row.fingerprints.join(" "),
        row.value_bytes.0,
        row.value_bytes.1,
        row.of_content,
        row.answers,
        known(row.first_given),
        row.sent_back,
        row.not_given,
        numbers(&row.sent_entries),
        row.same_bytes,
        numbers(&row.same_bytes_entries),
        row.other_resources
    ]
}
