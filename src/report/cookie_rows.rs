//! Gathers cookies into rows: what set them, how they lived, and to whom they were sent.

use std::collections::{BTreeMap, BTreeSet};

use super::builder::{Builder, time};
use super::lifetime_rows::{above, span};
use super::model::{ComparisonLine, Cookie, SentTo};
use crate::analysis::{CookieEvent, Flow as Found, SentOrigin};
use crate::classify::{Reason, Subject};
use crate::evidence::Fingerprint;
use crate::observe::{CookieKey, SeenCookie};
use crate::redact::printable_path;
use crate::rules::RuleId;

/// Fingerprints of values that a row names.
const NAMED_VALUES: usize = 5;

/// What tells the rows of cookies from each other; ordered as the table is.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct CookieId {
    site: String,
    name: String,
    domain: String,
    path: Option<String>,
    host_only: Option<bool>,
    partitioned: bool,
}

#[derive(Default)]
pub(super) struct CookieRow {
    row: Option<Cookie>,
    set_by: BTreeSet<String>,
    sent_to: BTreeMap<String, (&'static str, u64)>,
    values: BTreeSet<[u8; 8]>,
    faults: BTreeSet<String>,
    rules: BTreeSet<usize>,
    /// Shortest and longest lifetime asked for, in seconds.
    asked: Option<(i64, i64)>,
    /// The same as a browser keeps it at most.
    effective: Option<(i64, i64)>,
}

impl Builder<'_> {
    /// The rows, numbered.
    pub(super) fn finish_cookies(&mut self, lines: &[ComparisonLine]) -> Vec<Cookie> {
        let gathered = std::mem::take(&mut self.cookies);
        let mut rows = Vec::with_capacity(gathered.len());
        for (CookieRow { row, set_by, sent_to, values, faults, rules, asked, effective }, nr) in gathered.into_values().zip(1..) {
            let Some(mut row) = row else { continue };
            row.nr = nr;
            row.set_by = set_by.into_iter().collect();
            row.sent_to = sent_to.into_iter().map(|(site, (relation, requests))| SentTo { site, relation, requests }).collect();
            row.values = values.len() as u64;
            row.faults = faults.into_iter().collect();
            row.claims = self.claims(rules.into_iter().map(RuleId::Cookie));
            row.asked = asked.map(span);
            row.effective = effective.map(span);
            row.above = above(row.asked.as_ref(), row.effective.as_ref(), lines);
            rows.push(row);
        }
        rows
    }

    /// Takes the cookies of a flow.
    pub(super) fn add_cookies(&mut self, found: &Found<'_>) {
        let observation = found.observation;
        for (index, (cookie, event)) in observation.set.iter().zip(found.set).enumerate() {
            let id = self.cookie_id(&cookie.key());
            let rules = rules_of(found, Subject::CookieSet(index));
            let gathered = self.cookie_row(id, found);
            gathered.rules.extend(rules);
            gathered.set_line(cookie, *event, observation.number, time(observation.answered), &observation.host);
        }
        // What the recording says never left the browser was sent to nobody.
        let left = if observation.was_not_sent() { 0 } else { observation.sent.len() };
        for (index, (cookie, origin)) in observation.sent.iter().zip(found.sent).enumerate().take(left) {
            let id = match origin {
                SentOrigin::SetCookie { kept, .. } => self.cookie_id(&found.jar.kept(*kept).key),
                SentOrigin::NotRecorded => CookieId {
                    site: found.host.site.clone(),
                    name: cookie.name.to_string(),
                    domain: found.host.site.clone(),
                    path: None,
                    host_only: None,
                    partitioned: false,
                },
            };
            let rules = rules_of(found, Subject::CookieSent(index));
            let gathered = self.cookie_row(id, found);
            gathered.rules.extend(rules);
            gathered.value(cookie.fingerprint, u64::from(cookie.value_bytes));
            let sent = gathered.sent_to.entry(found.host.site.clone()).or_insert((found.host.relation.id(), 0));
            sent.1 += 1;
            if let Some(row) = &mut gathered.row {
                row.sent += 1;
                row.sent_with_other_value += u64::from(matches!(origin, SentOrigin::SetCookie { same_value: false, .. }));
            }
        }
    }

    /// The row in which a cookie of this key stands. Two paths that print alike share it.
    fn cookie_id(&self, key: &CookieKey<'_>) -> CookieId {
        CookieId {
            site: self.context.suffixes.registrable_domain(&key.domain).to_owned(),
            name: key.name.to_string(),
            domain: key.domain.to_string(),
            path: Some(printable_path(&key.path)),
            host_only: Some(key.host_only),
            partitioned: key.partitioned,
        }
    }

