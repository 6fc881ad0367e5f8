//! Tables about attribution as CSV cells, and the columns about it in the table of flows. No language: identifiers stand as they are in the model.

use super::super::model::{
    ActedCount, AttributionTables, FlowAttribution, MentionRow, PageCount, PreflightRow, TriggerCount, TriggerRow, WayRow,
};
use super::{joined, known, table};

const TRIGGERS: &[&str] = &["nr", "trigger", "trigger_confidence", "actor", "actor_confidence", "requests", "hosts", "first_entry"];

const WAYS: &[&str] = &[
    "nr",
    "way",
    "not_counted_because",
    "requests",
    "preflights",
    "stated",
    "derived",
    "guessed",
    "not_established",
    "by_another_account",
    "carry_the_examined_page",
    "recipients",
    "first_entry",
];

const MENTIONS: &[&str] = &["nr", "host", "method", "path", "what", "place", "field", "locator", "undone", "requests", "first_entry"];

const PREFLIGHTS: &[&str] = &["nr", "preflight_entry", "request_entry", "host"];

/// The columns in the table of flows.
pub(super) const OF_A_FLOW: &[&str] = &["pages", "triggers", "acted", "preflights", "carry_the_examined_page"];

/// Name and bytes of every table about attribution.
pub(super) fn tables(rows: &AttributionTables, simulated: bool) -> Result<[(&'static str, Vec<u8>); 4], csv::Error> {
    Ok([
        ("attribution.csv", table(TRIGGERS, simulated, &rows.triggers, trigger)?),
        ("ways.csv", table(WAYS, simulated, &rows.ways, way)?),
        ("page-mentions.csv", table(MENTIONS, simulated, &rows.mentions, mention)?),
        ("preflights.csv", table(PREFLIGHTS, simulated, &rows.preflights, preflight)?),
    ])
}

/// The cells of [`OF_A_FLOW`].
pub(super) fn of_a_flow(row: &FlowAttribution) -> Vec<String> {
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
    vec![
        joined(&row.pages, page),
        joined(&row.triggers, trigger),
        joined(&row.acted, acted),
        row.preflights.to_string(),
        row.with_mention.to_string(),
    ]
}

fn trigger(row: &TriggerRow) -> Vec<String> {
    vec![
        row.nr.to_string(),
        row.trigger.to_owned(),
        row.trigger_confidence.to_owned(),
        row.actor.to_owned(),
        row.actor_confidence.to_owned(),
        row.requests.to_string(),
        row.hosts.to_string(),
        row.first_entry.to_string(),
    ]
}

fn way(row: &WayRow) -> Vec<String> {
    let mut cells = vec![
        row.nr.to_string(),
        row.way.to_owned(),
        row.not_counted.unwrap_or_default().to_owned(),
        row.requests.to_string(),
        row.preflights.to_string(),
    ];
    cells.extend(row.by_confidence.iter().map(u64::to_string));
    cells.extend([row.by_staff, row.with_mention, row.recipients].iter().map(u64::to_string));
    cells.push(known(row.first_entry));
    cells
}

fn mention(row: &MentionRow) -> Vec<String> {
    vec![
        row.nr.to_string(),
        row.host.clone(),
        row.method.clone(),
        row.path.clone(),
        row.kind.to_owned(),
        row.place.clone(),
        row.field.clone(),
        row.locator.clone(),
        row.coding.to_owned(),
        row.requests.to_string(),
        row.first_entry.to_string(),
    ]
}

fn preflight(row: &PreflightRow) -> Vec<String> {
    vec![row.nr.to_string(), row.preflight.to_string(), known(row.request), row.host.clone()]
}
