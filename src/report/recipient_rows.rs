//! Gathers requests into rows of recipients: one per registrable domain.

use std::collections::{BTreeMap, BTreeSet};

use super::builder::Builder;
use super::model::{ListCount, Recipient};
use crate::analysis::Flow as Found;
use crate::classify::{Reason, Subject};
use crate::rules::RuleId;

#[derive(Default)]
pub(super) struct RecipientRow {
    row: Option<Recipient>,
    hosts: BTreeSet<String>,
    rules: BTreeSet<usize>,
    lists: BTreeMap<usize, u64>,
}

impl Builder<'_> {
    /// The rows, numbered: most requests first, then by name.
    pub(super) fn finish_recipients(&mut self) -> Vec<Recipient> {
        let gathered = std::mem::take(&mut self.recipients);
        let mut rows: Vec<Recipient> = Vec::with_capacity(gathered.len());
        for RecipientRow { row, hosts, rules, lists } in gathered.into_values() {
            let Some(mut row) = row else { continue };
            row.hosts = hosts.into_iter().collect();
            row.claims = self.claims(rules.into_iter().map(RuleId::Endpoint));
            row.lists = lists.into_iter().map(|(list, requests)| ListCount { list: self.list_name(list), requests }).collect();
            rows.push(row);
        }
        rows.sort_by(|one, other| other.requests.cmp(&one.requests).then_with(|| one.site.cmp(&other.site)));
        rows.iter_mut().zip(1..).for_each(|(row, nr)| row.nr = nr);
        rows
    }

    /// Takes a request.
    pub(super) fn add_recipient(&mut self, found: &Found<'_>) {
        let owner = if self.recipients.contains_key(&found.host.site) { None } else { self.owner(found.host.owner) };
        let gathered = self.recipients.entry(found.host.site.clone()).or_default();
        let row = gathered.row.get_or_insert_with(|| Recipient {
            nr: 0,
            site: found.host.site.clone(),
            hosts: Vec::new(),
            owner,
            relation: found.host.relation.id(),
            position: found.position.id(),
            requests: 0,
            requests_with_cookies: 0,
            set_cookie_lines: 0,
            first_entry: found.observation.number,
            claims: Vec::new(),
            lists: Vec::new(),
        });
        row.requests += 1;
        row.requests_with_cookies += u64::from(!found.observation.sent.is_empty() && !found.observation.was_not_sent());
        row.set_cookie_lines += found.observation.set.iter().filter(|cookie| !cookie.is_listed()).count() as u64;
        row.first_entry = row.first_entry.min(found.observation.number);
        // A host that is asked by the page and by the browser itself stands under what it is to the page.
        if found.host.position.id() != row.position && found.position == found.host.position {
            row.position = found.position.id();
        }
        if !gathered.hosts.contains(&*found.observation.host) {
            gathered.hosts.insert(found.observation.host.to_string());
        }
        for finding in &found.classified.findings {
            match (&finding.subject, &finding.reason) {
                (Subject::Endpoint, Reason::Rule(RuleId::Endpoint(rule))) => {
                    gathered.rules.insert(*rule);
                }
                #[cfg(feature = "lists")]
                (_, Reason::List(list, verdict)) if verdict.exception.is_none() => *gathered.lists.entry(*list).or_default() += 1,
                _ => {}
            }
        }
    }
}