    /// The row of a cookie. Its relation and owner are those of the host that is seen first with it: the cookie's domain is a parent of it.
    fn cookie_row(&mut self, id: CookieId, found: &Found<'_>) -> &mut CookieRow {
        if !self.cookies.contains_key(&id) {
            let same_site = id.site == found.host.site;
            let owner =
                if same_site { self.owner(found.host.owner) } else { self.owner(self.context.rules.owner_of(&id.domain, &id.site)) };
            let row = Cookie {
                nr: 0,
                name: id.name.clone(),
                domain: id.domain.clone(),
                host_only: id.host_only,
                path: id.path.clone(),
                partitioned: id.partitioned,
                relation: found.host.relation.id(),
                owner,
                origin: "sent-only",
                set_by: Vec::new(),
                set: 0,
                renewed: 0,
                changed: 0,
                deleted: 0,
                refusal_expected: 0,
                first_set: None,
                first_entry: found.observation.number,
                asked: None,
                effective: None,
                above: Vec::new(),
                session: false,
                end_not_computable: 0,
                secure: None,
                http_only: None,
                same_site: None,
                value_bytes: (u64::MAX, 0),
                fingerprints: Vec::new(),
                values: 0,
                sent_to: Vec::new(),
                sent: 0,
                sent_with_other_value: 0,
                faults: Vec::new(),
                claims: Vec::new(),
                list_claims: Vec::new(),
            };
            self.cookies.insert(id.clone(), CookieRow { row: Some(row), ..CookieRow::default() });
        }
        self.cookies.entry(id).or_default()
    }
}

/// Rules about a cookie of a flow.
pub(super) fn rules_of(found: &Found<'_>, subject: Subject) -> Vec<usize> {
    let findings = found.classified.findings.iter().filter(|finding| finding.subject == subject);
    findings
        .filter_map(|finding| match finding.reason {
            Reason::Rule(RuleId::Cookie(rule)) => Some(rule),
            _ => None,
        })
        .collect()
}

impl CookieRow {
    fn value(&mut self, fingerprint: [u8; 8], bytes: u64) {
        let Some(row) = &mut self.row else { return };
        row.value_bytes = (row.value_bytes.0.min(bytes), row.value_bytes.1.max(bytes));
        if self.values.insert(fingerprint) && row.fingerprints.len() < NAMED_VALUES {
            row.fingerprints.push(Fingerprint(fingerprint).to_string());
        }
    }

    fn set_line(&mut self, cookie: &SeenCookie<'_>, event: CookieEvent, entry: u64, at: Option<String>, host: &str) {
        self.value(cookie.fingerprint, u64::from(cookie.value_bytes));
        self.set_by.insert(host.to_owned());
        self.faults.extend(cookie.faults.iter().map(ToString::to_string));
        let Some(row) = &mut self.row else { return };
        let count = match event {
            CookieEvent::Set => &mut row.set,
            CookieEvent::Renewed => &mut row.renewed,
            CookieEvent::Changed => &mut row.changed,
            CookieEvent::Deleted => &mut row.deleted,
            CookieEvent::RefusalExpected => &mut row.refusal_expected,
        };
        *count += 1;
        if row.origin == "sent-only" || (row.origin == "cookie-list" && !cookie.is_listed()) {
            if row.origin == "sent-only" {
                row.first_entry = entry;
                row.first_set = at;
            }
            row.origin = if cookie.is_listed() { "cookie-list" } else { "set-cookie" };
        }
        if !cookie.deletes {
            row.session |= cookie.session;
            row.end_not_computable += u64::from(!cookie.session && cookie.lifetime.is_none());
            let widen = |span: &mut Option<(i64, i64)>, seconds: i64| {
                let (shortest, longest) = span.unwrap_or((seconds, seconds));
                *span = Some((shortest.min(seconds), longest.max(seconds)));
            };
            if let Some(seconds) = cookie.lifetime {
                widen(&mut self.asked, seconds);
            }
            if let Some(seconds) = cookie.effective_lifetime() {
                widen(&mut self.effective, seconds);
            }
        }
        row.secure = Some(cookie.secure);
        row.http_only = Some(cookie.http_only);
        row.same_site = Some(cookie.same_site.to_string());
    }
}

/// Days with at most one decimal, below one day with at most two and never rounded to nothing: `400`, `399.9`, `0.5`, `0.01`.
pub(super) fn days(seconds: i64) -> String {
    let below_one = (1..86_400).contains(&seconds);
    let decimals = if below_one { 2 } else { 1 };
    let smallest = if below_one { 0.01 } else { 0.0 };
    let text = format!("{:.decimals$}", (seconds as f64 / 86_400.0).max(smallest));
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_in_words() {
        assert_eq!(days(400 * 86_400), "400");
        assert_eq!(days(400 * 86_400 - 5), "400");
        assert_eq!(days(90 * 86_400 + 8_640), "90.1");
        assert_eq!(days(3_600), "0.04");
        assert_eq!(days(43_200), "0.5");
        assert_eq!(days(1), "0.01");
        assert_eq!(days(10 * 86_400), "10");
        assert_eq!(days(0), "0");
    }
}
