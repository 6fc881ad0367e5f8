//! Tables about attribution as cells, and the columns about it in the table of flows. No language: identifiers stand as they are in the model.

use super::super::model::{
    ActedCount, AttributionTables, FlowAttribution, MentionRow, PageCount, PreflightRow, TriggerCount, TriggerRow, WayRow,
};
use super::{joined, known};
use crate::report::table::{Cell, Column, Table, cells, text, whole};

const TRIGGERS: &[Column] = &[
    whole("nr"),
    text("trigger"),
    text("trigger_confidence"),
    text("actor"),
    text("actor_confidence"),
    whole("requests"),
    whole("hosts"),
    whole("first_entry"),
];

const WAYS: &[Column] = &[
    whole("nr"),
    text("way"),
    text("not_counted_because"),
    whole("requests"),
    whole("preflights"),
    whole("stated"),
    whole("derived"),
    whole("guessed"),
    whole("not_established"),
    whole("by_another_account"),
    whole("carry_the_examined_page"),
    whole("recipients"),
    whole("first_entry"),
];

const MENTIONS: &[Column] = &[
    whole("nr"),
    text("host"),
    text("method"),
    text("path"),
    text("what"),
    text("place"),
    text("field"),
    text("locator"),
    text("undone"),
    whole("requests"),
    whole("first_entry"),
];

const PREFLIGHTS: &[Column] = &[whole("nr"), whole("preflight_entry"), whole("request_entry"), text("host")];

/// The columns in the table of flows.
pub(super) const OF_A_FLOW: &[Column] =
    &[text("pages"), text("triggers"), text("acted"), whole("preflights"), whole("carry_the_examined_page")];

/// Every table about attribution.
pub(super) fn tables(rows: &AttributionTables, simulated: bool) -> [Table; 4] {
    [
        Table::of("attribution", TRIGGERS, simulated, &rows.triggers, trigger),
        Table::of("ways", WAYS, simulated, &rows.ways, way),
        Table::of("page-mentions", MENTIONS, simulated, &rows.mentions, mention),
        Table::of("preflights", PREFLIGHTS, simulated, &rows.preflights, preflight),
    ]
}

/// The cells of [`OF_A_FLOW`].
pub(super) fn of_a_flow(row: &FlowAttribution) -> Vec<Cell> {
    let page = |page: &PageCount| {
        let (basis, confidence, requests) = (page.basis, page.confidence, page.requests);
        match (page.entry, &page.host, &page.path) {
            (Some(entry), Some(host), Some(path)) => format!("entry {entry} {host}{path} [{basis}, {confidence}]: {requests}"),
            _ => format!("- [{basis}, {confidence}]: {requests}"),
        }
    };
    let trigger = |trigger: &TriggerCount| {
        let host = trigger.host.as_ref().map_or_else(String::new, |host| format!(" of {host}"));
        format!("{}{host} [{}, {}]: {}", trigger.trigger, trigger.basis, trigger.confidence, trigger.requests)
    };
    let acted = |acted: &ActedCount| format!("{}, {} [{}, {}]: {}", acted.actor, acted.way, acted.basis, acted.confidence, acted.requests);
    cells![joined(&row.pages, page), joined(&row.triggers, trigger), joined(&row.acted, acted), row.preflights, row.with_mention]
}

fn trigger(row: &TriggerRow) -> Vec<Cell> {
    cells![row.nr, row.trigger, row.trigger_confidence, row.actor, row.actor_confidence, row.requests, row.hosts, row.first_entry]
}

fn way(row: &WayRow) -> Vec<Cell> {
    let mut cells = cells![row.nr, row.way, row.not_counted, row.requests, row.preflights];
    cells.extend(row.by_confidence.iter().map(Cell::from));
    cells.extend([row.by_staff, row.with_mention, row.recipients].iter().map(Cell::from));
    cells.push(known(row.first_entry));
    cells
}

fn mention(row: &MentionRow) -> Vec<Cell> {
    cells![
        row.nr,
        row.host.clone(),
        row.method.clone(),
        row.path.clone(),
        row.kind,
        row.place.clone(),
        row.field.clone(),
        row.locator.clone(),
        row.coding,
        row.requests,
        row.first_entry
    ]
}

fn preflight(row: &PreflightRow) -> Vec<Cell> {
    cells![row.nr, row.preflight, known(row.request), row.host.clone()]
}
