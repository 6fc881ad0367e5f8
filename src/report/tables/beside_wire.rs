//! What the browser itself says, as cells. No value stands here. No language: identifiers stand as they are in the model.

use super::super::model::{BesideCookie, BesideRefusal, BesideReport, BesideStorage, BesideWire};
use super::{joined, known};
use crate::report::table::{Cell, Column, Table, cells, flag, text, time, whole};

const REPORTS: &[Column] = &[
    whole("nr"),
    whole("exhibit"),
    time("time"),
    text("mark"),
    text("said_by"),
    whole("stretch"),
    text("browser"),
    text("protocol"),
    whole("cookies_in_the_jar"),
    text("refusals"),
    text("not_read"),
];

const COOKIES: &[Column] = &[
    whole("nr"),
    whole("report"),
    text("name"),
    text("domain"),
    flag("host_only"),
    text("path"),
    text("partition_key"),
    text("state"),
    text("refused_by_the_browser_for"),
    flag("in_the_jar"),
    text("differs_from_the_last_line"),
    whole("set_cookie_lines"),
    whole("requests_that_carried_it"),
    whole("entry"),
    flag("asked_session"),
    whole("asked_seconds"),
    whole("kept_seconds"),
    time("expires_in_the_jar"),
    text("refusals"),
];

const REFUSALS: &[Column] = &[
    whole("nr"),
    whole("report"),
    text("direction"),
    text("reason_in_the_browsers_words"),
    text("name"),
    text("domain"),
    text("path"),
    text("host"),
    whole("times"),
];

const STORAGE: &[Column] =
    &[whole("nr"), whole("report"), text("origin"), text("storage_key"), text("store"), text("name"), whole("length_utf16")];

/// The tables.
pub(in crate::report) fn tables(rows: &BesideWire, simulated: bool) -> [Table; 4] {
    [
        Table::of("browser-reports", REPORTS, simulated, &rows.reports, report),
        Table::of("browser-cookies", COOKIES, simulated, &rows.cookies, cookie),
        Table::of("browser-refusals", REFUSALS, simulated, &rows.refusals, refusal),
        Table::of("browser-storage", STORAGE, simulated, &rows.storage, storage),
    ]
}

fn report(row: &BesideReport) -> Vec<Cell> {
    cells![
        row.nr,
        row.exhibit,
        row.time.clone(),
        row.about.clone(),
        row.said_by,
        row.stretch,
        row.browser.clone(),
        row.protocol.clone(),
        known(row.cookies),
        row.refusals,
        row.not_read.join(" | ")
    ]
}

fn cookie(row: &BesideCookie) -> Vec<Cell> {
    cells![
        row.nr,
        row.report,
        row.name.clone(),
        row.domain.clone(),
        known(row.host_only),
        row.path.clone(),
        row.partition_key.clone(),
        row.state,
        row.reasons.join(" "),
        known(row.in_jar),
        row.differs.join(" "),
        row.set,
        row.sent,
        known(row.entry),
        row.asked_session,
        known(row.asked_seconds),
        known(row.kept_seconds),
        row.expires.clone(),
        joined(&row.refusals, |(direction, reason, count)| format!("{direction} {reason}: {count}"))
    ]
}

fn refusal(row: &BesideRefusal) -> Vec<Cell> {
    cells![
        row.nr,
        row.report,
        row.direction.clone(),
        row.reason.clone(),
        row.name.clone(),
        row.domain.clone(),
        row.path.clone(),
        row.host.clone(),
        row.count
    ]
}

fn storage(row: &BesideStorage) -> Vec<Cell> {
    cells![row.nr, row.report, row.origin.clone(), row.storage_key.clone(), row.store, row.name.clone(), known(row.length)]
}
