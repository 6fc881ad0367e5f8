//! Gathers flows into rows, one for each host, method and path.

use std::collections::{BTreeMap, BTreeSet};

use super::attribution_rows::FlowSeen;
use super::builder::{Builder, NAMED_ENTRIES, time};
use super::model::{CauseCount, Flow, FlowAttribution, HandCount, ListMatch};
use crate::analysis::Flow as Found;
use crate::classify::{Reason, Subject};
use crate::model::UrlParts;
use crate::redact::{parameter_name, printable_path};
use crate::rules::RuleId;

/// Rows of flows that an annex holds. Beyond that nobody reads a table; the evidence log has every flow.
const FLOW_ROWS: usize = 5_000;

/// A row that is being gathered.
pub(super) struct FlowRow {
    row: Flow,
    parameters: BTreeSet<String>,
    statuses: BTreeSet<u16>,
    cookies_sent: BTreeSet<String>,
    cookies_set: BTreeSet<String>,
    redirects: BTreeSet<String>,
    causes: BTreeMap<&'static str, u64>,
    attribution: FlowSeen,
    rules: BTreeSet<usize>,
    lists: Vec<ListMatch>,
}

impl Builder<'_> {
    /// The rows, numbered in the order of their first entry.
    pub(super) fn finish_flows(&mut self) -> Vec<Flow> {
        let gathered = std::mem::take(&mut self.flow_rows);
        let mut rows = Vec::with_capacity(gathered.len());
        for (flow, nr) in gathered.into_iter().zip(1..) {
            let mut row = flow.row;
            row.nr = nr;
            row.parameters = flow.parameters.into_iter().collect();
            row.statuses = flow.statuses.into_iter().collect();
            row.cookies_sent = flow.cookies_sent.into_iter().collect();
            row.cookies_set = flow.cookies_set.into_iter().collect();
            row.redirects_to = flow.redirects.into_iter().collect();
            row.causes = flow.causes.into_iter().map(|(cause, requests)| CauseCount { cause, requests }).collect();
            row.attribution = flow.attribution.finish();
            row.claims = self.claims(flow.rules.into_iter().map(RuleId::Endpoint));
            row.lists = flow.lists;
            rows.push(row);
        }
        rows
    }

    /// Takes a request into its row.
    pub(super) fn add_flow(&mut self, found: &Found<'_>) {
        let observation = found.observation;
        let url = &*observation.url;
        let parts = UrlParts::of(url);
        let path = printable_path(&url[parts.path.clone()]);
        let key = (observation.host.to_string(), observation.method.to_string(), path);
        let index = match self.flows.get(&key) {
            Some(&index) => index,
            None if self.flow_rows.len() >= FLOW_ROWS => {
                self.flows_left_out += 1;
                return;
            }
            None => {
                let row = self.new_flow(found, &key);
                self.flow_rows.push(row);
                self.flows.insert(key, self.flow_rows.len() - 1);
                self.flow_rows.len() - 1
            }
        };
        let matches = self.list_matches(&found.classified.findings);
        let gathered = &mut self.flow_rows[index];
        let row = &mut gathered.row;
        row.requests += 1;
        row.not_sent += u64::from(observation.was_not_sent());
        // Only a browser's own recording (HAR) says that the browser stopped a request; in ours it is the recording proxy that did.
        row.refused += u64::from(observation.outcome() == "stopped-by-browser" && self.context.capture.format != "har");
        row.body_bytes_sent += observation.body_bytes;
        row.also_idle += u64::from(found.classified.findings.iter().any(|finding| finding.reason == Reason::Idle));
        if row.entries.len() < NAMED_ENTRIES {
            row.entries.push(observation.number);
        }
        gathered.statuses.insert(observation.status);
        for range in parts.query_parameters(url) {
            if let Some(name) = parameter_name(&url[range])
                && !gathered.parameters.contains(name)
            {
                gathered.parameters.insert(name.to_owned());
            }
        }
        let add = |names: &mut BTreeSet<String>, name: &str| {
            if !names.contains(name) {
                names.insert(name.to_owned());
            }
        };
        if !observation.was_not_sent() {
            observation.sent.iter().for_each(|cookie| add(&mut gathered.cookies_sent, &cookie.name));
        }
        observation.set.iter().for_each(|cookie| add(&mut gathered.cookies_set, &cookie.name));
        if let Some(host) = observation.redirect_host() {
            add(&mut gathered.redirects, &host);
        }
        row.operated.see(self.scenario.hand(observation.started));
        gathered.attribution.see(found);
        *gathered.causes.entry(found.cause.id()).or_default() += 1;
        for finding in &found.classified.findings {
            if let (Subject::Endpoint, Reason::Rule(RuleId::Endpoint(rule))) = (&finding.subject, &finding.reason) {
                gathered.rules.insert(*rule);
            }
        }
        for matched in matches {
            if !gathered.lists.contains(&matched) {
                gathered.lists.push(matched);
            }
        }
    }

    fn new_flow(&mut self, found: &Found<'_>, (host, method, path): &(String, String, String)) -> FlowRow {
        let row = Flow {
            nr: 0,
            method: method.clone(),
            host: host.clone(),
            site: found.host.site.clone(),
            path: path.clone(),
            not_sent: 0,
            refused: 0,
            also_idle: 0,
            parameters: Vec::new(),
            relation: found.host.relation.id(),
            position: found.position.id(),
            owner: self.owner(found.host.owner),
            requests: 0,
            first_time: time(found.observation.started),
            entries: Vec::new(),
            statuses: Vec::new(),
            cookies_sent: Vec::new(),
            cookies_set: Vec::new(),
            body_bytes_sent: 0,
            redirects_to: Vec::new(),
            causes: Vec::new(),
            operated: HandCount::default(),
            attribution: FlowAttribution::default(),
            claims: Vec::new(),
            lists: Vec::new(),
        };
        FlowRow {
            row,
            parameters: BTreeSet::new(),
            statuses: BTreeSet::new(),
            cookies_sent: BTreeSet::new(),
            cookies_set: BTreeSet::new(),
            redirects: BTreeSet::new(),
            causes: BTreeMap::new(),
            attribution: FlowSeen::default(),
            rules: BTreeSet::new(),
            lists: Vec::new(),
        }
    }
}
