//! What the browser itself says, as CSV cells. No value stands here. No language: identifiers stand as they are in the model.

use super::super::model::{BesideCookie, BesideRefusal, BesideReport, BesideStorage, BesideWire};
use super::{joined, known, table};

const REPORTS: &[&str] =
    &["nr", "exhibit", "time", "mark", "said_by", "stretch", "browser", "protocol", "cookies_in_the_jar", "refusals", "not_read"];

const COOKIES: &[&str] = &[
    "nr",
    "report",
    "name",
    "domain",
    "host_only",
    "path",
    "partition_key",
    "state",
    "refused_by_the_browser_for",
    "in_the_jar",
    "differs_from_the_last_line",
    "set_cookie_lines",
    "requests_that_carried_it",
    "entry",
    "asked_session",
    "asked_seconds",
    "kept_seconds",
    "expires_in_the_jar",
    "refusals",
];

const REFUSALS: &[&str] = &["nr", "report", "direction", "reason_in_the_browsers_words", "name", "domain", "path", "host", "times"];

const STORAGE: &[&str] = &["nr", "report", "origin", "storage_key", "store", "name", "length_utf16"];

/// Name and bytes of the tables.
pub(in crate::report) fn tables(rows: &BesideWire, simulated: bool) -> Result<[(&'static str, Vec<u8>); 4], csv::Error> {
    Ok([
        ("browser-reports.csv", table(REPORTS, simulated, &rows.reports, report)?),
        ("browser-cookies.csv", table(COOKIES, simulated, &rows.cookies, cookie)?),
        ("browser-refusals.csv", table(REFUSALS, simulated, &rows.refusals, refusal)?),
        ("browser-storage.csv", table(STORAGE, simulated, &rows.storage, storage)?),
    ])
}

fn report(row: &BesideReport) -> Vec<String> {
    vec![
        row.nr.to_string(),
        row.exhibit.to_string(),
        row.time.clone(),
        row.about.clone(),
        row.said_by.to_owned(),
        row.stretch.to_string(),
        row.browser.clone(),
        row.protocol.clone(),
        known(row.cookies),
        row.refusals.to_owned(),
        row.not_read.join(" | "),
    ]
}

fn cookie(row: &BesideCookie) -> Vec<String> {
    vec![
        row.nr.to_string(),
        row.report.to_string(),
        row.name.clone(),
        row.domain.clone(),
        known(row.host_only),
        row.path.clone().unwrap_or_default(),
        row.partition_key.clone().unwrap_or_default(),
        row.state.to_owned(),
        row.reasons.join(" "),
        known(row.in_jar),
        row.differs.join(" "),
        row.set.to_string(),
        row.sent.to_string(),
        known(row.entry),
        row.asked_session.to_string(),
        known(row.asked_seconds),
        known(row.kept_seconds),
        row.expires.clone().unwrap_or_default(),
        joined(&row.refusals, |(direction, reason, count)| format!("{direction} {reason}: {count}")),
    ]
}

fn refusal(row: &BesideRefusal) -> Vec<String> {
    vec![
        row.nr.to_string(),
        row.report.to_string(),
        row.direction.clone(),
        row.reason.clone(),
        row.name.clone(),
        row.domain.clone(),
        row.path.clone().unwrap_or_default(),
        row.host.clone(),
        row.count.to_string(),
    ]
}

fn storage(row: &BesideStorage) -> Vec<String> {
    vec![
        row.nr.to_string(),
        row.report.to_string(),
        row.origin.clone(),
        row.storage_key.clone().unwrap_or_default(),
        row.store.to_owned(),
        row.name.clone(),
        known(row.length),
    ]
}
