//! What of a report the annex over a case needs beside what is counted: its rows as they are.

use std::collections::BTreeMap;

use crate::report::model::{
    AddressRow, AttributionTables, Capture, Choice, ClickedRow, ComparisonLine, ConsentScreenRow, Cookie, Custody, EndpointRow, FieldEntry,
    FieldRule, HandCount, LadderRow, Method, NotSentAgainRow, PersonalRow, Recipient, Report, Source, Totals, TrailRow, WayRow,
};

/// Rows of one recording.
#[derive(Clone, Debug)]
pub(in crate::compare) struct Part {
    pub(super) capture: Capture,
    pub(super) site: Option<String>,
    pub(super) totals: Totals,
    pub(super) method: Method,
    pub(super) custody: Option<Custody>,
    pub(super) operated: HandCount,
    pub(super) ways: Vec<WayRow>,
    pub(super) endpoints: Vec<EndpointRow>,
    pub(super) fields: Vec<FieldEntry>,
    pub(super) field_rules: Vec<FieldRule>,
    pub(super) ladder: Vec<LadderRow>,
    pub(super) personal: Vec<PersonalRow>,
    pub(super) recipients: Vec<Recipient>,
    pub(super) addresses: Vec<AddressRow>,
    pub(super) cookies: Vec<Cookie>,
    pub(super) choices: Vec<Choice>,
    pub(super) trail: Vec<TrailRow>,
    pub(super) not_sent_again: Vec<NotSentAgainRow>,
    pub(super) screens: Vec<ConsentScreenRow>,
    pub(super) clicked: Vec<ClickedRow>,
    pub(super) comparison_lines: Vec<ComparisonLine>,
    pub(super) sources: Vec<Source>,
    /// Requests that, by the recording itself, never left the browser or were refused, by registrable domain and holder.
    pub(super) not_sent: BTreeMap<(String, String), u64>,
    /// Rows of the trail, and of addresses, that its own annex had no room for.
    pub(super) left_out: (u64, u64),
    /// Of other techniques: identifier, row and entry of the first, and names.
    pub(super) techniques: Vec<Technique>,
}

/// Things of one technique in one recording.
#[derive(Clone, Debug)]
pub(super) struct Technique {
    pub(super) id: &'static str,
    pub(super) table: &'static str,
    pub(super) row: u64,
    pub(super) entries: Vec<u64>,
    pub(super) names: Vec<String>,
}

impl Part {
    pub(in crate::compare) fn of(report: &Report) -> Self {
        let AttributionTables { ways, .. } = &report.attribution;
        let tables = &report.fields;
        // Marks of values are for the joins of the classes; nothing here may hold them longer.
        let field = |row: &FieldEntry| FieldEntry { marks: Vec::new(), ..row.clone() };
        Self {
            capture: report.capture.clone(),
            site: report.page.site.clone(),
            totals: report.totals.clone(),
            method: report.method.clone(),
            custody: report.custody.clone(),
            operated: report.scenario.operated.clone(),
            ways: ways.clone(),
            endpoints: tables.endpoints.clone(),
            fields: tables.fields.iter().filter(|row| !row.step).map(field).collect(),
            field_rules: tables.field_rules.clone(),
            ladder: tables.ladder.clone(),
            personal: tables.personal_data.clone(),
            recipients: report.recipients.clone(),
            addresses: report.addresses.clone(),
            cookies: report.cookies.clone(),
            choices: report.choices.clone(),
            trail: report.trail.clone(),
            not_sent_again: report.linkage.not_sent_again.clone(),
            screens: report.scenario.consent_screens.clone(),
            clicked: report.scenario.clicked.clone(),
            comparison_lines: report.comparison_lines.clone(),
            sources: report.sources.clone(),
            not_sent: not_sent(report),
            left_out: (report.trail_left_out, report.addresses_left_out),
            techniques: techniques(report),
        }
    }
}

fn not_sent(report: &Report) -> BTreeMap<(String, String), u64> {
    let mut sums = BTreeMap::new();
    for row in &report.flows {
        let holder = row.owner.as_ref().map(|owner| owner.id.clone()).unwrap_or_default();
        *sums.entry((row.site.clone(), holder)).or_default() += row.not_sent;
    }
    sums
}

fn techniques(report: &Report) -> Vec<Technique> {
    let mut all = Vec::new();
    let mut add = |id, table, row, entries: Vec<u64>, names: Vec<String>| all.push(Technique { id, table, row, entries, names });
    // One that was only asked for, or to be deleted, was not there.
    for row in report.cookies.iter().filter(|row| row.set + row.renewed + row.changed + row.sent > 0) {
        let name = format!("{} ({})", row.name, row.domain);
        if !["same-site", "page-not-established"].contains(&row.relation) {
            add("cookies-other-site", "cookies", row.nr, vec![row.first_entry], vec![name.clone()]);
        }
        add("cookies", "cookies", row.nr, vec![row.first_entry], vec![name]);
    }
    for row in report.validators.iter().filter(|row| row.sent_back > 0) {
        let entries = row.sent_entries.iter().take(1).copied().collect();
        add("validators", "validators", row.nr, entries, vec![format!("{} {}{}", row.kind, row.host, row.path)]);
    }
    for row in report.fields.hints.iter().filter(|row| row.requests > 0) {
        add("client-hints", "hints", row.nr, row.first_entry.into_iter().collect(), vec![row.hint.clone()]);
    }
    for row in &report.trail {
        let id = if row.kind == "link-decoration" { "link-decoration" } else { "sent-again" };
        add(id, "trail", row.nr, vec![row.one.entry, row.other.entry], vec![row.name.clone()]);
    }
    let uses = &report.linkage.identifier_recipients;
    for row in &report.linkage.identifiers {
        let first = uses.iter().filter(|used| used.identifier == row.nr).map(|used| used.first_entry).min();
        add("identifiers", "identifiers", row.nr, first.into_iter().collect(), vec![format!("{} ({})", row.name, row.of)]);
    }
    for row in &report.aliases {
        add("other-names", "aliases", row.nr, vec![row.first_entry], vec![row.host.clone()]);
    }
    all
}
