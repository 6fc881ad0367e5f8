//! Plain counts over a recording, under the names that the field's own fact sheets use (`docs/replay-json.md`).

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::decode::cookie::{cookie_pairs, set_cookie_lines};
use crate::model::Entry;
use crate::observe::Observation;
use crate::rules::{Counter, RequestFacts, RuleSet};

/// Counts over a recording.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Entries.
    pub entries: u64,
    /// Entries without a host.
    pub hostless_entries: u64,
    /// Different hosts.
    pub hosts: u64,
    /// Different registrable domains.
    pub registrable_domains: u64,
    /// Requests by registrable domain.
    pub requests_by_domain: BTreeMap<String, u64>,
    /// Requests to another registrable domain than the page's.
    pub third_party_requests: u64,
    /// Set-Cookie lines.
    pub set_cookie_count: u64,
    /// Set-Cookie lines by registrable domain of the answering host.
    pub set_cookie_by_domain: BTreeMap<String, u64>,
    /// Cookie pairs sent, by name.
    pub request_cookie_by_name: BTreeMap<String, u64>,
    /// Requests by counter of the rules, such as `meta_requests`.
    #[serde(flatten)]
    pub counters: BTreeMap<String, u64>,
    /// Requests by the name that rules about endpoints give to the count, such as `pixel_requests`.
    #[serde(flatten)]
    pub requests_by_rule: BTreeMap<String, u64>,
    /// Requests by value, by the name that rules about fields give to the count, such as `pixel_ids`.
    #[serde(flatten)]
    pub values_by_rule: BTreeMap<String, BTreeMap<String, u64>>,
    /// Registrable domain of the page.
    pub page: Option<String>,
    /// Flows written to the evidence log.
    pub flows: u64,
    /// Requests to the auditee, which are no flows to a recipient.
    pub auditee_requests: u64,
    #[serde(skip)]
    seen_hosts: BTreeSet<String>,
}

impl Counts {
    /// Counts an entry that has a host.
    pub(super) fn see(&mut self, observation: &Observation<'_>, site: &str) {
        if !self.seen_hosts.contains(&*observation.host) {
            self.seen_hosts.insert(observation.host.to_string());
            self.hosts += 1;
        }
        add(&mut self.requests_by_domain, site, 1);
        self.registrable_domains = self.requests_by_domain.len() as u64;
        let lines = observation.set.iter().filter(|cookie| !cookie.is_listed()).count() as u64;
        self.set_cookie_count += lines;
        if lines > 0 {
            add(&mut self.set_cookie_by_domain, site, lines);
        }
        for cookie in observation.sent.iter().filter(|cookie| !cookie.is_listed()) {
            add(&mut self.request_cookie_by_name, &cookie.name, 1);
        }
    }

    /// Makes every name that rules count under appear, be it with nothing.
    pub(super) fn count_by(&mut self, rules: &RuleSet) {
        let named = |count: &Option<String>| count.clone();
        self.requests_by_rule = rules.endpoints.iter().filter_map(|rule| named(&rule.count)).map(|name| (name, 0)).collect();
        self.values_by_rule = rules.fields.iter().filter_map(|rule| named(&rule.count)).map(|name| (name, BTreeMap::new())).collect();
    }

    /// Counts a request under the names that rules give: once under each name, and once for every value under it.
    pub(super) fn see_by_rule(&mut self, rules: &RuleSet, observation: &Observation<'_>) {
        let host = &*observation.host;
        let counts = rules.endpoints.iter().any(|rule| rule.count.is_some() && rule.at.matches_host(host))
            || rules.fields.iter().any(|rule| rule.count.is_some() && rule.at.matches_host(host));
        if !counts {
            return;
        }
        let names: Vec<&str> = observation.header_names.split('\n').filter(|name| !name.is_empty()).collect();
        let request = RequestFacts::new(&observation.url, host, &observation.method, &names);
        let endpoints: BTreeSet<&str> =
            rules.endpoints_of(&request).into_iter().filter_map(|index| rules.endpoints[index].count.as_deref()).collect();
        endpoints.into_iter().for_each(|name| add(&mut self.requests_by_rule, name, 1));
        let of_request: Vec<usize> = rules.fields_of(&request).into_iter().filter(|&index| rules.fields[index].count.is_some()).collect();
        let mut seen = BTreeSet::new();
        for field in observation.fields.iter().filter(|field| !field.holds_fields) {
            let Some(value) = field.value.as_deref() else { continue };
            let operation = Some(&*observation.operation).filter(|operation| !operation.is_empty());
            for index in rules.fields_named(&of_request, field.place().id(), &field.name, operation) {
                if let Some(name) = rules.fields[index].count.as_deref() {
                    seen.insert((name, value));
                }
            }
        }
        for (name, value) in seen {
            if let Some(values) = self.values_by_rule.get_mut(name) {
                add(values, value, 1);
            }
        }
    }

    /// Counts the cookies of an entry without a host: lines and names count, a domain they have not.
    pub(super) fn cookies_without_host(&mut self, entry: &Entry, has_host: bool) {
        if has_host {
            return;
        }
        for (_, field) in entry.exchange.request.headers.all("cookie") {
            for pair in cookie_pairs(field) {
                add(&mut self.request_cookie_by_name, &String::from_utf8_lossy(&field[pair.name]), 1);
            }
        }
        let response = entry.exchange.outcome.response();
        let fields = response.into_iter().flat_map(|response| response.headers.all("set-cookie"));
        self.set_cookie_count += fields.map(|(_, field)| set_cookie_lines(field).count() as u64).sum::<u64>();
    }

    /// Counts requests to other sites than the page's, once the page is known.
    pub(super) fn count_other_sites(&mut self) {
        let Some(page) = &self.page else { return };
        let others = self.requests_by_domain.iter().filter(|(domain, _)| *domain != page);
        self.third_party_requests = others.map(|(_, count)| count).sum();
    }

    /// Counts the sets of domains that the rules name.
    pub(super) fn count_sets(&mut self, counters: &[Counter]) {
        for counter in counters {
            let count = counter.domains.iter().filter_map(|domain| self.requests_by_domain.get(domain)).sum();
            self.counters.insert(counter.id.clone(), count);
        }
    }
}

fn add(counts: &mut BTreeMap<String, u64>, name: &str, count: u64) {
    match counts.get_mut(name) {
        Some(sum) => *sum += count,
        None => {
            counts.insert(name.to_owned(), count);
        }
    }
}
