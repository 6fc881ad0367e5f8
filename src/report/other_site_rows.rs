//! Makes rows of cookies of one domain that were sent in requests from pages of another site, whether or not the examined site was ever visited with
//! them. Says whether this recording holds what set the cookie; that it does not, says nothing about who set it.

use std::collections::{BTreeMap, BTreeSet};

use super::linkage_rows::{Ground, Pseudonyms, policy};
use super::model::{Cookie, SentFromOtherRow};
use crate::analysis::linkage::{Carrier, Linkage};
use crate::evidence::Fingerprint;
use crate::model::Timestamp;
use crate::site::SuffixList;

/// Rows that a report holds.
const ROWS: usize = 2_000;

/// What was sent of one value from pages of one site.
struct Sent {
    hosts: BTreeSet<String>,
    requests: u64,
    first: (Timestamp, u64),
}

/// The rows, in order of identifier, value, stretch and site, and how many there was no room for. `cookies`: the rows of cookies of the same report.
pub(super) fn sent_from_other_sites(
    found: &Linkage,
    cookies: &[Cookie],
    ground: Ground<'_>,
    browser: Option<&str>,
    pseudonyms: &mut Pseudonyms,
) -> (Vec<SentFromOtherRow>, u64) {
    let mut sent: BTreeMap<(usize, [u8; 8], u32, &str), Sent> = BTreeMap::new();
    for own in found.sent.iter().filter(|own| !own.asked_from.is_empty()) {
        let of = found.identifiers.get(own.identifier).map(|identifier| &identifier.carrier);
        let Some(Carrier::Cookie { domain, .. }) = of else { continue };
        if own.asked_from == ground.suffixes.registrable_domain(domain) {
            continue;
        }
        let first = (own.seen.0, own.entry);
        let key = (own.identifier, own.fingerprint, own.stretch, &*own.asked_from);
        let seen = sent.entry(key).or_insert_with(|| Sent { hosts: BTreeSet::new(), requests: 0, first });
        seen.hosts.insert(own.host.clone());
        seen.requests += own.times;
        seen.first = seen.first.min(first);
    }
    let left_out = sent.len().saturating_sub(ROWS) as u64;
    let mut rows = Vec::with_capacity(sent.len().min(ROWS));
    for ((index, value, stretch, from), seen) in sent.into_iter().take(ROWS) {
        let Some(Carrier::Cookie { name, domain }) = found.identifiers.get(index).map(|identifier| &identifier.carrier) else { continue };
        let set_by = set_by(cookies, (name, domain), ground.suffixes);
        let (page_choice, own_choice) = ground.states(0, (stretch, seen.first.0), from);
        rows.push(SentFromOtherRow {
            nr: rows.len() as u64 + 1,
            identifier: index as u64 + 1,
            name: ground.printable(name),
            domain: domain.clone(),
            pseudonym: pseudonyms.of(value),
            fingerprint: Fingerprint(value).to_string(),
            hosts: seen.hosts.into_iter().collect(),
            from: from.to_owned(),
            requests: seen.requests,
            first_entry: seen.first.1,
            first_time: seen.first.0.to_string(),
            stretch: u64::from(stretch),
            set_recorded: set_by.is_some(),
            set_by: set_by.into_iter().flatten().map(str::to_owned).collect(),
            policy: policy(browser),
            page_choice,
            own_choice,
        });
    }
    (rows, left_out)
}

/// Hosts whose answers set the cookie in this recording. `None`: no line that sets it was recorded. Of what is packed in a cookie, the cookie counts.
fn set_by<'c>(cookies: &'c [Cookie], (name, domain): (&str, &str), suffixes: &SuffixList) -> Option<BTreeSet<&'c str>> {
    let is_it = |cookie: &&Cookie| {
        let packed = |rest: &str| rest.is_empty() || rest.starts_with('.');
        name.strip_prefix(&*cookie.name).is_some_and(packed) && suffixes.registrable_domain(&cookie.domain) == domain
    };
    let lines = cookies.iter().filter(is_it).filter(|cookie| cookie.set + cookie.renewed + cookie.changed > 0);
    lines.fold(None, |hosts, cookie| {
        let mut hosts: BTreeSet<&str> = hosts.unwrap_or_default();
        hosts.extend(cookie.set_by.iter().map(String::as_str));
        Some(hosts)
    })
}

#[cfg(test)]
mod tests;
