//! Plain counts over a recording, under the names that the field's own fact sheets use (`docs/replay-json.md`).

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::decode::cookie::{cookie_pairs, set_cookie_lines};
use crate::model::Entry;
use crate::observe::Observation;
use crate::rules::Counter;

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
